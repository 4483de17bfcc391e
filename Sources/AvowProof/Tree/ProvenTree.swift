/// An entry of the tree.
public struct TreeEntry: Hashable, Sendable {
    /// Its key.
    public let key: TreeKey
    /// The digest of what it stands for.
    public let value: Digest

    /// An entry of a key and a value digest.
    public init(key: TreeKey, value: Digest) {
        self.key = key
        self.value = value
    }
}

/// What a tree proof proves: parts of a tree whose root and count are trusted.
///
/// Everything is decided here from the leaves that are shown; nothing is taken from the proof as a claim. The one
/// notion is the **position** of a bound: the place between two leaves that stand next to each other, the first shown
/// to lie below the bound and the second not below it. Counts, absence and completeness all follow from positions.
public struct ProvenTree: Sendable {
    let items: [ProofItem]
    let ranks: [UInt64]
    /// The items that are leaves, as indices into `items`.
    private let leaves: [Int]
    /// For each leaf, the one of it and those before it that shows the greatest bytes.
    ///
    /// What is shown of leaves need not increase as their keys do: one that shows its realm alone may follow one that
    /// shows all. The greatest so far does increase, so it can be searched by halving.
    private let greatest: [ShownLeaf]

    init(items: [ProofItem], ranks: [UInt64]) {
        self.items = items
        self.ranks = ranks
        var leaves: [Int] = []
        var greatest: [ShownLeaf] = []
        for index in items.indices {
            guard case .leaf(let leaf) = items[index] else { continue }
            leaves.append(index)
            if let last = greatest.last, leaf.key < last.key {
                greatest.append(last)
            } else {
                greatest.append(leaf)
            }
        }
        self.leaves = leaves
        self.greatest = greatest
    }

    /// The number of leaves of the whole tree.
    public var count: UInt64 { ranks[items.count] }

    /// The number of entries in `range`, proven by the positions of its two bounds.
    ///
    /// - Throws: `TreeProofError.incomplete` or `.undecidedLeaf` when the proof does not fix a bound.
    public func count(in range: KeyRange) throws(TreeProofError) -> UInt64 {
        guard !range.isEmpty else { return 0 }
        let lower = ranks[try position(of: range.lower)]
        let upper = try range.upper.map { bound throws(TreeProofError) in ranks[try position(of: bound)] } ?? count
        return upper - lower
    }

    /// The entry whose key is `key`; nil when it is proven that there is none.
    ///
    /// - Throws: `TreeProofError` when the proof shows neither the entry nor its absence.
    public func entry(for key: TreeKey) throws(TreeProofError) -> TreeEntry? {
        let index = firstLeaf(notBelow: key.bytes)
        if index < leaves.count, case .leaf(let leaf) = items[leaves[index]], leaf.disclosure == .full,
            leaf.key.bytes == key.bytes
        {
            // The same bytes cut elsewhere would be another entry; a store has one entry for the bytes of a key.
            return leaf.key == key ? TreeEntry(key: leaf.key, value: leaf.digest) : nil
        }
        guard try count(in: KeyRange(only: key)) == 0 else {
            throw .partialLeaf(rank: ranks[try position(of: key.bytes)])
        }
        return nil
    }

    /// A cursor before the first entry of `range`, or behind the last one when `descending`.
    ///
    /// - Throws: `TreeProofError` when the proof does not fix the bound that the cursor starts from.
    public func cursor(over range: KeyRange, descending: Bool = false) throws(TreeProofError) -> ProvenCursor {
        let start: Int
        if range.isEmpty {
            start = 0
        } else if descending {
            start = try range.upper.map { bound throws(TreeProofError) in try position(of: bound) } ?? items.count
        } else {
            start = try position(of: range.lower)
        }
        return ProvenCursor(tree: self, range: range, descending: descending, position: start)
    }

    /// The index of the first item not below `bound`.
    ///
    /// - Throws: `.incomplete` when one of the two items around it is pruned, `.undecidedLeaf` when one of them shows
    ///   too little.
    func position(of bound: [UInt8]) throws(TreeProofError) -> Int {
        // No key lies below the empty bound: it is the start of the tree, whatever stands there.
        guard !bound.isEmpty else { return 0 }
        let leafIndex = firstLeaf(notBelow: bound)
        let previous = leafIndex > 0 ? leaves[leafIndex - 1] : -1
        let next = leafIndex < leaves.count ? leaves[leafIndex] : items.count
        guard next == previous + 1 else {
            throw .incomplete(rank: ranks[previous + 1], count: ranks[next] - ranks[previous + 1])
        }
        if previous >= 0, case .leaf(let leaf) = items[previous], !ProvenTree.isBelow(leaf, bound) {
            throw .undecidedLeaf(rank: ranks[previous])
        }
        return next
    }

    /// The index into `leaves` of the first leaf that is shown not to lie below `bound`.
    private func firstLeaf(notBelow bound: [UInt8]) -> Int {
        var low = 0
        var high = leaves.count
        while low < high {
            let middle = (low + high) / 2
            if ProvenTree.isNotBelow(greatest[middle], bound) {
                high = middle
            } else {
                low = middle + 1
            }
        }
        return low
    }

    /// Whether a leaf is shown to lie below `bound`.
    ///
    /// Of a leaf that is shown in part more bytes may follow, so it must differ from the bound, and be less, within
    /// what is shown.
    static func isBelow(_ leaf: ShownLeaf, _ bound: [UInt8]) -> Bool {
        let shown = leaf.key.bytes
        let shared = ByteOrder.commonPrefix(shown.span, bound.span)
        guard shared < bound.count else { return false }
        if shared == shown.count { return leaf.disclosure == .full }
        return shown[shared] < bound[shared]
    }

    /// Whether a leaf is shown not to lie below `bound`; whatever follows what is shown of it only makes it greater.
    static func isNotBelow(_ leaf: ShownLeaf, _ bound: [UInt8]) -> Bool {
        ByteOrder.compare(leaf.key.bytes.span, bound.span) >= 0
    }
}

/// Walks the entries of a range of a proven tree, proving with each step that none was left out.
public struct ProvenCursor: Sendable {
    private let tree: ProvenTree
    private let range: KeyRange
    private let descending: Bool
    private var position: Int

    init(tree: ProvenTree, range: KeyRange, descending: Bool, position: Int) {
        self.tree = tree
        self.range = range
        self.descending = descending
        self.position = position
    }

    /// The next entry; nil when it is proven that the range holds no more.
    ///
    /// - Throws: `.incomplete` when a pruned subtree stands where the next entry may be; `.partialLeaf` or
    ///   `.undecidedLeaf` when the next leaf shows too little.
    public mutating func next() throws(TreeProofError) -> TreeEntry? {
        guard !range.isEmpty else { return nil }
        let index = descending ? position - 1 : position
        guard index >= 0, index < tree.items.count else { return nil }
        switch tree.items[index] {
        case .pruned(let count, _):
            throw .incomplete(rank: tree.ranks[index], count: count)
        case .leaf(let leaf):
            let bound = descending ? range.lower : range.upper
            if let bound {
                let isBelow = ProvenTree.isBelow(leaf, bound)
                guard isBelow || ProvenTree.isNotBelow(leaf, bound) else {
                    throw .undecidedLeaf(rank: tree.ranks[index])
                }
                if isBelow == descending { return nil }
            }
            guard leaf.disclosure == .full else { throw .partialLeaf(rank: tree.ranks[index]) }
            position = descending ? index : index + 1
            return TreeEntry(key: leaf.key, value: leaf.digest)
        }
    }
}

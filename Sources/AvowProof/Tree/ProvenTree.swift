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
    let shown: ShownTree

    init(_ shown: ShownTree) {
        self.shown = shown
    }

    /// The number of leaves of the whole tree.
    public var count: UInt64 { shown.ranks[shown.items.count] }

    /// The number of entries in `range`, proven by the positions of its two bounds.
    ///
    /// - Throws: `TreeProofError.incomplete` or `.undecidedLeaf` when the proof does not fix a bound.
    public func count(in range: KeyRange) throws(TreeProofError) -> UInt64 {
        guard !range.isEmpty else { return 0 }
        let lower = shown.ranks[try position(of: range.lower)]
        guard let bound = range.upper else { return count - lower }
        let upper = shown.ranks[try position(of: bound)]
        return upper - lower
    }

    /// The entry whose key is `key`; nil when it is proven that there is none.
    ///
    /// - Throws: `TreeProofError` when the proof shows neither the entry nor its absence.
    public func entry(for key: TreeKey) throws(TreeProofError) -> TreeEntry? {
        let index = firstLeaf(notBelow: key.bytes)
        if index < shown.leaves.count {
            let leaf = shown.items[shown.leaves[index]]
            if leaf.disclosure == .full, ByteOrder.compare(shown.key(leaf), key.bytes.span) == 0 {
                // The same bytes cut elsewhere would be another entry; a store has one entry for the bytes of a key.
                let isIt = leaf.realmByteCount == key.realmByteCount && leaf.orderByteCount == key.orderByteCount
                return isIt ? TreeEntry(key: key, value: shown.digest(leaf)) : nil
            }
        }
        guard try count(in: KeyRange(only: key)) == 0 else {
            throw .partialLeaf(rank: shown.ranks[try position(of: key.bytes)])
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
            start = try range.upper.map { bound throws(TreeProofError) in try position(of: bound) } ?? shown.items.count
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
        let leaves = shown.leaves
        let leafIndex = firstLeaf(notBelow: bound)
        let previous = leafIndex > 0 ? leaves[leafIndex - 1] : -1
        let next = leafIndex < leaves.count ? leaves[leafIndex] : shown.items.count
        guard next == previous + 1 else {
            let start = shown.ranks[previous + 1]
            throw .incomplete(rank: start, count: shown.ranks[next] - start)
        }
        if previous >= 0, !shown.isBelow(shown.items[previous], bound) {
            throw .undecidedLeaf(rank: shown.ranks[previous])
        }
        return next
    }

    /// The index into `leaves` of the first leaf that is shown not to lie below `bound`.
    private func firstLeaf(notBelow bound: [UInt8]) -> Int {
        var low = 0
        var high = shown.leaves.count
        while low < high {
            let middle = (low + high) / 2
            if shown.isNotBelow(shown.items[shown.greatest[middle]], bound) {
                high = middle
            } else {
                low = middle + 1
            }
        }
        return low
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
        let shown = tree.shown
        guard index >= 0, index < shown.items.count else { return nil }
        let item = shown.items[index]
        guard let disclosure = item.disclosure else {
            throw .incomplete(rank: shown.ranks[index], count: shown.ranks[index + 1] - shown.ranks[index])
        }
        let bound = descending ? range.lower : range.upper
        if let bound {
            let isBelow = shown.isBelow(item, bound)
            guard isBelow || shown.isNotBelow(item, bound) else { throw .undecidedLeaf(rank: shown.ranks[index]) }
            if isBelow == descending { return nil }
        }
        guard disclosure == .full else { throw .partialLeaf(rank: shown.ranks[index]) }
        position = descending ? index : index + 1
        return shown.entry(item)
    }
}

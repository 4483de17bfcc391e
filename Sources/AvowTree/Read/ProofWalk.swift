internal import AvowProof

/// A part of a proof: what stands in it between two places of the tree.
struct ProofPart: Sendable {
    /// Which of the leaves to show it has.
    private(set) var shown: Range<Int>
    /// The ranks of the leaves that it stands for.
    private(set) var ranks: Range<UInt64>
    /// The leaf that is shown last before it.
    private var last: PlacedEntry?

    init(shown: Range<Int>, ranks: Range<UInt64>) {
        self.shown = shown
        self.ranks = ranks
    }

    /// Cuts the front off, which is returned.
    ///
    /// - Parameters:
    ///   - first: the first of the leaves to show that stays.
    ///   - rank: how many leaves stand before the cut.
    ///   - last: the leaf before the cut, which is shown with its order.
    mutating func cut(at first: Int, rank: UInt64, behind last: PlacedEntry) -> ProofPart {
        var front = self
        front.shown = shown.lowerBound..<first
        front.ranks = ranks.lowerBound..<rank
        shown = first..<shown.upperBound
        ranks = rank..<ranks.upperBound
        self.last = last
        return front
    }

    /// A writer that goes on where the part begins.
    fileprivate var writer: TreeProofWriter {
        var writer = TreeProofWriter(capacity: ProofWalk.usualByteCount(shown.count))
        last?.withKey { key, realmByteCount, orderByteCount in
            writer.goOn(behind: key, realmByteCount: realmByteCount, orderByteCount: orderByteCount)
        }
        return writer
    }
}

/// Where a walk gets its nodes.
enum ProofNodes {
    /// On the thread of a reader: from memory, or from the storage.
    case read(TreeReader)
    /// On another thread, which has no reader: from memory only.
    case held(NodeCache, UnwrittenNodes?)

    fileprivate func node(_ reference: NodeReference) throws(TreeError) -> TreeNode {
        switch self {
        case .read(let reader): return try reader.node(reference)
        case .held(let cache, let unwritten):
            if let unwritten, unwritten.covers(reference.id) { return try unwritten.node(reference) }
            guard let node = cache.node(reference) else { throw .missingNode(reference.id) }
            return node
        }
    }
}

/// Writes the pruned tree in preorder, which is the order of the leaves to show, or a part of it.
struct ProofWalk {
    private let nodes: ProofNodes
    private let shown: [(rank: UInt64, disclosure: LeafDisclosure)]
    private let part: ProofPart
    /// The first of the leaves to show that is not yet written.
    private var next: Int
    private var writer: TreeProofWriter

    /// About how many bytes show so many leaves: each with its share of the hashes around it, when two stand together, as they
    /// do at a border.
    static func usualByteCount(_ leafCount: Int) -> Int { 1_024 + leafCount * 104 }

    /// The bytes of a part of a proof; all parts, one behind the other, are the proof.
    static func bytes(
        of part: ProofPart, _ shown: [(rank: UInt64, disclosure: LeafDisclosure)], _ root: NodeReference,
        _ nodes: ProofNodes
    ) throws(TreeError) -> [UInt8] {
        var walk = ProofWalk(
            nodes: nodes, shown: shown, part: part, next: part.shown.lowerBound, writer: part.writer)
        try walk.write(root, start: 0)
        return walk.writer.finish()
    }

    /// What becomes of a subtree.
    private enum Fate {
        /// It stands in other parts of the proof.
        case elsewhere
        /// Nothing of it is shown.
        case pruned
        case opened
    }

    /// What becomes of the subtree over the leaves of some ranks. One that begins before the part and reaches into it was
    /// opened by the part before; one that reaches beyond has the last leaf that this part shows.
    private func fate(_ ranks: Range<UInt64>) -> Fate {
        guard ranks.upperBound > part.ranks.lowerBound, ranks.lowerBound < part.ranks.upperBound else {
            return .elsewhere
        }
        let isShown = next < part.shown.upperBound && shown[next].rank < ranks.upperBound
        return isShown || ranks.lowerBound < part.ranks.lowerBound ? .opened : .pruned
    }

    /// Opens an inner node of the binary tree, unless the part before has done so.
    private mutating func open(at start: UInt64) {
        if start >= part.ranks.lowerBound { writer.inner() }
    }

    /// Writes a subtree.
    ///
    /// - Parameter start: how many leaves stand before it.
    private mutating func write(_ reference: NodeReference, start: UInt64) throws(TreeError) {
        switch fate(start..<(start + reference.count)) {
        case .elsewhere: return
        case .pruned: return writer.pruned(count: reference.count, hash: reference.hash)
        case .opened: break
        }
        let node = try nodes.node(reference)
        if node.isLeaf {
            let hashes = try node.hashes { items in
                isShown((start + UInt64(items.lowerBound))..<(start + UInt64(items.upperBound)))
            }
            write(leaf: node, hashes.tree.whole, hashes, 0, start: start)
        } else {
            let ranks = node.children.startRanks
            let hashes = try node.hashes { items in
                isShown((start + ranks[items.lowerBound])..<(start + ranks[items.upperBound]))
            }
            try write(inner: node, hashes.tree.whole, hashes, 0, start: start)
        }
    }

    /// Whether one of the leaves of some ranks is to be shown and not yet written, or is the first of the part and stands
    /// behind others, where what is not shown must be told from what the part before has written.
    private func isShown(_ ranks: Range<UInt64>) -> Bool {
        let first = part.ranks.lowerBound
        if ranks.lowerBound < first, first < ranks.upperBound { return true }
        var low = next
        var high = part.shown.upperBound
        while low < high {
            let middle = (low + high) / 2
            if shown[middle].rank < ranks.lowerBound { low = middle + 1 } else { high = middle }
        }
        return low < part.shown.upperBound && shown[low].rank < ranks.upperBound
    }

    /// Writes the binary tree over some entries of a leaf node.
    ///
    /// - Parameters:
    ///   - base: the index in `hashes.inner` of the tree over these entries.
    ///   - start: how many leaves stand before the node.
    private mutating func write(
        leaf node: TreeNode, _ subtree: ItemTree.Part, _ hashes: NodeHashes, _ base: Int, start: UInt64
    ) {
        let items = subtree.items
        let first = items.lowerBound
        let firstRank = start + UInt64(first)
        switch fate(firstRank..<(start + UInt64(items.upperBound))) {
        case .elsewhere: return
        case .pruned:
            let hash = items.count == 1 ? hashes.items[first] : hashes.inner[base]
            return writer.pruned(count: UInt64(items.count), hash: hash)
        case .opened: break
        }
        if items.count == 1 {
            let disclosure = shown[next].disclosure
            let value = node.entries.value(first)
            node.entries.withKey(first) { key, realmByteCount, orderByteCount in
                writer.leaf(
                    key: key, realmByteCount: realmByteCount, orderByteCount: orderByteCount, value: value, disclosure)
            }
            next += 1
            return
        }
        let (left, right) = hashes.tree.halves(subtree)
        open(at: firstRank)
        write(leaf: node, left, hashes, base + 1, start: start)
        write(leaf: node, right, hashes, base + left.items.count, start: start)
    }

    /// Writes the binary tree over some children of an inner node.
    ///
    /// - Parameters:
    ///   - base: the index in `hashes.inner` of the tree over these children.
    ///   - start: how many leaves stand before the node.
    private mutating func write(
        inner node: TreeNode, _ subtree: ItemTree.Part, _ hashes: NodeHashes, _ base: Int, start: UInt64
    ) throws(TreeError) {
        let items = subtree.items
        let first = items.lowerBound
        let firstRank = start + node.children.startRanks[first]
        if items.count == 1 {
            let child = node.children.reference(first, level: node.level - 1)
            return try write(child, start: firstRank)
        }
        let endRank = start + node.children.startRanks[items.upperBound]
        switch fate(firstRank..<endRank) {
        case .elsewhere: return
        case .pruned: return writer.pruned(count: endRank - firstRank, hash: hashes.inner[base])
        case .opened: break
        }
        let (left, right) = hashes.tree.halves(subtree)
        open(at: firstRank)
        try write(inner: node, left, hashes, base + 1, start: start)
        try write(inner: node, right, hashes, base + left.items.count, start: start)
    }
}

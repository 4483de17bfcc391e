internal import AvowProof

/// All hashes of a node: computed when a proof or a change needs them, and kept with the node.
final class NodeHashes: Sendable {
    /// The hashes of the items.
    let items: [Digest]
    /// The hashes of the binary tree over the items, in preorder: the tree over n items has n - 1 of them, its own
    /// first, then those of its left subtree, then those of its right one.
    let inner: [Digest]
    /// The hash of the node.
    let root: Digest

    /// Stands for the hash of a leaf that is still to be computed; if a leaf had this hash, it would only be computed
    /// once more.
    static let unknown = Digest(words: 0, 0, 0, 0)

    /// The hashes of a leaf node.
    ///
    /// - Parameter known: hashes of entries that were computed before, and ``unknown`` for the others; may be empty.
    init(_ entries: LeafEntries, known: [Digest] = []) {
        var hashes = known
        if hashes.isEmpty { hashes = [Digest](repeating: NodeHashes.unknown, count: entries.count) }
        for index in hashes.indices where hashes[index] == NodeHashes.unknown { hashes[index] = entries.hash(index) }
        var inner = [Digest](repeating: TreeHash.empty, count: max(hashes.count - 1, 0))
        root = NodeHashes.fill(&inner, 0, 0, hashes.count, hashes) { UInt64($1 - $0) }
        items = hashes
        self.inner = inner
    }

    /// The hashes of an inner node.
    init(_ children: ChildEntries) {
        var inner = [Digest](repeating: TreeHash.empty, count: max(children.count - 1, 0))
        let ranks = children.startRanks
        root = NodeHashes.fill(&inner, 0, 0, children.count, children.hashes) { ranks[$1] - ranks[$0] }
        items = children.hashes
        self.inner = inner
    }

    /// Hashes the binary tree over the items `start..<start + count` into `inner`, from index `base` on.
    private static func fill(
        _ inner: inout [Digest], _ base: Int, _ start: Int, _ count: Int, _ hashes: [Digest],
        _ leafCount: (Int, Int) -> UInt64
    ) -> Digest {
        if count == 0 { return TreeHash.empty }
        if count == 1 { return hashes[start] }
        let left = TreeHash.leftCount(of: count)
        let leftHash = fill(&inner, base + 1, start, left, hashes, leafCount)
        let rightHash = fill(&inner, base + left, start + left, count - left, hashes, leafCount)
        let hash = TreeHash.inner(
            leafCount(start, start + left), leftHash, leafCount(start + left, start + count), rightHash)
        inner[base] = hash
        return hash
    }
}

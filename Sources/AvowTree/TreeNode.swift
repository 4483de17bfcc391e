internal import AvowProof

/// A node in memory: decoded, hashed, immutable.
final class TreeNode: Sendable {
    enum Content: Sendable {
        case leaf(LeafEntries)
        case inner(ChildEntries)
    }

    /// Nodes are cut after this many items, counted from their start, so that no key can make one grow without bound.
    static let maximumItemCount = 512
    /// An item ends its node with a chance of one in 2^6.
    static let boundaryBits = 6

    let id: UInt64
    let level: UInt8
    let content: Content
    /// The boundary level of the last key below the node.
    let closingLevel: UInt8
    /// The hashes of the binary tree over the items, in preorder: the tree over n items has n - 1 of them, its own
    /// first, then those of its left subtree, then those of its right one.
    let innerHashes: [Digest]
    let hash: Digest
    let count: UInt64

    init(id: UInt64, level: UInt8, content: Content, closingLevel: UInt8) {
        self.id = id
        self.level = level
        self.content = content
        self.closingLevel = closingLevel
        switch content {
        case .leaf(let entries):
            count = UInt64(entries.count)
            var inner = [Digest](repeating: TreeHash.empty, count: max(entries.count - 1, 0))
            hash = TreeNode.fill(
                &inner, 0, 0, entries.count, entries.hashes, { UInt64($1 - $0) })
            innerHashes = inner
        case .inner(let children):
            count = children.startRanks[children.count]
            var inner = [Digest](repeating: TreeHash.empty, count: max(children.count - 1, 0))
            let ranks = children.startRanks
            hash = TreeNode.fill(
                &inner, 0, 0, children.count, children.hashes, { ranks[$1] - ranks[$0] })
            innerHashes = inner
        }
    }

    /// Memory held, roughly, in bytes.
    var byteCount: Int {
        let items =
            switch content {
            case .leaf(let entries): entries.byteCount
            case .inner(let children): children.byteCount
            }
        return items + innerHashes.count * Digest.byteCount + 128
    }

    var reference: NodeReference { NodeReference(id: id, level: level, count: count, hash: hash) }

    /// The boundary level that a key's boundary hash gives: how many levels of nodes end with it.
    static func boundaryLevel(_ hash: UInt64) -> UInt8 {
        UInt8(hash.trailingZeroBitCount / boundaryBits)
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

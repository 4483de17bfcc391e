internal import AvowProof

/// What a node has in common with another one that rests whole, as a patch of which it is written.
///
/// A change of one entry changes its leaf node, which takes a page of the storage, and one in sixty of what stands in it.
/// So a node that is mostly what it was is written as the difference from the node that it was, and that one stays. A base
/// rests whole, so two blobs are opened at most, and it is the base of one node in a version of the tree, since that node
/// has more than half of its items.
struct NodePatch: Sendable {
    /// Stands in ``items`` for an item that the base does not have.
    static let isNew = UInt16.max

    /// The base: the node's id, its hash, and how many items it has.
    let baseID: UInt64
    let baseHash: Digest
    let baseItemCount: Int
    /// Where each item of the node stands in the base, in ascending order, or ``isNew``.
    let items: [UInt16]
}

/// Where the items of a node that is being put together come from: one node is followed, the others are as good as new.
struct NodeSource {
    private(set) var node: TreeNode?
    /// Where each item stands in ``node``, or `NodePatch.isNew`.
    private(set) var items: [UInt16] = []
    /// How many items are in what ``node`` is written over, and what they add to the size.
    private var takenCount = 0
    private var takenSize = 0

    /// Takes an item that no node has.
    mutating func appendNew() {
        items.append(NodePatch.isNew)
    }

    /// Takes items of a node.
    ///
    /// - Parameters:
    ///   - wanted: how many of the node's items are about to be taken, these included.
    ///   - size: what they add to the size.
    ///   - weight: what one of them adds, asked for when not all of them are in what the node is written over.
    mutating func append(
        _ range: Range<Int>, of other: TreeNode, wanted: Int, size: Int, weight: (Int) -> Int
    ) {
        if node !== other {
            guard wanted > takenCount else {
                for _ in range { appendNew() }
                return
            }
            // The larger part decides.
            node = other
            for index in items.indices { items[index] = NodePatch.isNew }
            takenCount = 0
            takenSize = 0
        }
        for item in range { items.append(UInt16(truncatingIfNeeded: item)) }
        guard let patch = other.patch else {
            takenCount += range.count
            takenSize += size
            return
        }
        for item in range where patch.items[item] != NodePatch.isNew {
            takenCount += 1
            takenSize += weight(item)
        }
    }

    /// The patch that the node is to be written as; nil when it is to be written whole.
    ///
    /// - Parameter size: that of the node (``NodeShape``).
    func patch(size: Int) -> NodePatch? {
        guard let node, NodeShape.isPatch(size: size, new: size - takenSize) else { return nil }
        guard let before = node.patch else {
            let count = node.content.itemCount
            guard takenCount * 2 > count else { return nil }
            return NodePatch(baseID: node.id, baseHash: node.hash, baseItemCount: count, items: items)
        }
        guard takenCount * 2 > before.baseItemCount else { return nil }
        return NodePatch(
            baseID: before.baseID, baseHash: before.baseHash, baseItemCount: before.baseItemCount,
            items: items.map { $0 == NodePatch.isNew ? $0 : before.items[Int($0)] })
    }

    /// The hashes of the node that is followed, if they are known.
    var hashes: NodeHashes.Source? {
        node?.knownHashes.map { NodeHashes.Source(hashes: $0, items: items) }
    }

    mutating func removeAll() {
        node = nil
        items.removeAll(keepingCapacity: true)
        takenCount = 0
        takenSize = 0
    }
}

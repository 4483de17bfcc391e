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

extension NodePatch {
    /// A node over the one that most of its items come from.
    ///
    /// - Parameter items: where each item stands in `node`, or ``isNew``.
    init(over node: TreeNode, _ items: [UInt16]) {
        let own = node.patch
        baseID = own?.baseID ?? node.id
        baseHash = own?.baseHash ?? node.hash
        baseItemCount = own?.baseItemCount ?? node.content.itemCount
        self.items = own.map { own in items.map { $0 == NodePatch.isNew ? $0 : own.items[Int($0)] } } ?? items
    }
}

/// The node that most items of a node come from which is being put together. The items of others are as good as new.
struct NodeSource {
    private(set) var node: TreeNode?
    /// How many of the items are in what ``node`` is written over, and what they add to the size.
    private var takenCount = 0
    private var takenSize = 0

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
            // The larger part decides.
            guard wanted > takenCount else { return }
            node = other
            takenCount = 0
            takenSize = 0
        }
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

    /// The id of the node that the one which is put together is to be written over; nil when it is to be written whole.
    ///
    /// - Parameters:
    ///   - size: that of the node (``NodeShape``).
    ///   - unwritten: the nodes that are not written, over which none can be.
    func base(size: Int, _ unwritten: UnwrittenNodes?) -> UInt64? {
        guard let node, node.patch != nil || unwritten?.covers(node.id) != true,
            NodeShape.isPatch(size: size, new: size - takenSize),
            takenCount * 2 > node.patch?.baseItemCount ?? node.content.itemCount
        else { return nil }
        return node.patch?.baseID ?? node.id
    }
}

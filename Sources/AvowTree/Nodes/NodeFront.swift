/// The nodes that one reader met last, before the cache that all readers share: no lock, and nobody to wait for.
///
/// A place for each of a few node ids; whoever comes later has it. That is enough for the upper levels of the tree, which
/// every search begins with and which all readers would otherwise ask the same part of the cache for.
final class NodeFront {
    private static let slotCount = 64

    private var slots = [TreeNode?](repeating: nil, count: NodeFront.slotCount)

    /// The node that `reference` names, when it is held.
    func node(_ reference: NodeReference) -> TreeNode? {
        guard let node = slots[NodeFront.slot(reference.id)], node.id == reference.id, node.hash == reference.hash
        else { return nil }
        return node
    }

    func insert(_ node: TreeNode) {
        slots[NodeFront.slot(node.id)] = node
    }

    private static func slot(_ id: UInt64) -> Int {
        Int(truncatingIfNeeded: id) & (slotCount - 1)
    }
}

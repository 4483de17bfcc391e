/// The nodes that one reader met last, before the cache that all readers share: no lock, and nobody to wait for.
///
/// A place for each of some node ids; whoever comes later has it. Nodes above the leaf nodes have places of their own, so
/// that reading here and there does not drive them out: every search begins with them, and all readers would otherwise
/// ask the same part of the cache for them. There are enough for those of a tree of a million entries.
final class NodeFront {
    private static let leafBits = 6
    private static let innerBits = 9

    private var slots = [TreeNode?](repeating: nil, count: 1 << leafBits + 1 << innerBits)

    /// The node that `reference` names, when it is held.
    func node(_ reference: NodeReference) -> TreeNode? {
        guard let node = slots[NodeFront.slot(reference.id, reference.level)], node.id == reference.id,
            node.hash == reference.hash
        else { return nil }
        return node
    }

    func insert(_ node: TreeNode) {
        slots[NodeFront.slot(node.id, node.level)] = node
    }

    /// Ids count up. So neighbours among leaf nodes have different places, and those of inner nodes, which have large steps
    /// between them, are mixed first (Fibonacci hashing).
    private static func slot(_ id: UInt64, _ level: UInt8) -> Int {
        guard level > 0 else { return Int(truncatingIfNeeded: id) & (1 << leafBits - 1) }
        let mixed = id &* 0x9E37_79B9_7F4A_7C15
        return 1 << leafBits + Int(truncatingIfNeeded: mixed >> UInt64(64 - innerBits))
    }
}

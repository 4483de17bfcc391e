public import AvowProof

extension TreeReader {
    /// A cursor before the first entry that is not below `bound`, which leaps.
    public func skipCursor(from bound: [UInt8]) throws(TreeError) -> TreeSkipCursor {
        var cursor = TreeSkipCursor(self)
        try cursor.seek(bound)
        return cursor
    }
}

/// A place between two entries of the tree, which moves on by leaps: within a leaf node it looks for the next place from
/// where it stands, beyond its end among the leaf nodes beside it, and only beyond those from the root.
public struct TreeSkipCursor {
    private let reader: TreeReader
    /// How many entries stand before the cursor.
    public private(set) var rank: UInt64 = 0
    /// The leaf node that the cursor stands in; none behind the last entry.
    private var leaf: TreeNode?
    private var index = 0
    /// The node above, and which of its children the cursor stands in; none behind the last entry, or at a root that is a
    /// leaf node.
    private var parent: (node: TreeNode, start: UInt64)?
    private var child = 0

    fileprivate init(_ reader: TreeReader) {
        self.reader = reader
    }

    /// Realm and order of the entry that the cursor stands before; nil at the end of the tree.
    public var key: KeyPlace? {
        guard let leaf, index < leaf.entries.count else { return nil }
        return KeyPlace(
            leaf.entries.keyBytes, from: leaf.entries.keyRange(index).lowerBound,
            realmByteCount: leaf.entries.realmByteCount(index), orderByteCount: leaf.entries.orderByteCount(index))
    }

    /// Whether the entry that the cursor stands before is there and lies below `bound`.
    public func isBelow(_ bound: [UInt8]?) -> Bool {
        guard let leaf, index < leaf.entries.count else { return false }
        guard let bound else { return true }
        return leaf.entries.compare(index, bound.span) < 0
    }

    /// Moves on to the first entry that is not below `bound`.
    ///
    /// - Returns: the number of entries that it passes.
    public mutating func skip(to bound: [UInt8]) throws(TreeError) -> UInt64 {
        let start = rank
        if let leaf {
            let found = leaf.entries.lowerBound(bound.span, along: index)
            if found < leaf.entries.count {
                rank += UInt64(found - index)
                index = found
                return rank - start
            }
        }
        try seek(bound)
        return rank - start
    }

    /// Looks for a bound that is not below the one that was looked for before.
    fileprivate mutating func seek(_ bound: [UInt8]) throws(TreeError) {
        if let (node, start) = parent, node.children.compare(node.children.count - 1, bound.span) >= 0 {
            // The bound lies beyond the leaf node that the cursor stands in.
            return try enter(node, from: child + 1, start: start, bound)
        }
        parent = nil
        leaf = nil
        index = 0
        rank = 0
        guard var reference = reader.root.reference else { return }
        while reference.level > 1 {
            let node = try reader.node(reference)
            let child = node.children.lowerBound(bound.span)
            rank += node.children.startRanks[child]
            guard child < node.children.count else { return }
            reference = node.children.reference(child, level: node.level - 1)
        }
        let node = try reader.node(reference)
        if node.isLeaf {
            stand(in: node, start: rank, bound)
        } else {
            try enter(node, from: 0, start: rank, bound)
        }
    }

    /// - Parameters:
    ///   - node: a node right above leaf nodes.
    ///   - first: no child before this one has entries that are not below the bound.
    ///   - start: how many entries stand before the node.
    private mutating func enter(
        _ node: TreeNode, from first: Int, start: UInt64, _ bound: [UInt8]
    ) throws(TreeError) {
        child = node.children.lowerBound(bound.span, from: first)
        let childStart = start + node.children.startRanks[child]
        guard child < node.children.count else {
            rank = childStart
            return
        }
        let leaf = try reader.node(node.children.reference(child, level: 0))
        if parent == nil { parent = (node, start) }
        stand(in: leaf, start: childStart, bound)
    }

    private mutating func stand(in leaf: TreeNode, start: UInt64, _ bound: [UInt8]) {
        index = leaf.entries.lowerBound(bound.span, along: 0)
        self.leaf = leaf
        rank = start + UInt64(index)
    }
}

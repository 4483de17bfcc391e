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
    /// The entries of the node that the cursor stands in; none behind the last entry.
    private var entries = LeafEntries()
    private var index = 0
    /// The node above, and which of its children the cursor stands in; none behind the last entry, or at a root that is a
    /// leaf node.
    private var parent: (children: ChildEntries, start: UInt64)?
    private var child = 0

    fileprivate init(_ reader: TreeReader) {
        self.reader = reader
    }

    /// Realm and order of the entry that the cursor stands before; nil at the end of the tree.
    public var key: KeyPlace? {
        guard index < entries.count else { return nil }
        return KeyPlace(
            entries.keyBytes, from: entries.keyRange(index).lowerBound, realmByteCount: entries.realmByteCount(index),
            orderByteCount: entries.orderByteCount(index))
    }

    /// Whether the entry that the cursor stands before is there and lies below `bound`.
    public func isBelow(_ bound: [UInt8]?) -> Bool {
        guard index < entries.count else { return false }
        guard let bound else { return true }
        return ByteOrder.compare(entries.keySpan(index), bound.span) < 0
    }

    /// Moves on to the first entry that is not below `bound`.
    ///
    /// - Returns: the number of entries that it passes.
    public mutating func skip(to bound: [UInt8]) throws(TreeError) -> UInt64 {
        let start = rank
        let found = entries.lowerBound(bound.span, near: index)
        if found < entries.count {
            rank += UInt64(found - index)
            index = found
        } else {
            try seek(bound)
        }
        return rank - start
    }

    /// Looks for a bound that is not below the one that was looked for before.
    fileprivate mutating func seek(_ bound: [UInt8]) throws(TreeError) {
        if let parent, ByteOrder.compare(bound.span, parent.children.lastKey(parent.children.count - 1)) <= 0 {
            // The bound lies beyond the leaf node that the cursor stands in.
            return try enter(parent.children, from: child + 1, start: parent.start, bound)
        }
        parent = nil
        entries = LeafEntries()
        index = 0
        rank = 0
        guard var reference = reader.root.reference else { return }
        while reference.level > 1 {
            let node = try reader.node(reference)
            guard case .inner(let children) = node.content else { return }
            let child = children.lowerBound(bound.span)
            rank += children.startRanks[child]
            guard child < children.count else { return }
            reference = children.reference(child, level: node.level - 1)
        }
        switch try reader.node(reference).content {
        case .leaf(let entries): stand(in: entries, start: rank, bound)
        case .inner(let children): try enter(children, from: 0, start: rank, bound)
        }
    }

    /// - Parameters:
    ///   - first: no child before this one has entries that are not below the bound.
    ///   - start: how many entries stand before the children.
    private mutating func enter(
        _ children: ChildEntries, from first: Int, start: UInt64, _ bound: [UInt8]
    ) throws(TreeError) {
        child = children.lowerBound(bound.span, from: first)
        let start = start + children.startRanks[child]
        guard child < children.count else {
            rank = start
            return
        }
        guard case .leaf(let entries) = try reader.node(children.reference(child, level: 0)).content else { return }
        if parent == nil { parent = (children, start - children.startRanks[child]) }
        stand(in: entries, start: start, bound)
    }

    private mutating func stand(in entries: LeafEntries, start: UInt64, _ bound: [UInt8]) {
        self.entries = entries
        index = entries.lowerBound(bound.span)
        rank = start + UInt64(index)
    }
}

extension LeafEntries {
    /// The index of the first entry, from `start` on, whose key is not below `bound`, which is probably near: steps of
    /// doubling length, then halving.
    fileprivate func lowerBound(_ bound: Span<UInt8>, near start: Int) -> Int {
        var low = start
        var step = 1
        var high = start
        while high < count, ByteOrder.compare(keySpan(high), bound) < 0 {
            low = high + 1
            high += step
            step *= 2
        }
        high = min(high, count)
        while low < high {
            let middle = (low + high) / 2
            if ByteOrder.compare(keySpan(middle), bound) < 0 {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }
}

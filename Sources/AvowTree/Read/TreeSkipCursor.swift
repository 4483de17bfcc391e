public import AvowProof

extension TreeReader {
    /// A cursor before the first entry that is not below `bound`, which leaps.
    public func skipCursor(from bound: [UInt8]) throws(TreeError) -> TreeSkipCursor {
        var cursor = TreeSkipCursor(self)
        try cursor.seek(bound)
        return cursor
    }
}

/// A place between two entries of the tree, which moves on by leaps: within a node it looks for the next place from
/// where it stands, and only beyond its end from the root.
public struct TreeSkipCursor {
    private let reader: TreeReader
    /// How many entries stand before the cursor.
    public private(set) var rank: UInt64 = 0
    /// The entries of the node that the cursor stands in; none behind the last entry.
    private var entries = LeafEntries()
    private var index = 0

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

    fileprivate mutating func seek(_ bound: [UInt8]) throws(TreeError) {
        let place = try reader.place(of: bound)
        rank = place.rank
        index = place.index
        if let leaf = place.leaf, case .leaf(let entries) = leaf.content {
            self.entries = entries
        } else {
            entries = LeafEntries()
        }
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

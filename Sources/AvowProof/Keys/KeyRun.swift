/// The keys of entries that stand next to each other, in one buffer: of a leaf node, or one alone.
public struct KeyRun: Sendable {
    /// Where a key stands in the buffer.
    public struct Cut: Sendable {
        let start: UInt32
        let end: UInt32
        let realmByteCount: UInt16
        let orderByteCount: UInt16
        /// How many leading bytes are those of the key before it in the run.
        let sharedByteCount: UInt16

        /// A key from `range` of the buffer on, with its cuts, which lie within it.
        ///
        /// - Parameter sharedByteCount: how many leading bytes are those of the key before it in the run, or fewer.
        public init(_ range: Range<Int>, realmByteCount: Int, orderByteCount: Int, sharedByteCount: Int) {
            start = UInt32(range.lowerBound)
            end = UInt32(range.upperBound)
            self.realmByteCount = UInt16(realmByteCount)
            self.orderByteCount = UInt16(orderByteCount)
            self.sharedByteCount = UInt16(sharedByteCount)
        }
    }

    private let bytes: [UInt8]
    private let cuts: [Cut]

    /// Keys in a buffer, in the order in which they are read.
    public init(_ bytes: [UInt8], _ cuts: [Cut]) {
        self.bytes = bytes
        self.cuts = cuts
    }

    /// One key.
    public init(_ key: TreeKey) {
        self.init(
            key.bytes,
            [
                Cut(
                    0..<key.bytes.count, realmByteCount: key.realmByteCount, orderByteCount: key.orderByteCount,
                    sharedByteCount: 0)
            ])
    }

    /// The number of keys.
    public var count: Int { cuts.count }

    /// The key at a place of the run.
    public subscript(index: Int) -> KeyPlace {
        let cut = cuts[index]
        return KeyPlace(
            bytes, Int(cut.start)..<Int(cut.end), realmByteCount: Int(cut.realmByteCount),
            orderByteCount: Int(cut.orderByteCount), sharedByteCount: Int(cut.sharedByteCount))
    }
}

internal import AvowProof

/// The entries of a leaf node, column by column, so that holding many of them allocates per node and not per entry.
struct LeafEntries: Sendable {
    private(set) var keyBytes: [UInt8] = []
    private var keyEnds: [UInt32] = []
    private var realmByteCounts: [UInt16] = []
    private var orderByteCounts: [UInt16] = []
    private(set) var values: [Digest] = []
    private(set) var blobs: [UInt64] = []
    private var inlineBytes: [UInt8] = []
    private var inlineEnds: [UInt32] = []
    private(set) var hashes: [Digest] = []

    var count: Int { values.count }
    var isEmpty: Bool { values.isEmpty }

    /// Memory held, roughly, in bytes.
    var byteCount: Int { keyBytes.count + inlineBytes.count + count * (4 + 2 + 2 + 32 + 8 + 4 + 32) }

    func keyRange(_ index: Int) -> Range<Int> {
        (index == 0 ? 0 : Int(keyEnds[index - 1]))..<Int(keyEnds[index])
    }

    @_lifetime(borrow self)
    func keySpan(_ index: Int) -> Span<UInt8> {
        keyBytes.span.extracting(keyRange(index))
    }

    func realmByteCount(_ index: Int) -> Int { Int(realmByteCounts[index]) }
    func orderByteCount(_ index: Int) -> Int { Int(orderByteCounts[index]) }

    func inlineRange(_ index: Int) -> Range<Int> {
        (index == 0 ? 0 : Int(inlineEnds[index - 1]))..<Int(inlineEnds[index])
    }

    @_lifetime(borrow self)
    func inlineSpan(_ index: Int) -> Span<UInt8> {
        inlineBytes.span.extracting(inlineRange(index))
    }

    /// The index of the first entry whose key is not below `bound`.
    func lowerBound(_ bound: Span<UInt8>, from start: Int = 0) -> Int {
        var low = start
        var high = count
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

    /// The entry at `index`, as a value of its own.
    func entry(_ index: Int, rank: UInt64) -> StoredEntry {
        var key: [UInt8] = []
        key.append(contentsOf: keySpan(index))
        var inline: [UInt8] = []
        inline.append(contentsOf: inlineSpan(index))
        return StoredEntry(
            keyBytes: key, realmByteCount: realmByteCount(index), orderByteCount: orderByteCount(index),
            value: values[index], blob: blobs[index], inline: inline, rank: rank)
    }

    mutating func append(
        key: Span<UInt8>, realmByteCount: Int, orderByteCount: Int, value: Digest, blob: UInt64,
        inline: Span<UInt8>
    ) {
        keyBytes.append(contentsOf: key)
        keyEnds.append(UInt32(keyBytes.count))
        realmByteCounts.append(UInt16(realmByteCount))
        orderByteCounts.append(UInt16(orderByteCount))
        values.append(value)
        blobs.append(blob)
        inlineBytes.append(contentsOf: inline)
        inlineEnds.append(UInt32(inlineBytes.count))
        hashes.append(
            TreeHash.leaf(
                key: key, realmByteCount: realmByteCount, orderByteCount: orderByteCount, value: value))
    }

    /// Appends entries of another node, hashes included.
    mutating func append(_ other: LeafEntries, _ range: Range<Int>) {
        guard !range.isEmpty else { return }
        let keyStart = other.keyRange(range.lowerBound).lowerBound
        let keyShift = keyBytes.count - keyStart
        keyBytes.append(contentsOf: other.keyBytes[keyStart..<Int(other.keyEnds[range.upperBound - 1])])
        for index in range { keyEnds.append(UInt32(Int(other.keyEnds[index]) + keyShift)) }
        let inlineStart = other.inlineRange(range.lowerBound).lowerBound
        let inlineShift = inlineBytes.count - inlineStart
        inlineBytes.append(contentsOf: other.inlineBytes[inlineStart..<Int(other.inlineEnds[range.upperBound - 1])])
        for index in range { inlineEnds.append(UInt32(Int(other.inlineEnds[index]) + inlineShift)) }
        realmByteCounts.append(contentsOf: other.realmByteCounts[range])
        orderByteCounts.append(contentsOf: other.orderByteCounts[range])
        values.append(contentsOf: other.values[range])
        blobs.append(contentsOf: other.blobs[range])
        hashes.append(contentsOf: other.hashes[range])
    }
}

/// The children of an inner node, column by column.
struct ChildEntries: Sendable {
    private(set) var keyBytes: [UInt8] = []
    private var keyEnds: [UInt32] = []
    private(set) var identifiers: [UInt64] = []
    private(set) var hashes: [Digest] = []
    private(set) var closingLevels: [UInt8] = []
    /// How many leaves stand before each child within the node, and behind the last how many there are.
    private(set) var startRanks: [UInt64] = [0]

    var count: Int { identifiers.count }
    var isEmpty: Bool { identifiers.isEmpty }
    var byteCount: Int { keyBytes.count + count * (4 + 8 + 32 + 1 + 8) }

    func keyRange(_ index: Int) -> Range<Int> {
        (index == 0 ? 0 : Int(keyEnds[index - 1]))..<Int(keyEnds[index])
    }

    /// The last key below a child.
    @_lifetime(borrow self)
    func lastKey(_ index: Int) -> Span<UInt8> {
        keyBytes.span.extracting(keyRange(index))
    }

    func leafCount(_ index: Int) -> UInt64 { startRanks[index + 1] - startRanks[index] }

    /// The index of the first child that holds keys not below `bound`.
    func lowerBound(_ bound: Span<UInt8>) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if ByteOrder.compare(lastKey(middle), bound) < 0 {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }

    /// The index of the child that holds the leaf `rank`, counted from the start of the node.
    func child(holding rank: UInt64) -> Int {
        var low = 0
        var high = count - 1
        while low < high {
            let middle = (low + high) / 2
            if startRanks[middle + 1] <= rank {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }

    func reference(_ index: Int, level: UInt8) -> NodeReference {
        NodeReference(id: identifiers[index], level: level, count: leafCount(index), hash: hashes[index])
    }

    mutating func append(lastKey: Span<UInt8>, id: UInt64, hash: Digest, count: UInt64, closingLevel: UInt8) {
        keyBytes.append(contentsOf: lastKey)
        keyEnds.append(UInt32(keyBytes.count))
        identifiers.append(id)
        hashes.append(hash)
        closingLevels.append(closingLevel)
        startRanks.append(startRanks[startRanks.count - 1] &+ count)
    }
}

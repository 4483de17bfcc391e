internal import AvowProof

/// The children of an inner node, column by column.
struct ChildEntries: Sendable {
    private struct Place {
        let keyEnd: UInt32
        let sharedByteCount: UInt16
    }

    private(set) var keyBytes: [UInt8] = []
    private var places: [Place] = []
    private(set) var identifiers: [UInt64] = []
    private(set) var hashes: [Digest] = []
    /// How many leaves stand before each child within the node, and behind the last how many there are.
    private(set) var startRanks: [UInt64] = [0]

    init() {}

    /// Makes room for so many children.
    init(capacity: Int) {
        keyBytes.reserveCapacity(capacity * 48)
        places.reserveCapacity(capacity)
        identifiers.reserveCapacity(capacity)
        hashes.reserveCapacity(capacity)
        startRanks.reserveCapacity(capacity + 1)
    }

    var count: Int { identifiers.count }
    var isEmpty: Bool { identifiers.isEmpty }

    /// Memory held, roughly, in bytes.
    var byteCount: Int { keyBytes.capacity + identifiers.capacity * (8 + 8 + Digest.byteCount + 8) }

    func keyRange(_ index: Int) -> Range<Int> {
        (index == 0 ? 0 : Int(places[index - 1].keyEnd))..<Int(places[index].keyEnd)
    }

    /// The last key below a child.
    @_lifetime(borrow self)
    func lastKey(_ index: Int) -> Span<UInt8> {
        keyBytes.span.extracting(keyRange(index))
    }

    /// As ``ByteOrder/compare(_:_:)`` the last key below a child with a bound.
    func compare(_ index: Int, _ bound: Span<UInt8>) -> Int { ByteOrder.compare(lastKey(index), bound) }

    /// How many leading bytes of a last key are those of the one before it in the node.
    func sharedByteCount(_ index: Int) -> Int { Int(places[index].sharedByteCount) }

    func leafCount(_ index: Int) -> UInt64 { startRanks[index + 1] - startRanks[index] }

    /// The index of the first child, from `start` on, that holds keys not below `bound`.
    func lowerBound(_ bound: Span<UInt8>, from start: Int = 0) -> Int {
        // The next one, for who goes from one to the next.
        if start > 0, start < count, ByteOrder.compare(lastKey(start), bound) >= 0 { return start }
        var low = start
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

    // MARK: Growing

    /// How many leading bytes `key` shares with the last key.
    func sharedWithLast(_ key: Span<UInt8>) -> Int {
        isEmpty ? 0 : ByteOrder.commonPrefix(lastKey(count - 1), key)
    }

    mutating func append(lastKey: Span<UInt8>, id: UInt64, hash: Digest, count: UInt64, sharedByteCount: Int) {
        keyBytes.append(contentsOf: lastKey)
        places.append(Place(keyEnd: UInt32(keyBytes.count), sharedByteCount: UInt16(sharedByteCount)))
        identifiers.append(id)
        hashes.append(hash)
        startRanks.append(startRanks[startRanks.count - 1] &+ count)
    }

    /// Appends a child whose last key begins with the first `shared` bytes of the one before.
    ///
    /// - Parameter rest: the bytes of the last key behind these.
    mutating func append(shared: Int, rest: Span<UInt8>, id: UInt64, hash: Digest, count: UInt64) {
        let last = isEmpty ? 0..<0 : keyRange(self.count - 1)
        keyBytes.append(zeros: shared + rest.count)
        keyBytes.write(shared, of: last, rest)
        places.append(Place(keyEnd: UInt32(keyBytes.count), sharedByteCount: UInt16(shared)))
        identifiers.append(id)
        hashes.append(hash)
        startRanks.append(startRanks[startRanks.count - 1] &+ count)
    }

    /// Appends children of another node.
    ///
    /// - Parameter sharedByteCount: how many bytes the first last key shares with the last key that is here.
    mutating func append(_ other: ChildEntries, _ range: Range<Int>, sharedByteCount: Int) {
        for index in range {
            append(
                lastKey: other.lastKey(index), id: other.identifiers[index], hash: other.hashes[index],
                count: other.leafCount(index),
                sharedByteCount: index == range.lowerBound ? sharedByteCount : other.sharedByteCount(index))
        }
    }

    /// Sets the hashes of children that were not yet hashed when they were appended.
    mutating func setHashes(_ hash: (UInt64) -> Digest?) {
        for index in identifiers.indices {
            if let known = hash(identifiers[index]) { hashes[index] = known }
        }
    }
}

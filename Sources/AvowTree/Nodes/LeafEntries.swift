internal import AvowProof

/// The entries of a leaf node, column by column, so that holding many of them allocates per node and not per entry.
struct LeafEntries: Sendable {
    /// Where the variable parts of an entry end, what size the node has with it, and how its key is cut.
    private struct Place {
        var keyEnd: UInt32
        var inlineEnd: UInt32
        var sizeEnd: UInt32
        var sharedByteCount: UInt16
        let realmByteCount: UInt16
        let orderByteCount: UInt16
    }

    /// What an entry stands for.
    private struct Value {
        /// The digest of the value; ``unhashed`` when it rests in the tree, since it follows from it then.
        let digest: Digest
        let blob: UInt64
    }

    private(set) var keyBytes: [UInt8] = []
    private var places: [Place] = []
    private var values: [Value] = []
    private var inlineBytes: [UInt8] = []

    init() {}

    /// Makes room for so many entries.
    ///
    /// - Parameters:
    ///   - keyByteCount: the length of all keys; about 48 bytes each when it is not known.
    ///   - inlineByteCount: the length of all values that rest in the tree.
    init(capacity: Int, keyByteCount: Int? = nil, inlineByteCount: Int = 0) {
        keyBytes.reserveCapacity(keyByteCount ?? capacity * 48)
        places.reserveCapacity(capacity)
        values.reserveCapacity(capacity)
        if inlineByteCount > 0 { inlineBytes.reserveCapacity(inlineByteCount) }
    }

    var count: Int { places.count }
    var isEmpty: Bool { places.isEmpty }

    /// Memory held, roughly, in bytes.
    var byteCount: Int {
        keyBytes.capacity + inlineBytes.capacity + places.capacity * MemoryLayout<Place>.stride
            + values.capacity * MemoryLayout<Value>.stride
    }

    func keyRange(_ index: Int) -> Range<Int> {
        (index == 0 ? 0 : Int(places[index - 1].keyEnd))..<Int(places[index].keyEnd)
    }

    @_lifetime(borrow self)
    func keySpan(_ index: Int) -> Span<UInt8> {
        keyBytes.span.extracting(keyRange(index))
    }

    /// Calls `body` with the bytes of a key, then the lengths of its realm and order.
    func withKey<Value>(_ index: Int, _ body: (Span<UInt8>, _ realmByteCount: Int, _ orderByteCount: Int) -> Value)
        -> Value
    {
        body(keySpan(index), realmByteCount(index), orderByteCount(index))
    }

    /// As ``ByteOrder/compare(_:_:)`` a key with a bound.
    func compare(_ index: Int, _ bound: Span<UInt8>) -> Int { ByteOrder.compare(keySpan(index), bound) }

    func realmByteCount(_ index: Int) -> Int { Int(places[index].realmByteCount) }
    func orderByteCount(_ index: Int) -> Int { Int(places[index].orderByteCount) }

    /// How many leading bytes of the key are those of the key before it in the node.
    func sharedByteCount(_ index: Int) -> Int { Int(places[index].sharedByteCount) }

    /// The size of the node with the entries before one (``NodeShape``).
    func size(before index: Int) -> Int { index == 0 ? 0 : Int(places[index - 1].sizeEnd) }

    /// What an entry adds to the size of its node, behind the entry before it.
    func weight(_ index: Int) -> Int { size(before: index + 1) - size(before: index) }

    /// The first entry of a range with which the size of the node is at least `size`; the end of the range if none is.
    func first(reaching size: Int, in range: Range<Int>) -> Int {
        var low = range.lowerBound
        var high = range.upperBound
        while low < high {
            let middle = (low + high) / 2
            if Int(places[middle].sizeEnd) < size { low = middle + 1 } else { high = middle }
        }
        return low
    }

    func inlineRange(_ index: Int) -> Range<Int> {
        (index == 0 ? 0 : Int(places[index - 1].inlineEnd))..<Int(places[index].inlineEnd)
    }

    @_lifetime(borrow self)
    func inlineSpan(_ index: Int) -> Span<UInt8> {
        inlineBytes.span.extracting(inlineRange(index))
    }

    /// The value when it rests in the tree; empty when it does not.
    func inline(_ index: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(contentsOf: inlineSpan(index))
        return bytes
    }

    /// The digest that the tree commits to.
    func value(_ index: Int) -> Digest {
        let inline = inlineSpan(index)
        let digest = values[index].digest
        return digest == LeafEntries.unhashed && !inline.isEmpty ? TreeHash.value(inline) : digest
    }

    /// The id of the sealed record that an entry stands for; 0 when there is none.
    func blob(_ index: Int) -> UInt64 { values[index].blob }

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

    /// The index of the first entry from `start` on whose key is not below `bound`, which is found going along the entries.
    ///
    /// How much of a key is as in the one before says of most keys on which side of the bound they stand, without a look at
    /// their bytes: fewer lines of memory than halving visits, which are mostly not in the processor's cache, and all in a row.
    func lowerBound(_ bound: Span<UInt8>, along start: Int) -> Int {
        guard start < count else { return start }
        // How much of the bound is as in the last key, which is below it.
        var shared = 0
        let places = places.span
        for index in start..<places.count {
            if index > start {
                let repeated = Int(places[index].sharedByteCount)
                // It differs from the bound where the last one does, or already before, where it is above the last one.
                if repeated > shared { continue }
                if repeated < shared { return index }
            }
            let key = keySpan(index)
            shared += ByteOrder.commonPrefix(key.extracting(shared...), bound.extracting(shared...))
            guard shared < bound.count, shared == key.count || key[shared] < bound[shared] else { return index }
        }
        return places.count
    }

    /// The index of the first entry from `start` on whose key is not below `key`, and whether it has that key.
    func find(_ key: Span<UInt8>, from start: Int) -> (index: Int, isThere: Bool) {
        let index = lowerBound(key, from: start)
        return (index, index < count && ByteOrder.compare(keySpan(index), key) == 0)
    }

    /// The entry at `index`, as a value of its own.
    func entry(_ index: Int, rank: UInt64) -> StoredEntry {
        var key: [UInt8] = []
        key.append(contentsOf: keySpan(index))
        return StoredEntry(
            keyBytes: key, realmByteCount: realmByteCount(index), orderByteCount: orderByteCount(index),
            value: value(index), blob: blob(index), inline: inline(index), rank: rank)
    }

    /// The keys of some entries, in their order or against it.
    func keys(_ range: Range<Int>, descending: Bool) -> KeyRun {
        var cuts: [KeyRun.Cut] = []
        cuts.reserveCapacity(range.count)
        func append(_ index: Int, shared: Int) {
            cuts.append(
                KeyRun.Cut(
                    keyRange(index), realmByteCount: realmByteCount(index), orderByteCount: orderByteCount(index),
                    sharedByteCount: shared))
        }
        if descending {
            for index in range.reversed() {
                append(index, shared: index + 1 == range.upperBound ? 0 : sharedByteCount(index + 1))
            }
        } else {
            for index in range { append(index, shared: index == range.lowerBound ? 0 : sharedByteCount(index)) }
        }
        return KeyRun(keyBytes, cuts)
    }

    /// The hash of the leaf at `index`.
    func hash(_ index: Int) -> Digest {
        TreeHash.leaf(
            key: keySpan(index), realmByteCount: realmByteCount(index), orderByteCount: orderByteCount(index),
            value: value(index))
    }

    // MARK: Growing

    /// How many leading bytes `key` shares with the last key.
    func sharedWithLast(_ key: Span<UInt8>) -> Int {
        isEmpty ? 0 : ByteOrder.commonPrefix(keySpan(count - 1), key)
    }

    /// Appends an entry.
    ///
    /// - Parameters:
    ///   - value: the digest of its value; nil when that is `inline`, which is not empty then.
    ///   - sharedByteCount: how many leading bytes of the key are those of the last key.
    mutating func append(
        key: Span<UInt8>, realmByteCount: Int, orderByteCount: Int, value: Digest?, blob: UInt64,
        inline: Span<UInt8>, sharedByteCount: Int
    ) {
        let size = size(before: count) + NodeShape.weight(suffix: key.count - sharedByteCount, inline: inline.count)
        keyBytes.append(contentsOf: key)
        if !inline.isEmpty { inlineBytes.append(contentsOf: inline) }
        places.append(
            Place(
                keyEnd: UInt32(keyBytes.count), inlineEnd: UInt32(inlineBytes.count), sizeEnd: UInt32(size),
                sharedByteCount: UInt16(sharedByteCount), realmByteCount: UInt16(realmByteCount),
                orderByteCount: UInt16(orderByteCount)))
        values.append(Value(digest: value ?? LeafEntries.unhashed, blob: blob))
    }

    /// Makes exactly as much more room as entries need that follow, all by
    /// ``append(shared:rest:realmByteCount:orderByteCount:value:blob:inline:)``.
    ///
    /// - Parameters:
    ///   - keyByteCount: the length of all their keys.
    ///   - inlineByteCount: the length of all their values that rest in the tree.
    mutating func makeRoom(_ count: Int, keyByteCount: Int, inlineByteCount: Int) {
        keyBytes.append(zeros: keyByteCount)
        places.reserveCapacity(places.count + count)
        values.reserveCapacity(values.count + count)
        if inlineByteCount > 0 { inlineBytes.reserveCapacity(inlineBytes.count + inlineByteCount) }
    }

    /// Appends an entry for which room was made, and whose key begins with the first `shared` bytes of the last key.
    ///
    /// - Parameters:
    ///   - rest: the bytes of the key behind these.
    ///   - value: as in ``append(key:realmByteCount:orderByteCount:value:blob:inline:sharedByteCount:)``.
    mutating func append(
        shared: Int, rest: Span<UInt8>, realmByteCount: Int, orderByteCount: Int, value: Digest?, blob: UInt64,
        inline: Span<UInt8>
    ) {
        let size = size(before: count) + NodeShape.weight(suffix: rest.count, inline: inline.count)
        let last = isEmpty ? 0..<0 : keyRange(count - 1)
        keyBytes.write(shared, of: last, rest)
        if !inline.isEmpty { inlineBytes.append(contentsOf: inline) }
        places.append(
            Place(
                keyEnd: UInt32(last.upperBound + shared + rest.count), inlineEnd: UInt32(inlineBytes.count),
                sizeEnd: UInt32(size),
                sharedByteCount: UInt16(shared), realmByteCount: UInt16(realmByteCount),
                orderByteCount: UInt16(orderByteCount)))
        values.append(Value(digest: value ?? LeafEntries.unhashed, blob: blob))
    }

    /// Appends entries of another node.
    ///
    /// - Parameter sharedByteCount: how many bytes the first of them shares with the last key that is here.
    mutating func append(_ other: LeafEntries, _ range: Range<Int>, sharedByteCount: Int) {
        guard !range.isEmpty else { return }
        let first = places.count
        let keys = other.keyRange(range.lowerBound).lowerBound..<Int(other.places[range.upperBound - 1].keyEnd)
        let inlines = other.inlineRange(range.lowerBound).lowerBound..<Int(other.places[range.upperBound - 1].inlineEnd)
        // Ends are moved by what stands before them here instead of there; they may also move down.
        let keyShift = UInt32(truncatingIfNeeded: keyBytes.count - keys.lowerBound)
        let inlineShift = UInt32(truncatingIfNeeded: inlineBytes.count - inlines.lowerBound)
        let sizeShift = UInt32(
            truncatingIfNeeded: size(before: first) - other.size(before: range.lowerBound)
                + other.sharedByteCount(range.lowerBound) - sharedByteCount)
        keyBytes.append(contentsOf: other.keyBytes[keys])
        if !inlines.isEmpty { inlineBytes.append(contentsOf: other.inlineBytes[inlines]) }
        places.append(contentsOf: other.places[range])
        for index in first..<places.count {
            places[index].keyEnd &+= keyShift
            places[index].inlineEnd &+= inlineShift
            places[index].sizeEnd &+= sizeShift
        }
        places[first].sharedByteCount = UInt16(sharedByteCount)
        values.append(contentsOf: other.values[range])
    }

    /// Stands for the digest of a value that rests in the tree. No digest is known to be it, and if one were, nothing would
    /// go wrong: only values that rest in the tree are hashed for it.
    private static let unhashed = Digest(words: 0, 0, 0, 0)
}

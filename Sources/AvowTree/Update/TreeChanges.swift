public import AvowProof

/// Changes of the tree in any order, column by column: a change takes no allocation of its own.
public struct TreeChanges: Sendable {
    /// What becomes of an entry.
    enum Kind: UInt8 {
        case record, inline, remove
    }

    /// Where the parts of a change stand, and how its key is cut.
    private struct Place {
        let keyStart: UInt32
        let inlineStart: UInt32
        let inlineByteCount: UInt32
        let keyByteCount: UInt16
        let realmByteCount: UInt16
        let orderByteCount: UInt16
        let kind: Kind
    }

    private var keys = TupleBytes()
    private var inline: [UInt8] = []
    private var places: [Place] = []
    private var digests: [Digest] = []
    private var blobs: [UInt64] = []
    /// The longest key that is too long for a tree, if there is one.
    private(set) var tooLongKey: Int?

    /// No changes.
    public init() {}

    /// The changes in the order that they are given in.
    public init(_ mutations: [TreeMutation]) {
        reserveCapacity(mutations.count, keyByteCount: 64)
        append(contentsOf: mutations)
    }

    /// How many changes there are.
    public var count: Int { places.count }

    /// The memory that they hold, roughly, in bytes.
    public var byteCount: Int {
        keys.bytes.capacity + inline.capacity
            + count * (MemoryLayout<Place>.stride + MemoryLayout<Digest>.stride + MemoryLayout<UInt64>.stride)
    }

    /// Makes room for changes.
    ///
    /// - Parameter keyByteCount: the length of a key, about.
    public mutating func reserveCapacity(_ count: Int, keyByteCount: Int) {
        keys.reserveCapacity(count * keyByteCount)
        places.reserveCapacity(count)
        digests.reserveCapacity(count)
        blobs.reserveCapacity(count)
    }

    /// Appends changes that were made one by one.
    public mutating func append(contentsOf mutations: [TreeMutation]) {
        for mutation in mutations {
            append(mutation.change) { $0.append(mutation.key) }
        }
    }

    /// Appends a change.
    ///
    /// - Parameter key: appends the key and returns where it is cut.
    public mutating func append(_ change: TreeMutation.Change, key: (inout TupleBytes) -> KeyCuts) {
        let start = keys.bytes.count
        let cuts = key(&keys)
        append(change, keyStart: start, keyByteCount: keys.bytes.count - start, cuts)
    }

    private mutating func append(
        _ change: TreeMutation.Change, keyStart: Int, keyByteCount: Int, _ cuts: KeyCuts
    ) {
        guard keyByteCount <= TreeKey.maximumByteCount else {
            tooLongKey = max(tooLongKey ?? 0, keyByteCount)
            return
        }
        let inlineStart = inline.count
        let kind: Kind
        switch change {
        case .record(let digest, let blob):
            kind = .record
            digests.append(digest)
            blobs.append(blob)
        case .inline(let bytes, let blob):
            kind = .inline
            inline.append(contentsOf: bytes)
            digests.append(NodeHashes.unknown)
            blobs.append(blob)
        case .remove:
            kind = .remove
            digests.append(NodeHashes.unknown)
            blobs.append(0)
        }
        places.append(
            Place(
                keyStart: UInt32(keyStart), inlineStart: UInt32(inlineStart),
                inlineByteCount: UInt32(inline.count - inlineStart), keyByteCount: UInt16(keyByteCount),
                realmByteCount: UInt16(cuts.realmByteCount), orderByteCount: UInt16(cuts.orderByteCount), kind: kind))
    }

    func kind(_ index: Int) -> Kind { places[index].kind }
    func blob(_ index: Int) -> UInt64 { blobs[index] }
    func realmByteCount(_ index: Int) -> Int { Int(places[index].realmByteCount) }
    func orderByteCount(_ index: Int) -> Int { Int(places[index].orderByteCount) }

    func keyRange(_ index: Int) -> Range<Int> {
        let place = places[index]
        return Int(place.keyStart)..<(Int(place.keyStart) + Int(place.keyByteCount))
    }

    @_lifetime(borrow self)
    func keySpan(_ index: Int) -> Span<UInt8> {
        keys.span.extracting(keyRange(index))
    }

    @_lifetime(borrow self)
    func inlineSpan(_ index: Int) -> Span<UInt8> {
        let place = places[index]
        let start = Int(place.inlineStart)
        return inline.span.extracting(start..<(start + Int(place.inlineByteCount)))
    }

    /// Reads a little of all that there is of a change.
    func fetch(_ index: Int) -> UInt64 {
        let key = keySpan(index)
        let ends = key.isEmpty ? 0 : UInt64(key[0]) &+ UInt64(key[key.count - 1])
        return ends &+ (digests[index] == NodeHashes.unknown ? 1 : 0) &+ blobs[index]
    }

    /// The digest of what the entry stands for; nil when that follows from the value that rests in the tree.
    func digest(_ index: Int) -> Digest? {
        switch kind(index) {
        case .record: digests[index]
        // An empty value cannot be told from none at rest.
        case .inline: places[index].inlineByteCount == 0 ? TreeHash.value(inlineSpan(index)) : nil
        case .remove: nil
        }
    }
}

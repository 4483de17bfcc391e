internal import AvowProof

/// The key that was read last, which the next one is written over. It has room for any key, so that reading a node
/// does not make the room anew for each.
struct LastKey {
    private var bytes = [UInt8](repeating: 0, count: TreeKey.maximumByteCount)
    private(set) var count = 0

    var span: Span<UInt8> {
        @_lifetime(borrow self)
        borrowing get { bytes.span.extracting(first: count) }
    }

    /// Puts `rest` behind the first `shared` bytes, with which it is no longer than any key may be.
    mutating func replace(after shared: Int, with rest: Span<UInt8>) {
        precondition(shared <= count && rest.count <= bytes.count - shared)
        // There is room by the line above.
        unsafe bytes.withUnsafeMutableBytes { bytes in
            unsafe rest.withUnsafeBytes { rest in
                unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[shared...]).copyMemory(from: rest)
            }
        }
        count = shared + rest.count
    }
}

/// Reads the parts of a node; total over any bytes.
struct NodeByteReader {
    let bytes: [UInt8]
    private let id: UInt64
    private var offset = 0

    init(_ bytes: [UInt8], id: UInt64) {
        self.bytes = bytes
        self.id = id
    }

    var isAtEnd: Bool { offset == bytes.count }
    /// How many bytes are still to be read.
    var rest: Int { bytes.count - offset }

    func failure(_ expected: String) -> TreeError {
        .malformedNode(id, offset: offset, expected: expected)
    }

    mutating func byte(_ expected: String) throws(TreeError) -> UInt8 {
        guard offset < bytes.count else { throw failure(expected) }
        defer { offset += 1 }
        return bytes[offset]
    }

    @inline(__always)
    mutating func varint(_ expected: @autoclosure () -> String) throws(TreeError) -> UInt64 {
        // Most numbers have one byte.
        if offset < bytes.count, bytes[offset] < 0x80 {
            offset += 1
            return UInt64(bytes[offset - 1])
        }
        return try longVarint(expected())
    }

    @inline(never)
    private mutating func longVarint(_ expected: String) throws(TreeError) -> UInt64 {
        do throws(ByteError) {
            let (value, next) = try Varint.decode(bytes, at: offset)
            offset = next
            return value
        } catch {
            throw failure(expected)
        }
    }

    /// Reads what a patch names: a node and its hash.
    mutating func base() throws(TreeError) -> (id: UInt64, hash: Digest) {
        (try varint("a node id"), try digest())
    }

    /// Reads a length and says where that many bytes stand.
    mutating func string(_ expected: String) throws(TreeError) -> Range<Int> {
        let count = try varint(expected)
        guard count <= UInt64(bytes.count - offset) else { throw failure("\(expected) of \(count) bytes") }
        defer { offset += Int(count) }
        return offset..<(offset + Int(count))
    }

    mutating func digest() throws(TreeError) -> Digest {
        guard bytes.count - offset >= Digest.byteCount,
            let digest = Digest(bytes.span.extracting(offset..<(offset + Digest.byteCount)))
        else { throw failure("a hash of 32 bytes") }
        offset += Digest.byteCount
        return digest
    }

    /// Reads a key over the one before it, which it must stand above.
    ///
    /// - Returns: how many bytes both share, which must be all that they have in common.
    mutating func key(_ key: inout LastKey, isFirst: Bool) throws(TreeError) -> Int {
        let shared = try varint("a shared length")
        guard shared <= UInt64(key.count) else { throw failure("at most \(key.count) shared bytes") }
        let count = try varint("the rest of a key")
        guard count <= UInt64(bytes.count - offset), shared + count <= UInt64(TreeKey.maximumByteCount) else {
            throw failure("the rest of a key, all of it")
        }
        if !isFirst {
            let isAbove = count > 0 && (Int(shared) == key.count || bytes[offset] > key.span[Int(shared)])
            guard isAbove else { throw failure("a key above the one before") }
        }
        key.replace(after: Int(shared), with: bytes.span.extracting(offset..<(offset + Int(count))))
        offset += Int(count)
        return Int(shared)
    }
}

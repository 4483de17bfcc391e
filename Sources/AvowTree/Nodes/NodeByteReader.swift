internal import AvowProof

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

    mutating func skip(_ count: Int, _ expected: String) throws(TreeError) {
        guard count <= bytes.count - offset else { throw failure(expected) }
        offset += count
    }

    /// Reads how a key is written over one of `length` bytes: how many bytes both share, and where the rest stands.
    @inline(__always)
    mutating func keyParts(behind length: Int) throws(TreeError) -> (shared: Int, rest: Range<Int>) {
        let shared = try varint("a shared length")
        guard shared <= UInt64(length) else { throw failure("at most \(length) shared bytes") }
        let count = try varint("the rest of a key")
        guard count <= UInt64(bytes.count - offset), shared + count <= UInt64(TreeKey.maximumByteCount) else {
            throw failure("the rest of a key, all of it")
        }
        let start = offset
        offset += Int(count)
        return (Int(shared), start..<offset)
    }

    /// Makes sure that a key stands above the one before it.
    ///
    /// - Parameters:
    ///   - rest: where the bytes stand that it does not share with that.
    ///   - next: what that has behind the bytes that both share; nil when it ends there.
    @inline(__always)
    func requireAbove(_ rest: Range<Int>, _ next: UInt8?) throws(TreeError) {
        guard !rest.isEmpty, next.map({ bytes[rest.lowerBound] > $0 }) ?? true else {
            throw .malformedNode(id, offset: rest.lowerBound, expected: "a key above the one before")
        }
    }
}

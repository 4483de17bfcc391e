/// A SHA-256 hash: 32 bytes, held inline.
///
/// Digests are public values (they stand in proofs and checkpoints), so `==` need not be constant-time.
public struct Digest: Hashable, Sendable {
    /// The length of a digest in bytes.
    public static let byteCount = 32

    // Four big-endian words keep a digest in registers and off the heap.
    @usableFromInline let word0: UInt64
    @usableFromInline let word1: UInt64
    @usableFromInline let word2: UInt64
    @usableFromInline let word3: UInt64

    /// Takes the 32 bytes of `bytes`; nil when there are fewer or more.
    @inlinable
    public init?(_ bytes: Span<UInt8>) {
        guard bytes.count == Digest.byteCount else { return nil }
        // Each load ends within the 32 bytes.
        self = unsafe bytes.withUnsafeBytes { buffer in
            unsafe Digest(
                words: UInt64(bigEndian: buffer.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
                UInt64(bigEndian: buffer.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
                UInt64(bigEndian: buffer.loadUnaligned(fromByteOffset: 16, as: UInt64.self)),
                UInt64(bigEndian: buffer.loadUnaligned(fromByteOffset: 24, as: UInt64.self)))
        }
    }

    /// Takes the 32 bytes of `bytes`; nil when there are fewer or more.
    @inlinable
    public init?(_ bytes: [UInt8]) {
        self.init(bytes.span)
    }

    /// A digest of four words, each most significant byte first.
    @inlinable
    public init(words word0: UInt64, _ word1: UInt64, _ word2: UInt64, _ word3: UInt64) {
        self.word0 = word0
        self.word1 = word1
        self.word2 = word2
        self.word3 = word3
    }

    /// The digest as four words, each most significant byte first.
    public var words: (UInt64, UInt64, UInt64, UInt64) { (word0, word1, word2, word3) }

    /// The 32 bytes.
    public var bytes: [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(Digest.byteCount)
        append(to: &result)
        return result
    }

    /// Appends the 32 bytes to `buffer`.
    @inlinable
    public func append(to buffer: inout [UInt8]) {
        let words = (word0.bigEndian, word1.bigEndian, word2.bigEndian, word3.bigEndian)
        // The bytes of the words are read during the call only.
        unsafe Swift.withUnsafeBytes(of: words) { bytes in unsafe buffer.append(contentsOf: bytes) }
    }
}

extension Digest: CustomStringConvertible {
    /// The digest in lower-case hexadecimal, 64 characters.
    public var description: String {
        bytes.hexadecimal
    }
}

extension [UInt8] {
    /// Appends `value` as bytes, most significant first.
    @inlinable
    public mutating func append<Value: FixedWidthInteger>(bigEndian value: Value) {
        // The bytes of the integer are read during the call only.
        unsafe Swift.withUnsafeBytes(of: value.bigEndian) { bytes in unsafe append(contentsOf: bytes) }
    }

    /// Appends the bytes of `span`.
    @inlinable
    public mutating func append(contentsOf span: Span<UInt8>) {
        // The span's buffer is valid for the length of the closure, and append copies out of it.
        unsafe span.withUnsafeBufferPointer { buffer in unsafe append(contentsOf: buffer) }
    }

    /// The bytes in lower-case hexadecimal.
    public var hexadecimal: String {
        let digits: [UInt8] = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(count * 2)
        for byte in self {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}

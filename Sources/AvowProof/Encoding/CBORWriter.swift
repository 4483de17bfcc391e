/// Writes deterministic CBOR (RFC 8949, section 4.2.1): shortest integers and lengths, definite lengths, sorted maps.
///
/// An array or map header promises its items; the writer appends what it is given and leaves the count to its caller.
///
///     var writer = CBORWriter()
///     writer.array(count: 2)
///     writer.unsigned(1)
///     writer.text("first")
///     let encoded = writer.bytes
public struct CBORWriter: Sendable {
    /// What was written so far.
    public private(set) var bytes: [UInt8]

    /// A writer that has written nothing.
    ///
    /// - Parameter capacity: how many bytes to make room for.
    public init(capacity: Int = 0) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    /// Writes an unsigned integer.
    public mutating func unsigned(_ value: UInt64) {
        head(.unsigned, value)
    }

    /// Writes an integer, negative ones as CBOR's −1 − n.
    public mutating func integer(_ value: Int64) {
        if value < 0 {
            // −1 − value is the bitwise complement, which cannot overflow.
            head(.negative, UInt64(bitPattern: ~value))
        } else {
            head(.unsigned, UInt64(value))
        }
    }

    /// Writes a byte string.
    public mutating func bytes(_ value: [UInt8]) {
        bytes(value.span)
    }

    /// Writes a byte string.
    public mutating func bytes(_ value: Span<UInt8>) {
        head(.bytes, UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    /// Writes a digest as a byte string of 32 bytes.
    public mutating func digest(_ value: Digest) {
        head(.bytes, UInt64(Digest.byteCount))
        value.append(to: &bytes)
    }

    /// Writes a text string in UTF-8.
    public mutating func text(_ value: String) {
        let utf8 = value.utf8
        head(.text, UInt64(utf8.count))
        bytes.append(contentsOf: utf8)
    }

    /// Begins an array of `count` items, which the caller writes next.
    ///
    /// - Precondition: `count` is not negative.
    public mutating func array(count: Int) {
        head(.array, UInt64(count))
    }

    /// Begins a map of `count` pairs, which the caller writes next: each key, then its value, in the order of the keys'
    /// encodings. ``map(_:)`` does the sorting.
    ///
    /// - Precondition: `count` is not negative.
    public mutating func map(count: Int) {
        head(.map, UInt64(count))
    }

    /// Writes a map of pairs that were each encoded before, sorted by the bytes of the keys.
    ///
    /// - Parameter entries: one key and one value, each exactly one item, in any order.
    /// - Throws: `CBORError.Problem.duplicateKey` when two keys are equal; then nothing was written.
    public mutating func map(_ entries: [(key: CBORWriter, value: CBORWriter)]) throws(CBORError) {
        let sorted = entries.sorted { $0.key.bytes.lexicographicallyPrecedes($1.key.bytes) }
        for (one, next) in zip(sorted, sorted.dropFirst()) where one.key.bytes == next.key.bytes {
            throw CBORError(.duplicateKey, at: bytes.count)
        }
        map(count: sorted.count)
        for entry in sorted {
            bytes.append(contentsOf: entry.key.bytes)
            bytes.append(contentsOf: entry.value.bytes)
        }
    }

    /// Writes an item that was encoded before.
    ///
    /// - Parameter item: exactly one deterministically encoded item.
    public mutating func encoded(_ item: Span<UInt8>) {
        bytes.append(contentsOf: item)
    }

    /// Writes a Boolean.
    public mutating func boolean(_ value: Bool) {
        bytes.append(value ? CBORHead.trueByte : CBORHead.falseByte)
    }

    /// Writes null.
    public mutating func null() {
        bytes.append(CBORHead.nullByte)
    }

    private mutating func head(_ major: CBORHead.Major, _ argument: UInt64) {
        let first = major.rawValue << 5
        switch argument {
        case 0..<24:
            bytes.append(first | UInt8(argument))
        case 24...0xff:
            bytes.append(first | CBORHead.oneByteArgument)
            bytes.append(UInt8(argument))
        case 0x100...0xffff:
            bytes.append(first | CBORHead.twoByteArgument)
            bytes.append(bigEndian: UInt16(argument))
        case 0x1_0000...0xffff_ffff:
            bytes.append(first | CBORHead.fourByteArgument)
            bytes.append(bigEndian: UInt32(argument))
        default:
            bytes.append(first | CBORHead.eightByteArgument)
            bytes.append(bigEndian: argument)
        }
    }
}

/// The numbers in the first byte of an item (RFC 8949, sections 3 and 3.3).
enum CBORHead {
    /// The upper three bits.
    enum Major: UInt8 {
        case unsigned = 0
        case negative = 1
        case bytes = 2
        case text = 3
        case array = 4
        case map = 5
        case tag = 6
        case simple = 7
    }

    static let oneByteArgument: UInt8 = 24
    static let twoByteArgument: UInt8 = 25
    static let fourByteArgument: UInt8 = 26
    static let eightByteArgument: UInt8 = 27
    static let indefinite: UInt8 = 31

    static let falseByte: UInt8 = 0xf4
    static let trueByte: UInt8 = 0xf5
    static let nullByte: UInt8 = 0xf6
}

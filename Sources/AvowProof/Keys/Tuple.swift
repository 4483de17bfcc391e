/// One element of a tuple in the FoundationDB tuple encoding.
///
/// The encoding preserves order: encoded tuples compare, byte by byte, as the tuples do element by element. Avow uses
/// the types that it needs: null, byte string, text, integers of at most 64 bits and UUIDs.
/// Source: FoundationDB, `design/tuple.md`.
public enum TupleElement: Hashable, Sendable {
    case null
    case bytes([UInt8])
    case text(String)
    case integer(Int64)
    /// An integer above `Int64.max`; smaller ones are always decoded as `integer`.
    case unsigned(UInt64)
    /// 16 bytes.
    case uuid([UInt8])
}

/// The type codes of the encoding.
enum TupleCode {
    static let null: UInt8 = 0x00
    static let bytes: UInt8 = 0x01
    static let text: UInt8 = 0x02
    static let zero: UInt8 = 0x14
    static let uuid: UInt8 = 0x30
    static let escape: UInt8 = 0xFF
}

/// A tuple in its encoded form, grown element by element.
public struct TupleBytes: Hashable, Sendable {
    /// The encoded tuple.
    public private(set) var bytes: [UInt8]

    /// The empty tuple.
    public init() {
        bytes = []
        // Room for most keys of the tree.
        bytes.reserveCapacity(80)
    }

    /// The length of what has been appended.
    public var byteCount: Int { bytes.count }

    /// What has been appended.
    public var span: Span<UInt8> {
        @_lifetime(borrow self) get { bytes.span }
    }

    /// Whether the first elements of an encoded tuple are these: it begins with their bytes, and a text at their end does
    /// not go on behind a zero.
    public func begins(_ tuple: Span<UInt8>) -> Bool {
        ByteOrder.hasPrefix(tuple, bytes.span)
            && (tuple.count == bytes.count || tuple[bytes.count] != TupleCode.escape)
    }

    /// Makes room for tuples of so many bytes in all.
    public mutating func reserveCapacity(_ byteCount: Int) {
        bytes.reserveCapacity(byteCount)
    }

    /// Appends the elements of another tuple.
    public mutating func append(contentsOf tuple: TupleBytes) {
        append(encoded: tuple.bytes)
    }

    mutating func append(encoded elements: [UInt8]) {
        bytes.append(contentsOf: elements)
    }

    /// Appends elements that are encoded already.
    public mutating func append(encoded elements: Span<UInt8>) {
        append(copying: elements)
    }

    /// Forgets what was appended, and keeps the memory for it.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
    }

    /// Forgets what was appended behind the first `byteCount` bytes.
    public mutating func cut(to byteCount: Int) {
        bytes.removeLast(bytes.count - byteCount)
    }

    /// A tuple that goes on behind elements that are encoded already.
    public init(continuing encoded: [UInt8]) {
        bytes = encoded
    }

    /// Continues an encoded tuple, with room for so many more bytes.
    public init(continuing encoded: [UInt8], makingRoomFor byteCount: Int) {
        bytes = []
        bytes.reserveCapacity(encoded.count + byteCount)
        bytes.append(contentsOf: encoded)
    }

    /// The most bytes that an integer takes.
    public static let mostIntegerBytes = 9

    /// Appends a null, which sorts before everything else.
    public mutating func appendNull() {
        bytes.append(TupleCode.null)
    }

    /// Appends a byte string: its bytes with each zero followed by 0xFF, then a zero.
    public mutating func append(bytes value: Span<UInt8>) {
        bytes.append(TupleCode.bytes)
        appendEscaped(value)
    }

    /// Appends text, as UTF-8.
    public mutating func append(text value: String) {
        var value = value
        // The span does not outlive the call.
        value.withUTF8 { utf8 in unsafe append(text: Span(_unsafeElements: utf8)) }
    }

    /// Appends text that is given as UTF-8.
    public mutating func append(text value: Span<UInt8>) {
        bytes.append(TupleCode.text)
        appendEscaped(value)
    }

    /// Appends an integer in as few bytes as hold it.
    public mutating func append(_ value: Int64) {
        if value >= 0 {
            append(UInt64(value))
            return
        }
        let magnitude = value.magnitude
        let length = TupleBytes.byteLength(magnitude)
        bytes.append(TupleCode.zero - UInt8(length))
        appendTail(~magnitude, length)
    }

    /// Appends an unsigned integer in as few bytes as hold it.
    public mutating func append(_ value: UInt64) {
        let length = TupleBytes.byteLength(value)
        bytes.append(TupleCode.zero + UInt8(length))
        appendTail(value, length)
    }

    /// Appends a UUID.
    ///
    /// - Parameter uuid: its 16 bytes.
    public mutating func append(uuid: UUIDBytes) {
        bytes.append(TupleCode.uuid)
        bytes.append(bigEndian: uuid.high)
        bytes.append(bigEndian: uuid.low)
    }

    private mutating func appendEscaped(_ value: Span<UInt8>) {
        var start = 0
        for index in value.indices where value[index] == 0 {
            append(copying: value.extracting(start...index))
            bytes.append(TupleCode.escape)
            start = index + 1
        }
        append(copying: value.extracting(start..<value.count))
        bytes.append(0)
    }

    private mutating func append(copying value: Span<UInt8>) {
        // The buffer is copied during the call.
        unsafe value.withUnsafeBufferPointer { buffer in unsafe bytes.append(contentsOf: buffer) }
    }

    private mutating func appendTail(_ value: UInt64, _ length: Int) {
        // Two thirds of the integers of keys have one byte or none, and most others eight.
        if length == 8 {
            bytes.append(bigEndian: value)
            return
        }
        var shift = length * 8
        while shift > 0 {
            shift -= 8
            bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(shift)))
        }
    }

    private static func byteLength(_ value: UInt64) -> Int {
        (64 - value.leadingZeroBitCount + 7) / 8
    }
}

/// A UUID as two words; made from its canonical text form only, so that text and bytes stand for each other.
public struct UUIDBytes: Hashable, Sendable {
    /// The first eight bytes.
    public let high: UInt64
    /// The last eight bytes.
    public let low: UInt64

    /// Reads the canonical form: 36 characters, lower-case hexadecimal, hyphens after 8, 12, 16 and 20 digits.
    ///
    /// Nil for any other text, upper-case digits included: those would not come back as they went in.
    public init?(canonical text: Span<UInt8>) {
        let hyphen = UInt8(ascii: "-")
        guard text.count == 36, text[8] == hyphen, text[13] == hyphen, text[18] == hyphen, text[23] == hyphen else {
            return nil
        }
        // Each load ends within the 36 bytes.
        let groups = unsafe text.withUnsafeBytes { bytes in
            func four(_ offset: Int) -> UInt64 {
                unsafe UInt64(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
            }
            return unsafe (
                UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)), four(9) << 32 | four(14),
                four(19) << 32 | four(24),
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 28, as: UInt64.self))
            )
        }
        guard let first = UUIDBytes.value(ofDigits: groups.0), let second = UUIDBytes.value(ofDigits: groups.1),
            let third = UUIDBytes.value(ofDigits: groups.2), let fourth = UUIDBytes.value(ofDigits: groups.3)
        else { return nil }
        high = first << 32 | second
        low = third << 32 | fourth
    }

    /// As ``init(canonical:)-(Span<UInt8>)``.
    public init?(canonical text: String) {
        var text = text
        let read = text.withUTF8 { utf8 in unsafe UUIDBytes(canonical: Span(_unsafeElements: utf8)) }
        guard let read else { return nil }
        self = read
    }

    /// The number that eight characters are in lower-case hexadecimal, all at once; nil when one of them is no digit.
    private static func value(ofDigits characters: UInt64) -> UInt64? {
        let ones: UInt64 = 0x0101_0101_0101_0101
        // Of `a` to `f` the low half says 1 to 6, and bit 6 is set.
        let digits = (characters & (ones &* 0x0F)) &+ ((characters >> 6) & ones) &* 9
        let letters = ((digits &+ ones &* 6) >> 4) & ones
        guard digits & (ones &* 0xF0) == 0, digits &+ ones &* 0x30 &+ letters &* 39 == characters else { return nil }
        var value = (digits | digits >> 4) & 0x00FF_00FF_00FF_00FF
        value = (value | value >> 8) & 0x0000_FFFF_0000_FFFF
        return (value | value >> 16) & 0xFFFF_FFFF
    }

    /// A UUID from its two words.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// A UUID from its 16 bytes; nil when there are more or fewer.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        high = bytes[..<8].reduce(0) { $0 << 8 | UInt64($1) }
        low = bytes[8...].reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The canonical text form.
    public var text: String { text(behind: "") }

    /// The canonical text form behind another text.
    public func text(behind prefix: String) -> String {
        let start = prefix.utf8.count
        // Of the so many bytes all are written, and none beyond them.
        return unsafe String(unsafeUninitializedCapacity: start + UUIDBytes.textByteCount) { buffer in
            var place = 0
            for byte in prefix.utf8 {
                unsafe buffer[place] = byte
                place += 1
            }
            guard let characters = buffer.baseAddress else { return 0 }
            unsafe write(to: UnsafeMutableRawPointer(characters + start))
            return start + UUIDBytes.textByteCount
        }
    }

    /// How many bytes the canonical text form has.
    public static let textByteCount = 36

    /// Writes the canonical text form, four digits or eight at a time.
    ///
    /// - Parameter text: has room for ``textByteCount`` bytes, all of which are written.
    @inlinable
    @unsafe public func write(to text: UnsafeMutableRawPointer) {
        let groups = (
            UUIDBytes.digits(of: high >> 32), UUIDBytes.digits(of: high), UUIDBytes.digits(of: low >> 32),
            UUIDBytes.digits(of: low)
        )
        @unsafe func four(_ digits: UInt64, _ offset: Int) {
            let four = UInt32(truncatingIfNeeded: digits).bigEndian
            unsafe text.storeBytes(of: four, toByteOffset: offset, as: UInt32.self)
        }
        unsafe text.storeBytes(of: groups.0.bigEndian, toByteOffset: 0, as: UInt64.self)
        unsafe four(groups.1 >> 32, 9)
        unsafe four(groups.1, 14)
        unsafe four(groups.2 >> 32, 19)
        unsafe four(groups.2, 24)
        unsafe text.storeBytes(of: groups.3.bigEndian, toByteOffset: 28, as: UInt64.self)
        for hyphen in 0..<4 { unsafe text.storeBytes(of: 0x2D, toByteOffset: 8 + 5 * hyphen, as: UInt8.self) }
    }

    /// The lower half of a word as eight characters in lower-case hexadecimal, all at once.
    @inlinable
    static func digits(of word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        var digits = word & 0xFFFF_FFFF
        digits = (digits | digits << 16) & 0x0000_FFFF_0000_FFFF
        digits = (digits | digits << 8) & 0x00FF_00FF_00FF_00FF
        digits = (digits | digits << 4) & (ones &* 0x0F)
        let letters = ((digits &+ ones &* 6) >> 4) & ones
        return digits &+ ones &* 0x30 &+ letters &* 39
    }
}

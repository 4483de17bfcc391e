/// Reads deterministic CBOR (RFC 8949, section 4.2.1) and refuses everything else.
///
/// Only one encoding of a value is accepted, so bytes that were read and written again are the same bytes. Lengths are
/// checked against what is there before anything is allocated. A reader that threw is not to be used further.
///
///     var reader = CBORReader(input)
///     try reader.array(count: 2)
///     let format = try reader.unsigned()
///     let name = try reader.text(max: 64)
///     try reader.finish()
public struct CBORReader: Sendable {
    private let input: [UInt8]

    /// The offset in bytes of the next item from the start of the input.
    public private(set) var offset: Int

    /// Reads `input` from its first byte.
    public init(_ input: [UInt8]) {
        self.input = input
        offset = 0
    }

    /// How many bytes are left to read.
    public var remaining: Int {
        input.count - offset
    }

    /// Ends the reading.
    ///
    /// - Throws: `CBORError.Problem.trailingBytes` when bytes are left.
    public func finish() throws(CBORError) {
        guard remaining == 0 else { throw CBORError(.trailingBytes(count: remaining), at: offset) }
    }

    /// What kind of item comes next; nothing is consumed.
    public func nextKind() throws(CBORError) -> CBORKind {
        guard offset < input.count else { throw CBORError(.truncated(needed: 1, available: 0), at: offset) }
        return try CBORReader.kind(initialByte: input[offset], at: offset)
    }

    // MARK: Numbers and simple values

    /// Reads an unsigned integer.
    public mutating func unsigned() throws(CBORError) -> UInt64 {
        try head(.unsigned)
    }

    /// Reads an unsigned integer not above `max`.
    public mutating func unsigned(max: UInt64) throws(CBORError) -> UInt64 {
        let start = offset
        let value = try head(.unsigned)
        guard value <= max else { throw CBORError(.outOfRange, at: start) }
        return value
    }

    /// Reads a signed integer; one that a 64-bit integer cannot hold is out of range.
    public mutating func integer() throws(CBORError) -> Int64 {
        let start = offset
        let isNegative = try nextKind() == .negative
        let argument = try head(isNegative ? .negative : .unsigned)
        guard let magnitude = Int64(exactly: argument) else { throw CBORError(.outOfRange, at: start) }
        return isNegative ? ~magnitude : magnitude
    }

    /// Reads a Boolean.
    public mutating func boolean() throws(CBORError) -> Bool {
        let kind = try nextKind()
        guard kind == .boolean else {
            throw CBORError(.wrongKind(expected: .boolean, found: kind), at: offset)
        }
        defer { offset += 1 }
        return input[offset] == CBORHead.trueByte
    }

    /// Reads null.
    public mutating func null() throws(CBORError) {
        let kind = try nextKind()
        guard kind == .null else { throw CBORError(.wrongKind(expected: .null, found: kind), at: offset) }
        offset += 1
    }

    /// Reads null as nil, and anything else with `read`.
    public mutating func optional<Value>(
        _ read: (inout CBORReader) throws(CBORError) -> Value
    ) throws(CBORError) -> Value? {
        if try nextKind() == .null {
            offset += 1
            return nil
        }
        return try read(&self)
    }

    // MARK: Strings

    /// Reads a byte string.
    ///
    /// - Parameter max: how many bytes are allowed.
    public mutating func bytes(max: Int = .max) throws(CBORError) -> [UInt8] {
        Array(try byteSlice(max: max))
    }

    /// Reads a byte string of exactly `count` bytes.
    public mutating func bytes(count: Int) throws(CBORError) -> [UInt8] {
        let start = offset
        let slice = try byteSlice(max: .max)
        guard slice.count == count else {
            throw CBORError(.wrongCount(expected: count, found: UInt64(slice.count)), at: start)
        }
        return Array(slice)
    }

    /// Reads a byte string without copying it: the slice shares the input's storage.
    ///
    /// - Parameter max: how many bytes are allowed.
    public mutating func byteSlice(max: Int = .max) throws(CBORError) -> ArraySlice<UInt8> {
        input[try string(.bytes, max: max)]
    }

    /// Reads a byte string of 32 bytes as a digest.
    public mutating func digest() throws(CBORError) -> Digest {
        let start = offset
        let range = try string(.bytes, max: .max)
        guard let digest = Digest(input.span.extracting(range)) else {
            throw CBORError(.wrongCount(expected: Digest.byteCount, found: UInt64(range.count)), at: start)
        }
        return digest
    }

    /// Reads a text string.
    ///
    /// - Parameter max: how many bytes of UTF-8 are allowed.
    public mutating func text(max: Int = .max) throws(CBORError) -> String {
        let start = offset
        let range = try string(.text, max: max)
        guard let text = String(validating: input[range], as: UTF8.self) else {
            throw CBORError(.invalidText, at: start)
        }
        return text
    }

    // MARK: Arrays and maps

    /// Reads the head of an array that has exactly `count` items; the caller reads them next.
    public mutating func array(count: Int) throws(CBORError) {
        let start = offset
        let found = try head(.array)
        guard found == UInt64(count) else {
            throw CBORError(.wrongCount(expected: count, found: found), at: start)
        }
        // What the array declares was checked by its caller; that the input can hold it is checked item by item.
    }

    /// Reads the head of an array; the caller reads its items next.
    ///
    /// - Parameter max: how many items are allowed.
    /// - Returns: how many items follow; never more than there are bytes left, so that making room for them is safe
    ///   (within the size of an item in memory).
    public mutating func array(max: Int = .max) throws(CBORError) -> Int {
        try count(.array, bytesEach: 1, max: max)
    }

    /// Reads a map whose keys ascend strictly in the order of their encodings.
    ///
    /// - Parameters:
    ///   - max: how many pairs are allowed.
    ///   - key: reads one key, exactly one item.
    ///   - value: reads the value of that key, exactly one item.
    public mutating func map<Key>(
        max: Int = .max,
        key: (inout CBORReader) throws(CBORError) -> Key,
        value: (Key, inout CBORReader) throws(CBORError) -> Void
    ) throws(CBORError) {
        let count = try count(.map, bytesEach: 2, max: max)
        var previous: Range<Int>?
        for _ in 0..<count {
            let start = offset
            let name = try key(&self)
            let range = start..<offset
            if let previous {
                let one = input[previous]
                let next = input[range]
                if one == next { throw CBORError(.duplicateKey, at: start) }
                guard one.lexicographicallyPrecedes(next) else { throw CBORError(.keysOutOfOrder, at: start) }
            }
            previous = range
            try value(name, &self)
        }
    }

    // MARK: Heads

    private static func kind(initialByte: UInt8, at offset: Int) throws(CBORError) -> CBORKind {
        switch initialByte >> 5 {
        case CBORHead.Major.unsigned.rawValue: return .unsigned
        case CBORHead.Major.negative.rawValue: return .negative
        case CBORHead.Major.bytes.rawValue: return .bytes
        case CBORHead.Major.text.rawValue: return .text
        case CBORHead.Major.array.rawValue: return .array
        case CBORHead.Major.map.rawValue: return .map
        default:
            switch initialByte {
            case CBORHead.falseByte, CBORHead.trueByte: return .boolean
            case CBORHead.nullByte: return .null
            default: throw CBORError(.unsupported(initialByte: initialByte), at: offset)
            }
        }
    }

    /// Reads the head of an item of kind `expected` and returns its argument.
    private mutating func head(_ expected: CBORKind) throws(CBORError) -> UInt64 {
        let start = offset
        let found = try nextKind()
        guard found == expected else {
            throw CBORError(.wrongKind(expected: expected, found: found), at: start)
        }
        let initialByte = input[start]
        let additional = initialByte & 0x1f
        let width: Int
        let least: UInt64
        switch additional {
        case 0..<CBORHead.oneByteArgument:
            offset += 1
            return UInt64(additional)
        case CBORHead.oneByteArgument: (width, least) = (1, 24)
        case CBORHead.twoByteArgument: (width, least) = (2, 0x100)
        case CBORHead.fourByteArgument: (width, least) = (4, 0x1_0000)
        case CBORHead.eightByteArgument: (width, least) = (8, 0x1_0000_0000)
        case CBORHead.indefinite where expected != .unsigned && expected != .negative:
            throw CBORError(.indefiniteLength, at: start)
        default:
            throw CBORError(.unsupported(initialByte: initialByte), at: start)
        }
        guard remaining > width else {
            throw CBORError(.truncated(needed: width, available: remaining - 1), at: start + 1)
        }
        var argument: UInt64 = 0
        for index in (start + 1)...(start + width) {
            argument = argument << 8 | UInt64(input[index])
        }
        guard argument >= least else { throw CBORError(.notShortest, at: start) }
        offset += 1 + width
        return argument
    }

    /// Reads a string of kind `kind` and returns where its content lies.
    private mutating func string(_ kind: CBORKind, max: Int) throws(CBORError) -> Range<Int> {
        let length = try count(kind, bytesEach: 1, max: max)
        let range = offset..<(offset + length)
        offset = range.upperBound
        return range
    }

    /// Reads a head whose argument counts things of at least `bytesEach` bytes, and checks that so much can be there.
    private mutating func count(_ kind: CBORKind, bytesEach: Int, max: Int) throws(CBORError) -> Int {
        let start = offset
        let declared = try head(kind)
        guard declared <= UInt64(remaining / bytesEach) else {
            throw CBORError(.lengthBeyondInput(declared: declared, available: remaining), at: start)
        }
        guard declared <= UInt64(Swift.max(max, 0)) else {
            throw CBORError(.tooLong(limit: max, found: declared), at: start)
        }
        return Int(declared)
    }
}

/// What is wrong with bytes that should be an encoded tuple.
public struct TupleError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Where, in bytes from the start of the tuple.
    public let offset: Int
    /// What was expected there.
    public let expected: String

    /// An error at an offset that says what was expected there.
    public init(offset: Int, expected: String) {
        self.offset = offset
        self.expected = expected
    }

    /// What went wrong, in a sentence.
    public var description: String { "encoded tuple, byte \(offset): expected \(expected)" }
}

/// Reads an encoded tuple, element by element; total over any bytes.
public struct TupleReader: Sendable {
    private let bytes: [UInt8]
    private var offset: Int
    private let end: Int

    /// Reads the tuple that stands in `bytes`.
    public init(_ bytes: [UInt8]) {
        self.init(bytes, in: 0..<bytes.count)
    }

    /// Reads the tuple that stands in a part of `bytes`, which must lie within them.
    public init(_ bytes: [UInt8], in range: Range<Int>) {
        self.bytes = bytes
        offset = range.lowerBound
        end = range.upperBound
    }

    /// Whether all elements have been read.
    public var isAtEnd: Bool { offset == end }

    /// Reads the next element.
    ///
    /// - Throws: `TupleError` when the bytes end early, hold an unknown type code, or hold an integer in more bytes
    ///   than it needs.
    public mutating func next() throws(TupleError) -> TupleElement {
        let code = try byte("a type code")
        switch code {
        case TupleCode.null:
            return .null
        case TupleCode.bytes:
            return .bytes(try escaped())
        case TupleCode.text:
            let start = offset
            let utf8 = try escaped()
            guard let text = String(validating: utf8, as: UTF8.self) else {
                throw TupleError(offset: start, expected: "valid UTF-8")
            }
            return .text(text)
        case TupleCode.uuid:
            return .uuid(try take(16))
        case TupleCode.zero...(TupleCode.zero + 8):
            let value = try word(Int(code - TupleCode.zero), complement: false)
            return Int64(exactly: value).map(TupleElement.integer) ?? .unsigned(value)
        case (TupleCode.zero - 8)..<TupleCode.zero:
            let start = offset
            let magnitude = try word(Int(TupleCode.zero - code), complement: true)
            guard magnitude <= UInt64(Int64.max) + 1 else {
                throw TupleError(offset: start, expected: "an integer of at most 64 bits")
            }
            return .integer(Int64(truncatingIfNeeded: 0 &- magnitude))
        default:
            throw TupleError(offset: offset - 1, expected: "a known type code")
        }
    }

    /// Reads the next element, which must be a whole number from zero up.
    public mutating func unsigned() throws(TupleError) -> UInt64 {
        let start = offset
        switch try next() {
        case .integer(let value) where value >= 0: return UInt64(value)
        case .unsigned(let value): return value
        default: throw TupleError(offset: start, expected: "an integer from zero up")
        }
    }

    /// Checks that nothing is left.
    public func finish() throws(TupleError) {
        guard isAtEnd else { throw TupleError(offset: offset, expected: "the end of the tuple") }
    }

    private mutating func byte(_ expected: @autoclosure () -> String) throws(TupleError) -> UInt8 {
        guard offset < end else { throw TupleError(offset: offset, expected: expected()) }
        defer { offset += 1 }
        return bytes[offset]
    }

    private mutating func take(_ count: Int) throws(TupleError) -> [UInt8] {
        guard end - offset >= count else { throw TupleError(offset: end, expected: "\(count) bytes") }
        defer { offset += count }
        return Array(bytes[offset..<(offset + count)])
    }

    /// Steps over the next element without making a value of it.
    ///
    /// - Throws: `TupleError` when the bytes end early or hold an unknown type code. What stands in the element is not
    ///   looked at.
    public mutating func skip() throws(TupleError) {
        let code = try byte("a type code")
        switch code {
        case TupleCode.null: return
        case TupleCode.bytes, TupleCode.text: _ = try stringEnd()
        case TupleCode.uuid: try advance(16)
        case TupleCode.zero...(TupleCode.zero + 8): try advance(Int(code - TupleCode.zero))
        case (TupleCode.zero - 8)..<TupleCode.zero: try advance(Int(TupleCode.zero - code))
        default: throw TupleError(offset: offset - 1, expected: "a known type code")
        }
    }

    private mutating func advance(_ count: Int) throws(TupleError) {
        guard end - offset >= count else { throw TupleError(offset: end, expected: "\(count) bytes") }
        offset += count
    }

    /// Steps behind a string.
    ///
    /// - Returns: how many zeros stand in it.
    private mutating func stringEnd() throws(TupleError) -> Int {
        var zeros = 0
        while true {
            while offset < end, bytes[offset] != 0 { offset += 1 }
            guard offset < end else { throw TupleError(offset: offset, expected: "the end of a string") }
            offset += 1
            guard offset < end, bytes[offset] == TupleCode.escape else { return zeros }
            offset += 1
            zeros += 1
        }
    }

    private mutating func escaped() throws(TupleError) -> [UInt8] {
        let start = offset
        let zeros = try stringEnd()
        let written = bytes[start..<(offset - 1)]
        guard zeros > 0 else { return Array(written) }
        var result: [UInt8] = []
        result.reserveCapacity(written.count - zeros)
        var isBehindZero = false
        for byte in written {
            // What stands behind a zero is its escape.
            if isBehindZero {
                isBehindZero = false
            } else {
                result.append(byte)
                isBehindZero = byte == 0
            }
        }
        return result
    }

    private mutating func word(_ length: Int, complement: Bool) throws(TupleError) -> UInt64 {
        let start = offset
        var value: UInt64 = 0
        for _ in 0..<length {
            let next = try byte("\(length) bytes of an integer")
            value = value << 8 | UInt64(complement ? ~next : next)
        }
        if length > 0 && value >> UInt64((length - 1) * 8) == 0 {
            throw TupleError(offset: start, expected: "an integer in as few bytes as hold it")
        }
        return value
    }
}

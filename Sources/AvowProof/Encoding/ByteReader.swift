/// Why bytes were refused by a binary decoder, and where.
public struct ByteError: Error, Equatable, Sendable {
    /// What was wrong.
    public enum Problem: Equatable, Sendable {
        /// The next `needed` bytes are not all there.
        case truncated(needed: Int, available: Int)
        /// A declared length is more than the rest of the input, or than its place allows.
        case lengthBeyondInput(declared: UInt64, available: Int)
        /// A variable-length integer has needless bytes.
        case notShortest
        /// A variable-length integer does not fit 64 bits.
        case integerTooLarge
        /// A character outside the Base64 alphabet, misplaced padding, or a length that is not a multiple of four.
        case invalidBase64
        /// Bits that the last Base64 character leaves over are not zero.
        case nonzeroPadding
        /// Bytes follow what was expected.
        case trailingBytes(count: Int)
    }

    /// What was wrong.
    public let problem: Problem

    /// The offset in bytes from the start of the input.
    public let offset: Int

    /// A refusal of what stands at `offset`.
    public init(_ problem: Problem, at offset: Int) {
        self.problem = problem
        self.offset = offset
    }
}

extension ByteError: CustomStringConvertible {
    /// What was wrong and where, for a person.
    public var description: String {
        let what =
            switch problem {
            case .truncated(let needed, let available):
                "the input ends here: \(needed) bytes were expected, \(available) are left"
            case .lengthBeyondInput(let declared, let available):
                "a length of \(declared) is declared, but at most \(available) is possible"
            case .notShortest:
                "an integer is not written in its shortest form"
            case .integerTooLarge:
                "an integer does not fit 64 bits"
            case .invalidBase64:
                "not Base64 with padding"
            case .nonzeroPadding:
                "the unused bits of the last Base64 character are not zero"
            case .trailingBytes(let count):
                "\(count) bytes follow what was expected"
            }
        return "offset \(offset): \(what)"
    }
}

/// Walks over bytes, checking each step against what is there.
///
/// A reader that threw is not to be used further.
public struct ByteReader: Sendable {
    private let input: [UInt8]

    /// The offset of the next byte from the start of the input.
    public private(set) var offset: Int

    /// Reads `input` from its first byte.
    public init(_ input: [UInt8]) {
        self.input = input
        offset = 0
    }

    /// How many bytes are left.
    public var remaining: Int {
        input.count - offset
    }

    /// Ends the reading.
    ///
    /// - Throws: `ByteError.Problem.trailingBytes` when bytes are left.
    public func finish() throws(ByteError) {
        guard remaining == 0 else { throw ByteError(.trailingBytes(count: remaining), at: offset) }
    }

    /// Reads one byte.
    public mutating func byte() throws(ByteError) -> UInt8 {
        let range = try take(1)
        return input[range.lowerBound]
    }

    /// Reads `count` bytes.
    public mutating func bytes(count: Int) throws(ByteError) -> [UInt8] {
        Array(input[try take(count)])
    }

    /// Reads a variable-length length and as many bytes.
    ///
    /// - Parameter max: how many bytes are allowed.
    public mutating func prefixedBytes(max: Int = .max) throws(ByteError) -> [UInt8] {
        let start = offset
        let length = try varint()
        let limit = Swift.min(remaining, max)
        guard limit >= 0, length <= UInt64(limit) else {
            throw ByteError(.lengthBeyondInput(declared: length, available: limit), at: start)
        }
        return Array(input[try take(Int(length))])
    }

    /// Reads 32 bytes as a digest.
    public mutating func digest() throws(ByteError) -> Digest {
        let range = try take(Digest.byteCount)
        guard let digest = Digest(input.span.extracting(range)) else {
            throw ByteError(
                .truncated(needed: Digest.byteCount, available: range.count), at: range.lowerBound)
        }
        return digest
    }

    /// Reads a big-endian integer of the size of `Value`.
    public mutating func integer<Value: FixedWidthInteger & UnsignedInteger>(
        _: Value.Type = Value.self
    ) throws(ByteError) -> Value {
        var value: Value = 0
        for index in try take(Value.bitWidth / 8) {
            // Shifting by a whole byte is zero for UInt8, which has no second byte to shift for.
            value = value << 8 | Value(input[index])
        }
        return value
    }

    /// Reads an unsigned LEB128 integer, in its shortest form only.
    public mutating func varint() throws(ByteError) -> UInt64 {
        let (value, next) = try Varint.decode(input, at: offset)
        offset = next
        return value
    }

    private mutating func take(_ count: Int) throws(ByteError) -> Range<Int> {
        guard count >= 0, count <= remaining else {
            throw ByteError(.truncated(needed: count, available: remaining), at: offset)
        }
        defer { offset += count }
        return offset..<(offset + count)
    }
}

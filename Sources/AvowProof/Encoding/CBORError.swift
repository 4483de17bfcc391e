/// What the next CBOR item is: the kinds that this format uses.
public enum CBORKind: String, Sendable, CaseIterable {
    case unsigned = "an unsigned integer"
    case negative = "a negative integer"
    case bytes = "a byte string"
    case text = "a text string"
    case array = "an array"
    case map = "a map"
    case boolean = "a Boolean"
    case null = "null"
}

/// Why bytes were refused as deterministic CBOR, and where.
public struct CBORError: Error, Equatable, Sendable {
    /// What was wrong.
    public enum Problem: Equatable, Sendable {
        /// The input ends inside an item: the next `needed` bytes are not there.
        case truncated(needed: Int, available: Int)
        /// Another kind of item stands here.
        case wrongKind(expected: CBORKind, found: CBORKind)
        /// A tag, a floating-point number, a simple value other than false, true and null, or a reserved head.
        case unsupported(initialByte: UInt8)
        /// An integer or a length is not in its shortest form (RFC 8949, section 4.2.1).
        case notShortest
        /// A string, array or map has no definite length.
        case indefiniteLength
        /// A string, array or map declares more than the rest of the input can hold.
        case lengthBeyondInput(declared: UInt64, available: Int)
        /// A string, array or map is longer than its place allows.
        case tooLong(limit: Int, found: UInt64)
        /// A string, array or map has another length than its place demands.
        case wrongCount(expected: Int, found: UInt64)
        /// An integer lies outside what its place allows.
        case outOfRange
        /// A text string is not UTF-8.
        case invalidText
        /// A map key does not sort after the one before it.
        case keysOutOfOrder
        /// A map key stands twice.
        case duplicateKey
        /// Bytes follow the last item.
        case trailingBytes(count: Int)
        /// The item is well-formed, but not one that its place allows; `expected` says what is.
        case invalidValue(expected: String)
    }

    /// What was wrong.
    public let problem: Problem

    /// Where: the offset in bytes of the item at fault from the start of the input.
    public let offset: Int

    /// A refusal of the item at `offset`.
    public init(_ problem: Problem, at offset: Int) {
        self.problem = problem
        self.offset = offset
    }
}

extension CBORError: CustomStringConvertible {
    /// What was wrong and where, for a person.
    public var description: String {
        "CBOR at offset \(offset): \(problem)"
    }
}

extension CBORError.Problem: CustomStringConvertible {
    /// What was wrong, for a person.
    public var description: String {
        switch self {
        case .truncated(let needed, let available):
            "the input ends here: \(needed) bytes were expected, \(available) are left"
        case .wrongKind(let expected, let found):
            "expected \(expected.rawValue), found \(found.rawValue)"
        case .unsupported(let initialByte):
            "an item beginning with 0x\([initialByte].hexadecimal) (a tag, a floating-point number or a simple value)"
                + " has no place here"
        case .notShortest:
            "an integer or length is not written in its shortest form"
        case .indefiniteLength:
            "an item of indefinite length has no place here"
        case .lengthBeyondInput(let declared, let available):
            "a length of \(declared) is declared, but only \(available) bytes are left"
        case .tooLong(let limit, let found):
            "a length of at most \(limit) was expected, found \(found)"
        case .wrongCount(let expected, let found):
            "a length of \(expected) was expected, found \(found)"
        case .outOfRange:
            "the integer is outside the range allowed here"
        case .invalidText:
            "the text is not valid UTF-8"
        case .keysOutOfOrder:
            "the map's keys are not in ascending order"
        case .duplicateKey:
            "the map has the same key twice"
        case .trailingBytes(let count):
            "\(count) bytes follow the last item"
        case .invalidValue(let expected):
            "expected \(expected)"
        }
    }
}

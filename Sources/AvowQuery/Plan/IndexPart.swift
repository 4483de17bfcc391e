internal import AvowFHIR

/// A value of a column, or of one component of a composite column: what stands together in a key.
///
/// The form of each in the elements of a tuple (Format, "Index values"). A column without a value is one null.
enum IndexPart: Hashable, Sendable {
    /// The first instant of the clinical date: an integer.
    case instant
    /// Code and system: two texts.
    case token
    /// The first instant, and the milliseconds up to the end: two integers.
    case date
    /// The folded text.
    case string
    /// The number's ordered bytes: a byte string.
    case number
    /// The unit, a text, and the value's ordered bytes: in base units when the unit is UCUM's. What is no plain quantity
    /// has null for its value.
    case quantity
    /// The id and the type's number; or 1 and a URL; or 2 and the identifier's code and system.
    case reference
    /// The text.
    case uri
    /// What a query shows of an expression: a truth value, number or text as it is written (``ShownColumn``).
    case cell
    /// The patient's pseudonym: an integer; 0 of what belongs to no patient.
    case owner

    init?(_ kind: AvowFHIR.SearchParameter.Kind) {
        switch kind {
        case .token: self = .token
        case .date: self = .date
        case .string: self = .string
        case .number: self = .number
        case .quantity: self = .quantity
        case .reference: self = .reference
        case .uri: self = .uri
        case .composite, .special: return nil
        }
    }

    /// How many texts it has at most, which are cut where they are too long.
    var textCount: Int {
        switch self {
        case .instant, .date, .number, .owner: 0
        case .string, .quantity, .uri, .cell: 1
        case .token, .reference: 2
        }
    }

    /// How many bytes the rest of it takes at most: type codes, ends of strings, numbers.
    var fixedByteCount: Int {
        switch self {
        case .instant, .owner: 9
        case .date: 18
        case .number: 32
        // A type code and an end for each text; the value.
        case .quantity, .cell: 2 + 32
        case .string, .uri: 2
        case .token: 4
        // What marks an identifier has two bytes, and the number of a type no more.
        case .reference: 6
        }
    }
}

/// Texts of an index: how long they may be in a key, and what is left of those that are longer.
///
/// A text is kept up to its first `limit` bytes, whole characters, a zero counting twice. So a text of which more than
/// `limit` less 4 bytes stand in a key may have been longer there, and what it was is for the record to say.
struct IndexTextLimit: Hashable, Sendable {
    /// In bytes of the encoded text, without its type code and its end.
    let limit: Int

    /// The most that a text is kept of.
    private static let longest = 480
    /// What the values of an entry may take: a key less the longest realm and owner.
    private static let valuesByteCount = 980

    /// The limit in an index of these parts.
    init(_ parts: [IndexPart]) {
        let texts = parts.reduce(0) { $0 + $1.textCount }
        let rest = IndexTextLimit.valuesByteCount - parts.reduce(0) { $0 + $1.fixedByteCount }
        limit = texts == 0 ? IndexTextLimit.longest : min(IndexTextLimit.longest, rest / texts)
    }

    /// Whether a text that stands in a key may have been longer.
    func mayBeCut(_ kept: String) -> Bool {
        let count = kept.utf8.count
        guard count * 2 > limit - 4 else { return false }
        return kept.utf8.reduce(count) { $1 == 0 ? $0 + 1 : $0 } > limit - 4
    }

    /// A text as it is kept.
    func kept(_ text: String) -> String {
        let bytes = Array(text.utf8)
        let count = keptByteCount(bytes.span)
        return count == bytes.count ? text : String(decoding: bytes[..<count], as: UTF8.self)
    }

    /// How many bytes of a text are kept.
    func keptByteCount(_ text: Span<UInt8>) -> Int {
        if text.count * 2 <= limit { return text.count }
        var length = 0
        var index = 0
        var end = 0
        while index < text.count {
            // Bytes of the form 10xxxxxx go on with a character.
            if text[index] & 0xC0 != 0x80 { end = index }
            length += text[index] == 0 ? 2 : 1
            guard length <= limit else { return end }
            index += 1
        }
        return text.count
    }
}

/// The smallest part of an expression that means something.
enum FHIRPathToken: Hashable, Sendable {
    /// A plain identifier, or a word with a meaning of its own; the parser tells them apart by their place.
    case word(String)
    /// An identifier in backticks.
    case delimited(String)
    case string(String)
    /// Digits, with a fraction or without.
    case number(String)
    /// What stands behind `@`: `2015-02-04`, `2015-02-04T14:34:28Z`, `2015T`.
    case date(String)
    /// What stands behind `@T`.
    case time(String)
    /// `%name`, without the sign.
    case variable(String)
    /// `$this`, `$index` or `$total`, without the sign.
    case special(String)
    case symbol(Symbol)
    case end

    /// Operators and brackets.
    enum Symbol: String, Hashable, Sendable, CaseIterable {
        case dot = "."
        case comma = ","
        case openParenthesis = "("
        case closeParenthesis = ")"
        case openBracket = "["
        case closeBracket = "]"
        case openBrace = "{"
        case closeBrace = "}"
        case plus = "+"
        case minus = "-"
        case times = "*"
        case divide = "/"
        case concatenate = "&"
        case union = "|"
        case lessOrEqual = "<="
        case less = "<"
        case greaterOrEqual = ">="
        case greater = ">"
        case equal = "="
        case equivalent = "~"
        case notEqual = "!="
        case notEquivalent = "!~"
    }
}

/// The words of FHIRPath that cannot be identifiers where an operator may stand.
enum FHIRPathWord {
    /// Words that need backticks to be the name of a member at the head of an expression.
    static let reserved: Set<String> = [
        "and", "or", "xor", "implies", "div", "mod", "is", "as", "in", "contains", "true", "false",
    ]

    /// The words that follow a number as a unit of the calendar, and the unit in the singular.
    static let calendarUnits: Set<String> = [
        "year", "years", "month", "months", "week", "weeks", "day", "days", "hour", "hours", "minute", "minutes",
        "second", "seconds", "millisecond", "milliseconds",
    ]

    /// Whether a name can be written without backticks.
    static func isPlain(_ name: String) -> Bool {
        guard let first = name.utf8.first, isStart(first), name.utf8.allSatisfy(isPart) else { return false }
        return !reserved.contains(name)
    }

    static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    static func isStart(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte == UInt8(ascii: "_")
    }

    static func isPart(_ byte: UInt8) -> Bool { isStart(byte) || isDigit(byte) }
}

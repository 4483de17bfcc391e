internal import AvowFHIR

/// The state of the store that a statement is about, when that is not the newest: `AS OF COMMIT 12`,
/// `AS OF 2026-01-01T00:00:00Z`.
///
/// It holds for the whole statement, questions within questions included.
public enum AsOf: Hashable, Sendable {
    /// What a commit left, by its number.
    case commit(CommitNumber)
    /// What the newest commit left whose time is not after a date. The date is as precise as it is written: a day is not
    /// over before its end, in UTC.
    case date(DateLiteral)
    /// One of these, which a value is to be bound to.
    case placeholder(Placeholder)
}

extension AsOf {
    /// Whether a commit of this time, in milliseconds since 1970-01-01T00:00:00Z, is not after the date; nil when it is by
    /// another thing than a date that the state is named.
    public func includes(time: UInt64) -> Bool? {
        guard case .date(let date) = self else { return nil }
        return FHIRDateTime(date.text).map { DateSpan(.lessOrEqual, $0).contains(Int64(clamping: time)) }
    }
}

/// The number of a commit: 0 to 9223372036854775807.
public struct CommitNumber: Hashable, Sendable {
    /// The greatest number.
    public static let maximum = UInt64(Int64.max)

    /// The number.
    public let value: UInt64

    /// Fails for numbers above ``maximum``.
    public init?(_ value: UInt64) {
        guard value <= CommitNumber.maximum else { return nil }
        self.value = value
    }
}

extension AsOf: CustomStringConvertible {
    /// The clause in canonical form, a space before it.
    public var description: String {
        switch self {
        case .commit(let number): " AS OF COMMIT \(number.value)"
        case .date(let date): " AS OF \(date.text)"
        case .placeholder(let placeholder):
            placeholder.place == .commit ? " AS OF COMMIT \(placeholder)" : " AS OF \(placeholder)"
        }
    }
}

// AS OF in the text of a query.
extension StatementParser {
    /// Takes AS OF, if it stands here, with white space behind it. An AS with something else behind it is left.
    mutating func asOf() throws(QuerySyntaxError) -> Located<AsOf>? {
        let start = scanner.position
        guard scanner.take(.as) else { return nil }
        try scanner.skipTrivia()
        guard scanner.take(word: "OF") else {
            scanner.position = start
            return nil
        }
        try scanner.skipTrivia()
        let state: Located<AsOf>
        if scanner.take(word: "COMMIT") {
            state = try commit()
        } else if let placeholder = try placeholder(for: .value(.date)) {
            state = Located(.placeholder(placeholder.value), at: placeholder.range)
        } else {
            let text = try scanner.value("COMMIT and a number, or a date")
            state = Located(.date(try located(text, DateLiteral.init)), at: text.range)
        }
        try scanner.skipTrivia()
        return Located(state.value, at: SourceRange(start, state.range.upperBound))
    }

    /// Refuses AS OF where it stands and has no place.
    mutating func refuseAsOf() throws(QuerySyntaxError) {
        let start = scanner.position
        guard scanner.take(.as) else { return }
        try scanner.skipTrivia()
        if scanner.take(word: "OF") {
            throw QuerySyntaxError(
                .unexpected,
                "AS OF has no place here: it stands once, behind a whole SELECT or HISTORY, before who asks",
                at: SourceRange(start, scanner.position))
        }
        scanner.position = start
    }

    private mutating func commit() throws(QuerySyntaxError) -> Located<AsOf> {
        try scanner.skipTrivia()
        if let placeholder = try placeholder(for: .commit) {
            return Located(.placeholder(placeholder.value), at: placeholder.range)
        }
        let digits = try digits()
        guard let number = UInt64(digits.value).flatMap(CommitNumber.init) else {
            throw QuerySyntaxError(
                .limitExceeded, "commits count from 0 to \(CommitNumber.maximum)", at: digits.range)
        }
        return Located(.commit(number), at: digits.range)
    }
}

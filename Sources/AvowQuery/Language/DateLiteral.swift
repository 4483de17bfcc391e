/// A date as FHIR writes it, as precise as it was written: `2010`, `2010-05`, `2010-05-03`, `2010-05-03T10:00:00Z`.
///
/// The text is kept, since its precision is part of its meaning: `date = 2010` means any time of that year.
public struct DateLiteral: Hashable, Sendable {
    /// How much of a date is given, from coarse to fine.
    public enum Precision: Int, Comparable, Hashable, Sendable {
        case year, month, day, minute, second, fraction

        /// Whether the first comes before the second.
        public static func < (left: Self, right: Self) -> Bool {
            left.rawValue < right.rawValue
        }
    }

    /// The literal as it was written.
    public let text: String
    /// How far the date is written out.
    public let precision: Precision
    /// 1 to 9999.
    public let year: Int
    /// 1 to 12; 1 when not given.
    public let month: Int
    /// 1 to the length of the month; 1 when not given.
    public let day: Int
    /// 0 to 23; 0 when not given.
    public let hour: Int
    /// 0 to 59; 0 when not given.
    public let minute: Int
    /// 0 to 59; 0 when not given.
    public let second: Int
    /// 0 to 999,999,999; 0 when not given.
    public let nanosecond: Int
    /// The offset from UTC in minutes; nil when the literal has no time of day.
    public let offsetMinutes: Int?

    /// Reads a date; a time of day needs its offset from UTC, since a proof cannot depend on where it is checked.
    ///
    /// - Throws: ``QuerySyntaxError`` about the whole of `text`.
    public init(_ text: String) throws(QuerySyntaxError) {
        let range = SourceRange(0, text.utf8.count)
        func refusal(_ reason: String) -> QuerySyntaxError {
            QuerySyntaxError(.invalidValue, "'\(text)' is not a date: \(reason)", at: range)
        }
        guard range.upperBound <= 40 else {
            throw QuerySyntaxError(.invalidValue, "a date has at most 40 characters", at: range)
        }
        var digits = DigitReader(text)
        guard let year = digits.number(of: 4) else {
            throw refusal("write it as 2010, 2010-05, 2010-05-03 or 2010-05-03T10:00:00Z")
        }
        guard year >= 1 else { throw refusal("years begin at 0001") }
        var precision = Precision.year
        var (month, day, hour, minute, second, nanosecond) = (1, 1, 0, 0, 0, 0)
        var offset: Int?
        if digits.take("-") {
            guard let value = digits.number(of: 2), 1...12 ~= value else { throw refusal("the month is 01 to 12") }
            (month, precision) = (value, .month)
            if digits.take("-") {
                let length = Self.days(in: month, of: year)
                guard let value = digits.number(of: 2), 1...length ~= value else {
                    throw refusal("the day is 01 to \(length) in that month")
                }
                (day, precision) = (value, .day)
            }
        }
        if precision == .day, digits.take("T") {
            guard let h = digits.number(of: 2), h < 24, digits.take(":"), let m = digits.number(of: 2), m < 60 else {
                throw refusal("the time is 00:00 to 23:59")
            }
            (hour, minute, precision) = (h, m, .minute)
            if digits.take(":") {
                guard let s = digits.number(of: 2), s < 60 else { throw refusal("the second is 00 to 59") }
                (second, precision) = (s, .second)
                if digits.take(".") {
                    guard let value = digits.fraction() else { throw refusal("a fraction has 1 to 9 digits") }
                    (nanosecond, precision) = (value, .fraction)
                }
            }
            guard let value = digits.offset() else {
                throw refusal("a time needs its offset from UTC: Z, or -14:00 to +14:00")
            }
            offset = value
        }
        guard digits.isAtEnd else {
            throw refusal("write it as 2010, 2010-05, 2010-05-03 or 2010-05-03T10:00:00Z")
        }
        (self.text, self.precision, self.year, self.month, self.day) = (text, precision, year, month, day)
        (self.hour, self.minute, self.second, self.nanosecond) = (hour, minute, second, nanosecond)
        offsetMinutes = offset
    }

    /// The length of a month in the proleptic Gregorian calendar.
    static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        default: 31
        }
    }
}

extension DateLiteral: CustomStringConvertible {
    /// The date as it was written.
    public var description: String { text }
}

/// Takes numbers of fixed width off the front of a text.
private struct DigitReader {
    private var rest: Substring.UTF8View

    init(_ text: String) {
        rest = text[...].utf8
    }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func digit() -> Int? {
        guard let first = rest.first, Characters.isDigit(first) else { return nil }
        rest.removeFirst()
        return Int(first - UInt8(ascii: "0"))
    }

    mutating func number(of width: Int) -> Int? {
        var value = 0
        for _ in 0..<width {
            guard let next = digit() else { return nil }
            value = value * 10 + next
        }
        return value
    }

    mutating func fraction() -> Int? {
        var value = 0
        var count = 0
        while count < 9, let next = digit() {
            value = value * 10 + next
            count += 1
        }
        guard count > 0 else { return nil }
        for _ in count..<9 {
            value *= 10
        }
        return value
    }

    mutating func offset() -> Int? {
        if take("Z") {
            return 0
        }
        let sign = take("+") ? 1 : -1
        guard sign == 1 || take("-"), let hours = number(of: 2), take(":"), let minutes = number(of: 2),
            minutes < 60, hours * 60 + minutes <= 14 * 60
        else { return nil }
        return sign * (hours * 60 + minutes)
    }
}

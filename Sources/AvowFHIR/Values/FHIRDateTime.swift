/// A FHIR date, dateTime or instant (R4, section 2.24.0.1), with the precision that it was written in.
///
/// It stands for an interval: `2015` for that year. Without an offset a value is read as UTC, as a
/// date without a time is.
public struct FHIRDateTime: Hashable, Sendable {
    /// How far a value is written out.
    public enum Precision: UInt8, Comparable, Sendable {
        case year, month, day, minute, second, fraction

        /// Whether the left precision is the coarser.
        public static func < (left: Precision, right: Precision) -> Bool { left.rawValue < right.rawValue }
    }

    /// How far the value was written out.
    public let precision: Precision

    /// The first instant that the value stands for, in milliseconds since 1970-01-01T00:00:00Z.
    public let lowerBound: Int64

    /// The first instant after those that the value stands for, in the same unit. A fraction finer
    /// than milliseconds stands for the millisecond it lies in.
    public let upperBound: Int64

    /// Reads a date, dateTime or instant.
    ///
    /// A leap second (`:60`) is read as the second before it. An hour of 24 is refused, as FHIR does.
    public init?(_ text: String) {
        var text = text
        let parsed = text.withUTF8 { unsafe Self.parse($0) }
        guard let parsed else { return nil }
        self = parsed
    }

    static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> FHIRDateTime? {
        var reader = unsafe Reader(bytes: bytes)
        return reader.dateTime()
    }

    fileprivate init(precision: Precision, lowerBound: Int64, upperBound: Int64) {
        self.precision = precision
        self.lowerBound = lowerBound
        self.upperBound = upperBound
    }
}

/// The proleptic Gregorian calendar, in days since 1970-01-01.
enum GregorianCalendar {
    static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    /// - Parameter month: 1 to 12.
    static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// The number of the day that holds an instant, given in milliseconds.
    static func day(of instant: Int64) -> Int { quotient(Int(instant), 86_400_000) }

    /// The year, and the month from 1 to 12, of the day with this number.
    static func month(ofDay day: Int) -> (year: Int, month: Int) {
        // Eras of 400 years that begin on the first of March have 146,097 days each.
        let shifted = day + 719_468
        let era = quotient(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        return (era * 400 + yearOfEra + (month < 10 ? 0 : 1), month < 10 ? month + 3 : month - 9)
    }

    /// The greatest integer that is not above the quotient.
    private static func quotient(_ dividend: Int, _ divisor: Int) -> Int {
        let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// The number of the day.
    static func days(year: Int, month: Int, day: Int) -> Int {
        // Years that begin in March put the leap day last, so that a month's offset is linear.
        let shifted = month > 2 ? year : year - 1
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let leapDays = quotient(shifted, 4) - quotient(shifted, 100) + quotient(shifted, 400)
        return shifted * 365 + leapDays + dayOfYear - 719_468
    }
}

/// Reads a value from the left.
@safe
private struct Reader {
    private let count: Int
    // Sound: the buffer outlives the reader, which lives in one call, and every access is checked.
    private let bytes: UnsafeBufferPointer<UInt8>
    var position = 0

    init(bytes: UnsafeBufferPointer<UInt8>) {
        unsafe self.bytes = bytes
        count = bytes.count
    }

    mutating func dateTime() -> FHIRDateTime? {
        guard let year = number(digits: 4), year > 0 else { return nil }
        if atEnd {
            return interval(.year, from: day(year, 1, 1), to: day(year + 1, 1, 1))
        }
        guard skip("-"), let month = number(digits: 2), (1...12).contains(month) else { return nil }
        if atEnd {
            let following = month == 12 ? day(year + 1, 1, 1) : day(year, month + 1, 1)
            return interval(.month, from: day(year, month, 1), to: following)
        }
        guard skip("-"), let date = number(digits: 2), date >= 1,
            date <= GregorianCalendar.days(inMonth: month, of: year)
        else { return nil }
        let midnight = day(year, month, date)
        if atEnd { return interval(.day, from: midnight, to: midnight + 86_400_000) }
        guard skip("T") else { return nil }
        return time(after: midnight)
    }

    private mutating func time(after midnight: Int64) -> FHIRDateTime? {
        guard let hour = number(digits: 2), hour < 24, skip(":"), let minute = number(digits: 2), minute < 60
        else { return nil }
        var start = midnight + Int64(hour * 60 + minute) * 60_000
        var precision = FHIRDateTime.Precision.minute
        var length: Int64 = 60_000
        if skip(":") {
            guard let second = number(digits: 2), second <= 60 else { return nil }
            start += Int64(min(second, 59)) * 1_000
            precision = .second
            length = 1_000
            if skip(".") {
                guard let fraction = fraction() else { return nil }
                start += fraction.milliseconds
                precision = .fraction
                length = fraction.length
            }
        }
        guard let offset = offset() else { return nil }
        start -= offset
        return interval(precision, from: start, to: start + length)
    }

    /// One digit stands for a tenth of a second, two for a hundredth, more for a thousandth.
    private mutating func fraction() -> (milliseconds: Int64, length: Int64)? {
        var milliseconds: Int64 = 0
        var unit: Int64 = 1_000
        let start = position
        while let digit = digit() {
            guard unit > 1 else { continue }
            unit /= 10
            milliseconds += Int64(digit) * unit
        }
        return position > start ? (milliseconds, unit) : nil
    }

    /// The offset from UTC in milliseconds, which is the last part.
    private mutating func offset() -> Int64? {
        if atEnd { return 0 }
        if skip("Z") { return atEnd ? 0 : nil }
        let sign: Int64
        if skip("+") { sign = 1 } else if skip("-") { sign = -1 } else { return nil }
        guard let hour = number(digits: 2), skip(":"), let minute = number(digits: 2), minute < 60,
            hour < 14 || (hour == 14 && minute == 0), atEnd
        else { return nil }
        return sign * Int64(hour * 60 + minute) * 60_000
    }

    private func day(_ year: Int, _ month: Int, _ day: Int) -> Int64 {
        Int64(GregorianCalendar.days(year: year, month: month, day: day)) * 86_400_000
    }

    private func interval(_ precision: FHIRDateTime.Precision, from start: Int64, to end: Int64)
        -> FHIRDateTime
    {
        FHIRDateTime(precision: precision, lowerBound: start, upperBound: end)
    }

    private var atEnd: Bool { position == count }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard position < count, unsafe bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func digit() -> Int? {
        guard position < count else { return nil }
        let value = unsafe bytes[position] &- UInt8(ascii: "0")
        guard value < 10 else { return nil }
        position += 1
        return Int(value)
    }

    private mutating func number(digits: Int) -> Int? {
        var value = 0
        for _ in 0..<digits {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }
}

/// A year or a month of the Gregorian calendar in UTC.
public struct CalendarPeriod: Hashable, Sendable {
    private let year: Int
    /// 1 to 12; 0 for a year.
    private let month: Int

    /// The year that holds an instant, given in milliseconds since 1970-01-01T00:00:00Z.
    public static func year(holding instant: Int64) -> CalendarPeriod {
        CalendarPeriod(year: GregorianCalendar.month(ofDay: GregorianCalendar.day(of: instant)).year, month: 0)
    }

    /// The month that holds an instant, given in milliseconds since 1970-01-01T00:00:00Z.
    public static func month(holding instant: Int64) -> CalendarPeriod {
        let (year, month) = GregorianCalendar.month(ofDay: GregorianCalendar.day(of: instant))
        return CalendarPeriod(year: year, month: month)
    }

    /// The FHIR date that stands for it: `2015` or `2015-03`.
    ///
    /// FHIR has the years 0001 to 9999. Others come of times near their ends with an offset; they have a text, too.
    public var text: String {
        CalendarPeriod.padded(year, 4) + (month == 0 ? "" : "-" + CalendarPeriod.padded(month, 2))
    }

    /// The first instant behind it, in milliseconds since 1970-01-01T00:00:00Z; nil when 64 bits do not hold it.
    public var end: Int64? {
        let endsYear = month == 0 || month == 12
        let day = GregorianCalendar.days(year: endsYear ? year + 1 : year, month: endsYear ? 1 : month + 1, day: 1)
        let (instant, overflow) = Int64(day).multipliedReportingOverflow(by: 86_400_000)
        return overflow ? nil : instant
    }

    private static func padded(_ number: Int, _ digits: Int) -> String {
        let text = String(number.magnitude)
        return (number < 0 ? "-" : "") + String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }
}

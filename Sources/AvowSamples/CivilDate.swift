/// A day of the proleptic Gregorian calendar, counted from 1 January 1970.
struct CivilDate: Comparable {
    /// Days since 1 January 1970.
    var dayNumber: Int

    init(dayNumber: Int) {
        self.dayNumber = dayNumber
    }

    /// The day with this date; `month` is 1 to 12, `day` 1 to 31.
    init(year: Int, month: Int, day: Int) {
        // Years are counted from March, so that the leap day is the last day of its year.
        let shifted = month > 2 ? year : year - 1
        let monthFromMarch = (month + 9) % 12
        let daysBeforeYear = 365 * shifted + shifted / 4 - shifted / 100 + shifted / 400
        let daysBeforeMonth = (153 * monthFromMarch + 2) / 5
        dayNumber = daysBeforeYear + daysBeforeMonth + day - 1 - CivilDate.daysBefore1970
    }

    /// From 1 March of the year 0 to 1 January 1970.
    private static let daysBefore1970 = 719_468

    /// The date of this day, for days since the year 1.
    var parts: (year: Int, month: Int, day: Int) {
        let days = dayNumber + CivilDate.daysBefore1970
        let era = days / 146_097
        let dayOfEra = days % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }

    /// `2024-02-29`.
    var text: String { "\(yearAndMonth)-\(twoDigits(parts.day))" }

    /// `2024-02`, a date that says no day.
    var yearAndMonth: String { "\(parts.year)-\(twoDigits(parts.month))" }

    /// `2024`, a date that says no month.
    var year: String { String(parts.year) }

    func adding(days: Int) -> CivilDate { CivilDate(dayNumber: dayNumber + days) }

    /// Whole years of 365.25 days from another day to this one.
    func years(since other: CivilDate) -> Int { (dayNumber - other.dayNumber) * 100 / 36_525 }

    static func < (left: CivilDate, right: CivilDate) -> Bool { left.dayNumber < right.dayNumber }
}

/// A moment as a clock on the wall shows it, with the offset of that clock.
struct Moment {
    var date: CivilDate
    /// Seconds since local midnight; may reach into following days.
    var seconds: Int
    /// `Z`, or a sign, hours and minutes.
    var offset: String

    /// A moment some minutes later.
    func adding(minutes: Int) -> Moment {
        Moment(date: date, seconds: seconds + 60 * minutes, offset: offset)
    }

    /// `2024-02-29T08:30:00+01:00`.
    var text: String { "\(local)\(offset)" }

    /// The same with milliseconds, as FHIR instants are often sent.
    func text(milliseconds: Int) -> String {
        "\(local).\(milliseconds < 100 ? "0" : "")\(twoDigits(milliseconds))\(offset)"
    }

    private var local: String {
        let day = date.adding(days: seconds / 86_400)
        let rest = seconds % 86_400
        return "\(day.text)T\(twoDigits(rest / 3_600)):\(twoDigits(rest / 60 % 60)):\(twoDigits(rest % 60))"
    }
}

private func twoDigits(_ value: Int) -> String {
    value < 10 ? "0\(value)" : String(value)
}

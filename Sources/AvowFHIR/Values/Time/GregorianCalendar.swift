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
        let date = date(ofDay: day)
        return (date.year, date.month)
    }

    /// The year, the month from 1 to 12, and the day of the month, of the day with this number.
    static func date(ofDay day: Int) -> (year: Int, month: Int, day: Int) {
        // Eras of 400 years that begin on the first of March have 146,097 days each.
        let shifted = day + 719_468
        let era = quotient(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let dayOfMonth = dayOfYear - (153 * month + 2) / 5 + 1
        return (era * 400 + yearOfEra + (month < 10 ? 0 : 1), month < 10 ? month + 3 : month - 9, dayOfMonth)
    }

    /// The greatest integer that is not above the quotient.
    static func quotient(_ dividend: Int, _ divisor: Int) -> Int {
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

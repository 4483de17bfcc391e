/// Steps of the calendar, by which time is marked and parted. Time is in seconds since 1970-01-01T00:00:00Z.
enum CalendarStep: Equatable {
    case seconds(Int)
    case months(Int)

    /// From seconds to a thousand years.
    static let all: [CalendarStep] =
        [1, 5, 15, 30, 60, 300, 900, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800].map(
            CalendarStep.seconds)
        + [1, 3, 6, 12, 24, 60, 120, 240, 600, 1_200, 2_400, 6_000, 12_000].map(CalendarStep.months)

    /// The length, for months on average.
    var length: Double {
        switch self {
        case .seconds(let count): Double(count)
        case .months(let count): Double(count) * 2_629_746
        }
    }

    /// The least step that parts a span into at most so many pieces.
    static func parting(_ span: Double, into count: Int) -> CalendarStep {
        all.first { span / $0.length <= Double(max(1, count)) } ?? .months(12_000)
    }

    /// The last beginning of a step at or before a time.
    func floor(_ time: Double) -> Double {
        switch self {
        case .seconds(604_800):
            // Weeks begin on Monday; 1970 began on a Thursday.
            let monday = -3.0 * 86_400
            return ((time - monday) / 604_800).rounded(.down) * 604_800 + monday
        case .seconds(let count): return (time / Double(count)).rounded(.down) * Double(count)
        case .months(let count):
            let date = CivilTime(time)
            let months = date.year * 12 + date.month - 1
            let start = months - ((months % count) + count) % count
            return CivilTime.time(
                year: start >= 0 ? start / 12 : (start - 11) / 12, month: ((start % 12) + 12) % 12 + 1)
        }
    }

    /// The beginning of the step behind the one that begins at a time.
    func next(_ time: Double) -> Double {
        switch self {
        case .seconds(let count): return time + Double(count)
        case .months(let count):
            let date = CivilTime(time)
            let months = date.year * 12 + date.month - 1 + count
            return CivilTime.time(year: months / 12, month: months % 12 + 1)
        }
    }

    /// How the beginning of a step is written.
    func text(_ time: Double) -> String {
        let date = CivilTime(time)
        func padded(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }
        switch self {
        case .months(let count) where count >= 12: return String(date.year)
        case .months: return "\(date.year)-\(padded(date.month))"
        case .seconds(let count) where count >= 86_400:
            return "\(date.year)-\(padded(date.month))-\(padded(date.day))"
        case .seconds(let count):
            let clock = "\(padded(date.hour)):\(padded(date.minute))"
            let seconds = count < 60 ? ":\(padded(date.second))" : ""
            // Midnight says which day it is.
            return date.hour == 0 && date.minute == 0 && date.second == 0
                ? "\(date.year)-\(padded(date.month))-\(padded(date.day))" : clock + seconds
        }
    }
}

extension Axis {
    /// A scale of time, with marks where steps of the calendar begin.
    ///
    /// - Parameter count: at most how many intervals there should be between ticks.
    static func time(from lower: Double, to upper: Double, about count: Int) -> Axis {
        var lower = lower
        var upper = upper
        if !(upper > lower) {
            lower -= 43_200
            upper += 43_200
        }
        let step = CalendarStep.parting(upper - lower, into: count)
        var ticks: [Tick] = []
        var time = step.floor(lower)
        while time <= upper, ticks.count < 1_000 {
            if time >= lower { ticks.append(Tick(value: time, text: step.text(time))) }
            time = step.next(time)
        }
        return Axis(lower: lower, upper: upper, ticks: ticks, isTime: true)
    }
}

/// A time of the Gregorian calendar, in UTC.
private struct CivilTime {
    let year: Int
    let month: Int
    let day: Int
    let hour: Int
    let minute: Int
    let second: Int

    init(_ time: Double) {
        // Years 0 to 9999 are all that FHIR can write.
        let seconds = Int(min(max(time.rounded(.down), -62_167_219_200), 253_402_300_799))
        let days = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        let rest = seconds - days * 86_400
        (hour, minute, second) = (rest / 3_600, rest / 60 % 60, rest % 60)
        // Counted from 1 March of the year 0 in cycles of 400 years, so that the leap day is a year's last.
        let shifted = days + 719_468
        let cycle = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfCycle = shifted - cycle * 146_097
        let yearOfCycle = (dayOfCycle - dayOfCycle / 1_460 + dayOfCycle / 36_524 - dayOfCycle / 146_096) / 365
        let dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfCycle + cycle * 400 + (month <= 2 ? 1 : 0)
    }

    /// The time at which a month begins.
    static func time(year: Int, month: Int) -> Double {
        let year = month <= 2 ? year - 1 : year
        let cycle = (year >= 0 ? year : year - 399) / 400
        let yearOfCycle = year - cycle * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5
        let dayOfCycle = yearOfCycle * 365 + yearOfCycle / 4 - yearOfCycle / 100 + dayOfYear
        return Double(cycle * 146_097 + dayOfCycle - 719_468) * 86_400
    }
}

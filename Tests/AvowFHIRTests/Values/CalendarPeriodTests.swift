import AvowFHIR
import Foundation
import Testing

@Suite struct `Years and months` {
    private static let calendar: Calendar = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar
    }()

    @Test func `hold an instant, and end where the next begins, as Foundation's calendar has it`() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<5_000 {
            let instant = Int64.random(in: -12_000_000_000_000...250_000_000_000_000, using: &random)
            // Foundation's calendar is the Julian one before 15 October 1582.
            guard instant > -12_219_292_800_000 else { continue }
            let date = Date(timeIntervalSince1970: (Double(instant) / 1_000).rounded(.down))
            let parts = Self.calendar.dateComponents([.year, .month], from: date)
            let (year, month) = (parts.year ?? 0, parts.month ?? 0)
            #expect(CalendarPeriod.year(holding: instant).text == String(format: "%04d", year))
            #expect(CalendarPeriod.month(holding: instant).text == String(format: "%04d-%02d", year, month))
        }
    }

    @Test(arguments: [Int64.min, -62_167_219_200_001, -62_135_596_800_000, -1, 0, 951_782_400_000, 253_402_300_799_999])
    func `follow each other without a gap`(instant: Int64) throws {
        let periods: [(Int64) -> CalendarPeriod] = [CalendarPeriod.year(holding:), CalendarPeriod.month(holding:)]
        for period in periods {
            var current = period(instant)
            for _ in 0..<50 {
                let end = try #require(current.end)
                #expect(period(end - 1) == current && period(end) != current)
                current = period(end)
            }
        }
    }

    @Test func `are the literals that stand for them`() throws {
        for text in ["0001", "1582", "1900-02", "2000-02", "2024-12", "9999-12", "9999"] {
            let date = try #require(FHIRDateTime(text))
            for instant in [date.lowerBound, date.upperBound - 1] {
                let isYear = text.count == 4
                let period = isYear ? CalendarPeriod.year(holding: instant) : CalendarPeriod.month(holding: instant)
                #expect(period.text == text)
                #expect(period.end == date.upperBound)
            }
        }
    }

    @Test func `end with what 64 bits hold`() {
        #expect(CalendarPeriod.year(holding: .max).end == nil)
        #expect(CalendarPeriod.month(holding: .max).end == nil)
    }
}

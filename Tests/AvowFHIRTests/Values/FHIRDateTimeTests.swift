import Foundation
import TestSupport
import Testing

@testable import AvowFHIR

@Suite struct FHIRDateTimeTests {
    @Test func `each day of 2,400 years has the next number`() {
        var expected = -719_162
        for year in 1...2_400 {
            for month in 1...12 {
                let length = [
                    31, year % 4 == 0 && year % 100 != 0 || year % 400 == 0 ? 29 : 28, 31, 30, 31, 30, 31, 31,
                    30, 31, 30, 31,
                ][month - 1]
                #expect(GregorianCalendar.days(inMonth: month, of: year) == length)
                for day in 1...length {
                    if GregorianCalendar.days(year: year, month: month, day: day) != expected {
                        Issue.record("\(year)-\(month)-\(day)")
                        return
                    }
                    expected += 1
                }
            }
        }
    }

    @Test func `instants agree with Foundation`() {
        var random = SeededGenerator(seed: 7)
        let formatter = ISO8601DateFormatter()
        for _ in 0..<2_000 {
            let seconds = Int.random(in: -12_000_000_000..<20_000_000_000, using: &random)
            formatter.timeZone = TimeZone(secondsFromGMT: Int.random(in: -14...14, using: &random) * 3_600)
            let written = formatter.string(from: Date(timeIntervalSince1970: Double(seconds)))
            #expect(FHIRDateTime(written)?.lowerBound == Int64(seconds) * 1_000, "\(written)")
        }
    }

    @Test(
        arguments: [
            ("1970", .year, 0, 31_536_000_000), ("1972-02", .month, 65_750_400_000, 68_256_000_000),
            ("1972-12", .month, 92_016_000_000, 94_694_400_000),
            ("2000-02-29", .day, 951_782_400_000, 951_868_800_000),
            ("1970-01-01T00:01Z", .minute, 60_000, 120_000), ("1970-01-01T00:00:01Z", .second, 1_000, 2_000),
            ("1970-01-01T00:00:01", .second, 1_000, 2_000), ("1970-01-01T00:00:00.5Z", .fraction, 500, 600),
            ("1970-01-01T00:00:00.25Z", .fraction, 250, 260),
            ("1970-01-01T00:00:00.123Z", .fraction, 123, 124),
            ("1970-01-01T00:00:00.1239999999999Z", .fraction, 123, 124),
            ("1970-01-01T01:00:00+01:00", .second, 0, 1_000),
            ("1969-12-31T19:00:00-05:00", .second, 0, 1_000),
            ("1970-01-01T14:00:00+14:00", .second, 0, 1_000),
            ("1969-12-31T23:59:60Z", .second, -1_000, 0),
            ("0001-01-01", .day, -62_135_596_800_000, -62_135_510_400_000),
            ("9999", .year, 253_370_764_800_000, 253_402_300_800_000),
        ] as [(String, TimePrecision, Int64, Int64)])
    func `a value stands for an interval`(
        source: String, precision: TimePrecision, lower: Int64, upper: Int64
    ) throws {
        let value = try #require(FHIRDateTime(source))
        #expect(value.precision == precision)
        #expect(value.lowerBound == lower)
        #expect(value.upperBound == upper)
    }

    @Test(arguments: [
        "", "19", "197", "19700", "0000", "1970-", "1970-1", "1970-00", "1970-13", "1970-01-", "1970-01-00",
        "1970-01-32",
        "1970-02-29", "1900-02-29", "2001-02-29", "1970-04-31", "1970-01-01T", "1970-01-01T00",
        "1970-01-01T00Z", "1970-01-01T24:00:00Z",
        "1970-01-01T00:60Z", "1970-01-01T00:00:61Z", "1970-01-01T00:00:00.Z", "1970-01-01T00:00:00z",
        "1970-01-01 00:00:00Z",
        "1970-01-01T00:00:00+15:00", "1970-01-01T00:00:00+14:01", "1970-01-01T00:00:00+1:00",
        "1970-01-01T00:00:00+0100",
        "1970-01-01T00:00:00ZZ", "1970-01-01T00:00:00Z ", " 1970", "1970 ", "+1970", "-970", "１９７０",
        "1970-01-01T00:00:00+00:60", "1970Z",
    ])
    func `a malformed value is none`(source: String) {
        #expect(FHIRDateTime(source) == nil)
    }

    @Test func `any bytes are survived`() {
        var random = SeededGenerator(seed: 11)
        let alphabet = Array("0123456789-:.TZ+ x")
        var accepted = 0
        for _ in 0..<20_000 {
            let source = String(
                (0..<Int.random(in: 0...30, using: &random)).map { _ in
                    alphabet.randomElement(using: &random)!
                })
            if let value = FHIRDateTime(source) {
                accepted += 1
                #expect(value.lowerBound < value.upperBound)
            }
        }
        #expect(accepted > 0)
    }
}

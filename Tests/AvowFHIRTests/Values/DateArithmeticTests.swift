import Foundation
import Testing

@testable import AvowFHIR

@Suite("Dates and times as they were written") struct DateArithmeticTests {
    private func date(_ text: String) throws -> FHIRDateTime { try #require(FHIRDateTime(literal: text), "\(text)") }

    @Test(arguments: [
        "2015", "2015-02", "2015-02-04", "2015-02-04T14:34", "2015-02-04T14:34:28", "2015-02-04T14:34:28Z",
        "2015-02-04T14:34:28+10:00",
        "2015-02-04T14:34:28.1-00:30", "2015-02-04T14:34:28.120", "0001-01-01T23:59:60.123456789+14:00",
    ])
    func `print as they were written`(text: String) throws {
        #expect(FHIRDateTime(text)?.text == text)
        #expect(try date(text) == FHIRDateTime(text))
    }

    @Test func `have more forms in FHIRPath than in FHIR`() throws {
        for (literal, text) in [
            ("2015T", "2015"), ("2015-02T", "2015-02"), ("2015-02-04T", "2015-02-04"),
            ("2015-02-04T14", "2015-02-04T14"), ("2015-02-04T14+01:00", "2015-02-04T14+01:00"),
        ] {
            #expect(FHIRDateTime(literal: literal)?.text == text)
            #expect(FHIRDateTime(literal) == nil)
        }
        for text in ["2015TT", "2015T14", "2015-02-04T14T", "2015-02-30", "T", ""] {
            #expect(FHIRDateTime(literal: text) == nil, "\(text)")
        }
        for text in ["14", "14:30", "14:30:12", "14:30:12.250", "23:59:60"] { #expect(FHIRTime(text)?.text == text) }
        for text in ["", "1", "24", "14:", "14:60", "14:30:61", "14:30:12.", "14:30:12Z", "14:30:12+01:00"] {
            #expect(FHIRTime(text) == nil, "\(text)")
        }
        #expect(FHIRTime("14:30:12.1234567899")?.text == "14:30:12.123456789")
    }

    @Test(
        arguments: [
            ("2012", "2012", .same), ("2012", "2013", .ascending), ("2012-01", "2012", nil),
            ("2012-01", "2013", .ascending),
            ("2012-01-01T10:30", "2012-01-01T10:30", .same), ("2012-01-01T10:30:31", "2012-01-01T10:30", nil),
            ("2012-01-01T10:30:31.0", "2012-01-01T10:30:31", .same),
            ("2012-01-01T10:30:31.1", "2012-01-01T10:30:31", .descending),
            ("2012-01-01T10:30:31.1", "2012-01-01T10:30:31.10", .same), ("2018-03-01T10", "2018-03-01T10:30", nil),
            ("2018-03-01T10", "2018-03-01T11:30", .ascending), ("2012-04-15", "2012-04-15T10:00:00", nil),
            ("2012-04-16", "2012-04-15T10:00:00", .descending),
            ("2018-01-01T16:00:00+11:00", "2018-01-01T15:00:00.0+10:00", .same),
            ("2018-01-01T16:00:00+12:00", "2018-01-01T15:00:00.0+10:00", .ascending),
            ("2017-11-05T01:30:00.0-04:00", "2017-11-05T00:30:00.0-05:00", .same),
            ("2017-11-05T01:30-04:00", "2017-11-05T00:30:59-05:00", nil),
            // One offset alone leaves 26 hours open.
            ("2012-04-15T15:00:00Z", "2012-04-15T10:00:00", nil), ("2012-04-15T15:00:00Z", "2012-04-16T05:00:00", nil),
            ("2012-04-15T15:00:00Z", "2012-04-16T05:00:01", .ascending),
            ("2012-04-15T15:00:00Z", "2012-04-15T02:59:59", .descending), ("1974-12-25", "1974-12-25T12:34:00Z", nil),
            ("1974-12-25", "2026-12-25T12:34:00Z", .ascending),
            ("2012-01-01T10:30:31.123456", "2012-01-01T10:30:31.123457", .ascending),
        ] as [(String, String, ValueOrder?)])
    func `compare as far as it is decided`(left: String, right: String, order: ValueOrder?) throws {
        let mirrored: ValueOrder? = order == .ascending ? .descending : order == .descending ? .ascending : order
        #expect(try date(left).order(relativeTo: date(right)) == order)
        #expect(try date(right).order(relativeTo: date(left)) == mirrored)
        let isSameKind = order == .same
        #expect(try date(left).isEquivalent(to: date(right)) == isSameKind)
    }

    @Test func `times compare as far as it is decided`() throws {
        for (left, right, order) in [
            ("10:30:00", "10:00:00", .descending), ("10", "10:30", nil), ("10", "11:30", .ascending),
            ("10:30:00", "10:30:00.0", .same), ("10:30", "10:30:00", nil),
        ] as [(String, String, ValueOrder?)] {
            #expect(try #require(FHIRTime(left)).order(relativeTo: #require(FHIRTime(right))) == order)
        }
    }

    @Test(arguments: [
        ("1973-12-25", "7 days", "1974-01-01"), ("1973-12-25", "7.9 days", "1974-01-01"),
        ("1973-12-25", "1 'wk'", "1974-01-01"),
        ("1973-12-25T00:00:00.000+10:00", "1 second", "1973-12-25T00:00:01.000+10:00"),
        ("1973-12-25T00:00:00.000+10:00", "10 'ms'", "1973-12-25T00:00:00.010+10:00"),
        ("1973-12-25T00:00:00.000+10:00", "42.53 seconds", "1973-12-25T00:00:42.530+10:00"),
        ("1973-12-25", "1 month", "1974-01-25"), ("1974-12-25", "-1 'month'", "1974-11-25"),
        ("2026-01-31", "1 month", "2026-02-28"), ("2024-02-29", "1 year", "2025-02-28"),
        ("2019-03-01", "24 months", "2021-03-01"), ("2014", "24 months", "2016"),
        ("2014", "23 months", "2015"), ("2014", "11 months", "2014"), ("2014", "-1 month", "2014"),
        ("2016", "365 days", "2017"), ("2016", "364 days", "2016"), ("2016", "53 weeks", "2017"),
        ("2026-02", "5 weeks", "2026-03"), ("2026-02", "4 weeks", "2026-02"), ("2026-02", "-1 day", "2026-02"),
        ("2026-01-01T13:00:00", "30 minutes", "2026-01-01T13:30:00"),
        ("2014-01-01T10:00:00", "1.5 hours", "2014-01-01T11:00:00"),
        ("2014-01-01T10:00:00", "1.5 seconds", "2014-01-01T10:00:01"), ("2014-01-01T10", "90 minutes", "2014-01-01T11"),
        ("2014-01-01", "36 hours", "2014-01-02"), ("2014-12-31T23:59", "60 seconds", "2015-01-01T00:00"),
        ("2014-12-31T23:59:59.5", "0.25 's'", "2014-12-31T23:59:59.75"),
        ("9999-12-31", "1 day", nil), ("0001-01-01", "-1 day", nil), ("2000", "99999999999999999999 years", nil),
        ("2000-01-01T00:00:00.0", "99999999999999999999999 's'", nil),
    ])
    func `are moved by durations`(start: String, duration: String, result: String?) throws {
        let quantity = try #require(FHIRQuantity(duration))
        #expect(try date(start).adding(quantity)?.text == result)
        #expect(try date(start).subtracting(quantity.negated)?.text == result)
    }

    @Test func `are moved as Python moves them`() throws {
        let cases: [Vectors.Dates] = try Vectors.read("dates.json")
        #expect(cases.count == 400)
        for vector in cases {
            let unit = try #require(DurationUnit(keyword: vector.unit))
            let moved = try date(vector.from).adding(FHIRQuantity(FHIRDecimal(vector.count), .calendar(unit)))
            #expect(moved?.text == vector.to, "\(vector)")
        }
    }

    @Test func `times pass midnight`() throws {
        for (start, duration, result) in [
            ("23:30:00", "1 hour", "00:30:00"), ("01:00:00", "48 hours", "01:00:00"),
            ("00:30:00", "-1 hour", "23:30:00"), ("23:00:00", "50 hours", "01:00:00"),
            ("10:00:00.000", "0.5 's'", "10:00:00.500"), ("10", "90 minutes", "11"),
        ] {
            #expect(try #require(FHIRTime(start)).adding(#require(FHIRQuantity(duration)))?.text == result)
        }
        #expect(throws: DurationError.dateUnit(.day)) {
            try FHIRTime("10:00:00")?.adding(FHIRQuantity(.one, .calendar(.day)))
        }
    }

    @Test func `take no unit that is none of the calendar's`() throws {
        let day = try date("1973-12-25")
        #expect(throws: DurationError.definiteDuration("a")) { try day.adding(FHIRQuantity(.one, .ucum("a"))) }
        #expect(throws: DurationError.definiteDuration("mo")) { try day.adding(FHIRQuantity(.one, .ucum("mo"))) }
        #expect(throws: DurationError.noDuration(.ucum("mg"))) { try day.adding(FHIRQuantity(.one, .ucum("mg"))) }
        #expect(throws: DurationError.noDuration(.one)) { try day.adding(FHIRQuantity(.one)) }
    }

    @Test(arguments: [
        ("2014", 6, "2014-01", "2014-12"), ("2014", 8, "2014-01-01", "2014-12-31"),
        ("2014-02", 8, "2014-02-01", "2014-02-28"), ("2014-01-01T08", 8, "2014-01-01", "2014-01-01"),
        ("2014-01-01T08", 17, "2014-01-01T08:00:00.000+14:00", "2014-01-01T08:59:59.999-12:00"),
        ("2014-01-01T08:05-05:00", 17, "2014-01-01T08:05:00.000-05:00", "2014-01-01T08:05:59.999-05:00"),
        ("2010-10-10", 17, "2010-10-10T00:00:00.000+14:00", "2010-10-10T23:59:59.999-12:00"),
        ("1970-06", 8, "1970-06-01", "1970-06-30"),
        ("2014-01-01T08:05:09.1Z", 17, "2014-01-01T08:05:09.100Z", "2014-01-01T08:05:09.199Z"),
        ("2014-01-01T08:05:09.1239Z", 17, "2014-01-01T08:05:09.123Z", "2014-01-01T08:05:09.123Z"),
        ("2014-05-06", 4, "2014", "2014"), ("2014-01-01T08:05:09Z", 12, "2014-01-01T08:05Z", "2014-01-01T08:05Z"),
    ])
    func `have boundaries`(value: String, digits: Int, low: String, high: String) throws {
        #expect(try date(value).lowBoundary(digits: digits)?.text == low)
        #expect(try date(value).highBoundary(digits: digits)?.text == high)
        for wrong in [-1, 0, 5, 7, 9, 11, 16, 18] { #expect(try date(value).lowBoundary(digits: wrong) == nil) }
    }

    @Test func `times have boundaries, and all have a number of digits`() throws {
        let time = try #require(FHIRTime("10:30"))
        #expect(time.lowBoundary()?.text == "10:30:00.000")
        #expect(time.highBoundary()?.text == "10:30:59.999")
        #expect(time.highBoundary(digits: 6)?.text == "10:30:59")
        #expect(time.highBoundary(digits: 2)?.text == "10")
        #expect(time.highBoundary(digits: 3) == nil)
        #expect(time.digitCount == 4)
        #expect(try #require(FHIRTime("10:30:00.000")).digitCount == 9)
        #expect(try date("2014").digitCount == 4)
        #expect(try date("2014-01-05T10:30:00.000").digitCount == 17)
        #expect(try date("2014-01-05T10Z").digitCount == 10)
    }

    @Test func `have components`() throws {
        let value = try date("2014-01-05T10:30:12.0456-02:30")
        #expect((value.year, value.month, value.day, value.offsetMinutes) == (2014, 1, 5, -150))
        #expect((value.time?.hour, value.time?.minute, value.time?.second, value.time?.millisecond) == (10, 30, 12, 45))
        #expect(value.date.text == "2014-01-05")
        let year = try date("2014")
        #expect((year.month, year.day, year.time, year.offsetMinutes) == (nil, nil, nil, nil))
    }
}

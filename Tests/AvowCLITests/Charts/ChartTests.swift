import Foundation
import TestSupport
import Testing

@testable import AvowCLI

private func number(_ value: Double) -> ChartValue { .number(value, NumberText.short(value)) }
private func column(_ name: String, _ values: [ChartValue]) -> ChartColumn { ChartColumn(name: name, values: values) }
private func day(_ number: Int) -> ChartValue { .time(Double(number) * 86_400, "day \(number)") }

private func chart(_ columns: [ChartColumn], _ kind: ChartKind? = nil, _ names: [String] = []) throws -> Chart {
    try ChartMaker(columns: columns).chart(kind, columns: names)
}

private func drawn(_ chart: Chart, width: Int = 48) -> [String] {
    TerminalChart(width: width, style: Style(isEnabled: false)).lines(chart)
}

/// A picture as it must be, without the spaces at the ends of its lines.
private func isDrawn(_ chart: Chart, as expected: String, width: Int = 48) -> Bool {
    let lines = drawn(chart, width: width)
    let isSame = lines.joined(separator: "\n") == expected
    if !isSame { print(lines.joined(separator: "\n")) }
    return isSame
}

@Suite struct `A chart in the terminal` {
    @Test func `of numbers is a histogram with round borders`() throws {
        let values = [4.9, 5.1, 5.2, 5.3, 5.8, 6.0, 6.1, 6.4, 7.2, 7.3, 7.9, 9.6].map(number)
        #expect(
            isDrawn(
                try chart([column("hba1c", values + [.null])]),
                as: """
                    hba1c: 12 values
                    4 ┤       ███████
                      │       ███████
                      │       ███████
                    3 ┤       █████████████████████
                      │       █████████████████████
                    2 ┤       █████████████████████
                      │       █████████████████████
                      │       █████████████████████
                    1 ┤       █████████████████████
                      │████████████████████████████       ███████
                      │████████████████████████████       ███████
                    0 ┤████████████████████████████       ███████
                      └┬──────┬──────┬──────┬──────┬──────┬─────┬
                       4      5      6      7      8      9    10
                    1 row without a value left out
                    """))
    }

    @Test func `of numbers over time is a line`() throws {
        let columns = [
            column("taken", (0..<9).map { day($0 * 40) }),
            column("value", [5, 6, 8, 7, 7, 6.5, 6, 5.8, 9].map(number)),
        ]
        #expect(
            isDrawn(
                try chart(columns),
                as: """
                    value by taken: 9 points
                    9 ┤                                            ⡜
                      │                                           ⢠⠃
                      │                                           ⡎
                    8 ┤          ⢠⠓⢄                             ⢰⠁
                      │         ⢠⠃  ⠑⢄                           ⡇
                    7 ┤        ⢠⠃     ⠑⢄⣀⣀⣀⣀⣀⣀                  ⡸
                      │       ⢠⠃              ⠉⠒⠤⣀             ⢠⠃
                      │      ⢠⠃                   ⠉⠢⢄⡀         ⡜
                    6 ┤     ⢠⠃                       ⠈⠑⠢⢄⡀    ⢰⠁
                      │   ⢀⠔⠁                            ⠈⠉⠑⠒⠢⠎
                      │  ⡠⠃
                    5 ┤⡠⠊
                      └┬────────────┬───────────┬────────────┬──────
                    1970-01      1970-04     1970-07      1970-10
                    """))
    }

    @Test func `of labels with numbers has a bar for each`() throws {
        let columns = [
            column("code", [.text("Asthma"), .text("霧の病"), .null, .text("")]),
            column("n", [number(12), number(7.5), number(0), number(-4)]),
        ]
        #expect(
            isDrawn(
                try chart(columns),
                as: """
                    n by code
                    Asthma          █████████████████████▋ 12
                    霧の病          █████████████▌ 7.5
                    ∅               ▏ 0
                    ''       ███████ -4
                          └┬────────┬────────┬────────┬───────┬
                          -5        0        5       10      15
                    """))
    }

    @Test func `of texts counts how often each occurs`() throws {
        #expect(
            isDrawn(
                try chart([column("sex", ["f", "m", "f", "f"].map(ChartValue.text))]),
                as: """
                    rows by sex
                    f ███████████████████████████████████████████ 3
                    m ██████████████▍ 1
                     └┬─────────────┬──────────────┬────────────┬
                      0             1              2            3
                    """))
    }

    @Test func `of dates counts them by the calendar`() throws {
        #expect(
            isDrawn(
                try chart([column("born", [0, 1, 1, 40, 300, 364].map(day))]),
                as: """
                    born: 6 values
                    3 ┤███
                      │███
                      │███
                      │███
                    2 ┤███
                      │███
                      │███
                    1 ┤███
                      │██████                     ███   ███
                      │██████                     ███   ███
                      │██████                     ███   ███
                    0 ┤██████                     ███   ███
                      └┬────────┬────────┬────────┬────────
                    1970-01  1970-04  1970-07  1970-10
                    """))
    }
}

/// Values that somebody might have, and would rather not.
private let hostile: [(name: String, values: [ChartValue])] = [
    ("none", []),
    ("one", [number(5)]),
    ("all equal", Array(repeating: number(0.1), count: 50)),
    ("all zero", Array(repeating: number(0), count: 3)),
    ("nulls", [.null, .null]),
    ("huge", [number(1e299), number(-1e300), number(9e299)]),
    ("too huge", [.number(.infinity, "1e400"), number(1)]),
    ("only too huge", [.number(-.infinity, "-1e400")]),
    ("tiny", [number(1e-300), number(3e-300)]),
    ("far and close", [number(1e15), number(1e15 + 1), number(1e15 + 2)]),
    ("negative", [number(-3), number(-2.5), number(-1e-9)]),
    ("outlier", (0..<100).map { number(Double($0)) } + [number(1e12)]),
    ("many", (0..<5_000).map { number(Double($0 * $0 % 997)) }),
    ("the ends of time", [.time(-62_135_596_800, "0001"), .time(253_402_300_799, "9999-12-31T23:59:59Z")]),
    ("one moment", [.time(0, "1970")]),
    ("a second", [.time(0, "a"), .time(0.25, "b"), .time(1, "c")]),
    ("labels", [.text(""), .text("<&\">\u{1b}[31m\u{202e}"), .text(String(repeating: "霧", count: 300)), .null]),
    ("mixed", [.text("x"), number(1), day(3)]),
    ("many labels", (0..<500).map { .text("label \($0 % 77)") }),
]

@Suite struct `A chart of hostile values` {
    /// What each stands beside in a result; all pairs would take long and show nothing more.
    private let partners = hostile.filter { ["one", "nulls", "huge", "labels", "one moment"].contains($0.name) }

    /// All charts that can be made of two columns.
    private func charts(_ first: [ChartValue], _ second: [ChartValue]) -> [Chart] {
        let maker = ChartMaker(columns: [column("first", first), column("a \"<b>&\u{7}", second)])
        return ([nil] + ChartKind.allCases).flatMap { kind in
            [[], ["first"], ["a \"<b>&\u{7}"]].compactMap { try? maker.chart(kind, columns: $0) }
        }
    }

    @Test(arguments: hostile.indices)
    func `fits every width, and steers no terminal`(_ index: Int) {
        for (name, values) in partners {
            for chart in charts(hostile[index].values, values) {
                for width in [20, 80, 133] {
                    for line in drawn(chart, width: width) {
                        let what = "\(hostile[index].name) with \(name), \(chart.title), \(width): \(line)"
                        // Values beside bars may be longer than any screen, and are not cut.
                        let slack = if case .bar = chart.content { 24 } else { 1 }
                        #expect(DisplayText.width(of: line) <= width + slack, "\(what)")
                        #expect(!line.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x202e }, "\(what)")
                    }
                }
            }
        }
    }

    @Test(arguments: hostile.indices)
    func `is well-formed SVG with finite places`(_ index: Int) throws {
        for (name, values) in partners {
            for chart in charts(hostile[index].values, values) {
                let text = SVGChart.text(chart)
                let what = "\(hostile[index].name) with \(name), \(chart.title)"
                #expect(!text.contains("nan") && !text.contains("inf"), "\(what)")
                #expect(isWellFormed(text), "\(what)")
            }
        }
    }

    @Test func `counts every value that it draws`() {
        for (name, values) in hostile {
            guard let made = try? chart([column("v", values)], .histogram),
                case .histogram(let bins, let axis) = made.content
            else { continue }
            let finite = values.filter {
                if case .number(let value, _) = $0 { abs(value) <= 1e300 } else { $0 != .null }
            }
            #expect(bins.reduce(0) { $0 + $1.count } == finite.count, "\(name)")
            #expect(zip(bins, bins.dropFirst()).allSatisfy { $0.upper == $1.lower }, "\(name)")
            #expect(axis.ticks.count < 50 && bins.count <= 1_000, "\(name): \(axis.ticks.count), \(bins.count)")
        }
    }
}

/// Whether tags are closed in order, and attributes and text hold nothing that must be escaped: as much of XML as these
/// pictures use.
private func isWellFormed(_ text: String) -> Bool {
    var open: [Substring] = []
    var rest = text[...]
    while let start = rest.firstIndex(of: "<") {
        guard isPlain(rest[..<start]), let end = rest[start...].firstIndex(of: ">") else { return false }
        let tag = rest[rest.index(after: start)..<end]
        rest = rest[rest.index(after: end)...]
        if tag.hasPrefix("/") {
            guard open.popLast() == tag.dropFirst() else { return false }
        } else {
            guard tag.count(where: { $0 == "\"" }) % 2 == 0, isPlain(tag) else { return false }
            if !tag.hasSuffix("/") { open.append(tag.prefix { $0 != " " }) }
        }
    }
    return open.isEmpty && isPlain(rest)
}

private func isPlain(_ text: Substring) -> Bool {
    var rest = text
    while let place = rest.firstIndex(of: "&") {
        rest = rest[place...]
        guard ["&amp;", "&lt;", "&gt;", "&quot;"].contains(where: { rest.hasPrefix($0) }) else { return false }
        rest = rest.dropFirst()
    }
    return !text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" }
}

@Suite struct `What a chart shows` {
    private let columns = [
        column("who", [.text("a"), .text("b")]), column("Taken", [day(0), day(1)]),
        column("value", [number(1), number(2)]),
    ]

    @Test func `follows from the types of the columns`() throws {
        func content(_ names: [String], _ kind: ChartKind? = nil) throws -> String {
            switch try chart(columns, kind, names).content {
            case .histogram: "histogram"
            case .line: "line"
            case .bar: "bar"
            case .empty: "empty"
            }
        }
        #expect(try content([]) == "line")
        #expect(try content(["who", "value"]) == "bar")
        #expect(try content(["value"]) == "histogram")
        #expect(try content(["taken"]) == "histogram", "names are found in either case")
        #expect(try content(["who"]) == "bar")
        #expect(try content([], .histogram) == "histogram")
        #expect(try content(["Taken", "value"], .bar) == "bar")
    }

    @Test func `is refused with a reason`() {
        #expect(throws: ChartError(description: "no column 'nothing'; the last result has who, Taken, value")) {
            try chart(columns, nil, ["nothing"])
        }
        #expect(throws: ChartError.self) { try chart(columns, .line, ["who"]) }
        #expect(throws: ChartError.self) { try chart(columns, .histogram, ["who"]) }
        #expect(throws: ChartError.self) { try chart([columns[2]], .bar) }
    }

    @Test func `in SVG is one element a line, with both schemes of colours`() throws {
        let text = SVGChart.text(try chart(columns, .line))
        #expect(text.hasPrefix("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 760 404\" role=\"img\">\n"))
        #expect(text.contains("@media (prefers-color-scheme: dark)"))
        #expect(text.contains("<title>value by Taken: 2 points</title>"))
        #expect(text.count(of: "<circle ") == 2 && text.count(of: "<polyline ") == 1)
        let bars = SVGChart.text(try chart(columns, .bar))
        #expect(bars.count(of: "<rect ") == 2 && bars.contains(">a: 1</title>"))
        for line in bars.split(separator: "\n") { #expect(line.utf8.count < 240, "\(line)") }
    }

    @Test(
        arguments: [
            (0.0, 10.0, ["0", "2", "4", "6", "8", "10"]), (4.3, 9.9, ["4", "6", "8", "10"]),
            (-1, 1, ["-1.0", "-0.5", "0", "0.5", "1.0"]), (0, 0.03, ["0", "0.01", "0.02", "0.03"]),
            (0, 123_456, ["0", "50,000", "100,000", "150,000"]), (5, 5, ["2", "3", "4", "5", "6", "7", "8"]),
            (0, 3e9, ["0", "1e9", "2e9", "3e9"]),
        ] as [(Double, Double, [String])])
    func `is measured in round numbers`(lower: Double, upper: Double, ticks: [String]) {
        let axis = Axis.numbers(from: lower, to: upper, about: 5)
        #expect(axis.ticks.map(\.text) == ticks && axis.lower <= lower && axis.upper >= upper)
    }

    @Test(
        arguments: [
            (0.0, 86_400.0 * 365 * 50, "1970", "2010"),
            (1_700_000_000, 1_700_000_000 + 86_400 * 5, "2023-11-15", "2023-11-19"),
            (951_696_000, 951_696_000 + 86_400 * 90, "2000-03", "2000-05"), (0, 7_200, "1970-01-01", "02:00"),
        ] as [(Double, Double, String, String)])
    func `is measured in steps of the calendar`(lower: Double, upper: Double, first: String, last: String) {
        let texts = Axis.time(from: lower, to: upper, about: 8).ticks.map(\.text)
        #expect(texts.first == first && texts.last == last, "\(texts)")
    }

    @Test func `knows the calendar as Foundation does`() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
        for seed in UInt64(1)...400 {
            var random = Random(seed: seed)
            let time = Double(Int(random.next() % 8_000_000_000) - 4_000_000_000)
            let date = Date(timeIntervalSince1970: time)
            let month = try #require(calendar.dateInterval(of: .month, for: date))
            #expect(CalendarStep.months(1).floor(time) == month.start.timeIntervalSince1970, "seed \(seed)")
            #expect(CalendarStep.months(1).next(month.start.timeIntervalSince1970) == month.end.timeIntervalSince1970)
            let parts = calendar.dateComponents([.year, .month, .day], from: date)
            let expected = try #require(
                parts.year.flatMap { y in parts.month.flatMap { m in parts.day.map { (y, m, $0) } } })
            let digits = [expected.1, expected.2].map { $0 < 10 ? "0\($0)" : "\($0)" }
            #expect(
                CalendarStep.seconds(86_400).text(time) == "\(expected.0)-\(digits[0])-\(digits[1])", "seed \(seed)")
        }
    }
}

extension String {
    fileprivate func count(of part: String) -> Int { components(separatedBy: part).count - 1 }
}

import TestSupport
import Testing

@testable import AvowCLI

private let pipe = Terminal(isTerminal: false, columns: nil, environment: [:])

private func terminal(_ columns: Int, color: Bool = false) -> Terminal {
    Terminal(isTerminal: true, columns: columns, environment: color ? ["TERM": "xterm"] : ["TERM": "dumb"])
}

private func widths(_ table: String) -> [Int] {
    table.split(separator: "\n").map { DisplayText.width(of: String($0)) }
}

@Suite struct `A table` {
    let rows: [[TableCell]] = [
        [.text("Patient/1"), .number("7.2"), .text("2024-03-01")],
        [.text("Patient/霧橋"), .number("10.4"), .null],
    ]

    @Test func `in a pipe aligns its columns and leaves nulls empty`() {
        let table = TableRenderer(titles: ["patient", "hba1c", "taken"], terminal: pipe).render(rows)
        #expect(
            table == """
                patient       hba1c  taken
                ────────────  ─────  ──────────
                Patient/1       7.2  2024-03-01
                Patient/霧橋   10.4

                """)
    }

    @Test func `on a terminal marks nulls`() {
        let table = TableRenderer(titles: ["patient", "hba1c", "taken"], terminal: terminal(80)).render(rows)
        #expect(table.hasSuffix("Patient/霧橋   10.4  ∅\n"))
    }

    @Test func `shows titles bold and nulls dim where there is colour`() {
        let table = TableRenderer(titles: ["a"], terminal: terminal(80, color: true)).render([[.null]])
        #expect(table == "\u{1b}[1ma\u{1b}[0m\n\u{1b}[2m─\u{1b}[0m\n\u{1b}[2m∅\u{1b}[0m\n")
    }

    @Test func `fits the terminal by shortening the widest text first`() {
        let rows: [[TableCell]] = [
            [.text("short"), .text(String(repeating: "x", count: 60)), .number("1234567890")]
        ]
        let table = TableRenderer(titles: ["a", "b", "c"], terminal: terminal(40)).render(rows)
        #expect(widths(table).allSatisfy { $0 <= 40 })
        #expect(table.contains("short  xxxxxxxxxxxxxxxxxxxx…"))
        #expect(table.contains("1234567890"))
    }

    @Test func `never exceeds the terminal while its columns can be shortened`() {
        let texts = ["", "a", "Zelώριξ", "霧橋灯筆鏡舟笛霧橋灯筆鏡舟笛", String(repeating: "wide ", count: 20)]
        for columns in 22...100 {
            let rows = texts.map { [TableCell.text($0), .number("12345678"), .text($0 + $0)] }
            let table = TableRenderer(titles: ["first", "n", "third"], terminal: terminal(columns)).render(
                rows)
            #expect(widths(table).allSatisfy { $0 <= columns }, "\(columns) columns")
        }
    }

    @Test func `does not let data break its lines`() {
        let table = TableRenderer(titles: ["a\nb"], terminal: pipe).render([[.text("1\n2\u{1b}[2J")]])
        #expect(table.split(separator: "\n").count == 3)
        #expect(!table.contains("\u{1b}"))
    }

    @Test func `copes with no rows, no columns and ragged rows`() {
        #expect(TableRenderer(titles: ["a", "b"], terminal: pipe).render([]) == "a  b\n─  ─\n")
        #expect(TableRenderer(titles: [], terminal: pipe).render([[.text("x")]]) == "")
        let ragged = TableRenderer(titles: ["a", "b"], terminal: pipe)
            .render([[.text("1")], [.text("1"), .text("2"), .text("3")]])
        #expect(ragged == "a  b\n─  ─\n1\n1  2\n")
    }
}

@Suite struct `CSV` {
    @Test func `quotes what needs quotes and nothing else`() {
        let cells: [TableCell] = [
            .text("plain"), .text("a,b"), .text("say \"hi\""), .text("two\nlines"), .text("two\r\nlines"),
            .number("-1.50"), .null, .text(""), .text(" padded"), .text("霧"),
        ]
        #expect(
            CSVWriter.record(cells)
                == "plain,\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",\"two\r\nlines\",-1.50,,\"\",\" padded\",霧\r\n"
        )
        #expect(CSVWriter.header(["a", "b,c"]) == "a,\"b,c\"\r\n")
    }

    @Test func `what is written is read back`() {
        var seed: UInt64 = 11
        func random(_ count: UInt64) -> Int {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((seed >> 33) % count)
        }
        let alphabet = ["a", ",", "\"", "\n", "\r", "\r\n", "霧", " ", "e\u{301}"]
        for _ in 0..<500 {
            let fields: [String?] = (0..<(2 + random(3))).map { _ in
                random(5) == 0 ? nil : (0..<random(6)).map { _ in alphabet[random(9)] }.joined()
            }
            let record = CSVWriter.record(fields.map { $0.map { .text($0) } ?? .null })
            #expect(read(record) == fields, "\(record)")
        }
    }

    /// A reader for one record by the grammar of RFC 4180.
    private func read(_ record: String) -> [String?] {
        var fields: [String?] = []
        var field = String.UnicodeScalarView()
        var isQuoted = false
        var wasQuoted = false
        var scalars = Array(record.unicodeScalars.dropLast(2))[...]
        func end() { fields.append(field.isEmpty && !wasQuoted ? nil : String(field)) }
        while let scalar = scalars.popFirst() {
            if isQuoted {
                if scalar != "\"" {
                    field.append(scalar)
                } else if scalars.first == "\"" {
                    field.append(scalar)
                    scalars.removeFirst()
                } else {
                    isQuoted = false
                }
            } else if scalar == "\"" {
                isQuoted = true
                wasQuoted = true
            } else if scalar == "," {
                end()
                field = .init()
                wasQuoted = false
            } else {
                field.append(scalar)
            }
        }
        end()
        return fields
    }
}

@Suite struct `Text in lines` {
    @Test(arguments: [
        ("one two three", 7, ["one two", "three"]), ("", 5, [""]), ("one", 3, ["one"]),
        ("abcdefgh", 3, ["abc", "def", "gh"]),
        ("a bcdefgh", 4, ["a", "bcde", "fgh"]), ("ab cd", 2, ["ab", "cd"]), ("霧霧霧", 5, ["霧霧", "霧"]),
        ("one  two", 4, ["one ", "two"]),
    ])
    func `is broken at spaces, and within words that are too long`(text: String, columns: Int, lines: [String]) {
        #expect(DisplayText.wrapped(text, to: columns) == lines)
    }

    @Test func `keeps all its words, and fits`() {
        for seed in UInt64(1)...200 {
            var random = Random(seed: seed)
            let words = (0..<random.below(30)).map { _ in
                String(repeating: "x霧".randomElement(using: &random) ?? "x", count: 1 + random.below(9))
            }
            let columns = 2 + random.below(20)
            let lines = DisplayText.wrapped(words.joined(separator: " "), to: columns)
            #expect(lines.allSatisfy { DisplayText.width(of: $0) <= columns }, "seed \(seed)")
            #expect(lines.joined().filter { $0 != " " } == words.joined(), "seed \(seed)")
        }
    }

    @Test func `goes on below in a table, beside the other columns`() {
        let terminal = Terminal(isTerminal: true, columns: 24, environment: ["TERM": "xterm", "NO_COLOR": "1"])
        var renderer = TableRenderer(titles: ["id", "display", "value"], terminal: terminal)
        renderer.wraps = true
        let text = renderer.render([
            [.text("a"), .text("Hemoglobin A1c in Blood"), .number("5.1 %")], [.null, .text(""), .null],
        ])
        #expect(
            text == """
                id  display        value
                ──  ─────────────  ─────
                a   Hemoglobin     5.1 %
                    A1c in Blood
                ∅   ''                 ∅

                """)
    }
}

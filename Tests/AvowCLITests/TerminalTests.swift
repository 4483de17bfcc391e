import Testing

@testable import AvowCLI

@Suite struct `What a terminal allows` {
    @Test func `a pipe has no width, no colour and no rewriting`() {
        let pipe = Terminal(isTerminal: false, columns: nil, environment: ["TERM": "xterm", "COLUMNS": "90"])
        #expect(pipe.width == nil)
        #expect(!pipe.isInteractive && !pipe.allowsColor && !pipe.allowsRewriting)
    }

    @Test func `the terminal's own width is believed before COLUMNS, and 80 is the last resort`() {
        func width(_ columns: Int?, _ variable: String?) -> Int? {
            var environment = ["TERM": "xterm"]
            environment["COLUMNS"] = variable
            return Terminal(isTerminal: true, columns: columns, environment: environment).width
        }
        #expect(width(120, "90") == 120)
        #expect(width(nil, "90") == 90)
        #expect(width(nil, nil) == 80)
        #expect(width(nil, "0") == 80)
        #expect(width(nil, "wide") == 80)
    }

    @Test(arguments: [
        (["TERM": "xterm"], true, true), (["TERM": "xterm", "NO_COLOR": "1"], false, true),
        (["TERM": "xterm", "NO_COLOR": ""], true, true), (["TERM": "dumb"], false, false),
        ([:], false, false),
    ])
    func `NO_COLOR and a dumb terminal are respected`(
        environment: [String: String], color: Bool, rewriting: Bool
    ) {
        let terminal = Terminal(isTerminal: true, columns: 80, environment: environment)
        #expect(terminal.allowsColor == color)
        #expect(terminal.allowsRewriting == rewriting)
    }

    @Test func `emphasis wraps text only when it is on`() {
        #expect(Style(isEnabled: true)("a", .red) == "\u{1b}[31ma\u{1b}[0m")
        #expect(Style(isEnabled: true)("", .red) == "")
        #expect(Style(isEnabled: false)("a", .red) == "a")
    }
}

@Suite struct `Display text` {
    @Test(arguments: [
        ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("ゾルヴァン", 10), ("霧橋灯", 6), ("ｱｲ", 2), ("Ａ", 2),
        ("🩺", 2), ("❤\u{fe0f}", 2), ("❤", 1), ("👩‍👩‍👧", 2), ("🇳🇴", 2), ("한", 2), ("\u{1112}\u{1161}\u{11ab}", 2),
        ("Ζελώριξ", 7), ("a\u{200b}b", 2), ("µ×∅…─", 5), ("שלום", 4),
    ])
    func `text takes the columns that terminals give it`(text: String, width: Int) {
        #expect(DisplayText.width(of: text) == width)
    }

    @Test func `nothing that steers a terminal gets through`() {
        #expect(DisplayText.sanitized("a\u{1b}[31mb\n\t\u{7f}") == "a␛[31mb␊␉␡")
        #expect(DisplayText.sanitized("\u{9b}2J\u{202e}x\u{2066}") == "\u{fffd}2J\u{fffd}x\u{fffd}")
        #expect(DisplayText.sanitized("crlf\r\n") == "crlf␍␊")
        #expect(DisplayText.sanitized("Ægir 霧 👩‍👩‍👧") == "Ægir 霧 👩‍👩‍👧")
        for value in UInt32(0)...0x2100 {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let result = DisplayText.sanitized(String(Character(scalar)))
            #expect(result.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
        }
    }

    @Test func `truncation cuts between characters and never exceeds the columns`() {
        #expect(DisplayText.truncated("abcdef", to: 6) == "abcdef")
        #expect(DisplayText.truncated("abcdef", to: 5) == "abcd…")
        #expect(DisplayText.truncated("abcdef", to: 1) == "…")
        #expect(DisplayText.truncated("霧橋灯", to: 5) == "霧橋…")
        #expect(DisplayText.truncated("霧橋灯", to: 4) == "霧…")
        #expect(DisplayText.truncated("e\u{301}e\u{301}e\u{301}", to: 2) == "e\u{301}…")
        for columns in 1...12 {
            for text in ["abcdefghijklmnop", "霧橋灯筆鏡舟笛", "a霧b橋c灯d", "👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧"] {
                #expect(DisplayText.width(of: DisplayText.truncated(text, to: columns)) <= columns)
            }
        }
    }

    @Test func `padding fills up to the columns on the side asked for`() {
        #expect(DisplayText.padded("霧", to: 4, onLeft: false) == "霧  ")
        #expect(DisplayText.padded("霧", to: 4, onLeft: true) == "  霧")
        #expect(DisplayText.padded("abcd", to: 2, onLeft: true) == "abcd")
    }
}

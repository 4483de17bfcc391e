import TestSupport
import Testing

@testable import AvowCLI

/// An editor at a virtual terminal: keys in, screen out.
private struct Desk {
    var editor: StatementEditor
    var terminal: VirtualTerminal
    private var painter = ScreenPainter()
    private let screen: EditorScreen
    private(set) var outcomes: [StatementEditor.Outcome] = []

    init(
        width: Int = 30, height: Int = 12, history: [String] = [],
        complete: @escaping (String, Int) -> Completion = { _, _ in .none }
    ) {
        editor = StatementEditor(history: history, isComplete: { $0.hasSuffix(";") || $0.isEmpty }, complete: complete)
        terminal = VirtualTerminal(width: width, height: height)
        screen = EditorScreen(prompt: "db> ", style: Style(isEnabled: true)) { text in
            text.map { $0.isNumber ? .cyan : nil }
        }
        paint()
    }

    mutating func paint() {
        terminal.show(painter.paint(screen.layout(editor, width: terminal.width, height: terminal.height)))
    }

    mutating func press(_ keys: Key...) {
        for key in keys {
            let before = editor.text
            let outcome = editor.handle(key)
            outcomes.append(outcome)
            if case .submitted(let text) = outcome {
                terminal.show(painter.leave(screen.layout(of: EditedText(text), width: terminal.width, height: .max)))
            } else if outcome == .abandoned {
                terminal.show(painter.leave(screen.layout(of: before, width: terminal.width, height: .max)))
            }
            paint()
        }
    }

    var lines: [String] { terminal.lines }
    /// The row and column of the cursor.
    var cursor: [Int] { [terminal.row, terminal.column] }
    var text: String { editor.text.text }
}

@Suite struct `The editor of statements` {
    @Test func `shows what is typed behind its prompt`() {
        var desk = Desk()
        #expect(desk.lines == ["db>"] && desk.cursor == [0, 4])
        desk.press(.text("SELECT 1"))
        #expect(desk.lines == ["db> SELECT 1"] && desk.cursor == [0, 12])
        #expect(desk.terminal.unknown.isEmpty)
    }

    @Test func `goes on below what does not fit, and keeps the cursor on the screen`() {
        var desk = Desk(width: 10)
        desk.press(.text("abcdef"))
        #expect(desk.lines == ["db> abcdef"] && desk.cursor == [1, 0])
        desk.press(.text("ghijklmnopq"))
        #expect(desk.lines == ["db> abcdef", "ghijklmnop", "q"] && desk.cursor == [2, 1])
        desk.press(.home)
        #expect(desk.cursor == [0, 4])
        desk.press(.control("k"))
        #expect(desk.lines == ["db>"])
    }

    @Test func `counts columns as terminals do`() {
        var desk = Desk(width: 10)
        desk.press(.text("霧ab霧"))
        #expect(desk.cursor == [1, 0] && desk.lines == ["db> 霧ab霧"])
        desk.press(.text("x"), .left, .left)
        #expect(desk.cursor == [0, 8])
        desk.press(.backspace)
        #expect(desk.lines == ["db> 霧a霧x"])
        // Nothing wide is cut in two at the edge.
        desk.press(.text("c"), .home, .text("y"))
        #expect(desk.lines == ["db> y霧ac", "霧x"])
    }

    @Test func `takes an accent and a family as one character`() {
        var desk = Desk()
        desk.press(.text("e"), .text("\u{301}"), .text("👩‍👩‍👧"), .left, .left)
        #expect(desk.editor.text.cursor == 0 && desk.editor.text.characters.count == 2)
        desk.press(.delete)
        #expect(desk.text == "👩‍👩‍👧")
    }

    @Test func `moves and cuts by words and lines, and puts back`() {
        var desk = Desk()
        desk.press(.text("SELECT name.given FROM x"), .alt("b"), .alt("b"), .control("w"))
        #expect(desk.text == "SELECT FROM x")
        desk.press(.control("y"))
        #expect(desk.text == "SELECT name.given FROM x")
        desk.press(.control("a"), .alt("d"), .alt("d"), .control("e"), .control("y"))
        // Cuts that follow each other are one.
        #expect(desk.text == ".given FROM xSELECT name")
        desk.press(.alt("y"))
        #expect(desk.text == ".given FROM xname.given ")
        desk.press(.control("u"), .control("u"), .text("ab"), .control("t"))
        #expect(desk.text == "ba")
        desk.press(.control("a"), .alt("u"))
        #expect(desk.text == "BA")
    }

    @Test func `undoes step by step`() {
        var desk = Desk()
        desk.press(.text("one"), .text("x"), .text(" "), .text("two"), .alternateBackspace)
        desk.press(.control("_"))
        #expect(desk.text == "onex two")
        desk.press(.control("_"), .control("_"))
        #expect(desk.text.isEmpty)
        desk.press(.control("_"))
        #expect(desk.text.isEmpty)
    }

    @Test func `takes statements of several lines`() {
        var desk = Desk()
        desk.press(.text("SELECT 1"), .enter, .text("FROM x"), .enter, .text("y;"))
        #expect(desk.lines == ["db> SELECT 1", "...> FROM x", "...> y;"])
        desk.press(.up)
        #expect(desk.editor.text.cursor == 11, "two columns into the line above")
        desk.press(.up, .home, .text("  "), .down, .down, .enter)
        #expect(desk.outcomes.last == .submitted("  SELECT 1\nFROM x\ny;"))
        #expect(desk.lines.last == "db>" && desk.text.isEmpty)
    }

    @Test func `takes what is pasted as text, whatever is in it`() {
        var desk = Desk(width: 20)
        desk.press(.paste("SELECT 1;\nSELECT 2;\n"))
        #expect(!desk.outcomes.contains { if case .submitted = $0 { true } else { false } })
        #expect(desk.lines == ["db> SELECT 1;", "...> SELECT 2;", "...>"])
    }

    @Test func `walks through the history and back to what was being typed`() {
        var desk = Desk(history: ["one;", "two;"])
        desk.press(.text("dra"), .up, .up, .up)
        #expect(desk.text == "one;")
        desk.press(.down, .down)
        #expect(desk.text == "dra")
        desk.press(.up, .enter)
        #expect(desk.outcomes.last == .submitted("two;"))
    }

    @Test func `searches the history`() {
        var desk = Desk(history: ["SELECT a;", "COUNT b;", "select c;", "x;"])
        desk.press(.text("dr"), .control("r"), .text("sel"))
        #expect(desk.text == "select c;" && desk.lines.last == "search: sel_")
        desk.press(.control("r"))
        #expect(desk.text == "SELECT a;")
        desk.press(.control("r"))
        #expect(desk.text == "SELECT a;" && desk.lines.last == "nothing found for: sel_")
        desk.press(.control("s"))
        #expect(desk.text == "select c;")
        desk.press(.control("g"))
        #expect(desk.text == "dr" && desk.lines == ["db> dr"])
        desk.press(.control("r"), .text("cou"), .enter)
        #expect(desk.outcomes.last == .submitted("COUNT b;"))
    }

    @Test func `completes what is certain, and shows what is not`() {
        let names = ["Observation", "ObservationDefinition", "Organization"]
        var desk = Desk { text, cursor in
            let typed = String(text.prefix(cursor).split(separator: " ").last ?? "")
            return Completion(
                replacing: typed.count,
                candidates: names.filter { $0.lowercased().hasPrefix(typed.lowercased()) }.map { Candidate($0) })
        }
        desk.press(.text("FROM ob"), .tab)
        #expect(desk.text == "FROM Observation")
        #expect(desk.lines == ["db> FROM Observation", "  Observation", "  ObservationDefinition"])
        desk.press(.tab, .tab)
        #expect(desk.text == "FROM ObservationDefinition" && desk.lines.last == "› ObservationDefinition")
        desk.press(.text(" "))
        #expect(desk.lines == ["db> FROM ObservationDefinition"])
        desk.press(.control("u"), .text("or"), .tab)
        #expect(desk.text == "Organization ")
        desk.press(.control("u"), .text("ob"), .tab, .tab, .escape)
        #expect(desk.text == "Observation")
    }

    @Test func `gives up a text, ends, and clears`() {
        var desk = Desk()
        desk.press(.text("abc"), .control("c"))
        #expect(desk.outcomes.last == .abandoned && desk.lines == ["db> abc", "db>"])
        desk.press(.control("l"), .control("z"), .control("d"))
        #expect(desk.outcomes.suffix(3) == [.clearsScreen, .suspends, .ended])
        desk.press(.text("ab"), .control("a"), .control("d"))
        #expect(desk.text == "b")
    }

    @Test func `shows the surroundings of the cursor when the screen is too low`() {
        var desk = Desk(width: 20, height: 4)
        desk.press(.paste((1...9).map { "line \($0)" }.joined(separator: "\n")))
        #expect(desk.lines == ["...> line 6", "...> line 7", "...> line 8", "...> line 9"])
        for _ in 0..<8 { desk.press(.up) }
        #expect(desk.lines.first == "db> line 1" && desk.terminal.row == 0)
        #expect(desk.terminal.scrolled.isEmpty)
    }
}

/// What an editor should do to a text, said as simply as possible: without lines, rows or screens.
private struct SimpleEditor {
    var before: [Character] = []
    var after: [Character] = []
    private var killed: [Character] = []
    private var wasKill = false

    var text: String { String(before + after) }

    private func isWord(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_"
    }

    mutating func press(_ key: Key) {
        var isKill = false
        switch key {
        case .text(let text), .paste(let text): before += Array(text)
        case .lineBreak: before.append("\n")
        case .backspace: _ = before.popLast()
        case .delete: if !after.isEmpty { after.removeFirst() }
        case .left: if let last = before.popLast() { after.insert(last, at: 0) }
        case .right: if !after.isEmpty { before.append(after.removeFirst()) }
        case .home: while let last = before.last, last != "\n" { press(.left) }
        case .end: while let first = after.first, first != "\n" { press(.right) }
        case .wordLeft:
            while let last = before.last, !isWord(last) { press(.left) }
            while let last = before.last, isWord(last) { press(.left) }
        case .wordRight:
            while let first = after.first, !isWord(first) { press(.right) }
            while let first = after.first, isWord(first) { press(.right) }
        case .control("k"):
            isKill = true
            var cut: [Character] = []
            if after.first == "\n" {
                cut.append(after.removeFirst())
            } else {
                while let first = after.first, first != "\n" { cut.append(first); after.removeFirst() }
            }
            keep(cut, inFront: false)
        case .control("u"):
            isKill = true
            var cut: [Character] = []
            while let last = before.last, last != "\n" { cut.insert(last, at: 0); before.removeLast() }
            keep(cut, inFront: true)
        case .control("w"):
            isKill = true
            var cut: [Character] = []
            while let last = before.last, last.isWhitespace { cut.insert(last, at: 0); before.removeLast() }
            while let last = before.last, !last.isWhitespace { cut.insert(last, at: 0); before.removeLast() }
            keep(cut, inFront: true)
        case .control("y"): before += killed
        default: break
        }
        wasKill = isKill
    }

    private mutating func keep(_ cut: [Character], inFront: Bool) {
        guard !cut.isEmpty else { return }
        killed = wasKill ? (inFront ? cut + killed : killed + cut) : cut
    }
}

@Suite struct `The editor at random` {
    @Test func `does what a simple one does, and shows exactly that`() {
        let keys: [Key] = [
            .text("a"), .text("霧"), .text("_x 1"), .text(" "), .text(", "), .paste("p\nq"), .lineBreak, .backspace,
            .delete, .left, .left, .right, .home, .end, .wordLeft, .wordRight, .control("k"), .control("u"),
            .control("w"), .control("y"),
        ]
        for seed in UInt64(1)...40 {
            var random = Random(seed: seed)
            let width = 8 + random.below(20)
            var desk = Desk(width: width, height: 50)
            var model = SimpleEditor()
            // All of the text must fit on the screen.
            for step in 0..<100 where model.text.count < 150 && model.text.count(where: \.isNewline) < 15 {
                let key = keys[random.below(keys.count)]
                desk.press(key)
                model.press(key)
                let place = "seed \(seed), step \(step), \(key)"
                guard desk.text == model.text, desk.editor.text.cursor == model.before.count else {
                    Issue.record("\(place): \(desk.text.debugDescription) is not \(model.text.debugDescription)")
                    return
                }
                let expected = screen(model, width)
                guard desk.lines == expected.lines, desk.cursor == expected.cursor, desk.terminal.unknown.isEmpty else {
                    Issue.record("\(place): \(desk.lines) at \(desk.cursor) is not \(expected)")
                    return
                }
            }
        }
    }

    /// What must be on the screen: each character in its place, counted one by one.
    private func screen(_ model: SimpleEditor, _ width: Int) -> (lines: [String], cursor: [Int]) {
        var rows = [""]
        var column = 0
        func put(_ character: Character) {
            let columns = character == "霧" ? 2 : 1
            if column + columns > width {
                rows.append("")
                column = 0
            }
            rows[rows.count - 1].append(character)
            column += columns
        }
        "db> ".forEach(put)
        var cursor: [Int] = []
        let all = model.before + model.after
        for place in 0...all.count {
            if place == model.before.count {
                let next = place < all.count && all[place] == "霧" ? 2 : 1
                let fits = column + next <= width
                cursor = fits ? [rows.count - 1, column] : [rows.count, 0]
                if !fits {
                    rows.append("")
                    column = 0
                }
            }
            guard place < all.count else { break }
            if all[place] == "\n" {
                rows.append("")
                column = 0
                "...> ".forEach(put)
            } else {
                put(all[place])
            }
        }
        var lines = rows.map { row in
            var row = row
            while row.last == " " { row.removeLast() }
            return row
        }
        while lines.last?.isEmpty == true { lines.removeLast() }
        return (lines, cursor)
    }

    @Test func `survives any keys`() {
        let keys: [Key] = [
            .text("se"), .enter, .tab, .backTab, .up, .down, .pageUp, .control("r"), .control("s"), .control("g"),
            .control("c"), .control("t"), .alt("y"), .alt("u"), .alt("<"), .alt(">"), .control("_"), .escape,
            .backspace,
            .control("y"), .control("k"), .text(";"), .text("\u{301}"), .alternateDelete, .alternateBackspace, .left,
        ]
        for seed in UInt64(1)...60 {
            var random = Random(seed: seed)
            var desk = Desk(width: 12 + random.below(30), height: 5, history: ["select a;", "select\nb;", "c;"]) {
                text, cursor in
                let typed = String(String(text.prefix(cursor)).suffix(while: \.isLetter))
                return Completion(
                    replacing: typed.count,
                    candidates: (0..<typed.count % 4).map { Candidate("select\($0)", detail: "霧 \($0)") })
            }
            for _ in 0..<150 { desk.press(keys[random.below(keys.count)]) }
            #expect(desk.terminal.unknown.isEmpty, "seed \(seed)")
            #expect((0...desk.editor.text.characters.count).contains(desk.editor.text.cursor), "seed \(seed)")
        }
    }
}

extension String {
    fileprivate func suffix(while condition: (Character) -> Bool) -> Substring {
        var start = endIndex
        while start > startIndex, condition(self[index(before: start)]) { start = index(before: start) }
        return self[start...]
    }
}

/// The editor of a prompt: takes keys, and says what text there is and where the cursor stands. It knows no terminal.
///
/// The keys are emacs's, as shells have them. A statement may have several lines.
struct StatementEditor {
    /// What a key led to, beyond a change of the text.
    enum Outcome: Equatable {
        case goesOn
        /// The text is to be executed.
        case submitted(String)
        /// The text was given up.
        case abandoned
        /// There will be no more input.
        case ended
        /// The screen is to be cleared, and the prompt shown again.
        case clearsScreen
        /// The process is to be suspended.
        case suspends
    }

    /// Candidates that are shown under the text.
    struct Menu: Equatable {
        let completion: Completion
        /// The one that is in the text now; nil when the text is as it was typed.
        var selection: Int?
        /// The text as it was typed.
        let original: EditedText
    }

    /// A search back through the history.
    struct Search: Equatable {
        var pattern = ""
        /// The place of what was found.
        var place: Int?
        /// Whether nothing has been found for the whole pattern.
        var isFailing = false
        /// The text before the search.
        let original: EditedText
    }

    /// The most steps that can be undone.
    private static let mostUndo = 1_000

    /// Whether Enter at the end of a text executes it, or begins another line.
    private let isComplete: (String) -> Bool
    private let complete: (_ text: String, _ cursor: Int) -> Completion

    var text = EditedText()
    private(set) var menu: Menu?
    private(set) var search: Search?
    /// What was entered before, the oldest first.
    var history: [String]
    /// What of the history is being edited; its count for the new statement.
    var historyPlace: Int
    /// The new statement, while another one is looked at.
    var draft = EditedText()
    private var kills = KillRing()
    private var lastKey: Key?
    /// What Ctrl-Y put in, so that Alt-Y can put an older piece in its place.
    private var yanked: (range: Range<Int>, piece: Int)?
    private var undo: [EditedText] = []

    /// Creates an editor.
    ///
    /// - Parameters:
    ///   - history: what was entered before, the oldest first.
    ///   - isComplete: whether a text can be executed as it is.
    ///   - complete: what could stand at a place, in characters, of a text.
    init(
        history: [String], isComplete: @escaping (String) -> Bool,
        complete: @escaping (_ text: String, _ cursor: Int) -> Completion
    ) {
        self.history = history
        self.isComplete = isComplete
        self.complete = complete
        historyPlace = history.count
    }

    /// Takes one key.
    mutating func handle(_ key: Key) -> Outcome {
        defer { lastKey = key }
        if search != nil, let outcome = searching(key) { return outcome }
        if menu != nil, choosing(key) { return .goesOn }
        switch key {
        case .enter: return enter()
        case .control("d") where text.isEmpty: return .ended
        case .control("c"):
            reset()
            return .abandoned
        case .control("l"): return .clearsScreen
        case .control("z"): return .suspends
        case .tab: beginChoosing()
        case .control("r"), .control("s"): search = Search(original: text)
        case .control("_"): undoLast()
        default:
            let before = text
            if !move(key) { change(key) }
            if text.characters != before.characters, !continuesTyping(key) { remember(before) }
        }
        return .goesOn
    }

    /// Begins with an empty text.
    mutating func reset() {
        text = EditedText()
        menu = nil
        search = nil
        undo = []
        yanked = nil
        historyPlace = history.count
        draft = EditedText()
    }

    private mutating func enter() -> Outcome {
        guard isComplete(text.text) else {
            remember(text)
            text.insert("\n")
            return .goesOn
        }
        let submitted = text.text
        reset()
        return .submitted(submitted)
    }

    // MARK: Moving

    private mutating func move(_ key: Key) -> Bool {
        switch key {
        case .left, .control("b"): text.move(to: text.cursor - 1)
        case .right, .control("f"): text.move(to: text.cursor + 1)
        case .wordLeft, .alt("b"): text.move(to: text.wordStart)
        case .wordRight, .alt("f"): text.move(to: text.wordEnd)
        case .home, .control("a"): text.move(to: text.lineStart)
        case .end, .control("e"): text.move(to: text.lineEnd)
        case .up where !text.isOnFirstLine: text.moveLine(up: true)
        case .down where !text.isOnLastLine: text.moveLine(up: false)
        case .up, .control("p"), .pageUp: recall(historyPlace - 1)
        case .down, .control("n"), .pageDown: recall(historyPlace + 1)
        case .alt("<"): recall(0)
        case .alt(">"): recall(history.count)
        default: return false
        }
        return true
    }

    /// Shows another entry of the history.
    private mutating func recall(_ place: Int) {
        guard place != historyPlace, (0...history.count).contains(place) else { return }
        if historyPlace == history.count { draft = text }
        text = place == history.count ? draft : EditedText(history[place])
        historyPlace = place
    }

    // MARK: Changing

    private mutating func change(_ key: Key) {
        // Only what was just put in can be exchanged.
        let exchanged = lastKey == .control("y") || lastKey == .alt("y") ? yanked : nil
        yanked = nil
        switch key {
        case .text(let new), .paste(let new): text.insert(new)
        case .lineBreak: text.insert("\n")
        case .backspace: text.remove(max(0, text.cursor - 1)..<text.cursor)
        case .delete, .control("d"): text.remove(text.cursor..<min(text.cursor + 1, text.characters.count))
        case .control("k"):
            // At the end of a line the line feed is what is left to take.
            let end = text.lineEnd == text.cursor ? min(text.cursor + 1, text.characters.count) : text.lineEnd
            kill(text.cursor..<end)
        case .control("u"): kill(text.lineStart..<text.cursor)
        case .control("w"): kill(text.stretchStart..<text.cursor)
        case .alternateBackspace: kill(text.wordStart..<text.cursor)
        case .alternateDelete, .alt("d"): kill(text.cursor..<text.wordEnd)
        case .control("y"): yank(0, over: text.cursor..<text.cursor)
        case .alt("y"):
            guard let exchanged else { return }
            yank(exchanged.piece + 1, over: exchanged.range)
        case .control("t"): text.transpose()
        case .alt("u"): changeWord { $0.uppercased() }
        case .alt("l"): changeWord { $0.lowercased() }
        default: break
        }
    }

    private mutating func kill(_ range: Range<Int>) {
        let inFront = range.upperBound == text.cursor && !range.isEmpty
        kills.keep(text.remove(range), joining: lastKey.map(StatementEditor.isKill) ?? false, inFront: inFront)
    }

    private static func isKill(_ key: Key) -> Bool {
        switch key {
        case .control("k"), .control("u"), .control("w"), .alternateBackspace, .alternateDelete, .alt("d"): true
        default: false
        }
    }

    private mutating func yank(_ piece: Int, over range: Range<Int>) {
        guard let content = kills.piece(piece) else { return }
        text.replace(range, with: content)
        yanked = (min(range.lowerBound, text.cursor)..<text.cursor, piece)
    }

    private mutating func changeWord(_ transform: (String) -> String) {
        let range = text.cursor..<text.wordEnd
        text.replace(range, with: transform(text.text(range)))
    }

    // MARK: Undoing

    /// What is typed in one go is undone in one go.
    private func continuesTyping(_ key: Key) -> Bool {
        if case .text(let new) = key, case .text = lastKey { return !new.contains(" ") }
        return false
    }

    private mutating func remember(_ text: EditedText) {
        undo.append(text)
        if undo.count > StatementEditor.mostUndo { undo.removeFirst() }
    }

    private mutating func undoLast() {
        if let before = undo.popLast() { text = before }
    }

    // MARK: Choosing

    private mutating func beginChoosing() {
        // At the beginning of a line Tab indents.
        let line = text.text(text.lineStart..<text.cursor)
        guard !line.allSatisfy({ $0 == " " }) || line.isEmpty && text.isOnFirstLine else {
            remember(text)
            text.insert("  ")
            return
        }
        let completion = complete(text.text, text.cursor)
        let start = text.cursor - completion.replacing
        guard start >= 0, let first = completion.candidates.first else { return }
        let original = text
        if completion.candidates.count == 1 {
            remember(text)
            text.replace(start..<text.cursor, with: first.text + first.suffix)
            return
        }
        let prefix = completion.commonPrefix
        let typed = text.text(start..<text.cursor)
        if prefix.count > typed.count, prefix.lowercased().hasPrefix(typed.lowercased()) {
            remember(text)
            text.replace(start..<text.cursor, with: prefix)
            menu = Menu(
                completion: Completion(replacing: prefix.count, candidates: completion.candidates), original: text)
        } else {
            menu = Menu(completion: completion, original: original)
        }
    }

    /// Takes a key while candidates are shown; false when it ends that and is a key like any other.
    private mutating func choosing(_ key: Key) -> Bool {
        guard var menu else { return false }
        let count = menu.completion.candidates.count
        switch key {
        case .tab, .down: menu.selection = menu.selection.map { ($0 + 1) % count } ?? 0
        case .backTab, .up: menu.selection = ((menu.selection ?? 0) + count - 1) % count
        case .escape, .control("g"):
            text = menu.original
            self.menu = nil
            return true
        case .enter where menu.selection != nil:
            // What is chosen is taken; another Enter executes.
            self.menu = nil
            return true
        default:
            if text != menu.original { remember(menu.original) }
            self.menu = nil
            return false
        }
        text = menu.original
        if let selection = menu.selection {
            let start = text.cursor - menu.completion.replacing
            text.replace(start..<text.cursor, with: menu.completion.candidates[selection].text)
        }
        self.menu = menu
        return true
    }

    // MARK: Searching

    /// Takes a key while the history is searched; nil when it ends the search and is a key like any other.
    private mutating func searching(_ key: Key) -> Outcome? {
        guard var search else { return nil }
        switch key {
        case .text(let new), .paste(let new):
            search.pattern += new.replacing("\n", with: " ")
            find(&search, from: search.place ?? history.count - 1, step: -1)
        case .backspace:
            if !search.pattern.isEmpty { search.pattern.removeLast() }
            search.place = nil
            find(&search, from: history.count - 1, step: -1)
        case .control("r"): find(&search, from: (search.place ?? history.count) - 1, step: -1)
        case .control("s"): find(&search, from: (search.place ?? -1) + 1, step: 1)
        case .control("g"), .control("c"), .escape:
            text = search.original
            self.search = nil
            return .goesOn
        default:
            if let place = search.place {
                if historyPlace == history.count { draft = search.original }
                historyPlace = place
            }
            self.search = nil
            return nil
        }
        self.search = search
        return .goesOn
    }

    private mutating func find(_ search: inout Search, from start: Int, step: Int) {
        guard !search.pattern.isEmpty else {
            search.isFailing = false
            text = search.original
            return
        }
        var place = start
        while history.indices.contains(place) {
            // Of equal entries one is enough.
            let isNew = search.place.map { history[$0] != history[place] || $0 == place } ?? true
            if isNew, let found = history[place].place(ofCaseInsensitive: search.pattern) {
                search.place = place
                search.isFailing = false
                text = EditedText(history[place])
                text.move(to: found)
                return
            }
            place += step
        }
        search.isFailing = true
    }
}

extension String {
    /// Where, in characters, a text first occurs, small and capital letters being the same.
    fileprivate func place(ofCaseInsensitive pattern: String) -> Int? {
        let whole = Array(lowercased())
        let part = Array(pattern.lowercased())
        guard !part.isEmpty, part.count <= whole.count else { return nil }
        return (0...whole.count - part.count).first { whole[$0..<$0 + part.count].elementsEqual(part) }
    }
}

/// How an editor looks: prompt, text, and what hangs below it.
struct EditorScreen {
    /// Candidates below the text are not more rows than these.
    private static let menuRows = 10

    /// What stands before the first line.
    let prompt: String
    let style: Style
    /// The emphasis of each character of a text.
    let highlight: (String) -> [Emphasis?]

    /// As wide as the prompt, so that lines stand below each other.
    private var continuation: String {
        DisplayText.padded("...> ", to: DisplayText.width(of: prompt), onLeft: true)
    }

    /// Lays the editor out for a terminal.
    func layout(_ editor: StatementEditor, width: Int, height: Int) -> ScreenLayout {
        var below: [(text: String, emphasis: Emphasis?)] = []
        if let search = editor.search {
            let state = search.isFailing ? "nothing found for" : "search"
            below = [("\(state): \(DisplayText.sanitized(search.pattern))_", search.isFailing ? .red : .dim)]
        } else if let menu = editor.menu {
            below = EditorScreen.rows(of: menu, width: width, limit: min(EditorScreen.menuRows, max(1, height - 4)))
        }
        return layout(of: editor.text, below: below, width: width, height: height)
    }

    /// Lays a text out as an editor would, with lines below it.
    func layout(
        of text: EditedText, below: [(text: String, emphasis: Emphasis?)] = [], width: Int, height: Int
    ) -> ScreenLayout {
        ScreenLayout(
            prompt: prompt, continuation: continuation, text: text.characters,
            emphasis: style.isEnabled ? highlight(text.text) : [], cursor: text.cursor, below: below, width: width,
            height: height, style: style)
    }

    /// The candidates: those with details one a line, others in columns.
    private static func rows(
        of menu: StatementEditor.Menu, width: Int, limit: Int
    ) -> [(text: String, emphasis: Emphasis?)] {
        let candidates = menu.completion.candidates
        let widest = candidates.map { DisplayText.width(of: DisplayText.sanitized($0.text)) }.max() ?? 0
        let hasDetails = candidates.contains { !$0.detail.isEmpty }
        let columns = hasDetails ? 1 : max(1, width / (min(widest, 60) + 4))
        let total = (candidates.count + columns - 1) / columns
        // The chosen one is always among those that are shown.
        let chosenRow = (menu.selection ?? 0) / columns
        let first = total <= limit ? 0 : min(max(0, chosenRow - limit / 2), total - limit)
        var rows: [(text: String, emphasis: Emphasis?)] = []
        for row in first..<min(total, first + limit) {
            var line = ""
            var isChosen = false
            for place in row * columns..<min(candidates.count, (row + 1) * columns) {
                let candidate = candidates[place]
                let isSelected = place == menu.selection
                isChosen = isChosen || isSelected
                var cell = (isSelected ? "› " : "  ")
                cell += DisplayText.padded(DisplayText.sanitized(candidate.text), to: widest, onLeft: false)
                if !candidate.detail.isEmpty { cell += "  " + DisplayText.sanitized(candidate.detail) }
                line += DisplayText.padded(cell, to: columns > 1 ? widest + 4 : 0, onLeft: false)
            }
            while line.last == " " { line.removeLast() }
            rows.append((line, isChosen ? .bold : .dim))
        }
        let hidden = candidates.count - rows.count * columns
        if hidden > 0 {
            rows.append(("  … \(HumanFormat.count(hidden, "more candidate"))", .dim))
        }
        return rows
    }
}

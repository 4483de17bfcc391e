/// Rows of a terminal, each within its width, and where the cursor stands.
struct ScreenLayout: Equatable {
    /// A row: what is shown, and how many columns that takes.
    struct Row: Equatable {
        /// The text, with its emphasis as escape sequences.
        var shown = ""
        /// The text alone.
        var plain = ""
        var width = 0
    }

    private(set) var rows: [Row] = []
    private(set) var cursorRow = 0
    private(set) var cursorColumn = 0
    /// How many of the rows are the text; what follows hangs below and goes away.
    private(set) var textRows = 0

    private let width: Int
    private let style: Style

    /// Lays out a text behind a prompt.
    ///
    /// - Parameters:
    ///   - prompt: what stands before the first line.
    ///   - continuation: what stands before the others.
    ///   - emphasis: of each character; nil for none, and for those beyond its end.
    ///   - cursor: which character the cursor stands before.
    ///   - below: lines that are shown under the text, each cut to the width.
    ///   - width: columns of the terminal, 4 or more.
    ///   - height: rows of the terminal, 2 or more. Of more rows those around the cursor are shown.
    init(
        prompt: String, continuation: String, text: [Character], emphasis: [Emphasis?], cursor: Int,
        below: [(text: String, emphasis: Emphasis?)] = [], width: Int, height: Int, style: Style
    ) {
        self.width = max(4, width)
        self.style = style
        rows = [Row()]
        append(prompt, .bold)
        var pending = ""
        var pendingEmphasis: Emphasis?
        func flush(_ layout: inout ScreenLayout) {
            layout.append(pending, pendingEmphasis)
            pending = ""
        }
        for (place, character) in text.enumerated() {
            if place == cursor {
                flush(&self)
                placeCursor(beforeWidth: character == "\n" ? 0 : DisplayText.width(of: character))
            }
            guard character != "\n" else {
                flush(&self)
                rows.append(Row())
                append(continuation, .dim)
                continue
            }
            let next = place < emphasis.count ? emphasis[place] : nil
            if next != pendingEmphasis { flush(&self) }
            pendingEmphasis = next
            pending.append(character)
        }
        flush(&self)
        if cursor >= text.count { placeCursor(beforeWidth: 0) }
        textRows = rows.count
        for line in below {
            rows.append(Row())
            append(DisplayText.truncated(line.text, to: self.width), line.emphasis)
        }
        clip(to: max(2, height))
    }

    /// Appends text, on further rows where one is full.
    private mutating func append(_ text: String, _ emphasis: Emphasis?) {
        var piece = ""
        var pieceWidth = 0
        func flush(_ layout: inout ScreenLayout) {
            guard !piece.isEmpty else { return }
            let last = layout.rows.count - 1
            layout.rows[last].plain += piece
            layout.rows[last].shown += emphasis.map { layout.style(piece, $0) } ?? piece
            layout.rows[last].width += pieceWidth
            piece = ""
            pieceWidth = 0
        }
        for character in text {
            // What the terminal gives no column and what would steer it is shown as something else.
            let shown = DisplayText.sanitized(String(character))
            let columns = DisplayText.width(of: shown)
            if rows[rows.count - 1].width + pieceWidth + columns > width {
                flush(&self)
                rows.append(Row())
            }
            piece += shown
            pieceWidth += columns
        }
        flush(&self)
    }

    private mutating func placeCursor(beforeWidth columns: Int) {
        // Behind a full row the cursor stands on the next one.
        if rows[rows.count - 1].width + max(1, columns) > width { rows.append(Row()) }
        cursorRow = rows.count - 1
        cursorColumn = rows[cursorRow].width
    }

    /// Keeps as many rows as there is room for, those around the cursor.
    private mutating func clip(to height: Int) {
        guard rows.count > height else { return }
        // What hangs below gives way first.
        if rows.count > textRows, cursorRow < height {
            let end = max(height, cursorRow + 1)
            rows.removeLast(rows.count - end)
            textRows = min(textRows, rows.count)
            return
        }
        let first = min(max(0, cursorRow - height + 1), rows.count - height)
        rows = Array(rows[first..<first + height])
        cursorRow -= first
        textRows = max(cursorRow + 1, min(textRows - first, rows.count))
    }

    /// The same without what hangs below.
    var withoutBelow: ScreenLayout {
        var layout = self
        layout.rows.removeLast(rows.count - textRows)
        return layout
    }
}

/// Shows layouts one after the other in the same place of a terminal.
///
/// What is written uses only carriage return, line feed, and the sequences of ECMA-48 to move up and right and to erase
/// what follows, which every terminal knows.
struct ScreenPainter {
    /// What is on the screen: the widths of the rows, and the row of the cursor.
    private var widths: [Int] = []
    private var cursorRow = 0

    /// What makes the terminal show a layout in the place of the last one, or at the cursor when there is none.
    mutating func paint(_ layout: ScreenLayout) -> String {
        // The cursor does not jump about meanwhile.
        var output = "\u{1b}[?25l" + erase()
        output += layout.rows.map(\.shown).joined(separator: "\r\n")
        let up = layout.rows.count - 1 - layout.cursorRow
        if up > 0 { output += "\u{1b}[\(up)A" }
        output += "\r"
        if layout.cursorColumn > 0 { output += "\u{1b}[\(layout.cursorColumn)C" }
        widths = layout.rows.map(\.width)
        cursorRow = layout.cursorRow
        return output + "\u{1b}[?25h"
    }

    /// What removes the last layout.
    mutating func erase() -> String {
        let up = cursorRow > 0 ? "\u{1b}[\(cursorRow)A" : ""
        widths = []
        cursorRow = 0
        return up + "\r\u{1b}[J"
    }

    /// What leaves a layout where it is, the cursor at the beginning of the row behind it.
    mutating func leave(_ layout: ScreenLayout) -> String {
        let output = paint(layout)
        let down = layout.rows.count - 1 - layout.cursorRow
        widths = []
        cursorRow = 0
        return output + (down > 0 ? "\u{1b}[\(down)B" : "") + "\r\n"
    }

    /// Takes note that the terminal has another width: most then break rows that have become too long.
    mutating func resize(to width: Int) {
        let width = max(1, width)
        func rows(_ widths: some Sequence<Int>) -> Int { widths.reduce(0) { $0 + max(1, ($1 + width - 1) / width) } }
        cursorRow = rows(widths.prefix(cursorRow + 1)) - (widths.isEmpty ? 0 : 1)
    }

    /// Begins anew where the cursor stands.
    mutating func forget() {
        widths = []
        cursorRow = 0
    }
}

/// One value of a result, as far as its look goes.
enum TableCell: Equatable {
    /// Text, to the left.
    case text(String)
    /// A number with its unit or without, to the right and never shortened if that can be helped.
    case number(String)
    /// No value.
    case null
}

/// Lays out rows as a table of text.
///
/// On a terminal the table fits its width: the widest columns of text give way first, and what does not fit is cut
/// with `…` or goes on on further lines. Elsewhere (a pipe, a file) nothing is cut.
struct TableRenderer {
    /// Titles of the columns, in order.
    let titles: [String]
    /// Columns of the terminal; nil when lines may have any length.
    let width: Int?
    /// Whether a null is marked, which is for people; programs get an empty field.
    let marksNulls: Bool
    let style: Style
    /// Whether text that is too long for its column goes on on further lines, instead of being cut.
    var wraps = false

    /// Of one value no more lines are shown than these.
    private static let mostLines = 12
    private static let separator = "  "
    /// Below this a column tells nothing; then lines become longer than the terminal instead.
    private static let leastWidth = 4

    /// Creates a renderer for a terminal or a pipe.
    init(titles: [String], terminal: Terminal) {
        self.titles = titles.map(DisplayText.sanitized)
        width = terminal.width
        marksNulls = terminal.isInteractive
        style = Style(for: terminal)
    }

    /// The lines of the table, with its head, each ending in a line feed.
    ///
    /// - Parameter rows: as many cells each as there are titles; a missing cell is a null, surplus cells
    ///   are ignored.
    /// - Complexity: Proportional to the text of all rows, which is looked at twice.
    func render(_ rows: [[TableCell]]) -> String {
        guard !titles.isEmpty else { return "" }
        let texts = rows.map { row in
            titles.indices.map { $0 < row.count ? shown(row[$0]) : shown(.null) }
        }
        var natural = titles.map { DisplayText.width(of: $0) }
        var isNumeric = Array(repeating: false, count: titles.count)
        for (row, texts) in zip(rows, texts) {
            for index in titles.indices {
                natural[index] = max(natural[index], DisplayText.width(of: texts[index]))
                if index < row.count, case .number = row[index] { isNumeric[index] = true }
            }
        }
        let widths = fitted(natural, isNumeric: isNumeric)

        var output = line(titles.indices.map { field(titles[$0], widths[$0], isNumeric[$0], .bold, $0) })
        output += line(widths.map { style(String(repeating: "─", count: $0), .dim) })
        for (row, texts) in zip(rows, texts) {
            let pieces = titles.indices.map { lines(of: texts[$0], widths[$0]) }
            for number in 0..<(pieces.map(\.count).max() ?? 0) {
                output += line(
                    titles.indices.map { index in
                        let text = number < pieces[index].count ? pieces[index][number] : ""
                        return field(
                            text, widths[index], isNumeric[index], emphasis(of: index < row.count ? row[index] : .null),
                            index)
                    })
            }
        }
        return output
    }

    private func shown(_ cell: TableCell) -> String {
        switch cell {
        // Not to be taken for a null.
        case .text("") where marksNulls: "''"
        case .text(let text), .number(let text): DisplayText.sanitized(text)
        case .null: marksNulls ? "∅" : ""
        }
    }

    private func emphasis(of cell: TableCell) -> Emphasis? {
        switch cell {
        case .null, .text(""): .dim
        case .text, .number: nil
        }
    }

    /// A value in the lines that its column needs for it.
    private func lines(of text: String, _ width: Int) -> [String] {
        guard wraps, DisplayText.width(of: text) > width else { return [text] }
        let lines = DisplayText.wrapped(text, to: max(2, width))
        guard lines.count > TableRenderer.mostLines else { return lines }
        let last = TableRenderer.mostLines - 1
        return lines[..<last] + [DisplayText.truncated(lines[last] + " …", to: max(2, width))]
    }

    private func field(
        _ text: String, _ columns: Int, _ isNumeric: Bool, _ emphasis: Emphasis?, _ index: Int
    ) -> String {
        let cut = DisplayText.truncated(text, to: columns)
        let emphasized = emphasis.map { style(cut, $0) } ?? cut
        let spaces = String(repeating: " ", count: max(0, columns - DisplayText.width(of: cut)))
        if isNumeric { return spaces + emphasized }
        // Nothing follows the last column, so it needs no padding.
        return index == titles.count - 1 ? emphasized : emphasized + spaces
    }

    private func line(_ fields: [String]) -> String {
        var line = fields.joined(separator: TableRenderer.separator)
        while line.last == " " { line.removeLast() }
        return line + "\n"
    }

    /// Widths that fit the terminal: one column at a time is taken from the widest column of text, and
    /// from columns of numbers only when no text is left to shorten.
    private func fitted(_ natural: [Int], isNumeric: [Bool]) -> [Int] {
        guard let width else { return natural }
        var widths = natural
        var excess = natural.reduce(0, +) + TableRenderer.separator.count * (natural.count - 1) - width
        for takesNumbers in [false, true] {
            let candidates = widths.indices.filter { isNumeric[$0] == takesNumbers }
            while excess > 0 {
                let widest = candidates.max { widths[$0] < widths[$1] }
                guard let widest, widths[widest] > TableRenderer.leastWidth else { break }
                widths[widest] -= 1
                excess -= 1
            }
        }
        return widths
    }
}

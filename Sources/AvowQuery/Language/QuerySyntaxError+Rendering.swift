extension QuerySyntaxError {
    /// Shows the error under the line that it is about, with carets below the text at fault.
    ///
    /// Tabs are shown as spaces up to the next multiple of four, characters that would move a terminal's cursor
    /// as `?`, and of a very long line only the surroundings of the error.
    ///
    /// - Parameters:
    ///   - text: the text that was parsed.
    ///   - color: whether to use ANSI colours.
    /// - Returns: four lines without a final newline.
    public func rendered(in text: String, color: Bool) -> String {
        let bytes = Array(text.utf8)
        let start = min(range.lowerBound, bytes.count)
        let newline = UInt8(ascii: "\n")
        let lineStart = bytes[..<start].lastIndex(of: newline).map { $0 + 1 } ?? 0
        var lineEnd = bytes[start...].firstIndex(of: newline) ?? bytes.count
        if lineEnd > start, bytes[lineEnd - 1] == UInt8(ascii: "\r") {
            lineEnd -= 1
        }
        let end = max(start, min(range.upperBound, lineEnd))

        var line = RenderedLine()
        line.append(bytes[lineStart..<start])
        let caretStart = line.cells.count
        line.append(bytes[start..<end])
        let caretEnd = max(caretStart + 1, line.cells.count)
        line.append(bytes[end..<max(end, lineEnd)])

        let shown = line.window(around: caretStart..<caretEnd, width: 120)
        let position = SourcePosition(offset: start, in: text)
        let number = String(position.line)
        let gutter = String(repeating: " ", count: number.count)
        let style = color ? Style.ansi : Style.plain
        let carets =
            String(repeating: " ", count: shown.caretStart) + style.alarm
            + String(repeating: "^", count: shown.caretCount) + style.reset
        return [
            "\(style.alarm)error:\(style.reset) \(style.strong)\(description)\(style.reset)",
            "\(gutter)\(style.faint)--> line \(number), column \(position.column)\(style.reset)",
            "\(style.faint)\(number) |\(style.reset) \(shown.text)",
            "\(style.faint)\(gutter) |\(style.reset) \(carets)",
        ].joined(separator: "\n")
    }

    private struct Style {
        let alarm: String
        let strong: String
        let faint: String
        let reset: String
        static let plain = Style(alarm: "", strong: "", faint: "", reset: "")
        static let ansi = Style(alarm: "\u{1B}[1;31m", strong: "\u{1B}[1m", faint: "\u{1B}[2m", reset: "\u{1B}[0m")
    }
}

/// A line laid out in the cells of a terminal.
private struct RenderedLine {
    /// The content of each cell; a wide character fills one cell and leaves the next one empty.
    private(set) var cells: [String] = []

    mutating func append(_ bytes: ArraySlice<UInt8>) {
        for character in String(decoding: bytes, as: UTF8.self) {
            if character == "\t" {
                repeat { cells.append(" ") } while cells.count % 4 != 0
            } else if character.unicodeScalars.contains(where: Self.isUnsafeToShow) {
                cells.append("?")
            } else {
                cells.append(String(character))
                if Self.isWide(character) {
                    cells.append("")
                }
            }
        }
    }

    /// The part of the line that fits into `width` cells and shows the beginning of `carets`.
    func window(around carets: Range<Int>, width: Int) -> (text: String, caretStart: Int, caretCount: Int) {
        let total = max(cells.count, carets.upperBound)
        let first = total <= width ? 0 : max(0, min(carets.lowerBound - width / 3, total - width))
        let last = min(total, first + width)
        let text = cells[min(first, cells.count)..<min(last, cells.count)].joined()
        let lead = first > 0 ? "…" : ""
        let tail = last < total ? "…" : ""
        let caretCount = min(carets.upperBound, last) - carets.lowerBound
        return (lead + text + tail, carets.lowerBound - first + lead.count, max(1, caretCount))
    }

    /// Control characters and those that reorder text could make a terminal show something else than was written.
    private static func isUnsafeToShow(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .surrogate: true
        case .format: scalar.value != 0x200D
        default: false
        }
    }

    /// Whether a terminal gives the character two cells (East Asian wide forms and emoji).
    private static func isWide(_ character: Character) -> Bool {
        guard let scalar = character.unicodeScalars.first else { return false }
        if scalar.properties.isEmojiPresentation {
            return true
        }
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
            return true
        default:
            return false
        }
    }
}

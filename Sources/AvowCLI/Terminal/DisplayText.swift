/// Text as a terminal shows it: how many columns it takes, and what must not reach a terminal at all.
enum DisplayText {
    /// The columns that a terminal gives to the text.
    ///
    /// East Asian wide and full-width characters and emoji take two, combining marks and invisible
    /// format characters none, everything else one (UAX #11, UTS #51). Terminals differ in rare clusters;
    /// this follows what most of them do.
    static func width(of text: String) -> Int {
        // Plain ASCII, nearly all of what is shown, needs no look at clusters.
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) { return text.utf8.count }
        return text.reduce(0) { $0 + width(of: $1) }
    }

    /// The columns of one grapheme cluster: 0, 1 or 2.
    static func width(of character: Character) -> Int {
        var widest = 0
        for scalar in character.unicodeScalars {
            // The variation selector 16 asks for the emoji form of what precedes it.
            if scalar == "\u{fe0f}" && widest > 0 { return 2 }
            widest = max(widest, width(of: scalar))
        }
        return widest
    }

    private static func width(of scalar: Unicode.Scalar) -> Int {
        if scalar.value < 0x300 { return scalar.value == 0xad ? 0 : 1 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control: return 0
        default: break
        }
        // Vowels and final consonants of decomposed Hangul sit inside the block of the first consonant.
        if (0x1160...0x11ff).contains(scalar.value) { return 0 }
        return scalar.properties.isEmojiPresentation || isWide(scalar.value) ? 2 : 1
    }

    /// Blocks whose characters East_Asian_Width calls W or F. Single wide symbols outside them are
    /// emoji, which the standard library knows by itself.
    private static let wideBlocks: [ClosedRange<UInt32>] = [
        0x1100...0x115f,  // Hangul Jamo, first consonants
        0x2e80...0x303e,  // radicals, ideographic punctuation
        0x3041...0x33ff,  // kana, Bopomofo, compatibility
        0x3400...0x4dbf,  // ideographs, extension A
        0x4e00...0x9fff,  // ideographs
        0xa000...0xa4cf,  // Yi
        0xa960...0xa97f,  // Hangul Jamo, extended A
        0xac00...0xd7a3,  // Hangul syllables
        0xf900...0xfaff,  // compatibility ideographs
        0xfe30...0xfe6f,  // vertical and small forms
        0xff01...0xff60,  // full-width forms
        0xffe0...0xffe6,  // full-width signs
        0x16fe0...0x18aff,  // Tangut, Nüshu
        0x1b000...0x1b2ff,  // historic kana
        0x1f200...0x1f2ff,  // enclosed ideographs
        0x20000...0x3fffd,  // ideographs, supplementary planes
    ]

    private static func isWide(_ value: UInt32) -> Bool {
        guard value >= 0x1100 else { return false }
        return wideBlocks.contains { $0.contains(value) }
    }

    /// The text without anything that could steer a terminal.
    ///
    /// Records come from elsewhere, and an escape sequence in a name could rewrite the screen, a
    /// bidirectional override could show a value in another order. Control characters become their
    /// visible pictures (a line feed `␊`), the rest U+FFFD.
    static func sanitized(_ text: String) -> String {
        if text.unicodeScalars.allSatisfy({ replacement(for: $0) == nil }) { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { result.append(replacement(for: scalar) ?? scalar) }
        return String(result)
    }

    /// As ``sanitized(_:)``, line by line.
    static func sanitizedLines(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { sanitized(String($0)) }
            .joined(separator: "\n")
    }

    private static func replacement(for scalar: Unicode.Scalar) -> Unicode.Scalar? {
        switch scalar.value {
        case 0x00..<0x20: Unicode.Scalar(0x2400 + scalar.value)
        case 0x7f: "\u{2421}"
        case 0x80..<0xa0, 0x2028...0x202e, 0x2066...0x2069, 0xfff9...0xfffb: "\u{fffd}"
        default: nil
        }
    }

    /// The text in at most `columns` columns; what does not fit is cut at a character and replaced by `…`.
    ///
    /// - Parameters:
    ///   - text: sanitized text.
    ///   - columns: 1 or more.
    static func truncated(_ text: String, to columns: Int) -> String {
        guard width(of: text) > columns else { return text }
        var result = ""
        var used = 0
        for character in text {
            let width = width(of: character)
            guard used + width <= columns - 1 else { break }
            result.append(character)
            used += width
        }
        return result + "…"
    }

    /// The text in lines of at most `columns` columns, broken at spaces, and within words that are longer than a line.
    ///
    /// - Parameters:
    ///   - text: sanitized text.
    ///   - columns: 2 or more.
    static func wrapped(_ text: String, to columns: Int) -> [String] {
        guard width(of: text) > columns else { return [text] }
        var lines: [String] = []
        var line: [Character] = []
        var used = 0
        var lastSpace: Int?
        for character in text {
            let width = width(of: character)
            if used + width > columns {
                if character == " " {
                    // The end of a line stands for the space.
                    lines.append(String(line))
                    (line, used, lastSpace) = ([], 0, nil)
                    continue
                }
                if let space = lastSpace {
                    lines.append(String(line[..<space]))
                    line = Array(line[(space + 1)...])
                    used = line.reduce(0) { $0 + DisplayText.width(of: $1) }
                    lastSpace = nil
                } else {
                    lines.append(String(line))
                    (line, used) = ([], 0)
                }
            }
            if character == " ", !line.isEmpty { lastSpace = line.count }
            line.append(character)
            used += width
        }
        if !line.isEmpty { lines.append(String(line)) }
        return lines
    }

    /// The text with spaces on its left or right, so that it takes `columns` columns.
    static func padded(_ text: String, to columns: Int, onLeft: Bool) -> String {
        let spaces = String(repeating: " ", count: max(0, columns - width(of: text)))
        return onLeft ? spaces + text : text + spaces
    }
}

import AvowQuery

/// Colours for what is typed.
enum Highlighting {
    /// The emphasis of each character of a text.
    static func emphasis(of text: String) -> [Emphasis?] {
        var result: [Emphasis?] = []
        result.reserveCapacity(text.utf8.count)
        if text.first == "." {
            let name = text.prefix { !$0.isWhitespace }.count
            return (0..<text.count).map { $0 < name ? .magenta : nil }
        }
        // What each byte is, as characters may have several.
        var bytes = [Emphasis?](repeating: nil, count: text.utf8.count)
        for lexeme in QueryText.lexemes(of: text) {
            guard let emphasis = emphasis(of: lexeme.kind) else { continue }
            for place in lexeme.range.lowerBound..<min(bytes.count, lexeme.range.upperBound) { bytes[place] = emphasis }
        }
        var place = 0
        for character in text {
            result.append(place < bytes.count ? bytes[place] : nil)
            place += character.utf8.count
        }
        return result
    }

    private static func emphasis(of kind: Lexeme.Kind) -> Emphasis? {
        switch kind {
        case .keyword: .blue
        case .number: .cyan
        case .quotation: .green
        case .unterminated: .red
        case .comment: .dim
        case .word, .punctuation, .end: nil
        }
    }
}

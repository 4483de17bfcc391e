/// A piece of a query's text, as far as its look tells what it is.
public struct Lexeme: Hashable, Sendable {
    /// What a piece is.
    public enum Kind: Hashable, Sendable {
        /// A word that has a meaning of its own somewhere in the language. Whether it has it here, only the parser knows.
        case keyword
        /// Any other word: a type, a parameter, an element, a function.
        case word
        /// What begins with a digit, or with the `@` of FHIRPath: a number, a date, a code.
        case number
        /// Text in quotes.
        case quotation
        /// A quotation or a comment that is never closed.
        case unterminated
        case comment
        /// A sign.
        case punctuation
        /// The `;` that ends a statement.
        case end
    }

    /// What the piece is.
    public let kind: Kind
    /// Where it stands.
    public let range: SourceRange
}

/// Looks at texts that need not be queries yet: for colours, for completion, and to find where statements end.
public enum QueryText {
    /// The words that have a meaning of their own, in capital letters.
    public static var keywords: [String] { Keyword.allCases.map(\.rawValue) }

    /// The pieces of a text, from left to right, without white space. Any text has some.
    ///
    /// - Complexity: O(n) in the length of the text.
    public static func lexemes(of text: String) -> [Lexeme] {
        guard var scanner = try? Scanner(text) else { return [] }
        var lexemes: [Lexeme] = []
        // The semicolon behind a cohort ends no statement.
        var (isAtStart, isCohort) = (true, false)
        while let byte = scanner.peek() {
            let start = scanner.position
            if Characters.isSpace(byte) {
                scanner.position += 1
                continue
            }
            var kind = takeLexeme(byte, from: &scanner)
            // Every piece takes something, so that this comes to an end.
            if scanner.position == start { scanner.position = scanner.character().upperBound }
            let range = SourceRange(start, scanner.position)
            if kind == .end {
                if isCohort { kind = .punctuation }
                (isAtStart, isCohort) = (true, false)
            } else if kind != .comment, isAtStart {
                let word = scanner.text(range).uppercased()
                isCohort = word == Keyword.cohort.rawValue
                isAtStart = word == "EXPLAIN" || word == "ANALYZE"
            }
            lexemes.append(Lexeme(kind: kind, range: range))
        }
        return lexemes
    }

    private static func takeLexeme(_ byte: UInt8, from scanner: inout Scanner) -> Lexeme.Kind {
        if scanner.isAt("-", "-") {
            while let next = scanner.peek(), next != UInt8(ascii: "\n") { scanner.position += 1 }
            return .comment
        }
        if scanner.isAt("/", "*") {
            scanner.position += 2
            while !scanner.isAtEnd, !scanner.isAt("*", "/") { scanner.position += 1 }
            guard !scanner.isAtEnd else { return .unterminated }
            scanner.position += 2
            return .comment
        }
        switch byte {
        case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"): return takeQuotation(byte, from: &scanner)
        case UInt8(ascii: ";"): return .end
        case UInt8(ascii: "$"):
            scanner.position += 1
            guard let name = scanner.word() else { return .punctuation }
            scanner.position = name.range.upperBound
            return .word
        case _ where Characters.isWordStart(byte):
            guard let word = scanner.word() else { return .punctuation }
            scanner.position = word.range.upperBound
            // Behind a dot stands a member, or a function such as FHIRPath's `where`.
            let isMember = word.range.lowerBound > 0 && scanner.bytes[word.range.lowerBound - 1] == UInt8(ascii: ".")
            return isMember || Keyword(word: word.value) == nil ? .word : .keyword
        case _ where Characters.isDigit(byte) || byte == UInt8(ascii: "@"):
            while let next = scanner.peek(), Characters.isResourceID(next) || next == UInt8(ascii: ":") || next == byte,
                !scanner.isAt("-", "-")
            {
                scanner.position += 1
            }
            return .number
        default: return .punctuation
        }
    }

    /// Takes a quotation, of conditions, where a quote is doubled, or of paths, where a backslash stands before it: what
    /// looks at the text alone takes both.
    private static func takeQuotation(_ quote: UInt8, from scanner: inout Scanner) -> Lexeme.Kind {
        let start = scanner.position
        scanner.position += 1
        while let byte = scanner.peek() {
            // No quotation goes beyond its line.
            if scanner.controlInQuotation(from: start) != nil { return .unterminated }
            scanner.position += 1
            if byte == UInt8(ascii: "\\"), let escaped = scanner.peek(), !Characters.isControl(escaped) {
                scanner.position = scanner.character().upperBound
            } else if byte == quote {
                guard scanner.peek() == quote else { return .quotation }
                scanner.position += 1
            }
        }
        return .unterminated
    }
}

internal import AvowFHIR

/// Reads the words, values and punctuation of a query from left to right.
///
/// What a character means depends on where it stands (`2010-05` is a date behind `date =` and a difference in a path),
/// so the parser asks for what its place allows and there is no list of lexemes beforehand.
struct Scanner {
    let bytes: [UInt8]
    var position = 0

    /// - Throws: `limitExceeded` for a text above ``QueryLimits/textLength``.
    init(_ text: String) throws(QuerySyntaxError) {
        guard text.utf8.count <= QueryLimits.textLength else {
            throw QuerySyntaxError(
                .limitExceeded, "a query has at most \(QueryLimits.textLength) bytes, this one \(text.utf8.count)",
                at: SourceRange(QueryLimits.textLength, QueryLimits.textLength))
        }
        bytes = Array(text.utf8)
    }

    var isAtEnd: Bool { position >= bytes.count }

    func peek(_ distance: Int = 0) -> UInt8? {
        position + distance < bytes.count ? bytes[position + distance] : nil
    }

    func isAt(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Bool {
        peek() == UInt8(ascii: first) && peek(1) == UInt8(ascii: second)
    }

    func text(_ range: SourceRange) -> String {
        String(decoding: bytes[range.lowerBound..<range.upperBound], as: UTF8.self)
    }

    /// Skips white space, `-- …` to the end of the line and `/* … */`.
    ///
    /// - Returns: whether anything was skipped.
    @discardableResult
    mutating func skipTrivia() throws(QuerySyntaxError) -> Bool {
        let start = position
        while let byte = peek() {
            if Characters.isSpace(byte) {
                position += 1
            } else if isAt("-", "-") {
                while let next = peek(), next != UInt8(ascii: "\n") {
                    position += 1
                }
            } else if isAt("/", "*") {
                let opening = position
                position += 2
                while !isAtEnd, !isAt("*", "/") {
                    position += 1
                }
                guard !isAtEnd else {
                    position = opening
                    throw QuerySyntaxError(
                        .unterminated, "this comment is never closed", at: SourceRange(opening, opening + 2),
                        expected: ["'*/'"])
                }
                position += 2
            } else {
                break
            }
        }
        return position > start
    }

    /// Takes one punctuation character if it stands here.
    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek() == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    /// The word that begins here, if one does, without taking it.
    func word() -> Located<String>? {
        let word = bareWord
        guard !word.isEmpty else { return nil }
        let range = SourceRange(word.startIndex, word.endIndex)
        return Located(text(range), at: range)
    }

    /// The code units of the word that begins here; none when none does.
    var bareWord: ArraySlice<UInt8> {
        guard let first = peek(), Characters.isWordStart(first) else { return bytes[position..<position] }
        var end = position + 1
        while end < bytes.count, Characters.isWord(bytes[end]) { end += 1 }
        return bytes[position..<end]
    }

    /// The stretch of code units from here that meet `condition`; nil when it is empty.
    func run(where condition: (UInt8) -> Bool) -> Located<String>? {
        var end = position
        while end < bytes.count, condition(bytes[end]) {
            end += 1
        }
        guard end > position else { return nil }
        let range = SourceRange(position, end)
        return Located(text(range), at: range)
    }

    /// The keyword that begins here, if one does, without taking it.
    func keyword() -> Keyword? {
        Keyword(utf8: bareWord)
    }

    /// Takes a keyword if it stands here.
    mutating func take(_ keyword: Keyword) -> Bool {
        let word = bareWord
        guard Characters.isWord(word, keyword.rawValue.utf8) else { return false }
        position = word.endIndex
        return true
    }

    /// Takes a word that means something only in its place, in either case, if it stands here.
    mutating func take(word: String) -> Bool {
        let found = bareWord
        guard Characters.isWord(found, word.utf8) else { return false }
        position = found.endIndex
        return true
    }

    /// Takes a quotation; the quote stands for itself when doubled.
    mutating func quotation(_ quote: Unicode.Scalar) throws(QuerySyntaxError) -> Located<String>? {
        let start = position
        guard take(quote) else { return nil }
        var content: [UInt8] = []
        while let byte = peek() {
            if let error = controlInQuotation(from: start) {
                throw error
            }
            position += 1
            if byte != UInt8(ascii: quote) {
                content.append(byte)
            } else if take(quote) {
                content.append(byte)
            } else {
                return Located(String(decoding: content, as: UTF8.self), at: SourceRange(start, position))
            }
        }
        position = start
        throw QuerySyntaxError(
            .unterminated, "this quotation is never closed", at: SourceRange(start, start + 1), expected: ["\(quote)"])
    }

    /// An error if what stands here, in the quotation that begins at `start`, is a line end or a control character.
    func controlInQuotation(from start: Int) -> QuerySyntaxError? {
        guard let byte = peek(), Characters.isControl(byte) else { return nil }
        if byte == 0x0A || byte == 0x0D {
            return QuerySyntaxError(
                .unterminated, "this quotation is not closed on its line", at: SourceRange(start, position))
        }
        return QuerySyntaxError(
            .invalidText, "a quotation holds no tab or control character", at: SourceRange(position, position + 1))
    }

    /// Takes a value of a condition: a quotation, or everything up to white space or punctuation.
    mutating func value(_ expected: String) throws(QuerySyntaxError) -> Located<String> {
        if let quoted = try quotation("'") {
            return quoted
        }
        guard let bare = run(where: Characters.isBareValue) else {
            throw unexpected([expected])
        }
        guard Keyword(word: bare.value) == nil else {
            throw unexpected([expected + " (in quotes if it is '\(bare.value)')"])
        }
        position = bare.range.upperBound
        return bare
    }

    /// An error about what stands here, which is none of `expected`.
    func unexpected(_ expected: [String]) -> QuerySyntaxError {
        guard let byte = peek() else {
            return QuerySyntaxError(
                .unexpectedEnd, "the query ends too early", at: SourceRange(position, position), expected: expected)
        }
        if let word = word() {
            let keywords = expected.compactMap { $0.split(separator: " ").first.map(String.init) }
                .filter { Keyword(word: $0) != nil }
            return QuerySyntaxError(
                .unexpected, "unexpected '\(Characters.abbreviated(word.value))'", at: word.range, expected: expected,
                suggestion: Keyword(word: word.value) == nil ? NearestName.of(word.value, among: keywords) : nil)
        }
        if byte == UInt8(ascii: ";") {
            return QuerySyntaxError(
                .unexpected, "unexpected ';'", at: SourceRange(position, position + 1), expected: expected)
        }
        let range = character()
        if Characters.isControl(byte) || byte >= 0x80 {
            let code = text(range).unicodeScalars.first?.value ?? 0
            let name =
                "U+" + String(repeating: "0", count: max(0, 4 - String(code, radix: 16).count))
                + String(code, radix: 16, uppercase: true)
            let isAllowed = Characters.isControl(byte) ? "cannot stand in a query" : "can only stand in quotes"
            return QuerySyntaxError(.invalidText, "the character \(name) \(isAllowed)", at: range, expected: expected)
        }
        return QuerySyntaxError(.unexpected, "unexpected '\(text(range))'", at: range, expected: expected)
    }

    /// The extent of the character here.
    func character() -> SourceRange {
        var end = min(position + 1, bytes.count)
        while end < bytes.count, bytes[end] & 0xC0 == 0x80 {
            end += 1
        }
        return SourceRange(position, end)
    }
}

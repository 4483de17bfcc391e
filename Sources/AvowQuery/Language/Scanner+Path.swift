extension Scanner {
    /// Takes a FHIRPath expression without parsing it.
    ///
    /// It ends before a comma, semicolon or keyword of ``Keyword/endingPath`` that stands outside of brackets and
    /// quotations, or where one word follows another without an operator between them.
    ///
    /// - Returns: the path with its comments taken out and its white space drawn together.
    mutating func path() throws(QuerySyntaxError) -> Located<PathExpression> {
        var path = PathText()
        return try self.path(&path)
    }

    /// Takes a path that stands in the round bracket at `opening`, of which only the bracket has been taken, and the
    /// closing bracket.
    mutating func path(inBracketAt opening: Int) throws(QuerySyntaxError) -> Located<PathExpression> {
        var path = PathText()
        path.brackets.append((opening, UInt8(ascii: ")")))
        path.isEnclosed = true
        let inner = try self.path(&path)
        guard take(")") else {
            throw unexpected(["')'"])
        }
        return inner
    }

    private mutating func path(_ path: inout PathText) throws(QuerySyntaxError) -> Located<PathExpression> {
        try skipTrivia()
        let start = position
        while true {
            let end = position
            let separated = try skipTrivia()
            if path.isEnclosed, path.brackets.count == 1, peek() == path.brackets[0].closing {
                position = end
                break
            }
            guard try takePathPart(into: &path, separated: separated) else {
                position = end
                break
            }
        }
        if path.isEnclosed {
            let end = position
            try skipTrivia()
            if peek() == path.brackets[0].closing, path.brackets.count == 1 {
                path.brackets.removeAll()
            } else {
                position = end
            }
        }
        if let open = path.brackets.last {
            let expected = ["'\(Unicode.Scalar(open.closing))'"]
            try skipTrivia()
            guard isAtEnd else {
                throw unexpected(expected)
            }
            throw QuerySyntaxError(
                .unterminated, "this bracket is never closed", at: SourceRange(open.offset, open.offset + 1),
                expected: expected)
        }
        guard !path.text.isEmpty else {
            throw unexpected(["a FHIRPath expression"])
        }
        let value = PathExpression(
            text: String(decoding: path.text, as: UTF8.self), origins: path.origins, placeholders: path.placeholders)
        return Located(value, at: SourceRange(start, position))
    }

    /// Takes the next part of a path and adds it to `path`, or takes nothing and returns false at the path's end.
    private mutating func takePathPart(into path: inout PathText, separated: Bool) throws(QuerySyntaxError) -> Bool {
        guard let byte = peek() else { return false }
        let start = position
        var part = PathText.Part.other
        switch byte {
        case _ where Characters.isWordStart(byte):
            guard let word = word() else { return false }
            let keyword = Keyword(word: word.value)
            if path.brackets.isEmpty, path.last != .dot, let keyword, Keyword.endingPath.contains(keyword) {
                return false
            }
            if path.brackets.isEmpty, let keyword, Keyword.endingPathBehindValue.contains(keyword),
                path.last == .word || path.last == .literal
            {
                return false
            }
            // No unit of time is called so.
            if path.brackets.isEmpty, path.last == .literal, word.value.uppercased() == "BREAK" { return false }
            let isOperator = path.last != .dot && PathText.operatorWords.contains(word.value)
            if path.last == .word, !isOperator {
                return false
            }
            position = word.range.upperBound
            part = isOperator ? .other : .word
        case _ where Characters.isDigit(byte):
            guard path.last != .word else { return false }
            position = run(where: Characters.isDigit)?.range.upperBound ?? position
            part = .literal
        case UInt8(ascii: "."):
            position += 1
            part = .dot
        case UInt8(ascii: "@"):
            takePathDate()
            part = .literal
        case UInt8(ascii: "'"), UInt8(ascii: "`"), UInt8(ascii: "\""):
            guard path.last != .word else { return false }
            try takePathQuotation(byte)
            part = .literal
        case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"):
            guard path.brackets.count < QueryLimits.nesting else {
                throw QuerySyntaxError(
                    .limitExceeded, "brackets are nested more than \(QueryLimits.nesting) deep",
                    at: SourceRange(start, start + 1))
            }
            // In ASCII `)` is one above `(`; `]` and `}` are two above their partners.
            path.brackets.append((start, byte == UInt8(ascii: "(") ? byte + 1 : byte + 2))
            position += 1
        case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
            guard path.brackets.last?.closing == byte else { return false }
            path.brackets.removeLast()
            position += 1
            part = .word
        case UInt8(ascii: "$") where isAtPathPlaceholder:
            // A value is complete where it stands, and what goes before must be an operator or a bracket.
            guard path.last == .other else { return false }
            position += 1
            guard let name = word(), name.value.utf8.count <= Placeholder.greatestLength else {
                throw unexpected(["the name of a placeholder"])
            }
            position = name.range.upperBound
            path.append(bytes[start..<position], from: start, separated: separated, as: .word)
            let range = path.text.count - (position - start)..<path.text.count
            path.placeholders.append(PathPlaceholder(placeholder: Placeholder(name.value, .path), range: range))
            return true
        case UInt8(ascii: ","):
            guard !path.brackets.isEmpty else { return false }
            position += 1
        case _ where PathText.operatorCharacters.contains(byte):
            if isAt("/", "/") {
                throw QuerySyntaxError(
                    .unexpected, "unexpected '//'", at: SourceRange(start, start + 2),
                    expected: ["'--' before a comment"])
            }
            position += 1
        default:
            return false
        }
        path.append(bytes[start..<position], from: start, separated: separated, as: part)
        return true
    }

    /// Whether the `$` here begins a placeholder, and not one of FHIRPath's own variables.
    private var isAtPathPlaceholder: Bool {
        guard let first = peek(1), Characters.isWordStart(first) else { return false }
        var end = position + 1
        while end < bytes.count, Characters.isWord(bytes[end]) { end += 1 }
        return !["this", "index", "total"].contains(text(SourceRange(position + 1, end)))
    }

    /// Takes `@` and what can belong to a date or time of FHIRPath behind it.
    private mutating func takePathDate() {
        position += 1
        while let byte = peek(), !isAt("-", "-") {
            let belongs =
                Characters.isDigit(byte) || byte == UInt8(ascii: "T") || byte == UInt8(ascii: "Z")
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "+")
                || byte == UInt8(ascii: ".") && peek(1).map(Characters.isDigit) == true
            guard belongs else { return }
            position += 1
        }
    }

    /// Takes a string or a delimited identifier of FHIRPath, in which a backslash escapes the character behind it.
    private mutating func takePathQuotation(_ quote: UInt8) throws(QuerySyntaxError) {
        let start = position
        position += 1
        while let byte = peek() {
            if let error = controlInQuotation(from: start) {
                throw error
            }
            position += 1
            if byte == UInt8(ascii: "\\"), let escaped = peek(), !Characters.isControl(escaped) {
                position = character().upperBound
            } else if byte == quote {
                return
            }
        }
        position = start
        throw QuerySyntaxError(
            .unterminated, "this quotation is never closed", at: SourceRange(start, start + 1),
            expected: [String(decoding: [quote], as: UTF8.self)])
    }
}

/// A path while it is put together.
private struct PathText {
    /// What the last part was, as far as the end of a path depends on it.
    enum Part {
        /// A word or a closing bracket: a value is complete, and what follows must be an operator, a dot or a bracket.
        case word
        /// A number, date or quotation: a value that a unit may follow.
        case literal
        case dot
        case other
    }

    /// The operators of FHIRPath that are words.
    static let operatorWords: Set<String> = ["and", "or", "xor", "implies", "is", "as", "in", "contains", "div", "mod"]
    static let operatorCharacters = Set("+-*/&|=~<>!$%".utf8)

    var text: [UInt8] = []
    var origins: [PathExpression.Origin] = []
    var placeholders: [PathPlaceholder] = []
    var brackets: [(offset: Int, closing: UInt8)] = []
    /// Whether the first bracket stands around the path and is no part of it.
    var isEnclosed = false
    var last = Part.other

    mutating func append(_ bytes: ArraySlice<UInt8>, from source: Int, separated: Bool, as part: Part) {
        if separated, !text.isEmpty {
            text.append(0x20)
        }
        if origins.last.map({ source - $0.sourceOffset != text.count - $0.textOffset }) ?? true {
            origins.append(.init(textOffset: text.count, sourceOffset: source))
        }
        text.append(contentsOf: bytes)
        last = part
    }
}

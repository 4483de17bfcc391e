/// Bounds on an expression.
public enum FHIRPathLimits {
    /// The longest text of an expression, in bytes.
    public static let length = 1 << 16

    /// How many parts of an expression may stand in or on one another.
    public static let nesting = 200

    /// How many items one collection may hold while an expression is evaluated.
    public static let collection = 1_000_000
}

/// Reads an expression from the left, one token ahead (FHIRPath N1, appendix A).
struct FHIRPathParser {
    private var lexer: FHIRPathLexer
    private var token = FHIRPathToken.end
    private var range = 0..<0
    /// Where the token before ended.
    private var end = 0
    private var depth = 0

    /// Parses a whole text.
    static func parse(_ text: String) throws(FHIRPathError) -> FHIRPathNode {
        let length = text.utf8.count
        guard length <= FHIRPathLimits.length else {
            throw FHIRPathError(
                .limit, at: FHIRPathLimits.length..<length,
                expected: "an expression of at most \(FHIRPathLimits.length) bytes", found: "\(length) bytes")
        }
        var parser = FHIRPathParser(lexer: FHIRPathLexer(text))
        try parser.advance()
        let root = try parser.expression(binding: 0)
        guard parser.token == .end else { throw parser.unexpected("an operator or the end of the expression") }
        return root
    }

    private init(lexer: FHIRPathLexer) {
        self.lexer = lexer
    }

    private mutating func advance() throws(FHIRPathError) {
        end = range.upperBound
        (token, range) = try lexer.next()
    }

    private mutating func skip(_ symbol: FHIRPathToken.Symbol) throws(FHIRPathError) -> Bool {
        guard token == .symbol(symbol) else { return false }
        try advance()
        return true
    }

    private mutating func expect(_ symbol: FHIRPathToken.Symbol) throws(FHIRPathError) {
        guard try skip(symbol) else { throw unexpected("'\(symbol.rawValue)'") }
    }

    private func unexpected(_ expected: String) -> FHIRPathError {
        let found = token == .end ? "the end" : "'\(lexer.text(range))'"
        return FHIRPathError(.syntax, at: range, expected: expected, found: found)
    }

    private func node(_ form: FHIRPathNode.Form, from start: Int) throws(FHIRPathError) -> FHIRPathNode {
        let node = FHIRPathNode(form, at: start..<end)
        guard node.height <= FHIRPathLimits.nesting else { throw tooDeep(at: start..<end) }
        return node
    }

    private func tooDeep(at range: Range<Int>) -> FHIRPathError {
        FHIRPathError(
            .limit, at: range, expected: "an expression of at most \(FHIRPathLimits.nesting) parts in one another",
            found: "more")
    }

    /// An expression whose operators bind tighter than `binding`.
    private mutating func expression(binding: Int) throws(FHIRPathError) -> FHIRPathNode {
        guard depth < FHIRPathLimits.nesting else { throw tooDeep(at: range) }
        depth += 1
        defer { depth -= 1 }
        let start = range.lowerBound
        var left = try signed()
        while true {
            if case .word(let word) = token, let kind = FHIRPathTypeOperator(rawValue: word) {
                guard FHIRPathTypeOperator.precedence > binding else { return left }
                try advance()
                left = try node(.typed(kind, of: left, typeName()), from: start)
            } else if let kind = binaryOperator(), kind.precedence > binding {
                try advance()
                left = try node(.binary(kind, left, expression(binding: kind.precedence)), from: start)
            } else {
                return left
            }
        }
    }

    private func binaryOperator() -> FHIRPathOperator? {
        switch token {
        case .symbol(let symbol): FHIRPathOperator(rawValue: symbol.rawValue)
        case .word(let word): FHIRPathOperator(rawValue: word)
        default: nil
        }
    }

    /// A term with the signs before it: they bind looser than a dot, and tighter than any other operator.
    private mutating func signed() throws(FHIRPathError) -> FHIRPathNode {
        let start = range.lowerBound
        guard token == .symbol(.plus) || token == .symbol(.minus) else { return try invocations() }
        guard depth < FHIRPathLimits.nesting else { throw tooDeep(at: range) }
        depth += 1
        defer { depth -= 1 }
        let isNegative = token == .symbol(.minus)
        try advance()
        return try node(.signed(isNegative: isNegative, of: signed()), from: start)
    }

    /// A term and what is invoked on it.
    private mutating func invocations() throws(FHIRPathError) -> FHIRPathNode {
        let start = range.lowerBound
        var term = try term()
        while true {
            if try skip(.dot) {
                term = try invocation(of: term, from: start)
            } else if try skip(.openBracket) {
                let position = try expression(binding: 0)
                try expect(.closeBracket)
                term = try node(.item(of: term, at: position), from: start)
            } else {
                return term
            }
        }
    }

    /// A name, a function or a special name, behind a dot or at the head.
    private mutating func invocation(of term: FHIRPathNode?, from start: Int) throws(FHIRPathError) -> FHIRPathNode {
        let text: String
        switch token {
        case .word(let word): text = word
        case .delimited(let name): text = name
        case .special(let name):
            guard let special = FHIRPathSpecial(rawValue: name) else { throw unexpected("a name") }
            try advance()
            return try node(.special(special), from: start)
        default: throw unexpected(term == nil ? "an expression" : "the name of an element or function")
        }
        let name = FHIRPathName(text: text, range: range)
        try advance()
        guard try skip(.openParenthesis) else { return try node(.member(of: term, name), from: start) }
        var arguments: [FHIRPathNode] = []
        if token != .symbol(.closeParenthesis) {
            repeat { try arguments.append(text == "sort" ? sortKey() : expression(binding: 0)) } while try skip(.comma)
        }
        try expect(.closeParenthesis)
        return try node(.call(of: term, name, arguments), from: start)
    }

    /// A key to sort by, with the word of its direction; descending is the same as a minus before the key.
    private mutating func sortKey() throws(FHIRPathError) -> FHIRPathNode {
        let start = range.lowerBound
        let key = try expression(binding: 0)
        guard case .word(let word) = token, word == "asc" || word == "desc" else { return key }
        try advance()
        return word == "asc" ? key : try node(.signed(isNegative: true, of: key), from: start)
    }

    private mutating func term() throws(FHIRPathError) -> FHIRPathNode {
        let start = range.lowerBound
        let form: FHIRPathNode.Form
        switch token {
        case .symbol(.openParenthesis):
            try advance()
            let inner = try expression(binding: 0)
            try expect(.closeParenthesis)
            return FHIRPathNode(inner.form, at: start..<end)
        case .symbol(.openBrace):
            try advance()
            try expect(.closeBrace)
            return try node(.literal(.empty), from: start)
        case .number(let digits):
            try advance()
            return try node(.literal(numberOrQuantity(digits)), from: start)
        case .string(let text): form = .literal(.string(text))
        case .date(let text): form = .literal(.date(text))
        case .time(let text): form = .literal(.time(text))
        case .variable(let name): form = .variable(name)
        case .word("true"): form = .literal(.boolean(true))
        case .word("false"): form = .literal(.boolean(false))
        case .word(let word) where ["and", "or", "xor", "implies", "div", "mod"].contains(word):
            throw unexpected("an expression")
        default: return try invocation(of: nil, from: start)
        }
        try advance()
        return try node(form, from: start)
    }

    /// A number, with the unit that may follow it.
    private mutating func numberOrQuantity(_ digits: String) throws(FHIRPathError) -> FHIRPathLiteral {
        switch token {
        case .string(let unit):
            try advance()
            return .quantity(digits, unit: unit, isCalendar: false)
        case .word(let word) where FHIRPathWord.calendarUnits.contains(word):
            try advance()
            return .quantity(digits, unit: word, isCalendar: true)
        default:
            return .number(digits)
        }
    }

    private mutating func typeName() throws(FHIRPathError) -> FHIRPathTypeName {
        let start = range.lowerBound
        var parts: [String] = []
        repeat {
            switch token {
            case .word(let name), .delimited(let name): parts.append(name)
            default: throw unexpected("the name of a type")
            }
            try advance()
            // `x as Quantity.value` would be read as the type Quantity.value by the grammar, and is.
        } while try skip(.dot)
        return FHIRPathTypeName(parts: parts, range: start..<end)
    }
}

// SELECT: what is shown, and how values are computed.
extension StatementParser {
    mutating func projection() throws(QuerySyntaxError) -> Located<Projection> {
        let start = scanner.position
        if scanner.take("*") {
            return Located(.all, at: SourceRange(start, scanner.position))
        }
        guard !scanner.isAtEnd, scanner.keyword().map(Keyword.endingPath.contains) != true else {
            throw scanner.unexpected(["'*'", "COUNT(*)", "a FHIRPath expression"])
        }
        let value = try value()
        let alias = try alias()
        return Located(
            .value(value, alias: alias), at: SourceRange(start, alias?.range.upperBound ?? value.range.upperBound))
    }

    private mutating func alias() throws(QuerySyntaxError) -> Located<Alias>? {
        let start = scanner.position
        try scanner.skipTrivia()
        guard scanner.take(.as) else {
            scanner.position = start
            return nil
        }
        try scanner.skipTrivia()
        if let quoted = try scanner.quotation("\"") {
            return Located(try located(quoted, Alias.init), at: quoted.range)
        }
        guard let word = scanner.word(), Keyword(word: word.value) == nil else {
            throw scanner.unexpected(["a name", "a name in double quotes"])
        }
        scanner.position = word.range.upperBound
        return Located(try located(word, Alias.init), at: word.range)
    }

    func continuations(after projection: Projection?) -> [String] {
        switch projection {
        case .value(_, alias: nil): ["','", "AS", "FROM"]
        default: ["','", "FROM"]
        }
    }

    /// What a value is computed by: an aggregate, a function, a question in brackets, or a path.
    mutating func value() throws(QuerySyntaxError) -> Located<ValueExpression> {
        if let call = try call() { return call }
        if let joined = try joined() { return joined }
        let path = try scanner.path()
        return Located(.path(path.value), at: path.range)
    }

    /// What follows the opening bracket of a question in brackets.
    mutating func bracketedSelect() throws(QuerySyntaxError) -> SelectStatement {
        try scanner.skipTrivia()
        guard scanner.take(.select) else {
            throw scanner.unexpected(["SELECT"])
        }
        let inner = try select(isInner: true)
        try takeClosing()
        return inner
    }

    /// A question in brackets, if one begins here; a path that calls `select` in its first bracket is left.
    private mutating func joined() throws(QuerySyntaxError) -> Located<ValueExpression>? {
        let before = self
        let start = scanner.position
        guard scanner.take("(") else { return nil }
        try scanner.skipTrivia()
        guard scanner.keyword() == .select else {
            self = before
            return nil
        }
        do {
            let inner = try nested { (parser) throws(QuerySyntaxError) in try parser.bracketedSelect() }
            return Located(.joined(inner), at: SourceRange(start, scanner.position))
        } catch {
            // Each text is read at most once more for each bracket around it.
            self = before
            let isPath = (try? scanner.path()) != nil
            self = before
            if isPath { return nil }
            throw error
        }
    }

    /// A call of one of the language's own functions, if one begins here: not one of FHIRPath's, whose functions of
    /// these names have no arguments.
    mutating func call() throws(QuerySyntaxError) -> Located<ValueExpression>? {
        let start = scanner.position
        guard let word = scanner.word(), let function = OwnFunction(rawValue: word.value.lowercased()) else {
            return nil
        }
        scanner.position = word.range.upperBound
        try scanner.skipTrivia()
        guard scanner.take("(") else {
            scanner.position = start
            return nil
        }
        try scanner.skipTrivia()
        if function.isAlsoPath, scanner.peek() == UInt8(ascii: ")") {
            scanner.position = start
            return nil
        }
        let value = try nested { (parser) throws(QuerySyntaxError) in try parser.arguments(of: function) }
        try takeClosing()
        return Located(value, at: SourceRange(start, scanner.position))
    }

    private mutating func arguments(of function: OwnFunction) throws(QuerySyntaxError) -> ValueExpression {
        if function == .count {
            if scanner.take("*") { return .aggregate(.count) }
            if scanner.take(.distinct) { return .aggregate(.of(.countDistinct, try argument())) }
        }
        let first = try argument()
        switch function {
        case .year: return .bucket(.year, first)
        case .month: return .bucket(.month, first)
        case .age:
            try scanner.skipTrivia()
            return .age(first, scanner.take(",") ? try argument() : nil)
        case .bucket: return .step(first, try numberArgument())
        case .percentile: return .aggregate(.of(.percentile(try numberArgument()), first))
        case .count: return .aggregate(.of(.count, first))
        case .sum: return .aggregate(.of(.sum, first))
        case .avg: return .aggregate(.of(.average, first))
        case .min: return .aggregate(.of(.minimum, first))
        case .max: return .aggregate(.of(.maximum, first))
        case .median: return .aggregate(.of(.median, first))
        }
    }

    private mutating func argument() throws(QuerySyntaxError) -> Located<ValueExpression> {
        try scanner.skipTrivia()
        let value = try value()
        if value.value.isAggregate {
            throw QuerySyntaxError(
                .unexpected, "\(value.value) is of a group, and stands here in the place of a value of a record",
                at: value.range)
        }
        return value
    }

    private mutating func numberArgument() throws(QuerySyntaxError) -> NumberLiteral {
        try scanner.skipTrivia()
        guard scanner.take(",") else {
            throw scanner.unexpected(["','"])
        }
        try scanner.skipTrivia()
        return try number().value
    }

    /// Takes a number.
    mutating func number() throws(QuerySyntaxError) -> Located<NumberLiteral> {
        let start = scanner.position
        if scanner.peek() == UInt8(ascii: "-") { scanner.position += 1 }
        guard let integer = scanner.run(where: Characters.isDigit) else {
            scanner.position = start
            throw scanner.unexpected(["a number"])
        }
        scanner.position = integer.range.upperBound
        if scanner.peek() == UInt8(ascii: "."), scanner.peek(1).map(Characters.isDigit) == true {
            scanner.position += 1
            scanner.position = scanner.run(where: Characters.isDigit)?.range.upperBound ?? scanner.position
        }
        if let byte = scanner.peek(), byte | 0x20 == UInt8(ascii: "e") {
            let isSigned = scanner.peek(1) == UInt8(ascii: "-") || scanner.peek(1) == UInt8(ascii: "+")
            if scanner.peek(isSigned ? 2 : 1).map(Characters.isDigit) == true {
                scanner.position += isSigned ? 2 : 1
                scanner.position = scanner.run(where: Characters.isDigit)?.range.upperBound ?? scanner.position
            }
        }
        if let byte = scanner.peek(), Characters.isWord(byte) || byte == UInt8(ascii: ".") {
            throw scanner.unexpected(["a space after the number"])
        }
        let range = SourceRange(start, scanner.position)
        return Located(try located(Located(scanner.text(range), at: range), NumberLiteral.init), at: range)
    }
}

/// The functions that are not FHIRPath's.
private enum OwnFunction: String {
    case count, sum, avg, min, max, median, percentile
    case year, month, age, bucket

    /// Whether FHIRPath has a function of this name, which has no arguments.
    var isAlsoPath: Bool {
        switch self {
        case .count, .sum, .avg, .min, .max: true
        default: false
        }
    }
}

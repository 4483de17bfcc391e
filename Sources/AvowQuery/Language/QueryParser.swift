internal import AvowFHIR

/// Turns the text of a query into a syntax tree.
///
/// The grammar is `Grammar/avow.ebnf`. Any text gives a tree or an error, in time linear in its length.
public struct QueryParser: Sendable {
    private let schema: any Schema

    /// A parser of queries about the types and parameters that a schema knows.
    public init(schema: some Schema) {
        self.schema = schema
    }

    /// Parses one statement, with or without its final semicolon.
    ///
    /// - Throws: ``QuerySyntaxError`` about the first mistake.
    public func parse(_ text: String) throws(QuerySyntaxError) -> Statement {
        var parser = StatementParser(scanner: try Scanner(text), schema: schema)
        return try parser.statement()
    }

    /// Parses a statement that comes as bytes from a file or a network.
    ///
    /// - Throws: ``QuerySyntaxError``; of kind `invalidText` when the bytes are not UTF-8.
    public func parse(utf8 bytes: [UInt8]) throws(QuerySyntaxError) -> Statement {
        guard bytes.count <= QueryLimits.textLength else {
            throw QuerySyntaxError(
                .limitExceeded, "a query has at most \(QueryLimits.textLength) bytes, this one \(bytes.count)",
                at: SourceRange(QueryLimits.textLength, QueryLimits.textLength))
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            // Repairing puts U+FFFD at the first fault, so up to there both texts agree.
            let repaired = String(decoding: bytes, as: UTF8.self)
            let fault = zip(bytes, repaired.utf8).prefix { $0 == $1 }.count
            throw QuerySyntaxError(.invalidText, "the text is not UTF-8", at: SourceRange(fault, fault + 1))
        }
        return try parse(text)
    }
}

/// One pass over one text.
private struct StatementParser {
    var scanner: Scanner
    let schema: any Schema

    mutating func statement() throws(QuerySyntaxError) -> Statement {
        try scanner.skipTrivia()
        let statement: Statement
        if scanner.take(.select) {
            statement = .select(try select())
        } else if take(word: "HISTORY") {
            statement = .history(try history())
        } else {
            throw scanner.unexpected(["SELECT", "HISTORY OF"])
        }
        if scanner.take(";") {
            try scanner.skipTrivia()
            guard scanner.isAtEnd else {
                throw scanner.unexpected(["nothing after the ';'"])
            }
        }
        return statement
    }

    /// What follows SELECT, up to a semicolon or the end.
    private mutating func select() throws(QuerySyntaxError) -> SelectStatement {
        let projections = try list { (parser) throws(QuerySyntaxError) in try parser.projection() }
        guard scanner.take(.from) else {
            throw scanner.unexpected(continuations(after: projections.last?.value))
        }
        try scanner.skipTrivia()
        let type = try resourceType()
        var statement = SelectStatement(projections: projections, type: type)
        var following = ["WHERE", "GROUP BY", "ORDER BY", "LIMIT", "AS", "FOR"]
        try scanner.skipTrivia()
        if scanner.take(.where) {
            statement.conditions = try conditions(on: type.value)
            following = ["AND", "GROUP BY", "ORDER BY", "LIMIT", "AS", "FOR"]
        }
        if scanner.take(.group) {
            try takeBy()
            statement.groups = try list { (parser) throws(QuerySyntaxError) in try parser.value() }
            following = ["','", "ORDER BY", "LIMIT", "AS", "FOR"]
        }
        if scanner.take(.order) {
            try takeBy()
            statement.order = try list { (parser) throws(QuerySyntaxError) in try parser.orderTerm() }
            following = ["','", "ASC", "DESC", "LIMIT", "AS", "FOR"]
            if statement.order.last?.range.upperBound != statement.order.last?.value.value.range.upperBound {
                following.removeAll { $0 == "ASC" || $0 == "DESC" }
            }
        }
        if scanner.take(.limit) {
            try scanner.skipTrivia()
            statement.limit = try limit()
            following = ["AS", "FOR"]
        }
        (statement.actor, statement.purpose) = try asker(behind: following)
        return statement
    }

    /// What follows HISTORY, up to a semicolon or the end.
    private mutating func history() throws(QuerySyntaxError) -> HistoryStatement {
        try scanner.skipTrivia()
        guard take(word: "OF") else {
            throw scanner.unexpected(["OF"])
        }
        try scanner.skipTrivia()
        let text = try scanner.value("a resource such as Observation/123")
        let resource = Located(try located(text, ResourceReference.init), at: text.range)
        guard schema.isType(resource.value.type) else {
            throw QuerySyntaxError(
                .unknownType, "no resource type '\(resource.value.type)'", at: text.range,
                suggestion: NearestName.of(resource.value.type, among: schema.typeNames))
        }
        var statement = HistoryStatement(resource: resource)
        var following = ["VERSION", "AS", "FOR"]
        try scanner.skipTrivia()
        if take(word: "VERSION") {
            try scanner.skipTrivia()
            statement.version = try version()
            following = ["AS", "FOR"]
        }
        (statement.actor, statement.purpose) = try asker(behind: following)
        return statement
    }

    /// Takes a word that has its meaning only here, in any case.
    private mutating func take(word: String) -> Bool {
        guard let found = scanner.word(), found.value.uppercased() == word else { return false }
        scanner.position = found.range.upperBound
        return true
    }

    private mutating func version() throws(QuerySyntaxError) -> Located<VersionNumber> {
        let digits = try digits()
        guard let version = UInt64(digits.value).flatMap(VersionNumber.init) else {
            throw QuerySyntaxError(
                .limitExceeded, "versions count from 1 to \(VersionNumber.maximum)", at: digits.range)
        }
        return Located(version, at: digits.range)
    }

    /// Who asks and why, with which a statement ends.
    ///
    /// - Parameter following: what may stand here.
    private mutating func asker(
        behind following: [String]
    ) throws(QuerySyntaxError) -> (Located<ResourceReference>?, Located<String>?) {
        var following = following
        var asker: Located<ResourceReference>?
        var reason: Located<String>?
        if scanner.take(.as) {
            try scanner.skipTrivia()
            asker = try actor()
            following = ["FOR"]
        }
        if scanner.take(.for) {
            try scanner.skipTrivia()
            reason = try purpose()
            following = []
        }
        guard scanner.isAtEnd || scanner.peek() == UInt8(ascii: ";") else {
            throw scanner.unexpected(following + ["the end of the query"])
        }
        return (asker, reason)
    }

    /// Takes the second word of ORDER BY or GROUP BY.
    private mutating func takeBy() throws(QuerySyntaxError) {
        try scanner.skipTrivia()
        guard scanner.take(.by) else {
            throw scanner.unexpected(["BY"])
        }
    }

    /// Items between commas, white space around each; at least one.
    private mutating func list<Item>(
        of item: (inout StatementParser) throws(QuerySyntaxError) -> Located<Item>
    ) throws(QuerySyntaxError) -> [Located<Item>] {
        var items: [Located<Item>] = []
        repeat {
            try scanner.skipTrivia()
            try checkLength(items.count)
            items.append(try item(&self))
            try scanner.skipTrivia()
        } while scanner.take(",")
        return items
    }

    private func checkLength(_ count: Int) throws(QuerySyntaxError) {
        guard count < QueryLimits.listLength else {
            throw QuerySyntaxError(
                .limitExceeded, "a list has at most \(QueryLimits.listLength) items", at: scanner.character())
        }
    }

    // MARK: SELECT

    private mutating func projection() throws(QuerySyntaxError) -> Located<Projection> {
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

    /// What a value is computed by: `COUNT(*)`, `year(…)`, `month(…)` or a path.
    private mutating func value() throws(QuerySyntaxError) -> Located<ValueExpression> {
        let start = scanner.position
        if try takeCount() { return Located(.aggregate(.count), at: SourceRange(start, scanner.position)) }
        if let unit = try takeCalendarUnit() {
            let path = try scanner.path()
            try scanner.skipTrivia()
            guard scanner.take(")") else {
                throw scanner.unexpected(["')'"])
            }
            return Located(.bucket(unit, path.value), at: SourceRange(start, scanner.position))
        }
        let path = try scanner.path()
        return Located(.path(path.value), at: path.range)
    }

    /// Takes `year(` or `month(` and the white space behind it.
    private mutating func takeCalendarUnit() throws(QuerySyntaxError) -> CalendarUnit? {
        let start = scanner.position
        guard let word = scanner.word(), let unit = CalendarUnit(rawValue: word.value.lowercased()) else { return nil }
        scanner.position = word.range.upperBound
        try scanner.skipTrivia()
        guard scanner.take("(") else {
            scanner.position = start
            return nil
        }
        try scanner.skipTrivia()
        return unit
    }

    /// Takes `COUNT(*)`; a `count` that is followed by anything else than `(` or by `()` is left to be a path.
    private mutating func takeCount() throws(QuerySyntaxError) -> Bool {
        let start = scanner.position
        guard let word = scanner.word(), word.value.uppercased() == "COUNT" else { return false }
        scanner.position = word.range.upperBound
        try scanner.skipTrivia()
        guard scanner.take("(") else {
            scanner.position = start
            return false
        }
        try scanner.skipTrivia()
        if scanner.peek() == UInt8(ascii: ")") {
            scanner.position = start
            return false
        }
        guard scanner.take("*") else {
            throw scanner.unexpected(["'*'"])
        }
        try scanner.skipTrivia()
        guard scanner.take(")") else {
            throw scanner.unexpected(["')'"])
        }
        return true
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

    private func continuations(after projection: Projection?) -> [String] {
        switch projection {
        case .value(_, alias: nil): ["','", "AS", "FROM"]
        default: ["','", "FROM"]
        }
    }

    // MARK: FROM

    private mutating func resourceType() throws(QuerySyntaxError) -> Located<String> {
        // `Group` is a type, too.
        guard let word = scanner.word(), Keyword(word: word.value).map({ $0 == .group }) ?? true else {
            throw scanner.unexpected(["a resource type", "Resource"])
        }
        guard word.value == "Resource" || schema.isType(word.value) else {
            throw QuerySyntaxError(
                .unknownType, "no resource type '\(Characters.abbreviated(word.value))'", at: word.range,
                suggestion: NearestName.of(word.value, among: schema.typeNames + ["Resource"]))
        }
        scanner.position = word.range.upperBound
        return word
    }

    // MARK: WHERE

    private mutating func conditions(on type: String) throws(QuerySyntaxError) -> [Located<Condition>] {
        var conditions: [Located<Condition>] = []
        repeat {
            try scanner.skipTrivia()
            try checkLength(conditions.count)
            conditions.append(try condition(on: type))
            try scanner.skipTrivia()
        } while scanner.take(.and)
        return conditions
    }

    private mutating func condition(on type: String) throws(QuerySyntaxError) -> Located<Condition> {
        let start = scanner.position
        let available = schema.searchParameters(of: type)
        guard let first = scanner.word(), Keyword(word: first.value) == nil,
            let name = scanner.run(where: { Characters.isWord($0) || $0 == UInt8(ascii: "-") })
        else {
            throw scanner.unexpected(["a search parameter"])
        }
        guard available.contains(name.value), let parameter = SearchParameter(rawValue: name.value) else {
            let suggestion = SearchParameter.nearest(to: name.value, among: available)
            throw QuerySyntaxError(
                .unknownParameter, "no search parameter '\(Characters.abbreviated(name.value))' on \(type)",
                at: name.range,
                expected: suggestion == nil ? available : [], suggestion: suggestion)
        }
        scanner.position = name.range.upperBound
        try scanner.skipTrivia()
        let condition: Condition
        switch parameter {
        case .patient:
            try takeEqual()
            condition = .patient(try patient())
        case .id:
            try takeEqual()
            condition = .id(try located(try scanner.value("a resource id"), ResourceID.init))
        case .code:
            try takeEqual()
            condition = .code(try located(try scanner.value("a code such as loinc|4548-4"), Token.init))
        case .date:
            condition = try dateCondition()
        }
        return Located(condition, at: SourceRange(start, scanner.position))
    }

    private mutating func takeEqual() throws(QuerySyntaxError) {
        guard scanner.take("=") else {
            throw scanner.unexpected(["'='"])
        }
        try scanner.skipTrivia()
    }

    private mutating func patient() throws(QuerySyntaxError) -> ResourceReference {
        let text = try scanner.value("a reference such as Patient/123")
        let reference: ResourceReference
        do {
            reference = try located(text, ResourceReference.init)
        } catch {
            let isID = !text.value.contains("/") && (try? ResourceID(text.value)) != nil
            throw QuerySyntaxError(
                error.kind, error.message, at: error.range, expected: error.expected,
                suggestion: isID ? "Patient/\(text.value)" : nil)
        }
        guard reference.type == "Patient" else {
            throw QuerySyntaxError(
                .invalidValue, "'\(reference)' is not a patient", at: text.range,
                expected: ["a reference such as Patient/123"])
        }
        return reference
    }

    private mutating func dateCondition() throws(QuerySyntaxError) -> Condition {
        if scanner.take(.between) {
            try scanner.skipTrivia()
            let first = try located(try scanner.value("a date"), DateLiteral.init)
            try scanner.skipTrivia()
            guard scanner.take(.and) else {
                throw scanner.unexpected(["AND"])
            }
            try scanner.skipTrivia()
            return .dateBetween(first, try located(try scanner.value("a date"), DateLiteral.init))
        }
        let written = scanner.run(where: {
            $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: ">") || $0 == UInt8(ascii: "=")
        })
        guard let written, let comparison = Comparison(rawValue: written.value) else {
            let expected = Comparison.allCases.map { "'\($0.rawValue)'" } + ["BETWEEN"]
            guard let written else {
                throw scanner.unexpected(expected)
            }
            throw QuerySyntaxError(
                .unexpected, "unexpected '\(Characters.abbreviated(written.value))'", at: written.range,
                expected: expected)
        }
        scanner.position = written.range.upperBound
        try scanner.skipTrivia()
        return .date(comparison, try located(try scanner.value("a date"), DateLiteral.init))
    }

    // MARK: GROUP BY, ORDER BY, LIMIT

    private mutating func orderTerm() throws(QuerySyntaxError) -> Located<OrderTerm> {
        let value = try value()
        let end = scanner.position
        try scanner.skipTrivia()
        var term = OrderTerm(value)
        if scanner.take(.descending) {
            term.direction = .descending
        } else if !scanner.take(.ascending) {
            scanner.position = end
        }
        return Located(term, at: value.range.union(SourceRange(end, scanner.position)))
    }

    private mutating func limit() throws(QuerySyntaxError) -> Located<Limit> {
        let digits = try digits()
        guard let limit = Int(digits.value).flatMap(Limit.init) else {
            throw QuerySyntaxError(
                .limitExceeded, "LIMIT is at most \(QueryLimits.rows)", at: digits.range)
        }
        return Located(limit, at: digits.range)
    }

    /// Digits, and the white space behind them.
    private mutating func digits() throws(QuerySyntaxError) -> Located<String> {
        guard let digits = scanner.run(where: Characters.isDigit) else {
            throw scanner.unexpected(["a number"])
        }
        scanner.position = digits.range.upperBound
        if let byte = scanner.peek(), Characters.isWord(byte) || byte == UInt8(ascii: ".") {
            throw scanner.unexpected(["a space after the number"])
        }
        try scanner.skipTrivia()
        return digits
    }

    // MARK: AS, FOR

    private mutating func actor() throws(QuerySyntaxError) -> Located<ResourceReference> {
        let text = try scanner.value("who asks, such as 'Practitioner/1'")
        let actor = Located(try located(text, ResourceReference.init), at: text.range)
        try scanner.skipTrivia()
        return actor
    }

    private mutating func purpose() throws(QuerySyntaxError) -> Located<String> {
        guard let word = scanner.word(), Keyword(word: word.value) == nil, word.value.utf8.count <= 64 else {
            throw scanner.unexpected(["a purpose of use such as TREAT"])
        }
        scanner.position = word.range.upperBound
        try scanner.skipTrivia()
        return Located(word.value.uppercased(), at: word.range)
    }

    /// Reads a value from text that stands in the query; an error is about where it stands there.
    private func located<Value>(
        _ text: Located<String>, _ read: (String) throws(QuerySyntaxError) -> Value
    ) throws(QuerySyntaxError) -> Value {
        do {
            return try read(text.value)
        } catch {
            throw error.moved(to: text.range)
        }
    }
}

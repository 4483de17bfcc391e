internal import AvowConsent
internal import AvowFHIR

/// One pass over one text.
struct StatementParser {
    var scanner: Scanner
    let schema: any Schema
    /// The cohorts that were named so far.
    var cohorts: [String] = []
    /// How many conditions there have been.
    var conditionCount = 0
    /// How many sets have been joined to others.
    var setCount = 0
    /// How deep in brackets and questions the parser is.
    private var depth = 0

    init(scanner: Scanner, schema: any Schema) {
        self.scanner = scanner
        self.schema = schema
    }

    mutating func statement() throws(QuerySyntaxError) -> Statement {
        try scanner.skipTrivia()
        // EXPLAIN stands before the question, or before all.
        var explanation = try takeExplain()
        var named: [Located<Cohort>] = []
        while scanner.take(.cohort) {
            try checkLength(named.count)
            named.append(try cohort())
            try scanner.skipTrivia()
        }
        if explanation == nil { explanation = try takeExplain() }
        let isAlone = named.isEmpty && explanation == nil
        if isAlone, let statement = try otherStatement() {
            try takeEnd()
            return statement
        }
        guard scanner.take(.select) else {
            var expected = ["COHORT"]
            if explanation == nil { expected.append("EXPLAIN") }
            if explanation == .plan { expected += ["ANALYZE", "CONSENT"] }
            throw scanner.unexpected(
                expected + ["SELECT"] + (isAlone ? StatementParser.otherBeginnings : []))
        }
        var statement = try select(isInner: false)
        statement.cohorts = named
        try takeEnd()
        switch explanation {
        case nil: return .select(statement)
        case .plan: return .explain(statement, isAnalyzed: false)
        case .analysis: return .explain(statement, isAnalyzed: true)
        case .consent: return .explainConsent(statement)
        }
    }

    /// What EXPLAIN is to explain.
    private enum Explanation {
        case plan, analysis, consent
    }

    /// Takes EXPLAIN, with ANALYZE, CONSENT or neither.
    private mutating func takeExplain() throws(QuerySyntaxError) -> Explanation? {
        guard scanner.take(word: "EXPLAIN") else { return nil }
        try scanner.skipTrivia()
        var explanation = Explanation.plan
        if scanner.take(word: "ANALYZE") {
            explanation = .analysis
        } else if scanner.take(word: "CONSENT") {
            explanation = .consent
        }
        try scanner.skipTrivia()
        return explanation
    }

    /// What begins a statement that is no SELECT.
    private static let otherBeginnings = ["HISTORY OF", "GRANT", "REVOKE", "SHOW", "CREATE", "DROP", "SET"]

    /// A statement that is no SELECT, if one begins here.
    private mutating func otherStatement() throws(QuerySyntaxError) -> Statement? {
        if scanner.take(word: "HISTORY") { return .history(try history()) }
        if scanner.take(word: "GRANT") { return .grant(try grant(.permit)) }
        if scanner.take(word: "REVOKE") { return .grant(try grant(.deny)) }
        if scanner.take(word: "SHOW") { return .show(try show()) }
        if scanner.take(word: "CREATE") { return .index(try createIndex()) }
        if scanner.take(word: "DROP") { return .index(try dropIndex()) }
        if scanner.take(word: "SET") { return .set(try sessionSetting()) }
        return nil
    }

    private mutating func takeEnd() throws(QuerySyntaxError) {
        guard scanner.take(";") else { return }
        try scanner.skipTrivia()
        guard scanner.isAtEnd else {
            throw scanner.unexpected(["nothing after the ';'"])
        }
    }

    /// What follows HISTORY, up to a semicolon or the end.
    private mutating func history() throws(QuerySyntaxError) -> HistoryStatement {
        try scanner.skipTrivia()
        guard scanner.take(word: "OF") else {
            throw scanner.unexpected(["OF"])
        }
        try scanner.skipTrivia()
        let open = try placeholder(for: .resource)
        var statement: HistoryStatement
        if let open {
            // What stands for it until there is one.
            let any = try located(Located("Patient/0", at: open.range), ResourceReference.init)
            statement = HistoryStatement(resource: Located(any, at: open.range))
        } else {
            let text = try scanner.value("a resource such as Observation/123")
            let resource = Located(try located(text, ResourceReference.init), at: text.range)
            guard schema.isType(resource.value.type) else {
                throw QuerySyntaxError(
                    .unknownType, "no resource type '\(resource.value.type)'", at: text.range,
                    suggestion: NearestName.of(resource.value.type, among: schema.typeNames))
            }
            statement = HistoryStatement(resource: resource)
        }
        statement.openResource = open
        var following = ["VERSION"]
        try scanner.skipTrivia()
        if scanner.take(word: "VERSION") {
            try scanner.skipTrivia()
            statement.openVersion = try placeholder(for: .version)
            if statement.openVersion == nil { statement.version = try version() }
            try scanner.skipTrivia()
            following = []
        }
        statement.asOf = try asOf()
        statement.request = try request(behind: statement.asOf == nil ? following + ["AS OF"] : [])
        return statement
    }

    private mutating func version() throws(QuerySyntaxError) -> Located<VersionNumber> {
        let digits = try digits()
        guard let version = UInt64(digits.value).flatMap(VersionNumber.init) else {
            throw QuerySyntaxError(
                .limitExceeded, "versions count from 1 to \(VersionNumber.maximum)", at: digits.range)
        }
        return Located(version, at: digits.range)
    }

    /// What follows SELECT: up to a semicolon or the end, or, within another question, up to what ends it there.
    mutating func select(isInner: Bool) throws(QuerySyntaxError) -> SelectStatement {
        try scanner.skipTrivia()
        let isDistinct = try takeDistinct()
        let projections =
            isInner
            ? [try innerProjection()] : try list { (parser) throws(QuerySyntaxError) in try parser.projection() }
        try scanner.skipTrivia()
        guard scanner.take(.from) else {
            throw scanner.unexpected(isInner ? ["FROM"] : continuations(after: projections.last?.value))
        }
        try scanner.skipTrivia()
        let (type, isView) = try selectionSource()
        var statement = SelectStatement(projections: projections, type: type)
        statement.isOfView = isView
        statement.isDistinct = isDistinct
        let last = ["LIMIT", "OFFSET"]
        var following = ["WHERE", "GROUP BY", "HAVING", "ORDER BY"] + last
        try scanner.skipTrivia()
        if scanner.take(.where) {
            statement.condition = try condition(on: isView ? nil : type.value)
            following = ["AND", "OR", "GROUP BY", "HAVING", "ORDER BY"] + last
        }
        if scanner.take(.group) {
            try takeBy()
            statement.groups = try list { (parser) throws(QuerySyntaxError) in try parser.value() }
            following = ["','", "HAVING", "ORDER BY"] + last
        }
        if scanner.take(.having) {
            statement.having = try having()
            following = ["AND", "OR", "ORDER BY"] + last
        }
        if scanner.take(.order) {
            try takeBy()
            statement.order = try list { (parser) throws(QuerySyntaxError) in try parser.orderTerm() }
            following = ["','", "ASC", "DESC"] + last
            if statement.order.last?.range.upperBound != statement.order.last?.value.value.range.upperBound {
                following.removeAll { $0 == "ASC" || $0 == "DESC" }
            }
        }
        following = try limits(of: &statement, following)
        guard !isInner else {
            try refuseAsOf()
            return statement
        }
        statement.asOf = try asOf()
        statement.request = try request(behind: statement.asOf == nil ? following + ["AS OF"] : [])
        return statement
    }

    /// Takes DISTINCT; a call of FHIRPath's `distinct()` is left to be a path.
    private mutating func takeDistinct() throws(QuerySyntaxError) -> Bool {
        let start = scanner.position
        guard scanner.take(.distinct) else { return false }
        try scanner.skipTrivia()
        let behind = scanner.position
        if scanner.take("(") {
            try scanner.skipTrivia()
            if scanner.peek() == UInt8(ascii: ")") {
                scanner.position = start
                return false
            }
        }
        scanner.position = behind
        return true
    }

    /// The one column of a question within another.
    private mutating func innerProjection() throws(QuerySyntaxError) -> Located<Projection> {
        guard !scanner.isAtEnd, scanner.keyword().map(Keyword.endingPath.contains) != true else {
            throw scanner.unexpected(["patient", "a FHIRPath expression"])
        }
        let value = try value()
        return Located(.value(value, alias: nil), at: value.range)
    }

    /// Takes the second word of ORDER BY or GROUP BY.
    private mutating func takeBy() throws(QuerySyntaxError) {
        try scanner.skipTrivia()
        guard scanner.take(.by) else {
            throw scanner.unexpected(["BY"])
        }
    }

    /// Items between commas, white space around each; at least one.
    mutating func list<Item>(
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

    func checkLength(_ count: Int) throws(QuerySyntaxError) {
        guard count < QueryLimits.listLength else {
            throw QuerySyntaxError(
                .limitExceeded, "a list has at most \(QueryLimits.listLength) items", at: scanner.character())
        }
    }

    /// Calls `body` one step deeper.
    mutating func nested<Value>(
        _ body: (inout StatementParser) throws(QuerySyntaxError) -> Value
    ) throws(QuerySyntaxError) -> Value {
        guard depth < QueryLimits.nesting else {
            throw QuerySyntaxError(
                .limitExceeded, "brackets are nested more than \(QueryLimits.nesting) deep", at: scanner.character())
        }
        depth += 1
        let value = try body(&self)
        depth -= 1
        return value
    }

    /// Takes a closing bracket.
    mutating func takeClosing(_ alternatives: [String] = []) throws(QuerySyntaxError) {
        try scanner.skipTrivia()
        guard scanner.take(")") else {
            throw scanner.unexpected(alternatives + ["')'"])
        }
    }

    // MARK: FROM

    /// - Parameter orView: whether a view might stand there, too.
    mutating func resourceType(orView: Bool = false) throws(QuerySyntaxError) -> Located<String> {
        // `Group` is a type, too.
        guard let word = scanner.word(), Keyword(word: word.value).map({ $0 == .group }) ?? true else {
            throw scanner.unexpected(["a resource type", "Resource"] + (orView ? ["a view"] : []))
        }
        guard word.value == "Resource" || schema.isType(word.value) else {
            throw QuerySyntaxError(
                .unknownType, "no resource type '\(Characters.abbreviated(word.value))'", at: word.range,
                suggestion: NearestName.of(word.value, among: schema.typeNames + ["Resource"]))
        }
        scanner.position = word.range.upperBound
        return word
    }

    // MARK: ORDER BY, LIMIT

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

    /// Takes LIMIT … PER, LIMIT and OFFSET, and gives what could follow.
    private mutating func limits(
        of statement: inout SelectStatement, _ following: [String]
    ) throws(QuerySyntaxError) -> [String] {
        var following = following
        if scanner.take(.limit) {
            let first = try limit("LIMIT")
            if scanner.take(word: "PER") {
                let values = try list { (parser) throws(QuerySyntaxError) in try parser.value() }
                statement.limitPer = LimitPer(first, per: values)
                following.removeAll { !["LIMIT", "OFFSET"].contains($0) }
                following.insert("','", at: 0)
                if scanner.take(.limit) {
                    statement.limit = try limit("LIMIT")
                    following.removeAll { $0 == "LIMIT" || $0 == "','" }
                }
            } else {
                statement.limit = first
                following = ["PER", "OFFSET"]
            }
        }
        if scanner.take(.offset) {
            statement.offset = try limit("OFFSET")
            following = []
        }
        return following
    }

    private mutating func limit(_ name: String) throws(QuerySyntaxError) -> Located<Limit> {
        try scanner.skipTrivia()
        if let placeholder = try placeholder(for: .rowCount) {
            try scanner.skipTrivia()
            return Located(Limit(placeholder.value), at: placeholder.range)
        }
        let digits = try digits()
        guard let limit = Int(digits.value).flatMap(Limit.init) else {
            throw QuerySyntaxError(
                .limitExceeded, "\(name) is at most \(QueryLimits.rows)", at: digits.range)
        }
        return Located(limit, at: digits.range)
    }

    /// Digits, and the white space around them.
    mutating func digits() throws(QuerySyntaxError) -> Located<String> {
        try scanner.skipTrivia()
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

    /// Reads a value from text that stands in the query; an error is about where it stands there.
    func located<Value>(
        _ text: Located<String>, _ read: (String) throws(QuerySyntaxError) -> Value
    ) throws(QuerySyntaxError) -> Value {
        do {
            return try read(text.value)
        } catch {
            throw error.moved(to: text.range)
        }
    }
}

// WHERE and HAVING: tests, joined by AND, OR and NOT.
extension StatementParser {
    /// What WHERE asks of records of a type, or, without one, of the rows of a view.
    mutating func condition(on type: String?) throws(QuerySyntaxError) -> Logic<Condition> {
        try logic { (parser) throws(QuerySyntaxError) in try parser.test(on: type) }
    }

    /// What HAVING asks of groups.
    mutating func having() throws(QuerySyntaxError) -> Logic<GroupTest> {
        try logic { (parser) throws(QuerySyntaxError) in try parser.groupTest() }
    }

    /// Alternatives between conjunctions of tests.
    private mutating func logic<Test>(
        _ test: (inout StatementParser) throws(QuerySyntaxError) -> Logic<Test>
    ) throws(QuerySyntaxError) -> Logic<Test> {
        var alternatives: [Logic<Test>] = []
        repeat {
            var parts: [Logic<Test>] = []
            repeat {
                try scanner.skipTrivia()
                parts.append(try part(test))
                try scanner.skipTrivia()
            } while scanner.take(.and)
            if let all = Logic.all(of: parts) { alternatives.append(all) }
        } while scanner.take(.or)
        // There is at least one.
        return Logic.any(of: alternatives) ?? alternatives[0]
    }

    /// A test, one in brackets, or the NOT of either.
    private mutating func part<Test>(
        _ test: (inout StatementParser) throws(QuerySyntaxError) -> Logic<Test>
    ) throws(QuerySyntaxError) -> Logic<Test> {
        if scanner.take(.not) {
            try scanner.skipTrivia()
            return .not(try nested { (parser) throws(QuerySyntaxError) in try parser.part(test) })
        }
        if scanner.take("(") {
            let inner = try nested { (parser) throws(QuerySyntaxError) in try parser.logic(test) }
            try takeClosing(["AND", "OR"])
            return inner
        }
        guard conditionCount < QueryLimits.listLength else {
            throw QuerySyntaxError(
                .limitExceeded, "a query has at most \(QueryLimits.listLength) conditions", at: scanner.character())
        }
        conditionCount += 1
        return try test(&self)
    }

    // MARK: WHERE

    private mutating func test(on type: String?) throws(QuerySyntaxError) -> Logic<Condition> {
        let start = scanner.position
        if try takeOpening(behind: "PATH") {
            let path = try scanner.path(inBracketAt: scanner.position - 1)
            return .test(Located(.path(path.value), at: SourceRange(start, scanner.position)))
        }
        if try takeOpening(behind: "EXISTS") {
            let event = try event()
            return .test(Located(.exists(event), at: SourceRange(start, scanner.position)))
        }
        if let relation = try temporalRelation() {
            return .test(Located(.temporal(relation), at: SourceRange(start, scanner.position)))
        }
        return if let type { try parameterTest(on: type) } else { try columnTest() }
    }

    /// Takes a word and the opening bracket behind it.
    mutating func takeOpening(behind word: String) throws(QuerySyntaxError) -> Bool {
        let start = scanner.position
        guard scanner.take(word: word) else { return false }
        try scanner.skipTrivia()
        if scanner.take("(") { return true }
        scanner.position = start
        return false
    }

    /// What follows the opening bracket around records that a condition refers to.
    private mutating func event() throws(QuerySyntaxError) -> Event {
        try nested { (parser) throws(QuerySyntaxError) in
            try parser.scanner.skipTrivia()
            let type = try parser.resourceType()
            try parser.scanner.skipTrivia()
            guard parser.scanner.take(.where) else {
                try parser.takeClosing(["WHERE"])
                return Event(type)
            }
            let condition = try parser.condition(on: type.value)
            try parser.takeClosing(["AND", "OR"])
            return Event(type, condition)
        }
    }

    /// `[WITHIN 30 DAYS] AFTER [FIRST] (…)`, if it begins here.
    private mutating func temporalRelation() throws(QuerySyntaxError) -> TemporalRelation? {
        let start = scanner.position
        var distance: CalendarDistance?
        if scanner.take(word: "WITHIN") {
            try scanner.skipTrivia()
            guard let byte = scanner.peek(), Characters.isDigit(byte) || byte == UInt8(ascii: "$") else {
                scanner.position = start
                return nil
            }
            distance = try calendarDistance()
            try scanner.skipTrivia()
        }
        let sides = TemporalRelation.Side.allCases.filter { distance != nil || $0 != .around }
        guard let side = sides.first(where: { scanner.take(word: $0.rawValue) }) else {
            guard distance == nil else { throw scanner.unexpected(sides.map(\.rawValue)) }
            return nil
        }
        try scanner.skipTrivia()
        let choice = TemporalRelation.Choice.allCases.first { scanner.take(word: $0.rawValue) }
        try scanner.skipTrivia()
        guard scanner.take("(") else {
            guard distance == nil, choice == nil else {
                throw scanner.unexpected((choice == nil ? ["FIRST", "LAST"] : []) + ["'('"])
            }
            scanner.position = start
            return nil
        }
        return TemporalRelation(within: distance, side, choice, try event())
    }

    private mutating func calendarDistance() throws(QuerySyntaxError) -> CalendarDistance {
        if let placeholder = try placeholder(for: .distance) {
            try scanner.skipTrivia()
            return CalendarDistance(placeholder, try calendarUnit())
        }
        guard let digits = scanner.run(where: Characters.isDigit) else {
            throw scanner.unexpected(["a number"])
        }
        guard let count = Int(digits.value), count <= CalendarDistance.greatestCount else {
            throw QuerySyntaxError(
                .limitExceeded, "WITHIN is at most \(CalendarDistance.greatestCount)", at: digits.range)
        }
        scanner.position = digits.range.upperBound
        try scanner.skipTrivia()
        return CalendarDistance(count, try calendarUnit())
    }

    private mutating func calendarUnit() throws(QuerySyntaxError) -> CalendarDistance.Unit {
        guard let word = scanner.word(), let unit = CalendarDistance.Unit(word: word.value) else {
            throw scanner.unexpected(CalendarDistance.Unit.allCases.map(\.rawValue))
        }
        scanner.position = word.range.upperBound
        return unit
    }

    private mutating func parameterTest(on type: String) throws(QuerySyntaxError) -> Logic<Condition> {
        let start = scanner.position
        let (name, kind) = try parameter(on: type)
        try scanner.skipTrivia()
        if kind.isReference, let (isNegated, members) = try membership() {
            let test = Located(Condition.membership(name, members), at: SourceRange(start, scanner.position))
            return isNegated ? .not(.test(test)) : .test(test)
        }
        let (operation, isNegated) = try operation(isOrdered: kind.isOrdered) { (parser) throws(QuerySyntaxError) in
            try parser.conditionValue(of: kind)
        }
        let test = Located(
            Condition.parameter(ParameterTest(name, operation)), at: SourceRange(start, scanner.position))
        return isNegated ? .not(.test(test)) : .test(test)
    }

    /// The name of a search parameter, with its modifier.
    private mutating func parameter(
        on type: String
    ) throws(QuerySyntaxError) -> (Located<ParameterName>, ParameterKind) {
        // Names such as `group-identifier` begin as a word of the language does.
        guard scanner.word() != nil,
            let name = scanner.run(where: { Characters.isWord($0) || $0 == UInt8(ascii: "-") }),
            Keyword(word: name.value) == nil
        else {
            throw scanner.unexpected(["a search parameter"])
        }
        guard let kind = schema.kind(of: name.value, on: type) else {
            throw ParameterSuggestion.error(about: name, on: type, schema)
        }
        scanner.position = name.range.upperBound
        var modifier: String?
        if scanner.take(":") {
            let word = scanner.word()
            guard let word, kind.modifiers.contains(word.value) else {
                guard !kind.modifiers.isEmpty else {
                    throw QuerySyntaxError(
                        .unexpected, "'\(name.value)' takes no modifier", at: word?.range ?? scanner.character())
                }
                guard let word else { throw scanner.unexpected(kind.modifiers) }
                throw QuerySyntaxError(
                    .unexpected, "no modifier '\(Characters.abbreviated(word.value))' of \(name.value)", at: word.range,
                    expected: kind.modifiers)
            }
            scanner.position = word.range.upperBound
            modifier = word.value
        }
        let range = SourceRange(name.range.lowerBound, scanner.position)
        return (Located(ParameterName(name.value, modifier: modifier), at: range), kind)
    }

    // MARK: HAVING

    private mutating func groupTest() throws(QuerySyntaxError) -> Logic<GroupTest> {
        let start = scanner.position
        let value: Located<ValueExpression>
        if let call = try call() {
            value = call
        } else {
            guard let word = scanner.word(), Keyword(word: word.value) == nil else {
                throw scanner.unexpected(["COUNT(*)", "the name of a column"])
            }
            scanner.position = word.range.upperBound
            value = Located(.path(try located(word, PathExpression.init)), at: word.range)
        }
        try scanner.skipTrivia()
        let (operation, isNegated) = try operation(isOrdered: true) { (parser) throws(QuerySyntaxError) in
            try parser.groupLiteral()
        }
        let test = Located(GroupTest(value, operation), at: SourceRange(start, scanner.position))
        return isNegated ? .not(.test(test)) : .test(test)
    }

    private mutating func groupLiteral() throws(QuerySyntaxError) -> Located<GroupLiteral> {
        if let placeholder = try placeholder(for: .groupValue) {
            return Located(.placeholder(placeholder.value), at: placeholder.range)
        }
        if let quoted = try scanner.quotation("'") { return Located(.text(quoted.value), at: quoted.range) }
        guard let byte = scanner.peek(), Characters.isDigit(byte) || byte == UInt8(ascii: "-") else {
            throw scanner.unexpected(["a number", "text in quotes"])
        }
        let number = try number()
        return Located(.number(number.value), at: number.range)
    }

    // MARK: What is asked of a value

    /// An operator and its literals; NOT in it is given back beside it.
    mutating func operation<Literal>(
        isOrdered: Bool, _ literal: (inout StatementParser) throws(QuerySyntaxError) -> Located<Literal>
    ) throws(QuerySyntaxError) -> (Operation<Literal>, isNegated: Bool) {
        if scanner.take(.is) {
            try scanner.skipTrivia()
            let isNegated = scanner.take(.not)
            if isNegated { try scanner.skipTrivia() }
            guard scanner.take(.null) else {
                throw scanner.unexpected(isNegated ? ["NULL"] : ["NULL", "NOT NULL"])
            }
            return (.missing, isNegated)
        }
        let isNegated = scanner.take(.not)
        if isNegated { try scanner.skipTrivia() }
        if scanner.take(.in) {
            try scanner.skipTrivia()
            guard scanner.take("(") else {
                throw scanner.unexpected(["'('"])
            }
            let literals = try list(of: literal)
            try takeClosing(["','"])
            return (.among(literals), isNegated)
        }
        if isOrdered, scanner.take(.between) {
            try scanner.skipTrivia()
            let first = try literal(&self)
            try scanner.skipTrivia()
            guard scanner.take(.and) else {
                throw scanner.unexpected(["AND"])
            }
            try scanner.skipTrivia()
            return (.between(first, try literal(&self)), isNegated)
        }
        guard !isNegated else { throw scanner.unexpected(isOrdered ? ["IN", "BETWEEN"] : ["IN"]) }
        let (comparison, differs) = try comparison(isOrdered: isOrdered)
        try scanner.skipTrivia()
        return (.compare(comparison, try literal(&self)), differs)
    }

    /// A comparison; that values differ is the NOT of that they are equal.
    mutating func comparison(isOrdered: Bool) throws(QuerySyntaxError) -> (Comparison, isNegated: Bool) {
        let written = scanner.run(where: { "<>=!".utf8.contains($0) })
        let comparisons = isOrdered ? Comparison.allCases : [.equal]
        if let written, let comparison = Comparison(rawValue: written.value), comparisons.contains(comparison) {
            scanner.position = written.range.upperBound
            return (comparison, false)
        }
        if let written, written.value == "<>" || written.value == "!=" {
            scanner.position = written.range.upperBound
            return (.equal, true)
        }
        let expected =
            comparisons.map { "'\($0.rawValue)'" } + ["'<>'", "IN"] + (isOrdered ? ["BETWEEN"] : []) + ["IS NULL"]
        guard let written else {
            throw scanner.unexpected(expected)
        }
        throw QuerySyntaxError(
            .unexpected, "unexpected '\(Characters.abbreviated(written.value))'", at: written.range, expected: expected)
    }
}

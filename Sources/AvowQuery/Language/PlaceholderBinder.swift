internal import AvowFHIR

/// Puts values into the syntax tree of a statement, where its placeholders stand.
struct PlaceholderBinder {
    /// The values by the names of their placeholders; nil puts something of the right kind everywhere.
    let values: [String: QueryValue]?
    /// The placeholders that were met, from left to right within each clause.
    private(set) var found: [Located<Placeholder>] = []

    init(_ values: [String: QueryValue]?) {
        self.values = values
    }

    mutating func statement(_ statement: Statement) throws(QuerySyntaxError) -> Statement {
        switch statement {
        case .select(let select): .select(try self.select(select))
        case .explain(let select, let isAnalyzed): .explain(try self.select(select), isAnalyzed: isAnalyzed)
        case .explainConsent(let select): .explainConsent(try self.select(select))
        case .history(let history): .history(try self.history(history))
        case .show(let show): .show(try self.show(show))
        case .grant, .index, .set: statement
        }
    }

    private mutating func select(_ statement: SelectStatement) throws(QuerySyntaxError) -> SelectStatement {
        var bound = statement
        bound.cohorts = try map(statement.cohorts) { (binder, cohort) throws(QuerySyntaxError) in
            Cohort(cohort.name, try binder.patients(cohort.patients))
        }
        bound.projections = try map(statement.projections) { (binder, projection) throws(QuerySyntaxError) in
            guard case .value(let value, let alias) = projection else { return projection }
            return .value(try binder.value(value), alias: alias)
        }
        if let condition = statement.condition { bound.condition = try self.condition(condition) }
        bound.groups = try values(statement.groups)
        if let having = statement.having {
            bound.having = try logic(having) { (binder, test) throws(QuerySyntaxError) in
                let value = try binder.value(test.value)
                let operation = try binder.operation(test.operation) { (binder, literal) throws(QuerySyntaxError) in
                    try binder.groupLiterals(literal)
                }
                return GroupTest(value, operation)
            }
        }
        bound.order = try map(statement.order) { (binder, term) throws(QuerySyntaxError) in
            OrderTerm(try binder.value(term.value), direction: term.direction)
        }
        if let per = statement.limitPer {
            bound.limitPer = LimitPer(try limit(per.limit), per: try values(per.values))
        }
        if let limit = statement.limit { bound.limit = try self.limit(limit) }
        if let offset = statement.offset { bound.offset = try limit(offset) }
        if let asOf = statement.asOf { bound.asOf = try self.asOf(asOf) }
        bound.request = try request(statement.request)
        return bound
    }

    // MARK: The tree

    private mutating func map<Value>(
        _ parts: [Located<Value>],
        _ change: (inout PlaceholderBinder, Value) throws(QuerySyntaxError) -> Value
    ) throws(QuerySyntaxError) -> [Located<Value>] {
        var changed: [Located<Value>] = []
        changed.reserveCapacity(parts.count)
        for part in parts { changed.append(Located(try change(&self, part.value), at: part.range)) }
        return changed
    }

    private mutating func values(
        _ values: [Located<ValueExpression>]
    ) throws(QuerySyntaxError) -> [Located<ValueExpression>] {
        var changed: [Located<ValueExpression>] = []
        for value in values { changed.append(try self.value(value)) }
        return changed
    }

    private mutating func value(
        _ value: Located<ValueExpression>
    ) throws(QuerySyntaxError) -> Located<ValueExpression> {
        let changed: ValueExpression
        switch value.value {
        case .aggregate(.count): return value
        case .path(let path): changed = .path(try self.path(path))
        case .bucket(let unit, let inner): changed = .bucket(unit, try self.value(inner))
        case .age(let born, let date):
            let first = try self.value(born)
            guard let date else { return Located(.age(first, nil), at: value.range) }
            changed = .age(first, try self.value(date))
        case .step(let inner, let width): changed = .step(try self.value(inner), width)
        case .joined(let inner): changed = .joined(try select(inner))
        case .aggregate(.of(let function, let inner)): changed = .aggregate(.of(function, try self.value(inner)))
        }
        return Located(changed, at: value.range)
    }

    private mutating func logic<Test>(
        _ logic: Logic<Test>, _ change: (inout PlaceholderBinder, Test) throws(QuerySyntaxError) -> Test
    ) throws(QuerySyntaxError) -> Logic<Test> {
        switch logic {
        case .test(let test): return .test(Located(try change(&self, test.value), at: test.range))
        case .not(let inner): return .not(try self.logic(inner, change))
        case .all(let parts):
            var changed: [Logic<Test>] = []
            for part in parts { changed.append(try self.logic(part, change)) }
            return .all(changed)
        case .any(let parts):
            var changed: [Logic<Test>] = []
            for part in parts { changed.append(try self.logic(part, change)) }
            return .any(changed)
        }
    }

    private mutating func condition(_ condition: Logic<Condition>) throws(QuerySyntaxError) -> Logic<Condition> {
        try logic(condition) { (binder, test) throws(QuerySyntaxError) in
            switch test {
            case .path(let path): return .path(try binder.path(path))
            case .column(let test):
                let operation = try binder.operation(test.operation) { (binder, literal) throws(QuerySyntaxError) in
                    try binder.columnLiterals(literal)
                }
                return .column(ColumnTest(test.column, operation))
            case .parameter(let test):
                let operation = try binder.operation(test.operation) { (binder, literal) throws(QuerySyntaxError) in
                    try binder.conditionValues(literal)
                }
                return .parameter(ParameterTest(test.parameter, operation))
            case .membership(let name, let members): return .membership(name, try binder.patients(members))
            case .exists(let event): return .exists(try binder.event(event))
            case .temporal(let relation):
                return .temporal(
                    TemporalRelation(
                        within: try relation.distance.map { distance throws(QuerySyntaxError) in
                            try binder.distance(distance)
                        }, relation.side, relation.choice, try binder.event(relation.event)))
            }
        }
    }

    private mutating func event(_ event: Event) throws(QuerySyntaxError) -> Event {
        guard let inner = event.condition else { return event }
        return Event(event.type, try condition(inner))
    }

    private mutating func patients(_ patients: PatientSet) throws(QuerySyntaxError) -> PatientSet {
        switch patients {
        case .cohort: return patients
        case .select(let statement): return .select(try select(statement))
        case .combination(let operation, let left, let right):
            let first = try self.patients(left)
            return .combination(operation, first, try self.patients(right))
        }
    }

    // MARK: Placeholders

    private typealias Literals<Literal: Hashable & Sendable> =
        (inout PlaceholderBinder, Located<Literal>) throws(QuerySyntaxError) -> [Located<Literal>]

    private mutating func operation<Literal>(
        _ operation: Operation<Literal>, _ literals: Literals<Literal>
    ) throws(QuerySyntaxError) -> Operation<Literal> {
        switch operation {
        case .missing: return .missing
        case .compare(let comparison, let literal): return .compare(comparison, try single(literal, literals))
        case .between(let first, let last):
            let lower = try single(first, literals)
            return .between(lower, try single(last, literals))
        case .among(let all):
            var changed: [Located<Literal>] = []
            for literal in all { changed += try literals(&self, literal) }
            return .among(changed)
        }
    }

    private mutating func single<Literal>(
        _ literal: Located<Literal>, _ literals: Literals<Literal>
    ) throws(QuerySyntaxError) -> Located<Literal> {
        let changed = try literals(&self, literal)
        guard changed.count == 1 else { throw PlaceholderBinder.misplacedList(at: literal.range) }
        return changed[0]
    }

    static func misplacedList(at range: SourceRange) -> QuerySyntaxError {
        QuerySyntaxError(
            .invalidValue, "a list stands in the place of one value", at: range,
            expected: ["one value", "a list in the brackets of IN"])
    }

    private mutating func conditionValues(
        _ literal: Located<ConditionValue>
    ) throws(QuerySyntaxError) -> [Located<ConditionValue>] {
        if case .composite(let terms) = literal.value {
            var changed: [CompositeTerm] = []
            for term in terms {
                let value = try single(term.value) { (binder, literal) throws(QuerySyntaxError) in
                    try binder.conditionValues(literal)
                }
                changed.append(CompositeTerm(term.comparison, value))
            }
            return [Located(.composite(changed), at: literal.range)]
        }
        guard case .placeholder(let placeholder) = literal.value else { return [literal] }
        guard case .value(let kind) = placeholder.place else { return [literal] }
        return try bound(Located(placeholder, at: literal.range)) { (value) throws(QuerySyntaxError) in
            try value.conditionValue(of: kind)
        }
    }

    private mutating func groupLiterals(
        _ literal: Located<GroupLiteral>
    ) throws(QuerySyntaxError) -> [Located<GroupLiteral>] {
        guard case .placeholder(let placeholder) = literal.value else { return [literal] }
        return try bound(Located(placeholder, at: literal.range)) { (value) throws(QuerySyntaxError) in
            try value.groupLiteral()
        }
    }

    mutating func path(_ path: PathExpression) throws(QuerySyntaxError) -> PathExpression {
        guard !path.placeholders.isEmpty else { return path }
        var literals: [String] = []
        for place in path.placeholders {
            let start = path.sourceOffset(ofTextOffset: place.range.lowerBound)
            let located = Located(place.placeholder, at: SourceRange(start, start + place.range.count))
            guard values != nil else {
                // Nothing is of every type.
                found.append(located)
                literals.append("{}")
                continue
            }
            literals.append(
                try one(located) { (value) throws(QuerySyntaxError) in try value.pathLiteral() })
        }
        return path.replacingPlaceholders(by: literals)
    }

    private mutating func distance(_ distance: CalendarDistance) throws(QuerySyntaxError) -> CalendarDistance {
        guard let placeholder = distance.placeholder else { return distance }
        return try one(placeholder) { value in
            guard case .number(let number) = value, let count = number.integer,
                0...CalendarDistance.greatestCount ~= count
            else { return nil }
            return CalendarDistance(count, distance.unit)
        }
    }

    /// What stands in the place of a placeholder that takes one value.
    mutating func one<Literal: Hashable & Sendable>(
        _ placeholder: Located<Placeholder>, _ read: (QueryValue) throws(QuerySyntaxError) -> Literal?
    ) throws(QuerySyntaxError) -> Literal {
        let all = try bound(placeholder, read)
        guard all.count == 1 else { throw PlaceholderBinder.misplacedList(at: placeholder.range) }
        return all[0].value
    }

    private mutating func columnLiterals(
        _ literal: Located<ColumnLiteral>
    ) throws(QuerySyntaxError) -> [Located<ColumnLiteral>] {
        guard case .placeholder(let placeholder) = literal.value else { return [literal] }
        return try bound(Located(placeholder, at: literal.range)) { (value) throws(QuerySyntaxError) in
            try value.columnLiteral()
        }
    }

    private mutating func limit(_ limit: Located<Limit>) throws(QuerySyntaxError) -> Located<Limit> {
        guard let placeholder = limit.value.placeholder else { return limit }
        let changed = try bound(Located(placeholder, at: limit.range)) { $0.limit }
        guard changed.count == 1 else { throw PlaceholderBinder.misplacedList(at: limit.range) }
        return changed[0]
    }

    mutating func asOf(_ asOf: Located<AsOf>) throws(QuerySyntaxError) -> Located<AsOf> {
        guard case .placeholder(let placeholder) = asOf.value else { return asOf }
        let bound = try one(Located(placeholder, at: asOf.range)) { (value) throws(QuerySyntaxError) in
            try value.asOf(in: placeholder.place)
        }
        return Located(bound, at: asOf.range)
    }

    /// What stands in the place of a placeholder: one value, or those of a list.
    private mutating func bound<Literal>(
        _ placeholder: Located<Placeholder>, _ read: (QueryValue) throws(QuerySyntaxError) -> Literal?
    ) throws(QuerySyntaxError) -> [Located<Literal>] {
        found.append(placeholder)
        let place = placeholder.value.place
        guard let value = values == nil ? place.example : values?[placeholder.value.name] else {
            throw PlaceholderBinder.unbound(placeholder)
        }
        var all = [value]
        if case .list(let list) = value {
            guard !list.isEmpty else {
                throw QuerySyntaxError(
                    .invalidValue, "the list for \(placeholder.value) is empty", at: placeholder.range,
                    expected: place.expected)
            }
            all = list
        }
        var changed: [Located<Literal>] = []
        for value in all {
            if case .string(let text) = value, text.utf8.count > QueryLimits.textLength {
                throw QuerySyntaxError(
                    .limitExceeded, "\(placeholder.value): a query has at most \(QueryLimits.textLength) bytes",
                    at: placeholder.range)
            }
            let literal: Literal?
            do throws(QuerySyntaxError) {
                literal = try read(value)
            } catch {
                throw QuerySyntaxError(
                    error.kind, "\(placeholder.value): \(error.message)", at: placeholder.range,
                    expected: error.expected, suggestion: error.suggestion)
            }
            guard let literal else {
                throw QuerySyntaxError(
                    .invalidValue, "\(placeholder.value) cannot be \(value.kindName)", at: placeholder.range,
                    expected: place.expected)
            }
            changed.append(Located(literal, at: placeholder.range))
        }
        return changed
    }

    static func unbound(_ placeholder: Located<Placeholder>) -> QuerySyntaxError {
        QuerySyntaxError(
            .unboundPlaceholder, "there is no value for \(placeholder.value)", at: placeholder.range,
            expected: placeholder.value.place.expected)
    }
}

extension Placeholder.Place {
    /// Something that can stand here, so that all else of a query can be checked before there are values.
    fileprivate var example: QueryValue {
        switch self {
        case .value(.patient): .string("Patient/0")
        case .value(.reference): .string("Practitioner/0")
        case .value(.date): .string("2000")
        case .value(.uri): .string("urn:x")
        case .value(.number), .value(.quantity), .groupValue, .rowCount: .number(.one)
        case .value(.id), .value(.token), .value(.string), .value(.composite), .columnValue, .path, .reason:
            .string("x")
        case .distance, .version, .commit: .number(.one)
        case .actor: .string("Practitioner/0")
        case .resource: .string("Patient/0")
        case .purpose: .string("TREAT")
        }
    }
}

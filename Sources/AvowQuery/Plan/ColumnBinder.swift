internal import AvowFHIR

/// Resolves what a question shows, groups by and sorts by.
struct ColumnBinder {
    private let type: ResourceType?
    private let typeName: String
    /// Whether `patient` stands for a pseudonym, and not for what a person reads.
    private let showsOwner: Bool
    /// Whether `_id` stands for a reference to the record.
    var showsReference = false
    /// The view that is selected from; nil when it is a type.
    var view: BoundView?
    private let scope: Binder.Scope

    init(type: ResourceType?, typeName: String, showsOwner: Bool, _ scope: Binder.Scope) {
        self.type = type
        self.typeName = typeName
        self.showsOwner = showsOwner
        self.scope = scope
    }

    /// Refuses a set of patients whose query shows something else.
    static func requirePatient(_ projection: Located<Projection>) throws(QueryError) {
        if case .value(let value, _) = projection.value, case .path(let path) = value.value, path.text == "patient" {
            return
        }
        throw error("patients are compared with those of another question", at: projection.range, ["patient"])
    }

    // MARK: Records

    func columns(_ statement: SelectStatement, _ tables: inout Binder) throws(QueryError) -> Columns {
        var sources: [(name: String, source: Columns.Source)] = []
        for projection in statement.projections {
            switch projection.value {
            case .all:
                if let view {
                    sources += view.definition.columns.indices.map { (view.definition.columns[$0].name, .column($0)) }
                } else {
                    sources.append(("*", .all))
                }
            case .value(let value, let alias):
                sources.append((alias?.value.name ?? value.value.columnName, try source(value, &tables)))
            }
        }
        func meant(_ value: Located<ValueExpression>) throws(QueryError) -> Columns.Source {
            let column = sources.first { column in
                // `*` is any number of columns, and the name of none.
                if case .all = column.source { return false }
                return column.name == value.value.columnName
            }
            return if let column { column.source } else { try source(value, &tables) }
        }
        var order: [(source: Columns.Source, direction: OrderTerm.Direction)] = []
        for term in statement.order { order.append((try meant(term.value.value), term.value.direction)) }
        var per: [Columns.Source] = []
        for value in statement.limitPer?.values ?? [] { per.append(try meant(value)) }
        return Columns(sources: sources, order: order, per: per)
    }

    /// What a value is taken from in a record.
    private func source(
        _ value: Located<ValueExpression>, _ tables: inout Binder
    ) throws(QueryError) -> Columns.Source {
        switch value.value {
        case .path(let path):
            if let view {
                return try view.source(path, at: value.range, showsOwner: showsOwner, showsReference: showsReference)
            }
            return try source(path)
        case .bucket(let unit, let date): return .bucket(unit, try source(date, &tables))
        case .age(let born, let date):
            return .age(
                try source(born, &tables), try date.map { date throws(QueryError) in try source(date, &tables) })
        case .step(let number, let width):
            guard width.decimal > .zero else {
                throw ColumnBinder.error("the width of a bucket is above 0", at: value.range)
            }
            return .step(try source(number, &tables), width.decimal)
        case .joined(let statement):
            return .joined(table: try tables.valueTable(Located(statement, at: value.range), within: scope))
        case .aggregate:
            throw ColumnBinder.error("\(value.value) is of a group, and there is no GROUP BY", at: value.range)
        }
    }

    /// What a path takes out of a record. The names of search parameters stand for what the parameter finds.
    ///
    /// A name that R4 does not know finds nothing, as records may hold it nevertheless.
    private func source(_ path: PathExpression) throws(QueryError) -> Columns.Source {
        switch path.text {
        case "patient" where showsOwner: return .owner
        case "_id" where showsReference, "id" where showsReference: return .reference
        default:
            if let named = ColumnBinder.named(path.text) { return named }
            return .path(try ColumnBinder.path(path, on: type))
        }
    }

    /// What a name of the language's own stands for; nil for a path.
    static func named(_ text: String) -> Columns.Source? {
        switch text {
        case "resource": .resource
        case "patient": .patient
        case "date": .date
        case "resourceType": .type
        default: nil
        }
    }

    static func path(_ path: PathExpression, on type: ResourceType?) throws(QueryError) -> FHIRPath {
        let text = path.text == "_id" ? "id" : path.text
        do throws(FHIRPathError) {
            return try FHIRPath(text, on: type.map { FHIRType($0) }, options: .lenient)
        } catch {
            throw .syntax(ColumnBinder.error(path, error))
        }
    }

    /// What is wrong with a path, at its place in the query.
    static func error(_ path: PathExpression, _ error: FHIRPathError) -> QuerySyntaxError {
        let start = path.sourceOffset(ofTextOffset: error.range.lowerBound)
        let end = path.sourceOffset(ofTextOffset: error.range.upperBound)
        return QuerySyntaxError(
            .unexpected, "'\(path.text)' is not a path: found \(error.found)",
            at: SourceRange(start, max(start, end)), expected: [error.expected], suggestion: error.suggestion)
    }

    static func error(_ message: String, at range: SourceRange, _ expected: [String] = []) -> QueryError {
        .syntax(QuerySyntaxError(.unexpected, message, at: range, expected: expected))
    }

    // MARK: Groups

    func grouping(_ statement: SelectStatement, _ tables: inout Binder) throws(QueryError) -> Grouping {
        var named: [(name: String, value: Located<ValueExpression>)] = []
        for projection in statement.projections {
            guard case .value(let value, let alias) = projection.value else {
                throw ColumnBinder.error("'*' shows records, and there are groups of them", at: projection.range)
            }
            named.append((alias?.value.name ?? value.value.columnName, value))
        }
        // A name of a column stands for it.
        func meant(_ value: Located<ValueExpression>) -> Located<ValueExpression> {
            let column = named.first { $0.name == value.value.columnName }
            return column.map { Located($0.value.value, at: value.range) } ?? value
        }
        var expressions: [ValueExpression] = []
        var grouping = Grouping()
        for group in statement.groups {
            let value = meant(group)
            guard !value.value.isAggregate else {
                throw ColumnBinder.error("\(value.value) is of a group, and groups come of records", at: group.range)
            }
            expressions.append(value.value)
            grouping.terms.append(try term(value, &tables))
        }
        var aggregates: [ValueExpression] = []
        func column(_ value: Located<ValueExpression>) throws(QueryError) -> Grouping.Column {
            if case .aggregate(let aggregate) = value.value {
                if let index = aggregates.firstIndex(of: value.value) { return .aggregate(index) }
                aggregates.append(value.value)
                switch aggregate {
                case .count: grouping.aggregates.append(.records)
                case .of(.percentile(let percent), _)
                where percent.decimal.isNegative || percent.decimal > FHIRDecimal(100):
                    throw ColumnBinder.error("a percentile is one of 0 to 100", at: value.range)
                case .of(let function, let argument):
                    let source = try source(argument, &tables)
                    // As many patients as pseudonyms.
                    if case .patient = source, function == .count || function == .countDistinct {
                        grouping.aggregates.append(.values(function, .owner))
                    } else {
                        grouping.aggregates.append(.values(function, source))
                    }
                }
                return .aggregate(aggregates.count - 1)
            }
            if let index = expressions.firstIndex(of: value.value) { return .term(index) }
            throw ColumnBinder.error(
                expressions.isEmpty
                    ? "\(value.value) is of a record, and COUNT(*) of all: there is no GROUP BY"
                    : "\(value.value) is not what groups have in common",
                at: value.range, expressions.map(\.description) + ["COUNT(*)"])
        }
        for (name, value) in named { grouping.columns.append((name, try column(value))) }
        for term in statement.order {
            guard !grouping.terms.isEmpty else {
                throw ColumnBinder.error("COUNT(*) gives one row, which has no order", at: term.range)
            }
            let value = Located(meant(term.value.value).value, at: term.value.value.range)
            grouping.order.append((try column(value), term.value.direction))
        }
        for value in statement.limitPer?.values ?? [] { grouping.per.append(try column(meant(value))) }
        if let having = statement.having {
            grouping.having = try test(having) { (value) throws(QueryError) in try column(meant(value)) }
        }
        return grouping
    }

    private func test(
        _ logic: Logic<GroupTest>, _ column: (Located<ValueExpression>) throws(QueryError) -> Grouping.Column
    ) throws(QueryError) -> Grouping.Test {
        switch logic {
        case .not(let inner): return .not(try test(inner, column))
        case .all(let parts):
            var all: [Grouping.Test] = []
            for part in parts { all.append(try test(part, column)) }
            return .all(all)
        case .any(let parts):
            var all: [Grouping.Test] = []
            for part in parts { all.append(try test(part, column)) }
            return .any(all)
        case .test(let test): return .column(try column(test.value.value), test.value.operation)
        }
    }

    private func term(
        _ value: Located<ValueExpression>, _ tables: inout Binder
    ) throws(QueryError) -> Grouping.Term {
        let available = R4Schema().searchParameters(of: typeName)
        func require(_ parameter: OwnParameter) throws(QueryError) {
            guard available.contains(parameter.rawValue) else {
                throw .syntax(
                    ParameterSuggestion.error(
                        about: Located(parameter.rawValue, at: value.range), on: typeName, R4Schema()))
            }
        }
        // The names of a view's columns are no parameters.
        if view != nil { return .value(try source(value, &tables)) }
        switch value.value {
        case .path(let path) where path.text == OwnParameter.code.rawValue:
            try require(.code)
            return .code
        case .bucket(_, let date):
            if case .path(let path) = date.value, path.text == OwnParameter.date.rawValue { try require(.date) }
        default: break
        }
        return .value(try source(value, &tables))
    }
}

extension ValueExpression {
    /// The name of a column that has no alias.
    var columnName: String {
        if case .aggregate(.count) = self { "count" } else { description }
    }
}

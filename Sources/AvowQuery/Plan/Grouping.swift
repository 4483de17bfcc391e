internal import AvowFHIR

/// What the rows of a query are: records, or groups of them.
enum Shape: Sendable {
    case records(Columns)
    case groups(Grouping)

    init(_ statement: SelectStatement) throws(QueryError) {
        let aggregates = statement.projections.contains { projection in
            if case .value(let value, _) = projection.value { value.value.isAggregate } else { false }
        }
        self =
            aggregates || !statement.groups.isEmpty
            ? .groups(try Grouping(statement)) : .records(try Columns(statement))
    }
}

extension Shape {
    /// Whether records are grouped by their codes.
    var isByCode: Bool {
        if case .groups(let grouping) = self { grouping.isByCode } else { false }
    }
}

/// What records are grouped by, and what is shown of each group.
struct Grouping: Sendable {
    /// What records of one group have in common.
    enum Term: Sendable {
        /// A code: a record stands in the group of each of its codes.
        case code
        /// A value of the record.
        case value(Columns.Source)
    }

    /// What is shown of a group.
    enum Column: Equatable, Sendable {
        case term(Int)
        case count
    }

    /// The terms; none when all records are one group, which is there even if they are none.
    let terms: [Term]
    let columns: [(name: String, column: Column)]
    /// What the groups are sorted by.
    let order: [(column: Column, direction: OrderTerm.Direction)]

    init(_ statement: SelectStatement) throws(QueryError) {
        var named: [(name: String, value: Located<ValueExpression>)] = []
        for projection in statement.projections {
            guard case .value(let value, let alias) = projection.value else {
                throw Grouping.error("'*' shows records, and there are groups of them", at: projection.range)
            }
            named.append((alias?.value.name ?? value.value.columnName, value))
        }
        // A name of a column stands for it.
        func meant(_ value: Located<ValueExpression>) -> ValueExpression {
            named.first { $0.name == value.value.columnName }?.value.value ?? value.value
        }
        var expressions: [ValueExpression] = []
        var terms: [Term] = []
        for group in statement.groups {
            let expression = meant(group)
            guard !expression.isAggregate else {
                throw Grouping.error("\(expression) is of a group, and groups come of records", at: group.range)
            }
            expressions.append(expression)
            terms.append(try Grouping.term(Located(expression, at: group.range), statement.type.value))
        }
        func column(_ value: Located<ValueExpression>) throws(QueryError) -> Column {
            if value.value.isAggregate { return .count }
            if let index = expressions.firstIndex(of: value.value) { return .term(index) }
            throw Grouping.error(
                expressions.isEmpty
                    ? "\(value.value) is of a record, and COUNT(*) of all: there is no GROUP BY"
                    : "\(value.value) is not what groups have in common",
                at: value.range, expected: expressions.map(\.description) + ["COUNT(*)"])
        }
        var columns: [(name: String, column: Column)] = []
        for (name, value) in named { columns.append((name, try column(value))) }
        var order: [(column: Column, direction: OrderTerm.Direction)] = []
        for term in statement.order {
            guard !terms.isEmpty else {
                throw Grouping.error("COUNT(*) gives one row, which has no order", at: term.range)
            }
            let value = Located(meant(term.value.value), at: term.value.value.range)
            order.append((try column(value), term.value.direction))
        }
        self.terms = terms
        self.columns = columns
        self.order = order
    }

    private static func term(_ value: Located<ValueExpression>, _ type: String) throws(QueryError) -> Term {
        let available = R4Schema().searchParameters(of: type)
        switch value.value {
        case .path(let path) where path.text == SearchParameter.code.rawValue,
            .bucket(_, let path) where path.text == SearchParameter.date.rawValue:
            guard available.contains(path.text) else {
                throw .syntax(
                    QuerySyntaxError(
                        .unknownParameter, "no search parameter '\(path.text)' on \(type)", at: value.range,
                        expected: available))
            }
            if case .path = value.value { return .code }
        default: break
        }
        return .value(try Columns.source(value, on: type))
    }

    private static func error(_ message: String, at range: SourceRange, expected: [String] = []) -> QueryError {
        .syntax(QuerySyntaxError(.unexpected, message, at: range, expected: expected))
    }
}

extension Grouping {
    /// Whether codes are what is grouped, so that a record without one is in no group.
    var isByCode: Bool {
        terms.contains { if case .code = $0 { true } else { false } }
    }

    /// The finest stretch of the calendar among the terms, when codes and stretches of the clinical date are all that
    /// the terms are; nil when they are something else, too.
    private var indexedUnit: CalendarUnit?? {
        var finest: CalendarUnit?
        for term in terms {
            switch term {
            case .code: continue
            case .value(.bucket(let unit, .date)): finest = finest == .month ? .month : unit
            default: return nil
            }
        }
        return finest
    }

    /// How the groups are found on an access path that leaves `residual`.
    func reading(_ path: AccessPath, _ residual: Residual) -> GroupReading {
        guard residual.isEmpty, case .code(_, let codes) = path, let unit = indexedUnit else { return .records }
        if isByCode || !codes.mayRepeatRecords { return .borders(unit) }
        return .keys
    }
}

/// How the groups of a query are found.
enum GroupReading: Hashable, Sendable {
    /// Each group is a stretch of the index: what stands between its ends is counted and not read.
    case borders(CalendarUnit?)
    /// The entries of the index are read, but no record.
    case keys
    /// The records are read.
    case records
}

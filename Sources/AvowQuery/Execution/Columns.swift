internal import AvowFHIR

/// What a query shows of each record.
struct Columns: Sendable {
    indirect enum Source: Sendable {
        /// Every member of the resource.
        case all
        /// The whole resource.
        case resource
        /// The reference to the record's patient.
        case patient
        /// The clinical date, as the resource has it.
        case date
        case path(FHIRPathExpression)
        /// The year or month in which a date begins.
        case bucket(CalendarUnit, Source)
    }

    /// The columns by name.
    let sources: [(name: String, source: Source)]
    /// What the rows are sorted by; a term that is a column's name stands for that column.
    let order: [(source: Source, direction: OrderTerm.Direction)]

    /// No columns, for who only counts.
    init() {
        sources = []
        order = []
    }

    init(_ statement: SelectStatement) throws(QueryError) {
        var sources: [(name: String, source: Source)] = []
        for projection in statement.projections {
            switch projection.value {
            case .all: sources.append(("*", .all))
            case .value(let value, let alias):
                sources.append((alias?.value.name ?? value.value.columnName, try Columns.source(value)))
            }
        }
        self.sources = sources
        var order: [(source: Source, direction: OrderTerm.Direction)] = []
        for term in statement.order {
            let value = term.value.value
            let column = sources.first { column in
                // `*` is any number of columns, and the name of none.
                if case .all = column.source { return false }
                return column.name == value.value.columnName
            }
            let source: Source
            if let column { source = column.source } else { source = try Columns.source(value) }
            order.append((source, term.value.direction))
        }
        self.order = order
    }

    /// What a value is taken from in a record.
    static func source(_ value: Located<ValueExpression>) throws(QueryError) -> Source {
        switch value.value {
        case .path(let path): return try source(path)
        case .bucket(let unit, let path): return .bucket(unit, try source(path))
        case .aggregate:
            throw .syntax(
                QuerySyntaxError(
                    .unexpected, "\(value.value) is of a group, and there is no GROUP BY", at: value.range))
        }
    }

    /// What a path takes out of a record. The names of search parameters stand for what the parameter finds.
    private static func source(_ path: PathExpression) throws(QueryError) -> Source {
        switch path.text {
        case "resource": return .resource
        case "patient": return .patient
        case "date": return .date
        default: break
        }
        do throws(FHIRPathError) {
            return .path(try FHIRPath.parse(path.text == "_id" ? "id" : path.text))
        } catch {
            let start = path.sourceOffset(ofTextOffset: error.range.lowerBound)
            let end = path.sourceOffset(ofTextOffset: error.range.upperBound)
            throw .syntax(
                QuerySyntaxError(
                    .unexpected, "'\(path.text)' is not a path: found \(error.found)",
                    at: SourceRange(start, max(start, end)), expected: [error.expected]))
        }
    }

    /// One value of a record.
    static func cell(_ source: Source, _ resource: JSONValue, _ type: ResourceType) -> Cell {
        switch source {
        case .all: return .null
        case .resource: return .json(resource.rawText)
        case .patient: return Indexing.patientReference(of: resource, type: type).map(Cell.string) ?? .null
        case .date: return Indexing.clinicalDateElement(of: resource, type: type).map(cell) ?? .null
        case .bucket(let unit, let source):
            return instant(source, resource, type).map { .string(unit.period(holding: $0).text) } ?? .null
        case .path(let expression):
            let items = expression.evaluate(on: resource)
            if items.count > 1 {
                let parts = items.map { String(decoding: $0.json, as: UTF8.self) }
                return .json("[" + parts.joined(separator: ",") + "]")
            }
            guard let item = items.first else { return .null }
            switch item {
            case .element(let value, _): return cell(value)
            case .boolean(let value): return .boolean(value)
            case .integer(let value): return .number(String(value))
            }
        }
    }

    /// The first instant of a date; of several dates, the earliest.
    static func instant(_ source: Source, _ resource: JSONValue, _ type: ResourceType) -> Int64? {
        switch source {
        case .date: return Indexing.clinicalDate(of: resource, type: type)
        case .path(let expression):
            return expression.evaluate(on: resource).compactMap { item in
                guard case .element(let value, _) = item, let text = value.string else { return nil }
                return FHIRDateTime(text)?.lowerBound
            }.min()
        default: return nil
        }
    }

    static func cell(_ value: JSONValue) -> Cell {
        switch value.kind {
        case .null: .null
        case .boolean: value.boolean.map(Cell.boolean) ?? .null
        case .number: .number(value.rawText)
        case .string: value.string.map(Cell.string) ?? .null
        case .array, .object: .json(value.rawText)
        }
    }
}

extension ValueExpression {
    /// The name of a column that has no alias.
    var columnName: String {
        if case .aggregate(.count) = self { "count" } else { description }
    }
}

extension CalendarUnit {
    /// The year or month that holds an instant.
    func period(holding instant: Int64) -> CalendarPeriod {
        switch self {
        case .year: .year(holding: instant)
        case .month: .month(holding: instant)
        }
    }
}

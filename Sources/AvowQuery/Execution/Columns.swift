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
        /// The name of the resource's type, which is no element.
        case type
        case path(FHIRPath)
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
        let type = statement.type.value
        var sources: [(name: String, source: Source)] = []
        for projection in statement.projections {
            switch projection.value {
            case .all: sources.append(("*", .all))
            case .value(let value, let alias):
                sources.append((alias?.value.name ?? value.value.columnName, try Columns.source(value, on: type)))
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
            if let column { source = column.source } else { source = try Columns.source(value, on: type) }
            order.append((source, term.value.direction))
        }
        self.order = order
    }

    /// What a value is taken from in a record.
    ///
    /// - Parameter type: the name of the records' type, or `Resource`.
    static func source(_ value: Located<ValueExpression>, on type: String) throws(QueryError) -> Source {
        switch value.value {
        case .path(let path): return try source(path, on: type)
        case .bucket(let unit, let path): return .bucket(unit, try source(path, on: type))
        case .aggregate:
            throw .syntax(
                QuerySyntaxError(
                    .unexpected, "\(value.value) is of a group, and there is no GROUP BY", at: value.range))
        }
    }

    /// What a path takes out of a record. The names of search parameters stand for what the parameter finds.
    ///
    /// A name that R4 does not know finds nothing, as records may hold it nevertheless.
    private static func source(_ path: PathExpression, on type: String) throws(QueryError) -> Source {
        switch path.text {
        case "resource": return .resource
        case "patient": return .patient
        case "date": return .date
        case "resourceType": return .type
        default: break
        }
        let text = path.text == "_id" ? "id" : path.text
        do throws(FHIRPathError) {
            return .path(try FHIRPath(text, on: ResourceType(name: type).map { FHIRType($0) }, options: .lenient))
        } catch {
            let start = path.sourceOffset(ofTextOffset: error.range.lowerBound)
            let end = path.sourceOffset(ofTextOffset: error.range.upperBound)
            throw .syntax(
                QuerySyntaxError(
                    .unexpected, "'\(path.text)' is not a path: found \(error.found)",
                    at: SourceRange(start, max(start, end)), expected: [error.expected], suggestion: error.suggestion))
        }
    }

    /// One value of a record.
    static func cell(_ source: Source, _ record: RecordFocus) throws(RowError) -> Cell {
        let (resource, type) = (record.resource, record.type)
        switch source {
        case .all: return .null
        case .resource: return .json(resource.rawText)
        case .type: return .string(type.name)
        case .patient: return Indexing.patientReference(of: resource, type: type).map(Cell.string) ?? .null
        case .date: return Indexing.clinicalDateElement(of: resource, type: type).map(cell) ?? .null
        case .bucket(let unit, let source):
            return try instant(source, record).map { .string(unit.period(holding: $0).text) } ?? .null
        case .path(let path):
            // An element that has extensions and no value shows nothing.
            let items = try record.evaluate(path).filter { $0.element.map { $0.json != nil } ?? true }
            if items.count > 1 { return .json("[" + items.map(\.json).joined(separator: ",") + "]") }
            return items.first.map(cell) ?? .null
        }
    }

    /// The first instant of a date; of several dates, the earliest.
    private static func instant(_ source: Source, _ record: RecordFocus) throws(RowError) -> Int64? {
        switch source {
        case .date: return Indexing.clinicalDate(of: record.resource, type: record.type)
        case .path(let path):
            return try record.evaluate(path).compactMap { item in
                switch item {
                case .element(let element): element.json?.string.flatMap { FHIRDateTime($0)?.lowerBound }
                case .string(let text): FHIRDateTime(text)?.lowerBound
                case .date(let date), .dateTime(let date): date.lowerBound
                default: nil
                }
            }.min()
        default: return nil
        }
    }

    private static func cell(_ item: FHIRPathItem) -> Cell {
        switch item {
        case .element(let element): element.json.map(cell) ?? .null
        case .boolean(let value): .boolean(value)
        case .integer, .decimal: .number(item.text)
        case .string, .date, .dateTime, .time, .type: .string(item.text)
        case .quantity: .json(item.json)
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

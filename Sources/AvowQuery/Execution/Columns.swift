internal import AvowFHIR

/// What a query shows of each record.
struct Columns: Sendable {
    enum Source: Sendable {
        /// Every member of the resource.
        case all
        /// The whole resource.
        case resource
        /// The reference to the record's patient.
        case patient
        /// The clinical date, as the resource has it.
        case date
        case path(FHIRPathExpression)
    }

    /// The columns by name; empty for a query that counts.
    let sources: [(name: String, source: Source)]
    /// The name of the count, for a query that counts.
    let count: String?
    /// What the rows are sorted by; a term that is a column's name stands for that column.
    let order: [(source: Source, direction: OrderTerm.Direction)]

    init(_ statement: SelectStatement) throws(QueryError) {
        var sources: [(name: String, source: Source)] = []
        var count: String?
        for projection in statement.projections {
            switch projection.value {
            case .all: sources.append(("*", .all))
            case .path(let path, let alias):
                sources.append((alias?.value.name ?? path.value.text, try Columns.source(path)))
            case .count(let alias):
                guard statement.projections.count == 1 else {
                    throw .syntax(
                        QuerySyntaxError(
                            .unexpected, "COUNT(*) stands alone: what is counted has no single row",
                            at: projection.range))
                }
                count = alias?.value.name ?? "count"
            }
        }
        if count != nil, let term = statement.order.first {
            throw .syntax(
                QuerySyntaxError(.unexpected, "COUNT(*) gives one row, which has no order", at: term.range))
        }
        self.sources = sources
        self.count = count
        var order: [(source: Source, direction: OrderTerm.Direction)] = []
        for term in statement.order {
            let path = term.value.path
            let column = sources.first { column in
                // `*` is any number of columns, and the name of none.
                if case .all = column.source { return false }
                return column.name == path.value.text
            }
            let source: Source
            if let column { source = column.source } else { source = try Columns.source(path) }
            order.append((source, term.value.direction))
        }
        self.order = order
    }

    /// What a path takes out of a record. The names of search parameters stand for what the parameter finds.
    static func source(_ path: Located<PathExpression>) throws(QueryError) -> Source {
        switch path.value.text {
        case "resource": return .resource
        case "patient": return .patient
        case "date": return .date
        default: break
        }
        do throws(FHIRPathError) {
            return .path(try FHIRPath.parse(path.value.text == "_id" ? "id" : path.value.text))
        } catch {
            let start = path.value.sourceOffset(ofTextOffset: error.range.lowerBound)
            let end = path.value.sourceOffset(ofTextOffset: error.range.upperBound)
            throw .syntax(
                QuerySyntaxError(
                    .unexpected, "'\(path.value.text)' is not a path: found \(error.found)",
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

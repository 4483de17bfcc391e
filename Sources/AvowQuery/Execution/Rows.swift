public import AvowFHIR

/// What a query makes of one record, on whatever thread.
public struct RowEvaluator: Sendable {
    let columns: Columns
    let residual: Residual
    /// Whether rows are sorted once all are there.
    let isSorting: Bool
    /// The type that the access path leads to, when it is one.
    let type: ResourceType?

    private let environment: FHIRPathEnvironment

    /// Whether the row is the record as it is, which need not be parsed for it.
    private let isWhole: Bool

    init(
        _ columns: Columns, _ residual: Residual, isSorting: Bool, type: ResourceType?,
        _ environment: FHIRPathEnvironment
    ) {
        self.environment = environment
        self.columns = columns
        self.residual = residual
        self.isSorting = isSorting
        self.type = type
        let isResource = if case .resource = columns.sources.first?.source { true } else { false }
        isWhole = isResource && columns.sources.count == 1 && residual.isEmpty && !isSorting
    }

    private static func text(_ json: Span<UInt8>) -> String {
        // The bytes are read during the call only.
        unsafe json.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }

    /// The row of a record, or nil when a condition refuses it.
    ///
    /// - Parameters:
    ///   - json: the record as compact JSON.
    ///   - parser: one that no other thread uses.
    /// - Throws: when the record is no FHIR resource, or a path cannot be evaluated on it.
    public func row(of json: Span<UInt8>, _ parser: JSONParser) throws(RowError) -> Row? {
        if isWhole { return Row(cells: [.json(RowEvaluator.text(json))], members: [], keys: []) }
        let (resource, type) = try parse(json, parser)
        guard residual.isEmpty || residual.matches(resource, type) else { return nil }
        let record = RecordFocus(resource: resource, type: type, environment: environment)
        var cells: [Cell] = []
        cells.reserveCapacity(columns.sources.count)
        var members: [(name: String, cell: Cell)] = []
        for column in columns.sources {
            if case .all = column.source {
                members = resource.members.map { ($0.name, Columns.cell($0.value)) }
            } else {
                cells.append(try Columns.cell(column.source, record))
            }
        }
        var keys: [SortKey] = []
        if isSorting {
            for term in columns.order { keys.append(try SortKey(term.source, record)) }
        }
        return Row(cells: cells, members: members, keys: keys)
    }

    private func parse(_ json: Span<UInt8>, _ parser: JSONParser) throws(RowError) -> (JSONValue, ResourceType) {
        do throws(JSONError) {
            let resource = try parser.parse(json).root
            return (resource, try type(of: resource))
        } catch {
            throw .record(error)
        }
    }

    private func type(of resource: JSONValue) throws(JSONError) -> ResourceType {
        let written = resource["resourceType"]
        // Nearly always the one that was asked for, which is compared faster than looked up.
        if let type, let written, written.equals(type.name) { return type }
        guard let name = written?.string, let type = ResourceType(name: name) else {
            throw JSONError(.notAnObject, at: 0)
        }
        return type
    }
}

/// What a query shows of one record.
public struct Row: Sendable {
    /// The cells of all columns but `*`.
    let cells: [Cell]
    /// What `*` stands for in this record.
    let members: [(name: String, cell: Cell)]
    /// What the row is sorted by.
    let keys: [SortKey]
}

/// Rows as they are found, before the columns that `*` stands for are known.
struct RowCollector {
    private let columns: Columns
    private let hasAll: Bool
    /// The members that `*` has met, in the order of their coming.
    private var members: [String] = []
    private var positions: [String: Int] = [:]
    private var rows: [[Cell]] = []
    private var memberRows: [[Cell]] = []
    private var keys: [[SortKey]] = []

    init(_ columns: Columns) {
        self.columns = columns
        hasAll = columns.sources.contains { if case .all = $0.source { true } else { false } }
    }

    var count: Int { rows.count }

    mutating func append(_ row: Row) {
        rows.append(row.cells)
        if !row.keys.isEmpty { keys.append(row.keys) }
        guard hasAll else { return }
        var cells = [Cell](repeating: .null, count: members.count)
        for (name, cell) in row.members {
            if let position = positions[name] {
                cells[position] = cell
            } else {
                positions[name] = members.count
                members.append(name)
                cells.append(cell)
            }
        }
        memberRows.append(cells)
    }

    /// The names of the columns and the rows, `*` spread out; sorted, and then cut, when the rows have something to be
    /// sorted by.
    consuming func finish(limit: Int) -> (columns: [String], rows: [[Cell]]) {
        var names: [String] = []
        for column in columns.sources {
            if case .all = column.source { names += members } else { names.append(column.name) }
        }
        guard hasAll || !keys.isEmpty else { return (names, rows) }
        return (names, order(limit: limit).map(spread))
    }

    private func order(limit: Int) -> [Int] {
        guard !keys.isEmpty else { return Array(rows.indices) }
        let sorted = rows.indices.sorted { left, right in
            for (term, (leftKey, rightKey)) in zip(columns.order, zip(keys[left], keys[right])) {
                let comparison = SortKey.compare(leftKey, rightKey)
                if comparison != 0 { return term.direction == .ascending ? comparison < 0 : comparison > 0 }
            }
            return left < right
        }
        return Array(sorted.prefix(limit))
    }

    /// A row with a cell for each member that `*` stands for in any row.
    private func spread(_ index: Int) -> [Cell] {
        guard hasAll else { return rows[index] }
        var row: [Cell] = []
        var cells = rows[index].makeIterator()
        for column in columns.sources {
            if case .all = column.source {
                let own = memberRows[index]
                row += own
                row += [Cell](repeating: .null, count: members.count - own.count)
            } else if let cell = cells.next() {
                row.append(cell)
            }
        }
        return row
    }
}

/// What a row is sorted by.
enum SortKey: Sendable {
    case cell(Cell)
    case instant(Int64?)

    init(_ source: Columns.Source, _ record: RecordFocus) throws(RowError) {
        if case .date = source {
            self = .instant(Indexing.clinicalDate(of: record.resource, type: record.type))
        } else {
            self = .cell(try Columns.cell(source, record))
        }
    }

    static func compare(_ left: SortKey, _ right: SortKey) -> Int {
        switch (left, right) {
        case (.cell(let left), .cell(let right)): return Cell.compare(left, right)
        case (.instant(let left), .instant(let right)):
            let (left, right) = (left ?? .min, right ?? .min)
            return left < right ? -1 : (left > right ? 1 : 0)
        default: return 0
        }
    }
}

public import AvowFHIR

/// What a query makes of one record, on whatever thread.
public struct RowEvaluator: Sendable {
    /// What is made of a record that meets the conditions.
    enum Product: Sendable {
        /// A row, with what it is sorted by when it is to be sorted.
        case row(Columns, isSorting: Bool)
        /// What groups are made of.
        case group(Grouping, tokens: [Token])
        /// Nothing but that it is there.
        case nothing
    }

    let product: Product
    /// What must hold of a record.
    private let residual: [Predicate]
    /// What lays out the record as rows; nil when the record is the row.
    private let view: BoundView?
    /// What must hold of a row of the view.
    private let rowConditions: [Predicate]
    /// The type that the access path leads to, when it is one.
    private let type: ResourceType?
    private let environment: FHIRPathEnvironment
    private let tables: Tables
    /// Whether the row is the record as it is, which need not be parsed for it.
    private let isWhole: Bool
    /// For each thing that is computed of groups, the first one that takes the same values.
    private let sameValues: [Int]

    init(
        _ product: Product, _ residual: [Predicate], type: ResourceType?, _ environment: FHIRPathEnvironment,
        _ tables: Tables
    ) {
        self.product = product
        view = residual.lazy.compactMap(\.view).first
        self.residual = residual.filter { !$0.asksColumns }
        rowConditions = residual.filter(\.asksColumns)
        self.type = type
        self.environment = environment
        self.tables = tables
        sameValues = if case .group(let grouping, _) = product { grouping.sameValues } else { [] }
        if case .row(let columns, isSorting: false) = product, residual.isEmpty, columns.per.isEmpty,
            columns.sources.count == 1, case .resource = columns.sources[0].source
        {
            isWhole = true
        } else {
            isWhole = false
        }
    }

    private static func text(_ json: Span<UInt8>) -> String {
        // The bytes are read during the call only.
        unsafe json.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }

    /// The row of a record, or nil when a condition refuses it.
    ///
    /// - Parameters:
    ///   - json: the record as compact JSON.
    ///   - owner: whose it is.
    ///   - parser: one that no other thread uses.
    /// - Throws: when the record is no FHIR resource, or a path cannot be evaluated on it.
    public func row(
        of json: Span<UInt8>, _ owner: RecordIdentity, _ parser: JSONParser
    ) throws(RowError) -> Row? {
        if isWhole { return Row(cells: [.json(RowEvaluator.text(json))]) }
        let (resource, type) = try parse(json, parser)
        let record = RecordFocus(
            resource: resource, type: type, owner: owner, environment: environment, tables: tables)
        for condition in residual where !(try condition.holds(of: record)) { return nil }
        guard let view else { return try make(record) }
        return try RowEvaluator.layOut(record, by: view, rowConditions) { (record) throws(RowError) in
            try make(record)
        }
    }

    /// What is made of a record, or of a row that it is laid out as.
    private func make(_ record: RecordFocus) throws(RowError) -> Row {
        switch product {
        case .nothing: Row(cells: [])
        case .group(let grouping, let tokens): try group(record, grouping, tokens)
        case .row(let columns, let isSorting): try row(record, columns, isSorting)
        }
    }

    private func row(
        _ record: RecordFocus, _ columns: Columns, _ isSorting: Bool
    ) throws(RowError) -> Row {
        var row = Row(cells: [])
        row.cells.reserveCapacity(columns.sources.count)
        for column in columns.sources {
            if case .all = column.source {
                row.members = record.resource.members.map { ($0.name, Columns.cell($0.value)) }
            } else {
                row.cells.append(try Columns.cell(column.source, record))
            }
        }
        if isSorting {
            for term in columns.order { row.keys.append(try SortKey(term.source, record)) }
        }
        for source in columns.per { try Columns.cell(source, record).appendIdentity(to: &row.identity) }
        return row
    }

    private func group(
        _ record: RecordFocus, _ grouping: Grouping, _ tokens: [Token]
    ) throws(RowError) -> Row {
        var row = Row(cells: [])
        for term in grouping.terms {
            switch term {
            case .code: row.cells.append(.null)
            case .value(let source): row.cells.append(try Columns.cell(source, record))
            }
        }
        row.values.reserveCapacity(grouping.aggregates.count)
        for (index, aggregate) in grouping.aggregates.enumerated() {
            guard case .values(_, let source) = aggregate else {
                row.values.append([])
                continue
            }
            guard sameValues[index] == index else {
                row.values.append(row.values[sameValues[index]])
                continue
            }
            if case .date = source {
                let cell = try Columns.cell(source, record)
                row.values.append(cell == .null ? [] : [GroupedValue(cell, try SortKey(source, record))])
            } else {
                row.values.append(try Columns.cells(source, record).map { GroupedValue($0, .cell($0)) })
            }
        }
        if grouping.isByCode {
            let all = Indexing.codes(of: record.resource, type: record.type)
            let wanted = all.filter { !$0.code.isEmpty }.filter { code in
                tokens.isEmpty || tokens.contains { $0.matches(code: code.code, system: code.system) }
            }
            row.codes = wanted.map { .string(Token.text(code: $0.code, system: $0.system)) }
        }
        return row
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

/// What a query makes of one record: a row, or what groups are made of.
public struct Row: Sendable {
    /// The cells of all columns but `*`; of a group's record, those of the terms.
    var cells: [Cell]
    /// What `*` stands for in this record.
    var members: [(name: String, cell: Cell)] = []
    /// What the row is sorted by.
    var keys: [SortKey] = []
    /// What LIMIT … PER counts by.
    var identity: [UInt8] = []
    /// For each thing that is computed of a group, the record's values.
    var values: [[GroupedValue]] = []
    /// The codes of the record that are groups.
    var codes: [Cell] = []
    /// The rows behind this one that a view makes of the same record.
    var others: [Row] = []

    init(cells: [Cell]) {
        self.cells = cells
    }

    /// About how many bytes the row takes.
    var byteCount: Int {
        var count = 64 + identity.count
        for cell in cells { count += cell.byteCount }
        for member in members { count += member.cell.byteCount + 16 }
        for key in keys { if case .cell(let cell) = key { count += cell.byteCount } }
        return count
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

extension Cell {
    /// Appends bytes that two cells share only when they are the same value: of the same kind, with the same bytes.
    func appendIdentity(to bytes: inout [UInt8]) {
        let kind: UInt8 =
            switch self {
            case .null: 0
            case .boolean: 1
            case .number: 2
            case .string: 3
            case .json: 4
            }
        let text = self.text.utf8
        bytes.append(kind)
        // What follows must not be taken for a part of the text.
        for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: text.count >> shift)) }
        bytes.append(contentsOf: text)
    }

    /// About how many bytes the cell takes.
    var byteCount: Int {
        switch self {
        case .null, .boolean: 17
        case .number(let text), .string(let text), .json(let text): 17 + (text.utf8.count > 15 ? text.utf8.count : 0)
        }
    }
}

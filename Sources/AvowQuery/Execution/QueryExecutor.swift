public import AvowConsent
public import AvowFHIR
internal import AvowProof

/// Executes a query over a source: a store's tree, or a proof.
public struct QueryExecutor<Source: RecordSource> {
    private let query: Query
    let request: AccessRequest
    let source: Source

    /// An executor of one query.
    ///
    /// - Parameter request: who asks, why and when.
    public init(_ query: Query, as request: AccessRequest, over source: Source) {
        self.query = query
        self.request = request
        self.source = source
    }

    /// Reads what the query needs, in an order that depends on nothing but the query and what is read.
    ///
    /// - Throws: `QueryError`; what the source throws stands in its case `.source`.
    /// - Complexity: O(m log n) for m entries read; memory O(r) for r rows.
    public func run() throws(QueryError) -> QueryResult {
        switch query.plan {
        case .select(let statement, let selection, let shape): try select(statement, selection, shape)
        case .history(let statement): try history(statement)
        }
    }

    private func select(
        _ statement: SelectStatement, _ selection: Selection, _ shape: Shape
    ) throws(QueryError) -> QueryResult {
        let audiences = try QueryExecutor.admitting(request, source)
        let limit = statement.limit?.value.count ?? .max
        var places: [Place] = []
        var (path, residual) = selection.accessPath { _ in false }
        if !selection.isContradictory, !audiences.isEmpty, limit > 0 {
            let isByCode = shape.isByCode
            let catalog = selection.mayUseCodeIndex(groupingByCode: isByCode) ? try source.catalog() : nil
            (path, residual) = selection.accessPath(groupingByCode: isByCode) { catalog?.codeIndex(of: $0) != nil }
            places = try self.places(of: path, audiences, catalog)
        }
        let found: (columns: [String], rows: [[Cell]])
        switch shape {
        case .records(let columns): found = try rows(columns, path, residual, places, limit: limit)
        case .groups(let grouping) where grouping.terms.isEmpty:
            let count = try count(path, residual, places)
            let row = [Cell](repeating: .number(String(count)), count: grouping.columns.count)
            found = (grouping.columns.map(\.name), limit == 0 ? [] : [row])
        case .groups(let grouping):
            let groups = try groups(grouping, selection, path, residual, places, limit: limit)
            found = (grouping.columns.map(\.name), groups.rows(grouping, limit: limit))
        }
        return QueryResult(columns: found.columns, rows: found.rows, audiences: audiences.map(\.rawValue))
    }

    /// Reads one resource by its type and logical id: as the query `SELECT resource FROM <type> WHERE _id = <id>`,
    /// without a row around it.
    ///
    /// - Returns: the resource as compact JSON, or nil when there is none that the request may see.
    /// - Complexity: O(log n).
    public static func read(
        _ type: ResourceType, id: String, as request: AccessRequest, over source: Source
    ) throws(QueryError) -> [UInt8]? {
        for audience in try admitting(request, source) {
            let key = TreeKey.locate(audience, type: UInt16(type.rawValue), logicalID: id)
            guard let entry = try source.entry(for: key) else { continue }
            return try source.record(WantedRecord(try located(entry, source).digest, of: entry))
        }
        return nil
    }

    /// Reads all resources of a type that the request may see, one after the other: as the query
    /// `SELECT resource FROM <type>`, without rows around them and without keeping any.
    ///
    /// - Parameter body: takes a resource as compact JSON; false ends it.
    /// - Complexity: O(m log n) for m resources; memory O(1).
    public static func readAll(
        _ type: ResourceType, as request: AccessRequest, over source: Source, _ body: ([UInt8]) -> Bool
    ) throws(QueryError) {
        for audience in try admitting(request, source) {
            var cursor = try source.cursor(
                over: .located(audience, type: UInt16(type.rawValue)), descending: false)
            while let entry = try cursor.next() {
                let wanted = WantedRecord(try located(entry, source).digest, of: entry)
                guard body(try source.record(wanted)) else { return }
            }
        }
    }

    /// The audiences that admit the request: all that are meant for it, less those that, once read, turn out not to
    /// admit it (their window is closed).
    static func admitting(_ request: AccessRequest, _ source: Source) throws(QueryError) -> [AudienceID] {
        try source.audiences(for: request).filter { !$0.audience.admits(request).isEmpty }.map(\.id)
    }

    // MARK: Where the entries stand

    /// One key, or a range of keys, that an access path reads.
    enum Place {
        case key(TreeKey)
        case range(KeyRange)
    }

    /// Where the entries of an access path stand, audience by audience.
    private func places(
        of path: AccessPath, _ audiences: [AudienceID], _ catalog: IndexCatalog?
    ) throws(QueryError) -> [Place] {
        var places: [Place] = []
        for audience in audiences {
            switch path {
            case .located(let type, let id):
                places.append(.key(.locate(audience, type: UInt16(type.rawValue), logicalID: id)))
            case .patient(let id, let type):
                guard let entry = try source.entry(for: .patient(audience, logicalID: id)) else { continue }
                let value = try source.salted(entry)
                let pseudonym: Pseudonym
                do throws(EntryValueError) {
                    pseudonym = try Pseudonym(content: value.content)
                } catch {
                    throw .entry(entry.key, expected: error.expected)
                }
                places.append(.range(.records(audience, pseudonym, type: type.map { UInt16($0.rawValue) })))
            case .code(let types, let codes):
                for type in types {
                    guard let index = catalog?.codeIndex(of: type) else { continue }
                    places.append(.range(codes.keys(index, audience, profile: 0)))
                }
            case .type(let type): places.append(.range(.located(audience, type: UInt16(type.rawValue))))
            case .all: places.append(.range(.records(audience)))
            }
        }
        return places
    }

    // MARK: Counting

    private func count(_ path: AccessPath, _ residual: Residual, _ places: [Place]) throws(QueryError) -> UInt64 {
        var count: UInt64 = 0
        if residual.isEmpty, path.isExact {
            for place in places {
                switch place {
                case .key(let key): count += try source.entry(for: key) == nil ? 0 : 1
                case .range(let range): count += try source.count(in: range)
                }
            }
            return count
        }
        if residual.isEmpty {
            try forEachEntry(path, places, descending: false) { (_) throws(QueryError) in
                count += 1
                return true
            }
            return count
        }
        let evaluator = evaluator(Columns(), residual, isSorting: false)
        try forEachRecord(path, places, descending: false, needed: { .max }) { (wanted) throws(QueryError) in
            for row in try source.evaluate(wanted, evaluator) where row != nil { count += 1 }
        }
        return count
    }

    // MARK: Rows

    private func rows(
        _ columns: Columns, _ path: AccessPath, _ residual: Residual, _ places: [Place], limit: Int
    ) throws(QueryError) -> (columns: [String], rows: [[Cell]]) {
        let order = columns.order
        var isServed = order.isEmpty
        var descending = false
        if case .code(_, let codes) = path, codes.isOrderedByDate, places.count == 1, order.count == 1,
            case .date = order[0].source
        {
            isServed = true
            descending = order[0].direction == .descending
        }
        let evaluator = evaluator(columns, residual, isSorting: !isServed)
        var collector = RowCollector(columns)
        // Rows that are not yet sorted are needed all.
        func needed() -> Int { isServed ? limit - collector.count : .max }
        try forEachRecord(path, places, descending: descending, needed: needed) { (wanted) throws(QueryError) in
            for case let row? in try source.evaluate(wanted, evaluator) { collector.append(row) }
        }
        return collector.finish(limit: limit)
    }

    private func evaluator(
        _ columns: Columns, _ residual: Residual, isSorting: Bool
    ) -> RowEvaluator {
        var type: ResourceType?
        if case .select(_, let selection, _) = query.plan { type = selection.type }
        return RowEvaluator(columns, residual, isSorting: isSorting, type: type, environment)
    }

    /// The surroundings of paths. What they are told of the time is the request's: whoever verifies an answer has to
    /// come to the same.
    var environment: FHIRPathEnvironment {
        var environment = FHIRPathEnvironment()
        environment.now = FHIRDateTime(instant: request.time)
        return environment
    }

    // MARK: Entries and their records

    /// Calls `body` with each selected entry, one for a record, until it returns false.
    func forEachEntry(
        _ path: AccessPath, _ places: [Place], descending: Bool,
        _ body: (Source.Cursor.Entry) throws(QueryError) -> Bool
    ) throws(QueryError) {
        for place in places {
            // A record's entries stand under one audience and in the index of one type.
            var seen: Set<[UInt8]> = []
            guard case .range(let range) = place else {
                guard case .key(let key) = place, let entry = try source.entry(for: key) else { continue }
                guard try body(entry) else { return }
                continue
            }
            var cursor = try source.cursor(over: range, descending: descending)
            while let entry = try cursor.next() {
                if case .code(_, let codes) = path, !codes.isExact || codes.mayRepeatRecords {
                    let key = entry.key
                    guard try codes.selects(key) else { continue }
                    if codes.mayRepeatRecords, !seen.insert(Array(key.bytes[key.owner])).inserted { continue }
                }
                guard try body(entry) else { return }
            }
        }
    }

    /// Calls `body` with the records of the selected entries, many at once, until as many as are needed have been read.
    ///
    /// No more are read at once than rows are still needed, and a record gives one row at most. So exactly the entries
    /// are read that reading one after the other would read, as what an answer proves must not depend on how it is
    /// computed.
    ///
    /// - Parameter needed: how many more rows are needed.
    private func forEachRecord(
        _ path: AccessPath, _ places: [Place], descending: Bool, needed: () -> Int,
        _ body: ([WantedRecord<Source.Cursor.Entry>]) throws(QueryError) -> Void
    ) throws(QueryError) {
        var waiting: [WantedRecord<Source.Cursor.Entry>] = []
        var chunk = min(needed(), QueryExecutor.firstChunk)
        do throws(QueryError) {
            try forEachEntry(path, places, descending: descending) { (entry) throws(QueryError) in
                waiting.append(try wanted(entry, path))
                guard waiting.count >= chunk else { return true }
                let full = waiting
                waiting.removeAll(keepingCapacity: true)
                try body(full)
                let rest = needed()
                chunk = min(rest, max(full.count, min(full.count * 2, QueryExecutor.largestChunk)))
                return rest > 0
            }
        } catch {
            // What was read before comes first, and so do its faults.
            try body(waiting)
            throw error
        }
        try body(waiting)
    }

    /// The record that an entry leads to.
    func wanted(
        _ entry: Source.Cursor.Entry, _ path: AccessPath
    ) throws(QueryError) -> WantedRecord<Source.Cursor.Entry> {
        switch path {
        case .located, .type: WantedRecord(try QueryExecutor.located(entry, source).digest, of: entry)
        case .patient, .code, .all: WantedRecord(entry.value, of: entry)
        }
    }

    static func located(
        _ entry: Source.Cursor.Entry, _ source: Source
    ) throws(QueryError) -> LocatedRecord {
        let bytes = try source.value(of: entry)
        do throws(EntryValueError) {
            return try LocatedRecord(bytes)
        } catch {
            throw .entry(entry.key, expected: error.expected)
        }
    }
}

extension QueryExecutor {
    /// How many records are read at once: few at first, for those who look at the beginning only, later many.
    private static var firstChunk: Int { 64 }
    private static var largestChunk: Int { 1_024 }
}

extension AccessPath {
    /// Whether the number of entries of its ranges is the number of records.
    var isExact: Bool {
        if case .code(_, let codes) = self { codes.isExact && !codes.mayRepeatRecords } else { true }
    }
}

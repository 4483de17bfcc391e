public import AvowConsent
public import AvowFHIR
internal import AvowProof

/// Executes a query over a source: a store's tree, or a proof.
public struct QueryExecutor<Source: RecordSource> {
    let query: Query
    let request: AccessRequest
    let source: Source
    /// The audiences that admit the request.
    private(set) var audiences: [AudienceID] = []
    /// What the questions within the query found.
    private(set) var tables = Tables()
    /// Keeps account for EXPLAIN ANALYZE.
    var recorder: ExecutionRecorder?

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
        try query.requireValues()
        switch query.explanation {
        case .plan:
            let explanation = try explain()
            return QueryResult(
                columns: ["plan"], rows: explanation.lines.map { [.string($0)] }, audiences: explanation.audiences)
        case .analysis: throw .notProvable
        case nil: break
        }
        switch query.plan {
        case .history(let statement): return try history(statement)
        case .disclosures(let question):
            return try QueryExecutor.disclosures(question, as: request, over: source)
        case .consents(let select, let definitions):
            var executor = self
            return try executor.consents(select, definitions)
        case .audiences(let select, _): return try explainConsent(of: select)
        case .select(let select, let definitions):
            var executor = self
            return try executor.execute(select, definitions)
        }
    }

    /// Finds out which audiences admit the request.
    mutating func admit() throws(QueryError) {
        audiences = try QueryExecutor.admitting(request, source)
    }

    mutating func execute(
        _ select: BoundSelect, _ definitions: [TableDefinition]
    ) throws(QueryError) -> QueryResult {
        try answerInnerQuestions(of: select, definitions)
        let found = try rows(select, "the query")
        return QueryResult(columns: found.columns, rows: found.rows, audiences: audiences.map(\.rawValue))
    }

    /// Finds out which audiences admit the request, and what the questions within the query find.
    private mutating func answerInnerQuestions(
        of select: BoundSelect, _ definitions: [TableDefinition]
    ) throws(QueryError) {
        try admit()
        let isNeeded = !audiences.isEmpty && select.limit > 0 && !select.selection.isContradictory
        for (index, definition) in definitions.enumerated() {
            tables.append(isNeeded ? try table(definition, definition.name(index)) : .owners([]))
        }
    }

    /// Reads what `run()` reads and gives the same rows in the same order, but as they are found and without keeping
    /// them, where no sorting, grouping or `*` needs all before the first.
    ///
    /// - Parameter body: takes the names of the columns and some rows; what it throws ends the query.
    /// - Complexity: as `run()`; memory O(1) for rows that are given as found, but for what DISTINCT and LIMIT … PER
    ///   remember of each.
    public func run(
        giving body: (_ columns: [String], _ rows: [[Cell]]) throws(QueryError) -> Void
    ) throws(QueryError) {
        guard case .select(let select, let definitions) = query.plan, case .records(let columns) = select.shape,
            query.explanation == nil
        else {
            let result = try run()
            return try body(result.columns, result.rows)
        }
        try query.requireValues()
        var executor = self
        try executor.answerInnerQuestions(of: select, definitions)
        let route = try executor.route(select)
        var collector = RowCollector(columns, select, isSorting: executor.isSorting(columns, route))
        let names = columns.sources.map(\.name)
        try executor.collect(columns, select, route, into: &collector) { (collector) throws(QueryError) in
            guard collector.givesRowsAsFound else { return }
            let rows = collector.take()
            if !rows.isEmpty { try body(names, rows) }
        }
        let rest = collector.finish()
        if !rest.rows.isEmpty { try body(rest.columns, rest.rows) }
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
            return try source.record(try wanted(located: entry, source))
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
                guard body(try source.record(try wanted(located: entry, source))) else { return }
            }
        }
    }

    /// The audiences that admit the request: all that are meant for it, less those that, once read, turn out not to
    /// admit it (their window is closed).
    static func admitting(_ request: AccessRequest, _ source: Source) throws(QueryError) -> [AudienceID] {
        try source.audiences(for: request).filter { !$0.audience.admits(request).isEmpty }.map(\.id)
    }

    // MARK: Questions within the query

    private func table(_ definition: TableDefinition, _ name: String) throws(QueryError) -> Tables.Table {
        switch definition {
        case .owners(let select):
            var owners: Set<UInt64> = []
            for row in try rows(select, name).rows {
                if case .number(let text) = row[0], let owner = UInt64(text) { owners.insert(owner) }
            }
            return .owners(owners)
        case .references(let select):
            return .references(Set(try rows(select, name).rows.compactMap { ResourceReference.relative($0[0].text) }))
        case .combination(let operation, let left, let right):
            if case .references(let references) = tables.all[left] {
                return .references(operation.combine(references, tables.references(right)))
            }
            return .owners(operation.combine(tables.owners(left), tables.owners(right)))
        case .events(let select):
            var events: [UInt64: [PatientEvent]] = [:]
            for row in try rows(select, name).rows {
                guard case .number(let owner) = row[0], let owner = UInt64(owner), case .number(let date) = row[1],
                    let date = Int64(date), case .number(let number) = row[2], let number = UInt64(number)
                else { continue }
                events[owner, default: []].append(PatientEvent(date: date, number: number))
            }
            return .events(events.mapValues { $0.sorted { ($0.date, $0.number) < ($1.date, $1.number) } })
        case .values(let select, let absent):
            var values: [UInt64: Cell] = [:]
            for row in try rows(select, name).rows {
                guard case .number(let owner) = row[0], let owner = UInt64(owner), values[owner] == nil else {
                    continue
                }
                values[owner] = row[1]
            }
            return .values(values, absent: absent)
        }
    }

    // MARK: Rows

    private typealias Found = (columns: [String], rows: [[Cell]])

    /// - Parameter name: what EXPLAIN ANALYZE calls the question.
    private func rows(_ select: BoundSelect, _ name: String) throws(QueryError) -> Found {
        guard let recorder else { return try rows(select, try route(select)) }
        return try recorder.measure { () throws(QueryError) in
            let route = try route(select)
            let step = try step(name, select, route)
            let found = try rows(select, route)
            return (step, found.rows.count, found)
        }
    }

    private func rows(_ select: BoundSelect, _ route: Route) throws(QueryError) -> Found {
        switch select.shape {
        case .records(let columns): return try rows(columns, select, route)
        case .groups(let grouping):
            var groups = try groups(grouping, select, route)
            return (grouping.columns.map(\.name), try groups.rows(select))
        }
    }

    private func rows(_ columns: Columns, _ select: BoundSelect, _ route: Route) throws(QueryError) -> Found {
        var collector = RowCollector(columns, select, isSorting: isSorting(columns, route))
        try collect(columns, select, route, into: &collector) { _ in }
        return collector.finish()
    }

    private func isSorting(_ columns: Columns, _ route: Route) -> Bool {
        !columns.order.isEmpty && !route.servesOrder(of: columns)
    }

    /// - Parameter afterSome: called after some rows have been found.
    private func collect(
        _ columns: Columns, _ select: BoundSelect, _ route: Route, into collector: inout RowCollector,
        _ afterSome: (inout RowCollector) throws(QueryError) -> Void
    ) throws(QueryError) {
        let isSorting = isSorting(columns, route)
        let descending = route.servesOrder(of: columns) && columns.order[0].direction == .descending
        // Rows that are not yet sorted are needed all.
        func needed() -> Int { isSorting ? .max : select.rowsNeeded.map { $0 - collector.count } ?? .max }
        if columns.areInEntries(withDate: route.path.showsDate), route.residual.isEmpty {
            try forEachEntry(route, descending: descending) { (entry) throws(QueryError) in
                let facts = try facts(of: entry, route.path)
                let cells = columns.sources.map { column in
                    switch column.source {
                    case .owner: Columns.cell(owner: facts.owner)
                    case .number: Cell.number(String(facts.owner.number))
                    default: facts.date.map { Cell.number(String($0)) } ?? Cell.null
                    }
                }
                try collector.append(Row(cells: cells))
                if collector.count.isMultiple(of: 1_024) { try afterSome(&collector) }
                return needed() > 0
            }
            return
        }
        let evaluator = evaluator(.row(columns, isSorting: isSorting), select, route)
        try forEachRecord(route, descending: descending, needed: needed) { (wanted) throws(QueryError) in
            for case let row? in try source.evaluate(wanted, evaluator) { try collector.append(row) }
            try afterSome(&collector)
        }
    }

    func evaluator(_ product: RowEvaluator.Product, _ select: BoundSelect, _ route: Route) -> RowEvaluator {
        RowEvaluator(product, route.residual, type: select.selection.type, environment, tables)
    }

    /// The surroundings of paths. What they are told of the time is the request's: whoever verifies an answer has to
    /// come to the same.
    private var environment: FHIRPathEnvironment {
        var environment = FHIRPathEnvironment()
        environment.now = FHIRDateTime(instant: request.time)
        return environment
    }
}

extension SetOperation {
    fileprivate func combine<Member>(_ left: Set<Member>, _ right: Set<Member>) -> Set<Member> {
        switch self {
        case .union: left.union(right)
        case .intersection: left.intersection(right)
        case .difference: left.subtracting(right)
        }
    }
}

extension ResourceReference {
    /// The type and id that a reference names, in whatever form it is written; nil when it names none.
    fileprivate static func relative(_ text: String) -> String? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let end = parts.firstIndex(of: "_history") ?? parts.count
        guard end >= 2 else { return nil }
        return (try? ResourceReference("\(parts[end - 2])/\(parts[end - 1])"))?.description
    }
}

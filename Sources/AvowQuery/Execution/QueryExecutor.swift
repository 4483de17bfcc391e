public import AvowConsent
public import AvowFHIR
public import AvowProof

/// Executes a query over a source: a store's tree, or a proof.
public struct QueryExecutor<Source: RecordSource> {
    private(set) var query: Query
    let request: AccessRequest
    private(set) var source: Source
    /// The commit that the source has the tree of.
    let commit: CommitRecord?
    /// The audiences that admit the request.
    private(set) var audiences: [AudienceID] = []
    /// What the questions within the query found.
    var tables = Tables()
    /// The questions within the query, by the numbers of their tables.
    private(set) var definitions: [TableDefinition] = []
    /// How the query's own records are reached, when that was decided before the questions within it were answered.
    var decidedRoute: Route?
    /// Keeps account for EXPLAIN ANALYZE.
    var recorder: ExecutionRecorder?

    /// An executor of one query.
    ///
    /// - Parameters:
    ///   - request: who asks, why and when.
    ///   - source: the tree of the commit that the query is about.
    ///   - commit: that commit, for EXPLAIN to name when the query says AS OF.
    public init(_ query: Query, as request: AccessRequest, over source: Source, at commit: CommitRecord? = nil) {
        self.query = query
        self.request = request
        self.source = source
        self.commit = commit
    }

    /// Reads what the query needs, in an order that depends on nothing but the query and what is read.
    ///
    /// - Throws: `QueryError`; what the source throws stands in its case `.source`.
    /// - Complexity: O(m log n) for m entries read; memory O(r) for r rows.
    public func run() throws(QueryError) -> QueryResult {
        try query.requireValues()
        if let resolved = try withViews() { return try resolved.run() }
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
        case .unresolved: return QueryResult(columns: [], rows: [], audiences: [])
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

    /// An executor of the query with its views; nil when it has none, or has them already.
    func withViews() throws(QueryError) -> QueryExecutor? {
        guard case .unresolved = query.plan else { return nil }
        var executor = self
        executor.query = try query.withViews(from: source)
        return executor
    }

    /// The executor over another source of the same tree.
    func over(_ source: Source) -> QueryExecutor {
        var executor = self
        executor.source = source
        return executor
    }

    /// Finds out which audiences admit the request.
    mutating func admit() throws(QueryError) {
        audiences = try QueryExecutor.admitting(request, source)
    }

    /// Notes the questions within the query, without answering them.
    mutating func knows(_ definitions: [TableDefinition]) { self.definitions = definitions }

    mutating func execute(
        _ select: BoundSelect, _ definitions: [TableDefinition]
    ) throws(QueryError) -> QueryResult {
        try answerInnerQuestions(of: select, definitions)
        var found = recorder == nil ? try resourceRows(select) : nil
        if found == nil { found = try rows(select, QueryExecutor.ownName, decidedRoute) }
        return QueryResult(
            columns: found?.columns ?? [], rows: found?.rows ?? [], audiences: audiences.map(\.rawValue))
    }

    /// Finds out which audiences admit the request, and what the questions within the query find.
    private mutating func answerInnerQuestions(
        of select: BoundSelect, _ definitions: [TableDefinition]
    ) throws(QueryError) {
        try admit()
        knows(definitions)
        let isNeeded = !audiences.isEmpty && select.limit > 0 && !select.selection.isContradictory
        let waiting = isNeeded ? try waitingEvents(select) : []
        for (index, definition) in definitions.enumerated() {
            guard !waiting.contains(index) else {
                tables.append(.events(PatientEvents()))
                continue
            }
            tables.append(isNeeded ? try table(definition, definition.name(index)) : .owners(PseudonymSet()))
        }
        if !waiting.isEmpty { try answer(waiting, select) }
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
        try query.requireValues()
        if let resolved = try withViews() { return try resolved.run(giving: body) }
        guard case .select(let select, let definitions) = query.plan, case .records(let columns) = select.shape,
            query.explanation == nil
        else {
            let result = try run()
            return try body(result.columns, result.rows)
        }
        var executor = self
        try executor.answerInnerQuestions(of: select, definitions)
        let route = try executor.route(select, QueryExecutor.ownName, executor.decidedRoute)
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
    /// admit it (their window is closed). Each by the id under which its records stand as the request is shown them.
    static func admitting(_ request: AccessRequest, _ source: Source) throws(QueryError) -> [AudienceID] {
        try source.admitting(request)
    }

    // MARK: Questions within the query

    func table(_ definition: TableDefinition, _ name: String) throws(QueryError) -> Tables.Table {
        switch definition {
        case .owners(let select):
            if let columns = select.plainColumns {
                var owners = PseudonymSet()
                try forEachFact(columns, select, name) { facts in
                    if facts.owner.pseudonym != 0 { _ = owners.insert(facts.owner.pseudonym) }
                } opened: { row in
                    if case .number(let text) = row[0], let owner = UInt64(text) { _ = owners.insert(owner) }
                }
                return .owners(owners)
            }
            return .owners(
                PseudonymSet(
                    try rows(select, name).rows.compactMap { row in
                        if case .number(let text) = row[0] { UInt64(text) } else { nil }
                    }))
        case .references(let select):
            return .references(Set(try rows(select, name).rows.compactMap { ResourceReference.relative($0[0].text) }))
        case .combination(let operation, let left, let right):
            if case .references(let references) = tables.all[left] {
                return .references(operation.combine(references, tables.references(right)))
            }
            return .owners(tables.owners(left).combined(operation, tables.owners(right)))
        case .events(let select, let kept):
            var events = PatientEvents(keeping: kept)
            guard let columns = select.plainColumns else { return .events(events) }
            try forEachFact(columns, select, name) { facts in
                guard facts.owner.pseudonym != 0, let date = facts.date else { return }
                events.append(PatientEvent(date: date, number: facts.owner.number), of: facts.owner.pseudonym)
            } opened: { row in
                guard case .number(let owner) = row[0], let owner = UInt64(owner), case .number(let date) = row[1],
                    let date = Int64(date), case .number(let number) = row[2], let number = UInt64(number)
                else { return }
                events.append(PatientEvent(date: date, number: number), of: owner)
            }
            events.sort()
            return .events(events)
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

    private typealias Rows = (columns: [String], rows: [[Cell]])

    /// What the question is called that the query is, beside those within it.
    static var ownName: String { "the query" }

    /// - Parameters:
    ///   - name: what EXPLAIN ANALYZE calls the question.
    ///   - decided: how the records are reached, when that is decided.
    private func rows(_ select: BoundSelect, _ name: String, _ decided: Route? = nil) throws(QueryError) -> Rows {
        try measured(select, name, decided) { (route) throws(QueryError) in
            let found = try rows(select, route)
            return (found.rows.count, found)
        }
    }

    private func route(_ select: BoundSelect, _ name: String, _ decided: Route?) throws(QueryError) -> Route {
        if let decided { return decided }
        return try knownRoute(select, name)
    }

    /// - Parameter body: answers the question on its route, and says how many rows it gave.
    private func measured<Value>(
        _ select: BoundSelect, _ name: String, _ decided: Route? = nil,
        _ body: (Route) throws(QueryError) -> (rowCount: Int, Value)
    ) throws(QueryError) -> Value {
        guard let recorder else { return try body(try route(select, name, decided)).1 }
        return try recorder.measure { () throws(QueryError) in
            let route = try route(select, name, decided)
            let step = try step(name, select, route)
            let (count, value) = try body(route)
            return (step, count, value)
        }
    }

    /// Calls `told` with what the entry of each selected record tells, or `opened` with its row when that is not all that
    /// is wanted, in no order.
    private func forEachFact(
        _ columns: Columns, _ select: BoundSelect, _ name: String, _ told: (EntryFacts) -> Void,
        opened: ([Cell]) -> Void
    ) throws(QueryError) {
        try measured(select, name) { (route) throws(QueryError) in
            let areTold = route.residual.isEmpty && EntryRow(columns, route.contents) != nil
            var count = 0
            try forEachProduct(
                route, EntryReading(), evaluators(.row(columns, isSorting: false), select, route), needed: { .max },
                isWanted: { found in
                    guard areTold, found.isSure else { return true }
                    count += 1
                    told(found.facts)
                    return false
                }, tells: { _ in false }, told: { _ in }
            ) { (row) throws(QueryError) in
                count += 1
                opened(row.cells)
            }
            return (count, ())
        }
    }

    private func rows(_ select: BoundSelect, _ route: Route) throws(QueryError) -> Rows {
        switch select.shape {
        case .records(let columns): return try rows(columns, select, route)
        case .groups(let grouping):
            var groups = try groups(grouping, select, route)
            return (grouping.columns.map(\.name), try groups.rows(select))
        }
    }

    private func rows(_ columns: Columns, _ select: BoundSelect, _ route: Route) throws(QueryError) -> Rows {
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
        // Rows that are not yet sorted are needed all.
        func needed() -> Int { isSorting ? .max : select.rowsNeeded.map { $0 - collector.count } ?? .max }
        let told = route.residual.isEmpty ? EntryRow(columns, route.contents) : nil
        var reading = EntryReading(columns: told?.columns ?? [], isShown: true)
        let ordered = route.orderedColumn(columns)
        let perOwner = FirstOfOwner(select, columns, route, isOrdered: ordered != nil)
        if ordered != nil, isSorting ? select.rowsNeeded != nil || perOwner != nil : true {
            reading.order = EntryOrder(descending: columns.order[0].direction == .descending, column: ordered)
            if isSorting { reading.mostInOrder = select.rowsNeeded }
        }
        var first = perOwner
        let surroundings = surroundings
        var (given, some) = (0, QueryExecutor.firstChunk)
        func append(_ row: Row) throws(QueryError) {
            try collector.append(row)
            // Few at first, for those who look at the beginning only, as records are read.
            guard collector.count - given >= some else { return }
            (given, some) = (collector.count, min(some * 2, QueryExecutor.largestChunk))
            try afterSome(&collector)
        }
        var repeated = select.isDistinct && collector.leavesOutRepeated ? told.flatMap(RepeatedRows.init) : nil
        var row: Row?
        try forEachProduct(
            route, reading, evaluators(.row(columns, isSorting: isSorting), select, route), needed: needed,
            isWanted: { first?.isWanted($0.facts.owner, $0.order, isSure: $0.isSure) ?? true },
            tells: { facts in
                // What is shown already is told nevertheless.
                if repeated?.holds(facts) == true {
                    row = nil
                    return true
                }
                row = told?.row(facts, surroundings)
                if row != nil { repeated?.insert() }
                return row != nil
            },
            told: { (_) throws(QueryError) in if let row { try append(row) } }, append)
        try afterSome(&collector)
    }

    /// What entries cannot tell themselves.
    var surroundings: EntrySurroundings { EntrySurroundings(tables: tables, now: request.time) }

    /// What evaluates the records of entries that tell that they are selected, and of those that do not tell.
    func evaluators(
        _ product: RowEvaluator.Product, _ select: BoundSelect, _ route: Route
    ) -> (sure: RowEvaluator, doubtful: RowEvaluator) {
        let type = select.selection.type
        return (
            RowEvaluator(product, route.residual, type: type, environment, tables),
            RowEvaluator(product, route.conditions, type: type, environment, tables)
        )
    }

    /// The surroundings of paths. What they are told of the time is the request's: whoever verifies an answer has to
    /// come to the same.
    private var environment: FHIRPathEnvironment {
        var environment = FHIRPathEnvironment()
        environment.now = FHIRDateTime(instant: request.time)
        return environment
    }
}

/// Of the records of one patient only the first few are wanted, and entries tell which these are.
struct FirstOfOwner {
    private let most: Int
    private let isOrdered: Bool
    private var patients = PseudonymSet()
    private var found: [(count: Int, order: Int64)] = []

    /// Nil when all records play a part, or entries do not tell whether they meet the conditions.
    init?(_ select: BoundSelect, _ columns: Columns, _ route: Route, isOrdered: Bool) {
        guard route.residual.isEmpty, isOrdered || columns.order.isEmpty else { return nil }
        self.isOrdered = isOrdered
        if select.isFirstOfOwner {
            most = 1
        } else {
            guard let limit = select.limitPer, !select.isDistinct, columns.per.count == 1 else { return nil }
            switch columns.per[0] {
            case .patient, .owner: most = limit
            default: return nil
            }
        }
    }

    /// Whether a record is one of the first of its patient, or ties with the last of these.
    mutating func isWanted(_ owner: RecordIdentity, _ order: Int64, isSure: Bool) -> Bool {
        let (number, isNew) = patients.insert(owner.pseudonym)
        if isNew { found.append((0, order)) }
        let before = found[number]
        if before.count >= most, !isOrdered || before.order != order { return false }
        if isSure { found[number] = (before.count + 1, order) }
        return true
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
        // By bytes, as there may be many.
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        let end = parts.firstIndex { $0.elementsEqual("_history".utf8) } ?? parts.count
        guard end >= 2, ResourceReference.isReference(type: parts[end - 2], id: parts[end - 1]) else { return nil }
        return parts.count == 2 ? text : "\(Substring(parts[end - 2]))/\(Substring(parts[end - 1]))"
    }
}

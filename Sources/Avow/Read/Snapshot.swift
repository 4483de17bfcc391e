public import AvowConsent
public import AvowFHIR
public import AvowProof
public import AvowQuery
internal import AvowStorage
internal import AvowTree

/// An answer with its rows.
public struct AnsweredQuery: Sendable {
    /// The rows.
    public let result: QueryResult
    /// What proves them.
    public let answer: Answer
}

/// A store as it was at one commit. Later commits do not change what it reads.
///
/// A snapshot may be handed from one task to another but not be used by two at once; every task takes its own. While
/// it is held, pages that later commits replace cannot be used again, so keep it no longer than needed.
public final class Snapshot {
    /// The commit that is read.
    public var commit: CommitRecord { tree.commit }
    let tree: CommittedTree
    private let versions: KeptVersions
    let records: RecordReader
    let audit: AuditTrail?
    /// The access that queries are part of, while `recordingTogether` runs.
    var together: RecordedAccess?
    private let preliminaries: Preliminaries

    var state: StoreState { tree.state }
    var storage: any StorageSnapshot { tree.storage }
    var reader: TreeReader { tree.reader }

    /// - Parameter audit: where it is recorded what is read; nil when the store reads for itself.
    init(
        _ storage: any StorageSnapshot, _ keys: StoreKeys, _ opened: OpenedKeys, _ cache: NodeCache,
        _ audit: AuditTrail? = nil
    ) throws(StoreError) {
        tree = try CommittedTree(storage, keys.tree, cache)
        versions = KeptVersions(newest: tree, keys: keys.tree, cache: cache, moves: opened.moves)
        records = try RecordReader(opened, storage)
        preliminaries = opened.preliminaries
        self.audit = audit
        records.isCounting = audit?.isRecording == true
    }

    // MARK: Queries

    /// Executes a query.
    ///
    /// - Parameters:
    ///   - text: the query (the article Language).
    ///   - actor: who asks, unless the query says so itself.
    ///   - purpose: why, unless the query says so itself.
    ///   - breakGlassReason: why the actor asks for what it may not read otherwise; nil when it does not.
    /// - Throws: `StoreError.query` for a query that cannot be executed, `.notRecorded` for one that cannot be recorded,
    ///   `.cancelled` soon after the task is cancelled in which this is called.
    public func query(
        _ text: String, as actor: Actor? = nil, for purpose: Purpose? = nil, breakGlassReason: String? = nil
    ) throws(StoreError) -> QueryResult {
        try query(
            prepared: try prepare(text), as: actor, for: purpose, breakGlassReason: breakGlassReason)
    }

    /// Executes a query that was prepared, as `query(_:as:for:breakGlassReason:)` does one that is given as text.
    public func query(
        prepared query: Query, as actor: Actor? = nil, for purpose: Purpose? = nil, breakGlassReason: String? = nil
    ) throws(StoreError) -> QueryResult {
        if query.explanation == .analysis {
            let explanation = try explain(
                prepared: query, as: actor, for: purpose, breakGlassReason: breakGlassReason)
            let rows = explanation.lines.map { [Cell.string($0)] }
            return QueryResult(columns: ["plan"], rows: rows, audiences: explanation.audiences)
        }
        return try run(query, try request(query, actor, purpose, breakGlassReason), proving: false).result
    }

    /// Says how a query is executed.
    ///
    /// - Parameters:
    ///   - query: the query, with EXPLAIN or without; with EXPLAIN ANALYZE it is executed and answered, too, to say what
    ///     that takes.
    ///   - actor: who asks, unless the query says so itself.
    ///   - purpose: why, unless the query says so itself.
    ///   - breakGlassReason: why the actor asks for what it may not read otherwise; nil when it does not.
    public func explain(
        prepared query: Query, as actor: Actor? = nil, for purpose: Purpose? = nil, breakGlassReason: String? = nil
    ) throws(StoreError) -> QueryExplanation {
        let isAnalyzed = query.explanation == .analysis
        let request = try request(query, actor, purpose, breakGlassReason)
        let tree = try tree(of: query, request)
        let source = TracingSource(tree.reader, records, preliminaries, proving: isAnalyzed)
        let query = try withViews(query, from: source)
        let text = query.explanation == nil ? "EXPLAIN " + query.text : query.text
        let access = access(request, text, query.types, over: tree)
        let explanation = try recorded(access) { () throws(StoreError) in
            let explanation = try executing { () throws(QueryError) in
                let executor = QueryExecutor(query, as: request, over: source, at: tree.commit)
                return isAnalyzed ? try executor.analyze().explanation : try executor.explain()
            }
            return (explanation, rows: 0)
        }
        guard isAnalyzed else { return explanation }
        var analysis = explanation
        analysis.answerByteCount = try answer(query, request, source, tree).bytes.count
        return analysis
    }

    /// Says how a query that is given as text is executed; see `explain(prepared:as:for:breakGlassReason:)`.
    public func explain(
        _ text: String, as actor: Actor? = nil, for purpose: Purpose? = nil, breakGlassReason: String? = nil
    ) throws(StoreError) -> QueryExplanation {
        try explain(
            prepared: try prepare(text), as: actor, for: purpose, breakGlassReason: breakGlassReason)
    }

    /// Executes a query and proves its rows.
    ///
    /// - Parameters: as in `query(_:as:for:breakGlassReason:)`.
    /// - Throws: as `query(_:as:for:breakGlassReason:)`.
    /// - Complexity: beyond the query, O(m log n) for m entries read.
    public func answer(
        _ text: String, as actor: Actor? = nil, for purpose: Purpose? = nil, breakGlassReason: String? = nil
    ) throws(StoreError) -> AnsweredQuery {
        try answer(
            prepared: try prepare(text), as: actor, for: purpose, breakGlassReason: breakGlassReason)
    }

    /// Executes a query that was prepared, and proves its rows.
    ///
    /// To prove what `read(_:id:as:for:)` reads, answer the query `Query.read(_:id:)`.
    public func answer(
        prepared query: Query, as actor: Actor? = nil, for purpose: Purpose? = nil, breakGlassReason: String? = nil
    ) throws(StoreError) -> AnsweredQuery {
        let request = try request(query, actor, purpose, breakGlassReason)
        let (result, source, tree) = try run(query, request, proving: true)
        return AnsweredQuery(result: result, answer: try answer(query, request, source, tree))
    }

    /// The answer to a query, with the proof of all that was read for it.
    private func answer(
        _ query: Query, _ request: AccessRequest, _ source: TracingSource, _ tree: CommittedTree
    ) throws(StoreError) -> Answer {
        let proof = try source.proof()
        return Answer(
            query: query.text, request: request, commit: tree.commit.encoded, logProof: try tree.logProof(),
            treeProof: proof.treeProof, values: proof.values, records: proof.records,
            laterCommits: try tree.laterCommits(query.asOf))
    }

    private func prepare(_ text: String) throws(StoreError) -> Query {
        do throws(QueryError) {
            return try preliminaries.queries.query(text)
        } catch {
            throw .query(error)
        }
    }

    private func run(
        _ query: Query, _ request: AccessRequest, proving: Bool
    ) throws(StoreError) -> (result: QueryResult, source: TracingSource, tree: CommittedTree) {
        if query.isAboutLedger { return try runOverLedger(query, request, proving: proving) }
        let tree = try tree(of: query, request)
        let source = TracingSource(tree.reader, records, preliminaries, proving: proving)
        let query = try withViews(query, from: source)
        let access = access(request, query.text, query.types, isProven: proving, over: tree)
        let result = try recorded(access) { () throws(StoreError) in
            let result = try executing { () throws(QueryError) in
                try QueryExecutor(query, as: request, over: source, at: tree.commit).run()
            }
            return (result, rows: result.rows.count)
        }
        return (result, source, tree)
    }

    /// The tree that a query is about: the newest, or the one that AS OF comes to, when the request may read it.
    private func tree(of query: Query, _ request: AccessRequest) throws(StoreError) -> CommittedTree {
        guard let asOf = query.asOf, let sequence = try versions.sequence(asOf) else { return tree }
        let tree = try versions.tree(sequence)
        try versions.permit(tree, request)
        return tree
    }

    /// Executes a question about disclosures at the newest commit of the audit ledger. The event of it comes later.
    private func runOverLedger(
        _ query: Query, _ request: AccessRequest, proving: Bool
    ) throws(StoreError) -> (result: QueryResult, source: TracingSource, tree: CommittedTree) {
        guard let audit, let ledger = try audit.recorder.ledgerToRead() else { throw .noLedger }
        if !request.actor.roles.isEmpty {
            let auditors = try audit.policies.policy(at: reader).auditors
            try ledger.setAuditors(LedgerAuditors(auditors, of: commit.sequence))
        }
        let tree = try ledger.tree()
        let source = TracingSource(tree.reader, records, preliminaries, proving: proving)
        let access = access(request, query.text, [], isProven: proving, over: tree)
        let result = try recorded(access) { () throws(StoreError) in
            let result = try executing { () throws(QueryError) in
                try QueryExecutor(query, as: request, over: source).run()
            }
            if let patient = query.disclosedPatient { access?.note(patient: patient) }
            return (result, rows: result.rows.count)
        }
        return (result, source, tree)
    }

    /// Executes a query and gives its rows as they are found, columns beside them.
    func forEachBatch(
        of query: Query, as actor: Actor?, for purpose: Purpose?, breakGlassReason: String? = nil,
        _ body: (_ columns: [String], _ rows: [[Cell]]) throws(StoreError) -> Void
    ) throws(StoreError) {
        guard query.explanation == nil, !query.isAboutLedger else {
            let result = try self.query(
                prepared: query, as: actor, for: purpose, breakGlassReason: breakGlassReason)
            return try body(result.columns, result.rows)
        }
        let request = try request(query, actor, purpose, breakGlassReason)
        let tree = try tree(of: query, request)
        let source = TracingSource(tree.reader, records, preliminaries, proving: false)
        let query = try withViews(query, from: source)
        func execute(
            _ give: ([String], [[Cell]]) throws(StoreError) -> Void
        ) throws(StoreError) {
            try executing { () throws(QueryError) in
                try QueryExecutor(query, as: request, over: source).run { (columns, rows) throws(QueryError) in
                    do throws(StoreError) {
                        try give(columns, rows)
                    } catch {
                        throw .source(error)
                    }
                }
            }
        }
        guard let access = access(request, query.text, query.types, over: tree) else { return try execute(body) }
        var columns: [String] = []
        var parts = GrowingParts<[Cell]>()
        func give() throws(StoreError) {
            guard !parts.isEmpty else { return }
            try access.give(rows: UInt64(parts.count))
            try body(columns, parts.take())
        }
        try whole(access) { () throws(StoreError) in
            try execute { (names, rows) throws(StoreError) in
                columns = names
                if parts.isFull(with: rows) { try give() }
            }
            try give()
        }
    }

    /// The query with its views, so that what is recorded of it names the types that it reads.
    private func withViews(_ query: Query, from source: TracingSource) throws(StoreError) -> Query {
        try executing { () throws(QueryError) in
            try query.requireValues()
            return try query.withViews(from: source)
        }
    }

    func executing<Value>(_ body: () throws(QueryError) -> Value) throws(StoreError) -> Value {
        do throws(QueryError) {
            return try body()
        } catch {
            if case .source(let failure as StoreError) = error { throw failure }
            throw .query(error)
        }
    }

    // MARK: Reading

    /// Reads one resource, as FHIR's `read` does: `GET [base]/[type]/[id]`.
    ///
    /// - Parameters:
    ///   - type: the resource's type.
    ///   - id: its logical id.
    ///   - actor: who asks.
    ///   - purpose: why.
    /// - Returns: the resource as compact JSON, or nil when there is none that the actor may see for this purpose: which
    ///   of the two it is does not show.
    /// - Complexity: O(log n).
    public func read(
        _ type: ResourceType, id: String, as actor: Actor, for purpose: Purpose
    ) throws(StoreError) -> [UInt8]? {
        let request = request(actor, purpose)
        return try recorded(access(request, type, id)) { () throws(StoreError) in
            let json = try find(type, id: id, request)
            return (json, rows: json == nil ? 0 : 1)
        }
    }

    /// Reads one resource without recording it.
    func find(_ type: ResourceType, id: String, _ request: AccessRequest) throws(StoreError) -> [UInt8]? {
        let source = source()
        return try executing { () throws(QueryError) in
            try QueryExecutor.read(type, id: id, as: request, over: source)
        }
    }

    /// Reads all resources of a type that an actor may see for a purpose, one after the other.
    ///
    /// They come audience by audience, and there in the order of their logical ids. No more are read ahead of those that
    /// are given than are recorded together, some megabytes at most.
    ///
    /// - Parameters:
    ///   - type: the resources' type.
    ///   - actor: who asks.
    ///   - purpose: why.
    ///   - body: takes a resource as compact JSON; false ends it.
    /// - Complexity: O(m log n) for m resources.
    public func forEachResource(
        _ type: ResourceType, as actor: Actor, for purpose: Purpose, _ body: ([UInt8]) -> Bool
    ) throws(StoreError) {
        let source = source()
        let request = request(actor, purpose)
        func readAll(_ body: ([UInt8]) -> Bool) throws(StoreError) {
            try executing { () throws(QueryError) in
                try QueryExecutor.readAll(type, as: request, over: source, body)
            }
        }
        guard let access = access(request, "SELECT resource FROM \(type.name)", [type]) else {
            return try readAll(body)
        }
        var parts = GrowingParts<[UInt8]>()
        var failure: StoreError?
        var goesOn = true
        /// Records the resources that wait, then gives them.
        func give() {
            guard !parts.isEmpty, goesOn else { return }
            do throws(StoreError) {
                try access.give(rows: UInt64(parts.count))
                goesOn = parts.take().allSatisfy(body)
            } catch {
                failure = error
                goesOn = false
            }
        }
        try whole(access) { () throws(StoreError) in
            try readAll { json in
                if parts.isFull(with: [json], byteCount: json.count) { give() }
                return goesOn
            }
            give()
            if let failure { throw failure }
        }
    }

    /// The tree as a source that is read and not proven.
    func source() -> TracingSource {
        TracingSource(reader, records, preliminaries, proving: false)
    }

    /// The time of a request that is made now: never before that of the commit, since what was over by then is in no
    /// audience any more.
    var now: Int64 { max(Instant.now, Int64(clamping: commit.time)) }

    /// A request that is made now.
    func request(_ actor: Actor, _ purpose: Purpose) -> AccessRequest {
        AccessRequest(actor: actor, purpose: purpose, time: now)
    }

    // MARK: The log

    /// The newest signed checkpoint.
    public func checkpoint() throws(StoreError) -> SignedCheckpoint {
        try tree.log.checkpoint()
    }
}

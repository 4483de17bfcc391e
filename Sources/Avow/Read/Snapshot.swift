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
    public let commit: CommitRecord
    let state: StoreState
    let storage: any StorageSnapshot
    let reader: TreeReader
    let records: RecordReader
    private let preliminaries: Preliminaries
    private let log: CommitLog
    private var knownLogProof: [UInt8]?

    init(_ storage: any StorageSnapshot, _ keys: StoreKeys, _ opened: OpenedKeys, _ cache: NodeCache) throws(StoreError)
    {
        self.storage = storage
        log = CommitLog(storage)
        let size = try log.size()
        guard size > 0 else { throw .damaged(part: "log", reason: "it is empty") }
        commit = try log.commit(size - 1)
        state = try StoreState.read(size - 1, storage, keys.state)
        guard state.root.hash == commit.stateRoot, state.root.count == commit.entryCount else {
            throw .damaged(part: "version \(size - 1)", reason: "it is not the one that its commit names")
        }
        reader = TreeReader(root: state.root, snapshot: storage, sealer: keys.nodes, cache: cache)
        records = try RecordReader(opened, storage)
        preliminaries = opened.preliminaries
    }

    // MARK: Queries

    /// Executes a query.
    ///
    /// - Parameters:
    ///   - text: the query (the article Language).
    ///   - actor: who asks, unless the query says so itself.
    ///   - purpose: why, unless the query says so itself.
    /// - Throws: `StoreError.query` for a query that cannot be executed, `.cancelled` soon after the task is cancelled
    ///   in which this is called.
    public func query(_ text: String, as actor: Actor? = nil, for purpose: Purpose? = nil) throws(StoreError)
        -> QueryResult
    {
        try query(prepared: try Snapshot.prepare(text), as: actor, for: purpose)
    }

    /// Executes a query that was prepared, as `query(_:as:for:)` does one that is given as text.
    public func query(
        prepared query: Query, as actor: Actor? = nil, for purpose: Purpose? = nil
    ) throws(StoreError) -> QueryResult {
        if query.explanation == .analysis {
            let explanation = try explain(prepared: query, as: actor, for: purpose)
            let rows = explanation.lines.map { [Cell.string($0)] }
            return QueryResult(columns: ["plan"], rows: rows, audiences: explanation.audiences)
        }
        return try run(query, actor, purpose, proving: false).result
    }

    /// Says how a query is executed.
    ///
    /// - Parameters:
    ///   - query: the query, with EXPLAIN or without; with EXPLAIN ANALYZE it is executed and answered, too, to say what
    ///     that takes.
    ///   - actor: who asks, unless the query says so itself.
    ///   - purpose: why, unless the query says so itself.
    public func explain(
        prepared query: Query, as actor: Actor? = nil, for purpose: Purpose? = nil
    ) throws(StoreError) -> QueryExplanation {
        let isAnalyzed = query.explanation == .analysis
        let source = TracingSource(reader, records, preliminaries, proving: isAnalyzed)
        let (explanation, request) = try executing { () throws(QueryError) in
            let request = try query.request(actor: actor, purpose: purpose, time: now)
            let executor = QueryExecutor(query, as: request, over: source)
            return (isAnalyzed ? try executor.analyze().explanation : try executor.explain(), request)
        }
        guard isAnalyzed else { return explanation }
        var analysis = explanation
        analysis.answerByteCount = try answer(query, request, source).bytes.count
        return analysis
    }

    /// Says how a query that is given as text is executed; see `explain(prepared:as:for:)`.
    public func explain(_ text: String, as actor: Actor? = nil, for purpose: Purpose? = nil) throws(StoreError)
        -> QueryExplanation
    {
        try explain(prepared: try Snapshot.prepare(text), as: actor, for: purpose)
    }

    /// Executes a query and proves its rows.
    ///
    /// - Parameters: as in `query(_:as:for:)`.
    /// - Throws: as `query(_:as:for:)`.
    /// - Complexity: beyond the query, O(m log n) for m entries read.
    public func answer(_ text: String, as actor: Actor? = nil, for purpose: Purpose? = nil) throws(StoreError)
        -> AnsweredQuery
    {
        try answer(prepared: try Snapshot.prepare(text), as: actor, for: purpose)
    }

    /// Executes a query that was prepared, and proves its rows.
    ///
    /// To prove what `read(_:id:as:for:)` reads, answer the query `Query.read(_:id:)`.
    public func answer(
        prepared query: Query, as actor: Actor? = nil, for purpose: Purpose? = nil
    ) throws(StoreError) -> AnsweredQuery {
        let (result, request, source) = try run(query, actor, purpose, proving: true)
        return AnsweredQuery(result: result, answer: try answer(query, request, source))
    }

    /// The answer to a query, with the proof of all that was read for it.
    private func answer(
        _ query: Query, _ request: AccessRequest, _ source: TracingSource
    ) throws(StoreError) -> Answer {
        let proof = try source.proof()
        return Answer(
            query: query.text, request: request, commit: commit.encoded, logProof: try logProof(),
            treeProof: proof.treeProof, values: proof.values, records: proof.records)
    }

    private static func prepare(_ text: String) throws(StoreError) -> Query {
        do throws(QueryError) {
            return try Query(text)
        } catch {
            throw .query(error)
        }
    }

    private func run(
        _ query: Query, _ actor: Actor?, _ purpose: Purpose?, proving: Bool
    ) throws(StoreError) -> (result: QueryResult, request: AccessRequest, source: TracingSource) {
        let source = TracingSource(reader, records, preliminaries, proving: proving)
        return try executing { () throws(QueryError) in
            let request = try query.request(actor: actor, purpose: purpose, time: now)
            return (try QueryExecutor(query, as: request, over: source).run(), request, source)
        }
    }

    /// Executes a query and gives its rows as they are found, columns beside them.
    func forEachBatch(
        of query: Query, as actor: Actor?, for purpose: Purpose?,
        _ body: (_ columns: [String], _ rows: [[Cell]]) throws(StoreError) -> Void
    ) throws(StoreError) {
        guard query.explanation == nil else {
            let result = try self.query(prepared: query, as: actor, for: purpose)
            return try body(result.columns, result.rows)
        }
        let source = source()
        try executing { () throws(QueryError) in
            let request = try query.request(actor: actor, purpose: purpose, time: now)
            try QueryExecutor(query, as: request, over: source).run { (columns, rows) throws(QueryError) in
                do throws(StoreError) {
                    try body(columns, rows)
                } catch {
                    throw .source(error)
                }
            }
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
        let source = source()
        let request = request(actor, purpose)
        return try executing { () throws(QueryError) in
            try QueryExecutor.read(type, id: id, as: request, over: source)
        }
    }

    /// Reads all resources of a type that an actor may see for a purpose, one after the other.
    ///
    /// They come audience by audience, and there in the order of their logical ids. None is kept.
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
        try executing { () throws(QueryError) in
            try QueryExecutor.readAll(type, as: request, over: source, body)
        }
    }

    /// The tree as a source that is read and not proven.
    func source() -> TracingSource {
        TracingSource(reader, records, preliminaries, proving: false)
    }

    /// The time of a request that is made now: never before that of the commit, since what was over by then is in no
    /// audience any more.
    private var now: Int64 { max(Instant.now, Int64(clamping: commit.time)) }

    /// A request that is made now.
    func request(_ actor: Actor, _ purpose: Purpose) -> AccessRequest {
        AccessRequest(actor: actor, purpose: purpose, time: now)
    }

    // MARK: The log

    /// The newest signed checkpoint.
    public func checkpoint() throws(StoreError) -> SignedCheckpoint {
        try log.checkpoint()
    }

    /// The proof that the commit stands in the log, the same for all answers of a snapshot.
    private func logProof() throws(StoreError) -> [UInt8] {
        if let knownLogProof { return knownLogProof }
        let proof = TlogProof(
            index: commit.sequence, path: try log.inclusionPath(index: commit.sequence, size: commit.sequence + 1),
            checkpoint: try log.checkpoint()
        ).bytes
        knownLogProof = proof
        return proof
    }
}

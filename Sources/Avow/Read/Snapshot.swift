public import AvowConsent
internal import AvowFHIR
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
    let opener: RecordOpener
    private let log: CommitLog

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
        opener = try RecordOpener(storeID: keys.storeID, opened)
    }

    /// Executes a query.
    ///
    /// - Parameters:
    ///   - text: the query (the article Language).
    ///   - actor: who asks, unless the query says so itself.
    ///   - purpose: why, unless the query says so itself.
    /// - Throws: `StoreError.query` for a query that cannot be executed.
    public func query(_ text: String, as actor: Actor? = nil, for purpose: Purpose? = nil) throws(StoreError)
        -> QueryResult
    {
        try run(text, actor, purpose, proving: false).result
    }

    /// Executes a query and proves its rows.
    ///
    /// - Parameters: as in `query(_:as:for:)`.
    /// - Throws: as `query(_:as:for:)`.
    /// - Complexity: beyond the query, O(m log n) for m entries read.
    public func answer(_ text: String, as actor: Actor? = nil, for purpose: Purpose? = nil) throws(StoreError)
        -> AnsweredQuery
    {
        let (result, request, source) = try run(text, actor, purpose, proving: true)
        let proof = try source.proof()
        let size = commit.sequence + 1
        let logProof = TlogProof(
            index: commit.sequence, path: try log.inclusionPath(index: commit.sequence, size: size),
            checkpoint: try log.checkpoint())
        let answer = Answer(
            query: text, request: request, commit: commit.encoded, logProof: logProof.bytes,
            treeProof: proof.treeProof, values: proof.values, records: proof.records)
        return AnsweredQuery(result: result, answer: answer)
    }

    /// The newest signed checkpoint.
    public func checkpoint() throws(StoreError) -> SignedCheckpoint {
        try log.checkpoint()
    }

    private func run(
        _ text: String, _ actor: Actor?, _ purpose: Purpose?, proving: Bool
    ) throws(StoreError) -> (result: QueryResult, request: AccessRequest, source: TracingSource) {
        let source = TracingSource(reader, storage, opener, proving: proving)
        do throws(QueryError) {
            let query = try Query(text)
            let request = try query.request(actor: actor, purpose: purpose, time: Instant.now)
            return (try QueryExecutor(query, as: request, over: source).run(), request, source)
        } catch {
            if case .source(let failure as StoreError) = error { throw failure }
            throw .query(error)
        }
    }
}

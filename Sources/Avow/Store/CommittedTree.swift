internal import AvowProof
internal import AvowQuery
internal import AvowStorage
internal import AvowTree

/// The tree of a store or of a ledger as it was at one commit.
///
/// Like the snapshot of the storage that it reads from, it is used by one task at a time.
final class CommittedTree {
    let commit: CommitRecord
    let state: StoreState
    let storage: any StorageSnapshot
    let reader: TreeReader
    let log: CommitLog
    /// The number of commits in the log.
    private let size: UInt64
    private var knownLogProof: [UInt8]?

    /// - Parameter sequence: a commit whose version is kept; by default the newest that `storage` has.
    init(
        _ storage: any StorageSnapshot, _ keys: TreeKeys, _ cache: NodeCache, at sequence: UInt64? = nil
    ) throws(StoreError) {
        self.storage = storage
        log = CommitLog(storage)
        size = try log.size()
        guard size > 0 else { throw .damaged(part: "log", reason: "it is empty") }
        commit = try log.commit(sequence ?? size - 1)
        let state = try StoreState.read(commit.sequence, storage, keys.state)
        guard state.root.hash == commit.stateRoot, state.root.count == commit.entryCount else {
            throw .damaged(part: "version \(commit.sequence)", reason: "it is not the one that its commit names")
        }
        self.state = try state.readable(storage, keys, cache)
        reader = TreeReader(root: self.state.root, snapshot: storage, sealer: keys.nodes, cache: cache)
    }

    /// The proof that the commit stands in the log, the same for all answers of a snapshot.
    func logProof() throws(StoreError) -> [UInt8] {
        if let knownLogProof { return knownLogProof }
        let proof = TlogProof(
            index: commit.sequence, path: try log.inclusionPath(index: commit.sequence, size: size),
            checkpoint: try log.checkpoint()
        ).bytes
        knownLogProof = proof
        return proof
    }

    /// The later commits that show a verifier that this is the commit which AS OF comes to, and when the newest one was
    /// made.
    func laterCommits(_ asOf: AsOf?) throws(StoreError) -> [ShownCommit] {
        let next = commit.sequence + 1
        guard asOf != nil, next < size else { return [] }
        var needed = [size - 1]
        if case .date = asOf, next < size - 1 { needed.insert(next, at: 0) }
        return try needed.map { (sequence) throws(StoreError) in
            ShownCommit(
                commit: try log.commit(sequence).encoded, path: try log.inclusionPath(index: sequence, size: size))
        }
    }
}

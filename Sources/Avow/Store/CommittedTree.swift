internal import AvowProof
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
    private var knownLogProof: [UInt8]?

    /// The newest commit that `storage` has.
    init(_ storage: any StorageSnapshot, _ keys: TreeKeys, _ cache: NodeCache) throws(StoreError) {
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
    }

    /// The proof that the commit stands in the log, the same for all answers of a snapshot.
    func logProof() throws(StoreError) -> [UInt8] {
        if let knownLogProof { return knownLogProof }
        let proof = TlogProof(
            index: commit.sequence, path: try log.inclusionPath(index: commit.sequence, size: commit.sequence + 1),
            checkpoint: try log.checkpoint()
        ).bytes
        knownLogProof = proof
        return proof
    }
}

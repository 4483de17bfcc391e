internal import AvowProof
internal import AvowStorage
internal import AvowTree

/// Makes a commit: the tree's new version, its record in the log, and a signed checkpoint, all in one transaction.
struct Committer: Sendable {
    /// Every so many commits the versions of the tree are removed that are not kept, with the nodes that only they hold. The
    /// nodes of one small commit lie on as many pages as there are, which are then all written; those of several lie on
    /// hardly more.
    static let commitsBetweenPruning: UInt64 = 8
    /// A commit that gives up a larger part of the nodes removes them at once, one in so many: while resources are loaded in
    /// bulk, each version is about another copy of the tree's nodes.
    static let smallShare: UInt64 = 16

    let keys: TreeKeys
    let cache: NodeCache
    let origin: String
    let signingKey: SigningKey

    /// Applies changes, appends the commit, prunes, and commits the transaction.
    ///
    /// - Parameters:
    ///   - state: what the last commit left; nil for the first one.
    ///   - placement: what moves as a consequence of the changes.
    func commit(
        _ changes: TreeBatch, after state: StoreState?, nextRecordID: UInt64, reason: String,
        in transaction: any StorageTransaction, placing placement: PlacementWork? = nil
    ) throws(StoreError) {
        var update = TreeUpdate(
            root: state?.root ?? .empty, nextNodeID: state?.nextNodeID ?? 1, transaction: transaction,
            sealer: keys.nodes, boundary: keys.boundary, cache: cache)
        try mapping(StoreError.tree) { () throws(TreeError) in try update.apply(changes) }
        var nextRecordID = nextRecordID
        try placement?.run(&update, &nextRecordID) { root in
            TreeReader(root: root, snapshot: transaction, sealer: keys.nodes, cache: cache)
        }
        // What the commit has written and replaced itself is in no version.
        let firstNodeID = state?.nextNodeID ?? 1
        try mapping(StoreError.storage) { () throws(StorageError) in
            for node in update.retired where node >= firstNodeID { try transaction.removeBlob(node, in: .nodes) }
        }
        let sequence = state.map { $0.sequence + 1 } ?? 0
        let next = StoreState(
            sequence: sequence, root: update.root, nextNodeID: update.nextNodeID, nextRecordID: nextRecordID,
            retired: update.retired.filter { $0 < firstNodeID }, moves: placement?.moves.sorted() ?? [])
        let sealed = keys.state.seal(next.bytes, as: "version", id: sequence)
        try mapping(StoreError.storage) { () throws(StorageError) in
            try transaction.append(sealed, id: sequence, in: .versions)
        }
        let time = try time(after: state, transaction)
        let commit: CommitRecord
        do throws(CommitRecord.ReasonTooLong) {
            commit = try CommitRecord(
                sequence: sequence, time: time, entryCount: update.root.count,
                stateRoot: update.root.hash, reason: reason)
        } catch {
            throw .damaged(part: "commit", reason: "\(error)")
        }
        try CommitLog.append(commit, signedBy: signingKey, origin: origin, to: transaction)
        try prune(after: next, at: time, transaction)
        try mapping(StoreError.storage) { () throws(StorageError) in try transaction.commit() }
    }

    /// When the commit is made; not before the last one, even when the clock was put back.
    private func time(
        after state: StoreState?, _ transaction: any StorageTransaction
    ) throws(StoreError) -> UInt64 {
        let now = UInt64(max(0, Instant.now))
        guard let state else { return now }
        return max(now, try CommitLog(transaction).commit(state.sequence).time)
    }

    /// Removes the versions that are not kept, when that is due.
    private func prune(
        after newest: StoreState, at time: UInt64, _ transaction: any StorageTransaction
    ) throws(StoreError) {
        let nodes = try mapping(StoreError.storage) { () throws(StorageError) in
            try transaction.statistics(of: .nodes).entries
        }
        guard
            newest.sequence % Committer.commitsBetweenPruning == 0
                || UInt64(newest.retired.count) * Committer.smallShare > nodes
        else { return }
        let retention = try Retention.read(transaction, keys.state)
        try Pruning(newest, keys.state, in: transaction).run(retention, at: time)
    }
}

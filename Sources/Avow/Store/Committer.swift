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
    /// Whether small commits leave their nodes in memory, and keep their changes instead.
    let keepsChanges: Bool

    /// Applies changes, appends the commit, prunes, and commits the transaction.
    ///
    /// A small commit writes its changes and leaves the nodes of the tree in memory, unless older versions are to be kept: a
    /// version that is read at once does not need them written, and the next commits change the same ones.
    ///
    /// - Parameters:
    ///   - state: what the last commit left; nil for the first one.
    ///   - placement: what moves as a consequence of the changes.
    func commit(
        _ changes: TreeBatch, after state: StoreState?, nextRecordID: UInt64, reason: String,
        in transaction: any StorageTransaction, placing placement: PlacementWork? = nil
    ) throws(StoreError) {
        let retention = try Retention.read(transaction, keys.state)
        var update = update(changes.count, after: state, retention, transaction)
        try mapping(StoreError.tree) { () throws(TreeError) in
            try update.writeNodes()
            try update.apply(changes)
        }
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
        var base: StoreState.Base?
        if let state, update.root.unwritten != nil {
            base = state.base ?? StoreState.Base(sequence: state.sequence, root: state.root)
            try TreeChangesLog(keys.state).append(update.applied, of: sequence, to: transaction)
        }
        let next = StoreState(
            sequence: sequence, root: update.root, base: base, nextNodeID: update.nextNodeID,
            nextRecordID: nextRecordID, retired: update.retired.filter { $0 < firstNodeID },
            moves: placement?.moves.sorted() ?? [])
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
        try prune(after: next, at: time, retention, transaction)
        try mapping(StoreError.storage) { () throws(StorageError) in try transaction.commit() }
        cache.unwritten.insert(update.root, number: sequence)
    }

    /// An update that writes its nodes, or leaves them in memory.
    private func update(
        _ count: Int, after state: StoreState?, _ retention: Retention, _ transaction: any StorageTransaction
    ) -> TreeUpdate {
        if let state, keepsChanges, retention == .newest,
            UnwrittenNodes.mayStay(of: state.root, with: count, beside: cache)
        {
            return TreeUpdate(
                inMemory: state.root, nextNodeID: state.nextNodeID, snapshot: transaction, sealer: keys.nodes,
                boundary: keys.boundary, cache: cache)
        }
        return TreeUpdate(
            root: state?.root ?? .empty, nextNodeID: state?.nextNodeID ?? 1, transaction: transaction,
            sealer: keys.nodes, boundary: keys.boundary, cache: cache)
    }

    /// Writes the nodes of the newest version that are in memory only, so that nobody has to make them anew from the
    /// changes. The version stays the same.
    func settle(_ state: StoreState, at time: UInt64, in transaction: any StorageTransaction) throws(StoreError) {
        var update = TreeUpdate(
            root: state.root, nextNodeID: state.nextNodeID, transaction: transaction, sealer: keys.nodes,
            boundary: keys.boundary, cache: cache)
        try mapping(StoreError.tree) { () throws(TreeError) in try update.writeNodes() }
        // What was given up goes with the version before. When that has gone, it goes now.
        let isAlone = try transaction.oldestVersion() == state.sequence
        try mapping(StoreError.storage) { () throws(StorageError) in
            if isAlone { for node in update.retired.sorted() { try transaction.removeBlob(node, in: .nodes) } }
        }
        let settled = StoreState(
            sequence: state.sequence, root: update.root, nextNodeID: update.nextNodeID,
            nextRecordID: state.nextRecordID, retired: isAlone ? [] : update.retired, moves: state.moves)
        let sealed = keys.state.seal(settled.bytes, as: "version", id: state.sequence)
        try mapping(StoreError.storage) { () throws(StorageError) in
            try transaction.put(sealed, id: state.sequence, in: .versions)
        }
        let retention = try Retention.read(transaction, keys.state)
        try Pruning(settled, keys.state, keepsChanges: keepsChanges, in: transaction).run(retention, at: time)
        try mapping(StoreError.storage) { () throws(StorageError) in try transaction.commit() }
        cache.unwritten.insert(update.root, number: state.sequence)
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
        after newest: StoreState, at time: UInt64, _ retention: Retention, _ transaction: any StorageTransaction
    ) throws(StoreError) {
        let nodes = try mapping(StoreError.storage) { () throws(StorageError) in
            try transaction.statistics(of: .nodes).entries
        }
        // A version whose nodes are not written has given up none.
        guard
            newest.base != nil || newest.sequence % Committer.commitsBetweenPruning == 0
                || UInt64(newest.retired.count) * Committer.smallShare > nodes
        else { return }
        try Pruning(newest, keys.state, keepsChanges: keepsChanges, in: transaction).run(retention, at: time)
    }
}

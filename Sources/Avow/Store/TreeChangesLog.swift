internal import AvowProof
internal import AvowStorage
internal import AvowTree

/// The changes of commits whose tree nodes are not written, as they rest in a store.
struct TreeChangesLog {
    private static let name = "changes"

    private let sealer: StateSealer

    init(_ sealer: StateSealer) {
        self.sealer = sealer
    }

    /// Keeps the changes of a commit.
    func append(
        _ batches: [TreeBatch], of sequence: UInt64, to transaction: any StorageTransaction
    ) throws(StoreError) {
        var bytes: [UInt8] = []
        for batch in batches { batch.encode(into: &bytes) }
        let sealed = sealer.seal(bytes, as: TreeChangesLog.name, id: sequence)
        try mapping(StoreError.storage) { () throws(StorageError) in
            try transaction.append(sealed, id: sequence, in: .changes)
        }
    }

    /// The changes of some commits, those of later ones behind those of earlier ones.
    func changes(
        of sequences: ClosedRange<UInt64>, _ snapshot: any StorageSnapshot
    ) throws(StoreError) -> [TreeChanges] {
        var changes: [TreeChanges] = []
        for sequence in sequences {
            let sealed = try mapping(StoreError.storage) { () throws(StorageError) in
                try snapshot.blob(sequence, in: .changes)
            }
            guard let sealed else {
                throw .damaged(part: "\(TreeChangesLog.name) \(sequence)", reason: "they are missing")
            }
            let bytes = try sealer.open(sealed, as: TreeChangesLog.name, id: sequence)
            do throws(TreeError) {
                changes += try TreeBatch.decode(bytes)
            } catch {
                throw .damaged(part: "\(TreeChangesLog.name) \(sequence)", reason: "\(error)")
            }
        }
        return changes
    }

    /// Removes the changes that no version needs from the one on that has this state.
    static func removeChanges(before oldest: StoreState, _ transaction: any StorageTransaction) throws(StoreError) {
        let last = oldest.base?.sequence ?? oldest.sequence
        try mapping(StoreError.storage) { () throws(StorageError) in
            var gone: [UInt64] = []
            try transaction.forEachBlob(in: .changes, from: 0) { sequence, _ in
                if sequence <= last { gone.append(sequence) }
                return sequence < last
            }
            for sequence in gone { try transaction.removeBlob(sequence, in: .changes) }
        }
    }
}

extension StoreState {
    /// The state with a tree that can be read. Where its nodes are not written, and not in memory either, the changes are
    /// applied again from the last version on that is there.
    ///
    /// - Complexity: O(1) when another reader had the version or its commit was made in this process; else O(m log n) for m
    ///   changes.
    func readable(
        _ snapshot: any StorageSnapshot, _ keys: TreeKeys, _ cache: NodeCache
    ) throws(StoreError) -> StoreState {
        guard let base else {
            // Another process may have written the nodes that this one has in memory.
            cache.unwritten.insert(root, number: sequence)
            return self
        }
        let known = cache.unwritten.newest(in: (base.sequence + 1)...sequence)
        if let known, known.number == sequence {
            guard known.root.hash == root.hash else { throw otherTree }
            return at(known.root)
        }
        let changes = try TreeChangesLog(keys.state).changes(
            of: ((known?.number ?? base.sequence) + 1)...sequence, snapshot)
        var update = TreeUpdate(
            inMemory: known?.root ?? base.root, nextNodeID: nextNodeID, snapshot: snapshot, sealer: keys.nodes,
            boundary: keys.boundary, cache: cache)
        try mapping(StoreError.tree) { () throws(TreeError) in try update.apply(TreeBatch(joining: changes)) }
        guard update.root.hash == root.hash, update.root.count == root.count else { throw otherTree }
        cache.unwritten.insert(update.root, number: sequence)
        return at(update.root)
    }

    private var otherTree: StoreError {
        .damaged(part: "version \(sequence)", reason: "its changes do not lead to the tree that it names")
    }
}

public import AvowProof
internal import AvowStorage
internal import AvowTree

/// A version of a store's tree that can be asked AS OF its commit.
public struct KeptVersion: Sendable {
    /// The commit that made it.
    public let commit: CommitRecord
    /// How many bytes of tree nodes go when it is no longer kept; 0 of the newest. What it shares with older versions,
    /// which go before it, does not count.
    public let byteCount: UInt64
}

extension Store {
    /// Which versions of its tree the store keeps.
    public func retention() throws(StoreError) -> Retention {
        let snapshot = try mapping(StoreError.storage) { () throws(StorageError) in try storage.snapshot() }
        return try Retention.read(snapshot, keys.state)
    }

    /// Changes which versions of its tree the store keeps, from now on and for all processes. What is no longer kept goes
    /// at once; what has gone does not come back.
    ///
    /// - Complexity: O(m) in the nodes that go.
    public func setRetention(_ retention: Retention) throws(StoreError) {
        try write { (transaction) throws(StoreError) in
            try retention.write(to: transaction, keys.state)
            let newest = try CommittedTree(transaction, keys.tree, cache)
            let now = max(UInt64(max(0, Instant.now)), newest.commit.time)
            try Pruning(newest.state, keys.state, keepsChanges: true, in: transaction).run(retention, at: now)
            try mapping(StoreError.storage) { () throws(StorageError) in try transaction.commit() }
        }
    }

    /// The versions that can be read now, the oldest first. There may be some more than are to be kept, until they are
    /// removed.
    ///
    /// - Complexity: O(m) in the nodes that only older versions have.
    public func keptVersions() throws(StoreError) -> [KeptVersion] {
        let storage = try mapping(StoreError.storage) { () throws(StorageError) in try self.storage.snapshot() }
        let log = CommitLog(storage)
        let size = try log.size()
        var versions: [KeptVersion] = []
        var sequence = try storage.oldestVersion() ?? size
        while sequence < size {
            var byteCount: UInt64 = 0
            if sequence + 1 < size {
                let successor = try StoreState.read(sequence + 1, storage, keys.state)
                byteCount = try mapping(StoreError.storage) { () throws(StorageError) in
                    var byteCount: UInt64 = 0
                    for node in successor.retired {
                        let length = try storage.withBlob(node, in: .nodes) { bytes in UInt64(bytes.count) }
                        byteCount += length ?? 0
                    }
                    return byteCount
                }
            }
            versions.append(KeptVersion(commit: try log.commit(sequence), byteCount: byteCount))
            sequence += 1
        }
        return versions
    }
}

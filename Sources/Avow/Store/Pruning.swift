internal import AvowProof
internal import AvowStorage
internal import AvowTree

/// Removes versions of a tree that are not kept, the oldest first, each with the nodes that its successor no longer
/// holds. A snapshot that reads one of them sees the storage as it was.
struct Pruning {
    private let transaction: any StorageTransaction
    private let sealer: StateSealer
    private let newest: StoreState
    private let keepsChanges: Bool

    /// - Parameter keepsChanges: whether nodes may be unwritten, and changes be kept instead.
    init(_ newest: StoreState, _ sealer: StateSealer, keepsChanges: Bool, in transaction: any StorageTransaction) {
        self.newest = newest
        self.keepsChanges = keepsChanges
        self.sealer = sealer
        self.transaction = transaction
    }

    /// Removes what is not kept at a time.
    ///
    /// - Complexity: O(m) in the versions that go and their nodes; what is kept is not looked at.
    func run(_ retention: Retention, at now: UInt64) throws(StoreError) {
        guard let first = try transaction.oldestVersion() else { return }
        let log = CommitLog(transaction)
        var retired: [UInt64] = []
        var oldest = first
        while oldest < newest.sequence {
            let isKept = try retention.keeps(oldest, newest: newest.sequence, now: now) { () throws(StoreError) in
                try log.commit(oldest + 1).time
            }
            if isKept { break }
            oldest += 1
            let successor = oldest == newest.sequence ? newest : try StoreState.read(oldest, transaction, sealer)
            retired += successor.retired
        }
        // Neighbours stand on one page.
        retired.sort()
        try mapping(StoreError.storage) { () throws(StorageError) in
            for node in retired { try transaction.removeBlob(node, in: .nodes) }
            for version in first..<oldest { try transaction.removeBlob(version, in: .versions) }
        }
        guard keepsChanges else { return }
        let state = oldest == newest.sequence ? newest : try StoreState.read(oldest, transaction, sealer)
        try TreeChangesLog.removeChanges(before: state, transaction)
    }
}

extension StorageSnapshot {
    /// The number of the oldest version that is there. All from there to the newest are.
    func oldestVersion() throws(StoreError) -> UInt64? {
        try mapping(StoreError.storage) { () throws(StorageError) in
            var first: UInt64?
            try forEachBlob(in: .versions, from: 0) { id, _ in
                first = id
                return false
            }
            return first
        }
    }
}

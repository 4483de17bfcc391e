internal import AvowProof
internal import AvowStorage

/// The append-only log of a store's commits, as one snapshot has it.
struct CommitLog {
    private let snapshot: any StorageSnapshot

    init(_ snapshot: any StorageSnapshot) {
        self.snapshot = snapshot
    }

    /// The number of commits.
    func size() throws(StoreError) -> UInt64 {
        let last = try mapping(StoreError.storage) { () throws(StorageError) in
            try snapshot.lastBlobID(in: .commits)
        }
        return last.map { $0 + 1 } ?? 0
    }

    /// The commit of a number, as the log has it.
    func commit(_ sequence: UInt64) throws(StoreError) -> CommitRecord {
        let bytes = try mapping(StoreError.storage) { () throws(StorageError) in
            try snapshot.blob(sequence, in: .commits)
        }
        guard let bytes else { throw .damaged(part: "log", reason: "commit \(sequence) is missing") }
        do throws(CBORError) {
            return try CommitRecord(decoding: bytes)
        } catch {
            throw .damaged(part: "log", reason: "commit \(sequence): \(error)")
        }
    }

    /// The root of the log at a size.
    func root(size: UInt64) throws(StoreError) -> Digest {
        try MerkleLog.root(size: size, stored: stored)
    }

    /// That the commit `index` stands in the log of `size` commits.
    func inclusionPath(index: UInt64, size: UInt64) throws(StoreError) -> [Digest] {
        guard let path = try MerkleLog.inclusionPath(index: index, size: size, stored: stored) else {
            throw .damaged(part: "log", reason: "commit \(index) is not among its \(size) commits")
        }
        return path
    }

    /// The newest signed checkpoint.
    func checkpoint() throws(StoreError) -> SignedCheckpoint {
        let bytes = try mapping(StoreError.storage) { () throws(StorageError) in
            try snapshot.value(for: HeaderName.checkpoint, in: .header)
        }
        guard let bytes else { throw .damaged(part: "log", reason: "there is no checkpoint") }
        return try mapping(StoreError.note) { () throws(NoteError) in try SignedCheckpoint(parsing: bytes) }
    }

    /// Appends a commit and signs the new checkpoint, after making sure that the log continues the last one.
    static func append(
        _ commit: CommitRecord, signedBy key: SigningKey, origin: String, to transaction: any StorageTransaction
    ) throws(StoreError) {
        let log = CommitLog(transaction)
        let size = try log.size()
        if size > 0 {
            let last = try log.checkpoint().checkpoint
            let root = try log.root(size: size)
            guard last.size == size, last.root == root else {
                throw .inconsistentLog(size: size, expected: last.root, found: root)
            }
        }
        let added = try MerkleLog.appending(leafHash: commit.leafHash, size: size, stored: log.stored)
        var position = MerkleLog.storedCount(size: size)
        for hash in added {
            try mapping(StoreError.storage) { () throws(StorageError) in
                try transaction.append(hash.bytes, id: position, in: .logHashes)
            }
            position += 1
        }
        try mapping(StoreError.storage) { () throws(StorageError) in
            try transaction.append(commit.encoded, id: size, in: .commits)
        }
        let root = try log.root(size: size + 1)
        let note = try mapping(StoreError.note) { () throws(NoteError) in
            try SignedCheckpoint(Checkpoint(origin: origin, size: size + 1, root: root), signedBy: key).bytes
        }
        try mapping(StoreError.storage) { () throws(StorageError) in
            try transaction.put(note, for: HeaderName.checkpoint, in: .header)
        }
    }

    private func stored(_ level: Int, _ index: UInt64) throws(StoreError) -> Digest {
        let position = LogNode(level: level, index: index).position
        let bytes = try mapping(StoreError.storage) { () throws(StorageError) in
            try snapshot.blob(position, in: .logHashes)
        }
        guard let bytes, let digest = Digest(bytes) else {
            throw .damaged(part: "log", reason: "the hash at position \(position) is missing")
        }
        return digest
    }
}

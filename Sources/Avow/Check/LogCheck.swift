internal import AvowProof
internal import AvowStorage

/// The check of a log: its commits, its stored hashes, and the checkpoint that signs them.
enum LogCheck {
    static func check(
        _ storage: any StorageSnapshot, signedBy key: VerifierKey
    ) throws(StoreError) -> CheckReport {
        var report = CheckReport()
        var leaves: [Digest] = []
        var damaged: [(UInt64, String)] = []
        try mapping(StoreError.storage) { () throws(StorageError) in
            try storage.forEachBlob(in: .commits, from: 0) { id, bytes in
                let bytes = [UInt8](copying: bytes)
                let commit = try? CommitRecord(decoding: bytes)
                if id != UInt64(leaves.count) || commit?.sequence != id {
                    damaged.append((id, "it is not commit \(leaves.count)"))
                }
                leaves.append(LogProof.leafHash(bytes))
                return true
            }
        }
        for (id, reason) in damaged { report.add("commit \(id)", reason) }
        report.commits = UInt64(leaves.count)
        try checkHashes(leaves, storage, &report)
        do throws(StoreError) {
            try checkCheckpoint(leaves, storage, key, &report)
        } catch {
            try report.take(error)
        }
        return report
    }

    private static func checkCheckpoint(
        _ leaves: [Digest], _ storage: any StorageSnapshot, _ key: VerifierKey, _ report: inout CheckReport
    ) throws(StoreError) {
        let checkpoint = try CommitLog(storage).checkpoint()
        do throws(NoteError) {
            let verified = try checkpoint.verify(LogPolicy(log: key))
            if verified.checkpoint.size != UInt64(leaves.count) || verified.checkpoint.root != LogProof.root(leaves) {
                report.add("checkpoint", "it signs another log than the one of \(leaves.count) commits that is here")
            }
        } catch {
            report.add("checkpoint", "\(error)")
        }
    }

    private static func checkHashes(
        _ leaves: [Digest], _ storage: any StorageSnapshot, _ report: inout CheckReport
    ) throws(StoreError) {
        var expected: [Digest] = []
        for (index, leaf) in leaves.enumerated() {
            let hashes = MerkleLog.appending(leafHash: leaf, size: UInt64(index)) { (level: Int, index: UInt64) in
                expected[Int(LogNode(level: level, index: index).position)]
            }
            expected += hashes
        }
        var found = 0
        var damaged: [UInt64] = []
        try mapping(StoreError.storage) { () throws(StorageError) in
            try storage.forEachBlob(in: .logHashes, from: 0) { id, bytes in
                if id != UInt64(found) || found >= expected.count || Digest(bytes) != expected[found] {
                    damaged.append(id)
                }
                found += 1
                return true
            }
        }
        for id in damaged { report.add("log hash \(id)", "it is not the hash of the commits below it") }
        if found != expected.count { report.add("log", "it has \(found) stored hashes, expected \(expected.count)") }
    }
}

internal import AvowProof
internal import Synchronization

/// The commits whose log proof a verifier verified last.
///
/// Verifying is a function of the bytes and the verifier's policy alone, so the same bytes need not be verified twice.
/// What failed is not remembered.
final class VerifiedCommits: Sendable {
    /// More are forgotten, the oldest first.
    private static let capacity = 8

    private struct Entry {
        let commitBytes: [UInt8]
        let logProof: [UInt8]
        let commit: CommitRecord
        let checkpoint: VerifiedCheckpoint
    }

    private let entries = Mutex<[Entry]>([])

    func find(commit: [UInt8], logProof: [UInt8]) -> (CommitRecord, VerifiedCheckpoint)? {
        entries.withLock { entries in
            let found = entries.last { $0.commitBytes == commit && $0.logProof == logProof }
            return found.map { ($0.commit, $0.checkpoint) }
        }
    }

    func remember(
        _ record: CommitRecord, _ checkpoint: VerifiedCheckpoint, commit: [UInt8], logProof: [UInt8]
    ) {
        let entry = Entry(commitBytes: commit, logProof: logProof, commit: record, checkpoint: checkpoint)
        entries.withLock { entries in
            if entries.count >= VerifiedCommits.capacity { entries.removeFirst() }
            entries.append(entry)
        }
    }
}

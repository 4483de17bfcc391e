internal import AvowProof
internal import AvowQuery

/// The check that an answer is of the commit that its query is about.
///
/// Which commits an answer must show beside its own follows from the query and from the log's size: the next one, when a
/// date is asked for, since it must be after the date; and the newest one, which the request may not be older than.
struct CommitCheck {
    private let commit: CommitRecord
    private let checkpoint: Checkpoint
    private let shown: [ShownCommit]

    /// - Parameters:
    ///   - commit: the commit of the answer, whose place in the log is proven.
    ///   - checkpoint: that of the log, verified.
    ///   - shown: the later commits that the answer shows.
    init(_ commit: CommitRecord, _ checkpoint: Checkpoint, _ shown: [ShownCommit]) {
        self.commit = commit
        self.checkpoint = checkpoint
        self.shown = shown
    }

    /// Checks the commit, and gives the newest one of the log.
    func newestCommit(asOf: AsOf?) throws(VerificationError) -> CommitRecord {
        let next = commit.sequence + 1
        var needed: [UInt64] = []
        switch asOf {
        case nil:
            // A state that was replaced must not pass for the one that a newer checkpoint signs.
            guard next == checkpoint.size else {
                throw .commitSuperseded(sequence: commit.sequence, size: checkpoint.size)
            }
        case .commit(let number):
            guard commit.sequence == number.value else {
                throw .otherCommit(asked: number.value, found: commit.sequence)
            }
        case .date:
            guard asOf?.includes(time: commit.time) == true else {
                throw .commitAfterDate(sequence: commit.sequence, time: commit.time)
            }
            if next < checkpoint.size { needed.append(next) }
        // A query with placeholders is refused for these.
        case .placeholder: break
        }
        if next < checkpoint.size, needed.last != checkpoint.size - 1 { needed.append(checkpoint.size - 1) }
        var newest = commit
        for (index, sequence) in needed.enumerated() {
            newest = try later(sequence, at: index)
            if sequence == next, asOf?.includes(time: newest.time) == true {
                throw .commitBeforeAnother(sequence: commit.sequence, later: sequence)
            }
        }
        guard shown.count == needed.count else { throw .unreadCommit(index: needed.count) }
        return newest
    }

    /// A later commit that must be shown at a place of the answer's list.
    private func later(_ sequence: UInt64, at index: Int) throws(VerificationError) -> CommitRecord {
        guard index < shown.count else { throw .missingCommit(sequence: sequence) }
        let record: CommitRecord
        do throws(CBORError) {
            record = try CommitRecord(decoding: shown[index].commit)
        } catch {
            throw .commit(error)
        }
        guard record.sequence == sequence else { throw .missingCommit(sequence: sequence) }
        do throws(LogProofError) {
            try LogProof.verifyInclusion(
                leafHash: record.leafHash, index: sequence, size: checkpoint.size, path: shown[index].path,
                root: checkpoint.root)
        } catch {
            throw .laterCommit(sequence: sequence, error)
        }
        return record
    }
}

public import AvowProof
public import AvowQuery

/// Why an answer is refused: which check failed, and on what.
public enum VerificationError: Error, Sendable, CustomStringConvertible {
    /// The file is not an answer.
    case format(AnswerFormatError)
    /// The log proof is malformed, the checkpoint is not signed by the expected key or not by enough witnesses, or the
    /// commit is not in the log that the checkpoint signs.
    case log(NoteError)
    /// The commit record is malformed.
    case commit(CBORError)
    /// The commit stands at another place of the log than it says.
    case commitMisplaced(sequence: UInt64, index: UInt64)
    /// The commit is not the newest one of the log that the checkpoint signs, and the query does not ask for an older one.
    case commitSuperseded(sequence: UInt64, size: UInt64)
    /// The query is AS OF another commit.
    case otherCommit(asked: UInt64, found: UInt64)
    /// The commit is after the date that the query is AS OF; its time in milliseconds since 1970-01-01T00:00:00Z.
    case commitAfterDate(sequence: UInt64, time: UInt64)
    /// There is a later commit that is not after the date that the query is AS OF.
    case commitBeforeAnother(sequence: UInt64, later: UInt64)
    /// The answer does not show a later commit that it must show: the one behind its own, or the newest one.
    case missingCommit(sequence: UInt64)
    /// The answer shows a later commit that the query does not need.
    case unreadCommit(index: Int)
    /// A later commit does not stand in the log that the checkpoint signs.
    case laterCommit(sequence: UInt64, LogProofError)
    /// The tree proof is malformed, belongs to another tree, or hides what the query reads: rows were dropped, or the
    /// proof is one of another range.
    case tree(TreeProofError)
    /// The query cannot be executed over what the answer discloses.
    case query(QueryError)
    /// The query reads a value that the answer does not disclose, or discloses changed.
    case missingValue(TreeKey, digest: Digest)
    /// The query reads a record that the answer does not disclose, or discloses changed, or under another row.
    case missingRecord(TreeKey, digest: Digest)
    /// A disclosed record is not a resource in compact JSON.
    case malformedRecord(index: Int, reason: String)
    /// The answer discloses a value that the query does not read.
    case unreadValue(index: Int)
    /// The answer discloses a record that the query does not read: a row was added, or the query changed.
    case unreadRecord(index: Int)
    /// The query names another actor or purpose than the request that stands beside it.
    case contradictoryRequest
    /// The request was made before the newest commit, in milliseconds since 1970-01-01T00:00:00Z: what its time permitted
    /// may have been over when the commit decided who reads what, or not have begun.
    case requestBeforeCommit(time: Int64, commit: UInt64)
    /// The store has put an audience under the id of another one, so that records are read that are not meant for whom
    /// it admits.
    case forgedAudience(id: AudienceID)
    /// All proofs hold, and yet the file is not as it was written: a part that the rows do not depend on was changed.
    case altered

    /// A short name of the check that failed, the same for all answers that fail it.
    public var check: String {
        switch self {
        case .format: "format"
        case .log: "log"
        case .commit, .commitMisplaced, .commitSuperseded, .otherCommit, .commitAfterDate, .commitBeforeAnother,
            .missingCommit, .unreadCommit, .laterCommit:
            "commit"
        case .tree: "tree"
        case .query: "query"
        case .missingValue, .unreadValue: "value"
        case .missingRecord, .malformedRecord, .unreadRecord: "record"
        case .contradictoryRequest, .requestBeforeCommit: "request"
        case .forgedAudience: "audience"
        case .altered: "integrity"
        }
    }

    /// What went wrong, in a sentence.
    public var description: String {
        switch self {
        case .format(let error): "\(error)"
        case .log(let error): "the checkpoint or the commit's place in the log does not hold: \(error)"
        case .commit(let error): "the commit record is malformed: \(error)"
        case .commitMisplaced(let sequence, let index):
            "the commit says that it is number \(sequence), but stands in the log as number \(index)"
        case .commitSuperseded(let sequence, let size):
            "the answer is of commit \(sequence), but the checkpoint is of a log with \(size) commits"
        case .otherCommit(let asked, let found):
            "the query is about commit \(asked), and the answer about commit \(found)"
        case .commitAfterDate(let sequence, let time):
            "commit \(sequence), of the time \(time), is after the date that the query is about"
        case .commitBeforeAnother(let sequence, let later):
            "commit \(later) is not after the date that the query is about, and the answer is of the older commit \(sequence)"
        case .missingCommit(let sequence):
            "the answer does not show commit \(sequence), which decides whether its own is the right one"
        case .unreadCommit(let index): "later commit \(index) of the answer is not needed for the query"
        case .laterCommit(let sequence, let error): "commit \(sequence) is not in the log: \(error)"
        case .tree(let error): "\(error)"
        case .query(let error): "\(error)"
        case .missingValue(let key, let digest):
            "no disclosed value has the digest \(digest) that the tree holds at key \(key.bytes.hexadecimal)"
        case .missingRecord(let key, let digest):
            "no disclosed record has the digest \(digest) that the tree holds at key \(key.bytes.hexadecimal)"
        case .malformedRecord(let index, let reason): "disclosed record \(index) is malformed: \(reason)"
        case .unreadValue(let index): "value \(index) of the answer belongs to nothing that the query reads"
        case .unreadRecord(let index): "record \(index) of the answer belongs to no row of the query"
        case .contradictoryRequest: "the query names another actor or purpose than the request beside it"
        case .requestBeforeCommit(let time, let commit):
            "the request is of the time \(time), before the commit's, \(commit)"
        case .forgedAudience(let id): "another audience stands under the id \(id.rawValue) than the one that has it"
        case .altered: "the file was changed after it was written, in a part that no row depends on"
        }
    }
}

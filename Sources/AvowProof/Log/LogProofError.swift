/// Why a proof about the log was refused.
public enum LogProofError: Error, Equatable, Sendable {
    /// There is no leaf `index` in a log of `size` leaves.
    case indexOutsideLog(index: UInt64, size: UInt64)
    /// A log of `old` leaves cannot be the beginning of one of `new` leaves.
    case sizesOutOfOrder(old: UInt64, new: UInt64)
    /// The path has another number of hashes than this index and these sizes demand.
    case wrongPathLength(expected: Int, found: Int)
    /// The path leads to another root than the log's.
    case rootMismatch(expected: Digest, computed: Digest)
    /// The path does not begin in the older root: the log's history was changed.
    case oldRootMismatch(expected: Digest, computed: Digest)
}

extension LogProofError: CustomStringConvertible {
    /// What was wrong, for a person.
    public var description: String {
        switch self {
        case .indexOutsideLog(let index, let size):
            "the log of \(size) leaves has no leaf \(index)"
        case .sizesOutOfOrder(let old, let new):
            "a log of \(old) leaves cannot be the beginning of one of \(new)"
        case .wrongPathLength(let expected, let found):
            "the proof should have \(expected) hashes, it has \(found)"
        case .rootMismatch(let expected, let computed):
            "the proof leads to the root \(computed), but the log's is \(expected)"
        case .oldRootMismatch(let expected, let computed):
            "the log is not a continuation: the proof leads to the older root \(computed), but that was \(expected)"
        }
    }
}

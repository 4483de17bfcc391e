internal import AvowFHIR

/// Why an older state of the store cannot be asked.
public enum AsOfError: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is no commit of this number yet; the newest one.
    case noSuchCommit(UInt64, newest: UInt64)
    /// The date is before the first commit, whose time this is, in milliseconds since 1970-01-01T00:00:00Z.
    case beforeFirstCommit(time: UInt64)
    /// The version that this commit made is not kept any more; those that are.
    case notKept(UInt64, kept: ClosedRange<UInt64>)
    /// Since this commit records were withdrawn from who asks, for this purpose; the oldest commit that the same request
    /// may ask.
    case withdrawn(UInt64, oldest: UInt64)

    /// What went wrong, in a sentence.
    public var description: String {
        switch self {
        case .noSuchCommit(let number, let newest): "there is no commit \(number); the newest is \(newest)"
        case .beforeFirstCommit(let time):
            "the store had no commit yet: the first is of \(AsOfError.text(time))"
        case .notKept(let number, let kept):
            "commit \(number) cannot be asked any more: the store keeps "
                + (kept.count == 1
                    ? "commit \(kept.upperBound) alone" : "the commits \(kept.lowerBound) to \(kept.upperBound)")
        case .withdrawn(let number, let oldest):
            "commit \(number) cannot be asked by this request, from which records have been withdrawn since: the oldest that it may ask is commit \(oldest)"
        }
    }

    private static func text(_ time: UInt64) -> String {
        FHIRDateTime(instant: Int64(clamping: time))?.text ?? "\(time)"
    }
}

/// How one value stands to another of its kind. Where FHIRPath leaves that undecided, there is none.
public enum ValueOrder: Hashable, Sendable {
    /// The first is the smaller, or the earlier.
    case ascending
    /// They are equal.
    case same
    /// The first is the greater, or the later.
    case descending

    init<Value: Comparable>(_ left: Value, _ right: Value) {
        self = left < right ? .ascending : left == right ? .same : .descending
    }
}

/// Why bytes are no tree proof, or why a tree proof does not prove what is asked of it.
public enum TreeProofError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The bytes are not a proof: what was expected at `offset`.
    case malformed(offset: Int, expected: String)
    /// The proof's tree has another root than the one it was checked against.
    case wrongRoot(expected: Digest, found: Digest)
    /// The proof's tree has another number of leaves than the one it was checked against.
    case wrongCount(expected: UInt64, found: UInt64)
    /// Two leaves do not stand in the order of their keys; the second is leaf `rank`.
    case unorderedLeaves(rank: UInt64)
    /// The proof hides leaves that had to be shown: those from `rank` on, `count` of them.
    case incomplete(rank: UInt64, count: UInt64)
    /// A leaf is shown, but too little of its key to tell on which side of a bound it stands.
    case undecidedLeaf(rank: UInt64)
    /// A leaf inside a range that had to be shown whole is shown in part.
    case partialLeaf(rank: UInt64)

    /// What went wrong, in a sentence.
    public var description: String {
        switch self {
        case .malformed(let offset, let expected):
            "tree proof, byte \(offset): expected \(expected)"
        case .wrongRoot(let expected, let found):
            "tree proof: its root is \(found), expected \(expected)"
        case .wrongCount(let expected, let found):
            "tree proof: it has \(found) leaves, expected \(expected)"
        case .unorderedLeaves(let rank):
            "tree proof: leaf \(rank) does not stand above the leaves before it"
        case .incomplete(let rank, let count):
            "tree proof: \(count) leaves from leaf \(rank) on are hidden in a range that must be shown"
        case .undecidedLeaf(let rank):
            "tree proof: leaf \(rank) shows too little of its key to bound a range"
        case .partialLeaf(let rank):
            "tree proof: leaf \(rank) lies in a range that must be shown and is shown only in part"
        }
    }
}

public import AvowProof

/// Entries that stand next to each other in a leaf node, in their order or against it.
public struct PlacedRun: Sendable {
    private let leaf: TreeNode
    private let range: Range<Int>
    private let leafStart: UInt64
    private let descending: Bool
    /// Their keys.
    public let keys: KeyRun

    init(_ leaf: TreeNode, _ range: Range<Int>, leafStart: UInt64, descending: Bool) {
        self.leaf = leaf
        self.range = range
        self.leafStart = leafStart
        self.descending = descending
        keys = leaf.entries.keys(range, descending: descending)
    }

    /// The entry at a place of the run, which must have it.
    public subscript(index: Int) -> PlacedEntry {
        precondition(index >= 0 && index < range.count, "a place in the run")
        let place = descending ? range.upperBound - 1 - index : range.lowerBound + index
        return PlacedEntry(in: leaf, place, rank: leafStart + UInt64(place))
    }
}

public import AvowProof

/// Entries that stand next to each other in a leaf node, in their order or against it.
public struct PlacedRun: Sendable {
    private let leaf: TreeNode
    private let entries: LeafEntries
    private let range: Range<Int>
    private let leafStart: UInt64
    private let descending: Bool
    /// Their keys.
    public let keys: KeyRun

    /// Nil when the node is no leaf node.
    init?(_ leaf: TreeNode, _ range: Range<Int>, leafStart: UInt64, descending: Bool) {
        guard case .leaf(let entries) = leaf.content else { return nil }
        self.leaf = leaf
        self.entries = entries
        self.range = range
        self.leafStart = leafStart
        self.descending = descending
        keys = entries.keys(range, descending: descending)
    }

    /// The entry at a place of the run, which must have it.
    public subscript(index: Int) -> PlacedEntry {
        precondition(index >= 0 && index < range.count, "a place in the run")
        let place = descending ? range.upperBound - 1 - index : range.lowerBound + index
        return PlacedEntry(leaf, entries, place, rank: leafStart + UInt64(place))
    }
}

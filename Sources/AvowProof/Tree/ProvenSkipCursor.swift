extension ProvenTree {
    /// A cursor that leaps over the entries of `range`, standing before the first of them.
    ///
    /// - Throws: `TreeProofError` when the proof does not fix the lower bound.
    public func skipCursor(over range: KeyRange) throws(TreeProofError) -> ProvenSkipCursor {
        let start = range.isEmpty ? items.count : try position(of: range.lower)
        return ProvenSkipCursor(tree: self, range: range, position: start)
    }
}

/// Leaps over the entries of a range of a proven tree, proving with each leap how many there are.
///
/// A leap ends between two leaves that stand next to each other, the first shown to lie below its bound and the second
/// not below it; what lies between two such places is counted by the tree itself.
public struct ProvenSkipCursor: Sendable {
    private let tree: ProvenTree
    private let range: KeyRange
    private var position: Int

    init(tree: ProvenTree, range: KeyRange, position: Int) {
        self.tree = tree
        self.range = range
        self.position = position
    }

    /// Realm and order of the entry that the cursor stands before; nil when it is proven that the range holds no more.
    ///
    /// - Throws: `.incomplete` when a pruned subtree stands there; `.partialLeaf` or `.undecidedLeaf` when the leaf
    ///   shows too little.
    public func key() throws(TreeProofError) -> KeyPlace? {
        guard position < tree.items.count else { return nil }
        switch tree.items[position] {
        case .pruned(let count, _):
            throw .incomplete(rank: tree.ranks[position], count: count)
        case .leaf(let leaf):
            if let upper = range.upper, !ProvenTree.isBelow(leaf, upper) {
                guard ProvenTree.isNotBelow(leaf, upper) else { throw .undecidedLeaf(rank: tree.ranks[position]) }
                return nil
            }
            guard leaf.disclosure >= .order else { throw .partialLeaf(rank: tree.ranks[position]) }
            return KeyPlace(
                leaf.key.bytes, from: 0, realmByteCount: leaf.key.realmByteCount,
                orderByteCount: leaf.key.orderByteCount)
        }
    }

    /// Leaps to the first entry that is not below `bound`.
    ///
    /// - Returns: the number of entries that it passes.
    /// - Throws: `.incomplete` or `.undecidedLeaf` when the proof does not fix the bound.
    /// - Complexity: O(n) in the items that it passes.
    public mutating func skip(to bound: [UInt8]) throws(TreeProofError) -> UInt64 {
        var end = position
        var isBelow = false
        while end < tree.items.count {
            switch tree.items[end] {
            case .pruned: isBelow = false
            case .leaf(let leaf):
                if ProvenTree.isNotBelow(leaf, bound) { return try leap(to: end, isBelow) }
                isBelow = ProvenTree.isBelow(leaf, bound)
            }
            end += 1
        }
        return try leap(to: end, isBelow)
    }

    /// - Parameter isBelow: whether the item before the end of the leap is shown to lie below the leap's bound.
    private mutating func leap(to end: Int, _ isBelow: Bool) throws(TreeProofError) -> UInt64 {
        let start = position
        guard isBelow else {
            guard end > start else { throw .undecidedLeaf(rank: tree.ranks[start]) }
            if case .pruned(let count, _) = tree.items[end - 1] {
                throw .incomplete(rank: tree.ranks[end - 1], count: count)
            }
            throw .undecidedLeaf(rank: tree.ranks[end - 1])
        }
        position = end
        return tree.ranks[end] - tree.ranks[start]
    }
}

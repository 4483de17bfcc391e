extension ProvenTree {
    /// A cursor that leaps over the entries of `range`, standing before the first of them.
    ///
    /// - Throws: `TreeProofError` when the proof does not fix the lower bound.
    public func skipCursor(over range: KeyRange) throws(TreeProofError) -> ProvenSkipCursor {
        let start = range.isEmpty ? shown.items.count : try position(of: range.lower)
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
        let shown = tree.shown
        guard position < shown.items.count else { return nil }
        let item = shown.items[position]
        guard let disclosure = item.disclosure else { throw incomplete(at: position) }
        if let upper = range.upper, !shown.isBelow(item, upper) {
            guard shown.isNotBelow(item, upper) else { throw .undecidedLeaf(rank: shown.ranks[position]) }
            return nil
        }
        guard disclosure >= .order else { throw .partialLeaf(rank: shown.ranks[position]) }
        return KeyPlace(
            shown.keys, from: item.keyStart, realmByteCount: item.realmByteCount, orderByteCount: item.orderByteCount)
    }

    private func incomplete(at index: Int) -> TreeProofError {
        let ranks = tree.shown.ranks
        return .incomplete(rank: ranks[index], count: ranks[index + 1] - ranks[index])
    }

    /// Leaps to the first entry that is not below `bound`.
    ///
    /// - Returns: the number of entries that it passes.
    /// - Throws: `.incomplete` or `.undecidedLeaf` when the proof does not fix the bound.
    /// - Complexity: O(n) in the items that it passes.
    public mutating func skip(to bound: [UInt8]) throws(TreeProofError) -> UInt64 {
        let shown = tree.shown
        let start = position
        var end = position
        var isBelow = false
        while end < shown.items.count {
            let item = shown.items[end]
            if item.disclosure == nil {
                isBelow = false
            } else {
                if shown.isNotBelow(item, bound) { break }
                isBelow = shown.isBelow(item, bound)
            }
            end += 1
        }
        // The item before the end of the leap must be shown to lie below its bound.
        guard isBelow else {
            guard end > start else { throw .undecidedLeaf(rank: shown.ranks[start]) }
            if shown.items[end - 1].disclosure == nil { throw incomplete(at: end - 1) }
            throw .undecidedLeaf(rank: shown.ranks[end - 1])
        }
        position = end
        return shown.ranks[end] - shown.ranks[start]
    }
}

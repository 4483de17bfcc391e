internal import AvowProof

/// All hashes of a node: computed when a proof or a change needs them, and kept with the node.
final class NodeHashes: Sendable {
    /// The shape of the binary tree over the items.
    let tree: ItemTree
    /// The hashes of the items.
    let items: [Digest]
    /// The hashes of the binary tree over the items, in preorder: the tree over n items has n - 1 of them, its own
    /// first, then those of its left subtree, then those of its right one.
    let inner: [Digest]
    /// The hash of the node.
    let root: Digest

    /// Stands for the hash of a leaf that is still to be computed; if a leaf had this hash, it would only be computed
    /// once more.
    static let unknown = Digest(words: 0, 0, 0, 0)

    /// The hashes of another node, some of whose items are also here.
    struct Source: Sendable {
        let hashes: NodeHashes
        /// Where each item stands in the other node, or `NodePatch.isNew`.
        let items: [UInt16]
    }

    /// The hashes of a leaf node.
    ///
    /// - Parameters:
    ///   - known: hashes of entries that were computed before, and ``unknown`` for the others; may be empty.
    ///   - source: the node that most of the entries were taken from.
    convenience init(_ entries: LeafEntries, known: consuming [Digest] = [], source: Source? = nil) {
        var hashes = known
        if hashes.isEmpty { hashes = [Digest](repeating: NodeHashes.unknown, count: entries.count) }
        for index in hashes.indices where hashes[index] == NodeHashes.unknown { hashes[index] = entries.hash(index) }
        self.init(ItemTree(entries), hashes, ranks: nil, source)
    }

    /// The hashes of an inner node.
    ///
    /// - Parameter source: the node that most of the children were taken from.
    convenience init(_ children: ChildEntries, source: Source? = nil) {
        self.init(ItemTree(children), children.hashes, ranks: children.startRanks, source)
    }

    /// The hashes of a node as far as a proof needs them that shows some items: of other groups the hash alone.
    ///
    /// Nil when there are not as many hashes as groups. Else the root follows from the hashes of the groups, so that they are
    /// those of this node if the root is.
    convenience init?(_ content: TreeNode.Content, groups: [Digest], showing isShown: (Range<Int>) -> Bool) {
        switch content {
        case .leaf(let entries):
            let tree = ItemTree(entries)
            guard groups.count == tree.groupCount else { return nil }
            let shown = (0..<groups.count).map { isShown(tree.items($0)) }
            var items = [Digest](repeating: NodeHashes.unknown, count: entries.count)
            for group in groups.indices {
                let range = tree.items(group)
                if shown[group] {
                    for index in range { items[index] = entries.hash(index) }
                } else if range.count == 1 {
                    items[range.lowerBound] = groups[group]
                }
            }
            self.init(tree, items, ranks: nil, nil, GroupHashes(hashes: groups, isShown: shown))
        case .inner(let children):
            let tree = ItemTree(children)
            guard groups.count == tree.groupCount else { return nil }
            self.init(
                tree, children.hashes, ranks: children.startRanks, nil,
                GroupHashes(hashes: groups, isShown: (0..<groups.count).map { isShown(tree.items($0)) }))
        }
    }

    private init(
        _ tree: ItemTree, _ items: [Digest], ranks: [UInt64]?, _ source: Source?, _ groups: GroupHashes? = nil
    ) {
        self.tree = tree
        self.items = items
        var hashing = InnerHashing(tree: tree, items: items, ranks: ranks, source: source, groups: groups)
        root =
            items.isEmpty
            ? TreeHash.empty
            : hashing.hash(tree.whole, at: 0, beside: source.map { ($0.hashes.tree.whole, 0) })
        inner = hashing.inner
    }

    /// Calls `body` with the hash of each group of items, in their order.
    func forEachGroup(_ body: (Digest) -> Void) {
        forEachGroup(tree.whole, 0, body)
    }

    private func forEachGroup(_ part: ItemTree.Part, _ base: Int, _ body: (Digest) -> Void) {
        guard part.groups.count > 1 else {
            return body(part.items.count == 1 ? items[part.items.lowerBound] : inner[base])
        }
        let (left, right) = tree.halves(part)
        forEachGroup(left, base + 1, body)
        forEachGroup(right, base + left.items.count, body)
    }
}

/// The hashes of a node's groups of items, as they rest with it.
private struct GroupHashes {
    let hashes: [Digest]
    /// Of which groups items are to be shown, so that what is inside is hashed.
    let isShown: [Bool]
}

/// Hashes the binary tree over the items of a node, and takes from another node's what is the same.
private struct InnerHashing {
    typealias Place = (part: ItemTree.Part, base: Int)

    let tree: ItemTree
    let items: [Digest]
    /// How many leaves stand before each item; nil when the items are leaves.
    let ranks: [UInt64]?
    let source: NodeHashes.Source?
    let groups: GroupHashes?
    private(set) var inner: [Digest]

    init(tree: ItemTree, items: [Digest], ranks: [UInt64]?, source: NodeHashes.Source?, groups: GroupHashes?) {
        self.tree = tree
        self.items = items
        self.ranks = ranks
        self.source = source
        self.groups = groups
        inner = [Digest](repeating: TreeHash.empty, count: max(items.count - 1, 0))
    }

    /// The hash of a part of one item or more, whose hashes stand in ``inner`` from `base` on.
    ///
    /// - Parameter other: the part of the other node that stands where this one does, if there is one.
    mutating func hash(_ part: ItemTree.Part, at base: Int, beside other: Place?) -> Digest {
        let range = part.items
        if let groups, part.groups.count == 1, part.items == tree.items(part.groups.lowerBound),
            !groups.isShown[part.groups.lowerBound]
        {
            let hash = groups.hashes[part.groups.lowerBound]
            if range.count > 1 { inner[base] = hash }
            return hash
        }
        if range.count == 1 { return items[range.lowerBound] }
        var other = other
        if let source {
            if let place = other, isCopy(of: place.part.items, range, source) {
                return copy(range.count, from: place.base, to: base, source)
            }
            if part.groups.count == 1, source.items[range.lowerBound] != NodePatch.isNew,
                let place = group(startingWith: Int(source.items[range.lowerBound]), source),
                isCopy(of: place.part.items, range, source)
            {
                return copy(range.count, from: place.base, to: base, source)
            }
            // Parts are halved alike when they have as many groups, or as many items in one group.
            if let place = other,
                place.part.groups.count != part.groups.count
                    || (part.groups.count == 1 && place.part.items.count != range.count)
            {
                other = nil
            }
        }
        let (left, right) = tree.halves(part)
        var beside: (left: Place, right: Place)?
        if let other, let source {
            let (otherLeft, otherRight) = source.hashes.tree.halves(other.part)
            beside = ((otherLeft, other.base + 1), (otherRight, other.base + otherLeft.items.count))
        }
        let leftHash = hash(left, at: base + 1, beside: beside?.left)
        let rightHash = hash(right, at: base + left.items.count, beside: beside?.right)
        let hash = TreeHash.inner(leafCount(left.items), leftHash, leafCount(right.items), rightHash)
        inner[base] = hash
        return hash
    }

    private func leafCount(_ items: Range<Int>) -> UInt64 {
        guard let ranks else { return UInt64(items.count) }
        return ranks[items.upperBound] - ranks[items.lowerBound]
    }

    /// Whether some items are the ones that stand in a range of the other node.
    private func isCopy(of range: Range<Int>, _ items: Range<Int>, _ source: NodeHashes.Source) -> Bool {
        guard range.count == items.count else { return false }
        let shift = range.lowerBound - items.lowerBound
        for index in items where Int(source.items[index]) != index + shift { return false }
        return true
    }

    private mutating func copy(_ count: Int, from: Int, to base: Int, _ source: NodeHashes.Source) -> Digest {
        for index in 0..<(count - 1) { inner[base + index] = source.hashes.inner[from + index] }
        return inner[base]
    }

    /// The group of the other node that starts with an item, if that has more than one.
    private func group(startingWith item: Int, _ source: NodeHashes.Source) -> Place? {
        let tree = source.hashes.tree
        var part = tree.whole
        var base = 0
        while part.groups.count > 1 {
            let (left, right) = tree.halves(part)
            if item < right.items.lowerBound {
                part = left
                base += 1
            } else {
                part = right
                base += left.items.count
            }
        }
        return part.items.lowerBound == item && part.items.count > 1 ? (part, base) : nil
    }
}

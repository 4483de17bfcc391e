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

    /// Items that stand one behind the other here and in another node, whose hashes are known.
    struct Run: Sendable {
        let hashes: NodeHashes
        /// Where the first of them stands in the other node.
        let first: Int
        /// Where they stand here.
        var items: Range<Int>
    }

    /// The hashes of a leaf node.
    ///
    /// - Parameters:
    ///   - known: hashes of entries that were computed before, and ``unknown`` for the others; may be empty.
    ///   - runs: the entries that were taken from other nodes, in their order.
    convenience init(_ entries: LeafEntries, known: consuming [Digest] = [], runs: [Run] = []) {
        var hashes = known
        if hashes.isEmpty { hashes = [Digest](repeating: NodeHashes.unknown, count: entries.count) }
        for index in hashes.indices where hashes[index] == NodeHashes.unknown { hashes[index] = entries.hash(index) }
        self.init(ItemTree(entries), hashes, ranks: nil, runs)
    }

    /// The hashes of an inner node.
    ///
    /// - Parameter runs: the children that were taken from other nodes, in their order.
    convenience init(_ children: ChildEntries, runs: [Run] = []) {
        self.init(ItemTree(children), children.hashes, ranks: children.startRanks, runs)
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
            self.init(tree, items, ranks: nil, [], GroupHashes(hashes: groups, isShown: shown))
        case .inner(let children):
            let tree = ItemTree(children)
            guard groups.count == tree.groupCount else { return nil }
            self.init(
                tree, children.hashes, ranks: children.startRanks, [],
                GroupHashes(hashes: groups, isShown: (0..<groups.count).map { isShown(tree.items($0)) }))
        }
    }

    private init(
        _ tree: ItemTree, _ items: [Digest], ranks: [UInt64]?, _ runs: [Run], _ groups: GroupHashes? = nil
    ) {
        self.tree = tree
        self.items = items
        let hashing = InnerHashing(
            tree: tree, items: items, ranks: ranks, groups: groups,
            copies: CopiedGroups(runs, in: tree))
        var inner = [Digest](repeating: TreeHash.empty, count: max(items.count - 1, 0))
        var span = inner.mutableSpan
        root = items.isEmpty ? TreeHash.empty : hashing.root(&span)
        self.inner = inner
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

/// Hashes the binary tree over the items of a node, and takes from other nodes what is the same.
private struct InnerHashing {
    let tree: ItemTree
    let items: [Digest]
    /// How many leaves stand before each item; nil when the items are leaves.
    let ranks: [UInt64]?
    let groups: GroupHashes?
    let copies: CopiedGroups?

    /// The hash of all items, of which there is one at least.
    func root(_ inner: inout MutableSpan<Digest>) -> Digest {
        hash(tree.whole, at: 0, beside: copies.map { ($0.main.tree.whole, 0) }, &inner)
    }

    /// The hash of a part of one item or more, whose hashes stand in `inner` from `base` on.
    ///
    /// - Parameter other: the part of the node that most groups are copied from which stands where this one does, if there
    ///   is one, and where its hashes stand.
    private func hash(
        _ part: ItemTree.Part, at base: Int, beside other: (part: ItemTree.Part, base: Int)?,
        _ inner: inout MutableSpan<Digest>
    ) -> Digest {
        guard part.groups.count > 1 else {
            if let groups, !groups.isShown[part.groups.lowerBound] {
                let hash = groups.hashes[part.groups.lowerBound]
                if part.items.count > 1 { inner[base] = hash }
                return hash
            }
            if part.items.count > 1, let copied = copies?.origin(of: part.groups.lowerBound) {
                return InnerHashing.copy(part.items.count, of: copied.hashes, from: copied.base, to: base, &inner)
            }
            return hash(part.items, at: base, &inner)
        }
        // Parts are halved alike when they have as many groups.
        let isAlike = other?.part.groups.count == part.groups.count
        if isAlike, let copies, let other, copies.areCopies(part.groups, of: other.part.groups) {
            return InnerHashing.copy(part.items.count, of: copies.main, from: other.base, to: base, &inner)
        }
        let (left, right) = tree.halves(part)
        let leftHash: Digest
        let rightHash: Digest
        if isAlike, let copies, let other {
            let (otherLeft, otherRight) = copies.main.tree.halves(other.part)
            leftHash = hash(left, at: base + 1, beside: (otherLeft, other.base + 1), &inner)
            rightHash = hash(
                right, at: base + left.items.count, beside: (otherRight, other.base + otherLeft.items.count), &inner)
        } else {
            leftHash = hash(left, at: base + 1, beside: nil, &inner)
            rightHash = hash(right, at: base + left.items.count, beside: nil, &inner)
        }
        let hash = TreeHash.inner(leafCount(left.items), leftHash, leafCount(right.items), rightHash)
        inner[base] = hash
        return hash
    }

    /// The hash of one item or more of one group.
    private func hash(_ range: Range<Int>, at base: Int, _ inner: inout MutableSpan<Digest>) -> Digest {
        guard range.count > 1 else { return items[range.lowerBound] }
        let middle = range.lowerBound + TreeHash.leftCount(of: range.count)
        let left = range.lowerBound..<middle
        let right = middle..<range.upperBound
        let leftHash = hash(left, at: base + 1, &inner)
        let rightHash = hash(right, at: base + left.count, &inner)
        let hash = TreeHash.inner(leafCount(left), leftHash, leafCount(right), rightHash)
        inner[base] = hash
        return hash
    }

    private func leafCount(_ items: Range<Int>) -> UInt64 {
        guard let ranks else { return UInt64(items.count) }
        return ranks[items.upperBound] - ranks[items.lowerBound]
    }

    /// Takes the hashes of so many items, two or more, from another node.
    private static func copy(
        _ count: Int, of other: NodeHashes, from: Int, to base: Int, _ inner: inout MutableSpan<Digest>
    ) -> Digest {
        for index in 0..<(count - 1) { inner[base + index] = other.inner[from + index] }
        return inner[base]
    }
}

/// Which groups of a node stand in other nodes too, item by item, so that they need not be hashed again.
///
/// The keys alone draw where groups end, so that most groups of a node stay together when the node ends elsewhere, or
/// something comes or goes in another group.
private struct CopiedGroups {
    /// The group that a group is a copy of.
    private struct Origin {
        /// The run that the group stands in.
        let run: UInt16
        /// The group of the run's node.
        let group: UInt16

        static let none = Origin(run: UInt16.max, group: 0)
    }

    private let runs: [NodeHashes.Run]
    /// The node that most of the items were taken from.
    let main: NodeHashes
    private var origins: [Origin] = []

    /// Nil when nothing is taken from other nodes.
    init?(_ runs: [NodeHashes.Run], in own: ItemTree) {
        guard var main = runs.first?.hashes else { return nil }
        var most = 0
        for run in runs {
            let count = runs.reduce(0) { $0 + ($1.hashes === run.hashes ? $1.items.count : 0) }
            if count > most {
                most = count
                main = run.hashes
            }
        }
        self.runs = runs
        self.main = main
        origins.reserveCapacity(own.groupCount)
        var next = 0
        for group in 0..<own.groupCount {
            let items = own.items(group)
            while next < runs.count, runs[next].items.upperBound <= items.lowerBound { next += 1 }
            origins.append(next < runs.count ? CopiedGroups.origin(of: items, runs[next], next) : .none)
        }
    }

    /// - Parameters:
    ///   - items: a group.
    ///   - run: the first of the runs that do not end before it.
    private static func origin(of items: Range<Int>, _ run: NodeHashes.Run, _ index: Int) -> Origin {
        guard run.items.lowerBound <= items.lowerBound, items.upperBound <= run.items.upperBound else { return .none }
        let tree = run.hashes.tree
        guard let group = tree.group(beginningAt: run.first + items.lowerBound - run.items.lowerBound),
            tree.items(group).count == items.count
        else { return .none }
        return Origin(run: UInt16(truncatingIfNeeded: index), group: UInt16(truncatingIfNeeded: group))
    }

    /// Whether groups are copies of as many of the node that most come from.
    func areCopies(_ groups: Range<Int>, of others: Range<Int>) -> Bool {
        let shift = others.lowerBound - groups.lowerBound
        for group in groups {
            let origin = origins[group]
            guard origin.run != Origin.none.run, Int(origin.group) == group + shift,
                runs[Int(origin.run)].hashes === main
            else { return false }
        }
        return true
    }

    /// The node that has a group too, and where the group's hashes stand in it.
    func origin(of group: Int) -> (hashes: NodeHashes, base: Int)? {
        let origin = origins[group]
        guard origin.run != Origin.none.run else { return nil }
        let hashes = runs[Int(origin.run)].hashes
        return (hashes, hashes.tree.place(ofGroup: Int(origin.group)))
    }
}

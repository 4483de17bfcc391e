public import AvowProof

/// What was read of a tree, as leaves by their rank and how much of each must be shown.
public struct TreeEvidence: Sendable {
    var shown: [(rank: UInt64, disclosure: LeafDisclosure)] = []

    /// Of how many leaves something is shown, one that was shown twice counted twice.
    public var count: Int { shown.count }

    /// The same, with each leaf once.
    public consuming func condensed() -> TreeEvidence { TreeEvidence(shown: sorted()) }
}

/// Builds one proof for everything that was read of a tree.
///
/// What has to be shown is collected first, as leaves by their rank and how much of each; then the tree is walked once
/// and pruned wherever nothing is to be shown.
public struct TreeProver {
    private let reader: TreeReader
    /// What has to be shown so far.
    public private(set) var evidence = TreeEvidence()

    /// A prover that has to show nothing yet.
    public init(_ reader: TreeReader) {
        self.reader = reader
    }

    /// Shows an entry, whole.
    ///
    /// - Parameter rank: how many entries stand before it.
    public mutating func show(entryAt rank: UInt64) {
        evidence.shown.append((rank, .full))
    }

    /// Shows entries that stand next to each other, whole.
    public mutating func show(entriesAt ranks: Range<UInt64>) {
        for rank in ranks { show(entryAt: rank) }
    }

    /// Shows an entry as far as its order, and not whose it is nor what it stands for.
    ///
    /// - Parameter rank: how many entries stand before it.
    public mutating func show(orderAt rank: UInt64) {
        evidence.shown.append((rank, .order))
    }

    /// Shows what fixes the position of `bound`: the entry before it and the entry behind it, each only as far as
    /// it takes to see on which side it stands.
    ///
    /// - Returns: the number of entries below the bound.
    @discardableResult
    public mutating func show(positionOf bound: [UInt8]) throws(TreeError) -> UInt64 {
        // The start of the tree is known without showing what stands there.
        guard !bound.isEmpty else { return 0 }
        let place = try reader.place(of: bound)
        var previous = place.previous
        if previous == nil, place.rank > 0 { previous = try entry(at: place.rank - 1) }
        if let previous {
            evidence.shown.append((previous.rank, TreeProver.disclosure(of: previous, below: bound)))
        }
        if let next = place.entry {
            evidence.shown.append((next.rank, TreeProver.disclosure(of: next, notBelow: bound)))
        }
        return place.rank
    }

    private func entry(at rank: UInt64) throws(TreeError) -> PlacedEntry? {
        var cursor = try reader.cursor(at: rank)
        return try cursor?.next()
    }

    /// Shows what was found to be shown before, of the same version of the tree.
    public mutating func show(_ other: TreeEvidence) {
        evidence.shown += other.shown
    }

    /// Shows what fixes both bounds of a range, so that its entries are counted.
    ///
    /// - Returns: the ranks of its entries.
    @discardableResult
    public mutating func show(boundsOf range: KeyRange) throws(TreeError) -> Range<UInt64> {
        let lower = try show(positionOf: range.lower)
        guard let bound = range.upper else { return lower..<reader.root.count }
        return lower..<max(lower, try show(positionOf: bound))
    }

    /// Shows a range with all of its entries.
    public mutating func show(entriesOf range: KeyRange) throws(TreeError) {
        guard !range.isEmpty else { return }
        for rank in try show(boundsOf: range) { show(entryAt: rank) }
    }

    /// Shows the entry at `key`, or that there is none.
    public mutating func show(entryFor key: TreeKey) throws(TreeError) {
        if let entry = try reader.find(key) {
            show(entryAt: entry.rank)
        } else {
            try show(boundsOf: KeyRange(only: key))
        }
    }

    /// The finished proof.
    ///
    /// - Complexity: O(m log n) for m leaves shown.
    public consuming func finish() throws(TreeError) -> [UInt8] {
        guard let root = reader.root.reference else { return TreeProofWriter().finish() }
        var walk = ProofWalk(reader: reader, shown: evidence.sorted())
        try walk.write(root, start: 0)
        return walk.writer.finish()
    }

    /// How much of an entry shows that it lies below `bound`.
    static func disclosure(of entry: PlacedEntry, below bound: [UInt8]) -> LeafDisclosure {
        entry.withKey { key, realmByteCount, orderByteCount in
            let shared = ByteOrder.commonPrefix(key, bound.span)
            return disclosure(byteCount: shared + 1, realmByteCount, orderByteCount)
        }
    }

    /// How much of an entry shows that it does not lie below `bound`.
    static func disclosure(of entry: PlacedEntry, notBelow bound: [UInt8]) -> LeafDisclosure {
        entry.withKey { key, realmByteCount, orderByteCount in
            let shared = ByteOrder.commonPrefix(key, bound.span)
            return disclosure(
                byteCount: shared == bound.count ? shared : shared + 1, realmByteCount, orderByteCount)
        }
    }

    private static func disclosure(
        byteCount: Int, _ realmByteCount: Int, _ orderByteCount: Int
    ) -> LeafDisclosure {
        if byteCount <= realmByteCount { return .realm }
        return byteCount <= realmByteCount + orderByteCount ? .order : .full
    }
}

extension TreeEvidence {
    /// The leaves by their rank, each once and as far as anything needs it.
    consuming func sorted() -> [(rank: UInt64, disclosure: LeafDisclosure)] {
        shown.sort { $0.rank < $1.rank || ($0.rank == $1.rank && $0.disclosure > $1.disclosure) }
        var unique: [(rank: UInt64, disclosure: LeafDisclosure)] = []
        unique.reserveCapacity(shown.count)
        for leaf in shown where unique.last?.rank != leaf.rank { unique.append(leaf) }
        return unique
    }
}

/// Writes the pruned tree in preorder, which is the order of the leaves to show.
private struct ProofWalk {
    private let reader: TreeReader
    private let shown: [(rank: UInt64, disclosure: LeafDisclosure)]
    /// The first of the leaves to show that is not yet written.
    private var next = 0
    private(set) var writer: TreeProofWriter

    init(reader: TreeReader, shown: [(rank: UInt64, disclosure: LeafDisclosure)]) {
        self.reader = reader
        self.shown = shown
        // A leaf with its share of the hashes around it, when two stand together, as they do at a border.
        writer = TreeProofWriter(capacity: 1_024 + shown.count * 104)
    }

    /// Writes a subtree.
    ///
    /// - Parameter start: how many leaves stand before it.
    mutating func write(_ reference: NodeReference, start: UInt64) throws(TreeError) {
        guard mustShow(before: start + reference.count) else {
            return writer.pruned(count: reference.count, hash: reference.hash)
        }
        let node = try reader.node(reference)
        switch node.content {
        case .leaf(let entries):
            let hashes = try node.hashes { items in
                mustShow((start + UInt64(items.lowerBound))..<(start + UInt64(items.upperBound)))
            }
            write(entries, hashes.tree.whole, hashes, 0, start: start)
        case .inner(let children):
            let ranks = children.startRanks
            let hashes = try node.hashes { items in
                mustShow((start + ranks[items.lowerBound])..<(start + ranks[items.upperBound]))
            }
            try write(children, hashes.tree.whole, hashes, 0, start: start, level: node.level - 1)
        }
    }

    /// Whether a leaf with a rank below `end` is to be shown and not yet written.
    private func mustShow(before end: UInt64) -> Bool {
        next < shown.count && shown[next].rank < end
    }

    /// Whether a leaf with one of some ranks is to be shown and not yet written.
    private func mustShow(_ ranks: Range<UInt64>) -> Bool {
        var low = next
        var high = shown.count
        while low < high {
            let middle = (low + high) / 2
            if shown[middle].rank < ranks.lowerBound { low = middle + 1 } else { high = middle }
        }
        return low < shown.count && shown[low].rank < ranks.upperBound
    }

    /// Writes the binary tree over some entries of a node.
    ///
    /// - Parameters:
    ///   - base: the index in `hashes.inner` of the tree over these entries.
    ///   - start: how many leaves stand before the node.
    private mutating func write(
        _ entries: LeafEntries, _ part: ItemTree.Part, _ hashes: NodeHashes, _ base: Int, start: UInt64
    ) {
        let items = part.items
        let first = items.lowerBound
        guard mustShow(before: start + UInt64(items.upperBound)) else {
            let hash = items.count == 1 ? hashes.items[first] : hashes.inner[base]
            return writer.pruned(count: UInt64(items.count), hash: hash)
        }
        if items.count == 1 {
            writer.leaf(
                key: entries.keySpan(first), realmByteCount: entries.realmByteCount(first),
                orderByteCount: entries.orderByteCount(first), value: entries.value(first), shown[next].disclosure)
            next += 1
            return
        }
        let (left, right) = hashes.tree.halves(part)
        writer.inner()
        write(entries, left, hashes, base + 1, start: start)
        write(entries, right, hashes, base + left.items.count, start: start)
    }

    /// Writes the binary tree over some children of a node.
    ///
    /// - Parameters:
    ///   - base: the index in `hashes.inner` of the tree over these children.
    ///   - start: how many leaves stand before the node.
    ///   - level: the level of the children.
    private mutating func write(
        _ children: ChildEntries, _ part: ItemTree.Part, _ hashes: NodeHashes, _ base: Int, start: UInt64, level: UInt8
    ) throws(TreeError) {
        let items = part.items
        let first = items.lowerBound
        if items.count == 1 {
            let child = children.reference(first, level: level)
            return try write(child, start: start + children.startRanks[first])
        }
        guard mustShow(before: start + children.startRanks[items.upperBound]) else {
            let count = children.startRanks[items.upperBound] - children.startRanks[first]
            return writer.pruned(count: count, hash: hashes.inner[base])
        }
        let (left, right) = hashes.tree.halves(part)
        writer.inner()
        try write(children, left, hashes, base + 1, start: start, level: level)
        try write(children, right, hashes, base + left.items.count, start: start, level: level)
    }
}

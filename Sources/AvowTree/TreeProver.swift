public import AvowProof

/// What was read of a tree, as leaves by their rank and how much of each must be shown.
public struct TreeEvidence: Sendable {
    var shown: [(rank: UInt64, disclosure: LeafDisclosure)] = []
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
        var writer = TreeProofWriter()
        guard let root = reader.root.reference else { return writer.finish() }
        let unique = evidence.sorted()
        try ProofWalk(reader: reader, shown: unique).write(root, start: 0, unique.indices, &writer)
        return writer.finish()
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

/// Writes the pruned tree in preorder.
private struct ProofWalk {
    let reader: TreeReader
    let shown: [(rank: UInt64, disclosure: LeafDisclosure)]

    func write(
        _ reference: NodeReference, start: UInt64, _ range: Range<Int>, _ writer: inout TreeProofWriter
    ) throws(TreeError) {
        guard !range.isEmpty else { return writer.pruned(count: reference.count, hash: reference.hash) }
        let node = try reader.node(reference)
        let hashes = try node.hashes()
        switch node.content {
        case .leaf(let entries):
            try writeItems(hashes, 0, 0..<entries.count, range, &writer) {
                UInt64($0) + start
            } item: {
                (index, _, writer) throws(TreeError) in
                let rank = start + UInt64(index)
                let wanted = shown[firstShown(from: rank, range)]
                writer.leaf(
                    key: entries.keySpan(index), realmByteCount: entries.realmByteCount(index),
                    orderByteCount: entries.orderByteCount(index), value: entries.values[index], wanted.disclosure)
            }
        case .inner(let children):
            try writeItems(hashes, 0, 0..<children.count, range, &writer) {
                children.startRanks[$0] + start
            } item: {
                (index, part, writer) throws(TreeError) in
                try write(
                    children.reference(index, level: node.level - 1), start: start + children.startRanks[index], part,
                    &writer)
            }
        }
    }

    /// Writes the binary tree over some items of a node.
    ///
    /// - Parameters:
    ///   - base: the index in `hashes.inner` of the tree over these items.
    ///   - range: the leaves to show among these items, as indices into `shown`.
    ///   - rank: the rank of an item's first leaf.
    private func writeItems(
        _ hashes: NodeHashes, _ base: Int, _ items: Range<Int>, _ range: Range<Int>, _ writer: inout TreeProofWriter,
        rank: (Int) -> UInt64,
        item: (Int, Range<Int>, inout TreeProofWriter) throws(TreeError) -> Void
    ) throws(TreeError) {
        if items.count == 1 {
            if range.isEmpty {
                writer.pruned(
                    count: rank(items.upperBound) - rank(items.lowerBound), hash: hashes.items[items.lowerBound])
            } else {
                try item(items.lowerBound, range, &writer)
            }
            return
        }
        guard !range.isEmpty else {
            return writer.pruned(
                count: rank(items.upperBound) - rank(items.lowerBound), hash: hashes.inner[base])
        }
        let left = TreeHash.leftCount(of: items.count)
        let middle = items.lowerBound + left
        let cut = firstShown(from: rank(middle), range)
        writer.inner()
        try writeItems(
            hashes, base + 1, items.lowerBound..<middle, range.lowerBound..<cut, &writer, rank: rank, item: item)
        try writeItems(
            hashes, base + left, middle..<items.upperBound, cut..<range.upperBound, &writer, rank: rank, item: item)
    }

    /// The index into `shown`, within `range`, of the first leaf whose rank is at least `rank`.
    private func firstShown(from rank: UInt64, _ range: Range<Int>) -> Int {
        var low = range.lowerBound
        var high = range.upperBound
        while low < high {
            let middle = (low + high) / 2
            if shown[middle].rank < rank {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }
}

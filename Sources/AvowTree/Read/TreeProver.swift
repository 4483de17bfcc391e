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
    /// Large proofs are written in parts, on all cores, as far as their nodes are in memory.
    ///
    /// - Complexity: O(m log n) for m leaves shown.
    public consuming func finish() throws(TreeError) -> [UInt8] {
        try finish(leavesInPart: TreeProver.leavesInPart)
    }

    /// Below so many leaves, waking another thread does not pay.
    private static let leavesInPart = 1_024

    /// The finished proof, which does not depend on how many leaves are shown by each of its parts.
    consuming func finish(leavesInPart: Int) throws(TreeError) -> [UInt8] {
        guard let root = reader.root.reference else { return TreeProofWriter().finish() }
        let shown = evidence.sorted()
        let parts = try parts(of: shown, leavesInPart)
        let work = OrderedWork<[UInt8]?>()
        let (cache, unwritten) = (reader.cache, reader.root.unwritten)
        for part in parts.dropFirst() {
            work.submit { try? ProofWalk.bytes(of: part, shown, root, .held(cache, unwritten)) }
        }
        // The first part is this thread's, and so are those of which a node is not in memory.
        var bytes = try ProofWalk.bytes(of: parts[0], shown, root, .read(reader))
        if parts.count > 1 { bytes.reserveCapacity(ProofWalk.usualByteCount(shown.count)) }
        for part in parts.dropFirst() {
            if let written = work.next() ?? nil {
                bytes += written
            } else {
                bytes += try ProofWalk.bytes(of: part, shown, root, .read(reader))
            }
        }
        return bytes
    }

    /// Cuts a proof behind leaves of which at least the order is shown, as its writer goes on from there.
    private func parts(
        of shown: [(rank: UInt64, disclosure: LeafDisclosure)], _ leavesInPart: Int
    ) throws(TreeError) -> [ProofPart] {
        var parts: [ProofPart] = []
        var part = ProofPart(shown: 0..<shown.count, ranks: 0..<reader.root.count)
        var cut = leavesInPart
        while shown.count - cut >= leavesInPart {
            guard shown[cut - 1].disclosure >= .order, let last = try entry(at: shown[cut - 1].rank) else {
                cut += 1
                continue
            }
            parts.append(part.cut(at: cut, rank: last.rank + 1, behind: last))
            cut += leavesInPart
        }
        parts.append(part)
        return parts
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
        var kept = 0
        for index in shown.indices where kept == 0 || shown[kept - 1].rank != shown[index].rank {
            shown[kept] = shown[index]
            kept += 1
        }
        shown.removeLast(shown.count - kept)
        return shown
    }
}

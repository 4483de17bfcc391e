public import AvowProof
public import AvowStorage
public import AvowVault

extension BlobTable {
    /// The nodes of all versions of the tree, sealed, by node id.
    public static let nodes = BlobTable("nodes")
}

/// Reads one version of the tree from a snapshot.
public struct TreeReader {
    /// The version that is read.
    public let root: TreeRoot
    let snapshot: any StorageSnapshot
    private let sealer: NodeSealer
    let cache: NodeCache
    private let front = NodeFront()

    /// A reader of the version `root`.
    ///
    /// - Parameters:
    ///   - snapshot: where its nodes rest.
    ///   - sealer: opens the nodes.
    ///   - cache: may be shared with other readers of the same store.
    public init(root: TreeRoot, snapshot: any StorageSnapshot, sealer: NodeSealer, cache: NodeCache) {
        self.root = root
        self.snapshot = snapshot
        self.sealer = sealer
        self.cache = cache
    }

    /// The node that a parent refers to, opened and decoded. Its seal vouches for it; its hashes are checked when they are
    /// asked for.
    func node(_ reference: NodeReference) throws(TreeError) -> TreeNode {
        if let node = try cachedNode(reference) { return node }
        let node = try readNode(reference)
        keep(node)
        return node
    }

    private func keep(_ node: TreeNode) {
        cache.insert(node)
        front.insert(node)
    }

    /// The node when it is in memory; one that was only opened is decoded, as it is asked for again.
    private func cachedNode(_ reference: NodeReference) throws(TreeError) -> TreeNode? {
        if let node = front.node(reference) { return node }
        if let unwritten = root.unwritten, unwritten.covers(reference.id) {
            let node = try unwritten.node(reference)
            front.insert(node)
            return node
        }
        switch cache.held(reference) {
        case .node(let node):
            front.insert(node)
            return node
        case .opened(let bytes):
            let node = try TreeReader.node(bytes, reference)
            keep(node)
            return node
        case nil: return nil
        }
    }

    /// A leaf node that is asked for one entry.
    private enum Leaf {
        case node(TreeNode)
        /// It was not in memory. The cache has its bytes from now on, until it is asked for again.
        case opened([UInt8])
    }

    private func leaf(_ reference: NodeReference) throws(TreeError) -> Leaf {
        if let node = try cachedNode(reference) { return .node(node) }
        let bytes = try opened(reference.id, reference.hash)
        if let base = try NodeCoding.base(of: bytes, id: reference.id) {
            let node = try TreeReader.node(bytes, reference, over: try opened(base.id, base.hash), base.id)
            keep(node)
            return .node(node)
        }
        cache.insert(opened: bytes, reference)
        return .opened(bytes)
    }

    /// As `node(_:)`, past the cache.
    func readNode(_ reference: NodeReference) throws(TreeError) -> TreeNode {
        if let unwritten = root.unwritten, unwritten.covers(reference.id) { return try unwritten.node(reference) }
        let bytes = try opened(reference.id, reference.hash)
        guard let base = try NodeCoding.base(of: bytes, id: reference.id) else {
            return try TreeReader.node(bytes, reference)
        }
        return try TreeReader.node(bytes, reference, over: try opened(base.id, base.hash), base.id)
    }

    /// The node that a parent refers to when the cache holds it, or what it is made of.
    func cachedOrSealed(_ reference: NodeReference) throws(TreeError) -> CachedOrSealed {
        if let unwritten = root.unwritten, unwritten.covers(reference.id) {
            return .cached(try unwritten.node(reference))
        }
        if let cached = cache.node(reference) { return .cached(cached) }
        let sealed = try withSealed(reference.id) { [UInt8](copying: $0) }
        // Most patches are small, so a small blob is opened at once to see what it is written over.
        guard sealed.count <= BlobLength.largestSmall else { return .sealed(sealed) }
        let span = sealed.span
        let bytes = try TreeReader.open(span, reference.id, reference.hash, sealer)
        guard let base = try NodeCoding.base(of: bytes, id: reference.id) else {
            return .cached(try TreeReader.node(bytes, reference))
        }
        return .patch(bytes, base.id, base.hash, try withSealed(base.id) { [UInt8](copying: $0) })
    }

    /// A node on its way into memory.
    enum CachedOrSealed: Sendable {
        case cached(TreeNode)
        /// Its sealed bytes.
        case sealed([UInt8])
        /// Its bytes, and the id, the hash and the sealed bytes of the node that it is written over.
        case patch([UInt8], UInt64, Digest, [UInt8])

        /// Opens and decodes the node, on any thread; nil when it shows to be a patch, whose base is still to be read.
        func node(_ reference: NodeReference, _ sealer: NodeSealer) throws(TreeError) -> TreeNode? {
            switch self {
            case .cached(let node): return node
            case .sealed(let sealed):
                let span = sealed.span
                let bytes = try TreeReader.open(span, reference.id, reference.hash, sealer)
                guard try NodeCoding.base(of: bytes, id: reference.id) == nil else { return nil }
                return try TreeReader.node(bytes, reference)
            case .patch(let bytes, let baseID, let baseHash, let sealed):
                let span = sealed.span
                return try TreeReader.node(
                    bytes, reference, over: try TreeReader.open(span, baseID, baseHash, sealer), baseID)
            }
        }
    }

    private func withSealed<Result>(_ id: UInt64, _ body: (Span<UInt8>) -> Result) throws(TreeError) -> Result {
        let result: Result?
        do {
            result = try snapshot.withBlob(id, in: .nodes, body)
        } catch {
            throw .storage(error)
        }
        guard let result else { throw .missingNode(id) }
        return result
    }

    private func opened(_ id: UInt64, _ hash: Digest) throws(TreeError) -> [UInt8] {
        try withSealed(id) { sealed in
            Result { () throws(TreeError) in try TreeReader.open(sealed, id, hash, sealer) }
        }.get()
    }

    private static func open(
        _ sealed: Span<UInt8>, _ id: UInt64, _ hash: Digest, _ sealer: NodeSealer
    ) throws(TreeError) -> [UInt8] {
        do throws(VaultError) {
            return try sealer.open(sealed, nodeID: id, hash: hash)
        } catch {
            throw .unopenedNode(id, error)
        }
    }

    private static func node(_ bytes: [UInt8], _ reference: NodeReference) throws(TreeError) -> TreeNode {
        let (level, content, groups) = try NodeCoding.decode(bytes, id: reference.id)
        return try checked(TreeNode(reference, content, groups: groups), level)
    }

    private static func node(
        _ bytes: [UInt8], _ reference: NodeReference, over base: [UInt8], _ baseID: UInt64
    ) throws(TreeError) -> TreeNode {
        let base = try NodeCoding.decode(base, id: baseID)
        let (content, patch) = try NodeCoding.decode(
            bytes, id: reference.id, over: (level: base.level, content: base.content))
        return try checked(TreeNode(reference, content, patch: patch), base.level)
    }

    private static func checked(_ node: TreeNode, _ level: UInt8) throws(TreeError) -> TreeNode {
        guard level == node.level, node.itemsLeafCount == node.count else {
            throw .malformedNode(node.id, offset: 0, expected: "level \(node.level) and \(node.count) leaves")
        }
        return node
    }

    /// The entry at `key`, or nil when there is none, which is so too when the same bytes stand there cut elsewhere.
    ///
    /// - Parameter isShown: whether the entry is about to be proven, which takes all of its leaf node.
    /// - Complexity: O(log n) nodes.
    public func find(_ key: TreeKey, isShown: Bool = false) throws(TreeError) -> PlacedEntry? {
        guard var reference = root.reference else { return nil }
        let bytes = key.bytes
        var rank: UInt64 = 0
        while reference.level > 0 || isShown {
            let node = try node(reference)
            guard !node.isLeaf else { return node.entry(key, leafStart: rank) }
            let index = node.children.lowerBound(bytes.span)
            guard index < node.children.count else { return nil }
            rank += node.children.startRanks[index]
            reference = node.children.reference(index, level: node.level - 1)
        }
        switch try leaf(reference) {
        case .node(let node): return node.entry(key, leafStart: rank)
        case .opened(let bytes):
            return try NodeCoding.find(key, in: bytes, id: reference.id, count: reference.count).flatMap {
                PlacedEntry(TreeNode(reference, .leaf($0.entries)), 0, rank: rank + UInt64($0.index))
            }
        }
    }

    /// The entry at `key`, copied out of its node; see `find(_:)`.
    public func entry(for key: TreeKey) throws(TreeError) -> StoredEntry? {
        try find(key)?.stored
    }

    /// The number of entries below `bound`.
    ///
    /// - Complexity: O(log n) nodes.
    public func rank(of bound: [UInt8]) throws(TreeError) -> UInt64 {
        try place(of: bound).rank
    }

    /// The place of a bound: between the entries below it and the others.
    struct Place {
        /// How many entries stand before it.
        let rank: UInt64
        /// The leaf node that the entry behind it stands in, and its index there; no leaf node when there is none.
        let leaf: TreeNode?
        let index: Int

        /// The entry behind it.
        var entry: PlacedEntry? { leaf.flatMap { PlacedEntry($0, index, rank: rank) } }
        /// The entry before it, when it stands in the same leaf node.
        var previous: PlacedEntry? { index > 0 ? leaf.flatMap { PlacedEntry($0, index - 1, rank: rank - 1) } : nil }
    }

    /// Where the first entry that is not below `bound` stands.
    func place(of bound: [UInt8]) throws(TreeError) -> Place {
        guard var reference = root.reference else { return Place(rank: 0, leaf: nil, index: 0) }
        var rank: UInt64 = 0
        while true {
            let node = try node(reference)
            guard !node.isLeaf else {
                let index = node.entries.lowerBound(bound.span)
                return Place(rank: rank + UInt64(index), leaf: node, index: index)
            }
            let index = node.children.lowerBound(bound.span)
            rank += node.children.startRanks[index]
            guard index < node.children.count else { return Place(rank: rank, leaf: nil, index: 0) }
            reference = node.children.reference(index, level: node.level - 1)
        }
    }

    /// The number of entries in `range`.
    public func count(in range: KeyRange) throws(TreeError) -> UInt64 {
        guard !range.isEmpty else { return 0 }
        let lower = try rank(of: range.lower)
        let upper: UInt64
        if let bound = range.upper { upper = try rank(of: bound) } else { upper = root.count }
        return upper - lower
    }

    /// A cursor before the first entry that is not below `bound`; nil when the tree is empty.
    public func cursor(from bound: [UInt8]) throws(TreeError) -> TreeCursor? {
        guard let reference = root.reference else { return nil }
        let place = try place(of: bound)
        return TreeCursor(
            reader: self, root: reference, rank: place.rank, leaf: place.leaf,
            leafStart: place.rank - UInt64(place.index))
    }

    /// A cursor before the entry that `rank` others stand before; nil when the tree is empty.
    ///
    /// - Parameter rank: at most the number of entries, which is behind the last.
    public func cursor(at rank: UInt64) throws(TreeError) -> TreeCursor? {
        root.reference.map { TreeCursor(reader: self, root: $0, rank: min(rank, $0.count), leaf: nil, leafStart: 0) }
    }
}

/// A place between two entries of the tree, which can move over them in both directions.
public struct TreeCursor {
    private let reader: TreeReader
    private let root: NodeReference
    /// How many entries stand before the cursor.
    public private(set) var rank: UInt64
    /// The leaf node that was read last, and how many entries stand before it.
    private var leaf: TreeNode?
    private var leafStart: UInt64

    init(reader: TreeReader, root: NodeReference, rank: UInt64, leaf: TreeNode?, leafStart: UInt64) {
        self.reader = reader
        self.root = root
        self.rank = rank
        self.leaf = leaf
        self.leafStart = leafStart
    }

    /// Moves over the next entry and returns it; nil at the end of the tree.
    public mutating func next() throws(TreeError) -> PlacedEntry? {
        guard rank < root.count else { return nil }
        let entry = try entry(at: rank)
        rank += 1
        return entry
    }

    /// Moves back over the entry before and returns it; nil at the start of the tree.
    public mutating func previous() throws(TreeError) -> PlacedEntry? {
        guard rank > 0 else { return nil }
        rank -= 1
        return try entry(at: rank)
    }

    private mutating func entry(at rank: UInt64) throws(TreeError) -> PlacedEntry? {
        if let leaf, rank >= leafStart, rank - leafStart < leaf.count {
            return PlacedEntry(leaf, Int(rank - leafStart), rank: rank)
        }
        let node = try descend(to: rank)
        return PlacedEntry(node, Int(rank - leafStart), rank: rank)
    }

    /// Some of the entries that follow, in their order, or of those before, against it; nil at the end.
    ///
    /// - Parameter most: more than these are not wanted.
    public mutating func ahead(_ most: UInt64, descending: Bool) throws(TreeError) -> PlacedRun? {
        guard most > 0, descending ? rank > 0 : rank < root.count else { return nil }
        let first = descending ? rank - 1 : rank
        let node: TreeNode
        if let leaf, first >= leafStart, first - leafStart < leaf.count {
            node = leaf
        } else {
            node = try descend(to: first)
        }
        let index = Int(first - leafStart)
        let count = min(descending ? index + 1 : Int(node.count) - index, Int(clamping: most))
        return PlacedRun(
            node, descending ? (index + 1 - count)..<(index + 1) : index..<(index + count), leafStart: leafStart,
            descending: descending)
    }

    /// Moves over so many of the entries ahead.
    ///
    /// - Returns: their ranks.
    public mutating func move(over count: Int, descending: Bool) -> Range<UInt64> {
        let before = rank
        if descending {
            rank -= min(rank, UInt64(count))
            return rank..<before
        }
        rank = min(root.count, rank + UInt64(count))
        return before..<rank
    }

    private mutating func descend(to rank: UInt64) throws(TreeError) -> TreeNode {
        var reference = root
        var start: UInt64 = 0
        while true {
            let node = try reader.node(reference)
            guard !node.isLeaf else {
                leaf = node
                leafStart = start
                return node
            }
            let index = node.children.child(holding: rank - start)
            start += node.children.startRanks[index]
            reference = node.children.reference(index, level: node.level - 1)
        }
    }
}

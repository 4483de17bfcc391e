internal import AvowProof
internal import AvowVault

/// The leaf node that entries are streaming into: where they stand, and where the node ends. The entries of other nodes
/// are copied when the node is finished, on all cores.
struct OpenLeaf {
    private var pieces: [LeafPiece] = []
    /// The entries that changes put, whichever stand between them.
    private var new = LeafEntries()
    private var count = 0
    private var keyByteCount = 0
    private var inlineByteCount = 0
    private var size = 0
    private var source = NodeSource()
    /// Whether the last entry ends the node.
    private(set) var isFull = false

    var isEmpty: Bool { pieces.isEmpty }

    /// Appends the entry that a change puts.
    mutating func append(_ changes: borrowing TreeChanges, _ index: Int, _ boundary: BoundaryHash) {
        if changes.kind(index) == .remove { return }
        let key = changes.keySpan(index)
        let inline = changes.inlineSpan(index)
        let shared = sharedWithLast(key)
        new.append(
            key: key, realmByteCount: changes.realmByteCount(index), orderByteCount: changes.orderByteCount(index),
            value: changes.digest(index), blob: changes.blob(index), inline: inline, sharedByteCount: shared)
        if let last = pieces.indices.last, pieces[last].node == nil {
            pieces[last].extend()
        } else {
            pieces.append(LeafPiece(nil, (new.count - 1)..<new.count, sharedByteCount: shared))
        }
        count += 1
        keyByteCount += key.count
        inlineByteCount += inline.count
        size += NodeShape.weight(suffix: key.count - shared, inline: inline.count)
        isFull = NodeShape.ends(size: size, lastKey: key, level: 0, boundary)
    }

    /// Appends entries of another node, up to the one that ends this node.
    ///
    /// - Parameter entries: those of `node`.
    /// - Returns: the index of the first entry that was not appended.
    mutating func append(
        _ node: TreeNode, _ entries: LeafEntries, _ range: Range<Int>, _ boundary: BoundaryHash
    ) -> Int {
        let first = range.lowerBound
        let shared = sharedWithLast(entries.keySpan(first))
        // How much larger this node is with an entry than the other.
        let shift = size - entries.size(before: first) + entries.sharedByteCount(first) - shared
        // Nothing ends a node that is smaller.
        var end = entries.first(reaching: NodeShape.smallestSize - shift, in: range)
        while end < range.upperBound, !isFull {
            isFull = NodeShape.ends(
                size: entries.size(before: end + 1) + shift, lastKey: entries.keySpan(end), level: 0, boundary)
            end += 1
        }
        let sizeBefore = size
        size = entries.size(before: end) + shift
        pieces.append(LeafPiece(node, first..<end, sharedByteCount: shared))
        count += end - first
        keyByteCount += entries.keyRange(end - 1).upperBound - entries.keyRange(first).lowerBound
        inlineByteCount += entries.inlineRange(end - 1).upperBound - entries.inlineRange(first).lowerBound
        source.append(first..<end, of: node, wanted: range.count, size: size - sizeBefore, weight: entries.weight)
        return end
    }

    /// How many leading bytes `key` shares with the last key.
    private func sharedWithLast(_ key: Span<UInt8>) -> Int {
        guard let last = pieces.last else { return 0 }
        if last.node == nil { return new.sharedWithLast(key) }
        return last.withLastKey(new) { ByteOrder.commonPrefix($0, key) }
    }

    /// Takes the node out, and is empty then.
    mutating func take(_ unwritten: UnwrittenNodes?) -> UnfinishedLeaf {
        let base = source.base(size: size, unwritten)
        let taken = UnfinishedLeaf(
            LeafParts(
                pieces: pieces, new: new, count: count, keyByteCount: keyByteCount,
                inlineByteCount: inlineByteCount, source: source.node, isPatch: base != nil),
            base: base)
        // The next node is probably like this one.
        let like = (pieces: pieces.count, new: new.count, keyByteCount: new.keyBytes.count)
        self = OpenLeaf()
        pieces.reserveCapacity(like.pieces + 2)
        new = LeafEntries(capacity: like.new + 2, keyByteCount: like.keyByteCount + 100)
        return taken
    }
}

/// A node above the leaf nodes that children are streaming into.
struct OpenInner {
    private(set) var children = ChildEntries()
    /// The node that each child stands in now, and where; none for a child that is new.
    private var places: [(parent: TreeNode?, index: Int)] = []
    private var source = NodeSource()
    private var size = 0
    /// Whether the last child ends the node.
    private(set) var isFull = false
    /// How many children the level has been given in all.
    private(set) var pushedCount = 0
    /// The first of them.
    private(set) var first: NodeReference?

    var isEmpty: Bool { children.isEmpty }

    /// - Parameter place: the node that the child stands in, and where; nil for a child that is new.
    mutating func append(
        _ reference: NodeReference, lastKey: Span<UInt8>, from place: (parent: TreeNode, index: Int)?,
        _ boundary: BoundaryHash
    ) {
        let shared = children.sharedWithLast(lastKey)
        let weight = NodeShape.childWeight(suffix: lastKey.count - shared)
        size += weight
        if let place {
            source.append(
                place.index..<(place.index + 1), of: place.parent,
                wanted: place.parent.content.itemCount - place.index, size: weight, weight: { _ in weight })
        }
        places.append((place?.parent, place?.index ?? 0))
        children.append(
            lastKey: lastKey, id: reference.id, hash: reference.hash, count: reference.count, sharedByteCount: shared)
        isFull = NodeShape.ends(size: size, lastKey: lastKey, level: Int(reference.level) + 1, boundary)
        if pushedCount == 0 { first = reference }
        pushedCount += 1
    }

    /// Takes the node out, and is empty then.
    mutating func take(_ unwritten: UnwrittenNodes?) -> UnfinishedInner {
        let items = source.node.map { node in
            places.map { $0.parent === node ? UInt16(truncatingIfNeeded: $0.index) : NodePatch.isNew }
        }
        let taken = UnfinishedInner(
            children: children, source: source.node, items: items ?? [], base: source.base(size: size, unwritten))
        children = ChildEntries()
        places.removeAll(keepingCapacity: true)
        source = NodeSource()
        size = 0
        isFull = false
        return taken
    }
}

/// The open node of each level while a batch streams through.
struct OpenNodes {
    var leaf = OpenLeaf()
    private(set) var inner: [OpenInner] = []

    /// How many levels have been reached.
    var count: Int { inner.count + 1 }

    func isEmpty(_ level: Int) -> Bool {
        level == 0 ? leaf.isEmpty : level > inner.count || inner[level - 1].isEmpty
    }

    func areEmpty(through level: Int) -> Bool {
        if !leaf.isEmpty { return false }
        for current in 0..<min(level, inner.count) where !inner[current].isEmpty { return false }
        return true
    }

    func isFull(_ level: Int) -> Bool {
        level == 0 ? leaf.isFull : level <= inner.count && inner[level - 1].isFull
    }

    /// The one item of the topmost level, when it was given no other.
    func onlyItem(_ level: Int) -> NodeReference? {
        guard level > 0, level == inner.count, inner[level - 1].pushedCount == 1 else { return nil }
        return inner[level - 1].first
    }

    /// - Parameter place: the node that the child stands in, and where; nil for a child that is new.
    mutating func push(
        _ child: NodeReference, lastKey: Span<UInt8>, from place: (parent: TreeNode, index: Int)? = nil,
        _ boundary: BoundaryHash
    ) {
        let level = Int(child.level) + 1
        while inner.count < level { inner.append(OpenInner()) }
        inner[level - 1].append(child, lastKey: lastKey, from: place, boundary)
    }

    /// Takes the open node of a level above the leaf nodes.
    mutating func takeInner(_ level: Int, _ unwritten: UnwrittenNodes?) -> UnfinishedInner {
        inner[level - 1].take(unwritten)
    }
}

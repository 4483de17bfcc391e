internal import AvowProof
internal import AvowVault

/// The leaf node that entries are streaming into.
struct OpenLeaf {
    private(set) var entries = LeafEntries(capacity: 96)
    /// The hashes of the entries, as far as they are known.
    private(set) var hashes: [Digest] = []
    private var source = NodeSource()
    private var size = 0
    /// Whether the last entry ends the node.
    private(set) var isFull = false

    var isEmpty: Bool { entries.isEmpty }

    /// Appends the entry that a change puts.
    mutating func append(_ changes: borrowing TreeChanges, _ index: Int, _ boundary: BoundaryHash) {
        if changes.kind(index) == .remove { return }
        let key = changes.keySpan(index)
        let inline = changes.inlineSpan(index)
        let shared = entries.sharedWithLast(key)
        size += NodeShape.weight(suffix: key.count - shared, inline: inline.count)
        entries.append(
            key: key, realmByteCount: changes.realmByteCount(index), orderByteCount: changes.orderByteCount(index),
            value: changes.digest(index), blob: changes.blob(index), inline: inline, sharedByteCount: shared)
        hashes.append(NodeHashes.unknown)
        source.appendNew()
        isFull = NodeShape.ends(size: size, lastKey: key, level: 0, boundary)
    }

    /// Appends entries of another node, up to the one that ends this node.
    ///
    /// - Parameter other: those of `node`.
    /// - Returns: the index of the first entry that was not appended.
    mutating func append(
        _ node: TreeNode, _ other: LeafEntries, _ range: Range<Int>, _ boundary: BoundaryHash
    ) -> Int {
        let firstShared = entries.sharedWithLast(other.keySpan(range.lowerBound))
        let sizeBefore = size
        var end = range.lowerBound
        while end < range.upperBound, !isFull {
            size += other.weight(end)
            if end == range.lowerBound { size += other.sharedByteCount(end) - firstShared }
            isFull = NodeShape.ends(size: size, lastKey: other.keySpan(end), level: 0, boundary)
            end += 1
        }
        entries.append(other, range.lowerBound..<end, sharedByteCount: firstShared)
        source.append(
            range.lowerBound..<end, of: node, wanted: range.count, size: size - sizeBefore, weight: other.weight)
        if let known = node.knownHashes {
            hashes.append(contentsOf: known.items[range.lowerBound..<end])
        } else {
            hashes.append(contentsOf: repeatElement(NodeHashes.unknown, count: end - range.lowerBound))
        }
        return end
    }

    /// Takes the node out, and is empty then.
    mutating func take() -> UnfinishedLeaf {
        let taken = UnfinishedLeaf(
            entries: entries.trimmed(), known: hashes, source: source.hashes, patch: source.patch(size: size))
        entries.removeAll()
        source.removeAll()
        hashes = []
        hashes.reserveCapacity(96)
        size = 0
        isFull = false
        return taken
    }
}

/// A node above the leaf nodes that children are streaming into.
struct OpenInner {
    private(set) var children = ChildEntries()
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
        } else {
            source.appendNew()
        }
        children.append(
            lastKey: lastKey, id: reference.id, hash: reference.hash, count: reference.count, sharedByteCount: shared)
        isFull = NodeShape.ends(size: size, lastKey: lastKey, level: Int(reference.level) + 1, boundary)
        if pushedCount == 0 { first = reference }
        pushedCount += 1
    }

    /// Takes the node out, and is empty then.
    mutating func take() -> UnfinishedInner {
        let taken = UnfinishedInner(children: children, source: source.hashes, patch: source.patch(size: size))
        children = ChildEntries()
        source.removeAll()
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
    mutating func takeInner(_ level: Int) -> UnfinishedInner {
        inner[level - 1].take()
    }
}

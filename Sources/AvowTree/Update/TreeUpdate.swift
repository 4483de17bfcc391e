internal import AvowProof
public import AvowStorage
public import AvowVault

/// Applies batches of changes to the tree within one storage transaction.
///
/// The shape of the tree is a function of its entries alone (``NodeShape``). A batch is applied in one pass from left to
/// right. Entries, and references to subtrees that the batch leaves alone, stream into one open node per level; a node
/// that is full becomes an item of the level above. A subtree is taken over as it is whenever no node is open on the
/// levels that it spans, so the nodes that are read and written are those that hold changes, and their neighbours where
/// a boundary came or went. Full nodes are hashed and sealed on all cores (``NodeFinisher``) while the pass goes on, and
/// written in the order of their ids.
///
/// An update may leave the nodes in memory instead, in the version that it makes (``UnwrittenNodes``). Whoever keeps such a
/// version keeps the changes (``applied``).
public struct TreeUpdate {
    private let snapshot: any StorageSnapshot
    /// Where nodes are written; nil when they stay in memory.
    private let transaction: (any StorageTransaction)?
    private let sealer: NodeSealer
    private let boundary: BoundaryHash
    private let cache: NodeCache
    /// The version of the tree that the batches so far have made.
    public private(set) var root: TreeRoot
    /// The id that the next node gets that is written.
    public private(set) var nextNodeID: UInt64
    /// The nodes that stay in memory.
    private var unwritten: UnwrittenNodes?
    /// The nodes that the result no longer holds: those that only the version reaches that the update began with, and
    /// those that earlier batches of the update itself wrote. Each stands here once. Those that an update in memory gives
    /// up stand here when its nodes are written.
    public private(set) var retired: [UInt64] = []
    /// How many nodes were written.
    public private(set) var writtenNodes = 0
    /// The batches, in their order.
    public private(set) var applied: [TreeBatch] = []

    /// An update that begins from the version `root`, and writes its nodes.
    ///
    /// - Parameters:
    ///   - nextNodeID: above the id of every node that was ever written in this store, and above 0.
    ///   - boundary: the store's own boundary hash.
    public init(
        root: TreeRoot, nextNodeID: UInt64, transaction: any StorageTransaction, sealer: NodeSealer,
        boundary: BoundaryHash, cache: NodeCache
    ) {
        self.root = root
        self.nextNodeID = nextNodeID
        snapshot = transaction
        self.transaction = transaction
        self.sealer = sealer
        self.boundary = boundary
        self.cache = cache
        cache.forget(from: nextNodeID)
    }

    /// An update that begins from the version `root`, and leaves its nodes in memory.
    ///
    /// - Parameters:
    ///   - nextNodeID: above the id of every node that was ever written in this store, and above 0.
    ///   - snapshot: where the written nodes of the version rest.
    ///   - boundary: the store's own boundary hash.
    public init(
        inMemory root: TreeRoot, nextNodeID: UInt64, snapshot: any StorageSnapshot, sealer: NodeSealer,
        boundary: BoundaryHash, cache: NodeCache
    ) {
        self.root = root
        self.nextNodeID = nextNodeID
        self.snapshot = snapshot
        transaction = nil
        self.sealer = sealer
        self.boundary = boundary
        self.cache = cache
        unwritten = root.unwritten ?? UnwrittenNodes(firstID: nextNodeID)
    }

    /// Applies changes.
    ///
    /// - Throws: `TreeError`; the transaction must then be aborted.
    /// - Complexity: O(m log n) nodes for m changes that lie apart, O(m / 64) for m that lie together.
    public mutating func apply(_ batch: TreeBatch) throws(TreeError) {
        guard !batch.isEmpty else { return }
        if transaction != nil { try writeNodes() }
        let reader = TreeReader(root: root, snapshot: snapshot, sealer: sealer, cache: cache)
        var stream = Stream(
            finisher: NodeFinisher(
                transaction == nil ? nil : sealer, firstID: unwritten.map(\.nextID) ?? nextNodeID),
            ahead: LeavesAhead(sealer), retiredBefore: retired.count)
        if let reference = root.reference {
            try walk(reference, of: nil, batch, batch.indices, reader, &stream)
        } else {
            for index in batch.indices { try push(batch, index, &stream) }
        }
        let reference = try finish(&stream)
        if unwritten == nil {
            nextNodeID = stream.finisher.nextID
            keep(stream.bases, retiredFrom: stream.retiredBefore)
        }
        unwritten?.nextID = stream.finisher.nextID
        unwritten?.changeCount += batch.count
        applied.append(batch)
        let reached = try collapse(reference)
        unwritten?.sweep()
        // A version without entries has unwritten nodes, too: it knows what was given up.
        root = TreeRoot(reached, unwritten)
    }

    /// Takes the nodes that others are written over from those that were retired last.
    private mutating func keep(_ bases: Set<UInt64>, retiredFrom start: Int) {
        guard !bases.isEmpty else { return }
        let gone = retired[start...].filter { !bases.contains($0) }
        retired.replaceSubrange(start..., with: gone)
    }

    // MARK: Writing what stayed in memory

    /// How many nodes one core seals at a time.
    private static let sealedTogether = 16
    /// How many of these may be under way.
    private static let mostUnderWay = 16

    /// Writes the nodes of the version that are not written yet. An update that is not one in memory does that before it
    /// applies changes.
    ///
    /// - Throws: `TreeError`; the transaction must then be aborted.
    public mutating func writeNodes() throws(TreeError) {
        guard let nodes = root.unwritten, let transaction else { return }
        cache.forget(from: nodes.firstID)
        let ordered = nodes.held
        let work = OrderedWork<[FinishedNode]>()
        var start = 0
        while start < ordered.count || work.count > 0 {
            while start < ordered.count, work.count < TreeUpdate.mostUnderWay {
                let end = min(ordered.count, start + TreeUpdate.sealedTogether)
                work.submit { [chunk = ordered[start..<end], sealer] in
                    var nonces = Nonces(count: chunk.count)
                    var sealed: [FinishedNode] = []
                    sealed.reserveCapacity(chunk.count)
                    for node in chunk { sealed.append(FinishedNode(node, sealer, &nonces)) }
                    return sealed
                }
                start = end
            }
            try write(work.next() ?? [], to: transaction)
        }
        let retiredBefore = retired.count
        retired += nodes.replaced
        keep(Set(ordered.compactMap { $0.patch?.baseID }), retiredFrom: retiredBefore)
        nextNodeID = nodes.nextID
        root = TreeRoot(nodeID: root.nodeID, level: root.level, count: root.count, hash: root.hash)
    }

    private mutating func write(
        _ nodes: [FinishedNode], to transaction: any StorageTransaction
    ) throws(TreeError) {
        for finished in nodes {
            do throws(StorageError) {
                try transaction.append(finished.sealed, id: finished.node.id, in: .nodes)
            } catch {
                throw .storage(error)
            }
            cache.insert(finished.node)
        }
        writtenNodes += nodes.count
    }

    /// A batch on its way through the tree.
    private struct Stream {
        var open = OpenNodes()
        var finisher: NodeFinisher
        var ahead: LeavesAhead
        /// The nodes that others are written over, which stay.
        var bases: Set<UInt64> = []
        /// How many nodes were retired before the batch.
        let retiredBefore: Int
        /// The changes up to here were fetched, and what that gave.
        private var fetched: (end: Int, read: UInt64) = (0, 0)
        /// How many changes are fetched together.
        private static let fetchedTogether = 16

        init(finisher: NodeFinisher, ahead: LeavesAhead, retiredBefore: Int) {
            self.finisher = finisher
            self.ahead = ahead
            self.retiredBefore = retiredBefore
        }

        /// Sees to it that a change is near, and those that come next.
        @inline(__always)
        mutating func fetch(_ index: Int, of batch: TreeBatch) {
            guard index >= fetched.end else { return }
            let end = min(index + Stream.fetchedTogether, batch.count)
            fetched = (end, fetched.read &+ batch.fetch(index..<end))
        }
    }

    /// Streams a subtree with its part of the batch into the open nodes.
    ///
    /// - Parameter place: the node that the subtree stands in, and where; nil for the whole tree, which stands in none
    ///   and so cannot be taken over as it is.
    private mutating func walk(
        _ reference: NodeReference, of place: (parent: TreeNode, children: ChildEntries, index: Int)?,
        _ batch: TreeBatch,
        _ range: Range<Int>, _ reader: TreeReader, _ stream: inout Stream
    ) throws(TreeError) {
        if range.isEmpty, let place {
            try settle(through: Int(reference.level) + 1, &stream)
            if stream.open.areEmpty(through: Int(reference.level)) {
                return stream.open.push(
                    reference, lastKey: place.children.lastKey(place.index), from: (place.parent, place.index), boundary
                )
            }
        }
        let node = try node(reference, reader, &stream)
        switch node.content {
        case .leaf(let entries):
            if !range.isEmpty, range.count <= entries.count, place != nil,
                TreeUpdate.changesNothing(entries, batch, range)
            {
                return try walk(reference, of: place, batch, range.lowerBound..<range.lowerBound, reader, &stream)
            }
            retire(node)
            try merge(node, entries, batch, range, &stream)
        case .inner(let children):
            retire(node)
            let parts = TreeUpdate.parts(batch, range, children)
            var next = 0
            for index in parts.indices {
                while node.level == 1, next < parts.count, stream.ahead.hasRoom {
                    if !parts[next].isEmpty {
                        try stream.ahead.ask(for: children.reference(next, level: 0), reader)
                    }
                    next += 1
                }
                try walk(
                    children.reference(index, level: node.level - 1), of: (node, children, index), batch,
                    parts[index], reader, &stream)
            }
        }
    }

    private func node(
        _ reference: NodeReference, _ reader: TreeReader, _ stream: inout Stream
    ) throws(TreeError) -> TreeNode {
        if let node = try stream.ahead.take(reference) { return node }
        return try reader.node(reference)
    }

    /// The changes that fall to each of some children.
    private static func parts(_ batch: TreeBatch, _ range: Range<Int>, _ children: ChildEntries) -> [Range<Int>] {
        var parts: [Range<Int>] = []
        parts.reserveCapacity(children.count)
        var start = range.lowerBound
        for index in 0..<children.count {
            let end =
                index == children.count - 1
                ? range.upperBound : batch.partition(start..<range.upperBound, above: children.lastKey(index))
            parts.append(start..<end)
            start = end
        }
        return parts
    }

    /// Whether all changes ask for what the leaf node already has.
    private static func changesNothing(_ entries: LeafEntries, _ batch: TreeBatch, _ range: Range<Int>) -> Bool {
        for index in range where !batch.with(index, { changesNothing(entries, $0, $1) }) { return false }
        return true
    }

    private static func changesNothing(
        _ entries: LeafEntries, _ changes: borrowing TreeChanges, _ index: Int
    ) -> Bool {
        let key = changes.keySpan(index)
        let position = entries.lowerBound(key)
        let isThere = position < entries.count && ByteOrder.compare(entries.keySpan(position), key) == 0
        if changes.kind(index) == .remove { return !isThere }
        // All that is stored must be equal: a value may rest in the tree or not under the same digest, and the same
        // bytes may be cut elsewhere.
        let inline = changes.inlineSpan(index)
        return isThere && entries.value(position) == (changes.digest(index) ?? TreeHash.value(inline))
            && entries.blob(position) == changes.blob(index)
            && ByteOrder.compare(entries.inlineSpan(position), inline) == 0
            && entries.realmByteCount(position) == changes.realmByteCount(index)
            && entries.orderByteCount(position) == changes.orderByteCount(index)
    }

    /// Streams the entries of a leaf node, with the changes that fall between them.
    private mutating func merge(
        _ node: TreeNode, _ entries: LeafEntries, _ batch: TreeBatch, _ range: Range<Int>,
        _ stream: inout Stream
    ) throws(TreeError) {
        var position = 0
        for index in range {
            stream.fetch(index, of: batch)
            let (next, isThere) = batch.with(index) { entries.find($0.keySpan($1), from: position) }
            try push(node, entries, position..<next, &stream)
            position = isThere ? next + 1 : next
            try push(batch, index, &stream)
        }
        try push(node, entries, position..<entries.count, &stream)
    }

    /// Streams entries of a leaf node as they are.
    private mutating func push(
        _ node: TreeNode, _ entries: LeafEntries, _ range: Range<Int>, _ stream: inout Stream
    ) throws(TreeError) {
        var start = range.lowerBound
        while start < range.upperBound {
            try settle(through: 0, &stream)
            start = stream.open.leaf.append(node, entries, start..<range.upperBound, boundary)
        }
    }

    private mutating func push(_ batch: TreeBatch, _ index: Int, _ stream: inout Stream) throws(TreeError) {
        stream.fetch(index, of: batch)
        if batch.with(index, { $0.kind($1) == .remove }) { return }
        try settle(through: 0, &stream)
        batch.with(index) { stream.open.leaf.append($0, $1, boundary) }
    }

    /// Closes the nodes that are full on the levels up to `level`, since something follows them.
    private mutating func settle(through level: Int, _ stream: inout Stream) throws(TreeError) {
        for current in 0...level where stream.open.isFull(current) {
            try close(current, &stream)
        }
    }

    /// Closes the open node of a level and makes it an item of the level above.
    private mutating func close(_ level: Int, _ stream: inout Stream) throws(TreeError) {
        // A full node above is followed by the one that is closed here.
        if stream.open.isFull(level + 1) { try close(level + 1, &stream) }
        let id = stream.finisher.nextID
        // The hash is set when the node is finished, and its parent's children get it then.
        if level == 0 {
            let leaf = stream.open.leaf.take(unwritten)
            if let base = leaf.base { stream.bases.insert(base) }
            let reference = NodeReference(id: id, level: 0, count: UInt64(leaf.count), hash: NodeHashes.unknown)
            leaf.withLastKey { stream.open.push(reference, lastKey: $0, boundary) }
            stream.finisher.add(.leaf(leaf))
        } else {
            let inner = stream.open.takeInner(level, unwritten)
            let children = inner.children
            if let base = inner.base { stream.bases.insert(base) }
            let reference = NodeReference(
                id: id, level: UInt8(level), count: children.startRanks[children.count], hash: NodeHashes.unknown)
            stream.open.push(reference, lastKey: children.lastKey(children.count - 1), boundary)
            stream.finisher.add(.inner(inner, level: UInt8(level)))
        }
        try write(&stream, areAllWanted: false)
    }

    /// Writes the nodes that are finished, or keeps them in memory.
    private mutating func write(_ stream: inout Stream, areAllWanted: Bool) throws(TreeError) {
        while let nodes = stream.finisher.next(areAllWanted: areAllWanted) {
            guard let transaction else {
                for finished in nodes { unwritten?.insert(finished.node) }
                continue
            }
            try write(nodes, to: transaction)
        }
    }

    /// Gives up a node. The versions that still hold it are old ones, and its place in the cache is worth more to the
    /// newest: it has just been read, so it would outlast nodes that were written and not yet read.
    private mutating func retire(_ node: TreeNode) {
        guard unwritten == nil else {
            unwritten?.retire(node)
            cache.remove(node.id)
            return
        }
        retired.append(node.id)
        if let patch = node.patch { retired.append(patch.baseID) }
        cache.remove(node.id)
    }

    /// Closes what is still open, level by level; the one item of the topmost level is the root.
    private mutating func finish(_ stream: inout Stream) throws(TreeError) -> NodeReference? {
        var level = 0
        while level < stream.open.count {
            if let only = stream.open.onlyItem(level) {
                try write(&stream, areAllWanted: true)
                return NodeReference(
                    id: only.id, level: only.level, count: only.count, hash: stream.finisher.hash(only.id) ?? only.hash)
            }
            if !stream.open.isEmpty(level) { try close(level, &stream) }
            level += 1
        }
        return nil
    }

    /// Steps down from inner nodes with one child: their hash is that child's, and a root has none above it.
    private mutating func collapse(_ reference: NodeReference?) throws(TreeError) -> TreeRoot {
        guard var reference else { return .empty }
        let reader = TreeReader(
            root: TreeRoot(TreeRoot(reference), unwritten), snapshot: snapshot, sealer: sealer, cache: cache)
        while reference.level > 0 {
            let node = try reader.node(reference)
            guard case .inner(let children) = node.content, children.count == 1 else { break }
            retire(node)
            reference = children.reference(0, level: node.level - 1)
        }
        return TreeRoot(reference)
    }
}

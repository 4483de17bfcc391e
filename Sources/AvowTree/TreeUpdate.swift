internal import AvowProof
public import AvowStorage
public import AvowVault

/// Applies batches of changes to the tree within one storage transaction.
///
/// The shape of the tree is a function of its keys alone: an entry ends its leaf node when the boundary hash of its key
/// says so, and likewise on every level above, and a node is cut after 512 items. A batch is applied in one pass from
/// left to right. Entries, and references to subtrees that the batch leaves alone, stream into one open node per level;
/// when a node is full it is hashed, sealed, written, and becomes an item of the level above. A subtree is taken over
/// as it is whenever no node is open on the levels that it spans, so the nodes that are read and written are those that
/// hold changes, and their neighbours where a boundary came or went.
public struct TreeUpdate {
    private let transaction: any StorageTransaction
    private let sealer: NodeSealer
    private let boundary: BoundaryHash
    private let cache: NodeCache
    /// The version of the tree that the batches so far have made.
    public private(set) var root: TreeRoot
    /// The id that the next node gets.
    public private(set) var nextNodeID: UInt64
    /// The nodes that the result no longer holds: those that only the version reaches that the update began with, and
    /// those that earlier batches of the update itself wrote. Each stands here once.
    public private(set) var retired: [UInt64] = []
    /// How many nodes were written.
    public private(set) var writtenNodes = 0

    /// An update that begins from the version `root`.
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
        self.transaction = transaction
        self.sealer = sealer
        self.boundary = boundary
        self.cache = cache
    }

    /// Applies changes.
    ///
    /// - Parameter batch: sorted by strictly increasing keys.
    /// - Throws: `TreeError`; the transaction must then be aborted.
    /// - Complexity: O(m log n) nodes for m changes that lie apart, O(m / 64) for m that lie together.
    public mutating func apply(_ batch: [TreeMutation]) throws(TreeError) {
        for index in batch.indices {
            guard batch[index].key.bytes.count <= TreeKey.maximumByteCount else {
                throw .keyTooLong(byteCount: batch[index].key.bytes.count)
            }
            if index > 0, !(batch[index - 1].key < batch[index].key) { throw .unsortedBatch(index: index) }
        }
        guard !batch.isEmpty else { return }
        let reader = TreeReader(root: root, snapshot: transaction, sealer: sealer, cache: cache)
        var levels = OpenLevels(nextNodeID: nextNodeID)
        if let reference = root.reference {
            let last = TreeUpdate.lastChild(reference)
            try walk(reference, last, batch, batch.indices, reader, &levels)
        } else {
            for mutation in batch { try push(mutation, &levels) }
        }
        let reference = try finish(&levels)
        nextNodeID = levels.nextNodeID
        root = try collapse(reference)
    }

    private static func lastChild(_ root: NodeReference) -> Child {
        // Only its reference is used: the root is an item of no node until more than one stands beside it.
        Child(lastKey: [], reference: root, closingLevel: 0)
    }

    /// Streams a subtree with its part of the batch into the open nodes.
    private mutating func walk(
        _ reference: NodeReference, _ child: Child, _ batch: [TreeMutation], _ range: Range<Int>,
        _ reader: TreeReader, _ levels: inout OpenLevels
    ) throws(TreeError) {
        if range.isEmpty {
            try settle(through: Int(reference.level) + 1, &levels)
            if levels.areEmpty(through: Int(reference.level)) {
                levels.push(child, at: Int(reference.level) + 1)
                return
            }
        }
        let node = try reader.node(reference)
        switch node.content {
        case .leaf(let entries):
            if !range.isEmpty, range.count <= entries.count, child.isItem,
                TreeUpdate.changesNothing(entries, batch, range)
            {
                return try walk(reference, child, batch, range.lowerBound..<range.lowerBound, reader, &levels)
            }
            retire(node)
            try merge(node, entries, batch, range, &levels)
        case .inner(let children):
            retire(node)
            var start = range.lowerBound
            for index in 0..<children.count {
                let end =
                    index == children.count - 1
                    ? range.upperBound
                    : TreeUpdate.partition(batch, start..<range.upperBound, above: children.lastKey(index))
                var lastKey: [UInt8] = []
                lastKey.append(contentsOf: children.lastKey(index))
                let childReference = children.reference(index, level: node.level - 1)
                try walk(
                    childReference,
                    Child(
                        lastKey: lastKey, reference: childReference, closingLevel: children.closingLevels[index]),
                    batch, start..<end, reader, &levels)
                start = end
            }
        }
    }

    /// Whether all changes ask for what the leaf node already has.
    private static func changesNothing(_ entries: LeafEntries, _ batch: [TreeMutation], _ range: Range<Int>) -> Bool {
        for index in range {
            let key = batch[index].key
            let position = entries.lowerBound(key.bytes.span)
            let isThere =
                position < entries.count && ByteOrder.compare(entries.keySpan(position), key.bytes.span) == 0
            let value: Digest
            let blobID: UInt64
            var inline: [UInt8] = []
            switch batch[index].change {
            case .remove:
                if isThere { return false }
                continue
            case .record(let digest, let blob): (value, blobID) = (digest, blob)
            case .inline(let bytes, let blob):
                (value, blobID) = (TreeHash.value(bytes.span), blob)
                inline = bytes
            }
            // All that is stored must be equal: a value may rest in the tree or not under the same digest, and the
            // same bytes may be cut elsewhere.
            guard isThere, entries.values[position] == value, entries.blobs[position] == blobID,
                ByteOrder.compare(entries.inlineSpan(position), inline.span) == 0,
                entries.realmByteCount(position) == key.realmByteCount,
                entries.orderByteCount(position) == key.orderByteCount
            else { return false }
        }
        return true
    }

    /// Streams the entries of a leaf node, with the changes that fall between them.
    private mutating func merge(
        _ node: TreeNode, _ entries: LeafEntries, _ batch: [TreeMutation], _ range: Range<Int>,
        _ levels: inout OpenLevels
    ) throws(TreeError) {
        var position = 0
        for index in range {
            let key = batch[index].key.bytes
            let next = entries.lowerBound(key.span, from: position)
            try push(entries, position..<next, node.closingLevel, &levels)
            position = next
            if next < entries.count, ByteOrder.compare(entries.keySpan(next), key.span) == 0 { position += 1 }
            try push(batch[index], &levels)
        }
        try push(entries, position..<entries.count, node.closingLevel, &levels)
    }

    /// Streams entries of a leaf node as they are. None but the last of a node can end one.
    private mutating func push(
        _ entries: LeafEntries, _ range: Range<Int>, _ closingLevel: UInt8, _ levels: inout OpenLevels
    ) throws(TreeError) {
        var start = range.lowerBound
        while start < range.upperBound {
            try settle(through: 0, &levels)
            let room = TreeNode.maximumItemCount - levels.leaf.count
            let end = min(range.upperBound, start + room)
            levels.leaf.append(entries, start..<end)
            levels.leafClosingLevel = end == entries.count ? closingLevel : 0
            start = end
        }
    }

    private mutating func push(_ mutation: TreeMutation, _ levels: inout OpenLevels) throws(TreeError) {
        let key = mutation.key
        let value: Digest
        let blobID: UInt64
        var inline: [UInt8] = []
        switch mutation.change {
        case .remove: return
        case .record(let digest, let blob): (value, blobID) = (digest, blob)
        case .inline(let bytes, let blob):
            (value, blobID) = (TreeHash.value(bytes.span), blob)
            inline = bytes
        }
        try settle(through: 0, &levels)
        levels.leaf.append(
            key: key.bytes.span, realmByteCount: key.realmByteCount, orderByteCount: key.orderByteCount,
            value: value, blob: blobID, inline: inline.span)
        levels.leafClosingLevel = TreeNode.boundaryLevel(boundary(key.bytes.span))
    }

    /// Writes the nodes that are full on the levels up to `level`, since something follows them.
    private mutating func settle(through level: Int, _ levels: inout OpenLevels) throws(TreeError) {
        for current in 0...level where levels.isFull(current) {
            try close(current, &levels)
        }
    }

    /// Writes the open node of a level and makes it an item of the level above.
    private mutating func close(_ level: Int, _ levels: inout OpenLevels) throws(TreeError) {
        // A full node above is followed by the one that is closed here.
        if levels.isFull(level + 1) { try close(level + 1, &levels) }
        let node = levels.take(level)
        try write(node)
        let lastKey = node.lastKey
        levels.push(
            Child(lastKey: lastKey, reference: node.reference, closingLevel: node.closingLevel), at: level + 1)
    }

    private mutating func write(_ node: TreeNode) throws(TreeError) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(8_192)
        NodeCoding.encode(node, into: &bytes)
        let sealed = sealer.seal(bytes.span, nodeID: node.id)
        do throws(StorageError) {
            try transaction.append(sealed, id: node.id, in: .nodes)
        } catch {
            throw .storage(error)
        }
        cache.insert(node)
        writtenNodes += 1
    }

    /// Gives up a node. The versions that still hold it are old ones, and its place in the cache is worth more to the
    /// newest: it has just been read, so it would outlast nodes that were written and not yet read.
    private mutating func retire(_ node: TreeNode) {
        retired.append(node.id)
        cache.remove(node.id)
    }

    /// Closes what is still open, level by level; the one item of the topmost level is the root.
    private mutating func finish(_ levels: inout OpenLevels) throws(TreeError) -> NodeReference? {
        var level = 0
        while level < levels.count {
            if let only = levels.onlyItem(level) { return only.reference }
            if !levels.isEmpty(level) { try close(level, &levels) }
            level += 1
        }
        return nil
    }

    /// Steps down from inner nodes with one child: their hash is that child's, and a root has none above it.
    private mutating func collapse(_ reference: NodeReference?) throws(TreeError) -> TreeRoot {
        guard var reference else { return .empty }
        let reader = TreeReader(root: TreeRoot(reference), snapshot: transaction, sealer: sealer, cache: cache)
        while reference.level > 0 {
            let node = try reader.node(reference)
            guard case .inner(let children) = node.content, children.count == 1 else { break }
            retire(node)
            reference = children.reference(0, level: node.level - 1)
        }
        return TreeRoot(reference)
    }

    /// The index of the first change whose key is above `key`.
    private static func partition(_ batch: [TreeMutation], _ range: Range<Int>, above key: Span<UInt8>) -> Int {
        var low = range.lowerBound
        var high = range.upperBound
        while low < high {
            let middle = (low + high) / 2
            let candidate = batch[middle].key.bytes
            if ByteOrder.compare(candidate.span, key) <= 0 {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }
}

/// A subtree as an item of the level above.
private struct Child {
    let lastKey: [UInt8]
    let reference: NodeReference
    let closingLevel: UInt8

    /// Whether it stood in a node, and so can stand in one again as it is.
    var isItem: Bool { !lastKey.isEmpty }
}

/// The open node of each level while a batch streams through.
private struct OpenLevels {
    var leaf = LeafEntries()
    var leafClosingLevel: UInt8 = 0
    private var inner: [ChildEntries] = []
    private var innerClosingLevels: [UInt8] = []
    /// How many items each level has been given in all.
    private var pushed: [Int] = []
    private var first: [Child?] = []
    var nextNodeID: UInt64

    init(nextNodeID: UInt64) {
        self.nextNodeID = nextNodeID
    }

    /// How many levels have been reached.
    var count: Int { inner.count + 1 }

    func isEmpty(_ level: Int) -> Bool {
        level == 0 ? leaf.isEmpty : level > inner.count || inner[level - 1].isEmpty
    }

    func areEmpty(through level: Int) -> Bool {
        (0...level).allSatisfy(isEmpty)
    }

    func isFull(_ level: Int) -> Bool {
        guard !isEmpty(level) else { return false }
        let (count, closing) =
            level == 0
            ? (leaf.count, leafClosingLevel) : (inner[level - 1].count, innerClosingLevels[level - 1])
        return closing > level || count == TreeNode.maximumItemCount
    }

    /// The one item of the topmost level, when it was given no other.
    func onlyItem(_ level: Int) -> Child? {
        guard level > 0, level == inner.count, pushed[level - 1] == 1 else { return nil }
        return first[level - 1]
    }

    mutating func push(_ child: Child, at level: Int) {
        while inner.count < level {
            inner.append(ChildEntries())
            innerClosingLevels.append(0)
            pushed.append(0)
            first.append(nil)
        }
        inner[level - 1].append(
            lastKey: child.lastKey.span, id: child.reference.id, hash: child.reference.hash,
            count: child.reference.count, closingLevel: child.closingLevel)
        innerClosingLevels[level - 1] = child.closingLevel
        if pushed[level - 1] == 0 { first[level - 1] = child }
        pushed[level - 1] += 1
    }

    /// Takes the open node of a level, which must not be empty, and gives it an id.
    mutating func take(_ level: Int) -> TreeNode {
        defer { nextNodeID += 1 }
        if level == 0 {
            let entries = leaf
            leaf = LeafEntries()
            return TreeNode(id: nextNodeID, level: 0, content: .leaf(entries), closingLevel: leafClosingLevel)
        }
        let children = inner[level - 1]
        inner[level - 1] = ChildEntries()
        return TreeNode(
            id: nextNodeID, level: UInt8(level), content: .inner(children),
            closingLevel: innerClosingLevels[level - 1])
    }
}

extension TreeNode {
    /// The last key below the node.
    fileprivate var lastKey: [UInt8] {
        var key: [UInt8] = []
        switch content {
        case .leaf(let entries): key.append(contentsOf: entries.keySpan(entries.count - 1))
        case .inner(let children): key.append(contentsOf: children.lastKey(children.count - 1))
        }
        return key
    }
}

internal import AvowProof

/// A node as bytes, before it is sealed (Format, "Nodes at rest").
///
/// `level`, the number of items, then the items. A key is written as the number of leading bytes that
/// it shares with the key before it, and the rest. A leaf entry then has a byte of flags (1: its cuts are those of the
/// entry before; 2: a blob id follows; 4: its value rests here, and its digest is not written since it follows from
/// the value). A child has the number of its leaves, its hash and its node id.
///
/// A node that is written over another one (``NodePatch``) has 128 in its level, then the id and the hash of the other, the
/// number of items, and parts: how many items of the other to leave out, how many then to copy, how many new ones follow,
/// and these.
enum NodeCoding {
    private static let sameCuts: UInt8 = 1
    private static let hasBlob: UInt8 = 2
    private static let hasInline: UInt8 = 4

    /// Set in the level of a node that is written over another one.
    private static let isPatch: UInt8 = 0x80

    /// Writes a node, over another one if there is a patch.
    static func encode(_ content: TreeNode.Content, level: UInt8, _ patch: NodePatch? = nil, into bytes: inout [UInt8])
    {
        bytes.append(patch == nil ? level : level | isPatch)
        if let patch {
            bytes.append(varint: patch.baseID)
            patch.baseHash.append(to: &bytes)
        }
        bytes.append(varint: UInt64(content.itemCount))
        guard let patch else { return encode(content, 0..<content.itemCount, &bytes) }
        var item = 0
        var position = 0
        while item < patch.items.count {
            // Items of the base that stand one behind the other, then new ones.
            let first = Int(patch.items[item])
            let start = item
            while item < patch.items.count, patch.items[item] != NodePatch.isNew,
                Int(patch.items[item]) == first + item - start
            { item += 1 }
            let copied = item - start
            bytes.append(varint: copied == 0 ? 0 : UInt64(first - position))
            bytes.append(varint: UInt64(copied))
            if copied > 0 { position = first + copied }
            let firstNew = item
            while item < patch.items.count, patch.items[item] == NodePatch.isNew { item += 1 }
            bytes.append(varint: UInt64(item - firstNew))
            encode(content, firstNew..<item, &bytes)
        }
    }

    private static func encode(_ content: TreeNode.Content, _ range: Range<Int>, _ bytes: inout [UInt8]) {
        switch content {
        case .leaf(let entries): encode(entries, range, &bytes)
        case .inner(let children): encode(children, range, &bytes)
        }
    }

    private static func encode(_ entries: LeafEntries, _ range: Range<Int>, _ bytes: inout [UInt8]) {
        for index in range {
            let repeats =
                index > 0 && entries.realmByteCount(index) == entries.realmByteCount(index - 1)
                && entries.orderByteCount(index) == entries.orderByteCount(index - 1)
            let inline = entries.inlineSpan(index)
            let blob = entries.blob(index)
            bytes.append(
                (repeats ? sameCuts : 0) | (blob != 0 ? hasBlob : 0) | (inline.count > 0 ? hasInline : 0))
            let key = entries.keySpan(index)
            let shared = entries.sharedByteCount(index)
            bytes.append(varint: UInt64(shared))
            bytes.append(varint: UInt64(key.count - shared))
            bytes.append(contentsOf: key.extracting(shared..<key.count))
            if !repeats {
                bytes.append(varint: UInt64(entries.realmByteCount(index)))
                bytes.append(varint: UInt64(entries.orderByteCount(index)))
            }
            if blob != 0 { bytes.append(varint: blob) }
            if inline.count > 0 {
                bytes.append(varint: UInt64(inline.count))
                bytes.append(contentsOf: inline)
            } else {
                entries.value(index).append(to: &bytes)
            }
        }
    }

    private static func encode(_ children: ChildEntries, _ range: Range<Int>, _ bytes: inout [UInt8]) {
        for index in range {
            let key = children.lastKey(index)
            let shared = children.sharedByteCount(index)
            bytes.append(varint: UInt64(shared))
            bytes.append(varint: UInt64(key.count - shared))
            bytes.append(contentsOf: key.extracting(shared..<key.count))
            bytes.append(varint: children.leafCount(index))
            children.hashes[index].append(to: &bytes)
            bytes.append(varint: children.identifiers[index])
        }
    }

    // MARK: Reading

    /// The id and the hash of the node that a node is written over; nil when it is written whole.
    ///
    /// - Throws: `TreeError.malformedNode`.
    static func base(of bytes: [UInt8], id: UInt64) throws(TreeError) -> (id: UInt64, hash: Digest)? {
        var reader = NodeByteReader(bytes, id: id)
        guard try reader.byte("a level") & isPatch != 0 else { return nil }
        return try reader.base()
    }

    /// Reads a node that is written whole.
    ///
    /// - Throws: `TreeError.malformedNode` for anything but the bytes of a node, hostile ones included.
    static func decode(_ bytes: [UInt8], id: UInt64) throws(TreeError) -> (level: UInt8, content: TreeNode.Content) {
        var reader = NodeByteReader(bytes, id: id)
        let level = try reader.byte("a level")
        guard level & isPatch == 0 else {
            throw .malformedNode(id, offset: 0, expected: "a node that is written whole")
        }
        let count = try itemCount(&reader)
        let content: TreeNode.Content
        if level == 0 {
            var entries = LeafEntries(capacity: count)
            try leaf(&reader, count: count, &entries)
            content = .leaf(entries)
        } else {
            var children = ChildEntries()
            try inner(&reader, count: count, &children)
            content = .inner(children)
        }
        guard reader.isAtEnd else { throw reader.failure("the end of the node") }
        return (level, content)
    }

    /// Reads a node that is written over another one, which is given.
    ///
    /// - Parameter base: what ``decode(_:id:)`` gave for the node that ``base(of:id:)`` names.
    /// - Throws: `TreeError.malformedNode` for anything but the bytes of a node, hostile ones included.
    static func decode(
        _ bytes: [UInt8], id: UInt64, over base: (level: UInt8, content: TreeNode.Content)
    ) throws(TreeError) -> (content: TreeNode.Content, patch: NodePatch) {
        var reader = NodeByteReader(bytes, id: id)
        guard try reader.byte("a level") == base.level | isPatch else {
            throw .malformedNode(id, offset: 0, expected: "the level of the node that it is written over")
        }
        let name = try reader.base()
        let count = try itemCount(&reader)
        var parts = PatchParts(count: count, baseCount: base.content.itemCount)
        let content: TreeNode.Content
        switch base.content {
        case .leaf(let old):
            var entries = LeafEntries(capacity: count)
            while let part = try parts.next(&reader) {
                if let first = part.copied.first {
                    let shared = entries.sharedWithLast(old.keySpan(first))
                    guard entries.isEmpty || isAbove(old.keySpan(first), entries.keySpan(entries.count - 1), shared)
                    else { throw reader.failure("items above those before them") }
                    entries.append(old, part.copied, sharedByteCount: shared)
                }
                try leaf(&reader, count: part.new, &entries)
            }
            content = .leaf(entries)
        case .inner(let old):
            var children = ChildEntries()
            while let part = try parts.next(&reader) {
                if let first = part.copied.first {
                    let shared = children.sharedWithLast(old.lastKey(first))
                    guard children.isEmpty || isAbove(old.lastKey(first), children.lastKey(children.count - 1), shared),
                        old.startRanks[part.copied.upperBound] - old.startRanks[first]
                            <= UInt64.max - children.startRanks[children.count]
                    else { throw reader.failure("items above those before them, of fewer than 2^64 leaves") }
                    children.append(old, part.copied, sharedByteCount: shared)
                }
                try inner(&reader, count: part.new, &children)
            }
            content = .inner(children)
        }
        guard reader.isAtEnd else { throw reader.failure("the end of the node") }
        let patch = NodePatch(
            baseID: name.id, baseHash: name.hash, baseItemCount: base.content.itemCount, items: parts.items)
        return (content, patch)
    }

    /// Whether a key stands above another one, with which it shares so many leading bytes.
    private static func isAbove(_ key: Span<UInt8>, _ other: Span<UInt8>, _ shared: Int) -> Bool {
        shared < key.count && (shared == other.count || key[shared] > other[shared])
    }

    private static func itemCount(_ reader: inout NodeByteReader) throws(TreeError) -> Int {
        let count = try reader.varint("a number of items")
        guard count > 0, count <= UInt64(NodeShape.largestItemCount) else {
            throw reader.failure("1 to \(NodeShape.largestItemCount) items")
        }
        return Int(count)
    }

    /// Reads entries behind those that are there.
    private static func leaf(
        _ reader: inout NodeByteReader, count: Int, _ entries: inout LeafEntries
    ) throws(TreeError) {
        guard count > 0 else { return }
        var key = LastKey()
        var cuts = (realm: 0, order: 0)
        if !entries.isEmpty {
            let last = entries.count - 1
            key.replace(after: 0, with: entries.keySpan(last))
            cuts = (entries.realmByteCount(last), entries.orderByteCount(last))
        }
        for _ in 0..<count {
            let flags = try reader.byte("flags")
            guard flags & ~(sameCuts | hasBlob | hasInline) == 0, !entries.isEmpty || flags & sameCuts == 0 else {
                throw reader.failure("known flags")
            }
            let shared = try reader.key(&key, isFirst: entries.isEmpty)
            if flags & sameCuts == 0 {
                let realm = try reader.varint("a realm's length")
                let order = try reader.varint("an order's length")
                guard realm <= UInt64(key.count), order <= UInt64(key.count) else {
                    throw reader.failure("cuts within the key")
                }
                cuts = (Int(realm), Int(order))
            }
            guard cuts.realm + cuts.order <= key.count else { throw reader.failure("cuts within the key") }
            let blob = flags & hasBlob != 0 ? try reader.varint("a blob id") : 0
            var inline = 0..<0
            var value: Digest?
            if flags & hasInline != 0 {
                inline = try reader.string("a value")
                guard !inline.isEmpty else { throw reader.failure("a value that is not empty") }
            } else {
                value = try reader.digest()
            }
            entries.append(
                key: key.span, realmByteCount: cuts.realm, orderByteCount: cuts.order, value: value, blob: blob,
                inline: reader.bytes.span.extracting(inline), sharedByteCount: shared)
        }
    }

    /// Reads children behind those that are there.
    private static func inner(
        _ reader: inout NodeByteReader, count: Int, _ children: inout ChildEntries
    ) throws(TreeError) {
        guard count > 0 else { return }
        var key = LastKey()
        if !children.isEmpty { key.replace(after: 0, with: children.lastKey(children.count - 1)) }
        for _ in 0..<count {
            let shared = try reader.key(&key, isFirst: children.isEmpty)
            let leafCount = try reader.varint("a number of leaves")
            guard leafCount > 0, leafCount <= UInt64.max - children.startRanks[children.count] else {
                throw reader.failure("one leaf or more, fewer than 2^64 in all")
            }
            let hash = try reader.digest()
            children.append(
                lastKey: key.span, id: try reader.varint("a node id"), hash: hash, count: leafCount,
                sharedByteCount: shared)
        }
    }
}

/// The parts of a patch: items of the base, then new ones.
private struct PatchParts {
    private let count: Int
    private let baseCount: Int
    private var position = 0
    private(set) var items: [UInt16] = []

    init(count: Int, baseCount: Int) {
        self.count = count
        self.baseCount = baseCount
        items.reserveCapacity(count)
    }

    /// Reads how the next part begins; nil behind the last.
    mutating func next(_ reader: inout NodeByteReader) throws(TreeError) -> (copied: Range<Int>, new: Int)? {
        guard items.count < count else { return nil }
        let skippedCount = try reader.varint("a number of items to leave out")
        let copiedCount = try reader.varint("a number of items to copy")
        guard skippedCount <= UInt64(baseCount - position),
            copiedCount <= UInt64(baseCount - position) - skippedCount,
            copiedCount <= UInt64(count - items.count),
            // There is one way to write a patch.
            copiedCount > 0 || (items.isEmpty && skippedCount == 0)
        else { throw reader.failure("items of the node that this one is written over") }
        let first = position + Int(skippedCount)
        let copied = first..<(first + Int(copiedCount))
        position = copied.upperBound
        for index in copied { items.append(UInt16(truncatingIfNeeded: index)) }
        let new = try reader.varint("a number of new items")
        guard new <= UInt64(count - items.count), new + copiedCount > 0 else {
            throw reader.failure("as many items as the node has")
        }
        for _ in 0..<new { items.append(NodePatch.isNew) }
        return (copied, Int(new))
    }
}

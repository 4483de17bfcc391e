internal import AvowProof

/// A node as bytes, before it is sealed (Format, "Nodes at rest").
///
/// `level`, the number of items, then the items. A key is written as the number of leading bytes that
/// it shares with the key before it, and the rest. A leaf entry then has a byte of flags (1: its cuts are those of the
/// entry before; 2: a blob id follows; 4: its value rests here, and its digest is not written since it follows from
/// the value). A child has the number of its leaves, its hash and its node id.
enum NodeCoding {
    private static let sameCuts: UInt8 = 1
    private static let hasBlob: UInt8 = 2
    private static let hasInline: UInt8 = 4

    static func encode(_ content: TreeNode.Content, level: UInt8, into bytes: inout [UInt8]) {
        bytes.append(level)
        switch content {
        case .leaf(let entries): encode(entries, &bytes)
        case .inner(let children): encode(children, &bytes)
        }
    }

    private static func encode(_ entries: LeafEntries, _ bytes: inout [UInt8]) {
        bytes.append(varint: UInt64(entries.count))
        for index in 0..<entries.count {
            let repeats =
                index > 0 && entries.realmByteCount(index) == entries.realmByteCount(index - 1)
                && entries.orderByteCount(index) == entries.orderByteCount(index - 1)
            let inline = entries.inlineSpan(index)
            let blob = entries.blobs[index]
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

    private static func encode(_ children: ChildEntries, _ bytes: inout [UInt8]) {
        bytes.append(varint: UInt64(children.count))
        for index in 0..<children.count {
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

    /// Reads a node.
    ///
    /// - Throws: `TreeError.malformedNode` for anything but the bytes of a node, hostile ones included.
    static func decode(_ bytes: [UInt8], id: UInt64) throws(TreeError) -> (level: UInt8, content: TreeNode.Content) {
        var reader = NodeByteReader(bytes, id: id)
        let level = try reader.byte("a level")
        let count = try reader.varint("a number of items")
        guard count > 0, count <= UInt64(NodeShape.largestItemCount) else {
            throw .malformedNode(id, offset: 1, expected: "1 to \(NodeShape.largestItemCount) items")
        }
        let content: TreeNode.Content =
            level == 0
            ? .leaf(try leaf(&reader, count: Int(count))) : .inner(try inner(&reader, count: Int(count)))
        guard reader.isAtEnd else { throw reader.failure("the end of the node") }
        return (level, content)
    }

    private static func leaf(_ reader: inout NodeByteReader, count: Int) throws(TreeError) -> LeafEntries {
        var entries = LeafEntries(capacity: count)
        var key: [UInt8] = []
        var cuts = (realm: 0, order: 0)
        for index in 0..<count {
            let flags = try reader.byte("flags")
            guard flags & ~(sameCuts | hasBlob | hasInline) == 0, index > 0 || flags & sameCuts == 0 else {
                throw reader.failure("known flags")
            }
            let shared = try reader.key(&key, isFirst: index == 0)
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
        return entries
    }

    private static func inner(_ reader: inout NodeByteReader, count: Int) throws(TreeError) -> ChildEntries {
        var children = ChildEntries()
        var key: [UInt8] = []
        var total: UInt64 = 0
        for index in 0..<count {
            let shared = try reader.key(&key, isFirst: index == 0)
            let leafCount = try reader.varint("a number of leaves")
            let (sum, overflow) = total.addingReportingOverflow(leafCount)
            guard leafCount > 0, !overflow else { throw reader.failure("one leaf or more, fewer than 2^64 in all") }
            total = sum
            let hash = try reader.digest()
            children.append(
                lastKey: key.span, id: try reader.varint("a node id"), hash: hash, count: leafCount,
                sharedByteCount: shared)
        }
        return children
    }
}

/// Reads the parts of a node; total over any bytes.
private struct NodeByteReader {
    let bytes: [UInt8]
    private let id: UInt64
    private var offset = 0

    init(_ bytes: [UInt8], id: UInt64) {
        self.bytes = bytes
        self.id = id
    }

    var isAtEnd: Bool { offset == bytes.count }

    func failure(_ expected: String) -> TreeError {
        .malformedNode(id, offset: offset, expected: expected)
    }

    mutating func byte(_ expected: String) throws(TreeError) -> UInt8 {
        guard offset < bytes.count else { throw failure(expected) }
        defer { offset += 1 }
        return bytes[offset]
    }

    mutating func varint(_ expected: String) throws(TreeError) -> UInt64 {
        // Most numbers have one byte.
        if offset < bytes.count, bytes[offset] < 0x80 {
            offset += 1
            return UInt64(bytes[offset - 1])
        }
        do throws(ByteError) {
            let (value, next) = try Varint.decode(bytes, at: offset)
            offset = next
            return value
        } catch {
            throw failure(expected)
        }
    }

    /// Reads a length and says where that many bytes stand.
    mutating func string(_ expected: String) throws(TreeError) -> Range<Int> {
        let count = try varint(expected)
        guard count <= UInt64(bytes.count - offset) else { throw failure("\(expected) of \(count) bytes") }
        defer { offset += Int(count) }
        return offset..<(offset + Int(count))
    }

    mutating func digest() throws(TreeError) -> Digest {
        guard bytes.count - offset >= Digest.byteCount,
            let digest = Digest(bytes.span.extracting(offset..<(offset + Digest.byteCount)))
        else { throw failure("a hash of 32 bytes") }
        offset += Digest.byteCount
        return digest
    }

    /// Reads a key over the one before it, which it must stand above.
    ///
    /// - Returns: how many bytes both share, which must be all that they have in common.
    mutating func key(_ key: inout [UInt8], isFirst: Bool) throws(TreeError) -> Int {
        let shared = try varint("a shared length")
        guard shared <= UInt64(key.count) else { throw failure("at most \(key.count) shared bytes") }
        let count = try varint("the rest of a key")
        guard count <= UInt64(bytes.count - offset), shared + count <= UInt64(TreeKey.maximumByteCount) else {
            throw failure("the rest of a key, all of it")
        }
        if !isFirst {
            let isAbove = count > 0 && (Int(shared) == key.count || bytes[offset] > key[Int(shared)])
            guard isAbove else { throw failure("a key above the one before") }
        }
        key.removeLast(key.count - Int(shared))
        key.append(contentsOf: bytes.span.extracting(offset..<(offset + Int(count))))
        offset += Int(count)
        return Int(shared)
    }
}

/// How much of a leaf a proof shows.
public enum LeafDisclosure: UInt8, Sendable, Comparable {
    /// The realm of its key.
    case realm = 3
    /// The realm and the order of its key.
    case order = 2
    /// Its whole key and its value digest.
    case full = 1

    /// Whether `left` shows less than `right`.
    public static func < (left: LeafDisclosure, right: LeafDisclosure) -> Bool {
        left.rawValue > right.rawValue
    }
}

/// Writes a tree proof: the tree, pruned, in preorder (Format, "Range proofs").
///
/// Each end of a branch begins with one byte: its kind in bits 0 and 1 (0 pruned, else a `LeafDisclosure`), in bit 2
/// whether a leaf has the realm of the leaf shown before it, in bits 3 to 7 how many inner nodes open before it (31:
/// 31 and as many more as the varint that follows says). A part of a key that repeats is not repeated: the order is
/// written as the number of leading bytes that it shares with the order shown last, and the rest.
public struct TreeProofWriter: Sendable {
    private(set) var bytes: [UInt8] = []
    private var openedNodes: UInt64 = 0
    private var realm: [UInt8]?
    private var order: [UInt8] = []

    /// A writer that has written nothing, which is the proof of an empty tree.
    ///
    /// - Parameter capacity: how many bytes to make room for.
    public init(capacity: Int = 0) {
        bytes.reserveCapacity(capacity)
    }

    /// Goes on behind a proof that another writer has written, whose last leaf was shown with its order.
    ///
    /// - Parameter key: the bytes of that leaf's whole key.
    public mutating func goOn(behind key: Span<UInt8>, realmByteCount: Int, orderByteCount: Int) {
        var newRealm: [UInt8] = []
        newRealm.append(contentsOf: key.extracting(0..<realmByteCount))
        realm = newRealm
        order.removeAll(keepingCapacity: true)
        order.append(contentsOf: key.extracting(realmByteCount..<(realmByteCount + orderByteCount)))
    }

    /// Opens an inner node: its left and then its right subtree follow.
    public mutating func inner() {
        openedNodes += 1
    }

    /// Writes a subtree of which nothing is shown.
    ///
    /// - Parameter count: its leaves, at least 1.
    public mutating func pruned(count: UInt64, hash: Digest) {
        head(kind: 0, repeatsRealm: false)
        bytes.append(varint: count)
        hash.append(to: &bytes)
    }

    /// Writes a leaf as far as `disclosure` says.
    ///
    /// - Parameters:
    ///   - key: the bytes of its whole key.
    ///   - value: its value digest.
    public mutating func leaf(
        key: Span<UInt8>, realmByteCount: Int, orderByteCount: Int, value: Digest, _ disclosure: LeafDisclosure
    ) {
        let ownerStart = realmByteCount + orderByteCount
        let realmBytes = key.extracting(0..<realmByteCount)
        let repeats = realm.map { ByteOrder.compare($0.span, realmBytes) == 0 } ?? false
        head(kind: disclosure.rawValue, repeatsRealm: repeats)
        if !repeats {
            bytes.append(varint: UInt64(realmByteCount))
            bytes.append(contentsOf: realmBytes)
            var newRealm: [UInt8] = []
            newRealm.append(contentsOf: realmBytes)
            realm = newRealm
        }
        let orderBytes = key.extracting(realmByteCount..<ownerStart)
        let ownerBytes = key.extracting(ownerStart..<key.count)
        if disclosure >= .order {
            let shared = ByteOrder.commonPrefix(order.span, orderBytes)
            bytes.append(varint: UInt64(shared))
            bytes.append(varint: UInt64(orderByteCount - shared))
            bytes.append(contentsOf: orderBytes.extracting(shared..<orderByteCount))
            order.removeSubrange(shared...)
            order.append(contentsOf: orderBytes.extracting(shared..<orderByteCount))
        }
        if disclosure == .full {
            bytes.append(varint: UInt64(ownerBytes.count))
            bytes.append(contentsOf: ownerBytes)
            value.append(to: &bytes)
            return
        }
        let blind = TreeHash.ownerBlind(ownerBytes, value)
        if disclosure == .order {
            blind.append(to: &bytes)
        } else {
            TreeHash.keyBlind(orderBytes, blind).append(to: &bytes)
        }
    }

    /// The finished proof.
    public consuming func finish() -> [UInt8] {
        bytes
    }

    private mutating func head(kind: UInt8, repeatsRealm: Bool) {
        let opened = min(openedNodes, 31)
        bytes.append(kind | (repeatsRealm ? 4 : 0) | UInt8(opened) << 3)
        if opened == 31 { bytes.append(varint: openedNodes - 31) }
        openedNodes = 0
    }
}

/// Reads the items of a tree proof; total over any bytes.
struct TreeProofReader {
    private let bytes: [UInt8]
    private(set) var offset = 0
    /// The realm of the leaf shown last, as a part of `bytes`.
    private var realm: Range<Int>?
    /// The order shown last.
    private var order: [UInt8] = []

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { offset == bytes.count }

    /// Reads the next end of a branch.
    ///
    /// - Parameter keys: what is shown of the key of a leaf is appended to these.
    /// - Returns: how many inner nodes open before it, and how many leaves it stands for.
    mutating func next(
        _ keys: inout [UInt8]
    ) throws(TreeProofError) -> (openedNodes: UInt64, leafCount: UInt64, item: ShownItem, digest: Digest) {
        let start = offset
        let head = try byte("the head of an item")
        var opened = UInt64(head >> 3)
        if opened == 31 {
            let (sum, overflow) = opened.addingReportingOverflow(try varint("a number of inner nodes"))
            guard !overflow else { throw .malformed(offset: start, expected: "a number of inner nodes") }
            opened = sum
        }
        let repeatsRealm = head & 4 != 0
        guard let disclosure = LeafDisclosure(rawValue: head & 3) else {
            guard !repeatsRealm else { throw .malformed(offset: start, expected: "no realm before a pruned subtree") }
            let count = try varint("a number of leaves")
            guard count > 0 else { throw .malformed(offset: start, expected: "a pruned subtree of one leaf or more") }
            let item = ShownItem(disclosure: nil, keyStart: keys.count, digestStart: offset)
            return (opened, count, item, try digest())
        }
        let item = try leaf(disclosure, repeatsRealm: repeatsRealm, &keys)
        return (opened, 1, item, try digest())
    }

    private mutating func leaf(
        _ disclosure: LeafDisclosure, repeatsRealm: Bool, _ keys: inout [UInt8]
    ) throws(TreeProofError) -> ShownItem {
        let start = offset
        let keyStart = keys.count
        let realm = try realm(repeats: repeatsRealm)
        keys.append(contentsOf: bytes.span.extracting(realm))
        var owner = offset..<offset
        if disclosure >= .order {
            try readOrder(ofLeafAt: start)
            keys.append(contentsOf: order.span)
            if disclosure == .full {
                owner = try string("an owner")
                keys.append(contentsOf: bytes.span.extracting(owner))
            }
        }
        guard keys.count - keyStart <= TreeKey.maximumByteCount else {
            throw .malformed(offset: start, expected: "a key of at most \(TreeKey.maximumByteCount) bytes")
        }
        return ShownItem(
            disclosure: disclosure, keyStart: keyStart, realmByteCount: realm.count,
            orderByteCount: disclosure == .realm ? 0 : order.count, ownerByteCount: owner.count, digestStart: offset)
    }

    private mutating func realm(repeats: Bool) throws(TreeProofError) -> Range<Int> {
        let start = offset
        if repeats {
            guard let realm else { throw .malformed(offset: start, expected: "a realm, as none stands before") }
            return realm
        }
        let new = try string("a realm")
        if let realm, ByteOrder.compare(bytes.span.extracting(realm), bytes.span.extracting(new)) == 0 {
            throw .malformed(offset: start, expected: "another realm than before")
        }
        realm = new
        return new
    }

    private mutating func readOrder(ofLeafAt start: Int) throws(TreeProofError) {
        let shared = try varint("a shared length")
        guard shared <= UInt64(order.count) else {
            throw .malformed(offset: start, expected: "at most \(order.count) shared bytes")
        }
        let rest = try string("the rest of an order")
        if Int(shared) < order.count, !rest.isEmpty, bytes[rest.lowerBound] == order[Int(shared)] {
            throw .malformed(offset: start, expected: "as many shared bytes as there are")
        }
        order.removeLast(order.count - Int(shared))
        order.append(contentsOf: bytes[rest])
    }

    private mutating func byte(_ expected: String) throws(TreeProofError) -> UInt8 {
        guard offset < bytes.count else { throw .malformed(offset: offset, expected: expected) }
        defer { offset += 1 }
        return bytes[offset]
    }

    private mutating func varint(_ expected: String) throws(TreeProofError) -> UInt64 {
        let start = offset
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let next = try byte(expected)
            let bits = UInt64(next & 0x7F)
            guard shift < 63 || (shift == 63 && bits <= 1), next != 0 || shift == 0 else {
                throw .malformed(offset: start, expected: "\(expected) in as few bytes as hold it")
            }
            value |= bits << shift
            if next & 0x80 == 0 { return value }
            shift += 7
        }
    }

    /// Where the next string stands in `bytes`.
    private mutating func string(_ expected: String) throws(TreeProofError) -> Range<Int> {
        let start = offset
        let count = try varint(expected)
        guard count <= UInt64(bytes.count - offset), count <= UInt64(TreeKey.maximumByteCount) else {
            throw .malformed(offset: start, expected: "\(expected), all of it")
        }
        defer { offset += Int(count) }
        return offset..<(offset + Int(count))
    }

    private mutating func digest() throws(TreeProofError) -> Digest {
        guard bytes.count - offset >= Digest.byteCount,
            let digest = Digest(bytes.span.extracting(offset..<(offset + Digest.byteCount)))
        else { throw .malformed(offset: offset, expected: "a hash of 32 bytes") }
        offset += Digest.byteCount
        return digest
    }
}

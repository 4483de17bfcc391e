/// A key of the tree: three encoded tuples one after the other.
///
/// The **realm** says which space, index and audience an entry belongs to, the **order** holds the values that entries
/// are sorted by, the **owner** says whose the entry is. Keys sort by their bytes as a whole. The cuts between the
/// parts are committed to by the leaf hash, so a proof can show the realm alone, or realm and order, and hide the rest.
public struct TreeKey: Hashable, Sendable {
    /// The longest key that a tree takes, in bytes.
    ///
    /// A proof writes a key as what it does not share with the one before, so this also bounds how much larger than its
    /// file a proof can grow in a verifier's memory.
    public static let maximumByteCount = 1_024

    /// Realm, order and owner, one after the other.
    public let bytes: [UInt8]
    /// The length of the realm in bytes.
    public let realmByteCount: Int
    /// The length of the order in bytes.
    public let orderByteCount: Int

    /// A key of three parts, each an encoded tuple.
    public init(realm: TupleBytes, order: TupleBytes, owner: TupleBytes = TupleBytes()) {
        bytes = realm.bytes + order.bytes + owner.bytes
        realmByteCount = realm.bytes.count
        orderByteCount = order.bytes.count
    }

    /// A key that is appended to an empty buffer.
    init(_ append: (inout TupleBytes) -> KeyCuts) {
        var tuple = TupleBytes()
        let cuts = append(&tuple)
        bytes = tuple.bytes
        realmByteCount = cuts.realmByteCount
        orderByteCount = cuts.orderByteCount
    }

    /// A key from its bytes and cuts; nil when the cuts lie outside the bytes.
    public init?(bytes: [UInt8], realmByteCount: Int, orderByteCount: Int) {
        guard realmByteCount >= 0, orderByteCount >= 0, realmByteCount <= bytes.count,
            orderByteCount <= bytes.count - realmByteCount
        else { return nil }
        self.bytes = bytes
        self.realmByteCount = realmByteCount
        self.orderByteCount = orderByteCount
    }

    /// A key from its bytes and cuts, which lie within the bytes.
    init(_ bytes: [UInt8], realmByteCount: Int, orderByteCount: Int) {
        self.bytes = bytes
        self.realmByteCount = realmByteCount
        self.orderByteCount = orderByteCount
    }

    /// Where the realm stands in `bytes`.
    public var realm: Range<Int> { 0..<realmByteCount }
    /// Where the order stands in `bytes`.
    public var order: Range<Int> { realmByteCount..<(realmByteCount + orderByteCount) }
    /// Where the owner stands in `bytes`.
    public var owner: Range<Int> { (realmByteCount + orderByteCount)..<bytes.count }
}

/// Where a key is cut that was appended to a buffer.
public struct KeyCuts: Hashable, Sendable {
    /// The length of the realm in bytes.
    public let realmByteCount: Int
    /// The length of the order in bytes.
    public let orderByteCount: Int

    /// The cuts of a key from where it begins and its parts end in the buffer.
    init(start: Int = 0, realmEnd: Int, orderEnd: Int) {
        realmByteCount = realmEnd - start
        orderByteCount = orderEnd - realmEnd
    }

    fileprivate init(of key: TreeKey) {
        realmByteCount = key.realmByteCount
        orderByteCount = key.orderByteCount
    }
}

extension TupleBytes {
    /// Appends a key as it is.
    public mutating func append(_ key: TreeKey) -> KeyCuts {
        append(encoded: key.bytes)
        return KeyCuts(of: key)
    }
}

/// A key, or its realm and order alone, wherever it stands: by itself, or among the keys of a node.
public struct KeyPlace: Sendable {
    /// What holds them.
    public let bytes: [UInt8]
    /// Where the realm stands.
    public let realm: Range<Int>
    /// Where the order stands, right behind the realm.
    public let order: Range<Int>
    /// Where the owner stands, right behind the order; empty when it is not shown.
    public let owner: Range<Int>
    /// How many leading bytes are known to be those of the key that was read before.
    public let sharedByteCount: Int

    /// The place of a key whose realm begins at `start` of `bytes`, which must hold realm and order.
    public init(_ bytes: [UInt8], from start: Int, realmByteCount: Int, orderByteCount: Int) {
        self.bytes = bytes
        realm = start..<(start + realmByteCount)
        order = realm.upperBound..<(realm.upperBound + orderByteCount)
        owner = order.upperBound..<order.upperBound
        sharedByteCount = 0
    }

    /// The place of a whole key, whose cuts lie within it.
    init(_ bytes: [UInt8], _ range: Range<Int>, realmByteCount: Int, orderByteCount: Int, sharedByteCount: Int) {
        self.bytes = bytes
        realm = range.lowerBound..<(range.lowerBound + realmByteCount)
        order = realm.upperBound..<(realm.upperBound + orderByteCount)
        owner = order.upperBound..<range.upperBound
        self.sharedByteCount = sharedByteCount
    }

    /// The place of a key by itself.
    public init(_ key: TreeKey) {
        self.init(
            key.bytes, 0..<key.bytes.count, realmByteCount: key.realmByteCount, orderByteCount: key.orderByteCount,
            sharedByteCount: 0)
    }

    /// The same place, when nothing is known of the key that was read before.
    public var alone: KeyPlace {
        KeyPlace(
            bytes, realm.lowerBound..<owner.upperBound, realmByteCount: realm.count, orderByteCount: order.count,
            sharedByteCount: 0)
    }

    /// The key as a value of its own.
    public var key: TreeKey {
        TreeKey(
            Array(bytes[realm.lowerBound..<owner.upperBound]), realmByteCount: realm.count,
            orderByteCount: order.count)
    }
}

extension TreeKey: Comparable {
    /// Whether the bytes of `left` sort before those of `right`.
    public static func < (left: TreeKey, right: TreeKey) -> Bool {
        ByteOrder.compare(left.bytes.span, right.bytes.span) < 0
    }
}

/// The keys from `lower` up to, but not including, `upper`.
public struct KeyRange: Hashable, Sendable {
    /// The least key bytes in the range.
    public let lower: [UInt8]
    /// The least key bytes above the range; nil when the range reaches to the end of the tree.
    public let upper: [UInt8]?

    /// The keys in `lower..<upper`.
    public init(lower: [UInt8], upper: [UInt8]?) {
        self.lower = lower
        self.upper = upper
    }

    /// All keys that begin with `prefix`.
    public init(prefix: [UInt8]) {
        lower = prefix
        upper = KeyRange.successor(ofPrefix: prefix)
    }

    /// All keys whose first elements are these. It is less than all keys that begin with their bytes: a text that has a
    /// zero goes on with 0xFF where another ends, and no element begins so.
    public init(beginningWith elements: TupleBytes) {
        lower = elements.bytes
        upper = elements.bytes + [TupleCode.escape]
    }

    /// The range that holds `key` and nothing else.
    public init(only key: TreeKey) {
        lower = key.bytes
        upper = key.bytes + [0]
    }

    /// Whether `key` lies in the range.
    public func contains(_ key: [UInt8]) -> Bool {
        guard ByteOrder.compare(lower.span, key.span) <= 0 else { return false }
        guard let upper else { return true }
        return ByteOrder.compare(key.span, upper.span) < 0
    }

    /// Whether no key can lie in the range.
    public var isEmpty: Bool {
        guard let upper else { return false }
        return ByteOrder.compare(lower.span, upper.span) >= 0
    }

    /// The least byte string above all that begin with `prefix`; nil when there is none.
    static func successor(ofPrefix prefix: [UInt8]) -> [UInt8]? {
        var bytes = prefix
        while let last = bytes.popLast() {
            if last < 0xFF {
                bytes.append(last + 1)
                return bytes
            }
        }
        return nil
    }
}

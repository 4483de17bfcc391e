/// One end of a branch of a pruned tree: a leaf as far as a proof shows it, or a subtree of which nothing is shown.
///
/// It says where the parts stand; the bytes of keys stand one behind the other in one array, so that reading a proof
/// allocates as often for many leaves as for one.
struct ShownItem: Sendable {
    /// How much of a leaf is shown; nil for a subtree.
    let disclosure: LeafDisclosure?
    /// The lengths of the parts of the key that are shown; zero of what is not.
    private let realmLength: UInt16
    private let orderLength: UInt16
    private let ownerLength: UInt16
    /// Where the key begins among the keys of its proof.
    let keyStart: Int
    /// Where the digest stands in the proof: of a leaf, what stands in place of the hidden rest, that is the key blind,
    /// the owner blind, or the value digest.
    let digestStart: Int

    /// - Precondition: the lengths are those of a key, at most `TreeKey.maximumByteCount`.
    init(
        disclosure: LeafDisclosure?, keyStart: Int, realmByteCount: Int = 0, orderByteCount: Int = 0,
        ownerByteCount: Int = 0, digestStart: Int
    ) {
        self.disclosure = disclosure
        self.keyStart = keyStart
        self.digestStart = digestStart
        realmLength = UInt16(truncatingIfNeeded: realmByteCount)
        orderLength = UInt16(truncatingIfNeeded: orderByteCount)
        ownerLength = UInt16(truncatingIfNeeded: ownerByteCount)
    }

    var realmByteCount: Int { Int(realmLength) }
    var orderByteCount: Int { Int(orderLength) }
    /// Where the realm stands among the keys of the proof.
    var realm: Range<Int> { keyStart..<(keyStart + realmByteCount) }
    /// Where the order stands.
    var order: Range<Int> { realm.upperBound..<(realm.upperBound + orderByteCount) }
    /// Where the owner stands.
    var owner: Range<Int> { order.upperBound..<(order.upperBound + Int(ownerLength)) }
    /// Where all that is shown of the key stands.
    var key: Range<Int> { keyStart..<owner.upperBound }
}

/// All that a proof shows, in the order of the leaves.
struct ShownTree: Sendable {
    /// The proof.
    let bytes: [UInt8]
    /// What is shown of the keys of leaves, one behind the other.
    var keys: [UInt8] = []
    var items: [ShownItem] = []
    /// For each item, how many leaves stand before it; and, when the proof has been read, behind the last how many there
    /// are in all.
    var ranks: [UInt64] = []
    /// The items that are leaves, as indices into `items`.
    var leaves: [Int] = []
    /// For each leaf, the one of it and those before it that shows the greatest bytes, as an index into `items`.
    ///
    /// What is shown of leaves need not increase as their keys do: one that shows its realm alone may follow one that
    /// shows all. The greatest so far does increase, so it can be searched by halving.
    var greatest: [Int] = []

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        // No item has fewer bytes than its head and its digest; one that has no more is rare.
        let most = bytes.count / (Digest.byteCount + 2)
        items.reserveCapacity(most)
        ranks.reserveCapacity(most + 1)
        keys.reserveCapacity(bytes.count)
        leaves.reserveCapacity(min(most, 32))
        greatest.reserveCapacity(min(most, 32))
    }

    /// What is shown of the key of a leaf.
    @_lifetime(borrow self)
    func key(_ item: ShownItem) -> Span<UInt8> {
        keys.span.extracting(item.key)
    }

    /// The entry that is shown whole by an item.
    func entry(_ item: ShownItem) -> TreeEntry {
        TreeEntry(
            key: TreeKey(
                Array(keys[item.key]), realmByteCount: item.realmByteCount, orderByteCount: item.orderByteCount),
            value: digest(item))
    }

    /// The digest that stands in the proof for an item.
    func digest(_ item: ShownItem) -> Digest {
        // There are so many bytes, or the item would not have been read.
        Digest(bytes.span.extracting(item.digestStart..<(item.digestStart + Digest.byteCount))) ?? TreeHash.empty
    }

    /// Whether a leaf is shown to lie below `bound`.
    ///
    /// Of a leaf that is shown in part more bytes may follow, so it must differ from the bound, and be less, within
    /// what is shown.
    func isBelow(_ leaf: ShownItem, _ bound: [UInt8]) -> Bool {
        let shown = key(leaf)
        let shared = ByteOrder.commonPrefix(shown, bound.span)
        guard shared < bound.count else { return false }
        if shared == shown.count { return leaf.disclosure == .full }
        return shown[shared] < bound[shared]
    }

    /// Whether a leaf is shown not to lie below `bound`; whatever follows what is shown of it only makes it greater.
    func isNotBelow(_ leaf: ShownItem, _ bound: [UInt8]) -> Bool {
        ByteOrder.compare(key(leaf), bound.span) >= 0
    }
}

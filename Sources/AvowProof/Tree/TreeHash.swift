/// How entries and inner nodes of the tree are hashed (Format, "Leaves and inner hashes").
public enum TreeHash {
    /// The root of a tree that holds nothing.
    public static let empty = Digest(.emptyTree, [])

    /// What a leaf shows in place of its owner and value digest: `H(0x05, len(owner), owner, valueDigest)`.
    public static func ownerBlind(_ owner: Span<UInt8>, _ value: Digest) -> Digest {
        part(.ownerBlind, owner, value)
    }

    /// What a leaf shows in place of its order and what follows: `H(0x04, len(order), order, ownerBlind)`.
    public static func keyBlind(_ order: Span<UInt8>, _ ownerBlind: Digest) -> Digest {
        part(.keyBlind, order, ownerBlind)
    }

    /// The hash of a leaf: `H(0x02, len(realm), realm, keyBlind)`.
    public static func leaf(_ realm: Span<UInt8>, _ keyBlind: Digest) -> Digest {
        part(.leaf, realm, keyBlind)
    }

    /// The hash of a leaf from its whole key and value digest.
    public static func leaf(
        key: Span<UInt8>, realmByteCount: Int, orderByteCount: Int, value: Digest
    ) -> Digest {
        let ownerStart = realmByteCount + orderByteCount
        let owner = ownerBlind(key.extracting(ownerStart..<key.count), value)
        let order = keyBlind(key.extracting(realmByteCount..<ownerStart), owner)
        return leaf(key.extracting(0..<realmByteCount), order)
    }

    /// The hash of an inner node: `H(0x03, countLeft, countRight, left, right)`.
    ///
    /// - Parameters:
    ///   - leftCount: the leaves below `left`.
    ///   - rightCount: the leaves below `right`.
    public static func inner(
        _ leftCount: UInt64, _ left: Digest, _ rightCount: UInt64, _ right: Digest
    ) -> Digest {
        var state = HashState(.inner)
        state.update(bigEndian: leftCount)
        state.update(bigEndian: rightCount)
        state.update(left)
        state.update(right)
        return state.finish()
    }

    /// The number of items that stand left in a binary tree over `count` items: half of them, and the middle one.
    ///
    /// Halves make paths as short as they can be on average: with nodes of 64 items, of very different sizes, a path
    /// through four of them is most of a hash shorter than with the shape of RFC 6962, whose advantage, that appending
    /// leaves the left part as it is, is none here, since a node is hashed anew when an item comes anywhere in it.
    ///
    /// - Precondition: `count` is at least 2.
    @inlinable
    public static func leftCount(of count: Int) -> Int {
        (count + 1) / 2
    }

    /// The digest that stands in the tree for a small value kept in the tree itself: `H(0x07, value)`.
    public static func value(_ bytes: Span<UInt8>) -> Digest {
        Digest(.value, bytes)
    }

    private static func part(
        _ tag: HashTag, _ bytes: Span<UInt8>, _ digest: Digest
    ) -> Digest {
        var state = HashState(tag)
        state.update(bigEndian: UInt32(truncatingIfNeeded: bytes.count))
        state.update(bytes)
        state.update(digest)
        return state.finish()
    }
}

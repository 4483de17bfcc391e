@testable import AvowProof

/// A leaf as a proof shows it.
struct ShownLeaf: Hashable {
    /// How much is shown.
    let disclosure: LeafDisclosure
    /// What is shown of the key. Cuts beyond what is shown stand at its end.
    let key: TreeKey
    /// What stands in place of the hidden rest: the key blind, the owner blind, or the value digest.
    let digest: Digest
}

/// One end of a branch of a pruned tree.
enum ProofItem: Hashable {
    case pruned(count: UInt64, hash: Digest)
    case leaf(ShownLeaf)
}

/// A tree proof taken apart, so that it can be put together again as a forger would.
///
/// The encoder here is written from the format and not the one that the package has, so the two check each other.
struct ProofSurgery {
    /// An end of a branch, with the number of inner nodes that open before it.
    struct Item {
        var opened: Int
        var item: ProofItem

        /// The leaf, when it is one.
        var leaf: ShownLeaf? {
            if case .leaf(let leaf) = item { leaf } else { nil }
        }
    }

    var items: [Item] = []

    init(_ bytes: [UInt8]) throws {
        var reader = TreeProofReader(bytes)
        while !reader.isAtEnd {
            var key: [UInt8] = []
            let (opened, leafCount, item, digest) = try reader.next(&key)
            var end = ProofItem.pruned(count: leafCount, hash: digest)
            if let disclosure = item.disclosure {
                let shown = TreeKey(
                    key, realmByteCount: item.realmByteCount, orderByteCount: item.orderByteCount)
                end = .leaf(ShownLeaf(disclosure: disclosure, key: shown, digest: digest))
            }
            items.append(Item(opened: Int(opened), item: end))
        }
    }

    /// The indices of the leaves that are shown to some degree.
    func leaves(_ disclosure: LeafDisclosure) -> [Int] {
        items.indices.filter { items[$0].leaf?.disclosure == disclosure }
    }

    /// The index of the leaf that commits to `value`.
    func leaf(holding value: Digest) -> Int? {
        items.firstIndex { $0.leaf?.disclosure == .full && $0.leaf?.digest == value }
    }

    /// The hash of a leaf, from whatever is shown of it.
    static func hash(_ leaf: ShownLeaf) -> Digest {
        let key = leaf.key
        var blind = leaf.digest
        if leaf.disclosure == .full {
            blind = TreeHash.ownerBlind(key.bytes.span.extracting(key.owner), blind)
        }
        if leaf.disclosure != .realm {
            blind = TreeHash.keyBlind(key.bytes.span.extracting(key.order), blind)
        }
        return TreeHash.leaf(key.bytes.span.extracting(key.realm), blind)
    }

    /// The same leaf, of which less is shown.
    static func hiding(_ leaf: ShownLeaf, _ disclosure: LeafDisclosure) throws -> ShownLeaf {
        let key = leaf.key
        let shown = disclosure == .order ? key.realmByteCount + key.orderByteCount : key.realmByteCount
        var blind = leaf.digest
        if leaf.disclosure == .full {
            blind = TreeHash.ownerBlind(key.bytes.span.extracting(key.owner), blind)
        }
        if disclosure == .realm {
            blind = TreeHash.keyBlind(key.bytes.span.extracting(key.order), blind)
        }
        let part = try unwrapped(
            TreeKey(
                bytes: Array(key.bytes[..<shown]), realmByteCount: key.realmByteCount,
                orderByteCount: disclosure == .order ? key.orderByteCount : 0))
        return ShownLeaf(disclosure: disclosure, key: part, digest: blind)
    }

    /// The proof as bytes.
    var bytes: [UInt8] {
        var result: [UInt8] = []
        var realm: [UInt8]?
        var order: [UInt8] = []
        for item in items {
            let opened = UInt8(min(item.opened, 31)) << 3
            let more = item.opened >= 31 ? UInt64(item.opened - 31) : nil
            switch item.item {
            case .pruned(let count, let hash):
                result.append(opened)
                if let more { result.append(varint: more) }
                result.append(varint: count)
                result += hash.bytes
            case .leaf(let leaf):
                let key = leaf.key
                let itsRealm = Array(key.bytes[key.realm])
                result.append(opened | (itsRealm == realm ? 4 : 0) | leaf.disclosure.rawValue)
                if let more { result.append(varint: more) }
                if itsRealm != realm {
                    result.append(varint: UInt64(itsRealm.count))
                    result += itsRealm
                    realm = itsRealm
                }
                if leaf.disclosure != .realm {
                    let itsOrder = Array(key.bytes[key.order])
                    let shared = zip(order, itsOrder).prefix { $0 == $1 }.count
                    result.append(varint: UInt64(shared))
                    result.append(varint: UInt64(itsOrder.count - shared))
                    result += itsOrder[shared...]
                    order = itsOrder
                }
                if leaf.disclosure == .full {
                    result.append(varint: UInt64(key.owner.count))
                    result += key.bytes[key.owner]
                }
                result += leaf.digest.bytes
            }
        }
        return result
    }
}

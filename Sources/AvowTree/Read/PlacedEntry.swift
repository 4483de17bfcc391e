public import AvowProof

/// An entry where it stands: in its leaf node, of which it copies nothing until it is asked for.
public struct PlacedEntry: Sendable {
    private let leaf: TreeNode
    private let index: Int
    /// How many entries stand before it in the tree.
    public let rank: UInt64
    /// The id of the sealed record that the entry stands for; 0 when there is none. Not hashed.
    public let blob: UInt64

    /// The entry at `index` of a leaf node; nil when the node is none, or has no such entry.
    init?(_ leaf: TreeNode, _ index: Int, rank: UInt64) {
        guard index >= 0, index < leaf.entries.count else { return nil }
        self.init(in: leaf, index, rank: rank)
    }

    /// The entry at `index` of a leaf node, which must have it.
    init(in leaf: TreeNode, _ index: Int, rank: UInt64) {
        self.leaf = leaf
        self.index = index
        self.rank = rank
        blob = leaf.entries.blob(index)
    }

    /// Calls `body` with the bytes of its key, then the lengths of its realm and order.
    public func withKey<Value>(_ body: (Span<UInt8>, _ realmByteCount: Int, _ orderByteCount: Int) -> Value) -> Value {
        leaf.entries.withKey(index, body)
    }

    /// The digest that the tree commits to. That of a value that rests in the tree is computed, each time.
    public var value: Digest { leaf.entries.value(index) }

    /// Its key.
    public var key: TreeKey {
        let parts = withKey { bytes, realmByteCount, orderByteCount in
            var key: [UInt8] = []
            key.append(contentsOf: bytes)
            return TreeKey(bytes: key, realmByteCount: realmByteCount, orderByteCount: orderByteCount)
        }
        // The cuts were within the key when the node was decoded or built.
        return parts ?? TreeKey(realm: TupleBytes(), order: TupleBytes())
    }

    /// The value itself when it rests in the tree; empty when it does not. Its digest is `value`.
    public var inline: [UInt8] { leaf.entries.inline(index) }

    /// The entry, copied out of its node.
    public var stored: StoredEntry {
        let key = key
        return StoredEntry(
            keyBytes: key.bytes, realmByteCount: key.realmByteCount, orderByteCount: key.orderByteCount, value: value,
            blob: blob, inline: inline, rank: rank)
    }

    /// Its key and value digest.
    public var entry: TreeEntry { TreeEntry(key: key, value: value) }
}

extension TreeNode {
    /// The entry at `key`, when the node is a leaf node that has it.
    ///
    /// - Parameter leafStart: how many entries stand before the node.
    func entry(_ key: TreeKey, leafStart: UInt64) -> PlacedEntry? {
        let bytes = key.bytes
        let (index, isThere) = entries.find(bytes.span, from: 0)
        guard isThere, entries.realmByteCount(index) == key.realmByteCount,
            entries.orderByteCount(index) == key.orderByteCount
        else { return nil }
        return PlacedEntry(in: self, index, rank: leafStart + UInt64(index))
    }
}

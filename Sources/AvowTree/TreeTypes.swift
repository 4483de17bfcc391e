public import AvowProof

/// A subtree as its parent knows it.
struct NodeReference: Hashable, Sendable {
    let id: UInt64
    let level: UInt8
    let count: UInt64
    let hash: Digest
}

/// One version of the tree: where its topmost node rests, and what it holds.
public struct TreeRoot: Hashable, Sendable {
    /// The id of the topmost node; 0 for the empty tree.
    public let nodeID: UInt64
    /// How many levels stand above the leaf nodes.
    public let level: UInt8
    /// The number of entries.
    public let count: UInt64
    /// The root hash.
    public let hash: Digest
    /// The nodes that rest in memory only; nil when all are written.
    public let unwritten: UnwrittenNodes?

    /// A version of the tree whose nodes are written.
    public init(nodeID: UInt64, level: UInt8, count: UInt64, hash: Digest) {
        self.nodeID = nodeID
        self.level = level
        self.count = count
        self.hash = hash
        unwritten = nil
    }

    /// The same version with the nodes that it has in memory.
    init(_ root: TreeRoot, _ unwritten: UnwrittenNodes?) {
        nodeID = root.nodeID
        level = root.level
        count = root.count
        hash = root.hash
        self.unwritten = unwritten
    }

    init(_ reference: NodeReference) {
        self.init(nodeID: reference.id, level: reference.level, count: reference.count, hash: reference.hash)
    }

    /// The tree that holds nothing.
    public static let empty = TreeRoot(nodeID: 0, level: 0, count: 0, hash: TreeHash.empty)

    /// Whether both are the same version, wherever its nodes rest.
    public static func == (left: TreeRoot, right: TreeRoot) -> Bool {
        left.nodeID == right.nodeID && left.level == right.level && left.count == right.count
            && left.hash == right.hash
    }

    /// Where the nodes rest makes no difference to what the version is.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(nodeID)
        hasher.combine(hash)
    }

    var reference: NodeReference? {
        count == 0 ? nil : NodeReference(id: nodeID, level: level, count: count, hash: hash)
    }
}

/// An entry as it rests in the store.
public struct StoredEntry: Hashable, Sendable {
    let keyBytes: [UInt8]
    let realmByteCount: Int
    let orderByteCount: Int
    /// The digest that the tree commits to.
    public let value: Digest
    /// The id of the sealed record that the entry stands for; 0 when there is none. Not hashed.
    public let blob: UInt64
    /// The value itself when it rests in the tree; empty when it does not. Its digest is `value`.
    public let inline: [UInt8]
    /// How many entries stand before it in the tree.
    public let rank: UInt64

    /// Its key.
    public var key: TreeKey {
        // The cuts were within the key when the node was decoded or built.
        TreeKey(bytes: keyBytes, realmByteCount: realmByteCount, orderByteCount: orderByteCount)
            ?? TreeKey(realm: TupleBytes(), order: TupleBytes())
    }

    /// Its key and value digest.
    public var entry: TreeEntry { TreeEntry(key: key, value: value) }
}

/// A change of one entry.
public struct TreeMutation: Sendable {
    /// What becomes of the entry.
    public enum Change: Sendable {
        /// It stands for a record: its digest, and the blob that the sealed record rests in (0 for none).
        case record(Digest, blob: UInt64)
        /// It stands for a small value that rests in the tree, and perhaps for a record too (0 for none).
        case inline([UInt8], blob: UInt64)
        /// It is removed; removing what is not there changes nothing.
        case remove
    }

    /// The key of the entry.
    public let key: TreeKey
    /// What becomes of it.
    public let change: Change

    /// A change of the entry at `key`.
    public init(_ key: TreeKey, _ change: Change) {
        self.key = key
        self.change = change
    }
}

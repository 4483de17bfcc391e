public import AvowProof
public import AvowStorage
public import AvowVault

/// Why the tree could not be read or changed.
public enum TreeError: Error, Sendable, CustomStringConvertible {
    /// The storage below failed.
    case storage(StorageError)
    /// The store holds no node of this id, although the tree refers to it. Old versions of the tree lose nodes when
    /// they are pruned.
    case missingNode(UInt64)
    /// A node cannot be opened: its bytes were changed, or it is another node's.
    case unopenedNode(UInt64, VaultError)
    /// The bytes of an opened node are not a node: what was expected at `offset`.
    case malformedNode(UInt64, offset: Int, expected: String)
    /// The bytes of opened changes are not changes: what was expected at `offset`.
    case malformedChanges(offset: Int, expected: String)
    /// A node is not the one that its parent refers to.
    case wrongHash(nodeID: UInt64, expected: Digest, found: Digest)
    /// Two changes of a batch have the key of these bytes.
    case repeatedKey([UInt8])
    /// A key is longer than `TreeKey.maximumByteCount`.
    case keyTooLong(byteCount: Int)

    /// What went wrong, in a sentence.
    public var description: String {
        switch self {
        case .storage(let error): "\(error)"
        case .missingNode(let id): "tree node \(id) is missing"
        case .unopenedNode(let id, let error): "tree node \(id) is damaged: \(error)"
        case .malformedNode(let id, let offset, let expected):
            "tree node \(id) is damaged at byte \(offset): expected \(expected)"
        case .malformedChanges(let offset, let expected):
            "changes of the tree are damaged at byte \(offset): expected \(expected)"
        case .wrongHash(let id, let expected, let found):
            "tree node \(id) is not the one that its parent refers to: expected hash \(expected), found \(found)"
        case .repeatedKey(let key): "two changes of a batch have the key \(key.hexadecimal)"
        case .keyTooLong(let count):
            "a key has \(count) bytes, more than the \(TreeKey.maximumByteCount) that a tree takes"
        }
    }
}

internal import AvowProof
internal import Synchronization

/// A node in memory: decoded, immutable.
///
/// What a reader needs is there at once; the hashes, which take four times as long to compute as the node takes to open,
/// come when they are asked for. That a node is the one that was written under its id, its seal says.
final class TreeNode: Sendable {
    enum Content: Sendable {
        case leaf(LeafEntries)
        case inner(ChildEntries)

        var count: UInt64 {
            switch self {
            case .leaf(let entries): UInt64(entries.count)
            case .inner(let children): children.startRanks[children.count]
            }
        }

        var itemCount: Int {
            switch self {
            case .leaf(let entries): entries.count
            case .inner(let children): children.count
            }
        }
    }

    let reference: NodeReference
    let content: Content
    /// How the node is written over another one; nil when it rests whole.
    let patch: NodePatch?
    private let computed = AtomicLazyReference<NodeHashes>()

    var id: UInt64 { reference.id }
    var level: UInt8 { reference.level }
    var count: UInt64 { reference.count }
    var hash: Digest { reference.hash }

    /// A node whose content was opened under the id of `reference`.
    init(_ reference: NodeReference, _ content: Content, patch: NodePatch? = nil) {
        self.reference = reference
        self.content = content
        self.patch = patch
    }

    /// A node that was just hashed.
    init(id: UInt64, level: UInt8, _ content: Content, _ hashes: NodeHashes, patch: NodePatch? = nil) {
        reference = NodeReference(id: id, level: level, count: content.count, hash: hashes.root)
        self.content = content
        self.patch = patch
        _ = computed.storeIfNil(hashes)
    }

    /// The hashes, when they were computed before.
    var knownHashes: NodeHashes? { computed.load() }

    /// The hashes, which must lead to the hash that the node's parent has.
    ///
    /// - Throws: `TreeError.wrongHash`.
    func hashes() throws(TreeError) -> NodeHashes {
        if let known = computed.load() { return known }
        let hashes =
            switch content {
            case .leaf(let entries): NodeHashes(entries)
            case .inner(let children): NodeHashes(children)
            }
        guard hashes.root == hash else { throw .wrongHash(nodeID: id, expected: hash, found: hashes.root) }
        return computed.storeIfNil(hashes)
    }

    /// Memory held, roughly and with all hashes, in bytes.
    var byteCount: Int {
        let rest = 256 + (patch.map { $0.items.count * 2 } ?? 0)
        return switch content {
        case .leaf(let entries): entries.byteCount + entries.count * 2 * Digest.byteCount + rest
        case .inner(let children): children.byteCount + children.count * Digest.byteCount + rest
        }
    }
}

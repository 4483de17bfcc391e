internal import AvowProof
internal import Synchronization

/// A node in memory: decoded, immutable.
///
/// What a reader needs is there at once; the hashes, which take four times as long to compute as the node takes to open,
/// come when they are asked for. That a node is the one that was written under its id, its seal says.
final class TreeNode: Sendable {
    enum Content: Sendable {
        /// Of a node of level 0.
        case leaf(LeafEntries)
        /// Of a node above.
        case inner(ChildEntries)

        fileprivate var columns: (LeafEntries, ChildEntries) {
            switch self {
            case .leaf(let entries): (entries, Content.noChildren)
            case .inner(let children): (LeafEntries(), children)
            }
        }

        private static let noChildren = ChildEntries()

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
    /// The entries of a leaf node; none in an inner node. What reads often reads here: to take them out of ``content`` counts
    /// the references of all their columns.
    let entries: LeafEntries
    /// The children of an inner node; none in a leaf node.
    let children: ChildEntries
    /// How the node is written over another one; nil when it rests whole.
    let patch: NodePatch?
    /// The hashes of its groups of items, as they rest with it; none when they do not.
    private let groups: [Digest]
    /// Whether hashes were asked for that follow from these in part.
    private let wasShown = Atomic(false)
    private let computed = AtomicLazyReference<NodeHashes>()

    var id: UInt64 { reference.id }
    var level: UInt8 { reference.level }
    var count: UInt64 { reference.count }
    var hash: Digest { reference.hash }
    var isLeaf: Bool { reference.level == 0 }
    /// How many leaves its items stand for.
    var itemsLeafCount: UInt64 { isLeaf ? UInt64(entries.count) : children.startRanks[children.count] }
    /// Its items, to be matched; see ``entries``.
    var content: Content { isLeaf ? .leaf(entries) : .inner(children) }

    /// A node whose content was opened under the id of `reference`.
    init(_ reference: NodeReference, _ content: Content, patch: NodePatch? = nil, groups: [Digest] = []) {
        self.reference = reference
        (entries, children) = content.columns
        self.patch = patch
        self.groups = groups
    }

    /// A node that was just hashed.
    init(id: UInt64, level: UInt8, _ content: Content, _ hashes: NodeHashes, patch: NodePatch? = nil) {
        reference = NodeReference(id: id, level: level, count: content.count, hash: hashes.root)
        (entries, children) = content.columns
        self.patch = patch
        groups = []
        _ = computed.storeIfNil(hashes)
    }

    /// The hashes, when they were computed before.
    var knownHashes: NodeHashes? { computed.load() }

    /// The hashes, which must lead to the hash that the node's parent has.
    ///
    /// - Throws: `TreeError.wrongHash`.
    func hashes() throws(TreeError) -> NodeHashes {
        if let known = computed.load() { return known }
        let hashes = isLeaf ? NodeHashes(entries) : NodeHashes(children)
        guard hashes.root == hash else { throw .wrongHash(nodeID: id, expected: hash, found: hashes.root) }
        return computed.storeIfNil(hashes)
    }

    /// The hashes that a proof needs which shows some items; see ``hashes()``.
    ///
    /// The first time, what is inside of groups of which nothing is shown is not hashed, as most nodes are shown in one proof
    /// and not soon again. The second time, all hashes are computed and kept.
    ///
    /// - Parameter isShown: whether the proof shows one of some items.
    func hashes(showing isShown: (Range<Int>) -> Bool) throws(TreeError) -> NodeHashes {
        if let known = computed.load() { return known }
        guard !groups.isEmpty, !wasShown.exchange(true, ordering: .relaxed) else { return try hashes() }
        guard let hashes = NodeHashes(content, groups: groups, showing: isShown), hashes.root == hash else {
            throw wrongGroups
        }
        return hashes
    }

    /// Checks the hashes of the groups that rest with the node, by hashing all of it.
    func checkGroups() throws(TreeError) {
        guard !groups.isEmpty else { return }
        var found: [Digest] = []
        try hashes().forEachGroup { found.append($0) }
        guard found == groups else { throw wrongGroups }
    }

    private var wrongGroups: TreeError {
        .malformedNode(id, offset: 0, expected: "behind its items no hashes, or those of their groups")
    }

    /// Memory held, roughly and with all hashes, in bytes.
    var byteCount: Int {
        let rest = 256 + (patch.map { $0.items.count * 2 } ?? 0)
        return isLeaf
            ? entries.byteCount + entries.count * 2 * Digest.byteCount + rest
            : children.byteCount + children.count * Digest.byteCount + rest
    }
}

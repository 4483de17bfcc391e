internal import AvowProof
internal import AvowVault

/// A node that is hashed, and sealed unless it stays in memory.
struct FinishedNode: Sendable {
    let node: TreeNode
    private(set) var sealed: [UInt8] = []

    /// Room for most nodes that are written whole, when they are sealed.
    private static let commonByteCount = NodeSealer.sealedByteCount(NodeShape.largestSize)

    /// - Parameter sealer: encodes and seals the node; nil when it stays in memory.
    init(
        _ content: TreeNode.Content, level: UInt8, _ hashes: NodeHashes, patch: NodePatch?, id: UInt64,
        _ sealer: NodeSealer?, _ nonces: inout Nonces
    ) {
        self.init(TreeNode(id: id, level: level, content, hashes, patch: patch), sealer, &nonces)
    }

    /// - Parameter sealer: encodes and seals the node; nil when it stays in memory.
    init(_ node: TreeNode, _ sealer: NodeSealer?, _ nonces: inout Nonces) {
        self.node = node
        guard let sealer else { return }
        sealed.reserveCapacity(node.patch == nil ? FinishedNode.commonByteCount : FinishedNode.commonByteCount / 4)
        sealed.append(contentsOf: repeatElement(0, count: NodeSealer.start))
        NodeCoding.encode(node.content, level: node.level, node.patch, into: &sealed)
        if node.patch == nil, let hashes = node.knownHashes { appendGroups(hashes) }
        sealer.seal(&sealed, nodeID: node.id, hash: node.hash, &nonces)
    }

    /// Most nodes do not fill their page, which has room for the hashes of their groups: who proves an entry then hashes
    /// one group of it, not sixty entries.
    private mutating func appendGroups(_ hashes: NodeHashes) {
        let byteCount = sealed.count - NodeSealer.start
        let size = NodeSealer.sealedByteCount(byteCount)
        guard size > BlobLength.largestSmall,
            NodeSealer.sealedByteCount(byteCount + hashes.tree.groupCount * Digest.byteCount) == size
        else { return }
        NodeCoding.encode(groups: hashes, into: &sealed)
    }
}

/// Hashes the nodes of an update, and encodes and seals those that are written, which is most of the work of changing a tree, on all cores.
///
/// The shape of a tree does not depend on its hashes, so that the update streams on while other cores finish the leaf
/// nodes. Those above, one in sixty, follow when their children are done.
struct NodeFinisher {
    /// How many nodes are handed over together.
    private static let windowCount = 64
    /// How many windows may be under way.
    private static let mostWindows = 6
    /// How many leaf nodes one core takes at a time.
    private static let chunkCount = 16
    /// Handing over fewer leaf nodes than this costs more than it saves.
    private static let fewestInParallel = 8

    /// Nodes that were handed over together.
    private struct Window {
        let firstID: UInt64
        let nodes: [UnfinishedNode]
        /// Where its leaf nodes stand, unless they are not handed over.
        let chunks: [[Int]]
    }

    /// Seals nodes; nil when they stay in memory.
    private let sealer: NodeSealer?
    /// The id of the first node of the update.
    private let firstID: UInt64
    /// The id that the next node gets.
    private(set) var nextID: UInt64
    /// The hashes of the nodes that were finished, by id.
    private var hashes: [Digest] = []
    private var waiting: [UnfinishedNode] = []
    private var windows: [Window] = []
    private let work = OrderedWork<[FinishedNode]>()

    init(_ sealer: NodeSealer?, firstID: UInt64) {
        self.sealer = sealer
        self.firstID = firstID
        nextID = firstID
    }

    /// The hash of a node of this update, once it is finished.
    func hash(_ id: UInt64) -> Digest? {
        guard id >= firstID, id - firstID < UInt64(hashes.count) else { return nil }
        return hashes[Int(id - firstID)]
    }

    /// Takes the node that has the next id; its children came before it.
    mutating func add(_ node: UnfinishedNode) {
        waiting.append(node)
        nextID += 1
        if waiting.count == NodeFinisher.windowCount { handOver() }
    }

    /// The next nodes that are finished, in the order of their ids; nil when there are none.
    ///
    /// - Parameter areAllWanted: whether to wait for those that were just handed over.
    mutating func next(areAllWanted: Bool) -> [FinishedNode]? {
        if areAllWanted, !waiting.isEmpty { handOver() }
        guard let window = windows.first, areAllWanted || windows.count > NodeFinisher.mostWindows else { return nil }
        windows.removeFirst()
        return finish(window)
    }

    private mutating func handOver() {
        let leaves = waiting.indices.filter { if case .leaf = waiting[$0] { true } else { false } }
        var chunks: [[Int]] = []
        if leaves.count >= NodeFinisher.fewestInParallel {
            for start in stride(from: 0, to: leaves.count, by: NodeFinisher.chunkCount) {
                chunks.append(Array(leaves[start..<min(leaves.count, start + NodeFinisher.chunkCount)]))
            }
        }
        let window = Window(firstID: nextID - UInt64(waiting.count), nodes: waiting, chunks: chunks)
        for chunk in chunks {
            work.submit { [nodes = waiting, sealer] in
                var nonces = Nonces(count: chunk.count)
                var finished: [FinishedNode] = []
                finished.reserveCapacity(chunk.count)
                for position in chunk {
                    let id = window.firstID + UInt64(position)
                    if let node = NodeFinisher.leaf(nodes[position], id: id, sealer, &nonces) { finished.append(node) }
                }
                return finished
            }
        }
        windows.append(window)
        waiting = []
        waiting.reserveCapacity(NodeFinisher.windowCount)
    }

    private mutating func finish(_ window: Window) -> [FinishedNode] {
        var finished = [FinishedNode?](repeating: nil, count: window.nodes.count)
        for chunk in window.chunks {
            for (position, node) in zip(chunk, work.next() ?? []) { finished[position] = node }
        }
        var nonces = Nonces(count: finished.count { $0 == nil })
        for (position, node) in window.nodes.enumerated() {
            let id = window.firstID + UInt64(position)
            switch node {
            case .leaf:
                if finished[position] == nil {
                    finished[position] = NodeFinisher.leaf(node, id: id, sealer, &nonces)
                }
            case .inner(var inner, let level):
                inner.children.setHashes(hash)
                finished[position] = FinishedNode(
                    .inner(inner.children), level: level, NodeHashes(inner.children, runs: inner.runs),
                    patch: inner.base == nil ? nil : inner.source.map { NodePatch(over: $0, inner.items) }, id: id,
                    sealer, &nonces)
            }
            hashes.append(finished[position]?.node.hash ?? NodeHashes.unknown)
        }
        return finished.compactMap(\.self)
    }

    private static func leaf(
        _ node: UnfinishedNode, id: UInt64, _ sealer: NodeSealer?, _ nonces: inout Nonces
    ) -> FinishedNode? {
        guard case .leaf(let leaf) = node, let parts = leaf.take() else { return nil }
        let (entries, known, runs, items) = parts.joined()
        return FinishedNode(
            .leaf(entries), level: 0, NodeHashes(entries, known: known, runs: runs),
            patch: parts.isPatch ? parts.source.map { NodePatch(over: $0, items) } : nil, id: id, sealer, &nonces)
    }
}

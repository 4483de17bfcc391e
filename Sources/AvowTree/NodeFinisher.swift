internal import AvowProof
internal import AvowVault
internal import Dispatch
internal import Synchronization

/// A node whose items are known and whose hash is not.
enum UnfinishedNode: Sendable {
    /// Entries, and the hashes of those that were hashed before.
    case leaf(LeafEntries, known: [Digest])
    /// Children; those that were written in the same update get their hashes before the node is finished.
    case inner(ChildEntries, level: UInt8)

    var level: UInt8 {
        switch self {
        case .leaf: 0
        case .inner(_, let level): level
        }
    }
}

/// A node that is hashed and sealed.
struct FinishedNode: Sendable {
    let node: TreeNode
    let sealed: [UInt8]
}

/// Hashes, encodes and seals nodes, which is most of the work of changing a tree, on all cores.
///
/// The shape of a tree does not depend on its hashes, so that nodes can wait until there are enough of them.
struct NodeFinisher: Sendable {
    /// How many nodes may wait: enough to keep all cores at work, few enough to stay in their caches.
    static let batchCount = 256
    /// Handing over fewer nodes than this costs more than it saves.
    private static let chunkCount = 8

    let sealer: NodeSealer
    /// The id of the first node of the update.
    private let firstID: UInt64
    /// The hashes of the nodes that were finished, by id.
    private var hashes: [Digest] = []

    init(_ sealer: NodeSealer, firstID: UInt64) {
        self.sealer = sealer
        self.firstID = firstID
    }

    /// The hash of a node of this update, once it is finished.
    func hash(_ id: UInt64) -> Digest? {
        guard id >= firstID, id - firstID < UInt64(hashes.count) else { return nil }
        return hashes[Int(id - firstID)]
    }

    /// Finishes the nodes that have the next ids, each behind its children.
    mutating func finish(_ nodes: consuming [UnfinishedNode]) -> [FinishedNode] {
        let start = hashes.count
        var finished = [FinishedNode?](repeating: nil, count: nodes.count)
        hashes.append(contentsOf: repeatElement(NodeHashes.unknown, count: nodes.count))
        let top = nodes.reduce(0) { max($0, $1.level) }
        for level in 0...top {
            let positions = nodes.indices.filter { nodes[$0].level == level }
            let results = finish(nodes, positions, idOfFirst: firstID + UInt64(start))
            for (position, result) in zip(positions, results) {
                hashes[start + position] = result.node.hash
                finished[position] = result
            }
        }
        return finished.compactMap(\.self)
    }

    /// Finishes nodes of one level.
    private func finish(_ nodes: [UnfinishedNode], _ positions: [Int], idOfFirst: UInt64) -> [FinishedNode] {
        let chunks = (positions.count + NodeFinisher.chunkCount - 1) / NodeFinisher.chunkCount
        guard chunks > 1 else { return positions.map { finish(nodes[$0], idOfFirst + UInt64($0)) } }
        let results = Mutex([[FinishedNode]](repeating: [], count: chunks))
        DispatchQueue.concurrentPerform(iterations: chunks) { chunk in
            let range = (positions.count * chunk / chunks)..<(positions.count * (chunk + 1) / chunks)
            let part = positions[range].map { finish(nodes[$0], idOfFirst + UInt64($0)) }
            results.withLock { $0[chunk] = part }
        }
        return results.withLock { $0.flatMap(\.self) }
    }

    private func finish(_ unfinished: UnfinishedNode, _ id: UInt64) -> FinishedNode {
        let content: TreeNode.Content
        let hashes: NodeHashes
        switch unfinished {
        case .leaf(var entries, let known):
            entries.hashValues()
            hashes = NodeHashes(entries, known: known)
            content = .leaf(entries)
        case .inner(var children, _):
            children.setHashes(hash)
            hashes = NodeHashes(children)
            content = .inner(children)
        }
        let node = TreeNode(id: id, level: unfinished.level, content, hashes)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(2 * NodeShape.largestSize)
        NodeCoding.encode(content, level: unfinished.level, into: &bytes)
        return FinishedNode(node: node, sealed: sealer.seal(bytes.span, nodeID: id, hash: hashes.root))
    }
}

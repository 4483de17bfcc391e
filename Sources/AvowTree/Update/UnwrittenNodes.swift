internal import AvowProof
internal import Dispatch
internal import Synchronization

/// The nodes of a version of the tree that are not written: the version follows from an older one whose nodes are, its
/// base, and from the changes since, which are kept instead.
///
/// A change of one entry changes a leaf node of sixty and those above it. Small commits that come one behind the other
/// change the same nodes again and again, so writing the changes, and the nodes once for many commits, is most of the
/// work saved. Until then the nodes rest here, under ids that no written node has.
public struct UnwrittenNodes: Sendable {
    /// The id of the first of them: all written nodes have smaller ones.
    let firstID: UInt64
    /// The id that the next one gets.
    var nextID: UInt64
    /// The nodes by their ids, from the first on, so many together. What an update leaves alone it shares with the version
    /// before.
    private var chunks: [[TreeNode?]] = []
    /// Which of them the version holds. The others go when they are many.
    private var isHeld: [Bool] = []
    private var heldCount = 0
    private var goneCount = 0
    /// The written nodes that the version no longer holds, with those that they are written over, each once.
    private(set) var replaced: [UInt64] = []
    /// How many changes lead from the base to the version.
    public internal(set) var changeCount = 0
    /// Memory held by the nodes of the version, roughly, in bytes.
    public private(set) var byteCount = 0

    private static let chunkCount = 128

    /// A batch of more changes is written at once: it writes each node for several of them anyway.
    private static let mostInBatch = 8_192
    /// More changes would keep whoever opens the store waiting too long, who has to apply them again.
    private static let mostChanges = 65_536

    /// Whether the nodes of a version may stay in memory when a batch of so many changes is applied to it.
    public static func mayStay(of root: TreeRoot, with count: Int, beside cache: NodeCache) -> Bool {
        guard count <= mostInBatch else { return false }
        guard let nodes = root.unwritten else { return true }
        return nodes.changeCount + count <= mostChanges && nodes.byteCount <= cache.capacity
    }

    init(firstID: UInt64) {
        self.firstID = firstID
        nextID = firstID
    }

    /// Whether the node of an id is one of those that are not written.
    func covers(_ id: UInt64) -> Bool { id >= firstID }

    func node(_ reference: NodeReference) throws(TreeError) -> TreeNode {
        let index = Int(clamping: reference.id - firstID)
        guard index < isHeld.count, isHeld[index],
            let node = chunks[index / UnwrittenNodes.chunkCount][index % UnwrittenNodes.chunkCount],
            node.hash == reference.hash
        else { throw .missingNode(reference.id) }
        return node
    }

    /// The nodes by increasing ids.
    var held: [TreeNode] {
        var nodes: [TreeNode] = []
        nodes.reserveCapacity(heldCount)
        for index in isHeld.indices where isHeld[index] {
            let node = chunks[index / UnwrittenNodes.chunkCount][index % UnwrittenNodes.chunkCount]
            if let node { nodes.append(node) }
        }
        return nodes
    }

    /// Takes a node, whose id is the one behind that of the last.
    mutating func insert(_ node: TreeNode) {
        precondition(node.id == firstID + UInt64(isHeld.count))
        if isHeld.count % UnwrittenNodes.chunkCount == 0 {
            chunks.append([])
            chunks[chunks.count - 1].reserveCapacity(UnwrittenNodes.chunkCount)
        }
        chunks[chunks.count - 1].append(node)
        isHeld.append(true)
        heldCount += 1
        byteCount += node.byteCount
    }

    /// Gives up a node, written or not.
    mutating func retire(_ node: TreeNode) {
        guard covers(node.id) else {
            replaced.append(node.id)
            // What an unwritten node is written over was given up with the written node that it came from.
            if let patch = node.patch { replaced.append(patch.baseID) }
            return
        }
        isHeld[Int(node.id - firstID)] = false
        heldCount -= 1
        goneCount += 1
        byteCount -= node.byteCount
    }

    /// Lets go of the nodes that were given up, when they are many.
    mutating func sweep() {
        guard goneCount > heldCount / 2 else { return }
        goneCount = 0
        for chunk in chunks.indices {
            let first = chunk * UnwrittenNodes.chunkCount
            for offset in chunks[chunk].indices where !isHeld[first + offset] { chunks[chunk][offset] = nil }
        }
    }
}

/// The newest versions of a tree whose nodes rest in memory, by the numbers of their commits: all readers of a store share
/// their nodes.
public final class UnwrittenVersions: Sendable {
    /// Whoever has just asked the storage for the newest version finds it here, though the next ones may be there already.
    private static let most = 3

    private let versions = Mutex<[(number: UInt64, root: TreeRoot)]>([])

    init() {}

    /// The newest of the versions whose numbers lie in a range.
    public func newest(in numbers: ClosedRange<UInt64>) -> (number: UInt64, root: TreeRoot)? {
        versions.withLock { $0.filter { numbers.contains($0.number) }.max { $0.number < $1.number } }
    }

    /// Keeps a version that is durable, in place of the oldest one; one whose nodes are written is not kept.
    public func insert(_ root: TreeRoot, number: UInt64) {
        let gone = versions.withLock { versions in
            let before = versions
            versions.removeAll { $0.number == number || root.unwritten == nil && $0.number < number }
            if root.unwritten != nil { versions.append((number, root)) }
            versions.sort { $0.number < $1.number }
            if versions.count > UnwrittenVersions.most { versions.removeFirst() }
            return before.filter { old in !versions.contains { $0.number == old.number } }
        }
        // To give back the memory of hundreds of nodes takes long, and nobody waits for it.
        guard !gone.isEmpty else { return }
        DispatchQueue.global(qos: .utility).async { withExtendedLifetime(gone) {} }
    }
}

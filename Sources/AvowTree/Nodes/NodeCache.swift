internal import AvowProof
internal import Synchronization

/// Decoded nodes, kept while there is room: bounded in bytes, shared by all readers of a store.
///
/// The nodes are spread over shards by their ids, each with a lock of its own, so that readers on several threads seldom
/// wait for one another. A shard that is full makes room by the nodes that were not read since its hand last passed
/// them (the clock algorithm).
public final class NodeCache: Sendable {
    private let shards: [Shard]
    /// The versions that have nodes which are not written, and so cannot be dropped.
    public let unwritten = UnwrittenVersions()
    /// How many bytes of decoded nodes it holds, roughly.
    let capacity: Int
    /// No node above this id is held.
    private let highestID = Atomic<UInt64>(0)

    /// An empty cache.
    ///
    /// - Parameter capacity: how many bytes of decoded nodes it holds, roughly.
    public init(capacity: Int) {
        self.capacity = capacity
        // Small caches are not split: a shard must hold many nodes for its choice of what to keep to be a good one.
        let shardCount = max(1, min(NodeCache.mostShards, capacity / NodeCache.leastShardCapacity))
        shards = (0..<shardCount).map { _ in Shard(capacity: capacity / shardCount) }
    }

    private static let mostShards = 64
    private static let leastShardCapacity = 256 << 10

    /// What the cache holds and how often it served.
    public struct Statistics: Hashable, Sendable {
        /// Nodes held.
        public let nodes: Int
        /// Bytes held, roughly.
        public let bytes: Int
        /// Reads that the cache served.
        public let hits: UInt64
        /// Reads that had to go to the storage.
        public let misses: UInt64
    }

    /// What the cache holds and how often it served.
    public var statistics: Statistics {
        let parts = shards.map(\.statistics)
        return Statistics(
            nodes: parts.reduce(0) { $0 + $1.nodes }, bytes: parts.reduce(0) { $0 + $1.bytes },
            hits: parts.reduce(0) { $0 + $1.hits }, misses: parts.reduce(0) { $0 + $1.misses })
    }

    /// What the cache holds of a node.
    enum Held: Sendable {
        case node(TreeNode)
        /// A leaf node that was opened to look for one entry, and not decoded.
        case opened([UInt8])
    }

    /// The node that `reference` names, when it is held decoded; a node of the same id with another hash is not.
    func node(_ reference: NodeReference) -> TreeNode? {
        if case .node(let node) = held(reference) { node } else { nil }
    }

    /// The node that `reference` names, as it is held; a node of the same id with another hash is not.
    func held(_ reference: NodeReference) -> Held? {
        shard(of: reference.id).held(reference)
    }

    func insert(_ node: TreeNode) {
        insert(.node(node), id: node.id, hash: node.hash)
    }

    func insert(opened bytes: [UInt8], _ reference: NodeReference) {
        insert(.opened(bytes), id: reference.id, hash: reference.hash)
    }

    private func insert(_ held: Held, id: UInt64, hash: Digest) {
        _ = highestID.max(id, ordering: .relaxed)
        shard(of: id).insert(Slot(held: held, id: id, hash: hash))
    }

    /// Makes room of a node that will hardly be read again.
    func remove(_ id: UInt64) {
        shard(of: id).remove(id)
    }

    /// Forgets the nodes from an id on, which is the next to be given out: a transaction that was aborted made them.
    func forget(from id: UInt64) {
        guard highestID.load(ordering: .relaxed) >= id else { return }
        highestID.store(id - 1, ordering: .relaxed)
        for shard in shards { shard.remove(from: id) }
    }

    /// Ids count up, so neighbours lie in different shards.
    private func shard(of id: UInt64) -> Shard {
        shards[Int(id % UInt64(shards.count))]
    }
}

private struct Slot {
    let held: NodeCache.Held
    let id: UInt64
    let hash: Digest
    var wasRead = false

    /// Memory held, roughly, in bytes.
    var byteCount: Int {
        switch held {
        case .node(let node): node.byteCount
        case .opened(let bytes): bytes.count + 128
        }
    }
}

/// A part of the cache, under a lock of its own.
private final class Shard: Sendable {

    private struct State {
        var indices: [UInt64: Int] = [:]
        var slots: [Slot] = []
        var hand = 0
        var byteCount = 0
        var hits: UInt64 = 0
        var misses: UInt64 = 0
    }

    private let state = Mutex(State())
    private let capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
    }

    var statistics: NodeCache.Statistics {
        state.withLock { state in
            NodeCache.Statistics(
                nodes: state.slots.count, bytes: state.byteCount, hits: state.hits, misses: state.misses)
        }
    }

    func held(_ reference: NodeReference) -> NodeCache.Held? {
        state.withLock { state in
            guard let index = state.indices[reference.id], state.slots[index].hash == reference.hash else {
                state.misses += 1
                return nil
            }
            state.hits += 1
            state.slots[index].wasRead = true
            return state.slots[index].held
        }
    }

    func insert(_ slot: Slot) {
        let byteCount = slot.byteCount
        guard byteCount <= capacity else { return }
        state.withLock { state in
            if let index = state.indices[slot.id] {
                state.byteCount += byteCount - state.slots[index].byteCount
                let wasRead = state.slots[index].wasRead
                state.slots[index] = slot
                state.slots[index].wasRead = wasRead
            } else {
                state.indices[slot.id] = state.slots.count
                state.slots.append(slot)
                state.byteCount += byteCount
            }
            while state.byteCount > capacity { Shard.evictOne(&state) }
        }
    }

    func remove(_ id: UInt64) {
        state.withLock { state in
            if let index = state.indices[id] { Shard.remove(at: index, &state) }
        }
    }

    func remove(from id: UInt64) {
        state.withLock { state in
            for index in state.slots.indices.reversed() where state.slots[index].id >= id {
                Shard.remove(at: index, &state)
            }
        }
    }

    private static func evictOne(_ state: inout State) {
        while true {
            if state.hand >= state.slots.count { state.hand = 0 }
            guard state.slots[state.hand].wasRead else {
                remove(at: state.hand, &state)
                // The newest node stands there now. Were it the next to go, reading many nodes once would keep none.
                state.hand += 1
                return
            }
            state.slots[state.hand].wasRead = false
            state.hand += 1
        }
    }

    /// Takes a node out of its slot and puts the last one there.
    private static func remove(at index: Int, _ state: inout State) {
        state.byteCount -= state.slots[index].byteCount
        state.indices[state.slots[index].id] = nil
        let last = state.slots.removeLast()
        if index < state.slots.count {
            state.slots[index] = last
            state.indices[last.id] = index
        }
    }
}

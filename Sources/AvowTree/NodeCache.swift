internal import Synchronization

/// Decoded nodes, kept while there is room: bounded in bytes, shared by all readers of a store.
///
/// When it is full, the nodes that were not read since the hand last passed them make room (the clock algorithm).
public final class NodeCache: Sendable {
    private struct Slot {
        var node: TreeNode
        var wasRead: Bool
    }

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

    /// An empty cache.
    ///
    /// - Parameter capacity: how many bytes of decoded nodes it holds, roughly.
    public init(capacity: Int) {
        self.capacity = capacity
    }

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
        state.withLock { state in
            Statistics(nodes: state.slots.count, bytes: state.byteCount, hits: state.hits, misses: state.misses)
        }
    }

    /// The node that `reference` names, when it is held; a node of the same id with another hash is not.
    func node(_ reference: NodeReference) -> TreeNode? {
        state.withLock { state in
            guard let index = state.indices[reference.id], state.slots[index].node.hash == reference.hash else {
                state.misses += 1
                return nil
            }
            state.hits += 1
            state.slots[index].wasRead = true
            return state.slots[index].node
        }
    }

    func insert(_ node: TreeNode) {
        guard node.byteCount <= capacity else { return }
        state.withLock { state in
            if let index = state.indices[node.id] {
                state.byteCount += node.byteCount - state.slots[index].node.byteCount
                state.slots[index].node = node
            } else {
                state.indices[node.id] = state.slots.count
                state.slots.append(Slot(node: node, wasRead: false))
                state.byteCount += node.byteCount
            }
            while state.byteCount > capacity { NodeCache.evictOne(&state) }
        }
    }

    /// Makes room of a node that will hardly be read again.
    func remove(_ id: UInt64) {
        state.withLock { state in
            if let index = state.indices[id] { NodeCache.remove(at: index, &state) }
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
        let node = state.slots[index].node
        state.byteCount -= node.byteCount
        state.indices[node.id] = nil
        let last = state.slots.removeLast()
        if index < state.slots.count {
            state.slots[index] = last
            state.indices[last.node.id] = index
        }
    }
}

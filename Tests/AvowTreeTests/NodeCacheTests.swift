import AvowProof
import AvowStorage
import AvowVault
import TestSupport
import Testing

@testable import AvowTree

@Suite struct `The node cache is bounded and serves the right nodes` {
    private func node(_ id: UInt64, entries count: Int, value: Int) -> TreeNode {
        var entries = LeafEntries()
        for key in (0..<count).map(sampleKey).sorted(by: { $0 < $1 }) {
            entries.append(
                key: key.bytes.span, realmByteCount: key.realmByteCount, orderByteCount: key.orderByteCount,
                value: sampleDigest(value), blob: 1, inline: [UInt8]().span,
                sharedByteCount: entries.sharedWithLast(key.bytes.span))
        }
        return TreeNode(id: id, level: 0, .leaf(entries), NodeHashes(entries))
    }

    @Test(arguments: 0..<6 as Range<UInt64>)
    func `it holds what a dictionary holds or nothing, and never more than its capacity`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let capacity = [0, 2_000, 20_000][Int(seed % 3)]
        let cache = NodeCache(capacity: capacity)
        // Two nodes for each id, so that an id comes back with another hash.
        let nodes = (1...20 as ClosedRange<UInt64>).map { id in
            [1, 2].map { node(id, entries: Int.random(in: 1...20, using: &generator), value: $0) }
        }
        var inserted: [UInt64: Digest] = [:]
        var reads: UInt64 = 0
        var hits: UInt64 = 0
        for _ in 0..<4_000 {
            let node = nodes.randomElement(using: &generator)?.randomElement(using: &generator) ?? nodes[0][0]
            switch Int.random(in: 0..<12, using: &generator) {
            case 0:
                cache.remove(node.id)
                inserted[node.id] = nil
            case 1...4:
                cache.insert(node)
                if node.byteCount <= capacity { inserted[node.id] = node.hash }
            default:
                reads += 1
                if let found = cache.node(node.reference) {
                    hits += 1
                    #expect(found === node && inserted[node.id] == node.hash, "seed \(seed)")
                }
            }
            let statistics = cache.statistics
            #expect(statistics.bytes <= capacity, "seed \(seed)")
            #expect(statistics.nodes <= inserted.count)
            #expect((statistics.nodes == 0) == (statistics.bytes == 0))
        }
        #expect(cache.statistics.hits == hits && cache.statistics.hits + cache.statistics.misses == reads)
        #expect((hits > 20) == (capacity > 0), "seed \(seed)")
    }

    @Test func `split into parts it serves the same, and is bounded as a whole`() {
        // 16 MiB make 64 parts.
        let capacity = 16 << 20
        let cache = NodeCache(capacity: capacity)
        let nodes = (1...300 as ClosedRange<UInt64>).map { node($0 * 7, entries: Int($0 % 40) + 1, value: Int($0)) }
        for node in nodes { cache.insert(node) }
        #expect(cache.statistics.nodes == nodes.count)
        #expect(cache.statistics.bytes == nodes.map(\.byteCount).reduce(0, +))
        for node in nodes { #expect(cache.node(node.reference) === node) }
        for node in nodes.prefix(100) { cache.remove(node.id) }
        #expect(cache.statistics.nodes == 200 && cache.statistics.hits == 300)
        for node in nodes.prefix(100) { #expect(cache.node(node.reference) == nil) }
        #expect(cache.statistics.misses == 100)
        // Ids that all fall into one part take no more than that part's share.
        let crowded = (1...600 as ClosedRange<UInt64>).map { node($0 * 64, entries: 60, value: Int($0)) }
        for node in crowded { cache.insert(node) }
        #expect(cache.statistics.bytes <= capacity)
    }

    @Test func `what a reader met last is served by id and hash alone`() {
        let front = NodeFront()
        let nodes = (1...200 as ClosedRange<UInt64>).map { node($0, entries: 3, value: Int($0)) }
        for node in nodes {
            #expect(front.node(node.reference) == nil)
            front.insert(node)
            #expect(front.node(node.reference) === node)
        }
        // The last to come have the places.
        for node in nodes { #expect((front.node(node.reference) === node) == (node.id > 200 - 64)) }
        let changed = node(200, entries: 3, value: 1)
        #expect(front.node(changed.reference) == nil)
        front.insert(changed)
        #expect(front.node(changed.reference) === changed && front.node(nodes[199].reference) == nil)
    }

    @Test func `leaf nodes leave the places of the nodes above them alone`() {
        let front = NodeFront()
        let reference = NodeReference(id: 1_000, level: 1, count: 0, hash: node(1, entries: 3, value: 1).hash)
        let upper = TreeNode(reference, .inner(ChildEntries()))
        front.insert(upper)
        for id in 1...2_000 as ClosedRange<UInt64> { front.insert(node(id, entries: 3, value: 1)) }
        #expect(front.node(reference) === upper)
    }

    @Test func `with room for all it holds all, and counts their bytes exactly`() {
        let cache = NodeCache(capacity: 1 << 20)
        let nodes = (1...50 as ClosedRange<UInt64>).map { node($0, entries: Int($0), value: 1) }
        for node in nodes + nodes { cache.insert(node) }
        #expect(cache.statistics.nodes == 50)
        #expect(cache.statistics.bytes == nodes.map(\.byteCount).reduce(0, +))
        for node in nodes { #expect(cache.node(node.reference) === node) }
    }

    @Test func `a node that is read stays longer than those that are not`() {
        let nodes = (1...200 as ClosedRange<UInt64>).map { node($0, entries: 5, value: 1) }
        let cache = NodeCache(capacity: nodes[0].byteCount * 11)
        cache.insert(nodes[0])
        for node in nodes.dropFirst() {
            #expect(cache.node(nodes[0].reference) === nodes[0])
            cache.insert(node)
        }
    }

    @Test func `nodes that are read once make room for each other, and the newest of them are held`() {
        let nodes = (1...200 as ClosedRange<UInt64>).map { node($0, entries: 5, value: 1) }
        let cache = NodeCache(capacity: nodes.prefix(50).reduce(0) { $0 + $1.byteCount })
        for node in nodes.prefix(50) { cache.insert(node) }
        for node in nodes.prefix(50) { #expect(cache.node(node.reference) === node) }
        // All those were read; the hand goes over them once, and then they are no better than what comes.
        for node in nodes.dropFirst(50) { cache.insert(node) }
        let held = nodes.suffix(25).count { cache.node($0.reference) != nil }
        #expect(held >= 20)
    }

    @Test func `nodes that an update retires leave the cache to those that it wrote`() throws {
        let fixture = try TreeFixture()
        let transaction = try fixture.storage.begin(patience: .seconds(1))
        defer { transaction.abort() }
        var root = TreeRoot.empty
        var nextNodeID: UInt64 = 1
        for value in 1...5 {
            var update = fixture.update(root, nextNodeID: nextNodeID, transaction)
            try update.apply(
                (0..<1_000).map { TreeMutation(sampleKey($0), .record(sampleDigest(value), blob: 1)) }
                    .sorted { $0.key < $1.key })
            (root, nextNodeID) = (update.root, update.nextNodeID)
            var audit = TreeAudit(fixture.reader(root, transaction), boundary: fixture.boundary)
            try audit.run { _ in }
            #expect(fixture.cache.statistics.nodes == audit.nodes.count)
        }
        #expect(fixture.cache.statistics.misses == 0)
    }

    @Test func `readers on many tasks share one small cache and read the same entries`() async throws {
        let fixture = try TreeFixture()
        let transaction = try fixture.storage.begin(patience: .seconds(1))
        var update = fixture.update(.empty, nextNodeID: 1, transaction)
        let entries = (0..<3_000).map { TreeEntry(key: sampleKey($0), value: sampleDigest($0)) }
            .sorted { $0.key < $1.key }
        try update.apply(entries.map { TreeMutation($0.key, .record($0.value, blob: 1)) })
        let root = update.root
        try transaction.commit()
        let cache = NodeCache(capacity: 60_000)
        let storage: LMDBStorage = fixture.storage
        let sealer = fixture.sealer
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<16 as Range<UInt64> {
                group.addTask {
                    var generator = SeededGenerator(seed: task)
                    let reader = TreeReader(root: root, snapshot: try storage.snapshot(), sealer: sealer, cache: cache)
                    for _ in 0..<15 {
                        let rank = Int.random(in: entries.indices, using: &generator)
                        #expect(try reader.entry(for: entries[rank].key)?.entry == entries[rank])
                        var prover = TreeProver(reader)
                        try prover.show(entryFor: entries[rank].key)
                        let proven = try TreeProof(try prover.finish()).verified(root: root.hash, count: root.count)
                        #expect(try proven.entry(for: entries[rank].key) == entries[rank])
                    }
                }
            }
            try await group.waitForAll()
        }
        let statistics = cache.statistics
        #expect(statistics.bytes <= 60_000)
        #expect(statistics.hits > 0 && statistics.misses > 0)
        withExtendedLifetime(fixture) {}
    }
}

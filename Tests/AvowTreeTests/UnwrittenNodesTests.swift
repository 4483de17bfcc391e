import AvowProof
import AvowStorage
import AvowVault
import TestSupport
import Testing

@testable import AvowTree

@Suite struct `Nodes of a version may stay in memory while its changes are kept` {
    private struct Found {
        var nodes: Set<UInt64>
        var entries: [TreeEntry]
    }

    /// Reads a version past any cache.
    private func audit(
        _ root: TreeRoot, _ fixture: TreeFixture, _ snapshot: any StorageSnapshot, _ note: String
    ) throws -> Found {
        let cold = TreeReader(
            root: root, snapshot: snapshot, sealer: fixture.sealer, cache: NodeCache(capacity: 0))
        var audit = TreeAudit(cold, boundary: fixture.boundary)
        var entries: [TreeEntry] = []
        try audit.run { entries.append($0.entry) }
        #expect(audit.damages.isEmpty, "\(note): \(audit.damages)")
        return Found(nodes: audit.nodes.union(audit.bases), entries: entries)
    }

    private func randomBatch(
        _ generator: inout SeededGenerator, universe: Int, most: Int, _ contents: inout [TreeKey: Digest]
    ) -> [TreeMutation] {
        let removeShare = [0, 3, 9].randomElement(using: &generator) ?? 0
        let numbers = Set(
            (0..<Int.random(in: 1...most, using: &generator)).map { _ in Int.random(in: 0..<universe, using: &generator)
            })
        var batch: [TreeMutation] = []
        for number in numbers {
            let key = sampleKey(number)
            if Int.random(in: 0..<10, using: &generator) < removeShare {
                contents[key] = nil
                batch.append(TreeMutation(key, .remove))
            } else {
                let value = sampleDigest(Int.random(in: 0..<4, using: &generator))
                contents[key] = value
                batch.append(TreeMutation(key, .record(value, blob: UInt64(number % 3))))
            }
        }
        return batch
    }

    private func inMemory(
        _ root: TreeRoot, nextNodeID: UInt64, _ fixture: TreeFixture, _ snapshot: any StorageSnapshot
    ) -> TreeUpdate {
        TreeUpdate(
            inMemory: root, nextNodeID: nextNodeID, snapshot: snapshot, sealer: fixture.sealer,
            boundary: fixture.boundary, cache: fixture.cache)
    }

    @Test(arguments: 0..<6 as Range<UInt64>)
    func `any order of commits that write and that do not gives the same trees, and loses no node`(seed: UInt64) throws
    {
        var generator = SeededGenerator(seed: 7_000 + seed)
        let fixture = try TreeFixture()
        let transaction = try fixture.storage.begin(patience: .seconds(1))
        defer { transaction.abort() }
        let universe = [120, 1_500, 4_000][Int(seed % 3)]
        var contents: [TreeKey: Digest] = [:]
        var nextNodeID: UInt64 = 1
        var base = TreeRoot.empty
        var root = TreeRoot.empty
        var logged: [UInt8] = []
        for step in 0..<10 {
            let note = "seed \(seed), step \(step)"
            let staysInMemory = Int.random(in: 0..<4, using: &generator) > 0
            let batch = randomBatch(
                &generator, universe: universe, most: step == 0 ? universe : universe / 10, &contents)
            let before = try audit(root, fixture, transaction, note)
            if staysInMemory {
                var update = inMemory(root, nextNodeID: nextNodeID, fixture, transaction)
                try update.apply(batch)
                #expect(update.nextNodeID == nextNodeID && update.retired.isEmpty && update.writtenNodes == 0)
                for applied in update.applied { applied.encode(into: &logged) }
                // The version before reads as it did.
                let again = try audit(root, fixture, transaction, note)
                #expect(again.entries == before.entries, "\(note)")
                root = update.root
            } else {
                let first = nextNodeID
                let kept = try audit(base, fixture, transaction, note).nodes
                var update = fixture.update(root, nextNodeID: nextNodeID, transaction)
                try update.writeNodes()
                if Bool.random(using: &generator) {
                    try update.apply(batch)
                } else {
                    try update.apply(batch.shuffled())
                }
                nextNodeID = update.nextNodeID
                root = update.root
                base = root
                logged = []
                let found = try audit(root, fixture, transaction, note)
                #expect(root.unwritten == nil && Set(update.retired).count == update.retired.count, "\(note)")
                #expect(Set(update.retired.filter { $0 < first }) == kept.subtracting(found.nodes), "\(note)")
                for id in update.retired {
                    let wasThere = try transaction.removeBlob(id, in: .nodes)
                    #expect(wasThere, "\(note): \(id)")
                }
                let rest = try transaction.statistics(of: .nodes).entries
                #expect(rest == UInt64(found.nodes.count), "\(note): each node belongs to the version")
            }
            let expected = contents.map { TreeEntry(key: $0.key, value: $0.value) }.sorted { $0.key < $1.key }
            #expect(try audit(root, fixture, transaction, note).entries == expected, "\(note)")
            #expect(
                root.hash == referenceRoot(expected.map { ($0.key, $0.value) }, fixture.boundary), "\(note)")
            // Whoever has the base and the changes only comes to the same version.
            var replayed = TreeUpdate(
                inMemory: base, nextNodeID: nextNodeID, snapshot: transaction, sealer: fixture.sealer,
                boundary: fixture.boundary, cache: NodeCache(capacity: 1 << 20))
            try replayed.apply(TreeBatch(joining: try TreeBatch.decode(logged)))
            #expect(replayed.root.hash == root.hash && replayed.root.count == root.count, "\(note)")
            #expect(try audit(replayed.root, fixture, transaction, note).entries == expected, "\(note)")
        }
    }

    @Test func `an update that is given up leaves nothing behind`() throws {
        let fixture = try TreeFixture()
        let transaction = try fixture.storage.begin(patience: .seconds(1))
        var first = fixture.update(.empty, nextNodeID: 1, transaction)
        try first.apply((0..<3_000).map { TreeMutation(sampleKey($0), .record(sampleDigest($0), blob: 1)) })
        try transaction.commit()
        let second = try fixture.storage.begin(patience: .seconds(1))
        var kept = inMemory(first.root, nextNodeID: first.nextNodeID, fixture, second)
        try kept.apply([TreeMutation(sampleKey(10), .remove)])
        // Its nodes are written, and with them go to the cache, under ids that are given out again.
        var givenUp = fixture.update(kept.root, nextNodeID: first.nextNodeID, second)
        try givenUp.apply((0..<500).map { TreeMutation(sampleKey($0 * 5), .remove) })
        second.abort()
        let third = try fixture.storage.begin(patience: .seconds(1))
        defer { third.abort() }
        var update = fixture.update(kept.root, nextNodeID: first.nextNodeID, third)
        try update.apply([TreeMutation(sampleKey(11), .remove)])
        let expected = (0..<3_000).filter { $0 != 10 && $0 != 11 }.map { sampleKey($0) }.sorted()
        #expect(try audit(update.root, fixture, third, "third").entries.map(\.key) == expected)
        var cursor = try fixture.reader(update.root, third).cursor(from: [])
        var keys: [TreeKey] = []
        while let entry = try cursor?.next() { keys.append(entry.key) }
        #expect(keys == expected, "through the cache")
    }

    @Test func `a version without entries knows which nodes it has given up`() throws {
        let fixture = try TreeFixture()
        let transaction = try fixture.storage.begin(patience: .seconds(1))
        defer { transaction.abort() }
        var first = fixture.update(.empty, nextNodeID: 1, transaction)
        try first.apply((0..<900).map { TreeMutation(sampleKey($0), .record(sampleDigest($0), blob: 1)) })
        var second = inMemory(first.root, nextNodeID: first.nextNodeID, fixture, transaction)
        try second.apply((0..<900).map { TreeMutation(sampleKey($0), .remove) })
        #expect(second.root == .empty && second.root.unwritten != nil)
        var third = fixture.update(second.root, nextNodeID: first.nextNodeID, transaction)
        try third.writeNodes()
        #expect(third.root == .empty && third.root.unwritten == nil)
        for id in third.retired { #expect(try transaction.removeBlob(id, in: .nodes)) }
        #expect(try transaction.statistics(of: .nodes).entries == 0)
    }

    // MARK: Changes as bytes

    private static func mutations() -> [TreeMutation] {
        (0..<40).map { number in
            let key = sampleKey(number * 7)
            return switch number % 5 {
            case 0: TreeMutation(key, .remove)
            case 1: TreeMutation(key, .inline(Array("value \(number)".utf8), blob: 0))
            case 2: TreeMutation(key, .inline([UInt8](repeating: 7, count: 300), blob: UInt64(number) << 20))
            case 3: TreeMutation(key, .inline([], blob: 0))
            default: TreeMutation(key, .record(sampleDigest(number), blob: UInt64(number)))
            }
        }
    }

    @Test func `changes are read as they were written`() throws {
        let batch = try TreeBatch(Self.mutations())
        var bytes: [UInt8] = []
        batch.encode(into: &bytes)
        batch.encode(into: &bytes)
        let read = try TreeBatch.decode(bytes)
        #expect(read.count == 2)
        for changes in read {
            var again: [UInt8] = []
            try TreeBatch([changes]).encode(into: &again)
            #expect(again == Array(bytes[..<(bytes.count / 2)]))
        }
        #expect(try TreeBatch.decode([]).isEmpty)
    }

    @Test func `of several batches the last change of a key holds`() throws {
        var generator = SeededGenerator(seed: 4)
        for _ in 0..<4 {
            var expected: [TreeKey: TreeMutation] = [:]
            var runs: [TreeChanges] = []
            for _ in 0..<5 {
                let numbers = Set((0..<1_200).map { _ in Int.random(in: 0..<1_600, using: &generator) })
                let run = numbers.map { number in
                    let value = Int.random(in: 0..<1_000, using: &generator)
                    return TreeMutation(
                        sampleKey(number), value % 9 == 0 ? .remove : .record(sampleDigest(value), blob: UInt64(value)))
                }
                for mutation in run { expected[mutation.key] = mutation }
                runs.append(TreeChanges(run))
            }
            let joined = TreeBatch(joining: runs)
            var bytes: [UInt8] = []
            joined.encode(into: &bytes)
            var wanted: [UInt8] = []
            try TreeBatch(Array(expected.values)).encode(into: &wanted)
            #expect(bytes == wanted)
        }
    }

    @Test func `truncated, changed and hostile changes are refused, or are changes`() throws {
        var bytes: [UInt8] = []
        try TreeBatch(Self.mutations()).encode(into: &bytes)
        for end in stride(from: 1, to: bytes.count, by: bytes.count > 2_000 ? 3 : 1) {
            #expect(throws: TreeError.self, "\(end)") { try TreeBatch.decode(Array(bytes[..<end])) }
        }
        var generator = SeededGenerator(seed: 5)
        for round in 0..<1_000 {
            var changed = bytes
            for _ in 0...(round % 3) {
                changed[Int.random(in: 0..<changed.count, using: &generator)] = UInt8.random(
                    in: 0...255, using: &generator)
            }
            do throws(TreeError) {
                // What is read can be sorted: keys ascend, and none is too long.
                for changes in try TreeBatch.decode(changed) { _ = try TreeBatch([changes]) }
            } catch {
                guard case .malformedChanges(let offset, _) = error else {
                    Issue.record("round \(round): \(error)")
                    continue
                }
                #expect(offset <= changed.count)
            }
        }
        for hostile: [UInt8] in [
            [0], [1], [1, 0], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], [1, 16, 0, 0],
            [1, 1, 0, 1, 5], [1, 9, 0, 1, 5], [1, 8, 1, 1, 5], [2, 8, 0, 1, 5, 8, 0, 1, 5], [2, 8, 0, 1, 5, 8, 1, 0],
            [1, 4, 0, 1, 5, 1, 1, 0], [1, 4, 0, 1, 5, 1, 0, 0], [1, 8, 0, 0xFF, 0xFF, 0x03],
        ] {
            #expect(throws: TreeError.self, "\(hostile)") { try TreeBatch.decode(hostile) }
        }
    }
}

import AvowProof
import AvowStorage
import AvowVault
import TestSupport
import Testing

@testable import AvowTree

@Suite struct `Versions of the tree stand beside each other until their nodes are removed` {
    private func audit(_ root: TreeRoot, _ fixture: TreeFixture, _ snapshot: any StorageSnapshot) throws -> (
        nodes: Set<UInt64>, damages: [TreeDamage], entries: [TreeEntry]
    ) {
        var audit = TreeAudit(fixture.reader(root, snapshot), boundary: fixture.boundary)
        var entries: [TreeEntry] = []
        try audit.run { entries.append($0.entry) }
        return (audit.nodes.union(audit.bases), audit.damages, entries)
    }

    private struct Version {
        var root: TreeRoot
        var entries: [TreeEntry]
        var nodes: Set<UInt64>
    }

    @Test(arguments: 0..<10 as Range<UInt64>)
    func `old roots stay readable, and what an update retires is what only the version before reaches`(
        seed: UInt64
    ) throws {
        var generator = SeededGenerator(seed: 2_000 + seed)
        let fixture = try TreeFixture()
        let transaction = try fixture.storage.begin(patience: .seconds(1))
        defer { transaction.abort() }
        let universe = [150, 3_000][Int(seed % 2)]
        var contents: [TreeKey: Digest] = [:]
        var nextNodeID: UInt64 = 1
        var versions = [Version(root: .empty, entries: [], nodes: [])]
        var retired: [[UInt64]] = []
        for _ in 0..<5 {
            var update = fixture.update(versions[versions.count - 1].root, nextNodeID: nextNodeID, transaction)
            // Sometimes several batches in one update, sometimes nearly everything goes.
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let removeShare = [0, 3, 10].randomElement(using: &generator) ?? 0
                let numbers = Set(
                    (0..<Int.random(in: 1...(universe / 2), using: &generator)).map { _ in
                        Int.random(in: 0..<universe, using: &generator)
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
                        batch.append(TreeMutation(key, .record(value, blob: 9)))
                    }
                }
                try update.apply(batch.sorted { $0.key < $1.key })
            }
            let first = nextNodeID
            nextNodeID = update.nextNodeID
            let found = try audit(update.root, fixture, transaction)
            #expect(found.damages.isEmpty, "seed \(seed)")
            let expected = contents.map { TreeEntry(key: $0.key, value: $0.value) }.sorted { $0.key < $1.key }
            #expect(found.entries == expected, "seed \(seed)")
            // Of the version before: exactly what the new one does not reach. Of the nodes written on the way too.
            let before = versions[versions.count - 1].nodes
            let gone = Set(update.retired)
            #expect(gone.count == update.retired.count, "seed \(seed): a node was retired twice")
            #expect(gone.filter { $0 < first } == before.subtracting(found.nodes), "seed \(seed)")
            #expect(
                gone.filter { $0 >= first } == Set(first..<nextNodeID).subtracting(found.nodes), "seed \(seed)")
            versions.append(Version(root: update.root, entries: expected, nodes: found.nodes))
            retired.append(update.retired)
        }
        // All versions are whole, read past any cache, and prove what they held.
        for version in versions {
            let found = try audit(version.root, fixture, transaction)
            #expect(found.entries == version.entries && found.damages.isEmpty, "seed \(seed)")
            var prover = TreeProver(fixture.reader(version.root, transaction))
            try prover.show(entriesOf: KeyRange(lower: [], upper: nil))
            let proven = try TreeProof(try prover.finish())
                .verified(root: version.root.hash, count: version.root.count)
            #expect(try proven.count(in: KeyRange(lower: [], upper: nil)) == UInt64(version.entries.count))
        }
        // Without what was retired the newest is whole, and what each older one misses is reported as missing.
        for id in Set(retired.joined()) { try transaction.removeBlob(id, in: .nodes) }
        let statistics = try transaction.statistics(of: .nodes)
        #expect(statistics.entries == UInt64(versions[versions.count - 1].nodes.count), "seed \(seed)")
        for version in versions {
            let missing = version.nodes.subtracting(versions[versions.count - 1].nodes)
            let found = try audit(version.root, fixture, transaction)
            #expect(found.damages.isEmpty == missing.isEmpty, "seed \(seed)")
            for damage in found.damages {
                #expect(missing.contains(damage.nodeID) && damage.reason.hasSuffix("is missing"), "seed \(seed)")
            }
            guard !missing.isEmpty else { continue }
            let cold = TreeReader(
                root: version.root, snapshot: transaction, sealer: fixture.sealer, cache: NodeCache(capacity: 0))
            let error = #expect(throws: TreeError.self) {
                var cursor = try cold.cursor(from: [])
                while try cursor?.next() != nil {}
            }
            guard case .missingNode(let id) = error else {
                Issue.record("seed \(seed): \(String(describing: error))")
                continue
            }
            #expect(missing.contains(id), "seed \(seed)")
        }
    }

    @Test func `a batch that changes nothing gives the same root hash and retires only what it wrote again`() throws {
        let fixture = try TreeFixture()
        let transaction = try fixture.storage.begin(patience: .seconds(1))
        defer { transaction.abort() }
        var update = fixture.update(.empty, nextNodeID: 1, transaction)
        let batch = (0..<2_000).map { TreeMutation(sampleKey($0), .record(sampleDigest($0), blob: 1)) }
            .sorted { $0.key < $1.key }
        try update.apply(batch)
        let before = try audit(update.root, fixture, transaction)
        var second = fixture.update(update.root, nextNodeID: update.nextNodeID, transaction)
        try second.apply([batch[70], TreeMutation(sampleKey(5_000), .remove)].sorted { $0.key < $1.key })
        #expect(second.root.hash == update.root.hash)
        let after = try audit(second.root, fixture, transaction)
        #expect(Set(second.retired) == before.nodes.subtracting(after.nodes))
        #expect(second.writtenNodes <= 3)
    }

    @Test func `an entry changes between a digest and a value of its own, and between cuts`() throws {
        let fixture = try TreeFixture()
        let transaction = try fixture.storage.begin(patience: .seconds(1))
        defer { transaction.abort() }
        var update = fixture.update(.empty, nextNodeID: 1, transaction)
        let keys = (0..<500).map(sampleKey).sorted { $0 < $1 }
        try update.apply(keys.map { TreeMutation($0, .record(sampleDigest(1), blob: 0)) })
        let other = try #require(
            TreeKey(
                bytes: keys[40].bytes, realmByteCount: keys[40].realmByteCount - 1,
                orderByteCount: keys[40].orderByteCount))
        let inline: [UInt8] = [1, 2, 3]
        let changes: [(TreeMutation, Digest, [UInt8])] = [
            (TreeMutation(keys[40], .inline([], blob: 0)), TreeHash.value([UInt8]().span), []),
            (TreeMutation(keys[40], .inline(inline, blob: 0)), TreeHash.value(inline.span), inline),
            // The digest is the same, but the value no longer rests in the tree.
            (TreeMutation(keys[40], .record(TreeHash.value(inline.span), blob: 0)), TreeHash.value(inline.span), []),
            (TreeMutation(other, .record(TreeHash.value(inline.span), blob: 0)), TreeHash.value(inline.span), []),
        ]
        for (change, value, bytes) in changes {
            try update.apply([change])
            let entry = try #require(try fixture.reader(update.root, transaction).entry(for: change.key))
            #expect(entry.key == change.key)
            #expect(entry.value == value)
            #expect(entry.inline == bytes)
            var expected = keys.map { (key: $0, value: sampleDigest(1)) }
            expected[40] = (change.key, value)
            #expect(update.root.hash == referenceRoot(expected, fixture.boundary))
        }
        // A key with the same bytes cut elsewhere is not there, as a verifier of a proof would say too.
        #expect(try fixture.reader(update.root, transaction).entry(for: keys[40]) == nil)
        var prover = TreeProver(fixture.reader(update.root, transaction))
        try prover.show(entryFor: keys[40])
        let proven = try TreeProof(try prover.finish()).verified(root: update.root.hash, count: update.root.count)
        #expect(try proven.entry(for: keys[40]) == nil)
    }
}

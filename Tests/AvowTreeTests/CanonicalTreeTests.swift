import AvowProof
import AvowStorage
import AvowTree
import AvowVault
import TestSupport
import Testing

@Suite struct `The shape of the tree is a function of its entries` {
    /// Applies random batches of puts and removes beside a dictionary; after each batch root, count and entries must
    /// be those of the dictionary's entries, hashed from scratch.
    private func compare(seed: UInt64, universe: Int, batches: Int, largestBatch: Int) throws {
        var generator = SeededGenerator(seed: seed)
        let fixture = try TreeFixture()
        let transaction = try fixture.storage.begin(patience: .seconds(1))
        defer { transaction.abort() }
        var update = fixture.update(.empty, nextNodeID: 1, transaction)
        var reference: [TreeKey: Digest] = [:]
        for _ in 0..<batches {
            var numbers: Set<Int> = []
            for _ in 0..<Int.random(in: 1...largestBatch, using: &generator) {
                numbers.insert(Int.random(in: 0..<universe, using: &generator))
            }
            let removeShare = Int.random(in: 0...10, using: &generator)
            var batch: [TreeMutation] = []
            for number in numbers.sorted() {
                let key = sampleKey(number)
                if Int.random(in: 0..<10, using: &generator) < removeShare {
                    batch.append(TreeMutation(key, .remove))
                    reference[key] = nil
                } else {
                    let value = sampleDigest(Int.random(in: 0..<1_000_000, using: &generator))
                    batch.append(TreeMutation(key, .record(value, blob: UInt64(number))))
                    reference[key] = value
                }
            }
            batch.sort { $0.key < $1.key }
            try update.apply(batch)
            let entries = reference.sorted { $0.key < $1.key }.map { (key: $0.key, value: $0.value) }
            let expected = referenceRoot(entries, fixture.boundary)
            #expect(update.root.hash == expected, "seed \(seed)")
            #expect(update.root.count == UInt64(entries.count), "seed \(seed)")
            guard update.root.hash == expected else { return }
        }
        let reader = fixture.reader(update.root, transaction)
        var audit = TreeAudit(reader, boundary: fixture.boundary)
        var seen: [TreeEntry] = []
        try audit.run { seen.append($0.entry) }
        #expect(audit.damages.isEmpty, "seed \(seed)")
        let entries = reference.sorted { $0.key < $1.key }.map { TreeEntry(key: $0.key, value: $0.value) }
        #expect(seen == entries, "seed \(seed)")
    }

    @Test(arguments: 0..<400 as Range<UInt64>)
    func `random small batches with removes give the reference's root`(seed: UInt64) throws {
        try compare(seed: seed, universe: 300, batches: 8, largestBatch: 90)
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func `random large batches with removes give the reference's root`(seed: UInt64) throws {
        try compare(seed: 10_000 + seed, universe: 9_000, batches: 5, largestBatch: 3_000)
    }

    @Test(arguments: 0..<60 as Range<UInt64>)
    func `the same entries in another order and other batches give the same root`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let fixture = try TreeFixture()
        let transaction = try fixture.storage.begin(patience: .seconds(1))
        defer { transaction.abort() }
        let numbers = (0..<Int.random(in: 0...1_500, using: &generator)).map { _ in
            Int.random(in: 0..<100_000, using: &generator)
        }
        var nextNodeID: UInt64 = 1
        var roots: Set<Digest> = []
        for _ in 0..<4 {
            var update = fixture.update(.empty, nextNodeID: nextNodeID, transaction)
            var rest = Array(Set(numbers)).sorted().shuffled(using: &generator)[...]
            while !rest.isEmpty {
                let part = rest.prefix(Int.random(in: 1...700, using: &generator))
                rest = rest.dropFirst(part.count)
                // Entries that come and go again leave no trace in the root.
                let passing = (0..<20).map { _ in 200_000 + Int.random(in: 0..<1_000, using: &generator) }
                for change in [false, true] {
                    let puts =
                        change ? [] : part.map { TreeMutation(sampleKey($0), .record(sampleDigest($0), blob: 1)) }
                    let others = Set(passing).map { number in
                        TreeMutation(sampleKey(number), change ? .remove : .record(sampleDigest(number), blob: 1))
                    }
                    try update.apply((puts + others).sorted { $0.key < $1.key })
                }
            }
            roots.insert(update.root.hash)
            nextNodeID = update.nextNodeID
        }
        #expect(roots.count == 1, "seed \(seed)")
    }

    @Test func `nodes that no key ends are cut by their size`() throws {
        let fixture = try TreeFixture()
        // Only keys that end no leaf node: nothing but the size cuts, and a change moves every cut behind it.
        let numbers = (0..<4_000).filter { fixture.boundary(sampleKey($0).bytes.span) & 7 != 0 }
        let transaction = try fixture.storage.begin(patience: .seconds(1))
        defer { transaction.abort() }
        var update = fixture.update(.empty, nextNodeID: 1, transaction)
        let all = numbers.map { TreeMutation(sampleKey($0), .record(sampleDigest($0), blob: 1)) }
            .sorted { $0.key < $1.key }
        try update.apply(all)
        let entries = numbers.map { (key: sampleKey($0), value: sampleDigest($0)) }.sorted { $0.key < $1.key }
        #expect(update.root.hash == referenceRoot(entries, fixture.boundary))
        // Removing the first entry moves every cut behind it.
        try update.apply([TreeMutation(entries[0].key, .remove)])
        #expect(update.root.hash == referenceRoot(Array(entries.dropFirst()), fixture.boundary))
        try update.apply([TreeMutation(entries[0].key, .record(entries[0].value, blob: 1))])
        #expect(update.root.hash == referenceRoot(entries, fixture.boundary))
    }

    @Test func `another boundary key gives another shape and the same entries`() throws {
        var roots: Set<Digest> = []
        for key in [Array(0..<16), Array(1..<17)] as [[UInt8]] {
            let fixture = try TreeFixture(boundaryKey: key)
            let transaction = try fixture.storage.begin(patience: .seconds(1))
            defer { transaction.abort() }
            var update = fixture.update(.empty, nextNodeID: 1, transaction)
            let batch = (0..<2_000).map { TreeMutation(sampleKey($0), .record(sampleDigest($0), blob: 1)) }
            try update.apply(batch.sorted { $0.key < $1.key })
            #expect(update.root.count == 2_000)
            roots.insert(update.root.hash)
        }
        #expect(roots.count == 2)
    }

    @Test func `the order in which a batch is given does not matter`() throws {
        let fixture = try TreeFixture()
        let changes = (0..<500).map { TreeMutation(sampleKey($0), .record(sampleDigest($0), blob: 1)) }
        let roots = try [changes, changes.reversed(), changes.shuffled()].map { changes in
            let transaction = try fixture.storage.begin(patience: .seconds(1))
            defer { transaction.abort() }
            var update = fixture.update(.empty, nextNodeID: 1, transaction)
            try update.apply(changes)
            return update.root.hash
        }
        #expect(Set(roots).count == 1)
    }
}

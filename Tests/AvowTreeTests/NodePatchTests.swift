import AvowProof
import AvowStorage
import AvowVault
import TestSupport
import Testing

@testable import AvowTree

@Suite struct `A node that is mostly what it was rests as a patch` {
    @Test(arguments: 0..<4 as Range<UInt64>)
    func `small changes of a large tree give the reference's root, and what they retire is what is not needed`(
        seed: UInt64
    ) throws {
        var generator = SeededGenerator(seed: 500 + seed)
        let fixture = try TreeFixture()
        let transaction = try fixture.storage.begin(patience: .seconds(1))
        defer { transaction.abort() }
        var contents: [TreeKey: Digest] = [:]
        for number in 0..<2_500 where number % 3 != 0 { contents[sampleKey(number)] = sampleDigest(number) }
        var first = fixture.update(.empty, nextNodeID: 1, transaction)
        try first.apply(contents.map { TreeMutation($0.key, .record($0.value, blob: 7)) })
        var root = first.root
        var nextNodeID = first.nextNodeID
        var basesSeen: Set<UInt64> = []
        for round in 0..<24 {
            // Each round has an update of its own; some have a cache that knows nothing, so that patches are read.
            let cache = round % 3 == 0 ? NodeCache(capacity: 0) : fixture.cache
            var update = TreeUpdate(
                root: root, nextNodeID: nextNodeID, transaction: transaction, sealer: fixture.sealer,
                boundary: fixture.boundary, cache: cache)
            for _ in 0..<Int.random(in: 1...2, using: &generator) {
                var batch: [TreeKey: TreeMutation] = [:]
                for _ in 0..<Int.random(in: 1...9, using: &generator) {
                    let number = Int.random(in: 0..<2_500, using: &generator)
                    let key = sampleKey(number)
                    if Int.random(in: 0..<3, using: &generator) == 0 {
                        contents[key] = nil
                        batch[key] = TreeMutation(key, .remove)
                    } else {
                        let value = sampleDigest(Int.random(in: 0..<9, using: &generator))
                        contents[key] = value
                        batch[key] = TreeMutation(key, .record(value, blob: UInt64(round)))
                    }
                }
                try update.apply(Array(batch.values))
            }
            for id in update.retired { #expect(try transaction.removeBlob(id, in: .nodes), "seed \(seed): \(id)") }
            root = update.root
            nextNodeID = update.nextNodeID
            let entries = contents.sorted { $0.key < $1.key }.map { (key: $0.key, value: $0.value) }
            #expect(root.hash == referenceRoot(entries, fixture.boundary), "seed \(seed), round \(round)")
            var audit = TreeAudit(fixture.reader(root, transaction), boundary: fixture.boundary)
            var found: [TreeEntry] = []
            try audit.run { found.append($0.entry) }
            #expect(audit.damages.isEmpty, "seed \(seed), round \(round)")
            #expect(found == entries.map { TreeEntry(key: $0.key, value: $0.value) }, "seed \(seed), round \(round)")
            let stored = try transaction.statistics(of: .nodes).entries
            #expect(stored == UInt64(audit.nodes.union(audit.bases).count), "seed \(seed), round \(round)")
            #expect(audit.nodes.isDisjoint(with: audit.bases), "seed \(seed), round \(round)")
            basesSeen.formUnion(audit.bases)
        }
        #expect(basesSeen.count > 6, "seed \(seed)")
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func `patches of nodes with values of any length are read again, by threads that read ahead as well`(
        seed: UInt64
    ) throws {
        var generator = SeededGenerator(seed: 700 + seed)
        let fixture = try TreeFixture()
        let transaction = try fixture.storage.begin(patience: .seconds(1))
        defer { transaction.abort() }
        var contents: [TreeKey: [UInt8]] = [:]
        var root = TreeRoot.empty
        var nextNodeID: UInt64 = 1
        func update(_ root: TreeRoot, _ changes: [TreeKey: [UInt8]]) throws -> TreeRoot {
            var update = TreeUpdate(
                root: root, nextNodeID: nextNodeID, transaction: transaction, sealer: fixture.sealer,
                boundary: fixture.boundary, cache: NodeCache(capacity: 0))
            try update.apply(changes.map { TreeMutation($0.key, .inline($0.value, blob: 0)) })
            nextNodeID = update.nextNodeID
            return update.root
        }
        for round in 0..<60 {
            var changes: [TreeKey: [UInt8]] = [:]
            for _ in 0..<(round == 0 ? 400 : Int.random(in: 1...4, using: &generator)) {
                let length = Int.random(in: 0..<4, using: &generator) == 0 ? 3_000 : 40
                changes[sampleKey(Int.random(in: 0..<600, using: &generator))] =
                    generator.bytes(Int.random(in: 0..<length, using: &generator))
            }
            contents.merge(changes) { $1 }
            root = try update(root, changes)
            #expect(try update(.empty, contents).hash == root.hash, "seed \(seed), round \(round)")
        }
    }

    @Test func `a change of one entry writes a patch for each level and little more`() throws {
        let fixture = try TreeFixture()
        let transaction = try fixture.storage.begin(patience: .seconds(1))
        defer { transaction.abort() }
        var update = fixture.update(.empty, nextNodeID: 1, transaction)
        try update.apply((0..<9_000).map { TreeMutation(sampleKey($0), .record(sampleDigest($0), blob: 1)) })
        let first = update.nextNodeID
        let middle = sampleKey(4_500)
        try update.apply([TreeMutation(middle, .record(sampleDigest(1), blob: 2))])
        var byteCount = 0
        for id in first..<update.nextNodeID {
            byteCount += try transaction.blob(id, in: .nodes)?.count ?? 0
        }
        // A root of few children is as small as a patch of it; the two others are of one item.
        #expect(byteCount < 4_096)
        let cold = TreeReader(
            root: update.root, snapshot: transaction, sealer: fixture.sealer, cache: NodeCache(capacity: 0))
        #expect(try cold.entry(for: middle)?.blob == 2)
        #expect(try cold.entry(for: sampleKey(4_501))?.value == sampleDigest(4_501))
    }

    @Test func `without its base a patch is refused, and so is a base of another version`() throws {
        let fixture = try TreeFixture()
        let transaction = try fixture.storage.begin(patience: .seconds(1))
        defer { transaction.abort() }
        var update = fixture.update(.empty, nextNodeID: 1, transaction)
        try update.apply((0..<600).map { TreeMutation(sampleKey($0), .record(sampleDigest($0), blob: 1)) })
        try update.apply([TreeMutation(sampleKey(300), .record(sampleDigest(1), blob: 2))])
        var audit = TreeAudit(fixture.reader(update.root, transaction), boundary: fixture.boundary)
        try audit.run { _ in }
        let base = try #require(audit.bases.first)
        let own = try #require(try transaction.blob(base, in: .nodes))
        let another = try #require(try transaction.blob(base == 1 ? 2 : 1, in: .nodes))
        func error() -> TreeError? {
            let cold = TreeReader(
                root: update.root, snapshot: transaction, sealer: fixture.sealer, cache: NodeCache(capacity: 0))
            do throws(TreeError) {
                var cursor = try cold.cursor(from: [])
                while try cursor?.next() != nil {}
                return nil
            } catch {
                return error
            }
        }
        #expect(error() == nil)
        try transaction.put(another, id: base, in: .nodes)
        guard case .unopenedNode(base, _) = error() else {
            Issue.record("\(String(describing: error()))")
            return
        }
        try transaction.removeBlob(base, in: .nodes)
        guard case .missingNode(base) = error() else {
            Issue.record("\(String(describing: error()))")
            return
        }
        try transaction.put(own, id: base, in: .nodes)
        #expect(error() == nil)
    }

    // MARK: Hostile patches

    /// A leaf node of entries with so many numbers, in the order of their keys.
    private func leaf(_ numbers: [Int], value: Int) -> LeafEntries {
        var entries = LeafEntries()
        for (key, number) in numbers.map({ (sampleKey($0), $0) }).sorted(by: { $0.0 < $1.0 }) {
            entries.append(
                key: key.bytes.span, realmByteCount: key.realmByteCount, orderByteCount: key.orderByteCount,
                value: sampleDigest(number + value), blob: UInt64(number), inline: [UInt8]().span,
                sharedByteCount: entries.sharedWithLast(key.bytes.span))
        }
        return entries
    }

    private func inner(_ numbers: [Int], value: Int) -> ChildEntries {
        var children = ChildEntries()
        for (key, number) in numbers.map({ (sampleKey($0), $0) }).sorted(by: { $0.0 < $1.0 }) {
            children.append(
                lastKey: key.bytes.span, id: UInt64(number + 1), hash: sampleDigest(number + value),
                count: UInt64(number + 1), sharedByteCount: children.sharedWithLast(key.bytes.span))
        }
        return children
    }

    private func encoded(_ content: TreeNode.Content, _ level: UInt8, _ patch: NodePatch? = nil) -> [UInt8] {
        var bytes: [UInt8] = []
        NodeCoding.encode(content, level: level, patch, into: &bytes)
        return bytes
    }

    /// A base, and a node that has some of its items, others with other values, and new ones.
    private func sample(
        _ level: UInt8, using generator: inout SeededGenerator
    ) -> (base: TreeNode.Content, node: TreeNode.Content, patch: NodePatch) {
        let all = (0..<60).map { $0 * 7 }.shuffled(using: &generator)
        let old = Array(all[..<40])
        let kept = Set(old[..<Int.random(in: 0...40, using: &generator)])
        let added = Array(all[40..<Int.random(in: 41...60, using: &generator)])
        // What is added may have the key of what is left out.
        let added2 = old.filter { !kept.contains($0) }.prefix(Int.random(in: 0...5, using: &generator))
        let wanted = (kept + added + added2).map { ($0, sampleKey($0)) }.sorted { $0.1 < $1.1 }.map(\.0)
        let places = Dictionary(
            uniqueKeysWithValues: old.map { ($0, sampleKey($0)) }.sorted { $0.1 < $1.1 }.enumerated().map {
                ($1.0, UInt16($0))
            })
        let patch = NodePatch(
            baseID: 300, baseHash: sampleDigest(1), baseItemCount: 40,
            items: wanted.map { kept.contains($0) ? places[$0] ?? NodePatch.isNew : NodePatch.isNew })
        return level == 0
            ? (.leaf(leaf(old, value: 0)), .leaf(leaf(wanted, value: 0)), patch)
            : (.inner(inner(old, value: 0)), .inner(inner(wanted, value: 0)), patch)
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `a patch reads as what was written, and cut or changed as an error or another node`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: 900 + seed)
        let level = UInt8(seed % 2)
        let (base, node, patch) = sample(level, using: &generator)
        let bytes = encoded(node, level, patch)
        let name = try #require(try NodeCoding.base(of: bytes, id: 9))
        #expect(name.id == 300 && name.hash == sampleDigest(1))
        let (read, readPatch) = try NodeCoding.decode(bytes, id: 9, over: (level, base))
        #expect(encoded(read, level) == encoded(node, level), "seed \(seed)")
        #expect(readPatch.items == patch.items, "seed \(seed)")
        #expect(throws: TreeError.self) { try NodeCoding.decode(bytes, id: 9) }
        for length in bytes.indices {
            #expect(throws: TreeError.self, "seed \(seed), \(length) bytes") {
                try NodeCoding.decode(Array(bytes.prefix(length)), id: 9, over: (level, base))
            }
        }
        #expect(throws: TreeError.self) { try NodeCoding.decode(bytes + [0], id: 9, over: (level, base)) }
        for index in bytes.indices.dropFirst() {
            var changed = bytes
            changed[index] ^= UInt8.random(in: 1...255, using: &generator)
            guard let (other, otherPatch) = try? NodeCoding.decode(changed, id: 9, over: (level, base)) else {
                continue
            }
            // What is read is a node with its keys in order, and written and read as itself.
            let again = encoded(other, level, otherPatch)
            let whole = encoded(other, level)
            let wholeRead = try NodeCoding.decode(whole, id: 9).content
            let patchRead = try NodeCoding.decode(again, id: 9, over: (level, base)).content
            #expect(encoded(wholeRead, level) == whole, "seed \(seed), byte \(index)")
            #expect(encoded(patchRead, level) == whole, "seed \(seed), byte \(index)")
        }
    }

    @Test(arguments: [
        ("one more item than the base has", [0, 41, 0]),
        ("items left out behind the end", [41, 0, 0]),
        ("a part of nothing", [0, 0, 0]),
        ("a first part that leaves out and copies none", [1, 0, 0]),
        ("a second part that copies none", [0, 5, 0, 0, 0, 0]),
        ("more items than are said", [0, 6, 0]),
        ("new items that are not there", [0, 4, 1]),
        ("a number of 2^63", [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01]),
    ])
    func `a patch is refused that has`(_ what: String, _ parts: [UInt8]) throws {
        let base = leaf(Array(0..<40), value: 0)
        var bytes: [UInt8] = [0x80, 9]
        sampleDigest(1).append(to: &bytes)
        bytes.append(5)
        let error = #expect(throws: TreeError.self, "\(what)") {
            try NodeCoding.decode(bytes + parts, id: 3, over: (0, .leaf(base)))
        }
        guard case .malformedNode(3, _, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(throws: TreeError.self) { try NodeCoding.decode(bytes + [0, 5, 0], id: 3, over: (1, .leaf(base))) }
        #expect(try NodeCoding.decode(bytes + [0, 5, 0], id: 3, over: (0, .leaf(base))).content.itemCount == 5)
    }
}

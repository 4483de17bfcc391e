import AvowProof
import AvowStorage
import AvowVault
import TestSupport
import Testing

@testable import AvowTree

@Suite struct `A damaged node is refused` {
    private func leafNode(_ count: Int, using generator: inout SeededGenerator) -> TreeNode {
        var entries = LeafEntries()
        let numbers = Set((0..<count).map { _ in Int.random(in: 0..<9_000, using: &generator) })
        for (key, number) in numbers.map({ (sampleKey($0), $0) }).sorted(by: { $0.0 < $1.0 }) {
            let inline: [UInt8] = number % 5 == 0 ? Array("value \(number)".utf8) : []
            entries.append(
                key: key.bytes.span, realmByteCount: key.realmByteCount, orderByteCount: key.orderByteCount,
                value: inline.isEmpty ? sampleDigest(number) : TreeHash.value(inline.span),
                blob: UInt64(number % 3) << 40, inline: inline.span,
                sharedByteCount: entries.sharedWithLast(key.bytes.span))
        }
        return TreeNode(id: 7, level: 0, .leaf(entries), NodeHashes(entries))
    }

    private func innerNode(_ count: Int, using generator: inout SeededGenerator) -> TreeNode {
        var children = ChildEntries()
        let numbers = Set((0..<count).map { _ in Int.random(in: 0..<9_000, using: &generator) })
        for (key, number) in numbers.map({ (sampleKey($0), $0) }).sorted(by: { $0.0 < $1.0 }) {
            children.append(
                lastKey: key.bytes.span, id: UInt64(number) << 20, hash: sampleDigest(number),
                count: UInt64.random(in: 1...(1 << 40), using: &generator),
                sharedByteCount: children.sharedWithLast(key.bytes.span))
        }
        return TreeNode(id: 7, level: 2, .inner(children), NodeHashes(children))
    }

    private func encoded(_ node: TreeNode) -> [UInt8] {
        var bytes: [UInt8] = []
        NodeCoding.encode(node.content, level: node.level, into: &bytes)
        return bytes
    }

    /// Reads a node and hashes what was read.
    private func decoded(_ bytes: [UInt8]) throws(TreeError) -> TreeNode {
        let (level, content, _) = try NodeCoding.decode(bytes, id: 7)
        let hashes =
            switch content {
            case .leaf(let entries): NodeHashes(entries)
            case .inner(let children): NodeHashes(children)
            }
        return TreeNode(id: 7, level: level, content, hashes)
    }

    /// Whether two nodes are equal in everything.
    private func areEqual(_ left: TreeNode, _ right: TreeNode) -> Bool {
        encoded(left) == encoded(right) && left.hash == right.hash
    }

    /// Whether two nodes of one hash are equal in all that the hash commits to.
    private func haveEqualContents(_ left: TreeNode, _ right: TreeNode) -> Bool {
        switch (left.content, right.content) {
        case (.leaf(let left), .leaf(let right)):
            return left.keyBytes == right.keyBytes && left.count == right.count
                && (0..<left.count).allSatisfy {
                    left.value($0) == right.value($0) && left.keyRange($0) == right.keyRange($0)
                        && left.realmByteCount($0) == right.realmByteCount($0)
                        && left.orderByteCount($0) == right.orderByteCount($0)
                }
        case (.inner(let left), .inner(let right)):
            return left.hashes == right.hashes && left.startRanks == right.startRanks
        default: return false
        }
    }

    @Test(arguments: 0..<6 as Range<UInt64>)
    func `every bit flip of a node gives an error, another hash, or the same hashed contents`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let node =
            seed % 2 == 0 ? leafNode(Int(seed) * 3 + 1, using: &generator) : innerNode(Int(seed) * 3, using: &generator)
        let bytes = encoded(node)
        #expect(areEqual(try decoded(bytes), node))
        var refused = 0
        for index in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[index] ^= 1 << UInt8(bit)
                do throws(TreeError) {
                    let other = try decoded(changed)
                    if other.hash == node.hash {
                        #expect(haveEqualContents(other, node), "seed \(seed), byte \(index), bit \(bit)")
                    }
                } catch {
                    refused += 1
                    guard case .malformedNode(7, let offset, _) = error else {
                        Issue.record("seed \(seed): \(error)")
                        continue
                    }
                    #expect(offset >= 0 && offset <= changed.count)
                }
            }
        }
        #expect(refused > 0)
        for length in bytes.indices {
            #expect(throws: TreeError.self, "seed \(seed), \(length) bytes") {
                try NodeCoding.decode(Array(bytes.prefix(length)), id: 7)
            }
        }
        #expect(throws: TreeError.self) { try NodeCoding.decode(bytes + [0], id: 7) }
    }

    @Test func `random bytes give an error or a node that is written and read as itself`() {
        var generator = SeededGenerator(seed: 31)
        for _ in 0..<20_000 {
            var input: [UInt8] = [
                UInt8.random(in: 0...2, using: &generator), UInt8.random(in: 0...3, using: &generator),
            ]
            for _ in 0..<Int.random(in: 0...60, using: &generator) {
                input.append(
                    [0, 1, 2, 4, 0xFF, UInt8.random(in: 0...255, using: &generator)].randomElement(using: &generator)
                        ?? 0)
            }
            guard let node = try? decoded(input) else { continue }
            let again = try? decoded(encoded(node))
            #expect(again.map { areEqual($0, node) } == true, "\(input.hexadecimal)")
        }
    }

    @Test(
        arguments: [
            ("a leaf node of no items", [0, 0]),
            ("an inner node of no items", [1, 0]),
            ("482 items", [0, 0xE2, 0x03] + [UInt8](repeating: 0, count: 64)),
            ("2^63 items", [0] + [UInt8](repeating: 0x80, count: 9) + [0x01]),
            ("a number of 65 bits", [0] + [UInt8](repeating: 0x80, count: 9) + [0x02]),
            ("unknown flags", [0, 1, 8]),
            ("the cuts of an entry before the first", [0, 1, 1, 0, 1, 5] + [UInt8](repeating: 0, count: 32)),
            ("a key that shares bytes with none", [0, 1, 0, 1, 1, 5, 0, 0] + [UInt8](repeating: 0, count: 32)),
            ("a key of 2^63 bytes", [0, 1, 0, 0] + [UInt8](repeating: 0x80, count: 9) + [0x01]),
            ("cuts outside the key", [0, 1, 0, 0, 1, 5, 1, 1] + [UInt8](repeating: 0, count: 32)),
            ("an empty value that rests in the tree", [0, 1, 4, 0, 1, 5, 1, 0, 0]),
            ("a value longer than the node", [0, 1, 4, 0, 1, 5, 1, 0, 2, 1]),
            ("a child of no leaves", [1, 1, 0, 1, 5, 0] + [UInt8](repeating: 0, count: 33)),
            (
                "two children of more than 2^64 leaves",
                [1, 2, 0, 1, 5] + [UInt8](repeating: 0xFF, count: 9) + [0x01] + [UInt8](repeating: 0, count: 33)
                    + [0, 1, 6, 1] + [UInt8](repeating: 0, count: 33)
            ),
            (
                "keys that do not increase",
                [0, 2, 0, 0, 1, 5, 1, 0] + [UInt8](repeating: 0, count: 32) + [1, 1, 0]
                    + [UInt8](repeating: 0, count: 32)
            ),
        ] as [(String, [UInt8])])
    func `what no node is written as is refused`(name: String, bytes: [UInt8]) {
        let error = #expect(throws: TreeError.self, "\(name)") { try NodeCoding.decode(bytes, id: 7) }
        guard case .malformedNode(7, _, _) = error else {
            Issue.record("\(name): \(String(describing: error))")
            return
        }
    }

    @Test func `a key of the greatest length is taken, a longer one refused`() throws {
        let fixture = try TreeFixture()
        let transaction = try fixture.storage.begin(patience: .seconds(1))
        defer { transaction.abort() }
        let limit = TreeKey.maximumByteCount
        for (length, isTaken) in [(limit - 3, true), (limit - 2, false)] {
            var order = TupleBytes()
            order.append(text: String(repeating: "k", count: length - 3))
            var realm = TupleBytes()
            realm.append(UInt64(5))
            let key = TreeKey(realm: realm, order: order, owner: realm)
            #expect((key.bytes.count <= TreeKey.maximumByteCount) == isTaken)
            var update = fixture.update(.empty, nextNodeID: isTaken ? 1 : 2, transaction)
            if isTaken {
                try update.apply([TreeMutation(key, .record(sampleDigest(1), blob: 1))])
                #expect(try fixture.reader(update.root, transaction).entry(for: key) != nil)
            } else {
                #expect(throws: TreeError.self) {
                    try update.apply([TreeMutation(key, .record(sampleDigest(1), blob: 1))])
                }
            }
        }
    }

    // MARK: - Nodes of a store

    private struct Store {
        let fixture: TreeFixture
        let transaction: any StorageTransaction
        var root = TreeRoot.empty
        var nextNodeID: UInt64 = 1

        init() throws {
            fixture = try TreeFixture()
            transaction = try fixture.storage.begin(patience: .seconds(1))
        }

        mutating func apply(_ numbers: Range<Int>, value: Int) throws {
            var update = fixture.update(root, nextNodeID: nextNodeID, transaction)
            try update.apply(
                numbers.map { TreeMutation(sampleKey($0), .record(sampleDigest(value), blob: 1)) }
                    .sorted { $0.key < $1.key })
            root = update.root
            nextNodeID = update.nextNodeID
        }

        /// What reading every entry past all caches throws.
        func readError() -> TreeError? {
            let reader = TreeReader(
                root: root, snapshot: transaction, sealer: fixture.sealer, cache: NodeCache(capacity: 0))
            do throws(TreeError) {
                var cursor = try reader.cursor(from: [])
                while try cursor?.next() != nil {}
                return nil
            } catch {
                return error
            }
        }

        func damages() throws -> [TreeDamage] {
            var audit = TreeAudit(fixture.reader(root, transaction), boundary: fixture.boundary)
            try audit.run { _ in }
            return audit.damages
        }
    }

    @Test func `a node under the id of another is refused`() throws {
        var store = try Store()
        defer { store.transaction.abort() }
        try store.apply(0..<1_000, value: 1)
        #expect(store.readError() == nil)
        for id in 1..<store.nextNodeID {
            let own = try #require(try store.transaction.blob(id, in: .nodes))
            let other = try #require(try store.transaction.blob(id == 1 ? 2 : id - 1, in: .nodes))
            try store.transaction.put(other, id: id, in: .nodes)
            guard case .unopenedNode(id, _) = store.readError() else {
                Issue.record("node \(id)")
                continue
            }
            #expect(try store.damages().map(\.nodeID) == [id])
            try store.transaction.put(own, id: id, in: .nodes)
        }
        #expect(store.readError() == nil)
    }

    @Test func `a node with a byte changed, cut off or emptied is refused`() throws {
        var store = try Store()
        defer { store.transaction.abort() }
        try store.apply(0..<300, value: 1)
        var generator = SeededGenerator(seed: 1)
        for id in 1..<store.nextNodeID {
            let own = try #require(try store.transaction.blob(id, in: .nodes))
            var changed = own
            changed[Int.random(in: own.indices, using: &generator)] ^= UInt8.random(in: 1...255, using: &generator)
            for bytes in [changed, Array(own.dropLast()), Array(own.prefix(39)), Array(own.prefix(1)), own + [0]] {
                try store.transaction.put(bytes, id: id, in: .nodes)
                guard case .unopenedNode(id, _) = store.readError() else {
                    Issue.record("node \(id), \(bytes.count) bytes")
                    continue
                }
            }
            try store.transaction.put(own, id: id, in: .nodes)
        }
        #expect(store.readError() == nil)
    }

    @Test func `a node that was once sealed under the same id, with older contents, is refused`() throws {
        // The store is set back behind its last update, as a restored backup would be, and written on: the ids are
        // given out a second time, so that an older node opens under them.
        var store = try Store()
        defer { store.transaction.abort() }
        try store.apply(0..<600, value: 1)
        let (root, nextNodeID) = (store.root, store.nextNodeID)
        try store.apply(0..<600, value: 2)
        var older: [UInt64: [UInt8]] = [:]
        for id in nextNodeID..<store.nextNodeID {
            older[id] = try store.transaction.blob(id, in: .nodes)
            try store.transaction.removeBlob(id, in: .nodes)
        }
        store.root = root
        store.nextNodeID = nextNodeID
        try store.apply(0..<600, value: 3)
        #expect(store.readError() == nil)
        for (id, bytes) in older {
            let own = try #require(try store.transaction.blob(id, in: .nodes))
            try store.transaction.put(bytes, id: id, in: .nodes)
            guard case .unopenedNode(id, _) = store.readError() else {
                Issue.record("node \(id): \(String(describing: store.readError()))")
                continue
            }
            #expect(try store.damages().map(\.nodeID) == [id])
            // Nor does a reader take a node of the other history from its cache.
            let reader = store.fixture.reader(store.root, store.transaction)
            var cursor = try reader.cursor(from: [])
            while let entry = try cursor?.next() { #expect(entry.value == sampleDigest(3)) }
            try store.transaction.put(own, id: id, in: .nodes)
        }
    }
}

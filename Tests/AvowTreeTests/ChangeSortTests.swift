import AvowProof
import AvowTree
import TestSupport
import Testing

@Suite struct `Changes are sorted by their keys` {
    /// Keys that begin alike, end within eight bytes of another, or differ only behind many bytes.
    private func keys(_ count: Int, using generator: inout SeededGenerator) -> [TreeKey] {
        var keys: Set<TreeKey> = []
        while keys.count < count {
            var realm = TupleBytes()
            realm.append(UInt64.random(in: 0...2, using: &generator))
            var order = TupleBytes()
            let repeated = Bool.random(using: &generator) ? "http://loinc.org|" : ""
            let number = Int.random(in: 0..<max(1, count), using: &generator)
            order.append(text: repeated + String(repeating: "k", count: number % 19) + "\(number)")
            var owner = TupleBytes()
            if Bool.random(using: &generator) { owner.append(UInt64.random(in: 0...999, using: &generator)) }
            keys.insert(TreeKey(realm: realm, order: order, owner: owner))
        }
        return keys.shuffled(using: &generator)
    }

    @Test(arguments: [0, 1, 2, 9, 300, 4_096, 4_097, 30_000], [1, 3, 40])
    func `as the standard library sorts them, from any number of runs`(count: Int, runCount: Int) throws {
        var generator = SeededGenerator(seed: UInt64(count * 64 + runCount))
        let keys = keys(count, using: &generator)
        var runs = [TreeChanges](repeating: TreeChanges(), count: runCount)
        for (number, key) in keys.enumerated() {
            let run = number % 7 == 0 ? 0 : Int.random(in: 0..<runCount, using: &generator)
            runs[run].append(.record(sampleDigest(1), blob: UInt64(number))) { $0.append(key) }
        }
        let batch = try TreeBatch(runs)
        let sorted = (0..<batch.count).map { batch[$0] }
        #expect(sorted.map(\.key) == keys.sorted())
        // Each change is still with its key.
        for change in sorted {
            guard case .record(_, let number) = change.change else { continue }
            #expect(keys[Int(number)] == change.key)
        }
    }

    @Test func `when all begin with the same hundred bytes`() throws {
        var generator = SeededGenerator(seed: 5)
        var realm = TupleBytes()
        realm.append(text: String(repeating: "realm", count: 20))
        let keys = (0..<9_000).map { number in
            var order = TupleBytes()
            order.append(Int64(number - 4_500) * 1_000)
            return TreeKey(realm: realm, order: order)
        }
        let changes = keys.shuffled(using: &generator).map { TreeMutation($0, .remove) }
        let batch = try TreeBatch(changes)
        #expect((0..<batch.count).map { batch[$0].key } == keys)
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `when keys are beginnings of one another, with bytes at both ends of the range`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var keys: Set<[UInt8]> = []
        while keys.count < 6_000 {
            let stem = Array("stem-\(Int.random(in: 0...2, using: &generator))-".utf8)
            let fill: UInt8 = Bool.random(using: &generator) ? 0 : 255
            let middle = [UInt8](repeating: fill, count: Int.random(in: 0..<12, using: &generator))
            let tail = (0..<Int.random(in: 0..<6, using: &generator)).map { _ in
                ([0, 127, 254] as [UInt8]).randomElement(using: &generator) ?? 0
            }
            let number = Int.random(in: -5_000..<5_000, using: &generator)
            keys.insert(stem + middle + tail + (number < 0 ? [] : Array("\(number)".utf8)))
        }
        let changes = keys.compactMap { bytes in
            TreeKey(bytes: bytes, realmByteCount: 1, orderByteCount: 1).map { TreeMutation($0, .remove) }
        }
        let expected = keys.sorted { $0.lexicographicallyPrecedes($1) }
        let batch = try TreeBatch(changes)
        #expect((0..<batch.count).map { batch[$0].key.bytes } == expected)
    }

    @Test(arguments: [2, 300, 9_000], [0, 3])
    func `and two changes of one key are refused, wherever they stand`(count: Int, gap: Int) throws {
        var generator = SeededGenerator(seed: UInt64(count))
        let keys = keys(count, using: &generator)
        let repeated = keys[count / 2]
        var runs = [TreeChanges(keys.map { TreeMutation($0, .remove) })]
        for _ in 0..<gap { runs.append(TreeChanges()) }
        runs.append(TreeChanges([TreeMutation(repeated, .inline([1], blob: 0))]))
        let error = #expect(throws: TreeError.self) { try TreeBatch(runs) }
        guard case .repeatedKey(repeated.bytes)? = error else {
            Issue.record("expected the repeated key, found \(String(describing: error))")
            return
        }
    }

    @Test func `and a key that is too long is refused`() {
        var order = TupleBytes()
        order.append(text: String(repeating: "k", count: TreeKey.maximumByteCount))
        let long = TreeMutation(TreeKey(realm: TupleBytes(), order: order), .remove)
        let error = #expect(throws: TreeError.self) { try TreeBatch([TreeMutation(sampleKey(1), .remove), long]) }
        guard case .keyTooLong(let count)? = error else {
            Issue.record("expected a key that is too long, found \(String(describing: error))")
            return
        }
        #expect(count == long.key.bytes.count)
    }
}

import AvowProof
import AvowStorage
import TestSupport
import Testing

@testable import AvowTree

@Suite struct `A reader that has nothing in memory` {
    @Test(arguments: 0..<4 as Range<UInt64>)
    func `finds and proves what one finds and proves that has all, once and again`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let fixture = try TreeFixture()
        let transaction = try fixture.storage.begin(patience: .seconds(1))
        let count = [40, 700, 9_000, 9_000][Int(seed)]
        var update = fixture.update(.empty, nextNodeID: 1, transaction)
        try update.apply(
            (0..<count).map { sampleKey($0 * 2) }.sorted { $0 < $1 }.map { key in
                TreeMutation(
                    key, key.bytes.count % 2 == 0 ? .inline(key.bytes, blob: 3) : .record(sampleDigest(7), blob: 5))
            })
        // Small changes leave nodes that rest as patches of others.
        if seed == 3 {
            for number in stride(from: 1, to: count, by: 411) {
                var next = fixture.update(update.root, nextNodeID: update.nextNodeID, transaction)
                try next.apply([TreeMutation(sampleKey(number), .record(sampleDigest(number), blob: 1))])
                update = next
            }
        }
        let warm = fixture.reader(update.root, transaction)
        func cold(_ capacity: Int = 32 << 20) -> TreeReader {
            TreeReader(
                root: update.root, snapshot: transaction, sealer: fixture.sealer, cache: NodeCache(capacity: capacity))
        }
        let one = cold()
        for _ in 0..<300 {
            let key = sampleKey(Int.random(in: 0...(2 * count), using: &generator))
            let expected = try warm.find(key)?.stored
            // Opened, then decoded, then in memory; and with no memory at all.
            for reader in [one, one, one, cold(0)] {
                #expect(try reader.find(key)?.stored == expected, "seed \(seed)")
            }
            #expect(try cold().find(key, isShown: true)?.stored == expected)
        }
        for _ in 0..<60 {
            let ranks = (0..<Int.random(in: 1...4, using: &generator)).map { _ in
                UInt64.random(in: 0..<update.root.count, using: &generator)
            }
            func proof(_ reader: TreeReader) throws -> [UInt8] {
                var prover = TreeProver(reader)
                for (index, rank) in ranks.enumerated() {
                    if index % 2 == 0 { prover.show(entryAt: rank) } else { prover.show(orderAt: rank) }
                }
                return try prover.finish()
            }
            let expected = try proof(warm)
            for reader in [one, one, cold()] { #expect(try proof(reader) == expected, "seed \(seed)") }
            let proven = try TreeProof(expected).verified(root: update.root.hash, count: update.root.count)
            #expect(proven.count == update.root.count)
        }
        transaction.abort()
    }
}

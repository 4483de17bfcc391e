import AvowProof
import AvowStorage
import AvowTree
import TestSupport
import Testing

@Suite struct `Looking up many keys at once` {
    @Test(arguments: [0, 1, 60, 5_000])
    func `finds what looking them up one by one finds`(count: Int) throws {
        let fixture = try TreeFixture()
        let transaction = try fixture.storage.begin(patience: .seconds(1))
        var update = fixture.update(.empty, nextNodeID: 1, transaction)
        let present = (0..<count).map { sampleKey($0 * 2) }
        try update.apply(
            present.sorted { $0 < $1 }.map { key in
                TreeMutation(key, .inline(key.bytes, blob: UInt64(key.bytes.count)))
            })
        let reader = fixture.reader(update.root, transaction)
        var random = SeededGenerator(seed: UInt64(count))
        for asked in [0, 1, 7, 300, 4_000] {
            var keys = (0..<asked).map { _ in sampleKey(Int(random.next() % UInt64(count * 2 + 10))) }
            // The same bytes cut elsewhere are another key, and a key may be asked for twice.
            for key in keys.prefix(20) {
                if let other = TreeKey(
                    bytes: key.bytes, realmByteCount: key.realmByteCount - 1, orderByteCount: key.orderByteCount)
                {
                    keys.append(other)
                }
            }
            keys.sort { $0 < $1 }
            let found = try reader.entries(for: keys).map { $0?.stored }
            #expect(found == (try keys.map { try reader.entry(for: $0) }))
            #expect(count == 0 || asked < 300 || found.contains { $0 != nil } && found.contains { $0 == nil })
        }
        transaction.abort()
    }
}

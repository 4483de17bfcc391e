import AvowProof
import AvowStorage
import TestSupport
import Testing

@testable import AvowTree

/// Reading a tree run by run, against reading it one by one.
@Suite struct `Runs of entries` {
    @Test(arguments: [0, 1, 2, 700, 9_000])
    func `are the entries that follow one another, in both directions`(count: Int) throws {
        let fixture = try TreeFixture()
        let transaction = try fixture.storage.begin(patience: .seconds(1))
        defer { transaction.abort() }
        var update = fixture.update(.empty, nextNodeID: 1, transaction)
        try update.apply((0..<count).map { TreeMutation(sampleKey($0), .record(sampleDigest($0), blob: UInt64($0))) })
        let reader = fixture.reader(update.root, transaction)
        var random = SeededGenerator(seed: UInt64(count))
        for _ in 0..<20 {
            let descending = Bool.random(using: &random)
            var single = try reader.cursor(at: UInt64(random.below(count + 1)))
            var several = single
            var left = random.below(2 * count + 1)
            while let run = try several?.ahead(UInt64(left), descending: descending) {
                #expect(run.keys.count <= left)
                // Not all that is ahead is read.
                let read = random.below(3) == 0 ? 1 + random.below(run.keys.count) : run.keys.count
                var before: [UInt8] = []
                for index in 0..<read {
                    let entry = try #require(descending ? try single?.previous() : try single?.next())
                    let place = run.keys[index]
                    #expect(place.key == entry.key && run[index].rank == entry.rank && run[index].value == entry.value)
                    #expect(Array(place.bytes[place.owner]) == Array(entry.key.bytes[entry.key.owner]))
                    let shared = ByteOrder.commonPrefix(entry.key.bytes.span, before.span)
                    #expect(place.sharedByteCount <= shared)
                    before = entry.key.bytes
                }
                let ranks = several?.move(over: read, descending: descending)
                #expect(ranks?.count == read && several?.rank == single?.rank)
                left -= read
            }
            let rest = descending ? single?.rank ?? 0 : UInt64(count) - (single?.rank ?? UInt64(count))
            #expect(left == 0 || rest == 0)
        }
    }
}

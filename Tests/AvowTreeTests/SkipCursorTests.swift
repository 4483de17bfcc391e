import AvowProof
import AvowStorage
import TestSupport
import Testing

@testable import AvowTree

/// Leaping over the real tree and over proofs of it, against a sorted list.
@Suite struct `Leaps over the tree` {
    private struct Leap: Equatable {
        let order: [UInt8]
        let count: UInt64
    }

    /// Entries of three realms, many with an order in common.
    private static func keys(_ count: Int) -> [TreeKey] {
        (0..<count).map { number in
            var realm = TupleBytes()
            realm.append(UInt64(number % 3))
            var order = TupleBytes()
            // Some orders have one entry, some hundreds.
            order.append(UInt64(number % 7 == 0 ? number / 30 : number / 500))
            var owner = TupleBytes()
            owner.append(UInt64(number))
            return TreeKey(realm: realm, order: order, owner: owner)
        }.sorted { $0 < $1 }
    }

    private static func range(_ realm: UInt64, from first: UInt64? = nil) -> KeyRange {
        var prefix = TupleBytes()
        prefix.append(realm)
        let whole = KeyRange(prefix: prefix.bytes)
        guard let first else { return whole }
        prefix.append(first)
        return KeyRange(lower: prefix.bytes, upper: whole.upper)
    }

    private static func expected(_ keys: [TreeKey], _ range: KeyRange) -> [Leap] {
        var leaps: [Leap] = []
        for key in keys where range.contains(key.bytes) {
            let order = Array(key.bytes[key.order])
            let count = leaps.last?.order == order ? leaps.removeLast().count : 0
            leaps.append(Leap(order: order, count: count + 1))
        }
        return leaps
    }

    private static func end(_ place: KeyPlace) -> [UInt8] {
        KeyRange(prefix: Array(place.bytes[place.realm.lowerBound..<place.order.upperBound])).upper ?? []
    }

    private static func prove(
        _ keys: [TreeKey], _ range: KeyRange, _ reader: TreeReader, without hidden: Int? = nil
    ) throws -> (leaps: [Leap], proof: ProvenTree, shown: Int) {
        var leaps: [Leap] = []
        var orders: [UInt64] = []
        var cursor = try reader.skipCursor(from: range.lower)
        while cursor.isBelow(range.upper), let place = cursor.key {
            orders.append(cursor.rank)
            let count = try cursor.skip(to: end(place))
            orders.append(cursor.rank - 1)
            leaps.append(Leap(order: Array(place.bytes[place.order]), count: count))
        }
        let ranks = Set(orders).sorted()
        var prover = TreeProver(reader)
        // The last of a range may be shown by the range's bounds, too.
        try prover.show(boundsOf: range)
        for rank in ranks where hidden.map({ ranks[$0] }) != rank { prover.show(orderAt: rank) }
        let proof = try TreeProof(prover.finish()).verified(root: reader.root.hash, count: reader.root.count)
        return (leaps, proof, ranks.count)
    }

    private static func leaps(_ range: KeyRange, over proof: ProvenTree) throws(TreeProofError) -> [Leap] {
        var leaps: [Leap] = []
        var cursor = try proof.skipCursor(over: range)
        while let place = try cursor.key() {
            let count = try cursor.skip(to: end(place))
            leaps.append(Leap(order: Array(place.bytes[place.order]), count: count))
        }
        return leaps
    }

    @Test(arguments: [0, 1, 2, 40, 900, 15_000])
    func `count what a list counts, and so does their proof`(count: Int) throws {
        let fixture = try TreeFixture()
        let transaction = try fixture.storage.begin(patience: .seconds(1))
        defer { transaction.abort() }
        let keys = Self.keys(count)
        var update = fixture.update(.empty, nextNodeID: 1, transaction)
        try update.apply(keys.map { TreeMutation($0, .record(sampleDigest(1), blob: 1)) })
        let reader = fixture.reader(update.root, transaction)
        var generator = SeededGenerator(seed: UInt64(count))
        let ranges = [Self.range(0), Self.range(1), Self.range(2), Self.range(7), Self.range(1, from: 9)]
        for range in ranges {
            let expected = Self.expected(keys, range)
            let (leaps, proof, shown) = try Self.prove(keys, range, reader)
            #expect(leaps == expected)
            #expect(try Self.leaps(range, over: proof) == expected)
            // With any of what was shown hidden the proof is refused, unless the range's bounds show it.
            for _ in 0..<min(shown, 40) {
                let hidden = Int.random(in: 0..<shown, using: &generator)
                let (_, forged, _) = try Self.prove(keys, range, reader, without: hidden)
                do throws(TreeProofError) {
                    #expect(try Self.leaps(range, over: forged) == expected && [0, shown - 1].contains(hidden))
                } catch {
                    switch error {
                    case .incomplete, .partialLeaf, .undecidedLeaf: continue
                    default: Issue.record("\(error)")
                    }
                }
            }
        }
    }
}

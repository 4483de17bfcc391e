import AvowProof
import TestSupport
import Testing

@testable import AvowTree

@Suite struct `Searching a leaf node` {
    /// Few different bytes, so that keys begin alike, and stop where others go on.
    private static func bytes(_ most: Int, using generator: inout SeededGenerator) -> [UInt8] {
        (0..<Int.random(in: 0...most, using: &generator)).map { _ in
            [0, 1, 0xFF].randomElement(using: &generator) ?? 0
        }
    }

    private static func entries(_ keys: [[UInt8]]) -> LeafEntries {
        var entries = LeafEntries()
        for key in keys {
            entries.append(
                key: key.span, realmByteCount: 0, orderByteCount: key.count, value: TreeHash.empty, blob: 0,
                inline: [UInt8]().span, sharedByteCount: entries.sharedWithLast(key.span))
        }
        return entries
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `going along the entries finds what halving finds, from any entry on`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<40 {
            let most = Int.random(in: 1...24, using: &generator)
            var keys: Set<[UInt8]> = []
            for _ in 0..<Int.random(in: 0...90, using: &generator) {
                keys.insert(Self.bytes(most, using: &generator))
            }
            let sorted = keys.sorted { $0.lexicographicallyPrecedes($1) }
            let entries = Self.entries(sorted)
            for _ in 0..<60 {
                let bound =
                    Bool.random(using: &generator)
                    ? Self.bytes(most + 2, using: &generator)
                    : (sorted.randomElement(using: &generator) ?? []) + [0]
                let start = Int.random(in: 0...sorted.count, using: &generator)
                let expected = sorted[start...].firstIndex { !$0.lexicographicallyPrecedes(bound) } ?? sorted.count
                #expect(entries.lowerBound(bound.span, along: start) == expected, "seed \(seed)")
                #expect(entries.lowerBound(bound.span, from: start) == expected, "seed \(seed)")
            }
        }
    }
}

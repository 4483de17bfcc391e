import AvowProof
import AvowStorage
import TestSupport
import Testing

@testable import AvowTree

@Suite struct `Proofs of real trees prove what was asked and show no more` {
    /// A tree of `count` entries with the sorted entries beside it.
    private struct Sample {
        let fixture: TreeFixture
        let transaction: any StorageTransaction
        let reader: TreeReader
        let entries: [TreeEntry]
        let numbers: Set<Int>

        init(count: Int, seed: UInt64) throws {
            var generator = SeededGenerator(seed: seed)
            fixture = try TreeFixture()
            transaction = try fixture.storage.begin(patience: .seconds(1))
            var numbers: Set<Int> = []
            while numbers.count < count { numbers.insert(Int.random(in: 0..<(3 * count), using: &generator)) }
            self.numbers = numbers
            entries = numbers.map { TreeEntry(key: sampleKey($0), value: sampleDigest($0)) }.sorted { $0.key < $1.key }
            var update = fixture.update(.empty, nextNodeID: 1, transaction)
            try update.apply(entries.map { TreeMutation($0.key, .record($0.value, blob: 1)) })
            reader = fixture.reader(update.root, transaction)
        }

        var count: Int { entries.count }

        /// A reader with a cache of its own.
        func reader(cacheOf capacity: Int) -> TreeReader {
            TreeReader(
                root: reader.root, snapshot: transaction, sealer: fixture.sealer, cache: NodeCache(capacity: capacity))
        }

        /// A reader that has read all nodes.
        func readerOfAll() throws -> TreeReader {
            let reader = reader(cacheOf: 32 << 20)
            guard var cursor = try reader.cursor(at: 0) else { return reader }
            while let run = try cursor.ahead(.max, descending: false) {
                _ = cursor.move(over: run.keys.count, descending: false)
            }
            return reader
        }

        func rank(of bound: [UInt8]) -> Int {
            var low = 0
            var high = entries.count
            while low < high {
                let middle = (low + high) / 2
                if entries[middle].key.bytes.lexicographicallyPrecedes(bound) {
                    low = middle + 1
                } else {
                    high = middle
                }
            }
            return low
        }

        func ranks(in range: KeyRange) -> Range<Int> {
            let lower = rank(of: range.lower)
            return lower..<max(lower, range.upper.map(rank) ?? count)
        }

        func randomRange(using generator: inout SeededGenerator) -> KeyRange {
            let first = Int.random(in: 0...count, using: &generator)
            let length = [0, 1, 2, 9, 70, 400].randomElement(using: &generator) ?? 0
            func key(_ rank: Int) -> TreeKey {
                rank < count ? entries[rank].key : sampleKey(Int.random(in: 0..<max(3 * count, 1), using: &generator))
            }
            let lower = key(first)
            let upper = key(min(first + length, count))
            switch Int.random(in: 0...5, using: &generator) {
            case 0: return KeyRange(prefix: Array(lower.bytes[..<lower.order.upperBound]))
            case 1: return KeyRange(lower: lower.bytes + [0], upper: upper.bytes)
            case 2: return KeyRange(lower: upper.bytes, upper: nil)
            case 3: return KeyRange(lower: [], upper: lower.bytes)
            case 4:
                return KeyRange(
                    lower: Array(lower.bytes[..<lower.order.upperBound]),
                    upper: Array(upper.bytes[..<upper.order.upperBound]))
            default: return KeyRange(lower: lower.bytes, upper: upper.bytes)
            }
        }

        func verified(_ proof: [UInt8]) throws -> ProvenTree {
            try TreeProof(proof).verified(root: reader.root.hash, count: UInt64(count))
        }
    }

    /// What a reader asked, and so what a verifier will ask.
    private enum Question {
        case entry(TreeKey)
        case range(KeyRange)
        case count(KeyRange)
        case limit(KeyRange, Int, descending: Bool)
    }

    @Test(arguments: [0, 1, 2, 63, 700, 2_500, 20_000])
    func `random mixes of points, ranges, counts and limits agree with the sorted entries`(count: Int) throws {
        let sample = try Sample(count: count, seed: UInt64(count))
        defer { sample.transaction.abort() }
        var generator = SeededGenerator(seed: UInt64(count) + 1)
        for round in 0..<(count > 5_000 ? 15 : 25) {
            var prover = TreeProver(sample.reader)
            var questions: [Question] = []
            var full: Set<Int> = []
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let range = sample.randomRange(using: &generator)
                let ranks = sample.ranks(in: range)
                switch Int.random(in: 0...3, using: &generator) {
                case 0:
                    let number = Int.random(in: 0..<max(3 * count, 5), using: &generator)
                    let key = sampleKey(number)
                    questions.append(.entry(key))
                    try prover.show(entryFor: key)
                    if sample.numbers.contains(number) { full.insert(sample.rank(of: key.bytes)) }
                case 1 where ranks.count < 1_500:
                    questions.append(.range(range))
                    try prover.show(entriesOf: range)
                    full.formUnion(ranks)
                case 2:
                    questions.append(.count(range))
                    let shown = try prover.show(boundsOf: range)
                    #expect(range.isEmpty || shown == UInt64(ranks.lowerBound)..<UInt64(ranks.upperBound))
                default:
                    // As a query with a LIMIT reads: one bound, then entry by entry, and no further.
                    let descending = Bool.random(using: &generator)
                    let limit = Int.random(in: 0...20, using: &generator)
                    guard !range.isEmpty else { continue }
                    questions.append(.limit(range, limit, descending: descending))
                    if descending {
                        if let upper = range.upper { try prover.show(positionOf: upper) }
                    } else {
                        try prover.show(positionOf: range.lower)
                    }
                    let read = descending ? ranks.suffix(limit) : ranks.prefix(limit)
                    for rank in read { prover.show(entryAt: UInt64(rank)) }
                    full.formUnion(read)
                    if ranks.count < limit { try prover.show(boundsOf: range) }
                }
            }
            let evidence = prover.evidence
            let proof = try prover.finish()
            // With all nodes and their hashes in memory; with hardly any, so that parts are written by the reader's own thread;
            // and with all nodes as they were written.
            let reader =
                switch round % 3 {
                case 0: sample.reader
                case 1: sample.reader(cacheOf: 16 << 10)
                default: try sample.readerOfAll()
                }
            var again = TreeProver(reader)
            again.show(evidence)
            let leavesInPart = [1, 3, 50][round / 3 % 3]
            #expect(try again.finish(leavesInPart: leavesInPart) == proof, "count \(count), round \(round)")
            let tree = try sample.verified(proof)
            for question in questions { try check(question, tree, sample, "count \(count), round \(round)") }
            try checkDisclosure(proof, full, questions, sample, "count \(count), round \(round)")
        }
    }

    private func check(_ question: Question, _ tree: ProvenTree, _ sample: Sample, _ context: String) throws {
        switch question {
        case .entry(let key):
            let rank = sample.rank(of: key.bytes)
            let expected = rank < sample.count && sample.entries[rank].key == key ? sample.entries[rank] : nil
            #expect(try tree.entry(for: key) == expected, "\(context)")
        case .count(let range):
            #expect(try tree.count(in: range) == UInt64(sample.ranks(in: range).count), "\(context)")
        case .range(let range):
            for descending in [false, true] {
                var cursor = try tree.cursor(over: range, descending: descending)
                var found: [TreeEntry] = []
                while let entry = try cursor.next() { found.append(entry) }
                let expected = range.isEmpty ? [] : Array(sample.entries[sample.ranks(in: range)])
                #expect(found == (descending ? expected.reversed() : expected), "\(context)")
            }
            #expect(try tree.count(in: range) == UInt64(range.isEmpty ? 0 : sample.ranks(in: range).count))
        case .limit(let range, let limit, let descending):
            var cursor = try tree.cursor(over: range, descending: descending)
            var found: [TreeEntry] = []
            while found.count < limit, let entry = try cursor.next() { found.append(entry) }
            let ranks = sample.ranks(in: range)
            let expected = sample.entries[descending ? ranks.suffix(limit) : ranks.prefix(limit)]
            #expect(found == (descending ? expected.reversed() : Array(expected)), "\(context)")
        }
    }

    /// Every leaf that is shown whole was asked for, or stands beside a bound that cannot be decided with less.
    private func checkDisclosure(
        _ proof: [UInt8], _ full: Set<Int>, _ questions: [Question], _ sample: Sample, _ context: String
    ) throws {
        var bounds: [[UInt8]] = []
        for question in questions {
            switch question {
            case .entry(let key): bounds += [key.bytes, key.bytes + [0]]
            case .range(let range), .count(let range), .limit(let range, _, _):
                bounds += [range.lower] + (range.upper.map { [$0] } ?? [])
            }
        }
        for (rank, disclosure) in try ShownLeaves(proof).leaves where !full.contains(rank) {
            let key = sample.entries[rank].key
            let neededByteCount = bounds.filter { bound in
                let position = sample.rank(of: bound)
                return position == rank || position == rank + 1
            }.map { bound in
                // The byte in which they differ; when the bound is a prefix of the key, the bound is enough.
                let shared = zip(key.bytes, bound).prefix { $0 == $1 }.count
                return shared == bound.count ? shared : shared + 1
            }.max()
            let byteCount = try #require(neededByteCount, "\(context): leaf \(rank) is shown for nothing")
            let needed: LeafDisclosure =
                byteCount <= key.realmByteCount ? .realm : byteCount <= key.order.upperBound ? .order : .full
            #expect(disclosure <= needed, "\(context): leaf \(rank) shows more than its order needs")
        }
    }

    @Test func `the empty bound and the open end show nothing`() throws {
        let sample = try Sample(count: 300, seed: 5)
        defer { sample.transaction.abort() }
        var prover = TreeProver(sample.reader)
        #expect(try prover.show(boundsOf: KeyRange(lower: [], upper: nil)) == 0..<300)
        let proof = try prover.finish()
        #expect(try ShownLeaves(proof).leaves.isEmpty)
        #expect(try sample.verified(proof).count(in: KeyRange(lower: [], upper: nil)) == 300)
    }

    @Test(arguments: [0, 1, 90, 3_000])
    func `ranks, counts and cursors of a reader are those of the sorted entries`(count: Int) throws {
        let sample = try Sample(count: count, seed: 77 + UInt64(count))
        defer { sample.transaction.abort() }
        var generator = SeededGenerator(seed: 78)
        for _ in 0..<150 {
            let range = sample.randomRange(using: &generator)
            #expect(try sample.reader.rank(of: range.lower) == UInt64(sample.rank(of: range.lower)))
            let expected = range.isEmpty ? 0 : sample.ranks(in: range).count
            #expect(try sample.reader.count(in: range) == UInt64(expected))
            guard var cursor = try sample.reader.cursor(from: range.lower) else {
                #expect(count == 0)
                continue
            }
            // A walk to and fro.
            var position = sample.rank(of: range.lower)
            for _ in 0..<30 {
                #expect(cursor.rank == UInt64(position))
                if Bool.random(using: &generator) {
                    let next = try cursor.next()
                    #expect(next?.entry == (position < count ? sample.entries[position] : nil))
                    #expect(next.map { $0.rank == UInt64(position) } ?? true)
                    position = min(position + 1, count)
                } else {
                    #expect(try cursor.previous()?.entry == (position > 0 ? sample.entries[position - 1] : nil))
                    position = max(position - 1, 0)
                }
            }
            let key = sampleKey(Int.random(in: 0..<max(3 * count, 5), using: &generator))
            let rank = sample.rank(of: key.bytes)
            let isThere = rank < count && sample.entries[rank].key == key
            #expect(try sample.reader.entry(for: key)?.entry == (isThere ? sample.entries[rank] : nil))
        }
        if var cursor = try sample.reader.cursor(at: UInt64.max) {
            #expect(cursor.rank == UInt64(count))
            #expect(try cursor.next() == nil)
        }
    }
}

/// The leaves that a proof shows, by rank: a reader of the proof's bytes of its own, since what a proven tree shows in
/// part is no one's business but a test's.
private struct ShownLeaves {
    private(set) var leaves: [(rank: Int, disclosure: LeafDisclosure)] = []

    init(_ proof: [UInt8]) throws {
        var offset = 0
        func varint() -> Int {
            var value = 0
            var shift = 0
            while true {
                let byte = proof[offset]
                offset += 1
                value |= Int(byte & 0x7F) << shift
                if byte < 0x80 { return value }
                shift += 7
            }
        }
        func skipString() { offset += varint() }
        var rank = 0
        while offset < proof.count {
            let head = proof[offset]
            offset += 1
            if head >> 3 == 31 { _ = varint() }
            guard let disclosure = LeafDisclosure(rawValue: head & 3) else {
                rank += varint()
                offset += 32
                continue
            }
            if head & 4 == 0 { skipString() }
            if disclosure >= .order {
                _ = varint()
                skipString()
            }
            if disclosure == .full { skipString() }
            offset += 32
            leaves.append((rank, disclosure))
            rank += 1
        }
    }
}

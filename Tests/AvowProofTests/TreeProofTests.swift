import TestSupport
import Testing

@testable import AvowProof

@Suite struct `A tree proof proves what it shows and nothing else` {
    /// A random tree, what is shown of it, and for any question the answer that a reader of the sorted entries gives.
    private struct Sample {
        let seed: UInt64
        let entries: [TreeEntry]
        var shown: [UInt64: LeafDisclosure] = [:]
        let tree: NaiveTree?

        init(seed: UInt64, most: Int, using generator: inout SeededGenerator) {
            self.seed = seed
            entries = sampleEntries(Int.random(in: 0...most, using: &generator), using: &generator)
            tree = NaiveTree.random(entries, using: &generator)
            let disclosures: [LeafDisclosure] = [.full, .full, .full, .order, .realm]
            // Runs of leaves, so that ranges are often shown whole.
            let density = Int.random(in: 0...6, using: &generator)
            var isShowing = false
            for rank in entries.indices {
                if Int.random(in: 0..<4, using: &generator) == 0 {
                    isShowing = Int.random(in: 0..<6, using: &generator) < density
                }
                if isShowing { shown[UInt64(rank)] = disclosures.randomElement(using: &generator) }
            }
        }

        var root: Digest { tree?.hash ?? TreeHash.empty }
        var proof: [UInt8] { tree?.proof(shown) ?? [] }
        var count: Int { entries.count }

        func proven() throws -> ProvenTree {
            try TreeProof(proof).verified(root: root, count: UInt64(count))
        }

        func rank(of bound: [UInt8]) -> Int {
            entries.count { $0.key.bytes.lexicographicallyPrecedes(bound) }
        }

        /// The bytes of a leaf's key that are shown, and whether they are all of it; nil when it is hidden.
        func visible(_ rank: Int) -> (bytes: [UInt8], isWhole: Bool)? {
            let key = entries[rank].key
            switch shown[UInt64(rank)] {
            case .full: return (key.bytes, true)
            case .order: return (Array(key.bytes[..<key.order.upperBound]), false)
            case .realm: return (Array(key.bytes[key.realm]), false)
            case nil: return nil
            }
        }

        /// Whether what is shown of a leaf leaves but one answer to whether it lies below `bound`; nil when hidden.
        func isDecided(_ rank: Int, _ bound: [UInt8]) -> Bool? {
            guard let (bytes, isWhole) = visible(rank) else { return nil }
            // Whatever may follow lies between nothing and endless 0xFF.
            let least = bytes.lexicographicallyPrecedes(bound)
            let greatest =
                isWhole ? least : (bytes + [UInt8](repeating: 0xFF, count: 60)).lexicographicallyPrecedes(bound)
            return least == greatest
        }

        func isFixed(_ bound: [UInt8]) -> Bool {
            let rank = rank(of: bound)
            return bound.isEmpty
                || ((rank == 0 || isDecided(rank - 1, bound) == true)
                    && (rank == count || isDecided(rank, bound) == true))
        }

        func isFixed(_ range: KeyRange) -> Bool {
            range.isEmpty || (isFixed(range.lower) && (range.upper.map(isFixed) ?? true))
        }

        /// Checks that an error tells the truth about what is hidden.
        func check(_ error: TreeProofError) {
            switch error {
            case .incomplete(let rank, let count):
                let hidden = rank..<(rank + count)
                #expect(count > 0 && hidden.upperBound <= UInt64(self.count), "seed \(seed): \(error)")
                #expect(hidden.allSatisfy { shown[$0] == nil }, "seed \(seed): \(error)")
            case .undecidedLeaf(let rank), .partialLeaf(let rank):
                #expect(shown[rank] == .order || shown[rank] == .realm, "seed \(seed): \(error)")
            default:
                Issue.record("seed \(seed): \(error)")
            }
        }

        /// A bound at, beside or between entries, or far from all.
        func randomBound(using generator: inout SeededGenerator) -> [UInt8] {
            let key = entries.randomElement(using: &generator)?.key ?? sampleKey(0)
            switch Int.random(in: 0...7, using: &generator) {
            case 0: return []
            case 1: return Array(key.bytes[key.realm])
            case 2: return Array(key.bytes[..<key.order.upperBound])
            case 3: return key.bytes
            case 4: return key.bytes + [0]
            case 5: return KeyRange.successor(ofPrefix: Array(key.bytes[..<key.order.upperBound])) ?? []
            case 6: return KeyRange.successor(ofPrefix: Array(key.bytes[key.realm])) ?? []
            default: return sampleKey(Int.random(in: 0..<2_000, using: &generator)).bytes
            }
        }

        func randomRange(using generator: inout SeededGenerator) -> KeyRange {
            let upper = Int.random(in: 0...9, using: &generator) == 0 ? nil : randomBound(using: &generator)
            return KeyRange(lower: randomBound(using: &generator), upper: upper)
        }
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func `counts, entries and cursors are those of the sorted entries, or refused when something needed is hidden`(
        seed: UInt64
    ) throws {
        var generator = SeededGenerator(seed: seed)
        let sample = Sample(seed: seed, most: seed % 4 == 0 ? 300 : 40, using: &generator)
        let tree = try sample.proven()
        #expect(tree.count == UInt64(sample.count))
        for _ in 0..<60 {
            let range = sample.randomRange(using: &generator)
            checkCount(range, tree, sample)
            checkCursor(range, descending: false, tree, sample)
            checkCursor(range, descending: true, tree, sample)
            let present = sample.entries.randomElement(using: &generator)?.key
            let key = Bool.random(using: &generator) ? present : nil
            checkEntry(key ?? sampleKey(Int.random(in: 0..<2_000, using: &generator)), tree, sample)
        }
    }

    private func checkCount(_ range: KeyRange, _ tree: ProvenTree, _ sample: Sample) {
        do throws(TreeProofError) {
            let count = try tree.count(in: range)
            let isIn = sample.entries.count { range.contains($0.key.bytes) }
            #expect(count == UInt64(isIn), "seed \(sample.seed)")
            #expect(sample.isFixed(range), "seed \(sample.seed): a bound was not fixed")
        } catch {
            #expect(!sample.isFixed(range), "seed \(sample.seed): \(error)")
            sample.check(error)
        }
    }

    private func checkEntry(_ key: TreeKey, _ tree: ProvenTree, _ sample: Sample) {
        let rank = sample.entries.firstIndex { $0.key == key }
        let isProvable =
            if let rank { sample.shown[UInt64(rank)] == .full } else { sample.isFixed(KeyRange(only: key)) }
        do throws(TreeProofError) {
            let entry = try tree.entry(for: key)
            #expect(entry == rank.map { sample.entries[$0] }, "seed \(sample.seed)")
            #expect(isProvable, "seed \(sample.seed)")
        } catch {
            #expect(!isProvable, "seed \(sample.seed): \(error)")
            sample.check(error)
        }
    }

    private func checkCursor(_ range: KeyRange, descending: Bool, _ tree: ProvenTree, _ sample: Sample) {
        var cursor: ProvenCursor
        let start = descending ? range.upper : range.lower
        let isStartFixed = range.isEmpty || (start.map(sample.isFixed) ?? true)
        do throws(TreeProofError) {
            cursor = try tree.cursor(over: range, descending: descending)
            #expect(isStartFixed, "seed \(sample.seed)")
        } catch {
            #expect(!isStartFixed, "seed \(sample.seed): \(error)")
            return sample.check(error)
        }
        if range.isEmpty {
            #expect((try? cursor.next()) == .some(nil), "seed \(sample.seed)")
            return
        }
        var position = start.map(sample.rank) ?? sample.count
        while true {
            let rank = descending ? position - 1 : position
            let isAtEnd = rank < 0 || rank >= sample.count
            let bound = descending ? range.lower : range.upper
            let expected: Result<TreeEntry?, TreeProofError>
            if isAtEnd {
                expected = .success(nil)
            } else if sample.shown[UInt64(rank)] == nil {
                expected = .failure(.incomplete(rank: 0, count: 0))
            } else if let bound, sample.isDecided(rank, bound) == false {
                expected = .failure(.undecidedLeaf(rank: UInt64(rank)))
            } else if !range.contains(sample.entries[rank].key.bytes) {
                expected = .success(nil)
            } else if sample.shown[UInt64(rank)] != .full {
                expected = .failure(.partialLeaf(rank: UInt64(rank)))
            } else {
                expected = .success(sample.entries[rank])
            }
            do throws(TreeProofError) {
                let entry = try cursor.next()
                guard case .success(entry) = expected else {
                    Issue.record("seed \(sample.seed): found \(String(describing: entry)), expected \(expected)")
                    return
                }
                if entry == nil { return }
            } catch {
                sample.check(error)
                switch (expected, error) {
                case (.failure(.incomplete), .incomplete(let first, let count)):
                    #expect((first..<(first + count)).contains(UInt64(rank)), "seed \(sample.seed)")
                case (.failure(error), _): break
                default: Issue.record("seed \(sample.seed): \(error), expected \(expected)")
                }
                // What was refused once is refused again: an error moves no cursor.
                #expect(throws: error) { try cursor.next() }
                return
            }
            position += descending ? -1 : 1
        }
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func `the root and the number of leaves follow from any part that is shown`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: 1_000 + seed)
        let sample = Sample(seed: seed, most: 80, using: &generator)
        let proof = try TreeProof(sample.proof)
        #expect(proof.root == sample.root)
        #expect(proof.count == UInt64(sample.count))
        #expect(throws: TreeProofError.wrongCount(expected: UInt64(sample.count) + 1, found: UInt64(sample.count))) {
            try proof.verified(root: sample.root, count: UInt64(sample.count) + 1)
        }
        #expect(throws: TreeProofError.wrongRoot(expected: sampleDigest(0), found: sample.root)) {
            try proof.verified(root: sampleDigest(0), count: UInt64(sample.count))
        }
    }

    @Test func `a leaf that shows little for one bound does not hide the answer for another`() throws {
        // The third leaf shows only its realm or order, which is enough for what bounds those and tells nothing about
        // owners. It stands where a search by halving looks first.
        let entries = (1...4).map { number in
            TreeEntry(
                key: TreeKey(realm: tuple(.integer(1)), order: tuple(.text("a")), owner: tuple(.integer(number))),
                value: sampleDigest(Int(number)))
        }
        let tree = try #require(NaiveTree.binary(entries.map(NaiveTree.leaf)[...]))
        let absent = TreeKey(realm: tuple(.integer(1)), order: tuple(.text("a")), owner: tuple(.bytes([1])))
        for third in [LeafDisclosure.realm, .order] {
            let shown: [UInt64: LeafDisclosure] = [0: .full, 1: .full, 2: third, 3: .realm]
            let proven = try TreeProof(tree.proof(shown)).verified(root: tree.hash, count: 4)
            #expect(try proven.entry(for: absent) == nil)
            #expect(try proven.entry(for: entries[0].key) == entries[0])
            let between = KeyRange(lower: entries[0].key.bytes, upper: entries[1].key.bytes)
            #expect(try proven.count(in: between) == 1)
            let all = KeyRange(prefix: tuple(.integer(1)).bytes)
            #expect(try proven.count(in: all) == 4)
        }
    }

    @Test func `the empty tree proves that there is nothing`() throws {
        let tree = try TreeProof([]).verified(root: TreeHash.empty, count: 0)
        #expect(tree.count == 0)
        #expect(try tree.entry(for: sampleKey(1)) == nil)
        #expect(try tree.count(in: KeyRange(prefix: [])) == 0)
        for descending in [false, true] {
            var cursor = try tree.cursor(over: KeyRange(prefix: []), descending: descending)
            #expect(try cursor.next() == nil)
        }
        #expect(throws: TreeProofError.self) { try TreeProof([]).verified(root: sampleDigest(1), count: 0) }
    }

    @Test func `a key with the same bytes and other cuts is not the entry`() throws {
        let entry = TreeEntry(key: sampleKey(40), value: sampleDigest(40))
        let tree = try TreeProof(NaiveTree.leaf(entry).proof([0: .full]))
            .verified(root: NaiveTree.leaf(entry).hash, count: 1)
        let other = try #require(
            TreeKey(
                bytes: entry.key.bytes, realmByteCount: entry.key.realmByteCount + 1,
                orderByteCount: entry.key.orderByteCount - 1))
        #expect(try tree.entry(for: entry.key) == entry)
        #expect(try tree.entry(for: other) == nil)
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `two leaves are refused exactly when what is shown of them cannot be in order`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<20 {
            let pair = (0..<2).map { _ in
                let number = Int.random(in: 0..<200, using: &generator)
                return TreeEntry(key: sampleKey(number), value: sampleDigest(number))
            }
            let tree = try #require(NaiveTree.binary(pair.map(NaiveTree.leaf)[...]))
            let disclosures: [LeafDisclosure] = [.full, .order, .realm]
            let shown = [0, 1].map { _ in disclosures.randomElement(using: &generator) ?? .full }
            let visible = zip(pair, shown).map { entry, disclosure in
                let key = entry.key
                switch disclosure {
                case .full: return key.bytes
                case .order: return Array(key.bytes[..<key.order.upperBound])
                case .realm: return Array(key.bytes[key.realm])
                }
            }
            // The first can be as small as what is shown of it; the second as great as endless 0xFF behind it.
            let greatest = visible[1] + (shown[1] == .full ? [] : [UInt8](repeating: 0xFF, count: 60))
            let isPossible = visible[0].lexicographicallyPrecedes(greatest)
            let proof = tree.proof([0: shown[0], 1: shown[1]])
            do throws(TreeProofError) {
                _ = try TreeProof(proof)
                #expect(isPossible, "seed \(seed)")
            } catch {
                #expect(error == .unorderedLeaves(rank: 1), "seed \(seed)")
                #expect(!isPossible, "seed \(seed)")
            }
        }
    }

    @Test func `a proof may nest as deep as the limit says and no deeper`() throws {
        for (depth, isAllowed) in [(256, true), (257, false)] {
            var writer = TreeProofWriter()
            for _ in 0..<depth { writer.inner() }
            for number in 0...depth { writer.pruned(count: 1, hash: sampleDigest(number)) }
            let proof = writer.finish()
            if isAllowed {
                #expect(try TreeProof(proof).count == UInt64(depth) + 1)
            } else {
                #expect(throws: TreeProofError.malformed(offset: 0, expected: "at most 256 nested nodes")) {
                    try TreeProof(proof)
                }
            }
        }
    }

    @Test(arguments: 0..<12 as Range<UInt64>)
    func `a proof with one byte changed is refused`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: 500 + seed)
        var sample = Sample(seed: seed, most: 24, using: &generator)
        while sample.count < 2 { sample = Sample(seed: seed, most: 24, using: &generator) }
        let proof = sample.proof
        let proven = try sample.proven()
        let thorough = Set((0..<3).map { _ in Int.random(in: proof.indices, using: &generator) })
        for index in proof.indices {
            let differences =
                thorough.contains(index) ? Array(1...255) : [UInt8.random(in: 1...255, using: &generator)]
            for difference in differences {
                var changed = proof
                changed[index] ^= difference
                guard
                    let other = try? TreeProof(changed).verified(root: sample.root, count: UInt64(sample.count))
                else { continue }
                #expect(other.account == proven.account, "seed \(seed), byte \(index) ^ \(difference)")
            }
        }
        for length in proof.indices {
            #expect(throws: TreeProofError.self, "seed \(seed), \(length) bytes") {
                try TreeProof(Array(proof.prefix(length))).verified(root: sample.root, count: UInt64(sample.count))
            }
        }
    }

    @Test func `any bytes are refused at an offset within them, or have one encoding`() {
        var generator = SeededGenerator(seed: 99)
        for _ in 0..<3_000 {
            let input = (0..<Int.random(in: 1...90, using: &generator)).map { index in
                index % 34 < 2
                    ? UInt8.random(in: 0...9, using: &generator) : UInt8.random(in: 0...255, using: &generator)
            }
            do throws(TreeProofError) {
                _ = try TreeProof(input)
            } catch {
                guard case .malformed(let offset, _) = error else { continue }
                #expect(offset >= 0 && offset <= input.count)
            }
        }
    }
}

extension ProvenTree {
    /// All that is shown, item by item.
    fileprivate var account: [String] {
        zip(shown.items, shown.ranks).map { item, rank in
            let disclosure = item.disclosure.map { "\($0)" } ?? "pruned"
            let cuts = "\(item.realmByteCount) \(item.orderByteCount)"
            return "\(rank) \(disclosure) \(cuts) \(Array(shown.keys[item.key]).hexadecimal) \(shown.digest(item))"
        }
    }
}

@testable import AvowProof

/// The small tree that most vectors are proofs of: eleven entries in three realms, in nodes of four, three and four.
private enum Example {
    static func entry(_ realm: Int64, _ order: String, _ owner: Int64?) -> TreeEntry {
        TreeEntry(
            key: TreeKey(
                realm: tuple(.integer(5), .integer(realm)), order: tuple(.text(order)),
                owner: owner.map { tuple(.integer($0)) } ?? TupleBytes()),
            value: sampleDigest(Int(owner ?? 0)))
    }

    static let entries = [
        entry(1, "a", 1), entry(1, "a", 2), entry(1, "b", 3), entry(1, "c", 4),
        entry(1, "c", 5), entry(2, "", 6), entry(2, "a", nil),
        entry(2, "a", 8), entry(3, "m", 9), entry(3, "n", 10), entry(3, "n", 11),
    ]

    static func tree(_ entries: [TreeEntry]) -> NaiveTree {
        let leaves = entries.map(NaiveTree.leaf)
        let nodes = [leaves[..<4], leaves[4..<7], leaves[7...]].compactMap(NaiveTree.binary)
        return NaiveTree.binary(nodes[...]) ?? leaves[0]
    }

    static let tree = tree(entries)
    static let root = tree.hash.description

    static func realm(_ number: Int64, _ order: String? = nil) -> KeyRange {
        KeyRange(prefix: tuple(.integer(5), .integer(number)).bytes + (order.map { tuple(.text($0)).bytes } ?? []))
    }

    /// The entries from rank `lower` up to, but not including, rank `upper`.
    static func between(_ lower: Int, _ upper: Int) -> KeyRange {
        KeyRange(lower: entries[lower].key.bytes, upper: entries[upper].key.bytes)
    }

    static func all(_ disclosure: LeafDisclosure = .full) -> [UInt64: LeafDisclosure] {
        Dictionary(uniqueKeysWithValues: (0..<11).map { (UInt64($0), disclosure) })
    }
}

extension TreeVectors {
    static func make() -> TreeVectors {
        TreeVectors(
            tuples: TupleTestsTable.elements.map(Tuple.init),
            leaves: (Example.entries + [longest]).map(Leaf.init),
            inner: [(1, 1), (512, 3), (UInt64(1) << 40, UInt64.max >> 1)].map { left, right in
                Inner(
                    countLeft: left, left: sampleDigest(1).description, countRight: right,
                    right: sampleDigest(2).description,
                    hash: NaiveTree.innerHash(left, sampleDigest(1), right, sampleDigest(2)).description)
            },
            empty: TreeHash.empty.description, proofs: proofs)
    }

    /// An entry whose key has the greatest length.
    private static let longest = TreeEntry(
        key: TreeKey(
            realm: tuple(.integer(5)), order: tuple(.text(String(repeating: "k", count: 4_080))),
            owner: tuple(.unsigned(.max - 1))), value: sampleDigest(0))

    private static func proof(
        _ name: String, _ shown: [UInt64: LeafDisclosure], _ questions: [TreeQuestion]
    ) -> Proof {
        Proof(
            name: name, proof: Example.tree.proof(shown).hexadecimal, root: Example.root, count: 11,
            shown: shown.filter { $0.value == .full }.keys.sorted().map {
                ShownEntry(Example.entries[Int($0)], rank: $0)
            }, questions: questions)
    }

    private static var proofs: [Proof] {
        let everything = KeyRange(lower: [], upper: nil)
        let absent = Example.entry(2, "a", 7).key
        let single = NaiveTree.leaf(Example.entries[0])
        var deep = TreeProofWriter()
        for _ in 0..<40 { deep.inner() }
        for _ in 0...40 { deep.pruned(count: 300, hash: sampleDigest(1)) }
        var deepRoot = sampleDigest(1)
        for level in 1...40 { deepRoot = NaiveTree.innerHash(UInt64(level) * 300, deepRoot, 300, sampleDigest(1)) }
        return [
            Proof(
                name: "the empty tree", proof: "", root: TreeHash.empty.description, count: 0, shown: [],
                questions: [.count(everything, 0), .read(everything, []), .entry(absent, [])]),
            Proof(
                name: "a tree of one entry", proof: single.proof([0: .full]).hexadecimal,
                root: single.hash.description, count: 1, shown: [ShownEntry(Example.entries[0], rank: 0)],
                questions: [.count(everything, 1), .read(everything, descending: true, [0]), .entry(absent, [])]),
            Proof(
                name: "a tree of which nothing is shown", proof: Example.tree.proof([:]).hexadecimal,
                root: Example.root, count: 11, shown: [],
                questions: [.count(KeyRange(lower: [2], upper: [1]), 0), .count(everything, 11)]),
            Proof(
                name: "more nested nodes than a head counts", proof: deep.finish().hexadecimal,
                root: deepRoot.description, count: 41 * 300, shown: [], questions: []),
            proof(
                "everything", Example.all(),
                [
                    .read(everything, Array(0...10)), .read(everything, descending: true, Array((0...10).reversed())),
                    .count(Example.realm(2), 3), .entry(absent, []), .entry(Example.entries[6].key, [6]),
                    .read(Example.realm(1, "c"), limit: 1, [3]), .count(Example.realm(4), 0),
                ]),
            proof("an entry that is there", [6: .full], [.entry(Example.entries[6].key, [6])]),
            proof(
                "an entry that is not there, its neighbours shown no further than they must be",
                [6: .full, 7: .full], [.entry(absent, [])]),
            proof(
                "a complete range, its neighbours showing their realms alone",
                [4: .realm, 5: .full, 6: .full, 7: .full, 8: .realm],
                [
                    .read(Example.realm(2), [5, 6, 7]), .read(Example.realm(2), descending: true, [7, 6, 5]),
                    .count(Example.realm(2), 3), .count(Example.realm(2, "a"), 2),
                ]),
            proof(
                "a complete range, its neighbours showing realm and order",
                [1: .order, 2: .full, 3: .order],
                [
                    .read(Example.realm(1, "b"), [2]), .count(Example.realm(1, "bb"), 0),
                    .count(Example.realm(1, "b"), 1),
                ]),
            proof(
                "a counted range, with a pruned subtree strictly inside",
                [1: .order, 2: .order, 7: .realm, 8: .realm],
                [
                    .count(KeyRange(lower: Example.realm(1, "b").lower, upper: Example.realm(3).lower), 6),
                    .count(KeyRange(lower: [], upper: nil), 11),
                ]),
            proof(
                "the first two entries of a range in ascending order", [4: .realm, 5: .full, 6: .full],
                [.read(Example.realm(2), limit: 2, [5, 6])]),
            proof(
                "the last two entries of a range in descending order", [6: .full, 7: .full, 8: .realm],
                [.read(Example.realm(2), descending: true, limit: 2, [7, 6])]),
            proof(
                "the start and the end of the tree serve as bounds", [0: .full, 10: .full],
                [
                    .read(everything, limit: 1, [0]), .read(everything, descending: true, limit: 1, [10]),
                    .count(KeyRange(lower: [], upper: [0x15]), 0), .count(KeyRange(lower: [0x16], upper: nil), 0),
                ]),
            proof(
                "a leaf that shows its realm behind leaves that show more",
                [0: .full, 1: .full, 2: .order, 3: .order, 4: .realm, 5: .realm],
                [.count(Example.between(0, 1), 1), .count(Example.realm(1, "b"), 1), .count(Example.realm(1), 5)]),
        ]
    }
}

/// The elements whose encodings are vectors.
enum TupleTestsTable {
    static var elements: [TupleElement] { `Tuples are encoded as FoundationDB encodes them`.table.map(\.element) }
}

/// Writes the bytes of proofs that no honest prover writes.
private struct RawProof {
    var bytes: [UInt8] = []

    func head(_ kind: UInt8, opened: UInt8 = 0, repeats: Bool = false) -> RawProof {
        raw([kind | (repeats ? 4 : 0) | opened << 3])
    }

    func raw(_ more: [UInt8]) -> RawProof { RawProof(bytes: bytes + more) }
    func digest(_ number: Int = 1) -> RawProof { raw(sampleDigest(number).bytes) }

    func varint(_ value: UInt64) -> RawProof {
        var copy = bytes
        copy.append(varint: value)
        return RawProof(bytes: copy)
    }

    func string(_ value: [UInt8]) -> RawProof { varint(UInt64(value.count)).raw(value) }

    static func written(_ body: (inout TreeProofWriter) -> Void) -> RawProof {
        var writer = TreeProofWriter()
        body(&writer)
        return RawProof(bytes: writer.finish())
    }
}

extension RefusedVector {
    private static let everything = TreeQuestion.count(KeyRange(lower: [], upper: nil))

    private init(
        _ name: String, _ refusal: String, _ proof: [UInt8], tree: NaiveTree = Example.tree, root: Digest? = nil,
        count: UInt64? = nil, _ question: TreeQuestion = everything
    ) {
        self.init(
            name: name, proof: proof.hexadecimal, root: (root ?? tree.hash).description, count: count ?? tree.count,
            question: question, refusal: refusal)
    }

    static func makeAll() -> [RefusedVector] {
        opaque + kinds + counts + order + encodings + bombs + truncations + hidden + directions
    }

    private static let entries = Example.entries
    private static let whole = Example.tree.proof(Example.all())
    private static var pruned: [UInt8] { Example.tree.proof([:]) }

    /// Children below, or bytes behind, what is opaque or finished.
    private static var opaque: [RefusedVector] {
        let forged = Example.entry(1, "forged", 1)
        return [
            RefusedVector(
                "a leaf follows a pruned root", "malformed", pruned + NaiveTree.leaf(forged).proof([0: .full])),
            RefusedVector("a pruned subtree follows a pruned root", "malformed", pruned + pruned),
            RefusedVector(
                "a leaf follows a finished tree", "malformed", whole + NaiveTree.leaf(forged).proof([0: .full])),
            RefusedVector("one byte follows a finished tree", "malformed", whole + [0]),
            RefusedVector(
                "an inner node opens before a pruned subtree that is already the root", "malformed",
                RawProof().head(0, opened: 1).varint(11).raw(Example.tree.hash.bytes).bytes),
            RefusedVector(
                "the root is pruned under an inner node that holds a forged leaf too", "wrongRoot",
                RawProof.written { writer in
                    writer.inner()
                    writer.leaf(Example.entry(0, "forged", 1), .full)
                    writer.pruned(count: 11, hash: Example.tree.hash)
                }.bytes, count: 12),
            RefusedVector(
                "a forged leaf takes the place of one leaf of a pruned subtree", "wrongRoot",
                RawProof.written { writer in
                    writer.inner()
                    writer.leaf(Example.entry(0, "forged", 1), .full)
                    writer.pruned(count: 10, hash: Example.tree.hash)
                }.bytes),
        ]
    }

    /// One kind of node read as another.
    private static var kinds: [RefusedVector] {
        let single = NaiveTree.leaf(entries[0])
        let pair = NaiveTree.binary(entries[..<2].map(NaiveTree.leaf)[...]) ?? single
        let key = entries[0].key
        let realm = Array(key.bytes[key.realm])
        let order = Array(key.bytes[key.order])
        func counts(_ left: UInt64, _ right: UInt64) -> [UInt8] {
            var bytes: [UInt8] = []
            bytes.append(bigEndian: left)
            bytes.append(bigEndian: right)
            return bytes
        }
        return [
            RefusedVector(
                "an inner node shown as a leaf: counts and left hash as its realm, right hash as its blind",
                "wrongRoot",
                RawProof().head(3).string(counts(1, 1) + NaiveTree.leafHash(entries[0]).bytes)
                    .raw(NaiveTree.leafHash(entries[1]).bytes).bytes, tree: pair, count: 1),
            RefusedVector(
                "a leaf shown as an inner node over its blinds", "wrongRoot",
                RawProof.written { writer in
                    writer.inner()
                    writer.pruned(count: 1, hash: NaiveTree.keyBlind(entries[0]))
                    writer.pruned(count: 1, hash: NaiveTree.ownerBlind(entries[0]))
                }.bytes, tree: single, count: 2),
            RefusedVector(
                "a key blind shown as the hash of a pruned leaf", "wrongRoot",
                RawProof().head(0).varint(1).raw(NaiveTree.keyBlind(entries[0]).bytes).bytes, tree: single),
            RefusedVector(
                "an owner blind shown as a key blind", "wrongRoot",
                RawProof().head(3).string(realm).raw(NaiveTree.ownerBlind(entries[0]).bytes).bytes, tree: single),
            RefusedVector(
                "a value digest shown as an owner blind", "wrongRoot",
                RawProof().head(2).string(realm).varint(0).string(order).raw(entries[0].value.bytes).bytes,
                tree: single),
            RefusedVector(
                "a leaf hash shown as its value digest", "wrongRoot",
                RawProof().head(1).string(realm).varint(0).string(order).string(Array(key.bytes[key.owner]))
                    .raw(NaiveTree.leafHash(entries[0]).bytes).bytes, tree: single),
            RefusedVector(
                "the realm's end is read as the start of the order", "wrongRoot",
                RawProof().head(1).string(Array(realm.dropLast())).varint(0).string(realm.suffix(1) + order)
                    .string(Array(key.bytes[key.owner])).raw(entries[0].value.bytes).bytes, tree: single),
            RefusedVector(
                "the owner's start is read as the end of the order", "wrongRoot",
                RawProof().head(1).string(realm).varint(0).string(order + key.bytes[key.owner].prefix(1))
                    .string(Array(key.bytes[key.owner].dropFirst())).raw(entries[0].value.bytes).bytes, tree: single),
            RefusedVector(
                "the owner is read as a part of the order", "wrongRoot",
                RawProof().head(1).string(realm).varint(0).string(order + key.bytes[key.owner]).string([])
                    .raw(entries[0].value.bytes).bytes, tree: single),
        ]
    }

    private static var counts: [RefusedVector] {
        let swapped = RawProof.written { writer in
            writer.inner()
            writer.inner()
            writer.pruned(
                count: 3, hash: (NaiveTree.binary(entries[..<4].map(NaiveTree.leaf)[...]) ?? Example.tree).hash)
            writer.pruned(
                count: 4, hash: (NaiveTree.binary(entries[4..<7].map(NaiveTree.leaf)[...]) ?? Example.tree).hash)
            writer.pruned(
                count: 4, hash: (NaiveTree.binary(entries[7...].map(NaiveTree.leaf)[...]) ?? Example.tree).hash)
        }
        return [
            RefusedVector(
                "a pruned root with one leaf more", "wrongCount",
                RawProof().head(0).varint(12).raw(Example.tree.hash.bytes).bytes),
            RefusedVector("a proof for another number of leaves", "wrongCount", whole, count: 10),
            RefusedVector("two pruned subtrees with their counts exchanged", "wrongRoot", swapped.bytes),
            RefusedVector(
                "a pruned subtree of no leaves", "malformed", RawProof().head(0).varint(0).digest().bytes, count: 0),
            RefusedVector(
                "a pruned subtree of no leaves beside the root", "malformed",
                RawProof().head(0, opened: 1).varint(11).raw(Example.tree.hash.bytes).head(0).varint(0).digest().bytes),
            RefusedVector(
                "counts that exceed 64 bits, to the number of leaves", "malformed",
                RawProof().head(0, opened: 1).varint(.max).digest().head(0).varint(12).digest().bytes),
            RefusedVector(
                "counts that reach 2^64", "malformed",
                RawProof().head(0, opened: 1).varint(.max).digest().head(0).varint(1).digest().bytes, count: 0),
            RefusedVector("the empty proof for a tree that holds entries", "wrongRoot", []),
            RefusedVector("the empty proof for one leaf", "wrongCount", [], root: TreeHash.empty, count: 1),
            RefusedVector(
                "the empty tree's hash as a pruned subtree", "wrongCount",
                RawProof().head(0).varint(1).raw(TreeHash.empty.bytes).bytes, root: TreeHash.empty, count: 0),
        ]
    }

    /// Trees, and showings of trees, whose leaves do not increase.
    private static var order: [RefusedVector] {
        func dishonest(
            _ name: String, _ refusal: String = "unorderedLeaves", shown: [UInt64: LeafDisclosure] = Example.all(),
            _ change: (inout [TreeEntry]) -> Void
        ) -> RefusedVector {
            var changed = entries
            change(&changed)
            let tree = Example.tree(changed)
            return RefusedVector(name, refusal, tree.proof(shown), tree: tree)
        }
        var valuesSwapped = entries
        valuesSwapped[0] = TreeEntry(key: entries[0].key, value: entries[1].value)
        valuesSwapped[1] = TreeEntry(key: entries[1].key, value: entries[0].value)
        var removed = entries
        removed[8] = TreeEntry(key: entries[8].key, value: sampleDigest(999))
        return [
            dishonest("a dishonest tree whose leaves are out of order") { $0.swapAt(2, 3) },
            dishonest("a dishonest tree that holds a key twice") { $0[1] = $0[0] },
            dishonest("leaves out of order, seen in their orders alone", shown: [2: .order, 3: .order]) {
                $0.swapAt(2, 3)
            },
            dishonest("leaves out of order, seen in their realms alone", shown: [4: .realm, 5: .realm]) {
                $0.swapAt(4, 5)
            },
            dishonest(
                "leaves out of order, with pruned subtrees between them", shown: [0: .full, 10: .full]
            ) { $0.swapAt(0, 10) },
            dishonest(
                "leaves out of order, with one between them that shows its realm alone",
                shown: [0: .full, 1: .realm, 2: .full]
            ) { $0.swapAt(0, 2) },
            dishonest("a whole key behind a part that it begins", shown: [6: .full, 5: .order]) { entries in
                entries[5] = Example.entry(2, "a", nil)
                entries[6] = Example.entry(2, "a", nil)
            },
            RefusedVector(
                "the leaves of an honest tree in descending order", "unorderedLeaves",
                Example.tree(entries.reversed()).proof(Example.all())),
            RefusedVector(
                "two value digests exchanged", "wrongRoot", Example.tree(valuesSwapped).proof([0: .full, 1: .full]),
                .entry(entries[0].key)),
            RefusedVector(
                "another value digest", "wrongRoot", Example.tree(removed).proof([8: .full]), .entry(entries[8].key)),
            RefusedVector(
                "a proof of a tree that lacks an entry", "wrongRoot",
                Example.tree(entries.filter { $0 != entries[8] }).proof([7: .full, 8: .full]), .entry(entries[8].key)),
        ]
    }

    /// Bytes that mean something but are not the one encoding of it.
    private static var encodings: [RefusedVector] {
        let value = entries[0].value.bytes
        func two(_ second: RawProof) -> [UInt8] {
            RawProof().head(1, opened: 1).string([1]).varint(0).string([2, 3]).string([4]).raw(value).raw(second.bytes)
                .bytes
        }
        return [
            RefusedVector(
                "a realm that repeats without saying so", "malformed",
                two(RawProof().head(1).string([1]).varint(1).string([4]).string([4]).raw(value))),
            RefusedVector(
                "a repeated realm where none stands before", "malformed",
                RawProof().head(1, repeats: true).varint(0).string([2, 3]).string([4]).raw(value).bytes),
            RefusedVector(
                "a pruned subtree with a realm", "malformed",
                RawProof().head(0, repeats: true).varint(11).raw(Example.tree.hash.bytes).bytes),
            RefusedVector(
                "an order that shares more bytes than it says", "malformed",
                two(RawProof().head(1, repeats: true).varint(0).string([2, 4]).string([4]).raw(value))),
            RefusedVector(
                "an order that shares more bytes than there are", "malformed",
                two(RawProof().head(1, repeats: true).varint(3).string([9]).string([4]).raw(value))),
            RefusedVector(
                "a count in more bytes than it needs", "malformed",
                RawProof().head(0).raw([0x8B, 0x00]).raw(Example.tree.hash.bytes).bytes),
            RefusedVector(
                "a length in more bytes than it needs", "malformed",
                RawProof().head(3).raw([0x81, 0x80, 0x00, 0x01]).digest().bytes),
        ]
    }

    /// Numbers and lengths made to exhaust the reader.
    private static var bombs: [RefusedVector] {
        let long = [UInt8](repeating: 0x6B, count: 4_097)
        let endless = [UInt8](repeating: 0xFF, count: 11) + [0x01]
        return [
            RefusedVector("a realm above the longest key", "malformed", RawProof().head(3).string(long).digest().bytes),
            RefusedVector(
                "parts that are together above the longest key", "malformed",
                RawProof().head(1).string(Array(long.prefix(2_048))).varint(0).string(Array(long.prefix(2_048)))
                    .string([1]).digest().bytes),
            RefusedVector(
                "a key that grows above the longest by sharing", "malformed",
                RawProof().head(2, opened: 1).string([1]).varint(0).string(Array(long.prefix(4_095))).digest()
                    .head(2, repeats: true).varint(4_095).string([0]).digest().bytes),
            RefusedVector("a realm of 2^63 bytes", "malformed", RawProof().head(3).varint(1 << 63).digest().bytes),
            RefusedVector("a realm of 2^64 - 1 bytes", "malformed", RawProof().head(3).varint(.max).digest().bytes),
            RefusedVector(
                "a shared length of 2^64 - 1", "malformed",
                RawProof().head(2).string([1]).varint(.max).string([1]).digest().bytes),
            RefusedVector("a number of more than 64 bits", "malformed", RawProof().head(0).raw(endless).digest().bytes),
            RefusedVector(
                "a number of 65 bits", "malformed",
                RawProof().head(0).raw([UInt8](repeating: 0x80, count: 9) + [0x02]).digest().bytes),
            RefusedVector(
                "2^63 nested nodes", "malformed",
                RawProof().head(0, opened: 31).varint(1 << 63).varint(1).digest().bytes),
            RefusedVector(
                "a number of nested nodes that overflows", "malformed",
                RawProof().head(0, opened: 31).varint(.max).varint(1).digest().bytes),
            RefusedVector(
                "257 nested nodes", "malformed",
                RawProof().head(0, opened: 31).varint(226).varint(1).digest().bytes),
            RefusedVector(
                "257 nested nodes, opened in two steps", "malformed",
                RawProof().head(0, opened: 31).varint(225).varint(1).digest().head(0, opened: 2).varint(1).digest()
                    .bytes),
        ]
    }

    private static var truncations: [RefusedVector] {
        let proof = Example.tree.proof([5: .full, 6: .order, 8: .realm])
        return [1, 2, 30, 34, proof.count / 3, proof.count / 2, proof.count - 34, proof.count - 33, proof.count - 1].map
        {
            RefusedVector("the first \($0) bytes of a proof", "malformed", Array(proof.prefix($0)))
        }
    }

    /// Well-formed proofs of the right tree that hide what the question needs.
    private static var hidden: [RefusedVector] {
        func refuse(
            _ name: String, _ refusal: String, _ shown: [UInt64: LeafDisclosure], _ question: TreeQuestion
        ) -> RefusedVector {
            RefusedVector(name, refusal, Example.tree.proof(shown), question)
        }
        let absent = Example.entry(2, "a", 7).key
        let tail = KeyRange(lower: Example.realm(3).lower, upper: nil)
        return [
            refuse("nothing is shown", "incomplete", [:], .count(Example.realm(2))),
            refuse(
                "a proof for another range", "incomplete", [0: .full, 1: .full, 2: .order], .read(Example.realm(2))),
            refuse("a pruned subtree in the place of the successor", "incomplete", [6: .full], .entry(absent)),
            refuse("a pruned subtree in the place of the predecessor", "incomplete", [7: .full], .entry(absent)),
            refuse(
                "absence from neighbours that do not stand next to each other", "incomplete", [1: .full, 3: .full],
                .entry(entries[2].key)),
            refuse("absence from the neighbours of another gap", "incomplete", [1: .full, 2: .full], .entry(absent)),
            refuse(
                "absence of an entry that is shown as far as its order", "undecidedLeaf",
                [0: .full, 1: .order, 2: .full], .entry(entries[1].key)),
            refuse(
                "absence of an entry that is shown as far as its realm", "undecidedLeaf",
                [1: .full, 2: .realm, 3: .full], .entry(entries[2].key)),
            refuse("a predecessor shown too short to decide", "undecidedLeaf", [6: .order, 7: .full], .entry(absent)),
            refuse("a successor shown too short to decide", "incomplete", [6: .full, 7: .order], .entry(absent)),
            refuse(
                "a successor shown too short to decide, with one behind it that does", "undecidedLeaf",
                [6: .full, 7: .order, 8: .realm], .entry(absent)),
            refuse(
                "a range whose last neighbour is pruned", "incomplete", [4: .realm, 5: .full, 6: .full, 7: .full],
                .read(Example.realm(2))),
            refuse(
                "a range whose first neighbour is pruned", "incomplete", [5: .full, 6: .full, 7: .full, 8: .realm],
                .read(Example.realm(2))),
            refuse(
                "a range with an entry pruned inside", "incomplete", [4: .realm, 5: .full, 7: .full, 8: .realm],
                .read(Example.realm(2))),
            refuse(
                "a range with an entry shown as far as its order", "partialLeaf",
                [4: .realm, 5: .full, 6: .order, 7: .full, 8: .realm], .read(Example.realm(2))),
            refuse(
                "a range with an entry shown as far as its realm", "partialLeaf",
                [4: .realm, 5: .full, 6: .realm, 7: .full, 8: .realm], .read(Example.realm(2))),
            refuse(
                "a range that ends within a leaf shown too short", "undecidedLeaf",
                [4: .realm, 5: .full, 6: .realm], .read(KeyRange(lower: Example.realm(2).lower, upper: absent.bytes))),
            refuse(
                "a count between bounds of which one is pruned", "incomplete", [4: .realm, 5: .full, 8: .realm],
                .count(Example.realm(2))),
            refuse("the rest of the tree, its end pruned", "incomplete", [7: .realm, 8: .full, 9: .full], .read(tail)),
        ]
    }

    /// Proofs for one direction or limit, asked for another.
    private static var directions: [RefusedVector] {
        let range = Example.realm(2)
        let ascending = Example.tree.proof([4: .realm, 5: .full, 6: .full])
        let descending = Example.tree.proof([6: .full, 7: .full, 8: .realm])
        return [
            RefusedVector(
                "a proof of the first entries, asked for the last", "incomplete", ascending,
                .read(range, descending: true, limit: 2)),
            RefusedVector(
                "a proof of the last entries, asked for the first", "incomplete", descending, .read(range, limit: 2)),
            RefusedVector(
                "one entry more than the proof shows, ascending", "incomplete", ascending, .read(range, limit: 3)),
            RefusedVector(
                "one entry more than the proof shows, descending", "incomplete", descending,
                .read(range, descending: true, limit: 3)),
            RefusedVector("a count from a proof for a limit", "incomplete", ascending, .count(range)),
            RefusedVector(
                "the last entry, with the successor shown as far as the realm that it shares", "undecidedLeaf",
                Example.tree.proof([9: .full, 10: .realm]),
                .read(KeyRange(lower: Example.realm(3).lower, upper: entries[10].key.bytes), descending: true, limit: 1)
            ),
        ]
    }
}

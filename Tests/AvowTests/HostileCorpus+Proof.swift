import Avow
import AvowConsent
import AvowQuery

@testable import AvowProof

// Forgeries of the tree proof and of the file around it.
extension HostileCorpus {
    func forgeProof() throws {
        let proof = try ProofSurgery(sound.treeProof)
        // The entry of the last row, and what stands behind it: an opaque node.
        let record = try unwrapped(proof.leaves(.full).last)
        let leaf = try unwrapped(proof.items[record].leaf)
        let hash = ProofSurgery.hash(leaf)
        let pruned = record + 1
        guard case .pruned(_, let opaque) = proof.items[pruned].item else {
            throw FixtureLacks(what: "an opaque node")
        }
        let filler = Digest(.value, [1])
        // A forged entry that stands above the last row's.
        let next = try unwrapped(
            TreeKey(
                bytes: leaf.key.bytes + [0], realmByteCount: leaf.key.realmByteCount,
                orderByteCount: leaf.key.orderByteCount))
        let forgedLeaf = ProofSurgery.Item(
            opened: 0, item: .leaf(ShownLeaf(disclosure: .full, key: next, digest: leaf.digest)))

        /// Adds a forgery of the proof's items.
        func cut(_ name: String, _ reason: String, _ change: (inout ProofSurgery) throws -> Void) throws {
            var forged = proof
            try change(&forged)
            try add("tree proof: " + name, reason) { $0.treeProof = forged.bytes }
        }

        // What an opaque node has below it is not hashed: it must not be read either.
        try cut("a leaf right below an opaque node", "tree.malformed") {
            $0.items.insert(forgedLeaf, at: pruned + 1)
        }
        try cut("an opaque node opened over forged leaves", "tree.wrongRoot") {
            $0.items[pruned].opened += 1
            $0.items.insert(forgedLeaf, at: pruned + 1)
        }
        try cut("a forged leaf in place of an opaque node", "tree.wrongRoot") {
            $0.items[pruned].item = forgedLeaf.item
        }
        try add("tree proof: an opaque root with the whole proof below it", "tree.malformed") { answer in
            let root = try TreeProof(answer.treeProof)
            var forged = ProofSurgery.nothing
            forged.items = [.init(opened: 0, item: .pruned(count: root.count, hash: root.root))]
            answer.treeProof = forged.bytes + answer.treeProof
        }
        try add("tree proof: nothing but an opaque root", "tree.incomplete") { answer in
            let root = try TreeProof(answer.treeProof)
            var forged = ProofSurgery.nothing
            forged.items = [.init(opened: 0, item: .pruned(count: root.count, hash: root.root))]
            answer.treeProof = forged.bytes
        }
        try cut("a leaf shown as an inner node", "tree.wrongRoot") {
            $0.items[record] = .init(
                opened: $0.items[record].opened + 1, item: .pruned(count: 1, hash: leaf.digest))
            $0.items.insert(.init(opened: 0, item: .pruned(count: 1, hash: filler)), at: record + 1)
        }
        try cut("an inner node shown as a leaf", "tree.wrongRoot") {
            let part = try ProofSurgery.hiding(leaf, .realm).key
            $0.items[pruned].item = .leaf(ShownLeaf(disclosure: .realm, key: part, digest: opaque))
        }
        // These have the true root; what they hide is what the query must see.
        try cut("a row's entry hidden", "tree.incomplete") {
            $0.items[record].item = .pruned(count: 1, hash: hash)
        }
        try cut("a row's entry shown as far as its order", "tree.partialLeaf") {
            $0.items[record].item = .leaf(try ProofSurgery.hiding(leaf, .order))
        }
        try cut("a row's entry shown as far as its realm", "tree.undecidedLeaf") {
            $0.items[record].item = .leaf(try ProofSurgery.hiding(leaf, .realm))
        }
        try cut("the audience's entry hidden", "tree.incomplete") { proof in
            let audience = try unwrapped(
                proof.leaves(.full).first { proof.items[$0].leaf?.key.bytes.starts(with: [0x15, 1]) == true })
            let leaf = try unwrapped(proof.items[audience].leaf)
            proof.items[audience].item = .pruned(count: 1, hash: ProofSurgery.hash(leaf))
        }
        try cut("a bound hidden", "tree.incomplete") { proof in
            let bound = try unwrapped(
                proof.items.firstIndex { $0.leaf != nil && $0.leaf?.disclosure != .full })
            let leaf = try unwrapped(proof.items[bound].leaf)
            proof.items[bound].item = .pruned(count: 1, hash: ProofSurgery.hash(leaf))
        }
        // These have another root.
        try cut("an entry's digest replaced by another record's", "tree.wrongRoot") { proof in
            let digest = try unwrapped(proof.items[proof.leaves(.full)[0]].leaf).digest
            proof.items[record].item = .leaf(ShownLeaf(disclosure: .full, key: leaf.key, digest: digest))
        }
        try cut("an entry's key cut elsewhere", "tree.wrongRoot") {
            let key = try unwrapped(
                TreeKey(
                    bytes: leaf.key.bytes, realmByteCount: leaf.key.realmByteCount,
                    orderByteCount: leaf.key.orderByteCount + 1))
            $0.items[record].item = .leaf(ShownLeaf(disclosure: .full, key: key, digest: leaf.digest))
        }
        try cut("an entry's owner changed", "tree.wrongRoot") {
            var bytes = leaf.key.bytes
            bytes[bytes.count - 1] ^= 1
            let key = try unwrapped(
                TreeKey(
                    bytes: bytes, realmByteCount: leaf.key.realmByteCount,
                    orderByteCount: leaf.key.orderByteCount
                ))
            $0.items[record].item = .leaf(ShownLeaf(disclosure: .full, key: key, digest: leaf.digest))
        }
        try cut("an opaque node with one leaf less", "tree.wrongRoot") { proof in
            let index = try unwrapped(
                proof.items.firstIndex { if case .pruned(2..., _) = $0.item { true } else { false } })
            guard case .pruned(let count, let hash) = proof.items[index].item else { return }
            proof.items[index].item = .pruned(count: count - 1, hash: hash)
        }
        try cut("an opaque node with nearly 2^64 leaves", "tree.malformed") {
            $0.items[pruned].item = .pruned(count: .max, hash: opaque)
        }
        try cut("an opaque node with no leaves", "tree.malformed") {
            $0.items[pruned].item = .pruned(count: 0, hash: opaque)
        }
        try cut("an item left out", "tree.malformed") { proof in
            proof.items.remove(at: try unwrapped(proof.items.firstIndex { $0.opened == 0 }))
        }
        try cut("an item and its parent left out", "tree.wrongRoot") { proof in
            let index = try unwrapped(proof.items.lastIndex { $0.leaf == nil && $0.opened > 0 })
            let opened = proof.items[index].opened
            proof.items.remove(at: index)
            proof.items[index].opened += opened - 1
        }
        try cut("two entries swapped", "tree.unorderedLeaves") { proof in
            let leaves = proof.leaves(.full)
            let (first, second) = (leaves[0], leaves[1])
            let item = proof.items[first].item
            proof.items[first].item = proof.items[second].item
            proof.items[second].item = item
        }
        try cut("an entry given twice", "tree.unorderedLeaves") {
            $0.items[record].opened += 1
            $0.items.insert(.init(opened: 0, item: .leaf(leaf)), at: record + 1)
        }
        try cut("nested a thousand deep", "tree.malformed") { $0.items[0].opened += 1_000 }
        try cut("nested 2^60 deep", "tree.malformed") { $0.items[0].opened += 1 << 60 }
        try add("tree proof: nothing", "tree.wrongRoot") { $0.treeProof = [] }
        try add("tree proof: cut short", "tree.malformed") { $0.treeProof.removeLast() }
        try add("tree proof: a byte behind it", "tree.malformed") { $0.treeProof.append(0) }
        try add("tree proof: that of another range", "tree.incomplete") {
            $0.treeProof = try self.proofOfAnotherRange()
        }
    }

    /// Forgeries of a count, which stands on the numbers of leaves that opaque nodes have.
    func forgeCount() throws {
        let counted = try fixture.store.answer(
            "SELECT COUNT(*) FROM Observation WHERE code = loinc|29463-7", as: StoreFixture.clinician, for: .treatment
        ).answer
        let proof = try ProofSurgery(counted.treeProof)
        let opaque = proof.items.indices.filter {
            if case .pruned(2..., _) = proof.items[$0].item { true } else { false }
        }
        guard opaque.count > 1 else { throw FixtureLacks(what: "two opaque nodes") }
        try add("a count with leaves moved between two opaque nodes", "tree.wrongRoot", of: counted) {
            var forged = proof
            for (index, change) in [(opaque[0], 1), (opaque[1], -1)] {
                guard case .pruned(let count, let hash) = forged.items[index].item else { continue }
                forged.items[index].item = .pruned(count: UInt64(Int(count) + change), hash: hash)
            }
            $0.treeProof = forged.bytes
        }
        try add("a count of another code", "tree", of: counted) {
            $0.query = "SELECT COUNT(*) FROM Observation WHERE code = loinc|8302-2"
        }
        try add("a count of everything", "tree", of: counted) { $0.query = "SELECT COUNT(*) FROM Resource" }
        try add("a count turned into rows", "tree", of: counted) {
            $0.query = "SELECT id FROM Observation WHERE code = loinc|29463-7"
        }
        try add("a count with a bound hidden", "tree.incomplete", of: counted) {
            var forged = proof
            let bound = try unwrapped(forged.items.lastIndex { $0.leaf != nil && $0.leaf?.disclosure != .full })
            let leaf = try unwrapped(forged.items[bound].leaf)
            forged.items[bound].item = .pruned(count: 1, hash: ProofSurgery.hash(leaf))
            $0.treeProof = forged.bytes
        }
    }

    private func proofOfAnotherRange() throws -> [UInt8] {
        let text = "SELECT id FROM Observation WHERE code = loinc|8302-2 ORDER BY date LIMIT 2"
        return try fixture.store.answer(text, as: StoreFixture.clinician, for: .treatment).answer.treeProof
    }

    // MARK: The file

    func forgeForm() throws {
        let bytes = sound.bytes
        try addFile("no file at all", "format.notAnAnswer", [])
        try addFile("a file of something else", "format.notAnAnswer", Array("{\"rows\":[]}".utf8))
        try addFile("an answer of another format", "format.notAnAnswer") { file in
            let digit = Array(Answer.format.utf8).count + 1
            file[digit] = UInt8(ascii: "2")
        }
        try addFile("an answer cut in the middle", "format.malformed", Array(bytes[..<(bytes.count / 2)]))
        try addFile("an answer that lacks its last byte", "format.malformed", Array(bytes.dropLast()))
        try addFile("a byte behind the answer", "format.malformed", bytes + [0])
        try addFile("an answer with more records than it holds bytes", "format.malformed") { file in
            // The number of records stands before the first: an array head that announces 2^32 - 1.
            let json = self.sound.records[0].json
            let start = try unwrapped(file.firstIndex(of: json)) - 4
            file.replaceSubrange(start..<(start + 1), with: [0x9A, 0xFF, 0xFF, 0xFF, 0xFF])
        }
        try addFile("a number in more bytes than it needs", "format.malformed") { file in
            file.replaceSubrange(0..<1, with: [0x89])
            let start = Answer.format.utf8.count + 2
            file.replaceSubrange(start..<(start + 2), with: [0x79, 0, file[start + 1]])
        }
        try addFile("the request's time changed and the digest kept", "altered") { file in
            var other = self.sound
            other.request = .init(
                actor: self.sound.request.actor, purpose: self.sound.request.purpose,
                time: self.sound.request.time + 1)
            file = Array(other.bytes.dropLast(32)) + file.suffix(32)
        }
        try addFile("the digest at the end changed", "altered") { $0[$0.count - 1] ^= 1 }
    }

    private func addFile(_ name: String, _ reason: String, _ change: (inout [UInt8]) throws -> Void) throws {
        var file = sound.bytes
        try change(&file)
        try addFile(name, reason, file)
    }
}

extension ProofSurgery {
    /// A proof of nothing.
    static var nothing: ProofSurgery { ProofSurgery() }

    private init() {}
}

extension [UInt8] {
    /// Where `bytes` first stand.
    func firstIndex(of bytes: [UInt8]) -> Int? {
        guard let first = bytes.first, bytes.count <= count else { return nil }
        return (0...(count - bytes.count)).first { start in
            self[start] == first && self[start..<(start + bytes.count)].elementsEqual(bytes)
        }
    }
}

import Avow
import AvowConsent
import AvowQuery

@testable import AvowProof

// Forgeries of groups, whose ends are leaves shown as far as their order and whose counts are the numbers of leaves
// that opaque nodes have.
extension HostileCorpus {
    static let groups = "SELECT code, year(date), COUNT(*) FROM Observation GROUP BY code, year(date)"

    func forgeGroups() throws {
        let grouped = try fixture.store.answer(HostileCorpus.groups, as: StoreFixture.clinician, for: .treatment)
        let proof = try ProofSurgery(grouped.answer.treeProof)
        let ends = proof.leaves(.order)
        // A group of many records: its first entry, opaque nodes, and its last entry.
        let place = try unwrapped(
            ends.indices.dropLast().first { index in
                proof.items[(ends[index] + 1)..<ends[index + 1]].contains {
                    if case .pruned(2..., _) = $0.item { true } else { false }
                }
            })
        let (first, last) = (ends[place], ends[place + 1])
        let opaque = try unwrapped(
            (first..<last).first { if case .pruned(2..., _) = proof.items[$0].item { true } else { false } })

        /// Adds a forgery of the proof's items.
        func cut(_ name: String, _ reason: String, _ change: (inout ProofSurgery) throws -> Void) throws {
            var forged = proof
            try change(&forged)
            try add("groups: " + name, reason, of: grouped.answer) { $0.treeProof = forged.bytes }
        }
        func hide(_ index: Int, in proof: inout ProofSurgery) throws {
            let leaf = try unwrapped(proof.items[index].leaf)
            proof.items[index].item = .pruned(count: 1, hash: ProofSurgery.hash(leaf))
        }

        try cut("a count made greater", "tree.wrongRoot") { proof in
            guard case .pruned(let count, let hash) = proof.items[opaque].item else { return }
            proof.items[opaque].item = .pruned(count: count + 1, hash: hash)
        }
        try cut("records moved from one group to another", "tree.wrongRoot") { proof in
            let other = try unwrapped(
                proof.items.indices.last {
                    if case .pruned(2..., _) = proof.items[$0].item { $0 > last } else { false }
                })
            for (index, change) in [(opaque, -1), (other, 1)] {
                guard case .pruned(let count, let hash) = proof.items[index].item else { continue }
                proof.items[index].item = .pruned(count: UInt64(Int(count) + change), hash: hash)
            }
        }
        // With their first or last entry hidden, groups would run into each other: one is dropped, one is too great.
        try cut("the first entry of a group hidden", "tree.incomplete") { try hide(first, in: &$0) }
        try cut("the last entry of a group hidden", "tree.incomplete") { try hide(last, in: &$0) }
        try cut("a group hidden whole", "tree.incomplete") { proof in
            for index in first...last where proof.items[index].leaf != nil { try hide(index, in: &proof) }
        }
        for end in [first, last] {
            let name = end == first ? "first" : "last"
            try cut("the \(name) entry of a group shown as far as its realm", "tree") { proof in
                let leaf = try unwrapped(proof.items[end].leaf)
                let key = try unwrapped(
                    TreeKey(
                        bytes: Array(leaf.key.bytes[leaf.key.realm]), realmByteCount: leaf.key.realmByteCount,
                        orderByteCount: 0))
                let blind = TreeHash.keyBlind(leaf.key.bytes.span.extracting(leaf.key.order), leaf.digest)
                proof.items[end].item = .leaf(ShownLeaf(disclosure: .realm, key: key, digest: blind))
            }
        }
        try cut("a border moved into another year", "tree.wrongRoot") { proof in
            let leaf = try unwrapped(proof.items[last].leaf)
            var bytes = leaf.key.bytes
            // The highest byte of the date, about a year each two or so.
            bytes[bytes.count - 5] &+= 1
            let key = try unwrapped(
                TreeKey(
                    bytes: bytes, realmByteCount: leaf.key.realmByteCount, orderByteCount: leaf.key.orderByteCount))
            proof.items[last].item = .leaf(ShownLeaf(disclosure: .order, key: key, digest: leaf.digest))
        }
        try cut("a group invented", "tree") { proof in
            let leaf = try unwrapped(proof.items[last].leaf)
            proof.items[last].opened += 1
            proof.items.insert(.init(opened: 0, item: .leaf(leaf)), at: last + 1)
        }
        try add("groups: the proof of other groups", "tree.incomplete", of: grouped.answer) {
            $0.treeProof = try self.proofOfGroups("code = loinc|8302-2")
        }
        try add("groups: a proof that leaves out a year", "tree.incomplete", of: grouped.answer) {
            $0.treeProof = try self.proofOfGroups("date > 2020")
        }
        try add("groups: the question changed into a finer one", "tree", of: grouped.answer) {
            $0.query = "SELECT code, month(date), COUNT(*) FROM Observation GROUP BY code, month(date)"
        }
        try add("groups: the question changed into one about records", "tree.incomplete", of: grouped.answer) {
            $0.query = "SELECT COUNT(*) FROM Observation GROUP BY status"
        }
    }

    private func proofOfGroups(_ condition: String) throws -> [UInt8] {
        let text = HostileCorpus.groups.replacing("GROUP", with: "WHERE \(condition) GROUP")
        return try fixture.store.answer(text, as: StoreFixture.clinician, for: .treatment).answer.treeProof
    }
}

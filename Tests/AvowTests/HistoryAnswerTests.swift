import AvowConsent
import AvowFHIR
import AvowQuery
import AvowVerify
import Testing

@testable import Avow
@testable import AvowProof

/// Forgeries of answers about the versions of a resource. A verifier must refuse each.
@Suite struct `A forged history is refused` {
    /// `a` was changed, deleted, imported again and deleted again; `b` was changed once; `c` was another patient's.
    private let fixture: StoreFixture

    init() throws {
        fixture = try StoreFixture()
        let lines = [
            Made.observation("a", of: "p", value: 1), Made.observation("b", of: "p", value: 1),
            Made.observation("c", of: "p", value: 1),
        ]
        try fixture.importLines(lines)
        try fixture.importLines([Made.observation("a", of: "p", value: 2), Made.observation("b", of: "p", value: 2)])
        try fixture.store.delete(.observation, id: "a")
        try fixture.importLines([Made.observation("a", of: "p", value: 3), Made.observation("c", of: "q", value: 2)])
        try fixture.store.delete(.observation, id: "a")
    }

    private func answer(_ query: String) throws -> Answer {
        try fixture.store.answer(query, as: StoreFixture.clinician, for: .treatment).answer
    }

    private func reason(_ answer: Answer) -> String { RefusalReason.of(answer.bytes, fixture.store.verifierKey) }

    /// Hides or changes leaves of a proof.
    private func cut(_ answer: Answer, _ change: (inout ProofSurgery) throws -> Void) throws -> Answer {
        var forged = answer
        var proof = try ProofSurgery(answer.treeProof)
        try change(&proof)
        forged.treeProof = proof.bytes
        return forged
    }

    /// The leaves of a space that are shown whole.
    private func leaves(_ proof: ProofSurgery, of space: KeySpace) -> [Int] {
        proof.leaves(.full).filter { index in
            guard let key = proof.items[index].leaf?.key else { return false }
            var realm = TupleReader(key.bytes, in: key.realm)
            return (try? realm.unsigned()) == space.rawValue
        }
    }

    @Test func `that leaves out a version, a deletion or the newest one`() throws {
        for query in ["HISTORY OF Observation/a", "HISTORY OF Observation/b", "HISTORY OF Observation/c"] {
            let sound = try answer(query)
            #expect(reason(sound) == "accepted")
            let proof = try ProofSurgery(sound.treeProof)
            let shown = [KeySpace.version, .locate, .deleted].flatMap { leaves(proof, of: $0) }
            #expect(shown.count >= 2)
            for index in shown {
                let hidden = try cut(sound) { proof in
                    let leaf = try unwrapped(proof.items[index].leaf)
                    proof.items[index].item = .pruned(count: 1, hash: ProofSurgery.hash(leaf))
                }
                let found = reason(hidden)
                #expect(found.hasPrefix("tree."), "\(query), leaf \(index): \(found)")
            }
            for index in sound.records.indices {
                var dropped = sound
                dropped.records.remove(at: index)
                #expect(reason(dropped) == "missingRecord", "\(query)")
            }
        }
    }

    @Test func `that says of a record that it was deleted, or of a deletion that it was none`() throws {
        let sound = try answer("HISTORY OF Observation/a")
        let proof = try ProofSurgery(sound.treeProof)
        let versions = leaves(proof, of: .version)
        #expect(versions.count == 4)
        let digests = try versions.map { try unwrapped(proof.items[$0].leaf).digest }
        // The third version is the deletion of the second.
        #expect(digests[2] == .deletion(of: digests[1]))
        for (index, digest) in [(1, Digest.deletion(of: digests[0])), (2, digests[1]), (3, .deletion(of: digests[2]))] {
            let forged = try cut(sound) { proof in
                let leaf = try unwrapped(proof.items[versions[index]].leaf)
                proof.items[versions[index]].item = .leaf(
                    ShownLeaf(disclosure: .full, key: leaf.key, digest: digest))
            }
            #expect(reason(forged) == "tree.wrongRoot")
        }
    }

    @Test func `that shows a deleted resource as if it was there`() throws {
        let old = try answer("HISTORY OF Observation/b")
        try fixture.store.delete(.observation, id: "b")
        #expect(reason(old) == "accepted", "it is true of its old commit")
        let now = try answer("HISTORY OF Observation/b")
        var mixed = now
        mixed.treeProof = old.treeProof
        mixed.values = old.values
        mixed.records = old.records
        #expect(reason(mixed) == "tree.wrongRoot")
        // The deletion's own entry led to an older version.
        var changed = now
        let last = try unwrapped(now.values.indices.last { (try? LocatedRecord(now.values[$0])) != nil })
        let located = try LocatedRecord(now.values[last])
        changed.values[last] =
            LocatedRecord(
                pseudonym: located.pseudonym, number: located.number, version: located.version - 1,
                digest: located.digest
            ).bytes
        #expect(reason(changed) == "missingValue")
        // An answer that there is none is proven by the locations and the deletions.
        let read = try answer("SELECT id FROM Observation WHERE _id = b")
        var history = read
        history.query = "HISTORY OF Observation/b"
        #expect(reason(history).hasPrefix("tree."))
    }

    @Test func `that answers about another version or another resource`() throws {
        let second = try answer("HISTORY OF Observation/a VERSION 2")
        #expect(reason(second) == "accepted")
        for query in [
            "HISTORY OF Observation/a", "HISTORY OF Observation/a VERSION 1", "HISTORY OF Observation/a VERSION 3",
            "HISTORY OF Observation/b VERSION 2", "HISTORY OF Patient/a VERSION 2",
        ] {
            var forged = second
            forged.query = query
            #expect(reason(forged) != "accepted", "\(query)")
        }
        // A version that there is not: what was shown beside is refused, too.
        var beyond = second
        beyond.query = "HISTORY OF Observation/a VERSION 9"
        #expect(reason(beyond) == "unreadRecord")
    }

    @Test func `that leads to another patient's versions`() throws {
        let sound = try answer("HISTORY OF Observation/c")
        #expect(try fixture.verifier.verify(sound.bytes).result.rows.count == 2)
        let other = try answer("HISTORY OF Observation/b")
        let links = sound.values.indices.filter { (try? LocatedRecord(sound.values[$0]))?.version == 1 }
        #expect(links.count == 1)
        for index in links {
            var forged = sound
            forged.values[index] = try unwrapped(other.values.last)
            #expect(reason(forged) == "missingValue")
            forged.values.remove(at: index)
            #expect(reason(forged) == "missingValue")
        }
    }
}

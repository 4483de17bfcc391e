import Avow
import AvowConsent
import AvowFHIR
import AvowProof
import AvowQuery
import AvowVerify
import Dispatch
import Foundation
import Synchronization
import Testing

@Suite struct `Reading` {
    private static let everything = "SELECT resource FROM Observation"

    private static func texts(_ result: QueryResult) -> [String] { result.rows.map(\.[0].text) }

    @Test func `a read by id gives the resource that the query by id gives, byte for byte`() throws {
        let fixture = try StoreFixture(patients: 3)
        let actor = try StoreFixture.clinician
        let snapshot = try fixture.store.snapshot()
        let rows = try snapshot.query("SELECT id, resource FROM Observation", as: actor, for: .treatment).rows
        #expect(rows.count > 100)
        for row in rows {
            let read = try snapshot.read(.observation, id: row[0].text, as: actor, for: .treatment)
            #expect(read.map { String(decoding: $0, as: UTF8.self) } == row[1].text)
        }
        #expect(try snapshot.read(.condition, id: rows[0][0].text, as: actor, for: .treatment) == nil)
        #expect(try snapshot.read(.observation, id: "none", as: actor, for: .treatment) == nil)
        #expect(try snapshot.read(.observation, id: "", as: actor, for: .treatment) == nil)
        let long = String(repeating: "x'", count: 900)
        #expect(try snapshot.read(.observation, id: long, as: actor, for: .treatment) == nil)
    }

    @Test func `a resource that is asked for alone is read and proven as among any rows`() throws {
        let fixture = try StoreFixture(patients: 2)
        let actor = try StoreFixture.clinician
        let snapshot = try fixture.store.snapshot()
        let ids = try snapshot.query("SELECT id FROM Observation LIMIT 20", as: actor, for: .treatment).rows.map(
            \.[0].text)
        for id in ids + ["none"] {
            let text = "SELECT resource AS found FROM Observation WHERE _id = '\(id)'"
            let alone = try snapshot.answer(text, as: actor, for: .treatment)
            // A limit is left to the way of all questions.
            let usual = try snapshot.answer(text + " LIMIT 1000", as: actor, for: .treatment)
            #expect(alone.result == usual.result)
            #expect(alone.result.columns == ["found"] && alone.result.rows.count == (id == "none" ? 0 : 1))
            #expect(alone.answer.treeProof == usual.answer.treeProof)
            #expect(alone.answer.values == usual.answer.values && alone.answer.records == usual.answer.records)
            let other = try snapshot.query(text + " AND patient = Patient/none", as: actor, for: .treatment)
            #expect(other.rows.isEmpty)
            let verified = try AnswerVerifier(LogPolicy(log: fixture.store.verifierKey)).verify(alone.answer.bytes)
            #expect(verified.result == alone.result)
        }
    }

    @Test func `reading a whole type gives what the query for it gives, as long as it is wanted`() throws {
        let fixture = try StoreFixture(patients: 3)
        let actor = try StoreFixture.clinician
        let snapshot = try fixture.store.snapshot()
        let expected = Self.texts(try snapshot.query(Self.everything, as: actor, for: .treatment))
        var read: [String] = []
        try snapshot.forEachResource(.observation, as: actor, for: .treatment) { json in
            read.append(String(decoding: json, as: UTF8.self))
            return true
        }
        #expect(read == expected && read.count > 100)
        var few = 0
        try snapshot.forEachResource(.observation, as: actor, for: .treatment) { _ in
            few += 1
            return few < 5
        }
        #expect(few == 5)
        try snapshot.forEachResource(.observation, as: actor, for: Purpose(code: "HMARKT")) { _ in
            Issue.record("nobody admits this")
            return true
        }
    }

    @Test func `a read shows nothing to whom no audience admits`() throws {
        let fixture = try StoreFixture(patients: 1)
        let actor = try StoreFixture.clinician
        let marketing = try Purpose(code: "HMARKT")
        let snapshot = try fixture.store.snapshot()
        let id = Self.texts(try snapshot.query("SELECT id FROM Observation LIMIT 1", as: actor, for: .treatment))[0]
        // Whoever asked before must not matter.
        for _ in 0..<2 {
            #expect(try snapshot.read(.observation, id: id, as: actor, for: marketing) == nil)
            #expect(try snapshot.query(Self.everything, as: actor, for: marketing).rows.isEmpty)
            #expect(try snapshot.read(.observation, id: id, as: actor, for: .treatment) != nil)
        }
    }

    @Test func `a read is proven by the answer to its query`() throws {
        let fixture = try StoreFixture(patients: 1)
        let actor = try StoreFixture.clinician
        let snapshot = try fixture.store.snapshot()
        let id = Self.texts(try snapshot.query("SELECT id FROM Observation LIMIT 1", as: actor, for: .treatment))[0]
        for (wanted, isThere) in [(id, true), ("none", false)] {
            let read = try snapshot.read(.observation, id: wanted, as: actor, for: .treatment)
            let answer = try snapshot.answer(prepared: .read(.observation, id: wanted), as: actor, for: .treatment)
                .answer
            let verified = try fixture.verifier.verify(answer.bytes)
            #expect(Self.texts(verified.result) == (read.map { [String(decoding: $0, as: UTF8.self)] } ?? []))
            #expect((read != nil) == isThere)
        }
        for hostile in ["", "a' OR b", "a ORDER BY date", "a/b", String(repeating: "a", count: 65)] {
            #expect(throws: QueryError.self) { try Query.read(.observation, id: hostile) }
        }
        // A word of the language is an id like others.
        #expect(try Query.read(.patient, id: "FROM").text == "SELECT resource FROM Patient WHERE _id = 'FROM'")
    }

    @Test func `a prepared query gives what its text gives, as often as it is asked`() throws {
        let fixture = try StoreFixture(patients: 2)
        let actor = try StoreFixture.clinician
        let snapshot = try fixture.store.snapshot()
        for text in [
            "SELECT id, code.text FROM Observation WHERE date >= 2010 ORDER BY date DESC LIMIT 7",
            "SELECT * FROM Condition", "SELECT COUNT(*) FROM Observation", "SELECT id FROM Patient ORDER BY id",
        ] {
            let query = try Query(text)
            let expected = try snapshot.query(text, as: actor, for: .treatment)
            for _ in 0..<2 {
                #expect(try snapshot.query(prepared: query, as: actor, for: .treatment) == expected)
                let answered = try snapshot.answer(prepared: query, as: actor, for: .treatment)
                #expect(answered.result == expected)
                #expect(try fixture.verifier.verify(answered.answer.bytes).result == expected)
            }
        }
    }

    @Test func `many records are opened in the order of their entries, whatever the limit`() throws {
        let fixture = try StoreFixture(patients: 4)
        let actor = try StoreFixture.clinician
        let snapshot = try fixture.store.snapshot()
        for text in [Self.everything, "SELECT * FROM Resource", "SELECT id FROM Observation WHERE date >= 2005"] {
            let all = try snapshot.query(text, as: actor, for: .treatment)
            #expect(all.rows.count > 200)
            for limit in [1, 2, 63, 64, 65, 66, 129, 200, all.rows.count, all.rows.count + 1] {
                let answered = try snapshot.answer("\(text) LIMIT \(limit)", as: actor, for: .treatment)
                #expect(answered.result.rows.count == min(limit, all.rows.count))
                if all.columns.count == answered.result.columns.count {
                    #expect(answered.result.rows == Array(all.rows.prefix(limit)))
                }
                // The verifier reads one record after the other and refuses an answer that discloses one more.
                #expect(try fixture.verifier.verify(answered.answer.bytes).result == answered.result)
            }
        }
        let ids = Self.texts(try snapshot.query("SELECT id FROM Observation", as: actor, for: .treatment))
        let resources = Self.texts(try snapshot.query(Self.everything, as: actor, for: .treatment))
        for (id, resource) in zip(ids, resources) { #expect(resource.contains("\"id\":\"\(id)\"")) }
    }

    @Test func `what was remembered of one version is not used for another`() throws {
        let fixture = try StoreFixture(patients: 1)
        let actor = try StoreFixture.clinician
        let old = try fixture.store.snapshot()
        let before = try old.answer("SELECT COUNT(*) FROM Observation", as: actor, for: .treatment)
        try fixture.store.importUnvalidated(at: [try fixture.writeSamples(2, seed: 9).path])
        let new = try fixture.store.snapshot()
        for _ in 0..<2 {
            let after = try new.answer("SELECT COUNT(*) FROM Observation", as: actor, for: .treatment)
            let again = try old.answer("SELECT COUNT(*) FROM Observation", as: actor, for: .treatment)
            #expect(again.result == before.result && after.result != before.result)
            let verifier = fixture.verifier
            #expect(try verifier.verify(after.answer.bytes).result == after.result)
            #expect(try verifier.verify(again.answer.bytes).result == again.result)
            // One commit's log proof does not vouch for another's commit.
            var mixed = after.answer
            mixed.commit = again.answer.commit
            #expect(throws: VerificationError.self) { try verifier.verify(mixed.bytes) }
            mixed = after.answer
            mixed.logProof = again.answer.logProof
            #expect(throws: VerificationError.self) { try verifier.verify(mixed.bytes) }
        }
    }

    @Test func `a verifier that knows a commit still refuses what it refused before`() throws {
        let fixture = try StoreFixture(patients: 1)
        let answered = try fixture.store.answer(
            "SELECT id FROM Observation LIMIT 3", as: StoreFixture.clinician, for: .treatment)
        let verifier = fixture.verifier
        for _ in 0..<2 {
            #expect(try verifier.verify(answered.answer.bytes).result == answered.result)
            var forged = answered.answer
            forged.logProof[forged.logProof.count - 20] ^= 1
            #expect(throws: VerificationError.self) { try verifier.verify(forged.bytes) }
            forged = answered.answer
            forged.query = "SELECT id FROM Observation LIMIT 2"
            #expect(throws: VerificationError.self) { try verifier.verify(forged.bytes) }
        }
        let stranger = try StoreFixture(patients: 0).verifier
        #expect(throws: VerificationError.self) { try stranger.verify(answered.answer.bytes) }
    }

    @Test func `readers on several threads see the same, each through a snapshot of its own`() throws {
        let fixture = try StoreFixture(patients: 2)
        let store = try #require(fixture.store)
        let actor = try StoreFixture.clinician
        let expected = try store.query(Self.everything, as: actor, for: .treatment)
        let problems = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: 8) { thread in
            do {
                let snapshot = try store.snapshot()
                for _ in 0..<3 {
                    let result = try snapshot.query(Self.everything, as: actor, for: .treatment)
                    if result != expected { problems.withLock { $0.append("thread \(thread) read something else") } }
                }
            } catch {
                problems.withLock { $0.append("\(error)") }
            }
        }
        #expect(problems.withLock { $0 } == [])
    }
}

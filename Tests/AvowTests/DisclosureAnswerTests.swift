import Avow
import AvowConsent
import AvowFHIR
import AvowProof
import AvowQuery
import AvowVerify
import Foundation
import TestSupport
import Testing

/// A store in which `p0` was read by some, and what the tests ask of it.
private struct Disclosures {
    let fixture: StoreFixture
    let answered: AnsweredQuery

    init() throws {
        fixture = try AuditedStore.fixture()
        let store = try unwrapped(fixture.store)
        for number in 0..<4 {
            let actor = try Actor("Practitioner/\(number)", roles: ["doctor"], organization: "Organization/o")
            _ = try store.query("SELECT id FROM Observation", as: actor, for: .treatment)
            _ = try store.read(.patient, id: "p\(number % 2)", as: actor, for: .treatment)
        }
        _ = try store.query(
            "SELECT id FROM Patient WHERE _id = p0", as: StoreFixture.clinician, for: .treatment,
            breakGlassReason: "unconscious, no history at hand")
        answered = try store.answerDisclosures(
            to: "p0", as: AuditedStore.patient("p0"), for: AuditedStore.request)
    }

    func check(_ change: (inout Answer) -> Void) -> String {
        var answer = answered.answer
        change(&answer)
        do throws(VerificationError) {
            _ = try fixture.verifier.verify(answer.bytes)
            return "accepted"
        } catch {
            return error.check
        }
    }
}

@Suite struct `Disclosures to a patient` {
    @Test func `are listed with their proof, which the store's public key verifies`() throws {
        let made = try Disclosures()
        let verified = try made.fixture.verifier.verify(made.answered.answer.bytes)
        #expect(verified.result == made.answered.result)
        #expect(verified.checkpoint.checkpoint.origin == "test.example/avow/audit")
        #expect(made.answered.answer.query == "SHOW DISCLOSURES FOR 'Patient/p0'")
        let rows = try made.answered.result.rows(as: Row.self)
        #expect(
            rows.map(\.actor) == [
                "Practitioner/0", "Practitioner/0", "Practitioner/1", "Practitioner/2", "Practitioner/2",
                "Practitioner/3", "Practitioner/1",
            ])
        #expect(rows.map(\.records) == [3, 1, 3, 3, 1, 3, 1])
        #expect(
            rows.map(\.types) == [
                "Observation", "Patient", "Observation", "Observation", "Patient", "Observation", "Patient",
            ])
        #expect(rows.last?.reason == "unconscious, no history at hand")
        #expect(rows.allSatisfy { $0.purpose == "TREAT" && $0.query == nil })
        // The first event of the query that broke the glass names nobody; the second is the patient's.
        #expect(rows.last?.continues != nil)
        // Asking is recorded, too, and the next answer shows it.
        let again = try made.fixture.store.disclosures(
            to: "p0", as: AuditedStore.patient("p0"), for: AuditedStore.request)
        #expect(again.rows.count == rows.count + 1)
        #expect(again.rows.last?[2].text == "Patient/p0" && again.rows.last?[9].text == "0")
    }

    private struct Row: Decodable {
        let time: String
        let event: Int
        let actor: String
        let purpose: String
        let reason: String?
        let types: String?
        let records: Int
        let proven: Bool
        let continues: Int?
        let query: String?
    }

    @Test func `begin where the question says, and are none for a patient of whom nothing was read`() throws {
        let fixture = try AuditedStore.fixture()
        let store = try unwrapped(fixture.store)
        let actor = try StoreFixture.clinician
        _ = try store.read(.patient, id: "p0", as: actor, for: .treatment)
        let patient = try AuditedStore.patient("p0")
        for (since, count) in [("2020", 1), ("9999-12-31", 0), ("1970-01-01T00:00:00Z", 2)] {
            let answered = try store.answerDisclosures(
                to: "p0", since: since, as: patient, for: AuditedStore.request)
            #expect(try fixture.verifier.verify(answered.answer.bytes).result == answered.result)
            #expect(answered.result.rows.count >= count && (count > 0 || answered.result.rows.isEmpty))
        }
        let other = try store.answerDisclosures(
            to: "p2", as: AuditedStore.patient("p2"), for: AuditedStore.request)
        #expect(other.result.rows.isEmpty)
        #expect(try fixture.verifier.verify(other.answer.bytes).result.rows.isEmpty)
    }

    @Test func `are for the patient and for auditors, who see the queries, and for nobody else`() throws {
        let made = try Disclosures()
        let auditor = try Actor("Practitioner/9", roles: ["auditor"])
        let purpose = try Purpose(code: "HSYSADMIN")
        func refusal(_ actor: Actor, _ purpose: Purpose) -> Bool {
            let error = storeError { () throws(StoreError) in
                try made.fixture.store.answerDisclosures(to: "p0", as: actor, for: purpose)
            }
            if case .query(.notPermitted) = error { return true }
            return false
        }
        #expect(refusal(auditor, purpose))
        #expect(refusal(try AuditedStore.patient("p1"), try AuditedStore.request))
        #expect(refusal(try AuditedStore.patient("p0"), .treatment))
        var before: Snapshot? = try made.fixture.store.snapshot()
        try made.fixture.store.setPolicy(Self.policy(auditors: #"["auditor", "inspector"]"#))
        #expect(refusal(try Actor("Practitioner/9", roles: ["doctor"]), purpose))
        let answered = try made.fixture.store.answerDisclosures(to: "p0", as: auditor, for: purpose)
        #expect(try made.fixture.verifier.verify(answered.answer.bytes).result == answered.result)
        #expect(answered.result.rows.first?.last?.text == "SELECT id FROM Observation")
        // Attempts that were refused are events, and no disclosures.
        #expect(answered.result.rows.allSatisfy { $0[6].text != "HSYSADMIN" })
        // Changing them takes effect for the next question, and not for an answer of before.
        #expect(throws: Never.self) {
            // A snapshot of before does not take back what the newer policy says.
            try before?.query("SHOW DISCLOSURES FOR Patient/p0", as: auditor, for: purpose)
        }
        before = nil
        try made.fixture.store.setPolicy(Self.policy(auditors: "[]"))
        #expect(refusal(auditor, purpose))
        #expect(try made.fixture.verifier.verify(answered.answer.bytes).result == answered.result)
        #expect(try made.fixture.checked() == [])
    }

    private static func policy(auditors: String) throws -> StorePolicy {
        let standard = String(decoding: StorePolicy.standard.json, as: UTF8.self)
        return try StorePolicy(
            json: Array(standard.replacingOccurrences(of: #""auditors":[]"#, with: #""auditors":"# + auditors).utf8))
    }

    @Test func `that were dropped, added or changed are refused`() throws {
        let made = try Disclosures()
        #expect(made.check { _ in } == "accepted")
        let values = made.answered.answer.values
        // Each value is of a disclosure or of an event; all of them are needed, and as they were.
        for index in values.indices {
            #expect(made.check { $0.values.remove(at: index) } == "value", "without value \(index)")
            #expect(made.check { $0.values[index][16] ^= 1 } == "value", "another value \(index)")
        }
        #expect(made.check { $0.values.append(values[0] + [1]) } == "value")
        #expect(made.check { $0.treeProof.removeLast() } == "tree")
        // A question about less, another patient's, or another time's reads other entries than the proof shows.
        for query in [
            "SHOW DISCLOSURES FOR Patient/p0 SINCE 9999", "SHOW DISCLOSURES FOR Patient/p1", "SELECT id FROM Patient",
            "SHOW DISCLOSURES FOR Patient/p0 AS 'Patient/p1' FOR PATRQT",
        ] {
            #expect(made.check { $0.query = query } != "accepted", "\(query)")
        }
        // An answer about records is none about the ledger, and the other way round.
        let other = try made.fixture.store.answer(
            "SELECT id FROM Patient", as: AuditedStore.patient("p0"), for: AuditedStore.request)
        #expect(
            made.check {
                $0.logProof = other.answer.logProof; $0.commit = other.answer.commit
            } == "log")
        var swapped = other.answer
        swapped.logProof = made.answered.answer.logProof
        swapped.commit = made.answered.answer.commit
        let verifier = made.fixture.verifier
        _ = try verifier.verify(made.answered.answer.bytes)
        #expect(throws: VerificationError.self) { try verifier.verify(swapped.bytes) }
        // Who asks is part of what is verified.
        #expect(
            made.check {
                if let actor = try? AuditedStore.patient("p1"), let purpose = try? AuditedStore.request {
                    $0.request = AccessRequest(actor: actor, purpose: purpose, time: $0.request.time)
                }
            } == "query")
    }

    @Test func `are refused from a ledger that leaves one out of its tree`() throws {
        // Two ledgers of one store that differ in the last event: the one's proof does not fit the other's checkpoint.
        let made = try Disclosures()
        let store = try unwrapped(made.fixture.store)
        let later = try store.answerDisclosures(
            to: "p0", as: AuditedStore.patient("p0"), for: AuditedStore.request)
        #expect(
            made.check {
                $0.commit = later.answer.commit; $0.logProof = later.answer.logProof
            } == "tree")
        #expect(made.check { $0.commit = later.answer.commit } == "log")
    }

    @Test func `refuse hostile bytes without a crash`() throws {
        let made = try Disclosures()
        let good = made.answered.answer.bytes
        var random = SeededGenerator(seed: 7)
        for _ in 0..<400 {
            var bad = good
            for _ in 0..<Int(random.next() % 3 + 1) {
                bad[Int(random.next() % UInt64(bad.count))] = UInt8(truncatingIfNeeded: random.next())
            }
            guard bad != good else { continue }
            #expect(throws: VerificationError.self) { try made.fixture.verifier.verify(bad) }
        }
        for length in stride(from: 0, to: good.count, by: 37) {
            #expect(throws: VerificationError.self) { try made.fixture.verifier.verify(Array(good[..<length])) }
        }
    }
}

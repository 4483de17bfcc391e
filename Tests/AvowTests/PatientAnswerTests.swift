import AvowConsent
import AvowFHIR
import AvowProof
import AvowQuery
import AvowVerify
import Testing

@testable import Avow

/// Questions over indexes of which the patient is a column, answered by stores and checked by verifiers.
@Suite struct `Answers by patient` {
    /// The latest of each patient of a set, as the index by patient finds them.
    private static let question =
        "SELECT id FROM Observation WHERE code = loinc|1-1 AND patient IN (SELECT patient FROM Observation WHERE "
        + "status = amended) AND NOT BEFORE (Observation WHERE code = loinc|1-1) ORDER BY id"

    /// Observations of two codes; of some patients nobody may see any, and one belongs to none.
    private static func fixture() throws -> StoreFixture {
        let fixture = try StoreFixture()
        var lines: [String] = []
        for patient in 0..<24 {
            if patient % 4 == 3 { lines.append(MadeConsent.nothing("p\(patient)", "c\(patient)")) }
            if patient % 4 == 2 { lines.append(MadeConsent.treatmentOnly("p\(patient)", "c\(patient)")) }
            lines.append(Made.patient("p\(patient)"))
            for number in 0..<40 {
                let line = Made.observation(
                    "o-\(patient)-\(number)", of: "p\(patient)", value: 1, code: 1 + number % 2
                ).replacing("2020-01-02", with: "\(1_970 + number)-05-01")
                let isAmended = patient % 8 == 2 && number == 1
                lines.append(isAmended ? line.replacing(#""final""#, with: #""amended""#) : line)
            }
        }
        try fixture.importLines(lines)
        try fixture.store.createIndex("status", on: .observation, columns: [.parameter("status")])
        try fixture.store.createIndex(
            "histories", on: .observation,
            columns: [.parameter("code"), .patient, .parameter("date"), .path("id")])
        return fixture
    }

    @Test func `are what the records give, verified, and refused when any entry is hidden`() throws {
        let fixture = try Self.fixture()
        let clinician = try StoreFixture.clinician
        let plan = try fixture.store.snapshot().explain(
            prepared: try Query(Self.question).explained(isAnalyzed: true), as: clinician, for: .treatment)
        #expect(plan.description.contains("histories, of 3 patients, of each patient the last alone"), "\(plan)")
        let answered = try fixture.store.answer(Self.question, as: clinician, for: .treatment)
        #expect(answered.result.rows.map { $0[0].text } == ["o-10-38", "o-18-38", "o-2-38"])
        #expect(answered.answer.records.isEmpty)
        #expect(try fixture.verifier.verify(answered.answer.bytes).result == answered.result)
        let proof = try ProofSurgery(answered.answer.treeProof)
        let leaves = proof.leaves(.full) + proof.leaves(.order)
        #expect(leaves.count > 6)
        for index in leaves {
            var forged = (answer: answered.answer, proof: proof)
            let leaf = try unwrapped(proof.items[index].leaf)
            forged.proof.items[index].item = .pruned(count: 1, hash: ProofSurgery.hash(leaf))
            forged.answer.treeProof = forged.proof.bytes
            #expect(throws: VerificationError.self, "entry \(index)") {
                try fixture.verifier.verify(forged.answer.bytes)
            }
        }
        // The events of another code over the same proof.
        var other = answered.answer
        other.query = other.query.replacing("NOT BEFORE (Observation WHERE code = loinc|1-1)", with: "date > 2005")
        #expect(throws: VerificationError.self) { try fixture.verifier.verify(other.bytes) }
    }

    @Test func `find what is stored later, and nothing that was moved or deleted`() throws {
        let fixture = try Self.fixture()
        let clinician = try StoreFixture.clinician
        func latest() throws -> [String] {
            let answered = try fixture.store.answer(Self.question, as: clinician, for: .treatment)
            #expect(try fixture.verifier.verify(answered.answer.bytes).result == answered.result)
            return answered.result.rows.map { $0[0].text }
        }
        try fixture.importLines([
            Made.observation("o-2-40", of: "p2", value: 1, code: 1).replacing("2020-01-02", with: "2015-05-01"),
            // What was another patient's.
            Made.observation("o-3-40", of: "p10", value: 1, code: 1).replacing("2020-01-02", with: "2016-05-01"),
        ])
        #expect(try latest() == ["o-18-38", "o-2-40", "o-3-40"])
        try fixture.importLines([
            Made.observation("o-3-40", of: "p18", value: 1, code: 1).replacing("2020-01-02", with: "2016-05-01")
        ])
        #expect(try latest() == ["o-10-38", "o-2-40", "o-3-40"])
        fixture.close()
        #expect(try Store.check(at: fixture.storePath, unlock: try StoreFixture.unlock()).isHealthy)
    }
}

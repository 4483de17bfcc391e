import AvowConsent
import AvowFHIR
import AvowProof
import AvowQuery
import AvowVerify
import Testing

@testable import Avow

/// ORs over different indexes, answered by stores and checked by verifiers.
@Suite struct `Answers to an OR over different indexes` {
    private static let question =
        "SELECT id, code FROM Observation WHERE code = loinc|1-1 AND date >= 1995 OR status = amended ORDER BY id"

    /// Observations of two codes; of some patients nobody may see any.
    private static func fixture() throws -> StoreFixture {
        let fixture = try StoreFixture()
        var lines: [String] = []
        for patient in 0..<8 {
            if patient % 4 == 3 { lines.append(MadeConsent.nothing("p\(patient)", "c\(patient)")) }
            if patient % 4 == 2 { lines.append(MadeConsent.treatmentOnly("p\(patient)", "c\(patient)")) }
            lines.append(Made.patient("p\(patient)"))
            for number in 0..<6 {
                let line = Made.observation(
                    "o-\(patient)-\(number)", of: "p\(patient)", value: 1, code: 1 + number % 3
                ).replacing("2020-01-02", with: "\(1_985 + patient * 2 + number)-05-01")
                lines.append(
                    (patient + number) % 5 == 0 ? line.replacing(#""final""#, with: #""amended""#) : line)
            }
        }
        try fixture.importLines(lines)
        try fixture.store.createIndex("status", on: .observation, columns: [.parameter("status")])
        return fixture
    }

    private static func expected() -> [String] {
        (0..<8).filter { $0 % 4 != 3 }.flatMap { patient in
            (0..<6).filter { number in
                number % 3 == 0 && 1_985 + patient * 2 + number >= 1_995 || (patient + number) % 5 == 0
            }.map { "o-\(patient)-\($0)" }
        }.sorted()
    }

    @Test func `are what the records give under the audiences of the request, and verified`() throws {
        let fixture = try Self.fixture()
        let plan = try fixture.store.snapshot().explain(Self.question, as: StoreFixture.clinician, for: .treatment)
        #expect(plan.description.contains("the union of") && plan.audiences.count > 1, "\(plan)")
        let answered = try fixture.store.answer(Self.question, as: StoreFixture.clinician, for: .treatment)
        #expect(answered.result.rows.map { $0[0].text } == Self.expected())
        #expect(try fixture.verifier.verify(answered.answer.bytes).result == answered.result)
        // The plan itself can be proven, too.
        let explained = try fixture.store.answer(
            "EXPLAIN " + Self.question, as: StoreFixture.clinician, for: .treatment)
        #expect(try fixture.verifier.verify(explained.answer.bytes).result == explained.result)
        #expect(explained.result.rows.contains { $0[0].text.contains("way 2: from ") })
        // Who is admitted to nothing of it finds nothing, and proves that.
        let nothing = try fixture.store.answer(
            Self.question, as: StoreFixture.clinician, for: try Purpose(code: "HMARKT"))
        #expect(nothing.result.rows.isEmpty)
        #expect(try fixture.verifier.verify(nothing.answer.bytes).result == nothing.result)
    }

    @Test func `are refused when any entry of a branch is hidden, and when a record is`() throws {
        let fixture = try Self.fixture()
        let answer = try fixture.store.answer(Self.question, as: StoreFixture.clinician, for: .treatment).answer
        let proof = try ProofSurgery(answer.treeProof)
        let leaves = proof.leaves(.full) + proof.leaves(.order)
        #expect(leaves.count > 20)
        for index in leaves {
            var forged = (answer: answer, proof: proof)
            let leaf = try unwrapped(proof.items[index].leaf)
            forged.proof.items[index].item = .pruned(count: 1, hash: ProofSurgery.hash(leaf))
            forged.answer.treeProof = forged.proof.bytes
            #expect(throws: VerificationError.self, "entry \(index)") {
                try fixture.verifier.verify(forged.answer.bytes)
            }
        }
        for index in answer.records.indices {
            var forged = answer
            forged.records.remove(at: index)
            #expect(throws: VerificationError.self, "record \(index)") {
                try fixture.verifier.verify(forged.bytes)
            }
        }
        // The question with one of its alternatives only, over the same proof.
        var cut = answer
        cut.query = cut.query.replacing(" OR status = amended", with: "")
        #expect(throws: VerificationError.self) { try fixture.verifier.verify(cut.bytes) }
    }
}

import Avow
import AvowConsent
import AvowProof
import AvowQuery
import AvowVerify
import Testing

@Suite struct `A record in, a proven answer out` {
    private static let questions = [
        "SELECT effective, value.value FROM Observation WHERE code = loinc|4548-4 AND date >= 2010 ORDER BY date",
        "SELECT effective, value.value FROM Observation WHERE code = loinc|4548-4 ORDER BY date DESC LIMIT 5",
        "SELECT COUNT(*) FROM Observation WHERE code = loinc|4548-4 AND date >= 2022",
        "SELECT COUNT(*) FROM Observation WHERE code = 4548-4",
        "SELECT COUNT(*) FROM Patient",
        "SELECT COUNT(*) FROM Resource",
        "SELECT id, name.family, birthDate FROM Patient ORDER BY birthDate LIMIT 3",
        "SELECT * FROM Condition WHERE code = snomed|44054006",
        "SELECT id FROM Observation WHERE code = loinc|no-such-code",
        "SELECT id FROM Observation WHERE date < 1800",
        "SELECT patient, date, code.coding.display FROM Condition WHERE date >= 2020 ORDER BY date DESC, patient LIMIT 20",
        "SELECT id FROM Patient WHERE _id = no-such-patient",
        "SELECT id FROM Patient WHERE patient = Patient/no-such-patient",
        "SELECT id FROM Patient LIMIT 0",
    ]

    @Test func `every answer verifies with the key alone and gives the same rows`() throws {
        let fixture = try StoreFixture(patients: 12)
        for question in Self.questions {
            let answered = try fixture.store.answer(question, as: StoreFixture.clinician, for: .treatment)
            let plain = try fixture.store.query(question, as: StoreFixture.clinician, for: .treatment)
            #expect(plain == answered.result, "\(question)")
            let verified = try fixture.verifier.verify(answered.answer.bytes)
            #expect(verified.result == answered.result, "\(question)")
            #expect(verified.query.text == question)
        }
    }

    @Test func `a check of a sound store finds nothing`() throws {
        let fixture = try StoreFixture(patients: 12)
        fixture.close()
        let report = try Store.check(at: fixture.storePath, unlock: StoreFixture.unlock())
        #expect(report.damages.map(\.description) == [])
        #expect(report.records > 500)
        #expect(report.indexEntries > 500)
    }

    @Test func `a purpose that the default policy does not name gets no rows, provably`() throws {
        let fixture = try StoreFixture(patients: 2)
        let answered = try fixture.store.answer("SELECT id FROM Patient", as: StoreFixture.clinician, for: .research)
        #expect(answered.result.rows.isEmpty)
        #expect(answered.result.audiences.isEmpty)
        let verified = try fixture.verifier.verify(answered.answer.bytes)
        #expect(verified.result.rows.isEmpty)
    }
}

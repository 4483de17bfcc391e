import Avow
import AvowConsent
import AvowFHIR
import AvowQuery
import AvowVerify
import Testing

/// What plans of each kind answer is proven, and a plan that was not the one is refused.
@Suite struct `Answers of plans of each kind` {
    private static let questions = [
        "SELECT month(date) AS month, class.code AS class, COUNT(*) FROM Encounter WHERE date >= 2015 "
            + "GROUP BY month, class ORDER BY month, class",
        "SELECT gender, bucket(age(birthDate, @2020-01-01), 10) AS age, COUNT(*) FROM Patient GROUP BY gender, age "
            + "ORDER BY gender, age",
        "SELECT year(date) AS year, COUNT(DISTINCT patient), COUNT(*) FROM Immunization WHERE vaccine-code = cvx|140 "
            + "GROUP BY year ORDER BY year",
        "SELECT id, date FROM Observation WHERE code IN (loinc|85354-9, loinc|8302-2) ORDER BY date DESC, id LIMIT 5",
        "SELECT patient, date, id FROM Observation WHERE code = loinc|29463-7 ORDER BY date DESC, id LIMIT 1 PER patient",
        "SELECT id FROM Observation WHERE code = loinc|29463-7 AND date >= 2015 AND value-quantity > 70 'kg' ORDER BY id",
        "SELECT code, COUNT(*), COUNT(DISTINCT patient) FROM Observation WHERE value-quantity IS NULL GROUP BY code "
            + "ORDER BY code",
        "SELECT code, MIN(date), MAX(date), COUNT(*) FROM Condition GROUP BY code ORDER BY code",
        "SELECT year(date) AS year, MAX(date) FROM Observation WHERE code = loinc|29463-7 GROUP BY year ORDER BY year",
        "SELECT id, birthDate FROM Patient ORDER BY birthDate, id LIMIT 3",
        "SELECT id FROM Encounter WHERE NOT BEFORE (Encounter) AND class IN (AMB, EMER) ORDER BY id",
        "SELECT id FROM DiagnosticReport WHERE result IN (SELECT _id FROM Observation WHERE code = loinc|2093-3) "
            + "ORDER BY id",
        "SELECT id, (SELECT value.value FROM Observation WHERE code = loinc|29463-7 ORDER BY date, id) AS first "
            + "FROM Patient WHERE EXISTS (Encounter WHERE class = AMB) ORDER BY id",
        "SELECT id FROM Encounter WHERE class = EMER OR type = snomed|185345009 AND date >= 2020 ORDER BY id",
        "SELECT COUNT(*), COUNT(DISTINCT patient) FROM Patient WHERE birthdate < 1950 OR gender = female AND "
            + "birthdate > 2000",
    ]
    private static let indexes: [(name: String, type: ResourceType, columns: [String])] = [
        ("measurements", .observation, ["code", "value-quantity"]), ("results", .diagnosticReport, ["result"]),
        ("deaths", .patient, ["birthdate", "death-date"]),
    ]

    @Test func `are the same whatever indexes there are, verified, and refused when forged`() throws {
        let fixture = try StoreFixture(patients: 8)
        var rows: [[[Cell]]] = []
        for text in Self.questions { rows.append(try ask(text, fixture)) }
        for (name, type, columns) in Self.indexes {
            try fixture.store.createIndex(name, on: type, columns: columns.map(IndexColumn.parameter))
        }
        for (text, expected) in zip(Self.questions, rows) { #expect(try ask(text, fixture) == expected, "\(text)") }
        for index in try fixture.store.indexes(measuring: false) {
            try fixture.store.dropIndex(index.definition.name)
        }
        for (text, expected) in zip(Self.questions, rows) { #expect(try ask(text, fixture) == expected, "\(text)") }
    }

    private func ask(_ text: String, _ fixture: StoreFixture) throws -> [[Cell]] {
        let answered = try fixture.store.answer(text, as: StoreFixture.clinician, for: .treatment)
        #expect(try fixture.verifier.verify(answered.answer.bytes).result == answered.result, "\(text)")
        #expect(
            try fixture.store.query(text, as: StoreFixture.clinician, for: .treatment) == answered.result, "\(text)")
        let strangers = try fixture.store.answer(
            "SELECT * FROM Organization LIMIT 1", as: StoreFixture.clinician, for: .treatment)
        for forgery in try QuestionForgery.all(of: answered.answer, strangers: strangers.answer.records) {
            #expect(throws: VerificationError.self, "\(text): \(forgery.name)") {
                try fixture.verifier.verify(forgery.answer.bytes)
            }
        }
        return answered.result.rows
    }
}

import Avow
import AvowConsent
import AvowFHIR
import AvowQuery
import AvowVerify
import Testing

/// Questions of every kind over a store, and over their proofs.
@Suite struct `Questions over a store` {
    @Test func `give the same rows when they are executed over their proofs`() throws {
        let fixture = try StoreFixture(patients: 3)
        let questions = HostileCorpus.questions + HostileCorpus.countedQuestions
        for (name, text) in questions {
            let plain = try fixture.store.query(text, as: StoreFixture.clinician, for: .treatment)
            let answered = try fixture.store.answer(text, as: StoreFixture.clinician, for: .treatment)
            #expect(answered.result == plain, "\(name)")
            #expect(try fixture.verifier.verify(answered.answer.bytes).result == plain, "\(name)")
            #expect(!plain.rows.isEmpty, "\(name)")
        }
    }

    /// Pairs of questions that ask for the same, the first of an index, and the index.
    @Test(arguments: [
        ("Patient", "birthdate < 1970", "PATH(birthDate < @1970)", "Patient-birthdate"),
        (
            "Patient", "gender = female AND birthdate >= 1960",
            "PATH(gender = 'female' and birthDate >= @1960-01-01)", ""
        ),
        (
            "Encounter", "date >= 2015 AND class = AMB", "PATH(class.code = 'AMB') AND NOT date < 2015",
            "index by class and date of Encounter: AMB"
        ),
        (
            "Observation", "code = loinc|29463-7 AND value-quantity > 70 'kg'",
            "PATH(code.coding.exists(code = '29463-7') and value.value > 70)", ""
        ),
    ])
    func `give the same rows whatever leads to the records`(
        type: String, indexed: String, path: String, index: String
    ) throws {
        let fixture = try StoreFixture(patients: 6)
        func ask(_ condition: String, _ shown: String = "id") throws -> [[Cell]] {
            let text = "SELECT \(shown) FROM \(type) WHERE \(condition)" + (shown == "id" ? " ORDER BY id" : "")
            let answered = try fixture.store.answer(text, as: StoreFixture.clinician, for: .treatment)
            #expect(try fixture.verifier.verify(answered.answer.bytes).result == answered.result, "\(text)")
            return answered.result.rows
        }
        let rows = try ask(indexed)
        #expect(try ask(path) == rows)
        #expect(try ask(indexed, "COUNT(*)") == [[.number(String(rows.count))]])
        #expect(try ask("NOT (\(indexed))", "COUNT(*)") == ask("NOT (\(path))", "COUNT(*)"))
        let plan = try fixture.store.snapshot().explain(
            "SELECT id FROM \(type) WHERE \(indexed)", as: StoreFixture.clinician, for: .treatment)
        #expect(plan.description.contains(index), "\(plan)")
    }

    @Test func `composites are asked for as a slow scan finds them, with an index and without`() throws {
        let fixture = try StoreFixture(patients: 6)
        let clinician = try StoreFixture.clinician
        func ids(_ condition: String) throws -> [[Cell]] {
            let text = "SELECT id FROM Observation WHERE \(condition) ORDER BY id"
            let answered = try fixture.store.answer(text, as: clinician, for: .treatment)
            #expect(try fixture.verifier.verify(answered.answer.bytes).result == answered.result, "\(text)")
            return answered.result.rows
        }
        let same = [
            (
                "code-value-quantity = (loinc|29463-7, > 70 'kg')",
                "PATH(code.coding.exists(code = '29463-7' and system = 'http://loinc.org') and value.ofType(Quantity).value > 70)"
            ),
            (
                "component-code-value-quantity = (8480-6, >= 120 'mm[Hg]')",
                "PATH(component.exists(code.coding.exists(code = '8480-6') and value.ofType(Quantity).value >= 120))"
            ),
            (
                "component-code-value-quantity IN ((loinc|8480-6, > 130), (loinc|8462-4, < 70))",
                """
                PATH(component.exists(code.coding.exists(code = '8480-6') and value.ofType(Quantity).value > 130 \
                or code.coding.exists(code = '8462-4') and value.ofType(Quantity).value < 70))
                """
            ),
            (
                "code-value-quantity <> (loinc|29463-7, > 70 'kg')",
                """
                PATH((code.coding.exists(code = '29463-7' and system = 'http://loinc.org') \
                and value.ofType(Quantity).value > 70).not())
                """
            ),
            ("component-code-value-quantity IS NULL", "PATH(component.value.ofType(Quantity).empty())"),
        ]
        var found: [[[Cell]]] = []
        for (composite, path) in same {
            let rows = try ids(composite)
            #expect(try rows == ids(path), "\(composite)")
            #expect(!rows.isEmpty, "\(composite)")
            found.append(rows)
        }
        try fixture.store.createIndex(
            "measured", on: .observation, columns: [.parameter("code-value-quantity")])
        for ((composite, _), rows) in zip(same, found) { #expect(try ids(composite) == rows, "\(composite)") }
        let plan = try fixture.store.snapshot().explain(
            "SELECT id FROM Observation WHERE \(same[0].0)", as: clinician, for: .treatment)
        #expect(plan.description.contains("index measured"), "\(plan)")
        let query = try Query("SELECT id FROM Observation WHERE code-value-quantity = ($code, > $least) ORDER BY id")
        let kilogram = QueryValue.quantity(try #require(FHIRDecimal("70")), unit: "kg")
        let bound = try query.binding(["code": "loinc|29463-7", "least": kilogram])
        #expect(try fixture.store.snapshot().query(prepared: bound, as: clinician, for: .treatment).rows == found[0])
        #expect(throws: QueryError.self) { try query.binding(["code": 7, "least": kilogram]) }
        #expect(throws: QueryError.self) { try query.binding(["code": "a", "least": [kilogram, kilogram]]) }
    }

    @Test func `EXPLAIN ANALYZE is answered and not proven`() throws {
        let fixture = try StoreFixture(patients: 1)
        let text = "EXPLAIN ANALYZE SELECT id FROM Patient"
        let rows = try fixture.store.query(text, as: StoreFixture.clinician, for: .treatment).rows
        #expect(rows.last?[0].text.hasPrefix("bytes of the answer with its proof: ") == true)
        #expect(throws: StoreError.self) {
            try fixture.store.answer(text, as: StoreFixture.clinician, for: .treatment)
        }
    }
}

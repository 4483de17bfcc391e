import AvowConsent
import AvowFHIR
import AvowProof
import TestSupport
import Testing

@testable import AvowQuery

/// What is answered over indexes of which the patient is a column, beside what records alone answer.
@Suite struct `Plans by patient` {
    static let catalog: IndexCatalog = {
        var catalog = IndexCatalog.standard
        let others: [(ResourceType, [String])] = [
            (.observation, ["code", "patient", "date", "PATH(value.value)", "PATH(id)", "PATH(patient)"]),
            (.observation, ["status", "patient", "value-quantity", "date"]),
            (.encounter, ["patient", "date", "PATH(id)", "status"]),
            (.encounter, ["status", "class", "patient", "date"]),
            (.diagnosticReport, ["patient", "date", "PATH(id)"]), (.patient, ["patient", "PATH(id)"]),
        ]
        for (type, columns) in others {
            catalog.put(IndexDefinition(id: catalog.nextID, type: type, columns: columns.map { IndexColumn($0) }))
        }
        return catalog
    }()

    @Test(arguments: [UInt64(31), 32, 33, 34, 35, 36])
    func `give the rows that the records give`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var (compared, byPatient, atEnds) = (0, 0, 0)
        for round in 0..<6 {
            let count = Int.random(in: 0...300, using: &random)
            let records = IndexedRecords(count: count, isMixed: round > 0, using: &random)
            let plain = try records.source(nil)
            let source = try records.source(Self.catalog)
            for number in 0..<40 {
                let text = statement(using: &random)
                let place = "seed \(seed), round \(round), statement \(number): \(text)"
                let expected = try QueryExecutor(Query(text), as: Model.request, over: plain).run()
                let executor = QueryExecutor(try Query(text), as: try Model.request, over: source)
                let analyzed = try executor.analyze()
                let plan = analyzed.explanation.description
                #expect(analyzed.result.rows == expected.rows, "\(place)\n\(plan)")
                #expect(try executor.run().rows == expected.rows, "\(place)")
                if plan.contains(" patients\n") || plan.contains(" patients,") { byPatient += 1 }
                if plan.contains("of each patient the") { atEnds += 1 }
                if !expected.rows.isEmpty { compared += 1 }
            }
        }
        #expect(compared > 80)
        #expect(byPatient > 1 && atEnds > 5, "seed \(seed): \(byPatient), \(atEnds)")
    }

    private func statement(using random: inout SeededGenerator) -> String {
        let type = ["Encounter", "Observation", "DiagnosticReport"].randomElement(using: &random) ?? ""
        func event() -> String {
            [
                type, "Encounter", "DiagnosticReport", "Observation WHERE code = http://s|a",
                "Observation WHERE code = http://s|b AND status = final", "Encounter WHERE date < 2003",
                "Encounter WHERE status = planned", "Observation WHERE status = final",
            ].randomElement(using: &random) ?? ""
        }
        func condition() -> String {
            let relation =
                [
                    "BEFORE", "AFTER", "BEFORE LAST", "AFTER FIRST", "BEFORE FIRST", "WITHIN 2 YEARS OF", "NOT BEFORE",
                    "NOT AFTER", "NOT BEFORE", "NOT BEFORE LAST", "NOT AFTER FIRST", "NOT AFTER LAST",
                ].randomElement(using: &random) ?? ""
            var all = [
                "patient IN (SELECT patient FROM Observation WHERE code = http://s|b AND PATH(value.value > 10))",
                "patient IN (SELECT patient FROM Patient WHERE birthdate < 1951)",
                "NOT patient IN (SELECT patient FROM Encounter WHERE class = AMB)",
                "EXISTS (Encounter WHERE class = IMP)",
                "\(relation) (\(event()))", "\(relation) (\(event()))", "\(relation) (\(type))", "date >= 2001",
                "date IS NULL", "date < 2003",
            ]
            if type == "Observation" {
                all += ["code = http://s|a", "code = a", "status = final", "value-quantity > 3"]
            }
            if type == "Encounter" { all += ["status = planned", "class = AMB"] }
            return all.randomElement(using: &random) ?? ""
        }
        var parts = (0..<Int.random(in: 1...3, using: &random)).map { _ in condition() }
        if type == "Observation", Bool.random(using: &random) { parts.insert("code = http://s|a", at: 0) }
        let filter = " WHERE " + parts.joined(separator: " AND ")
        let direction = Bool.random(using: &random) ? " DESC" : ""
        switch Int.random(in: 0..<7, using: &random) {
        case 0:
            return "SELECT patient, date, id FROM \(type)\(filter) ORDER BY date\(direction), id LIMIT 1 PER patient"
        case 1: return "SELECT patient, id FROM \(type)\(filter) ORDER BY date\(direction), id LIMIT 2 PER patient"
        case 2:
            return "SELECT id, (SELECT id FROM \(type) WHERE \(parts[0]) ORDER BY date\(direction), id) AS first FROM "
                + "Patient ORDER BY id"
        case 3: return "SELECT COUNT(*), COUNT(DISTINCT patient), MAX(date), MIN(date) FROM \(type)\(filter)"
        case 4: return "SELECT patient, COUNT(*) FROM \(type)\(filter) GROUP BY patient ORDER BY patient"
        case 5: return "SELECT id, date FROM \(type)\(filter) ORDER BY date\(direction), id LIMIT 4"
        default: return "SELECT id FROM \(type)\(filter) ORDER BY id"
        }
    }

    private func read(_ text: String, _ catalog: IndexCatalog = catalog) throws -> (entries: Int, plan: String) {
        var random = SeededGenerator(seed: 5)
        let source = try IndexedRecords(count: 1_600, isMixed: true, using: &random).source(catalog)
        let before = source.entriesRead
        let analyzed = try QueryExecutor(try Query(text), as: try Model.request, over: source).analyze()
        return (source.entriesRead - before, analyzed.explanation.description)
    }

    @Test(arguments: [
        (
            "SELECT id, date FROM Encounter WHERE patient IN (SELECT patient FROM Patient WHERE birthdate < 1951 AND "
                + "gender = female) AND NOT BEFORE (Encounter)", "of each patient the last"
        ),
        (
            "SELECT id FROM Encounter WHERE _id IN (r1, r2, r3, r4, r5) AND "
                + "NOT BEFORE (Observation WHERE code = http://s|a)", " patients, of each patient the last"
        ),
    ])
    func `read the entries of few patients, and of these the ends`(text: String, step: String) throws {
        let (entries, plan) = try read(text)
        let (all, other) = try read(text, .standard)
        #expect(entries < all, "\(entries) of \(all)\n\(plan)\n\(other)")
        #expect(plan.contains(step), "\(plan)")
    }

    @Test func `a definition with the patient is told from one with a reference of that name`() throws {
        let columns: [IndexColumn] = [.parameter("code"), .patient, .path("patient")]
        let definition = IndexDefinition(id: 1_000, name: "one", type: .observation, columns: columns)
        let old = IndexDefinition(id: 1_001, name: "other", type: .observation, columns: [.parameter("patient")])
        let catalog = IndexCatalog([definition, old])
        #expect(try IndexCatalog(catalog.bytes) == catalog)
        #expect(try IndexForm(definition).patientColumn == 1)
        #expect(try IndexForm(old).patientColumn == nil)
        #expect(definition.columns.map(\.description) == ["code", "patient", "PATH(patient)"])
        #expect(columns.map { IndexColumn($0.description) } == columns)
        for place in catalog.bytes.indices {
            #expect(throws: EntryValueError.self) { try IndexCatalog(Array(catalog.bytes[..<place])) }
        }
        #expect(throws: IndexError.self) {
            try IndexForm(IndexDefinition(id: 1, type: .organization, columns: [.patient]))
        }
    }
}

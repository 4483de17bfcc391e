import Avow
import AvowConsent
import AvowFHIR
import AvowQuery
import AvowVerify
import Foundation
import Testing

/// Views that are loaded into a store, selected from, and what that proves.
@Suite struct `Views selected from` {
    static let pressures = """
        {"resourceType":"ViewDefinition","resource":"Observation","name":"pressures","status":"draft",
         "constant":[{"name":"bp","valueString":"85354-9"}],
         "select":[{"column":[{"name":"id","path":"id","type":"id"},
                              {"name":"subject","path":"subject.reference","type":"string"},
                              {"name":"taken","path":"effective.ofType(dateTime)","type":"dateTime"},
                              {"name":"final","path":"status = 'final'","type":"boolean"},
                              {"name":"codes","path":"code.coding.code","type":"code","collection":true}]},
                   {"forEach":"component",
                    "column":[{"name":"kind","path":"code.coding.first().code","type":"code"},
                              {"name":"value","path":"value.ofType(Quantity).value","type":"decimal"}]}],
         "where":[{"path":"code.coding.exists(code = %bp)"}]}
        """
    static let people = """
        {"resourceType":"ViewDefinition","resource":"Patient","name":"people",
         "select":[{"column":[{"name":"id","path":"id"},{"name":"gender","path":"gender"},
                              {"name":"born","path":"birthDate"}]}]}
        """

    private func fixture() throws -> StoreFixture {
        let fixture = try StoreFixture(patients: 4)
        try fixture.store.loadView(Array(Self.pressures.utf8))
        try fixture.store.loadView(Array(Self.people.utf8))
        return fixture
    }

    /// The rows of a question, the same with and without a proof, which a verifier accepts.
    private func ask(_ text: String, _ fixture: StoreFixture) throws -> [[Cell]] {
        let plain = try fixture.store.query(text, as: StoreFixture.clinician, for: .treatment)
        let answered = try fixture.store.answer(text, as: StoreFixture.clinician, for: .treatment)
        #expect(answered.result == plain, "\(text)")
        #expect(try fixture.verifier.verify(answered.answer.bytes).result == plain, "\(text)")
        return plain.rows
    }

    /// All rows of the view, laid out from the resources that can be read.
    private func rows(_ fixture: StoreFixture) throws -> [[Cell]] {
        let view = try ViewDefinition(try JSONParser().parse(Array(Self.pressures.utf8)).root)
        var rows: [[Cell]] = []
        try fixture.store.snapshot().forEachResource(view.resource, as: StoreFixture.clinician, for: .treatment) {
            json in
            let root = try? JSONParser().parse(json).root
            let found = root.flatMap { try? view.rows(of: $0) } ?? []
            rows += found.map { $0.map(Cell.init) }
            return true
        }
        return rows
    }

    @Test func `give the rows that the view lays out, in groups and in order`() throws {
        let fixture = try fixture()
        let all = try rows(fixture)
        #expect(all.count > 8)
        #expect(try Set(ask("SELECT * FROM pressures", fixture)) == Set(all))
        #expect(try ask("SELECT COUNT(*) FROM pressures", fixture) == [[.number("\(all.count)")]])
        let high = all.filter { $0[5] == .string("8480-6") && (Double($0[6].text) ?? 0) >= 120 }
        let found = try ask(
            "SELECT id, value FROM pressures WHERE kind = '8480-6' AND value >= 120 AND final = true ORDER BY value DESC, id",
            fixture)
        #expect(found.count == high.count)
        #expect(found.map { Double($0[1].text) ?? 0 } == high.compactMap { Double($0[6].text) }.sorted(by: >))
        let kinds = Dictionary(grouping: all) { $0[5] }
        let groups = try ask(
            "SELECT kind, COUNT(*) AS n FROM pressures GROUP BY kind HAVING n > 1 ORDER BY kind", fixture)
        #expect(
            groups
                == kinds.filter { $0.value.count > 1 }.map { [$0.key, .number("\($0.value.count)")] }
                .sorted { $0[0].text < $1[0].text })
        let late = all.filter { $0[2].text >= "2012" }.count
        for text in ["taken >= 2012", "taken >= '2012'", "NOT taken < 2012 AND taken IS NOT NULL"] {
            #expect(
                try ask("SELECT COUNT(*) FROM pressures WHERE \(text)", fixture) == [[.number("\(late)")]], "\(text)")
        }
        #expect(try ask("SELECT year(taken) AS y, COUNT(*) FROM pressures GROUP BY y", fixture).count > 1)
        #expect(try ask("SELECT DISTINCT kind FROM pressures", fixture).count == kinds.count)
        for limit in [0, 1, 3, 7] {
            #expect(try ask("SELECT id, kind FROM pressures LIMIT \(limit)", fixture).count == min(limit, all.count))
        }
    }

    @Test func `go together with patients, cohorts, paths and views within views`() throws {
        let fixture = try fixture()
        let women = try ask("SELECT id FROM people WHERE gender = 'female'", fixture)
        let inner = try ask(
            "SELECT DISTINCT subject FROM pressures WHERE patient IN (SELECT patient FROM people WHERE gender = 'female')",
            fixture)
        #expect(!inner.isEmpty && inner.count <= women.count)
        let cohort = try ask(
            "COHORT women AS SELECT patient FROM people WHERE gender = female; "
                + "SELECT DISTINCT subject FROM pressures WHERE patient IN COHORT women", fixture)
        #expect(Set(cohort) == Set(inner))
        let one = try #require(women.first?[0].text)
        let own = try ask("SELECT id FROM pressures WHERE patient = Patient/\(one)", fixture)
        #expect(
            try ask(
                "SELECT id FROM pressures WHERE PATH(subject.reference.exists()) AND patient = 'Patient/\(one)'",
                fixture) == own)
        #expect(
            try ask("SELECT id FROM Patient WHERE _id = \(one) AND patient IN (SELECT patient FROM pressures)", fixture)
                .count <= 1)
        #expect(
            try ask("SELECT id, (SELECT value FROM pressures ORDER BY value DESC) AS top FROM Patient", fixture).count
                == 4)
        #expect(
            try ask("SELECT COUNT(*) FROM pressures WHERE EXISTS (Patient WHERE gender = female)", fixture)
                == ask(
                    "SELECT COUNT(*) FROM pressures WHERE patient IN (SELECT patient FROM people WHERE gender IN ('female'))",
                    fixture))
        let plan = try fixture.store.snapshot().explain(
            "SELECT * FROM pressures WHERE value > 100", as: StoreFixture.clinician, for: .treatment)
        #expect(plan.description.contains("laid out by the view pressures"), "\(plan)")
        #expect(plan.description.contains("index by code and date of Observation: 85354-9"), "\(plan)")
        let first = try #require(own.first?[0].text)
        #expect(try ask("SELECT id FROM pressures WHERE id = '\(first)'", fixture).count == 2)
        let byID = try fixture.store.snapshot().explain(
            "SELECT * FROM pressures WHERE id IN ('\(first)', 'x')", as: StoreFixture.clinician, for: .treatment)
        #expect(byID.description.contains("Observation/\(first), Observation/x by id"), "\(byID)")
    }

    @Test(arguments: [
        ("SELECT * FROM presures", "14", "no view 'presures'; did you mean 'pressures'?"),
        ("SELECT * FROM patients", "14", "no view 'patients'; did you mean 'Patient'?"),
        ("SELECT valu FROM pressures", "7", "no column 'valu' in the view 'pressures'; did you mean 'value'?"),
        (
            "SELECT id FROM pressures WHERE vale > 7", "31",
            "no column 'vale' in the view 'pressures'; did you mean 'value'?"
        ),
        (
            "SELECT id FROM pressures WHERE value > 'x'", "39",
            "the column 'value' has numbers, which 'x' is not; expected a number"
        ),
        (
            "SELECT id FROM pressures WHERE kind = 8480", "38",
            "the column 'kind' has text, which stands in quotes; did you mean ''8480''?"
        ),
        (
            "SELECT id FROM pressures WHERE taken > 'now'", "39",
            "the column 'taken' has dates, which 'now' is not; expected a date"
        ),
        ("SELECT id FROM pressures WHERE final > true", "39", "booleans have no order; expected '=' or '<>'"),
        (
            "SELECT id FROM pressures WHERE codes = 'x'", "39",
            "the column 'codes' has lists, which are compared with nothing; expected IS NULL or a column for the member in the view"
        ),
        (
            "SELECT id FROM pressures WHERE patient = 'x'", "41",
            "''x'' is not a patient; expected a reference such as Patient/123"
        ),
    ]) func `that are not there, or are asked what they do not have, are refused with the place`(
        text: String, place: String, message: String
    ) throws {
        let fixture = try fixture()
        do {
            _ = try fixture.store.query(text, as: StoreFixture.clinician, for: .treatment)
            Issue.record("\(text) is answered")
        } catch let StoreError.query(.syntax(error)) {
            #expect("\(error)" == message)
            #expect("\(error.range.lowerBound)" == place, "\(text)")
        }
    }

    @Test func `are loaded, replaced and dropped, and answers keep the definition of their commit`() throws {
        let fixture = try fixture()
        #expect(try fixture.store.views().map(\.name) == ["people", "pressures"])
        let old = try fixture.store.answer("SELECT * FROM people", as: StoreFixture.clinician, for: .treatment)
        let narrow = Self.people.replacing(#""name":"born""#, with: #""name":"birth""#)
        try fixture.store.loadView(Array(narrow.utf8))
        #expect(
            try fixture.store.query("SELECT * FROM people", as: StoreFixture.clinician, for: .treatment).columns == [
                "id", "gender", "birth",
            ])
        #expect(try fixture.verifier.verify(old.answer.bytes).result.columns == ["id", "gender", "born"])
        try fixture.store.loadView(Array(narrow.utf8), named: "Folk")
        #expect(try ask("SELECT id FROM \"Folk\"", fixture).count == 4)
        try fixture.store.dropView("people")
        #expect(throws: StoreError.self) { try fixture.store.dropView("people") }
        #expect(throws: StoreError.self) { try ask("SELECT * FROM people", fixture) }
        #expect(throws: StoreError.self) { try fixture.store.loadView(Array("{}".utf8)) }
        #expect(throws: StoreError.self) { try fixture.store.loadView(Array(narrow.utf8), named: "two words") }
    }

    @Test func `are refused when the answer is forged, the definition above all`() throws {
        let fixture = try fixture()
        let answered = try fixture.store.answer(
            "SELECT id, value FROM pressures WHERE value > 100", as: StoreFixture.clinician, for: .treatment)
        let strangers = try fixture.store.answer(
            "SELECT * FROM Organization LIMIT 1", as: StoreFixture.clinician, for: .treatment)
        let definition = try #require(
            answered.answer.values.firstIndex { String(decoding: $0, as: UTF8.self).contains("ViewDefinition") })
        for change in ["85354-9": "55284-4", "value.ofType(Quantity).value": "1.9"] {
            var forged = answered.answer
            let text = String(decoding: forged.values[definition].dropFirst(16), as: UTF8.self)
            try #require(text.contains(change.key))
            forged.values[definition] =
                forged.values[definition].prefix(16) + Array(text.replacing(change.key, with: change.value).utf8)
            #expect(throws: VerificationError.self) { try fixture.verifier.verify(forged.bytes) }
        }
        for forgery in try QuestionForgery.all(of: answered.answer, strangers: strangers.answer.records) {
            #expect(throws: VerificationError.self, "\(forgery.name)") {
                try fixture.verifier.verify(forgery.answer.bytes)
            }
        }
        // The answer says what it asks: of another view it is no answer.
        var other = answered.answer
        other = Answer(
            query: "SELECT id FROM people", request: other.request, commit: other.commit, logProof: other.logProof,
            treeProof: other.treeProof, values: other.values, records: other.records)
        #expect(throws: VerificationError.self) { try fixture.verifier.verify(other.bytes) }
    }

    @Test func `take values for placeholders, of the column's own kind`() throws {
        let fixture = try fixture()
        let query = try Query(
            "SELECT id FROM pressures WHERE value >= $least AND final = $final AND taken >= $since AND kind IN ($kinds)"
        )
        #expect(query.placeholders.count == 4)
        let bound = try query.binding([
            "least": 100, "final": true, "since": "2005", "kinds": ["8480-6", "it's"],
        ])
        #expect(bound.text.contains("kind IN ('8480-6', 'it''s')"))
        let rows = try fixture.store.snapshot().query(prepared: bound, as: StoreFixture.clinician, for: .treatment).rows
        #expect(
            try ask(
                "SELECT id FROM pressures WHERE value >= 100 AND final = true AND taken >= 2005 AND kind IN ('8480-6')",
                fixture) == rows)
        let wrong = try query.binding(["least": "high", "final": true, "since": "2005", "kinds": "8480-6"])
        #expect(throws: StoreError.self) {
            try fixture.store.snapshot().query(prepared: wrong, as: StoreFixture.clinician, for: .treatment)
        }
        #expect(throws: QueryError.self) {
            try query.binding([
                "least": 1, "final": .token(system: "http://a", code: "b"), "since": "2005", "kinds": "x",
            ])
        }
    }
}

/// The cases of SQL on FHIR's own suite, by FROM.
@Suite(.enabled(if: ViewCases.isAvailable)) struct `The suite of SQL on FHIR through a store` {
    @Test(arguments: ViewCases.names) func `gives the rows that it expects, verified`(file: String) throws {
        let suite = try JSONParser().parse([UInt8](Data(contentsOf: ViewCases.folder.appending(path: file)))).root
        let fixture = try StoreFixture()
        var lines: [String] = []
        for (number, resource) in (suite["resources"].map { Array($0.elements) } ?? []).enumerated() {
            // What is stored has an id.
            let text = resource.rawText
            lines.append(resource["id"] != nil ? text : "{\"id\":\"n\(number)\"," + text.dropFirst())
        }
        try fixture.store.importUnvalidated(at: [try fixture.write(lines.joined(separator: "\n"), "all.ndjson")])
        for (number, test) in try #require(suite["tests"]).elements.enumerated() {
            let title = test["title"]?.string ?? ""
            let view = try #require(test["view"])
            let isError = test["expectError"]?.boolean == true
            do {
                try fixture.store.loadView(Array(view.rawText.utf8), named: "v\(number)")
                let answered = try fixture.store.answer(
                    "SELECT * FROM v\(number)", as: StoreFixture.clinician, for: .treatment)
                #expect(!isError, "\(title)")
                let result = try fixture.verifier.verify(answered.answer.bytes).result
                #expect(result == answered.result, "\(title)")
                if let columns = test["expectColumns"]?.elements.compactMap(\.string) {
                    #expect(result.columns == columns, "\(title)")
                }
                guard let expected = test["expect"] else { continue }
                let wanted = expected.elements.map(ViewCases.canonical).sorted()
                let found = result.rows.map { row in
                    let members = zip(result.columns, row).map { "\"\($0)\":" + $1.json }
                    let text = "{" + members.joined(separator: ",") + "}"
                    return (try? JSONParser().parse(Array(text.utf8)).root).map(ViewCases.canonical) ?? text
                }
                #expect(found.sorted() == wanted, "\(file): \(title)")
            } catch let error as StoreError {
                #expect(isError, "\(file): \(title): \(error)")
            }
        }
    }
}

enum ViewCases {
    static let folder = SharedData.folder.deletingLastPathComponent().appending(path: "suites/sql-on-fhir")

    static var isAvailable: Bool {
        if FileManager.default.fileExists(atPath: folder.path) { return true }
        print("skipped: \(folder.path) is not there")
        return false
    }

    static let names: [String] =
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter { $0.hasSuffix(".json") }
        .sorted()

    /// A value with its numbers as values and its members sorted.
    static func canonical(_ value: JSONValue) -> String {
        switch value.kind {
        case .number: FHIRDecimal(value.rawText)?.normalized.description ?? value.rawText
        case .array: "[" + value.elements.map(canonical).joined(separator: ",") + "]"
        case .object:
            "{" + value.members.map { "\"\($0.name)\":" + canonical($0.value) }.sorted().joined(separator: ",") + "}"
        default: value.rawText
        }
    }
}

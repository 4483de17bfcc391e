import AvowQuery
import TestSupport
import Testing

@testable import AvowCLI

private struct Clinic: Vocabulary {
    let types = [(name: "Observation", count: 1_200), (name: "Condition", count: 80), (name: "Patient", count: 7)]
    let columns = ["patient", "taken"]
    let views = ["pressures", "Vitals"].compactMap { name in
        try? StoredView(
            name,
            json: Array(
                """
                {"resourceType":"ViewDefinition","resource":"Observation","select":[{"column":[
                 {"name":"systolic","path":"value.ofType(Quantity).value","type":"decimal"},{"name":"taken","path":"issued"},
                 {"name":"final","path":"status = 'final'","type":"boolean"},
                 {"name":"codes","path":"code.coding.code","collection":true}]}]}
                """.utf8))
    }

    func codes(of type: String) -> [KnownCode] {
        guard type == "Observation" else { return [] }
        return [
            KnownCode(token: "loinc|4548-4", code: "4548-4", display: "Hemoglobin A1c", count: 90),
            KnownCode(token: "loinc|718-7", code: "718-7", display: "Hemoglobin [Mass/volume] in Blood", count: 60),
            KnownCode(token: "loinc|8302-2", code: "8302-2", display: "Body height", count: 5),
            KnownCode(token: "'http://x.example|a b'", code: "a b", display: "", count: 1),
        ]
    }

    func values(of parameter: String, on type: String) -> [KnownCode] {
        guard type == "Observation", parameter == "status" else { return [] }
        return [
            KnownCode(token: "final", code: "final", display: "", count: 9),
            KnownCode(token: "amended", code: "amended", display: "", count: 1),
        ]
    }

    func units(of parameter: String, on type: String) -> [(unit: String, count: Int)] {
        parameter == "value-quantity" ? [("mg/dL", 7), ("mm[Hg]", 5), ("%", 3)] : []
    }

    let indexes = [(name: "Patient-birthdate", detail: "Patient by birthdate")]

    func files(_ beginning: String) -> [String] { ["out/", "one.svg"].filter { $0.hasPrefix(beginning) } }
}

/// What could stand at the `^` of a text, or at its end.
private func complete(_ text: String) -> Completion {
    let parts = text.split(separator: "^", omittingEmptySubsequences: false)
    let cursor = parts.count > 1 ? parts[0].count : text.count
    return CompletionEngine(vocabulary: Clinic()).complete(text.replacing("^", with: ""), at: cursor)
}

private func names(_ text: String) -> [String] { complete(text).candidates.map(\.text) }

@Suite struct `Completion at a place` {
    @Test func `knows how statements begin`() {
        #expect(names("").contains("SELECT"))
        #expect(names("sel") == ["select"])
        #expect(names("SET") == ["SET ACTOR", "SET PURPOSE"])
        #expect(names("SELECT id FROM Patient;\nSEL") == ["SELECT"])
        #expect(names("gr") == ["grant"] && names("SHOW ") == ["CONSENT FOR", "DISCLOSURES FOR"])
        #expect(names("GRANT HR") == ["HRESCH"] && names("GRANT HRESCH ") == ["ON"])
        #expect(names("GRANT HRESCH ON Obs") == ["Observation"] && names("GRANT HRESCH ON * ") == ["OF"])
        #expect(
            names("GRANT HRESCH ON * OF Patient/1 ") == ["TO"] && names("REVOKE HRESCH ON * OF Patient/1 ") == ["FROM"])
        #expect(names("REVOKE HRESCH ON * OF Patient/1 FROM a").first == "anyone")
        #expect(names("GRANT HRESCH ON * OF Patient/1 TO ANYONE W") == ["WITH LABEL"])
        #expect(names("SELECT id FROM Patient FOR TREAT BR") == ["BREAK GLASS REASON"])
        #expect(names("SET ACTOR Practitioner/1 R") == ["ROLE"])
        #expect(names("SET PURPOSE TR").contains("TREAT"))
        #expect(names("CREATE ") == ["INDEX"] && names("CREATE INDEX a ") == ["ON"] && names("DR") == ["DROP INDEX"])
        #expect(names("CREATE INDEX a ON Obs") == ["Observation"])
    }

    @Test func `offers the types in the store first, others by name`() {
        let found = complete("SELECT id FROM ")
        let views = ["pressures", "\"Vitals\""]
        #expect(
            found.candidates.map(\.text) == ["Observation", "Condition", "Patient"] + views && found.replacing == 0)
        #expect(found.candidates[0].detail == "1,200 resources")
        #expect(names("SELECT id FROM obs") == ["Observation"])
        #expect(names("SELECT id FROM Observation").contains("ObservationDefinition"))
        #expect(names("SELECT id FROM Immuniz").contains("Immunization"))
    }

    @Test func `offers the elements of the type, even before it is written`() {
        #expect(names("SELECT eff^ FROM Observation") == ["effective"])
        #expect(names("SELECT id, birth^ FROM Patient").contains("birthDate"))
        let value = complete("SELECT value.^ FROM Observation")
        #expect(value.replacing == 0 && value.candidates.contains { $0.text == "unit" })
        let nested = complete("SELECT code.coding.dis^ FROM Observation")
        #expect(nested.candidates.map(\.text).contains("display") && nested.replacing == 3)
        #expect(names("SELECT name.where(use = 'official').gi^ FROM Patient") == ["given"])
        #expect(names("SELECT name[0].fam^ FROM Patient") == ["family"])
        #expect(names("SELECT value.ofType(Quantity).comp^ FROM Observation") == ["comparator"])
        #expect(names("SELECT (value as Quantity).nothing^ FROM Observation").isEmpty)
        #expect(names("SELECT nothing.such.^ FROM Observation").isEmpty)
        #expect(names("SELECT id FROM Observation ORDER BY eff") == ["effective"])
        #expect(names("SELECT COU^ FROM Observation").contains("COUNT(*)"))
    }

    @Test func `says what an element is`() {
        let found = complete("SELECT ^ FROM Patient").candidates
        #expect(found.first { $0.text == "birthDate" }?.detail == "date")
        #expect(found.first { $0.text == "name" }?.detail == "HumanName, many")
        #expect(found.first { $0.text == "deceased" }?.detail == "boolean, dateTime")
    }

    @Test func `offers the parameters that the type has`() {
        let found = names("SELECT id FROM Observation WHERE ")
        #expect(Set(["patient", "code", "date", "_id"]).isSubset(of: Set(found)))
        #expect(names("SELECT id FROM Observation WHERE code = loinc|4548-4 AND da").contains("date"))
        #expect(!names("SELECT id FROM Patient WHERE co").contains("code"))
        #expect(names("SELECT id FROM Observation WHERE code ").contains("="))
    }

    @Test(arguments: [
        ("", 4), ("loi", 3), ("4548", 1), ("hemo", 2), ("HEMO", 2), ("blood", 1), ("height", 1), ("zzz", 0),
    ])
    func `offers codes by code, by system and by what they mean`(typed: String, count: Int) {
        let found = complete("SELECT id FROM Observation WHERE code = \(typed)")
        #expect(found.candidates.count == count && found.replacing == typed.count, "\(found)")
    }

    @Test func `shows what codes mean and how often they occur`() {
        let found = complete("SELECT id FROM Observation WHERE code = ")
        #expect(found.candidates[0] == Candidate("loinc|4548-4", detail: "Hemoglobin A1c · 90"))
        #expect(found.candidates[3].detail == "1")
        #expect(names("SELECT id FROM Observation WHERE code = 'http") == ["'http://x.example|a b'"])
        #expect(names("SELECT id FROM Condition WHERE code = ").isEmpty)
        #expect(names("SELECT id FROM Observation WHERE patient = Pat").isEmpty, "patients are nobody's suggestion")
    }

    @Test func `offers what values occur, of tokens and of units`() {
        #expect(names("SELECT id FROM Observation WHERE status = ") == ["final", "amended"])
        #expect(
            complete("SELECT id FROM Observation WHERE status IN (final, am").candidates == [
                Candidate("amended", detail: "1")
            ])
        #expect(names("SELECT id FROM Observation WHERE value-quantity > 7 '") == ["'mg/dL'", "'mm[Hg]'", "'%'"])
        #expect(names("SELECT id FROM Observation WHERE value-quantity > 7 'mm") == ["'mm[Hg]'"])
        #expect(names("SELECT id FROM Observation WHERE date > 7 'mm").isEmpty)
        #expect(names(".indexes Pat") == ["Patient-birthdate"])
    }

    @Test func `offers cohorts by name`() {
        let text =
            "COHORT diabetics AS SELECT patient FROM Condition; COHORT treated AS SELECT patient FROM Condition; "
        #expect(names(text + "SELECT id FROM Patient WHERE patient IN COHORT ") == ["diabetics", "treated"])
        #expect(names(text + "SELECT id FROM Patient WHERE patient IN COHORT tr") == ["treated"])
        #expect(names(text + "SELECT id FROM Patient WHERE patient IN ") == ["COHORT", "(SELECT"])
        #expect(names(text + "COHORT both AS COHORT di") == ["diabetics"])
        #expect(names(text + "COHORT both AS COHORT diabetics INTERSECT COHORT ") == ["diabetics", "treated"])
        #expect(names(text + "COHORT ").isEmpty)
        #expect(names(text + "COHORT x AS ") == ["SELECT", "COHORT"])
        #expect(names(text + "SEL") == ["SELECT"])
    }

    @Test(arguments: [
        ("birth", "birthDate"), ("name.fam", "family"), ("name.where(us", "use"),
        ("name.where(use = 'official').giv", "given"),
        ("active and gen", "gender"), ("name.where($this.fam", "family"), ("contact.exists(name.giv", "given"),
        ("(name).fam", ""), ("name.given = 'off", ""), ("name[0].fam", "family"), ("name.where(period.sta", "start"),
        ("extension.value.ofType(Quantity).un", "unit"),
    ]) func `offers elements inside of PATH`(typed: String, offered: String) {
        let found = names("SELECT id FROM Patient WHERE PATH(\(typed)")
        #expect(offered.isEmpty ? found.isEmpty : found.contains(offered), "\(found)")
        #expect(
            offered.isEmpty
                || names("SELECT id FROM Patient WHERE active = true AND NOT PATH(\(typed)").contains(offered))
    }

    @Test func `goes on behind PATH, and in PATH of a view's records`() {
        #expect(names("SELECT id FROM Patient WHERE PATH(active) ").contains("AND"))
        #expect(names("SELECT systolic FROM pressures WHERE PATH(component.val").contains("value"))
    }

    @Test func `offers views and their columns`() {
        #expect(names("SELECT * FROM pres") == ["pressures"])
        #expect(complete("SELECT * FROM press").candidates.first?.detail == "view of Observation")
        #expect(names("SELECT * FROM \"V") == ["\"Vitals\""])
        #expect(names("SELECT sys^ FROM pressures") == ["systolic"])
        #expect(names("SELECT ta^ FROM \"Vitals\"") == ["taken"])
        #expect(
            names("SELECT systolic FROM pressures WHERE ") == [
                "systolic", "taken", "final", "codes", "patient", "PATH(",
            ])
        #expect(names("SELECT systolic FROM pressures WHERE systolic ").contains(">="))
        #expect(names("SELECT systolic FROM pressures WHERE codes ") == ["IS NULL"])
        #expect(names("SELECT systolic FROM pressures WHERE final = t") == ["true"])
        #expect(names("SELECT systolic FROM pressures WHERE final = true ").contains("AND"))
        #expect(names("SELECT systolic FROM pressures ORDER BY sy") == ["systolic"])
        #expect(names(".schema pre") == ["pressures"])
        #expect(names(".codes pres").isEmpty)
        #expect(names("GRANT HRESCH ON pres").isEmpty)
    }

    @Test func `knows which clause comes next`() {
        #expect(names("SELECT id FROM Observation ").contains("WHERE"))
        #expect(names("SELECT id FROM Observation wh") == ["where"])
        #expect(names("SELECT id FROM Observation WHERE code = loinc|4548-4 ").contains("AND"))
        #expect(names("SELECT id FROM Observation WHERE date > 2010 OR").contains("ORDER BY"))
        #expect(names("SELECT id FROM Observation ORDER BY id ").contains("DESC"))
        #expect(names("SELECT id FROM Patient FOR HRE") == ["HRESCH"])
        #expect(names("SELECT id ") == ["FROM", "AS"])
        #expect(names("SELECT id FROM Patient LIMIT ").isEmpty)
    }

    @Test func `finds its way in and out of a query within a query`() {
        #expect(names("SELECT id FROM Observation WHERE patient IN (SELECT patient FROM Cond") == ["Condition"])
        #expect(
            names("SELECT id FROM Observation WHERE patient IN (SELECT patient FROM Condition WHERE da").contains(
                "date"))
        #expect(
            names("SELECT id FROM Observation WHERE patient IN (SELECT patient FROM Condition) AND code = hemo").count
                == 2)
    }

    @Test func `offers nothing in comments and quotations`() {
        #expect(complete("SELECT id -- FR") == .none)
        #expect(complete("SELECT id /* FR") == .none)
        #expect(names("SELECT name.where(use = 'off").isEmpty)
    }

    @Test func `completes commands and what they take`() {
        #expect(names(".he") == [".help"])
        #expect(names(".").count == DotCommand.all.count)
        #expect(names(".codes Obs").first == "Observation")
        #expect(names(".format ") == ["table", "json", "ndjson", "csv"])
        #expect(names(".plot ").contains("histogram") && names(".plot ").contains("taken"))
        #expect(names(".plot line ta") == ["taken"])
        #expect(names(".plot > o") == ["out/", "one.svg"])
        #expect(names(".purpose tr").contains("TREAT"))
        #expect(names(".help pl") == ["plot"])
        #expect(names(".explain SELECT id FROM Obs").first == "Observation")
    }

    @Test func `survives any text at any place`() {
        let pieces = [
            "SELECT ", "FROM ", "Observation ", "WHERE ", "code ", "= ", "(", ")", "'", ";", ".", "name", "\n", "-- ",
            "/*",
            "GROUP BY ", "霧", "loinc|", ",", "IN (", "AS ", "[", "]", "\"", "value.",
        ]
        let engine = CompletionEngine(vocabulary: Clinic())
        for seed in UInt64(1)...400 {
            var random = Random(seed: seed)
            let text = (0..<random.below(14)).map { _ in pieces[random.below(pieces.count)] }.joined()
            let cursor = random.below(text.count + 1)
            let found = engine.complete(text, at: cursor)
            #expect((0...cursor).contains(found.replacing), "seed \(seed): \(text.debugDescription) at \(cursor)")
        }
    }
}

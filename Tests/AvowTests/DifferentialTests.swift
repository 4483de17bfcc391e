import Avow
import AvowConsent
import AvowProof
import AvowQuery
import AvowSamples
import AvowVerify
import Foundation
import Testing

/// Import, query, check and verification of whole sets of bundles against the oracle.
@Suite struct `Answers are those of a second implementation` {
    @Test(.enabled(if: Oracle.isAvailable, "needs python3"))
    func `over generated patients`() throws {
        let comparison = try Comparison(answersWholeRecordsOf: 8) { try $0.writeSamples(24, seed: 3) }
        try comparison.run()
    }

    @Test(.enabled(if: Oracle.isAvailable, "needs python3"))
    func `over records that were replaced, given to other patients, and restored`() throws {
        let comparison = try Comparison(answersWholeRecordsOf: 12) { fixture in
            let folder = try fixture.writeSamples(12, seed: 5)
            let original = try Oracle(folder: folder)
            let dump = try original.dump(to: fixture.directory.appendingPathComponent("original"))
            let patients = try original.patients()
            let chosen = dump.filter { $0.patient != nil && !$0.reference.hasPrefix("Patient/") }.enumerated().filter {
                $0.offset % 3 == 0
            }.map(\.element)
            let changed = chosen.enumerated().map { number, resource in
                Self.changed(resource.json, in: number % 4, patients: patients, not: resource.patient ?? "")
            }
            #expect(zip(chosen, changed).allSatisfy { $0.json != $1 })
            try Self.writeBundle(changed, to: folder.appendingPathComponent("replaced.json"))
            let restored = chosen.enumerated().filter { $0.offset % 5 == 0 }.map(\.element.json)
            try Self.writeBundle(restored, to: folder.appendingPathComponent("restored.json"))
            return folder
        }
        let summary = try comparison.run()
        #expect(summary.updated > 300)
    }

    /// A resource with another patient, code, year or only another member.
    private static func changed(_ json: String, in way: Int, patients: [String], not patient: String) -> String {
        var json = json
        let other = patients.first { $0 != patient } ?? ""
        switch way {
        case 0: json = json.replacing("Patient/" + patient, with: "Patient/" + other)
        case 1: json = json.replacing("\"code\":\"", with: "\"code\":\"4")
        case 2: json = json.replacing(":\"20", with: ":\"19")
        default: break
        }
        return json.dropLast() + ",\"language\":\"en\"}"
    }

    private static func writeBundle(_ resources: [String], to file: URL) throws {
        let entries = resources.map { "{\"resource\":\($0)}" }.joined(separator: ",\n")
        try Data("{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[\(entries)]}".utf8).write(to: file)
    }

    @Test func `the same resources laid out otherwise, or as lines, change nothing`() throws {
        let fixture = try StoreFixture(patients: 6, seed: 9)
        let before = try fixture.store.snapshot().commit
        var lines: [UInt8] = []
        for piece in SamplePatients(seed: 9).ndjson(count: 6) { lines += piece }
        let files = try [
            fixture.write(String(decoding: lines, as: UTF8.self), "lines.ndjson"),
            fixture.write(
                String(decoding: SamplePatients(seed: 9, layout: .pretty).bundle(number: 2), as: UTF8.self), "2.json"),
        ]
        let summary = try fixture.store.importUnvalidated(at: files)
        #expect(summary.rejected == 0 && summary.created == 0 && summary.updated == 0)
        #expect(summary.unchanged > 500)
        #expect(try fixture.store.snapshot().commit.stateRoot == before.stateRoot)
    }

    @Test(
        .enabled(
            if: Oracle.isAvailable && SharedData.has("synthea-r4-40.tar.zst"),
            "needs python3 and ../shared/data/synthea-r4-40.tar.zst"))
    func `over forty synthetic patients`() throws {
        let comparison = try Comparison(answersWholeRecordsOf: 4) { try $0.unpack("synthea-r4-40.tar.zst") }
        #expect(comparison.oracle.size.bundles == 42)
        try comparison.run()
    }

    static let isFull = ProcessInfo.processInfo.environment["AVOW_FULL"] == "1"

    @Test(
        .enabled(
            if: isFull && Oracle.isAvailable && SharedData.has("synthea-r4-260.tar.zst"),
            "takes minutes: set AVOW_FULL=1; needs python3 and ../shared/data/synthea-r4-260.tar.zst"))
    func `over two hundred and sixty synthetic patients`() throws {
        let comparison = try Comparison(answersWholeRecordsOf: 4) { try $0.unpack("synthea-r4-260.tar.zst") }
        try comparison.run()
    }
}

extension StoreFixture {
    fileprivate func unpack(_ archive: String) throws -> URL {
        let folder = directory.appendingPathComponent("bundles")
        try SharedData.unpack(archive, into: folder)
        return folder
    }
}

/// A store and the oracle over the same bundles.
private final class Comparison {
    let fixture: StoreFixture
    let oracle: Oracle
    private let folder: URL
    private let patientCount: Int
    private var answers: [(file: URL, result: QueryResult)] = []

    init(answersWholeRecordsOf patientCount: Int, _ prepare: (StoreFixture) throws -> URL) throws {
        fixture = try StoreFixture()
        folder = try prepare(fixture)
        oracle = try Oracle(folder: folder)
        self.patientCount = patientCount
    }

    @discardableResult
    func run() throws -> ImportSummary {
        let summary = try importWithoutReject()
        let everything = try oracle.dump(to: fixture.directory.appendingPathComponent("dump"))
        try compareEveryResource(everything)
        try compareRecordsOfPatients(everything)
        try comparePaths(Set(everything.map { String($0.reference.prefix { $0 != "/" }) }))
        try compareQueries()
        let key = fixture.store.verifierKey.description
        fixture.close()
        let report = try Store.check(at: fixture.storePath, unlock: StoreFixture.unlock())
        #expect(report.damages.map(\.description) == [])
        #expect(report.records >= oracle.size.resources)
        try verifyAnswersWithoutStore(key)
        return summary
    }

    private func importWithoutReject() throws -> ImportSummary {
        var rejects: [String] = []
        let summary = try fixture.store.importUnvalidated(at: [folder.path], reject: { rejects.append($0.description) })
        #expect(rejects == [])
        #expect(summary.created == oracle.size.resources)
        return summary
    }

    // MARK: Resources

    /// Every resource, byte for byte, type by type; and some by their ids.
    private func compareEveryResource(_ everything: [(reference: String, patient: String?, json: String)]) throws {
        let types = Dictionary(grouping: everything) { String($0.reference.prefix { $0 != "/" }) }
        #expect(types.count > 8)
        for (type, resources) in types.sorted(by: { $0.key < $1.key }) {
            let result = try fixture.store.query(
                "SELECT resource FROM \(type)", as: StoreFixture.clinician, for: .treatment)
            expectSame(texts(result), resources.map(\.json), "every \(type)")
            for (number, resource) in resources.enumerated() where number % 97 == 0 {
                let id = resource.reference.dropFirst(type.count + 1)
                let found = try answer("SELECT resource FROM \(type) WHERE _id = \(id)")
                #expect(texts(found) == [resource.json], "\(resource.reference)")
            }
        }
        #expect(try answer("SELECT COUNT(*) FROM Resource").rows == [[.number(String(everything.count))]])
    }

    /// Whole records of patients: of each of them its count, of some of them every byte.
    private func compareRecordsOfPatients(
        _ everything: [(reference: String, patient: String?, json: String)]
    ) throws {
        let records = Dictionary(grouping: everything.filter { $0.patient != nil }) { $0.patient ?? "" }
        let patients = try oracle.patients()
        #expect(patients.count >= patientCount)
        #expect(Set(records.keys) == Set(patients))
        for (number, patient) in patients.enumerated() {
            let record = try #require(records[patient])
            if number % max(1, patients.count / patientCount) == 0 {
                let result = try answer("SELECT resource FROM Resource WHERE patient = Patient/\(patient)")
                expectSame(texts(result), record.map(\.json), "the record of \(patient)")
            }
            let count = try answer("SELECT COUNT(*) FROM Resource WHERE patient = Patient/\(patient)")
            #expect(count.rows == [[.number(String(record.count))]], "\(patient)")
        }
        let shared = try fixture.store.query(
            "SELECT patient, id FROM Resource", as: StoreFixture.clinician, for: .treatment)
        let owners = shared.rows.map { "\($0[1].text) \($0[0].text)" }
        let expected = everything.map { resource in
            let id = resource.reference.split(separator: "/")[1]
            return "\(id) \(resource.patient.map { "Patient/" + $0 } ?? "")"
        }
        expectSame(owners, expected, "whose every resource is")
    }

    /// Every value of every type, by every path that leads to it, in the records of two patients.
    private func comparePaths(_ types: Set<String>) throws {
        let patients = try oracle.patients()
        var compared = 0
        for type in types.sorted() {
            var paths = try oracle.paths(type)
            #expect(paths.contains("id"), "\(type)")
            while !paths.isEmpty {
                let columns = paths.prefix(100).joined(separator: ", ")
                compared += min(100, paths.count)
                paths.removeFirst(min(100, paths.count))
                // Types that belong to no patient refuse the condition.
                let hasPatient = R4Schema().searchParameters(of: type).contains("patient")
                for patient in [patients[0], patients[patients.count / 2]] where hasPatient {
                    try compare("SELECT \(columns) FROM \(type) WHERE patient = Patient/\(patient)")
                }
            }
        }
        #expect(compared > 200)
    }

    private func texts(_ result: QueryResult) -> [String] {
        result.rows.map { $0[0].text }
    }

    /// Expects the same lines in any order, and shows the first that differ.
    private func expectSame(_ found: [String], _ expected: [String], _ what: String) {
        let pairs = zip(found.sorted(), expected.sorted())
        #expect(found.count == expected.count, "\(what)")
        if let (found, expected) = pairs.first(where: { !$0.utf8.elementsEqual($1.utf8) }) {
            Issue.record("\(what): found \(found)\nexpected \(expected)")
        }
    }

    // MARK: Queries

    private func compareQueries() throws {
        try compare(
            "SELECT effective, value.value FROM Observation WHERE code = loinc|4548-4 AND date >= 2010 ORDER BY date")
        try compare("SELECT COUNT(*) FROM Observation")
        try compare("SELECT id, gender, birthDate, name.family, name.given FROM Patient ORDER BY date")
        try compare("SELECT patient, date, resource FROM Condition ORDER BY date DESC LIMIT 25")
        for type in ["Observation", "Condition", "MedicationRequest", "Procedure", "DiagnosticReport"] {
            try compareCodes(type)
        }
        try compareDates()
        try compareGroups()
    }

    private func compareCodes(_ type: String) throws {
        let codes = try oracle.codes(type).filter { !$0.code.contains(" ") }
        #expect(!codes.isEmpty, "\(type)")
        let positions = Set([0, 1, codes.count / 2, codes.count - 1].filter { codes.indices.contains($0) })
        for position in positions.sorted() {
            let (system, code, _) = codes[position]
            let token = "'\(system)|\(code)'"
            try compare("SELECT COUNT(*) FROM \(type) WHERE code = \(token)")
            try compare("SELECT COUNT(*) FROM \(type) WHERE code = '\(code)' AND date >= 2015")
            try compare(
                "SELECT id, patient, date FROM \(type) WHERE code = \(token) AND date < 2020-06 ORDER BY date DESC")
            try compare("SELECT id, date FROM \(type) WHERE code = \(token) ORDER BY date LIMIT 3")
            try compare("SELECT id FROM \(type) WHERE code = \(token) AND code = '\(codes[0].code)'")
        }
        if let system = codes.first?.system {
            try compare("SELECT COUNT(*) FROM \(type) WHERE code = '\(system)|' AND date BETWEEN 2012 AND 2019-03")
        }
        try compare("SELECT COUNT(*) FROM \(type) WHERE code = no-such-code")
        try compare("SELECT COUNT(*) FROM \(type) WHERE code = |\(codes.first?.code ?? "x")")
    }

    /// Groups by code and by date, found in indexes and in records.
    private func compareGroups() throws {
        for type in ["Observation", "Condition", "MedicationRequest", "Procedure", "DiagnosticReport", "Resource"] {
            try compare("SELECT code, year(date), COUNT(*) FROM \(type) GROUP BY code, year(date)")
        }
        try compare(
            "SELECT COUNT(*), code FROM Resource WHERE date >= 2015-06 GROUP BY code ORDER BY COUNT(*) DESC, code")
        try compare(
            "SELECT code, month(date), COUNT(*) FROM Condition GROUP BY month(date), code ORDER BY month(date) LIMIT 9")
        try compare("SELECT year(date), COUNT(*) FROM Encounter GROUP BY year(date) ORDER BY year(date) DESC")
        try compare("SELECT gender, COUNT(*) FROM Patient GROUP BY gender")
        let codes = try oracle.codes("Observation").filter { !$0.code.contains(" ") }
        let patient = try #require(try oracle.patients().last)
        for (system, code, _) in [codes[0], codes[codes.count / 2]] {
            let condition = "WHERE code = '\(system)|\(code)'"
            try compare("SELECT year(date), COUNT(*) FROM Observation \(condition) GROUP BY year(date)")
            try compare(
                "SELECT month(date), COUNT(*) FROM Observation \(condition) AND date < 2019 GROUP BY month(date)")
            try compare("SELECT year(date), COUNT(*) FROM Observation WHERE code = '\(code)' GROUP BY year(date)")
            try compare("SELECT code, status, COUNT(*) FROM Observation \(condition) GROUP BY code, status")
        }
        try compare(
            """
            SELECT code, year(date), COUNT(*) FROM Observation WHERE patient = Patient/\(patient) \
            GROUP BY code, year(date)
            """)
        try compareGroupsWithConditions()
    }

    /// The values of a group are conditions that select it.
    private func compareGroupsWithConditions() throws {
        let groups = try answer("SELECT code, year(date), COUNT(*) FROM Observation GROUP BY code, year(date)").rows
        #expect(groups.count > 50)
        for (number, group) in groups.enumerated() where number % (groups.count / 20) == 0 {
            let conditions = "code = '\(group[0].text)' AND date = \(group[1].text)"
            #expect(try answer("SELECT COUNT(*) FROM Observation WHERE \(conditions)").rows == [[group[2]]])
        }
    }

    /// Dates that records have, as they are written and in other ways, as bounds.
    private func compareDates() throws {
        let all = try oracle.dates("Observation")
        let code = try #require(try oracle.codes("Observation").first)
        let token = "'\(code.system)|\(code.code)'"
        #expect(all.count > 10)
        let chosen = stride(from: 0, to: all.count, by: max(1, all.count / 5)).map { all[$0] }
        for date in chosen {
            for literal in Comparison.bounds(date) {
                for comparison in ["=", "<", "<=", ">", ">="] {
                    try compare(
                        "SELECT COUNT(*) FROM Observation WHERE code = \(token) AND date \(comparison) \(literal)")
                }
            }
        }
        // Without an index, and over all types.
        let middle = chosen[chosen.count / 2]
        for comparison in ["=", "<", "<=", ">", ">="] {
            let bound = comparison == "=" ? String(middle.prefix(7)) : middle
            try compare("SELECT COUNT(*) FROM Encounter WHERE date \(comparison) \(bound)")
        }
        try compare("SELECT COUNT(*) FROM Resource WHERE date BETWEEN \(chosen[1]) AND \(middle)")
        let patient = try #require(try oracle.patients().last)
        try compare(
            "SELECT id, date FROM Observation WHERE patient = Patient/\(patient) AND date >= \(middle) ORDER BY date")
        try compare(
            "SELECT id FROM Observation WHERE patient = Patient/\(patient) AND code = \(token) AND date < \(middle)")
    }

    /// A date in the ways that a person may write it who means it, or the day, month or year that it lies in.
    private static func bounds(_ date: String) -> [String] {
        var bounds = [date, String(date.prefix(10)), String(date.prefix(7)), String(date.prefix(4))]
        let formatter = ISO8601DateFormatter()
        if let instant = formatter.date(from: date) {
            for minutes in [330, -570] {
                formatter.timeZone = TimeZone(secondsFromGMT: minutes * 60)
                let text = formatter.string(from: instant)
                bounds.append(text)
                // Without its seconds, and with a fraction of them.
                let offset = text.hasSuffix("Z") ? "Z" : String(text.suffix(6))
                bounds.append(text.prefix(16) + offset)
                bounds.append(text.prefix(19) + ".0" + offset)
            }
        }
        return Array(Set(bounds)).sorted()
    }

    /// Answers a query and keeps the answer as a file.
    private func answer(_ query: String) throws -> QueryResult {
        let answered = try fixture.store.answer(query, as: StoreFixture.clinician, for: .treatment)
        let file = fixture.directory.appendingPathComponent("\(answers.count).avow")
        try Data(answered.answer.bytes).write(to: file)
        answers.append((file, answered.result))
        return answered.result
    }

    /// Expects the rows that the oracle finds, in its order as far as that is determined.
    private func compare(_ query: String) throws {
        let expected = try oracle.rows(query)
        let found = try answer(query)
        #expect(found.columns == expected.columns, "\(query)")
        let rows = expected.rows.map { $0.map(\.cell) }
        let limit = query.firstMatch(of: /LIMIT (\d+)/).flatMap { Int($0.1) }
        #expect(found.rows.count == min(rows.count, limit ?? .max), "\(query)")
        guard query.contains("ORDER BY") else {
            expectSame(found.rows.map(Comparison.line), rows.map(Comparison.line), query)
            return
        }
        // Rows of one date may stand in any order; where LIMIT cuts through them, any of them may be left.
        var start = 0
        while start < found.rows.count {
            let end = rows[start...].indices.first { expected.keys[$0] != expected.keys[start] } ?? rows.count
            let group = found.rows[start..<min(end, found.rows.count)].map(Comparison.line)
            let allowed = rows[start..<end].map(Comparison.line)
            if end <= found.rows.count {
                expectSame(group, allowed, query)
            } else {
                #expect(Set(group).isSubset(of: allowed) && Set(group).count == group.count, "\(query)")
            }
            start = end
        }
    }

    private static func line(_ row: [Cell]) -> String {
        row.map(\.json).joined(separator: "\t")
    }

    // MARK: Verification

    /// Verifies every answer with the key alone, the store being elsewhere.
    private func verifyAnswersWithoutStore(_ key: String) throws {
        let elsewhere = fixture.directory.appendingPathComponent("elsewhere").path
        try FileManager.default.moveItem(atPath: fixture.storePath, toPath: elsewhere)
        #expect(!FileManager.default.fileExists(atPath: fixture.storePath))
        let verifier = AnswerVerifier(LogPolicy(log: try VerifierKey(parsing: key)))
        #expect(answers.count > 100)
        for (file, result) in answers {
            let verified = try verifier.verify(Array(Data(contentsOf: file)))
            #expect(verified.result == result, "\(verified.query.text)")
        }
    }
}

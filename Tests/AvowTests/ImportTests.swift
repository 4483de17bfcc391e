import Avow
import AvowConsent
import AvowFHIR
import AvowProof
import AvowQuery
import AvowVerify
import Foundation
import Synchronization
import Testing

/// What an import calls its `reject` with.
private final class Rejects: Sendable {
    private let list = Mutex<[ImportReject]>([])
    var all: [ImportReject] { list.withLock { $0 } }

    func take(_ reject: ImportReject) {
        list.withLock { $0.append(reject) }
    }
}

extension StoreFixture {
    /// The rows of a query, each cell as text.
    func rows(_ query: String) throws -> [[String]] {
        try store.query(query, as: StoreFixture.clinician, for: .treatment).rows.map { $0.map(\.text) }
    }

    func count(_ type: String) throws -> Int {
        Int(try rows("SELECT COUNT(*) FROM \(type)")[0][0]) ?? -1
    }

    func entries(in space: String) throws -> UInt64 {
        try store.statistics().entriesBySpace.first { $0.space == space }?.entries ?? 0
    }

    /// What a check of a copy of the store says, while nobody writes to it.
    func copyChecked() throws -> [String] {
        let copy = directory.appendingPathComponent("copy").path
        try? FileManager.default.removeItem(atPath: copy)
        try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: dataFile, toPath: copy + "/data.mdb")
        return try Store.check(at: copy, unlock: try StoreFixture.unlock()).damages.map(\.description)
    }

    /// What a check of the closed store says; the store is open again afterwards.
    func checked() throws -> [String] {
        close()
        let report = try Store.check(at: storePath, unlock: try StoreFixture.unlock())
        try reopen()
        return report.damages.map(\.description)
    }
}

private func observation(
    _ id: String, code: String = "1234-5", date: String = "2020-01-01", patient: String = "a", value: Int = 1
) -> String {
    """
    {"resourceType":"Observation","id":"\(id)","status":"final","code":{"coding":[{"system":"http://loinc.org",\
    "code":"\(code)"}]},"subject":{"reference":"Patient/\(patient)"},"effectiveDateTime":"\(date)",\
    "valueInteger":\(value)}
    """
}

private func patient(_ id: String) -> String {
    "{\"resourceType\":\"Patient\",\"id\":\"\(id)\"}"
}

private func bundle(_ resources: [String]) -> String {
    let entries = resources.map { "{\"resource\":\($0)}" }.joined(separator: ",")
    return "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[\(entries)]}"
}

@Suite struct `Importing what cannot all be taken` {
    /// Imports a text and gives what was rejected.
    private func reject(_ text: String, _ name: String, _ fixture: StoreFixture) throws -> (
        [ImportReject], ImportSummary
    ) {
        let rejects = Rejects()
        let path = try fixture.write(text, name)
        let summary = try fixture.store.importUnvalidated(at: [path], reject: rejects.take)
        #expect(summary.rejected == rejects.all.count)
        return (rejects.all, summary)
    }

    @Test func `a truncated bundle is one reject and changes nothing`() throws {
        let fixture = try StoreFixture(patients: 1)
        let checkpoint = try fixture.store.checkpoint().bytes
        let text = bundle([patient("a"), observation("1"), observation("2")])
        for length in [1, text.utf8.count / 2, text.utf8.count - 1] {
            let (rejects, summary) = try reject(String(text.prefix(length)), "cut.json", fixture)
            #expect(rejects.count == 1)
            guard case .unreadable(let reject) = rejects.first, case .json = reject.reason else {
                Issue.record("\(rejects)")
                continue
            }
            #expect(reject.place.file.hasSuffix("cut.json"))
            #expect(summary.created == 0 && summary.commits == 0)
        }
        #expect(try fixture.store.checkpoint().bytes == checkpoint)
        #expect(try fixture.checked() == [])
    }

    @Test func `a bad resource in the middle of a bundle is rejected with its entry, and the rest goes in`()
        throws
    {
        let bad: [(resource: String, reason: Reject.Reason)] = [
            ("17", .notAnObject), ("{\"id\":\"x\"}", .missingResourceType),
            ("{\"resourceType\":\"Unicorn\",\"id\":\"x\"}", .unknownResourceType("Unicorn")),
            ("{\"resourceType\":\"Patient\"}", .missingID),
            ("{\"resourceType\":\"Patient\",\"id\":\"no spaces\"}", .invalidID("no spaces")),
            ("{\"resourceType\":\"Patient\",\"id\":\"x\",\"id\":\"y\"}", .duplicateMember("id")),
        ]
        let fixture = try StoreFixture()
        for (number, (resource, reason)) in bad.enumerated() {
            let id = "p\(number)"
            let text = bundle([
                patient(id), observation("o\(number)", patient: id), resource,
                observation("q\(number)", patient: id),
            ])
            let (rejects, summary) = try reject(text, "bad-\(number).json", fixture)
            #expect(summary.created == 3 && summary.commits == 1)
            guard rejects.count == 1, case .unreadable(let reject) = rejects[0] else {
                Issue.record("\(rejects)")
                continue
            }
            #expect(reject.reason == reason)
            #expect(reject.place.entry == 2)
            #expect(rejects[0].description.contains("entry 2"))
        }
        #expect(try fixture.count("Observation") == 2 * bad.count)
        #expect(try fixture.checked() == [])
    }

    @Test func `a resource whose patient cannot be resolved is refused by name`() throws {
        let fixture = try StoreFixture()
        let stray = observation("stray").replacingOccurrences(
            of: "Patient/a", with: "urn:uuid:00000000-0000-4000-8000-000000000000")
        let (rejects, summary) = try reject(bundle([patient("a"), stray, observation("1")]), "stray.json", fixture)
        #expect(summary.created == 2)
        #expect(rejects.count == 1)
        guard case .refused(let file, .observation, "stray", .unresolvedPatient)? = rejects.first else {
            Issue.record("\(rejects)")
            return
        }
        #expect(file.hasSuffix("stray.json"))
        #expect(rejects[0].description.contains("Observation/stray"))
        #expect(try fixture.rows("SELECT id FROM Observation") == [["1"]])
        #expect(try fixture.checked() == [])
    }

    @Test func `a bad line of NDJSON is rejected with its number, and the others go in`() throws {
        let fixture = try StoreFixture()
        let lines = [
            patient("a"), observation("1"), "{\"resourceType\":\"Observation\",", observation("2"), "",
            "null",
        ]
        let (rejects, summary) = try reject(lines.joined(separator: "\n"), "lines.ndjson", fixture)
        #expect(summary.created == 3)
        #expect(rejects.count == 2)
        let places = rejects.compactMap {
            if case .unreadable(let reject) = $0 { reject.place.line } else { nil }
        }
        #expect(places == [3, 6])
        #expect(try fixture.count("Observation") == 2)
    }

    @Test func `a path that is not there is an error, and nothing is imported`() throws {
        let fixture = try StoreFixture()
        let there = try fixture.write(patient("a"), "a.json")
        let missing = fixture.directory.appendingPathComponent("missing.json").path
        let checkpoint = try fixture.store.checkpoint().bytes
        let error = storeError { () throws(StoreError) in
            try fixture.store.importUnvalidated(at: [there, missing])
        }
        guard case .input(let cause) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(cause.path == missing)
        // The path once, not twice.
        #expect(error?.description.components(separatedBy: missing).count == 2)
        #expect(try fixture.store.checkpoint().bytes == checkpoint)
    }
}

@Suite struct `Importing again` {
    @Test func `identical resources change nothing and commit nothing`() throws {
        let fixture = try StoreFixture(patients: 2)
        let before = try fixture.store.checkpoint().bytes
        let bundles = try fixture.writeSamples(2).path
        let summary = try fixture.store.importUnvalidated(at: [bundles])
        #expect(summary.created == 0 && summary.updated == 0 && summary.commits == 0)
        #expect(summary.unchanged >= 100)
        #expect(try fixture.store.checkpoint().bytes == before)
        try fixture.reopen()
        #expect(try fixture.store.importUnvalidated(at: [bundles]).commits == 0)
        #expect(try fixture.store.checkpoint().bytes == before)
    }

    @Test func `a changed resource is a new version, the old one is history, and its index entries move`()
        throws
    {
        let fixture = try StoreFixture()
        let text = bundle([patient("a"), observation("1"), observation("2", code: "other")])
        try fixture.store.importUnvalidated(at: [try fixture.write(text, "one.json")])
        let indexed = try fixture.entries(in: "index entries")
        let changed = try fixture.store.importUnvalidated(
            at: [
                try fixture.write(observation("1", code: "9999-9", date: "2021-05-05", value: 2), "two.json")
            ])
        #expect(changed.updated == 1 && changed.created == 0 && changed.commits == 1)
        #expect(try fixture.entries(in: "superseded versions") == 1)
        #expect(try fixture.entries(in: "index entries") == indexed)
        #expect(try fixture.entries(in: "records") == 3)
        #expect(try fixture.rows("SELECT id FROM Observation WHERE code = loinc|1234-5") == [])
        #expect(
            try fixture.rows(
                "SELECT id, valueInteger FROM Observation WHERE code = loinc|9999-9 AND date >= 2021")
                == [["1", "2"]])
        #expect(try fixture.rows("SELECT id FROM Observation WHERE code = other AND date < 2021") == [["2"]])
        // Back to what it was: a third version, and the second in history.
        try fixture.store.importUnvalidated(at: [try fixture.write(observation("1"), "three.json")])
        #expect(try fixture.entries(in: "superseded versions") == 2)
        #expect(try fixture.rows("SELECT id FROM Observation WHERE code = loinc|1234-5") == [["1"]])
        // A change that leaves the index entries where they are, with another digest.
        try fixture.store.importUnvalidated(at: [try fixture.write(observation("1", value: 8), "four.json")])
        #expect(
            try fixture.rows("SELECT valueInteger FROM Observation WHERE code = loinc|1234-5") == [["8"]])
        #expect(try fixture.entries(in: "index entries") == indexed)
        #expect(try fixture.checked() == [])
        let answered = try fixture.store.answer(
            "SELECT id, valueInteger FROM Observation", as: StoreFixture.clinician, for: .treatment)
        #expect(try fixture.verifier.verify(answered.answer.bytes).result == answered.result)
    }

    @Test func `a resource that moves to another patient leaves the first one's records`() throws {
        let fixture = try StoreFixture()
        let text = bundle([patient("a"), patient("b"), observation("1"), observation("2")])
        try fixture.store.importUnvalidated(at: [try fixture.write(text, "one.json")])
        try fixture.store.importUnvalidated(at: [try fixture.write(observation("1", patient: "b"), "two.json")])
        #expect(try fixture.rows("SELECT id FROM Observation WHERE patient = Patient/a") == [["2"]])
        #expect(try fixture.rows("SELECT id FROM Observation WHERE patient = Patient/b") == [["1"]])
        #expect(try fixture.rows("SELECT id FROM Observation WHERE code = loinc|1234-5").count == 2)
        #expect(try fixture.checked() == [])
        // And back, in one import with a change of another one; then to nobody.
        try fixture.store.importUnvalidated(
            at: [try fixture.write(bundle([observation("1"), observation("2", value: 5)]), "three.json")])
        #expect(try fixture.rows("SELECT id FROM Observation WHERE patient = Patient/b") == [])
        let nobodys = observation("1").replacingOccurrences(of: "Patient/a", with: "Group/g")
        try fixture.store.importUnvalidated(at: [try fixture.write(nobodys, "four.json")])
        #expect(try fixture.rows("SELECT id FROM Observation WHERE patient = Patient/a") == [["2"]])
        #expect(try fixture.rows("SELECT id FROM Observation WHERE _id = 1") == [["1"]])
        #expect(try fixture.checked() == [])
    }

    @Test func `duplicates inside one import are one resource in as many versions as differ`() throws {
        let fixture = try StoreFixture()
        let text = bundle([
            patient("a"), observation("1", value: 1), observation("1", value: 1), observation("1", value: 2),
            observation("2"), observation("1", value: 2), observation("1", value: 3), patient("a"),
        ])
        let summary = try fixture.store.importUnvalidated(at: [try fixture.write(text, "all.json")])
        #expect(summary.created == 3)
        #expect(summary.updated == 2)
        #expect(summary.unchanged == 3)
        #expect(try fixture.rows("SELECT id, valueInteger FROM Observation") == [["1", "3"], ["2", "1"]])
        #expect(try fixture.entries(in: "superseded versions") == 2)
        #expect(try fixture.checked() == [])
    }

    @Test func `rows stand in the same order whatever the order of import`() throws {
        let one = try StoreFixture()
        let two = try StoreFixture()
        let files = try one.writeSamples(3)
        let names = (0..<3).map { files.appendingPathComponent("patient-\($0).json").path }
        for name in names { try one.store.importUnvalidated(at: [name]) }
        try two.store.importUnvalidated(at: names.reversed())
        for query in [
            "SELECT id FROM Observation", "SELECT id, birthDate FROM Patient ORDER BY birthDate DESC",
            "SELECT id FROM Observation WHERE code = loinc|29463-7 ORDER BY date, id",
            "SELECT * FROM Condition ORDER BY date DESC, id LIMIT 7",
        ] {
            let rows = try one.rows(query)
            #expect(!rows.isEmpty)
            #expect(try two.rows(query) == rows, "\(query)")
            #expect(try one.rows(query) == rows, "\(query)")
        }
    }
}

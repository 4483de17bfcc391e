import Foundation
import Testing

/// A store of a patient with two observations, one of which was changed.
private struct Versions {
    static let key = ["--key-file", "clinic.key"]
    static let request = ["--as", "Practitioner/1", "--for", "TREAT"]
    let session: CommandSession

    init() throws {
        session = try CommandSession()
        func observation(_ id: String, _ status: String) -> String {
            """
            {"resourceType":"Observation","id":"\(id)","status":"\(status)","code":{"text":"weight"},\
            "subject":{"reference":"Patient/p"}}
            """
        }
        let patient = #"{"resourceType":"Patient","id":"p"}"#
        let first = [patient, observation("a", "preliminary"), observation("b", "final")]
        try session.write(first.joined(separator: "\n"), to: "1.ndjson")
        try session.write(observation("a", "final"), to: "2.json")
        for command in [["init", "clinic", "--origin", "clinic.example"], ["import", "clinic", "1.ndjson"]] {
            let run = try session.avow(command + Versions.key)
            try #require(run.status == 0, "\(run.testDescription)")
        }
        let changed = try session.avow(["import", "clinic", "2.json"] + Versions.key)
        try #require(changed.output.contains("0 new, 1 changed, 0 as they were"), "\(changed.testDescription)")
    }

    func history(_ resource: String, _ arguments: [String] = []) throws -> Run {
        try session.avow(["history", "clinic", resource] + Versions.key + Versions.request + arguments)
    }

    func delete(_ arguments: [String]) throws -> Run {
        try session.avow(["delete", "clinic"] + arguments + Versions.key)
    }

    static func objects(_ run: Run) throws -> [[String: Any]] {
        try run.lines.map { line in
            try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
    }
}

@Suite struct `Versions at the command line` {
    @Test func `are shown the newest first, and proven`() throws {
        let versions = try Versions()
        let run = try versions.history("Observation/a", ["--answer", "a.avow"])
        #expect(run.status == 0 && run.error.hasPrefix("2 versions; answer with proof: a.avow, "), "\(run)")
        let rows = try Versions.objects(run)
        #expect(rows.map { $0["version"] as? Int } == [2, 1])
        #expect(rows.map { $0["deleted"] as? Bool } == [false, false])
        #expect(
            rows.map { ($0["resource"] as? [String: Any])?["status"] as? String } == ["final", "preliminary"])
        let key = try versions.session.avow(["key", "clinic"] + Versions.key).lines[0]
        let verify = ["verify", "a.avow", "--key", key, "--query"]
        let verified = try versions.session.avow(verify + ["history of Observation/a"])
        #expect(verified.status == 0 && verified.output == run.output, "\(verified)")
        let other = try versions.session.avow(verify + ["HISTORY OF Observation/b"])
        #expect(other.status == 1 && other.error.contains("another query"), "\(other)")

        let second = try versions.history("Observation/a", ["--version", "1", "--format", "json"])
        #expect(second.status == 0 && second.output.hasPrefix("[\n{\"version\":1,\"deleted\":false,"), "\(second)")
        #expect(try versions.history("Observation/a", ["--version", "7"]).output.isEmpty)
        #expect(try versions.history("Observation/nobody").output.isEmpty)
        let table = try versions.history("Observation/b", ["--format", "table"])
        #expect(table.lines.count == 3 && table.lines[0].split(separator: " ") == ["version", "deleted", "resource"])
    }

    @Test func `are shown as they were`() throws {
        let versions = try Versions()
        #expect(try versions.session.avow(["retain", "clinic", "all"] + Versions.key).status == 0)
        let amended = """
            {"resourceType":"Observation","id":"a","status":"amended","code":{"text":"weight"},\
            "subject":{"reference":"Patient/p"}}
            """
        try versions.session.write(amended, to: "3.json")
        #expect(try versions.session.avow(["import", "clinic", "3.json"] + Versions.key).status == 0)
        let newest = try versions.session.avow(["checkpoint", "clinic"] + Versions.key).lines
        let size = try #require(newest.lazy.compactMap { UInt64($0) }.first, "\(newest)")
        let now = try versions.history("Observation/a", ["--as-of", "commit \(size - 1)"])
        #expect(now.status == 0 && now.lines.count == 3, "\(now)")
        let before = try versions.history("Observation/a", ["--as-of", "COMMIT \(size - 2)", "--answer", "a.avow"])
        #expect(before.status == 0 && before.lines.count == 2, "\(before)")
        let key = try versions.session.avow(["key", "clinic"] + Versions.key).lines[0]
        let verified = try versions.session.avow(["verify", "a.avow", "--key", key])
        #expect(verified.status == 0 && verified.output == before.output, "\(verified)")
        #expect(try versions.history("Observation/a", ["--as-of", "9999"]).lines.count == 3)
        #expect(try versions.history("Observation/a", ["--as-of", "1999-01-31"]).status == 1)
        for wrong in ["commit", "commit x", "yesterday", "2026-02-30", "COMMIT 1 AS Patient/1"] {
            #expect(try versions.history("Observation/a", ["--as-of", wrong]).status == 2, "\(wrong)")
        }
    }

    @Test func `end with the deletion, and go on behind it`() throws {
        let versions = try Versions()
        let run = try versions.delete(["Observation/a", "Observation/b"])
        #expect(run.status == 0 && run.error.isEmpty, "\(run)")
        #expect(
            run.output == """
                {"resource":"Observation/a","outcome":"deleted","version":3}
                {"resource":"Observation/b","outcome":"deleted","version":2}

                """)
        let again = try versions.delete(["Observation/a", "--format", "csv"])
        #expect(again.status == 0 && again.output.hasSuffix("Observation/a,already-deleted,3\r\n"), "\(again)")
        let history = try versions.history("Observation/a")
        #expect(history.output.hasPrefix(#"{"version":3,"deleted":true,"resource":null}"#), "\(history)")
        let back = try versions.session.avow(["import", "clinic", "2.json"] + Versions.key)
        #expect(back.output.contains("1 new, 0 changed, 0 as they were"), "\(back)")
        #expect(try Versions.objects(try versions.history("Observation/a")).count == 4)
        #expect(try versions.session.avow(["check", "clinic"] + Versions.key).status == 0)
    }

    @Test func `are kept of what cannot be deleted, and the reason is said`() throws {
        let versions = try Versions()
        let patient = try versions.delete(["Patient/p"])
        #expect(patient.status == 1 && patient.output.isEmpty)
        #expect(patient.complaint.contains("Patient/p cannot be deleted: 2 other records belong to it"), "\(patient)")
        let unknown = try versions.delete(["Observation/a", "Observation/nobody", "Observation/noone"])
        #expect(unknown.status == 1 && unknown.lines.count == 3, "\(unknown)")
        #expect(unknown.lines[1] == #"{"resource":"Observation/nobody","outcome":"unknown","version":null}"#)
        #expect(unknown.complaint == "the store never had Observation/nobody, nor 1 other", "\(unknown)")
        #expect(try versions.delete(["Patient/p", "Observation/b"]).status == 0)
    }

    @Test(arguments: [
        (["history", "nowhere", "Observation/a"], "--as"),
        (["history", "nowhere", "Observation", "--as", "Practitioner/1", "--for", "TREAT"], "not a reference"),
        (["history", "nowhere", "Pateint/1", "--as", "Practitioner/1", "--for", "TREAT"], "did you mean 'Patient/1'"),
        (["history", "nowhere", "Patient/1", "--as", "Practitioner/1", "--for", "TREATS"], "did you mean 'TREAT'"),
        (
            ["history", "nowhere", "Patient/1", "--version", "0", "--as", "Practitioner/1", "--for", "TREAT"],
            "count from 1"
        ),
        (["delete", "nowhere"], "resource"), (["delete", "nowhere", "Patient/a_b"], "not a resource id"),
    ])
    func `that are not asked for properly end with 2 before a store is opened`(
        _ arguments: [String], _ hint: String
    ) throws {
        let run = try CommandSession().avow(arguments)
        #expect(run.status == 2 && run.output.isEmpty, "\(run)")
        #expect(run.error.hasPrefix("avow: ") && run.error.contains(hint), "\(run)")
    }
}

import Foundation
import Testing

/// A store of two patients with an observation each, for commands that read.
private struct Audited {
    static let key = ["--key-file", "clinic.key"]
    static let request = ["--as", "Practitioner/1", "--for", "TREAT"]
    let session: CommandSession

    init() throws {
        session = try CommandSession()
        var lines: [String] = []
        for patient in ["p", "q"] {
            lines.append(#"{"resourceType":"Patient","id":"\#(patient)"}"#)
            lines.append(
                #"{"resourceType":"Observation","id":"o-\#(patient)","status":"final","code":{"text":"weight"},"#
                    + #""subject":{"reference":"Patient/\#(patient)"}}"#)
        }
        try session.write(lines.joined(separator: "\n"), to: "1.ndjson")
        for command in [["init", "clinic", "--origin", "clinic.example"], ["import", "clinic", "1.ndjson"]] {
            let run = try session.avow(command + Self.key)
            try #require(run.status == 0, "\(run.testDescription)")
        }
    }

    func audit(_ arguments: [String] = []) throws -> Run {
        try session.avow(["audit", "clinic"] + arguments + Self.key)
    }

    func succeed(_ arguments: [String], input: String? = nil) throws {
        let run = try session.avow(arguments, input: input)
        #expect(run.status == 0, "\(run.testDescription)")
    }

    static func objects(_ run: Run) throws -> [[String: Any]] {
        try run.lines.map { line in
            try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
    }
}

@Suite struct `The audit at the command line` {
    @Test func `has an event of every command that reads`() throws {
        let store = try Audited()
        let (key, request) = (Audited.key, Audited.request)
        let view =
            #"{"resourceType":"ViewDefinition","resource":"Observation","name":"v","#
            + #""select":[{"column":[{"name":"id","path":"id"}]}]}"#
        try store.session.write(view, to: "view.json")
        let commands: [(event: String, arguments: [String])] = [
            ("SELECT id FROM Patient", ["query", "clinic", "SELECT id FROM Patient"] + request + key),
            (
                "SELECT id FROM Observation",
                ["query", "clinic", "SELECT id FROM Observation", "--answer", "a.avow"] + request + key
            ),
            ("EXPLAIN SELECT id FROM Patient", ["explain", "clinic", "SELECT id FROM Patient"] + request + key),
            ("HISTORY OF Observation/o-p", ["history", "clinic", "Observation/o-p"] + request + key),
            ("SELECT resource FROM Observation", ["view", "view.json", "--store", "clinic"] + request + key),
            (
                "SELECT resource FROM Patient",
                ["fhirpath", "--store", "clinic", "--type", "Patient"] + request + key + ["--", "id"]
            ),
        ]
        for (_, arguments) in commands { try store.succeed(arguments) }
        try store.succeed(["repl", "clinic", "--no-history"] + request + key, input: "SELECT COUNT(*) FROM Patient;\n")
        let run = try store.audit()
        let events = try Audited.objects(run)
        let expected = commands.map(\.event) + ["SELECT COUNT(*) FROM Patient;"]
        #expect(events.compactMap { $0["query"] as? String } == expected, "\(run.testDescription)")
        #expect(events.compactMap { $0["patients"] as? Int } == [2, 2, 0, 1, 2, 2, 0])
        #expect(events.map { $0["proven"] as? Bool } == [false, true] + Array(repeating: false, count: 5))
        // What looks after the store leaves none.
        for command in ["stats", "check", "audit", "checkpoint", "key"] {
            try store.succeed([command, "clinic"] + key)
        }
        #expect(try store.audit().output == run.output)
        let checkpoint = try store.session.avow(["checkpoint", "clinic", "--audit"] + key)
        #expect(checkpoint.lines.first == "clinic.example/audit", "\(checkpoint.testDescription)")
    }

    @Test func `is listed by patient, time, actor and event`() throws {
        let store = try Audited()
        for (actor, id) in [("Practitioner/1", "p"), ("Practitioner/2", "q"), ("Practitioner/2", "p")] {
            try store.succeed(
                ["query", "clinic", "SELECT id FROM Patient WHERE _id = \(id)", "--as", actor, "--for", "TREAT"]
                    + Audited.key)
        }
        func actors(_ arguments: [String]) throws -> [String] {
            try Audited.objects(try store.audit(arguments)).compactMap { $0["actor"] as? String }
        }
        #expect(try actors([]) == ["Practitioner/1", "Practitioner/2", "Practitioner/2"])
        #expect(try actors(["Patient/p"]) == ["Practitioner/1", "Practitioner/2"])
        #expect(try actors(["Patient/nobody"]) == [])
        #expect(try actors(["--actor", "Practitioner/1"]) == ["Practitioner/1"])
        #expect(try actors(["--since", "2020", "--until", "9998"]).count == 3)
        #expect(try actors(["--since", "9998"]) == [])
        #expect(try actors(["--until", "2020"]) == [])
        #expect(try store.audit(["--event", "2"]).output == "{\"patient\":\"Patient/q\",\"records\":1}\n")
        #expect(try store.audit(["--event", "9"]).complaint.contains("no event has the number 9"))
        let table = try store.audit(["Patient/p", "--format", "table"])
        #expect(table.lines.count == 4 && table.lines[0].hasPrefix("time"), "\(table.testDescription)")
        #expect(try store.audit(["--format", "csv"]).output.hasPrefix("time,event,actor,"))
        for (arguments, expected) in [
            (["Observation/o-p"], "to a patient"), (["--since", "yesterday"], "--since"),
            (["--proof", "x.avow"], "name it"),
            (["Patient/p", "--proof", "x.avow", "--actor", "Practitioner/1"], "without"),
            (["Patient/p", "--event", "1"], "stands alone"), (["--actor", "no body"], "reference"),
        ] {
            let run = try store.audit(arguments)
            #expect(run.status == 2 && run.error.contains(expected), "\(run.testDescription)")
        }
    }

    @Test func `gives a patient a proof, which is verified without the store`() throws {
        let store = try Audited()
        try store.succeed(["query", "clinic", "SELECT id FROM Patient"] + Audited.request + Audited.key)
        let run = try store.audit(["Patient/p", "--proof", "p.avow"])
        #expect(run.status == 0 && run.error.hasPrefix("1 event; answer with proof: p.avow, "), "\(run)")
        #expect(try Audited.objects(run).first?["query"] is NSNull)
        let key = try store.session.avow(["key", "clinic"] + Audited.key).lines[0]
        let verified = try store.session.avow(["verify", "p.avow", "--key", key])
        #expect(verified.status == 0 && verified.output == run.output, "\(verified.testDescription)")
        #expect(verified.error.contains("clinic.example/audit"))
        #expect(verified.error.contains("the patient and the store's auditors may ask this"))
        let since = try store.audit(["Patient/p", "--since", "2020-01-01", "--proof", "p2.avow"])
        #expect(since.status == 0 && since.lines.count == 2, "\(since.testDescription)")
        let statement = ["--query", "SHOW DISCLOSURES FOR Patient/p SINCE 2020-01-01"]
        #expect(try store.session.avow(["verify", "p2.avow", "--key", key] + statement).status == 0)
        // The statement itself, as a query.
        let query = try store.session.avow(
            ["query", "clinic", "SHOW DISCLOSURES FOR Patient/q AS 'Patient/q' FOR PATRQT"] + Audited.key)
        #expect(query.status == 0 && query.lines.count == 1, "\(query.testDescription)")
        let refused = try store.session.avow(
            ["query", "clinic", "SHOW DISCLOSURES FOR Patient/q AS 'Patient/p' FOR PATRQT"] + Audited.key)
        #expect(refused.status != 0 && refused.error.contains("only the patient itself"), "\(refused.testDescription)")
        let other = store.session.folder.appending(path: "clinic/audit/data.mdb")
        try FileManager.default.removeItem(at: other)
        let damaged = try store.session.avow(
            ["query", "clinic", "SELECT id FROM Patient"] + Audited.request + Audited.key)
        #expect(damaged.status == 1 && damaged.output.isEmpty, "\(damaged.testDescription)")
        #expect(damaged.error.contains("cannot be recorded"), "\(damaged.testDescription)")
    }
}

import Foundation
import Testing

/// A store with two patients, of which the first permits and refuses.
private final class Clinic {
    static let key = ["--key-file", "clinic.key"]
    let session: CommandSession

    init() throws {
        session = try CommandSession()
        let records = ["1", "2"].flatMap { patient in
            [#"{"resourceType":"Patient","id":"\#(patient)"}"#]
                + ["a", "b"].map { code in
                    #"{"resourceType":"Observation","id":"\#(patient)\#(code)","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"\#(code)"}]},"subject":{"reference":"Patient/\#(patient)"}}"#
                }
        }
        try session.write(records.joined(separator: "\n"), to: "records.ndjson")
        for command in [
            ["init", "clinic", "--origin", "clinic.example/records"], ["import", "clinic", "records.ndjson"],
        ] {
            let run = try session.avow(command + Clinic.key)
            try #require(run.status == 0, "\(run.testDescription)")
        }
    }

    func query(_ text: String, _ arguments: String...) throws -> Run {
        try session.avow(["query", "clinic", text] + arguments + Clinic.key)
    }

    func repl(_ input: String) throws -> Run { try session.avow(["repl", "clinic"] + Clinic.key, input: input) }
}

@Suite struct `Statements at the command line` {
    @Test func `are executed, and their Consent is shown`() throws {
        let clinic = try Clinic()
        let refused = try clinic.query("REVOKE HRESCH ON * OF Patient/1 FROM ANYONE", "--as", "Patient/1")
        #expect(
            refused.lines == [
                "Consent/avow-consent-1 says from now on:", "  REVOKE HRESCH ON * OF Patient/1 FROM ANYONE",
            ], "\(refused)")
        let granted = try clinic.query(
            "GRANT HRESCH ON Observation OF Patient/1 TO ORGANIZATION x CODE loinc|a AS Patient/1")
        #expect(granted.status == 0 && granted.lines.count == 3, "\(granted)")
        let text = "SELECT id FROM Observation"
        let read = try clinic.query(
            text, "--as", "Practitioner/1", "--organization", "Organization/x", "--for", "HRESCH")
        #expect(read.lines == [#"{"id":"1a"}"#], "\(read)")
        #expect(try clinic.query(text, "--as", "Practitioner/1", "--for", "HRESCH").output.isEmpty)
        let shown = try clinic.session.avow(["consent", "show", "clinic", "Patient/1"] + Clinic.key)
        #expect(
            shown.lines.prefix(4) == [
                "Patient/1", "  Consent/avow-consent-1, version 2, dialect A",
                "    permits Observation with the code http://loinc.org|a to Organization/x for HRESCH  [Consent.provision.provision[0].provision[0]]",
                "    denies all records to anyone for HRESCH  [Consent.provision.provision[0]]",
            ], "\(shown)")
        let json = try clinic.session.avow(["consent", "show", "clinic", "1", "--format", "json"] + Clinic.key)
        let object = try #require(JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
        let audiences = try #require(object["audiences"] as? [[String: Any]])
        #expect(audiences.compactMap { $0["records"] as? Int } == [3, 1], "\(json)")
        #expect((object["consents"] as? [[String: Any]])?.first?["version"] as? Int == 2)
        #expect(try clinic.session.avow(["consent", "show", "clinic", "nobody"] + Clinic.key).status == 1)
        #expect(try clinic.session.avow(["consent", "show", "clinic", "a/b"] + Clinic.key).status == 2)
    }

    @Test func `that somebody else makes, or that are wrong, change nothing`() throws {
        let clinic = try Clinic()
        let text = "GRANT HRESCH ON * OF Patient/1 TO ANYONE"
        let other = try clinic.query(text, "--as", "Patient/2")
        #expect(other.status == 1 && other.complaint.contains("Patient/2 may not permit or refuse for Patient/1"))
        #expect(try clinic.query(text).status == 2)
        #expect(try clinic.query(text, "--as", "Patient/1", "--answer", "x.avow").status == 2)
        #expect(
            try clinic.query("GRANT HRESH ON * OF Patient/1 TO ANYONE", "--as", "Patient/1").error.contains("HRESCH"))
        #expect(try clinic.query("SET PURPOSE TREAT", "--as", "Patient/1", "--for", "TREAT").status == 2)
        #expect(try clinic.query("SELECT id FROM Patient", "--role", "nurse", "--for", "TREAT").status == 2)
        #expect(try clinic.query("SELECT id FROM Patient", "--as", "Practitioner/1", "--for", "HRESCH").output.isEmpty)
    }

    @Test func `make and remove indexes, or say what is wrong and where`() throws {
        let clinic = try Clinic()
        let made = try clinic.query("CREATE INDEX shown ON Observation (status, PATH(subject.reference))")
        #expect(made.lines == ["The index shown is ready: 4 entries."], "\(made)")
        let text = "SELECT subject.reference AS s FROM Observation WHERE status = final ORDER BY s LIMIT 1"
        #expect(try clinic.query(text, "--as", "Patient/1", "--for", "TREAT").lines == [#"{"s":"Patient/1"}"#])
        for (statement, place, message) in [
            ("CREATE INDEX x ON Observation (code, stat)", "column 38", "no search parameter 'stat' on Observation"),
            ("CREATE INDEX x ON Patient (PATH(address.citty))", "column 41", "did you mean 'city'?"),
            ("CREATE INDEX x ON Patient (PATH(now()))", "column 28", "depends on more than the resource"),
            ("CREATE INDEX x ON Patient (name, name)", "column 34", "the column 'name' stands twice"),
            ("CREATE INDEX x ON Patient (PATH(id = $id))", "column 28", "no place left open for $id"),
        ] {
            let refused = try clinic.query(statement)
            #expect(
                refused.status == 2 && refused.error.contains(place) && refused.error.contains(message), "\(refused)")
        }
        for (statement, message) in [
            ("CREATE INDEX shown ON Patient (name)", "there is an index 'shown' already"),
            ("CREATE INDEX born ON Patient (birthdate)", "the index 'Patient-birthdate' has just these columns"),
            ("DROP INDEX showm", "there is no index 'showm'; did you mean 'shown'?"),
        ] {
            let refused = try clinic.query(statement)
            #expect(refused.status == 2 && refused.complaint.contains(message), "\(refused)")
        }
        #expect(try clinic.query("DROP INDEX shown", "--answer", "x.avow").status == 2)
        let run = try clinic.repl(
            "DROP INDEX shown;\nCREATE INDEX again ON Patient (name, birthdate);\n")
        #expect(run.status == 0 && run.output.contains("The index shown is removed.\nThe index again is"), "\(run)")
        let wrong = try clinic.repl("-- nothing\nCREATE INDEX x\n  ON Patient (nam);")
        #expect(wrong.status == 2 && wrong.error.contains("line 3, column 15"), "\(wrong)")
    }

    @Test func `break the glass with a reason`() throws {
        let clinic = try Clinic()
        try clinic.session.write(#"{"breakGlass":{"roles":["physician"]}}"#, to: "policy.json")
        #expect(try clinic.session.avow(["policy", "clinic", "set", "policy.json"] + Clinic.key).status == 0)
        #expect(try clinic.query("REVOKE ALL ON * OF Patient/1 FROM ANYONE", "--as", "Patient/1").status == 0)
        let text = "SELECT id FROM Observation ORDER BY id"
        let asker = ["--as", "Practitioner/1", "--role", "physician", "--for", "ETREAT"]
        func read(_ arguments: [String], _ text: String = text) throws -> Run {
            try clinic.session.avow(["query", "clinic", text] + arguments + Clinic.key)
        }
        #expect(try read(asker).lines.count == 2)
        #expect(try read(asker + ["--break-glass", "unconscious"]).lines.count == 4)
        #expect(try read(asker, text + " BREAK GLASS REASON 'unconscious'").lines.count == 4)
        let nurse = ["--as", "Practitioner/1", "--role", "nurse", "--for", "ETREAT", "--break-glass", "unconscious"]
        #expect(try read(nurse).lines.count == 2)
        #expect(try read(asker + ["--break-glass", " "]).status == 2)
    }

    @Test func `make a session`() throws {
        let clinic = try Clinic()
        let run = try clinic.repl(
            """
            SET ACTOR 'Patient/1';
            SET PURPOSE = PATRQT;
            REVOKE TREAT ON Observation OF Patient/1 FROM ROLE nurse;
            SHOW CONSENT FOR Patient/1;
            SET ACTOR Practitioner/1 ROLE nurse;
            SET PURPOSE TREAT;
            SELECT COUNT(*) AS n FROM Observation;
            .actor Practitioner/2
            SELECT COUNT(*) AS n FROM Observation;
            """)
        #expect(run.status == 0, "\(run)")
        #expect(run.lines.filter { $0.hasPrefix(#"{"n""#) } == [#"{"n":2}"#, #"{"n":4}"#], "\(run)")
        #expect(run.output.contains(#""says":"denies Observation to the role 'nurse' for TREAT""#), "\(run)")
        let wrong = try clinic.repl("SET ACTOR smith;")
        #expect(wrong.status == 2 && wrong.error.contains("line 1, column 11"), "\(wrong)")
    }
}

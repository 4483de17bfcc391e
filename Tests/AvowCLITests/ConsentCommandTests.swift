import Foundation
import Testing

@Suite struct `Consents at the command line` {
    private func consent(_ id: String, _ members: String, status: String = "active") -> String {
        #"""
        {"resourceType":"Consent","id":"\#(id)","meta":{"versionId":"2"},"status":"\#(status)",
        "scope":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentscope","code":"patient-privacy"}]},
        "category":[{"coding":[{"system":"http://loinc.org","code":"59284-0"}]}],
        "patient":{"reference":"Patient/p"},"provision":{\#(members)}}
        """#
    }

    private func session() throws -> CommandSession {
        let session = try CommandSession()
        for name in ["consents", "context", "none"] {
            try FileManager.default.createDirectory(
                at: session.folder.appending(path: name), withIntermediateDirectories: true)
        }
        let members = #"""
            "type":"permit","period":{"end":"2030"},"purpose":[{"system":
            "http://terminology.hl7.org/CodeSystem/v3-ActReason","code":"TREAT"},{"system":"http://x","code":"FooBar"}],
            "provision":[{"type":"deny","data":[{"meaning":"related","reference":{"reference":"Encounter/e"}}]},
            {"type":"deny","actor":[{"reference":{"reference":"Group/g"}}]},
            {"type":"deny","actor":[{"reference":{"reference":"Organization/o"}}]},
            {"type":"deny","actor":[{"role":{"coding":[{"system":"http://roles","code":"clerk"}]}}]}]
            """#
        try session.write(consent("c", members), to: "consents/c.json")
        try session.write(consent("d", #""type":"deny""#, status: "draft"), to: "consents/d.json")
        try session.write(#"{"resourceType":"Patient","id":"p"}"#, to: "consents/p.json")
        try session.write(
            #"{"resourceType":"Observation","id":"o","subject":{"reference":"Patient/p"}}"#, to: "o.json")
        try session.write(
            #"{"resourceType":"Encounter","id":"e","diagnosis":[{"condition":{"reference":"Observation/o"}}]}"#,
            to: "context/e.json")
        return session
    }

    private func decide(_ session: CommandSession, _ more: String...) throws -> Run {
        let standard = ["--consents", "consents", "--resource", "o.json", "--as", "Practitioner/1"]
        let at = more.contains("--at") ? [] : ["--at", "2024-03-01T10:00:00Z"]
        return try session.avow(["consent", "decide"] + standard + at + more)
    }

    @Test func `are decided, with reasons`() throws {
        let session = try session()
        let run = try decide(session, "--for", "TREAT")
        #expect(run.status == 0 && run.error.isEmpty, "\(run)")
        #expect(run.lines == ["permit", "  Consent/c, version 2: Consent.provision: permits it"])
        let json = try decide(session, "--for", "TREAT", "--format", "json")
        #expect(
            json.output
                == #"{"decision":"permit","because":[{"consent":"Consent/c","version":"2","dialect":"C","says":"permit","#
                + #""path":"Consent.provision","reason":"permits it"}]}"# + "\n")
        for (arguments, word) in [
            (["--for", "HRESCH"], "deny"), (["--for", "HRESCH", "--for", "ETREAT"], "permit"),
            (["--for", "FooBar"], "permit"), (["--for", "http://x|FooBar"], "permit"),
            (["--for", "http://y|FooBar"], "deny"), (["--for", "QuxQuux"], "deny"),
            (["--for", "TREAT", "--group", "Group/g"], "deny"),
            (["--for", "TREAT", "--organization", "Organization/o"], "deny"),
            (["--for", "TREAT", "--role", "clerk"], "deny"), (["--for", "TREAT", "--context", "context"], "deny"),
            (["--for", "TREAT", "--at", "2031-01-01T00:00:00Z"], "no-consent"),
        ] {
            let run = try session.avow(
                ["consent", "decide", "--consents", "consents", "--resource", "o.json", "--as", "Practitioner/1"]
                    + (arguments.contains("--at") ? [] : ["--at", "2024-03-01"]) + arguments)
            #expect(run.status == 0 && run.lines.first == word, "\(run)")
        }
        let none = try session.avow(
            [
                "consent", "decide", "--consents", "none", "--resource", "o.json", "--as", "Practitioner/1", "--for",
                "TREAT",
            ]
                + ["--format", "json"])
        #expect(none.output == #"{"decision":"no-consent","because":[]}"# + "\n")
        let permitted = try decide(session, "--for", "HRESCH", "--combination", "permit-unless-deny")
        #expect(permitted.lines.first == "deny")
    }

    @Test func `that cannot be evaluated are refused, naming the element`() throws {
        let session = try session()
        try session.write(consent("x", #""type":"permit","actor":[{"role":{"text":"nurse"}}]"#), to: "consents/x.json")
        let run = try decide(session, "--for", "TREAT")
        #expect(run.status == 1 && run.output.isEmpty)
        #expect(run.complaint == "Consent/x is refused: Consent.provision.actor[0].role: has no coding")
    }

    @Test func `are asked for in a way that is understood, or not at all`() throws {
        let session = try session()
        #expect(try decide(session, "--for", "TRAET").complaint == "no purpose of use 'TRAET'; did you mean 'TREAT'?")
        for (arguments, status) in [
            (["--for", "TREAT", "--at", "noon"], 2), (["--for", "TREAT", "--group", "a group"], 2), ([], 2),
            (["--for", "TREAT", "--context", "missing"], 2), (["--for", "TREAT", "--combination", "none"], 2),
        ] {
            let run = try session.avow(
                ["consent", "decide", "--consents", "consents", "--resource", "o.json", "--as", "Practitioner/1"]
                    + arguments)
            #expect(run.status == Int32(status) && run.output.isEmpty, "\(run)")
        }
        try session.write("[]", to: "list.json")
        let run = try session.avow(
            [
                "consent", "decide", "--consents", "consents", "--resource", "list.json", "--as", "Practitioner/1",
                "--for", "TREAT",
            ])
        #expect(run.status == 1 && run.complaint == "list.json holds no resource of FHIR R4")
    }
}

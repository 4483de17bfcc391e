import Foundation
import Testing

@Suite struct `FHIRPath at the command line` {
    private static let patient = """
        {"resourceType":"Patient","id":"a","active":true,"birthDate":"1970-06-01",
         "name":[{"use":"official","family":"Berg","given":["Ann","Bea"]},{"family":"Dahl"}],
         "multipleBirthInteger":2,"contact":[{"name":{"text":"C\\u001b"}}]}
        """

    private func evaluate(_ expression: String, _ options: String...) throws -> Run {
        let session = try CommandSession()
        try session.write(Self.patient, to: "patient.json")
        return try session.avow(["fhirpath", "--resource", "patient.json"] + options + ["--", expression])
    }

    @Test(
        arguments: [
            ("name.given", #"[{"type":"string","value":"Ann"},{"type":"string","value":"Bea"}]"#),
            ("Patient.active", #"[{"type":"boolean","value":true}]"#),
            ("birthDate", #"[{"type":"date","value":"1970-06-01"}]"#),
            ("name[1]", #"[{"type":"HumanName","value":{"family":"Dahl"}}]"#),
            ("name.use", #"[{"type":"code","value":"official"}]"#),
            ("multipleBirth", #"[{"type":"integer","value":2}]"#),
            ("name.count() > 1", #"[{"type":"boolean","value":true}]"#),
            ("1 + 0.50", #"[{"type":"decimal","value":1.50}]"#),
            ("name.given.first() & '!'", #"[{"type":"string","value":"Ann!"}]"#),
            ("address", "[]"),
        ])
    func `writes types and values as JSON`(expression: String, expected: String) throws {
        let run = try evaluate(expression, "--format", "json")
        #expect(run.status == 0 && run.error.isEmpty, "\(run)")
        #expect(run.output.replacing("\n", with: "") == expected, "\(run)")
        _ = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
    }

    @Test func `writes text, one item a line, that steers no terminal`() throws {
        #expect(try evaluate("name.given").output == "Ann\nBea\n")
        #expect(try evaluate("contact.name.text").output == "C␛\n")
        #expect(try evaluate("address").output.isEmpty)
    }

    @Test func `evaluates on nothing`() throws {
        let session = try CommandSession()
        let run = try session.avow(["fhirpath", "--format", "json", "--", "2 + 2"])
        #expect(run.status == 0 && run.output == "[\n{\"type\":\"integer\",\"value\":4}\n]\n", "\(run)")
        let quantity = try session.avow(["fhirpath", "--format", "json", "--", "-3 'mg'"])
        #expect(quantity.status == 0, "\(quantity)")
        #expect(quantity.output.contains(#""type":"Quantity","value":{"value":-3,"#), "\(quantity)")
        #expect(quantity.output.contains(#""code":"mg""#), "\(quantity)")
        #expect(try session.avow(["fhirpath", "--format", "json", "--", "$this"]).output == "[]\n")
        #expect(try session.avow(["fhirpath", "--", "name.exists()"]).output == "false\n")
    }

    @Test(
        arguments: [
            ("name..given", "     ^", "found '.'"), ("nmae.given", "^^^^", "did you mean 'name'?"),
            ("name.wher(true)", "     ^^^^", "did you mean 'where'?"), ("name.single()", "^^^^^^^^^^^^^", "2 items"),
            ("%nothing", "^^^^^^^^", "a variable that is defined"),
        ])
    func `shows a caret under the mistake`(expression: String, caret: String, complaint: String) throws {
        let run = try evaluate(expression)
        #expect(run.status == 1 && run.output.isEmpty && run.error.contains(complaint), "\(run)")
        #expect(run.error.contains("\n  \(expression)\n  \(caret)"), "\(run)")
    }

    @Test func `tells what is traced beside the output`() throws {
        let run = try evaluate("name.given.trace('given').first()")
        #expect(run.output == "Ann\n" && run.error == "given: \"Ann\", \"Bea\"\n", "\(run)")
    }

    @Test func `goes through a store's resources that the asker may see`() throws {
        let session = try SharedStore.session()
        let arguments = ["fhirpath", "--store", "clinic", "--type", "Patient"] + SharedStore.key
        let run = try session.avow(arguments + SharedStore.request + ["--", "Patient.birthDate"])
        #expect(run.status == 0 && run.lines.count == SharedStore.patients, "\(run)")
        let refused = try session.avow(
            arguments + ["--as", "Practitioner/1", "--for", "HRESCH", "--format", "json", "--", "birthDate"])
        #expect(refused.status == 0 && refused.output == "[]\n", "\(refused)")
        let resolving = try session.avow(
            ["fhirpath", "--store", "clinic", "--type", "Condition"] + SharedStore.key + SharedStore.request
                + ["--", "subject.resolve().ofType(Patient).id = subject.reference.substring(8)"])
        #expect(resolving.status == 0 && !resolving.lines.isEmpty, "\(resolving)")
        #expect(resolving.lines.allSatisfy { $0 == "true" }, "\(resolving)")
        let failing = try session.avow(arguments + SharedStore.request + ["--", "birthDate.matches(id)"])
        #expect(failing.status == 0, "\(failing)")
    }

    @Test(
        arguments: [
            (["fhirpath"], Int32(2), "Missing expected argument '<expression>'"),
            (["fhirpath", "--store", "s", "--", "id"], 2, "--store and --type go together"),
            (["fhirpath", "--type", "Patient", "--", "id"], 2, "--store and --type go together"),
            (["fhirpath", "--store", "s", "--type", "Patient", "--resource", "r", "--", "id"], 2, "not from both"),
            (["fhirpath", "--as", "Practitioner/1", "--", "id"], 2, "--as goes with --store"),
            (["fhirpath", "--store", "s", "--type", "Patiant", "--", "id"], 2, "did you mean 'Patient'?"),
            (["fhirpath", "--store", "s", "--type", "Patient", "--", "id"], 2, "add --as Practitioner/…"),
            (["fhirpath", "--resource", "nothing.json", "--", "id"], 1, "nothing.json cannot be read"),
            (["fhirpath", "--resource", "broken.json", "--", "id"], 1, "broken.json:2:1:"),
        ])
    func `refuses what it does not understand`(arguments: [String], status: Int32, complaint: String) throws {
        let session = try CommandSession()
        try session.write("{\n", to: "broken.json")
        let run = try session.avow(arguments)
        #expect(run.status == status && run.output.isEmpty && run.error.contains(complaint), "\(run)")
    }
}

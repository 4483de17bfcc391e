import Foundation
import Testing

@testable import AvowFHIR

@Suite struct BlankingTests {
    private func blank(_ source: String) throws -> String { text(try Blanking.blank(bytes(source))) }

    @Test func `vocabulary stays and the patient goes`() throws {
        let source = #"""
            {"resourceType":"Patient","id":"123","meta":{"profile":["http://p"],"lastUpdated":"2020-01-01"},
            "text":{"status":"generated","div":"<div>Jane</div>"},"identifier":[{"system":"urn:ssn","value":"999-11","use":"usual",
            "type":{"coding":[{"system":"urn:t","code":"SS","display":"Social Security"}],"text":"Jane's number"}}],
            "name":[{"use":"official","family":"Doe","given":["Jane"]}],"birthDate":"1980-01-02","multipleBirthInteger":2,
            "deceasedBoolean":true,"telecom":[{"system":"phone","value":"555"}],"gender":"female","address":[{"line":["1 Road"],"city":"X"}],
            "contact":[{"name":{"text":"Jim"}}],"photo":[{"contentType":"image/png","url":"http://photos/jane.png","data":"AAAA"}],
            "generalPractitioner":[{"reference":"Practitioner/77","display":"Dr. Who"}],"link":[{"other":{"reference":"http://x/Patient/5"}}],
            "extension":[{"url":"http://e","valueString":"Eulalia","valueDecimal":1.25}],"Doe Jane":1,"code":"esc\u0061ped","x":null}
            """#
        #expect(
            try blank(source) == #"""
                {"resourceType":"Patient","id":"","meta":{"profile":["http://p"],"lastUpdated":"0000-00-00"},"text":{"status":"generated","div":""},"identifier":[{"system":"urn:ssn","value":"","use":"usual","type":{"coding":[{"system":"urn:t","code":"SS","display":"Social Security"}],"text":""}}],"name":[{"use":"official","family":"","given":[""]}],"birthDate":"0000-00-00","multipleBirthInteger":0,"deceasedBoolean":false,"telecom":[{"system":"phone","value":""}],"gender":"","address":[{"line":[""],"city":""}],"contact":[{"name":{"text":""}}],"photo":[{"contentType":"image/png","url":"","data":""}],"generalPractitioner":[{"reference":"Practitioner/","display":""}],"link":[{"other":{"reference":""}}],"extension":[{"url":"http://e","valueString":"","valueDecimal":0}],"":0,"code":"","x":null}
                """#)
    }

    @Test func `a display stays only beside a system and a code`() throws {
        #expect(try blank(#"{"display":"Jane","code":"c"}"#) == #"{"display":"","code":"c"}"#)
        #expect(try blank(#"{"display":"Jane","system":"s"}"#) == #"{"display":"","system":"s"}"#)
        #expect(
            try blank(#"{"display":"d","system":"s","code":"c"}"#)
                == #"{"display":"d","system":"s","code":"c"}"#)
        #expect(
            try blank(#"{"system":"s","code":"c","x":{"display":"Jane"}}"#)
                == #"{"system":"s","code":"c","x":{"display":""}}"#)
    }

    @Test func `a date leaves its form, and a time its zone`() throws {
        for (date, form) in [
            ("1980-01-02", "0000-00-00"), ("1980-01-02T03:04:05Z", "0000-00-00T00:00:00Z"),
            ("1980-01-02T03:04:05.678+05:30", "0000-00-00T00:00:00.000+05:30"), ("1980-01", ""), ("1980", ""),
            ("1980-01-02 and more", ""), ("1980-01-0x", ""), ("x1980-01-02", ""), ("19800-1-02T", ""),
        ] {
            #expect(try blank(#"{"date":"\#(date)"}"#) == #"{"date":"\#(form)"}"#)
        }
    }

    @Test func `identifiers and times leave numbers that tell which of a resource are the same`() throws {
        let identifiers = ["6ba7b810-9dad-11d1-80b4-00c04fd430c8", "6ba7b811-9dad-11d1-80b4-00c04fd430c8"]
        let forms = ["00000000-0000-0000-0000-000000000000", "00000000-0000-0000-0000-000000000001"]
        func source(_ identifiers: [String], _ times: [String]) -> String {
            #"{"id":"\#(identifiers[0])","subject":{"reference":"Patient/\#(identifiers[1])"},"#
                + #""encounter":{"reference":"urn:uuid:\#(identifiers[0])"},"x":"\#(identifiers[1])","#
                + #""start":"\#(times[0])Z","end":"\#(times[1])+01:00","issued":"\#(times[0]).1Z"}"#
        }
        #expect(
            try blank(source(identifiers, ["2020-01-02T03:04:05", "2020-01-02T03:04:06"])).replacing(".0Z", with: ".1Z")
                == source(forms, ["0000-00-00T00:00:00", "0000-00-00T00:00:01"]))
        for other in ["6BA7B810-9dad-11d1-80b4-00c04fd430c8", "6ba7b810-9dad-11d1-80b4-00c04fd430c", "6ba7b810"] {
            #expect(try blank(#"{"id":"\#(other)"}"#) == #"{"id":""}"#)
            #expect(
                try blank(#"{"reference":"Patient/\#(other)"}"#) == #"{"reference":"Patient/"}"#)
        }
    }

    @Test func `long strings go`() throws {
        let long = String(repeating: "a", count: 257)
        #expect(try blank(#"{"code":"\#(long)"}"#) == #"{"code":""}"#)
    }

    @Test func `what is not JSON is refused`() {
        #expect(throws: JSONError.self) { try Blanking.blank(bytes("{")) }
    }

    @Test(.enabled(if: Synthea.isAvailable, "needs ../shared/data/synthea-r4-40.tar.zst"))
    func `no name, address, identifier, id or date of a Synthea patient survives`() throws {
        let files = try ResourceReader.files(at: Synthea.directory()).filter { !$0.contains("Information") }
        var searched = 0
        for file in files.prefix(4) {
            var reader = ResourceReader(files: [file])
            let parser = try JSONParser()
            var secrets: Set<String> = []
            var blanked: [[UInt8]] = []
            while case .resource(let resource)? = reader.next() {
                secrets.insert(resource.id)
                let root = try parser.parse(resource.json).root
                if resource.type == .patient {
                    collectStrings(in: root, names: Self.personal, into: &secrets)
                    let maidenName = try FHIRPath(
                        "extension.where(url = 'http://hl7.org/fhir/StructureDefinition/patient-mothersMaidenName').value"
                    )
                    secrets.formUnion(try maidenName.evaluate(on: root).map(\.text))
                }
                collectStrings(
                    in: root,
                    names: ["start", "end", "authoredOn", "effectiveDateTime", "issued", "created", "div"],
                    into: &secrets)
                try blanked.append(Blanking.blank(resource.json))
            }
            #expect(secrets.count > 50)
            let strings = Set(try blanked.flatMap { try allStrings(in: parser.parse($0).root) })
            for secret in secrets where secret.utf8.count > 3 {
                searched += 1
                let survivor = strings.first { $0.contains(secret) }
                #expect(survivor == nil, "\(secret) in \(survivor ?? "")")
            }
            let digitsOnly = blanked.allSatisfy { !text($0).contains(#/":-?[1-9]/#) }
            #expect(digitsOnly)
        }
        #expect(searched > 1_000)
    }

    private static let personal: Set<String> = [
        "family", "given", "prefix", "line", "city", "postalCode", "value", "birthDate", "deceasedDateTime",
        "state",
    ]

    private func collectStrings(
        in value: JSONValue, names: Set<String>, isNamed: Bool = false, into strings: inout Set<String>
    ) {
        for element in value.elements {
            collectStrings(in: element, names: names, isNamed: isNamed, into: &strings)
        }
        for member in value.members {
            collectStrings(
                in: member.value, names: names, isNamed: names.contains(member.name), into: &strings)
        }
        if isNamed, let string = value.string { strings.insert(string) }
    }

    private func allStrings(in value: JSONValue) -> [String] {
        if let string = value.string { return [string] }
        return value.elements.flatMap(allStrings) + value.members.flatMap { allStrings(in: $0.value) }
    }
}

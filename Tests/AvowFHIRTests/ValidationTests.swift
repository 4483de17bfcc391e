import Foundation
import TestSupport
import Testing

@testable import AvowFHIR

/// What is wrong with a resource: `Patient.gender is empty`; nil when nothing is.
func violation(_ json: String, _ strength: ValidationStrength = .structure) throws -> String? {
    let document = try JSONParser().parse(bytes(json))
    return ResourceValidator.violation(in: document, resource: 0, strength: strength)?.description
}

/// A rule with what it lets pass and what it does not.
struct Rule: CustomTestStringConvertible, Sendable {
    let name: String
    /// Members of a patient.
    var accepted: [String] = []
    /// Members of a patient, and the violation.
    var refused: [(members: String, violation: String)] = []

    var testDescription: String { name }

    static let all: [Rule] = [
        Rule(
            name: "elements are those of the type",
            accepted: [#""birthDate":"1970-01-02""#, #""name":[{"family":"Q"}]"#, #""deceasedBoolean":false"#],
            refused: [
                (#""birthDat":"1970""#, "Patient.birthDat is no element of its type; birthDate is"),
                (#""zzzzzzzzzzzz":1"#, "Patient.zzzzzzzzzzzz is no element of its type"),
                (#""name":[{"text":"a"},{"famly":"Q"}]"#, "Patient.name[1].famly is no element of its type; family is"),
                (#""deceased":true"#, "Patient.deceased is no element of its type"),
                (#""deceasedString":"yes""#, "Patient.deceasedString is no element of its type"),
                (#""contact":[{"resourceType":"x"}]"#, "Patient.contact[0].resourceType is no element of its type"),
            ]),
        Rule(
            name: "an element stands once",
            refused: [
                (#""gender":"male","gender":"male""#, "Patient.gender is there twice"),
                (#""name":[{"text":"a","text":"b"}]"#, "Patient.name[0].text is there twice"),
                (#""gender":"male","g\u0065nder":"male""#, "Patient.gender is there twice"),
                (#""_gender":{"id":"a"},"_gender":{"id":"a"}"#, "Patient._gender is there twice"),
                (#""resourceType":"Patient""#, "Patient.resourceType is there twice"),
            ]),
        Rule(
            name: "a choice has one type",
            accepted: [
                #""deceasedBoolean":true,"_deceasedBoolean":{"id":"a"}"#,
                #""_deceasedBoolean":{"id":"a"},"deceasedBoolean":true"#,
            ],
            refused: [
                (
                    #""deceasedBoolean":true,"deceasedDateTime":"2020""#,
                    "Patient.deceasedDateTime gives a choice a second type"
                ),
                (
                    #""_deceasedBoolean":{"id":"a"},"deceasedDateTime":"2020""#,
                    "Patient._deceasedBoolean gives a choice a second type"
                ),
                (
                    #""deceasedBoolean":true,"_deceasedDateTime":{"id":"a"}"#,
                    "Patient._deceasedDateTime gives a choice a second type"
                ),
            ]),
        Rule(
            name: "what is required is there",
            accepted: [
                #""communication":[{"language":{"text":"x"}}]"#, #""link":[{"other":{"display":"x"},"type":"refer"}]"#,
                #""link":[{"other":{"display":"x"},"_type":{"id":"a"}}]"#,
            ],
            refused: [
                (#""communication":[{"preferred":true}]"#, "Patient.communication[0].language is required"),
                (#""link":[{"type":"refer"}]"#, "Patient.link[0].other is required"),
                (#""extension":[{"valueString":"x"}]"#, "Patient.extension[0].url is required"),
            ]),
        Rule(
            name: "an element that repeats is an array, and no other",
            refused: [
                (#""name":{"family":"Q"}"#, "Patient.name must be an array"),
                (#""gender":["male"]"#, "Patient.gender must not be an array"),
                (#""name":[{"given":"a"}]"#, "Patient.name[0].given must be an array"),
                (#""name":[[{"family":"Q"}]]"#, "Patient.name[0] must not be an array"),
                (#""_name":[{"id":"a"}]"#, "Patient._name is no element of its type; name is"),
            ]),
        Rule(
            name: "nothing is empty",
            refused: [
                (#""name":[]"#, "Patient.name is empty"), (#""name":[{}]"#, "Patient.name[0] is empty"),
                (#""name":[{"id":"a"}]"#, "Patient.name[0] is empty"), (#""gender":"""#, "Patient.gender is empty"),
                (#""_gender":{}"#, "Patient._gender is empty"),
                (#""maritalStatus":{}"#, "Patient.maritalStatus is empty"),
            ]),
        Rule(
            name: "null stands only in arrays of primitives, for what has extensions",
            accepted: [
                #""name":[{"given":["a",null],"_given":[null,{"id":"x"}]}]"#,
                #""name":[{"_given":[null,{"id":"x"}],"given":["a",null]}]"#,
            ],
            refused: [
                (#""gender":null"#, "Patient.gender must not be null"),
                (#""name":null"#, "Patient.name must not be null"),
                (#""name":[null]"#, "Patient.name[0] must not be null"),
                (#""maritalStatus":null"#, "Patient.maritalStatus must not be null"),
                (#""name":[{"given":[null]}]"#, "Patient.name[0].given[0] must not be null"),
                (
                    #""name":[{"given":["a",null],"_given":[{"id":"x"},null]}]"#,
                    "Patient.name[0].given[1] must not be null"
                ),
                (#""_gender":null"#, "Patient._gender must not be null"),
                (#""name":[{"_given":[null]}]"#, "Patient.name[0]._given[0] must not be null"),
            ]),
        Rule(
            name: "a value is of the JSON type that its type has",
            accepted: [#""active":true"#, #""multipleBirthInteger":2"#, #""maritalStatus":{"text":"x"}"#],
            refused: [
                (#""active":"true""#, "Patient.active must be a boolean"),
                (#""gender":1"#, "Patient.gender must be a string"),
                (#""gender":{"id":"a"}"#, "Patient.gender must be a string"),
                (#""multipleBirthInteger":"2""#, "Patient.multipleBirthInteger must be a number"),
                (#""maritalStatus":"M""#, "Patient.maritalStatus must be an object"),
                (#""name":["Q"]"#, "Patient.name[0] must be an object"),
                (#""_gender":"x""#, "Patient._gender must be an object"),
            ]),
        Rule(
            name: "extensions of primitives stand beside them, as many as there are values",
            accepted: [
                #""birthDate":"1970","_birthDate":{"extension":[{"url":"http://a","valueString":"x"}]}"#,
                #""_birthDate":{"extension":[{"url":"http://a","valueCode":"unknown"}]}"#,
                #""name":[{"_given":[{"id":"x"}]}]"#,
            ],
            refused: [
                (
                    #""name":[{"given":["a","b"],"_given":[{"id":"x"}]}]"#,
                    "Patient.name[0]._given must have as many extensions as there are values"
                ),
                (#""name":[{"given":["a"],"_given":{"id":"x"}}]"#, "Patient.name[0]._given must be an array"),
                (#""_birthDate":[{"id":"x"}]"#, "Patient._birthDate must not be an array"),
                (#""_birthDate":{"value":"x"}"#, "Patient._birthDate.value is no element of its type"),
                (#""_maritalStatus":{"id":"x"}"#, "Patient._maritalStatus is no element of its type; maritalStatus is"),
            ]),
        Rule(
            name: "an extension has a value or extensions",
            accepted: [
                #""extension":[{"url":"http://a","valueDecimal":1.50}]"#,
                #""extension":[{"url":"http://a","extension":[{"url":"b","valueCode":"c"}]}]"#,
                #""extension":[{"url":"http://a","_valueString":{"id":"x"}}]"#,
            ],
            refused: [
                (#""extension":[{"url":"http://a"}]"#, "Patient.extension[0] must have either a value or extensions"),
                (
                    #""extension":[{"url":"http://a","valueCode":"c","extension":[{"url":"b","valueCode":"c"}]}]"#,
                    "Patient.extension[0] must have either a value or extensions"
                ),
                (
                    #""extension":[{"url":"http://a","valueText":"c"}]"#,
                    "Patient.extension[0].valueText is no element of its type; valueTime is"
                ),
            ]),
        Rule(
            name: "references are written as references",
            accepted: [
                "Organization/1", "Organization/1/_history/2", "#a", "#",
                "urn:uuid:c757873d-ec9a-4326-a141-556f43239520",
                "https://example.org/fhir/Organization/1", "Organization?identifier=http://a|b",
            ].map { #""managingOrganization":{"reference":"\#($0)"}"# } + [
                #""managingOrganization":{"identifier":{"value":"x"}}"#,
                #""managingOrganization":{"reference":"Organization\/1"}"#,
            ],
            refused: [
                "1", "Organisation/1", "Organization/", "Organization/a b", "Organization/1/2", "Doctor?x=1", ":a",
            ]
            .map {
                (
                    #""managingOrganization":{"reference":"\#($0)"}"#,
                    "Patient.managingOrganization.reference is no reference: "
                        + "Type/id, #id, Type?search, or an absolute URI"
                )
            }),
        Rule(
            name: "contained resources are resources, and contain none",
            accepted: [#""contained":[{"resourceType":"Organization","id":"o","name":"x"}]"#],
            refused: [
                (#""contained":[{"id":"o"}]"#, "Patient.contained[0] must be a resource and say its resourceType"),
                (#""contained":["o"]"#, "Patient.contained[0] must be an object"),
                (
                    #""contained":[{"resourceType":"Org","id":"o"}]"#,
                    "Patient.contained[0] says to be a 'Org', which is not a resource type of FHIR R4"
                ),
                (
                    #""contained":[{"resourceType":"HumanName","text":"o"}]"#,
                    "Patient.contained[0] says to be a 'HumanName', which is not a resource type of FHIR R4"
                ),
                (
                    #""contained":[{"resourceType":"Organization","nam":"x"}]"#,
                    "Patient.contained[0].nam is no element of its type; name is"
                ),
                (
                    #""contained":[{"resourceType":"Organization","id":"o_1"}]"#,
                    "Patient.contained[0].id is not written as FHIR writes the type id"
                ),
                (
                    #""contained":[{"resourceType":"Organization","contained":[{"resourceType":"Basic"}]}]"#,
                    "Patient.contained[0].contained is contained in a contained resource"
                ),
            ]),
    ]
}

@Suite struct ValidationTests {
    @Test(arguments: Rule.all) func `a rule lets pass what follows it and refuses what does not, with its place`(
        rule: Rule
    ) throws {
        for members in rule.accepted {
            #expect(try violation(#"{"resourceType":"Patient","id":"a",\#(members)}"#) == nil, "\(members)")
        }
        for (members, expected) in rule.refused {
            let json = #"{"resourceType":"Patient","id":"a",\#(members)}"#
            #expect(try violation(json) == expected, "\(members)")
            #expect(try violation(json, .strict) == expected, "\(members)")
            #expect(try violation(json, .none) == nil, "\(members)")
        }
    }

    @Test func `what the resource itself requires is missed`() throws {
        #expect(try violation(#"{"resourceType":"Patient"}"#) == nil)
        #expect(try violation(#"{"resourceType":"Observation","id":"a"}"#) == "Observation.status is required")
        #expect(
            try violation(#"{"resourceType":"Observation","id":"a","status":"final"}"#)
                == "Observation.code is required")
        #expect(
            try violation(
                #"{"resourceType":"MedicationRequest","status":"active","intent":"order","subject":{"display":"x"}}"#)
                == "MedicationRequest.medication[x] is required")
        #expect(try violation(#"{"resourceType":"Parameters"}"#) == nil)
    }

    @Test func `a bundle that is a resource holds resources`() throws {
        let bundle = #"{"resourceType":"Bundle","type":"collection","entry":[{"resource":%}]}"#
        func check(_ resource: String) throws -> String? {
            try violation(bundle.replacing("%", with: resource))
        }
        #expect(try check(#"{"resourceType":"Basic","code":{"text":"x"}}"#) == nil)
        #expect(try check(#"{"resourceType":"Basic"}"#) == "Bundle.entry[0].resource.code is required")
        let contained = #"{"resourceType":"Patient","contained":[{"resourceType":"Patient"}]}"#
        #expect(try check(contained) == nil)
    }

    @Test func `every element of every type has a bit of its own`() {
        for type in FHIRModel.r4.allTypes {
            let ordinals = type.elements.map { FHIRModel.r4.elements[Int($0.number)].ordinal }
            #expect(ordinals == (0..<UInt8(ordinals.count)).map { $0 } && ordinals.count < 64, "\(type)")
        }
    }

    @Test(arguments: [
        (FHIRPrimitive.base64Binary, ["QUJD", "QQ==", "QUI=", "QUJD QUJD"], ["QUJ", "Q===", "QU=D", "Q-JD"]),
        (.canonical, ["http://a|1", "#x"], ["a b"]), (.code, ["a", "a b", "ä"], [" a", "a ", "a  b", "\\t"]),
        (
            .date, ["1970", "1970-01", "2024-02-29"],
            ["70", "1970-13", "1970-1-1", "2023-02-29", "1970-01-01T00:00:00Z"]
        ),
        (
            .dateTime, ["1970", "1970-01-01", "1970-01-01T00:00:00Z", "2016-12-31T23:59:60.5+14:00"],
            ["1970-01-01T00:00Z", "1970-01-01T00:00:00", "1970-01-01T24:00:00Z", "1970-01-01T00:00:00+15:00", "now"]
        ),
        (.id, ["a", "A-1.b"], ["a_b", "a/b", String(repeating: "a", count: 65)]),
        (.instant, ["2015-02-07T13:28:17.239+02:00"], ["2015-02-07", "2015-02-07T13:28Z", "2015-02-30T00:00:00Z"]),
        (.markdown, ["# a\\nb"], []), (.string, [" ", "a\\u0062"], []),
        (.oid, ["urn:oid:1.2.3", "urn:oid:2.16.840"], ["1.2.3", "urn:oid:3.1", "urn:oid:1.02", "urn:oid:1."]),
        (.time, ["12:00:00", "23:59:59.9"], ["12:00", "24:00:00", "12:00:00Z", "12:60:00", "12:00:00."]),
        (.uri, ["http://a", "urn:x:y", "a"], ["a b", "a\\nb"]), (.url, ["http://a/b?c"], ["http://a b"]),
        (
            .uuid, ["urn:uuid:c757873d-ec9a-4326-a141-556f43239520"],
            ["c757873d-ec9a-4326-a141-556f43239520", "urn:uuid:c757873dxec9a-4326-a141-556f43239520"]
        ),
    ]) func `strings are written as their type is`(type: FHIRPrimitive, accepted: [String], refused: [String]) throws {
        let name = "value" + type.rawValue.prefix(1).uppercased() + type.rawValue.dropFirst()
        func check(_ value: String) throws -> String? {
            try violation(#"{"resourceType":"Patient","extension":[{"url":"u","\#(name)":"\#(value)"}]}"#)
        }
        for value in accepted { #expect(try check(value) == nil, "\(value)") }
        for value in refused {
            let expected = "Patient.extension[0].\(name) is not written as FHIR writes the type \(type.rawValue)"
            #expect(try check(value) == expected, "\(value)")
        }
    }

    @Test(arguments: [
        (
            FHIRPrimitive.integer, ["0", "-1", "2147483647", "-2147483648"],
            ["1.0", "1e2", "2147483648", "-2147483649"]
        ),
        (.positiveInt, ["1", "2147483647"], ["0", "-1", "1.5", "99999999999999999999"]),
        (.unsignedInt, ["0", "1"], ["-1", "0.0"]), (.decimal, ["0", "-1.50", "1e-7", "12345678901234567890.1"], []),
    ]) func `numbers are within their type`(type: FHIRPrimitive, accepted: [String], refused: [String]) throws {
        let name = "value" + type.rawValue.prefix(1).uppercased() + type.rawValue.dropFirst()
        func check(_ value: String) throws -> String? {
            try violation(#"{"resourceType":"Patient","extension":[{"url":"u","\#(name)":\#(value)}]}"#)
        }
        for value in accepted { #expect(try check(value) == nil, "\(value)") }
        for value in refused {
            let expected = "Patient.extension[0].\(name) is not written as FHIR writes the type \(type.rawValue)"
            #expect(try check(value) == expected, "\(value)")
        }
    }

    @Test func `a narrative is a division`() throws {
        func check(_ division: String) throws -> String? {
            try violation(#"{"resourceType":"Patient","text":{"status":"empty","div":"\#(division)"}}"#)
        }
        #expect(try check(#"<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>"#) == nil)
        #expect(try check(#"\u003cdiv>x</div\u003e"#) == nil)
        #expect(try check("hello") == "Patient.text.div is not written as FHIR writes the type xhtml")
    }
}

@Suite struct BindingTests {
    @Test func `required value sets are looked at by strict validation alone`() throws {
        for (members, expected) in [
            (#""gender":"male""#, nil),
            (
                #""gender":"man""#,
                "Patient.gender has a code that is not in the required value set "
                    + "http://hl7.org/fhir/ValueSet/administrative-gender"
            ),
            (
                #""contact":[{"gender":"male"},{"gender":"Male"}]"#,
                "Patient.contact[1].gender has a code that is not in the required value set "
                    + "http://hl7.org/fhir/ValueSet/administrative-gender"
            ),
            (
                #""telecom":[{"system":"telepathy"}]"#,
                "Patient.telecom[0].system has a code that is not in the required value set "
                    + "http://hl7.org/fhir/ValueSet/contact-point-system"
            ),
        ] as [(String, String?)] {
            let json = #"{"resourceType":"Patient",\#(members)}"#
            #expect(try violation(json, .strict) == expected)
            #expect(try violation(json) == nil)
        }
    }

    @Test func `of a concept one coding is enough, and its system counts`() throws {
        func check(_ status: String) throws -> Bool {
            let json = #"{"resourceType":"Condition","subject":{"display":"x"},"clinicalStatus":\#(status)}"#
            #expect(try violation(json) == nil)
            return try violation(json, .strict) == nil
        }
        let system = "http://terminology.hl7.org/CodeSystem/condition-clinical"
        #expect(try check(#"{"coding":[{"system":"\#(system)","code":"active"}]}"#))
        #expect(try check(#"{"coding":[{"system":"http://a","code":"b"},{"system":"\#(system)","code":"active"}]}"#))
        #expect(try !check(#"{"coding":[{"system":"http://a","code":"active"}]}"#))
        #expect(try !check(#"{"coding":[{"system":"\#(system)","code":"lively"}]}"#))
        #expect(try !check(#"{"text":"active"}"#))
        #expect(try check(#"{"extension":[{"url":"http://a","valueCode":"unknown"}]}"#))
    }
}

@Suite struct ValidationOnImportTests {
    private static let valid = #"{"resourceType":"Patient","id":"a","gender":"male"}"#
    private static let invalid = #"{"resourceType":"Patient","id":"b","contact":[{"gender":"male"},{"gender":1}]}"#

    @Test func `an invalid line is named with its place, and the others go in`() throws {
        let lines = [Self.valid, " " + Self.invalid, Self.valid].joined(separator: "\n")
        let (resources, rejects) = try read(bytes(lines), name: "input.ndjson", validation: .structure)
        #expect(resources.map(\.id) == ["a", "a"])
        let reject = try #require(rejects.first)
        #expect(rejects.count == 1)
        #expect(reject.place.line == 2)
        let offset = try #require(reject.place.byteOffset)
        #expect(Array(lines.utf8)[offset] == UInt8(ascii: "1"))
        #expect(reject.description.hasSuffix("Patient.contact[1].gender must be a string"))
        #expect(try read(bytes(lines), name: "input.ndjson", validation: .none).rejects.isEmpty)
    }

    @Test func `an invalid entry is named with its place, and the others go in`() throws {
        let text = #"""
            { "resourceType": "Bundle", "entry": [
              { "resource": \#(Self.invalid) }, { "resource": \#(Self.valid) },
              { "resource": { "resourceType": "Patient", "id": "c", "birthDate": "yesterday" } },
              { "request": {} } ] }
            """#
        let (resources, rejects) = try read(bytes(text), validation: .structure)
        #expect(resources.map(\.id) == ["a"])
        #expect(rejects.map(\.place.entry) == [0, 2, 3])
        let offset = try #require(rejects[1].place.byteOffset)
        #expect(String(decoding: Array(text.utf8)[offset...].prefix(11), as: UTF8.self) == #""yesterday""#)
    }

    @Test func `readers hold resources to their structure unless told otherwise`() throws {
        let file = try TemporaryFile(bytes(Self.invalid))
        var reader = ResourceReader(files: [file.path])
        guard case .reject(let reject)? = reader.next(), case .invalid(let violation) = reject.reason else {
            Issue.record("no reject")
            return
        }
        #expect(violation.rule == .wrongKind(expected: .string))
        #expect(violation.path == "Patient.contact[1].gender")
    }

    @Test(.enabled(if: Synthea.isAvailable, "needs ../shared/data/synthea-r4-40.tar.zst"))
    func `synthetic patients are valid, strictly too`() throws {
        var reader = try ResourceReader(path: Synthea.directory(), validation: .strict)
        var count = 0
        var rejects: [String: Int] = [:]
        while let item = reader.next() {
            switch item {
            case .resource: count += 1
            case .reject(let reject): rejects["\(reject.reason)", default: 0] += 1
            }
        }
        #expect(count > 10_000)
        #expect(rejects.isEmpty)
    }
}

@Suite struct MutatedResourceTests {
    /// A resource with about everything that has a rule: choices, repeats, siblings, extensions, contained resources.
    private static let observation = #"""
        {"resourceType":"Observation","id":"o","contained":[{"resourceType":"Patient","id":"p","birthDate":"1970-01",
        "_birthDate":{"extension":[{"url":"http://a","valueCode":"b"}]}}],"status":"final","code":{"coding":[
        {"system":"http://loinc.org","code":"1-8"}],"text":"\u0061\n"},"subject":{"reference":"#p"},
        "effectiveDateTime":"2020-02-29T10:00:00+01:00","component":[{"code":{"text":"a"},"valueQuantity":
        {"value":-1.50,"unit":"g"}},{"code":{"text":"b"},"valueInteger":3}],"performer":[{"reference":"Patient/x",
        "display":"y"}]}
        """#

    @Test func `is valid before anything is changed`() throws {
        #expect(try violation(Self.observation, .strict) == nil)
    }

    /// Each object of the resource in turn gets a member that nothing knows.
    @Test func `a stranger is found in whichever object it stands`() throws {
        let text = Array(Self.observation.utf8)
        var found: [String] = []
        for (index, byte) in text.enumerated() where byte == UInt8(ascii: "{") {
            let changed = text[...index] + Array(#""stranger":1,"#.utf8) + text[(index + 1)...]
            let problem = try #require(try violation(String(decoding: changed, as: UTF8.self)))
            #expect(problem.hasSuffix(".stranger is no element of its type"), "\(problem)")
            found.append(String(problem.prefix { $0 != " " }).replacing(".stranger", with: ""))
        }
        #expect(
            found == [
                "Observation", "Observation.contained[0]", "Observation.contained[0]._birthDate",
                "Observation.contained[0]._birthDate.extension[0]", "Observation.code", "Observation.code.coding[0]",
                "Observation.subject", "Observation.component[0]", "Observation.component[0].code",
                "Observation.component[0].valueQuantity", "Observation.component[1]", "Observation.component[1].code",
                "Observation.performer[0]",
            ])
    }

    @Test(arguments: [
        (#""status":"final""#, #""status":null"#, "Observation.status must not be null"),
        (#""value":-1.50"#, #""value":"-1.50""#, "Observation.component[0].valueQuantity.value must be a number"),
        ("+01:00", "", "Observation.effectiveDateTime is not written as FHIR writes the type dateTime"),
        (#""birthDate":"1970-01""#, #""birthDate":"1970-1""#, "Observation.contained[0].birthDate is not written"),
        (#""valueInteger":3"#, #""valueInteger":3,"valueString":"x""#, "Observation.component[1].valueString gives"),
        (#""code":{"text":"b"},"#, "", "Observation.component[1].code is required"),
        (
            #""reference":"Patient/x""#, #""reference":"Patient x""#,
            "Observation.performer[0].reference is no reference"
        ),
        (
            #""valueCode":"b""#, #""valueCode":["b"]"#,
            "Observation.contained[0]._birthDate.extension[0].valueCode must not"
        ),
    ]) func `what is broken is found at its path`(original: String, broken: String, expected: String) throws {
        #expect(Self.observation.contains(original))
        let problem = try violation(Self.observation.replacing(original, with: broken))
        #expect(problem?.hasPrefix(expected) == true, "\(problem ?? "nothing")")
    }

    @Test(arguments: UInt64(1)...4) func `nothing that is JSON crashes it`(seed: UInt64) throws {
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let parser = try JSONParser()
        let text = Array(Self.observation.utf8)
        let pieces = ["null", "[]", "{}", "1", "\"\"", "[[null]]", ",", "\"_", "\\u005f", "{\"id\":", "true", "-"]
        var parsed = 0
        for _ in 0..<500 {
            var changed = text
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let start = Int.random(in: 0..<changed.count, using: &random)
                let end = min(changed.count, start + Int.random(in: 0...12, using: &random))
                let piece =
                    Bool.random(using: &random)
                    ? Array(pieces.randomElement(using: &random)?.utf8 ?? "".utf8)
                    : Array(text[Int.random(in: 0..<text.count, using: &random)...].prefix(end - start))
                changed.replaceSubrange(start..<end, with: piece)
            }
            guard let document = try? parser.parse(changed) else { continue }
            parsed += 1
            for strength in ValidationStrength.allCases {
                let violation = ResourceValidator.violation(in: document, resource: 0, strength: strength)
                if let violation { #expect(violation.offset >= 0 && violation.offset < document.byteCount) }
            }
        }
        #expect(parsed > 0)
    }
}

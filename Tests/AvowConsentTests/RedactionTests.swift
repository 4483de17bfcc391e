import AvowFHIR
import Foundation
import TestSupport
import Testing

@testable import AvowConsent
@testable import ConsentModel

@Suite struct `Records without identifiers` {
    @Test func `of a patient have the year of birth, the state and what is no identifier`() throws {
        let patient = #"""
            {"resourceType":"Patient","id":"p1","meta":{"versionId":"7","lastUpdated":"2024-03-01T10:00:00Z",
            "profile":["http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient","http://hospital.example/our"]},
            "text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">Peter Smith</div>"},
            "extension":[{"url":"http://hl7.org/fhir/us/core/StructureDefinition/us-core-race","extension":[
            {"url":"ombCategory","valueCoding":{"system":"urn:oid:2.16.840.1.113883.6.238","code":"2106-3","display":"White"}},
            {"url":"text","valueString":"White"}]},
            {"url":"http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex","valueCode":"M"},
            {"url":"http://hl7.org/fhir/StructureDefinition/patient-mothersMaidenName","valueString":"Ada Jones"},
            {"url":"http://hl7.org/fhir/StructureDefinition/patient-birthPlace","valueAddress":{"city":"Boston"}}],
            "identifier":[{"system":"http://hl7.org/fhir/sid/us-ssn","value":"999-12-3456"}],"active":true,
            "name":[{"family":"Smith","given":["Peter","James"]}],"telecom":[{"system":"phone","value":"555-123-4567"}],
            "gender":"male","birthDate":"1950-05-23",
            "_birthDate":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/patient-birthTime","valueDateTime":"1950-05-23T10:00:00Z"}]},
            "deceasedDateTime":"2020-01-02T03:04:05Z",
            "address":[{"use":"home","line":["1 Main Street"],"city":"Boston","state":"MA","postalCode":"02130-1234","country":"US",
            "period":{"start":"2001-02-03"}},{"line":["x"],"state":"Bavaria","postalCode":"80331","country":"DE"}],
            "maritalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-MaritalStatus","code":"M"}],"text":"Married"},
            "multipleBirthInteger":2,"photo":[{"contentType":"image/png","data":"AAAA"}],
            "contact":[{"name":{"family":"Jones"},"relationship":[{"text":"mother"}]}],
            "communication":[{"language":{"coding":[{"system":"urn:ietf:bcp:47","code":"en"}]},"preferred":true}],
            "generalPractitioner":[{"reference":"Practitioner/77","display":"Dr. Who"},{"reference":"https://x.example/Practitioner/1"}],
            "managingOrganization":{"reference":"Organization/9/_history/2","display":"Clinic"},
            "link":[{"other":{"reference":"Patient/p2"},"type":"seealso"}],"unknownMember":"Smith"}
            """#
        let expected = #"""
            {"resourceType":"Patient","id":"ID1","meta":{"profile":["http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient"]},
            "extension":[{"url":"http://hl7.org/fhir/us/core/StructureDefinition/us-core-race","extension":[
            {"url":"ombCategory","valueCoding":{"system":"urn:oid:2.16.840.1.113883.6.238","code":"2106-3"}}]},
            {"url":"http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex","valueCode":"M"}],
            "active":true,"gender":"male","birthDate":"1950","deceasedDateTime":"2020",
            "address":[{"use":"home","state":"MA","postalCode":"021","country":"US","period":{"start":"2001"}},{"country":"DE"}],
            "maritalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-MaritalStatus","code":"M"}]},
            "communication":[{"language":{"coding":[{"system":"urn:ietf:bcp:47","code":"en"}]},"preferred":true}],
            "generalPractitioner":[{"reference":"Practitioner/ID2"}],
            "managingOrganization":{"reference":"Organization/ID3"},
            "link":[{"other":{"reference":"Patient/ID4"},"type":"seealso"}]}
            """#
            .replacingOccurrences(of: "\n", with: "")
            .replacingOccurrences(of: "ID1", with: Redacting.replace(.patient, "p1"))
            .replacingOccurrences(of: "ID2", with: Redacting.replace(.practitioner, "77"))
            .replacingOccurrences(of: "ID3", with: Redacting.replace(.organization, "9"))
            .replacingOccurrences(of: "ID4", with: Redacting.replace(.patient, "p2"))
        #expect(try Redacting.redacted(patient) == expected)
    }

    @Test(arguments: [
        // Free text goes, codes of published systems stay; what is required and goes is masked.
        (
            #""code":{"coding":[{"system":"http://loinc.org","code":"2339-0","display":"Glucose of Smith"},{"system":"http://hospital.example","code":"SMITH"}],"text":"Smith"},"valueString":"Smith","note":[{"text":"Smith"}]"#,
            #""code":{"coding":[{"system":"http://loinc.org","code":"2339-0"}]}"#
        ),
        // A number of a person is no code, whatever says so.
        (
            #""code":{"coding":[{"system":"http://loinc.org","code":"2339-0"},{"system":"http://hl7.org/fhir/sid/us-ssn","code":"999123456"}]},"category":[{"coding":[{"code":"Smith"}]}]"#,
            #""code":{"coding":[{"system":"http://loinc.org","code":"2339-0"}]}"#
        ),
        (
            #""code":{"text":"Smith"}"#,
            #""code":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"masked"}]}"#
        ),
        // Dates to the year; an instant that nobody needs goes.
        (
            #""code":{"coding":[{"system":"http://loinc.org","code":"1-8"}]},"effectivePeriod":{"start":"2020-02-03","end":"2021-03-04T01:02:03+01:00"},"issued":"2020-01-01T00:00:00Z""#,
            #""code":{"coding":[{"system":"http://loinc.org","code":"1-8"}]},"effectivePeriod":{"start":"2020","end":"2021"}"#
        ),
        // Quantities by code, annotations of units gone; ages above 89 in one group.
        (
            #""code":{"coding":[{"system":"http://loinc.org","code":"1-8"}]},"valueQuantity":{"value":7.10,"unit":"{score of Smith}","system":"http://unitsofmeasure.org","code":"{score}"}"#,
            #""code":{"coding":[{"system":"http://loinc.org","code":"1-8"}]},"valueQuantity":{"value":7.10,"system":"http://unitsofmeasure.org","code":"1"}"#
        ),
        (
            #""code":{"coding":[{"system":"http://loinc.org","code":"1-8"}]},"valueQuantity":{"value":93,"unit":"years"}"#,
            #""code":{"coding":[{"system":"http://loinc.org","code":"1-8"}]},"valueQuantity":{"value":90,"comparator":">=","system":"http://unitsofmeasure.org","code":"a"}"#
        ),
        (
            #""code":{"coding":[{"system":"http://loinc.org","code":"1-8"}]},"valueQuantity":{"value":89,"system":"http://unitsofmeasure.org","code":"a"}"#,
            #""code":{"coding":[{"system":"http://loinc.org","code":"1-8"}]},"valueQuantity":{"value":89,"system":"http://unitsofmeasure.org","code":"a"}"#
        ),
        (
            #""code":{"coding":[{"system":"http://loinc.org","code":"1-8"}]},"valueRange":{"low":{"value":1090,"system":"http://unitsofmeasure.org","code":"mo"},"high":{"value":99,"system":"http://unitsofmeasure.org","code":"a"}}"#,
            #""code":{"coding":[{"system":"http://loinc.org","code":"1-8"}]},"valueRange":{"low":{"value":90,"system":"http://unitsofmeasure.org","code":"a"}}"#
        ),
    ])
    func `keep of an Observation what is coded and measured`(written: String, shown: String) throws {
        func observation(_ members: String, _ id: String) -> String {
            #"{"resourceType":"Observation","id":"\#(id)","status":"final",\#(members)}"#
        }
        #expect(
            try Redacting.redacted(observation(written, "o"))
                == observation(shown, Redacting.replace(.observation, "o")))
    }

    @Test func `have no date of more than 89 years ago, and no age above it`() throws {
        func birth(_ date: String) throws -> Bool {
            try Redacting.redacted(#"{"resourceType":"Patient","id":"p","birthDate":"\#(date)"}"#)?.contains(
                "birthDate") ?? false
        }
        #expect(try birth("1937-01-01") && !birth("1936-12-31") && !birth("1910"))
        let condition =
            #"{"resourceType":"Condition","id":"c","subject":{"reference":"Patient/p"},"onsetAge":{"value":33000,"system":"http://unitsofmeasure.org","code":"d"},"abatementAge":{"value":12,"unit":"summers"}}"#
        let shown = try #require(try Redacting.redacted(condition))
        #expect(shown.contains(#""onsetAge":{"value":90,"comparator":">=","#) && !shown.contains("abatement"))
    }

    @Test(
        arguments: [
            ("02130", "US", "021"), ("02130-1234", nil, "021"), ("021301234", "USA", "021"), ("03601", "US", "000"),
            ("89301", "United States", "000"), ("80331", "DE", nil), ("0213", "US", nil), ("02130x", "US", nil),
            ("0213x", "US", nil), ("SW1A 1AA", "GB", nil), ("02130-12a4", "US", nil), ("021", "US", "021"),
        ] as [(String, String?, String?)])
    func `have three digits of a ZIP code, or none`(code: String, country: String?, expected: String?) throws {
        #expect(Safe.postalCode(code, in: country) == expected)
    }

    @Test func `have contained resources under other ids, which references follow`() throws {
        let json = #"""
            {"resourceType":"MedicationRequest","id":"m","contained":[{"resourceType":"Binary","id":"Smith","contentType":"text/plain"},
            {"resourceType":"Medication","id":"Smith-pills","code":{"coding":[{"system":"http://loinc.org","code":"1-8"}]}}],
            "status":"active","intent":"order","medicationReference":{"reference":"#Smith-pills"},
            "subject":{"reference":"Patient/p"},"reasonReference":[{"reference":"#Smith"}],"requester":{"reference":"#"}}
            """#
        let shown = try #require(try Redacting.redacted(json))
        #expect(
            shown.contains(##""medicationReference":{"reference":"#c1"}"##)
                && shown.contains(##""requester":{"reference":"#"}"##))
        #expect(!shown.contains("Smith") && !shown.contains("Binary") && !shown.contains("reasonReference"))
        #expect(try Redacting.redacted(shown) == shown)
    }

    @Test func `know the elements that are treated in ways of their own`() {
        #expect(Elements.links.count == 2 && Elements.removed.count == 2)
        let others = [
            Elements.resourceID, Elements.contained, Elements.reference, Elements.profile, Elements.state,
            Elements.country, Elements.postalCode, Elements.low, Elements.high, Elements.currency, Elements.data,
        ]
        #expect(others.allSatisfy { $0 != nil })
    }

    @Test func `are withheld when something changes their meaning, or nothing of them can be told`() throws {
        let observation =
            #""resourceType":"Observation","id":"o","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"1-8"}]}"#
        #expect(try Redacting.redacted("{\(observation)}") != nil)
        let modifier = #""modifierExtension":[{"url":"http://x","valueBoolean":true}]"#
        #expect(try Redacting.redacted("{\(observation),\(modifier)}") == nil)
        #expect(try Redacting.redacted("{\(observation),\"implicitRules\":\"http://x\"}") == nil)
        let inside = try Redacting.redacted("{\(observation),\"component\":[{\"code\":{\"text\":\"x\"},\(modifier)}]}")
        #expect(inside?.contains("component") == false)
        #expect(
            try Redacting.redacted(#"{"resourceType":"Binary","id":"b","contentType":"text/plain","data":"AAAA"}"#)
                == nil)
    }

    @Test func `of documents have masked what R4 requires`() throws {
        let json =
            #"{"resourceType":"DocumentReference","id":"d","status":"current","content":[{"attachment":{"url":"http://x/Smith"}}],"date":"2020-01-02T03:04:05Z"}"#
        let absent =
            #"{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"masked"}]"#
        #expect(
            try Redacting.redacted(json)
                == #"{"resourceType":"DocumentReference","id":"\#(Redacting.replace(.documentReference, "d"))","status":"current","content":[\#(absent),"attachment":\#(absent)}}]}"#
        )
        let study =
            #"{"resourceType":"Provenance","id":"v","target":[{"reference":"Patient/p"}],"recorded":"2020-05-06T07:08:09Z","agent":[{"who":{"display":"Smith"}}]}"#
        let shown = try #require(try Redacting.redacted(study))
        #expect(shown.contains(#""recorded":"2020-01-01T00:00:00Z""#) && !shown.contains("Smith"))
    }
}

@Suite struct `Records of samples without identifiers` {
    @Test func `tell nothing of whom they are about`() throws {
        try check(try Redacting.samples(2))
    }

    @Test(.enabled(if: SyntheaPatients.isAvailable)) func `tell nothing of whom they are about, of Synthea's patients`()
        throws
    {
        try check(try SyntheaPatients.read(2))
    }

    private func check(_ patients: [[[UInt8]]]) throws {
        var (count, before, after) = (0, 0, 0)
        for resources in patients {
            let identifying = try IdentifyingValues(resources)
            for json in resources {
                guard let shown = try Redacting.redacted(json) else {
                    Issue.record("withheld: \(String(decoding: json.prefix(300), as: UTF8.self))")
                    continue
                }
                let root = try JSONParser().parse(shown).root
                #expect(root.rawBytes == shown)
                #expect(Violation.first(in: root) == nil)
                let leaks = try identifying.leaks(in: shown)
                #expect(leaks.isEmpty, "\(leaks) in \(String(decoding: shown, as: UTF8.self))")
                #expect(try Redacting.redacted(shown) == shown)
                count += 1
                before += json.count
                after += shown.count
            }
        }
        print("\(count) resources of \(patients.count) patients, \(before) bytes, \(after) without identifiers")
        #expect(count > 100)
    }
}

@Suite struct `Redaction profiles` {
    private static let patient =
        #"{"resourceType":"Patient","id":"p","meta":{"lastUpdated":"2024-03-01T10:00:00Z"},"name":[{"family":"Smith","given":["Peter"],"_given":[{"id":"x"}]}],"birthDate":"1920-05-23","address":[{"city":"Boston","postalCode":"02130"}],"contact":[{"name":{"family":"Jones"},"telecom":[{"system":"phone","value":"1"}]}],"generalPractitioner":[{"reference":"Practitioner/1","display":"Who"}]}"#

    @Test(
        arguments: [
            (#"[{"remove":"Patient.name"}]"#, ["Smith", "Peter"], ["Boston", "Jones", "1920-05-23", #""id":"p""#]),
            (#"[{"remove":"HumanName"}]"#, ["Smith", "Jones"], ["Boston", #""contact":[{"telecom""#]),
            (#"[{"remove":"Patient.contact.name"}]"#, ["Jones"], ["Smith"]),
            (#"[{"remove":"HumanName.given"}]"#, ["Peter", "_given"], ["Smith"]),
            (#"[{"remove":"Resource.meta"},{"remove":"Reference.display"}]"#, ["meta", "Who"], ["Practitioner/1"]),
            (#"[{"generalize":"Patient.birthDate","to":"year"}]"#, ["1920-05"], [#""1920""#, "2024-03-01T10"]),
            (
                #"[{"generalize":"Patient","to":"month"}]"#, ["1920-05-23", "2024-03-01T10"],
                [#""1920-05""#, "2024-03-01T00:00:00Z"]
            ),
            (#"[{"generalize":"Patient.address","to":"three-digits"}]"#, ["02130", "Boston"], [#""021""#, #""Bos""#]),
            (
                #"[{"replace":"Resource.id"}]"#, [#""id":"p""#, "Practitioner/1"],
                ["Smith", "1920-05-23", "Practitioner/x-"]
            ),
            (#"["deidentified",{"remove":"Address"}]"#, ["Smith", "021", "Bos"], ["x-"]),
        ] as [(String, [String], [String])])
    func `do what their rules say, and nothing else`(rules: String, gone: [String], kept: [String]) throws {
        let profile = try Redacting.profile(rules)
        let shown = try #require(try Redacting.redacted(Self.patient, by: profile))
        for text in gone { #expect(!shown.contains(text), "\(text) in \(shown)") }
        for text in kept { #expect(shown.contains(text), "\(text) not in \(shown)") }
        #expect(Violation.first(in: try Given.value(shown)) == nil)
        #expect(try Redacting.redacted(shown, by: profile) == shown)
    }

    @Test func `reach choices by their type or without it, and withhold types`() throws {
        let json =
            #"{"resourceType":"Observation","id":"o","status":"final","code":{"text":"x"},"valueString":"Smith"}"#
        #expect(
            try Redacting.redacted(json, by: Redacting.profile(#"[{"remove":"Observation.value"}]"#))?.contains("Smith")
                == false)
        #expect(
            try Redacting.redacted(json, by: Redacting.profile(#"[{"remove":"Observation.valueString"}]"#))?.contains(
                "Smith") == false)
        #expect(
            try Redacting.redacted(json, by: Redacting.profile(#"[{"remove":"Observation.valueQuantity"}]"#)) == json)
        #expect(try Redacting.redacted(json, by: Redacting.profile(#"[{"remove":"Observation"}]"#)) == nil)
        #expect(try Redacting.redacted(json, by: Redacting.profile(#"[{"remove":"Patient"}]"#)) == json)
        let masked = try Redacting.redacted(json, by: Redacting.profile(#"[{"remove":"Observation.code"}]"#))
        #expect(masked?.contains(#""valueCode":"masked""#) == true)
    }

    @Test func `have numbers that tell them apart`() throws {
        #expect(RedactionProfileRules.deidentified.profile == RedactionProfile(id: 1))
        #expect(try Redacting.profile(#"["deidentified"]"#).profile == RedactionProfile(id: 1))
        let one = try Redacting.profile(#"[{"remove":"Patient.name"}]"#)
        #expect(try one.profile == Redacting.profile(#"[ { "remove" : "Patient.name" } ]"#).profile)
        #expect(try one.profile != Redacting.profile(#"[{"remove":"Patient.photo"}]"#).profile)
        #expect(one.profile.id >= 256)
        #expect(!one.replacesIdentifiers && RedactionProfileRules.deidentified.replacesIdentifiers)
    }

    @Test(arguments: [UInt64](1001...1004))
    func `given anything come to a valid resource that stays as it is, or to none`(
        seed: UInt64
    ) throws {
        var random = SeededGenerator(seed: seed)
        let resources = try Redacting.samples(1).flatMap(\.self)
        let identifying = try IdentifyingValues(resources)
        let values = [
            "null", "[]", "{}", "0", "-1.5e3", "true", "\"\"", "[null]", "[{}]", "\"#x\"", "\"2020-13\"", "\"a b\"",
        ]
        let profiles = try [
            RedactionProfileRules.deidentified,
            Redacting.profile(#"[{"remove":"Resource.meta"},{"generalize":"Resource","to":"year"}]"#),
            Redacting.profile(#"[{"replace":"Resource.id"},{"remove":"Coding.display"}]"#),
        ]
        var (shown, withheld) = (0, 0)
        for _ in 0..<100 {
            var text = String(decoding: random.pick(resources), as: UTF8.self)
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let matches = text.ranges(of: random.chance(50) ? /"[^"]*"/ : /[:,\[][^:,\[\]{}]+(?=[,\]}])/)
                guard let range = matches.randomElement(using: &random) else { continue }
                let first = text[range].first.map { ":,[".contains($0) ? String($0) : "" } ?? ""
                text.replaceSubrange(range, with: first + random.pick(values))
            }
            guard (try? JSONParser().parse(Array(text.utf8))) != nil else { continue }
            for (number, profile) in profiles.enumerated() {
                guard let once = try Redacting.redacted(Array(text.utf8), by: profile) else {
                    withheld += 1
                    continue
                }
                shown += 1
                let root = try JSONParser().parse(once).root
                #expect(root.rawBytes == once && Violation.first(in: root) == nil, "seed \(seed)")
                #expect(
                    try Redacting.redacted(once, by: profile) == once,
                    "seed \(seed): \(String(decoding: once, as: UTF8.self))")
                if number == 0 {
                    let leaks = try identifying.leaks(in: once)
                    #expect(leaks.isEmpty, "seed \(seed): \(leaks) in \(String(decoding: once, as: UTF8.self))")
                }
            }
        }
        print("seed \(seed): \(shown) shown, \(withheld) withheld")
        #expect(shown > 50)
    }
}

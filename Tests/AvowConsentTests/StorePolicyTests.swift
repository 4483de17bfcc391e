import AvowFHIR
import TestSupport
import Testing

@testable import AvowConsent
@testable import ConsentModel

@Suite struct `The policy of a store` {
    private func policy(_ json: String) throws(PolicyError) -> StorePolicy {
        try StorePolicy(json: Array(json.utf8))
    }

    private static let everything = #"""
        {
          "defaults": [{"purpose": "TREAT"}, {"purpose": "HRESCH", "roles": ["researcher", "analyst"],
                        "organizations": ["Organization/1"]}],
          "combination": "newest-first",
          "breakGlass": {"roles": ["physician"], "purposes": ["BTG"]},
          "auditors": ["privacy-officer"],
          "consentManagers": ["registrar", "clerk"],
          "redaction": {"HRESCH": "deidentified", "HPAYMT": "claims", "CLINTRCH": "none"},
          "profiles": {"claims": [{"remove": "Observation.note"}, {"generalize": "Patient.birthDate", "to": "year"},
                                  {"replace": "Resource.id"}, {"generalize": "Address.postalCode", "to": "three-digits"},
                                  {"remove": "DocumentReference"}, {"remove": "Observation.valueString"}, "deidentified"]},
          "labelling": ["standard-1", {"labels": ["HIV", "R", "http://x|y"], "system": "http://loinc.org",
                        "codes": ["1-8"], "prefixes": ["99"]}]
        }
        """#

    @Test func `without a word is the standard one`() throws {
        let empty = try policy("{}")
        #expect(empty == .standard)
        #expect(
            String(decoding: empty.json, as: UTF8.self)
                == #"{"defaults":[{"purpose":"HOPERAT"},{"purpose":"HPAYMT"},{"purpose":"PATRQT"},{"purpose":"TREAT"}],"#
                + #""combination":"deny-overrides","breakGlass":{"roles":[],"purposes":["ETREAT"]},"auditors":[],"#
                + #""consentManagers":[],"redaction":{},"profiles":{},"labelling":["standard-1"]}"#)
        let four: [Purpose] = [.treatment, .payment, .operations, .patientRequest]
        #expect(empty.defaultAudience == Audience(four.map { Grant(purpose: $0, recipient: .anyone) }))
    }

    @Test func `has one form in which it is kept`() throws {
        let all = try policy(Self.everything)
        #expect(try StorePolicy(json: all.json) == all)
        #expect(try StorePolicy(json: all.json).json == all.json)
        let other = try policy(
            #"{"consentManagers":["clerk","registrar"],"auditors":["privacy-officer"],"defaults":[],"combination":"deny-overrides"}"#
        )
        #expect(other != all && other.json != all.json)
        #expect(other.defaultAudience == .nobody)
        #expect(
            try policy(#"{"consentManagers":["registrar","clerk"]}"#)
                == policy(#"{"consentManagers":["clerk","registrar"]}"#))
    }

    @Test(
        arguments: [
            ("[]", PolicyError.Kind.wrongKind, "$", nil),
            ("{", .notJSON, "$", nil),
            (#"{"default":[]}"#, .unknownName, "$.default", "defaults"),
            (#"{"combination":"deny-override"}"#, .unknownName, "$.combination", "deny-overrides"),
            (#"{"combination":1}"#, .wrongKind, "$.combination", nil),
            (#"{"auditors":[],"auditors":[]}"#, .repeated, "$.auditors", nil),
            (#"{"defaults":[{"purpose":"TREET"}]}"#, .unknownName, "$.defaults[0].purpose", "TREAT"),
            (#"{"defaults":[{"roles":["a"]}]}"#, .missing, "$.defaults[0]", nil),
            (#"{"defaults":[{"purpose":"TREAT","role":["a"]}]}"#, .unknownName, "$.defaults[0].role", "roles"),
            (#"{"defaults":[{"purpose":"TREAT","roles":[" a"]}]}"#, .invalid, "$.defaults[0].roles[0]", nil),
            (#"{"defaults":[{"purpose":"TREAT"},{"purpose":"TREAT"}]}"#, .repeated, "$.defaults[1]", nil),
            (#"{"defaults":{}}"#, .wrongKind, "$.defaults", nil),
            (#"{"breakGlass":{"roles":["a"],"purposes":["TREAT"]}}"#, .invalid, "$.breakGlass.purposes[0]", nil),
            (#"{"breakGlass":{"purposes":[]}}"#, .invalid, "$.breakGlass.purposes", nil),
            (#"{"auditors":["a","a"]}"#, .repeated, "$.auditors[1]", nil),
            (#"{"redaction":{"HRESCH":"deidentify"}}"#, .unknownName, "$.redaction.HRESCH", "deidentified"),
            (#"{"redaction":{"research":"none"}}"#, .unknownName, "$.redaction.research", "HRESCH"),
            (
                #"{"redaction":{"http://a b|c":"none","http://a b|c":"none"}}"#, .repeated,
                "$.redaction['http://a b|c']", nil
            ),
            (#"{"profiles":{"none":[{"remove":"Patient.name"}]}}"#, .repeated, "$.profiles.none", nil),
            (#"{"profiles":{"A":[{"remove":"Patient.name"}]}}"#, .invalid, "$.profiles.A", nil),
            (#"{"profiles":{"a":[]}}"#, .invalid, "$.profiles.a", nil),
            (#"{"profiles":{"a":[{"remove":"Patient.nam"}]}}"#, .unknownName, "$.profiles.a[0].remove", "name"),
            (#"{"profiles":{"a":[{"remove":"Patien.name"}]}}"#, .unknownName, "$.profiles.a[0].remove", "Patient"),
            (#"{"profiles":{"a":[{"remove":"Patient.id"}]}}"#, .invalid, "$.profiles.a[0].remove", nil),
            (#"{"profiles":{"a":[{"replace":"Patient.id"}]}}"#, .unknownName, "$.profiles.a[0].replace", nil),
            (#"{"profiles":{"a":[{"generalize":"Patient.birthDate"}]}}"#, .missing, "$.profiles.a[0]", nil),
            (
                #"{"profiles":{"a":[{"generalize":"Patient.birthDate","to":"years"}]}}"#, .unknownName,
                "$.profiles.a[0].to", "year"
            ),
            (
                #"{"profiles":{"a":[{"remove":"Patient.birthDate","to":"year"}]}}"#, .unknownName, "$.profiles.a[0].to",
                nil
            ),
            (#"{"profiles":{"a":[{}]}}"#, .invalid, "$.profiles.a[0]", nil),
            (#"{"profiles":{"a":["deidentifyed"]}}"#, .unknownName, "$.profiles.a[0]", "deidentified"),
            (#"{"labelling":["standard"]}"#, .unknownName, "$.labelling[0]", "standard-1"),
            (
                #"{"labelling":[{"labels":["HIVV"],"system":"s","codes":["c"]}]}"#, .unknownName,
                "$.labelling[0].labels[0]", "HIV"
            ),
            (#"{"labelling":[{"labels":["HIV"],"system":"s"}]}"#, .missing, "$.labelling[0]", nil),
            (#"{"labelling":[{"labels":[],"system":"s","codes":["c"]}]}"#, .invalid, "$.labelling[0]", nil),
            (#"{"labelling":[{"labels":["HIV"],"system":"","codes":["c"]}]}"#, .invalid, "$.labelling[0].system", nil),
        ] as [(String, PolicyError.Kind, String, String?)])
    func `is refused with the path of what is wrong`(
        json: String, kind: PolicyError.Kind, path: String, suggestion: String?
    ) throws {
        let error = #expect(throws: PolicyError.self) { try policy(json) }
        #expect(
            error?.kind == kind && error?.path == path && error?.suggestion == suggestion,
            "\(json): \(String(describing: error))")
    }

    @Test func `says in words what is wrong`() throws {
        let error = #expect(throws: PolicyError.self) {
            try policy(#"{"combination":"deny-override"}"#)
        }
        #expect(
            error?.description
                == "$.combination: 'deny-override' is none of deny-overrides, permit-overrides, newest-first, "
                + "deny-unless-permit, permit-unless-deny; did you mean 'deny-overrides'?")
    }

    @Test(arguments: [UInt64](901...904)) func `changed at random is refused, or is another one that is kept alike`(
        seed: UInt64
    ) throws {
        var random = SeededGenerator(seed: seed)
        let text = Array(Self.everything.utf8)
        let words = [
            "null", "[]", "{}", "0", "\"\"", "[[]]", "\"TREAT\"", "\"deidentified\"", "{\"purpose\":\"TREAT\"}",
        ]
        var read = 0
        for length in stride(from: 0, to: text.count, by: 3) {
            #expect(throws: PolicyError.self) { try StorePolicy(json: Array(text[..<length])) }
        }
        for _ in 0..<1_500 {
            var bytes = text
            let index = Int.random(in: bytes.indices, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: bytes[index] = UInt8.random(in: 0x20...0x7E, using: &random)
            case 1: bytes.removeSubrange(index..<min(bytes.count, index + Int.random(in: 1...20, using: &random)))
            default:
                let strings = String(decoding: text, as: UTF8.self).ranges(of: /"[^"]*"/)
                let range = strings.randomElement(using: &random)
                if let range {
                    bytes = Array(
                        String(decoding: text, as: UTF8.self).replacing(
                            String(decoding: text, as: UTF8.self)[range], with: random.pick(words), maxReplacements: 1
                        ).utf8)
                }
            }
            do throws(PolicyError) {
                let policy = try StorePolicy(json: bytes)
                read += 1
                #expect(try StorePolicy(json: policy.json) == policy, "seed \(seed)")
            } catch {
                #expect(error.path.hasPrefix("$") && !error.message.isEmpty)
            }
        }
        #expect(read > 20)
    }

    @Test func `names the roles that see disclosures and change consents`() throws {
        let policy = try policy(Self.everything)
        let patient = try Actor("Patient/p")
        let officer = try Actor("Practitioner/1", roles: ["privacy-officer"])
        let clerk = try Actor("Practitioner/2", roles: ["clerk"])
        #expect(policy.permitsDisclosures(of: "Patient/p", to: patient))
        #expect(!policy.permitsDisclosures(of: "Patient/q", to: patient))
        #expect(policy.permitsDisclosures(of: "Patient/q", to: officer))
        #expect(
            !policy.permitsConsents(of: "Patient/q", by: officer)
                && !policy.permitsDisclosures(of: "Patient/q", to: clerk))
        #expect(
            policy.permitsConsents(of: "Patient/p", by: patient) && policy.permitsConsents(of: "Patient/q", by: clerk))
    }

    @Test func `gives every audience the grants for broken glass, also that of nobody`() throws {
        let policy = try policy(
            #"{"breakGlass":{"roles":["physician"]},"redaction":{"BTG":"deidentified"}}"#)
        let dissent = try Given.consent(#""provision":{"type":"deny"}"#)
        let audience = policy.audience(
            of: try Given.observation(), under: [dissent], in: ConsentContext(), at: 0)
        let role = Recipient.role(try PartyName("physician"))
        #expect(
            audience
                == Audience([
                    Grant(
                        purpose: .emergencyTreatment, recipient: role,
                        limits: GrantLimits(exceptPurposes: [.breakTheGlass]), needsBrokenGlass: true),
                    Grant(
                        purpose: .breakTheGlass, recipient: role, profile: RedactionProfile(id: 1),
                        needsBrokenGlass: true),
                ]))
        #expect(policy.defaultAudience.grants.filter(\.needsBrokenGlass) == audience.grants)
    }

    @Test func `shows each purpose through one profile`() throws {
        let policy = try policy(
            #"{"defaults":[{"purpose":"PurposeOfUse"}],"redaction":{"HRESCH":"deidentified","CLINTRCH":"none","BIORCH":"deidentified"}}"#
        )
        let research = RedactionProfile(id: 1)
        #expect(policy.redaction.used == [research])
        #expect(
            policy.defaultAudience
                == Audience([
                    Grant(purpose: .anyPurpose, recipient: .anyone, limits: GrantLimits(exceptPurposes: [.research])),
                    Grant(
                        purpose: .research, recipient: .anyone, profile: research,
                        limits: GrantLimits(exceptPurposes: [try Purpose(code: "CLINTRCH")])),
                    Grant(purpose: try Purpose(code: "CLINTRCH"), recipient: .anyone),
                ]))
        #expect(policy.redaction.profile(for: try Purpose(code: "CLINTRCHNPC")) == .none)
        #expect(policy.redaction.profile(for: try Purpose(code: "DSRCH")) == research)
    }

    @Test func `leaves out what is over`() throws {
        let reading = try Given.consent(
            #""provision":{"type":"permit","period":{"end":"2024-03-05"},"purpose":[\#(Given.purpose("HRESCH"))]}"#)
        let record = try Given.observation()
        let policy = StorePolicy.standard
        let before = policy.audience(
            of: record, under: [reading], in: ConsentContext(), at: try Given.time("2024-03-05"))
        let end = try Given.time("2024-03-06")
        #expect(before.firstEnd == end)
        let after = policy.audience(of: record, under: [reading], in: ConsentContext(), at: end)
        #expect(after.firstEnd == nil && after.grants.allSatisfy { before.grants.contains($0) })
        #expect(after.grants.count < before.grants.count)
    }

    @Test func `labels records by the codes in them`() throws {
        let deny = try Given.consent(
            #""provision":{"type":"permit","purpose":[\#(Given.purpose("TREAT"))],"provision":[{"type":"deny","securityLabel":[\#(Given.label("HIV"))]}]}"#
        )
        let policy = StorePolicy.standard
        func isAdmitted(_ json: String) throws -> Bool {
            let value = try Given.value(json)
            let type = try #require(value["resourceType"]?.string.flatMap { ResourceType(name: $0) })
            let facts = policy.facts(of: value, type: type)
            return try !policy.audience(of: facts, under: [deny], in: ConsentContext(), at: 0).admits(request()).isEmpty
        }
        func condition(_ system: String, _ code: String) -> String {
            #"{"resourceType":"Condition","id":"c","subject":{"reference":"Patient/p"},"code":{"coding":[{"system":"\#(system)","code":"\#(code)"}]}}"#
        }
        #expect(try !isAdmitted(condition("http://snomed.info/sct", "86406008")))
        #expect(try !isAdmitted(condition("urn:oid:2.16.840.1.113883.6.96", "86406008")))
        #expect(try !isAdmitted(condition("http://hl7.org/fhir/sid/icd-10-cm", "B20")))
        #expect(try !isAdmitted(condition("http://hl7.org/fhir/sid/icd-10", "O98.71")))
        #expect(try isAdmitted(condition("http://snomed.info/sct", "44054006")))
        #expect(try isAdmitted(condition("http://example.org", "B20")))
        // Wherever the coding stands.
        #expect(
            try !isAdmitted(
                #"{"resourceType":"Encounter","id":"e","subject":{"reference":"Patient/p"},"reasonCode":[{"text":"x","coding":[{"code":"Z21","system":"http://hl7.org/fhir/sid/icd-10-cm"}]}]}"#
            ))
        let table = LabellingTable.standard1.rules
        #expect(
            Set(table.flatMap(\.labels).map(\.code)) == ["HIV", "ETH", "SUD", "MH", "PSY", "SEX", "STD", "SDV", "VIO"])
        #expect(table.flatMap(\.labels).allSatisfy { SecurityLabel.isPolicy($0.code) })
        // The table never changes under its name.
        var hash: UInt32 = 0x811C_9DC5
        for byte in table.map(\.json).joined().utf8 { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
        #expect(hash == 2_396_185_258)
    }
}

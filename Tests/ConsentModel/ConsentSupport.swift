import AvowFHIR
import Foundation

@testable import AvowConsent

/// Consents and records from JSON, for tests.
enum Given {
    static func value(_ json: String) throws -> JSONValue {
        try JSONParser().parse(Array(json.utf8)).root
    }

    /// A Consent of Patient/p: `members` are what it has beside its id, status, scope and patient.
    static func consent(_ members: String, id: String = "c") throws -> ConsentReading {
        try ConsentReading(value(consentText(members, id: id)))
    }

    static func consentText(_ members: String, id: String = "c", status: String = "active") -> String {
        #"""
        {"resourceType":"Consent","id":"\#(id)","status":"\#(status)","scope":{"coding":[{"system":
        "http://terminology.hl7.org/CodeSystem/consentscope","code":"patient-privacy"}]},
        "category":[{"coding":[{"system":"http://loinc.org","code":"59284-0"}]}],
        "patient":{"reference":"Patient/p"}\#(members.isEmpty ? "" : ",")\#(members)}
        """#
    }

    static func record(_ json: String) throws -> RecordFacts {
        let value = try value(json)
        guard let type = value["resourceType"]?.string.flatMap({ ResourceType(name: $0) }) else {
            throw Missing(what: "a type")
        }
        return RecordFacts(value, type: type)
    }

    /// An Observation of Patient/p with further members.
    static func observation(_ members: String = "", id: String = "o", labels: [String] = []) throws -> RecordFacts {
        try record(
            #"""
            {"resourceType":"Observation","id":"\#(id)","meta":{"security":[\#(labels.map(label).joined(separator: ","))]},
            "status":"final","code":{"coding":[{"system":"http://loinc.org","code":"2339-0"}]},
            "subject":{"reference":"Patient/p"}\#(members.isEmpty ? "" : ",")\#(members)}
            """#)
    }

    /// A label by its code: of v3-Confidentiality if it is one letter, and else of v3-ActCode.
    static func label(_ code: String) -> String {
        let system = code.count == 1 ? "v3-Confidentiality" : "v3-ActCode"
        return #"{"system":"http://terminology.hl7.org/CodeSystem/\#(system)","code":"\#(code)"}"#
    }

    static func purpose(_ code: String) -> String {
        #"{"system":"http://terminology.hl7.org/CodeSystem/v3-ActReason","code":"\#(code)"}"#
    }

    static func actor(_ reference: String, _ role: String = "IRCP") -> String {
        #"{"role":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ParticipationType","code":"\#(role)"}]},"reference":{"reference":"\#(reference)"}}"#
    }

    static func policy(_ code: String) -> String {
        #""policyRule":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"\#(code)"}]}"#
    }

    static func time(_ text: String) throws -> Int64 {
        guard let date = FHIRDateTime(text) else { throw Missing(what: "a date") }
        return date.lowerBound
    }

    struct Missing: Error {
        let what: String
    }
}

/// A request in few words.
func request(
    _ actor: String = "Practitioner/1", for purpose: String = "TREAT", organization: String? = nil,
    groups: [String] = [], roles: [String] = [], at time: String = "2024-03-01T10:00:00Z"
) throws -> AccessRequest {
    AccessRequest(
        actor: try Actor(actor, roles: roles, organization: organization, groups: groups),
        purpose: try Purpose(code: purpose), time: try Given.time(time))
}

extension RecordJudgement {
    /// The decision's word, after having made sure that the audience admits the request exactly when it is permitted.
    func word(_ request: AccessRequest) throws -> String {
        let outcome = decision(for: request).outcome
        guard try audience().admits(request).isEmpty == (outcome != .permit) else { return "another audience" }
        let policy = StorePolicy.standard
        let byDefault = outcome == .noConsent && !policy.defaultAudience.admits(request).isEmpty
        let audience = policy.audience(of: self, at: request.time)
        guard audience.admits(request).isEmpty == (outcome != .permit && !byDefault) else {
            return "another audience by default"
        }
        return outcome.rawValue
    }
}

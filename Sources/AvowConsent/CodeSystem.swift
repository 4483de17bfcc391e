/// The names of the code systems that consents are written with.
enum CodeSystem {
    static let confidentiality = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
    static let actCode = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
    static let participationType = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
    static let securityRole = "http://terminology.hl7.org/CodeSystem/extra-security-role-type"
    static let consentAction = "http://terminology.hl7.org/CodeSystem/consentaction"
    static let consentScope = "http://terminology.hl7.org/CodeSystem/consentscope"
    static let resourceTypes: Set = ["http://hl7.org/fhir/resource-types", "http://hl7.org/fhir/fhir-types"]
    static let uri = "urn:ietf:rfc:3986"
    static let mediaTypes = "urn:ietf:bcp:13"
    static let loinc = "http://loinc.org"
    static let snomed = "http://snomed.info/sct"
    static let icd10 = "http://hl7.org/fhir/sid/icd-10"
    static let icd10CM = "http://hl7.org/fhir/sid/icd-10-cm"

    /// The name that R4 gives to a system which is also written by its object identifier or as STU3 had it.
    static func canonical(_ system: String) -> String {
        if let known = aliases[system] { return known }
        let former = "http://hl7.org/fhir/v3/"
        if system.utf8.starts(with: former.utf8) {
            return "http://terminology.hl7.org/CodeSystem/v3-" + system.dropFirst(former.count)
        }
        return system
    }

    private static let aliases = [
        "urn:oid:2.16.840.1.113883.5.4": actCode,
        "urn:oid:2.16.840.1.113883.5.8": Purpose.system,
        "urn:oid:2.16.840.1.113883.5.25": confidentiality,
        "urn:oid:2.16.840.1.113883.5.90": participationType,
        "http://hl7.org/fhir/consentaction": consentAction,
        "urn:oid:2.16.840.1.113883.6.1": loinc,
        "urn:oid:2.16.840.1.113883.6.3": icd10,
        "urn:oid:2.16.840.1.113883.6.90": icd10CM,
        "urn:oid:2.16.840.1.113883.6.96": snomed,
    ]
}

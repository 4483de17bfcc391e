import Foundation
import TestSupport

extension SeededGenerator {
    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }

    mutating func some<Element>(_ elements: [Element]) -> [Element] {
        Array(elements.shuffled(using: &self).prefix(Int.random(in: 1...2, using: &self)))
    }

    mutating func days() -> ClosedRange<Int> {
        let first = Int.random(in: 1...20, using: &self)
        return first...Int.random(in: first...24, using: &self)
    }

    private static let purposes = ["TREAT", "ETREAT", "BTG", "HRESCH", "CLINTRCH", "HOPERAT", "http://x|study"]
    private static let parties = [
        "Practitioner/1", "Practitioner/2", "Group/1", "Organization/1", "Organization/2", "did:key:z6Mk",
    ]
    private static let authors = ["Practitioner/1", "Practitioner/2", "Organization/1"]
    private static let profiles = ["http://x/profile", "http://x/other"]

    mutating func slowConditions() -> SlowConditions {
        var says = SlowConditions()
        if chance(35) { says.purposes = some(Self.purposes) }
        if chance(35) {
            var recipients: [SlowConditions.Recipient] = []
            for party in some(Self.parties) {
                recipients.append(.init(party: party, role: chance(20) ? pick(["nurse", "physician"]) : nil))
            }
            if chance(15) { recipients.append(.init(party: nil, role: "nurse")) }
            says.recipients = recipients
        }
        if chance(10) { says.period = days() }
        if chance(10) { says.actions = some(["access", "use", "disclose", "collect", "correct"]) }
        if chance(25) { says.labels = some(["L", "N", "R", "V", "PSY", "SPI", "SUD", "ETHUD", "HIV"]) }
        if chance(12) { says.classes = some(["Observation", "Condition"] + Self.profiles) }
        if chance(12) { says.codes = some(["a", "b"]) }
        if chance(12) { says.dataPeriod = days() }
        if chance(15) {
            let references = ["Observation/o1", "Observation/o3", "Encounter/e1", "Encounter/e2"] + Self.authors
            says.data = some(references).map {
                .init(meaning: pick(["instance", "related", "dependents", "authoredby"]), reference: $0)
            }
        }
        if chance(8) { says.custodians = [pick(["Organization/1", "Organization/2"])] }
        if chance(8) { says.authors = some(Self.authors) }
        return says
    }

    mutating func slowProvision(depth: Int) -> SlowProvision {
        var provision = SlowProvision()
        provision.type = pick([.permit, .deny, .permit, .deny, nil])
        provision.says = slowConditions()
        let room = [3, 2, 1, 0][min(depth, 3)]
        for _ in 0..<Int.random(in: 0...room, using: &self) {
            var inner = slowProvision(depth: depth + 1)
            // Now and then a provision says what the one around it says.
            if chance(10) { inner.says = chance(50) ? provision.says : SlowConditions() }
            provision.inner.append(inner)
        }
        return provision
    }

    mutating func slowConsent(_ id: Int) -> SlowConsent {
        var consent = SlowConsent()
        consent.id = "c\(id)"
        if chance(8) { consent.patient = "Patient/q" }
        if chance(8) { consent.status = pick(["draft", "inactive", "entered-in-error"]) }
        if chance(80) { consent.day = Int.random(in: 1...4, using: &self) }
        if chance(50) { consent.organization = pick(["Organization/1", "Organization/2"]) }
        consent.policy = pick([nil, .permit, .deny])
        if chance(96) || consent.policy == nil { consent.root = slowProvision(depth: 0) }
        return consent
    }

    mutating func slowRecord() -> SlowRecord {
        var record = SlowRecord()
        record.type = pick(["Observation", "Observation", "Condition"])
        record.id = pick(["o1", "o2", "o3"])
        if chance(5) { record.patient = pick(["Patient/q", nil]) }
        if chance(70) { record.levels = some(["U", "N", "R", "V", "S"]) }
        if chance(40) { record.tags = some(["PSY", "ETHUD", "OPIOIDUD", "HIV", "SUD", "SPI"]) }
        if chance(30) { record.profiles = some(Self.profiles) }
        if chance(60) { record.codes = some(["a", "b", "c"]) }
        if chance(70) {
            let span = days()
            record.time = chance(50) ? span : span.lowerBound...span.lowerBound
        }
        if chance(70) { record.authors = some(Self.authors) }
        if chance(50) { record.encounter = pick(["Encounter/e1", "Encounter/e2"]) }
        return record
    }

    mutating func slowRequest() -> SlowRequest {
        var request = SlowRequest()
        request.actor = pick(["Practitioner/1", "Practitioner/2", "Organization/1", "did:key:z6Mk"])
        if chance(40) { request.roles = some(["nurse", "physician", "http://roles|nurse", "http://other|nurse"]) }
        if chance(50) { request.organization = pick(["Organization/1", "Organization/2", "did:key:z6Mk"]) }
        if chance(30) { request.groups = ["Group/1"] }
        request.purpose = pick(Self.purposes + ["PUBHLTH"])
        request.day = Int.random(in: 1...28, using: &self)
        return request
    }
}

// The same in FHIR's JSON.
extension SlowConsent {
    var json: String {
        var members = [#""organization":[{"reference":"\#(organization ?? "Organization/none")"}]"#]
        if organization == nil { members.removeAll() }
        if let day { members.append(#""dateTime":"\#(SlowTime.day(day))""#) }
        if let policy { members.append(Given.policy(policy == .permit ? "OPTIN" : "OPTOUT")) }
        if let root { members.append(#""provision":\#(root.json)"#) }
        return Given.consentText(members.joined(separator: ","), id: id, status: status)
            .replacingOccurrences(of: "Patient/p", with: patient)
    }
}

enum SlowTime {
    static func day(_ day: Int) -> String { "2024-03-\(day < 10 ? "0" : "")\(day)" }

    static func period(_ days: ClosedRange<Int>) -> String {
        #"{"start":"\#(day(days.lowerBound))","end":"\#(day(days.upperBound))"}"#
    }
}

extension SlowProvision {
    var json: String {
        func list(_ name: String, _ elements: [String]?) -> String? {
            elements.map { "\"\(name)\":[\($0.joined(separator: ","))]" }
        }
        func coding(_ system: String, _ code: String) -> String { #"{"system":"\#(system)","code":"\#(code)"}"# }
        func concept(_ system: String, _ code: String) -> String { #"{"coding":[\#(coding(system, code))]}"# }
        var actors = says.recipients?.map { recipient in
            let participation = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
            let role = recipient.role.map { concept("http://roles", $0) } ?? concept(participation, "IRCP")
            let party = recipient.party.map { #","reference":{"reference":"\#($0)"}"# } ?? ""
            return #"{"role":\#(role)\#(party)}"#
        }
        for (parties, role) in [(says.custodians, "CST"), (says.authors, "AUT")] {
            if let parties { actors = (actors ?? []) + parties.map { Given.actor($0, role) } }
        }
        let members: [String?] = [
            type.map { #""type":"\#($0.rawValue)""# }, says.period.map { #""period":\#(SlowTime.period($0))"# },
            list("actor", actors),
            list("action", says.actions?.map { concept("http://terminology.hl7.org/CodeSystem/consentaction", $0) }),
            list("securityLabel", says.labels?.map(Given.label)),
            list(
                "purpose",
                says.purposes?.map { $0.hasSuffix("study") ? coding("http://x", "study") : Given.purpose($0) }),
            list(
                "class",
                says.classes?.map {
                    coding($0.hasPrefix("http") ? "urn:ietf:rfc:3986" : "http://hl7.org/fhir/resource-types", $0)
                }),
            list("code", says.codes?.map { concept("http://codes", $0) }),
            says.dataPeriod.map { #""dataPeriod":\#(SlowTime.period($0))"# },
            list(
                "data",
                says.data?.map { #"{"meaning":"\#($0.meaning)","reference":{"reference":"\#($0.reference)"}}"# }),
            list("provision", inner.isEmpty ? nil : inner.map(\.json)),
        ]
        return "{\(members.compactMap(\.self).joined(separator: ","))}"
    }
}

extension SlowRecord {
    var json: String {
        let profile = profiles.map { "\"\($0)\"" }.joined(separator: ",")
        let labels = (levels + tags).map(Given.label).joined(separator: ",")
        var members = [
            #""resourceType":"\#(type)","id":"\#(id)","meta":{"profile":[\#(profile)],"security":[\#(labels)]}"#,
            #""code":{"coding":[\#(codes.map { #"{"system":"http://codes","code":"\#($0)"}"# }.joined(separator: ","))]}"#,
        ]
        if let patient { members.append(#""subject":{"reference":"\#(patient)"}"#) }
        if let encounter { members.append(#""encounter":{"reference":"\#(encounter)/_history/1"}"#) }
        let isObservation = type == "Observation"
        let makers = authors.map { #"{"reference":"\#($0)"}"# }
        if isObservation, !makers.isEmpty { members.append(#""performer":[\#(makers.joined(separator: ","))]"#) }
        if !isObservation {
            for (name, maker) in zip(["recorder", "asserter"], makers) { members.append("\"\(name)\":\(maker)") }
        }
        if let time {
            let name = isObservation ? "effective" : "onset"
            members.append(
                time.count == 1
                    ? #""\#(name)DateTime":"\#(SlowTime.day(time.lowerBound))""#
                    : #""\#(name)Period":\#(SlowTime.period(time))"#)
        }
        return "{\(members.joined(separator: ","))}"
    }
}

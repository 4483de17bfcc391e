import AvowConsent
import AvowFHIR
import Testing

@testable import ConsentModel

/// HL7's example Consents of R4 (4.0.1, in the public domain), with what they mean of who may read.
///
/// Each keeps the example's elements that bear on a decision; status, scope and category are those of
/// ``Given/consent(_:id:)``. Two of them differ in nothing but their descriptions, which contradict each other:
/// consent-example-basic and consent-example-notTime both give nothing but a period, in which the one permits and the
/// other would withhold. `period` is when a rule is valid (R4), so both permit within it and say nothing outside.
@Suite struct `HL7's examples of R4` {
    private static let hospital = #""organization":[{"reference":"Organization/f001"}]"#
    private static let access =
        #""action":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentaction","code":"access"}]}]"#
    private static let accessAndCorrect =
        #""action":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentaction","code":"access"}]},{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentaction","code":"correct"}]}]"#

    private func consent(_ policy: String, _ provision: String) throws -> ConsentReading {
        try Given.consent("\(Self.hospital),\(Given.policy(policy)),\"provision\":{\(provision)}")
    }

    /// Whether everything is decided as expected, in which dialect the consent is, and that audiences agree.
    private func check(
        _ reading: ConsentReading, _ dialect: ConsentDialect,
        _ expected: [(record: RecordFacts, request: AccessRequest, outcome: String)],
        in context: ConsentContext = ConsentContext()
    ) throws {
        guard case .rules(let rules) = reading else {
            Issue.record("\(reading)")
            return
        }
        #expect(rules.dialect == dialect)
        for (index, one) in expected.enumerated() {
            let judgement = RecordJudgement(of: one.record, under: [reading], in: context)
            #expect(try judgement.word(one.request) == one.outcome, "\(index): \(judgement.decision(for: one.request))")
        }
    }

    /// What Organization/f001 collected, and what another organization did.
    private func here() throws -> RecordFacts {
        try Given.observation(#""performer":[{"reference":"Organization/f001"}]"#)
    }

    private func elsewhere() throws -> RecordFacts {
        try Given.observation(#""performer":[{"reference":"Organization/f002"}]"#)
    }

    @Test func `consent-example-basic permits while it is valid`() throws {
        let reading = try consent("OPTIN", #""period":{"start":"1964-01-01","end":"2016-01-01"}"#)
        try check(
            reading, .exceptionsInContext,
            [
                (here(), request(at: "2015-06-01T10:00:00Z"), "permit"),
                (here(), request(at: "2016-01-01T23:59:59Z"), "permit"),
                (here(), request(at: "2016-01-02T00:00:00Z"), "no-consent"),
                (here(), request(at: "1963-12-31T23:59:59Z"), "no-consent"),
            ])
    }

    @Test func `consent-example-notTime has a period of validity, whatever its description means`() throws {
        let reading = try consent("OPTIN", #""period":{"start":"2015-01-01","end":"2015-02-01"}"#)
        try check(
            reading, .exceptionsInContext,
            [
                (here(), request(at: "2015-01-15T10:00:00Z"), "permit"),
                (here(), request(at: "2015-03-01T10:00:00Z"), "no-consent"),
            ])
    }

    @Test func `consent-example-Out withholds everything`() throws {
        let reading = try consent("OPTOUT", #""actor":[\#(Given.actor("Organization/f001", "CST"))]"#)
        try check(
            reading, .exceptionsInContext,
            [
                (here(), request(), "deny"), (elsewhere(), request(), "deny"),
                (here(), request(organization: "Organization/f001"), "deny"),
                (here(), request(for: "HRESCH"), "deny"),
            ])
    }

    @Test func `consent-example-Emergency permits the hospital's data for emergencies alone`() throws {
        let custodian = #""actor":[\#(Given.actor("Organization/f001", "CST"))]"#
        let reading = try consent(
            "OPTOUT",
            #"\#(custodian),"purpose":[\#(Given.purpose("ETREAT"))],"provision":[{"type":"deny",\#(custodian)}]"#)
        try check(
            reading, .rootIsException,
            [
                (here(), request(for: "ETREAT"), "permit"), (here(), request(for: "BTG"), "permit"),
                (Given.observation(), request(for: "ETREAT"), "permit"),
                (here(), request(for: "TREAT"), "deny"), (here(), request(for: "HRESCH"), "deny"),
                (elsewhere(), request(for: "ETREAT"), "deny"),
            ])
    }

    @Test func `consent-example-grantor permits one person to read the hospital's data`() throws {
        let actors = [Given.actor("Organization/f001", "CST"), Given.actor("Patient/example", "PRCP")]
        let reading = try consent("OPTOUT", #""actor":[\#(actors.joined(separator: ","))],\#(Self.access)"#)
        try check(
            reading, .rootIsException,
            [
                (here(), request("Patient/example", for: "PATRQT"), "permit"),
                (elsewhere(), request("Patient/example", for: "PATRQT"), "deny"),
                (here(), request("Patient/other", for: "PATRQT"), "deny"), (here(), request(), "deny"),
            ])
    }

    @Test func `consent-example-notAuthor withholds what one organization collected`() throws {
        let reading = try consent("OPTIN", #""actor":[\#(Given.actor("Organization/f001", "CST"))]"#)
        try check(
            reading, .rootIsException,
            [
                (here(), request(), "deny"), (here(), request(organization: "Organization/f001"), "deny"),
                (elsewhere(), request(), "permit"),
            ])
    }

    @Test func `consent-example-notOrg withholds from one organization`() throws {
        let reading = try consent(
            "OPTIN",
            #""type":"deny","actor":[\#(Given.actor("Organization/f001", "PRCP"))],\#(Self.accessAndCorrect)"#)
        try check(
            reading, .rootIsException,
            [
                (here(), request(organization: "Organization/f001"), "deny"),
                (elsewhere(), request("Organization/f001"), "deny"),
                (here(), request(organization: "Organization/f002"), "permit"), (here(), request(), "permit"),
            ])
    }

    @Test func `consent-example-notThem withholds from one person`() throws {
        let reading = try consent(
            "OPTIN", #""actor":[\#(Given.actor("Practitioner/f204", "PRCP"))],\#(Self.accessAndCorrect)"#)
        try check(
            reading, .rootIsException,
            [
                (here(), request("Practitioner/f204"), "deny"),
                (here(), request("Practitioner/f204", organization: "Organization/f001"), "deny"),
                (here(), request("Practitioner/f203", organization: "Organization/f001"), "permit"),
            ])
    }

    @Test func `consent-example-notThis withholds an order and its results`() throws {
        let reading = try consent(
            "OPTIN", #""data":[{"meaning":"related","reference":{"reference":"Task/example3"}}]"#)
        var context = ConsentContext()
        context.add(
            try Given.value(
                #"{"resourceType":"Task","id":"example3","output":[{"valueReference":{"reference":"Observation/result"}}]}"#
            ),
            type: .task)
        try check(
            reading, .rootIsException,
            [
                (Given.observation(id: "result"), request(), "deny"),
                (
                    Given.observation(#""partOf":[{"reference":"Task/example3/_history/2"}]"#), request(), "deny"
                ),
                (
                    Given.record(#"{"resourceType":"Task","id":"example3","for":{"reference":"Patient/p"}}"#),
                    request(), "deny"
                ),
                (Given.observation(id: "other"), request(), "permit"),
            ], in: context)
    }

    @Test func `consent-example-pkb permits one team normal and some sensitive data`() throws {
        let team = #""actor":[\#(Given.actor("Organization/f001", "PRCP"))],\#(Self.access)"#
        let labels = ["PSY", "SPI", "N", "PSY", "SPI", "SEX", "N", "PSY", "SPI", "SEX", "N"]
        let inner = labels.map { #"{\#(team),"securityLabel":[\#(Given.label($0))]}"# }.joined(separator: ",")
        let reading = try consent(
            "OPTOUT", #"\#(team),"securityLabel":[\#(Given.label("N"))],"provision":[\#(inner)]"#)
        let asTeam = try request(organization: "Organization/f001")
        try check(
            reading, .rootIsException,
            [
                (Given.observation(labels: ["N"]), asTeam, "permit"), (Given.observation(), asTeam, "permit"),
                (Given.observation(labels: ["PSY", "R"]), asTeam, "permit"),
                (Given.observation(labels: ["ETHUD", "R"]), asTeam, "permit"),
                (Given.observation(labels: ["SEX", "R"]), asTeam, "permit"),
                (Given.observation(labels: ["HIV", "R"]), asTeam, "deny"),
                (Given.observation(labels: ["N"]), request(organization: "Organization/f002"), "deny"),
            ])
    }

    @Test func `consent-example-signature lets one practitioner read some documents of one author`() throws {
        let reading = try consent(
            "OPTIN",
            #"""
            "period":{"start":"2015-10-10","end":"2016-10-10"},"actor":[\#(Given.actor("Practitioner/13", "PRCP"))],
            "provision":[{"type":"permit","actor":[\#(Given.actor("Practitioner/xcda-author", "AUT"))],
            "class":[{"system":"urn:ietf:bcp:13","code":"application/hl7-cda+xml"}],
            "code":[{"coding":[{"system":"http://loinc.org","code":"34133-9"}]},
                    {"coding":[{"system":"http://loinc.org","code":"18842-5"}]}]}]
            """#)
        func document(_ code: String, _ author: String) throws -> RecordFacts {
            try Given.record(
                #"""
                {"resourceType":"DocumentReference","id":"d","status":"current","subject":{"reference":"Patient/p"},
                "type":{"coding":[{"system":"http://loinc.org","code":"\#(code)"}]},
                "author":[{"reference":"\#(author)"}],
                "content":[{"attachment":{"contentType":"application/hl7-cda+xml"}}]}
                """#)
        }
        let asked = try request("Practitioner/13", at: "2016-05-01T10:00:00Z")
        try check(
            reading, .rootIsException,
            [
                (document("34133-9", "Practitioner/xcda-author"), asked, "permit"),
                (document("11488-4", "Practitioner/xcda-author"), asked, "deny"),
                (document("34133-9", "Practitioner/13"), asked, "deny"), (Given.observation(), asked, "deny"),
                (Given.observation(), request("Practitioner/14", at: "2016-05-01T10:00:00Z"), "permit"),
                (Given.observation(), request("Practitioner/13", at: "2017-01-01T10:00:00Z"), "no-consent"),
            ])
    }

    @Test func `consent-example-smartonfhir gives half an hour's access to medication requests`() throws {
        let reading = try consent(
            "OPTIN",
            #"""
            "period":{"start":"2016-06-23T17:02:33+10:00","end":"2016-06-23T17:32:33+10:00"},
            "provision":[{"type":"permit",\#(Self.access),
            "class":[{"system":"http://hl7.org/fhir/resource-types","code":"MedicationRequest"}]}]
            """#)
        let request10 = try request(at: "2016-06-23T17:10:00+10:00")
        let prescription = try Given.record(
            #"{"resourceType":"MedicationRequest","id":"m","subject":{"reference":"Patient/p"}}"#)
        try check(
            reading, .rootIsException,
            [
                (prescription, request10, "permit"), (Given.observation(), request10, "deny"),
                (prescription, request(at: "2016-06-23T17:40:00+10:00"), "no-consent"),
            ])
    }
}

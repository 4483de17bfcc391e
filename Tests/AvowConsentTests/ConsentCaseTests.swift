import AvowConsent
import AvowFHIR
import Testing

@testable import ConsentModel

/// Cases of our own, one for each element that is evaluated.
@Suite struct `Rules of a Consent` {
    /// A consent in dialect C that permits with these conditions, and one that denies with them.
    private func permit(_ conditions: String) throws -> ConsentReading {
        try Given.consent(#""provision":{"type":"permit",\#(conditions)}"#)
    }

    private func permitBut(_ conditions: String) throws -> ConsentReading {
        try Given.consent(#""provision":{"type":"permit","provision":[{"type":"deny",\#(conditions)}]}"#)
    }

    private func word(
        _ reading: ConsentReading, _ record: RecordFacts, _ asked: AccessRequest, in context: ConsentContext = .init()
    ) throws -> String {
        try RecordJudgement(of: record, under: [reading], in: context).word(asked)
    }

    /// Checks that a permit with the conditions opens some records only, and a denial with them closes others.
    private func check(
        _ conditions: String, permits: [RecordFacts], denies: [RecordFacts], neither: [RecordFacts] = [],
        in context: ConsentContext = ConsentContext()
    ) throws {
        let asked = try request()
        for (records, isPermitted, isDenied) in [
            (permits, true, true), (denies, false, true), (neither, false, false),
        ] {
            for record in records {
                #expect(
                    try word(permit(conditions), record, asked, in: context) == (isPermitted ? "permit" : "deny"),
                    "\(conditions) \(record)")
                #expect(
                    try word(permitBut(conditions), record, asked, in: context) == (isDenied ? "deny" : "permit"),
                    "\(conditions) \(record)")
            }
        }
    }

    @Test func `confidentiality is a high-water mark of permits and a low-water mark of denials`() throws {
        let restricted = try permit(#""securityLabel":[\#(Given.label("R"))]"#)
        let notRestricted = try permitBut(#""securityLabel":[\#(Given.label("R"))]"#)
        let expected = [
            ("U", "permit", "permit"), ("L", "permit", "permit"), ("M", "permit", "permit"), ("N", "permit", "permit"),
            ("R", "permit", "deny"), ("V", "deny", "deny"), ("S", "deny", "deny"),
        ]
        for (level, permitted, denied) in expected {
            let record = try Given.observation(labels: [level])
            #expect(try word(restricted, record, request()) == permitted, "\(level)")
            #expect(try word(notRestricted, record, request()) == denied, "\(level)")
        }
        let unlabelled = try Given.observation()
        #expect(try word(permit(#""securityLabel":[\#(Given.label("N"))]"#), unlabelled, request()) == "permit")
        #expect(try word(permit(#""securityLabel":[\#(Given.label("M"))]"#), unlabelled, request()) == "deny")
        let several = try Given.observation(labels: ["N", "V"])
        #expect(try word(restricted, several, request()) == "deny", "the highest level counts")
    }

    @Test func `a sensitivity stands for those below it`() throws {
        try check(
            #""securityLabel":[\#(Given.label("SUD"))]"#,
            permits: [Given.observation(labels: ["SUD"]), Given.observation(labels: ["OPIOIDUD", "R"])],
            denies: [],
            neither: [
                Given.observation(labels: ["SPI"]), Given.observation(labels: ["PSY"]), Given.observation(),
                Given.observation(labels: ["ETH"]),
            ])
        try check(
            #""securityLabel":[{"system":"http://example.org/labels","code":"own"}]"#,
            permits: [
                Given.record(
                    #"{"resourceType":"Condition","id":"x","subject":{"reference":"Patient/p"},"meta":{"security":[{"system":"http://example.org/labels","code":"own"}]}}"#
                )
            ], denies: [], neither: [Given.observation(labels: ["PSY"])])
    }

    @Test func `class is a type, a profile or a media type`() throws {
        let document = try Given.record(
            #"""
            {"resourceType":"DocumentReference","id":"d","meta":{"profile":["http://example.org/report|2"]},
            "subject":{"reference":"Patient/p"},"content":[{"attachment":{"contentType":"application/pdf"}}]}
            """#)
        for one in [
            #"{"system":"http://hl7.org/fhir/resource-types","code":"DocumentReference"}"#,
            #"{"system":"urn:ietf:rfc:3986","code":"http://hl7.org/fhir/StructureDefinition/DocumentReference"}"#,
            #"{"system":"urn:ietf:rfc:3986","code":"http://example.org/report"}"#,
            #"{"system":"urn:ietf:rfc:3986","code":"http://example.org/report|2"}"#,
            #"{"system":"urn:ietf:bcp:13","code":"application/pdf"}"#,
        ] {
            try check(#""class":[\#(one)]"#, permits: [document], denies: [], neither: [Given.observation()])
        }
    }

    @Test func `code is the record's own`() throws {
        let code =
            #""code":[{"coding":[{"system":"http://loinc.org","code":"2339-0"},{"system":"http://x","code":"y"}]}]"#
        let other = try Given.record(
            #"""
            {"resourceType":"Observation","id":"o","subject":{"reference":"Patient/p"},
            "code":{"coding":[{"system":"http://loinc.org","code":"1"}]},
            "category":[{"coding":[{"system":"http://loinc.org","code":"2339-0"}]}]}
            """#)
        let vaccine = try Given.record(
            #"""
            {"resourceType":"Immunization","id":"i","patient":{"reference":"Patient/p"},
            "vaccineCode":{"coding":[{"system":"http://x","code":"y"}]}}
            """#)
        try check(code, permits: [Given.observation(), vaccine], denies: [], neither: [other])
    }

    @Test func `dataPeriod is about the clinical time: all of it for a permit, any of it for a denial`() throws {
        let within = [
            #""effectiveDateTime":"2022""#, #""effectiveDateTime":"2022-12-31T23:59:59Z""#,
            #""effectivePeriod":{"start":"2022-01-01","end":"2022-01-03"}"#,
        ]
        let touching = [
            #""effectivePeriod":{"start":"2021-12-31","end":"2022-01-03"}"#,
            #""effectivePeriod":{"start":"2022-05-01"}"#,
            #""effectivePeriod":{"start":"2020"}"#,
        ]
        let outside = [
            #""effectiveDateTime":"2021-12-31T23:59:59Z""#, #""effectiveDateTime":"2023-01-01""#, #""status":"final""#,
        ]
        try check(
            #""dataPeriod":{"start":"2022-01-01","end":"2022-12-31"}"#,
            permits: within.map { try Given.observation($0) },
            denies: touching.map { try Given.observation($0) }, neither: outside.map { try Given.observation($0) })
    }

    @Test func `data is an instance, what is related to it, what depends on it, or somebody's`() throws {
        func data(_ meaning: String, _ reference: String) -> String {
            #""data":[{"meaning":"\#(meaning)","reference":{"reference":"\#(reference)"}}]"#
        }
        let encounter = try Given.record(
            #"{"resourceType":"Encounter","id":"e","subject":{"reference":"Patient/p"}}"#)
        let inside = try Given.observation(#""encounter":{"reference":"Encounter/e/_history/3"}"#, id: "in")
        let diagnosis = try Given.record(
            #"{"resourceType":"Condition","id":"d","subject":{"reference":"Patient/p"}}"#)
        let other = try Given.observation(id: "other")
        var context = ConsentContext()
        context.add(
            try Given.value(
                #"{"resourceType":"Encounter","id":"e","diagnosis":[{"condition":{"reference":"Condition/d"}}]}"#),
            type: .encounter)
        try check(
            data("instance", "Encounter/e"), permits: [encounter], denies: [], neither: [inside, diagnosis, other],
            in: context)
        try check(
            data("dependents", "Encounter/e"), permits: [encounter, inside], denies: [], neither: [diagnosis, other],
            in: context)
        try check(
            data("related", "Encounter/e"), permits: [encounter, inside, diagnosis], denies: [], neither: [other],
            in: context)
        let made = try Given.observation(#""performer":[{"reference":"Practitioner/a"}]"#)
        let ordered = try Given.record(
            #"""
            {"resourceType":"ServiceRequest","id":"s","subject":{"reference":"Patient/p"},
            "performer":[{"reference":"Practitioner/a"}],"requester":{"reference":"Practitioner/b"}}
            """#)
        try check(data("authoredby", "Practitioner/a"), permits: [made], denies: [], neither: [ordered, other])
        try check(data("authoredby", "Practitioner/b"), permits: [ordered], denies: [], neither: [made, other])
    }

    @Test func `an actor is a person, a group, an organization, or one in a role`() throws {
        let record = try Given.observation()
        for (reference, asked) in [
            ("Practitioner/7", try request("Practitioner/7")), ("Group/7", try request(groups: ["Group/7"])),
            ("Organization/7", try request(organization: "Organization/7")),
            ("Organization/7", try request("Organization/7")), ("did:key:z6Mk", try request("did:key:z6Mk")),
            ("did:key:z6Mk", try request(organization: "did:key:z6Mk")),
        ] {
            let actor = #""actor":[\#(Given.actor(reference))]"#
            #expect(try word(permit(actor), record, asked) == "permit")
            #expect(try word(permit(actor), record, request()) == "deny")
            #expect(try word(permitBut(actor), record, asked) == "deny")
            #expect(try word(permitBut(actor), record, request()) == "permit")
        }
    }

    @Test func `a role beside a reference narrows a permit, but never a denial`() throws {
        let role = #""role":{"coding":[{"system":"http://roles","code":"nurse"}]}"#
        let record = try Given.observation()
        let nurses = #""actor":[{\#(role)}]"#
        for name in ["nurse", "http://roles|nurse"] {
            #expect(try word(permit(nurses), record, request(roles: [name])) == "permit")
            #expect(try word(permitBut(nurses), record, request(roles: [name])) == "deny")
        }
        for roles in [[], ["physician"], ["http://other|nurse"]] {
            #expect(try word(permit(nurses), record, request(roles: roles)) == "deny")
        }
        let theirNurses = #""actor":[{\#(role),"reference":{"reference":"Organization/7"}}]"#
        let asNurse = try request(organization: "Organization/7", roles: ["nurse"])
        let asOther = try request(organization: "Organization/7")
        #expect(try word(permit(theirNurses), record, asNurse) == "permit")
        #expect(try word(permit(theirNurses), record, asOther) == "deny")
        #expect(try word(permit(theirNurses), record, request(roles: ["nurse"])) == "deny")
        #expect(try word(permitBut(theirNurses), record, asNurse) == "deny")
        #expect(try word(permitBut(theirNurses), record, asOther) == "deny")
    }

    @Test func `reading is access, use and disclosure, not collecting or correcting`() throws {
        for (action, isReading) in [
            ("access", true), ("use", true), ("disclose", true), ("collect", false), ("correct", false),
        ] {
            let actions =
                #""action":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentaction","code":"\#(action)"}]}]"#
            try check(
                actions, permits: isReading ? [Given.observation()] : [], denies: [],
                neither: isReading ? [] : [Given.observation()])
        }
    }

    @Test func `purposes stand for those below them, and other systems' for themselves`() throws {
        let record = try Given.observation()
        let research = try permit(#""purpose":[\#(Given.purpose("HRESCH")),{"system":"http://x","code":"study"}]"#)
        for (purpose, expected) in [
            ("HRESCH", "permit"), ("CLINTRCHNPC", "permit"), ("http://x|study", "permit"), ("TREAT", "deny"),
            ("http://y|study", "deny"), ("|study", "deny"), ("PurposeOfUse", "deny"),
        ] {
            #expect(try word(research, record, request(for: purpose)) == expected, "\(purpose)")
        }
        let notEmergencies = try permitBut(#""purpose":[\#(Given.purpose("ETREAT"))]"#)
        for (purpose, expected) in [("TREAT", "permit"), ("ETREAT", "deny"), ("BTG", "deny"), ("COC", "permit")] {
            #expect(try word(notEmergencies, record, request(for: purpose)) == expected, "\(purpose)")
        }
    }

    @Test func `what a nested rule does not say it has from the rule around it`() throws {
        let reading = try Given.consent(
            #"""
            "provision":{"type":"permit","purpose":[\#(Given.purpose("TREAT"))],"securityLabel":[\#(Given.label("N"))],
            "provision":[{"type":"permit","actor":[\#(Given.actor("Practitioner/7"))],
            "securityLabel":[\#(Given.label("PSY"))],"provision":[{"type":"deny","dataPeriod":{"end":"2000"}}]}]}
            """#)
        let psychiatric = try Given.observation(#""effectiveDateTime":"2020""#, labels: ["PSY", "R"])
        let early = try Given.observation(#""effectiveDateTime":"1999""#, labels: ["PSY", "R"])
        #expect(try word(reading, psychiatric, request("Practitioner/7")) == "permit")
        #expect(try word(reading, psychiatric, request("Practitioner/7", for: "HRESCH")) == "deny")
        #expect(try word(reading, psychiatric, request("Practitioner/8")) == "deny")
        #expect(try word(reading, early, request("Practitioner/7")) == "deny")
        #expect(try word(reading, Given.observation(labels: ["N"]), request("Practitioner/8")) == "permit")
        #expect(try word(reading, Given.observation(labels: ["HIV", "R"]), request("Practitioner/7")) == "deny")
    }

    @Test func `of rules equally deep a denial decides, and a deeper one before both`() throws {
        let reading = try Given.consent(
            #"""
            "provision":{"type":"deny","provision":[
            {"type":"permit","purpose":[\#(Given.purpose("TREAT"))]},
            {"type":"deny","actor":[\#(Given.actor("Practitioner/7"))],
             "provision":[{"type":"permit","purpose":[\#(Given.purpose("ETREAT"))]}]}]}
            """#)
        let record = try Given.observation()
        #expect(try word(reading, record, request("Practitioner/1")) == "permit")
        #expect(try word(reading, record, request("Practitioner/7")) == "deny")
        #expect(try word(reading, record, request("Practitioner/7", for: "ETREAT")) == "permit")
    }

    @Test func `a nested denial that leaves out what the permit around it says is about all else`() throws {
        let reading = try Given.consent(
            #"""
            "provision":{"type":"deny","provision":[{"type":"permit","actor":[\#(Given.actor("Organization/7"))],
            "purpose":[\#(Given.purpose("TREAT"))],"provision":[{"type":"deny","actor":[\#(Given.actor("Organization/7"))]}]}]}
            """#)
        let record = try Given.observation()
        #expect(try word(reading, record, request(organization: "Organization/7")) == "permit")
        #expect(try word(reading, record, request(for: "HRESCH", organization: "Organization/7")) == "deny")
    }

    @Test func `an untyped root is the context when the rules within it are exceptions to the policy`() throws {
        let reading = try Given.consent(
            #"""
            \#(Given.policy("OPTIN")),"provision":{"purpose":[\#(Given.purpose("HRESCH"))],
            "period":{"start":"2024","end":"2024"},
            "provision":[{"type":"deny","securityLabel":[\#(Given.label("R"))]}]}
            """#)
        guard case .rules(let rules) = reading else { throw Given.Missing(what: "rules") }
        #expect(rules.dialect == .exceptionsInContext)
        let secret = try Given.observation(labels: ["V"])
        #expect(try word(reading, secret, request(for: "HRESCH")) == "deny")
        #expect(try word(reading, Given.observation(labels: ["N"]), request(for: "HRESCH")) == "permit")
        #expect(try word(reading, secret, request()) == "permit")
        #expect(try word(reading, secret, request(for: "HRESCH", at: "2025-01-01T00:00:00Z")) == "no-consent")
    }

    @Test func `without a base a consent is silent where it says nothing`() throws {
        let denial = try Given.consent(#""provision":{"type":"deny","purpose":[\#(Given.purpose("HRESCH"))]}"#)
        #expect(try word(denial, Given.observation(), request(for: "HRESCH")) == "deny")
        #expect(try word(denial, Given.observation(), request()) == "no-consent")
        let exceptions = try Given.consent(
            #""provision":{"provision":[{"type":"permit","purpose":[\#(Given.purpose("HRESCH"))]}]}"#)
        #expect(try word(exceptions, Given.observation(), request(for: "HRESCH")) == "permit")
        #expect(try word(exceptions, Given.observation(), request()) == "no-consent")
    }

    @Test(arguments: [
        ("deny-overrides", "deny", "deny"), ("permit-overrides", "permit", "permit"),
        ("newest-first", "deny", "permit"),
        ("deny-unless-permit", "permit", "permit"), ("permit-unless-deny", "deny", "deny"),
    ])
    func `consents that contradict each other are combined`(name: String, newerDenies: String, newerPermits: String)
        throws
    {
        let combination = try #require(Combination(rawValue: name))
        let record = try Given.observation()
        func consents(_ older: String, _ newer: String) throws -> [ConsentReading] {
            try [(older, "2020"), (newer, "2021-05-05")].enumerated().map { index, one in
                try Given.consent(#""dateTime":"\#(one.1)","provision":{"type":"\#(one.0)"}"#, id: "c\(index)")
            }
        }
        func word(_ readings: [ConsentReading]) throws -> String {
            try RecordJudgement(of: record, under: readings, combination: combination).word(request())
        }
        #expect(try word(consents("permit", "deny")) == newerDenies)
        #expect(try word(consents("deny", "permit")) == newerPermits)
        let silent = name == "deny-unless-permit" ? "deny" : name == "permit-unless-deny" ? "permit" : "no-consent"
        #expect(try word([]) == silent)
    }

    @Test func `a decision names consents, versions and provisions`() throws {
        let text = Given.consentText(
            #""provision":{"type":"permit","provision":[{"type":"deny","purpose":[\#(Given.purpose("HRESCH"))]}]}"#
        )
        .replacing(#""id":"c","#, with: #""id":"c","meta":{"versionId":"4"},"#)
        let reading = try ConsentReading(Given.value(text))
        let draft = try ConsentReading(Given.value(Given.consentText("", id: "d", status: "draft")))
        let judgement = RecordJudgement(of: try Given.observation(), under: [reading, draft])
        let reason = try #require(judgement.decision(for: request(for: "HRESCH")).reasons.first)
        #expect(reason.consent == "Consent/c" && reason.version == "4" && reason.effect == .deny)
        #expect(reason.path == "Consent.provision.provision[0]" && reason.dialect == .rootIsBase)
        let silent = RecordJudgement(of: try Given.observation(), under: [draft]).decision(for: try request())
        #expect(silent.outcome == .noConsent && silent.reasons.map(\.path) == ["Consent.status"])
        let closed = try Given.consent(#""provision":{"type":"permit","securityLabel":[\#(Given.label("N"))]}"#)
        let decision = RecordJudgement(of: try Given.observation(labels: ["R"]), under: [closed])
            .decision(for: try request())
        #expect(decision.reasons.first?.text.contains("securityLabel") == true)
    }

    @Test func `of several purposes one that is permitted suffices`() throws {
        let reading = try permit(#""purpose":[\#(Given.purpose("BTG"))]"#)
        let judgement = RecordJudgement(of: try Given.observation(), under: [reading])
        let both = try [request(), request(for: "BTG")]
        #expect(judgement.decision(for: both).outcome == .permit)
        #expect(judgement.decision(for: [both[0]]).outcome == .deny)
    }
}

@Suite struct `A Consent that cannot be evaluated` {
    private static let treat = Given.purpose("TREAT")

    @Test(arguments: [
        (#""modifierExtension":[{}]"#, "Consent.modifierExtension"),
        (#""implicitRules":"http://x""#, "Consent.implicitRules"),
        (#""provisions":{}"#, "Consent.provisions"),
        (#""status":"active","provision":{"type":"permit"}"#, "Consent.status"),
        (#""dateTime":"yesterday","provision":{"type":"permit"}"#, "Consent.dateTime"),
        (#""category":[]"#, "Consent.category"),
        (Given.policy("IMPLIED"), "Consent.policyRule.coding[0]"),
        (#""policyRule":{"text":"opt-in"}"#, "Consent"),
        (#""provision":[]"#, "Consent.provision"),
        (#""provision":{}"#, "Consent.provision"),
        (#""provision":{"type":"allow"}"#, "Consent.provision.type"),
        (#""provision":{"type":"permit","purpse":[]}"#, "Consent.provision.purpse"),
        (#""provision":{"type":"permit","purpose":[]}"#, "Consent.provision.purpose"),
        (#""provision":{"type":"permit","purpose":{}}"#, "Consent.provision.purpose"),
        (#""provision":{"type":"permit","_type":{},"_action":{}}"#, "Consent.provision._action"),
        (#""provision":{"type":"permit","modifierExtension":[]}"#, "Consent.provision.modifierExtension"),
        (#""provision":{"type":"permit","purpose":[{"code":"TREAT"}]}"#, "Consent.provision.purpose[0]"),
        (
            #""provision":{"type":"permit","purpose":[\#(Self.treat),\#(Given.purpose("TREET"))]}"#,
            "Consent.provision.purpose[1]"
        ),
        (#""provision":{"type":"permit","period":{"start":"2024","end":"2023"}}"#, "Consent.provision.period"),
        (#""provision":{"type":"permit","period":{"start":"soon"}}"#, "Consent.provision.period.start"),
        (#""provision":{"type":"permit","actor":[{"role":{"text":"nurse"}}]}"#, "Consent.provision.actor[0].role"),
        (#""provision":{"type":"permit","actor":[{}]}"#, "Consent.provision.actor[0]"),
        (
            #""provision":{"type":"permit","actor":[\#(Given.actor("Practitioner/1", "WIT"))]}"#,
            "Consent.provision.actor[0].role.coding[0]"
        ),
        (
            #""provision":{"type":"permit","actor":[{"reference":{"identifier":{"value":"1"}}}]}"#,
            "Consent.provision.actor[0].reference"
        ),
        (#""provision":{"type":"permit","actor":[\#(Given.actor("#doc"))]}"#, "Consent.provision.actor[0].reference"),
        (
            #""provision":{"type":"permit","action":[{"coding":[{"system":"http://x","code":"access"}]}]}"#,
            "Consent.provision.action[0].coding[0]"
        ),
        (
            #""provision":{"type":"permit","securityLabel":[\#(Given.label("S"))]}"#,
            "Consent.provision.securityLabel[0]"
        ),
        (
            #""provision":{"type":"permit","securityLabel":[\#(Given.label("PSYCH"))]}"#,
            "Consent.provision.securityLabel[0]"
        ),
        (
            #""provision":{"type":"permit","class":[{"system":"http://hl7.org/fhir/resource-types","code":"Observations"}]}"#,
            "Consent.provision.class[0]"
        ),
        (#""provision":{"type":"permit","class":[{"system":"http://x","code":"y"}]}"#, "Consent.provision.class[0]"),
        (#""provision":{"type":"permit","code":[{"text":"glucose"}]}"#, "Consent.provision.code[0]"),
        (
            #""provision":{"type":"permit","data":[{"meaning":"kin","reference":{"reference":"Encounter/1"}}]}"#,
            "Consent.provision.data[0].meaning"
        ),
        (
            #""provision":{"type":"permit","data":[{"meaning":"instance","reference":{"reference":"http://x/Encounter/1"}}]}"#,
            "Consent.provision.data[0].reference"
        ),
        (#""provision":{"type":"deny","provision":[{"type":"permit"}]}"#, "Consent.provision.provision[0]"),
        (#""provision":{"type":"permit","provision":[{"type":"deny"}]}"#, "Consent.provision.provision[0]"),
        (
            #""provision":{"type":"permit","purpose":[\#(Self.treat)],"provision":[{"type":"deny","purpose":[\#(Self.treat)]}]}"#,
            "Consent.provision.provision[0]"
        ),
        (
            #""provision":{"type":"permit","provision":[{"type":"deny","provision":[{"type":"permit","purpose":[\#(Self.treat)]}]}]}"#,
            "Consent.provision.provision[0]"
        ),
    ])
    func `is refused with the path of the element`(members: String, path: String) throws {
        let error = #expect(throws: ConsentError.self) { try Given.consent(members) }
        #expect(error?.path == path, "\(error.map { "\($0)" } ?? "")")
        #expect(error?.kind == .unsupportedConsent || error?.kind == .malformedConsent)
    }

    @Test func `is told what was probably meant`() throws {
        for (members, meant) in [
            (#""provision":{"type":"permt"}"#, "permit"),
            (#""provision":{"type":"permit","purpose":[\#(Given.purpose("TREET"))]}"#, "TREAT"),
            (
                #""provision":{"type":"permit","class":[{"system":"http://hl7.org/fhir/resource-types","code":"Observaton"}]}"#,
                "Observation"
            ),
            (#""provision":{"type":"permit","securityLabel":[\#(Given.label("OPIODUD"))]}"#, "OPIOIDUD"),
            (#""provison":{"type":"permit"}"#, "provision"),
        ] {
            let error = #expect(throws: ConsentError.self) { try Given.consent(members) }
            #expect(error?.suggestion == meant)
        }
    }

    @Test(arguments: ["draft", "proposed", "rejected", "inactive", "entered-in-error"])
    func `is not looked at further when it is not active`(status: String) throws {
        let text = Given.consentText(#""provision":{"type":"permit","modifierExtension":[]}"#, status: status)
        guard case .silent(let silent) = try ConsentReading(Given.value(text)) else {
            Issue.record("\(status) decides")
            return
        }
        #expect(silent.path == "Consent.status")
    }

    @Test func `decides nothing when it is about a treatment`() throws {
        let text = Given.consentText(#""provision":{"type":"deny"}"#).replacing("patient-privacy", with: "treatment")
        guard case .silent(let silent) = try ConsentReading(Given.value(text)) else {
            Issue.record("it decides")
            return
        }
        #expect(silent.path == "Consent.scope")
    }
}

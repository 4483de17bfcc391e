import TestSupport
import Testing

@testable import AvowConsent
@testable import ConsentModel

extension SeededGenerator {
    mutating func recipient() throws -> Recipient {
        switch Int.random(in: 0..<5, using: &self) {
        case 0: .anyone
        case 1: .reference(try PartyName(reference: pick(["Practitioner/1", "Practitioner/2", "did:key:z6Mk"])))
        case 2: .reference(try PartyName(reference: pick(["Group/1", "Group/2"])))
        case 3: .role(try PartyName(pick(["nurse", "physician", "http://x|doc", "Ärztin"])))
        default: .organization(try PartyName(pick(["Organization/1", "Spital Zürich", "Spital Zu\u{308}rich"])))
        }
    }

    mutating func window() throws -> ValidityWindow {
        let from = Bool.random(using: &self) ? Int64.random(in: -50..<50, using: &self) : nil
        let until = Bool.random(using: &self) ? Int64.random(in: 50..<100, using: &self) : nil
        return try ValidityWindow(from: from, until: until)
    }

    mutating func grant() throws -> Grant {
        Grant(
            purpose: pick(Purpose.all + [try Purpose(code: "http://example.org|study")]), recipient: try recipient(),
            profile: RedactionProfile(id: pick([0, 0, 1, .max])),
            window: try window(), limits: Bool.random(using: &self) ? .none : try limits(),
            needsBrokenGlass: Int.random(in: 0..<4, using: &self) == 0)
    }

    mutating func limits() throws -> GrantLimits {
        var lists: [[Recipient]] = [[], []]
        for index in lists.indices {
            for _ in 0..<Int.random(in: 0..<3, using: &self) { lists[index].append(try recipient()) }
        }
        let purposes = Purpose.all.shuffled(using: &self).prefix(Int.random(in: 0..<3, using: &self))
        return GrantLimits(recipients: lists[0], exceptRecipients: lists[1], exceptPurposes: purposes)
    }

    mutating func audience() throws -> Audience {
        var grants: [Grant] = []
        for _ in 0..<Int.random(in: 0..<12, using: &self) { grants.append(try grant()) }
        return Audience(grants)
    }

    mutating func request() throws -> AccessRequest {
        let actor = try Actor(
            pick(["Practitioner/1", "Practitioner/2", "Practitioner/3", "did:key:z6Mk"]),
            roles: pick([[], ["nurse"], ["physician", "nurse"], ["Ärztin"]]),
            organization: pick([nil, "Organization/1", "Spital Zürich"]),
            groups: pick([[], ["Group/1"], ["Group/2", "Group/1"]]))
        return try AccessRequest(
            actor: actor, purpose: pick(Purpose.all), time: Int64.random(in: -60..<110, using: &self),
            breakGlassReason: pick([nil, "unconscious"]))
    }
}

@Suite struct PurposeTests {
    @Test func `the table is a tree of the 60 purposes`() throws {
        #expect(Set(Purpose.all.map(\.code)).count == Purpose.all.count)
        #expect(Purpose.all.count == 60)
        for purpose in Purpose.all {
            #expect(try Purpose(code: purpose.code) == purpose)
            #expect(purpose.ancestorsAndSelf.first == purpose)
            #expect(purpose.ancestorsAndSelf.last == .anyPurpose)
            #expect(purpose.ancestorsAndSelf.count <= 4)
        }
    }

    @Test func `known purposes have their published places`() throws {
        let btg = try Purpose(code: "BTG")
        #expect(btg == .breakTheGlass)
        #expect(btg.ancestorsAndSelf.map(\.code) == ["BTG", "ETREAT", "TREAT", "PurposeOfUse"])
        #expect(
            try Purpose(code: "CLINTRCHNPC").ancestorsAndSelf.map(\.code) == [
                "CLINTRCHNPC", "CLINTRCH", "HRESCH", "PurposeOfUse",
            ])
        #expect(try Purpose(code: "FAMRQT").parent == .patientRequest)
        let constants: [(Purpose, String)] = [
            (.treatment, "TREAT"), (.payment, "HPAYMT"), (.operations, "HOPERAT"), (.research, "HRESCH"),
            (.publicHealth, "PUBHLTH"), (.marketing, "HMARKT"), (.patientRequest, "PATRQT"),
            (.emergencyTreatment, "ETREAT"),
        ]
        for (purpose, code) in constants { #expect(purpose.code == code) }
    }

    @Test func `covering is being an ancestor or the same`() {
        for wide in Purpose.all {
            for narrow in Purpose.all {
                #expect(wide.covers(narrow) == narrow.ancestorsAndSelf.contains(wide), "\(wide) \(narrow)")
            }
        }
        #expect(Purpose.treatment.covers(.emergencyTreatment))
        #expect(!Purpose.emergencyTreatment.covers(.treatment))
        #expect(!Purpose.research.covers(.treatment))
    }

    @Test(arguments: [
        ("TREET", "TREAT"), ("treat", "TREAT"), ("HRESEARCH", "HRESCH"), ("research", "HRESCH"),
        ("public health", "PUBHLTH"),
    ]) func `an unknown purpose is refused with the nearest code`(written: String, meant: String) {
        let error = #expect(throws: ConsentError.self) { try Purpose(code: written) }
        #expect(error?.kind == .unknownPurpose)
        #expect(error?.suggestion == meant)
    }

    @Test func `a purpose of another system stands below any purpose and covers only itself`() throws {
        let study = try Purpose(code: "http://example.org/purposes|study")
        #expect(study.code == "http://example.org/purposes|study" && study.parent == .anyPurpose)
        #expect(Purpose.anyPurpose.covers(study) && study.covers(study))
        #expect(!study.covers(.research) && !Purpose.research.covers(study))
        #expect(try Purpose(system: "http://example.org/purposes", code: "study") == study)
        #expect(try Purpose(code: "|study") != study)
        for name in ["TREAT", "\(Purpose.system)|TREAT", "urn:oid:2.16.840.1.113883.5.8|TREAT"] {
            #expect(try Purpose(code: name) == .treatment)
        }
        let refused = [
            "\(Purpose.system)|study", "http://example.org|", "a| b|", "\u{7}|a",
            "x|" + String(repeating: "y", count: 254),
        ]
        for text in refused {
            #expect(throws: ConsentError.self, "\(text)") { try Purpose(code: text) }
        }
    }

    @Test(arguments: ["", "HMAR\u{212A}T", "zzzzzzzzzzzz", "TREAT ", String(repeating: "T", count: 100_000)])
    func `a code that only resembles one is refused`(written: String) {
        #expect(throws: ConsentError.self) { try Purpose(code: written) }
    }
}

@Suite struct NameTests {
    @Test(arguments: ["Practitioner/1", "Patient/a-B.9", "did:key:z6Mk", "https://example.org/fhir/Practitioner/1"])
    func `a reference is taken`(text: String) throws {
        #expect(try PartyName(reference: text).text == text)
    }

    @Test(arguments: [
        "", "me", "Practitioner/", "/1", "practitioner/1", "Practitioner/1/2", "Practitioner/a b", "did:", ":x",
        " Practitioner/1",
        "Practitioner/é", "urn:a b", "Practitioner/1\n", "Practitioner/" + String(repeating: "1", count: 65),
    ]) func `what is not a reference is refused`(text: String) {
        #expect(throws: ConsentError.self) { try PartyName(reference: text) }
    }

    @Test func `names that are equal only after normalization are different`() throws {
        let composed = try PartyName("Zürich")
        let decomposed = try PartyName("Zu\u{308}rich")
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed]).count == 2)
        #expect(Recipient.organization(composed) != Recipient.organization(decomposed))
    }

    @Test func `an actor is anyone, itself, its groups, roles and organization, each once`() throws {
        let actor = try Actor(
            "Practitioner/1", roles: ["b", "a", "b"], organization: "Spital", groups: ["Group/1", "Practitioner/1"])
        #expect(
            actor.recipients.map(\.description) == [
                "anyone", "Practitioner/1", "Group/1", "role 'a'", "role 'b'", "organization 'Spital'",
            ])
        #expect(throws: ConsentError.self) { try Actor("Practitioner/1", roles: ["\u{7}"]) }
        #expect(throws: ConsentError.self) { try Actor("Practitioner/1", groups: ["a group"]) }
    }

    @Test func `a recipient reads back from its canonical bytes`() throws {
        #expect(Recipient.anyone.canonicalBytes == [0])
        #expect(Recipient.role(try PartyName("a")).canonicalBytes == [2, 0x61])
        var random = SeededGenerator(seed: 3)
        for _ in 0..<200 {
            let recipient = try random.recipient()
            #expect(try Recipient(canonicalBytes: recipient.canonicalBytes) == recipient)
        }
        let refused: [[UInt8]] = [[], [0, 1], [1], [1, 0x61], [2], [2, 0x20], [2, 0xFF], [3, 0xC3], [4, 0x61]]
        for bytes in refused {
            #expect(throws: ConsentError.self, "\(bytes)") { try Recipient(canonicalBytes: bytes) }
        }
    }

    @Test func `a window holds its beginning but not its end`() throws {
        let window = try ValidityWindow(from: 10, until: 20)
        #expect(!window.contains(9) && window.contains(10) && window.contains(19) && !window.contains(20))
        #expect(ValidityWindow.always.contains(.min) && ValidityWindow.always.contains(.max))
        #expect(throws: ConsentError.self) { try ValidityWindow(from: 20, until: 20) }
    }
}

@Suite struct AudienceTests {
    static let seeds: [UInt64] = [11, 12, 13, 14]

    @Test(arguments: seeds) func `an audience reads back from its encoding, whatever the order of its grants`(
        seed: UInt64
    ) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<300 {
            let audience = try random.audience()
            let bytes = audience.encoded
            #expect(try Audience(encoded: bytes) == audience, "seed \(seed)")
            let shuffled = Audience((audience.grants + audience.grants).shuffled(using: &random))
            #expect(shuffled.encoded == bytes, "seed \(seed)")
        }
    }

    @Test func `the encoding of a known audience is fixed`() throws {
        let audience = Audience([
            Grant(
                purpose: .treatment, recipient: .organization(try PartyName("x")), profile: RedactionProfile(id: 7),
                window: try ValidityWindow(from: nil, until: -1))
        ])
        let expected: [UInt8] =
            [1, 0, 0, 0, 1, 5] + Array("TREAT".utf8) + [0, 2, 3, 0x78, 0, 0, 0, 7, 2]
            + [UInt8](repeating: 0xFF, count: 8)
        #expect(audience.encoded == expected)
        #expect(Audience.nobody.encoded == [1, 0, 0, 0, 0])
    }

    @Test func `the encoding of a limited grant is fixed, and only its canonical form is read`() throws {
        let audience = Audience([
            Grant(
                purpose: .treatment, recipient: .anyone,
                limits: GrantLimits(
                    recipients: [.role(try PartyName("r"))], exceptRecipients: [.organization(try PartyName("x"))],
                    exceptPurposes: [.emergencyTreatment]))
        ])
        let head: [UInt8] = [1, 0, 0, 0, 1, 5] + Array("TREAT".utf8) + [0, 1, 0, 0, 0, 0, 0, 4]
        let limits: [UInt8] = [0, 1, 0, 2, 2, 0x72, 0, 1, 0, 2, 3, 0x78, 0, 1, 6] + Array("ETREAT".utf8)
        #expect(audience.encoded == head + limits)
        let refused: [[UInt8]] = [
            [0, 0, 0, 0, 0, 0], [0, 1, 0, 1, 0, 0, 0, 0, 0], [0, 2, 0, 2, 2, 0x72, 0, 2, 2, 0x72, 0, 0, 0, 0],
            [0xFF, 0xFF], [0, 0, 0, 0, 0xFF, 0xFF],
        ]
        for limits in refused {
            #expect(throws: ConsentError.self) { try Audience(encoded: head + limits) }
        }
    }

    @Test func `a grant for broken glass has a flag of its own, and there is no other flag`() throws {
        let grant = Grant(purpose: .emergencyTreatment, recipient: .anyone, needsBrokenGlass: true)
        let head: [UInt8] = [1, 0, 0, 0, 1, 6] + Array("ETREAT".utf8) + [0, 1, 0, 0, 0, 0, 0]
        #expect(Audience([grant]).encoded == head + [8])
        #expect(try Audience(encoded: head + [8]).grants == [grant])
        #expect(try Audience(encoded: head + [0]).grants == [Grant(purpose: .emergencyTreatment, recipient: .anyone)])
        let limits: [UInt8] = [0, 0, 0, 0, 0, 1, 3] + Array("BTG".utf8)
        #expect(try Audience(encoded: head + [12] + limits).grants.first?.needsBrokenGlass == true)
        for flags: UInt8 in [16, 24, 0x88, 0xFF] {
            let error = #expect(throws: ConsentError.self) { try Audience(encoded: head + [flags]) }
            #expect(error?.kind == .malformedAudience && error?.offset == head.count)
        }
    }

    @Test func `a grant for broken glass admits who gives a reason, and nobody else`() throws {
        let audience = Audience([Grant(purpose: .emergencyTreatment, recipient: .anyone, needsBrokenGlass: true)])
        let actor = try Actor("Practitioner/1")
        for (reason, purpose, isAdmitted) in [
            ("unconscious", Purpose.breakTheGlass, true), ("unconscious", .treatment, false),
            (nil, .emergencyTreatment, false),
        ] as [(String?, Purpose, Bool)] {
            let request = try AccessRequest(actor: actor, purpose: purpose, time: 0, breakGlassReason: reason)
            #expect(audience.admits(request).isEmpty != isAdmitted)
        }
        // A reason takes nothing away.
        let reason = try AccessRequest(actor: actor, purpose: .treatment, time: 0, breakGlassReason: "unconscious")
        #expect(!StorePolicy.standard.defaultAudience.admits(reason).isEmpty)
    }

    @Test func `a reason for breaking the glass is a short text in words`() throws {
        let actor = try Actor("Practitioner/1")
        func ask(_ reason: String?) throws(ConsentError) -> AccessRequest {
            try AccessRequest(actor: actor, purpose: .breakTheGlass, time: 0, breakGlassReason: reason)
        }
        #expect(try ask(nil) == AccessRequest(actor: actor, purpose: .breakTheGlass, time: 0))
        for reason in ["x", "bewusstlos, Angehörige nicht erreichbar", String(repeating: "é", count: 512)] {
            #expect(try ask(reason).breakGlassReason == reason)
        }
        let refused = [
            "", " ", "\u{2003}\u{3000}", "a\nb", "a\u{0}", "a\u{9F}b", String(repeating: "a", count: 513),
            "e" + String(repeating: "\u{301}", count: 512), String(repeating: "a", count: 10_000_000),
        ]
        for reason in refused {
            let error = #expect(throws: ConsentError.self) { try ask(reason) }
            #expect(error?.kind == .invalidReason)
        }
    }

    @Test(arguments: seeds) func `truncated, extended and changed bytes are refused or are another audience`(
        seed: UInt64
    ) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<15 {
            let audience = try random.audience()
            let bytes = audience.encoded
            for length in 0..<bytes.count {
                let error = #expect(throws: ConsentError.self) { try Audience(encoded: Array(bytes[..<length])) }
                #expect(error?.kind == .malformedAudience && error?.offset.map { 0...length ~= $0 } == true)
            }
            #expect(throws: ConsentError.self) { try Audience(encoded: bytes + [0]) }
            for index in bytes.indices {
                var changed = bytes
                changed[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                guard let decoded = try? Audience(encoded: changed) else { continue }
                #expect(decoded.encoded == changed, "seed \(seed): only canonical bytes decode")
                #expect(decoded != audience, "seed \(seed)")
            }
        }
    }

    @Test func `grants out of order or repeated are refused`() throws {
        let audience = StorePolicy.standard.defaultAudience
        let one = Audience([audience.grants[0]]).encoded.dropFirst(5)
        let two = Audience([audience.grants[1]]).encoded.dropFirst(5)
        #expect(try Audience(encoded: [1, 0, 0, 0, 2] + one + two).grants == Array(audience.grants[..<2]))
        #expect(throws: ConsentError.self) { try Audience(encoded: [1, 0, 0, 0, 2] + two + one) }
        #expect(throws: ConsentError.self) { try Audience(encoded: [1, 0, 0, 0, 2] + one + one) }
        #expect(throws: ConsentError.self) { try Audience(encoded: [1, 0xFF, 0xFF, 0xFF, 0xFF]) }
        #expect(throws: ConsentError.self) { try Audience(encoded: [2, 0, 0, 0, 0]) }
    }

    @Test(arguments: seeds) func `a request is admitted as a search through every clause says`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var admitted = 0
        for _ in 0..<1_500 {
            let audience = try random.audience()
            let request = try random.request()
            var expected: [Grant] = []
            for grant in audience.grants {
                var rightPurpose = false
                var purpose: Purpose? = request.purpose
                while let current = purpose {
                    rightPurpose = rightPurpose || current.code == grant.purpose.code
                    purpose = current.parent
                }
                let actor = request.actor
                let rightRecipient =
                    switch grant.recipient {
                    case .anyone: true
                    case .reference(let name): name == actor.reference || actor.groups.contains(name)
                    case .role(let name): actor.roles.contains(name)
                    case .organization(let name): actor.organization == name
                    }
                let open = (grant.window.from ?? .min) <= request.time && request.time < (grant.window.until ?? .max)
                let isLimited =
                    grant.limits.recipients.contains { !request.actor.recipients.contains($0) }
                    || grant.limits.exceptRecipients.contains { request.actor.recipients.contains($0) }
                    || grant.limits.exceptPurposes.contains { request.purpose.ancestorsAndSelf.contains($0) }
                let isBarred = grant.needsBrokenGlass && request.breakGlassReason == nil
                if rightPurpose && rightRecipient && open && !isLimited && !isBarred { expected.append(grant) }
            }
            #expect(audience.admits(request) == expected, "seed \(seed)")
            #expect(audience.grants.filter { $0.admits(request) } == expected, "seed \(seed)")
            admitted += expected.isEmpty ? 0 : 1
        }
        #expect(admitted > 20)
    }

    @Test func `without consent anyone reads for treatment, payment, operations and the patient, and for nothing else`()
        throws
    {
        let audience = StorePolicy.standard.defaultAudience
        #expect(audience.grants.count == 4)
        let actor = try Actor("Practitioner/1")
        for purpose in Purpose.all {
            let request = AccessRequest(actor: actor, purpose: purpose, time: 0)
            let expected = [Purpose.treatment, .payment, .operations, .patientRequest].contains { $0.covers(purpose) }
            #expect(audience.admits(request).isEmpty != expected, "\(purpose)")
        }
    }
}

import AvowConsent
import AvowFHIR
import Foundation
import TestSupport
import Testing

@testable import ConsentModel

/// What `GRANT` and `REVOKE` leave in the Consent that Avow keeps for a patient.
@Suite struct `The Consent of a patient's statements` {
    static let seeds: [UInt64] = Array(1...6)

    // MARK: At random

    @Test(arguments: seeds) func `decides as the plain rule says, after any statements`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let parser = try JSONParser()
        var outcomes: [String: Int] = [:]
        var deepest = 0
        for run in 0..<100 {
            var consent = ManagedConsent(of: "Patient/p")
            var model = StatementModel()
            var said: [ConsentStatement] = []
            for _ in 0..<Int.random(in: 1...7, using: &random) {
                let statement = try random.statement()
                try consent.apply(statement)
                model.apply(statement)
                said.append(statement)
            }
            let json = try consent.json(at: 1_700_000_000_000)
            deepest = max(deepest, json.components(nested: "\"provision\""))
            let value = try parser.parse(Array(json.utf8)).root
            #expect(try ManagedConsent(value) == consent, "seed \(seed), run \(run): \(json)")
            let reading = try ConsentReading(value)
            for _ in 0..<60 {
                let point = try random.point()
                let facts = try Given.record(point.record)
                let request = AccessRequest(actor: point.actor, purpose: point.purpose, time: point.time)
                let judgement = RecordJudgement(of: facts, under: [reading])
                let decided = judgement.decision(for: request).outcome.rawValue
                let expected = model.decision(point)
                #expect(decided == expected, "seed \(seed), run \(run): \(point) under \(said): \(json)")
                outcomes[expected, default: 0] += 1
            }
        }
        print("seed \(seed): \(outcomes), \(deepest) deep")
        for outcome in ["permit", "deny", "no-consent"] { #expect(outcomes[outcome, default: 0] > 200) }
        #expect(deepest >= 2)
    }

    @Test func `is valid R4, and its audience admits what it permits`() throws {
        var random = SeededGenerator(seed: 11)
        var written: [String] = []
        for run in 0..<60 {
            var consent = ManagedConsent(of: "Patient/p")
            for _ in 0..<Int.random(in: 1...5, using: &random) { try consent.apply(try random.statement()) }
            let json = try consent.json(at: 1_700_000_000_000)
            written.append(json)
            let reading = try ConsentReading(try Given.value(json))
            for _ in 0..<6 {
                let point = try random.point()
                let judgement = RecordJudgement(of: try Given.record(point.record), under: [reading])
                let request = AccessRequest(actor: point.actor, purpose: point.purpose, time: point.time)
                let isPermitted = judgement.decision(for: request).outcome == .permit
                guard let audience = try? judgement.audience() else { continue }
                #expect(audience.admits(request).isEmpty != isPermitted, "run \(run)")
            }
        }
        let file = FileManager.default.temporaryDirectory.appending(path: "statements-\(UUID()).ndjson")
        try written.joined(separator: "\n").write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        var reader = try ResourceReader(path: file.path, validation: .strict)
        var count = 0
        while let item = reader.next() {
            switch item {
            case .resource: count += 1
            case .reject(let reject): Issue.record("\(reject): \(written)")
            }
        }
        #expect(count == written.count)
    }

    // MARK: One by one

    /// The statements that are left of some, as the patient made them.
    private func left(_ statements: [ConsentStatement]) throws -> [ConsentStatement] {
        var consent = ManagedConsent(of: "Patient/p")
        for statement in statements { try consent.apply(statement) }
        return try consent.statements()
    }

    @Test func `what a statement covers goes, and what it lies within it is an exception to`() throws {
        let refusal = try Said.refuse()
        let study = try Said.permit("HRESCH", to: "Organization/x")
        let condition = try Said.refuse("HRESCH", types: [.condition], to: "Organization/x")
        #expect(try left([refusal, study, condition]) == [refusal, study, condition])
        #expect(try left([refusal, study, condition, refusal]) == [refusal])
        #expect(try left([study, refusal]) == [refusal])
        #expect(try left([refusal, study, condition, study]) == [refusal, study])
        // A list is as many statements.
        let two = try Said.permit("HRESCH", "TREAT")
        #expect(try left([try Said.refuse("HRESCH", "PUBHLTH"), two]) == [try Said.refuse("PUBHLTH"), two])
        var consent = ManagedConsent(of: "Patient/p")
        try consent.apply(refusal)
        try consent.apply(study)
        let json = try consent.json(at: 0)
        #expect(
            json.hasSuffix(
                #""provision":{"provision":[{"type":"deny","provision":[{"type":"permit","actor":[{"role":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ParticipationType","code":"IRCP"}]},"reference":{"reference":"Organization/x"}}],"purpose":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActReason","code":"HRESCH"}]}]}]}}"#
            ), "\(json)")
        #expect(json.contains(#""id":"avow-consent-p""#) && json.contains(#""dateTime":"1970-01-01T00:00:00"#))
    }

    @Test func `a refusal that only meets a permit stands, and the one who permits is told`() throws {
        var consent = ManagedConsent(of: "Patient/p")
        let practitioner = try Said.refuse(to: "Practitioner/7")
        try consent.apply(practitioner)
        #expect(try consent.apply(try Said.permit("TREAT")) == [practitioner])
        #expect(try consent.apply(try Said.permit("TREAT", to: "Practitioner/7")).isEmpty)
        #expect(try consent.apply(try Said.refuse("HRESCH")).isEmpty)
        let reading = try ConsentReading(try Given.value(try consent.json(at: 0)))
        func word(_ actor: String, _ purpose: String) throws -> String {
            let judgement = RecordJudgement(of: try Given.observation(), under: [reading])
            return try judgement.word(try request(actor, for: purpose))
        }
        #expect(try word("Practitioner/7", "TREAT") == "permit")
        #expect(try word("Practitioner/7", "HPAYMT") == "deny")
        #expect(try word("Practitioner/8", "TREAT") == "permit")
        #expect(try word("Practitioner/8", "HRESCH") == "deny")
        #expect(try word("Practitioner/8", "HPAYMT") == "no-consent")
    }

    @Test func `in a ring the refusals stand`() throws {
        // Each permit lies within one refusal and meets the other.
        var glucose = try Said.permit(to: "Practitioner/1")
        glucose.codes = [Token(system: "http://loinc.org", code: "2339-0")]
        let statements = [
            try Said.refuse("TREAT"), try Said.refuse(to: "Practitioner/1"),
            try Said.permit("TREAT", types: [.observation]), glucose,
        ]
        var consent = ManagedConsent(of: "Patient/p")
        for statement in statements { try consent.apply(statement) }
        let reading = try ConsentReading(try Given.value(try consent.json(at: 0)))
        let judgement = RecordJudgement(of: try Given.observation(), under: [reading])
        #expect(try judgement.word(try request("Practitioner/1", for: "TREAT")) == "deny")
        // Nor are they settled where only one of the permits applies.
        #expect(try judgement.word(try request("Practitioner/1", for: "HRESCH")) == "deny")
        #expect(try judgement.word(try request("Practitioner/2", for: "TREAT")) == "deny")
    }

    @Test func `what no Consent can say is refused`() throws {
        var consent = ManagedConsent(of: "Patient/p")
        func kind(_ change: (inout ConsentStatement) throws -> Void) throws -> ConsentError.Kind? {
            var statement = ConsentStatement(.permit, of: "Patient/p")
            try change(&statement)
            do throws(ConsentError) {
                try consent.apply(statement)
                return nil
            } catch {
                return error.kind
            }
        }
        #expect(try kind { $0.recipients = [.role(try PartyName("a  b"))] } == .invalidName)
        #expect(try kind { $0.recipients = [.role(try PartyName("|b"))] } == .invalidName)
        #expect(
            try kind {
                $0.recipients = [.role(try PartyName("http://terminology.hl7.org/CodeSystem/v3-ParticipationType|AUT"))]
            } == .invalidName)
        #expect(try kind { $0.codes = [Token(system: "", code: "b")] } == .invalidName)
        #expect(try kind { ($0.from, $0.until) = ("2027", "2026") } == .invalidWindow)
        #expect(try kind { $0.codes = (0..<1_025).map { Token(system: "x:y", code: "\($0)") } } == .tooManyExceptions)
        #expect(try consent.statements().isEmpty)
        #expect(throws: ConsentError.self) { try consent.apply(ConsentStatement(.deny, of: "Patient/q")) }
    }

    @Test func `ids are the patient's as far as they fit, and differ`() {
        #expect(ManagedConsent.id(of: "Patient/1") == "avow-consent-1")
        let long = ["a", "b"].map { ManagedConsent.id(of: "Patient/" + String(repeating: "x", count: 63) + $0) }
        #expect(long[0] != long[1] && long.allSatisfy { $0.utf8.count == 53 && $0.hasPrefix("avow-consent.") })
    }

    @Test func `a Consent of the patient's that Avow does not manage, or that says more, is not read as statements`()
        throws
    {
        var consent = ManagedConsent(of: "Patient/p")
        try consent.apply(try Said.permit("TREAT"))
        let json = try consent.json(at: 0)
        for changed in [
            json.replacing("managed", with: "other"), json.replacing(#""active""#, with: #""inactive""#),
            json.replacing(#""type":"permit","#, with: ""),
            json.replacing(#""type":"permit","#, with: #""type":"permit","dataPeriod":{"start":"2020"},"#),
            json.replacing("TREAT", with: "TREET"),
        ] {
            #expect(changed != json)
            #expect(throws: ConsentError.self, "\(changed)") { try ManagedConsent(try Given.value(changed)) }
        }
    }
}

/// Statements of Patient/p in few words.
private enum Said {
    static func permit(
        _ purposes: String..., types: [ResourceType]? = nil, to party: String? = nil
    ) throws -> ConsentStatement { try statement(.permit, purposes, types, party) }

    static func refuse(
        _ purposes: String..., types: [ResourceType]? = nil, to party: String? = nil
    ) throws -> ConsentStatement { try statement(.deny, purposes, types, party) }

    private static func statement(
        _ effect: ConsentEffect, _ purposes: [String], _ types: [ResourceType]?, _ party: String?
    ) throws -> ConsentStatement {
        var statement = ConsentStatement(effect, of: "Patient/p")
        if !purposes.isEmpty { statement.purposes = try purposes.map { try Purpose(code: $0) } }
        statement.types = types
        statement.recipients = try party.map { [try Recipient(statedReference: $0)] }
        return statement
    }
}

extension String {
    /// How many times `part` stands within itself, at most.
    fileprivate func components(nested part: String) -> Int {
        var (depth, deepest) = (0, 0)
        var open: [Bool] = []
        var rest = self[...]
        while let first = rest.first {
            if rest.hasPrefix(part + ":[") {
                open.append(true)
                depth += 1
                deepest = max(deepest, depth)
                rest = rest.dropFirst(part.count + 2)
                continue
            }
            if first == "[" { open.append(false) }
            if first == "]", open.popLast() == true { depth -= 1 }
            rest = rest.dropFirst()
        }
        return deepest
    }
}

extension SeededGenerator {
    fileprivate mutating func some<Item>(_ items: [Item], _ isFew: Bool = false) -> [Item]? {
        guard Int.random(in: 0..<(isFew ? 4 : 2), using: &self) == 0 else { return nil }
        return Array(items.shuffled(using: &self).prefix(Int.random(in: 1...2, using: &self)))
    }

    fileprivate mutating func statement() throws -> ConsentStatement {
        var statement = ConsentStatement(Bool.random(using: &self) ? .permit : .deny, of: "Patient/p")
        statement.purposes = try some(StatementModel.purposes)?.map { try Purpose(code: $0) }
        statement.types = some(Array(StatementModel.types.prefix(2)))
        statement.recipients = some([
            try Recipient(statedReference: "Practitioner/1"), try Recipient(statedReference: "Organization/x"),
            try Recipient(statedReference: "Group/g"), .role(try PartyName("nurse")),
            .role(try PartyName("http://roles|doctor")),
        ])
        statement.labels = try some(StatementModel.levels + ["HIV", "ETH", "_ActInformationSensitivityPolicy"], true)?
            .map { try ConsentLabel(code: $0) }
        statement.codes = some(["a", "b"].map { Token(system: "http://loinc.org", code: $0) }, true)
        if Int.random(in: 0..<4, using: &self) == 0 {
            let days = (0..<2).map { _ in pick(StatementModel.days) }.sorted()
            if Bool.random(using: &self) { statement.from = days[0] }
            if Bool.random(using: &self) { statement.until = days[1] }
        }
        return statement
    }

    fileprivate mutating func point() throws -> StatementModel.Point {
        StatementModel.Point(
            purpose: try Purpose(code: pick(StatementModel.purposes)),
            actor: try Actor(
                pick(["Practitioner/1", "Practitioner/2", "Organization/x"]),
                roles: some(["nurse", "http://roles|doctor"]) ?? [], organization: pick(["Organization/x", nil]),
                groups: some(["Group/g", "Group/h"]) ?? []),
            time: pick(StatementModel.times), type: pick(StatementModel.types), code: pick(StatementModel.codes),
            level: Int.random(in: 0..<6, using: &self), tag: pick(StatementModel.tags))
    }
}

extension StatementModel.Point {
    /// A record of Patient/p that is as the point says.
    fileprivate var record: String {
        let labels = [StatementModel.levels[level], tag].compactMap(\.self).map(Given.label).joined(separator: ",")
        let coding = code.map { #""code":{"coding":[{"system":"http://loinc.org","code":"\#($0)"}]},"# } ?? ""
        let element =
            type == .encounter ? coding.replacing("code\":{", with: "type\":[{").replacing("]},", with: "]}],") : coding
        return #"""
            {"resourceType":"\#(type.name)","id":"o","meta":{"security":[\#(labels)]},\#(element)
            "subject":{"reference":"Patient/p"}}
            """#
    }
}

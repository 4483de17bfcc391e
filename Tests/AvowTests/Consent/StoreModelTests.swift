import AvowConsent
import AvowFHIR
import AvowProof
import AvowQuery
import AvowVerify
import Foundation
import TestSupport
import Testing

@testable import Avow
@testable import ConsentModel

/// Stores to which records, Consents, policies and time come at random, asked by anybody for anything after each step.
@Suite struct `Consent in a store` {
    /// How many times as many seeds as usual: AVOW_THOROUGH.
    private static let seeds: Range<UInt64> = {
        let times = ProcessInfo.processInfo.environment["AVOW_THOROUGH"].flatMap(UInt64.init) ?? 1
        return 900..<(900 + 24 * times)
    }()

    @Test(arguments: seeds)
    func `decides what a slow evaluator says, whatever came in which order`(seed: UInt64) throws {
        var run = try ModelRun(seed: seed)
        for _ in 0..<ModelRun.steps { try run.step() }
        try run.finish()
    }
}

/// A store and its model, which take the same steps.
private struct ModelRun {
    static let steps = 100

    private let seed: UInt64
    private var random: SeededGenerator
    private let fixture: StoreFixture
    private var model = StoreModel()
    /// What it was at commits that are kept.
    private var past: [UInt64: StoreModel] = [:]
    /// What the clock shows.
    private var day = 1
    /// What it showed at the newest commit, or before.
    private var latest = 1
    private var number = 0
    private var outcomes: [String: Int] = [:]
    /// What was done in the last steps.
    private var story: [String] = []

    init(seed: UInt64) throws {
        self.seed = seed
        random = SeededGenerator(seed: seed)
        fixture = try Instant.$fixed.withValue(Self.instant(1)) { try StoreFixture() }
        try fixture.store.setRetention(seed % 3 == 0 ? .everything : Retention(commits: 20))
    }

    private static func instant(_ day: Int) throws -> Int64 {
        try unwrapped(FHIRDateTime("\(SlowTime.day(day))T10:00:00Z")).lowerBound
    }

    private var place: Comment { "seed \(seed), step \(number): \(story.suffix(12).joined(separator: "; "))" }

    // MARK: Steps

    mutating func step() throws {
        number += 1
        switch Int.random(in: 0..<20, using: &random) {
        case 0...9: try take()
        case 10...13: try delete()
        case 14: try setPolicy()
        case 15: try advance()
        case 16: try fixture.reopen()
        case 17: day = max(1, day - 1)
        default: day = min(28, day + Int.random(in: 1...4, using: &random))
        }
        past[try fixture.store.snapshot().commit.sequence] = model
        for _ in 0..<2 { try ask() }
        try askPast()
    }

    private mutating func take() throws {
        var lines: [String] = []
        var expected = (put: 0, same: 0, refused: 0)
        for _ in 0..<Int.random(in: 1...random.pick([1, 3, 12]), using: &random) {
            let (identity, version) = self.version()
            lines.append(version.json)
            switch model.put(version, identity) {
            case true: expected.put += 1
            case false: expected.same += 1
            case nil: expected.refused += 1
            }
            story.append("put \(identity) of \(version.facts.patient ?? "nobody")")
        }
        let path = try fixture.write(lines.joined(separator: "\n"), "lines.ndjson")
        let part = random.pick([1, 2_000, 1_000_000])
        let limits = Importer.Limits(
            groupBytes: (least: random.pick([1, 3_000, 1_000_000]), most: 1_000_000),
            partBytes: (first: part, later: part))
        let summary = try atNow {
            var importer = Importer(fixture.store, .none, limits: limits) { _ in }
            return try importer.run([path]) { _ in }
        }
        #expect(summary.created + summary.updated == expected.put, place)
        #expect(summary.unchanged == expected.same, place)
        #expect(summary.rejected == expected.refused, place)
        outcomes["put", default: 0] += expected.put
        outcomes["refused Consents", default: 0] += expected.refused
        if summary.commits > 0 { latest = max(latest, day) }
    }

    private mutating func delete() throws {
        let named = (0..<Int.random(in: 1...3, using: &random)).map { _ in version().0 }
        story.append("delete \(named)")
        let isPermitted = model.delete(named)
        do throws(StoreError) {
            let outcomes = try atNow { () throws(StoreError) in try fixture.store.delete(named) }
            #expect(isPermitted, place)
            if outcomes.contains(where: { if case .deleted = $0 { true } else { false } }) { latest = max(latest, day) }
        } catch {
            guard case .patientHasRecords = error else { throw error }
            #expect(!isPermitted, place)
        }
    }

    private mutating func setPolicy() throws {
        model.policy = random.slowPolicy()
        // What a profile shows is tested elsewhere.
        model.policy.redaction = []
        story.append("policy \(model.policy.json)")
        let policy = try StorePolicy(json: Array(model.policy.json.utf8))
        let commits = try fixture.store.snapshot().commit.sequence
        try atNow { try fixture.store.setPolicy(policy) }
        if try fixture.store.snapshot().commit.sequence != commits { latest = max(latest, day) }
    }

    private mutating func advance() throws {
        story.append("advance to \(day)")
        let commits = try fixture.store.snapshot().commit.sequence
        try atNow { try fixture.store.advance() }
        if try fixture.store.snapshot().commit.sequence != commits { latest = max(latest, day) }
    }

    @discardableResult
    private func atNow<Value, Failure: Error>(_ body: () throws(Failure) -> Value) throws(Failure) -> Value {
        let time = (try? Self.instant(day)) ?? 0
        let result: Result<Value, Failure> = Instant.$fixed.withValue(time) {
            do throws(Failure) { return .success(try body()) } catch { return .failure(error) }
        }
        return try result.get()
    }

    // MARK: What comes

    private mutating func version() -> (ResourceIdentity, StoreModel.Version) {
        switch Int.random(in: 0..<20, using: &random) {
        case 0...4: consent()
        case 5: encounter()
        case 6, 7: patient()
        default: record()
        }
    }

    private mutating func patientOfSomeone() -> String { "Patient/\(random.pick(["p", "p", "q", "r"]))" }

    private mutating func consent() -> (ResourceIdentity, StoreModel.Version) {
        var consent = random.slowConsent(Int.random(in: 0..<5, using: &random))
        consent.patient = patientOfSomeone()
        let json = consent.json.replacingOccurrences(of: "\n", with: "")
        // A Consent refers to all that it names, and so may be what another, or itself, speaks of.
        let facts = SlowRecord(
            type: "Consent", id: consent.id, patient: consent.patient,
            refersTo: json.matches(of: /"reference":"([^"]*)"/).map { String($0.1) })
        return (
            ResourceIdentity(.consent, id: consent.id),
            StoreModel.Version(json: json, facts: facts, consent: consent)
        )
    }

    private mutating func record() -> (ResourceIdentity, StoreModel.Version) {
        var record = random.slowRecord()
        record.id = "o\(Int.random(in: 1...5, using: &random))"
        record.patient = random.chance(5) ? nil : patientOfSomeone()
        let type: ResourceType = record.type == "Observation" ? .observation : .condition
        return (ResourceIdentity(type, id: record.id), StoreModel.Version(json: record.json, facts: record))
    }

    /// A record that consents name, which belongs to anybody and refers to others.
    private mutating func encounter() -> (ResourceIdentity, StoreModel.Version) {
        let other = "Observation/o\(Int.random(in: 1...3, using: &random))"
        let facts = SlowRecord(
            type: "Encounter", id: random.pick(["e1", "e2"]), patient: patientOfSomeone(), refersTo: [other])
        let json = """
            {"resourceType":"Encounter","id":"\(facts.id)","subject":{"reference":"\(facts.patient ?? "")"},\
            "diagnosis":[{"condition":{"reference":"\(other)"}}]}
            """
        return (ResourceIdentity(.encounter, id: facts.id), StoreModel.Version(json: json, facts: facts))
    }

    private mutating func patient() -> (ResourceIdentity, StoreModel.Version) {
        let reference = patientOfSomeone()
        let id = String(reference.dropFirst("Patient/".count))
        let json = Made.patient(id, born: 1970 + Int.random(in: 0...2, using: &random))
        let facts = SlowRecord(type: "Patient", id: id, patient: reference)
        return (ResourceIdentity(.patient, id: id), StoreModel.Version(json: json, facts: facts))
    }

    // MARK: What is asked

    private mutating func ask() throws {
        var request = random.slowRequest()
        // The time of a request is never before that of the commit.
        request.day = max(day, latest)
        let reason = random.chance(20) ? "unconscious" : nil
        let actor = try request.actor()
        let purpose = try Purpose(code: request.purpose)
        for _ in 0..<2 {
            let question = try ModelQuestion.random(&random, model, request, reason)
            let isProven = random.chance(50)
            let rows = try atNow {
                guard isProven else {
                    return try fixture.store.query(question.text, as: actor, for: purpose, breakGlassReason: reason)
                        .rows
                }
                let answered = try fixture.store.answer(
                    question.text, as: actor, for: purpose, breakGlassReason: reason)
                let verified = try fixture.verifier.verify(answered.answer.bytes)
                #expect(verified.result == answered.result, place)
                return verified.result.rows
            }
            let found = rows.map { $0.map(\.text) }
            #expect(Self.sorted(found) == Self.sorted(question.rows), "\(question.text) as \(request), \(place)")
            outcomes[found.isEmpty ? "empty answers" : "answers", default: 0] += 1
        }
    }

    /// An older version shows what it showed when it was the newest, and nothing that the request may not read now by
    /// the histories of resources; or else it is refused.
    private mutating func askPast() throws {
        // How many versions are kept is not the seed's alone, since nodes end where the store's secrets say: what comes
        // next must not follow from it.
        var random = SeededGenerator(seed: seed << 32 | UInt64(number))
        let kept = try fixture.store.keptVersions().map(\.commit.sequence)
        guard let sequence = kept.filter({ past[$0] != nil }).randomElement(using: &random),
            let then = past[sequence]
        else { return }
        var request = random.slowRequest()
        request.day = max(day, latest)
        let reason = random.chance(20) ? "unconscious" : nil
        let actor = try request.actor()
        let purpose = try Purpose(code: request.purpose)
        let question = try ModelQuestion.random(&random, then, request, reason)
        let withdrawn = try [ResourceType.observation, .condition, .encounter, .patient, .consent].flatMap { type in
            try then.visible(type, request, reason).filter { version in
                let now = model.resources[ResourceIdentity(type, id: version.facts.id)] ?? StoreModel.Resource()
                return try !model.permits(request, reason, now)
            }
        }
        func ask(_ text: String) throws(StoreError) -> (QueryResult, [UInt8]) {
            try atNow { () throws(StoreError) in
                let answered = try fixture.store.answer(text, as: actor, for: purpose, breakGlassReason: reason)
                return (answered.result, answered.answer.bytes)
            }
        }
        let text = question.text + " AS OF COMMIT \(sequence)"
        do throws(StoreError) {
            let (result, file) = try ask(text)
            #expect(withdrawn.isEmpty, "\(text) as \(request), \(place)")
            let found = result.rows.map { $0.map(\.text) }
            #expect(Self.sorted(found) == Self.sorted(question.rows), "\(text) as \(request), \(place)")
            let verified = try? fixture.verifier.verify(file)
            #expect(verified?.result == result, "\(text), \(place)")
            #expect(verified?.commit.sequence == sequence)
            outcomes["answers about the past", default: 0] += 1
        } catch {
            guard case .asOf(.withdrawn(sequence, let oldest)) = error else { throw error }
            outcomes[withdrawn.isEmpty ? "withdrawn, not needed" : "withdrawn", default: 0] += 1
            #expect(oldest > sequence)
            let newest = try fixture.store.snapshot().commit.sequence
            for permitted in Set([oldest, UInt64.random(in: oldest...newest, using: &random)]) {
                _ = try ask("SELECT id FROM Observation AS OF COMMIT \(permitted)")
            }
        }
    }

    private static func sorted(_ rows: [[String]]) -> [[String]] {
        rows.sorted { $0.lexicographicallyPrecedes($1) }
    }

    mutating func finish() throws {
        #expect(try fixture.checked() == [], place)
        print(
            "seed \(seed): \(outcomes.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", "))"
        )
    }
}

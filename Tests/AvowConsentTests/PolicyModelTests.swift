import AvowFHIR
import Foundation
import TestSupport
import Testing

@testable import AvowConsent
@testable import ConsentModel

@Suite struct `Policies at random` {
    @Test(arguments: [UInt64](801...804)) func `give records the audiences that the slow evaluator says`(
        seed: UInt64
    ) throws {
        var random = SeededGenerator(seed: seed)
        var (admitted, broken, redacted, refused, tooLarge, distinct) = (0, 0, 0, 0, 0, 0)
        for run in 0..<50 {
            let slow = random.slowPolicy()
            let policy = try StorePolicy(json: Array(slow.json.utf8))
            #expect(try StorePolicy(json: policy.json) == policy && StorePolicy(json: policy.json).json == policy.json)
            let consents = (0..<Int.random(in: 0...3, using: &random)).map { random.slowConsent($0) }
            var context = ConsentContext()
            context.add(
                try Given.value(
                    #"{"resourceType":"Encounter","id":"e1","diagnosis":[{"condition":{"reference":"\#(SlowEvaluator.encounterRefersTo)"}}]}"#
                ), type: .encounter)
            guard let readings = try? consents.map({ try ConsentReading(Given.value($0.json)) }) else {
                refused += 1
                continue
            }
            let start = Int.random(in: 1...10, using: &random)
            let time = try Given.time("\(SlowTime.day(start))T09:00:00Z")
            let shared = policy.audiences(under: readings, in: context, at: time)
            var seen: Set<Audience> = []
            for number in 0..<10 {
                let record = random.slowRecord()
                let facts = policy.facts(
                    of: try Given.value(record.json), type: record.type == "Condition" ? .condition : .observation)
                let audience = shared.audience(of: facts)
                if number < 2 {
                    #expect(
                        policy.audience(of: facts, under: readings, in: context, at: time) == audience,
                        "seed \(seed), run \(run)")
                }
                #expect(try Audience(encoded: audience.encoded) == audience)
                #expect(audience.firstEnd.map { $0 > time } ?? true)
                if !readings.contains(where: \.decides) { #expect(audience == policy.defaultAudience) }
                seen.insert(audience)
                for _ in 0..<8 {
                    var request = random.slowRequest()
                    request.day = Int.random(in: start...28, using: &random)
                    let reason = random.chance(30) ? "unconscious" : nil
                    let asked = try AccessRequest(
                        actor: try Actor(
                            request.actor, roles: request.roles, organization: request.organization,
                            groups: request.groups), purpose: try Purpose(code: request.purpose),
                        time: try Given.time("\(SlowTime.day(request.day))T10:00:00Z"), breakGlassReason: reason)
                    let grants = audience.admits(asked)
                    let expected = try slow.profile(consents, record, request, reason)
                    if grants.isEmpty, expected != nil, audience.grants.allSatisfy(\.needsBrokenGlass) {
                        // Whether the audience would have been too large is for its compiler to say.
                        let judgement = RecordJudgement(
                            of: facts, under: readings, combination: policy.combination, in: context)
                        if (try? judgement.audience()) == nil {
                            tooLarge += 1
                            continue
                        }
                    }
                    #expect(
                        grants.isEmpty == (expected == nil),
                        "seed \(seed), run \(run): \(slow.json) \(request) \(record) \(consents.map(\.json)) \(audience)"
                    )
                    #expect(Set(grants.map(\.profile)).count <= 1, "seed \(seed), run \(run): \(grants)")
                    if let expected, let grant = grants.first {
                        #expect(grant.profile == policy.redaction.profile(for: asked.purpose))
                        #expect(name(of: grant.profile, policy) == expected, "seed \(seed), run \(run): \(slow.json)")
                        redacted += expected == "none" ? 0 : 1
                    }
                    admitted += grants.isEmpty ? 0 : 1
                    broken += !grants.isEmpty && grants.allSatisfy(\.needsBrokenGlass) ? 1 : 0
                }
            }
            distinct += seen.count
        }
        print(
            "seed \(seed): \(admitted) admitted, \(broken) by broken glass, \(redacted) redacted, \(refused) refused, "
                + "\(tooLarge) too large, \(distinct) audiences")
        #expect(admitted > 300 && broken > 3 && redacted > 50 && tooLarge < 40)
    }

    private func name(of profile: RedactionProfile, _ policy: StorePolicy) -> String {
        if profile == .none { return "none" }
        guard let rules = policy.redaction.rules(of: profile) else { return "unknown" }
        if rules == .deidentified { return "deidentified" }
        return policy.redaction.profiles.first { $0.value == rules }?.key ?? "unknown"
    }
}

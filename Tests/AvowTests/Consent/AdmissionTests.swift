import AvowConsent
import AvowFHIR
import AvowProof
import TestSupport
import Testing

@testable import Avow
@testable import AvowQuery

@Suite struct `Admissions that are remembered` {
    private static func window(_ generator: inout SeededGenerator) throws -> ValidityWindow {
        let from = Int64(generator.below(20))
        let until = from + 1 + Int64(generator.below(10))
        return try ValidityWindow(
            from: generator.below(3) == 0 ? nil : from, until: generator.below(3) == 0 ? nil : until)
    }

    /// As the store finds them for an actor and a purpose: each grant is meant for one of them, or for others.
    private static func audiences(_ generator: inout SeededGenerator) throws -> [StoredAudience] {
        let recipients: [Recipient] = [.anyone, .reference(try Actor("Practitioner/1").reference)]
        let purposes: [Purpose] = [.treatment, try Purpose(code: "HMARKT")]
        return try (0..<(1 + generator.below(4))).map { _ in
            let audience = Audience(
                try (0..<(1 + generator.below(3))).map { _ in
                    Grant(
                        purpose: generator.pick(purposes), recipient: generator.pick(recipients),
                        profile: generator.pick([RedactionProfile.none, RedactionProfile(id: 1)]),
                        window: try window(&generator), needsBrokenGlass: generator.below(4) == 0)
                })
            return StoredAudience(id: audience.id, audience: audience)
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `what holds for another request is what the audiences say to it`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let actors = [try Actor("Practitioner/1"), try Actor("Practitioner/2")]
        let purposes: [Purpose] = [.treatment, try Purpose(code: "HMARKT")]
        let roots = [Digest(.recipient, [1]), Digest(.recipient, [2])]
        func request() throws -> AccessRequest {
            try AccessRequest(
                actor: generator.pick(actors), purpose: generator.pick(purposes), time: Int64(generator.below(35)),
                breakGlassReason: generator.pick([nil, "an accident", "a fire"]))
        }
        var held = 0
        for _ in 0..<3_000 {
            let meant = try Self.audiences(&generator)
            let first = try request()
            let admission = Admission(first, roots[0], meant)
            #expect(admission.audiences == meant.admitting(first), "seed \(seed)")
            for _ in 0..<8 {
                let other = try request()
                #expect(!admission.holds(for: other, under: roots[1]), "seed \(seed)")
                guard admission.holds(for: other, under: roots[0]) else { continue }
                held += 1
                #expect(admission.audiences == meant.admitting(other), "seed \(seed)")
            }
            #expect(admission.holds(for: first, under: roots[0]), "seed \(seed)")
        }
        #expect(held > 300, "seed \(seed)")
    }

    @Test func `the ledger's text of a read is that of the query that reads`() throws {
        for id in ["1", "a-b.c", "0ab3"] {
            #expect(try Query.text(reading: .observation, id: id) == Query.read(.observation, id: id).text)
        }
        #expect(throws: QueryError.self) { try Query.text(reading: .observation, id: "x'") }
    }
}

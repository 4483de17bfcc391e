import AvowConsent
import AvowFHIR
import AvowQuery
import AvowVerify
import Foundation
import Synchronization
import Testing

@testable import Avow
@testable import ConsentModel

/// Something that is over once and for all.
private final class Flag: Sendable {
    private let value = Atomic(false)

    var isSet: Bool { value.load(ordering: .relaxed) }

    func set() { value.store(true, ordering: .relaxed) }
}

@Suite struct `A Consent that changes while others read` {
    private static let count = 60

    /// One patient with records who changes their mind again and again, beside one who does not.
    @Test func `is seen as it was before, or as it is, and never in between`() async throws {
        let fixture = try StoreFixture()
        try fixture.importLines(
            (0..<Self.count).map { Made.observation("p-\($0)", of: "p", value: $0, code: 1 + $0 % 2) }
                + (0..<5).map { Made.observation("q-\($0)", of: "q", value: $0) })
        let store = try unwrapped(fixture.store)
        let paths = [
            try fixture.write(MadeConsent.nothing("p", "c"), "nothing.ndjson"),
            try fixture.write(MadeConsent.treatmentOnly("p", "c"), "treatment.ndjson"),
            try fixture.write(MadeConsent.nothing("p", "c", status: "inactive"), "inactive.ndjson"),
        ]
        let isOver = Flag()
        let verifier = fixture.verifier
        let clinician = try StoreFixture.clinician
        let seen = try await withThrowingTaskGroup(of: [Int: Int].self) { group in
            for reader in 0..<3 {
                group.addTask {
                    var seen: [Int: Int] = [:]
                    while !isOver.isSet {
                        let found = try Self.read(store, reader, clinician, verifier)
                        seen[found, default: 0] += 1
                        await Task.yield()
                    }
                    return seen
                }
            }
            for turn in 0..<30 {
                try store.importUnvalidated(at: [paths[turn % 3]], reject: { Issue.record("\($0)") })
                await Task.yield()
            }
            isOver.set()
            return try await group.reduce(into: [:]) { all, one in all.merge(one) { $0 + $1 } }
        }
        print("answers with and without the patient: \(seen)")
        #expect(Set(seen.keys).isSubset(of: [5, 5 + Self.count]))
        #expect(try fixture.copyChecked() == [])
    }

    /// How many records there are, in different words.
    private static func read(
        _ store: Store, _ reader: Int, _ actor: Actor, _ verifier: AnswerVerifier
    ) throws -> Int {
        switch reader {
        case 0: return try store.query("SELECT id FROM Observation", as: actor, for: .treatment).rows.count
        case 1:
            let answered = try store.answer("SELECT COUNT(*) FROM Observation", as: actor, for: .treatment)
            return Int(try verifier.verify(answered.answer.bytes).result.rows[0][0].text) ?? -1
        default:
            let rows = try store.query(
                "SELECT code, COUNT(*) FROM Observation GROUP BY code", as: actor, for: .treatment
            ).rows
            return rows.reduce(0) { $0 + (Int($1[1].text) ?? -1_000) }
        }
    }
}

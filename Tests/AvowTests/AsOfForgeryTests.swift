import AvowConsent
import AvowProof
import AvowQuery
import AvowVerify
import Testing

@testable import Avow

/// Forgeries of answers about older states. A verifier must refuse each, for its reason.
@Suite struct `A forged answer about an older state is refused` {
    private static let start: Int64 = 1_767_225_600_000
    /// Commits 0 to 5, an hour apart; each from the second on changed the one Observation.
    private let fixture: StoreFixture

    init() throws {
        fixture = try Instant.$fixed.withValue(Self.start) { try StoreFixture() }
        try fixture.store.setRetention(.everything)
        for hour in 1..<6 {
            try Instant.$fixed.withValue(Self.start + Int64(hour) * 3_600_000) {
                _ = try fixture.importLines([
                    Made.patient("p"), Made.observation("a", of: "p", value: hour),
                ])
            }
        }
    }

    private static let question = "SELECT id, valueInteger FROM Observation"

    private func answer(_ clause: String) throws -> Answer {
        try Instant.$fixed.withValue(Self.start + 6 * 3_600_000) {
            try fixture.store.answer(
                "\(Self.question) \(clause)", as: StoreFixture.clinician, for: .treatment
            ).answer
        }
    }

    private func reason(_ answer: Answer) -> String { RefusalReason.of(answer.bytes, fixture.store.verifierKey) }

    /// An answer of one commit, said to be one to the question about another state.
    private func moved(_ answer: Answer, to clause: String, showing later: [ShownCommit]? = nil) -> String {
        var forged = answer
        forged.query = "\(Self.question) \(clause)"
        if let later { forged.laterCommits = later }
        return reason(forged)
    }

    @Test func `when it is of another commit than the query names`() throws {
        let sound = try answer("AS OF COMMIT 2")
        #expect(reason(sound) == "accepted")
        #expect(sound.laterCommits.count == 1)
        #expect(moved(sound, to: "AS OF COMMIT 3") == "otherCommit")
        #expect(moved(sound, to: "AS OF COMMIT 1") == "otherCommit")
        #expect(moved(sound, to: "") == "commitSuperseded")
        let newest = try answer("AS OF COMMIT 5")
        #expect(reason(newest) == "accepted" && newest.laterCommits.isEmpty)
        #expect(moved(newest, to: "AS OF COMMIT 2") == "otherCommit")
        #expect(moved(newest, to: "") == "accepted", "it is the same")
        // The record of another commit in front of the same proofs.
        var exchanged = sound
        exchanged.commit = try answer("AS OF COMMIT 3").commit
        #expect(reason(exchanged) == "log.notIncluded.rootMismatch")
    }

    @Test func `when the date is another one's`() throws {
        let third = "AS OF 2026-01-01T02:30:00Z"
        let sound = try answer(third)
        #expect(reason(sound) == "accepted")
        #expect(sound.laterCommits.count == 2)
        #expect(try fixture.verifier.verify(sound.bytes).commit.sequence == 2)
        // An older and a later commit than the newest at that time.
        let older = try answer("AS OF 2026-01-01T01:30:00Z")
        #expect(moved(older, to: third) == "commitBeforeAnother")
        let later = try answer("AS OF 2026-01-01T03:30:00Z")
        #expect(moved(later, to: third) == "commitAfterDate")
        // Before the next commit, and of the very time of it.
        #expect(moved(sound, to: "AS OF 2026-01-01T02:59:59Z") == "accepted")
        #expect(moved(sound, to: "AS OF 2026-01-01T03:00:00Z") == "commitBeforeAnother")
        #expect(moved(sound, to: "AS OF 2026-01-01") == "commitBeforeAnother", "a day is not over before its end")
        let last = try answer("AS OF 2026-01-01")
        #expect(reason(last) == "accepted" && last.laterCommits.isEmpty)
        #expect(try fixture.verifier.verify(last.bytes).commit.sequence == 5)
        let beforeLast = try answer("AS OF 2026-01-01T04:30:00Z")
        #expect(reason(beforeLast) == "accepted")
        #expect(beforeLast.laterCommits.count == 1, "one is the next and the newest")
    }

    @Test func `when a later commit is missing, is another one, or is shown in vain`() throws {
        let sound = try answer("AS OF 2026-01-01T02:30:00Z")
        let (next, newest) = (sound.laterCommits[0], sound.laterCommits[1])
        let clause = "AS OF 2026-01-01T02:30:00Z"
        #expect(moved(sound, to: clause, showing: []) == "missingCommit")
        #expect(moved(sound, to: clause, showing: [next]) == "missingCommit", "the newest")
        #expect(moved(sound, to: clause, showing: [newest]) == "missingCommit", "the next")
        #expect(moved(sound, to: clause, showing: [newest, next]) == "missingCommit")
        #expect(moved(sound, to: clause, showing: [next, next]) == "missingCommit")
        let fourth = try answer("AS OF 2026-01-01T03:30:00Z").laterCommits[0]
        #expect(moved(sound, to: clause, showing: [fourth, newest]) == "missingCommit")
        #expect(moved(sound, to: clause, showing: [next, newest, newest]) == "format.malformed")
        let byNumber = try answer("AS OF COMMIT 2")
        #expect(moved(byNumber, to: "AS OF COMMIT 2", showing: [next, newest]) == "missingCommit")
        #expect(moved(byNumber, to: "AS OF COMMIT 2", showing: [newest, newest]) == "unreadCommit")
        var present = try answer("")
        #expect(reason(present) == "accepted")
        present.laterCommits = [newest]
        #expect(reason(present) == "unreadCommit")
        // A record that is in no log: the next commit, said to be later than it was.
        let record = try CommitRecord(decoding: next.commit)
        let made = try CommitRecord(
            sequence: record.sequence, time: record.time + 86_400_000, entryCount: record.entryCount,
            stateRoot: record.stateRoot, reason: record.reason)
        let older = try answer("AS OF 2026-01-01T01:30:00Z")
        var invented = next
        invented.commit = made.encoded
        #expect(moved(older, to: clause, showing: [invented, newest]) == "missingCommit")
        #expect(moved(sound, to: clause, showing: [invented, newest]) == "laterCommit")
        var cut = next
        cut.path.removeLast()
        #expect(moved(sound, to: clause, showing: [cut, newest]) == "laterCommit")
        var broken = next
        broken.commit.removeLast()
        #expect(moved(sound, to: clause, showing: [broken, newest]) == "commit")
    }

    @Test func `when the request is older than the newest commit`() throws {
        var forged = try answer("AS OF COMMIT 2")
        func asked(at time: Int64) throws -> String {
            forged.request = try AccessRequest(
                actor: forged.request.actor, purpose: forged.request.purpose, time: time, breakGlassReason: nil)
            return reason(forged)
        }
        #expect(try asked(at: Self.start + 5 * 3_600_000) == "accepted")
        #expect(try asked(at: Self.start + 5 * 3_600_000 - 1) == "requestBeforeCommit")
    }

    @Test func `when any byte of what it shows of later commits is changed`() throws {
        let sound = try answer("AS OF 2026-01-01T02:30:00Z")
        for (index, shown) in sound.laterCommits.enumerated() {
            for offset in shown.commit.indices {
                var forged = sound
                forged.laterCommits[index].commit[offset] ^= 1
                #expect(reason(forged) != "accepted", "commit \(index), byte \(offset)")
            }
            for level in shown.path.indices {
                var forged = sound
                forged.laterCommits[index].path[level] = Digest(.logLeaf, [1])
                #expect(reason(forged) == "laterCommit")
            }
        }
        #expect(try Answer.decode(sound.bytes).answer == sound)
    }
}

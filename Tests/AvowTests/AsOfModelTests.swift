import AvowConsent
import AvowFHIR
import AvowProof
import AvowQuery
import AvowVerify
import Foundation
import TestSupport
import Testing

@testable import Avow

/// A store that remembers, and what it answered when each of its commits was the newest.
@Suite struct `Older states of a store` {
    private static let questions = [
        "SELECT id, valueInteger FROM Observation ORDER BY id", "SELECT COUNT(*) FROM Resource",
        "SELECT code, COUNT(*) FROM Observation GROUP BY code",
        "SELECT id FROM Patient WHERE EXISTS (Observation WHERE code = loinc|2-1) ORDER BY id",
        "COHORT some AS SELECT patient FROM Observation WHERE date >= 2020-01-03; "
            + "SELECT id FROM Observation WHERE patient IN COHORT some ORDER BY id",
        "HISTORY OF Observation/o1", "HISTORY OF Observation/o2 VERSION 2",
        "EXPLAIN CONSENT SELECT id FROM Observation",
    ]

    private static func lines(_ random: inout SeededGenerator) -> [String] {
        (0..<(1 + random.below(6))).map { _ in
            switch random.below(6) {
            case 0: Made.patient("p\(random.below(3))", born: 1970 + random.below(5))
            case 1: Made.organization("g\(random.below(2))", name: random.below(9))
            default:
                Made.observation(
                    "o\(random.below(6))", of: "p\(random.below(3))", value: random.below(9), code: 1 + random.below(2))
            }
        }
    }

    private static func ask(_ fixture: StoreFixture, _ text: String) throws -> QueryResult {
        let answered = try fixture.store.answer(text, as: StoreFixture.clinician, for: .treatment)
        let verified = try fixture.verifier.verify(answered.answer.bytes)
        #expect(verified.result == answered.result, "\(text)")
        return answered.result
    }

    @Test(arguments: 0..<3 as Range<UInt64>)
    func `are answered as they were when they were the newest`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed &+ 5_100)
        var now: Int64 = 1_767_225_600_000
        let fixture = try Instant.$fixed.withValue(now) { try StoreFixture() }
        try fixture.store.setRetention(.everything)
        var known: [UInt64: (time: UInt64, answers: [QueryResult])] = [:]
        for step in 0..<30 {
            // Now and then commits are made at the same time, or the clock is put back.
            now += Int64([0, 0, 40, 90_000, -30_000][random.below(5)])
            try Instant.$fixed.withValue(now) {
                switch random.below(6) {
                case 0: try fixture.store.delete(.observation, id: "o\(random.below(6))")
                case 1: try fixture.reopen()
                case 2 where step % 3 == 0:
                    try fixture.store.createIndex(
                        "mine", on: .observation, columns: [.parameter("code"), .parameter("status")])
                    try fixture.store.dropIndex("mine")
                default: try fixture.importLines(Self.lines(&random))
                }
            }
            let commit = try fixture.store.snapshot().commit
            known[commit.sequence] = (commit.time, try Self.questions.map { try Self.ask(fixture, $0) })
        }
        try fixture.reopen()
        let log = try fixture.store.keptVersions().map(\.commit)
        #expect(log.map(\.sequence) == Array(0...(try fixture.store.snapshot().commit.sequence)))
        for (sequence, state) in known.sorted(by: { $0.key < $1.key }) {
            let date = try #require(FHIRDateTime(instant: Int64(state.time))).text
            let newest = try #require(log.last { $0.time <= state.time }).sequence
            for (question, expected) in zip(Self.questions, state.answers) {
                let place = Comment(rawValue: "seed \(seed), \(question) as of commit \(sequence)")
                #expect(try Self.ask(fixture, question + " AS OF COMMIT \(sequence)") == expected, place)
                guard newest == sequence else { continue }
                #expect(try Self.ask(fixture, question + " AS OF \(date)") == expected, place)
                #expect(try Self.ask(fixture, question + " AS OF '\(date)'") == expected, place)
            }
        }
        #expect(try fixture.checked() == [], "seed \(seed)")
    }

    @Test func `take values for placeholders, and stream`() async throws {
        let fixture = try StoreFixture()
        try fixture.store.setRetention(.everything)
        try fixture.importLines([Made.patient("p"), Made.observation("a", of: "p", value: 1)])
        try fixture.importLines([Made.observation("b", of: "p", value: 2)])
        let query = try Query("SELECT id FROM Observation ORDER BY id AS OF COMMIT $commit")
        let bound = try query.binding(["commit": 1])
        #expect(bound.text == "SELECT id FROM Observation ORDER BY id AS OF COMMIT 1")
        var ids: [String] = []
        for try await row in try fixture.store.rows(of: bound, as: StoreFixture.clinician, for: .treatment) {
            ids.append(try row.value("id", as: String.self))
        }
        #expect(ids == ["a"])
        let dated = try Query("HISTORY OF Observation/b AS OF $when").binding(["when": "2020-01-01"])
        let answer = "AS OF 2020-01-01"
        #expect(dated.text.hasSuffix(answer))
        #expect(throws: StoreError.self) {
            try fixture.store.snapshot().query(prepared: dated, as: StoreFixture.clinician, for: .treatment)
        }
        #expect(throws: QueryError.self) { try query.binding(["commit": "one"]) }
        #expect(throws: QueryError.self) { try query.binding(["commit": -1]) }
        #expect(throws: StoreError.self) {
            try fixture.store.snapshot().query(prepared: query, as: StoreFixture.clinician, for: .treatment)
        }
        let explained = try fixture.store.snapshot().explain(
            "SELECT id FROM Observation AS OF COMMIT 1", as: StoreFixture.clinician, for: .treatment)
        #expect(explained.commit?.sequence == 1)
        #expect(explained.lines.first?.hasPrefix("as of commit 1, 20") == true)
        #expect(explained.json.hasPrefix("{\"commit\":1,\"commitTime\":"))
        let plan = try Self.ask(fixture, "EXPLAIN SELECT id FROM Observation AS OF COMMIT 1")
        #expect(plan.rows.first?.first?.text == explained.lines.first)
    }

    @Test func `are recorded with their commit in the audit ledger`() throws {
        let fixture = try StoreFixture(recording: .required)
        try fixture.store.setRetention(.everything)
        try fixture.importLines([Made.patient("p"), Made.observation("a", of: "p", value: 1)])
        let old = try fixture.store.snapshot().commit
        try fixture.importLines([Made.observation("b", of: "p", value: 2)])
        _ = try fixture.store.query(
            "SELECT id FROM Observation AS OF COMMIT 1", as: StoreFixture.clinician, for: .treatment)
        let events = try fixture.store.auditEvents()
        #expect(events.last?.event.commit == 1 && events.last?.event.root == old.stateRoot)
    }

    @Test func `that there are not are refused, each with what there is`() throws {
        let fixture = try Instant.$fixed.withValue(1_767_225_600_000) { try StoreFixture() }
        let clinician = try StoreFixture.clinician
        func error(_ clause: String) -> AsOfError? {
            do throws(StoreError) {
                _ = try fixture.store.query("SELECT id FROM Patient \(clause)", as: clinician, for: .treatment)
                return nil
            } catch {
                if case .asOf(let error) = error { return error }
                return nil
            }
        }
        try fixture.store.setRetention(Retention(commits: 4))
        for number in 0..<11 { try fixture.importLines([Made.patient("p", born: 1960 + number)]) }
        #expect(error("AS OF COMMIT 12") == .noSuchCommit(12, newest: 11))
        #expect(error("AS OF COMMIT 7") == .notKept(7, kept: 8...11))
        #expect(error("AS OF COMMIT 8") == nil)
        #expect(error("AS OF 2025") == .beforeFirstCommit(time: 1_767_225_600_000))
        #expect(error("AS OF 2026-01-01T00:00:00Z") == .notKept(0, kept: 8...11))
        // What has not come yet is no other state than now.
        #expect(error("AS OF 9999") == nil)
        #expect(AsOfError.notKept(7, kept: 8...8).description.contains("commit 8 alone"))
    }
}

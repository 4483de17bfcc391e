import AvowConsent
import AvowFHIR
import AvowProof
import AvowQuery
import AvowVerify
import Foundation
import Testing

@testable import Avow

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct `Versions that a store keeps` {
    private static let start: Int64 = 1_767_225_600_000
    private static let hour: Int64 = 3_600_000

    private static func kept(_ fixture: StoreFixture) throws -> [UInt64] {
        try fixture.store.keptVersions().map(\.commit.sequence)
    }

    private static func commit(_ fixture: StoreFixture, _ numbers: Range<Int>) throws {
        for number in numbers { try fixture.importLines([Made.patient("p", born: 1000 + number)]) }
    }

    private static func born(_ fixture: StoreFixture, _ sequence: UInt64) throws -> String? {
        try fixture.rows("SELECT birthDate FROM Patient AS OF COMMIT \(sequence)").first?.first
    }

    @Test func `are the newest of a number`() throws {
        let fixture = try StoreFixture()
        #expect(try fixture.store.retention() == .newest)
        try Self.commit(fixture, 1..<12)
        // A commit that changes much of a small tree removes at once what is not kept.
        #expect(try Self.kept(fixture) == [11])
        try fixture.store.setRetention(Retention(commits: 6))
        #expect(try fixture.store.retention() == Retention(commits: 6))
        #expect(try Self.kept(fixture) == [11], "what has gone does not come back")
        try Self.commit(fixture, 12..<30)
        #expect(try Self.kept(fixture) == Array(24...29))
        for sequence in try Self.kept(fixture) {
            #expect(try Self.born(fixture, sequence) == "\(1000 + sequence)-01-01")
        }
        try fixture.store.setRetention(Retention(commits: 2))
        #expect(try Self.kept(fixture) == [28, 29])
        try fixture.store.setRetention(.newest)
        #expect(try Self.kept(fixture) == [29])
        #expect(try fixture.store.keptVersions().map(\.byteCount) == [0])
        try fixture.store.setRetention(.everything)
        try Self.commit(fixture, 30..<50)
        #expect(try Self.kept(fixture) == Array(29...49))
        #expect(try fixture.store.keptVersions().reduce(0) { $0 + $1.byteCount } > 0)
        #expect(try fixture.checked() == [])
    }

    @Test func `are those that were the newest at any time in the last hours`() throws {
        let fixture = try Instant.$fixed.withValue(Self.start) { try StoreFixture() }
        try fixture.store.setRetention(Retention(age: .seconds(5 * 3_600)))
        for number in 1..<25 {
            try Instant.$fixed.withValue(Self.start + Int64(number) * Self.hour) {
                try Self.commit(fixture, number..<(number + 1))
            }
        }
        // With the last pruning, at hour 24, those of which the next is less than five hours old.
        #expect(try Self.kept(fixture) == Array(19...24))
        try Instant.$fixed.withValue(Self.start + 40 * Self.hour) {
            try fixture.store.setRetention(Retention(commits: 3, age: .seconds(17 * 3_600)))
            #expect(try Self.kept(fixture) == Array(22...24), "by number")
            try fixture.store.setRetention(Retention(commits: 1, age: .seconds(17 * 3_600)))
            #expect(try Self.kept(fixture) == [23, 24], "by age")
        }
        #expect(try fixture.checked() == [])
    }

    @Test func `stay for a snapshot that reads them, whatever is removed meanwhile`() throws {
        let fixture = try StoreFixture(patients: 2)
        try fixture.store.setRetention(.everything)
        let text = "SELECT id, status FROM Observation ORDER BY id AS OF COMMIT 1"
        let actor = try StoreFixture.clinician
        let expected = try fixture.store.query(text, as: actor, for: .treatment)
        #expect(expected.rows.count > 10)
        let snapshot = try fixture.store.snapshot()
        try fixture.store.setRetention(.newest)
        try Self.commit(fixture, 0..<20)
        try fixture.store.importResources(at: [try fixture.writeSamples(3, seed: 2).path])
        let answered = try snapshot.answer(text, as: actor, for: .treatment)
        #expect(answered.result == expected)
        #expect(try fixture.verifier.verify(answered.answer.bytes).result == expected)
        #expect(throws: StoreError.self) { try fixture.store.query(text, as: actor, for: .treatment) }
    }

    @Test func `hold in other processes, and after a crash`() async throws {
        let fixture = try StoreFixture()
        try fixture.store.setRetention(Retention(commits: 30))
        try Self.commit(fixture, 1..<4)
        let path = fixture.storePath
        let line = fixture.directory.appendingPathComponent("line.json").path
        // Another process writes while this one has the store open.
        await #expect(processExitsWith: .success) { [path = path as String, line = line as String] in
            let store = try Store.open(at: path, unlock: StoreFixture.unlock())
            for number in 4..<20 {
                try Data(Made.patient("p", born: 1000 + number).utf8).write(to: URL(fileURLWithPath: line))
                try store.importUnvalidated(at: [line])
            }
        }
        #expect(try Self.kept(fixture) == Array(0...19))
        for sequence in UInt64(1)...19 { #expect(try Self.born(fixture, sequence) == "\(1000 + sequence)-01-01") }
        fixture.close()
        for delay in [20, 60] {
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [path = path as String, line = line as String, delay = delay as Int] in
                let store = try Store.open(at: path, unlock: StoreFixture.unlock())
                Thread.detachNewThread {
                    usleep(useconds_t(delay * 1_000))
                    kill(getpid(), SIGKILL)
                }
                var number = 0
                while true {
                    number += 1
                    try Data(Made.patient("p", born: 2000 + number % 50).utf8).write(to: URL(fileURLWithPath: line))
                    try store.importUnvalidated(at: [line])
                    try store.setRetention(Retention(commits: UInt64(1 + number % 40)))
                }
            }
            try fixture.reopen()
            for sequence in try Self.kept(fixture).suffix(12) where sequence > 0 {
                #expect(try Self.born(fixture, sequence) != nil)
            }
            #expect(try fixture.checked() == [], "after \(delay) ms")
            fixture.close()
        }
    }

    @Test func `are named by a setting that is read as it was written`() throws {
        for retention in [
            .newest, .everything, Retention(commits: 100, age: .seconds(86_400)), Retention(age: .milliseconds(5)),
        ] as [Retention] {
            #expect(try Retention(retention.bytes) == retention)
            for end in retention.bytes.indices {
                #expect(throws: StoreError.self) { try Retention(Array(retention.bytes[..<end])) }
            }
        }
        #expect(Retention(commits: 0) == .newest)
        #expect(throws: StoreError.self) { try Retention([0x82, 0, 0xF6]) }
        #expect("\(Retention.newest)" == "the newest version" && "\(Retention.everything)" == "every version")
        #expect(
            "\(Retention(commits: 100, age: .seconds(30 * 86_400)))"
                == "the newest 100 versions, and all of the last 30 days")
        #expect("\(Retention(age: .seconds(3_600)))" == "the newest version, and all of the last 1 hour")
    }

    // MARK: What was withdrawn

    @Test func `may be asked as far as nothing has been withdrawn since`() throws {
        let fixture = try StoreFixture()
        try fixture.store.setRetention(.everything)
        let ask = "SELECT id FROM Observation ORDER BY id"
        let clinician = try StoreFixture.clinician
        func ids(_ sequence: UInt64, _ actor: String = "Practitioner/1") throws -> [String]? {
            let actor = try Actor(actor)
            do throws(StoreError) {
                let rows = try fixture.store.query(
                    "\(ask) AS OF COMMIT \(sequence)", as: actor, for: .treatment
                ).rows
                return rows.map { $0[0].text }
            } catch {
                guard case .asOf(.withdrawn) = error else { throw error }
                return nil
            }
        }
        // 1: two patients, each with an observation. 2: p only for Practitioner/1. 3: q for nobody.
        try fixture.importLines([
            Made.patient("p"), Made.patient("q"), Made.observation("a", of: "p", value: 1),
            Made.observation("b", of: "q", value: 1),
        ])
        try fixture.importLines([MadeConsent.only("Practitioner/1", of: "p", "c")])
        #expect(try ids(1) == ["a", "b"])
        #expect(try ids(1, "Practitioner/2") == nil)
        #expect(try ids(2, "Practitioner/2") == ["b"])
        try fixture.store.delete(.observation, id: "a")
        #expect(try ids(1) == ["a", "b"], "a deletion withdraws nothing")
        // A new patient with a Consent of its own withdraws nothing from anybody.
        try fixture.importLines([
            MadeConsent.only("Practitioner/9", of: "r", "d"), Made.patient("r"),
            Made.observation("x", of: "r", value: 1),
        ])
        #expect(try ids(1) == ["a", "b"])
        let before = try fixture.store.snapshot().commit.sequence
        try fixture.importLines([MadeConsent.nothing("q", "e")])
        #expect(try ids(1) == nil && ids(before) == nil)
        #expect(try ids(before + 1) == [])
        do throws(StoreError) {
            _ = try fixture.store.query("\(ask) AS OF COMMIT 1", as: clinician, for: .treatment)
            Issue.record("records were withdrawn")
        } catch {
            guard case .asOf(.withdrawn(1, let oldest)) = error else { throw error }
            #expect(oldest == before + 1)
            #expect("\(error)".contains("the oldest that it may ask is commit \(oldest)"))
        }
        // What was withdrawn for a while can be asked again.
        try fixture.store.delete(.consent, id: "e")
        #expect(try ids(1) == ["a", "b"])
        #expect(try ids(before + 1) == [])
        #expect(try fixture.checked() == [])
    }

    @Test func `show no rendition that was replaced since`() throws {
        let fixture = try StoreFixture()
        try fixture.store.setRetention(.everything)
        let policy = """
            {"defaults": [{"purpose": "TREAT"}, {"purpose": "HRESCH"}], "redaction": {"HRESCH": "deidentified"}}
            """
        try fixture.store.setPolicy(try StorePolicy(json: Array(policy.utf8)))
        try fixture.importLines([
            Made.patient("p"), Made.patient("q"), Made.observation("a", of: "p", value: 1),
            Made.observation("b", of: "q", value: 1),
        ])
        func count(_ sequence: UInt64, _ purpose: Purpose) throws -> Int? {
            let actor = try StoreFixture.clinician
            do throws(StoreError) {
                let answered = try fixture.store.answer(
                    "SELECT resource FROM Observation AS OF COMMIT \(sequence)", as: actor, for: purpose)
                #expect((try? fixture.verifier.verify(answered.answer.bytes))?.result == answered.result)
                return answered.result.rows.count
            } catch {
                guard case .asOf(.withdrawn) = error else { throw error }
                return nil
            }
        }
        #expect(try count(2, .treatment) == 2 && count(2, .research) == 2)
        try fixture.importLines([Made.observation("c", of: "q", value: 1)])
        #expect(try count(2, .treatment) == 2 && count(2, .research) == 2, "nothing was replaced")
        try fixture.importLines([Made.observation("a", of: "p", value: 2)])
        #expect(try count(2, .treatment) == 2 && count(3, .research) == nil && count(4, .research) == 3)
        try fixture.store.delete(.observation, id: "b")
        #expect(try count(4, .treatment) == 3 && count(4, .research) == nil && count(5, .research) == 2)
        #expect(try fixture.checked() == [])
    }
}

import AvowConsent
import AvowProof
import AvowQuery
import AvowStorage
import AvowTree
import AvowVerify
import Foundation
import Testing

@testable import Avow

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct `Small commits keep their changes and leave the tree's nodes to later ones` {
    private static let count = "SELECT COUNT(*) FROM Observation"

    private static func commit(_ fixture: StoreFixture, _ numbers: Range<Int>) throws {
        for number in numbers {
            try fixture.importLines([
                Made.patient("p\(number % 5)", born: 1900 + number),
                Made.observation("o\(number)", of: "p\(number % 5)", value: number),
            ])
        }
    }

    /// Of how many commits the store's file has the changes.
    private static func keptChanges(_ fixture: StoreFixture) throws -> UInt64 {
        fixture.close()
        let count = try LMDBStorage.open(at: fixture.storePath, tables: .store, readOnly: true).snapshot()
            .statistics(of: .changes).entries
        try fixture.reopen()
        return count
    }

    private static func observations(_ fixture: StoreFixture) throws -> Int {
        try fixture.count("Observation")
    }

    @Test func `read, prove and check as any, in this process and in others, written or not`() async throws {
        let fixture = try StoreFixture(patients: 2)
        let before = try fixture.store.checkpoint().bytes
        try Self.commit(fixture, 0..<12)
        let actor = try StoreFixture.clinician
        let text = "SELECT id, value FROM Observation WHERE patient = Patient/p3 ORDER BY id"
        var answered = try fixture.store.answer(text, as: actor, for: .treatment)
        #expect(answered.result.rows.count == 2)
        do {
            // A snapshot reads what it read, whatever follows.
            let first = try fixture.store.snapshot()
            #expect(first.state.base != nil && first.state.root.unwritten != nil)
            try Self.commit(fixture, 20..<24)
            try fixture.store.settle()
            try Self.commit(fixture, 24..<31)
            #expect(try first.query(text, as: actor, for: .treatment) == answered.result)
            let again = try first.answer(text, as: actor, for: .treatment)
            #expect(again.result == answered.result && again.answer.commit == answered.answer.commit)
        }
        answered = try fixture.store.answer(text, as: actor, for: .treatment)
        #expect(try fixture.verifier.verify(answered.answer.bytes).result == answered.result)
        let checkpoint = try fixture.store.checkpoint().bytes
        #expect(checkpoint != before)
        // Whoever has the file only comes to the same tree.
        let path = fixture.storePath
        let expected = answered.result.rows.count
        await #expect(processExitsWith: .success) {
            [path = path as String, text = text as String, expected = expected as Int] in
            let store = try Store.open(at: path, unlock: StoreFixture.unlock(), readOnly: true, recording: .off)
            let actor = try StoreFixture.clinician
            #expect(try store.query(text, as: actor, for: .treatment).rows.count == expected)
            #expect(try store.snapshot().state.root.unwritten != nil)
        }
        #expect(try fixture.checked() == [])
        #expect(try Self.keptChanges(fixture) >= 7)
        #expect(try fixture.store.answer(text, as: actor, for: .treatment).result == answered.result)
        // To write the nodes changes nothing but where they rest.
        try fixture.store.settle()
        #expect(try fixture.store.snapshot().state.base == nil)
        #expect(try fixture.store.checkpoint().bytes == checkpoint)
        #expect(try fixture.store.answer(text, as: actor, for: .treatment).result == answered.result)
        #expect(try fixture.checked() == [])
        #expect(try Self.keptChanges(fixture) == 0)
        try fixture.store.settle()
        try Self.commit(fixture, 12..<15)
        try fixture.store.settle()
        #expect(try Self.observations(fixture) > 15)
        #expect(try fixture.checked() == [])
    }

    @Test func `are followed by large ones, by others' and by versions that are kept`() async throws {
        let fixture = try StoreFixture()
        try Self.commit(fixture, 0..<6)
        let path = fixture.storePath
        let line = fixture.directory.appendingPathComponent("other.ndjson").path
        for round in 0..<3 {
            // Two processes that both have the store open, and commit in turn.
            await #expect(processExitsWith: .success) {
                [path = path as String, line = line as String, round = round as Int] in
                let store = try Store.open(at: path, unlock: StoreFixture.unlock(), recording: .off)
                for number in 0..<4 {
                    let text = Made.observation("x\(round)-\(number)", of: "p1", value: number)
                    try Data(text.utf8).write(to: URL(fileURLWithPath: line))
                    try store.importUnvalidated(at: [line])
                    if round == 1, number == 2 { try store.settle() }
                }
            }
            try Self.commit(fixture, (6 + round * 3)..<(9 + round * 3))
            #expect(try Self.observations(fixture) == 6 + (round + 1) * 7)
            #expect(try fixture.checked() == [])
        }
        // More changes than stay in memory.
        let many = (0..<4_000).map { Made.observation("m\($0)", of: "p\($0 % 5)", value: $0 % 7) }
        try fixture.importLines(many)
        #expect(try fixture.store.snapshot().state.base == nil)
        #expect(try Self.observations(fixture) == 4_027)
        #expect(try fixture.checked() == [])
        // Versions are kept whose nodes were not written.
        try Self.commit(fixture, 20..<23)
        let unwritten = try fixture.store.snapshot().commit.sequence
        try fixture.store.setRetention(.everything)
        try Self.commit(fixture, 23..<26)
        #expect(try fixture.store.snapshot().state.base == nil)
        let asOf = "\(Self.count) AS OF COMMIT \(unwritten)"
        #expect(try fixture.rows(asOf) == [["4030"]])
        #expect(try fixture.checked() == [])
        try fixture.reopen()
        #expect(try fixture.rows(asOf) == [["4030"]])
        #expect(try fixture.store.keptVersions().map(\.commit.sequence) == Array(unwritten...(unwritten + 3)))
        try fixture.store.setRetention(.newest)
        #expect(try fixture.checked() == [])
        #expect(try Self.keptChanges(fixture) == 0)
        #expect(try Self.observations(fixture) == 4_033)
    }

    @Test func `survive a process that is killed between and within them`() async throws {
        let fixture = try StoreFixture()
        try Self.commit(fixture, 0..<3)
        let path = fixture.storePath
        let line = fixture.directory.appendingPathComponent("line.ndjson").path
        fixture.close()
        for delay in [15, 40, 80, 120] {
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [path = path as String, line = line as String, delay = delay as Int] in
                let store = try Store.open(at: path, unlock: StoreFixture.unlock(), recording: .off)
                Thread.detachNewThread {
                    usleep(useconds_t(delay * 1_000))
                    kill(getpid(), SIGKILL)
                }
                var number = 0
                while true {
                    number += 1
                    let text = Made.observation("k\(delay)-\(number)", of: "p\(number % 3)", value: number)
                    try Data(text.utf8).write(to: URL(fileURLWithPath: line))
                    try store.importUnvalidated(at: [line])
                    if number % 7 == 0 { try store.settle() }
                }
            }
            try fixture.reopen()
            let commits = try fixture.store.snapshot().commit.sequence
            // The first commit made the store; each other one brought an observation.
            #expect(try Self.observations(fixture) == Int(commits), "after \(delay) ms")
            #expect(try fixture.checked() == [], "after \(delay) ms")
            fixture.close()
        }
    }

    @Test func `whose changes are missing, moved or another's are found`() throws {
        let fixture = try StoreFixture()
        try Self.commit(fixture, 0..<4)
        let newest = try fixture.store.snapshot().commit.sequence
        fixture.close()
        func change(_ body: (any StorageTransaction) throws -> Void) throws {
            let storage = try LMDBStorage.open(at: fixture.storePath, tables: .store)
            let transaction = try storage.begin(patience: .seconds(1))
            try body(transaction)
            try transaction.commit()
        }
        func damage(_ body: (any StorageTransaction) throws -> Void) throws -> String {
            let sound = try Data(contentsOf: URL(fileURLWithPath: fixture.dataFile))
            defer { try? sound.write(to: URL(fileURLWithPath: fixture.dataFile)) }
            try change(body)
            let report = try Store.check(at: fixture.storePath, unlock: try StoreFixture.unlock())
            let store = try Store.open(at: fixture.storePath, unlock: try StoreFixture.unlock(), recording: .off)
            #expect(throws: StoreError.self) { try store.snapshot() }
            #expect(throws: StoreError.self) { try store.settle() }
            return report.damages.map(\.description).joined(separator: "\n")
        }
        for sequence in [newest - 1, newest] {
            let missing = try damage { try $0.removeBlob(sequence, in: .changes) }
            #expect(missing.contains("changes \(sequence)"))
        }
        let moved = try damage { transaction in
            let bytes = try transaction.blob(newest - 1, in: .changes) ?? []
            try transaction.put(bytes, id: newest, in: .changes)
        }
        #expect(moved.contains("changes \(newest)"))
        // What nobody needs is found, and does no harm.
        let sound = try Data(contentsOf: URL(fileURLWithPath: fixture.dataFile))
        try change { try $0.put([1, 2, 3], id: newest + 7, in: .changes) }
        let report = try Store.check(at: fixture.storePath, unlock: try StoreFixture.unlock())
        #expect(report.damages.map(\.description).contains { $0.contains("changes \(newest + 7)") })
        try sound.write(to: URL(fileURLWithPath: fixture.dataFile))
        try fixture.reopen()
        #expect(try fixture.checked() == [])
        #expect(try Self.observations(fixture) == 4)
    }

    @Test func `a state is read as it was written, with its base or without`() throws {
        let root = TreeRoot(nodeID: 0, level: 2, count: 70, hash: Digest(.value, [1]))
        let base = StoreState.Base(
            sequence: 3, root: TreeRoot(nodeID: 9, level: 1, count: 60, hash: Digest(.value, [2])))
        let state = StoreState(
            sequence: 5, root: root, base: base, nextNodeID: 10, nextRecordID: 8, retired: [], moves: [])
        #expect(try StoreState(state.bytes) == state)
        for end in state.bytes.indices {
            #expect(throws: StoreError.self) { try StoreState(Array(state.bytes[..<end])) }
        }
        // A base is older, and what follows from it is in memory.
        let later = StoreState(
            sequence: 3, root: root, base: base, nextNodeID: 10, nextRecordID: 8, retired: [], moves: [])
        #expect(throws: StoreError.self) { try StoreState(later.bytes) }
    }
}

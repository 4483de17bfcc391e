import AvowConsent
import AvowProof
import AvowQuery
import AvowStorage
import AvowVerify
import Foundation
import Synchronization
import Testing

@testable import Avow

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

#if os(Linux)
    /// A small file system in memory. Mounting one needs the super-user.
    final class SmallDisk {
        let path: String

        init?(at path: String, mebibytes: Int) {
            self.path = path
            guard unsafe mkdir(path, 0o700) == 0,
                unsafe mount("avow", path, "tmpfs", 0, "size=\(mebibytes)m") == 0
            else { return nil }
        }

        deinit {
            unsafe umount2(path, Int32(MNT_DETACH))
        }
    }
#endif

/// A value that several tasks share.
private final class Shared<Value: Sendable>: Sendable {
    private let value: Mutex<Value>

    init(_ value: Value) {
        self.value = Mutex(value)
    }

    func withLock<Result: Sendable>(_ body: (inout Value) -> Result) -> Result {
        value.withLock { body(&$0) }
    }
}

/// What a store shows of itself: an import that fails must leave it the same.
private struct Impression: Equatable {
    let checkpoint: [UInt8]
    let entries: UInt64
    let rows: [QueryResult]

    init(_ store: Store) throws {
        checkpoint = try store.checkpoint().bytes
        entries = try store.statistics().entries
        let queries = [
            "SELECT id FROM Patient", "SELECT COUNT(*) FROM Resource",
            "SELECT * FROM Observation WHERE code = loinc|29463-7 ORDER BY date, id LIMIT 5",
        ]
        rows = try queries.map { try store.query($0, as: StoreFixture.clinician, for: .treatment) }
    }
}

@Suite(.serialized) struct `An import that is interrupted` {
    /// Writes the bundles of some patients.
    private static func bundles(_ count: Int, seed: UInt64, _ fixture: StoreFixture) throws -> String {
        try fixture.writeSamples(count, seed: seed).path
    }

    private static func damages(_ path: String) throws -> [String] {
        try Store.check(at: path, unlock: StoreFixture.unlock()).damages.map(\.description)
    }

    #if os(Linux)
        // Mounting needs the super-user: for everybody else this test is skipped, and the next one stands in.
        @Test(.enabled(if: geteuid() == 0, "mounting a small disk needs the super-user"))
        func `a full disk leaves the store as it was, and the import succeeds when there is room again`()
            throws
        {
            let fixture = try StoreFixture()
            fixture.close()
            guard let disk = SmallDisk(at: fixture.directory.path + "/disk", mebibytes: 12) else {
                try Test.cancel("this machine does not let the super-user mount")
            }
            let path = disk.path + "/store"
            let filler = URL(fileURLWithPath: disk.path + "/filler")
            let unlock = try StoreFixture.unlock()
            let more = try Self.bundles(8, seed: 2, fixture)
            var store: Store? = try Store.create(
                at: path, origin: "test.example/full", unlock: unlock, cost: StoreFixture.cheap)
            try store?.importUnvalidated(at: [try Self.bundles(2, seed: 1, fixture)])
            let before = try Impression(try unwrapped(store))
            // Half a mebibyte is left, which an import of eight patients does not fit in.
            let used =
                try FileManager.default.attributesOfItem(atPath: path + "/data.mdb")[.size] as? Int ?? 0
            try Data(count: (12 << 20) - used - (1 << 19)).write(to: filler)
            for _ in 0..<2 {
                let error = try failure(of: store) { (store) throws(StoreError) in
                    try store.importUnvalidated(at: [more])
                }
                guard case .storage(let cause) = error else {
                    Issue.record("\(String(describing: error))")
                    break
                }
                #expect(cause.code == .diskFull)
                #expect(error?.description.contains("the disk is full") == true)
                #expect(try Impression(try unwrapped(store)) == before)
            }
            store = nil
            #expect(try Self.damages(path) == [])
            // A store cannot be created there either, and leaves nothing.
            try Data(count: 100).write(to: URL(fileURLWithPath: disk.path + "/filler-2"))
            store = try Store.open(at: path, unlock: unlock)
            #expect(try Impression(try unwrapped(store)) == before)
            try FileManager.default.removeItem(at: filler)
            let summary = try unwrapped(store).importUnvalidated(at: [more])
            #expect(summary.newPatients == 8 && summary.commits == 1)
            store = nil
            #expect(try Self.damages(path) == [])
        }

        @Test(.enabled(if: geteuid() == 0, "mounting a small disk needs the super-user"))
        func `a store that does not fit on the disk is not created at all`() throws {
            let fixture = try StoreFixture()
            guard let disk = SmallDisk(at: fixture.directory.path + "/disk", mebibytes: 1) else {
                try Test.cancel("this machine does not let the super-user mount")
            }
            try Data(count: (1 << 20) - 24_576).write(to: URL(fileURLWithPath: disk.path + "/filler"))
            let unlock = try StoreFixture.unlock()
            let error = storeError { () throws(StoreError) in
                try Store.create(
                    at: disk.path + "/store", origin: "test.example/full", unlock: unlock,
                    cost: StoreFixture.cheap)
            }
            guard case .storage(let cause) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(cause.code == .diskFull)
            #expect(try FileManager.default.contentsOfDirectory(atPath: disk.path) == ["filler"])
        }
    #endif

    private func failure(
        of store: Store?, _ body: (Store) throws(StoreError) -> ImportSummary
    ) throws -> StoreError? {
        let store = try unwrapped(store)
        do throws(StoreError) {
            _ = try body(store)
            return nil
        } catch {
            return error
        }
    }

    @Test func `a file size limit leaves the store as it was`() async throws {
        let fixture = try StoreFixture(patients: 2)
        let before = try Impression(fixture.store)
        fixture.close()
        let path = fixture.storePath
        let more = try Self.bundles(25, seed: 2, fixture)
        await #expect(processExitsWith: .success) { [path = path as String, more = more as String] in
            let store = try Store.open(at: path, unlock: StoreFixture.unlock())
            let before = try Impression(store)
            _ = signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit(rlim_cur: 1 << 20, rlim_max: 1 << 20)
            #if os(Linux)
                _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
            #else
                _ = unsafe setrlimit(RLIMIT_FSIZE, &limit)
            #endif
            do throws(StoreError) {
                _ = try store.importUnvalidated(at: [more])
                Issue.record("the import should have failed")
            } catch {
                guard case .storage(let cause) = error, cause.code == .fileTooLarge else {
                    Issue.record("\(error)")
                    return
                }
            }
            #expect(try Impression(store) == before)
        }
        #expect(try Self.damages(path) == [])
        try fixture.reopen()
        #expect(try Impression(fixture.store) == before)
        #expect(try fixture.store.importUnvalidated(at: [more]).newPatients == 25)
    }

    @Test func `a process that is killed in an import leaves whole commits, and the import can be repeated`()
        async throws
    {
        let fixture = try StoreFixture(patients: 1)
        fixture.close()
        let path = fixture.storePath
        let folder = try fixture.writeSamples(10, seed: 2)
        let files = (0..<10).map { folder.appendingPathComponent("patient-\($0).json").path }
        let list = files.joined(separator: "\n")
        for delay in [40, 90, 160] {
            // It imports file by file, over and over, with changes in between: it never ends by itself.
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [path = path as String, list = list as String, delay = delay as Int] in
                let store = try Store.open(at: path, unlock: StoreFixture.unlock())
                Thread.detachNewThread {
                    usleep(useconds_t(delay * 1_000))
                    kill(getpid(), SIGKILL)
                }
                var round = 0
                while true {
                    for file in list.split(separator: "\n") {
                        try store.importUnvalidated(at: [String(file)])
                        let text = try String(contentsOfFile: String(file), encoding: .utf8)
                            .replacingOccurrences(of: "\"final\"", with: "\"amended\(round)\"")
                        try Data(text.utf8).write(to: URL(fileURLWithPath: path + ".changed.json"))
                        try store.importUnvalidated(at: [path + ".changed.json"])
                    }
                    round += 1
                }
            }
            #expect(try Self.damages(path) == [], "after \(delay) ms")
            try fixture.reopen()
            // Whole patients: each commit is one file.
            let resources = try fixture.rows("SELECT COUNT(*) FROM Resource")
            #expect(!resources.isEmpty)
            fixture.close()
        }
        try fixture.reopen()
        try fixture.store.importUnvalidated(at: files)
        #expect(try fixture.count("Patient") == 11)
        let answered = try fixture.store.answer(
            "SELECT COUNT(*) FROM Patient", as: StoreFixture.clinician, for: .treatment)
        #expect(try fixture.verifier.verify(answered.answer.bytes).result == answered.result)
        let whole = try StoreFixture(patients: 1)
        try whole.store.importUnvalidated(at: files)
        #expect(try fixture.count("Resource") == whole.count("Resource"))
        #expect(
            try fixture.rows("SELECT id, status FROM Observation")
                == whole.rows("SELECT id, status FROM Observation"))
        #expect(try fixture.checked() == [])
    }
}

@Suite struct `Importing at the same time` {
    @Test func `an import of another process waits for this one's transaction`() async throws {
        let fixture = try StoreFixture(patients: 1)
        let path = fixture.storePath
        let file = try fixture.write(
            "{\"resourceType\":\"Patient\",\"id\":\"from-another-process\"}", "other.json")
        let ready = fixture.directory.appendingPathComponent("ready").path
        let store = try unwrapped(fixture.store)
        let (wasHeld, isOver) = (Shared(false), Shared(false))
        // A transaction belongs to its thread.
        Thread.detachNewThread {
            guard let transaction = try? store.storage.begin(patience: .seconds(5)) else { return }
            while !FileManager.default.fileExists(atPath: ready), !isOver.withLock({ $0 }) { usleep(5_000) }
            usleep(400_000)
            transaction.abort()
            wasHeld.withLock { $0 = true }
        }
        await #expect(processExitsWith: .success) {
            [path = path as String, file = file as String, ready = ready as String] in
            let store = try Store.open(at: path, unlock: StoreFixture.unlock())
            let before = try store.checkpoint().checkpoint.size
            try Data().write(to: URL(fileURLWithPath: ready))
            let start = ContinuousClock.now
            let summary = try store.importUnvalidated(at: [file])
            #expect(summary.created == 1)
            #expect(ContinuousClock.now - start >= .milliseconds(300))
            #expect(try store.checkpoint().checkpoint.size == before + 1)
        }
        isOver.withLock { $0 = true }
        #expect(wasHeld.withLock { $0 })
        // This process sees what the other one committed, and goes on from there.
        #expect(try fixture.count("Patient") == 2)
        try fixture.store.importUnvalidated(at: [
            try fixture.write("{\"resourceType\":\"Patient\",\"id\":\"after-it\"}", "after.json")
        ])
        #expect(try fixture.count("Patient") == 3)
        #expect(try fixture.copyChecked() == [])
    }

    @Test func `a check waits for the writer of another process, whose pages are in motion`() async throws {
        let fixture = try StoreFixture(patients: 1)
        let path = fixture.storePath
        let ready = fixture.directory.appendingPathComponent("ready").path
        let store = try unwrapped(fixture.store)
        let isOver = Shared(false)
        Thread.detachNewThread {
            guard let transaction = try? store.storage.begin(patience: .seconds(5)) else { return }
            while !FileManager.default.fileExists(atPath: ready), !isOver.withLock({ $0 }) { usleep(5_000) }
            usleep(400_000)
            transaction.abort()
        }
        // The check cannot begin before the thread writes: the other process takes longer to start.
        await #expect(processExitsWith: .success) { [path = path as String, ready = ready as String] in
            let unlock = try StoreFixture.unlock()
            try Data().write(to: URL(fileURLWithPath: ready))
            let start = ContinuousClock.now
            #expect(try Store.check(at: path, unlock: unlock).damages.isEmpty)
            #expect(ContinuousClock.now - start >= .milliseconds(300))
        }
        isOver.withLock { $0 = true }
    }

    @Test func `readers see the store before or after each commit, never between`() async throws {
        let fixture = try StoreFixture()
        let store = try unwrapped(fixture.store)
        let folder = try fixture.writeSamples(6, seed: 9)
        // What each commit must show, by its number.
        let expected: [UInt64: Int] = try {
            let twin = try StoreFixture()
            var counts: [UInt64: Int] = [0: 0]
            for number in 0..<6 {
                try twin.store.importUnvalidated(at: [
                    folder.appendingPathComponent("patient-\(number).json").path
                ])
                counts[UInt64(number) + 1] = try twin.count("Resource")
            }
            return counts
        }()
        let verifier = fixture.verifier
        let isDone = Shared(false)
        let seen = Shared<[UInt64: Int]>([:])
        let problems = Shared<[String]>([])
        await withTaskGroup(of: Void.self) { group in
            for reader in 0..<8 {
                group.addTask {
                    var last: UInt64 = 0
                    while true {
                        let ends = isDone.withLock { $0 }
                        do {
                            let snapshot = try store.snapshot()
                            let number = snapshot.commit.sequence
                            let query = "SELECT COUNT(*) FROM Resource"
                            let actor = try StoreFixture.clinician
                            let rows = try snapshot.query(query, as: actor, for: .treatment).rows
                            await Task.yield()
                            let again = try snapshot.query(query, as: actor, for: .treatment).rows
                            let count = Int(rows[0][0].text)
                            let located = try snapshot.query(
                                "SELECT id FROM Observation", as: actor, for: .treatment)
                            if reader == 0 {
                                let answered = try snapshot.answer(
                                    "SELECT id FROM Patient", as: actor, for: .treatment)
                                let verified = try verifier.verify(answered.answer.bytes)
                                if verified.result != answered.result || verified.commit.sequence != number {
                                    problems.withLock { $0.append("an answer of commit \(number)") }
                                }
                            }
                            if rows != again || count != expected[number] || located.rows.count > count ?? 0
                                || number < last
                            {
                                problems.withLock {
                                    $0.append(
                                        "commit \(number): \(rows), again \(again), after commit \(last)")
                                }
                            }
                            last = number
                            seen.withLock { $0[number, default: 0] += 1 }
                        } catch {
                            problems.withLock { $0.append("\(error)") }
                        }
                        if ends { return }
                        await Task.yield()
                    }
                }
            }
            group.addTask {
                for number in 0..<6 {
                    do {
                        try store.importUnvalidated(at: [
                            folder.appendingPathComponent("patient-\(number).json").path
                        ])
                    } catch {
                        problems.withLock { $0.append("\(error)") }
                    }
                    await Task.yield()
                }
                isDone.withLock { $0 = true }
            }
        }
        #expect(problems.withLock { $0 } == [])
        // The last commit was seen, and some before it.
        #expect(seen.withLock { $0[6] } ?? 0 >= 8)
        #expect(seen.withLock { $0.count } > 1)
        #expect(try fixture.copyChecked() == [])
    }

    @Test func `imports of several tasks at once all go in`() async throws {
        let fixture = try StoreFixture()
        let store = try unwrapped(fixture.store)
        let folder = try fixture.writeSamples(6, seed: 4)
        let failures = await withTaskGroup(of: String?.self) { group in
            for number in 0..<6 {
                group.addTask {
                    do {
                        try store.importUnvalidated(at: [
                            folder.appendingPathComponent("patient-\(number).json").path
                        ])
                        return nil
                    } catch {
                        return "\(error)"
                    }
                }
            }
            return await group.reduce(into: [String]()) { if let failure = $1 { $0.append(failure) } }
        }
        #expect(failures == [])
        #expect(try fixture.count("Patient") == 6)
        let twin = try StoreFixture()
        try twin.store.importUnvalidated(at: [folder.path])
        #expect(try fixture.count("Resource") == twin.count("Resource"))
        #expect(try fixture.rows("SELECT id FROM Observation") == twin.rows("SELECT id FROM Observation"))
        #expect(try fixture.copyChecked() == [])
    }
}

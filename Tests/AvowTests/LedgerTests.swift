import AvowConsent
import AvowFHIR
import AvowProof
import AvowQuery
import AvowStorage
import AvowVault
import Dispatch
import Foundation
import Synchronization
import Testing

@testable import Avow

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Runs `body` on so many threads at once, and gives what they threw.
private func concurrently(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Void) -> [String] {
    let failures = Failures()
    let group = DispatchGroup()
    for number in 0..<count {
        group.enter()
        Thread.detachNewThread {
            do { try body(number) } catch { failures.add("\(error)") }
            group.leave()
        }
    }
    group.wait()
    return failures.all
}

private final class Failures: Sendable {
    private let list = Mutex<[String]>([])
    var all: [String] { list.withLock { $0 } }

    func add(_ failure: String) {
        list.withLock { $0.append(failure) }
    }
}

@Suite(.serialized) struct `The audit ledger` {
    @Test func `queries of many threads share commits, and each has its event when it has its rows`() throws {
        let fixture = try AuditedStore.fixture()
        let store = try unwrapped(fixture.store)
        let actor = try StoreFixture.clinician
        let threads = 16
        let each = 12
        let failures = concurrently(threads) { number in
            for round in 0..<each {
                let text = "SELECT id FROM Observation WHERE PATH(\(number) = \(number)) AND PATH(\(round) = \(round))"
                #expect(try store.query(text, as: actor, for: .treatment).rows.count == 9)
                // A commit ago at least, so nobody else's group can have written it later.
                let recorded = try store.auditEvents(of: "p1").contains { $0.detail.query == text }
                #expect(recorded)
            }
        }
        #expect(failures == [])
        let events = try store.auditEvents()
        #expect(events.count == threads * each)
        #expect(Set(events.map(\.detail.query)).count == threads * each)
        #expect(Set(events.map(\.id.number)) == Set(1...UInt64(threads * each)))
        let commits = try unwrapped(store.statistics().audit).commits
        #expect(commits < UInt64(threads * each) / 2, "\(commits) commits of \(threads * each) queries")
        #expect(try store.statistics().audit?.disclosures == UInt64(threads * each * 3))
        #expect(store === fixture.store)
    }

    @Test func `what was recorded is there after opening again, and goes on from there`() throws {
        let fixture = try AuditedStore.fixture()
        for round in 0..<3 {
            _ = try fixture.rows("SELECT id FROM Patient")
            #expect(try fixture.store.auditEvents().map(\.id.number) == Array(1...UInt64(round + 1)))
            let size = try unwrapped(fixture.store.auditCheckpoint()).checkpoint.size
            try fixture.reopen()
            #expect(try fixture.store.auditCheckpoint()?.checkpoint.size == size)
        }
        #expect(try fixture.checked() == [])
    }

    @Test func `a store without a ledger gets one with its first event`() throws {
        let fixture = try AuditedStore.fixture()
        try fixture.reopen {
            try FileManager.default.removeItem(atPath: fixture.storePath + "/audit")
        }
        #expect(try fixture.store.auditEvents().isEmpty)
        #expect(try fixture.store.auditCheckpoint() == nil)
        let actor = try AuditedStore.patient("p0")
        guard
            case .noLedger? = storeError({ () throws(StoreError) in
                try fixture.store.disclosures(to: "p0", as: actor, for: .treatment)
            })
        else {
            Issue.record("there is no ledger to ask")
            return
        }
        let store = try unwrapped(fixture.store)
        #expect(
            concurrently(8) { _ in
                _ = try store.query("SELECT id FROM Patient", as: StoreFixture.clinician, for: .treatment)
            } == [])
        #expect(try store.auditEvents().count == 8)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: fixture.storePath).contains { $0.contains(".new-") }
                == false)
    }

    @Test func `several processes record into one ledger, also when it is not there yet`() async throws {
        let fixture = try AuditedStore.fixture()
        fixture.close()
        try FileManager.default.removeItem(atPath: fixture.storePath + "/audit")
        let path = fixture.storePath
        async let first = #expect(processExitsWith: .success) { [path = path as String] in
            let store = try Store.open(at: path, unlock: StoreFixture.unlock())
            for _ in 0..<30 {
                _ = try store.query("SELECT id FROM Patient", as: StoreFixture.clinician, for: .treatment)
            }
        }
        async let second = #expect(processExitsWith: .success) { [path = path as String] in
            let store = try Store.open(at: path, unlock: StoreFixture.unlock(), readOnly: true)
            for _ in 0..<30 {
                _ = try store.query("SELECT id FROM Observation", as: StoreFixture.clinician, for: .treatment)
            }
        }
        _ = await (first, second)
        try fixture.reopen()
        let events = try fixture.store.auditEvents()
        #expect(events.count == 60)
        #expect(Set(events.map(\.id.number)) == Set(1...60))
        #expect(try fixture.checked() == [])
    }

    @Test func `a process that is killed has recorded each query whose rows it gave`() async throws {
        let fixture = try AuditedStore.fixture()
        fixture.close()
        let path = fixture.storePath
        for delay in [30, 80, 150] {
            await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, delay = delay as Int] in
                let store = try Store.open(at: path, unlock: StoreFixture.unlock())
                let given = URL(fileURLWithPath: path + ".given-\(delay)")
                try Data().write(to: given)
                let log = try FileHandle(forWritingTo: given)
                Thread.detachNewThread {
                    usleep(useconds_t(delay * 1_000))
                    kill(getpid(), SIGKILL)
                }
                for thread in 0..<4 {
                    Thread.detachNewThread {
                        for number in 0... {
                            let text =
                                "SELECT id FROM Patient WHERE PATH(\(thread * 1_000_000 + number) > \(delay - 1_000))"
                            _ = try? store.query(text, as: StoreFixture.clinician, for: .treatment)
                            try? log.write(contentsOf: Data((text + "\n").utf8))
                        }
                    }
                }
                while true { usleep(1_000_000) }
            }
            let given = try String(contentsOfFile: path + ".given-\(delay)", encoding: .utf8)
                .split(separator: "\n").map(String.init).filter { $0.hasSuffix(")") }
            try fixture.reopen()
            let recorded = Set(try fixture.store.auditEvents().map(\.detail.query))
            #expect(given.filter { !recorded.contains($0) } == [], "after \(delay) ms")
            #expect(try fixture.checked() == [])
            fixture.close()
        }
    }

    @Test func `a folder that cannot be written to refuses queries, unless recording is off`() throws {
        guard geteuid() != 0 else { return }
        let fixture = try AuditedStore.fixture()
        fixture.close()
        let audit = fixture.storePath + "/audit"
        try FileManager.default.setAttributes([.posixPermissions: 0o500], ofItemAtPath: audit)
        try FileManager.default.setAttributes([.posixPermissions: 0o400], ofItemAtPath: audit + "/data.mdb")
        defer { try? FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: audit) }
        let store = try Store.open(at: fixture.storePath, unlock: StoreFixture.unlock())
        let actor = try StoreFixture.clinician
        guard
            case .notRecorded? = storeError({ () throws(StoreError) in
                try store.query("SELECT id FROM Patient", as: actor, for: .treatment)
            })
        else {
            Issue.record("it should have been refused")
            return
        }
    }

    @Test func `a ledger that is damaged refuses queries, and is not replaced`() throws {
        let fixture = try AuditedStore.fixture()
        _ = try fixture.rows("SELECT id FROM Patient")
        let file = fixture.storePath + "/audit/data.mdb"
        try fixture.reopen { try Data(repeating: 7, count: 20_000).write(to: URL(fileURLWithPath: file)) }
        let actor = try StoreFixture.clinician
        for _ in 0..<2 {
            guard
                case .notRecorded(.storage)? = storeError({ () throws(StoreError) in
                    try fixture.store.query("SELECT id FROM Patient", as: actor, for: .treatment)
                })
            else {
                Issue.record("it should have been refused")
                return
            }
        }
        fixture.close()
        let open = try Store.open(at: fixture.storePath, unlock: StoreFixture.unlock(), recording: .off)
        #expect(try open.query("SELECT id FROM Patient", as: actor, for: .treatment).rows.count == 3)
    }

    @Test func `each changed byte of a page in use of the ledger is found`() throws {
        let fixture = try AuditedStore.fixture()
        _ = try fixture.rows("SELECT id FROM Observation")
        _ = try fixture.rows("SELECT id FROM Patient")
        fixture.close()
        let file = fixture.storePath + "/audit/data.mdb"
        let good = try Data(contentsOf: URL(fileURLWithPath: file))
        let unlock = try StoreFixture.unlock()
        #expect(try Store.check(at: fixture.storePath, unlock: unlock).damages.isEmpty)
        // Where sealed nodes, commits and the checkpoint stand; DamageTests try every byte of a store's own file.
        var found = 0
        let written = (8_192..<good.count).filter { good[$0] != 0 }
        let tried = 60
        for number in 0..<tried {
            var bad = good
            bad[written[written.count * number / tried]] ^= 0x10
            try bad.write(to: URL(fileURLWithPath: file))
            let report = try Store.check(at: fixture.storePath, unlock: unlock)
            if report.damages.contains(where: { $0.part.hasPrefix("audit ledger, ") }) { found += 1 }
        }
        try good.write(to: URL(fileURLWithPath: file))
        // Pages that are free, of earlier commits, carry nothing.
        #expect(found > tried / 5, "\(found) of \(tried)")
        let report = try Store.check(at: fixture.storePath, unlock: unlock)
        #expect(report.isHealthy && report.events == 2 && report.disclosures == 6)
    }

    @Test func `a copy has the ledger, too`() throws {
        let fixture = try AuditedStore.fixture()
        _ = try fixture.rows("SELECT id FROM Observation")
        let copy = fixture.directory.appendingPathComponent("copy").path
        try fixture.store.copyCompacted(to: copy)
        let other = try Store.open(at: copy, unlock: StoreFixture.unlock())
        #expect(try other.auditEvents().map(\.detail) == fixture.store.auditEvents().map(\.detail))
        #expect(try other.auditCheckpoint()?.bytes == fixture.store.auditCheckpoint()?.bytes)
    }

    @Test func `nothing that was asked stands in a file in the clear`() throws {
        let fixture = try AuditedStore.fixture()
        let secret = "Practitioner/very-curious-person"
        _ = try fixture.store.query(
            "SELECT id FROM Patient WHERE PATH('a-telling-word' = id)", as: try Actor(secret), for: .treatment,
            breakGlassReason: "because of a strange rash")
        for file in ["data.mdb", "audit/data.mdb"] {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: fixture.storePath + "/" + file))
            for text in [secret, "a-telling-word", "strange rash"] {
                #expect(bytes.range(of: Data(text.utf8)) == nil, "\(text) in \(file)")
            }
        }
    }

    #if os(Linux)
        @Test(.enabled(if: geteuid() == 0, "mounting a small disk needs the super-user"))
        func `a full disk refuses queries, and they go on when there is room again`() throws {
            let fixture = try AuditedStore.fixture()
            guard let disk = SmallDisk(at: fixture.directory.path + "/disk", mebibytes: 4) else {
                try Test.cancel("this machine does not let the super-user mount")
            }
            let path = disk.path + "/store"
            try fixture.store.copyCompacted(to: path)
            let store = try Store.open(at: path, unlock: StoreFixture.unlock())
            let actor = try StoreFixture.clinician
            _ = try store.query("SELECT id FROM Patient", as: actor, for: .treatment)
            let filler = disk.path + "/filler"
            try Data().write(to: URL(fileURLWithPath: filler))
            let handle = try unwrapped(FileHandle(forWritingAtPath: filler))
            while (try? handle.write(contentsOf: Data(repeating: 1, count: 4_096))) != nil {}
            try handle.close()
            var refused: StorageError.Code?
            var given = 0
            // Free pages of the ledger's file serve for some time.
            for _ in 0..<2_000 where refused == nil {
                switch storeError({ () throws(StoreError) in
                    try store.query("SELECT id FROM Observation", as: actor, for: .treatment)
                }) {
                case nil: given += 1
                case .notRecorded(.storage(let cause)): refused = cause.code
                case .some(let error): Issue.record("\(error)")
                }
            }
            #expect(refused == .diskFull)
            #expect(try store.auditEvents().count == given + 1)
            try FileManager.default.removeItem(atPath: filler)
            _ = try store.query("SELECT id FROM Patient", as: actor, for: .treatment)
            #expect(try store.auditEvents().count == given + 2)
        }
    #endif
}

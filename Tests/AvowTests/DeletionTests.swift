import AvowConsent
import AvowFHIR
import AvowProof
import AvowQuery
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

@Suite struct `A deleted resource` {
    private func fixture() throws -> StoreFixture {
        let fixture = try StoreFixture()
        try fixture.importLines([
            Made.patient("p"), Made.observation("a", of: "p", value: 1), Made.observation("b", of: "p", value: 2),
            Made.observation("c", of: "p", value: 3, code: 2), Made.organization("g", name: 1),
        ])
        return fixture
    }

    private func located(_ fixture: StoreFixture, _ type: ResourceType, _ id: String) throws -> LocatedRecord {
        let snapshot = try fixture.store.snapshot()
        let audience = try fixture.store.homeAudience()
        let entry = try snapshot.reader.find(.locate(audience, type: UInt16(type.rawValue), logicalID: id))
        return try LocatedRecord.read(try unwrapped(entry))
    }

    @Test func `is in no query, count, index or reading, and its deletion is its newest version`() throws {
        let fixture = try fixture()
        let entries = try fixture.store.statistics().entries
        #expect(try fixture.store.delete(.observation, id: "a") == .deleted(version: 2))
        for query in [
            "SELECT id FROM Observation", "SELECT id FROM Observation WHERE code = loinc|1-1",
            "SELECT id FROM Resource WHERE patient = Patient/p", "SELECT id FROM Observation WHERE _id = a",
            "SELECT id FROM Resource",
        ] {
            #expect(try !fixture.rows(query).contains(["a"]), "\(query)")
        }
        #expect(try fixture.count("Observation") == 2)
        #expect(try fixture.rows("SELECT code, COUNT(*) FROM Observation GROUP BY code").count == 2)
        #expect(try fixture.rows("SELECT COUNT(*) FROM Observation WHERE code = loinc|1-1") == [["1"]])
        let clinician = try StoreFixture.clinician
        #expect(try fixture.store.read(.observation, id: "a", as: clinician, for: .treatment) == nil)
        let history = try fixture.history(.observation, "a")
        #expect(history.map(\.number) == [2, 1])
        #expect(history.map(\.json) == [nil, Made.observation("a", of: "p", value: 1)])
        // Three entries went, one version and one deletion came.
        let statistics = try fixture.store.statistics()
        #expect(statistics.entries == entries - 1)
        #expect(statistics.entriesBySpace.first { $0.space == "deletions" }?.entries == 1)
        #expect(try fixture.checked() == [])
    }

    @Test func `can be deleted once; deleting what is not there changes nothing`() throws {
        let fixture = try fixture()
        try fixture.store.delete(.organization, id: "g")
        let before = try fixture.store.checkpoint().bytes
        #expect(try fixture.store.delete(.organization, id: "g") == .alreadyDeleted(version: 2))
        #expect(try fixture.store.delete(.organization, id: "nobody") == .unknown)
        #expect(try fixture.store.delete(.observation, id: "g") == .unknown)
        #expect(try fixture.store.delete([]) == [])
        #expect(try fixture.store.checkpoint().bytes == before)
    }

    @Test func `goes with others in one commit, each once`() throws {
        let fixture = try fixture()
        let commits = try fixture.store.statistics().commits
        let named = [
            ResourceIdentity(.observation, id: "b"), ResourceIdentity(.observation, id: "x"),
            ResourceIdentity(.organization, id: "g"), ResourceIdentity(.observation, id: "b"),
        ]
        #expect(
            try fixture.store.delete(named) == [
                .deleted(version: 2), .unknown, .deleted(version: 2), .deleted(version: 2),
            ])
        #expect(try fixture.store.statistics().commits == commits + 1)
        #expect(try fixture.store.snapshot().commit.reason == "delete")
        #expect(try fixture.history(.observation, "b").count == 2)
        #expect(try fixture.checked() == [])
    }

    @Test func `that is imported again goes on behind its deletion, under the same number`() throws {
        let fixture = try fixture()
        let before = try located(fixture, .observation, "b")
        try fixture.store.delete(.observation, id: "b")
        // The same bytes as before it was deleted: it is there again all the same.
        let same = Made.observation("b", of: "p", value: 2)
        let summary = try fixture.importLines([same])
        #expect(summary.created == 1 && summary.updated == 0 && summary.unchanged == 0)
        let after = try located(fixture, .observation, "b")
        #expect(after.pseudonym == before.pseudonym && after.number == before.number && after.version == 3)
        #expect(try fixture.history(.observation, "b").map(\.json) == [same, nil, same])
        #expect(try fixture.importLines([same]).unchanged == 1)
        #expect(try fixture.store.statistics().entriesBySpace.first { $0.space == "deletions" }?.entries == 0)
        #expect(try fixture.store.delete(.observation, id: "b") == .deleted(version: 4))
        #expect(try fixture.history(.observation, "b").map(\.json) == [nil, same, nil, same])
        #expect(try fixture.checked() == [])
    }

    @Test func `comes back as another patient's with all its versions`() throws {
        let fixture = try fixture()
        let first = Made.observation("a", of: "p", value: 1)
        let second = Made.observation("a", of: "q", value: 2)
        let third = Made.observation("a", of: "q", value: 3)
        let fourth = Made.observation("a", of: "p", value: 4)
        try fixture.store.delete(.observation, id: "a")
        for line in [second, third, fourth] { try fixture.importLines([line]) }
        #expect(try fixture.history(.observation, "a").map(\.json) == [fourth, third, second, nil, first])
        #expect(try fixture.history(.observation, "a").map(\.number) == [5, 4, 3, 2, 1])
        let clinician = try StoreFixture.clinician
        for (number, json) in [first, nil, second, third, fourth].enumerated() {
            let version = try fixture.store.snapshot().vread(
                .observation, id: "a", version: UInt64(number) + 1, as: clinician, for: .treatment)
            #expect(try version?.resource().map { String(decoding: $0, as: UTF8.self) } == json)
            #expect(version?.isDeletion == (json == nil))
        }
        #expect(try fixture.rows("SELECT id FROM Observation WHERE patient = Patient/q").isEmpty)
        #expect(try fixture.checked() == [])
    }

    @Test func `that is a Patient must leave no records behind`() throws {
        let fixture = try fixture()
        let before = try fixture.store.checkpoint().bytes
        let error = storeError { () throws(StoreError) in try fixture.store.delete(.patient, id: "p") }
        guard case .patientHasRecords(id: "p", count: 3) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error?.description == "Patient/p cannot be deleted: 3 other records belong to it")
        // What else was to be deleted stays, too.
        let some = [ResourceIdentity(.organization, id: "g"), ResourceIdentity(.patient, id: "p")]
        #expect(storeError { () throws(StoreError) in try fixture.store.delete(some) } != nil)
        #expect(try fixture.store.checkpoint().bytes == before)
        let all = ["a", "b", "c"].map { ResourceIdentity(.observation, id: $0) }
        #expect(
            try fixture.store.delete([ResourceIdentity(.patient, id: "p")] + all)
                == Array(repeating: .deleted(version: 2), count: 4))
        #expect(try fixture.rows("SELECT id FROM Resource WHERE patient = Patient/p").isEmpty)
        #expect(try fixture.count("Resource") == 1)
        // The patient comes back as who they were.
        try fixture.importLines([Made.patient("p"), Made.observation("a", of: "p", value: 9)])
        #expect(try fixture.rows("SELECT id FROM Resource WHERE patient = Patient/p").count == 2)
        #expect(try fixture.history(.patient, "p").count == 3)
        #expect(try fixture.checked() == [])
    }

    @Test func `is not shown to those who may not see the resource, nor its history`() throws {
        let fixture = try fixture()
        try fixture.store.delete(.observation, id: "a")
        let snapshot = try fixture.store.snapshot()
        let clinician = try StoreFixture.clinician
        let research = try Purpose(code: "HRESCH")
        for id in ["a", "b", "nobody"] {
            #expect(try snapshot.history(.observation, id: id, as: clinician, for: research).isEmpty)
            #expect(try snapshot.vread(.observation, id: id, version: 1, as: clinician, for: research) == nil)
        }
        #expect(try snapshot.history(.observation, id: "nobody", as: clinician, for: .treatment).isEmpty)
        #expect(try snapshot.vread(.observation, id: "a", version: 3, as: clinician, for: .treatment) == nil)
        #expect(try snapshot.vread(.observation, id: "a", version: 0, as: clinician, for: .treatment) == nil)
    }

    @Test func `stays in a snapshot that was taken before`() throws {
        let fixture = try fixture()
        let before = try fixture.store.snapshot()
        try fixture.store.delete(.observation, id: "a")
        let clinician = try StoreFixture.clinician
        #expect(try before.read(.observation, id: "a", as: clinician, for: .treatment) != nil)
        #expect(try before.history(.observation, id: "a", as: clinician, for: .treatment).count == 1)
        #expect(throws: StoreError.self) {
            let readOnly = try fixture.copy(readOnly: true)
            try readOnly.delete(.observation, id: "b")
        }
    }
}

extension StoreFixture {
    /// A copy of the store, opened.
    fileprivate func copy(readOnly: Bool) throws -> Store {
        let copy = directory.appendingPathComponent("copy").path
        try store.copyCompacted(to: copy)
        return try Store.open(at: copy, unlock: StoreFixture.unlock(), readOnly: readOnly)
    }
}

@Suite(.serialized) struct `A process that is killed while it deletes` {
    @Test func `leaves all of each commit, or nothing`() async throws {
        let fixture = try StoreFixture()
        let ids = (0..<40).map { "o\($0)" }
        let lines = ids.map { Made.observation($0, of: "p", value: 1) }
        let file = try fixture.write(lines.joined(separator: "\n"), "all.ndjson")
        try fixture.store.importUnvalidated(at: [file])
        fixture.close()
        let path = fixture.storePath
        for delay in [15, 40, 90] {
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [path = path as String, file = file as String, delay = delay as Int] in
                let store = try Store.open(at: path, unlock: StoreFixture.unlock())
                Thread.detachNewThread {
                    usleep(useconds_t(delay * 1_000))
                    kill(getpid(), SIGKILL)
                }
                // All are there or none is, after each commit, for ever.
                while true {
                    try store.delete((0..<40).map { ResourceIdentity(.observation, id: "o\($0)") })
                    try store.importUnvalidated(at: [file])
                }
            }
            try fixture.reopen()
            let count = try fixture.count("Observation")
            #expect(count == 0 || count == 40, "after \(delay) ms")
            let versions = try Set(ids.map { try fixture.history(.observation, $0).count })
            #expect(versions.count == 1, "after \(delay) ms")
            #expect(try fixture.checked() == [], "after \(delay) ms")
            fixture.close()
        }
    }
}

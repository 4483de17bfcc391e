import Avow
import AvowConsent
import AvowQuery
import Foundation
import Testing

@Suite struct `Pages that commits have left` {
    private func freeBytes(_ store: Store) throws -> UInt64 {
        try store.statistics().bytes.first { $0.kind == "free pages" }?.bytes ?? 0
    }

    /// Imports so many patients, each in a commit of its own.
    private func fill(_ fixture: StoreFixture, _ patients: Int, seed: UInt64) throws {
        let folder = try fixture.writeSamples(patients, seed: seed)
        for file in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() {
            try fixture.store.importUnvalidated(at: [folder.appendingPathComponent(file).path])
        }
    }

    @Test func `are used again: the file does not grow by what many commits write`() throws {
        let fixture = try StoreFixture()
        try fill(fixture, 10, seed: 1)
        let early = try fixture.store.statistics()
        try fill(fixture, 10, seed: 2)
        let statistics = try fixture.store.statistics()
        // One version of the tree is kept, and no node is kept that it does not hold.
        #expect(statistics.versions == 1)
        #expect(statistics.fileBytes < early.fileBytes * 3)
        fixture.close()
        let report = try Store.check(at: fixture.storePath, unlock: try StoreFixture.unlock())
        #expect(report.isHealthy)
    }

    @Test func `are not in a compacted copy, which is the same store`() throws {
        let fixture = try StoreFixture()
        try fill(fixture, 8, seed: 3)
        #expect(try freeBytes(fixture.store) > 0)
        let copyPath = fixture.directory.appendingPathComponent("copy").path
        try fixture.store.copyCompacted(to: copyPath)
        #expect(throws: StoreError.self) { try fixture.store.copyCompacted(to: copyPath) }

        let question = "SELECT id FROM Observation"
        let expected = try fixture.store.snapshot().query(question, as: StoreFixture.clinician, for: .treatment).rows
        let checkpoint = try fixture.store.checkpoint()
        let size = try fixture.store.statistics().fileBytes
        do {
            let copy = try Store.open(at: copyPath, unlock: try StoreFixture.unlock())
            #expect(try freeBytes(copy) == 0)
            #expect(try copy.statistics().fileBytes < size)
            #expect(try copy.checkpoint() == checkpoint)
            let rows = try copy.snapshot().query(question, as: StoreFixture.clinician, for: .treatment).rows
            #expect(rows == expected && !rows.isEmpty)
            // It goes on from there.
            let more = try copy.importUnvalidated(at: [try fixture.writeSamples(1, seed: 4).path])
            #expect(more.created > 0)
        }
        #expect(try Store.check(at: copyPath, unlock: try StoreFixture.unlock()).isHealthy)
    }
}

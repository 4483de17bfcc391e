import Avow
import AvowConsent
import AvowQuery
import Foundation
import Testing

@Suite struct `A query whose task is cancelled` {
    private func isCancelled(_ body: @escaping @Sendable () throws -> Void) async -> Bool {
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            try body()
        }
        task.cancel()
        do {
            try await task.value
        } catch StoreError.cancelled {
            return true
        } catch {
            Issue.record(error)
        }
        return false
    }

    @Test(arguments: [
        "SELECT resource FROM Resource",
        "SELECT code, year(date), COUNT(*) FROM Observation GROUP BY code, year(date)",
        "SELECT status, COUNT(*) FROM Observation GROUP BY status",
    ])
    func `ends with the error that says so`(text: String) async throws {
        let fixture = try StoreFixture(patients: 3)
        // The fixture takes its folder with it.
        defer { withExtendedLifetime(fixture) {} }
        let (store, actor) = (fixture.store!, try StoreFixture.clinician)
        #expect(await isCancelled { _ = try store.query(text, as: actor, for: .treatment) })
        #expect(await isCancelled { _ = try store.answer(text, as: actor, for: .treatment) })
    }

    @Test func `leaves the store as it was`() async throws {
        let fixture = try StoreFixture(patients: 3)
        // The fixture takes its folder with it.
        defer { withExtendedLifetime(fixture) {} }
        let (store, actor) = (fixture.store!, try StoreFixture.clinician)
        let text = "SELECT id FROM Observation"
        let before = try store.query(text, as: actor, for: .treatment)
        #expect(await isCancelled { _ = try store.query("SELECT resource FROM Resource", as: actor, for: .treatment) })
        #expect(try store.query(text, as: actor, for: .treatment) == before)
    }

    @Test func `and one that is not tells how many records it has read`() throws {
        let fixture = try StoreFixture(patients: 3)
        let actor = try StoreFixture.clinician
        let progress = QueryProgress()
        let result = try QueryProgress.$current.withValue(progress) {
            try fixture.store.query("SELECT id FROM Observation", as: actor, for: .treatment)
        }
        #expect(progress.records == result.rows.count)
        _ = try fixture.store.query("SELECT id FROM Observation", as: actor, for: .treatment)
        #expect(progress.records == result.rows.count, "another query is nobody's progress")
    }
}

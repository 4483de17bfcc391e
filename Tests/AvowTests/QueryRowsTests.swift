import Avow
import AvowConsent
import AvowFHIR
import AvowQuery
import AvowVerify
import Foundation
import Synchronization
import Testing

@Suite struct `Rows one after the other` {
    /// A store with so many Observations of one patient.
    private static func store(of count: Int) throws -> StoreFixture {
        let fixture = try StoreFixture()
        var lines = "{\"resourceType\":\"Patient\",\"id\":\"p\"}\n"
        for number in 0..<count {
            lines += """
                {"resourceType":"Observation","id":"o\(number)","status":"final","subject":{"reference":"Patient/p"},\
                "code":{"coding":[{"system":"http://loinc.org","code":"c\(number % 3)"}]},\
                "effectiveDateTime":"\(2000 + number % 20)","valueQuantity":{"value":\(number),"unit":"mg"}}

                """
        }
        try fixture.store.importUnvalidated(at: [try fixture.write(lines, "records.ndjson")])
        return fixture
    }

    private static func collected(_ rows: QueryRows) async throws(StoreError) -> [ResultRow] {
        var collected: [ResultRow] = []
        for try await row in rows { collected.append(row) }
        return collected
    }

    /// Waits until something is so. It looks many times, however long that takes: while other tests keep all threads
    /// busy, minutes can pass between two looks.
    private static func becomes(_ condition: () -> Bool) async -> Bool {
        for _ in 0..<30_000 {
            if condition() { return true }
            try? await Task.sleep(for: .milliseconds(2))
        }
        return false
    }

    private static let queries = [
        "SELECT id, value.value FROM Observation",
        "SELECT id FROM Observation WHERE code = loinc|c1",
        "SELECT id FROM Observation WHERE code = loinc|c1 ORDER BY date DESC",
        "SELECT id FROM Observation WHERE PATH(value.value > 2000) LIMIT 300 OFFSET 70",
        "SELECT id FROM Observation LIMIT 1 OFFSET 2599", "SELECT id FROM Observation LIMIT 9 OFFSET 9000",
        "SELECT id FROM Observation LIMIT 0", "SELECT id FROM Observation OFFSET 65",
        "SELECT DISTINCT year(date) FROM Observation", "SELECT DISTINCT year(date) FROM Observation LIMIT 3 OFFSET 2",
        "SELECT id, date FROM Observation LIMIT 2 PER date", "SELECT id FROM Observation ORDER BY value.value DESC",
        "SELECT * FROM Resource LIMIT 1500", "SELECT code, COUNT(*) FROM Observation GROUP BY code",
        "SELECT COUNT(*) FROM Observation WHERE date >= 2010", "EXPLAIN SELECT id FROM Observation",
        "HISTORY OF Observation/o7", "SELECT id FROM Patient WHERE EXISTS (Observation WHERE date = 2007)",
        "SELECT id FROM Condition",
    ]

    @Test func `are the rows of the query, in their order`() async throws {
        let fixture = try Self.store(of: 2_600)
        let actor = try StoreFixture.clinician
        for text in Self.queries {
            let query = try Query(text)
            let expected = try fixture.store.snapshot().query(prepared: query, as: actor, for: .treatment)
            let rows = try await Self.collected(try fixture.store.rows(of: query, as: actor, for: .treatment))
            #expect(rows.map(\.cells) == expected.rows, "\(text)")
            #expect(rows.map(\.number) == Array(0..<expected.rows.count), "\(text)")
            #expect(rows.allSatisfy { $0.columns == expected.columns }, "\(text)")
            #expect(rows == expected.typedRows, "\(text)")
        }
    }

    @Test func `no more are found ahead than a few batches`() async throws {
        let fixture = try Self.store(of: 4_000)
        let progress = QueryProgress()
        try await QueryProgress.$current.withValue(progress) {
            let rows = try fixture.store.rows(
                of: Query("SELECT id FROM Observation"), as: StoreFixture.clinician, for: .treatment)
            var iterator = rows.makeAsyncIterator()
            let first = try await iterator.next()
            #expect(first?.number == 0)
            // Time to run ahead, if it would: what has been read stands still, far before the end.
            var last = -1
            while progress.records != last {
                last = progress.records
                try await Task.sleep(for: .milliseconds(100))
            }
            #expect(last < 2_000)
            var count = 1
            while try await iterator.next() != nil { count += 1 }
            #expect(count == 4_000 && progress.records == 4_000)
            #expect(try await iterator.next() == nil)
        }
    }

    @Test func `errors of the query come with the first row`() async throws {
        let fixture = try Self.store(of: 10)
        let store = try #require(fixture.store)
        let actor = try StoreFixture.clinician
        func failure(_ text: String, _ actor: Actor?) async throws -> StoreError? {
            let query = try Query(text)
            do throws(StoreError) {
                _ = try await Self.collected(try store.rows(of: query, as: actor, for: .treatment))
                return nil
            } catch {
                return error
            }
        }
        for (text, expected) in [
            ("SELECT id FROM Observation WHERE code = $code", "there is no value for $code; expected a code such as"),
            ("SELECT id FROM Observation WHERE PATH(code | status)", "finds several items"),
        ] {
            let error = try await failure(text, actor)
            #expect(error.map { "\($0)".contains(expected) } == true, "\(String(describing: error))")
        }
        #expect(try await failure("SELECT id FROM Observation", nil) != nil)
    }

    @Test func `cancelling the task ends the query, and lets go of the snapshot`() async throws {
        let fixture = try Self.store(of: 3_000)
        let store = try #require(fixture.store)
        let actor = try StoreFixture.clinician
        // One that finds rows, and waits with them; and one that reads without finding any, which would be done before it
        // is cancelled if the machine is busy, and so is cancelled first.
        for (text, isCancelledFirst) in [
            ("SELECT id FROM Observation", false), ("SELECT id FROM Observation WHERE PATH(id = '')", true),
        ] {
            let progress = QueryProgress()
            let watched = Mutex<[@Sendable () -> Bool]>([])
            let task = Task {
                try await QueryProgress.$current.withValue(progress) {
                    let rows = try Self.rows(of: Query(text), store, actor, watched)
                    while isCancelledFirst && !Task.isCancelled { await Task.yield() }
                    var count = 0
                    for try await _ in rows {
                        count += 1
                        // The consumer is slow, so that the query waits for it.
                        try? await Task.sleep(for: .milliseconds(1))
                    }
                    return count
                }
            }
            if !isCancelledFirst { #expect(await Self.becomes { progress.records > 0 }) }
            task.cancel()
            let result = await task.result
            #expect(throws: StoreError.self) { try result.get() }
            if case .failure(let error as StoreError) = result, case .cancelled = error {
            } else {
                Issue.record("\(result)")
            }
            #expect(progress.records < 3_000)
            #expect(await Self.becomes { watched.withLock { $0.allSatisfy { $0() } } }, "the snapshot is still held")
        }
    }

    /// Rows over a snapshot of their own, and whether that is gone.
    private static func rows(
        of query: Query, _ store: Store, _ actor: Actor, _ watched: borrowing Mutex<[@Sendable () -> Bool]>
    ) throws -> QueryRows {
        let snapshot = try store.snapshot()
        let watch = Watch(snapshot)
        watched.withLock { $0.append { watch.isGone } }
        return QueryRows(query, over: snapshot, as: actor, for: .treatment)
    }

    /// Only whether it is gone is asked, which any thread may.
    private final class Watch: @unchecked Sendable {
        private weak var snapshot: Snapshot?
        init(_ snapshot: Snapshot) { self.snapshot = snapshot }
        var isGone: Bool { snapshot == nil }
    }

    @Test func `letting go of the rows ends the query, wherever it is`() async throws {
        let fixture = try Self.store(of: 3_000)
        let store = try #require(fixture.store)
        let actor = try StoreFixture.clinician
        for taken in [0, 1, 64, 65, 500] {
            let watched = Mutex<[@Sendable () -> Bool]>([])
            do {
                let rows = try Self.rows(of: Query("SELECT id FROM Observation"), store, actor, watched)
                var iterator = rows.makeAsyncIterator()
                for number in 0..<taken { #expect(try await iterator.next()?.number == number) }
            }
            #expect(await Self.becomes { watched.withLock { $0.allSatisfy { $0() } } }, "after \(taken) rows")
        }
        // When the last row has been taken, the snapshot is gone.
        let watched = Mutex<[@Sendable () -> Bool]>([])
        let rows = try Self.rows(of: Query("SELECT id FROM Observation"), store, actor, watched)
        #expect(try await Self.collected(rows).count == 3_000)
        #expect(watched.withLock { $0.allSatisfy { $0() } })
    }

    @Test func `many readers at once wait for none of the others`() async throws {
        let fixture = try Self.store(of: 1_500)
        let store = try #require(fixture.store)
        let actor = try StoreFixture.clinician
        let query = try Query("SELECT id FROM Observation")
        // Begun and not read on: each waits on a thread.
        var begun: [QueryRows.Iterator] = []
        for _ in 0..<100 {
            var iterator = try store.rows(of: query, as: actor, for: .treatment).makeAsyncIterator()
            #expect(try await iterator.next() != nil)
            begun.append(iterator)
        }
        let counts = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    try await Self.collected(try store.rows(of: query, as: actor, for: .treatment)).count
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(counts == [Int](repeating: 1_500, count: 8))
        #expect(begun.count == 100)
    }

    @Test func `two tasks that share rows get each of them once`() async throws {
        let fixture = try Self.store(of: 2_000)
        let rows = try fixture.store.rows(
            of: Query("SELECT id FROM Observation"), as: StoreFixture.clinician, for: .treatment)
        let numbers = try await withThrowingTaskGroup(of: [Int].self) { group in
            for _ in 0..<3 { group.addTask { try await Self.collected(rows).map(\.number) } }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(numbers.sorted() == Array(0..<2_000))
    }

    private struct Reading: Decodable, Sendable {
        let id: String
        let value: FHIRDecimal
        let date: FHIRDateTime
    }

    @Test func `structures are decoded one after the other`() async throws {
        let fixture = try Self.store(of: 1_100)
        let query = try Query("SELECT id, value.value AS value, date FROM Observation WHERE code = $code")
            .binding(["code": .token(system: "http://loinc.org", code: "c2")])
        let actor = try StoreFixture.clinician
        var streamed: [String] = []
        for try await reading in try fixture.store.rows(of: query, as: actor, for: .treatment).rows(as: Reading.self) {
            #expect(reading.date.precision == .year && !reading.value.isNegative)
            streamed.append(reading.id)
        }
        let whole = try fixture.store.snapshot().query(prepared: query, as: actor, for: .treatment)
        #expect(try streamed == whole.rows(as: Reading.self).map(\.id))
        #expect(streamed.count == 366)
    }
}

@Suite struct `Prepared queries` {
    @Test func `the answer to a bound query states it with its values, and is verified as any other`() throws {
        let fixture = try StoreFixture(patients: 3)
        let actor = try StoreFixture.clinician
        let snapshot = try fixture.store.snapshot()
        let query = try Query(
            "SELECT date, value.value AS value FROM Observation WHERE code = $code AND date >= $since LIMIT $most")
        var rowCount = 0
        for (code, since) in [("4548-4", "2000"), ("8302-2", "2010-01-01"), ("29463-7", "1990"), ("none' OR", "2000")] {
            let bound = try query.binding([
                "code": .token(system: "http://loinc.org", code: code), "since": .string(since), "most": 20,
            ])
            let answered = try snapshot.answer(prepared: bound, as: actor, for: .treatment)
            #expect(answered.answer.query == bound.text && !bound.text.contains("$"))
            let verified = try fixture.verifier.verify(answered.answer.bytes)
            #expect(verified.result == answered.result)
            #expect(try snapshot.query(bound.text, as: actor, for: .treatment) == answered.result)
            rowCount += answered.result.rows.count
        }
        #expect(rowCount > 10)
        let error = #expect(throws: StoreError.self) {
            try snapshot.answer(prepared: query, as: actor, for: .treatment)
        }
        guard case .query(.syntax(let cause)) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(cause.kind == .unboundPlaceholder)
        #expect(throws: StoreError.self) { try snapshot.explain(prepared: query, as: actor, for: .treatment) }
    }

    @Test func `a query and an answer of a cancelled task end with an error that says so`() async throws {
        let fixture = try StoreFixture(patients: 1)
        let store = try #require(fixture.store)
        let actor = try StoreFixture.clinician
        for proves in [false, true] {
            let task = Task {
                unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
                if proves {
                    _ = try store.answer("SELECT id FROM Observation", as: actor, for: .treatment)
                } else {
                    _ = try store.query("SELECT id FROM Observation", as: actor, for: .treatment)
                }
            }
            guard case .failure(let error as StoreError) = await task.result, case .cancelled = error else {
                Issue.record("it was not cancelled")
                continue
            }
        }
        #expect(try store.query("SELECT id FROM Patient", as: actor, for: .treatment).rows.count == 1)
    }
}

import AvowConsent
import AvowFHIR
import AvowProof
import AvowQuery
import Foundation
import Testing

@testable import Avow

/// What the tests of the audit ledger share.
enum AuditedStore {
    /// A store that records, with some patients `p0`, `p1`, …, three Observations each, and a Practitioner.
    static func fixture(patients: Int = 3) throws -> StoreFixture {
        let fixture = try StoreFixture(recording: .required)
        var lines = "{\"resourceType\":\"Practitioner\",\"id\":\"who\"}\n"
        for patient in 0..<patients {
            lines += "{\"resourceType\":\"Patient\",\"id\":\"p\(patient)\"}\n"
            for number in 0..<3 { lines += observation("o\(patient)-\(number)", of: "p\(patient)") + "\n" }
        }
        try fixture.store.importUnvalidated(at: [try fixture.write(lines, "records.ndjson")])
        return fixture
    }

    static func observation(_ id: String, of patient: String, value: Int = 1) -> String {
        """
        {"resourceType":"Observation","id":"\(id)","status":"final","subject":{"reference":"Patient/\(patient)"},\
        "code":{"coding":[{"system":"http://loinc.org","code":"1234-5"}]},"effectiveDateTime":"2020-01-01",\
        "performer":[{"reference":"Practitioner/who"}],"valueInteger":\(value)}
        """
    }

    static func patient(_ id: String) throws -> Actor { try Actor("Patient/\(id)") }
    static var request: Purpose { get throws { try Purpose(code: "PATRQT") } }
}

extension AuditEvent {
    /// The event as a line of text: query, rows, records, patients.
    fileprivate var line: String {
        "\(detail.query) | \(detail.rows.map(String.init) ?? "-") | \(detail.records) | \(detail.patients)"
    }
}

extension StoreFixture {
    fileprivate func events(of patient: String? = nil) throws -> [AuditEvent] {
        try store.auditEvents(of: patient).sorted { $0.id.number < $1.id.number }
    }

    fileprivate func lines() throws -> [String] { try events().map(\.line) }
}

@Suite struct `What is recorded` {
    @Test func `each way to read leaves an event, which names the patients whose records were opened`() async throws {
        let fixture = try AuditedStore.fixture()
        let store = try unwrapped(fixture.store)
        let actor = try Actor("Practitioner/1", roles: ["doctor"], organization: "Organization/o", groups: ["Group/g"])
        let clinician = try StoreFixture.clinician
        var expected: [String] = []
        func expect(_ line: String, _ body: () throws -> Void) rethrows {
            try body()
            expected.append(line)
        }
        let all = "SELECT id FROM Observation"
        try expect("\(all) | 9 | 9 | 3") { _ = try store.query(all, as: actor, for: .treatment) }
        try expect("\(all) | 9 | 9 | 3") { _ = try store.answer(all, as: actor, for: .treatment) }
        try expect("SELECT COUNT(*) FROM Observation | 1 | 0 | 0") {
            _ = try store.query("SELECT COUNT(*) FROM Observation", as: actor, for: .treatment)
        }
        try expect("SELECT resource FROM Observation WHERE _id = 'o1-0' | 1 | 1 | 1") {
            _ = try store.read(.observation, id: "o1-0", as: clinician, for: .treatment)
        }
        try expect("SELECT resource FROM Observation WHERE _id = 'absent' | 0 | 0 | 0") {
            _ = try store.read(.observation, id: "absent", as: clinician, for: .treatment)
        }
        try expect("SELECT resource FROM Practitioner WHERE _id = 'who' | 1 | 1 | 0") {
            _ = try store.read(.practitioner, id: "who", as: clinician, for: .treatment)
        }
        let snapshot = try store.snapshot()
        try expect("SELECT resource FROM Patient | 3 | 3 | 3") {
            var count = 0
            try snapshot.forEachResource(.patient, as: clinician, for: .treatment) { _ in
                count += 1
                return true
            }
            #expect(count == 3)
        }
        try expect("HISTORY OF Observation/o2-1 | 1 | 1 | 1") {
            let versions = try snapshot.history(.observation, id: "o2-1", as: clinician, for: .treatment)
            #expect(try versions.first?.resource() != nil)
        }
        try expect("HISTORY OF Observation/o2-1 VERSION 1 | 1 | 1 | 1") {
            let version = try snapshot.vread(.observation, id: "o2-1", version: 1, as: clinician, for: .treatment)
            #expect(try version?.resource() != nil)
        }
        try expect("HISTORY OF Observation/o2-1 | 1 | 1 | 1") {
            _ = try snapshot.query("HISTORY OF Observation/o2-1", as: clinician, for: .treatment)
        }
        try expect("EXPLAIN SELECT id FROM Observation | 5 | 0 | 0") {
            _ = try snapshot.query("EXPLAIN " + all, as: clinician, for: .treatment)
        }
        try expect("EXPLAIN SELECT id FROM Observation | 0 | 0 | 0") {
            _ = try snapshot.explain(all, as: clinician, for: .treatment)
        }
        try expect("EXPLAIN ANALYZE SELECT id FROM Observation | 0 | 9 | 3") {
            _ = try snapshot.query("EXPLAIN ANALYZE " + all, as: clinician, for: .treatment)
        }
        expected.append("SELECT id FROM Observation | 9 | 9 | 3")
        for try await _ in try store.rows(of: Query(all), as: clinician, for: .treatment) {}
        try expect("SELECT id FROM Condition | 0 | 0 | 0") {
            _ = try store.query("SELECT id FROM Condition", as: clinician, for: .treatment)
        }
        for (found, expected) in zip(try fixture.lines(), expected) { #expect(found == expected) }
        #expect(try fixture.lines().count == expected.count)
        let first = try unwrapped(fixture.events().first)
        #expect(first.event.request.actor == actor)
        #expect(first.event.request.purpose == .treatment)
        #expect(first.event.types == [.observation])
        #expect(first.event.commit == snapshot.commit.sequence)
        #expect(first.event.root == snapshot.commit.stateRoot)
        #expect(!first.event.isProven)
        #expect(try fixture.events()[1].event.isProven)
        #expect(try store.auditedPatients(of: first.id).map(\.id).sorted() == ["p0", "p1", "p2"])
        // Of a patient's own.
        #expect(try fixture.events(of: "p2").map(\.patientRecords) == [3, 3, 1, 1, 1, 1, 3, 3])
        #expect(try fixture.events(of: "nobody").isEmpty)
    }

    @Test func `what references lead to is recorded once for each patient, and counted`() throws {
        let fixture = try AuditedStore.fixture(patients: 2)
        let actor = try StoreFixture.clinician
        do {
            let snapshot = try fixture.store.snapshot()
            let resolver = ReferenceResolver(snapshot, as: actor, for: .treatment)
            #expect(resolver.element("Practitioner/who") != nil)
            #expect(resolver.element("Patient/p0") != nil)
            #expect(resolver.element("Observation/o0-0") != nil)
            #expect(resolver.element("Observation/o0-1/_history/1") != nil)
            #expect(resolver.element("Patient/p1") != nil)
            #expect(resolver.failure == nil)
        }
        #expect(
            try fixture.lines() == [
                "resolve() | - | 1 | 0", "resolve() | - | 1 | 1", "resolve() | - | 3 | 2",
            ])
        let events = try fixture.events()
        #expect(events.dropFirst().allSatisfy { $0.event.continued == events[0].id })
        #expect(try fixture.events(of: "p0").compactMap(\.patientRecords).reduce(0, +) == 3)
    }

    @Test func `a query that fails is recorded with what it opened, and one that never began is not`() throws {
        let fixture = try AuditedStore.fixture(patients: 2)
        let actor = try StoreFixture.clinician
        for text in ["SELECT FROM", "SELECT id FROM Observation"] {
            #expect(throws: StoreError.self) { try fixture.store.query(text, as: nil, for: .treatment) }
        }
        #expect(try fixture.lines() == [])
        let failing = "SELECT id FROM Observation WHERE PATH((1 | 2).single() = 1)"
        #expect(throws: StoreError.self) { try fixture.store.query(failing, as: actor, for: .treatment) }
        let event = try unwrapped(fixture.events().first)
        #expect(event.detail.query == failing && event.detail.rows == nil)
        #expect(event.detail.patients > 0)
    }

    @Test func `breaking the glass is recorded before anything is read, and the patients in a second event`() throws {
        let fixture = try AuditedStore.fixture(patients: 2)
        let text = "SELECT id FROM Observation WHERE PATH((1 | 2).single() = 1)"
        #expect(throws: StoreError.self) {
            try fixture.store.query(
                text, as: StoreFixture.clinician, for: .treatment, breakGlassReason: "unconscious")
        }
        _ = try fixture.store.query(
            "SELECT id FROM Patient", as: StoreFixture.clinician, for: .treatment, breakGlassReason: "unconscious")
        let events = try fixture.events()
        #expect(events.map(\.event.request.breakGlassReason) == Array(repeating: "unconscious", count: 4))
        #expect(events.map(\.event.continued) == [nil, events[0].id, nil, events[2].id])
        #expect(events[0].detail.patients == 0)
        #expect(events[2].line == "SELECT id FROM Patient | - | 0 | 0")
        #expect(events[3].line == "SELECT id FROM Patient | 2 | 2 | 2")
    }

    @Test func `many resources are given in parts, each recorded before it is given`() async throws {
        let fixture = try AuditedStore.fixture(patients: 60)
        let store = try unwrapped(fixture.store)
        let actor = try StoreFixture.clinician
        var seen = 0
        var isAhead = true
        try store.snapshot().forEachResource(.observation, as: actor, for: .treatment) { _ in
            seen += 1
            let recorded = (try? store.auditEvents().reduce(0) { $0 + $1.detail.records }) ?? 0
            isAhead = isAhead && recorded >= UInt64(seen)
            return true
        }
        #expect(seen == 180 && isAhead)
        let events = try fixture.events()
        #expect(1 < events.count && events.count < 6)
        #expect(events.reduce(0) { $0 + $1.detail.records } == 180)
        // Whoever ends early leaves no more than what was read ahead.
        try store.snapshot().forEachResource(.observation, as: actor, for: .treatment) { _ in false }
        let ended = try fixture.events().dropFirst(events.count)
        #expect(ended.reduce(0) { $0 + $1.detail.records } <= 17)
        // Rows of a query, one after the other.
        var rows = 0
        for try await _ in try store.rows(
            of: Query("SELECT id FROM Observation"), as: actor, for: .treatment)
        {
            rows += 1
            let recorded = try store.auditEvents().filter { $0.detail.query == "SELECT id FROM Observation" }
            isAhead = isAhead && recorded.reduce(0) { $0 + ($1.detail.rows ?? 0) } >= UInt64(rows)
        }
        #expect(rows == 180 && isAhead)
    }

    @Test func `redacted records are recorded under the patient's own id`() throws {
        let fixture = try AuditedStore.fixture(patients: 3)
        let policy =
            #"{"defaults": [{"purpose": "TREAT"}, {"purpose": "HRESCH"}], "redaction": {"HRESCH": "deidentified"}}"#
        try fixture.store.setPolicy(StorePolicy(json: Array(policy.utf8)))
        let research = try Purpose(code: "HRESCH")
        let rows = try fixture.store.query(
            "SELECT id, resource FROM Patient", as: StoreFixture.clinician, for: research
        ).rows
        #expect(rows.count == 3 && !rows.contains { $0[0].text.hasPrefix("p") }, "they are redacted")
        let event = try unwrapped(fixture.events().first)
        #expect(try fixture.store.auditedPatients(of: event.id).map(\.id).sorted() == ["p0", "p1", "p2"])
    }

    @Test func `the history of a patient who was deleted is recorded under the patient's id`() throws {
        let fixture = try StoreFixture(recording: .required)
        try fixture.store.importUnvalidated(at: [
            try fixture.write(#"{"resourceType":"Patient","id":"gone"}"#, "gone.json")
        ])
        try fixture.store.delete(.patient, id: "gone")
        let result = try fixture.store.query(
            "HISTORY OF Patient/gone", as: StoreFixture.clinician, for: .treatment)
        #expect(result.rows.count == 2)
        #expect(try fixture.events(of: "gone").map(\.patientRecords) == [1])
    }

    @Test func `several queries are one access when they are recorded together`() throws {
        let fixture = try AuditedStore.fixture()
        let snapshot = try fixture.store.snapshot()
        let (actor, other) = (try StoreFixture.clinician, try Actor("Practitioner/2"))
        let count = try snapshot.recordingTogether(as: actor, for: .treatment) { () throws(StoreError) in
            var count = try snapshot.query("SELECT id FROM Patient WHERE _id = p0", as: actor, for: .treatment).rows
                .count
            count += try snapshot.query("SELECT id FROM Patient WHERE _id = p1", as: other, for: .treatment).rows.count
            count += try snapshot.answer(
                "SELECT id FROM Observation WHERE patient = Patient/p2", as: actor, for: .treatment
            )
            .result.rows.count
            return count
        }
        #expect(count == 5)
        #expect(
            try fixture.lines() == [
                "SELECT id FROM Patient WHERE _id = p1 | 1 | 1 | 1",
                "SELECT id FROM Patient WHERE _id = p0; SELECT id FROM Observation WHERE patient = Patient/p2 | - | 4 | 2",
            ])
        let event = try fixture.events()[1]
        #expect(event.event.isProven && event.event.types == [.observation, .patient])
        #expect(try fixture.store.auditedPatients(of: event.id).map(\.id).sorted() == ["p0", "p2"])
        _ = try snapshot.recordingTogether(as: actor, for: .treatment) { () throws(StoreError) in 7 }
        #expect(try fixture.lines().count == 2)
    }

    @Test func `nothing is recorded when that is off`() throws {
        let fixture = try AuditedStore.fixture()
        fixture.close()
        let store = try Store.open(at: fixture.storePath, unlock: StoreFixture.unlock(), recording: .off)
        _ = try store.query("SELECT id FROM Observation", as: StoreFixture.clinician, for: .treatment)
        #expect(try store.auditEvents().isEmpty)
    }

    @Test func `imports and commands that read for the store itself leave no event, nor change its root`() throws {
        let fixture = try AuditedStore.fixture()
        _ = try fixture.store.statistics()
        _ = try fixture.store.indexes(measuring: true)
        #expect(try fixture.lines() == [])
        let before = try fixture.store.snapshot().commit
        _ = try fixture.rows("SELECT id FROM Patient")
        #expect(try fixture.store.snapshot().commit == before)
        #expect(try fixture.lines().count == 1)
    }

    @Test func `events have numbers without gaps though the clock goes back`() throws {
        // A request is never before the commit that it reads.
        let fixture = try Instant.$fixed.withValue(0) { try AuditedStore.fixture() }
        let actor = try StoreFixture.clinician
        for time in [2_000, 1_000, 3_000, 1_000, 5] as [Int64] {
            try Instant.$fixed.withValue(time) {
                _ = try fixture.store.read(.patient, id: "p0", as: actor, for: .treatment)
            }
        }
        #expect(try fixture.store.auditEvents().map(\.id.time) == [5, 1_000, 1_000, 2_000, 3_000])
        #expect(try fixture.events().map(\.id.number) == [1, 2, 3, 4, 5])
        #expect(try fixture.events().map(\.id.time) == [2_000, 1_000, 3_000, 1_000, 5])
        #expect(
            try fixture.store.auditEvents(of: "p0", since: 1_000, until: 3_000).map(\.id.time) == [1_000, 1_000, 2_000])
        #expect(try fixture.checked() == [])
    }
}

import AvowConsent
import AvowFHIR
import AvowProof
import AvowQuery
import AvowTree
import AvowVerify
import TestSupport
import Testing

@testable import Avow

/// What is remembered of planning changes no byte of an answer.
@Suite struct `Remembered routes` {
    /// Questions on every kind of route; what `$0` and `$1` stand for is drawn.
    private static let templates = [
        "SELECT id, date FROM Observation WHERE code = loinc|$0-1 AND date >= 199$1 ORDER BY date, id",
        "SELECT id FROM Observation WHERE code = loinc|$0-1 OR status = amended ORDER BY id",
        "SELECT id FROM Observation WHERE code IN (loinc|$0-1, loinc|$1-1) ORDER BY date DESC, id LIMIT 3",
        "SELECT id FROM Observation WHERE patient = Patient/p$0 ORDER BY id",
        "SELECT id FROM Observation WHERE patient IN (SELECT patient FROM Observation WHERE code = loinc|$0-1 "
            + "AND status = amended) AND NOT code = loinc|$1-1 ORDER BY id",
        "SELECT id FROM Patient WHERE EXISTS (Observation WHERE code = loinc|$0-1 AND date >= 2000-01-0$1) ORDER BY id",
        "SELECT id FROM Observation WHERE _id IN (SELECT _id FROM Observation WHERE code = loinc|$0-1) "
            + "AND BEFORE (Observation WHERE code = loinc|$1-1) ORDER BY id",
        "SELECT code, COUNT(*), MAX(date) FROM Observation WHERE date >= 198$1 GROUP BY code ORDER BY code",
        "SELECT COUNT(*) FROM Observation WHERE status = amended AND date < 199$0",
        "SELECT id, age(@19$0$1-01-01) AS old FROM Patient ORDER BY id LIMIT 2",
        "SELECT id FROM Observation WHERE _id = 'o-$0-$1'",
        "EXPLAIN SELECT id FROM Observation WHERE code = loinc|$0-1 OR status = amended",
    ]

    /// Observations of three codes; of some patients not everybody may see all.
    private static func fixture() throws -> StoreFixture {
        let fixture = try StoreFixture()
        try fixture.store.setRetention(.everything)
        var lines: [String] = []
        for patient in 0..<8 {
            if patient % 4 == 3 { lines.append(MadeConsent.only("Practitioner/2", of: "p\(patient)", "c\(patient)")) }
            if patient % 4 == 2 { lines.append(MadeConsent.treatmentOnly("p\(patient)", "c\(patient)")) }
            lines.append(Made.patient("p\(patient)"))
            for number in 0..<6 { lines.append(observation(patient, number)) }
        }
        try fixture.importLines(lines)
        try fixture.store.createIndex("status", on: .observation, columns: [.parameter("status"), .parameter("date")])
        return fixture
    }

    private static func observation(_ patient: Int, _ number: Int) -> String {
        let line = Made.observation("o-\(patient)-\(number)", of: "p\(patient)", value: 1, code: 1 + number % 3)
            .replacing("2020-01-02", with: "\(1_985 + patient * 2 + number)-05-01")
        return (patient + number) % 5 == 0 ? line.replacing(#""final""#, with: #""amended""#) : line
    }

    private static func question(_ random: inout SeededGenerator) -> String {
        random.pick(templates).replacing("$0", with: "\(random.below(3) + 1)")
            .replacing("$1", with: "\(random.below(3) + 1)")
    }

    /// What the question comes to when nothing was remembered before it.
    private static func anew(
        _ query: Query, _ answered: AnsweredQuery, _ snapshot: Snapshot
    ) throws -> (result: QueryResult, answer: Answer) {
        let source = TracingSource(snapshot.reader, snapshot.records, Preliminaries(), proving: true)
        let result = try QueryExecutor(query, as: answered.answer.request, over: source, at: snapshot.commit).run()
        let proof = try source.proof()
        var answer = answered.answer
        (answer.treeProof, answer.values, answer.records) = (proof.treeProof, proof.values, proof.records)
        return (result, answer)
    }

    @Test(arguments: 0..<3 as Range<UInt64>)
    func `change no byte of an answer, whoever asks and whatever is committed between`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed &+ 8_800)
        let fixture = try Self.fixture()
        let actors = try ["Practitioner/1", "Practitioner/2"].map { try Actor($0) }
        let purposes = [Purpose.treatment, try Purpose(code: "HRESCH")]
        var asked = [Self.question(&random)]
        for step in 0..<80 {
            if random.below(12) == 0 {
                try fixture.importLines([Self.observation(random.below(8), 6 + random.below(3))])
            }
            // Mostly what was asked before, so that there is something to remember.
            if random.below(4) == 0 { asked.append(Self.question(&random)) }
            let text = random.pick(asked)
            let (actor, purpose) = (random.pick(actors), random.pick(purposes))
            let place = Comment(rawValue: "seed \(seed), step \(step), \(text) by \(actor) for \(purpose.code)")
            let snapshot = try fixture.store.snapshot()
            let plain = random.below(2) == 0 ? try snapshot.query(text, as: actor, for: purpose) : nil
            let answered = try snapshot.answer(text, as: actor, for: purpose)
            let anew = try Self.anew(try Query(text), answered, snapshot)
            #expect(answered.result == anew.result && plain ?? anew.result == anew.result, place)
            #expect(answered.answer.bytes == anew.answer.bytes, place)
            #expect(try snapshot.query(text, as: actor, for: purpose) == anew.result, place)
            if step % 4 == 0 {
                #expect(try fixture.verifier.verify(answered.answer.bytes).result == anew.result, place)
            }
        }
    }

    @Test func `are of one commit each, also as of an earlier one`() throws {
        let fixture = try Self.fixture()
        let actor = try StoreFixture.clinician
        let query = "SELECT id FROM Observation WHERE code = loinc|1-1 AND date >= 1990 ORDER BY id"
        let before = try fixture.store.query(query, as: actor, for: .treatment)
        let commit = try fixture.store.snapshot().commit.sequence
        let past = query + " AS OF COMMIT \(commit)"
        try Instant.$fixed.withValue(4_000_000_000_000) {
            let first = try fixture.store.answer(past, as: actor, for: .treatment)
            #expect(try fixture.store.answer(past, as: actor, for: .treatment).answer.bytes == first.answer.bytes)
            try fixture.importLines([Self.observation(0, 6), Self.observation(4, 9)])
            #expect(try fixture.store.query(query, as: actor, for: .treatment).rows.count == before.rows.count + 2)
            for _ in 0..<2 {
                let again = try fixture.store.answer(past, as: actor, for: .treatment)
                #expect(again.result == before && again.answer.treeProof == first.answer.treeProof)
                #expect(try fixture.verifier.verify(again.answer.bytes).result == before)
            }
        }
    }

    @Test func `are those of one asker, one purpose and one text, to the byte`() throws {
        let fixture = try Self.fixture()
        let snapshot = try fixture.store.snapshot()
        let preliminaries = Preliminaries()
        func ask(_ text: String, _ actor: String, _ purpose: Purpose = .treatment) throws -> Int {
            let request = AccessRequest(actor: try Actor(actor), purpose: purpose, time: snapshot.now)
            let source = TracingSource(snapshot.reader, snapshot.records, preliminaries, proving: false)
            _ = try QueryExecutor(try Query(text), as: request, over: source).run()
            return preliminaries.routes.reduce(0) { $0 + $1.count }
        }
        let text = "SELECT id FROM Observation WHERE code = loinc|1-1"
        #expect(try ask(text, "Practitioner/1") == 1)
        #expect(try ask(text, "Practitioner/1") == 1)
        #expect(try ask(text, "Practitioner/2") == 2)
        #expect(try ask(text, "Practitioner/1", try Purpose(code: "HRESCH")) == 3)
        // Equal strings, in other bytes.
        #expect(try ask("SELECT id FROM Observation WHERE status = '\u{E9}'", "Practitioner/1") == 4)
        #expect(try ask("SELECT id FROM Observation WHERE status = 'e\u{301}'", "Practitioner/1") == 5)
        #expect(try ask(text + " AND patient IN (SELECT patient FROM Patient)", "Practitioner/1") == 7)
        let long = text + " OR id = '" + String(repeating: "a", count: 5_000) + "'"
        #expect(throws: (any Error).self) { try ask(long, "Practitioner/1") }
        #expect(try ask(text + String(repeating: " ", count: 5_000), "Practitioner/1") == 7)
    }

    @Test func `never weigh more than they may, and are forgotten with their version`() throws {
        let fixture = try Self.fixture()
        let actor = try StoreFixture.clinician
        let preliminaries = Preliminaries(mostWeight: 64)
        var random = SeededGenerator(seed: 8_900)
        var most = 0
        for step in 0..<200 {
            if step % 30 == 29 { try fixture.importLines([Self.observation(step % 8, 6 + step % 3)]) }
            let snapshot = try fixture.store.snapshot()
            let request = AccessRequest(actor: actor, purpose: .treatment, time: snapshot.now)
            let source = TracingSource(snapshot.reader, snapshot.records, preliminaries, proving: false)
            _ = try QueryExecutor(try Query(Self.question(&random)), as: request, over: source).run()
            let routes = preliminaries.routes
            #expect(routes.count <= 4 && routes.allSatisfy { $0.weight <= 64 && $0.count <= $0.weight })
            #expect(routes.last?.root == snapshot.reader.root.hash)
            most = max(most, routes.reduce(0) { $0 + $1.count })
        }
        #expect(most > 8)
    }

    @Test func `are recorded each time that they are taken`() throws {
        let fixture = try AuditedStore.fixture()
        let actor = try StoreFixture.clinician
        let text =
            "SELECT id, value FROM Observation WHERE code = loinc|1234-5 AND patient IN (SELECT patient FROM Patient)"
        for _ in 0..<3 {
            _ = try fixture.store.query(text, as: actor, for: .treatment)
            _ = try fixture.store.answer(text, as: actor, for: .treatment)
        }
        let events = try fixture.store.auditEvents(of: nil)
        #expect(events.count == 6)
        for event in events {
            #expect(event.detail.query == text && event.detail.patients == 3 && event.detail.rows == 9)
        }
    }
}

import AvowConsent
import AvowFHIR
import AvowProof
import AvowQuery
import AvowTree
import Foundation
import Testing

@testable import Avow
@testable import ConsentModel

/// Two stores that differ in nothing but records which a request may not see: whatever it asks, what it gets is the same.
///
/// Salts, pseudonyms and hashes are random in each store. What a proof shows of withheld entries is the number of entries
/// in the subtrees that it prunes, and of an entry right beside a range that was read its realm: the space, the index, and
/// the id of its audience; of one beside the entries of audiences the purpose, and a digest of whom it is for. Never
/// anything that it is sorted by: no logical id, pseudonym, code, value or date.
@Suite struct `What is withheld` {
    private static let queries = [
        "SELECT id, code, status FROM Observation", "SELECT * FROM Observation WHERE _id = 'o-1'",
        "SELECT * FROM Observation WHERE _id = 'w-1'", "SELECT id FROM Patient",
        "SELECT id FROM Observation WHERE patient = Patient/w1", "SELECT id FROM Patient WHERE _id = 'w1'",
        "SELECT COUNT(*) FROM Observation", "SELECT COUNT(*) FROM Resource", "SELECT COUNT(*) FROM Condition",
        "SELECT id FROM Observation WHERE code = loinc|1-1 ORDER BY date LIMIT 3",
        "SELECT id FROM Observation WHERE code = loinc|1-1 ORDER BY date DESC LIMIT 3",
        "SELECT id FROM Observation WHERE code = loinc|77-1",
        "SELECT COUNT(*) FROM Observation WHERE code = loinc|77-1",
        "SELECT code, COUNT(*) FROM Observation GROUP BY code",
        "SELECT code, year(date), COUNT(*) FROM Observation GROUP BY code, year(date)",
        "SELECT COUNT(DISTINCT patient) FROM Observation", "SELECT MAX(date) FROM Observation WHERE code = loinc|1-1",
        "SELECT id FROM Patient WHERE EXISTS (Observation WHERE code = loinc|77-1)",
        "SELECT id FROM Patient WHERE NOT EXISTS (Observation WHERE code = loinc|1-1)",
        "SELECT id FROM Observation OFFSET 4 LIMIT 3", "HISTORY OF Observation/o-2", "HISTORY OF Observation/w-1",
        "HISTORY OF Observation/w-9", "SELECT id FROM Encounter", "SELECT SUM(value) FROM Observation",
    ]

    /// An Observation on a date that no other one has, so that what is ordered by dates has one order.
    private static func observation(_ number: Int, of patient: String) -> String {
        Made.observation("o-\(number)", of: patient, value: 1, code: 1 + number % 2)
            .replacing("2020-01-02", with: "\(1_990 + number)-05-01")
    }

    /// Six patients whom nobody has to ask, and one who withholds all.
    private static func fixture() throws -> StoreFixture {
        let fixture = try StoreFixture()
        try fixture.importLines([MadeConsent.nothing("w0", "c0"), MadeConsent.treatmentOnly("p1", "c1")])
        var lines = [Made.patient("w0"), Made.observation("w-0", of: "w0", value: 1)]
        for index in 1...6 {
            lines.append(Made.patient("p\(index)"))
            lines += (4 * index..<4 * index + 4).map { observation($0 - 4, of: "p\(index)") }
        }
        try fixture.importLines(lines)
        try fixture.importLines([Made.observation("o-2", of: "p1", value: 9)])
        return fixture
    }

    /// The same, and many that the request may not see: other patients, with other codes and dates, deleted ones and
    /// former versions, whom others may read or nobody.
    private static func fixtureWithMore() throws -> StoreFixture {
        let fixture = try fixture()
        var lines: [String] = []
        for index in 1...40 {
            let consent =
                index % 3 == 0
                ? MadeConsent.only("Practitioner/\(index)", of: "w\(index)", "cw\(index)")
                : MadeConsent.nothing("w\(index)", "cw\(index)")
            lines.append(consent)
        }
        try fixture.importLines(lines)
        lines = []
        for index in 1...40 {
            lines.append(Made.patient("w\(index)"))
            lines.append(Made.observation("w-\(index)", of: "w\(index)", value: index, code: index % 2 == 0 ? 1 : 77))
            lines.append(
                #"{"resourceType":"Encounter","id":"we\#(index)","subject":{"reference":"Patient/w\#(index)"}}"#)
            lines.append(
                #"{"resourceType":"Condition","id":"wc\#(index)","subject":{"reference":"Patient/w\#(index)"}}"#)
        }
        try fixture.importLines(lines)
        try fixture.importLines((1...5).map { Made.observation("w-\($0)", of: "w\($0)", value: 2 * $0, code: 77) })
        try fixture.store.delete((9...12).map { ResourceIdentity(.observation, id: "w-\($0)") })
        return fixture
    }

    /// All of an answer that does not depend on random numbers and on the size of the tree.
    private struct Seen: Equatable {
        var error: String?
        var columns: [String] = []
        var rows: [[String]] = []
        var audiences: [UInt64] = []
        var plan: [String] = []
        /// The realms of the entries that are shown whole.
        var entries: [[UInt8]] = []
        var valueSizes: [Int] = []
        var records: [[UInt8]] = []
    }

    private static func seen(_ fixture: StoreFixture, _ query: String) throws -> (seen: Seen, proof: ProofSurgery?) {
        var seen = Seen()
        let asker = try Actor("Practitioner/1000", roles: ["nurse"], organization: "Organization/1")
        do throws(StoreError) {
            let answered = try fixture.store.answer(query, as: asker, for: .treatment)
            seen.columns = answered.result.columns
            seen.rows = answered.result.rows.map { $0.map(\.text) }
            // Without ORDER BY some orders are those of pseudonyms, which are random.
            if !query.contains("ORDER BY") { seen.rows.sort { $0.lexicographicallyPrecedes($1) } }
            seen.audiences = answered.result.audiences
            seen.plan = try fixture.store.snapshot().explain(query, as: asker, for: .treatment).lines
            seen.valueSizes = answered.answer.values.map(\.count).sorted()
            seen.records = answered.answer.records.map(\.json).sorted { $0.lexicographicallyPrecedes($1) }
            guard let proof = try? ProofSurgery(answered.answer.treeProof) else { return (seen, nil) }
            seen.entries = proof.leaves(.full).compactMap { proof.items[$0].leaf }
                .map { Array($0.key.bytes[$0.key.realm]) }.sorted { $0.lexicographicallyPrecedes($1) }
            return (seen, proof)
        } catch {
            seen.error = "\(error)"
            return (seen, nil)
        }
    }

    @Test func `shows in no row, total, order, error or plan, and in no entry of a proof`() throws {
        let less = try Self.fixture()
        let more = try Self.fixtureWithMore()
        let sizes = try (less.store.snapshot().commit.entryCount, more.store.snapshot().commit.entryCount)
        #expect(sizes.1 > sizes.0 + 200)
        var rowCount = 0
        for query in Self.queries {
            // OFFSET and LIMIT without an order cut as pseudonyms do.
            let (first, _) = try Self.seen(less, query)
            let (second, proof) = try Self.seen(more, query)
            if query.contains("OFFSET") {
                #expect(first.rows.count == second.rows.count && first.plan == second.plan, "\(query)")
            } else {
                #expect(first == second, "\(query)")
            }
            rowCount += first.rows.count
            try checkNeighbours(proof, admitted: second.audiences, query)
        }
        #expect(rowCount > 40)
    }

    /// Of entries that the request may not see at most the realm is shown.
    private func checkNeighbours(_ proof: ProofSurgery?, admitted: [UInt64], _ query: String) throws {
        for item in proof?.items ?? [] {
            guard let leaf = item.leaf, leaf.disclosure != .realm else { continue }
            var realm = TupleReader(leaf.key.bytes, in: leaf.key.realm)
            let space = try unwrapped(KeySpace(rawValue: try realm.unsigned()))
            let audience: UInt64
            switch space {
            case .configuration: continue
            case .audience:
                // Beside the ranges that the request reads whole.
                #expect(leaf.disclosure == .full || !leaf.key.bytes.isEmpty)
                continue
            case .index:
                _ = try realm.unsigned()
                audience = try realm.unsigned()
            default: audience = try realm.unsigned()
            }
            #expect(admitted.contains(audience), "\(query) shows more than the realm of an entry in \(space)")
        }
    }

    /// Whether an index has entries that stand for many is in the catalog, which every query reads.
    @Test func `shows in the catalog of indexes when a record overflows one`() throws {
        let fixture = try Self.fixture()
        let before = try fixture.store.snapshot().catalog()
        let codings = (0..<1_100).map { #"{"system":"http://loinc.org","code":"x\#($0)"}"# }.joined(separator: ",")
        try fixture.importLines([
            #"{"resourceType":"Observation","id":"big","status":"final","code":{"coding":[\#(codings)]},"subject":{"reference":"Patient/w0"}}"#
        ])
        #expect(try fixture.store.snapshot().catalog() != before)
    }
}

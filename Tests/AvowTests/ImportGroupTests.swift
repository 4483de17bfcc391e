import AvowConsent
import AvowFHIR
import AvowQuery
import Foundation
import TestSupport
import Testing

@testable import Avow

/// Imports lines with limits that hand each resource, or a few, to a group of their own.
extension StoreFixture {
    fileprivate func importLines(
        _ lines: [String], part: Int, group: Int, named name: String = "lines.ndjson"
    ) throws -> ImportSummary {
        let path = try write(lines.joined(separator: "\n"), name)
        let limits = Importer.Limits(groupBytes: (least: group, most: group), partBytes: (first: part, later: part))
        var importer = Importer(store, .structure, limits: limits) { Issue.record("\($0)") }
        return try importer.run([path]) { _ in }
    }

    fileprivate func values() throws -> [[String]] {
        let query = "SELECT id, valueInteger FROM Observation ORDER BY id"
        return try store.query(query, as: StoreFixture.clinician, for: .treatment).rows.map { $0.map(\.text) }
    }
}

private func patient(_ id: Int) -> String { #"{"resourceType":"Patient","id":"p\#(id)"}"# }

private func observation(_ id: Int, of patient: Int, value: Int) -> String {
    """
    {"resourceType":"Observation","id":"o\(id)","status":"final","code":{"coding":[{"system":"http://loinc.org",\
    "code":"\(id % 7)-1"}]},"subject":{"reference":"Patient/p\(patient)"},"effectiveDateTime":"2020-01-0\(1 + id % 9)",\
    "valueInteger":\(value)}
    """
}

@Suite struct `A group of resources that is taken in parts` {
    /// Parts of one resource, of a few, and of all.
    static let parts = [1, 5_000, 1 << 30]

    @Test(arguments: parts)
    func `is one commit, in which what is repeated is unchanged`(part: Int) throws {
        let fixture = try StoreFixture()
        let lines = [patient(1)] + (0..<20).map { observation($0, of: 1, value: $0) }
        let summary = try fixture.importLines(lines + lines.reversed() + lines, part: part, group: 1 << 30)
        #expect(summary.created == 21)
        #expect(summary.unchanged == 42)
        #expect(summary.updated == 0)
        #expect(summary.commits == 1)
        #expect(summary.newPatients == 1)
        #expect(try fixture.values().count == 20)
    }

    @Test(arguments: parts)
    func `is committed before a resource that it has comes in another version`(part: Int) throws {
        let fixture = try StoreFixture()
        let lines = [
            patient(1), observation(1, of: 1, value: 10), observation(2, of: 1, value: 20),
            observation(1, of: 1, value: 11), observation(1, of: 1, value: 11), observation(1, of: 1, value: 12),
        ]
        let summary = try fixture.importLines(lines, part: part, group: 1 << 30)
        #expect(summary.created == 3)
        #expect(summary.updated == 2)
        #expect(summary.unchanged == 1)
        #expect(summary.commits == 3)
        #expect(try fixture.values() == [["o1", "12"], ["o2", "20"]])
    }

    @Test func `that is of another patient the second time is another version`() throws {
        let fixture = try StoreFixture()
        let lines = [patient(1), patient(2), observation(1, of: 1, value: 1), observation(1, of: 2, value: 1)]
        let summary = try fixture.importLines(lines, part: 1, group: 1 << 30)
        #expect(summary.updated == 1)
        #expect(try fixture.values() == [["o1", "1"]])
    }

    @Test(arguments: 0..<6 as Range<UInt64>)
    func `leaves what importing one after the other would`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var expected: [Int: Int] = [:]
        let lines =
            (0..<4).map(patient)
            + (0..<300).map { _ in
                let id = Int.random(in: 0..<60, using: &random)
                let value = Int.random(in: 0..<3, using: &random)
                expected[id] = value
                return observation(id, of: id % 4, value: value)
            }
        let part = Int.random(in: 1..<20_000, using: &random)
        let group = Int.random(in: 1..<40_000, using: &random)
        let fixture = try StoreFixture()
        let summary = try fixture.importLines(lines, part: part, group: group)
        let rows = try fixture.values().map { "\($0[0])=\($0[1])" }.sorted()
        let wanted = expected.map { "o\($0.key)=\($0.value)" }.sorted()
        #expect(rows == wanted, "seed \(seed), part \(part), group \(group)")
        #expect(summary.created + summary.updated + summary.unchanged == 304)
        #expect(summary.created == 4 + expected.count)
        // All of it is there already, in whatever parts it comes again.
        let last = expected.sorted { $0.key < $1.key }.map { observation($0.key, of: $0.key % 4, value: $0.value) }
        let again = try fixture.importLines(last, part: 700, group: 1_500, named: "again.ndjson")
        #expect(again.unchanged == expected.count)
        #expect(again.commits == 0)
        fixture.close()
        let report = try Store.check(at: fixture.storePath, unlock: try StoreFixture.unlock())
        #expect(report.damages.isEmpty)
    }
}

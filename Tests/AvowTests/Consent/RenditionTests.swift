import AvowConsent
import AvowFHIR
import AvowProof
import AvowQuery
import AvowTree
import AvowVerify
import Foundation
import Testing
@testable import Avow

/// What a redaction profile shows of records, from a store.
@Suite struct `Renditions` {
    private static let policy = """
        {"defaults": [{"purpose": "TREAT"}, {"purpose": "HRESCH"}], "redaction": {"HRESCH": "deidentified"}}
        """

    private let fixture: StoreFixture

    init() throws {
        fixture = try StoreFixture()
        try fixture.store.setPolicy(try StorePolicy(json: Array(Self.policy.utf8)))
    }

    private func rows(_ text: String, for purpose: Purpose) throws -> [[Cell]] {
        let answered = try fixture.store.answer(text, as: StoreFixture.clinician, for: purpose)
        let verified = try fixture.verifier.verify(answered.answer.bytes)
        #expect(verified.result.rows == answered.result.rows)
        #expect(try fixture.store.query(text, as: StoreFixture.clinician, for: purpose).rows == answered.result.rows)
        return answered.result.rows
    }

    private func text(_ text: String, for purpose: Purpose) throws -> String {
        let answered = try fixture.store.answer(text, as: StoreFixture.clinician, for: purpose)
        return String(decoding: answered.answer.bytes, as: UTF8.self)
    }

    private func expectHealthy() throws { #expect(try fixture.copyChecked() == []) }

    @Test func `show research what the profile leaves, and nothing else, with proof`() throws {
        try fixture.store.importResources(at: [try fixture.writeSamples(5).path])
        let whole = try rows("SELECT id FROM Patient", for: .treatment)
        let shown = try rows("SELECT id FROM Patient", for: .research)
        #expect(whole.count == 5 && shown.count == 5)
        #expect(Set(whole.map { "\($0)" }).isDisjoint(with: shown.map { "\($0)" }))
        for row in whole {
            let id = try #require(row.first?.text)
            #expect(try rows("SELECT id FROM Patient WHERE _id = '\(id)'", for: .research).isEmpty)
            #expect(try rows("SELECT id FROM Observation WHERE patient = 'Patient/\(id)'", for: .research).isEmpty)
        }
        let count = "SELECT COUNT(*) FROM Observation"
        #expect(try rows(count, for: .research) == rows(count, for: .treatment))
        let joined = "SELECT COUNT(*) FROM Observation WHERE patient IN (SELECT patient FROM Patient WHERE gender = 'female')"
        #expect(try rows(joined, for: .research) == rows(joined, for: .treatment))
        // A rendition has the year as it was written, whatever its offset from UTC.
        let years = try rows("SELECT year(date), COUNT(*) FROM Observation GROUP BY year(date)", for: .research)
        let sum = years.compactMap { Int($0[1].text) }.reduce(0, +)
        #expect(try rows(count, for: .treatment) == [[.number(String(sum))]])
        let byPatient = try #require(try rows("SELECT id FROM Patient", for: .research).first?.first?.text)
        #expect(
            try rows("SELECT id FROM Observation WHERE patient = 'Patient/\(byPatient)'", for: .research).count > 0)
        let names = try rows("SELECT name.family FROM Patient", for: .treatment).compactMap(\.first?.text)
        let disclosed = try text("SELECT resource FROM Patient", for: .research)
        #expect(names.count == 5)
        for name in names { #expect(!disclosed.contains(name)) }
        try expectHealthy()
    }

    @Test func `follow their records: new versions, deletions, consents and policies`() throws {
        try fixture.importLines([
            Made.patient("p", born: 1970), Made.patient("q", born: 1980),
            Made.observation("a", of: "p", value: 1), Made.observation("b", of: "q", value: 2),
        ])
        let values = "SELECT value FROM Observation ORDER BY value"
        #expect(try rows(values, for: .research).map { $0.first?.text } == ["1", "2"])
        try expectHealthy()
        try fixture.importLines([Made.observation("a", of: "p", value: 5)])
        #expect(try rows(values, for: .research).map { $0.first?.text } == ["2", "5"])
        try expectHealthy()
        try fixture.importLines([Made.observation("a", of: "q", value: 6)])
        #expect(try rows(values, for: .research).map { $0.first?.text } == ["2", "6"])
        try expectHealthy()
        #expect(try fixture.store.delete(.observation, id: "b") == .deleted(version: 2))
        #expect(try rows(values, for: .research).map { $0.first?.text } == ["6"])
        try expectHealthy()
        try fixture.importLines([
            """
            {"resourceType":"Consent","id":"c","status":"active","scope":{"coding":[{"system":\
            "http://terminology.hl7.org/CodeSystem/consentscope","code":"patient-privacy"}]},"patient":\
            {"reference":"Patient/q"},"provision":{"type":"deny","purpose":[{"system":\
            "http://terminology.hl7.org/CodeSystem/v3-ActReason","code":"HRESCH"}]}}
            """
        ])
        #expect(try rows(values, for: .research).isEmpty)
        #expect(try rows("SELECT id FROM Patient", for: .research).count == 1)
        #expect(try rows(values, for: .treatment).count == 1)
        try expectHealthy()
        #expect(try fixture.store.delete(.consent, id: "c") == .deleted(version: 2))
        #expect(try rows(values, for: .research).count == 1)
        try expectHealthy()
        try fixture.store.setPolicy(.standard)
        #expect(try rows(values, for: .research).isEmpty)
        #expect(try fixture.store.snapshot().reader.count(in: .space(.placement)) == 0)
        try expectHealthy()
        try fixture.store.setPolicy(try StorePolicy(json: Array(Self.policy.utf8)))
        #expect(try rows(values, for: .research).count == 1)
        try expectHealthy()
    }
}

import AvowConsent
import AvowFHIR
import AvowProof
import AvowQuery
import AvowVerify
import Foundation
import Testing

@testable import Avow

/// GRANT, REVOKE, SHOW CONSENT and EXPLAIN CONSENT of a store.
@Suite struct `Statements of a patient` {
    private final class Given {
        let fixture: StoreFixture
        var store: Store { fixture.store }

        init() throws {
            fixture = try StoreFixture()
            var lines: [String] = []
            for patient in ["1", "2"] {
                lines.append(#"{"resourceType":"Patient","id":"\#(patient)"}"#)
                for code in ["a", "b"] {
                    lines.append(
                        #"{"resourceType":"Observation","id":"\#(patient)\#(code)","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"\#(code)"}]},"subject":{"reference":"Patient/\#(patient)"}}"#
                    )
                }
            }
            try store.importResources(at: [try fixture.write(lines.joined(separator: "\n"), "records.ndjson")])
        }

        static var patient: Actor { get throws { try Actor("Patient/1") } }

        /// The ids of the Observations that somebody reads, once the answer has been verified.
        func read(_ clauses: String, roles: [String] = [], organization: String? = nil) throws -> [String] {
            let actor = try Actor("Practitioner/1", roles: roles, organization: organization)
            return try rows("SELECT id FROM Observation ORDER BY id \(clauses)", actor).map { $0[0] }
        }

        /// The rows of a query, once its answer has been verified.
        func rows(_ text: String, _ actor: Actor? = nil) throws -> [[String]] {
            let answered = try store.answer(text, as: actor)
            let verified = try fixture.verifier.verify(answered.answer.bytes)
            #expect(verified.result == answered.result)
            return answered.result.rows.map { $0.map(\.text) }
        }
    }

    @Test func `a patient refuses, allows a study, and refuses again`() throws {
        let given = try Given()
        let patient = try Given.patient
        #expect(try given.read("FOR HRESCH") == [])
        #expect(try given.read("FOR TREAT") == ["1a", "1b", "2a", "2b"])
        // Nobody reads for research by default; that everybody may is what has to be said.
        #expect(try given.store.execute("GRANT HRESCH ON Observation OF Patient/1 TO ANYONE", as: patient).isChanged)
        #expect(try given.read("FOR HRESCH") == ["1a", "1b"])
        try given.store.execute("REVOKE ALL ON * OF Patient/1 FROM ANYONE", as: patient)
        #expect(try given.read("FOR HRESCH") == [])
        #expect(try given.read("FOR TREAT") == ["2a", "2b"])
        let outcome = try given.store.execute(
            "GRANT HRESCH ON Observation OF Patient/1 TO ORGANIZATION x CODE loinc|a AS Patient/1")
        #expect(
            outcome.statements.map(\.text) == [
                "REVOKE ALL ON * OF Patient/1 FROM ANYONE",
                "GRANT HRESCH ON Observation OF Patient/1 TO ORGANIZATION Organization/x CODE loinc|a",
            ])
        #expect(try given.read("FOR HRESCH") == [])
        #expect(try given.read("FOR HRESCH", organization: "Organization/x") == ["1a"])
        #expect(try given.read("FOR TREAT", organization: "Organization/x") == ["2a", "2b"])
        let again = try given.store.execute(
            "GRANT HRESCH ON Observation OF Patient/1 TO ORGANIZATION x CODE loinc|a", as: patient)
        #expect(!again.isChanged && again.statements == outcome.statements)
        try given.store.execute("REVOKE HRESCH ON * OF Patient/1 FROM ANYONE", as: patient)
        #expect(try given.read("FOR HRESCH", organization: "Organization/x") == [])
    }

    @Test func `only the patient and who manages consents may make one`() throws {
        let given = try Given()
        let text = "REVOKE TREAT ON * OF Patient/1 FROM ANYONE"
        for actor in [try Actor("Patient/2"), try Actor("Practitioner/1", roles: ["clerk"])] {
            #expect(throws: StoreError.self) { try given.store.execute(text, as: actor) }
        }
        #expect(throws: StoreError.self) { try given.store.execute(text) }
        #expect(throws: StoreError.self) { try given.store.execute(text + " AS Patient/2", as: try Given.patient) }
        #expect(throws: StoreError.self) { try given.store.execute("SET PURPOSE TREAT", as: try Given.patient) }
        #expect(throws: StoreError.self) { try given.store.query(text, as: try Given.patient) }
        #expect(try given.read("FOR TREAT").count == 4)
        try given.store.setPolicy(try StorePolicy(json: Array(#"{"consentManagers":["clerk"]}"#.utf8)))
        try given.store.execute(text, as: try Actor("Practitioner/1", roles: ["clerk"]))
        #expect(try given.rows("SELECT id FROM Observation FOR TREAT", try Actor("Practitioner/1")).count < 4)
    }

    @Test func `another Consent that outweighs a statement is named`() throws {
        let given = try Given()
        let consent = #"""
            {"resourceType":"Consent","id":"c","status":"active","scope":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentscope","code":"patient-privacy"}]},"category":[{"coding":[{"system":"http://loinc.org","code":"59284-0"}]}],"patient":{"reference":"Patient/1"},"policy":[{"uri":"urn:x"}],"provision":{"provision":[{"type":"deny","purpose":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActReason","code":"HRESCH"}]}]}}
            """#
        try given.store.importResources(at: [try given.fixture.write(consent, "consent.json")])
        let patient = try Given.patient
        func obstacles(_ text: String) throws -> [StatementObstacle] {
            try given.store.execute(text, as: patient).obstacles
        }
        let whole = try obstacles("GRANT HRESCH ON * OF Patient/1 TO ANYONE")
        #expect(whole.map(\.consent) == ["Consent/c"] && whole.allSatisfy(\.isWhole))
        #expect(whole.map(\.path) == ["Consent.provision.provision[0]"])
        let part = try obstacles("GRANT HRESCH, PUBHLTH ON Observation OF Patient/1 TO ANYONE")
        #expect(part.map(\.isWhole) == [false])
        #expect(try obstacles("GRANT PUBHLTH ON * OF Patient/1 TO ANYONE").isEmpty)
        #expect(try obstacles("REVOKE HRESCH ON * OF Patient/1 FROM ANYONE").isEmpty)
        #expect(try given.read("FOR HRESCH") == [])
    }

    @Test func `a Consent that somebody else wrote in its place is left alone`() throws {
        let given = try Given()
        try given.store.execute("GRANT HRESCH ON * OF Patient/1 TO ANYONE", as: try Given.patient)
        let snapshot = try given.store.snapshot()
        let json = try #require(
            try snapshot.read(
                .consent, id: "avow-consent-1", as: try Actor("Practitioner/1"), for: Purpose(code: "HRESCH")))
        let foreign = String(decoding: json, as: UTF8.self).replacing("\"managed\"", with: "\"other\"")
        try given.store.importUnvalidated(at: [try given.fixture.write(foreign, "foreign.json")])
        #expect(throws: StoreError.self) {
            try given.store.execute("REVOKE HRESCH ON * OF Patient/1 FROM ANYONE", as: try Given.patient)
        }
    }

    @Test func `SHOW CONSENT says what the Consents come to, with proof`() throws {
        let given = try Given()
        let patient = try Given.patient
        #expect(try given.rows("SHOW CONSENT FOR Patient/1 FOR PATRQT", patient).isEmpty)
        try given.store.execute("REVOKE HRESCH ON * OF Patient/1 FROM ANYONE", as: patient)
        try given.store.execute(
            "GRANT HRESCH ON Observation OF Patient/1 TO Practitioner/7, ROLE nurse WITH LABEL R UNTIL 2027-01-01",
            as: patient)
        let rows = try given.rows("SHOW CONSENT FOR Patient/1 FOR PATRQT", patient)
        #expect(
            rows.map { $0.dropFirst(3).joined(separator: "; ") } == [
                "permit; permits Observation labelled R or below to Practitioner/7 or the role 'nurse' for HRESCH; ; 2027-01-02T00:00:00.000Z; Consent.provision.provision[0].provision[0]",
                "deny; denies all records to anyone for HRESCH; ; ; Consent.provision.provision[0]",
            ], "\(rows)")
        #expect(rows.allSatisfy { $0.prefix(3) == ["Consent/avow-consent-1", "2", "A"] })
        #expect(try given.rows("SHOW CONSENT FOR Patient/2 FOR PATRQT", patient).isEmpty)
        // Who may not read them is told nothing.
        #expect(try given.rows("SHOW CONSENT FOR Patient/1 FOR HRESCH", try Actor("Practitioner/1")).isEmpty)
    }

    @Test func `EXPLAIN CONSENT shows what admits, and to an auditor what does not`() throws {
        let given = try Given()
        try given.store.execute("GRANT HRESCH ON Observation OF Patient/1 TO ANYONE", as: try Given.patient)
        let actor = try Actor("Practitioner/1")
        let text = "EXPLAIN CONSENT SELECT id FROM Observation FOR "
        let research = try given.rows(text + "HRESCH", actor)
        #expect(research.map { Array($0.dropFirst()) } == [["true", "HRESCH to anyone", "", "2"]], "\(research)")
        #expect(try given.rows(text + "PUBHLTH", actor).isEmpty)
        let policy = try StorePolicy(json: Array(#"{"auditors":["auditor"]}"#.utf8))
        try given.store.setPolicy(policy)
        let auditor = try Actor("Practitioner/1", roles: ["auditor"])
        let rows = try given.rows(text + "PUBHLTH", auditor)
        #expect(rows.allSatisfy { $0[1] == "false" } && rows.contains { $0[2] == "HRESCH to anyone" }, "\(rows)")
        #expect(rows.allSatisfy { $0[2].isEmpty || $0[3] == "it is not for PUBHLTH" }, "\(rows)")
    }
}

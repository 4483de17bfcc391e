import AvowFHIR
import AvowProof
import AvowTree

@testable import Avow
@testable import ConsentModel

/// Consents in few words, for tests of stores.
enum MadeConsent {
    /// A Consent of a patient: what it has beside id, status, scope and patient.
    static func of(_ patient: String, _ id: String, _ members: String, status: String = "active") -> String {
        Given.consentText(members, id: id, status: status).replacing("\n", with: "")
            .replacing("Patient/p\"", with: "Patient/\(patient)\"")
    }

    /// Anyone may read for treatment, and nobody for anything else.
    static func treatmentOnly(_ patient: String, _ id: String, status: String = "active") -> String {
        of(
            patient, id, #""provision":{"type":"permit","purpose":[\#(Given.purpose("TREAT"))]}"#, status: status)
    }

    /// A practitioner may read, for whatever, within a period if one is given, and nobody else.
    static func only(_ practitioner: String, of patient: String, _ id: String, period: String? = nil) -> String {
        let members = period.map { #","period":\#($0)"# } ?? ""
        let permit = #"{"type":"permit","actor":[\#(Given.actor(practitioner))]\#(members)}"#
        return of(patient, id, #""provision":{"type":"deny","provision":[\#(permit)]}"#)
    }

    /// Nobody may read.
    static func nothing(_ patient: String, _ id: String, status: String = "active") -> String {
        of(patient, id, #""provision":{"type":"deny"}"#, status: status)
    }
}

extension Store {
    /// Commits changes of the tree as if they were right.
    func forge(_ change: (Snapshot) throws -> [TreeMutation]) throws {
        let snapshot = try snapshot()
        let batch = try TreeBatch(try change(snapshot))
        try write { (transaction) throws(StoreError) in
            try committer.commit(
                batch, after: snapshot.state, nextRecordID: snapshot.state.nextRecordID, reason: "test",
                in: transaction)
        }
    }
}

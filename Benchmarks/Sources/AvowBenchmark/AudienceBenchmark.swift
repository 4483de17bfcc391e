import Avow
import AvowConsent
import AvowFHIR
import AvowProof
import AvowQuery
import AvowVerify
import BenchmarkSupport
import Foundation

/// What many audiences cost: a store in which each patient has a Consent of their own, beside the same store in which the
/// Consents are not in force; and how long it takes to move the resources of a patient.
enum AudienceBenchmark {
    private static let observations = 3

    static func run(patients: Int, in folder: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for isInForce in [false, true] {
            let name = isInForce ? "own" : "one"
            let store = try BenchmarkStore.create(at: "\(folder)/\(name)")
            let path = "\(folder)/\(name).ndjson"
            try lines(patients, isInForce: isInForce).write(toFile: path, atomically: true, encoding: .utf8)
            let seconds = try time { try store.importResources(at: [path], validation: .none) } / 1e6
            Figures.write("audiences.\(name).import", seconds, "s")
            try ask(store, name, patients)
            try change(store, name, patients, "\(folder)/change.ndjson")
        }
    }

    /// Patients with a Consent each that lets anyone read for treatment but for one practitioner, and a few records.
    private static func lines(_ patients: Int, isInForce: Bool) -> String {
        var lines: [String] = []
        for patient in 0..<patients {
            lines.append(consent(patient, isInForce: isInForce, but: "Practitioner/x\(patient)"))
            lines.append(#"{"resourceType":"Patient","id":"p\#(patient)","birthDate":"1970-01-01"}"#)
            for number in 0..<observations { lines.append(observation("o\(patient)-\(number)", of: patient, number)) }
        }
        return lines.joined(separator: "\n")
    }

    private static func observation(_ id: String, of patient: Int, _ number: Int) -> String {
        let date = "202\(number % 5)-0\(number % 9 + 1)-01"
        return """
            {"resourceType":"Observation","id":"\(id)","status":"final",\
            "code":{"coding":[{"system":"http://loinc.org","code":"\(number % 3)-1"}]},\
            "subject":{"reference":"Patient/p\(patient)"},"effectiveDateTime":"\(date)",\
            "valueQuantity":{"value":\(number),"unit":"mg"}}
            """
    }

    private static func consent(_ patient: Int, isInForce: Bool, but practitioner: String) -> String {
        func coding(_ system: String, _ code: String) -> String {
            #"{"system":"http://terminology.hl7.org/CodeSystem/\#(system)","code":"\#(code)"}"#
        }
        let role = #"{"coding":[\#(coding("v3-ParticipationType", "IRCP"))]}"#
        let denial = """
            {"type":"deny","actor":[{"role":\(role),"reference":{"reference":"\(practitioner)"}}]}
            """
        return """
            {"resourceType":"Consent","id":"c\(patient)","status":"\(isInForce ? "active" : "inactive")",\
            "scope":{"coding":[\(coding("consentscope", "patient-privacy"))]},\
            "category":[{"coding":[{"system":"http://loinc.org","code":"59284-0"}]}],\
            "patient":{"reference":"Patient/p\(patient)"},\
            "provision":{"type":"permit","purpose":[\(coding("v3-ActReason", "TREAT"))],"provision":[\(denial)]}}
            """
    }

    // MARK: Asking

    private static func ask(_ store: Store, _ name: String, _ patients: Int) throws {
        let verifier = AnswerVerifier(LogPolicy(log: store.verifierKey))
        let actor = try Actor("Practitioner/1")
        func measure(_ what: String, runs: Int, _ text: (Int) -> String) throws {
            let queries = try (0..<runs).map { try Query(text($0)) }
            let snapshot = try store.snapshot()
            let first = try time { _ = try snapshot.query(prepared: queries[0], as: actor, for: .treatment) }
            Figures.write("audiences.\(name).\(what).first", first, "µs")
            let plain = try medianTime(runs) { run in
                _ = try snapshot.query(prepared: queries[run], as: actor, for: .treatment)
            }
            Figures.write("audiences.\(name).\(what)", plain, "µs")
            var file: [UInt8] = []
            let proven = try medianTime(min(runs, 5)) { run in
                file = try snapshot.answer(prepared: queries[run], as: actor, for: .treatment).answer.bytes
            }
            Figures.write("audiences.\(name).\(what).proven", proven, "µs")
            Figures.write("audiences.\(name).\(what).answer", Double(file.count), "bytes")
            let verifying = try medianTime(min(runs, 3)) { _ in _ = try verifier.verify(file) }
            Figures.write("audiences.\(name).\(what).verified", verifying, "µs")
        }
        try measure("point", runs: 51) { "SELECT * FROM Observation WHERE _id = 'o\($0 * 7 % patients)-1'" }
        try measure("patient", runs: 51) { "SELECT id FROM Observation WHERE patient = Patient/p\($0 * 7 % patients)" }
        try measure("count", runs: 5) { _ in "SELECT COUNT(*) FROM Observation WHERE code = loinc|1-1" }
        try measure("groups", runs: 5) { _ in
            "SELECT code, year(date), COUNT(*) FROM Observation GROUP BY code, year(date)"
        }
    }

    // MARK: Changing

    /// A patient with a thousand records who withdraws and restores a Consent.
    private static func change(_ store: Store, _ name: String, _ patients: Int, _ path: String) throws {
        let patient = patients
        let records = (0..<1_000).map { observation("m\($0)", of: patient, $0) }
        try records.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
        try store.importResources(at: [path], validation: .none)
        let moving = try medianTime(20) { run in
            let text = consent(patient, isInForce: run % 2 == 0, but: "Practitioner/y")
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            try store.importResources(at: [path], validation: .none)
        }
        Figures.write("audiences.\(name).move", moving / 1e3, "ms")
    }
}

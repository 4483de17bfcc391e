import Avow
import AvowConsent
import AvowFHIR
import AvowQuery
import BenchmarkSupport
import Foundation

/// What consent costs the questions of `Examples/queries`: the same patients in a store without Consents, and in one where
/// a third of them refuse research and a tenth have exceptions of their own.
struct ConsentBenchmark {
    /// A store, and who has a Consent in it.
    private struct Side {
        let name: String
        let snapshot: Snapshot
    }

    static func run(bundles: String, folder: String, queries: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var sides: [Side] = []
        for name in ["without", "with"] {
            let store = try BenchmarkStore.create(at: "\(folder)/\(name)")
            let policy = #"{"defaults":[{"purpose":"TREAT"},{"purpose":"HRESCH"}]}"#
            try store.setPolicy(try StorePolicy(json: Array(policy.utf8)))
            try store.importResources(at: [bundles], validation: .none)
            if name == "with" { try consent(store, "\(folder)/consents.ndjson") }
            sides.append(Side(name: name, snapshot: try store.snapshot()))
        }
        let files = try FileManager.default.contentsOfDirectory(
            at: URL(filePath: queries), includingPropertiesForKeys: nil)
        for purpose in [Purpose.treatment, .research] {
            var ratios: [String: [Double]] = ["": [], ".proven": []]
            for file in files.sorted(by: { $0.path < $1.path }) where file.pathExtension == "sql" {
                let name = file.deletingPathExtension().lastPathComponent
                guard name.first?.isNumber == true else { continue }
                let text = try String(contentsOf: file, encoding: .utf8)
                for (kind, isProven) in [("", false), (".proven", true)] {
                    let times = try ask(text, purpose, isProven: isProven, sides)
                    Figures.write("consent.\(purpose.code).\(name)\(kind).without", times[0] / 1e3, "ms")
                    Figures.write("consent.\(purpose.code).\(name)\(kind).with", times[1] / 1e3, "ms")
                    ratios[kind]?.append(times[1] / times[0])
                }
            }
            for (kind, all) in ratios.sorted(by: { $0.key < $1.key }) {
                let sorted = all.sorted()
                Figures.write("consent.\(purpose.code)\(kind).median", sorted[sorted.count / 2], "×")
                Figures.write("consent.\(purpose.code)\(kind).worst", sorted.last ?? 0, "×")
            }
        }
    }

    /// The times of a question over both stores, in turn, in microseconds.
    private static func ask(
        _ text: String, _ purpose: Purpose, isProven: Bool, _ sides: [Side]
    ) throws -> [Double] {
        let actor = try Actor("Practitioner/1")
        func once(_ side: Side) throws -> Double {
            try time {
                if isProven {
                    _ = try side.snapshot.answer(text, as: actor, for: purpose).answer.bytes
                } else {
                    _ = try side.snapshot.query(text, as: actor, for: purpose)
                }
            }
        }
        let first = try sides.map(once)
        let runs = min(31, max(3, Int(3e5 / max(1, first[0] + first[1])))) | 1
        var times: [[Double]] = [[], []]
        for _ in 0..<runs { for (index, side) in sides.enumerated() { times[index].append(try once(side)) } }
        return times.map { $0.sorted()[$0.count / 2] }
    }

    /// Consents of a third of the patients, who refuse research, and of a tenth of the others, who have exceptions: who
    /// must not read, and what must not be read.
    private static func consent(_ store: Store, _ path: String) throws {
        let patients = try store.snapshot().query(
            "SELECT id FROM Patient ORDER BY id", as: try Actor("Practitioner/1"), for: .treatment)
        var lines: [String] = []
        for (number, row) in patients.rows.enumerated() {
            let patient = row[0].text
            if number % 3 == 0 {
                lines.append(line(patient, number, #""type":"deny","purpose":[\#(coding("v3-ActReason", "HRESCH"))]"#))
            } else if number % 10 == 1 {
                let label = #""securityLabel":[\#(coding("v3-ActCode", "SUD"))]"#
                let actor =
                    #""actor":[{"role":{"coding":[\#(coding("v3-ParticipationType", "IRCP"))]},"reference":{"reference":"Practitioner/\#(number)"}}]"#
                lines.append(
                    line(
                        patient, number,
                        #""type":"permit","provision":[{"type":"deny",\#(label)},{"type":"deny",\#(actor)}]"#))
            }
        }
        try lines.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
        let took = try time { try store.importResources(at: [path], validation: .none) }
        Figures.write("consent.consents", Double(lines.count), "")
        Figures.write("consent.import", took / 1e3, "ms")
    }

    private static func line(_ patient: String, _ number: Int, _ provision: String) -> String {
        """
        {"resourceType":"Consent","id":"c\(number)","status":"active","scope":{"coding":[\
        \(coding("consentscope", "patient-privacy"))]},"category":[{"coding":[{"system":"http://loinc.org",\
        "code":"59284-0"}]}],"patient":{"reference":"Patient/\(patient)"},"provision":{\(provision)}}
        """
    }

    private static func coding(_ system: String, _ code: String) -> String {
        #"{"system":"http://terminology.hl7.org/CodeSystem/\#(system)","code":"\#(code)"}"#
    }
}

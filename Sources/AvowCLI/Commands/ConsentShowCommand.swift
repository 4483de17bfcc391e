import ArgumentParser
import Avow
import AvowConsent
import AvowFHIR
import AvowQuery

/// `avow consent show`
struct ConsentShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show what a patient's consents come to in a store.",
        discussion: """
            Example: avow consent show clinic Patient/1

            First the Consents on file, each with what it says: of several clauses that are about a request the first \
            one decides. Then the audiences under which the patient's records stand: who may read them and for what, \
            and how many of which type they are.

            It is for whoever keeps the store. What somebody may see of a patient's consents, the query SHOW CONSENT \
            FOR Patient/1 shows, with proof.
            """)

    /// How it is written.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case text, json
    }

    @OptionGroup var options: StoreOptions

    @Argument(help: ArgumentHelp("The patient: an id, or Patient/ and the id.", valueName: "patient"))
    var patient: String

    @Option(help: ArgumentHelp("How it is written: text or json.", valueName: "format"))
    var format: Format = .text

    func run() throws {
        let console = Console.current
        let id = try patientID()
        let store = try options.open()
        let report = try attempt(on: options.path) { () throws(StoreError) in
            try store.consents(ofPatient: id)
        }
        guard let report else { throw CommandFailure("there is no Patient/\(id) in the store") }
        console.write(format == .text ? Self.text(report) : Self.json(report) + "\n", to: .output)
    }

    private func patientID() throws(CommandFailure) -> String {
        let text = patient.hasPrefix("Patient/") ? String(patient.dropFirst("Patient/".count)) : patient
        do throws(QuerySyntaxError) {
            return try ResourceID(text).text
        } catch {
            throw CommandFailure(DisplayText.sanitized("\(error)"), status: .usage)
        }
    }

    // MARK: Output

    private static func text(_ report: PatientConsentReport) -> String {
        var lines = [report.patient]
        if report.consents.isEmpty { lines.append("  no Consent is on file; the policy of the store decides") }
        for consent in report.consents {
            var head = "  \(consent.reference)"
            if let version = consent.version { head += ", version \(version)" }
            if let dialect = consent.dialect { head += ", dialect \(dialect.rawValue)" }
            lines.append(head)
            if let silence = consent.silence { lines.append("    decides nothing: \(silence)") }
            for clause in consent.clauses {
                let window = clause.window.text
                lines.append("    \(clause.text)\(window.isEmpty ? "" : ", ")\(window)  [\(clause.path)]")
            }
        }
        for place in report.places {
            let counts = place.counts.map { "\($0.count) \($0.type.name)" }.joined(separator: ", ")
            lines.append("  under \(hexadecimal(place.id)): \(counts)")
            if place.audience.grants.isEmpty { lines.append("    nobody") }
            lines += place.audience.grants.map { "    \($0.text)" }
        }
        return lines.map { DisplayText.sanitized($0) + "\n" }.joined()
    }

    private static func json(_ report: PatientConsentReport) -> String {
        func text(_ value: String?) -> String { value.map(JSONText.string) ?? "null" }
        func list(_ elements: [String]) -> String { "[\(elements.joined(separator: ","))]" }
        let consents = report.consents.map { consent in
            let clauses = consent.clauses.map { clause in
                JSONText.object([
                    (name: "effect", json: text(clause.effect.rawValue)), (name: "says", json: text(clause.text)),
                    (name: "from", json: text(date(clause.window.from))),
                    (name: "until", json: text(date(clause.window.until))),
                    (name: "element", json: text(clause.path)),
                ])
            }
            return JSONText.object([
                (name: "consent", json: text(consent.reference)),
                (name: "version", json: consent.version.map(String.init) ?? "null"),
                (name: "dialect", json: text(consent.dialect?.rawValue)),
                (name: "silence", json: text(consent.silence)),
                (name: "clauses", json: list(clauses)),
            ])
        }
        let audiences = report.places.map { place in
            JSONText.object([
                (name: "audience", json: text(hexadecimal(place.id))),
                (name: "grants", json: list(place.audience.grants.map { text($0.text) })),
                (name: "records", json: "\(place.total)"),
                (name: "types", json: JSONText.object(place.counts.map { (name: $0.type.name, json: "\($0.count)") })),
            ])
        }
        return JSONText.object([
            (name: "patient", json: text(report.patient)), (name: "consents", json: list(consents)),
            (name: "audiences", json: list(audiences)),
        ])
    }

    private static func date(_ instant: Int64?) -> String? { instant.flatMap { FHIRDateTime(instant: $0)?.text } }

    private static func hexadecimal(_ id: UInt64) -> String {
        let digits = String(id, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

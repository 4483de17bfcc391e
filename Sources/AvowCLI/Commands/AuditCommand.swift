import ArgumentParser
import Avow
import AvowConsent
import AvowFHIR
import AvowProof
import AvowQuery

/// `avow audit`
struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "List who has asked the store what, or who has read a patient's records.",
        discussion: """
            Examples: avow audit clinic --since 2026-01
                      avow audit clinic Patient/1
                      avow audit clinic Patient/1 --proof disclosures.avow
                      avow audit clinic --event 17

            Every query is recorded before its rows are given. The list is that of whoever holds the store's passphrase \
            or key file, and leaves no event. A patient has an event when records of the patient were opened for it.

            With --proof the list is asked for on behalf of the patient, and goes with its proof to a file, which \
            avow verify checks with the store's public key: that it is all that was recorded, as it was recorded. It is \
            the query SHOW DISCLOSURES FOR Patient/1, which leaves an event as any other.
            """)

    @OptionGroup var options: StoreOptions

    @Argument(help: ArgumentHelp("The patient, such as Patient/1; everybody when left out.", valueName: "patient"))
    var patient: String?

    @Option(help: ArgumentHelp("Begin with this date or time, such as 2026-01.", valueName: "instant"))
    var since: String?

    @Option(help: ArgumentHelp("End with this date or time, all of it.", valueName: "instant"))
    var until: String?

    @Option(help: ArgumentHelp("Only what this actor asked for.", valueName: "reference"))
    var actor: String?

    @Option(help: ArgumentHelp("List the patients whose records were opened for this event.", valueName: "number"))
    var event: UInt64?

    @Option(help: RowFormat.help)
    var format: RowFormat?

    @Option(help: ArgumentHelp("Write the patient's list with its proof to a file.", valueName: "file"))
    var proof: String?

    func validate() throws {
        if proof != nil {
            guard patient != nil else { throw ValidationError("--proof is of one patient: name it") }
            guard until == nil, actor == nil else {
                throw ValidationError("a proof is of all that was recorded since a time: without --until and --actor")
            }
        }
        if event != nil, patient != nil || since != nil || until != nil || actor != nil {
            throw ValidationError("--event stands alone")
        }
    }

    func run() throws {
        let console = Console.current
        // Mistakes are found before the store is opened, so that nobody types a passphrase for them.
        let patient = try patientID()
        let since = try instant(since, "--since")?.from
        let until = try instant(until, "--until")?.until
        if let actor { _ = try reading { () throws(ConsentError) in try Actor(actor) } }
        let store = try options.open()
        let result: QueryResult
        var remark = ""
        if let proof, let patient {
            let answered = try prove(patient, store)
            let bytes = answered.answer.bytes
            try FileAccess.write(bytes, to: proof)
            result = answered.result
            remark = "; answer with proof: \(proof), \(HumanFormat.count(bytes.count)) bytes"
        } else if let event {
            result = try patients(of: event, store)
        } else {
            let events = try attempt(on: options.path) { () throws(StoreError) in
                try store.auditEvents(of: patient, since: since, until: until)
            }
            result = AuditCommand.table(
                actor.map { actor in events.filter { $0.event.request.actor.reference.text == actor } } ?? events)
        }
        RowWriter.write(result, format: format ?? .standard(for: console), to: console)
        if console.isForPeople || proof != nil {
            console.note(HumanFormat.count(result.rows.count, event == nil ? "event" : "patient") + remark)
        }
    }

    // MARK: Input

    private func patientID() throws(CommandFailure) -> String? {
        guard let patient else { return nil }
        let identity = try ResourceArgument.read(patient)
        guard identity.type == .patient else {
            throw CommandFailure("disclosures are to a patient, such as Patient/1", status: .usage)
        }
        return identity.id
    }

    private func instant(_ text: String?, _ option: String) throws(CommandFailure) -> SearchDate? {
        guard let text else { return nil }
        do throws(QuerySyntaxError) {
            _ = try DateLiteral(text)
        } catch {
            throw CommandFailure("\(option): \(DisplayText.sanitized(error.message))", status: .usage)
        }
        guard let date = FHIRDateTime(text) else {
            throw CommandFailure("\(option): '\(DisplayText.sanitized(text))' is not a date", status: .usage)
        }
        return SearchDate(date)
    }

    private func reading<Value>(_ body: () throws(ConsentError) -> Value) throws(CommandFailure) -> Value {
        do throws(ConsentError) {
            return try body()
        } catch {
            throw CommandFailure(DisplayText.sanitized("\(error)"), status: .usage)
        }
    }

    // MARK: Lists

    private func prove(_ patient: String, _ store: Store) throws(CommandFailure) -> AnsweredQuery {
        let request = try reading { () throws(ConsentError) in
            (actor: try Actor("Patient/" + patient), purpose: try Purpose(code: "PATRQT"))
        }
        return try attempt(on: options.path) { () throws(StoreError) in
            try store.answerDisclosures(to: patient, since: since, as: request.actor, for: request.purpose)
        }
    }

    private func patients(of number: UInt64, _ store: Store) throws(CommandFailure) -> QueryResult {
        let found = try attempt(on: options.path) { () throws(StoreError) in
            try store.auditEvents().first { $0.id.number == number }
        }
        guard let found else { throw CommandFailure("\(options.path): no event has the number \(number)") }
        let patients = try attempt(on: options.path) { () throws(StoreError) in
            try store.auditedPatients(of: found.id)
        }
        return QueryResult(
            columns: ["patient", "records"],
            rows: patients.map { [.string("Patient/" + $0.id), .number(String($0.records))] }, audiences: [])
    }

    private static func table(_ events: [AuditEvent]) -> QueryResult {
        QueryResult(
            columns: [
                "time", "event", "actor", "roles", "organization", "groups", "purpose", "reason", "types", "rows",
                "records", "patients", "proven", "commit", "continues", "query",
            ], rows: events.map(row), audiences: [])
    }

    private static func row(_ event: AuditEvent) -> [Cell] {
        func text(_ value: String?) -> Cell { value.map(Cell.string) ?? .null }
        func number(_ value: UInt64?) -> Cell { value.map { .number(String($0)) } ?? .null }
        func list(_ names: [String]) -> Cell { names.isEmpty ? .null : .string(names.joined(separator: ", ")) }
        let request = event.event.request
        let actor = request.actor
        return [
            text(FHIRDateTime(instant: event.id.time)?.text), number(event.id.number), text(actor.reference.text),
            list(actor.roles.map(\.text)), text(actor.organization?.text), list(actor.groups.map(\.text)),
            text(request.purpose.code), text(request.breakGlassReason), list(event.event.types.map(\.name)),
            number(event.detail.rows), number(event.patientRecords ?? event.detail.records),
            number(event.detail.patients), .boolean(event.event.isProven), number(event.event.commit),
            number(event.event.continued?.number), text(event.detail.query),
        ]
    }
}

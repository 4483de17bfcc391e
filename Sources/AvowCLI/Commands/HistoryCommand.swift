import ArgumentParser
import Avow
import AvowConsent
import AvowQuery

/// `avow history`
struct HistoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Show the versions of a resource, deletions among them.",
        discussion: """
            Examples: avow history clinic Observation/0ab3 --as Practitioner/1 --for TREAT
                      avow history clinic Observation/0ab3 --version 2 --as Practitioner/1 --for TREAT
                      avow history clinic Observation/0ab3 --as-of 2026-01-31 --as Practitioner/1 --for TREAT

            The newest version comes first. Each is a row with the columns version, deleted and resource; that of a \
            deletion has no resource. There are no rows when there is no such resource, or none that may be seen by \
            who asks and for what.

            With --as-of it is the history as it was then, as far back as avow retain says.

            It is the query HISTORY OF Observation/0ab3 VERSION 2 AS OF …, so that with --answer the proof that the history \
            is complete goes to a file, which avow verify checks.
            """)

    @OptionGroup var options: StoreOptions

    @Argument(help: ArgumentHelp("The resource: its type and id, such as Observation/0ab3.", valueName: "resource"))
    var resource: String

    @Option(help: ArgumentHelp("Show this version only.", valueName: "number"))
    var version: UInt64?

    @Option(name: .customLong("as-of"), help: AsOfArgument.help)
    var asOf: AsOfArgument?

    @Option(
        name: .customLong("as"),
        help: ArgumentHelp("Who asks: a reference such as Practitioner/1, or a URI.", valueName: "actor"))
    var actor: String

    @Option(
        name: .customLong("for"),
        help: ArgumentHelp("Why: a code of v3-PurposeOfUse, such as TREAT or HRESCH.", valueName: "purpose"))
    var purpose: String

    @Option(help: RowFormat.help)
    var format: RowFormat?

    @Option(
        name: .customLong("answer"),
        help: ArgumentHelp("Write the history with its proof to a file.", valueName: "file"))
    var answerFile: String?

    func run() throws {
        let console = Console.current
        // Mistakes are found before the store is opened, so that nobody types a passphrase for them.
        let query = try query()
        let (asker, reason) = try request()
        let store = try options.open()
        let snapshot = try attempt(on: options.path) { () throws(StoreError) in
            try store.snapshot()
        }
        let result: QueryResult
        var remark = ""
        if let answerFile {
            let answered = try attempt(on: options.path) { () throws(StoreError) in
                try snapshot.answer(prepared: query, as: asker, for: reason)
            }
            let bytes = answered.answer.bytes
            try FileAccess.write(bytes, to: answerFile)
            result = answered.result
            remark = "; answer with proof: \(answerFile), \(HumanFormat.count(bytes.count)) bytes"
        } else {
            result = try attempt(on: options.path) { () throws(StoreError) in
                try snapshot.query(prepared: query, as: asker, for: reason)
            }
        }
        RowWriter.write(result, format: format ?? .standard(for: console), to: console)
        if console.isForPeople || answerFile != nil {
            console.note(HumanFormat.count(result.rows.count, "version") + remark)
        }
    }

    private func query() throws(CommandFailure) -> Query {
        let identity = try ResourceArgument.read(resource)
        do throws(QueryError) {
            var text = try Query.history(identity.type, id: identity.id).text
            if let version { text = try Query.vread(identity.type, id: identity.id, version: version).text }
            if let asOf { text += " AS OF \(asOf.text)" }
            return try Query(text)
        } catch {
            guard case .syntax(let cause) = error else { throw CommandFailure("\(error)", status: .usage) }
            throw CommandFailure(cause.message, status: .usage)
        }
    }

    private func request() throws(CommandFailure) -> (Actor, Purpose) {
        do throws(ConsentError) {
            return (try Actor(actor), try Purpose(code: purpose))
        } catch {
            throw CommandFailure("\(error)", status: .usage)
        }
    }
}

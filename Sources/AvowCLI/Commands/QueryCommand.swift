import ArgumentParser
import Avow
import AvowConsent
import AvowQuery

/// `avow query`
struct QueryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query",
        abstract: "Ask the store, for somebody and for a purpose.",
        discussion: """
            Example: avow query clinic "SELECT effective, value.value FROM Observation WHERE code = loinc|4548-4" \
            --as Practitioner/1 --for TREAT

            Rows go to the output and remarks to the error stream. With --answer the proof of the rows goes to a \
            file, which avow verify checks without the store.
            """)

    @OptionGroup var options: StoreOptions

    @Argument(help: ArgumentHelp("The query.", valueName: "query"))
    var text: String

    @Option(
        name: .customLong("as"),
        help: ArgumentHelp(
            "Who asks: a reference such as Practitioner/1, or a URI.",
            discussion: "AS in the query comes first.", valueName: "actor"))
    var actor: String?

    @Option(
        name: .customLong("for"),
        help: ArgumentHelp(
            "Why: a code of v3-PurposeOfUse, such as TREAT or HRESCH.", discussion: "FOR in the query comes first.",
            valueName: "purpose"))
    var purpose: String?

    @Option(help: RowFormat.help)
    var format: RowFormat?

    @Option(
        name: .customLong("answer"),
        help: ArgumentHelp("Write the answer with its proof to a file.", valueName: "file"))
    var answerFile: String?

    func run() throws {
        let console = Console.current
        let (actor, purpose) = try checkedRequest(console)
        let store = try options.open()
        let result: QueryResult
        var remark = ""
        if let answerFile {
            let answered = try attempt(on: options.path) { () throws(StoreError) in
                try store.answer(text, as: actor, for: purpose)
            }
            let bytes = answered.answer.bytes
            try FileAccess.write(bytes, to: answerFile)
            result = answered.result
            remark = "; answer with proof: \(answerFile), \(HumanFormat.count(bytes.count)) bytes"
        } else {
            result = try attempt(on: options.path) { () throws(StoreError) in
                try store.query(text, as: actor, for: purpose)
            }
        }
        RowWriter.write(result, format: format ?? .standard(for: console), to: console)
        if console.isForPeople || answerFile != nil {
            console.note(HumanFormat.count(result.rows.count, "row") + remark)
        }
    }

    /// Finds mistakes before the store is opened, so that nobody types a passphrase for them.
    private func checkedRequest(_ console: Console) throws(CommandFailure) -> (Actor?, Purpose?) {
        let asker: Actor?
        let reason: Purpose?
        do throws(ConsentError) {
            asker = try actor.map { actor throws(ConsentError) in try Actor(actor) }
            reason = try purpose.map { code throws(ConsentError) in try Purpose(code: code) }
        } catch {
            throw CommandFailure("\(error)", status: .usage)
        }
        do throws(QueryError) {
            _ = try Query(text).request(actor: asker, purpose: reason, time: 0)
        } catch {
            throw CommandFailure(error, in: text, color: console.error.allowsColor)
        }
        return (asker, reason)
    }
}

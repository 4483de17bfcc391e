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

    @OptionGroup var asker: AskerOptions

    @Option(help: RowFormat.help)
    var format: RowFormat?

    @Option(
        name: .customLong("answer"),
        help: ArgumentHelp("Write the answer with its proof to a file.", valueName: "file"))
    var answerFile: String?

    func run() throws {
        let console = Console.current
        let (actor, purpose) = try asker.checked(for: text, console)
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
}

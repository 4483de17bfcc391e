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

    @OptionGroup var asker: QueryAskerOptions

    @Option(help: RowFormat.help)
    var format: RowFormat?

    @Option(
        name: .customLong("answer"),
        help: ArgumentHelp("Write the answer with its proof to a file.", valueName: "file"))
    var answerFile: String?

    func run() throws {
        let console = Console.current
        switch try? Statement(parsing: text) {
        case .grant(let grant): return try execute(grant, console)
        case .index(let statement): return try execute(statement, console)
        default: break
        }
        let query = try QueryAskerOptions.query(text, console)
        let asker = try asker.asker(of: query, console)
        let store = try options.open()
        let snapshot = try attempt(on: options.path) { () throws(StoreError) in try store.snapshot() }
        let result: QueryResult
        var remark = ""
        if let answerFile {
            let answered = try attempt(on: options.path, asking: query.text) { () throws(StoreError) in
                try snapshot.answer(
                    prepared: query, as: asker.actor, for: asker.purpose, breakGlassReason: asker.breakGlassReason)
            }
            let bytes = answered.answer.bytes
            try FileAccess.write(bytes, to: answerFile)
            result = answered.result
            remark = "; answer with proof: \(answerFile), \(HumanFormat.count(bytes.count)) bytes"
        } else {
            result = try attempt(on: options.path, asking: query.text) { () throws(StoreError) in
                try snapshot.query(
                    prepared: query, as: asker.actor, for: asker.purpose, breakGlassReason: asker.breakGlassReason)
            }
        }
        RowWriter.write(result, format: format ?? .standard(for: console), to: console)
        if console.isForPeople || answerFile != nil {
            console.note(HumanFormat.count(result.rows.count, "row") + remark)
        }
    }

    /// GRANT and REVOKE, which change the store instead of asking it.
    private func execute(_ grant: GrantStatement, _ console: Console) throws(CommandFailure) {
        guard answerFile == nil else {
            throw CommandFailure(
                "--answer is for queries; what a statement has changed, SHOW CONSENT proves", status: .usage)
        }
        let actor = try asker.asker(of: .grant(grant)).actor
        let store = try options.open()
        let outcome = try attempt(on: options.path) { () throws(StoreError) in try store.execute(grant, as: actor) }
        console.write(outcome.report, to: .output)
    }

    /// CREATE INDEX and DROP INDEX.
    private func execute(_ statement: IndexStatement, _ console: Console) throws(CommandFailure) {
        guard answerFile == nil else {
            throw CommandFailure(
                "--answer is for queries; which indexes there are, 'avow index \(options.path) list' shows",
                status: .usage)
        }
        // What cannot be indexed is said before anybody types a passphrase.
        do throws(QuerySyntaxError) {
            try statement.check()
        } catch {
            throw CommandFailure(.syntax(error), in: text, color: console.error.allowsColor)
        }
        try IndexChanges(try options.open(), path: options.path, console: console).execute(statement)
    }
}

extension StatementOutcome {
    /// What came of the statement, for people.
    var report: String {
        var lines = [isChanged ? "\(consent) says from now on:" : "\(consent) said so already:"]
        lines += statements.map { "  \($0.text)" }
        for statement in standing {
            lines.append("Where both apply, this still decides: \(statement.text)")
        }
        for obstacle in obstacles {
            let extent = obstacle.isWhole ? "the statement has no effect" : "a part of the statement has no effect"
            lines.append("Because of \(obstacle.consent), \(obstacle.path), \(extent).")
        }
        return lines.map { DisplayText.sanitized($0) + "\n" }.joined()
    }
}

import ArgumentParser
import Avow
import AvowConsent
import AvowQuery

/// `avow explain`
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say how a query is executed: what leads to its records, what is counted, what must be opened.",
        discussion: """
            Example: avow explain clinic "SELECT COUNT(*) FROM Observation WHERE code = loinc|4548-4" \
            --as Practitioner/1 --for TREAT

            Nothing is executed, unless with --analyze, which says what it took, and how large the answer with its \
            proof is.
            """)

    /// How the plan is written.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        /// A tree for a person.
        case text
        /// An object for a program.
        case json
    }

    @OptionGroup var options: StoreOptions

    @Argument(help: ArgumentHelp("The query, with EXPLAIN or without.", valueName: "query"))
    var text: String

    @OptionGroup var asker: QueryAskerOptions

    @Flag(help: "Execute the query, too, and say what it took.")
    var analyze = false

    @Option(help: ArgumentHelp("How the plan is written: text or json.", valueName: "format"))
    var format: Format = .text

    func run() throws {
        let console = Console.current
        var query = try QueryAskerOptions.query(text, console)
        let asker = try asker.asker(of: query, console)
        if query.explanation == nil, analyze { query = try query.explained(isAnalyzed: true) }
        let store = try options.open()
        let explanation = try attempt(on: options.path, asking: query.text) { () throws(StoreError) in
            try store.snapshot().explain(
                prepared: query, as: asker.actor, for: asker.purpose, breakGlassReason: asker.breakGlassReason)
        }
        console.write((format == .json ? explanation.json : explanation.description) + "\n", to: .output)
    }
}

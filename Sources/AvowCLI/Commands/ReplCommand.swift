import ArgumentParser
import Avow
import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// `avow repl`
struct ReplCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repl",
        abstract: "Ask the store one thing after the other.",
        discussion: """
            At a terminal it is a prompt with history, completion and charts; .help there says what can be said.

            Without one it executes the statements of its input, or those after -c, in order, and ends at the first that \
            fails, with the exit status of that failure and the line it stands on:

                avow repl clinic --as Practitioner/1 --for TREAT < queries.sql
                avow repl clinic --as Practitioner/1 --for TREAT -c "SELECT COUNT(*) FROM Patient"

            Statements end with ; and commands, such as .format csv, are a line each. Statements that name nobody are \
            kept for later sessions in a file that only you can read: $XDG_STATE_HOME/avow/history, or \
            ~/.local/state/avow/history; AVOW_HISTORY names another, or is off.
            """)

    @OptionGroup var options: StoreOptions

    @Option(
        name: [.customShort("c"), .customLong("command")], parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Execute this, and end. May be given several times.", valueName: "statements"))
    var commands: [String] = []

    @OptionGroup var asker: AskerOptions

    @Option(help: RowFormat.help)
    var format: RowFormat?

    @Flag(name: .customLong("no-history"), help: "Neither read nor keep statements of other sessions.")
    var keepsNoHistory = false

    func run() throws {
        let console = Console.current
        var settings = ReplSession.Settings(
            format: format ?? .standard(for: console), showsTimes: console.isForPeople && commands.isEmpty)
        (settings.actor, settings.purpose) = try asker.parties()
        let session = ReplSession(try options.open(), path: options.path, console: console, settings: settings)
        guard commands.isEmpty else {
            for command in commands { try ReplCommand.execute(StatementReader.inputs(in: command), session, "-c") }
            return
        }
        let file = keepsNoHistory ? nil : HistoryFile(environment: console.environment)
        if var repl = InteractiveRepl(session, history: HistoryKeeper(isatty(STDIN_FILENO) == 1 ? file : nil)) {
            repl.run()
        } else {
            try ReplCommand.executeInput(session)
        }
    }

    private static func execute(
        _ inputs: [ReplInput], _ session: ReplSession, _ source: String
    ) throws(CommandFailure) {
        for input in inputs where !session.isOver {
            do throws(CommandFailure) {
                try session.execute(input)
            } catch {
                throw error.at("\(source), line \(input.line)")
            }
        }
    }

    /// Executes what comes in, statement by statement, each as soon as it is there.
    private static func executeInput(_ session: ReplSession) throws(CommandFailure) {
        // A terminal without a cursor that can be moved gets a prompt, and may make mistakes.
        let isTyped = isatty(STDIN_FILENO) == 1
        let prompt = isTyped && session.console.output.isInteractive ? "> " : ""
        var reader = StatementReader()
        session.console.write(prompt, to: .output)
        while !session.isOver {
            let line = readLine()
            let inputs = line.map { reader.take(line: $0) } ?? reader.finish()
            do throws(CommandFailure) {
                try execute(inputs, session, "input")
            } catch {
                guard isTyped else { throw error }
                session.console.write(error.complaint(Style(for: session.console.error)), to: .error)
            }
            if line == nil { break }
            session.console.write(prompt, to: .output)
        }
    }
}

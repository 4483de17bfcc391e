import ArgumentParser

/// The command `avow`.
@main
struct AvowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "avow",
        abstract: "A sealed store for FHIR R4 records that proves each of its answers.",
        discussion: """
            A store opens with a passphrase or with a key file. The passphrase is taken from AVOW_PASSPHRASE, or \
            else asked for at the terminal; it is never an argument, where other users could see it.

            Exit status: 0 done; 1 failed, refused, or damage or unreadable input found; 2 the command was not \
            understood, the query included, and nothing was done.
            """,
        version: "0.1.0",
        subcommands: [
            InitCommand.self,
            ImportCommand.self,
            QueryCommand.self,
            ExplainCommand.self,
            ReplCommand.self,
            HistoryCommand.self,
            DeleteCommand.self,
            ViewCommand.self,
            FHIRPathCommand.self,
            ConsentCommand.self,
            PolicyCommand.self,
            AuditCommand.self,
            VerifyCommand.self,
            KeyCommand.self,
            CheckpointCommand.self,
            CheckCommand.self,
            IndexCommand.self,
            StatsCommand.self,
            RetainCommand.self,
            CompactCommand.self,
            DemoCommand.self,
        ])

    static func main() {
        endProcess(execute(Array(CommandLine.arguments.dropFirst())))
    }

    /// Runs one command line and reports how it failed, if it did.
    ///
    /// - Parameter arguments: what follows the command's name.
    static func execute(_ arguments: [String]) -> ExitStatus {
        let console = Console.current
        do {
            var command = try parseAsRoot(arguments.map(shieldingComment))
            try command.run()
            return .success
        } catch let failure as CommandFailure {
            console.write("avow: \(failure.message)\n", to: .error)
            return failure.status
        } catch {
            let isRequest = exitCode(for: error).isSuccess
            let text = fullMessage(for: error, columns: console.output.width)
            guard !isRequest else {
                console.write(text + "\n", to: .output)
                return .success
            }
            let prefix = "Error: "
            let message = text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : text
            console.write("avow: \(message)\n", to: .error)
            return .usage
        }
    }

    /// A query from a file may begin with a comment, which must not be taken for an option: a space in front of it
    /// changes nothing else.
    private static func shieldingComment(_ argument: String) -> String {
        let isComment = argument.hasPrefix("--") && argument.dropFirst(2).first?.isWhitespace == true
        return isComment ? " " + argument : argument
    }
}

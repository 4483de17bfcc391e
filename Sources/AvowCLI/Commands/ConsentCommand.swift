import ArgumentParser

/// `avow consent`
struct ConsentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consent",
        abstract: "Look at what patients' consents permit and deny.",
        subcommands: [ConsentDecideCommand.self, ConsentShowCommand.self, ConsentAdvanceCommand.self])
}

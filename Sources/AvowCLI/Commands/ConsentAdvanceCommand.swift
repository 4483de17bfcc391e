import ArgumentParser
import Avow

/// `avow consent advance`
struct ConsentAdvanceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "advance",
        abstract: "Leave what is over out of what a store's consents permit.",
        discussion: """
            Example: avow consent advance clinic

            What a consent permits until some time, nobody reads after it, whether this command is called or not. It \
            moves the records concerned to audiences without such grants, in one commit, which keeps audiences small. \
            Without any there is no commit.
            """)

    @OptionGroup var options: StoreOptions

    func run() throws {
        let store = try options.open()
        let summary = try attempt(on: options.path) { () throws(StoreError) in try store.advance() }
        let moved = HumanFormat.count(Int(clamping: summary.movedResources), "resource")
        Console.current.write("\(moved) moved to another audience.\n", to: .output)
    }
}

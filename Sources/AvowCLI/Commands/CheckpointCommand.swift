import ArgumentParser
import Avow
import AvowProof

/// `avow checkpoint`
struct CheckpointCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint",
        abstract: "Print the newest signed checkpoint of the store's log.",
        discussion: "It is a C2SP tlog-checkpoint in a signed note, as witnesses take it.")

    @OptionGroup var options: StoreOptions

    @Flag(help: "Print that of the audit ledger's log instead.")
    var audit = false

    func run() throws {
        let store = try options.open()
        let checkpoint = try attempt(on: options.path) { () throws(StoreError) in
            guard audit else { return try store.checkpoint() }
            guard let checkpoint = try store.auditCheckpoint() else { throw .noLedger }
            return checkpoint
        }
        Console.current.write(String(decoding: checkpoint.bytes, as: UTF8.self), to: .output)
    }
}

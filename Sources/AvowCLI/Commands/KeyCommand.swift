import ArgumentParser
import Avow

/// `avow key`
struct KeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Print the store's public key, which is all that checking its answers takes.",
        discussion: "The key is a C2SP verifier key: name+hash+base64.")

    @OptionGroup var store: StoreOptions

    func run() throws {
        let store = try store.open()
        Console.current.print("\(store.verifierKey)")
    }
}

import ArgumentParser
import Avow
import AvowConsent

/// A store whose resources a command works on, when it does not work on files: which, who asks it, and why.
struct ResourceOrigin: ParsableArguments {
    @Option(
        name: .customLong("store"),
        help: ArgumentHelp("The directory of the store that has the resources.", valueName: "store"))
    var storePath: String?

    @Option(
        name: .customLong("key-file"),
        help: ArgumentHelp("The key file that the store opens with, instead of a passphrase.", valueName: "file"))
    var keyFile: String?

    @Option(
        name: .customLong("as"),
        help: ArgumentHelp("Who asks the store: a reference such as Practitioner/1, or a URI.", valueName: "actor"))
    var actor: String?

    @Option(
        name: .customLong("for"),
        help: ArgumentHelp("Why: a code of v3-PurposeOfUse, such as TREAT or HRESCH.", valueName: "purpose"))
    var purpose: String?

    func validate() throws {
        guard storePath == nil else { return }
        for (name, value) in [("--as", actor), ("--for", purpose)] where value != nil {
            throw ValidationError("\(name) goes with --store")
        }
    }

    /// Refuses a key file without a store.
    func checkKeyFile() throws {
        guard keyFile == nil || storePath != nil else { throw ValidationError("--key-file goes with --store") }
    }

    /// Who asks, and why; mistakes are found before anybody types a passphrase.
    func asker() throws(CommandFailure) -> (Actor, Purpose) {
        guard let actor else {
            throw CommandFailure("a store is asked by somebody: add --as Practitioner/…", status: .usage)
        }
        guard let purpose else {
            throw CommandFailure(
                "a store is asked for a purpose: add --for TREAT (or another purpose of use)", status: .usage)
        }
        do throws(ConsentError) {
            return (try Actor(actor), try Purpose(code: purpose))
        } catch {
            throw CommandFailure("\(error)", status: .usage)
        }
    }
}

import ArgumentParser
import Avow
import AvowProof
import AvowVault
import Foundation

/// `avow init`
struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a store.",
        discussion: """
            Without --key-file the store opens with a passphrase, which is asked for twice or taken from \
            AVOW_PASSPHRASE. Whoever loses what opens a store has lost the store.
            """)

    @Argument(help: ArgumentHelp("The directory to make the store in.", valueName: "store"))
    var path: String

    @Option(
        help: ArgumentHelp(
            "The name that the store signs with, such as clinic.example/records.",
            discussion: "By default the directory's name and some random digits.", valueName: "name"))
    var origin: String?

    @Option(
        name: .customLong("key-file"),
        help: ArgumentHelp(
            "Open the store with a key in a file, which is made when it does not exist.", valueName: "file"))
    var keyFile: String?

    @Option(
        help: ArgumentHelp(
            "Which older states to keep, to be asked AS OF them.",
            discussion: "\(RetentionArgument.help); by default the newest alone. avow retain changes it.",
            valueName: "what"))
    var keep: RetentionArgument?

    func run() throws {
        let console = Console.current
        let origin = try checkedOrigin()
        let (secret, madeKeyFile) = try secret()
        do throws(StoreError) {
            let store = try Store.create(at: path, origin: origin, unlock: secret)
            if let keep { try store.setRetention(keep.retention) }
            if let madeKeyFile {
                console.print("Made the key file \(madeKeyFile): keep it safe, and apart from the store.")
            }
            console.print("Made the store \(path).")
            console.print("Its public key, for those who check its answers:")
            console.print("\(store.verifierKey)")
        } catch {
            // The new key opens nothing.
            if let madeKeyFile { try? FileManager.default.removeItem(atPath: madeKeyFile) }
            throw CommandFailure(error, store: path)
        }
    }

    private func checkedOrigin() throws(CommandFailure) -> String {
        guard let origin else { return InitCommand.standardOrigin(path) }
        do throws(NoteError) {
            return try NoteKeyName(origin).description
        } catch {
            throw CommandFailure("--origin: \(error.problem)", status: .usage)
        }
    }

    /// The directory's name, made a name that can sign, and eight random digits: two stores of one name in two places
    /// are two logs.
    private static func standardOrigin(_ path: String) -> String {
        let name = URL(filePath: path).lastPathComponent.unicodeScalars.map { scalar in
            scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
                || scalar == "-" || scalar == "." ? String(scalar) : "-"
        }
        let digits = String(UInt32.random(in: .min ... .max), radix: 16)
        return "\(name.joined())-\(String(repeating: "0", count: 8 - digits.count))\(digits)"
    }

    private func secret() throws(CommandFailure) -> (secret: UnlockSecret, madeKeyFile: String?) {
        guard let keyFile else {
            return (try Unlocking.passphrase("Passphrase for the new store \(path)", isNew: true), nil)
        }
        if FileManager.default.fileExists(atPath: keyFile) { return (try Unlocking.keyFile(keyFile), nil) }
        return (try Unlocking.newKeyFile(keyFile), keyFile)
    }
}

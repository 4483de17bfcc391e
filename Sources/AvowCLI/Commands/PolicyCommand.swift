import ArgumentParser
import Avow
import AvowConsent
import AvowQuery

/// `avow policy`
struct PolicyCommand: ParsableCommand {
    /// What is done with the policy.
    enum Action: String, CaseIterable, ExpressibleByArgument {
        case show, set
    }

    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "Show and change what a store permits on its own account.",
        usage: """
            avow policy <store> show
            avow policy <store> set <file>
            """,
        discussion: """
            The policy says what holds where no consent says anything, how several consents of a patient are combined, \
            who may break the glass, what is redacted for which purpose, and which codes make a record sensitive. It is \
            one file in JSON:

              {"defaults": [{"purpose": "TREAT"}, {"purpose": "HPAYMT", "roles": ["billing"]}],
               "combination": "deny-overrides",
               "breakGlass": {"roles": ["physician"]},
               "redaction": {"HRESCH": "deidentified"}}

            What the file leaves out is as in the standard policy. show writes the whole policy, as set takes it. With \
            set, all records whose audience becomes another one move there, in one commit.

            Exit status: 0 done; 1 failed; 2 the file is no policy, and nothing was done.
            """)

    @OptionGroup var options: StoreOptions

    @Argument(help: ArgumentHelp("show or set.", valueName: "action"))
    var action: Action

    @Argument(help: ArgumentHelp("The file with the new policy.", valueName: "file"))
    var file: String?

    func run() throws {
        let console = Console.current
        switch action {
        case .show:
            guard file == nil else { throw CommandFailure("policy show takes no file", status: .usage) }
            let store = try options.open()
            let policy = try attempt(on: options.path) { () throws(StoreError) in try store.policy() }
            console.write(String(decoding: policy.json, as: UTF8.self) + "\n", to: .output)
        case .set:
            let policy = try read()
            let store = try options.open()
            let summary = try attempt(on: options.path) { () throws(StoreError) in try store.setPolicy(policy) }
            let moved = HumanFormat.count(Int(clamping: summary.movedResources), "resource")
            console.write("The policy holds from now on; \(moved) moved to another audience.\n", to: .output)
        }
    }

    /// Reads the policy, before anybody types a passphrase.
    private func read() throws(CommandFailure) -> StorePolicy {
        guard let file else { throw CommandFailure("policy set needs a file", status: .usage) }
        let bytes = try FileAccess.read(file, limit: StorePolicy.greatestLength, failingWith: .usage)
        do throws(PolicyError) {
            return try StorePolicy(json: bytes)
        } catch {
            throw CommandFailure("\(file): \(error)", status: .usage)
        }
    }
}

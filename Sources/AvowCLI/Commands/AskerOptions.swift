import ArgumentParser
import AvowConsent
import AvowQuery

/// Who asks a query, and why.
struct AskerOptions: ParsableArguments {
    @Option(
        name: .customLong("as"),
        help: ArgumentHelp(
            "Who asks: a reference such as Practitioner/1, or a URI.",
            discussion: "AS in the query comes first.", valueName: "actor"))
    var actor: String?

    @Option(
        name: .customLong("for"),
        help: ArgumentHelp(
            "Why: a code of v3-PurposeOfUse, such as TREAT or HRESCH.", discussion: "FOR in the query comes first.",
            valueName: "purpose"))
    var purpose: String?

    /// Finds mistakes before the store is opened, so that nobody types a passphrase for them.
    func checked(for text: String, _ console: Console) throws(CommandFailure) -> (Actor?, Purpose?) {
        let asker: Actor?
        let reason: Purpose?
        do throws(ConsentError) {
            asker = try actor.map { actor throws(ConsentError) in try Actor(actor) }
            reason = try purpose.map { code throws(ConsentError) in try Purpose(code: code) }
        } catch {
            throw CommandFailure("\(error)", status: .usage)
        }
        do throws(QueryError) {
            _ = try Query(text).request(actor: asker, purpose: reason, time: 0)
        } catch {
            throw CommandFailure(error, in: text, color: console.error.allowsColor)
        }
        return (asker, reason)
    }
}

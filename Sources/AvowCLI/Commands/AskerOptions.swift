import ArgumentParser
import AvowConsent
import AvowQuery

/// Who asks and why, as one types it; for all that a command executes.
struct AskerOptions: ParsableArguments {
    @Option(
        name: .customLong("as"),
        help: ArgumentHelp(
            "Who asks: a reference such as Practitioner/1, or a URI.",
            discussion: "AS in the query comes first.", valueName: "actor"))
    var actor: String?

    @Option(
        name: .customLong("role"),
        help: ArgumentHelp(
            "A role in which the actor asks, a code or system|code; may be repeated.", valueName: "code"))
    var roles: [String] = []

    @Option(help: ArgumentHelp("The organization for which the actor asks.", valueName: "reference"))
    var organization: String?

    @Option(
        name: .customLong("group"),
        help: ArgumentHelp("A group that the actor is a member of; may be repeated.", valueName: "reference"))
    var groups: [String] = []

    @Option(
        name: .customLong("for"),
        help: ArgumentHelp(
            "Why: a code of v3-PurposeOfUse, such as TREAT or HRESCH.", discussion: "FOR in the query comes first.",
            valueName: "purpose"))
    var purpose: String?

    /// The actor and the purpose.
    ///
    /// - Parameter reference: who asks, when nobody is named here.
    func parties(else reference: String? = nil) throws(CommandFailure) -> (Actor?, Purpose?) {
        guard let asker = actor ?? reference else {
            guard roles.isEmpty, organization == nil, groups.isEmpty else {
                throw CommandFailure(
                    "--role, --organization and --group say more about --as, which is missing", status: .usage)
            }
            return (nil, try checked { () throws(ConsentError) in try purpose.map(AskerOptions.purpose) })
        }
        return try checked { () throws(ConsentError) in
            let actor = try Actor(asker, roles: roles, organization: organization, groups: groups)
            return (actor, try purpose.map(AskerOptions.purpose))
        }
    }

    private static func purpose(_ code: String) throws(ConsentError) -> Purpose { try Purpose(code: code) }

    private func checked<Result>(_ body: () throws(ConsentError) -> Result) throws(CommandFailure) -> Result {
        do throws(ConsentError) {
            return try body()
        } catch {
            throw CommandFailure(DisplayText.sanitized("\(error)"), status: .usage)
        }
    }
}

/// Who asks one query, and why; and that the glass is broken for it.
struct QueryAskerOptions: ParsableArguments {
    @OptionGroup var asker: AskerOptions

    @Option(
        name: .customLong("break-glass"),
        help: ArgumentHelp(
            "Why the glass is broken: a reason, in words.",
            discussion: "BREAK GLASS REASON in the query comes first.", valueName: "reason"))
    var breakGlassReason: String?

    /// Who asks, why, and why the glass is broken.
    struct Asker {
        let actor: Actor?
        let purpose: Purpose?
        let breakGlassReason: String?
    }

    /// Who asks a statement; roles and the like are those of the actor that it names itself, if nobody is named beside it.
    func asker(of statement: Statement) throws(CommandFailure) -> Asker {
        let (actor, purpose) = try asker.parties(else: statement.actor?.value.description)
        return Asker(actor: actor, purpose: purpose, breakGlassReason: breakGlassReason)
    }

    /// Who asks a query. Mistakes are found before the store is opened, so that nobody types a passphrase for them.
    func asker(of query: Query, _ console: Console) throws(CommandFailure) -> Asker {
        let asker = try asker(of: query.statement)
        do throws(QueryError) {
            _ = try query.request(
                actor: asker.actor, purpose: asker.purpose, time: 0, breakGlassReason: asker.breakGlassReason)
        } catch {
            throw CommandFailure(error, in: query.text, color: console.error.allowsColor)
        }
        return asker
    }

    /// The query of a text.
    static func query(_ text: String, _ console: Console) throws(CommandFailure) -> Query {
        do throws(QueryError) {
            return try Query(text)
        } catch {
            throw CommandFailure(error, in: text, color: console.error.allowsColor)
        }
    }
}

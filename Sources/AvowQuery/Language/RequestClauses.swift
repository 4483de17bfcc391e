/// On whose behalf a statement is executed, as far as it says so itself.
public struct RequestClauses: Hashable, Sendable {
    /// Who asks; nil leaves it to the session.
    public var actor: Located<ResourceReference>?
    /// Why, as a v3-PurposeOfUse code in upper case; nil leaves it to the session. That the code exists is not checked here.
    public var purpose: Located<String>?
    /// Why the asker breaks the glass; nil when it does not.
    public var breakGlassReason: Located<String>?

    /// Clauses; none unless they are given.
    public init(
        actor: Located<ResourceReference>? = nil, purpose: Located<String>? = nil,
        breakGlassReason: Located<String>? = nil
    ) {
        self.actor = actor
        self.purpose = purpose
        self.breakGlassReason = breakGlassReason
    }
}

extension RequestClauses: CustomStringConvertible {
    /// The clauses in canonical form, a space before each.
    public var description: String {
        var text = ""
        if let actor { text += " AS " + CanonicalText.quoted(actor.value.description, with: "'") }
        if let purpose { text += " FOR " + purpose.value }
        if let breakGlassReason {
            text += " BREAK GLASS REASON " + CanonicalText.quoted(breakGlassReason.value, with: "'")
        }
        return text
    }
}

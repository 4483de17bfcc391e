public import AvowConsent

/// On whose behalf a statement is executed, as far as it says so itself.
public struct RequestClauses: Hashable, Sendable {
    /// Who asks; nil leaves it to the session.
    public var actor: Located<ResourceReference>?
    /// Why, as a v3-PurposeOfUse code in upper case; nil leaves it to the session. That the code exists is not checked here.
    public var purpose: Located<String>?
    /// Why the asker breaks the glass; nil when it does not.
    public var breakGlassReason: Located<String>?
    /// What AS, FOR and REASON leave open for a value; the clause itself is nil then.
    public var open = OpenClauses()

    /// Placeholders in the places of clauses.
    public struct OpenClauses: Hashable, Sendable {
        /// Behind AS.
        public var actor: Located<Placeholder>?
        /// Behind FOR.
        public var purpose: Located<Placeholder>?
        /// Behind REASON.
        public var breakGlassReason: Located<Placeholder>?
    }

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

extension RequestClauses {
    /// Who asks, why and when: what the clauses say, else what is said beside them.
    ///
    /// - Parameters:
    ///   - actor: used when there is no AS. Roles, groups and organization are this actor's in any case only when AS names
    ///     the same reference.
    ///   - purpose: used when there is no FOR.
    ///   - time: in milliseconds since 1970-01-01T00:00:00Z.
    ///   - breakGlassReason: used when there is no BREAK GLASS; nil when nobody breaks it.
    /// - Throws: `.missingActor` or `.missingPurpose` when neither says it, `.consent` for an unknown purpose or a reason
    ///   that has not the form of one.
    public func request(
        actor: Actor?, purpose: Purpose?, time: Int64, breakGlassReason: String? = nil
    ) throws(QueryError) -> AccessRequest {
        guard let asker = try self.actor(else: actor) else { throw .missingActor }
        do throws(ConsentError) {
            var reason = purpose
            if let code = self.purpose?.value { reason = try Purpose(code: code) }
            if let reason {
                return try AccessRequest(
                    actor: asker, purpose: reason, time: time,
                    breakGlassReason: self.breakGlassReason?.value ?? breakGlassReason)
            }
        } catch {
            throw .consent(error)
        }
        throw .missingPurpose
    }

    /// Who asks: what AS says, else who is named beside it.
    public func actor(else actor: Actor?) throws(QueryError) -> Actor? {
        guard let written = self.actor?.value.description, written != actor?.reference.text else { return actor }
        do throws(ConsentError) {
            return try Actor(written)
        } catch {
            throw .consent(error)
        }
    }
}

extension RequestClauses: CustomStringConvertible {
    /// The clauses in canonical form, a space before each.
    public var description: String {
        var text = ""
        if let placeholder = open.actor { text += " AS \(placeholder.value)" }
        if let actor { text += " AS " + CanonicalText.quoted(actor.value.description, with: "'") }
        if let placeholder = open.purpose { text += " FOR \(placeholder.value)" }
        if let purpose { text += " FOR " + purpose.value }
        if let placeholder = open.breakGlassReason { text += " BREAK GLASS REASON \(placeholder.value)" }
        if let breakGlassReason {
            text += " BREAK GLASS REASON " + CanonicalText.quoted(breakGlassReason.value, with: "'")
        }
        return text
    }
}

extension RequestClauses {
    /// Whether a text says anything.
    static func isReason(_ text: String) -> Bool {
        text.unicodeScalars.contains { !$0.properties.isWhitespace }
    }
}

public import AvowConsent
internal import AvowFHIR

/// What a patient permits or refuses: `GRANT HRESCH ON Observation OF Patient/1 TO ANYONE`, `REVOKE … FROM …`.
public struct GrantStatement: Hashable, Sendable {
    /// What is permitted or refused.
    public var statement: Located<ConsentStatement>
    /// On whose behalf.
    public var request: RequestClauses

    /// A statement of these parts.
    public init(_ statement: Located<ConsentStatement>, request: RequestClauses = RequestClauses()) {
        self.statement = statement
        self.request = request
    }
}

/// A question about a patient's consents, or about who has read the patient's records.
public struct ShowStatement: Hashable, Sendable {
    /// What is asked for.
    public enum Subject: Hashable, Sendable {
        /// The Consents on file, and what they come to.
        case consent
        /// What was disclosed, to whom and why.
        case disclosures(since: Located<DateLiteral>?)
    }

    /// What is asked for.
    public var subject: Subject
    /// The patient, a reference of the type Patient.
    public var patient: Located<ResourceReference>
    /// On whose behalf.
    public var request: RequestClauses

    /// A statement of these parts.
    public init(
        _ subject: Subject, of patient: Located<ResourceReference>, request: RequestClauses = RequestClauses()
    ) {
        self.subject = subject
        self.patient = patient
        self.request = request
    }
}

/// What holds for all statements of a session that do not say it themselves.
public enum SessionSetting: Hashable, Sendable {
    /// `SET ACTOR`: who asks, and what that makes of them.
    case actor(Actor)
    /// `SET PURPOSE`: why.
    case purpose(Purpose)
}

extension GrantStatement: CustomStringConvertible {
    /// The statement in canonical form on one line.
    public var description: String { statement.value.text + request.description }
}

extension ShowStatement: CustomStringConvertible {
    /// The statement in canonical form on one line.
    public var description: String {
        let patient = CanonicalText.value(patient.value.description)
        switch subject {
        case .consent: return "SHOW CONSENT FOR \(patient)\(request)"
        case .disclosures(nil): return "SHOW DISCLOSURES FOR \(patient)\(request)"
        case .disclosures(let since?): return "SHOW DISCLOSURES FOR \(patient) SINCE \(since.value)\(request)"
        }
    }
}

extension SessionSetting: CustomStringConvertible {
    /// The statement in canonical form on one line.
    public var description: String {
        switch self {
        case .purpose(let purpose): return "SET PURPOSE \(purpose.code)"
        case .actor(let actor):
            var text = "SET ACTOR " + CanonicalText.quoted(actor.reference.text, with: "'")
            func append(_ word: String, _ names: [PartyName]) {
                guard !names.isEmpty else { return }
                text += " \(word) " + names.map { CanonicalText.value($0.text) }.joined(separator: ", ")
            }
            append("ROLE", actor.roles)
            append("ORGANIZATION", [actor.organization].compactMap(\.self))
            append("GROUP", actor.groups)
            return text
        }
    }
}

extension ConsentStatement {
    /// The statement as the language writes it, without on whose behalf it is made:
    /// `REVOKE HRESCH ON * OF Patient/1 FROM ANYONE`.
    public var text: String {
        func list(_ parts: [String]?, otherwise: String) -> String { parts?.joined(separator: ", ") ?? otherwise }
        let isGrant = effect == .permit
        var text = isGrant ? "GRANT " : "REVOKE "
        text += list(purposes?.map(\.code), otherwise: "ALL")
        text += " ON " + list(types?.map(\.name), otherwise: "*")
        text += " OF " + CanonicalText.value(patient)
        text += isGrant ? " TO " : " FROM "
        text += list(recipients?.map(CanonicalText.recipient), otherwise: "ANYONE")
        if let labels { text += " WITH LABEL " + list(labels.map(CanonicalText.label), otherwise: "") }
        if let codes { text += " CODE " + list(codes.map { CanonicalText.code($0.system, $0.code) }, otherwise: "") }
        if let from { text += " FROM " + from }
        if let until { text += " UNTIL " + until }
        return text
    }
}

extension CanonicalText {
    fileprivate static func recipient(_ recipient: Recipient) -> String {
        switch recipient {
        case .anyone: "ANYONE"
        case .role(let name): "ROLE " + value(name.text)
        case .organization(let name): "ORGANIZATION " + value(name.text)
        case .reference(let name) where name.text.utf8.starts(with: "Group/".utf8): "GROUP " + value(name.text)
        case .reference(let name): value(name.text)
        }
    }

    fileprivate static func label(_ label: ConsentLabel) -> String {
        label.isKnownByCode ? value(label.code) : code(label.system, label.code)
    }

    fileprivate static func code(_ system: String, _ code: String) -> String {
        value(Token.escaped(CodeSystemAliases.alias(for: system) ?? system) + "|" + Token.escaped(code))
    }
}

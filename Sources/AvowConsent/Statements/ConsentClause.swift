internal import AvowFHIR

/// One thing that a Consent says, for a person to read.
public struct ConsentClause: Hashable, Sendable {
    /// Whether it permits or denies.
    public let effect: ConsentEffect
    /// What, to whom and for what, as a sentence without a stop: `permits Observation to Organization/x for HRESCH`.
    public let text: String
    /// When it holds.
    public let window: ValidityWindow
    /// The element that says so, as FHIR writes paths.
    public let path: String
}

extension ConsentRules {
    /// What the Consent says, the strongest first: where several clauses are about a request, the first one decides.
    public var clauses: [ConsentClause] {
        var clauses = rules.map { rule in
            ConsentClause(
                effect: rule.effect, text: "\(rule.effect.verb) \(rule.conditions.text)",
                window: rule.conditions.window.intersection(window) ?? window, path: rule.path)
        }
        if let base {
            let rest = rules.isEmpty ? "everything" : "everything else"
            clauses.append(
                ConsentClause(effect: base, text: "\(base.verb) \(rest)", window: window, path: basePath))
        }
        return clauses
    }
}

extension RuleConditions {
    /// What the conditions are about, in words; windows are left out.
    fileprivate var text: String {
        var parts: [String] = []
        let types = classes.map { classes in
            classes.map { recordClass in
                switch recordClass {
                case .type(let name): name
                case .profile(let url): "records of the profile \(url)"
                case .mediaType(let type): "documents of the type \(type)"
                }
            }
        }
        parts.append(types.map(Self.alternatives) ?? "all records")
        if isAboutReading == false { parts.append("(but not to read them)") }
        if let codes { parts.append("with the code " + Self.alternatives(codes.map { "\($0.system)|\($0.code)" })) }
        if let labels {
            let isDenial = readings.labels == .deny
            parts.append(
                "labelled "
                    + Self.alternatives(
                        labels.map { label in
                            switch label {
                            case .confidentiality(let level): "\(level.code) or \(isDenial ? "above" : "below")"
                            case .tag(let token):
                                token.system == CodeSystem.actCode ? token.code : "\(token.system)|\(token.code)"
                            }
                        }))
        }
        if let dataPeriod { parts.append("from the time \(dataPeriod.text)") }
        if let data { parts.append("that are " + Self.alternatives(data.map { "\($0.meaning.text) \($0.reference)" })) }
        if let custodians { parts.append("kept by " + Self.alternatives(custodians)) }
        if let authors { parts.append("made by " + Self.alternatives(authors)) }
        parts.append("to " + (recipients.map { Self.alternatives($0.map(\.text)) } ?? "anyone"))
        parts.append("for " + (purposes.map { Self.alternatives($0.map(\.code)) } ?? "any purpose"))
        return parts.joined(separator: " ")
    }

    private static func alternatives(_ names: [String]) -> String {
        guard let last = names.last, names.count > 1 else { return names.first ?? "nothing" }
        return names.dropLast().joined(separator: ", ") + " or " + last
    }
}

extension RecipientTest {
    fileprivate var text: String {
        // Each role is there with its system and without.
        let role = roles.first?.text ?? ""
        let own = ManagedConsent.roleSystem + "|"
        let name = role.hasPrefix(own) ? String(role.dropFirst(own.count)) : role
        guard let party else { return "the role '\(name)'" }
        return roles.isEmpty ? party.text : "\(party.text) in the role '\(name)'"
    }
}

extension DataTest.Meaning {
    fileprivate var text: String {
        switch self {
        case .instance: "just"
        case .related: "related to"
        case .dependents: "dependent on"
        case .authoredby: "authored by"
        }
    }
}

extension Confidentiality {
    fileprivate var code: String { ["U", "L", "M", "N", "R", "V"][rawValue] }
}

extension ValidityWindow {
    /// The window in words, as it stands behind a noun; empty when it is always open.
    public var text: String {
        func date(_ instant: Int64) -> String { FHIRDateTime(instant: instant)?.text ?? "\(instant)" }
        let parts = [from.map { "from \(date($0))" }, until.map { "before \(date($0))" }]
        return parts.compactMap(\.self).joined(separator: " and ")
    }
}

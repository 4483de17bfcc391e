/// Whether a record may be read, and why.
public struct ConsentDecision: Hashable, Sendable {
    /// What consents can decide.
    public enum Outcome: String, Hashable, Sendable {
        /// A consent permits it.
        case permit
        /// A consent denies it.
        case deny
        /// No consent says anything about it: the policy of the store decides.
        case noConsent = "no-consent"
    }

    /// What is decided.
    public let outcome: Outcome
    /// Which consents decided so; of a decision `noConsent` why each of those on file is silent.
    public let reasons: [ConsentReason]
}

/// What one consent says about a request, and where it says it.
public struct ConsentReason: Hashable, Sendable {
    /// `Consent/id`.
    public let consent: String
    /// The Consent's `meta.versionId`, if there is one.
    public let version: String?
    /// How the Consent is written; nil for one that was not read further because it decides nothing.
    public let dialect: ConsentDialect?
    /// What the consent says; nil when it is silent.
    public let effect: ConsentEffect?
    /// The element that says so, as FHIR writes paths.
    public let path: String
    /// Why, as a clause for a person.
    public let text: String

    init(
        consent: String, version: String?, dialect: ConsentDialect?, effect: ConsentEffect?, path: String, text: String
    ) {
        self.consent = consent
        self.version = version
        self.dialect = dialect
        self.effect = effect
        self.path = path
        self.text = text
    }

    init(_ consent: ConsentRules, _ effect: ConsentEffect?, at path: String, _ text: String) {
        self.init(
            consent: consent.reference, version: consent.version, dialect: consent.dialect, effect: effect, path: path,
            text: text)
    }
}

extension RecordJudgement {
    /// Decides about a request to read the record.
    ///
    /// - Complexity: O(number of rules).
    public func decision(for request: AccessRequest) -> ConsentDecision {
        let actor = Set(request.actor.recipients)
        let said = consents.map { (consent: $0, reason: $0.reason(for: request, of: actor)) }
        func those(_ effect: ConsentEffect) -> [ConsentReason] {
            said.map(\.reason).filter { $0.effect == effect }
        }
        func permits(_ reasons: [ConsentReason]) -> ConsentDecision { .init(outcome: .permit, reasons: reasons) }
        func denies(_ reasons: [ConsentReason]) -> ConsentDecision { .init(outcome: .deny, reasons: reasons) }
        let silent = said.map(\.reason).filter { $0.effect == nil } + silences
        let (permitting, denying) = (those(.permit), those(.deny))
        switch combination {
        case .denyOverrides:
            if !denying.isEmpty { return denies(denying) }
            if !permitting.isEmpty { return permits(permitting) }
        case .permitOverrides:
            if !permitting.isEmpty { return permits(permitting) }
            if !denying.isEmpty { return denies(denying) }
        case .newestFirst:
            guard let newest = said.first(where: { $0.reason.effect != nil }) else { break }
            let decisive = said.filter { $0.consent.consent.dateTime == newest.consent.consent.dateTime }.map(\.reason)
            let denying = decisive.filter { $0.effect == .deny }
            return denying.isEmpty ? permits(decisive.filter { $0.effect == .permit }) : denies(denying)
        case .denyUnlessPermit:
            return permitting.isEmpty ? denies(denying.isEmpty ? silent : denying) : permits(permitting)
        case .permitUnlessDeny:
            return denying.isEmpty ? permits(permitting.isEmpty ? silent : permitting) : denies(denying)
        }
        return ConsentDecision(outcome: .noConsent, reasons: silent)
    }

    /// Decides about a request that is made for several purposes at once, as when the glass is broken for a treatment.
    ///
    /// Permitted is what one of the purposes permits; denied what one denies and none permits.
    public func decision(for requests: some Sequence<AccessRequest>) -> ConsentDecision {
        let decisions = requests.map { decision(for: $0) }
        for outcome in [ConsentDecision.Outcome.permit, .deny] {
            if let found = decisions.first(where: { $0.outcome == outcome }) { return found }
        }
        return decisions.first ?? ConsentDecision(outcome: .noConsent, reasons: silences)
    }
}

extension ConsentJudgement {
    /// What the consent says about a request of an actor that is all these recipients.
    func reason(for request: AccessRequest, of actor: Set<Recipient>) -> ConsentReason {
        guard consent.window.contains(request.time) else {
            return ConsentReason(consent, nil, at: "Consent.provision.period", "it is not in force at that time")
        }
        var closest: (path: String, elements: [String])?
        for rule in rules {
            let elements = rule.mismatches(with: request, of: actor)
            guard !elements.isEmpty else {
                return ConsentReason(consent, rule.effect, at: rule.path, "\(rule.effect.verb) it")
            }
            if rule.effect != consent.base { closest = (rule.path, elements) }
        }
        if closest == nil, let mismatch = mismatches.last(where: { $0.rule.effect != consent.base }) {
            closest = (mismatch.rule.path, mismatch.elements)
        }
        let except = closest.map { "; \($0.path) does not apply: \($0.elements.joined(separator: ", "))" } ?? ""
        guard let base = consent.base else {
            return ConsentReason(consent, nil, at: "Consent.provision", "it says nothing about this\(except)")
        }
        return ConsentReason(consent, base, at: consent.basePath, "\(base.verb) what no exception is about\(except)")
    }
}

extension ConsentEffect {
    var verb: String { self == .permit ? "permits" : "denies" }
}

public import AvowFHIR

/// What a store permits on its own account: what holds where no consent says anything, how consents are combined, who
/// may break the glass, what is redacted for which purpose, and which records are sensitive.
///
/// Made from a file in JSON, whose members all may be missing; what is missing is as in ``standard``:
///
///     {"defaults": [{"purpose": "TREAT"}, {"purpose": "HRESCH", "roles": ["researcher"]}],
///      "combination": "deny-overrides",
///      "breakGlass": {"roles": ["physician"], "purposes": ["ETREAT"]},
///      "auditors": ["privacy-officer"], "consentManagers": ["registrar"],
///      "redaction": {"HRESCH": "deidentified", "HPAYMT": "claims"},
///      "profiles": {"claims": [{"remove": "Observation.note"}]},
///      "labelling": ["standard-1", {"labels": ["HIV"], "system": "http://loinc.org", "codes": ["20447-9"]}]}
public struct StorePolicy: Hashable, Sendable {
    /// What is permitted where no consent says anything.
    public let defaults: [DefaultGrant]
    /// What holds where several consents of a patient decide.
    public let combination: Combination
    /// Who may break the glass, for what.
    public let breakGlass: BreakGlass
    /// The roles that may see the disclosures of any patient, sorted.
    public let auditors: [PartyName]
    /// The roles that may change the consents of any patient, sorted.
    public let consentManagers: [PartyName]
    /// What is redacted for which purpose and those below it.
    public let redaction: RedactionByPurpose
    /// Which codes make a record sensitive.
    public let labelling: Labelling

    /// The audience of records about which no consent says anything.
    ///
    /// All records of a patient stand under it when none of the patient's consents ``ConsentReading/decides``.
    public let defaultAudience: Audience

    /// What a store does without a policy of its own: treatment, payment, operations and what the patient asks for
    /// (`TREAT`, `HPAYMT`, `HOPERAT`, `PATRQT`) are permitted to anyone, a denial outweighs permits, nobody may break the
    /// glass, and nothing is redacted.
    public static let standard = StorePolicy(
        defaults: [.operations, .payment, .patientRequest, .treatment].map { DefaultGrant(purpose: $0) },
        combination: .denyOverrides, breakGlass: .nobody, auditors: [], consentManagers: [],
        redaction: .none, labelling: .standard)

    init(
        defaults: [DefaultGrant], combination: Combination, breakGlass: BreakGlass, auditors: [PartyName],
        consentManagers: [PartyName], redaction: RedactionByPurpose, labelling: Labelling
    ) {
        self.defaults = defaults
        self.combination = combination
        self.breakGlass = breakGlass
        self.auditors = auditors
        self.consentManagers = consentManagers
        self.redaction = redaction
        self.labelling = labelling
        let compiler = PolicyCompiler(defaults: defaults, breakGlass: breakGlass, redaction: redaction)
        // Nothing of it ends, so that the time makes no difference.
        defaultAudience = compiler.audience(of: RecordJudgement(combination: combination), at: .min)
    }

    /// Reads a record, with the labels that its codes give it.
    ///
    /// - Parameters:
    ///   - resource: the record's object.
    ///   - type: its type.
    /// - Complexity: O(size of the record).
    public func facts(of resource: JSONValue, type: ResourceType) -> RecordFacts {
        RecordFacts(resource, type: type, labelling: labelling)
    }

    /// Whether the actor may see who has read a patient's records: the patient may, and auditors.
    ///
    /// - Parameter patient: as `Patient/id`.
    public func permitsDisclosures(of patient: String, to actor: Actor) -> Bool {
        actor.reference.isText(patient) || actor.roles.contains(where: auditors.contains)
    }

    /// Whether the actor may change a patient's consents: the patient may, and those who manage consents.
    ///
    /// - Parameter patient: as `Patient/id`.
    public func permitsConsents(of patient: String, by actor: Actor) -> Bool {
        actor.reference.isText(patient) || actor.roles.contains(where: consentManagers.contains)
    }
}

extension PartyName {
    fileprivate func isText(_ other: String) -> Bool { text.utf8.elementsEqual(other.utf8) }
}

/// A permission that holds where no consent says anything.
public struct DefaultGrant: Hashable, Sendable {
    /// The purpose, with those below it.
    public let purpose: Purpose
    /// One of these roles the actor must ask in, sorted; any when there are none.
    public let roles: [PartyName]
    /// For one of these organizations the actor must act, sorted; for any or none when there are none.
    public let organizations: [PartyName]

    init(purpose: Purpose, roles: [PartyName] = [], organizations: [PartyName] = []) {
        self.purpose = purpose
        self.roles = roles
        self.organizations = organizations
    }

    /// What an actor must be, as alternatives that each have to hold whole.
    var recipients: [[Recipient]] {
        let roles = roles.isEmpty ? [[]] : roles.map { [Recipient.role($0)] }
        let organizations = organizations.isEmpty ? [[]] : organizations.map { [Recipient.organization($0)] }
        return roles.flatMap { role in organizations.map { role + $0 } }
    }
}

/// Who may read what is withheld otherwise, by stating a reason.
public struct BreakGlass: Hashable, Sendable {
    /// The roles, sorted; nobody may when there are none.
    public let roles: [PartyName]
    /// The purposes for which they may, with those below: `ETREAT`, or narrower ones; sorted.
    public let purposes: [Purpose]

    /// Nobody may.
    public static let nobody = BreakGlass(roles: [], purposes: [.emergencyTreatment])
}

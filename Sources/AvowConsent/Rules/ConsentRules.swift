/// What a rule does to a request that it applies to.
public enum ConsentEffect: String, Hashable, Sendable {
    case permit, deny

    /// The other one.
    var opposite: ConsentEffect { self == .permit ? .deny : .permit }
}

/// Which of the ways in which FHIR R4 Consents are written one follows.
public enum ConsentDialect: String, Hashable, Sendable {
    /// The letter of R4: `policyRule` is the base, an untyped root provision the context, nested provisions the
    /// exceptions.
    case exceptionsInContext = "A"
    /// HL7's R4 examples: `policyRule` is the base, the root provision itself the exception.
    case rootIsException = "B"
    /// IHE PCF and others: the type of the root provision is the base, nested provisions are the exceptions.
    case rootIsBase = "C"
}

/// A rule of a consent, with everything that applies to it from the rules around it.
public struct ConsentRule: Hashable, Sendable {
    /// What it does.
    public let effect: ConsentEffect
    /// The provision, as FHIR writes paths: `Consent.provision.provision[0]`.
    public let path: String
    /// How deep it stands; of the rules that apply the deepest decides, and of several a denial.
    public let depth: Int
    let conditions: RuleConditions
}

/// A Consent in normal form: an effect to begin with, and rules that are exceptions to it and to each other.
///
/// The rules have been flattened: each carries the conditions that the provisions around it impose, so that only its
/// depth is left of its place in the tree.
public struct ConsentRules: Hashable, Sendable {
    /// `Consent/id`, or `Consent` when it has no id.
    public let reference: String
    /// `meta.versionId`, if there is one.
    public let version: String?
    /// The patient, as `Patient/id`.
    public let patient: String
    /// When the Consent was given, in milliseconds since 1970-01-01T00:00:00Z; nil when it does not say.
    public let dateTime: Int64?
    /// How it is written.
    public let dialect: ConsentDialect
    /// When it holds.
    public let window: ValidityWindow
    /// What holds where no rule applies; nil when the Consent says nothing there.
    public let base: ConsentEffect?
    /// The element that says so.
    public let basePath: String
    /// The rules, the strongest first.
    public let rules: [ConsentRule]
    /// The organization that manages the Consent, which keeps the records that name no other.
    let custodian: String?
}

extension ConsentRules {
    /// The purposes that the rules name, each once, in the order of their codes.
    public var purposes: [Purpose] {
        Set(rules.flatMap { $0.conditions.purposes ?? [] })
            .sorted { $0.code.utf8.lexicographicallyPrecedes($1.code.utf8) }
    }

    /// The records of which the rules ask what they refer to, as `Type/id`.
    public var relatedRecords: Set<String> {
        Set(rules.flatMap { $0.conditions.data ?? [] }.filter { $0.meaning == .related }.map(\.reference))
    }
}

/// What a Consent on file amounts to.
public enum ConsentReading: Hashable, Sendable {
    /// It decides.
    case rules(ConsentRules)
    /// It decides nothing: it is not active, or not about who may read records.
    case silent(SilentConsent)
}

/// A Consent that decides nothing.
public struct SilentConsent: Hashable, Sendable {
    /// `Consent/id`, or `Consent` when it has no id.
    public let reference: String
    /// `meta.versionId`, if there is one.
    public let version: String?
    /// The element that makes it so.
    public let path: String
    /// Why, as a clause.
    public let reason: String
}

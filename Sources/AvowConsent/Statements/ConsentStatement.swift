public import AvowFHIR

/// One thing that a patient permits or refuses: what `GRANT` and `REVOKE` say.
///
/// Each list is joined by *or*, the lists by *and*; nil stands for everything. It covers what a provision of a Consent with
/// the same elements covers, so a permit reads some of them more narrowly than a refusal: a permit for the label R is for
/// records up to R, a refusal for R is of records from R on.
public struct ConsentStatement: Hashable, Sendable {
    /// Whether it permits or refuses.
    public let effect: ConsentEffect
    /// Whose records it is about: `Patient/id`.
    public let patient: String
    /// For which purposes, with those below them.
    public var purposes: [Purpose]?
    /// Records of which types.
    public var types: [ResourceType]?
    /// To whom; each is a reference, an organization or a role.
    public var recipients: [Recipient]?
    /// Records labelled how.
    public var labels: [ConsentLabel]?
    /// Records about what.
    public var codes: [Token]?
    /// From when on, as FHIR writes dates; nil for always.
    public var from: String?
    /// Until when, as FHIR writes dates; what it names is within, be it a year, a day or a second.
    public var until: String?

    /// A statement about all records of a patient, for every purpose and everybody.
    public init(_ effect: ConsentEffect, of patient: String) {
        self.effect = effect
        self.patient = patient
    }
}

extension Recipient {
    /// Who bears a reference, as a statement names it. What a Consent names as an organization is also whoever acts for it.
    ///
    /// - Throws: ``ConsentError`` of kind `invalidName`.
    public init(statedReference text: String) throws(ConsentError) {
        let name = try PartyName(reference: text)
        self = text.utf8.starts(with: "Organization/".utf8) ? .organization(name) : .reference(name)
    }
}

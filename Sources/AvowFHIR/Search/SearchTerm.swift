/// A value as a condition gives it, not yet understood.
public enum SearchLiteral: Hashable, Sendable {
    /// A code, an identifier or a boolean. The system is nil when any will do, and empty when there must be none; the
    /// code is nil when any of the system will do.
    case token(system: String?, code: String?)
    /// Any text.
    case string(String)
    /// The digits of a number, which say its precision: `100`, `5.40e-3`.
    case number(String)
    /// A number with a unit: any unit when there is no code; with a system, the unit of that code there, or whatever
    /// UCUM converts into it; without one, the unit's code or how it is written for people.
    case quantity(number: String, system: String?, code: String?)
    /// A date as FHIR writes it: `2015`, `2015-02-07T13:28:17+02:00`.
    case date(String)
    /// `Patient/1`, `1`, or a URL.
    case reference(String)
    /// A URI.
    case uri(String)
    /// One for each component.
    case composite([SearchTerm])
}

/// A comparison and what is compared with: `gt7`.
public struct SearchTerm: Hashable, Sendable {
    /// How it is compared.
    public let comparison: SearchComparison
    /// What is compared with.
    public let literal: SearchLiteral

    /// A comparison with a literal.
    public init(_ comparison: SearchComparison, _ literal: SearchLiteral) {
        self.comparison = comparison
        self.literal = literal
    }

    /// Equality with a literal.
    public init(_ literal: SearchLiteral) { self.init(.equal, literal) }
}

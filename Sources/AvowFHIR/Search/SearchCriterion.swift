/// A condition on a search parameter: `birthdate >= 1950`, `value-quantity > 7 '%'`, `name:exact = 'Smith'`.
///
/// It is understood once, and then asked of values that a ``SearchExtractor`` found.
///
/// ```swift
/// let criterion = try SearchCriterion(.date, comparison: .greaterOrEqual, literal: .date("1950"))
/// criterion.matches(extractor.values(in: patient))
/// ```
public struct SearchCriterion: Hashable, Sendable {
    /// How the parameter's values are compared.
    public let kind: SearchParameter.Kind
    /// What changes the meaning; nil without a modifier.
    public let modifier: SearchModifier?
    /// How a value is compared with ``operand``.
    public let comparison: SearchComparison
    /// What values are compared with.
    public let operand: Operand

    /// What values are compared with, understood.
    public enum Operand: Hashable, Sendable {
        /// A code, an identifier or a boolean. A nil system is any, an empty one none; a nil code is any.
        case token(system: String?, code: String?)
        /// The time that a date covers.
        case date(SearchDate)
        /// A text, and its folded form, in which it is compared unless the modifier is `exact`.
        case string(String, folded: String)
        /// A number.
        case number(SearchNumber)
        /// A number of a unit.
        case quantity(SearchNumber, SearchUnit)
        /// A resource or a URL.
        case reference(SearchReference)
        /// A resource of any type with this id.
        case id(String)
        /// A URI.
        case uri(String)
        /// A condition on each component.
        case composite([SearchCriterion])
        /// Whether there must be no value.
        case missing(Bool)
    }

    /// Understands a condition.
    ///
    /// - Parameters:
    ///   - kind: How the parameter's values are compared.
    ///   - components: The kinds of a composite's components.
    ///   - modifier: What stands behind the name.
    ///   - comparison: How a value is compared with the literal; only numbers, dates and quantities are ordered. A
    ///     composite has its comparisons in its parts.
    ///   - literal: What is compared with. A string is taken for a code, date, reference or URI where one is needed,
    ///     and a number for a date or a quantity of any unit.
    /// - Throws: ``SearchError`` when modifier, comparison or literal is not one of the kind.
    public init(
        _ kind: SearchParameter.Kind, components: [SearchParameter.Kind] = [], modifier: SearchModifier? = nil,
        comparison: SearchComparison = .equal, literal: SearchLiteral
    ) throws(SearchError) {
        self.kind = kind
        self.modifier = modifier
        self.comparison = comparison
        guard kind != .special else {
            throw SearchError(.unsupportedKind(kind), in: kind.rawValue, expected: "a kind of values that are compared")
        }
        let isOrdered = [.number, .date, .quantity].contains(kind) && modifier == nil
        guard isOrdered || comparison == .equal else {
            throw SearchError(
                .unsupportedComparison(comparison), in: comparison.rawValue,
                expected: "eq for the kind \(kind.rawValue)",
                suggestion: comparison == .notEqual && kind == .token ? ":not" : nil)
        }
        if let modifier { try Self.check(modifier, of: kind) }
        let reader = SearchOperandReader(kind: kind, components: components, modifier: modifier)
        operand = try reader.operand(literal)
    }

    /// Understands a condition in FHIR search's own form: the value behind the `=`, with its prefix.
    ///
    /// - Throws: ``SearchError`` with the place in `text`, or as the other.
    public init(
        parsing text: String, as kind: SearchParameter.Kind, components: [SearchParameter.Kind] = [],
        modifier: SearchModifier? = nil
    ) throws(SearchError) {
        let term = try SearchTerm(parsing: text, as: kind, components: components, modifier: modifier)
        try self.init(
            kind, components: components, modifier: modifier, comparison: term.comparison, literal: term.literal)
    }

    /// Refuses a modifier that the kind does not have (R4, section 3.1.1.4.4).
    private static func check(_ modifier: SearchModifier, of kind: SearchParameter.Kind) throws(SearchError) {
        let kinds: [SearchParameter.Kind] =
            switch modifier {
            case .missing: SearchParameter.Kind.allCases
            case .exact, .contains: [.string]
            case .not: [.token]
            case .above, .below: [.uri]
            case .identifier, .type: [.reference]
            }
        guard !kinds.contains(kind) else { return }
        throw SearchError(
            .unsupportedModifier(modifier.name), in: modifier.name,
            expected: "a modifier that can be evaluated on the kind \(kind.rawValue)")
    }
}

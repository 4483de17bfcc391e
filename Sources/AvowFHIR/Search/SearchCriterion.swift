/// A condition on a search parameter: `birthdate >= 1950`, `value-quantity > 7 '%'`, `name:exact = 'Smith'`.
///
/// It is understood once, and then asked of values that a ``SearchExtractor`` found.
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
        /// A nil system is any, an empty one none; a nil code is any.
        case token(system: String?, code: String?)
        case date(SearchDate)
        case string(SearchString, folded: String)
        case number(SearchNumber)
        case quantity(SearchNumber, SearchUnit)
        case reference(SearchReference)
        /// A local reference of any type.
        case id(String)
        case uri(String)
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
    ///   - comparison: How a value is compared with the literal; only numbers, dates and quantities are ordered.
    ///   - literal: What is compared with.
    /// - Throws: ``SearchError`` when modifier, comparison or literal is not one of the kind.
    public init(
        _ kind: SearchParameter.Kind, components: [SearchParameter.Kind] = [], modifier: SearchModifier? = nil,
        comparison: SearchComparison = .equal, literal: SearchLiteral
    ) throws(SearchError) {
        self.kind = kind
        self.modifier = modifier
        self.comparison = comparison
        operand = .missing(true)
    }

    /// Whether one value satisfies the condition; of `:not`, whether it is the value that none may be. `:missing` asks
    /// for no value.
    public func matches(_ value: SearchValue) -> Bool {
        false
    }

    /// Whether a resource satisfies the condition: one of its values does, or, for `:missing=true` and `:not`, none.
    ///
    /// `ne` asks for a value that is not equal, as R4 has it: a resource without values does not satisfy it.
    public func matches(_ values: [SearchValue]) -> Bool {
        false
    }
}

/// A number that a condition names: itself, and what equality takes for it by the precision of its digits.
public struct SearchNumber: Hashable, Sendable {
    /// The number.
    public let value: FHIRDecimal
    /// The least number that rounds to it: 99.5 for 100.
    public let from: FHIRDecimal
    /// The least number above those that round to it: 100.5 for 100.
    public let until: FHIRDecimal
}

/// The unit that a condition names.
public enum SearchUnit: Hashable, Sendable {
    /// Any unit, or none.
    case any
    /// A code, or what is written for people.
    case named(String)
    /// A code of a system; of UCUM, and whatever converts into it.
    case coded(system: String, code: String)
}

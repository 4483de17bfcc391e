/// What changes the meaning of a condition, behind the parameter's name (R4, section 3.1.1.4.4).
///
/// Those that need a terminology (`in`, `not-in`, and `above` and `below` of codes) or what is not extracted (`text`,
/// `of-type`) cannot be evaluated on values, and are refused.
public enum SearchModifier: Hashable, Sendable {
    /// The whole text, in its case and with its marks; for strings.
    case exact
    /// The text anywhere in the value; for strings.
    case contains
    /// Whether the resource has no value; for every kind. The literal is `true` or `false`.
    case missing
    /// No value is this one; for tokens.
    case not
    /// The URI begins with the value; for URIs.
    case above
    /// The value begins with the URI; for URIs.
    case below
    /// What the reference says of the identifier of its target; for references. The literal is a token's.
    case identifier
    /// The type that an id is one of: `subject:Patient=23`; for references.
    case type(ResourceType)

    /// The modifier of this name, without its colon.
    ///
    /// - Throws: ``SearchError`` for one that R4 has and that cannot be evaluated, and for an unknown one.
    public init(named name: String) throws(SearchError) {
        if let known = Self.named.first(where: { $0.name == name }) {
            self = known
        } else if let type = ResourceType(name: name) {
            self = .type(type)
        } else {
            throw SearchError(
                .unsupportedModifier(name), in: name,
                expected: "one of \(Self.named.map(\.name).joined(separator: ", ")) or a type's name",
                suggestion: NearestName.of(name, among: Self.named.map(\.name)))
        }
    }

    /// The name, without its colon.
    public var name: String {
        switch self {
        case .exact: "exact"
        case .contains: "contains"
        case .missing: "missing"
        case .not: "not"
        case .above: "above"
        case .below: "below"
        case .identifier: "identifier"
        case .type(let type): type.name
        }
    }

    private static let named: [SearchModifier] = [.exact, .contains, .missing, .not, .above, .below, .identifier]
}

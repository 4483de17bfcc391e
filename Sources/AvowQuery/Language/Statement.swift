/// One sentence of the language.
public enum Statement: Hashable, Sendable {
    case select(SelectStatement)
    case history(HistoryStatement)

    /// Who asks; nil leaves it to the session.
    public var actor: Located<ResourceReference>? {
        switch self {
        case .select(let statement): statement.actor
        case .history(let statement): statement.actor
        }
    }

    /// Why, as a v3-PurposeOfUse code in upper case; nil leaves it to the session.
    public var purpose: Located<String>? {
        switch self {
        case .select(let statement): statement.purpose
        case .history(let statement): statement.purpose
        }
    }
}

/// A question: what to show, of which resources, in which groups and order, how many, and on whose behalf.
public struct SelectStatement: Hashable, Sendable {
    /// What to show of each resource, or of each group; never empty when parsed.
    public var projections: [Located<Projection>]
    /// The resource type, or `Resource` for every type.
    public var type: Located<String>
    /// Conditions that must all hold.
    public var conditions: [Located<Condition>]
    /// What resources are grouped by; empty when each has a row of its own.
    public var groups: [Located<ValueExpression>]
    /// What the rows are sorted by, the first term first.
    public var order: [Located<OrderTerm>]
    /// How many rows there may be; nil for all.
    public var limit: Located<Limit>?
    /// Who asks; nil leaves it to the session.
    public var actor: Located<ResourceReference>?
    /// Why, as a v3-PurposeOfUse code in upper case; nil leaves it to the session. That the code exists is not checked here.
    public var purpose: Located<String>?

    /// A statement of these parts.
    public init(
        projections: [Located<Projection>], type: Located<String>, conditions: [Located<Condition>] = [],
        groups: [Located<ValueExpression>] = [], order: [Located<OrderTerm>] = [], limit: Located<Limit>? = nil,
        actor: Located<ResourceReference>? = nil, purpose: Located<String>? = nil
    ) {
        self.projections = projections
        self.type = type
        self.conditions = conditions
        self.groups = groups
        self.order = order
        self.limit = limit
        self.actor = actor
        self.purpose = purpose
    }
}

/// A column of the answer.
public enum Projection: Hashable, Sendable {
    /// `*`
    case all
    /// A value of each resource, or of each group.
    case value(Located<ValueExpression>, alias: Located<Alias>?)
}

/// The name of a column: 1 to 128 characters without control characters.
public struct Alias: Hashable, Sendable {
    /// The name, without quotes.
    public let name: String

    /// - Throws: ``QuerySyntaxError`` about the whole of `name`.
    public init(_ name: String) throws(QuerySyntaxError) {
        guard 1...QueryLimits.aliasLength ~= name.count, !name.utf8.contains(where: Characters.isControl) else {
            throw QuerySyntaxError(
                .invalidValue, "a column's name has 1 to \(QueryLimits.aliasLength) characters",
                at: SourceRange(0, name.utf8.count))
        }
        self.name = name
    }
}

/// What a resource must meet.
public enum Condition: Hashable, Sendable {
    /// The resource belongs to this patient; the reference's type is `Patient`.
    case patient(ResourceReference)
    /// The resource has this logical id.
    case id(ResourceID)
    /// The resource's code matches the token.
    case code(Token)
    /// The resource's date stands in this relation to the literal, both with the extent that their precision gives them.
    case date(Comparison, DateLiteral)
    /// The resource's date is not before the first literal and not after the second.
    case dateBetween(DateLiteral, DateLiteral)

    /// The search parameter that the condition is about.
    public var parameter: SearchParameter {
        switch self {
        case .patient: .patient
        case .id: .id
        case .code: .code
        case .date, .dateBetween: .date
        }
    }
}

/// How a value relates to a literal.
public enum Comparison: String, CaseIterable, Hashable, Sendable {
    case equal = "="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
}

/// One key of an order.
public struct OrderTerm: Hashable, Sendable {
    /// A column's alias or what a value is computed by.
    public var value: Located<ValueExpression>
    /// Which way.
    public var direction: Direction

    /// From the least value up, or from the greatest down.
    public enum Direction: Hashable, Sendable {
        case ascending, descending
    }

    /// A term that sorts by a value or a column.
    public init(_ value: Located<ValueExpression>, direction: Direction = .ascending) {
        self.value = value
        self.direction = direction
    }
}

/// The greatest number of rows that an answer may have.
public struct Limit: Hashable, Sendable {
    /// 0 to ``QueryLimits/rows``.
    public let count: Int

    /// Fails for a number outside of 0 to ``QueryLimits/rows``.
    public init?(_ count: Int) {
        guard 0...QueryLimits.rows ~= count else { return nil }
        self.count = count
    }
}

/// The bounds that keep parsing cheap whatever it is given.
public enum QueryLimits {
    /// The length of a query's text in UTF-8 code units.
    public static let textLength = 1 << 20
    /// How deep brackets may be nested in a path.
    public static let nesting = 64
    /// How many projections, conditions, group or order terms a statement may have, each counted for itself.
    public static let listLength = 1_024
    /// The length of a column's name in characters.
    public static let aliasLength = 128
    /// How many groups an answer may have before LIMIT.
    public static let groups = 1_000_000
    /// The greatest number after LIMIT.
    public static let rows = 2_147_483_647
}

/// One sentence of the language.
public enum Statement: Hashable, Sendable {
    /// A question.
    case select(SelectStatement)
    /// How a question would be answered, or, when it is analyzed, how it was.
    case explain(SelectStatement, isAnalyzed: Bool)
    /// Which audiences admit the request of a question, and which do not.
    case explainConsent(SelectStatement)
    /// A question about the versions of a resource.
    case history(HistoryStatement)
    /// What a patient permits or refuses.
    case grant(GrantStatement)
    /// A question about a patient's consents, or about who has read the patient's records.
    case show(ShowStatement)
    /// An index is made or removed.
    case index(IndexStatement)
    /// What holds for the session.
    case set(SessionSetting)

    /// Parses a statement about records of FHIR R4.
    ///
    /// - Throws: ``QuerySyntaxError`` about the first mistake.
    public init(parsing text: String) throws(QuerySyntaxError) {
        self = try QueryParser(schema: R4Schema()).parse(text)
    }

    /// On whose behalf, as far as the statement says so.
    public var request: RequestClauses {
        switch self {
        case .select(let statement), .explain(let statement, _), .explainConsent(let statement): statement.request
        case .history(let statement): statement.request
        case .grant(let statement): statement.request
        case .show(let statement): statement.request
        case .index, .set: RequestClauses()
        }
    }

    /// The state of the store that it is about; nil for the newest.
    public var asOf: Located<AsOf>? {
        switch self {
        case .select(let statement), .explain(let statement, _), .explainConsent(let statement): statement.asOf
        case .history(let statement): statement.asOf
        case .grant, .show, .index, .set: nil
        }
    }

    /// Who asks; nil leaves it to the session.
    public var actor: Located<ResourceReference>? { request.actor }

    /// Why, as a v3-PurposeOfUse code in upper case; nil leaves it to the session.
    public var purpose: Located<String>? { request.purpose }
}

/// A question: what to show, of which resources, in which groups and order, how many, and on whose behalf.
public struct SelectStatement: Hashable, Sendable {
    /// Sets of patients that the question names; those of a question within another are the outer one's.
    public var cohorts: [Located<Cohort>] = []
    /// Whether rows that are alike are shown once.
    public var isDistinct = false
    /// What to show of each resource, or of each group; never empty when parsed.
    public var projections: [Located<Projection>]
    /// The resource type, or `Resource` for every type; the name of a view where ``isOfView`` says so.
    public var type: Located<String>
    /// Whether rows of a view are selected and not resources of a type.
    public var isOfView = false
    /// What must hold of a resource; nil when all will do.
    public var condition: Logic<Condition>?
    /// What resources are grouped by; empty when each has a row of its own.
    public var groups: [Located<ValueExpression>]
    /// What must hold of a group.
    public var having: Logic<GroupTest>?
    /// What the rows are sorted by, the first term first.
    public var order: [Located<OrderTerm>]
    /// How many rows there may be that have some values in common; nil for all.
    public var limitPer: LimitPer?
    /// How many rows there may be; nil for all.
    public var limit: Located<Limit>?
    /// How many rows are left out before the first that is shown; nil for none.
    public var offset: Located<Limit>?
    /// The state of the store that the question is about, with all questions within it; nil for the newest.
    public var asOf: Located<AsOf>?
    /// On whose behalf.
    public var request: RequestClauses

    /// A statement of these parts.
    public init(
        projections: [Located<Projection>], type: Located<String>, condition: Logic<Condition>? = nil,
        groups: [Located<ValueExpression>] = [], order: [Located<OrderTerm>] = [], limit: Located<Limit>? = nil,
        actor: Located<ResourceReference>? = nil, purpose: Located<String>? = nil
    ) {
        self.projections = projections
        self.type = type
        self.condition = condition
        self.groups = groups
        self.order = order
        self.limit = limit
        request = RequestClauses(actor: actor, purpose: purpose)
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
    /// 0 to ``QueryLimits/rows``; nil for a placeholder.
    public let count: Int?
    /// What a number is to be bound to.
    public let placeholder: Placeholder?

    /// Fails for a number outside of 0 to ``QueryLimits/rows``.
    public init?(_ count: Int) {
        guard 0...QueryLimits.rows ~= count else { return nil }
        self.count = count
        placeholder = nil
    }

    init(_ placeholder: Placeholder) {
        count = nil
        self.placeholder = placeholder
    }
}

extension Limit: CustomStringConvertible {
    /// The canonical form, which parses to an equal value.
    public var description: String { placeholder?.description ?? count.map(String.init) ?? "" }
}

/// The greatest number of rows that have some values in common: `LIMIT 1 PER patient`.
public struct LimitPer: Hashable, Sendable {
    /// How many.
    public let limit: Located<Limit>
    /// The values; never empty when parsed.
    public let values: [Located<ValueExpression>]

    /// A limit for all rows that have these values in common.
    public init(_ limit: Located<Limit>, per values: [Located<ValueExpression>]) {
        self.limit = limit
        self.values = values
    }
}

/// The bounds that keep parsing cheap whatever it is given.
public enum QueryLimits {
    /// The length of a query's text in UTF-8 code units.
    public static let textLength = 1 << 20
    /// How deep brackets, and questions in questions, may be nested.
    public static let nesting = 64
    /// How many conditions a text may have, and how many items any of its lists.
    public static let listLength = 1_024
    /// The length of a column's name in characters.
    public static let aliasLength = 128
    /// How many groups an answer may have before LIMIT.
    public static let groups = 1_000_000
    /// How many bytes of rows, values of groups and members of sets are held in memory, estimated.
    public static let heldBytes = 1 << 30
    /// The greatest number after LIMIT.
    public static let rows = 2_147_483_647
}

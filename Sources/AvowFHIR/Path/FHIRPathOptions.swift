/// How an expression is read.
public struct FHIRPathOptions: Sendable {
    /// Whether names that the model does not know, and types that cannot be right, are errors.
    public var isStrict: Bool

    /// Whether taking items by their place out of a collection without an order, such as `children().first()`, is an
    /// error (FHIRPath N1, section 5.8).
    public var checksOrder: Bool

    /// Whether `as` takes many items, as `ofType` does: the standard's own search parameters use it so.
    public var asFilters: Bool

    /// The names of the variables that ``FHIRPathEnvironment/variables`` will define.
    public var variables: Set<String>

    /// - Parameters:
    ///   - isStrict: True unless given.
    ///   - checksOrder: True unless given.
    ///   - asFilters: False unless given.
    ///   - variables: None unless given.
    public init(
        isStrict: Bool = true, checksOrder: Bool = true, asFilters: Bool = false, variables: Set<String> = []
    ) {
        self.isStrict = isStrict
        self.checksOrder = checksOrder
        self.asFilters = asFilters
        self.variables = variables
    }

    /// Names are not checked: for data of which the model may not know everything.
    public static let lenient = FHIRPathOptions(isStrict: false, checksOrder: false)

    /// As the expressions of R4's search parameters need it.
    public static let searchParameter = FHIRPathOptions(asFilters: true)
}

/// What an expression may ask of its surroundings while it is evaluated.
public struct FHIRPathEnvironment: Sendable {
    /// The values of variables, by their names without `%`.
    public var variables: [String: [FHIRPathItem]] = [:]

    /// The time that `now()`, `today()` and `timeOfDay()` say, with its offset from UTC; the system's clock at the
    /// beginning of an evaluation when nil.
    public var now: FHIRDateTime?

    /// Finds the resource that a reference outside of the document leads to; `resolve()` yields nothing for nil.
    public var resolver: (@Sendable (_ reference: String) -> FHIRPathElement?)?

    /// Whether a code is in a value set, for `memberOf()`; nil when that is not known, and the result is empty. Unless
    /// given, the value sets of R4's definitions are asked (``ValueSet``).
    public var membership: (@Sendable (_ valueSet: String, _ system: String?, _ code: String) -> Bool?)?

    /// Takes what `trace()` is given.
    public var trace: (@Sendable (_ name: String, _ items: [FHIRPathItem]) -> Void)?

    /// Whether the evaluation should stop with an error of the stage `cancelled`; asked now and then.
    public var isCancelled: (@Sendable () -> Bool)?

    /// How many items a collection may have.
    public var collectionLimit = FHIRPathLimits.collection

    /// How many steps an evaluation may take, a step being an operation on one item.
    public var stepLimit = 50_000_000

    /// An environment without variables and with nothing outside of the document.
    public init() {}
}

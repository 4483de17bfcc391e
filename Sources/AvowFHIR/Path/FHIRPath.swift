/// An expression that was checked against the R4 model and is ready to be evaluated.
///
/// ```swift
/// let path = try FHIRPath("name.where(use = 'official').given", on: .patient)
/// for item in try path.evaluate(on: resource) { print(item.text) }
/// ```
public struct FHIRPath: Sendable {
    /// The expression.
    public let expression: FHIRPathExpression

    let operation: FHIRPathOperation
    /// What is evaluated: the operation, with paths of members walked at once.
    private let program: FHIRPathOperation

    /// Parses and checks a text.
    ///
    /// - Parameters:
    ///   - text: The expression.
    ///   - type: The type that the expression is evaluated on, or nil when that may be any.
    ///   - options: How strictly names are checked.
    /// - Throws: ``FHIRPathError`` with the place in `text`.
    public init(
        _ text: String, on type: FHIRType? = nil, options: FHIRPathOptions = FHIRPathOptions()
    ) throws(FHIRPathError) {
        try self.init(FHIRPathExpression(text), on: type, options: options)
    }

    /// Checks an expression.
    ///
    /// - Throws: ``FHIRPathError`` with the place in the expression's text.
    public init(
        _ expression: FHIRPathExpression, on type: FHIRType? = nil, options: FHIRPathOptions = FHIRPathOptions()
    ) throws(FHIRPathError) {
        self.expression = expression
        operation = try FHIRPathCompiler.compile(expression.root, on: type, options)
        program = operation.walked
    }

    /// Evaluates the expression.
    ///
    /// - Parameters:
    ///   - resource: A resource.
    ///   - environment: What is outside of the resource.
    /// - Returns: The collection that the expression stands for, in order.
    /// - Throws: ``FHIRPathError`` of the stage `evaluation`, `limit` or `cancelled`, with the place in the text.
    public func evaluate(
        on resource: JSONValue, in environment: FHIRPathEnvironment = FHIRPathEnvironment()
    ) throws(FHIRPathError) -> [FHIRPathItem] {
        let element = FHIRPathElement(resource)
        if case .walk(let walk, _) = program.form {
            var items: [FHIRPathItem] = []
            if walk.append(from: element, to: &items), items.count <= environment.collectionLimit { return items }
        }
        return try evaluate(on: .element(element), in: environment)
    }

    /// Evaluates the expression on nothing: `2 + 2`, `today()`.
    public func evaluate(in environment: FHIRPathEnvironment = FHIRPathEnvironment()) throws(FHIRPathError)
        -> [FHIRPathItem]
    {
        try FHIRPathEvaluation(on: nil, environment).run(program)
    }

    /// Evaluates the expression on any item: a resource, an element of one, or a value.
    public func evaluate(
        on item: FHIRPathItem, in environment: FHIRPathEnvironment = FHIRPathEnvironment()
    ) throws(FHIRPathError) -> [FHIRPathItem] {
        let evaluation = FHIRPathEvaluation(on: item, environment)
        return try evaluation.run(program)
    }
}

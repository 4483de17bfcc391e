// What is known of an expression before it is evaluated.
extension FHIRPath {
    /// The name of a function in the expression whose result depends on more than the resource: on the clock, or on other
    /// resources; nil when there is none, so that the expression finds the same in the same resource at any time.
    public var impureFunctionName: String? { operation.impureFunction?.rawValue }

    /// The types of FHIRPath's own that the items are, or become where an operator needs one; nil when the model does not
    /// know all of them, or an item is of none.
    ///
    /// - Parameter type: The type that the expression is evaluated on.
    public func systemTypes(on type: FHIRType?) -> Set<FHIRPathSystemType>? {
        guard let found = try? staticType(on: type, options: .lenient), let kinds = found.kinds else { return nil }
        let types = kinds.compactMap(\.system)
        return types.count == kinds.count ? Set(types) : nil
    }

    func staticType(
        on type: FHIRType?, options: FHIRPathOptions
    ) throws(FHIRPathError) -> FHIRPathStaticType {
        let context = FHIRPathStaticType.one(type)
        var scope = FHIRPathCompiler.Scope(this: context)
        return try FHIRPathCompiler(options: options, context: context).compile(expression.root, &scope).type
    }
}

extension FHIRPathOperation {
    /// A function in the expression whose result depends on more than its input: on the clock, or on other resources.
    var impureFunction: FHIRPathFunction? {
        switch form {
        case .constant, .this, .index, .total, .variable, .rootResource, .resource, .context: return nil
        case .member(let of, _), .test(_, let of, _), .matches(let of, _, _), .refersTo(let of, _), .signed(_, let of):
            return of.impureFunction
        case .head: return nil
        case .call(let of, let function, let arguments):
            if [.now, .today, .timeOfDay, .resolve].contains(function) { return function }
            return of.impureFunction ?? arguments.lazy.compactMap(\.impureFunction).first
        case .sort(let of, let keys):
            return of.impureFunction ?? keys.lazy.compactMap(\.operation.impureFunction).first
        case .item(let left, let right), .binary(_, let left, let right):
            return left.impureFunction ?? right.impureFunction
        case .walk(_, let operation): return operation.impureFunction
        }
    }
}

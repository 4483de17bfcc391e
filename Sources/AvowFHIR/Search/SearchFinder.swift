/// An expression that finds what is compared, and of which kind that is.
struct SearchFinder: Sendable {
    let kind: SearchParameter.Kind
    let path: FHIRPath
    /// The form that is walked; nil for an expression that has to be evaluated.
    var visiting: FHIRPathVisit?
    /// The types of what is found, as far as they are known.
    let types: [FHIRPathStaticType.Kind]?

    /// An expression of R4's.
    init(_ expression: String, on type: FHIRType?, _ kind: SearchParameter.Kind) throws(SearchError) {
        self.kind = kind
        (path, types) = try Self.compile(expression, on: type, .searchParameter)
        visiting = path.visiting
    }

    /// A user's own path, which may depend on nothing but the resource: an index must not change by itself.
    init(path text: String, on type: FHIRType) throws(SearchError) {
        (path, types) = try Self.compile(text, on: type, FHIRPathOptions())
        visiting = path.visiting
        if let function = path.operation.impureFunction {
            throw SearchError(.notPure("\(function.rawValue)()"), in: text, expected: "a path over the resource alone")
        }
        let kinds = Set((types ?? []).map(SearchParameter.Kind.init(comparing:)))
        guard kinds.count == 1, let found = kinds.first, let kind = found else {
            throw SearchError(.undecidedKind, in: text, expected: "a path to values of one kind")
        }
        self.kind = kind
    }

    private static func compile(
        _ text: String, on type: FHIRType?, _ options: FHIRPathOptions
    ) throws(SearchError) -> (FHIRPath, [FHIRPathStaticType.Kind]?) {
        do {
            let path = try FHIRPath(text, on: type, options: options)
            return (path, try path.staticType(on: type, options: options).kinds)
        } catch {
            throw SearchError(
                .expression(error), in: text, at: error.range, expected: error.expected, suggestion: error.suggestion)
        }
    }

    /// The one type of what is found; nil when it is not known or there are several.
    var found: FHIRType? {
        guard let types, types.count == 1, case .fhir(let type) = types[0], type.kind != .abstract else { return nil }
        return type
    }

    /// Calls `body` with each item that the expression finds on an element.
    @inline(__always)
    func visit(_ element: FHIRPathElement, root: FHIRPathElement, _ body: (FHIRPathItem) -> Void) {
        guard let visiting else {
            // An expression that fails finds nothing.
            for item in (try? path.evaluate(on: .element(element))) ?? [] { body(item) }
            return
        }
        visiting.visit(element, root: root) { (found) throws(Never) -> Bool in
            body(.element(found))
            return true
        }
    }
}

extension SearchParameter.Kind {
    /// How values of a type are compared; nil when they are not.
    fileprivate init?(comparing type: FHIRPathStaticType.Kind) {
        switch type {
        case .system(let type): self.init(comparing: type)
        case .fhir(let type): self.init(comparing: type)
        case .typeInfo: return nil
        }
    }

    private init?(comparing type: FHIRPathSystemType) {
        switch type {
        case .boolean: self = .token
        case .string: self = .string
        case .integer, .decimal: self = .number
        case .date, .dateTime: self = .date
        case .quantity: self = .quantity
        case .time, .any: return nil
        }
    }

    private init?(comparing type: FHIRType) {
        switch type.primitive {
        case .boolean, .code, .id: self = .token
        case .string, .markdown: self = .string
        case .integer, .positiveInt, .unsignedInt, .decimal: self = .number
        case .date, .dateTime, .instant: self = .date
        case .uri, .url, .canonical, .oid, .uuid: self = .uri
        case .time, .base64Binary, .xhtml: return nil
        case nil:
            switch type {
            case .codeableConcept, .coding, .identifier, .contactPoint: self = .token
            case .humanName, .address: self = .string
            case .period, .timing: self = .date
            case .money, .range, .sampledData: self = .quantity
            case .reference: self = .reference
            default:
                guard type.isA(.quantity) else { return nil }
                self = .quantity
            }
        }
    }
}

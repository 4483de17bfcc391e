/// A search parameter on one type, compiled once: finds what the parameter finds in a resource.
///
/// ```swift
/// let birthdate = try SearchExtractor(parameter, on: .patient)
/// birthdate.values(in: patient)   // [.date(1970-03-01 to 1970-03-02)]
/// ```
///
/// Contained resources are not searched, and a reference to one of them is no value. A primitive without a value, and a
/// value that is not of its type's form, is none either.
public struct SearchExtractor: Sendable {
    /// How the values are compared.
    public let kind: SearchParameter.Kind
    /// The kinds of a composite's components, in order; empty for what is no composite.
    public var components: [SearchParameter.Kind] { parts.map(\.kind) }

    private var finder: SearchFinder
    private var parts: [SearchFinder]

    /// Compiles a search parameter.
    ///
    /// - Throws: ``SearchError`` when R4 defines it in words only, or its kind is `special`.
    public init(_ parameter: SearchParameter, on type: ResourceType) throws(SearchError) {
        guard parameter.kind != .special else {
            throw SearchError(
                .unsupportedKind(.special), in: parameter.code, expected: "a kind of values that are compared")
        }
        guard let expression = parameter.expression else {
            throw SearchError(.noExpression, in: parameter.code, expected: "a parameter with an expression")
        }
        kind = parameter.kind
        let base = try SearchFinder(expression, on: FHIRType(type), parameter.kind)
        finder = base
        var parts: [SearchFinder] = []
        for component in parameter.components {
            guard let named = SearchParameter.named(component.code, for: type) else {
                throw SearchError(.noExpression, in: component.code, expected: "a parameter of \(type.name)")
            }
            parts.append(try SearchFinder(component.expression, on: base.found, named.kind))
        }
        self.parts = parts
    }

    /// Compiles a FHIRPath, whose values are compared as their type says: text as strings, codes as tokens, and so on.
    ///
    /// - Throws: ``SearchError`` when the path is wrong, depends on more than the resource, or is of no one kind.
    public init(path: String, on type: ResourceType) throws(SearchError) {
        finder = try SearchFinder(path: path, on: FHIRType(type))
        kind = finder.kind
        parts = []
    }

    /// Whether values are found without evaluating the expression: see ``FHIRPathVisit``.
    var isVisiting: Bool { finder.visiting != nil && parts.allSatisfy { $0.visiting != nil } }

    /// The same, with every expression evaluated: what tests compare with.
    var evaluating: SearchExtractor {
        var copy = self
        copy.finder.visiting = nil
        for index in parts.indices { copy.parts[index].visiting = nil }
        return copy
    }

    /// The types of what the expression finds, as far as they are known.
    var types: [FHIRPathStaticType.Kind]? { finder.types }

    /// Calls `body` with each distinct value, in the order in which the expression finds them.
    ///
    /// A path that fails on this resource, as `single()` does on several items, finds nothing.
    public func visit(_ resource: JSONValue, _ body: (SearchValue) -> Void) {
        visit(resource, texts: SearchTexts(capacity: 0), body)
    }

    /// As the other, with texts that were read before taken from `texts`, so that nothing is allocated for them.
    ///
    /// - Complexity: O(members on the way). Allocates for texts of more than 15 bytes that are new or long, for
    ///   composites, for what has to be evaluated (few of R4's parameters), and for nothing else once `texts` has seen a
    ///   resource of the like.
    public func visit(_ resource: JSONValue, texts: SearchTexts, _ body: (SearchValue) -> Void) {
        let root = FHIRPathElement(resource)
        var found = texts.takeFound()
        let reader = SearchValueReader(kind: kind, texts: texts)
        finder.visit(root, root: root) { item in
            guard parts.isEmpty else {
                compose(item, root, texts) { value in if found.insert(value) { body(value) } }
                return
            }
            reader.visit(item) { value in if found.insert(value) { body(value) } }
        }
        texts.giveBack(&found)
    }

    /// The distinct values, in the order in which the expression finds them.
    public func values(in resource: JSONValue) -> [SearchValue] {
        var values: [SearchValue] = []
        visit(resource) { values.append($0) }
        return values
    }

    /// Every combination of the components' values within one element.
    ///
    /// - Complexity: O(product of how many values the components have).
    private func compose(
        _ item: FHIRPathItem, _ root: FHIRPathElement, _ texts: SearchTexts, _ body: (SearchValue) -> Void
    ) {
        guard let element = item.element else { return }
        var combinations: [[SearchValue]] = [[]]
        for part in parts {
            var values: [SearchValue] = []
            let reader = SearchValueReader(kind: part.kind, texts: texts)
            part.visit(element, root: root) { item in reader.visit(item) { values.append($0) } }
            combinations = combinations.flatMap { combination in values.map { combination + [$0] } }
        }
        for combination in combinations { body(.composite(combination)) }
    }
}

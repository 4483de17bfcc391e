/// A search parameter on one type, compiled once: finds what the parameter finds in a resource.
public struct SearchExtractor: Sendable {
    /// How the values are compared.
    public let kind: SearchParameter.Kind
    /// The kinds of a composite's components, in order; empty for what is no composite.
    public let components: [SearchParameter.Kind]

    /// Compiles a search parameter.
    ///
    /// - Throws: ``SearchError`` when R4 defines it in words only, or its kind is `special`.
    public init(_ parameter: SearchParameter, on type: ResourceType) throws(SearchError) {
        kind = parameter.kind
        components = []
    }

    /// Compiles a FHIRPath, whose values are compared as their type says: strings as text, codes as tokens, and so on.
    ///
    /// - Throws: ``SearchError`` when the path is wrong, depends on more than the resource, or is of no one kind.
    public init(path: String, on type: ResourceType) throws(SearchError) {
        kind = .token
        components = []
    }

    /// Calls `body` with each distinct value, in the order in which the expression finds them.
    public func visit(_ resource: JSONValue, _ body: (SearchValue) -> Void) {}

    /// As the other, with texts that were read before taken from `texts`, so that nothing is allocated for them.
    public func visit(_ resource: JSONValue, texts: SearchTexts, _ body: (SearchValue) -> Void) {}

    /// The distinct values, in the order in which the expression finds them.
    public func values(in resource: JSONValue) -> [SearchValue] {
        var values: [SearchValue] = []
        visit(resource) { values.append($0) }
        return values
    }
}

/// Texts that were read before, and memory to work in: one for each thread that extracts.
public final class SearchTexts {
    /// Without any text.
    public init() {}
}

/// FHIRPath (http://hl7.org/fhirpath/N1), as far as taking values out of a resource needs it: member
/// names joined by dots, indexes, `ofType(T)`, `as`, `first()`, `last()`, `exists()`, `count()` and
/// `where(path = literal)`.
public enum FHIRPath {
    /// Reads an expression.
    ///
    /// - Throws: ``FHIRPathError`` with the place in the text.
    public static func parse(_ text: String) throws(FHIRPathError) -> FHIRPathExpression {
        var parser = FHIRPathParser(text)
        return try parser.expression()
    }
}

/// An expression that was read.
public struct FHIRPathExpression: Hashable, Sendable {
    /// What is applied to the resource, one after the other.
    public let steps: [FHIRPathStep]

    /// Evaluates the expression.
    ///
    /// - Parameter resource: A resource, or any element of one.
    /// - Returns: The collection that the expression stands for, in order; evaluation cannot fail.
    public func evaluate(on resource: JSONValue) -> [FHIRPathItem] {
        steps.reduce([.element(resource, type: nil)]) { items, step in step.apply(to: items) }
    }
}

/// One operation on a collection.
public enum FHIRPathStep: Hashable, Sendable {
    /// The items that are resources of this type: the name at the head of a path.
    case resourceType(ResourceType)
    /// The members of this name; a choice element is found under its name without its type.
    case member(String)
    /// `[n]`
    case index(Int)
    /// `ofType(T)`, `as(T)` and `as T`
    case ofType(String)
    /// `first()`
    case first
    /// `last()`
    case last
    /// `exists()`
    case exists
    /// `count()`
    case count
    /// `where(path = literal)`
    case filter(path: [FHIRPathStep], equals: FHIRPathLiteral)
}

/// A literal in an expression.
public enum FHIRPathLiteral: Hashable, Sendable {
    case string(String)
    case boolean(Bool)
    case integer(Int)
}

/// One item of a result.
public enum FHIRPathItem: Sendable {
    /// A part of the resource, and its FHIR type as far as a choice element's name told it.
    case element(JSONValue, type: String?)
    case boolean(Bool)
    case integer(Int)

    /// The item as compact JSON.
    public var json: [UInt8] {
        switch self {
        case .element(let value, _): value.rawBytes
        case .boolean(let value): Array((value ? "true" : "false").utf8)
        case .integer(let value): Array(String(value).utf8)
        }
    }

    /// What the item is in JSON.
    public var kind: JSONKind {
        switch self {
        case .element(let value, _): value.kind
        case .boolean: .boolean
        case .integer: .number
        }
    }

    /// The part of the resource that the item is, or nil when it was computed.
    public var element: JSONValue? {
        if case .element(let value, _) = self { value } else { nil }
    }
}

/// Why a text is not an expression, and where.
public struct FHIRPathError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The place in the text, in UTF-8 bytes; empty at the end.
    public let range: Range<Int>

    /// What was expected there.
    public let expected: String

    /// What stands there.
    public let found: String

    /// One sentence with the place.
    public var description: String {
        "expected \(expected), found \(found) at \(range.lowerBound)"
    }
}

/// How closely resources are looked at when they are imported.
public enum ValidationStrength: String, CaseIterable, Sendable {
    /// Not at all, beyond what is needed to store them: JSON, a known type, an id.
    case none

    /// By the structure of their type: elements, cardinalities, formats of primitives.
    case structure

    /// As ``structure``, and codes by the value sets that are required, as far as R4's definitions hold them.
    case strict
}

/// What a resource breaks, and where.
public struct Violation: Hashable, Sendable {
    /// What can be broken.
    public enum Rule: Hashable, Sendable {
        /// The type has no such element; the name of one that was probably meant.
        case unknownElement(suggestion: String?)
        /// The object has two members of this name.
        case duplicateElement
        /// A choice that has a value of another type besides.
        case secondChoice
        /// An element that must be there is not.
        case missing
        /// An element that may repeat stands without its array.
        case needsArray
        /// An element that cannot repeat stands in an array.
        case forbidsArray
        /// An array, object or string without anything in it.
        case empty
        /// A null where none may be.
        case null
        /// Not the kind of JSON value that the type has.
        case wrongKind(expected: JSONKind)
        /// Not how a value of the primitive type is written.
        case malformed(FHIRPrimitive)
        /// Not how a reference is written: `Type/id`, `#id`, a search `Type?…`, or an absolute URI.
        case malformedReference
        /// The values of a primitive and their extensions, of which there must be as many.
        case unevenArrays
        /// An extension must have either a value or extensions of its own.
        case extensionContent
        /// An object that must be a resource says no type, or none that R4 has.
        case unknownResourceType(String?)
        /// A contained resource contains another.
        case nestedContained
        /// A code that is not in the value set that is required.
        case notInValueSet(url: String)
    }

    /// What is broken.
    public let rule: Rule

    /// The element, from the type of the resource on: `Patient.contact[1].gender`.
    public let path: String

    /// Where the value stands in the compact JSON of the document, in bytes.
    public let offset: Int
}

extension Violation: CustomStringConvertible {
    /// The path and what is wrong there.
    public var description: String { "\(path) \(rule)" }
}

extension Violation.Rule: CustomStringConvertible {
    /// What is wrong, as the rest of a sentence that begins with the path.
    public var description: String {
        switch self {
        case .unknownElement(let suggestion):
            suggestion.map { "is no element of its type; \($0) is" } ?? "is no element of its type"
        case .duplicateElement: "is there twice"
        case .secondChoice: "gives a choice a second type"
        case .missing: "is required"
        case .needsArray: "must be an array"
        case .forbidsArray: "must not be an array"
        case .empty: "is empty"
        case .null: "must not be null"
        case .wrongKind(let expected): "must be \(expected.text)"
        case .malformed(let primitive): "is not written as FHIR writes the type \(primitive.rawValue)"
        case .malformedReference: "is no reference: Type/id, #id, Type?search, or an absolute URI"
        case .unevenArrays: "must have as many extensions as there are values"
        case .extensionContent: "must have either a value or extensions"
        case .unknownResourceType(let name?): "says to be a '\(name)', which is not a resource type of FHIR R4"
        case .unknownResourceType(nil): "must be a resource and say its resourceType"
        case .nestedContained: "is contained in a contained resource"
        case .notInValueSet(let url): "has a code that is not in the required value set \(url)"
        }
    }
}

extension Violation {
    /// The first violation in a resource; nil when it is valid.
    ///
    /// - Complexity: O(size of the resource).
    public static func first(in resource: JSONValue, strength: ValidationStrength = .structure) -> Violation? {
        ResourceValidator.violation(in: resource.document, resource: resource.node, strength: strength)
    }
}

extension JSONKind {
    fileprivate var text: String {
        switch self {
        case .null: "null"
        case .boolean: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

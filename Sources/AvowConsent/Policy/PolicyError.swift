/// Why bytes are not the policy of a store, and where.
public struct PolicyError: Error, Hashable, Sendable {
    /// The sort of mistake, for programs that react to it.
    public enum Kind: Hashable, Sendable {
        /// The bytes are no JSON, or there are too many of them.
        case notJSON
        /// A value is of another kind than stands there: a text, a list, an object.
        case wrongKind
        /// A member or a value has a name that is none of those known here.
        case unknownName
        /// A member that has to be there is missing.
        case missing
        /// The same thing is said twice.
        case repeated
        /// A text or a number of things is not as it must be.
        case invalid
    }

    /// What kind of mistake it is, to match on.
    public let kind: Kind
    /// Where: `$` is the policy, `$.defaults[0].purpose` a member in it.
    public let path: String
    /// What is wrong and what was expected, as a clause without a final stop.
    public let message: String
    /// The known name nearest to the one that was given.
    public let suggestion: String?

    init(_ kind: Kind, at path: String, _ message: String, suggestion: String? = nil) {
        self.kind = kind
        self.path = path
        self.message = message
        self.suggestion = suggestion
    }
}

extension PolicyError: CustomStringConvertible {
    /// Where, what, and what was probably meant.
    public var description: String {
        "\(path): \(message)" + (suggestion.map { "; did you mean '\($0)'?" } ?? "")
    }
}

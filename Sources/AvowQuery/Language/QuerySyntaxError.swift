/// Why a text is not a query: what is wrong, where, and what would have been right.
public struct QuerySyntaxError: Error, Hashable, Sendable {
    /// The sort of mistake, for programs that react to it.
    public enum Kind: Hashable, Sendable {
        /// The text is not UTF-8, or holds a character that no query holds.
        case invalidText
        /// The text ends before the statement does; a prompt can ask for another line.
        case unexpectedEnd
        /// Something stands where the grammar has no place for it.
        case unexpected
        /// A quotation, comment or bracket that is never closed.
        case unterminated
        /// A resource type that the schema does not know.
        case unknownType
        /// A view that is not there.
        case unknownView
        /// A column that the view does not have.
        case unknownColumn
        /// A search parameter that the type does not have.
        case unknownParameter
        /// A cohort that was not named before.
        case unknownCohort
        /// A placeholder that has no value.
        case unboundPlaceholder
        /// A value for a placeholder that the query does not have.
        case unknownPlaceholder
        /// A code that no purpose of use has.
        case unknownPurpose
        /// A code system that is neither a known alias nor a URI.
        case unknownCodeSystem
        /// A value that is not of the form that its place needs.
        case invalidValue
        /// The text exceeds a limit of the parser.
        case limitExceeded
    }

    /// What kind of mistake it is, to match on.
    public let kind: Kind
    /// What is wrong, as a clause without a final stop.
    public let message: String
    /// The text at fault.
    public let range: SourceRange
    /// What could have stood there, in words or as keywords.
    public let expected: [String]
    /// The known name nearest to the one that was written.
    public let suggestion: String?

    /// An error of a kind at a place.
    ///
    /// - Parameters:
    ///   - message: a sentence for a person, without the place.
    ///   - range: where in the text.
    ///   - expected: what could stand there.
    ///   - suggestion: what was probably meant.
    public init(
        _ kind: Kind, _ message: String, at range: SourceRange, expected: [String] = [], suggestion: String? = nil
    ) {
        self.kind = kind
        self.message = message
        self.range = range
        self.expected = expected
        self.suggestion = suggestion
    }

    /// The same error about another stretch of text.
    func moved(to range: SourceRange) -> QuerySyntaxError {
        QuerySyntaxError(kind, message, at: range, expected: expected, suggestion: suggestion)
    }
}

extension QuerySyntaxError: CustomStringConvertible {
    /// The message, what was expected, and the suggestion, on one line.
    public var description: String {
        var text = message
        if !expected.isEmpty {
            text += "; expected " + Self.alternatives(expected)
        }
        if let suggestion {
            text += "; did you mean '\(suggestion)'?"
        }
        return text
    }

    /// Joins names as a sentence does: `a, b or c`.
    static func alternatives(_ names: [String]) -> String {
        guard let last = names.last, names.count > 1 else { return names.first ?? "" }
        return names.dropLast().joined(separator: ", ") + " or " + last
    }
}

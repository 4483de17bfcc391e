/// Why a search parameter cannot be extracted, or a condition on one is wrong, and where.
public struct SearchError: Error, Hashable, Sendable {
    /// What is wrong.
    public enum Reason: Hashable, Sendable {
        /// R4 defines the parameter in words only, so that no path says what it finds: `_text`, `_filter`.
        case noExpression
        /// The kind is not one of values that are compared: `special`.
        case unsupportedKind(SearchParameter.Kind)
        /// The expression is wrong, as the error inside says with the place.
        case expression(FHIRPathError)
        /// The expression depends on more than the resource: on the time, or on other resources.
        case notPure(String)
        /// The type of what the expression finds says no kind, or several.
        case undecidedKind
        /// The modifier cannot be evaluated, or not on this kind.
        case unsupportedModifier(String)
        /// The comparison is none of this kind.
        case unsupportedComparison(SearchComparison)
        /// The text is no value of this kind.
        case malformed
        /// The unit is none of UCUM's.
        case unit(UCUMError)
    }

    /// What is wrong.
    public let reason: Reason

    /// The parameter, path or text that the error is about.
    public let subject: String

    /// The place in `subject`, in UTF-8 bytes.
    public let range: Range<Int>

    /// What was expected there.
    public let expected: String

    /// The nearest known name, when a name is unknown.
    public let suggestion: String?

    /// An error about a text, or about a part of it.
    public init(
        _ reason: Reason, in subject: String, at range: Range<Int>? = nil, expected: String, suggestion: String? = nil
    ) {
        self.reason = reason
        self.subject = subject
        self.range = range ?? 0..<subject.utf8.count
        self.expected = expected
        self.suggestion = suggestion
    }
}

extension SearchError: CustomStringConvertible {
    /// One sentence: what is wrong, and what was expected.
    public var description: String {
        let hint = suggestion.map { "; did you mean '\($0)'?" } ?? ""
        switch reason {
        case .noExpression: return "R4 defines '\(subject)' without an expression; expected \(expected)\(hint)"
        case .unsupportedKind(let kind): return "'\(subject)' is of kind \(kind.rawValue); expected \(expected)\(hint)"
        case .expression(let error): return "'\(subject)': \(error)"
        case .notPure(let name):
            return "'\(subject)' calls \(name), which depends on more than the resource; expected \(expected)"
        case .undecidedKind: return "expected \(expected), but '\(subject)' has several types or none that is known"
        case .unsupportedModifier(let name): return "expected \(expected), found the modifier :\(name)\(hint)"
        case .unsupportedComparison(let comparison):
            return "expected \(expected), found the comparison \(comparison.rawValue)\(hint)"
        case .malformed: return "expected \(expected), found '\(subject)' at \(range.lowerBound)\(hint)"
        case .unit(let error): return error.description
        }
    }
}

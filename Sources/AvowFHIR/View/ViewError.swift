/// Why a view cannot be read, or a resource not be put into it, and where in the view.
public struct ViewError: Error, Hashable, Sendable {
    /// What is wrong.
    public enum Reason: Hashable, Sendable {
        /// A member that has to be there is not.
        case missing(String)
        /// A member that views do not have.
        case unknownMember(String, suggestion: String?)
        /// Something else than what has to stand there.
        case expected(String, found: String)
        /// A path that is none, or could not be evaluated.
        case path(FHIRPathError, text: String)
        /// A name that another column or constant has already.
        case taken(String)
        /// Branches of a union that have other columns than the first.
        case unionColumns(first: [String], other: [String])
        /// Several values in a column that is no collection.
        case severalValues(column: String, count: Int)
        /// More elements than are followed by a `repeat`, which may not end.
        case endless(limit: Int)
    }

    /// What is wrong.
    public let reason: Reason

    /// The place in the view: `select[0].column[2].path`; empty for the view as a whole.
    public let place: String

    /// An error at a place.
    public init(_ reason: Reason, at place: String) {
        self.reason = reason
        self.place = place
    }
}

extension ViewError: CustomStringConvertible {
    /// One sentence with the place.
    public var description: String { place.isEmpty ? message : "\(place): \(message)" }

    /// What is wrong, over the path and a caret below the place when it is about a path.
    public var rendered: String {
        guard case .path(let error, let text) = reason else { return description }
        return "\(place): \(error.rendered(in: text))"
    }

    private var message: String {
        switch reason {
        case .missing(let name): return "'\(name)' is missing"
        case .unknownMember(let name, let suggestion):
            return "views have no '\(name)' here" + (suggestion.map { "; did you mean '\($0)'?" } ?? "")
        case .expected(let expected, let found): return "expected \(expected), found \(found)"
        case .path(let error, let text): return "\(error) in '\(text)'"
        case .taken(let name): return "the name '\(name)' is taken"
        case .unionColumns(let first, let other):
            return "the branches of a union need the same columns: the first has \(first.joined(separator: ", ")), "
                + "this one \(other.joined(separator: ", "))"
        case .severalValues(let column, let count):
            return "column '\(column)' has \(count) values and does not say \"collection\": true"
        case .endless(let limit): return "repeat finds more than \(limit) elements, or itself again and again"
        }
    }
}

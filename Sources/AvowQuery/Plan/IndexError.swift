public import AvowFHIR

/// Why an index cannot be made, or removed, or found.
public enum IndexError: Error, Hashable, Sendable {
    /// It has no columns, or more than ``IndexDefinition/mostColumns``, those of composites counted one by one.
    case columnCount(Int)
    /// A column stands twice.
    case repeatedColumn(String)
    /// The name is empty, longer than 64 characters, begins with a digit or a sign, or holds something else than letters,
    /// digits, `-`, `_` and `.`.
    case invalidName(String)
    /// The type has no search parameter of this code.
    case unknownParameter(String, ResourceType, suggestion: String?)
    /// An expression is wrong: the expression, and why.
    case path(String, FHIRPathError)
    /// A column has no values that could be sorted.
    case notIndexable(String, reason: String)
    /// Another index has the name.
    case nameTaken(String)
    /// Another index has the same columns of the same type.
    case sameColumns(as: String)
    /// No index has the name.
    case unknownIndex(String, suggestion: String?)
    /// The index is being removed.
    case beingDropped(String)
    /// The index was removed while it was being made.
    case dropped(String)
    /// A store has no more indexes than ``IndexCatalog/mostDefinitions``.
    case tooManyIndexes
}

extension IndexError: CustomStringConvertible {
    /// What is wrong, in a sentence; of an expression also the place.
    public var description: String {
        switch self {
        case .columnCount(0): "an index needs a column"
        case .columnCount(let count):
            "an index has at most \(IndexDefinition.mostColumns) columns, those of composites counted one by one, "
                + "not \(count)"
        case .repeatedColumn(let column): "the column '\(column)' stands twice"
        case .invalidName(let name):
            "'\(name)' is not a name for an index: a letter, then up to 63 letters, digits, '-', '_' or '.'"
        case .unknownParameter(let code, let type, let suggestion):
            "no search parameter '\(code)' on \(type.name)" + IndexError.hint(suggestion)
        case .path(let text, let error): error.rendered(in: text)
        case .notIndexable(let column, let reason): "'\(column)' cannot be indexed: \(reason)"
        case .nameTaken(let name): "there is an index '\(name)' already"
        case .sameColumns(let name): "the index '\(name)' has just these columns"
        case .unknownIndex(let name, let suggestion): "there is no index '\(name)'" + IndexError.hint(suggestion)
        case .beingDropped(let name): "the index '\(name)' is being removed; drop it again to finish that"
        case .dropped(let name): "the index '\(name)' was removed before it was complete"
        case .tooManyIndexes: "a store has at most \(IndexCatalog.mostDefinitions) indexes"
        }
    }

    private static func hint(_ suggestion: String?) -> String {
        suggestion.map { "; did you mean '\($0)'?" } ?? ""
    }
}

extension IndexDefinition {
    /// Checks a name that somebody gives to an index.
    public static func check(name: String) throws(IndexError) {
        guard let first = name.utf8.first, Characters.isLetter(first), name.utf8.allSatisfy(Characters.isIndexName),
            name.utf8.count <= 64
        else { throw .invalidName(name) }
    }
}

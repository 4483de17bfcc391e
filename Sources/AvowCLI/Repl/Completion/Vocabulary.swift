import AvowFHIR
import AvowQuery

/// A code that occurs in the store.
struct KnownCode: Equatable, Sendable {
    /// The code as a query writes it: `loinc|4548-4`, in quotes where it needs them.
    let token: String
    /// The code without its system.
    let code: String
    /// What a record says that it means; empty when none does.
    let display: String
    /// How many records have it.
    let count: Int
}

/// What completion knows of a store.
protocol Vocabulary {
    /// How many resources there are of each type that has any, the most frequent first.
    var types: [(name: String, count: Int)] { get }

    /// The views that queries can select from, by their names.
    var views: [StoredView] { get }

    /// The codes of resources of a type, the most frequent first.
    func codes(of type: String) -> [KnownCode]

    /// The values of a search parameter of kind token, the most frequent first, as far as looking for them is not long.
    func values(of parameter: String, on type: String) -> [KnownCode]

    /// The units of a search parameter of kind quantity, the most frequent first.
    func units(of parameter: String, on type: String) -> [(unit: String, count: Int)]

    /// The names of the store's indexes, each with what it is sorted by.
    var indexes: [(name: String, detail: String)] { get }

    /// The columns of the last result.
    var columns: [String] { get }

    /// The files that could be meant by the beginning of a path.
    func files(_ beginning: String) -> [String]
}

extension Vocabulary {
    /// The view that stands behind FROM, in double quotes or without.
    func view(written name: String) -> StoredView? {
        views.first { $0.name == name || ViewName.written($0.name) == name }
    }
}

extension ViewColumn {
    /// What the column has, in words.
    var detail: String {
        let kind = content == .list ? "a list" : type ?? (content == .unknown ? "" : content.rawValue)
        return [kind, description ?? ""].filter { !$0.isEmpty }.joined(separator: ": ")
    }
}

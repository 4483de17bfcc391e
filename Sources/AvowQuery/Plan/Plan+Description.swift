internal import AvowFHIR

// Plans in words, for EXPLAIN and for tests.
extension AccessPath: CustomStringConvertible {
    var description: String {
        switch self {
        case .nowhere: "nothing: the conditions contradict each other, or no set that they name has a member"
        case .located(let type, let ids): ids.map { "\(type.name)/\($0)" }.joined(separator: ", ") + " by id"
        case .patients(let ids, let type):
            "\(AccessPath.records(type)) of " + ids.map { "Patient/\($0)" }.joined(separator: ", ")
        case .owners(let owners, let type): "\(AccessPath.records(type)) of \(owners.count) patients"
        case .code(let types, let parameter, let ranges):
            "index by \(parameter) and date of \(types.count == 1 ? types[0].name : "\(types.count) types"): "
                + ranges.map { $0.description(of: parameter) }.joined(separator: "; ")
        case .index(let selections):
            "index \(selections[0].form.definition.name)"
                + (selections[0].ownerCount.map { ", of \($0) patients" } ?? "")
        case .union(let paths): "the union of: " + paths.map(\.description).joined(separator: ", or ")
        case .type(let type): "all of \(type.name), by id"
        case .all: "all records"
        }
    }

    private static func records(_ type: ResourceType?) -> String { type?.name ?? "all records" }
}

extension CodeRange {
    /// - Parameter parameter: the parameter that the token is of.
    fileprivate func description(of parameter: String) -> String {
        (token?.description ?? "any \(parameter)") + (dates.map { ", date \($0)" } ?? "")
    }
}

extension DateSpan: CustomStringConvertible {
    var description: String {
        let first = from == .min ? "" : FHIRDateTime(instant: from)?.text ?? String(from)
        let last = until == .max ? "" : FHIRDateTime(instant: until)?.text ?? String(until)
        return "[\(first) … \(last))"
    }
}

extension Predicate: CustomStringConvertible {
    var description: String {
        switch self {
        case .constant(let value): value ? "true" : "false"
        case .all(let parts): parts.map { "(\($0))" }.joined(separator: " AND ")
        case .any(let parts): parts.map { "(\($0))" }.joined(separator: " OR ")
        case .not(let inner): "NOT (\(inner))"
        case .patient(let ids): "patient is one of " + ids.sorted().map { "Patient/\($0)" }.joined(separator: ", ")
        case .id(let ids): "_id is one of " + ids.sorted().joined(separator: ", ")
        case .code(let tokens): "code is one of " + tokens.map(\.description).joined(separator: ", ")
        case .date(let span): "date in \(span)"
        case .present(let parameter): "\(parameter.rawValue) is there"
        case .search(let test): test.name + " is as asked"
        case .path(let path): "PATH(\(path.expression.text))"
        case .laidOut(let view): "laid out by the view \(view.name), whose rows are tested and shown"
        case .column(let test): "column \(test.name) is as asked"
        case .told(let condition): Predicate.path(condition.path).description
        case .member(let table): "patient in set \(table + 1)"
        case .reference(nil, let table): "_id in set \(table + 1)"
        case .reference(_, let table): "reference in set \(table + 1)"
        case .temporal(let test):
            (test.distance.map { "within \($0.count) \($0.unit.rawValue.lowercased()) " } ?? "")
                + "\(test.side.rawValue.lowercased()) "
                + (test.choice.map { "the \($0.rawValue.lowercased()) of " } ?? "") + "events \(test.table + 1)"
        }
    }
}

internal import AvowFHIR

/// An index that leads to what conditions select, and what it leaves to be tested on records.
struct IndexChoice {
    let selection: IndexSelection
    let residual: [Predicate]

    /// The indexes of a type that serve conditions on their first columns.
    ///
    /// - Parameter conditions: what must hold.
    static func all(of type: ResourceType, _ catalog: IndexCatalog, _ conditions: [Predicate]) -> [IndexChoice] {
        catalog.ready(for: type).compactMap { definition in
            // A definition that cannot be understood answers nothing.
            guard let form = try? IndexForm(definition) else { return nil }
            var criteria: [SearchCriterion?] = []
            var served: Set<Int> = []
            for column in definition.columns {
                let found = conditions.indices.first { conditions[$0].criterion(on: column) != nil }
                criteria.append(found.flatMap { conditions[$0].criterion(on: column) })
                if let found { served.insert(found) }
            }
            guard criteria.first.flatMap(\.self) != nil, let selection = IndexSelection(form, criteria) else {
                return nil
            }
            let rest = conditions.indices.filter { !selection.isExact || !served.contains($0) }
            return IndexChoice(selection: selection, residual: rest.map { conditions[$0] })
        }
    }
}

extension Predicate {
    /// The predicate as a condition on a column of an index, if it is one.
    fileprivate func criterion(on column: IndexColumn) -> SearchCriterion? {
        guard case .parameter(let code) = column else { return nil }
        switch self {
        case .search(let test):
            guard test.name == code, test.alternatives.count == 1, test.alternatives[0].count == 1 else { return nil }
            return test.alternatives[0][0]
        case .code(let tokens):
            guard code == OwnParameter.code.rawValue, tokens.count == 1 else { return nil }
            return try? SearchCriterion(.token, literal: ConditionBinder.literal(of: tokens[0]))
        case .date(let span):
            // The column of this name is the first instant of the clinical date.
            guard code == OwnParameter.date.rawValue else { return nil }
            return SearchCriterion(dateWithin: SearchDate(from: span.from, until: span.until))
        default: return nil
        }
    }
}

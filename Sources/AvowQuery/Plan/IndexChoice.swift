internal import AvowFHIR

/// A way to the records of a question, and which of the question's conditions it decides.
struct AccessWay: Sendable {
    let path: AccessPath
    /// The conditions that all entries of the path meet, or that each entry is asked about, by their places.
    var served: Set<Int>
    /// What the entries tell.
    let contents: EntryContents
    /// The index, when it leads to all records of a type, each by one entry, if no record is without an entry: whether
    /// one is, counts tell.
    var whole: IndexForm?
    /// Whether what conditions ask of expressions bounds the entries that are read, without being served by that.
    var isBounded = false
}

extension Selection {
    /// The ways to the records over indexes other than that by code and date, in the order of the indexes.
    ///
    /// - Parameters:
    ///   - references: the members of a table of references; nil for one that is not known yet, or is too large to read
    ///     a stretch for each member.
    ///   - owners: the same of a table of patients, by increasing pseudonyms.
    ///   - groupingByCode: whether records without a code are of no interest.
    func ways(
        _ catalog: IndexCatalog, groupingByCode: Bool, _ references: (_ table: Int) -> [String]?,
        owners: (_ table: Int) -> [UInt64]?
    ) -> [AccessWay] {
        guard let type else { return [] }
        let conditions = conditions
        return catalog.ready(for: type).flatMap { definition -> [AccessWay] in
            // A definition that cannot be understood answers nothing.
            guard let form = IndexForm.known(definition) else { return [] }
            if form.isTokenAndDate { return [tokenWay(form, conditions)].compactMap(\.self) }
            return indexWays(form, conditions, groupingByCode: groupingByCode, references, owners)
        }
    }

    /// Over an index by a token and the clinical date.
    private func tokenWay(_ form: IndexForm, _ conditions: [Predicate]) -> AccessWay? {
        guard case .parameter(let name) = form.definition.columns[0], name != OwnParameter.code.rawValue else {
            return nil
        }
        let isSingle = form.columns[0].isSingle
        let dates = conditions.lazy.compactMap { if case .date(let span) = $0 { span } else { nil } }.first
        var served: Set<Int> = []
        for (index, condition) in conditions.enumerated() {
            if case .date = condition { served.insert(index) }
        }
        for (index, condition) in conditions.enumerated() {
            guard case .search(let test) = condition, test.name == name, let tokens = test.tokens,
                tokens.allSatisfy(\.standsInKeys)
            else { continue }
            let ranges = Token.least(tokens).map { CodeRange(token: $0, dates: dates, isSingle: isSingle) }
            return AccessWay(
                path: .code([form.definition.type], by: name, ranges), served: served.union([index]),
                contents: EntryContents(form))
        }
        guard isSingle else { return nil }
        let all = CodeRange(token: nil, dates: dates, isSingle: true)
        return AccessWay(
            path: .code([form.definition.type], by: name, [all]), served: served, contents: EntryContents(form),
            whole: form)
    }

    /// Over any other index: for everybody, and for the patients of the smallest set that they must be in.
    private func indexWays(
        _ form: IndexForm, _ conditions: [Predicate], groupingByCode: Bool, _ references: (_ table: Int) -> [String]?,
        _ owners: (_ table: Int) -> [UInt64]?
    ) -> [AccessWay] {
        let all = indexWay(form, conditions, groupingByCode: groupingByCode, references)
        guard let column = form.patientColumn else { return [all].compactMap(\.self) }
        var least: (condition: Int, owners: [UInt64])?
        for (index, condition) in conditions.enumerated() {
            guard case .member(let table) = condition, let owners = owners(table),
                owners.count < least?.owners.count ?? .max
            else { continue }
            least = (index, owners)
        }
        guard let least, column == 0 || all != nil else { return [all].compactMap(\.self) }
        var few = indexWay(
            form, conditions, groupingByCode: groupingByCode, references, of: least.owners)
        guard case .index(let selections)? = few?.path, selections.allSatisfy({ $0.ownerCount != nil }) else {
            return [all].compactMap(\.self)
        }
        few?.served.insert(least.condition)
        few?.whole = nil
        return [all, few].compactMap(\.self)
    }

    /// Over any other index.
    ///
    /// - Parameter owners: the only patients that are wanted; nil for everybody.
    private func indexWay(
        _ form: IndexForm, _ conditions: [Predicate], groupingByCode: Bool, _ references: (_ table: Int) -> [String]?,
        of owners: [UInt64]? = nil
    ) -> AccessWay? {
        var served: Set<Int> = []
        var criteria: [SearchCriterion?] = []
        for (position, column) in form.definition.columns.enumerated() {
            let found = conditions.indices.first { index in
                guard let criterion = conditions[index].criterion(on: column) else { return false }
                // What a column without a value is asked for cannot lead.
                if position == 0, case .missing(true) = criterion.operand { return false }
                return true
            }
            criteria.append(found.flatMap { conditions[$0].criterion(on: column) })
            if let found { served.insert(found) }
        }
        var bounds: [Int: CellBounds] = [:]
        for (position, column) in form.columns.enumerated() {
            guard case .shown(let shown) = column.source else { continue }
            bounds[position] = CellBounds(conditions, on: shown)
        }
        let contents = EntryContents(form)
        func way(_ leading: [SearchCriterion?]) -> AccessWay? {
            var selections: [IndexSelection] = []
            for criterion in leading {
                let all = [criterion] + criteria.dropFirst()
                guard let selection = IndexSelection(form, all, within: bounds, of: owners) else { return nil }
                selections.append(selection)
            }
            return AccessWay(
                path: .index(selections), served: served, contents: contents, isBounded: bounds[0] != nil)
        }
        if criteria[0] != nil || bounds[0] != nil { return way([criteria[0]]) }
        for (index, condition) in conditions.enumerated() {
            guard let several = condition.alternatives(on: form.definition.columns[0], references) else { continue }
            served.insert(index)
            return way(several)
        }
        // Who groups by code wants no record that has none.
        if groupingByCode, form.definition.columns[0] == .parameter(OwnParameter.code.rawValue) { return way([nil]) }
        // What leads with the patient leads to all records of each.
        if owners != nil, form.patientColumn == 0 { return way([nil]) }
        guard form.columns.allSatisfy(\.isSingle), !form.definition.hasOverflow else { return nil }
        var all = way([nil])
        all?.whole = form
        return all
    }
}

extension Predicate {
    /// The predicate as a condition on a column of an index, if it is one.
    fileprivate func criterion(on column: IndexColumn) -> SearchCriterion? {
        guard case .parameter(let code) = column else { return nil }
        switch self {
        case .search(let test):
            guard test.name == code else { return nil }
            if test.alternatives.isEmpty { return test.presence(isMissing: false) }
            guard test.alternatives.count == 1, test.alternatives[0].count == 1 else { return nil }
            return test.alternatives[0][0]
        case .not(.search(let test)):
            return test.name == code && test.alternatives.isEmpty ? test.presence(isMissing: true) : nil
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

    /// The predicate as several conditions on a column, of which one must hold, if it is that.
    fileprivate func alternatives(
        on column: IndexColumn, _ references: (_ table: Int) -> [String]?
    ) -> [SearchCriterion]? {
        guard case .parameter(let code) = column else { return nil }
        switch self {
        case .search(let test):
            guard test.name == code, (2...SearchTest.mostAlternatives).contains(test.alternatives.count),
                test.alternatives.allSatisfy({ $0.count == 1 })
            else { return nil }
            return test.alternatives.map { $0[0] }
        case .code(let tokens):
            guard code == OwnParameter.code.rawValue, (2...SearchTest.mostAlternatives).contains(tokens.count) else {
                return nil
            }
            let criteria = tokens.compactMap {
                try? SearchCriterion(.token, literal: ConditionBinder.literal(of: $0))
            }
            return criteria.count == tokens.count ? criteria : nil
        case .reference(let test?, let table):
            guard test.name == code, let references = references(table), !references.isEmpty else { return nil }
            let criteria = references.compactMap { try? SearchCriterion(.reference, literal: .reference($0)) }
            return criteria.count == references.count ? criteria : nil
        default: return nil
        }
    }
}

extension SearchTest {
    /// For more alternatives than these no stretches are read one by one.
    fileprivate static let mostAlternatives = 64

    /// Whether there must be a value.
    fileprivate func presence(isMissing: Bool) -> SearchCriterion? {
        try? SearchCriterion(
            extractor.kind, components: extractor.components, modifier: .missing,
            literal: .token(system: nil, code: isMissing ? "true" : "false"))
    }

    /// The tokens of which any will do, when that is what the test asks.
    fileprivate var tokens: [Token]? {
        guard extractor.kind == .token, !alternatives.isEmpty else { return nil }
        var tokens: [Token] = []
        for criteria in alternatives {
            guard criteria.count == 1, criteria[0].modifier == nil,
                case .token(let system, let code) = criteria[0].operand
            else { return nil }
            tokens.append(Token(code: code, system: system.map { $0.isEmpty ? .none : .uri($0) } ?? .any))
        }
        return tokens
    }
}

extension Token {
    /// A token of its parts.
    fileprivate init(code: String?, system: System) {
        self.code = code
        self.system = system
    }
}

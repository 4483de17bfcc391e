internal import AvowFHIR
internal import AvowProof

/// Where the records of a query come from, before its audiences are known.
enum AccessPath: Sendable {
    /// Nowhere: no record can meet the conditions.
    case nowhere
    /// Records by their type and logical ids.
    case located(ResourceType, ids: [String])
    /// The records of patients by their logical ids, of one type or of all.
    case patients([String], ResourceType?)
    /// The records of patients by their pseudonyms, of one type or of all.
    case owners([UInt64], ResourceType?)
    /// Ranges of the indexes of some types by a token and the clinical date; the token is that of a parameter, mostly
    /// `code`.
    case code([ResourceType], by: String, [CodeRange])
    /// What each of some selections of one index selects.
    case index([IndexSelection])
    /// Whatever one of some other paths leads to, each record once.
    case union([AccessPath])
    /// All records of one type, in the order of their logical ids.
    case type(ResourceType)
    /// All records.
    case all

    /// Whether the number of entries of its ranges is the number of records.
    var isExact: Bool {
        switch self {
        case .code(_, _, let codes): codes.count == 1 && codes[0].isExact && !codes[0].mayRepeatRecords
        case .index(let selections):
            selections.count == 1 && selections[0].isExact && !selections[0].mayRepeatRecords
        case .union: false
        default: true
        }
    }

    /// Whether a record can have several entries.
    var mayRepeatRecords: Bool {
        switch self {
        case .code(_, _, let codes): codes.contains(where: \.mayRepeatRecords) || codes.count > 1 && !codes[0].isSingle
        case .index(let selections): selections.count > 1 || selections[0].mayRepeatRecords
        case .union: true
        default: false
        }
    }
}

/// The part of an index by a token and the clinical date that a token and a span of dates select.
struct CodeRange: Hashable, Sendable {
    /// What is asked of codes and systems; nil for any code.
    let token: Token?
    /// The dates that are selected, in milliseconds, when the index serves them.
    let dates: DateSpan?
    /// Whether a record has one entry in the index at most.
    var isSingle = false

    /// Whether a range of keys holds exactly the entries that are selected. Otherwise each entry's key is tested.
    var isExact: Bool {
        guard let token else { return dates == nil }
        return switch (token.code, token.system) {
        case (.some, .uri), (.some, .none): true
        case (.some, .any): dates == nil
        case (nil, _): false
        }
    }

    /// Whether a record can have several entries in the range.
    var mayRepeatRecords: Bool {
        if isSingle { return false }
        guard let token, token.code != nil else { return true }
        if case .any = token.system { return true }
        return false
    }

    /// Whether the entries of the range stand in the order of their dates.
    var isOrderedByDate: Bool {
        guard let token, token.code != nil else { return false }
        if case .any = token.system { return false }
        return true
    }

    /// The range of keys of an index that holds all entries that are selected.
    func keys(_ index: IndexDefinition, _ audience: AudienceID, profile: UInt64) -> KeyRange {
        var prefix = TupleBytes()
        if let token, let code = token.code {
            prefix.append(text: code)
            switch token.system {
            case .any: break
            case .none: prefix.append(text: "")
            case .uri(let uri): prefix.append(text: uri)
            }
        }
        guard isExact, let dates else { return .index(index.id, audience, profile: profile, prefix: prefix) }
        var lower = prefix
        // The least integer stands above null, so records without a date are left out.
        lower.append(dates.from)
        var upper = prefix
        upper.append(dates.until)
        return .index(index.id, audience, profile: profile, from: lower, upTo: upper)
    }

    /// Whether an entry of that range is selected.
    func selects(_ key: TreeKey) throws(QueryError) -> Bool {
        if isExact { return true }
        guard let token else {
            let date = try CodeDateValues.date(key)
            return dates.map { $0.contains(date) } ?? true
        }
        let values = try CodeDateValues(key)
        guard token.matches(code: values.code, system: values.system) else { return false }
        return dates.map { $0.contains(values.date) } ?? true
    }
}

/// What of a predicate leads to records, and what it leaves to be tested on them.
///
/// It follows from the query by fixed rules, so that a verifier comes to the same.
struct Selection: Sendable {
    /// Nil for every type.
    let type: ResourceType?
    let predicate: Predicate
    /// For each condition on the code that must hold, what it asks for.
    private(set) var tokens: [[Token]] = []
    private(set) var dates: DateSpan?
    private(set) var patients: Set<String>?
    private(set) var ids: Set<String>?
    /// The tables that the patient must be in.
    private(set) var tables: [Int] = []
    /// What is none of these.
    private var others: [Predicate] = []
    private var isNever = false

    init(_ type: ResourceType?, _ predicate: Predicate) {
        self.type = type
        self.predicate = predicate
        for conjunct in predicate.conjuncts {
            switch conjunct {
            case .constant(let value): isNever = isNever || !value
            case .patient(let wanted): patients = patients?.intersection(wanted) ?? wanted
            case .id(let wanted): ids = ids?.intersection(wanted) ?? wanted
            case .code(let wanted): add(wanted)
            case .date(let span):
                var all = dates ?? .always
                all.formIntersection(span)
                dates = all
            case .member(let table):
                tables.append(table)
                others.append(conjunct)
            default: others.append(conjunct)
            }
        }
    }

    /// The logical id of the one resource that can be selected, when nothing else is asked of it; its type is known then.
    var onlyID: String? {
        guard type != nil, let ids, ids.count == 1, !isNever, tokens.isEmpty, dates == nil, patients == nil,
            others.isEmpty
        else { return nil }
        return ids.first
    }

    private mutating func add(_ wanted: [Token]) {
        // What was said before finds nothing more.
        let least = Token.least(wanted)
        let isKnown = tokens.contains { known in
            known.count == least.count && zip(known, least).allSatisfy { $0.isSame(as: $1) }
        }
        if !isKnown { tokens.append(least) }
    }

    /// Whether no record can meet all conditions: two patients, two ids, or a span of dates that holds none.
    var isContradictory: Bool {
        isNever || patients?.isEmpty == true || ids?.isEmpty == true || dates?.isEmpty == true
    }

    /// Everything that must hold, condition by condition.
    var conditions: [Predicate] {
        var all: [Predicate] = []
        if let ids { all.append(.id(ids)) }
        if let patients { all.append(.patient(patients)) }
        for tokens in tokens { all.append(.code(tokens)) }
        if let dates { all.append(.date(dates)) }
        return all + others
    }

    /// Whether another index than that by code and date may lead to the records.
    var mayUseIndex: Bool { type != nil && ids == nil && patients == nil }

    /// Whether an index by code, if there is one, is the way to the records.
    func mayUseCodeIndex(groupingByCode: Bool) -> Bool {
        guard ids == nil, patients == nil, tokens.first?.allSatisfy(\.standsInKeys) ?? true else { return false }
        return groupingByCode || type != nil && (!tokens.isEmpty || others.contains { cover($0) != nil })
    }

    /// The access path, and what of the selection it leaves to be tested on each record.
    ///
    /// - Parameters:
    ///   - groupingByCode: whether records without a code are of no interest.
    ///   - hasCodeIndex: whether a type has an index by code.
    func accessPath(
        groupingByCode: Bool = false, _ hasCodeIndex: (ResourceType) -> Bool
    ) -> (path: AccessPath, residual: [Predicate]) {
        if isContradictory { return (.nowhere, []) }
        let (path, served) = servingPath(groupingByCode: groupingByCode, hasCodeIndex)
        let conditions = conditions
        return (path, conditions.indices.filter { !served.contains($0) }.map { conditions[$0] })
    }

    /// The access path of a selection that is not contradictory, and which of the conditions it serves.
    func servingPath(
        groupingByCode: Bool, _ hasCodeIndex: (ResourceType) -> Bool
    ) -> (path: AccessPath, served: Set<Int>) {
        if let type, let ids { return (.located(type, ids: ids.sorted()), [0]) }
        if let patients { return (.patients(patients.sorted(), type), [ids == nil ? 0 : 1]) }
        let types = type.map { [$0] } ?? Selection.typesWithCode
        let everything: (path: AccessPath, served: Set<Int>) = (type.map(AccessPath.type) ?? .all, [])
        guard mayUseCodeIndex(groupingByCode: groupingByCode), types.allSatisfy(hasCodeIndex) else {
            return everything
        }
        // Conditions on the code come first, then that on the date.
        let date: Set<Int> = dates == nil ? [] : [tokens.count]
        if let first = tokens.first {
            let ranges = first.map { CodeRange(token: $0, dates: dates) }
            return (.code(types, by: OwnParameter.code.rawValue, ranges), date.union([0]))
        }
        if groupingByCode {
            let whole = CodeRange(token: nil, dates: dates)
            return (.code(types, by: OwnParameter.code.rawValue, [whole]), date)
        }
        for index in others.indices {
            guard let (ranges, isWhole) = cover(others[index]) else { continue }
            let served: Set<Int> = isWhole ? [date.count + index] : []
            return (.code(types, by: OwnParameter.code.rawValue, ranges), served)
        }
        return everything
    }

    /// Ranges that hold every record of which a predicate holds, and whether they hold no other.
    private func cover(_ predicate: Predicate) -> (ranges: [CodeRange], isWhole: Bool)? {
        guard case .any(let parts) = predicate else { return nil }
        var all: [CodeRange] = []
        var isWhole = true
        for part in parts {
            let inner = Selection(type, part)
            if inner.isContradictory { continue }
            if let first = inner.tokens.first, first.allSatisfy(\.standsInKeys) {
                all += first.map { CodeRange(token: $0, dates: inner.dates) }
                isWhole =
                    isWhole && inner.tokens.count == 1 && inner.others.isEmpty && inner.ids == nil
                    && inner.patients == nil
            } else if inner.others.count == 1, let (ranges, isInnerWhole) = cover(inner.others[0]) {
                all += ranges
                isWhole = isWhole && isInnerWhole && inner.dates == nil && inner.ids == nil && inner.patients == nil
            } else {
                return nil
            }
        }
        return all.isEmpty || all.count > Selection.mostRanges ? nil : (all, isWhole)
    }

    /// More ranges than these are not read one by one.
    private static let mostRanges = 256

    /// The types that have a search parameter `code`.
    static let typesWithCode = ResourceType.allCases.filter { !ResourceElements.of($0).code.isEmpty }
}

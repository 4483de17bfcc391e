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
    /// Ranges of the indexes by code and date of some types.
    case code([ResourceType], [CodeRange])
    /// Ranges of another index.
    case index(IndexSelection)
    /// All records of one type, in the order of their logical ids.
    case type(ResourceType)
    /// All records.
    case all

    /// Whether the number of entries of its ranges is the number of records.
    var isExact: Bool {
        switch self {
        case .code(_, let codes): codes.count == 1 && codes[0].isExact && !codes[0].mayRepeatRecords
        case .index(let selection): selection.isExact && !selection.mayRepeatRecords
        default: true
        }
    }

    /// Whether a record can have several entries.
    var mayRepeatRecords: Bool {
        switch self {
        case .code(_, let codes): codes.count > 1 || codes[0].mayRepeatRecords
        case .index(let selection): selection.mayRepeatRecords
        default: false
        }
    }

    /// Whether its entries show the clinical date.
    var showsDate: Bool {
        if case .code = self { true } else { false }
    }
}

/// The part of a code-and-date index that a token and a span of dates select.
struct CodeRange: Hashable, Sendable {
    /// What is asked of codes and systems; nil for any code.
    let token: Token?
    /// The dates that are selected, in milliseconds, when the index serves them.
    let dates: DateSpan?

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
        guard let token, token.code != nil else { return true }
        if case .any = token.system { return true }
        return false
    }

    /// Whether the entries of the range stand in the order of their dates.
    var isOrderedByDate: Bool { !mayRepeatRecords }

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
        let values = try CodeDateValues(key)
        guard token?.matches(code: values.code, system: values.system) ?? true else { return false }
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

    private mutating func add(_ wanted: [Token]) {
        // What another covers, or what was said before, finds nothing more.
        var least: [Token] = []
        for (index, token) in wanted.enumerated() {
            let isCovered = wanted.indices.contains { other in
                other != index && wanted[other].covers(token) && (!token.covers(wanted[other]) || other < index)
            }
            if !isCovered { least.append(token) }
        }
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
    var conditions: [Predicate] { residual() }

    /// Whether another index than that by code and date may lead to the records.
    var mayUseIndex: Bool {
        type != nil && ids == nil && patients == nil
            && conditions.contains { condition in
                switch condition {
                case .search, .date: true
                default: false
                }
            }
    }

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
        if let type, let ids {
            return (.located(type, ids: ids.sorted()), residual(id: false))
        }
        if let patients {
            return (.patients(patients.sorted(), type), residual(patient: false))
        }
        let types = type.map { [$0] } ?? Selection.typesWithCode
        guard mayUseCodeIndex(groupingByCode: groupingByCode), types.allSatisfy(hasCodeIndex) else {
            return (type.map(AccessPath.type) ?? .all, residual())
        }
        if let first = tokens.first {
            let ranges = first.map { CodeRange(token: $0, dates: dates) }
            return (.code(types, ranges), residual(codes: tokens.dropFirst(), date: false))
        }
        if groupingByCode {
            return (.code(types, [CodeRange(token: nil, dates: dates)]), residual(date: false))
        }
        for index in others.indices {
            guard let (ranges, isWhole) = cover(others[index]) else { continue }
            var rest = self
            if isWhole { rest.others.remove(at: index) }
            return (.code(types, ranges), rest.residual())
        }
        return (type.map(AccessPath.type) ?? .all, residual())
    }

    private func residual(
        id: Bool = true, patient: Bool = true, codes: ArraySlice<[Token]>? = nil, date: Bool = true
    ) -> [Predicate] {
        var rest: [Predicate] = []
        if id, let ids { rest.append(.id(ids)) }
        if patient, let patients { rest.append(.patient(patients)) }
        for tokens in codes ?? tokens[...] { rest.append(.code(tokens)) }
        if date, let dates { rest.append(.date(dates)) }
        return rest + others
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

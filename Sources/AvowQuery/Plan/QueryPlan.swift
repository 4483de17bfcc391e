internal import AvowFHIR
internal import AvowProof

/// Where the rows of a query come from, before its audiences are known.
///
/// The plan follows from the query alone, by fixed rules, so that a verifier comes to the same one: the first of
/// these that the conditions allow.
enum AccessPath: Hashable, Sendable {
    /// One record, by its type and logical id.
    case located(ResourceType, id: String)
    /// The records of one patient, of one type or of all.
    case patient(id: String, ResourceType?)
    /// A range of the indexes by code and date of some types.
    case code([ResourceType], CodeRange)
    /// All records of one type, in the order of their logical ids.
    case type(ResourceType)
    /// All records.
    case all
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
}

/// A span of instants, in milliseconds since 1970-01-01T00:00:00Z.
struct DateSpan: Hashable, Sendable {
    /// The first instant in the span.
    var from: Int64
    /// The first instant behind the span.
    var until: Int64

    static let always = DateSpan(from: .min, until: .max)

    func contains(_ date: Int64?) -> Bool {
        guard let date else { return false }
        return date >= from && date < until
    }

    mutating func formIntersection(_ other: DateSpan) {
        from = max(from, other.from)
        until = min(until, other.until)
    }
}

extension DateSpan {
    /// The instants that stand in a relation to a date as it was written: `2010` is the whole of that year.
    init(_ comparison: Comparison, _ literal: FHIRDateTime) {
        switch comparison {
        case .equal: self.init(from: literal.lowerBound, until: literal.upperBound)
        case .less: self.init(from: .min, until: literal.lowerBound)
        case .lessOrEqual: self.init(from: .min, until: literal.upperBound)
        case .greater: self.init(from: literal.upperBound, until: .max)
        case .greaterOrEqual: self.init(from: literal.lowerBound, until: .max)
        }
    }
}

/// What a record must meet, all conditions of a query taken together.
struct Selection: Hashable, Sendable {
    /// Nil for every type.
    var type: ResourceType?
    /// The logical ids of patients that are asked for: none, or the one that every such condition names.
    var patients: Set<String> = []
    var ids: Set<String> = []
    var tokens: [Token] = []
    var dates: DateSpan?

    init(_ statement: SelectStatement) throws(QueryError) {
        let name = statement.type
        if name.value != "Resource" {
            guard let type = ResourceType(name: name.value) else {
                throw .syntax(
                    QuerySyntaxError(.unknownType, "'\(name.value)' is not a resource type", at: name.range))
            }
            self.type = type
        }
        for condition in statement.conditions {
            switch condition.value {
            case .patient(let reference): patients.insert(reference.id.text)
            case .id(let id): ids.insert(id.text)
            case .code(let token):
                // Equal strings may differ in their bytes, which are what codes are compared by.
                let text = token.description.utf8
                if !tokens.contains(where: { $0.description.utf8.elementsEqual(text) }) { tokens.append(token) }
            case .date(let comparison, let literal):
                restrict(to: DateSpan(comparison, try Selection.date(literal, condition.range)))
            case .dateBetween(let first, let last):
                var span = DateSpan(.greaterOrEqual, try Selection.date(first, condition.range))
                span.formIntersection(DateSpan(.lessOrEqual, try Selection.date(last, condition.range)))
                restrict(to: span)
            }
        }
    }

    private mutating func restrict(to span: DateSpan) {
        var all = dates ?? .always
        all.formIntersection(span)
        dates = all
    }

    private static func date(_ literal: DateLiteral, _ range: SourceRange) throws(QueryError) -> FHIRDateTime {
        guard let date = FHIRDateTime(literal.text) else {
            throw .syntax(QuerySyntaxError(.invalidValue, "'\(literal.text)' is not a date", at: range))
        }
        return date
    }

    /// Whether no record can meet all conditions: two patients, two ids, or a span of dates that holds none.
    var isContradictory: Bool {
        patients.count > 1 || ids.count > 1 || dates.map { $0.from >= $0.until } == true
    }

    /// Whether an index by code, if there is one, is the way to the records.
    func mayUseCodeIndex(groupingByCode: Bool) -> Bool {
        (groupingByCode || type != nil && !tokens.isEmpty) && ids.isEmpty && patients.isEmpty
            && tokens.allSatisfy(\.standsInKeys)
    }

    /// The access path, and what of the selection it leaves to be tested on each record.
    ///
    /// - Parameter groupingByCode: whether records without a code are of no interest.
    func accessPath(
        groupingByCode: Bool = false, _ hasCodeIndex: (ResourceType) -> Bool
    ) -> (path: AccessPath, residual: Residual) {
        var residual = Residual(patient: patients.first, id: ids.first, tokens: tokens, dates: dates)
        if let type, let id = ids.first {
            residual.id = nil
            return (.located(type, id: id), residual)
        }
        if let patient = patients.first {
            residual.patient = nil
            return (.patient(id: patient, type), residual)
        }
        let types = type.map { [$0] } ?? Selection.typesWithCode
        if mayUseCodeIndex(groupingByCode: groupingByCode), types.allSatisfy(hasCodeIndex) {
            residual.tokens = Array(tokens.dropFirst())
            residual.dates = nil
            return (.code(types, CodeRange(token: tokens.first, dates: dates)), residual)
        }
        return (type.map(AccessPath.type) ?? .all, residual)
    }
}

extension Selection {
    /// The types that have a search parameter `code`.
    static let typesWithCode = ResourceType.allCases.filter { !ResourceElements.of($0).code.isEmpty }
}

/// The conditions that are tested on each record that the access path leads to.
struct Residual: Hashable, Sendable {
    var patient: String?
    var id: String?
    var tokens: [Token]
    var dates: DateSpan?

    var isEmpty: Bool { patient == nil && id == nil && tokens.isEmpty && dates == nil }

    /// Whether a record meets the conditions.
    func matches(_ resource: JSONValue, _ type: ResourceType) -> Bool {
        if let id, resource["id"]?.equals(id) != true { return false }
        if let patient, Indexing.patientReference(of: resource, type: type) != "Patient/" + patient { return false }
        if !tokens.isEmpty {
            let codes = Indexing.codes(of: resource, type: type)
            for token in tokens where !codes.contains(where: { token.matches(code: $0.code, system: $0.system) }) {
                return false
            }
        }
        if let dates, !dates.contains(Indexing.clinicalDate(of: resource, type: type)) { return false }
        return true
    }
}

extension Token {
    /// Whether keys of an index hold the token as a whole.
    var standsInKeys: Bool {
        if case .uri(let uri) = system, CodeDateValues.mayBeCut(uri) { return false }
        return code.map { !CodeDateValues.mayBeCut($0) } ?? true
    }

    /// Whether a coding is what the token asks for.
    func matches(code: String, system: String) -> Bool {
        if let wanted = self.code, wanted.utf8.elementsEqual(code.utf8) == false { return false }
        switch self.system {
        case .any: return true
        case .none: return system.isEmpty
        case .uri(let uri): return uri.utf8.elementsEqual(system.utf8)
        }
    }
}

extension CodeRange {
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

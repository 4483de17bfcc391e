internal import AvowFHIR
internal import AvowProof

/// What the entries of an access path tell of their records.
///
/// Every entry tells whose its record is, and which of the patient's records. An entry of an index tells more: the values
/// of the columns of which a record has one at most, as far as they stand in the key as a whole and can be told from it.
/// What can be told of a kind of value is known here; what one entry tells of it is for ``EntryReader`` to read, and may
/// be nothing: of a text that is cut, or of a record that stands under one entry for all it has.
struct EntryContents: Sendable {
    /// The records' type; nil when they are of several.
    let type: ResourceType?
    /// The index; nil when the entries are of none, or of several that are alike.
    let form: IndexForm?
    /// The column that is the clinical date; nil when entries do not tell it.
    let dateColumn: Int?
    /// The columns of search parameters of which a record has one value at most, by their codes.
    private let columns: [String: Int]
    /// The columns that hold what is shown of an expression.
    private let shown: [(index: Int, column: ShownColumn)]
    /// The one of these that holds the logical id.
    private var identity: Int? { shown.first { $0.column.expression?.description == "id" }?.index }

    /// Entries that tell whose their records are.
    init(_ type: ResourceType?) {
        self.type = type
        form = nil
        dateColumn = nil
        columns = [:]
        shown = []
    }

    /// Entries of an index.
    init(_ form: IndexForm) {
        type = form.definition.type
        self.form = form
        dateColumn = form.columns.firstIndex { if case .clinicalDate = $0.source { true } else { false } }
        shown = form.columns.enumerated().compactMap { index, column in
            if case .shown(let shown) = column.source { (index, shown) } else { nil }
        }
        var columns: [String: Int] = [:]
        for (index, column) in form.columns.enumerated() where column.isSingle {
            guard case .search = column.source, case .parameter(let code) = form.definition.columns[index] else {
                continue
            }
            columns[code] = index
        }
        self.columns = columns
    }

    /// Entries of the indexes by code and date of several types.
    init(codesAndDates: ()) {
        type = nil
        form = nil
        dateColumn = 1
        columns = [:]
        shown = []
    }

    /// Entries of several ways to records of a type.
    ///
    /// - Parameter hasDate: whether all of them tell the clinical date.
    init(_ type: ResourceType?, hasDate: Bool) {
        self.type = type
        form = nil
        dateColumn = hasDate ? 0 : nil
        columns = [:]
        shown = []
    }

    /// What the entries of an access path tell.
    init(_ path: AccessPath, _ type: ResourceType?, _ catalog: IndexCatalog?) {
        switch path {
        case .code(let types, let parameter, _):
            if types.count == 1, let index = catalog?.tokenIndex(of: types[0], by: parameter),
                let form = IndexForm.known(index)
            {
                self.init(form)
            } else {
                self.init(codesAndDates: ())
            }
        case .index(let selections): self.init(selections[0].form)
        default: self.init(type)
        }
    }

    /// Whether the entries tell the clinical date.
    var hasDate: Bool { dateColumn != nil }

    /// The column of a parameter, when a record has one value of it at most.
    func column(of parameter: String) -> Int? { columns[parameter] }

    /// Whether entries tell if a condition holds.
    func decides(_ predicate: Predicate) -> Bool { told(predicate) != nil }

    /// A condition as entries are asked about it; nil when they do not tell whether it holds.
    func told(_ predicate: Predicate) -> Predicate? {
        switch predicate {
        case .constant, .member, .told: return predicate
        case .date, .temporal, .present(.date): return hasDate ? predicate : nil
        case .search(let test):
            let isTold =
                column(of: test.name) != nil
                && test.alternatives.allSatisfy { $0.allSatisfy { $0.modifier == nil || $0.modifier == .exact } }
            return isTold ? predicate : nil
        case .all(let parts): return told(parts).map(Predicate.all)
        case .any(let parts): return told(parts).map(Predicate.any)
        case .not(let inner): return told(inner).map(Predicate.not)
        case .path(let path): return shown.isEmpty ? nil : ToldCondition(path, shown).map(Predicate.told)
        case .patient, .id, .code, .present, .reference, .laidOut, .column: return nil
        }
    }

    private func told(_ parts: [Predicate]) -> [Predicate]? {
        let all = parts.compactMap { told($0) }
        return all.count == parts.count ? all : nil
    }

    // MARK: Values

    /// What is read of entries for a value; nil when they do not tell it.
    func source(_ source: Columns.Source) -> EntrySource? {
        if let column = column(showing: source) { return .shown(column) }
        return switch source {
        case .owner: .owner
        case .number: .number
        case .instant: hasDate ? .instant : nil
        case .type: type.map { .constant(.string($0.name)) }
        case .joined(let table): .joined(table)
        case .bucket(let unit, let date): instant(date).map { .bucket(unit, $0) }
        case .age(let born, nil): instant(born).map { .age($0, nil) }
        case .age(let born, let date?):
            if let born = instant(born), let date = instant(date) { EntrySource.age(born, date) } else { nil }
        case .step(let number, let width): self.source(number).map { .step($0, width) }
        case .path(let path): shown(path.expression.text)
        case .reference: identity.flatMap { column in type.map { .reference(column, $0) } }
        case .all, .resource, .patient, .date, .column: nil
        }
    }

    /// What is read of entries for the first instant of a date.
    func instant(_ source: Columns.Source) -> EntrySource? {
        switch source {
        case .date: return hasDate ? .instant : nil
        case .joined(let table): return .joined(table)
        case .path(let path):
            if let column = column(showing: source) { return .shown(column) }
            let text = path.expression.text
            // A date that the query itself says.
            if text.hasPrefix("@"), text.utf8.count <= 11, let date = FHIRDateTime(String(text.dropFirst())) {
                return .at(date.lowerBound)
            }
            guard case .date(let column)? = shown(text) else { return nil }
            return .date(column)
        default: return nil
        }
    }

    /// The column that holds what is shown of an expression.
    private func column(showing source: Columns.Source) -> Int? {
        shown.first { $0.column.shows(source) }?.index
    }

    private func shown(_ path: String) -> EntrySource? {
        guard let form else { return nil }
        for (index, column) in form.columns.enumerated() where column.isSingle {
            switch column.shown {
            case .code(path): return .code(index)
            case .date(path): return .date(index)
            case .coding(let coding) where path == coding + ".code": return .code(index)
            case .coding(let coding) where path == coding + ".system": return .system(index)
            default: continue
            }
        }
        return nil
    }
}

/// A value of a record as its entry tells it.
indirect enum EntrySource: Sendable {
    case constant(Cell)
    /// An instant that the query says.
    case at(Int64)
    /// The pseudonym.
    case owner
    case number
    /// The clinical date's first instant.
    case instant
    /// The code, or the system, in a column.
    case code(Int)
    case system(Int)
    /// The date in a column.
    case date(Int)
    /// What a column shows.
    case shown(Int)
    /// The reference to a record of a type whose id a column shows.
    case reference(Int, ResourceType)
    case bucket(CalendarUnit, EntrySource)
    case age(EntrySource, EntrySource?)
    case step(EntrySource, FHIRDecimal)
    case joined(Int)

    /// The columns that are read for it, besides the clinical date.
    var columns: Set<Int> {
        switch self {
        case .code(let column), .system(let column), .date(let column), .shown(let column), .reference(let column, _):
            [column]
        case .bucket(_, let inner), .step(let inner, _), .age(let inner, nil): inner.columns
        case .age(let born, let date?): born.columns.union(date.columns)
        case .constant, .at, .owner, .number, .instant, .joined: []
        }
    }
}

extension Predicate {
    /// The columns that are read to decide it by an entry, besides the clinical date.
    func columns(_ contents: EntryContents) -> Set<Int> {
        switch self {
        case .search(let test): contents.column(of: test.name).map { [$0] } ?? []
        case .told(let condition): condition.columns
        case .all(let parts), .any(let parts): parts.reduce(into: []) { $0.formUnion($1.columns(contents)) }
        case .not(let inner): inner.columns(contents)
        default: []
        }
    }
}

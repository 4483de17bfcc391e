internal import AvowFHIR

/// Reads of entries what groups are made of: the numbers of the values that records are grouped by, and the values that
/// something is computed of.
///
/// A value is made of an entry's bytes once; entries whose columns have the same bytes have the same value.
struct EntryGroupReader {
    private var terms: [EntryTerm]
    private var values: [EntryValue]
    /// For each thing that is computed the place of its values; nil where the patient or nothing is looked at.
    private let places: [Int?]
    /// The columns that are read for it, besides the clinical date.
    let columns: Set<Int>
    /// The numbers of the values that the entry read last is grouped by.
    private(set) var group: [Int]

    /// Nil when entries do not tell all of it.
    ///
    /// - Parameter entersCodes: whether whoever reads says which code entries are of.
    init?(_ grouping: Grouping, _ contents: EntryContents, entersCodes: Bool = false) {
        var columns: Set<Int> = []
        var terms: [EntryTerm] = []
        for term in grouping.terms {
            switch term {
            case .code:
                guard entersCodes else { return nil }
                terms.append(EntryTerm())
            case .value(let value):
                guard let source = contents.source(value) else { return nil }
                columns.formUnion(source.columns)
                terms.append(EntryTerm(source))
            }
        }
        var values: [EntryValue] = []
        var places: [Int?] = []
        let sameValues = grouping.sameValues
        for (index, aggregate) in grouping.aggregates.enumerated() {
            switch aggregate {
            case .records, .values(.countDistinct, .owner), .values(.count, .owner): places.append(nil)
            case .values(let function, let value):
                var isDate = false
                if case .date = value { isDate = true }
                guard let source = contents.source(value), !isDate || contents.hasDate else { return nil }
                if sameValues[index] == index {
                    columns.formUnion(source.columns)
                    values.append(EntryValue(source, isDate: isDate))
                    places.append(values.count - 1)
                } else {
                    places.append(places[sameValues[index]])
                }
                if let place = places[index] { values[place].isNumber = values[place].isNumber || function.isOfNumbers }
            }
        }
        self.terms = terms
        self.values = values
        self.places = places
        self.columns = columns
        group = Array(repeating: 0, count: terms.count)
    }

    /// Goes on to the entries of a code.
    mutating func enter(_ code: Cell, _ table: inout GroupTable) {
        for index in terms.indices where terms[index].isCode { group[index] = table.number(of: code, ofTerm: index) }
    }

    /// Reads an entry.
    ///
    /// - Returns: whether it tells all that groups are made of.
    mutating func read(_ facts: EntryFacts, _ surroundings: EntrySurroundings, _ table: inout GroupTable) -> Bool {
        for index in terms.indices where !terms[index].isCode {
            let number = terms[index].number(facts, surroundings) { table.number(of: $0, ofTerm: index) }
            guard let number else { return false }
            group[index] = number
        }
        for index in values.indices where !values[index].read(facts, surroundings) { return false }
        return true
    }

    /// Whether one of the things that are computed is computed of values, and not of patients.
    func asksValue(_ aggregate: Int) -> Bool { places[aggregate] != nil }

    /// The value of the entry read last for one of the things that are computed; nil when it has none.
    func value(_ aggregate: Int) -> GroupedValue? { places[aggregate].flatMap { values[$0].value } }
}

extension AggregateFunction {
    /// Whether it adds up or compares numbers, where values are numbers.
    fileprivate var isOfNumbers: Bool {
        switch self {
        case .sum, .average, .median, .percentile, .minimum, .maximum: true
        case .count, .countDistinct: false
        }
    }
}

/// A value of a record that something is computed of.
struct GroupedValue: Sendable {
    let cell: Cell
    /// What it is compared by.
    let key: SortKey
    /// The number that it is, digit for digit, when somebody has made it already.
    let number: FHIRDecimal?

    init(_ cell: Cell, _ key: SortKey, number: FHIRDecimal? = nil) {
        self.cell = cell
        self.key = key
        self.number = number
    }
}

/// A value that something is computed of, as entries tell it.
private struct EntryValue {
    private let source: EntrySource
    /// Whether it is compared by the clinical date.
    private let isDate: Bool
    /// Whether its number is asked for.
    var isNumber = false
    private(set) var value: GroupedValue?

    init(_ source: EntrySource, isDate: Bool) {
        self.source = source
        self.isDate = isDate
    }

    mutating func read(_ facts: EntryFacts, _ surroundings: EntrySurroundings) -> Bool {
        guard let cell = source.cell(facts, surroundings) else { return false }
        guard cell != .null else {
            value = nil
            return true
        }
        var number: FHIRDecimal?
        // What is no longer than this loses no digit.
        if isNumber, case .number(let text) = cell, text.utf8.count <= 32 { number = FHIRDecimal(text) }
        value = GroupedValue(cell, isDate ? .instant(facts.date) : .cell(cell), number: number)
        return true
    }
}

/// A value that records are grouped by, as entries tell it, by its number.
private struct EntryTerm {
    private enum Kind {
        /// The code, which is said.
        case code
        /// The patient.
        case owner
        /// A stretch of the calendar that holds the clinical date.
        case period(CalendarUnit)
        /// What the bytes of a column tell.
        case column(Int, IndexPart, EntrySource)
        case other(EntrySource)
    }

    private let kind: Kind
    private var patients = PseudonymSet()
    /// By patients' numbers, the numbers of what stands for them.
    private var patientNumbers: [Int] = []
    private var periods: [CalendarPeriod: Int] = [:]
    /// The stretch of the calendar that was found last, by its instants.
    private var stretch: (instants: Range<Int64>, number: Int) = (0..<0, 0)
    private var known: [ByteKey: Int] = [:]
    private var identity = ByteKey()
    private var last: (identity: ByteKey, number: Int)?

    /// The code.
    init() { kind = .code }

    init(_ source: EntrySource) {
        kind =
            switch source {
            case .owner: .owner
            case .bucket(let unit, .instant): .period(unit)
            default: source.column.map { .column($0.index, $0.part, source) } ?? .other(source)
            }
    }

    var isCode: Bool { if case .code = kind { true } else { false } }

    /// The number of the value of an entry; nil when the entry does not tell it.
    ///
    /// - Parameter make: gives the number of a value.
    mutating func number(_ facts: EntryFacts, _ surroundings: EntrySurroundings, _ make: (Cell) -> Int) -> Int? {
        switch kind {
        case .code: return nil
        case .owner:
            let (patient, isNew) = patients.insert(facts.owner.pseudonym)
            if isNew { patientNumbers.append(make(Columns.cell(owner: facts.owner))) }
            return patientNumbers[patient]
        case .period(let unit):
            guard !facts.isForAll else { return nil }
            guard let date = facts.date else { return make(.null) }
            if stretch.instants.contains(date) { return stretch.number }
            return number(of: unit.period(holding: date), from: date, make)
        case .column(let column, let part, let source):
            identity.bytes.removeAll(keepingCapacity: true)
            guard facts.columns?.append(column, part, to: &identity.bytes) == true else { return nil }
            if let last, last.identity == identity { return last.number }
            if let number = known[identity] {
                last = (identity, number)
                return number
            }
            guard let cell = source.cell(facts, surroundings) else { return nil }
            let number = make(cell)
            known[identity] = number
            last = (identity, number)
            return number
        case .other(let source): return source.cell(facts, surroundings).map(make)
        }
    }

    private mutating func number(of period: CalendarPeriod, from date: Int64, _ make: (Cell) -> Int) -> Int {
        let number = periods[period] ?? make(.string(period.text))
        periods[period] = number
        // From here to its end all is of that stretch.
        if let end = period.end, end > date { stretch = (date..<end, number) }
        return number
    }
}

extension EntrySource {
    /// The column whose bytes alone tell the value; nil when more is looked at.
    var column: (index: Int, part: IndexPart)? {
        switch self {
        case .code(let column), .system(let column): (column, .token)
        case .date(let column): (column, .date)
        case .shown(let column): (column, .cell)
        default: nil
        }
    }
}

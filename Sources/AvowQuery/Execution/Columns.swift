internal import AvowFHIR

/// What a query shows of each record.
struct Columns: Sendable {
    indirect enum Source: Sendable {
        /// Every member of the resource.
        case all
        /// The whole resource.
        case resource
        /// The reference to the record's patient.
        case patient
        /// The pseudonym of the record's patient; null for a record that belongs to none.
        case owner
        /// The reference to the record itself.
        case reference
        /// The clinical date, as the resource has it.
        case date
        /// The clinical date's first instant in milliseconds.
        case instant
        /// The record's number within its patient.
        case number
        /// The name of the resource's type, which is no element.
        case type
        case path(FHIRPath)
        /// The year or month in which a date begins.
        case bucket(CalendarUnit, Source)
        /// Whole years from one date to another, or to the time of the request.
        case age(Source, Source?)
        /// The greatest multiple of a width that is not above a number.
        case step(Source, FHIRDecimal)
        /// What a table has for the record's patient.
        case joined(table: Int)
        /// A column of the view that lays out the record.
        case column(Int)
    }

    /// The columns by name.
    var sources: [(name: String, source: Source)] = []
    /// What the rows are sorted by; a term that is a column's name stands for that column.
    var order: [(source: Source, direction: OrderTerm.Direction)] = []
    /// What LIMIT … PER counts by.
    var per: [Source] = []

    /// No columns, for who only counts.
    init() {}

    init(
        sources: [(name: String, source: Source)], order: [(source: Source, direction: OrderTerm.Direction)],
        per: [Source]
    ) {
        self.sources = sources
        self.order = order
        self.per = per
    }

    /// The patient's pseudonym.
    init(owner: ()) {
        sources = [("", .owner)]
    }

    /// The patient's pseudonym, the record's date and its number.
    init(events: ()) {
        sources = [("", .owner), ("", .instant), ("", .number)]
    }

    /// Puts the patient's pseudonym in front.
    mutating func correlate() {
        sources.insert(("", .owner), at: 0)
    }

    /// One value of a record.
    static func cell(_ source: Source, _ record: RecordFocus) throws(RowError) -> Cell {
        let (resource, type) = (record.resource, record.type)
        switch source {
        case .all: return .null
        case .resource: return .json(resource.rawText)
        case .type: return .string(type.name)
        case .patient: return patient(of: resource, type)
        case .owner: return cell(owner: record.owner)
        case .number: return .number(String(record.owner.number))
        case .reference: return resource["id"]?.string.map { .string("\(type.name)/\($0)") } ?? .null
        case .date: return date(of: resource, type)
        case .instant: return Indexing.clinicalDate(of: resource, type: type).map { .number(String($0)) } ?? .null
        case .bucket(let unit, let source):
            return try instant(source, record).map { .string(unit.period(holding: $0).text) } ?? .null
        case .age(let born, let date):
            guard let birth = try instant(born, record) else { return .null }
            var end = record.environment.now?.lowerBound
            if let date { end = try instant(date, record) }
            return end.flatMap { Age.years(from: birth, to: $0) }.map { .number(String($0)) } ?? .null
        case .step(let source, let width):
            return step(try cell(source, record), width)
        case .joined(let table): return record.tables.value(table, of: record.owner.pseudonym)
        case .column(let column): return record.row[column]
        case .path(let path):
            let items = try record.evaluate(path)
            if items.count <= 1 { return items.first.map(cell) ?? .null }
            let cells = cells(items)
            if cells.count > 1 { return .json("[" + cells.map(\.json).joined(separator: ",") + "]") }
            return cells.first ?? .null
        }
    }

    /// The reference to a record's patient.
    static func patient(of resource: JSONValue, _ type: ResourceType) -> Cell {
        Indexing.patientReference(of: resource, type: type).map(Cell.string) ?? .null
    }

    /// The clinical date as a record has it.
    static func date(of resource: JSONValue, _ type: ResourceType) -> Cell {
        Indexing.clinicalDateElement(of: resource, type: type).map(cell) ?? .null
    }

    /// The greatest multiple of a width that is not above a number.
    static func step(_ cell: Cell, _ width: FHIRDecimal) -> Cell {
        guard case .number(let text) = cell, let number = FHIRDecimal(text) else { return .null }
        // Of whole numbers of few digits no quotient is ever rounded up to the next whole one.
        if number.scale == 0, width.scale == 0, let number = Int(exactly: number.coefficient),
            let width = Int(exactly: width.coefficient), width > 0, max(number.magnitude, width.magnitude) < 1 << 40
        {
            let rest = number % width
            return .number(String(number - (rest < 0 ? rest + width : rest)))
        }
        let steps = number.divided(by: width)?.floor
        return steps?.multiplied(by: width).map { .number($0.normalized.description) } ?? .null
    }

    /// The pseudonym as a cell; null for what belongs to no patient.
    static func cell(owner: RecordIdentity) -> Cell {
        owner.pseudonym == 0 ? .null : .number(String(owner.pseudonym))
    }

    /// All values of a record, each of several for itself.
    static func cells(_ source: Source, _ record: RecordFocus) throws(RowError) -> [Cell] {
        if case .path(let path) = source { return cells(try record.evaluate(path)) }
        let cell = try cell(source, record)
        return cell == .null ? [] : [cell]
    }

    private static func cells(_ items: [FHIRPathItem]) -> [Cell] {
        var cells: [Cell] = []
        cells.reserveCapacity(items.count)
        // An element that has extensions and no value shows nothing.
        for item in items where item.element.map({ $0.json != nil }) ?? true { cells.append(cell(item)) }
        return cells
    }

    /// The first instant of a date; of several dates, the earliest.
    static func instant(_ source: Source, _ record: RecordFocus) throws(RowError) -> Int64? {
        switch source {
        case .date: return Indexing.clinicalDate(of: record.resource, type: record.type)
        case .path(let path):
            return try record.evaluate(path).compactMap { item in
                switch item {
                case .element(let element): element.json?.string.flatMap { FHIRDateTime($0)?.lowerBound }
                case .string(let text): FHIRDateTime(text)?.lowerBound
                case .date(let date), .dateTime(let date): date.lowerBound
                default: nil
                }
            }.min()
        case .joined, .column: return FHIRDateTime(try cell(source, record).text)?.lowerBound
        default: return nil
        }
    }

    static func cell(_ item: FHIRPathItem) -> Cell {
        switch item {
        case .element(let element): element.json.map(cell) ?? .null
        case .boolean(let value): .boolean(value)
        case .integer, .decimal: .number(item.text)
        case .string, .date, .dateTime, .time, .type: .string(item.text)
        case .quantity: .json(item.json)
        }
    }

    static func cell(_ value: JSONValue) -> Cell {
        switch value.kind {
        case .null: .null
        case .boolean: value.boolean.map(Cell.boolean) ?? .null
        case .number: .number(value.rawText)
        case .string: value.string.map(Cell.string) ?? .null
        case .array, .object: .json(value.rawText)
        }
    }
}

extension Columns.Source {
    /// Whether both are known to be the same value of every record.
    func isSame(as other: Columns.Source) -> Bool {
        switch (self, other) {
        case (.path(let left), .path(let right)): left.expression.text.utf8.elementsEqual(right.expression.text.utf8)
        case (.date, .date), (.patient, .patient), (.owner, .owner), (.reference, .reference), (.type, .type),
            (.instant, .instant), (.number, .number):
            true
        case (.joined(let left), .joined(let right)): left == right
        case (.bucket(let leftUnit, let left), .bucket(let rightUnit, let right)):
            leftUnit == rightUnit && left.isSame(as: right)
        default: false
        }
    }
}

/// How old somebody is.
enum Age {
    /// The whole years between two instants, by the calendar in UTC; nil when the second is before the first, or one of
    /// them outside of the years 1 to 9999.
    static func years(from birth: Int64, to date: Int64) -> Int? {
        guard date >= birth, let born = FHIRDateTime(instant: birth), let then = FHIRDateTime(instant: date) else {
            return nil
        }
        let isBefore = (then.month ?? 1, then.day ?? 1) < (born.month ?? 1, born.day ?? 1)
        return then.year - born.year - (isBefore ? 1 : 0)
    }
}

extension CalendarUnit {
    /// The year or month that holds an instant.
    func period(holding instant: Int64) -> CalendarPeriod {
        switch self {
        case .year: .year(holding: instant)
        case .month: .month(holding: instant)
        }
    }
}

internal import AvowFHIR

/// A row that entries tell.
struct EntryRow {
    private let cells: [EntrySource]
    private let keys: [Key]
    private let per: [EntrySource]
    /// The columns that are read for it, besides the clinical date.
    let columns: Set<Int>

    private enum Key {
        case cell(EntrySource)
        case instant
    }

    /// Nil when entries do not tell all of a row.
    init?(_ columns: Columns, _ contents: EntryContents) {
        var cells: [EntrySource] = []
        for column in columns.sources {
            guard let source = contents.source(column.source) else { return nil }
            cells.append(source)
        }
        var keys: [Key] = []
        for term in columns.order {
            if case .date = term.source {
                // However a date is written, its instant is its place.
                guard contents.hasDate else { return nil }
                keys.append(.instant)
            } else if let source = contents.source(term.source) {
                keys.append(.cell(source))
            } else {
                return nil
            }
        }
        var per: [EntrySource] = []
        for source in columns.per {
            guard let source = contents.source(source) else { return nil }
            per.append(source)
        }
        self.cells = cells
        self.keys = keys
        self.per = per
        var read = Set((cells + per).flatMap(\.columns))
        for case .cell(let source) in keys { read.formUnion(source.columns) }
        self.columns = read
    }

    /// The row of a record; nil when its entry does not tell all of it.
    func row(_ facts: EntryFacts, _ surroundings: EntrySurroundings) -> Row? {
        var row = Row(cells: [])
        row.cells.reserveCapacity(cells.count)
        for source in cells {
            guard let cell = source.cell(facts, surroundings) else { return nil }
            row.cells.append(cell)
        }
        for key in keys {
            switch key {
            case .cell(let source):
                guard let cell = source.cell(facts, surroundings) else { return nil }
                row.keys.append(.cell(cell))
            case .instant:
                guard !facts.isForAll else { return nil }
                row.keys.append(.instant(facts.date))
            }
        }
        for source in per {
            guard let cell = source.cell(facts, surroundings) else { return nil }
            cell.appendIdentity(to: &row.identity)
        }
        return row
    }
}

/// What entries tell of records that are grouped.
struct EntryGroup {
    private let terms: [EntrySource]
    /// Of each aggregate what it is computed of, and whether it is compared by the clinical date; nil for records.
    private let values: [(source: EntrySource, isDate: Bool)?]
    /// The columns that are read for it, besides the clinical date.
    let columns: Set<Int>

    /// Nil when entries do not tell all of it.
    init?(_ grouping: Grouping, _ contents: EntryContents) {
        var terms: [EntrySource] = []
        for term in grouping.terms {
            guard case .value(let value) = term, let source = contents.source(value) else { return nil }
            terms.append(source)
        }
        var values: [(source: EntrySource, isDate: Bool)?] = []
        for aggregate in grouping.aggregates {
            switch aggregate {
            case .records: values.append(nil)
            case .values(_, let value):
                guard let source = contents.source(value) else { return nil }
                var isDate = false
                if case .date = value { isDate = true }
                guard !isDate || contents.hasDate else { return nil }
                values.append((source, isDate))
            }
        }
        self.terms = terms
        self.values = values
        columns = Set((terms + values.compactMap { $0?.source }).flatMap(\.columns))
    }

    /// What is grouped of a record; nil when its entry does not tell all of it.
    func row(_ facts: EntryFacts, _ surroundings: EntrySurroundings) -> Row? {
        var row = Row(cells: [])
        row.cells.reserveCapacity(terms.count)
        for source in terms {
            guard let cell = source.cell(facts, surroundings) else { return nil }
            row.cells.append(cell)
        }
        row.values.reserveCapacity(values.count)
        for value in values {
            guard let value else {
                row.values.append([])
                continue
            }
            guard let cell = value.source.cell(facts, surroundings) else { return nil }
            let key = value.isDate ? SortKey.instant(facts.date) : .cell(cell)
            row.values.append(cell == .null ? [] : [(cell, key)])
        }
        return row
    }
}

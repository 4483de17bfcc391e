internal import AvowFHIR

/// A row that entries tell.
struct EntryRow {
    fileprivate let cells: [EntrySource]
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

/// Finds entries that tell the row of an earlier one, by the bytes of their columns.
struct RepeatedRows {
    private let columns: [(index: Int, part: IndexPart)]
    private var seen: Set<ByteKey> = []
    private var last = ByteKey()
    private var identity = ByteKey()

    /// Nil when more than bytes of columns makes the row.
    init?(_ row: EntryRow) {
        var columns: [(index: Int, part: IndexPart)] = []
        for source in row.cells {
            guard let column = source.column else { return nil }
            columns.append(column)
        }
        self.columns = columns
    }

    /// Whether an earlier entry told the row of an entry.
    mutating func holds(_ facts: EntryFacts) -> Bool {
        identity.bytes.removeAll(keepingCapacity: true)
        for (column, part) in columns where facts.columns?.append(column, part, to: &identity.bytes) != true {
            identity.bytes.removeAll(keepingCapacity: true)
            return false
        }
        if identity == last { return true }
        guard seen.contains(identity) else { return false }
        swap(&last, &identity)
        return true
    }

    /// Remembers that the entry that was asked about last told a row.
    mutating func insert() {
        guard !identity.bytes.isEmpty, seen.count < RepeatedRows.mostRows else { return }
        swap(&last, &identity)
        seen.insert(last)
    }

    /// For more different rows than these no more are remembered.
    private static let mostRows = 100_000
}

/// Rows as they are found, before the columns that `*` stands for are known, and what is left of them in the end:
/// sorted, each once, so many for each value, and cut.
struct RowCollector {
    private let columns: Columns
    private let select: BoundSelect
    private let isSorting: Bool
    private let hasAll: Bool
    /// Whether rows that are there already are left out as they come: none is sorted, or those that are the same are in
    /// what they are sorted by, too, and the first of them stays the first.
    private let isDistinctAtOnce: Bool
    /// The members that `*` has met, in the order of their coming.
    private var members: [String] = []
    private var positions: [String: Int] = [:]
    private var rows: [Row] = []
    private var memberRows: [[Cell]] = []
    private var byteCount = 0
    /// How many rows have been given away already.
    private var givenCount = 0
    private var seen: Set<ByteKey> = []
    /// The row that is looked for in `seen`.
    private var identity = ByteKey()
    private var perCounts: [ByteKey: Int] = [:]

    init(_ columns: Columns, _ select: BoundSelect, isSorting: Bool) {
        self.columns = columns
        self.select = select
        self.isSorting = isSorting
        hasAll = columns.sources.contains { if case .all = $0.source { true } else { false } }
        let sameKeys = columns.order.allSatisfy { term in
            columns.sources.contains { $0.source.isSame(as: term.source) }
        }
        isDistinctAtOnce = select.isDistinct && !hasAll && (!isSorting || select.limitPer == nil && sameKeys)
    }

    /// How many rows there have been.
    var count: Int { givenCount + rows.count }

    /// Whether rows that were found are rows of the answer, whatever follows: none is sorted, and the columns are known.
    var givesRowsAsFound: Bool { !isSorting && !hasAll }

    /// Whether a row that has the cells of an earlier one changes nothing.
    var leavesOutRepeated: Bool { isDistinctAtOnce && select.limitPer == nil }

    mutating func append(_ row: Row) throws(QueryError) {
        var row = row
        // What comes too late for its value, and what is there already, is known at once when nothing is sorted.
        if !isSorting {
            if !isWanted(row.identity) { return }
        }
        if isDistinctAtOnce, !isNew(row.cells) { return }
        if hasAll {
            memberRows.append(cells(of: row.members))
            row.members = []
        }
        byteCount += row.byteCount + (memberRows.last?.reduce(0) { $0 + $1.byteCount } ?? 0)
        rows.append(row)
        // Of sorted rows of which only the first are shown no others need to be kept.
        if isSorting, !hasAll, let needed = select.rowsNeeded, rows.count >= 2 * needed + 1_024 {
            rows = sorted(most: needed).map { rows[$0] }
            byteCount = rows.reduce(0) { $0 + $1.byteCount }
        }
        guard byteCount <= QueryLimits.heldBytes else { throw .tooLarge(limit: QueryLimits.heldBytes) }
    }

    private mutating func cells(of found: [(name: String, cell: Cell)]) -> [Cell] {
        var cells = [Cell](repeating: .null, count: members.count)
        for (name, cell) in found {
            if let position = positions[name] {
                cells[position] = cell
            } else {
                positions[name] = members.count
                members.append(name)
                cells.append(cell)
            }
        }
        return cells
    }

    private mutating func isWanted(_ identity: [UInt8]) -> Bool {
        guard let most = select.limitPer else { return true }
        let key = ByteKey(bytes: identity)
        let count = perCounts[key, default: 0]
        guard count < most else { return false }
        perCounts[key] = count + 1
        return true
    }

    private mutating func isNew(_ cells: [Cell]) -> Bool {
        identity.bytes.removeAll(keepingCapacity: true)
        for cell in cells { cell.appendIdentity(to: &identity.bytes) }
        // Most rows that come again are found without a copy of these bytes.
        return !seen.contains(identity) && seen.insert(identity).inserted
    }

    /// The rows of the answer among those found since the last call, which are kept no longer; only when
    /// `givesRowsAsFound`.
    mutating func take() -> [[Cell]] {
        let first = min(max(0, select.offset - givenCount), rows.count)
        let (end, isUnlimited) = select.offset.addingReportingOverflow(select.limit)
        let last = isUnlimited ? rows.count : min(max(first, end - givenCount), rows.count)
        let taken = rows[first..<last].map(\.cells)
        givenCount += rows.count
        rows.removeAll(keepingCapacity: true)
        byteCount = 0
        return taken
    }

    /// The names of the columns and the rows, `*` spread out.
    consuming func finish() -> (columns: [String], rows: [[Cell]]) {
        var names: [String] = []
        for column in columns.sources {
            if case .all = column.source { names += members } else { names.append(column.name) }
        }
        var result: [[Cell]] = []
        var skipped = 0
        for index in isSorting ? sorted(most: .max) : Array(rows.indices) {
            let cells = hasAll ? spread(index) : rows[index].cells
            if isSorting, !isWanted(rows[index].identity) { continue }
            if select.isDistinct, !isDistinctAtOnce, !isNew(cells) { continue }
            if skipped < select.offset {
                skipped += 1
                continue
            }
            guard result.count < select.limit else { break }
            result.append(cells)
        }
        return (names, result)
    }

    /// The rows in their order, by their places.
    private func sorted(most: Int) -> [Int] {
        let directions = columns.order.map(\.direction)
        let sorted = rows.indices.sorted { left, right in
            for term in 0..<min(directions.count, rows[left].keys.count) {
                let comparison = SortKey.compare(rows[left].keys[term], rows[right].keys[term])
                if comparison != 0 { return directions[term] == .ascending ? comparison < 0 : comparison > 0 }
            }
            return left < right
        }
        return most < sorted.count ? Array(sorted.prefix(most)) : sorted
    }

    /// A row with a cell for each member that `*` stands for in any row.
    private func spread(_ index: Int) -> [Cell] {
        var row: [Cell] = []
        var cells = rows[index].cells.makeIterator()
        for column in columns.sources {
            if case .all = column.source {
                let own = memberRows[index]
                row += own
                row += [Cell](repeating: .null, count: members.count - own.count)
            } else if let cell = cells.next() {
                row.append(cell)
            }
        }
        return row
    }
}

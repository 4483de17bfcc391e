import AvowQuery

/// Writes rows in a format, each when it comes; a table when all are there.
struct RowWriter {
    /// Pieces of at least this many bytes are written at once.
    private static let chunk = 1 << 16

    private let format: RowFormat
    private let console: Console
    private let titles: [String]
    /// The columns' names, each once.
    private let names: [String]
    private var pending = ""
    /// The rows of a table.
    private var table: [[TableCell]] = []
    /// How many rows there were.
    private(set) var count = 0

    /// - Parameter columns: the names of the columns.
    init(format: RowFormat, console: Console, columns: [String]) {
        self.format = format
        self.console = console
        titles = columns
        names = RowWriter.distinct(columns)
        if format == .csv { pending = CSVWriter.header(names) }
    }

    /// Writes all rows of a result.
    static func write(_ result: QueryResult, format: RowFormat, to console: Console) {
        var writer = RowWriter(format: format, console: console, columns: result.columns)
        for row in result.rows { writer.write(row) }
        writer.finish()
    }

    /// Writes one row.
    mutating func write(_ row: [Cell]) {
        switch format {
        case .table: table.append(row.map(RowWriter.tableCell))
        case .csv: pending += CSVWriter.record(row.map(csvCell))
        case .json: pending += (count == 0 ? "[\n" : ",\n") + object(row)
        case .ndjson: pending += object(row) + "\n"
        }
        count += 1
        flush(ifLongerThan: RowWriter.chunk)
    }

    /// Writes what is left.
    mutating func finish() {
        switch format {
        case .table:
            guard !titles.isEmpty else { return }
            pending = TableRenderer(titles: titles, terminal: console.output).render(table)
        case .json: pending += count == 0 ? "[]\n" : "\n]\n"
        case .csv, .ndjson: break
        }
        flush(ifLongerThan: 0)
    }

    private func object(_ row: [Cell]) -> String {
        JSONText.object(zip(names, row).map { ($0, JSONText.harmless($1.json)) })
    }

    private mutating func flush(ifLongerThan limit: Int) {
        guard pending.utf8.count > limit else { return }
        console.write(pending, to: .output)
        pending = ""
    }

    /// A field as it is; before a person's eyes without what could steer the terminal.
    private func csvCell(_ cell: Cell) -> TableCell {
        if case .text(let text) = RowWriter.tableCell(cell), console.output.isInteractive {
            return .text(DisplayText.sanitized(text))
        }
        return RowWriter.tableCell(cell)
    }

    private static func tableCell(_ cell: Cell) -> TableCell {
        switch cell {
        case .null: .null
        case .number(let digits): .number(digits)
        case .boolean, .string, .json: .text(cell.text)
        }
    }

    /// The names of columns, each once: the second `code` is `code_2`.
    static func distinct(_ names: [String]) -> [String] {
        var taken = Set(names)
        var used: Set<String> = []
        return names.map { name in
            if used.insert(name).inserted { return name }
            var number = 2
            while !taken.insert("\(name)_\(number)").inserted { number += 1 }
            return "\(name)_\(number)"
        }
    }
}

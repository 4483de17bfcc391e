import ArgumentParser
import AvowQuery

/// How rows are written.
enum RowFormat: String, CaseIterable, ExpressibleByArgument {
    /// Columns for a person.
    case table
    /// One array of objects.
    case json
    /// One object a line.
    case ndjson
    /// RFC 4180.
    case csv

    /// A table for a person, NDJSON for a program.
    static func standard(for console: Console) -> RowFormat {
        console.isForPeople ? .table : .ndjson
    }

    static let help: ArgumentHelp = ArgumentHelp(
        "How rows are written: table, json, ndjson or csv.",
        discussion: """
            A table on a terminal, else ndjson. In json and ndjson a row is an object; numbers keep their digits, and \
            lists and objects are embedded. A column whose name occurred before is called name_2, name_3 …. In csv \
            a missing value is an empty field, an empty text is \"\".
            """,
        valueName: "format")
}

/// Writes rows in a format.
struct RowWriter {
    /// Pieces of at least this many bytes are written at once.
    private static let chunk = 1 << 16

    let format: RowFormat
    let console: Console

    /// Writes all rows of a result to the output.
    func write(_ result: QueryResult) {
        switch format {
        case .table: writeTable(result)
        case .csv: writeCSV(result)
        case .json: writeObjects(result, first: "[\n", between: ",\n", last: "\n]\n", none: "[]\n")
        case .ndjson: writeObjects(result, first: "", between: "\n", last: "\n", none: "")
        }
    }

    private func writeTable(_ result: QueryResult) {
        guard !result.columns.isEmpty else { return }
        let renderer = TableRenderer(titles: result.columns, terminal: console.output)
        console.write(renderer.render(result.rows.map { $0.map(RowWriter.tableCell) }), to: .output)
    }

    private func writeCSV(_ result: QueryResult) {
        var text = CSVWriter.header(RowWriter.distinct(result.columns))
        for row in result.rows {
            text += CSVWriter.record(row.map(RowWriter.tableCell))
            flush(&text, ifLongerThan: RowWriter.chunk)
        }
        flush(&text, ifLongerThan: 0)
    }

    private func writeObjects(
        _ result: QueryResult, first: String, between: String, last: String, none: String
    ) {
        let names = RowWriter.distinct(result.columns)
        var text = result.rows.isEmpty ? none : first
        for (index, row) in result.rows.enumerated() {
            if index > 0 { text += between }
            text += JSONText.object(zip(names, row).map { ($0, $1.json) })
            flush(&text, ifLongerThan: RowWriter.chunk)
        }
        if !result.rows.isEmpty { text += last }
        flush(&text, ifLongerThan: 0)
    }

    private func flush(_ text: inout String, ifLongerThan limit: Int) {
        guard text.utf8.count > limit else { return }
        console.write(text, to: .output)
        text = ""
    }

    static func tableCell(_ cell: Cell) -> TableCell {
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

import ArgumentParser

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

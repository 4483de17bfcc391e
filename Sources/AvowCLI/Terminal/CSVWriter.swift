/// Writes rows as CSV (RFC 4180): commas, CRLF, quotes where a field needs them.
///
/// A null is an empty field and an empty text is `""`, so that the two can be told apart.
struct CSVWriter {
    /// One record with its line end.
    static func record(_ cells: [TableCell]) -> String {
        let fields = cells.map { cell in
            switch cell {
            case .text(let text): field(text)
            case .number(let digits): field(digits)
            case .null: ""
            }
        }
        return fields.joined(separator: ",") + "\r\n"
    }

    /// The header, from the titles of the columns.
    static func header(_ titles: [String]) -> String {
        record(titles.map { .text($0) })
    }

    private static func field(_ text: String) -> String {
        let needsQuotes =
            text.isEmpty || text.first == " " || text.last == " "
            || text.utf8.contains { $0 == 0x22 || $0 == 0x2c || $0 == 0x0a || $0 == 0x0d }
        guard needsQuotes else { return text }
        var quoted = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" { quoted.unicodeScalars.append(scalar) }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "\""
    }
}

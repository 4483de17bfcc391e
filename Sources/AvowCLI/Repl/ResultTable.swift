import AvowFHIR
import AvowQuery

/// Rows as a table for a person: quantities with their units, long text on several lines, and no more rows than wanted.
struct ResultTable {
    /// The most rows that are shown; nil for all.
    let rowLimit: Int?
    let terminal: Terminal

    /// The table, with its head.
    func text(_ columns: [String], _ rows: [[Cell]]) -> String {
        let shown = rowLimit.map { rows.prefix($0) } ?? rows[...]
        let parser = try? JSONParser()
        var renderer = TableRenderer(titles: columns, terminal: terminal)
        renderer.wraps = true
        return renderer.render(shown.map { row in row.map { ResultTable.cell($0, parser) } })
    }

    /// How a cell is shown: a quantity as its number and its unit.
    private static func cell(_ cell: Cell, _ parser: JSONParser?) -> TableCell {
        switch cell {
        case .null: return .null
        case .number(let digits): return .number(digits)
        case .json(let json):
            guard let quantity = ShownQuantity(json, parser) else { return .text(json) }
            return .number(quantity.text)
        case .boolean, .string: return .text(cell.text)
        }
    }
}

/// A Quantity (FHIR R4, section 2.24.0.6) as far as a person wants to see it.
struct ShownQuantity: Equatable {
    let digits: String
    /// The unit as it is to be shown, or else its code; empty for none.
    let unit: String
    private let comparator: String

    /// Nil for JSON that is no quantity.
    init?(_ json: String, _ parser: JSONParser?) {
        guard json.hasPrefix("{"), json.utf8.count < 4_096, let root = try? parser?.parse(Array(json.utf8)).root,
            let digits = root["value"]?.numberText
        else { return nil }
        let known: Set = ["id", "extension", "value", "comparator", "unit", "system", "code"]
        for member in root.members where !known.contains(member.name) { return nil }
        self.digits = digits
        unit = root["unit"]?.string ?? root["code"]?.string ?? ""
        comparator = root["comparator"]?.string ?? ""
    }

    var text: String { comparator + digits + (unit.isEmpty ? "" : " " + unit) }
}

extension ChartColumn {
    /// The columns of a result as charts take them.
    static func columns(of result: QueryResult) -> [ChartColumn] {
        let parser = try? JSONParser()
        return RowWriter.distinct(result.columns).enumerated().map { index, name in
            var units: Set<String> = []
            let values = result.rows.map { row in
                index < row.count ? ChartValue(row[index], parser, &units) : .null
            }
            return ChartColumn(name: name, unit: units.count == 1 ? units.first ?? "" : "", values: values)
        }
    }
}

extension ChartValue {
    fileprivate init(_ cell: Cell, _ parser: JSONParser?, _ units: inout Set<String>) {
        switch cell {
        case .null: self = .null
        case .boolean(let value): self = .text(value ? "true" : "false")
        case .number(let digits): self = ChartValue(digits: digits, shown: digits)
        case .json(let json):
            guard let quantity = ShownQuantity(json, parser) else {
                self = .text(json)
                return
            }
            units.insert(quantity.unit)
            self = ChartValue(digits: quantity.digits, shown: quantity.text)
        case .string(let text):
            if let date = FHIRDateTime(text) {
                self = .time(Double(date.lowerBound) / 1_000, text)
            } else {
                self = .text(text)
            }
        }
    }

    private init(digits: String, shown: String) {
        // A number too large for a Double is infinite, and left out.
        self = .number(Double(digits) ?? .infinity, shown)
    }
}

import AvowFHIR
import AvowQuery

/// Rows as a table for a person: quantities with their units, periods with their ends, long text on several lines, and no
/// more rows than wanted.
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

    /// How a cell is shown.
    private static func cell(_ cell: Cell, _ parser: JSONParser?) -> TableCell {
        switch cell {
        case .null: return .null
        case .number(let digits): return .number(digits)
        case .json(let json):
            if let quantity = ShownQuantity(json, parser) { return .number(quantity.text) }
            return .text(ShownPeriod(json, parser)?.text ?? json)
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

/// A Period (FHIR R4, section 2.24.0.12) as far as a person wants to see it.
struct ShownPeriod: Equatable {
    /// The beginning and the end, as they are written; nil where the period is open.
    let start: String?
    let end: String?

    /// Nil for JSON that is no period.
    init?(_ json: String, _ parser: JSONParser?) {
        guard json.hasPrefix("{"), json.utf8.count < 4_096, let root = try? parser?.parse(Array(json.utf8)).root else {
            return nil
        }
        for member in root.members where !["id", "extension", "start", "end"].contains(member.name) { return nil }
        start = root["start"]?.string
        end = root["end"]?.string
        guard start != nil || end != nil else { return nil }
    }

    var text: String { "\(start ?? "…") – \(end ?? "…")" }
}

extension ChartColumn {
    /// The columns of a result as charts take them.
    ///
    /// - Parameter meaning: of a code as groups have it, `http://loinc.org|4548-4`; nil for what is none.
    static func columns(of result: QueryResult, meaning: (String) -> String?) -> [ChartColumn] {
        let parser = try? JSONParser()
        return RowWriter.distinct(result.columns).enumerated().map { index, name in
            var units: Set<String> = []
            let values = result.rows.map { row -> ChartValue in
                let value = index < row.count ? ChartValue(row[index], parser, &units) : .null
                if case .text(let text) = value, let meaning = meaning(text) { return .text(meaning) }
                return value
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
            if let quantity = ShownQuantity(json, parser) {
                units.insert(quantity.unit)
                self = ChartValue(digits: quantity.digits, shown: quantity.text)
            } else if let period = ShownPeriod(json, parser) {
                // As conditions on the date do, it counts by where it begins.
                self = ChartValue(date: period.start ?? "") ?? .text(period.text)
            } else {
                self = .text(json)
            }
        case .string(let text): self = ChartValue(date: text) ?? .text(text)
        }
    }

    private init?(date: String) {
        guard let time = FHIRDateTime(date) else { return nil }
        self = .time(Double(time.lowerBound) / 1_000, date)
    }

    private init(digits: String, shown: String) {
        // A number too large for a Double is infinite, and left out.
        self = .number(Double(digits) ?? .infinity, shown)
    }
}

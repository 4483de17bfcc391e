internal import AvowFHIR

/// A row of an answer, whose values are read by the name of their column or by its place, as a type of Swift.
///
/// ```swift
/// for row in try store.query(text, as: actor, for: .treatment).typedRows {
///     let value = try row.value("value", as: FHIRDecimal.self)
///     let date = try row.value("date", as: FHIRDateTime?.self)       // nil where the cell is null
/// }
/// ```
public struct ResultRow: Hashable, Sendable {
    /// The names of the columns.
    public let columns: [String]
    /// The values, one a column.
    public let cells: [Cell]
    /// Which row of the answer it is, from 0.
    public let number: Int

    /// A row of an answer.
    public init(columns: [String], cells: [Cell], number: Int) {
        self.columns = columns
        self.cells = cells
        self.number = number
    }

    /// The cell of the first column of a name; nil when there is no such column.
    public subscript(column: String) -> Cell? {
        columns.firstIndex(of: column).flatMap { cells.indices.contains($0) ? cells[$0] : nil }
    }

    /// The value of the first column of a name.
    ///
    /// - Throws: ``RowValueError`` when there is no such column, or its value is of another type; null is only an optional's.
    public func value<Value: CellValue>(
        _ column: String, as type: Value.Type = Value.self
    ) throws(RowValueError) -> Value {
        guard let cell = self[column] else { throw missing(column, Value.expectation) }
        return try value(cell, column)
    }

    /// The value of a column.
    ///
    /// - Parameter position: which column, from 0.
    /// - Throws: as ``value(_:as:)``.
    public func value<Value: CellValue>(
        at position: Int, as type: Value.Type = Value.self
    ) throws(RowValueError) -> Value {
        guard columns.indices.contains(position), cells.indices.contains(position) else {
            throw RowValueError(
                row: number, column: "column \(position)", expected: Value.expectation,
                found: "\(columns.count) columns, counted from 0")
        }
        return try value(cells[position], columns[position])
    }

    private func value<Value: CellValue>(_ cell: Cell, _ column: String) throws(RowValueError) -> Value {
        guard let value = Value(cell: cell) else {
            throw RowValueError(row: number, column: column, expected: Value.expectation, found: cell.summary)
        }
        return value
    }

    func missing(_ column: String, _ expected: String) -> RowValueError {
        RowValueError(
            row: number, column: column, expected: expected, found: "no such column",
            suggestion: NearestName.of(column, among: columns))
    }
}

/// Why a value of a row could not be read as it was wanted.
public struct RowValueError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Which row of the answer, from 0.
    public let row: Int
    /// The column; in JSON of a column, with the path behind it: `code.coding[0].system`.
    public let column: String
    /// What was wanted.
    public let expected: String
    /// What was there.
    public let found: String
    /// The name of a column that was probably meant.
    public let suggestion: String?

    /// A value that is not there, or is another.
    public init(row: Int, column: String, expected: String, found: String, suggestion: String? = nil) {
        self.row = row
        self.column = column
        self.expected = expected
        self.found = found
        self.suggestion = suggestion
    }

    /// What went wrong, in a sentence.
    public var description: String {
        "row \(row), column '\(column)': expected \(expected), found \(found)"
            + (suggestion.map { "; did you mean '\($0)'?" } ?? "")
    }
}

extension QueryResult {
    /// The rows, to be read by type.
    public var typedRows: [ResultRow] {
        rows.enumerated().map { ResultRow(columns: columns, cells: $1, number: $0) }
    }

    /// The rows as values of a type that has a property for each column that matters to it.
    ///
    /// A property is read from the column of its name (or of its coding key), and is optional where the column can be
    /// null. JSON, such as a whole resource, may be a structure or an array of its own.
    ///
    /// - Throws: ``RowValueError`` for the first value that is missing, null without being optional, or of another type.
    public func rows<Value: Decodable>(as type: Value.Type) throws(RowValueError) -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(rows.count)
        for row in typedRows { values.append(try row.decode(type)) }
        return values
    }
}

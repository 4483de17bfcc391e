public import AvowFHIR

/// A type that the value of a cell can be read as, without a loss.
public protocol CellValue {
    /// What is expected of the cell, for errors: `a whole number`.
    static var expectation: String { get }

    /// Fails when the cell is of another kind.
    init?(cell: Cell)
}

extension Bool: CellValue {
    /// What is expected of the cell.
    public static var expectation: String { "true or false" }

    /// The truth value of a cell.
    public init?(cell: Cell) {
        guard case .boolean(let value) = cell else { return nil }
        self = value
    }
}

extension Int: CellValue {
    /// What is expected of the cell.
    public static var expectation: String { "a whole number" }

    /// The number of a cell, when it is whole and fits.
    public init?(cell: Cell) {
        guard let number = FHIRDecimal(cell: cell)?.integer else { return nil }
        self = number
    }
}

extension Double: CellValue {
    /// What is expected of the cell.
    public static var expectation: String { "a number" }

    /// The binary number nearest to that of a cell; `FHIRDecimal` keeps its digits.
    public init?(cell: Cell) {
        guard case .number(let text) = cell, let number = Double(text), number.isFinite else { return nil }
        self = number
    }
}

extension String: CellValue {
    /// What is expected of the cell.
    public static var expectation: String { "text" }

    /// The text of a cell; that of a number, or of JSON, is not taken for it.
    public init?(cell: Cell) {
        guard case .string(let text) = cell else { return nil }
        self = text
    }
}

extension FHIRDecimal: CellValue {
    /// What is expected of the cell.
    public static var expectation: String { "a number" }

    /// The number of a cell, with its digits.
    public init?(cell: Cell) {
        guard case .number(let text) = cell else { return nil }
        self.init(text)
    }
}

extension FHIRDateTime: CellValue {
    /// What is expected of the cell.
    public static var expectation: String { "a date" }

    /// The date that a cell's text is, as precise as it is written.
    public init?(cell: Cell) {
        guard case .string(let text) = cell else { return nil }
        self.init(text)
    }
}

extension FHIRQuantity: CellValue {
    /// What is expected of the cell.
    public static var expectation: String { "a quantity" }

    /// The quantity that a cell's JSON is: an object with a `value`, and its `system`, `code` and `unit`.
    public init?(cell: Cell) {
        guard case .json(let text) = cell, let document = try? JSONParser().parse(Array(text.utf8)) else { return nil }
        self.init(json: document.root)
    }

    init?(json: JSONValue) {
        guard let number = json["value"]?.numberText.flatMap({ FHIRDecimal($0) }) else { return nil }
        self.init(
            number,
            QuantityUnit(
                system: json["system"]?.string, code: json["code"]?.string, unit: json["unit"]?.string))
    }
}

/// Compact JSON, as a cell has it: an object, a list, or any other value.
public struct JSONText: CellValue, Hashable, Sendable {
    /// The JSON.
    public let text: String

    /// What is expected of the cell.
    public static var expectation: String { "JSON" }

    /// The JSON of any cell but null.
    public init?(cell: Cell) {
        guard cell != .null else { return nil }
        text = cell.json
    }
}

extension Optional: CellValue where Wrapped: CellValue {
    /// What is expected of the cell.
    public static var expectation: String { Wrapped.expectation + " or null" }

    /// Nil for null, and what the cell is otherwise.
    public init?(cell: Cell) {
        guard cell != .null else {
            self = .none
            return
        }
        guard let value = Wrapped(cell: cell) else { return nil }
        self = .some(value)
    }
}

extension Cell {
    /// What the cell is, shortly, for errors.
    var summary: String {
        switch self {
        case .null: "null"
        case .boolean(let value): "\(value)"
        case .number(let text): "the number \(Characters.abbreviated(text))"
        case .string(let text): "the text '\(Characters.abbreviated(text))'"
        case .json(let text): "the JSON \(Characters.abbreviated(text))"
        }
    }
}

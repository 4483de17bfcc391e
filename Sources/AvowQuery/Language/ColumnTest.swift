internal import AvowFHIR

/// What is asked of a column of a view: `systolic >= 140`.
public struct ColumnTest: Hashable, Sendable {
    /// The column's name; `patient` stands for whose the record is where the view has no column of that name.
    public let column: Located<String>
    /// What is asked.
    public let operation: Operation<ColumnLiteral>

    /// A test of a column.
    public init(_ column: Located<String>, _ operation: Operation<ColumnLiteral>) {
        self.column = column
        self.operation = operation
    }
}

/// A value that a column of a view is compared with, as far as its look tells what it is: the column decides.
public enum ColumnLiteral: Hashable, Sendable {
    case number(NumberLiteral)
    /// A date that is no number: a year alone is one.
    case date(DateLiteral)
    case boolean(Bool)
    case text(String)
    /// What a value is to be bound to.
    case placeholder(Placeholder)

    /// Reads a value that stands without quotes.
    init(bare text: String) {
        if let isTrue = ColumnLiteral.boolean(text) {
            self = .boolean(isTrue)
        } else if let number = try? NumberLiteral(text) {
            self = .number(number)
        } else if let date = try? DateLiteral(text) {
            self = .date(date)
        } else {
            self = .text(text)
        }
    }

    private static func boolean(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true": true
        case "false": false
        default: nil
        }
    }
}

extension ColumnTest: CustomStringConvertible, WrittenTest {
    /// The canonical form, which parses to an equal value.
    public var description: String { operation.text(of: column.value) }

    /// `NOT IN`, `IS NOT NULL` and the like; nil where there is no such form.
    public var negatedDescription: String? { operation.negatedText(of: column.value) }
}

extension ColumnLiteral: CustomStringConvertible {
    /// The canonical form, which parses to an equal value.
    public var description: String {
        switch self {
        case .number(let number): number.text
        case .date(let date): date.text
        case .boolean(let value): value ? "true" : "false"
        case .text(let text): CanonicalText.quoted(text, with: "'")
        case .placeholder(let placeholder): placeholder.description
        }
    }
}

extension QueryValue {
    /// The value as a test of a column has it; nil when it is none.
    func columnLiteral() throws(QuerySyntaxError) -> ColumnLiteral? {
        switch self {
        case .string(let text): .text(try QueryValue.quotable(text))
        // A year alone is written as a number is.
        case .date(let date): ColumnLiteral(bare: try DateLiteral(date.text).text)
        case .number(let number): .number(try NumberLiteral(number.description))
        case .boolean(let value): .boolean(value)
        case .reference(let reference): .text(reference.description)
        case .id(let id): .text(id.text)
        case .token, .quantity, .list: nil
        }
    }
}

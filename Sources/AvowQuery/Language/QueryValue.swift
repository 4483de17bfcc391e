public import AvowFHIR

/// A value for a placeholder of a query.
///
/// Literals of Swift will do where the place says what they are: `["code": "loinc|4548-4", "since": "2020", "most": 10]`.
public enum QueryValue: Hashable, Sendable {
    /// Text, read as text in quotes would be read in the place: of a code as `system|code`, of a date as FHIR writes it.
    /// A place for text, or for a URI, takes it as it is.
    case string(String)
    /// A code, its system, or both.
    case token(Token)
    /// A date, as precise as it is; with a time of day, it needs its offset from UTC.
    case date(FHIRDateTime)
    /// A number.
    case number(FHIRDecimal)
    /// A number with a unit: a code of UCUM stands for whatever converts into it.
    case quantity(FHIRDecimal, unit: String)
    /// Yes or no.
    case boolean(Bool)
    /// A resource.
    case reference(ResourceReference)
    /// A logical id.
    case id(ResourceID)
    /// Several values, for a placeholder in the brackets of IN.
    case list([QueryValue])

    /// A code of a system, whatever characters it has; no system for a code without one.
    ///
    /// - Throws: ``QuerySyntaxError`` when no query could ask for it.
    public static func token(system: String, code: String) throws(QuerySyntaxError) -> QueryValue {
        .token(try Token(Token.escaped(system) + "|" + Token.escaped(code)))
    }

    /// A point in time.
    ///
    /// - Parameter instant: milliseconds since 1970-01-01T00:00:00Z.
    /// - Returns: nil outside of the years 1 to 9999.
    public static func date(instant: Int64) -> QueryValue? {
        FHIRDateTime(instant: instant).map(QueryValue.date)
    }
}

extension QueryValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral
{
    /// Text; see ``string(_:)``.
    public init(stringLiteral value: String) { self = .string(value) }

    /// A number.
    public init(integerLiteral value: Int) { self = .number(FHIRDecimal(value)) }

    /// Yes or no.
    public init(booleanLiteral value: Bool) { self = .boolean(value) }

    /// Several values.
    public init(arrayLiteral elements: QueryValue...) { self = .list(elements) }
}

extension QueryValue {
    /// What it is, for errors.
    var kindName: String {
        switch self {
        case .string: "text"
        case .token: "a code"
        case .date: "a date"
        case .number: "a number"
        case .quantity: "a quantity"
        case .boolean: "a boolean"
        case .reference: "a reference"
        case .id: "an id"
        case .list: "a list"
        }
    }

    /// The value as a condition on a parameter of a kind has it; nil when it is of another kind.
    ///
    /// - Throws: about the whole of a text that cannot be read.
    func conditionValue(of kind: ParameterKind) throws(QuerySyntaxError) -> ConditionValue? {
        switch (kind, self) {
        case (.patient, .string(let text)): return .reference(try QueryValue.patient(try ResourceReference(text)))
        case (.patient, .reference(let reference)): return .reference(try QueryValue.patient(reference))
        case (.id, .string(let text)): return .id(try ResourceID(text))
        case (.id, .id(let id)): return .id(id)
        case (.token, .string(let text)): return .token(try Token(text))
        case (.token, .token(let token)): return .token(token)
        case (.date, .string(let text)): return .date(try DateLiteral(text))
        case (.date, .date(let date)): return .date(try DateLiteral(date.text))
        case (.number, .number(let number)): return .number(try NumberLiteral(number.description))
        case (.quantity, .number(let number)): return .quantity(try NumberLiteral(number.description), unit: nil)
        case (.quantity, .quantity(let number, let unit)):
            return .quantity(try NumberLiteral(number.description), unit: try QueryValue.quotable(unit))
        case (.string, .string(let text)), (.uri, .string(let text)): return .text(try QueryValue.quotable(text))
        case (.reference, .reference(let reference)): return .reference(reference)
        case (.reference, .string(let text)):
            // As the parser does: an absolute URI is a reference, too.
            if let reference = try? ResourceReference(text) { return .reference(reference) }
            guard text.contains(":") else { return .reference(try ResourceReference(text)) }
            return .text(try QueryValue.quotable(text))
        default: return nil
        }
    }

    /// The value as HAVING has it; nil when it is of another kind.
    func groupLiteral() throws(QuerySyntaxError) -> GroupLiteral? {
        switch self {
        case .string(let text): .text(try QueryValue.quotable(text))
        case .date(let date): .text(date.text)
        case .number(let number): .number(try NumberLiteral(number.description))
        default: nil
        }
    }

    /// The value as LIMIT has it; nil when it is none.
    var limit: Limit? {
        if case .number(let number) = self { number.integer.flatMap { Limit($0) } } else { nil }
    }

    /// The value as AS OF has it; nil when it is none.
    func asOf(in place: Placeholder.Place) throws(QuerySyntaxError) -> AsOf? {
        switch (place, self) {
        case (.commit, .number(let number)):
            return number.integer.flatMap { UInt64(exactly: $0) }.flatMap(CommitNumber.init).map(AsOf.commit)
        case (.value(.date), .string(let text)): return .date(try DateLiteral(text))
        case (.value(.date), .date(let date)): return .date(try DateLiteral(date.text))
        default: return nil
        }
    }

    private static func patient(_ reference: ResourceReference) throws(QuerySyntaxError) -> ResourceReference {
        guard reference.type == "Patient" else {
            throw QuerySyntaxError(.invalidValue, "'\(reference)' is not a patient", at: SourceRange(0, 0))
        }
        return reference
    }

    /// Text that can stand in quotes.
    static func quotable(_ text: String) throws(QuerySyntaxError) -> String {
        guard !text.utf8.contains(where: Characters.isControl) else {
            throw QuerySyntaxError(
                .invalidText, "a quotation holds no line end, tab or control character", at: SourceRange(0, 0))
        }
        return text
    }
}

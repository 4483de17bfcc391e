/// A place in a query that is left open for a value: `$since` in `date >= $since`.
///
/// A query with placeholders is parsed once; ``Query/binding(_:)`` puts values into its syntax tree. No value ever becomes
/// a part of a text that is parsed as a query.
public struct Placeholder: Hashable, Sendable {
    /// What can stand in the place.
    public enum Place: Hashable, Sendable {
        /// What a search parameter of this kind is compared with.
        case value(ParameterKind)
        /// What a value of a group is compared with: a number or text.
        case groupValue
        /// What a column of a view is compared with, which decides what it can be.
        case columnValue
        /// How many rows: behind LIMIT or OFFSET.
        case rowCount
        /// Which commit: behind AS OF COMMIT.
        case commit
        /// A value within a path of FHIRPath.
        case path
        /// How many days, or other units: behind WITHIN.
        case distance
        /// Who asks: behind AS.
        case actor
        /// Why: behind FOR.
        case purpose
        /// Why the glass is broken: behind REASON.
        case reason
        /// A resource: behind HISTORY OF.
        case resource
        /// The number of a version.
        case version
    }

    /// The name, without the `$`.
    public let name: String
    /// What can stand in its place.
    public let place: Place

    /// The length of a name in bytes.
    static let greatestLength = 64

    init(_ name: String, _ place: Place) {
        self.name = name
        self.place = place
    }
}

extension Placeholder: CustomStringConvertible {
    /// The placeholder as a query's text has it.
    public var description: String { "$" + name }
}

extension Placeholder.Place {
    /// What can stand here, for errors.
    var expected: [String] {
        switch self {
        case .value(.patient): ["a reference such as Patient/123"]
        case .value(.id): ["a resource id"]
        case .value(.token): ["a code such as loinc|4548-4"]
        case .value(.date): ["a date"]
        case .value(.number): ["a number"]
        case .value(.quantity): ["a quantity", "a number"]
        case .value(.string): ["text"]
        case .value(.reference): ["a reference such as Practitioner/1"]
        case .value(.uri): ["a URI as text"]
        case .value(.composite(let kinds)): kinds.flatMap { Placeholder.Place.value($0).expected }
        case .groupValue: ["a number", "text"]
        case .columnValue: ["a number", "a date", "a boolean", "text"]
        case .rowCount: ["a whole number from 0 to \(QueryLimits.rows)"]
        case .commit: ["the number of a commit"]
        case .path: ["a number", "a quantity", "a date", "a boolean", "text"]
        case .distance: ["a whole number from 0 to \(CalendarDistance.greatestCount)"]
        case .actor: ["who asks, such as 'Practitioner/1'"]
        case .purpose: ["a purpose of use such as TREAT"]
        case .reason: ["the reason as text"]
        case .resource: ["a resource such as Observation/123"]
        case .version: ["the number of a version, from 1"]
        }
    }
}

// Placeholders in the text of a query.
extension StatementParser {
    /// Takes a placeholder if one begins here. No value without quotes begins with its sign.
    mutating func placeholder(for place: Placeholder.Place) throws(QuerySyntaxError) -> Located<Placeholder>? {
        let start = scanner.position
        guard scanner.take("$") else { return nil }
        guard let name = scanner.word(), name.value.utf8.count <= Placeholder.greatestLength else {
            throw scanner.unexpected(["the name of a placeholder", "the value in quotes"])
        }
        scanner.position = name.range.upperBound
        return Located(Placeholder(name.value, place), at: SourceRange(start, scanner.position))
    }
}

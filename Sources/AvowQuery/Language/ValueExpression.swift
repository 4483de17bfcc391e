/// How a value is computed: of one resource, or of a group of them.
public indirect enum ValueExpression: Hashable, Sendable {
    /// What a path of FHIRPath takes out of a resource, or the name of a search parameter what it finds there.
    case path(PathExpression)
    /// The year or month in which a date begins: `year(date)`.
    case bucket(CalendarUnit, Located<ValueExpression>)
    /// How many whole years lie between a date and another, or the time of the request: `age(birthDate, date)`.
    case age(Located<ValueExpression>, Located<ValueExpression>?)
    /// The greatest multiple of a width that is not above a number: `bucket(value.value, 10)`.
    case step(Located<ValueExpression>, NumberLiteral)
    /// A value of the patient's first record of a kind: `(SELECT birthDate FROM Patient)`.
    case joined(SelectStatement)
    /// A value of a group.
    case aggregate(Aggregate)

    /// Whether it is computed of a group and not of one resource.
    public var isAggregate: Bool {
        if case .aggregate = self { true } else { false }
    }
}

/// A stretch of the calendar that dates are gathered in.
public enum CalendarUnit: String, CaseIterable, Hashable, Sendable {
    case year, month
}

/// What is computed of all resources of a group.
public enum Aggregate: Hashable, Sendable {
    /// `COUNT(*)`: how many there are.
    case count
    /// Of the values that an expression has in them, each of several values for itself.
    case of(AggregateFunction, Located<ValueExpression>)
}

/// What is computed of values.
public enum AggregateFunction: Hashable, Sendable {
    case count
    /// How many different ones there are.
    case countDistinct
    case sum, average, minimum, maximum, median
    /// The value that so many of a hundred are not above.
    case percentile(NumberLiteral)

    /// The word that calls it.
    var name: String {
        switch self {
        case .count, .countDistinct: "COUNT"
        case .sum: "SUM"
        case .average: "AVG"
        case .minimum: "MIN"
        case .maximum: "MAX"
        case .median: "MEDIAN"
        case .percentile: "PERCENTILE"
        }
    }
}

/// One test of HAVING: what a group must meet.
public struct GroupTest: Hashable, Sendable {
    /// What is asked about: a value of the group, or the name of a column.
    public let value: Located<ValueExpression>
    /// What is asked.
    public let operation: Operation<GroupLiteral>

    /// A test of a value.
    public init(_ value: Located<ValueExpression>, _ operation: Operation<GroupLiteral>) {
        self.value = value
        self.operation = operation
    }
}

/// A value that HAVING compares with.
public enum GroupLiteral: Hashable, Sendable {
    case number(NumberLiteral)
    case text(String)
    /// What a value is to be bound to.
    case placeholder(Placeholder)
}

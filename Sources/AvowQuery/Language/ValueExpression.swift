/// How a value is computed: of one resource, or of a group of them.
public enum ValueExpression: Hashable, Sendable {
    /// What a path of FHIRPath takes out of a resource, or the name of a search parameter what it finds there.
    case path(PathExpression)
    /// The year or month in which a date begins: `year(date)`.
    case bucket(CalendarUnit, PathExpression)
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
}

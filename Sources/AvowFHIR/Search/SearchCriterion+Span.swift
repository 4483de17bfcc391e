extension SearchCriterion {
    /// The condition that a date begins within a span, and ends there too.
    ///
    /// Of an instant it asks whether the span holds it; an end of the span that is open is asked for nothing.
    public init(dateWithin span: SearchDate) {
        kind = .date
        modifier = nil
        if span.from == .min {
            comparison = .less
            operand = .date(SearchDate(from: span.until, until: span.until))
        } else if span.until == .max {
            comparison = .greaterOrEqual
            operand = .date(SearchDate(from: span.from, until: span.from))
        } else {
            comparison = .equal
            operand = .date(span)
        }
    }
}

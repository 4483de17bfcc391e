internal import AvowFHIR

// Prepared queries: values for placeholders.
extension Query {
    /// The query with values in the places of its placeholders.
    ///
    /// The values go into the syntax tree. The text of the result is the canonical text of that tree, with the values as
    /// literals in place: it is what an answer states, and what a verifier reads.
    ///
    /// ```swift
    /// let recent = try Query("SELECT date, value.value FROM Observation WHERE code = $code AND date >= $since")
    /// let bound = try recent.binding(["code": "loinc|4548-4", "since": "2020"])
    /// ```
    ///
    /// - Parameter values: by the names of the placeholders, without the `$`; one value for all placeholders of a name.
    /// - Throws: `QueryError.syntax` for a placeholder without a value, a value without a placeholder, and one that cannot
    ///   stand in its place; the range is of the placeholder in this query's text.
    /// - Complexity: O(n) in the length of the text of the result, which is planned anew.
    public func binding(_ values: [String: QueryValue]) throws(QueryError) -> Query {
        let names = Set(placeholders.map(\.value.name))
        if let unknown = values.keys.filter({ !names.contains($0) }).min() {
            throw .syntax(
                QuerySyntaxError(
                    .unknownPlaceholder, "the query has no placeholder $\(Characters.abbreviated(unknown))",
                    at: SourceRange(0, text.utf8.count), expected: names.sorted().map { "$" + $0 },
                    suggestion: NearestName.of(unknown, among: names.sorted()).map { "$" + $0 }))
        }
        guard !placeholders.isEmpty else { return self }
        var binder = PlaceholderBinder(values)
        let bound: Statement
        do throws(QuerySyntaxError) {
            bound = try binder.statement(statement)
        } catch {
            throw .syntax(error)
        }
        return try Query(bound: bound, in: text)
    }

    /// Refuses a query that has placeholders.
    public func requireValues() throws(QueryError) {
        if let first = placeholders.first { throw .syntax(PlaceholderBinder.unbound(first)) }
    }
}

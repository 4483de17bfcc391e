internal import Synchronization

/// Queries by their texts, the last few hundred: parsing and planning one takes as long as reading a hundred entries, and
/// programs ask the same again and again.
public final class PreparedQueries: Sendable {
    /// Above so many all are forgotten at once.
    private static let mostQueries = 256

    private let queries = Mutex<[QueryBytes: Query]>([:])

    /// No queries yet.
    public init() {}

    /// The query of a text.
    ///
    /// - Throws: `QueryError` as `Query.init(_:)` does; what is wrong is not kept.
    public func query(_ text: String) throws(QueryError) -> Query {
        let key = QueryBytes(text)
        if let known = queries.withLock({ $0[key] }) { return known }
        let query = try Query(text)
        guard key.isShort else { return query }
        queries.withLock { queries in
            if queries.count >= PreparedQueries.mostQueries { queries.removeAll(keepingCapacity: true) }
            queries[key] = query
        }
        return query
    }
}

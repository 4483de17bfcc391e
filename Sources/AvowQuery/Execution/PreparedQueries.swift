internal import Synchronization

/// Queries by their texts, the last few hundred: parsing and planning one takes as long as reading a hundred entries, and
/// programs ask the same again and again.
public final class PreparedQueries: Sendable {
    /// Above so many all are forgotten at once; longer texts are not kept at all.
    private static let (mostQueries, longestQuery) = (256, 4_096)

    /// By the bytes of their texts: equal strings may differ in these.
    private struct Text: Hashable {
        let bytes: [UInt8]

        func hash(into hasher: inout Hasher) {
            // The bytes are read during the call only; one by one they would take ten times as long.
            unsafe bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
        }
    }

    private let queries = Mutex<[Text: Query]>([:])

    /// No queries yet.
    public init() {}

    /// The query of a text.
    ///
    /// - Throws: `QueryError` as `Query.init(_:)` does; what is wrong is not kept.
    public func query(_ text: String) throws(QueryError) -> Query {
        let key = Text(bytes: Array(text.utf8))
        if let known = queries.withLock({ $0[key] }) { return known }
        let query = try Query(text)
        guard key.bytes.count <= PreparedQueries.longestQuery else { return query }
        queries.withLock { queries in
            if queries.count >= PreparedQueries.mostQueries { queries.removeAll(keepingCapacity: true) }
            queries[key] = query
        }
        return query
    }
}

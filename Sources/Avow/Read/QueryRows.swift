public import AvowConsent
public import AvowQuery

/// The rows of a query, one after the other, as they are found.
///
/// They are those of `Snapshot.query(prepared:as:for:breakGlassReason:)`, in the same order. They are found on a thread of their own, no
/// more than a few thousand rows ahead of whoever takes them. Rows that must be sorted or grouped first, and those of
/// `SELECT *`, whose columns only the last record decides, are in memory all at once; all others are not.
///
/// The rows can be taken once: two iterators share them. When the task that waits for a row is cancelled, or the rows and
/// their iterator are let go of, the query ends soon after, and with it its snapshot.
public struct QueryRows: AsyncSequence, Sendable {
    private let source: RowSource

    /// The rows of a query over a snapshot, which is theirs from now on.
    ///
    /// - Parameters: as in `Snapshot.query(prepared:as:for:breakGlassReason:)`; what that throws, taking the first row throws.
    public init(
        _ query: Query, over snapshot: sending Snapshot, as actor: AvowConsent.Actor? = nil, for purpose: Purpose? = nil
    ) {
        source = RowSource(RowProducer.begin(query, over: snapshot, as: actor, for: purpose))
    }

    /// An iterator over the rows that have not been taken yet.
    public func makeAsyncIterator() -> Iterator { Iterator(source) }

    /// The rows as values of a type; see `QueryResult.rows(as:)`.
    public func rows<Value: Decodable & Sendable>(
        as type: Value.Type
    ) -> some AsyncSequence<Value, any Error> & Sendable {
        map { (row) throws -> Value in try row.decode(type) }
    }

    /// Takes one row after the other.
    public struct Iterator: AsyncIteratorProtocol {
        private let source: RowSource
        private var batch = RowBatch()
        private var position = 0

        fileprivate init(_ source: RowSource) {
            self.source = source
        }

        /// The next row; nil after the last.
        ///
        /// - Throws: as `Snapshot.query(prepared:as:for:breakGlassReason:)`; `StoreError.cancelled` when the task is cancelled.
        public mutating func next(
            isolation actor: isolated (any _Concurrency.Actor)?
        ) async throws(StoreError) -> ResultRow? {
            // Rows that are there already are no reason to go on.
            guard !Task.isCancelled else {
                source.channel.close()
                throw .cancelled
            }
            while position == batch.rows.count {
                guard let following = try await source.channel.receive(isolation: actor) else { return nil }
                batch = following
                position = 0
            }
            defer { position += 1 }
            return ResultRow(columns: batch.columns, cells: batch.rows[position], number: batch.firstRow + position)
        }

        /// The next row; nil after the last.
        public mutating func next() async throws(StoreError) -> ResultRow? { try await next(isolation: nil) }
    }
}

/// Ends the query when nobody wants its rows any more.
private final class RowSource: Sendable {
    let channel: RowChannel

    init(_ channel: RowChannel) {
        self.channel = channel
    }

    deinit {
        channel.close()
    }
}

extension Store {
    /// The rows of a query at the newest commit, one after the other, as they are found; see ``QueryRows``.
    ///
    /// ```swift
    /// for try await row in try store.rows(of: query, as: actor, for: .treatment) {
    ///     print(try row.value("id", as: String.self))
    /// }
    /// ```
    ///
    /// - Throws: when there is no snapshot to be had; what is wrong with the query, taking the first row throws.
    public func rows(
        of query: Query, as actor: AvowConsent.Actor? = nil, for purpose: Purpose? = nil
    ) throws(StoreError) -> QueryRows {
        QueryRows(query, over: try snapshot(), as: actor, for: purpose)
    }
}

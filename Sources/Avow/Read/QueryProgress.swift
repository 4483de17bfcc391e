internal import Synchronization

/// How far queries have come, for somebody who waits for them.
///
/// ```swift
/// let progress = QueryProgress()
/// let query = Task { try QueryProgress.$current.withValue(progress) { try store.query(text) } }
/// // Elsewhere: progress.records, and query.cancel() when it takes too long.
/// ```
public final class QueryProgress: Sendable {
    /// What the queries of the current task report to; nil for nothing.
    @TaskLocal public static var current: QueryProgress?

    private let opened = Atomic<Int>(0)

    /// A count that begins at 0.
    public init() {}

    /// How many records the queries have asked for so far.
    public var records: Int { opened.load(ordering: .relaxed) }

    func add(records count: Int) {
        opened.wrappingAdd(count, ordering: .relaxed)
    }
}

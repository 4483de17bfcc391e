internal import AvowConsent
internal import AvowQuery
internal import Dispatch
internal import Synchronization

/// Finds the rows of a query on a thread of its own.
enum RowProducer {
    /// How many rows are handed over at once, at most.
    private static let batchSize = 1_024

    static func begin(
        _ query: Query, over snapshot: sending Snapshot, as actor: AvowConsent.Actor?, for purpose: Purpose?
    ) -> RowChannel {
        let channel = RowChannel()
        let held = HeldSnapshot(snapshot)
        // A task, so that cancelling it ends the query as it ends any other; on a thread that may wait.
        let task = Task(executorPreference: WaitingThreads.shared) {
            let failure = held.withSnapshot { snapshot in
                do throws(StoreError) {
                    try produce(query, snapshot, actor, purpose, into: channel)
                    return nil as StoreError?
                } catch {
                    return error
                }
            }
            channel.finish(failure)
        }
        channel.setProducer(task)
        return channel
    }

    private static func produce(
        _ query: Query, _ snapshot: Snapshot, _ actor: AvowConsent.Actor?, _ purpose: Purpose?,
        into channel: RowChannel
    ) throws(StoreError) {
        var count = 0
        try snapshot.forEachBatch(of: query, as: actor, for: purpose) { (columns, rows) throws(StoreError) in
            var rest = rows[...]
            while !rest.isEmpty {
                try channel.give(RowBatch(columns: columns, rows: Array(rest.prefix(batchSize)), firstRow: count))
                count += min(batchSize, rest.count)
                rest = rest.dropFirst(batchSize)
            }
        }
    }
}

/// A snapshot until the query over it has ended.
private final class HeldSnapshot: Sendable {
    private let snapshot: Mutex<Snapshot?>

    init(_ snapshot: sending Snapshot) {
        self.snapshot = Mutex(snapshot)
    }

    /// Lets go of the snapshot behind `body`. It is called once.
    func withSnapshot(_ body: (Snapshot) -> StoreError?) -> StoreError? {
        snapshot.withLock { held in
            let failure = held.map(body) ?? nil
            held = nil
            return failure
        }
    }
}

/// Runs each task on a thread that may wait: the threads that tasks share are few, and must not.
private final class WaitingThreads: TaskExecutor {
    static let shared = WaitingThreads()

    func enqueue(_ job: consuming ExecutorJob) {
        // Run once, as `enqueue` must.
        let job = UnownedJob(job)
        // A queue of its own, so that one that waits does not keep others waiting.
        DispatchQueue(label: "avow.rows").async {
            unsafe job.runSynchronously(on: self.asUnownedTaskExecutor())
        }
    }
}

internal import AvowQuery
internal import Dispatch
internal import Synchronization

/// Rows that were found together.
struct RowBatch: Sendable {
    var columns: [String] = []
    var rows: [[Cell]] = []
    /// Which row of the answer the first is.
    var firstRow = 0
}

/// Hands rows from the thread that finds them to the tasks that want them, a few batches ahead.
final class RowChannel: Sendable {
    private typealias Taken = Result<RowBatch?, StoreError>

    private struct State {
        var batches: [RowBatch] = []
        var waiters: [CheckedContinuation<Taken, Never>] = []
        var isClosed = false
        var isFinished = false
        /// What the query ended with, until somebody was told.
        var failure: StoreError?
        var producer: Task<Void, Never>?
    }

    /// How many batches may be there that nobody has taken.
    private static let mostBatches = 2

    private let state = Mutex(State())
    /// Counts the batches that there is room for. It begins at 0 since it must not end below what it begins with.
    private let room = DispatchSemaphore(value: 0)

    init() {
        for _ in 0..<RowChannel.mostBatches { room.signal() }
    }

    // MARK: Who finds rows

    func setProducer(_ task: Task<Void, Never>) {
        let isClosed = state.withLock { state in
            state.producer = task
            return state.isClosed
        }
        if isClosed { task.cancel() }
    }

    /// Hands over some rows, when there is room for them.
    ///
    /// - Throws: `.cancelled` when nobody wants them.
    func give(_ batch: RowBatch) throws(StoreError) {
        room.wait()
        let (isClosed, waiter) = state.withLock { state -> (Bool, CheckedContinuation<Taken, Never>?) in
            if state.isClosed { return (true, nil) }
            if !state.waiters.isEmpty { return (false, state.waiters.removeFirst()) }
            state.batches.append(batch)
            return (false, nil)
        }
        if isClosed { throw .cancelled }
        guard let waiter else { return }
        room.signal()
        waiter.resume(returning: .success(batch))
    }

    /// There are no more rows.
    func finish(_ failure: StoreError?) {
        let waiters = state.withLock { state in
            state.isFinished = true
            state.producer = nil
            // Who closed it knows.
            if !state.isClosed { state.failure = failure }
            defer { state.waiters = [] }
            return state.waiters.map { ($0, RowChannel.end(&state)) }
        }
        for (waiter, end) in waiters { waiter.resume(returning: end) }
    }

    private static func end(_ state: inout State) -> Taken {
        defer { state.failure = nil }
        return state.failure.map { .failure($0) } ?? .success(nil)
    }

    // MARK: Who wants rows

    /// The next rows; nil behind the last.
    func receive(isolation actor: isolated (any _Concurrency.Actor)?) async throws(StoreError) -> RowBatch? {
        let taken = await withTaskCancellationHandler(
            operation: {
                await withCheckedContinuation(isolation: actor) { continuation in
                    if let taken = take(else: continuation) { continuation.resume(returning: taken) }
                }
            }, onCancel: { close() }, isolation: actor)
        return try taken.get()
    }

    private func take(else waiter: CheckedContinuation<Taken, Never>) -> Taken? {
        let taken = state.withLock { state -> Taken? in
            if state.isClosed { return .failure(.cancelled) }
            if !state.batches.isEmpty { return .success(state.batches.removeFirst()) }
            if state.isFinished { return RowChannel.end(&state) }
            state.waiters.append(waiter)
            return nil
        }
        if case .success(.some) = taken { room.signal() }
        return taken
    }

    /// Nobody wants rows any more: ends the query.
    func close() {
        let (waiters, producer) = state.withLock { state in
            state.isClosed = true
            state.batches = []
            defer { (state.waiters, state.producer) = ([], nil) }
            return (state.waiters, state.producer)
        }
        producer?.cancel()
        room.signal()
        for waiter in waiters { waiter.resume(returning: .failure(.cancelled)) }
    }
}

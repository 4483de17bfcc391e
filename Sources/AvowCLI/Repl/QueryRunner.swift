import Avow
import Foundation
import Synchronization

/// Runs what may take long in a task of its own, so that it can be stopped, and shows how far it is.
struct QueryRunner {
    /// Before this much time has gone by nothing is shown.
    static let patience = Duration.milliseconds(500)
    private static let interval = DispatchTimeInterval.milliseconds(50)

    /// Where progress is shown.
    let console: Console

    /// Runs `body`.
    ///
    /// - Parameters:
    ///   - deadline: after which it is stopped; nil for never.
    ///   - isStopped: asked every now and then whether somebody wants it to stop.
    /// - Throws: what `body` throws; `.cancelled` when it was stopped.
    func run<Value: Sendable>(
        deadline: Duration? = nil, isStopped: () -> Bool, _ body: @escaping @Sendable () throws(StoreError) -> Value
    ) throws(StoreError) -> Value {
        let progress = QueryProgress()
        let outcome = Outcome<Value>()
        let task = Task.detached {
            outcome.set(
                QueryProgress.$current.withValue(progress) {
                    Result { () throws(StoreError) in try body() }
                })
        }
        let start = ContinuousClock.now
        var isShown = false
        while outcome.wait(QueryRunner.interval) == .timedOut {
            let elapsed = ContinuousClock.now - start
            if isStopped() || deadline.map({ elapsed > $0 }) == true { task.cancel() }
            guard console.error.allowsRewriting, deadline == nil, elapsed >= QueryRunner.patience else { continue }
            isShown = true
            let records = progress.records
            var line = "\(HumanFormat.duration(elapsed))"
            if records > 0 { line += ", \(HumanFormat.count(records, "record")) read" }
            line += task.isCancelled ? "; stopping" : "; Ctrl-C stops it"
            let width = max(1, (console.error.width ?? 80) - 1)
            console.write("\r\(DisplayText.truncated(line, to: width))\u{1b}[K", to: .error)
        }
        if isShown { console.write("\r\u{1b}[K", to: .error) }
        guard let result = outcome.result else { throw .cancelled }
        return try result.get()
    }
}

/// A result that a task will have.
private final class Outcome<Value: Sendable>: Sendable {
    private let content = Mutex<Result<Value, StoreError>?>(nil)
    private let isThere = DispatchSemaphore(value: 0)

    func set(_ result: Result<Value, StoreError>) {
        content.withLock { $0 = result }
        isThere.signal()
    }

    func wait(_ time: DispatchTimeInterval) -> DispatchTimeoutResult { isThere.wait(timeout: .now() + time) }

    var result: Result<Value, StoreError>? { content.withLock { $0 } }
}

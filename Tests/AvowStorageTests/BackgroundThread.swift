import Foundation
import Synchronization

/// A thread that runs a body and can be waited for. Tests that block do so here, not on the threads that run tasks,
/// of which there may be only two.
final class BackgroundThread<Value: Sendable>: Sendable {
    private let result = Mutex<Result<Value, any Error>?>(nil)
    private let done = DispatchSemaphore(value: 0)

    init(_ body: @escaping @Sendable () throws -> Value) {
        Thread.detachNewThread { [self] in
            let outcome = Result { try body() }
            result.withLock { result in result = outcome }
            done.signal()
        }
    }

    /// Waits for the end, once.
    func value() throws -> Value? {
        done.wait()
        return try result.withLock { result in try result?.get() }
    }
}

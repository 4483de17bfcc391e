#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A bounded wait by asking again at growing intervals.
///
/// What is waited for here (`flock`, the end of snapshots) cannot be waited for with a deadline otherwise, and is
/// rare: an interval starts at 50 µs and doubles up to 5 ms.
struct Waiting {
    private let deadline: ContinuousClock.Instant
    private var interval: Duration = .microseconds(50)

    init(patience: Duration) {
        deadline = ContinuousClock.now + min(max(patience, .zero), .seconds(1_000_000_000))
    }

    var remaining: Duration { max(deadline - ContinuousClock.now, .zero) }

    /// Sleeps one interval, or what is left until the deadline. Returns false, at once, when nothing is left.
    mutating func sleep() -> Bool {
        let left = remaining
        guard left > .zero else { return false }
        let pause = min(interval, left)
        usleep(UInt32(pause / .microseconds(1)) + 1)
        interval = min(interval * 2, .milliseconds(5))
        return true
    }
}

/// The calling thread, to be compared with another one that is alive.
struct ThreadIdentity: Equatable {
    private let value: UInt

    static var current: ThreadIdentity {
        #if canImport(Darwin)
            // The pointer serves as a number; nothing is read through it.
            ThreadIdentity(value: unsafe UInt(bitPattern: pthread_self()))
        #else
            ThreadIdentity(value: UInt(pthread_self()))
        #endif
    }
}

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Which signals came while one watches: a word for each. A signal handler may do nothing but store to words like
/// these, which are there before a handler is.
// Handlers only set words, watchers only read and clear them, and each is stored in one piece.
private nonisolated(unsafe) let arrivals = {
    let words = UnsafeMutablePointer<sig_atomic_t>.allocate(capacity: SignalWatch.count)
    unsafe words.initialize(repeating: 0, count: SignalWatch.count)
    return unsafe words
}()

/// Holds signals back that would end, stop or disturb the process, until it is convenient.
///
/// One watch at a time: signal handlers are the process's.
struct SignalWatch {
    /// Signals have smaller numbers.
    fileprivate static let count = 65
    /// Those that end or stop a process from outside or from its terminal.
    static let ending = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP]

    private let watched: [Int32]
    private let previous: [sigaction]

    init(_ signals: [Int32] = SignalWatch.ending) {
        watched = signals
        for signal in signals { unsafe arrivals[Int(signal)] = 0 }
        var action = sigaction()
        #if canImport(Darwin)
            unsafe action.__sigaction_u.__sa_handler = { unsafe arrivals[Int($0)] = 1 }
        #else
            unsafe action.__sigaction_handler.sa_handler = { unsafe arrivals[Int($0)] = 1 }
        #endif
        // Both structures belong to this function; the handler is a plain function and stays valid.
        previous = signals.map { signal in
            var previous = sigaction()
            unsafe sigaction(signal, &action, &previous)
            return previous
        }
    }

    /// A signal that came, or 0.
    var received: Int32 {
        // Words that live as long as the process.
        watched.first { unsafe arrivals[Int($0)] != 0 } ?? 0
    }

    /// Whether a signal came since this was last asked.
    func take(_ signal: Int32) -> Bool {
        // As above.
        guard unsafe arrivals[Int(signal)] != 0 else { return false }
        unsafe arrivals[Int(signal)] = 0
        return true
    }

    /// Gives the signals back to whoever had them, and lets one that was held back take effect.
    func stop() {
        for (signal, action) in zip(watched, previous) {
            var action = action
            // As in init.
            unsafe sigaction(signal, &action, nil)
        }
        let held = received
        // To the process, as it came, since this thread may be one that blocks signals.
        if held != 0, held != SIGWINCH { kill(getpid(), held) }
    }
}

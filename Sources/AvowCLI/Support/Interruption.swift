import Dispatch

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Says something when the user interrupts the process, and then ends it.
///
/// Nothing is undone: what a store has committed stays, and what it has not was never there.
final class Interruption {
    private let source: any DispatchSourceSignal

    /// - Parameter message: one line, without the command's name.
    init(_ message: String) {
        // Otherwise the signal ends the process before anybody hears of it.
        signal(SIGINT, SIG_IGN)
        source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global(qos: .userInitiated))
        let console = Console.current
        source.setEventHandler {
            console.write("\navow: \(message)\n", to: .error)
            endProcess(.failure)
        }
        source.resume()
    }

    /// Lets interruptions end the process again, without a word.
    func forget() {
        source.cancel()
        signal(SIGINT, SIG_DFL)
    }
}

import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A figure of a run.
struct Figure {
    let name: String
    let value: Double
    let unit: String
}

/// Runs `body` several times and gives the median of how long it took.
///
/// - Returns: microseconds.
func median(_ runs: Int, _ body: () throws -> Void) rethrows -> Double {
    var times: [Double] = []
    for _ in 0..<runs {
        let clock = ContinuousClock()
        let start = clock.now
        try body()
        times.append(microseconds(clock.now - start))
    }
    return times.sorted()[times.count / 2]
}

/// Runs `body` many times, in 25 batches, and gives the processor time that a run took in the best of them: what it
/// costs, whatever else the machine does.
///
/// - Returns: microseconds, of all threads together.
func best(_ runs: Int, _ body: () throws -> Void) rethrows -> Double {
    let batch = max(1, runs / 25)
    var best = Double.infinity
    for _ in 0..<25 {
        let start = processorTime
        for _ in 0..<batch { try body() }
        best = min(best, (processorTime - start) / Double(batch))
    }
    return best
}

/// The processor time that this process has used, in microseconds.
var processorTime: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3
}

func microseconds(_ duration: Duration) -> Double {
    let parts = duration.components
    return Double(parts.seconds) * 1e6 + Double(parts.attoseconds) / 1e12
}

/// The most memory that this process has held, in MiB.
var peakMemory: Double {
    var usage = rusage()
    #if canImport(Darwin)
        getrusage(RUSAGE_SELF, &usage)
        return Double(usage.ru_maxrss) / 1_048_576
    #else
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return Double(usage.ru_maxrss) / 1_024
    #endif
}

/// The processor time that this process has taken so far, in seconds.
var processorTime: (user: Double, system: Double) {
    var usage = rusage()
    #if canImport(Darwin)
        getrusage(RUSAGE_SELF, &usage)
    #else
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    #endif
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return (seconds(usage.ru_utime), seconds(usage.ru_stime))
}

/// A folder that is removed when the object goes.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("avow-benchmark-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }
}

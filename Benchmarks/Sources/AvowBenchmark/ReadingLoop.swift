import Avow
import AvowConsent
import AvowFHIR
import BenchmarkSupport

/// Reads the same things again and again, for a profiler or a counter of instructions to watch.
///
///     perf record Benchmarks/.build/release/AvowBenchmark loop records WORKLOAD STORE 50
///     perf stat -e instructions:u Benchmarks/.build/release/AvowBenchmark loop records WORKLOAD STORE 50
///
/// The first round finds nothing in the store's caches and is timed by itself; what a round costs after it is also the
/// difference of two runs, divided by the difference of their rounds.
enum ReadingLoop {
    /// What is read in a round.
    enum Subject: String, CaseIterable {
        /// Records by their ids.
        case records
        /// All observations of patients, by a query each.
        case patients
    }

    static func run(_ subject: Subject, _ workload: Workload, store path: String, rounds: Int) throws {
        let snapshot = try BenchmarkStore.open(at: path).snapshot()
        let actor = try Actor("Practitioner/1")
        let round: () throws -> Int
        switch subject {
        case .records:
            let records = try workload.recordsToRead().compactMap { read in
                ResourceType(name: read.type).map { ($0, read.id) }
            }
            round = {
                try records.reduce(0) {
                    try $0 + (snapshot.read($1.0, id: $1.1, as: actor, for: .treatment) == nil ? 0 : 1)
                }
            }
        case .patients:
            let questions = try workload.patientsToRead().map {
                "SELECT resource FROM Observation WHERE patient = Patient/\($0)"
            }
            round = { try questions.reduce(0) { try $0 + snapshot.query($1, as: actor, for: .treatment).rows.count } }
        }
        var count = 0
        let first = try time { count = try round() }
        Figures.check("loop.\(subject)", UInt64(count))
        Figures.write("loop.\(subject).first", first / Double(count), "µs")
        let times = try (1..<max(2, rounds)).map { _ in try time { _ = try round() } / Double(count) }.sorted()
        Figures.write("loop.\(subject).again", times[times.count / 2], "µs")
        // What others do on the machine makes rounds longer and none shorter.
        Figures.write("loop.\(subject).least", times[0], "µs")
    }
}

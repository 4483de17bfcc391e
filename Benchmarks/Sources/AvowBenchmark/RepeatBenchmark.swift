import Avow
import AvowConsent
import AvowFHIR
import AvowProof
import AvowQuery
import AvowVerify
import BenchmarkSupport

/// Does one thing again and again, so that a profiler, or a counter of instructions or allocations, sees little else.
///
///     perf stat -e instructions:u Benchmarks/.build/release/AvowBenchmark repeat WORKLOAD STORE verify 10000
///
/// The difference of two runs of different lengths is the thing alone.
enum RepeatBenchmark {
    /// What is done.
    enum Step: String {
        /// One record by its id is proven; verified by a verifier that knows the commit; verified by one that does not.
        case prove, verify, verifyAll
        /// One record by its id is read, or proven, by a store that was just opened: in rounds of 500.
        case readCold, proveCold
        /// The observations of a patient.
        case patient, provePatient, verifyPatient
        /// The counts by code and year.
        case count, proveCount, verifyCount
    }

    private static let countByCodeAndYear =
        "SELECT code, year(date), COUNT(*) FROM Observation GROUP BY code, year(date)"

    static func run(_ workload: Workload, store path: String, _ step: Step, times: Int) throws {
        if step == .readCold || step == .proveCold {
            return try coldly(workload, store: path, step, times: times)
        }
        let store = try BenchmarkStore.open(at: path)
        let snapshot = try store.snapshot()
        let actor = try Actor("Practitioner/1")
        let queries: [Query] =
            switch step {
            case .prove, .verify, .verifyAll, .readCold, .proveCold:
                try workload.recordsToRead().prefix(500).compactMap { read in
                    try ResourceType(name: read.type).map { try Query.read($0, id: read.id) }
                }
            case .patient, .provePatient, .verifyPatient:
                try workload.patientsToRead().prefix(50).map {
                    try Query("SELECT resource FROM Observation WHERE patient = Patient/\($0)")
                }
            case .count, .proveCount, .verifyCount: [try Query(countByCodeAndYear)]
            }
        let answers = try queries.map { try snapshot.answer(prepared: $0, as: actor, for: .treatment) }
        let files = answers.map(\.answer.bytes)
        let rows = answers.reduce(0) { $0 + $1.result.rows.count }
        let policy = LogPolicy(log: store.verifierKey)
        let verifier = AnswerVerifier(policy)
        var sum = 0
        let before = Allocations.now
        let microseconds = try time {
            for run in 0..<times {
                let place = run % queries.count
                switch step {
                case .prove, .provePatient, .proveCount, .readCold, .proveCold:
                    sum += try snapshot.answer(prepared: queries[place], as: actor, for: .treatment).answer.bytes.count
                case .patient, .count:
                    sum += try snapshot.query(prepared: queries[place], as: actor, for: .treatment).rows.count
                case .verify, .verifyPatient, .verifyCount: sum += try verifier.verify(files[place]).result.rows.count
                case .verifyAll: sum += try AnswerVerifier(policy).verify(files[place]).result.rows.count
                }
            }
        }
        let after = Allocations.now
        Figures.check("repeat.\(step.rawValue)", UInt64(sum))
        Figures.write("repeat.rows", Double(rows) / Double(queries.count), "rows/query")
        Figures.write("repeat.bytes", Double(files.reduce(0) { $0 + $1.count }) / Double(files.count), "bytes/answer")
        Figures.write("repeat.\(step.rawValue)", microseconds / Double(times), "µs")
        if Allocations.areCounted {
            Figures.write("repeat.allocations", Double(after.calls - before.calls) / Double(times), "calls")
        }
    }

    private static func coldly(_ workload: Workload, store path: String, _ step: Step, times: Int) throws {
        let actor = try Actor("Practitioner/1")
        let records = try workload.recordsToRead().compactMap { read in
            ResourceType(name: read.type).map { ($0, read.id) }
        }
        let queries = try records.map { try Query.read($0.0, id: $0.1) }
        var done = 0
        var durations: [Double] = []
        while done < times {
            // The inner nodes of the tree, which soon are there, and the files of the system are not what is asked about.
            let snapshot = try BenchmarkStore.open(at: path).snapshot()
            for record in records.prefix(200) {
                _ = try snapshot.answer(
                    prepared: try Query.read(record.0, id: record.1), as: actor, for: .treatment)
            }
            for place in 0..<500 {
                let index = 200 + (done + place) % (records.count - 200)
                let record = records[index]
                durations.append(
                    try time {
                        if step == .readCold {
                            _ = try snapshot.read(record.0, id: record.1, as: actor, for: .treatment)
                        } else {
                            _ = try snapshot.answer(prepared: queries[index], as: actor, for: .treatment).answer.bytes
                        }
                    })
            }
            done += 500
        }
        durations.sort()
        Figures.write("repeat.\(step.rawValue)", durations[durations.count / 2], "µs")
    }
}

import BenchmarkSupport
import Foundation

/// Measures one thing about Avow in a process of its own and writes the figures as JSON lines.
///
/// `Benchmarks/run` calls it, after the other sides of the same run. By itself it is called so:
///
///     swift build -c release --package-path Benchmarks
///     Benchmarks/.build/release/AvowBenchmark tree 2000
@main
enum AvowBenchmark {
    private static let usage = """
        AvowBenchmark bulk WORKLOAD STORE [BUNDLES]   import all bundles, or so many, at the default settings
        AvowBenchmark validation WORKLOAD STORE       import all bundles without validation, then at each strength
        AvowBenchmark bundles WORKLOAD STORE BUNDLES  import so many bundles, a durable commit each
        AvowBenchmark reads WORKLOAD STORE            ask, prove and verify, of a store that bulk has made
        AvowBenchmark loop records|patients WORKLOAD STORE ROUNDS
                                                      read the same again and again, for a profiler
        AvowBenchmark questions BUNDLES STORE QUERIES RESULTS
                                                      import bundles, ask every question of a folder, write its rows
        AvowBenchmark question STORE QUERY TIMES [proof]
                                                      ask one question of a store that questions has made, for profilers,
                                                      and say how it is answered and how long that takes
        AvowBenchmark allocations WORKLOAD STORE      count what all of this asks of malloc
        AvowBenchmark repeat WORKLOAD STORE STEP TIMES
                                                      one step of reads so many times, for a profiler: prove, verify,
                                                      verifyAll, readCold, proveCold, patient, provePatient, verifyPatient, count,
                                                      proveCount, verifyCount
        AvowBenchmark consent BUNDLES FOLDER QUERIES  ask every question of a folder with and without Consents
        AvowBenchmark audiences FOLDER [PATIENTS]     ask stores of 10,000 patients, with one audience and with as many;
                                                      move the thousand records of one patient
        AvowBenchmark audit STORE [PATIENTS]          ask with and without recording, of a new store (500 patients)
        AvowBenchmark tree-entries COUNT FILE         write the entries of the next three for another engine
        AvowBenchmark tree BATCH [COUNT]              apply entries (a million) in batches
        AvowBenchmark tree-proofs [COUNT]             prove entries of a tree of so many
        AvowBenchmark tree-growth COUNT               cost and memory on the way to so many entries
        """

    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        func text(_ index: Int) throws -> String {
            guard index < arguments.count else { throw UsageError() }
            return arguments[index]
        }
        func number(_ index: Int) throws -> Int {
            guard let number = Int(try text(index)), number > 0 else { throw UsageError() }
            return number
        }
        func number(_ index: Int, or usual: Int) throws -> Int {
            index < arguments.count ? try number(index) : usual
        }
        do {
            switch try text(0) {
            case "bulk":
                let limit = arguments.count > 3 ? try number(3) : nil
                try ImportBenchmark.bulk(Workload(try text(1)), into: try text(2), bundles: limit)
            case "validation": try ImportBenchmark.validation(Workload(try text(1)), into: try text(2))
            case "bundles": try ImportBenchmark.bundles(Workload(try text(1)), into: try text(2), count: try number(3))
            case "reads": try ReadBenchmark(Workload(try text(1)), store: try text(2)).run()
            case "loop":
                guard let subject = ReadingLoop.Subject(rawValue: try text(1)) else { throw UsageError() }
                try ReadingLoop.run(subject, Workload(try text(2)), store: try text(3), rounds: try number(4))
            case "allocations": try AllocationBenchmark.run(Workload(try text(1)), store: try text(2))
            case "repeat":
                guard let step = RepeatBenchmark.Step(rawValue: try text(3)) else { throw UsageError() }
                try RepeatBenchmark.run(Workload(try text(1)), store: try text(2), step, times: try number(4))
            case "questions":
                try QuestionBenchmark.run(
                    bundles: try text(1), store: try text(2), queries: try text(3), results: try text(4))
            case "question":
                let isProven = arguments.count > 4
                try QuestionBenchmark.ask(
                    try text(2), of: try text(1), times: try number(3), proving: isProven)
            case "consent":
                try ConsentBenchmark.run(bundles: try text(1), folder: try text(2), queries: try text(3))
            case "audiences": try AudienceBenchmark.run(patients: try number(2, or: 10_000), in: try text(1))
            case "audit": try AuditBenchmark.run(patients: try number(2, or: 500), store: try text(1))
            case "tree-entries": try TreeEntries.write(try number(1), to: try text(2))
            case "tree": try TreeBenchmark.apply(try number(2, or: 1_000_000), inBatchesOf: try number(1))
            case "tree-proofs": try TreeProofBenchmark.run(try number(1, or: 1_000_000))
            case "tree-growth": try TreeBenchmark.grow(to: try number(1))
            default: throw UsageError()
            }
        } catch is UsageError {
            print(usage)
            exit(2)
        }
    }
}

private struct UsageError: Error {}

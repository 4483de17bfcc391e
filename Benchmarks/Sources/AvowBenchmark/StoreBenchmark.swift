import Avow
import AvowConsent
import AvowProof
import AvowQuery
import AvowVault
import AvowVerify
import Foundation

/// Importing real bundles, and asking and checking what came of it.
enum StoreBenchmark {
    static func run(_ paths: [String]) throws -> [Figure] {
        let folder = try TemporaryFolder()
        let store = try Store.create(
            at: folder.path + "/store", origin: "benchmark.example/avow",
            unlock: .passphrase(Passphrase("benchmark")))
        let clock = ContinuousClock()
        let start = clock.now
        let summary = try store.importResources(at: paths)
        let seconds = microseconds(clock.now - start) / 1e6
        let statistics = try store.statistics()
        let free = statistics.bytes.first { $0.kind == "free pages" }?.bytes ?? 0
        var figures = [
            Figure(name: "import: resources", value: Double(summary.created), unit: ""),
            Figure(name: "import: commits", value: Double(summary.commits), unit: ""),
            Figure(name: "import: rejected", value: Double(summary.rejected), unit: ""),
            Figure(name: "import: rate, reading the JSON included", value: Double(summary.created) / seconds, unit: "resources/s"),
            Figure(name: "import: compact JSON", value: Double(summary.jsonBytes) / 1_048_576, unit: "MiB"),
            Figure(name: "size: data file / compact JSON", value: Double(statistics.fileBytes) / Double(summary.jsonBytes), unit: ""),
            Figure(name: "size: without free pages / compact JSON", value: Double(statistics.fileBytes - free) / Double(summary.jsonBytes), unit: ""),
            Figure(name: "import: peak memory", value: peakMemory, unit: "MiB"),
        ]
        for kind in statistics.bytes {
            figures.append(Figure(name: "size: \(kind.kind)", value: Double(kind.bytes) / 1_048_576, unit: "MiB"))
        }
        figures += try ReadBenchmark.run(store)
        return figures
    }
}

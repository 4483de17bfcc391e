import Avow
import AvowFHIR
import BenchmarkSupport
import Foundation

/// Importing bundles: JSON in, durable and provable when the call returns.
enum ImportBenchmark {
    /// Imports all bundles in one call.
    static func bulk(_ workload: Workload, into path: String, bundles limit: Int?) throws {
        let paths = try limit.map { Array(try workload.bundlePaths().prefix($0)) } ?? [workload.bundles]
        var jsonBytes: UInt64 = 0
        do {
            let store = try BenchmarkStore.create(at: path)
            try measure("import", store) {
                let summary = try store.importResources(at: paths)
                jsonBytes = summary.jsonBytes
                return [summary]
            }
        }
        // As the command does behind an import that leaves many free pages.
        var size: (before: UInt64, after: UInt64) = (0, 0)
        Figures.write("compaction.time", try time { size = try Store.compact(at: path) } / 1e6, "s")
        Figures.write("compaction.size", Double(size.after) / Double(jsonBytes), "× JSON")
        let statistics = try BenchmarkStore.open(at: path).statistics()
        Figures.write("import.commits", Double(statistics.commits), "")
        Figures.write("import.entries", Double(statistics.entries), "")
        for kind in statistics.bytes {
            Figures.write("size.\(kind.kind)", Double(kind.bytes) / 1_048_576, "MiB")
        }
    }

    /// Imports all bundles at each strength of validation, three times in turn, each into a store of its own.
    static func validation(_ workload: Workload, into path: String) throws {
        for _ in 0..<3 {
            for strength in ValidationStrength.allCases {
                let folder = "\(path).\(strength)"
                defer { for made in [folder, folder + ".key"] { try? FileManager.default.removeItem(atPath: made) } }
                let store = try BenchmarkStore.create(at: folder)
                try measure("validation.\(strength)", store) {
                    [try store.importResources(at: [workload.bundles], validation: strength)]
                }
            }
        }
    }

    /// Imports bundles one by one.
    static func bundles(_ workload: Workload, into path: String, count: Int) throws {
        let paths = try workload.bundlePaths().prefix(count)
        do {
            let store = try BenchmarkStore.create(at: path)
            try measure("bundles", store) { try paths.map { try store.importResources(at: [$0]) } }
        }
        // What the commits have left to whoever opens the store next.
        let store = try BenchmarkStore.open(at: path)
        Figures.write("bundles.opening", try time { _ = try store.snapshot() } / 1e3, "ms")
        Figures.write("bundles.settling", try time { try store.settle() } / 1e3, "ms")
    }

    private static func measure(_ name: String, _ store: Store, _ body: () throws -> [ImportSummary]) throws {
        let writtenBefore = ProcessUsage.bytesWritten
        let processorBefore = ProcessUsage.processorTime
        var summaries: [ImportSummary] = []
        let seconds = try time { summaries = try body() } / 1e6
        let processor = ProcessUsage.processorTime - processorBefore
        let created = Double(summaries.reduce(0) { $0 + $1.created })
        let jsonBytes = Double(summaries.reduce(0) { $0 + $1.jsonBytes })
        let fileBytes = Double(try store.statistics().fileBytes)
        Figures.check("\(name).resources", UInt64(created))
        Figures.check("\(name).jsonBytes", UInt64(jsonBytes))
        Figures.write("\(name).rate", created / seconds, "resources/s")
        Figures.write("\(name).processor", processor * 1e6 / created, "µs/resource")
        Figures.write("\(name).memory", ProcessUsage.peakMemory, "MiB")
        Figures.write("\(name).size", fileBytes / jsonBytes, "× JSON")
        if let writtenBefore, let writtenAfter = ProcessUsage.bytesWritten {
            Figures.write("\(name).written", Double(writtenAfter - writtenBefore) / jsonBytes, "× JSON")
        }
    }
}

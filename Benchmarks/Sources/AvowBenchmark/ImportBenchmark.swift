import Avow
import AvowVault
import Foundation

/// Importing real bundles: all at once, once more, and one durable commit for each file.
enum ImportBenchmark {
    static func run(_ paths: [String], onlyOnce: Bool) throws -> [Figure] {
        var figures = try atOnce(paths, again: !onlyOnce)
        let peak = peakMemory
        if !onlyOnce { figures += try oneCommitEach(paths) }
        return figures + [Figure(name: "import: peak memory", value: peak, unit: "MiB")]
    }

    private static func store(_ folder: TemporaryFolder) throws -> Store {
        try Store.create(
            at: folder.path + "/store", origin: "benchmark.example/avow",
            unlock: .passphrase(Passphrase("benchmark")), cost: .init(operations: 1, memoryKiB: 8))
    }

    private static func atOnce(_ paths: [String], again: Bool) throws -> [Figure] {
        let folder = try TemporaryFolder()
        let store = try store(folder)
        let first = try Effort { try store.importResources(at: paths) }
        var figures = first.figures("import, files at once")
        figures.append(
            Figure(name: "import, files at once: commits", value: Double(first.summary.commits), unit: ""))
        if again {
            figures += try Effort { try store.importResources(at: paths) }.figures("import, nothing new")
        }
        return figures
    }

    private static func oneCommitEach(_ paths: [String]) throws -> [Figure] {
        let folder = try TemporaryFolder()
        let store = try store(folder)
        var files: [String] = []
        for path in paths {
            let names = try FileManager.default.subpathsOfDirectory(atPath: path).sorted()
            files += names.map { path + "/" + $0 }
        }
        let effort = try Effort {
            var sum = 0
            for file in files { sum += try store.importResources(at: [file]).created }
            return sum
        }
        return effort.figures("import, a commit a file") + [
            Figure(name: "import, a commit a file: a commit", value: effort.seconds * 1e3 / Double(files.count), unit: "ms")
        ]
    }

    /// What an import took.
    private struct Effort {
        var summary = Summary()
        let seconds: Double
        let processor: (user: Double, system: Double)

        struct Summary {
            var resources = 0
            var commits = 0
        }

        init(_ body: () throws -> ImportSummary) throws {
            var commits = 0
            self = try Effort {
                let summary = try body()
                commits = summary.commits
                return summary.created + summary.updated + summary.unchanged
            }
            summary.commits = commits
        }

        init(_ body: () throws -> Int) throws {
            let before = processorTime
            let clock = ContinuousClock()
            let start = clock.now
            summary.resources = try body()
            seconds = microseconds(clock.now - start) / 1e6
            let after = processorTime
            processor = (after.user - before.user, after.system - before.system)
        }

        func figures(_ name: String) -> [Figure] {
            let count = Double(summary.resources)
            return [
                Figure(name: name + ": rate, reading the JSON included", value: count / seconds, unit: "resources/s"),
                Figure(name: name + ": processor time", value: processor.user * 1e6 / count, unit: "µs/resource"),
                Figure(name: name + ": in the kernel", value: processor.system * 1e6 / count, unit: "µs/resource"),
            ]
        }
    }
}

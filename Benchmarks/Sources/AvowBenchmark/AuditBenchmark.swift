import Avow
import AvowConsent
import AvowFHIR
import AvowQuery
import AvowSamples
import BenchmarkSupport
import Dispatch
import Foundation

/// What recording each access in the audit ledger costs: the same questions with and without it.
struct AuditBenchmark {
    private static let tasks = 8
    private static let reads = 401
    private static let readsOfTask = 200

    private let store: Store
    private let ids: [String]
    private let actor: Actor
    /// What stands before the names of the figures.
    private let prefix: String

    /// Makes a store of so many made-up patients and asks it.
    static func run(patients: Int, store path: String) throws {
        do {
            let store = try BenchmarkStore.create(at: path)
            let folder = URL(filePath: path + ".bundles")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            for (number, bundle) in SamplePatients(seed: 1).bundles(count: patients).enumerated() {
                try Data(bundle).write(to: folder.appending(path: "\(number).json"))
            }
            try store.importResources(at: [folder.path], validation: .none)
        }
        // By turns, so that what else the machine does meets both.
        for _ in 0..<2 {
            for (prefix, recording) in [("off", AuditRecording.off), ("on", .required)] {
                let store = try BenchmarkStore.open(at: path, recording: recording)
                let actor = try Actor("Practitioner/1")
                let rows = try store.query("SELECT id FROM Observation LIMIT 2000", as: actor, for: .treatment).rows
                let benchmark = AuditBenchmark(
                    store: store, ids: rows.map { $0[0].text }, actor: actor, prefix: "audit." + prefix)
                try benchmark.measure()
            }
        }
    }

    private func measure() throws {
        for run in 0..<100 { try read(run) }
        Figures.write("\(prefix).read", try medianTime(AuditBenchmark.reads) { try read($0) }, "µs")
        for (name, text) in [
            ("count", "SELECT code, COUNT(*) FROM Observation GROUP BY code"),
            ("group", "SELECT code, AVG(value.value) FROM Observation WHERE PATH(value is Quantity) GROUP BY code"),
        ] {
            let elapsed = try medianTime(15) { _ in _ = try store.query(text, as: actor, for: .treatment) }
            Figures.write("\(prefix).\(name)", elapsed / 1_000, "ms")
        }
        let before = try store.statistics().audit
        let group = DispatchGroup()
        let elapsed = time {
            for task in 0..<AuditBenchmark.tasks {
                group.enter()
                // On threads that may wait, as whoever embeds a store calls it.
                Task(executorPreference: WaitingThread()) {
                    for run in 0..<AuditBenchmark.readsOfTask { try? read(run * 7 + task * 131) }
                    group.leave()
                }
            }
            group.wait()
        }
        let count = AuditBenchmark.tasks * AuditBenchmark.readsOfTask
        Figures.write("\(prefix).read.tasks.\(AuditBenchmark.tasks)", Double(count) / (elapsed / 1e6), "reads/s")
        if let before, let after = try store.statistics().audit, after.events > before.events {
            Figures.write(
                "\(prefix).events", Double(after.events - before.events) / Double(after.commits - before.commits),
                "events a commit")
            Figures.write("\(prefix).bytes", Double(after.fileBytes) / Double(after.events), "bytes of file an event")
        }
    }

    private func read(_ run: Int) throws {
        _ = try store.read(.observation, id: ids[run % ids.count], as: actor, for: .treatment)
    }
}

/// A thread for one task, which may wait.
private final class WaitingThread: TaskExecutor {
    private let queue = DispatchQueue(label: "benchmark.task")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

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
        figures += try queries(store)
        return figures
    }

    private static func queries(_ store: Store) throws -> [Figure] {
        let actor = try Actor("Practitioner/1")
        let snapshot = try store.snapshot()
        let verifier = AnswerVerifier(LogPolicy(log: store.verifierKey))
        let ids = try snapshot.query("SELECT id FROM Observation LIMIT 2000", as: actor, for: .treatment).rows.map(\.[0].text)
        var next = 0
        func point() -> String {
            next = (next + 7) % ids.count
            return "SELECT id, value.value FROM Observation WHERE _id = \(ids[next])"
        }
        var figures: [Figure] = []
        figures.append(
            Figure(
                name: "point query, no proof",
                value: try median(2_000) { _ = try snapshot.query(point(), as: actor, for: .treatment) }, unit: "µs"))
        var files: [[UInt8]] = []
        figures.append(
            Figure(
                name: "point query with proof",
                value: try median(2_000) {
                    files.append(try snapshot.answer(point(), as: actor, for: .treatment).answer.bytes)
                }, unit: "µs"))
        figures.append(
            Figure(
                name: "point query, answer file",
                value: Double(files.reduce(0) { $0 + $1.count }) / Double(files.count), unit: "bytes"))
        var index = 0
        figures.append(
            Figure(
                name: "point query, verification",
                value: try median(1_000) {
                    _ = try verifier.verify(files[index])
                    index += 1
                }, unit: "µs"))
        let question =
            "SELECT effective, value.value FROM Observation WHERE code = loinc|4548-4 AND date >= 2010 ORDER BY date"
        let answered = try snapshot.answer(question, as: actor, for: .treatment)
        let file = answered.answer.bytes
        figures += [
            Figure(name: "HbA1c since 2010: rows", value: Double(answered.result.rows.count), unit: ""),
            Figure(name: "HbA1c since 2010: no proof", value: try median(15) { _ = try snapshot.query(question, as: actor, for: .treatment) } / 1e3, unit: "ms"),
            Figure(name: "HbA1c since 2010: with proof", value: try median(15) { _ = try snapshot.answer(question, as: actor, for: .treatment) } / 1e3, unit: "ms"),
            Figure(name: "HbA1c since 2010: verification", value: try median(15) { _ = try verifier.verify(file) } / 1e3, unit: "ms"),
            Figure(name: "HbA1c since 2010: answer file", value: Double(file.count) / 1_024, unit: "KiB"),
            Figure(name: "HbA1c since 2010: tree proof", value: Double(answered.answer.treeProof.count) / 1_024, unit: "KiB"),
        ]
        let count = "SELECT COUNT(*) FROM Observation WHERE code = loinc|4548-4"
        let counted = try snapshot.answer(count, as: actor, for: .treatment).answer.bytes
        figures += [
            Figure(name: "count by code with proof", value: try median(501) { _ = try snapshot.answer(count, as: actor, for: .treatment) }, unit: "µs"),
            Figure(name: "count by code, verification", value: try median(501) { _ = try verifier.verify(counted) }, unit: "µs"),
            Figure(name: "count by code, answer file", value: Double(counted.count), unit: "bytes"),
        ]
        return figures + (try GroupBenchmark.run(snapshot, verifier, actor))
    }
}

import Avow
import AvowConsent
import AvowFHIR
import AvowProof
import AvowQuery
import AvowVerify
import BenchmarkSupport
import Foundation

/// The questions of `Examples/queries`: each without proof, with proof, and verified; and its rows as files.
struct QuestionBenchmark {
    private let snapshot: Snapshot
    private let policy: LogPolicy
    private let actor: Actor
    private let results: URL

    /// An index that fits the questions, as the file beside them has it.
    private struct Index: Decodable {
        let name: String
        let on: String
        let columns: [String]
    }

    /// Makes a store of a folder of bundles, puts each question of a folder to it, and writes its rows into another.
    static func run(bundles: String, store path: String, queries: String, results: String) throws {
        let store = try BenchmarkStore.create(at: path)
        // What is measured here is asking; the records are those that the others get, valid or not.
        let summary = try store.importResources(at: [bundles], validation: .none)
        Figures.check("questions.resources", UInt64(summary.created))
        let indexes = try Data(contentsOf: URL(filePath: queries).appending(path: "indexes.json"))
        for index in try JSONDecoder().decode([Index].self, from: indexes) {
            guard let type = ResourceType(name: index.on) else { continue }
            try store.createIndex(index.name, on: type, columns: index.columns.map { IndexColumn($0) })
        }
        let benchmark = QuestionBenchmark(
            snapshot: try store.snapshot(), policy: LogPolicy(log: store.verifierKey),
            actor: try Actor("Practitioner/1"), results: URL(filePath: results))
        let files = try FileManager.default.contentsOfDirectory(
            at: URL(filePath: queries), includingPropertiesForKeys: nil)
        for file in files.sorted(by: { $0.path < $1.path }) where file.pathExtension == "sql" {
            let name = file.deletingPathExtension().lastPathComponent
            guard name.first?.isNumber == true else { continue }
            try benchmark.ask(name, try String(contentsOf: file, encoding: .utf8))
        }
        Figures.write("questions.memory", ProcessUsage.peakMemory, "MiB")
    }

    /// Puts one question to a store that `run` has made, again and again, for a profiler to look at or to count the
    /// instructions of.
    ///
    /// Prints how it is executed, and how long it takes in the median and at least, without the first time.
    ///
    /// - Parameter query: the path of its file.
    static func ask(_ query: String, of store: String, times: Int, proving: Bool) throws {
        let store = try BenchmarkStore.open(at: store)
        let benchmark = QuestionBenchmark(
            snapshot: try store.snapshot(), policy: LogPolicy(log: store.verifierKey),
            actor: try Actor("Practitioner/1"), results: URL(filePath: store.path))
        let text = try String(contentsOf: URL(filePath: query), encoding: .utf8)
        let ask = { _ = proving ? try benchmark.answer(text).count : try benchmark.query(text).rows.count }
        try ask()
        let spent = try (0..<times).map { _ in try time(ask) }.sorted()
        let explained = try Query(text).explained(isAnalyzed: true)
        let explanation = try benchmark.snapshot.explain(prepared: explained, as: benchmark.actor, for: .treatment)
        for line in explanation.lines { print(line) }
        Figures.write("question", spent[times / 2] / 1e3, "ms")
        // What others do on the machine makes it longer, and never shorter.
        Figures.write("question.least", spent[0] / 1e3, "ms")
    }

    private func ask(_ name: String, _ text: String) throws {
        let first: AnsweredQuery
        do throws(StoreError) {
            first = try snapshot.answer(text, as: actor, for: .treatment)
        } catch {
            guard case .query(let reason) = error else { throw error }
            Figures.skip(name, because: "\(reason)")
            return
        }
        let rows = first.result.rows.map { "[" + $0.map(\.json).joined(separator: ",") + "]" }
        try Data(("[" + rows.joined(separator: ",\n") + "]\n").utf8).write(to: results.appending(path: name))
        let file = first.answer.bytes
        let plain = try medianTime(Self.runs(of: { _ = try query(text) })) { _ in _ = try query(text) }
        Figures.write("\(name)", plain / 1e3, "ms")
        let proven = try medianTime(Self.runs(of: { _ = try answer(text) })) { _ in _ = try answer(text) }
        Figures.write("\(name).proven", proven / 1e3, "ms")
        // A verifier of its own each time: one that knows the commit need not check the signature again.
        let verified = try medianTime(Self.runs(of: { _ = try AnswerVerifier(policy).verify(file) })) { _ in
            _ = try AnswerVerifier(policy).verify(file)
        }
        Figures.write("\(name).verified", verified / 1e3, "ms")
        Figures.write("\(name).answer", Double(file.count), "bytes")
        Figures.write("\(name).rows", Double(rows.count), "")
    }

    private func query(_ text: String) throws -> QueryResult {
        try snapshot.query(text, as: actor, for: .treatment)
    }

    /// What somebody receives who asks for proof: rows, and the bytes of the answer.
    private func answer(_ text: String) throws -> [UInt8] {
        try snapshot.answer(text, as: actor, for: .treatment).answer.bytes
    }

    /// How often something is run that takes as long as `body` once: for about a second, 5 to 101 times.
    private static func runs(of body: () throws -> Void) rethrows -> Int {
        let microseconds = try time(body)
        return min(101, max(5, Int(1e6 / max(1, microseconds)))) | 1
    }
}

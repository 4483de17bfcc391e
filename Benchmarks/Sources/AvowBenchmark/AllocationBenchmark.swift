import Avow
import AvowConsent
import AvowFHIR
import AvowProof
import AvowQuery
import AvowVerify
import BenchmarkSupport
import Foundation

/// How often memory is asked for, and how much, where it must not be often: for each resource that is imported, for each
/// entry of a batch of the tree, for each read, each row and each verification.
enum AllocationBenchmark {
    /// An import in one call, into a store that has as much already; then bundles one by one; then what is read of it.
    static func run(_ workload: Workload, store path: String) throws {
        guard Allocations.areCounted else { return Figures.skip("allocations", because: "nothing counts them") }
        let paths = try workload.bundlePaths()
        let half = paths.count / 2
        let few = min(20, half / 2)
        let store = try BenchmarkStore.create(at: path)
        try store.importResources(at: Array(paths[..<half]))
        try importing("bulk", store, [Array(paths[half..<(paths.count - few)])])
        try importing("bundles", store, paths[(paths.count - few)...].map { [$0] })
        try trees()
        try reads(workload, store)
    }

    private static func measure(_ name: String, of what: String, _ body: () throws -> Int) rethrows {
        let before = Allocations.now
        let count = Double(try body())
        let after = Allocations.now
        Figures.write("allocations.\(name)", Double(after.calls - before.calls) / count, "a \(what)")
        Figures.write("allocations.\(name).bytes", Double(after.bytes - before.bytes) / count, "bytes a \(what)")
    }

    private static func importing(_ name: String, _ store: Store, _ calls: [[String]]) throws {
        try measure(name, of: "resource") {
            try calls.reduce(0) { try $0 + Int(store.importResources(at: $1).created) }
        }
    }

    // MARK: The tree

    private static let base = 100_000

    private static func trees() throws {
        for (batchCount, batches) in [(100_000, 1), (2_000, 10), (400, 20)] {
            let tree = try BenchmarkTree()
            try tree.apply(TreeEntries.changes(0..<base))
            let changes = (0..<batches).map {
                TreeEntries.changes((base + $0 * batchCount)..<(base + ($0 + 1) * batchCount))
            }
            try measure("tree.\(batchCount)", of: "entry") {
                for batch in changes { try tree.apply(batch) }
                return batches * batchCount
            }
        }
    }

    // MARK: Reading

    private static let readCount = 500

    private static func reads(_ workload: Workload, _ store: Store) throws {
        let snapshot = try store.snapshot()
        let actor = try Actor("Practitioner/1")
        let verifier = AnswerVerifier(LogPolicy(log: store.verifierKey))
        let records = try workload.recordsToRead().compactMap { read in
            ResourceType(name: read.type).map { ($0, read.id) }
        }
        .prefix(readCount)
        func read(_ record: (ResourceType, String)) throws {
            _ = try snapshot.read(record.0, id: record.1, as: actor, for: .treatment)
        }
        for record in records { try read(record) }
        try measure("read", of: "read") {
            for record in records { try read(record) }
            return records.count
        }
        let queries = try records.map { try Query.read($0.0, id: $0.1) }
        var files: [[UInt8]] = []
        files.reserveCapacity(queries.count)
        for query in queries { _ = try snapshot.answer(prepared: query, as: actor, for: .treatment) }
        try measure("proof", of: "read") {
            for query in queries {
                files.append(try snapshot.answer(prepared: query, as: actor, for: .treatment).answer.bytes)
            }
            return queries.count
        }
        _ = try files.first.map { try verifier.verify($0) }
        try measure("verification", of: "answer") {
            for file in files { _ = try verifier.verify(file) }
            return files.count
        }
        try rows(try workload.patientsToRead().prefix(50), snapshot, actor, verifier)
    }

    private static func rows(
        _ patients: ArraySlice<String>, _ snapshot: Snapshot, _ actor: Actor, _ verifier: AnswerVerifier
    ) throws {
        let questions = patients.map { "SELECT resource FROM Observation WHERE patient = Patient/\($0)" }
        for question in questions { _ = try snapshot.query(question, as: actor, for: .treatment) }
        try measure("row", of: "row") {
            try questions.reduce(0) { try $0 + snapshot.query($1, as: actor, for: .treatment).rows.count }
        }
        var files: [[UInt8]] = []
        try measure("row.proven", of: "row") {
            try questions.reduce(0) {
                let answered = try snapshot.answer($1, as: actor, for: .treatment)
                files.append(answered.answer.bytes)
                return $0 + answered.result.rows.count
            }
        }
        try measure("row.verified", of: "row") {
            try files.reduce(0) { try $0 + verifier.verify($1).result.rows.count }
        }
    }
}

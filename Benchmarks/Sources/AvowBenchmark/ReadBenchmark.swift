import Avow
import AvowConsent
import AvowProof
import AvowQuery
import AvowVerify
import Dispatch
import Foundation

/// Asking a store, and checking what it answers.
enum ReadBenchmark {
    static func run(_ store: Store) throws -> [Figure] {
        let reads = try Reads(store)
        // AVOW_ONLY=patients measures one part, for a profiler.
        switch ProcessInfo.processInfo.environment["AVOW_ONLY"] {
        case "points": return try reads.points()
        case "patients": return try reads.patients()
        case "verification": return try reads.verification()
        case "ranges": return try reads.ranges()
        case "threads": return try reads.threads()
        default: return try reads.points() + reads.patients() + reads.ranges() + reads.threads()
        }
    }
}

private final class Reads {
    let store: Store
    let actor: Actor
    let snapshot: Snapshot
    let verifier: AnswerVerifier
    let ids: [String]
    private var next = 0

    init(_ store: Store) throws {
        self.store = store
        actor = try Actor("Practitioner/1")
        snapshot = try store.snapshot()
        verifier = AnswerVerifier(LogPolicy(log: store.verifierKey))
        ids = try snapshot.query("SELECT id FROM Observation LIMIT 2000", as: actor, for: .treatment).rows.map(\.[0].text)
    }

    private func point() -> String {
        next = (next + 7) % ids.count
        return "SELECT id, value.value FROM Observation WHERE _id = \(ids[next])"
    }

    func points() throws -> [Figure] {
        var figures: [Figure] = []
        figures.append(
            Figure(
                name: "point query, no proof",
                value: try best(5_000) { _ = try snapshot.query(point(), as: actor, for: .treatment) }, unit: "µs"))
        figures.append(
            Figure(
                name: "point query, no proof, a snapshot each",
                value: try best(2_000) { _ = try store.query(point(), as: actor, for: .treatment) }, unit: "µs"))
        let prepared = try ids.map { try Query("SELECT id, value.value FROM Observation WHERE _id = \($0)") }
        func preparedPoint() -> Query {
            next = (next + 7) % ids.count
            return prepared[next]
        }
        figures += [
            Figure(
                name: "point query, prepared, no proof",
                value: try best(5_000) { _ = try snapshot.query(prepared: preparedPoint(), as: actor, for: .treatment) },
                unit: "µs"),
            Figure(
                name: "read by id",
                value: try best(5_000) {
                    next = (next + 7) % ids.count
                    _ = try snapshot.read(.observation, id: ids[next], as: actor, for: .treatment)
                }, unit: "µs"),
            Figure(
                name: "point query, prepared, with proof",
                value: try best(2_000) {
                    _ = try snapshot.answer(prepared: preparedPoint(), as: actor, for: .treatment)
                }, unit: "µs"),
        ]
        var files: [[UInt8]] = []
        figures.append(
            Figure(
                name: "point query with proof",
                value: try best(2_000) {
                    files.append(try snapshot.answer(point(), as: actor, for: .treatment).answer.bytes)
                }, unit: "µs"))
        figures.append(
            Figure(
                name: "point query, answer file",
                value: Double(files.reduce(0) { $0 + $1.count }) / Double(files.count), unit: "bytes"))
        var index = 0
        let verification = try best(1_000) {
            _ = try verifier.verify(files[index % files.count])
            index += 1
        }
        let checkpoint = try snapshot.checkpoint()
        let policy = LogPolicy(log: store.verifierKey)
        let signature = try best(1_000) { _ = try checkpoint.verify(policy) }
        figures += [
            Figure(name: "point query, verification", value: verification, unit: "µs"),
            Figure(name: "point query, verification: the checkpoint alone", value: signature, unit: "µs"),
            Figure(name: "point query, verification: the rest", value: verification - signature, unit: "µs"),
        ]
        return figures
    }

    /// Nothing but verifying the answer to a point query.
    func verification() throws -> [Figure] {
        let file = try snapshot.answer(point(), as: actor, for: .treatment).answer.bytes
        return [Figure(name: "point query, verification", value: try best(50_000) { _ = try verifier.verify(file) }, unit: "µs")]
    }

    /// All observations of one patient after the other.
    func patients() throws -> [Figure] {
        let patients = try snapshot.query("SELECT id FROM Patient", as: actor, for: .treatment).rows.map(\.[0].text)
        var figures: [Figure] = []
        for (name, columns) in [("two columns", "id, value.value"), ("whole", "resource")] {
            var rows = 0
            let clock = ContinuousClock()
            var best = Double.infinity
            var leastTime = Double.infinity
            for _ in 0..<12 {
                rows = 0
                let start = clock.now
                let startTime = processorTime
                for id in patients {
                    let question = "SELECT \(columns) FROM Observation WHERE patient = Patient/\(id)"
                    rows += try snapshot.query(question, as: actor, for: .treatment).rows.count
                }
                best = min(best, microseconds(clock.now - start))
                leastTime = min(leastTime, processorTime - startTime)
            }
            figures += [
                Figure(name: "patient's observations, \(name): processor", value: leastTime / Double(rows), unit: "µs/row"),
                Figure(name: "patient's observations, \(name): wall", value: best / Double(rows), unit: "µs/row"),
            ]
        }
        return figures
    }

    func ranges() throws -> [Figure] {
        let question =
            "SELECT effective, value.value FROM Observation WHERE code = loinc|4548-4 AND date >= 2010 ORDER BY date"
        let answered = try snapshot.answer(question, as: actor, for: .treatment)
        let file = answered.answer.bytes
        let rows = Double(answered.result.rows.count)
        let proof = answered.answer.treeProof
        let commit = try CommitRecord(decoding: answered.answer.commit)
        let count = "SELECT COUNT(*) FROM Observation WHERE code = loinc|4548-4"
        let counted = try snapshot.answer(count, as: actor, for: .treatment).answer.bytes
        return [
            Figure(name: "HbA1c since 2010: rows", value: rows, unit: ""),
            Figure(
                name: "HbA1c since 2010: no proof",
                value: try best(50) { _ = try snapshot.query(question, as: actor, for: .treatment) } / rows,
                unit: "µs/row"),
            Figure(
                name: "HbA1c since 2010: with proof",
                value: try best(50) { _ = try snapshot.answer(question, as: actor, for: .treatment) } / rows,
                unit: "µs/row"),
            Figure(
                name: "HbA1c since 2010: verification", value: try best(50) { _ = try verifier.verify(file) } / rows,
                unit: "µs/row"),
            Figure(
                name: "HbA1c since 2010: verification of the tree proof",
                value: try best(50) {
                    _ = try TreeProof(proof).verified(root: commit.stateRoot, count: commit.entryCount)
                } / rows, unit: "µs/row"),
            Figure(name: "HbA1c since 2010: answer file", value: Double(file.count) / rows, unit: "bytes/row"),
            Figure(name: "HbA1c since 2010: tree proof", value: Double(proof.count) / rows, unit: "bytes/row"),
            Figure(
                name: "count by code, no proof",
                value: try best(1_000) { _ = try snapshot.query(count, as: actor, for: .treatment) }, unit: "µs"),
            Figure(
                name: "count by code with proof",
                value: try best(1_000) { _ = try snapshot.answer(count, as: actor, for: .treatment) }, unit: "µs"),
            Figure(
                name: "count by code, verification", value: try best(1_000) { _ = try verifier.verify(counted) },
                unit: "µs"),
            Figure(name: "count by code, answer file", value: Double(counted.count), unit: "bytes"),
        ]
    }

    /// Point queries by several threads at once, each with a snapshot of its own.
    func threads() throws -> [Figure] {
        let ids = ids
        let store = store
        let actor = actor
        return [1, 2, 4].map { threads in
            let clock = ContinuousClock()
            let start = clock.now
            let runs = 8_000
            DispatchQueue.concurrentPerform(iterations: threads) { thread in
                guard let snapshot = try? store.snapshot() else { return }
                for run in 0..<runs {
                    let id = ids[(run * 7 + thread * 131) % ids.count]
                    let question = "SELECT id, value.value FROM Observation WHERE _id = \(id)"
                    _ = try? snapshot.query(question, as: actor, for: .treatment)
                }
            }
            let seconds = microseconds(clock.now - start) / 1e6
            return Figure(
                name: "point queries by \(threads) threads", value: Double(runs * threads) / seconds, unit: "/s")
        }
    }
}

import Avow
import AvowConsent
import AvowFHIR
import AvowProof
import AvowQuery
import AvowVerify
import BenchmarkSupport
import Dispatch
import Foundation

/// Asking, proving and verifying, through the public API only.
struct ReadBenchmark {
    private let workload: Workload
    private let store: Store
    private let snapshot: Snapshot
    private let verifier: AnswerVerifier
    private let actor: Actor

    init(_ workload: Workload, store path: String) throws {
        self.workload = workload
        store = try BenchmarkStore.open(at: path)
        snapshot = try store.snapshot()
        verifier = AnswerVerifier(LogPolicy(log: store.verifierKey))
        actor = try Actor("Practitioner/1")
    }

    func run() throws {
        try byID()
        try ofPatients()
        try cohort()
        let groups = try question(
            "count", "SELECT code, year(date), COUNT(*) FROM Observation GROUP BY code, year(date)", runs: 5)
        if let groups {
            Figures.check("count.groups", UInt64(groups.rows.count))
            Figures.check("count.total", groups.rows.reduce(0) { $0 + (UInt64($1[2].text) ?? 0) })
        }
        try question("countOfCode", "SELECT COUNT(*) FROM Observation WHERE code = loinc|4548-4", runs: 201)
        try question(
            "rows", "SELECT effective, value.value FROM Observation WHERE code = loinc|4548-4 ORDER BY date", runs: 9)
        Figures.write("read.memory", ProcessUsage.peakMemory, "MiB")
    }

    private func query(_ text: String) throws -> QueryResult {
        try snapshot.query(text, as: actor, for: .treatment)
    }

    private func answer(_ text: String) throws -> AnsweredQuery {
        try snapshot.answer(text, as: actor, for: .treatment)
    }

    /// What is asked: the first half before anything is timed, so that caches are as they are in service; of the rest one
    /// half without and the other with proof.
    private static func parts<Element>(_ all: [Element]) -> (warm: [Element], plain: [Element], proven: [Element]) {
        let half = all.count / 2
        let quarter = all.count / 4
        return (Array(all[..<half]), Array(all[half..<(half + quarter)]), Array(all[(half + quarter)...]))
    }

    // MARK: One record

    private func byID() throws {
        let records = ReadBenchmark.parts(
            try workload.recordsToRead().compactMap { read in ResourceType(name: read.type).map { ($0, read.id) } })
        func open(_ record: (ResourceType, String)) throws -> Int {
            try snapshot.read(record.0, id: record.1, as: actor, for: .treatment) == nil ? 0 : 1
        }
        for record in records.warm { _ = try open(record) }
        var found = 0
        let plain = try medianTime(records.plain.count) { run in found += try open(records.plain[run]) }
        Figures.check("read.one.rows", UInt64(found))
        Figures.write("read.one", plain, "µs")
        let queries = try records.proven.map { try Query.read($0.0, id: $0.1) }
        var files: [[UInt8]] = []
        let proving = try medianTime(queries.count) { run in
            files.append(try snapshot.answer(prepared: queries[run], as: actor, for: .treatment).answer.bytes)
        }
        Figures.write("read.one.proven", proving, "µs")
        Figures.write("read.one.answer", Double(files.reduce(0) { $0 + $1.count }) / Double(files.count), "bytes")
        let texts = queries.map(\.text)
        Figures.write("read.one.asked", try medianTime(texts.count) { run in _ = try query(texts[run]) }, "µs")
        try verification(of: files)
        try threads(records.plain)
    }

    /// Verifies answers by verifiers that do not know the commit, and by turns the signature of the checkpoint alone,
    /// which is a part of that; then by a verifier that has seen the commit.
    private func verification(of files: [[UInt8]]) throws {
        let policy = LogPolicy(log: store.verifierKey)
        let checkpoint = try snapshot.checkpoint()
        var times: [Double] = []
        var signatureTimes: [Double] = []
        for file in files {
            let verifier = AnswerVerifier(policy)
            times.append(try time { _ = try verifier.verify(file) })
            signatureTimes.append(try time { _ = try checkpoint.verify(policy) })
        }
        let verifying = times.sorted()[times.count / 2]
        let signature = signatureTimes.sorted()[times.count / 2]
        Figures.write("read.one.verified", verifying, "µs")
        Figures.write("verify.signature", signature, "µs")
        Figures.write("read.one.verifiedBeyondSignature", verifying - signature, "µs")
        let next = try medianTime(files.count) { run in _ = try verifier.verify(files[run]) }
        Figures.write("read.one.verifiedNext", next, "µs")
    }

    /// Records by id, read by several threads at once, each with a snapshot of its own.
    private func threads(_ records: [(ResourceType, String)]) throws {
        let store = store
        let actor = actor
        for count in [1, 2, 4] {
            let elapsed = time {
                DispatchQueue.concurrentPerform(iterations: count) { thread in
                    guard let snapshot = try? store.snapshot() else { return }
                    for run in 0..<(records.count * 4) {
                        let record = records[(run * 7 + thread * 131) % records.count]
                        _ = try? snapshot.read(record.0, id: record.1, as: actor, for: .treatment)
                    }
                }
            }
            Figures.write("read.threads.\(count)", Double(records.count * 4 * count) / (elapsed / 1e6), "reads/s")
        }
    }

    // MARK: A patient

    private func ofPatients() throws {
        let questions = ReadBenchmark.parts(
            try workload.patientsToRead().map { "SELECT resource FROM Observation WHERE patient = Patient/\($0)" })
        for question in questions.warm { _ = try query(question) }
        var rows = 0
        let plain = try time { for question in questions.plain { rows += try query(question).rows.count } }
        Figures.check("read.patient.rows", UInt64(rows))
        Figures.write("read.patient", plain / Double(rows), "µs/row")

        var answers: [AnsweredQuery] = []
        let proving = try time { for question in questions.proven { answers.append(try answer(question)) } }
        let provenRows = Double(answers.reduce(0) { $0 + $1.result.rows.count })
        Figures.write("read.patient.proven", proving / provenRows, "µs/row")
        let verifying = try time { for answered in answers { _ = try verifier.verify(answered.answer.bytes) } }
        Figures.write("read.patient.verified", verifying / provenRows, "µs/row")
    }

    // MARK: Many patients

    /// Patients with diabetes whose last HbA1c was above 7: two queries, which the application joins.
    private func cohort() throws {
        var count = 0
        let microseconds = try medianTime(9) { _ in
            let diabetics = Set(try query("SELECT patient FROM Condition WHERE code = snomed|44054006").rows.map(\.[0]))
            let values = try query(
                "SELECT patient, value.value FROM Observation WHERE code = loinc|4548-4 ORDER BY date")
            var last: [Cell: Double] = [:]
            for row in values.rows where diabetics.contains(row[0]) { last[row[0]] = Double(row[1].text) }
            count = last.values.count { $0 > 7 }
        }
        Figures.check("cohort", UInt64(count))
        Figures.write("cohort", microseconds / 1e3, "ms")
    }

    // MARK: A question

    /// Times a question without proof, with proof, and its verification; says so when the language does not have it.
    @discardableResult
    private func question(_ name: String, _ text: String, runs: Int) throws -> QueryResult? {
        let first: AnsweredQuery
        do {
            first = try answer(text)
        } catch StoreError.query(.syntax(let error)) {
            Figures.skip(name, because: "\(error)")
            return nil
        }
        let file = first.answer.bytes
        Figures.write("\(name)", try medianTime(runs) { _ in _ = try query(text) } / 1e3, "ms")
        Figures.write("\(name).rows", Double(first.result.rows.count), "")
        Figures.write("\(name).proven", try medianTime(runs) { _ in _ = try answer(text) } / 1e3, "ms")
        Figures.write("\(name).verified", try medianTime(runs) { _ in _ = try verifier.verify(file) } / 1e3, "ms")
        Figures.write("\(name).answer", Double(file.count), "bytes")
        Figures.write("\(name).treeProof", Double(first.answer.treeProof.count), "bytes")
        return first.result
    }
}

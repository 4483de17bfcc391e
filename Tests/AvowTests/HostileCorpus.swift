import Avow
import AvowConsent
import AvowQuery
import AvowVerify
import Foundation

@testable import AvowProof

/// An answer that a verifier must refuse, and the check that it must fail.
struct HostileAnswer {
    /// What was done to it.
    let name: String
    /// The path of the error's cases: `tree.incomplete`; or where it begins, when the rest is left to chance.
    let reason: String
    let bytes: [UInt8]
    /// The key to verify with.
    let key: VerifierKey
}

/// Forgeries of every part of an answer, each encoded again so that the file's own digest fits.
///
/// Two stores under one origin hold the same records, the first in two commits.
final class HostileCorpus {
    static let weights =
        "SELECT id, effective FROM Observation WHERE code = loinc|29463-7 ORDER BY date LIMIT 2"

    let fixture: StoreFixture
    let other: StoreFixture
    /// The question answered at the first import's commit, and at the second's.
    let old: Answer
    let sound: Answer
    /// The first commit of the log.
    private let first: CommitRecord
    private(set) var hostile: [HostileAnswer] = []

    var key: VerifierKey { fixture.store.verifierKey }

    init() throws {
        fixture = try StoreFixture()
        other = try StoreFixture()
        first = try fixture.store.snapshot().commit
        let bundles = try fixture.writeSamples(2)
        let paths = ["patient-0.json", "patient-1.json"].map { bundles.appendingPathComponent($0).path }
        try fixture.store.importUnvalidated(at: [paths[0]])
        old = try HostileCorpus.answer(fixture, HostileCorpus.weights)
        try fixture.store.importUnvalidated(at: [paths[1]])
        sound = try HostileCorpus.answer(fixture, HostileCorpus.weights)
        try other.store.importUnvalidated(at: [paths[0]])
        try other.store.importUnvalidated(at: [paths[1]])
        try forgeRecords()
        try forgeLog()
        try forgeValues()
        try forgeQuestion()
        try forgeProof()
        try forgeCount()
        try forgeGroups()
        try forgeQuestions()
        try forgeForm()
    }

    private static func answer(_ fixture: StoreFixture, _ text: String) throws -> Answer {
        try fixture.store.answer(text, as: StoreFixture.clinician, for: .treatment).answer
    }

    private func answer(_ text: String) throws -> Answer {
        try HostileCorpus.answer(fixture, text)
    }

    /// Adds a forgery of `answer`.
    func add(
        _ name: String, _ reason: String, of answer: Answer? = nil, key: VerifierKey? = nil,
        _ change: (inout Answer) throws -> Void
    ) throws {
        var forged = answer ?? sound
        try change(&forged)
        hostile.append(HostileAnswer(name: name, reason: reason, bytes: forged.bytes, key: key ?? self.key))
    }

    /// Adds a file as it is.
    func addFile(_ name: String, _ reason: String, _ bytes: [UInt8]) throws {
        hostile.append(HostileAnswer(name: name, reason: reason, bytes: bytes, key: key))
    }

    // MARK: Rows

    private func forgeRecords() throws {
        let stranger = try answer("SELECT id FROM Patient LIMIT 1").records[0]
        try add("the last record dropped", "missingRecord") { $0.records.removeLast() }
        try add("all records dropped", "missingRecord") { $0.records = [] }
        try add("a record of another answer added", "unreadRecord") { $0.records.append(stranger) }
        try add("a record given twice", "unreadRecord") { $0.records.append($0.records[0]) }
        try add("a record replaced by that of another answer", "missingRecord") { $0.records[1] = stranger }
        try add("a record replaced by a copy of the other one", "missingRecord") {
            $0.records[1] = $0.records[0]
        }
        try add("the JSON of two records swapped", "missingRecord") { answer in
            let (one, two) = (answer.records[0], answer.records[1])
            answer.records = [
                DisclosedRecord(json: two.json, saltSeed: one.saltSeed, sealedDigest: one.sealedDigest),
                DisclosedRecord(json: one.json, saltSeed: two.saltSeed, sealedDigest: two.sealedDigest),
            ]
        }
        try add("one member's value swapped between two records", "missingRecord") { answer in
            let range = { (record: DisclosedRecord) throws in
                let text = String(decoding: record.json, as: UTF8.self)
                let start = try unwrapped(text.range(of: "\"issued\":")).upperBound
                return (text, start..<(try unwrapped(text[start...].firstIndex(of: ","))))
            }
            let (one, oneRange) = try range(answer.records[0])
            let (two, twoRange) = try range(answer.records[1])
            answer.records[0] = answer.records[0].with(
                json: one.replacingCharacters(in: oneRange, with: two[twoRange]))
            answer.records[1] = answer.records[1].with(
                json: two.replacingCharacters(in: twoRange, with: one[oneRange]))
        }
        try add("the salts of two records swapped", "missingRecord") { answer in
            let (one, two) = (answer.records[0], answer.records[1])
            answer.records = [
                DisclosedRecord(json: one.json, saltSeed: two.saltSeed, sealedDigest: one.sealedDigest),
                DisclosedRecord(json: two.json, saltSeed: one.saltSeed, sealedDigest: two.sealedDigest),
            ]
        }
        try add("the digests of two sealed records swapped", "missingRecord") { answer in
            let (one, two) = (answer.records[0], answer.records[1])
            answer.records = [
                DisclosedRecord(json: one.json, saltSeed: one.saltSeed, sealedDigest: two.sealedDigest),
                DisclosedRecord(json: two.json, saltSeed: two.saltSeed, sealedDigest: one.sealedDigest),
            ]
        }
        try add("a member of a record removed", "missingRecord") { answer in
            let text = String(decoding: answer.records[0].json, as: UTF8.self)
            answer.records[0] = answer.records[0].with(
                json: text.replacingOccurrences(of: "\"status\":\"final\",", with: ""))
        }
        try add("a member added to a record", "missingRecord") { answer in
            let text = String(decoding: answer.records[0].json, as: UTF8.self)
            answer.records[0] = answer.records[0].with(json: text.dropLast() + ",\"valueInteger\":7}")
        }
        try add("a member given twice in a record", "malformedRecord") { answer in
            let text = String(decoding: answer.records[0].json, as: UTF8.self)
            answer.records[0] = answer.records[0].with(json: text.dropLast() + ",\"status\":\"amended\"}")
        }
        try add("white space in a record", "malformedRecord") { answer in
            let text = String(decoding: answer.records[0].json, as: UTF8.self)
            answer.records[0] = answer.records[0].with(json: text.dropLast() + " }")
        }
        try add("a record that is not JSON", "malformedRecord") {
            $0.records[0] = $0.records[0].with(json: "{")
        }
    }

    // MARK: The commit, the log and its signature

    private func forgeLog() throws {
        let now = try TlogProof(parsing: sound.logProof)
        let before = try TlogProof(parsing: old.logProof)
        let commit = try CommitRecord(decoding: sound.commit)
        let oldCommit = try CommitRecord(decoding: old.commit)
        let forger = try SigningKey(name: key.name, seed: [UInt8](repeating: 7, count: 32).span)
        try add("an old checkpoint under a new answer", "log.notIncluded.indexOutsideLog") {
            $0.logProof = TlogProof(index: now.index, path: now.path, checkpoint: before.checkpoint).bytes
        }
        try add("an old log proof under a new answer", "log.notIncluded.rootMismatch") {
            $0.logProof = self.old.logProof
        }
        try add("a new checkpoint over an old answer", "log.notIncluded.rootMismatch", of: old) {
            $0.logProof =
                TlogProof(
                    index: before.index, path: [self.first.leafHash, before.checkpoint.checkpoint.root],
                    checkpoint: now.checkpoint
                ).bytes
        }
        try add("a new log proof over an old answer", "log.notIncluded.rootMismatch", of: old) {
            $0.logProof = self.sound.logProof
        }
        try add("an old answer, proven to stand in the newest log", "commitSuperseded", of: old) {
            $0.logProof =
                TlogProof(
                    index: 1, path: [self.first.leafHash, commit.leafHash], checkpoint: now.checkpoint
                ).bytes
        }
        try add("a checkpoint that another key signed", "log.notSigned") {
            $0.logProof =
                TlogProof(
                    index: now.index, path: now.path,
                    checkpoint: try SignedCheckpoint(now.checkpoint.checkpoint, signedBy: forger)
                ).bytes
        }
        try add("a checkpoint of another origin", "log.wrongOrigin") {
            let claimed = now.checkpoint.checkpoint
            $0.logProof =
                TlogProof(
                    index: now.index, path: now.path,
                    checkpoint: try SignedCheckpoint(
                        Checkpoint(origin: "elsewhere.example", size: claimed.size, root: claimed.root),
                        signedBy: forger)
                ).bytes
        }
        for (name, size, root) in [
            ("a checkpoint whose size was changed", UInt64(4), now.checkpoint.checkpoint.root),
            ("a checkpoint whose root was changed", UInt64(3), commit.stateRoot),
        ] {
            try add(name, "log.invalidSignature") {
                let changed = try Checkpoint(origin: now.checkpoint.checkpoint.origin, size: size, root: root)
                let signatures = String(decoding: now.checkpoint.bytes, as: UTF8.self).split(
                    separator: "\n\n", maxSplits: 1)[1]
                let note = changed.text + Array("\n\(signatures)".utf8)
                $0.logProof =
                    TlogProof(
                        index: now.index, path: now.path, checkpoint: try SignedCheckpoint(parsing: note)
                    ).bytes
            }
        }
        try add("an inclusion path with a hash left out", "log.notIncluded.wrongPathLength") {
            $0.logProof = TlogProof(index: now.index, path: [], checkpoint: now.checkpoint).bytes
        }
        try add("a log proof cut short", "log.noSignatures") {
            let text = String(decoding: $0.logProof, as: UTF8.self)
            $0.logProof = Array(text[..<(try unwrapped(text.range(of: "\n\n—")).lowerBound)].utf8) + [10]
        }
        for (name, forged) in [
            (
                "the commit's time changed",
                try CommitRecord(
                    sequence: commit.sequence, time: commit.time + 1, entryCount: commit.entryCount,
                    stateRoot: commit.stateRoot, reason: commit.reason)
            ),
            (
                "the commit's entry count changed",
                try CommitRecord(
                    sequence: commit.sequence, time: commit.time, entryCount: commit.entryCount - 1,
                    stateRoot: commit.stateRoot, reason: commit.reason)
            ),
            (
                "the commit's state root changed",
                try CommitRecord(
                    sequence: commit.sequence, time: commit.time, entryCount: oldCommit.entryCount,
                    stateRoot: oldCommit.stateRoot, reason: commit.reason)
            ),
            (
                "the commit's number changed",
                try CommitRecord(
                    sequence: commit.sequence - 1, time: commit.time, entryCount: commit.entryCount,
                    stateRoot: commit.stateRoot, reason: commit.reason)
            ),
            (
                "the commit's reason changed",
                try CommitRecord(
                    sequence: commit.sequence, time: commit.time, entryCount: commit.entryCount,
                    stateRoot: commit.stateRoot, reason: "another one")
            ),
        ] {
            try add(name, "log.notIncluded.rootMismatch") { $0.commit = forged.encoded }
        }
        try add("a byte behind the commit", "commit") { $0.commit.append(0) }
        // A store that signs what it likes: one commit at two places of its log.
        try add("a commit at another place than it says", "commitMisplaced", key: forger.verifierKey) {
            let log = LogProof.innerHash(commit.leafHash, commit.leafHash)
            let root = LogProof.innerHash(log, log)
            let checkpoint = try Checkpoint(origin: self.key.name.description, size: 4, root: root)
            $0.logProof =
                TlogProof(
                    index: 3, path: [commit.leafHash, log],
                    checkpoint: try SignedCheckpoint(checkpoint, signedBy: forger)
                ).bytes
        }
        let foreign = try HostileCorpus.answer(other, HostileCorpus.weights)
        try add("the answer of another store of the same name", "log.notSigned", of: foreign) { _ in }
        try add("the tree proof, values and records of another store", "tree.wrongRoot") {
            $0.treeProof = foreign.treeProof
            $0.values = foreign.values
            $0.records = foreign.records
        }
        try add("the tree proof, values and records of an older commit", "tree.wrongRoot") {
            $0.treeProof = self.old.treeProof
            $0.values = self.old.values
            $0.records = self.old.records
        }
    }

    // MARK: Values that rest in the tree

    private func forgeValues() throws {
        func salt(_ value: [UInt8]) -> [UInt8] { Array(value.prefix(SaltedValue.saltByteCount)) }
        let catalog = try unwrapped(sound.values.firstIndex { $0.count > 200 })
        let audience = try unwrapped(sound.values.firstIndex { $0.count <= 200 })
        try add("a value left out", "missingValue") { $0.values.removeLast() }
        try add("a value added", "unreadValue") { $0.values.append([1, 2, 3]) }
        try add("a value given twice", "unreadValue") { $0.values.append($0.values[0]) }
        try add("the audience widened to every purpose", "missingValue") {
            let widened = Audience([Grant(purpose: .anyPurpose, recipient: .anyone)])
            $0.values[audience] = salt($0.values[audience]) + widened.encoded
        }
        try add("the audience narrowed to nobody", "missingValue") {
            $0.values[audience] = salt($0.values[audience]) + Audience.nobody.encoded
        }
        try add("the audience under another salt", "missingValue") {
            $0.values[audience] = [UInt8](repeating: 0, count: 16) + $0.values[audience].dropFirst(16)
        }
        try add("the catalog without the index", "missingValue") {
            $0.values[catalog] = salt($0.values[catalog]) + IndexCatalog([IndexDefinition]()).bytes
        }
        let patients = try answer("SELECT id FROM Patient")
        let identifiers = try patients.records.map { record in
            let text = String(decoding: record.json, as: UTF8.self)
            return String(
                text[try unwrapped(text.range(of: "\"id\":\"")).upperBound...].prefix { $0 != "\"" })
        }
        let located = try answer("SELECT * FROM Patient WHERE _id = \(identifiers[0])")
        let stranger = try answer("SELECT * FROM Patient WHERE _id = \(identifiers[1])")
        try add("a location led to another record", "missingValue", of: located) { answer in
            let target = try LocatedRecord(try unwrapped(stranger.values.last))
            let source = try LocatedRecord(try unwrapped(answer.values.last))
            answer.values[answer.values.count - 1] =
                LocatedRecord(
                    pseudonym: source.pseudonym, number: source.number, version: source.version,
                    digest: target.digest
                ).bytes
            answer.records = stranger.records
        }
        try add("the location and record of another patient", "missingValue", of: located) { answer in
            answer.values[answer.values.count - 1] = try unwrapped(stranger.values.last)
            answer.records = stranger.records
        }
        try add("an answer about another patient", "tree.incomplete", of: stranger) {
            $0.query = located.query
        }
        let one = try answer("SELECT id FROM Patient WHERE patient = Patient/\(identifiers[0])")
        let two = try answer("SELECT id FROM Patient WHERE patient = Patient/\(identifiers[1])")
        try add("a patient's pseudonym exchanged for another's", "missingValue", of: one) {
            $0.values[$0.values.count - 1] = try unwrapped(two.values.last)
            $0.treeProof = one.treeProof
            $0.records = two.records
        }
        try add("an answer about another patient, found by reference", "tree", of: two) {
            $0.query = one.query
        }
    }

    // MARK: What was asked, by whom, why

    private func forgeQuestion() throws {
        let base = "SELECT id, effective FROM Observation WHERE code = loinc|29463-7"
        let texts = [
            ("a smaller LIMIT", base + " ORDER BY date LIMIT 1", "unreadRecord"),
            ("no rows at all", base + " ORDER BY date LIMIT 0", "unreadValue"),
            ("a larger LIMIT", base + " ORDER BY date LIMIT 3", "tree.incomplete"),
            ("no LIMIT", base + " ORDER BY date", "tree.incomplete"),
            ("descending for ascending", base + " ORDER BY date DESC LIMIT 2", "tree.incomplete"),
            ("a later date", base + " AND date >= 2024 ORDER BY date LIMIT 2", "tree.incomplete"),
            ("an earlier end", base + " AND date < 1990 ORDER BY date LIMIT 2", "unreadRecord"),
            (
                "a contradiction", base + " AND date < 1990 AND date > 1991 ORDER BY date LIMIT 2",
                "unreadValue"
            ),
            (
                "another code", "SELECT id FROM Observation WHERE code = loinc|8302-2 ORDER BY date LIMIT 2",
                "tree.incomplete"
            ),
            (
                "another system",
                "SELECT id FROM Observation WHERE code = snomed|29463-7 ORDER BY date LIMIT 2",
                "tree.incomplete"
            ),
            (
                "another type", "SELECT id FROM Condition WHERE code = loinc|29463-7 LIMIT 2",
                "tree.incomplete"
            ),
            ("another way in", "SELECT id, effective FROM Observation LIMIT 2", "tree.incomplete"),
            ("another patient", base + " AND patient = Patient/nobody LIMIT 2", "tree.incomplete"),
            ("a count", "SELECT COUNT(*) FROM Observation WHERE code = loinc|29463-7", "tree.incomplete"),
            ("another order", base + " ORDER BY effective LIMIT 2", "tree.incomplete"),
            ("another actor named in the query", sound.query + " AS Practitioner/2", "contradictoryRequest"),
            ("another purpose named in the query", sound.query + " FOR HRESCH", "contradictoryRequest"),
            ("a query that cannot be parsed", sound.query + " PLEASE", "query.syntax"),
            ("a type that there is not", "SELECT id FROM Unicorn LIMIT 2", "query.syntax"),
        ]
        for (name, text, reason) in texts {
            try add("the query changed: \(name)", reason) { $0.query = text }
        }
        let descending = try answer(base + " ORDER BY date DESC LIMIT 2")
        try add("a descending answer to an ascending query", "tree.incomplete", of: descending) {
            $0.query = HostileCorpus.weights
        }
        let three = try answer(base + " ORDER BY date LIMIT 3")
        try add("an answer cut below its LIMIT", "missingRecord", of: three) { $0.records.removeLast() }
        try add("a LIMIT of three passed off as two", "unreadRecord", of: three) {
            $0.query = HostileCorpus.weights
        }
        let ordinary = sound.request
        for (name, request) in [
            ("research", AccessRequest(actor: ordinary.actor, purpose: .research, time: ordinary.time)),
            (
                "a narrower purpose",
                AccessRequest(
                    actor: ordinary.actor, purpose: try Purpose(code: "ETREAT"), time: ordinary.time)
            ),
            (
                "another permitted purpose",
                AccessRequest(actor: ordinary.actor, purpose: .payment, time: ordinary.time)
            ),
        ] {
            try add("the request changed: \(name)", "tree.incomplete") { $0.request = request }
        }
    }
}

extension DisclosedRecord {
    /// The same record with other JSON.
    func with(json: [UInt8]) -> DisclosedRecord {
        DisclosedRecord(json: json, saltSeed: saltSeed, sealedDigest: sealedDigest)
    }

    fileprivate func with(json: some StringProtocol) -> DisclosedRecord {
        with(json: Array(json.utf8))
    }
}

/// What a fixture needs and does not find.
struct FixtureLacks: Error {
    let what: String
}

func unwrapped<Value>(_ value: Value?, _ what: String = "a value") throws -> Value {
    guard let value else { throw FixtureLacks(what: what) }
    return value
}

import Avow
import AvowConsent
import AvowQuery

@testable import AvowProof

// Forgeries of answers to questions with conditions as trees, sets, events, aggregates and joined values: a record
// dropped, added or changed, a part of the proof hidden, and the question changed under the proof.
extension HostileCorpus {
    private static let weight = "FROM Observation WHERE code = loinc|29463-7"

    /// Questions whose answers disclose records.
    static let questions = [
        ("a tree of conditions", "SELECT id \(weight) AND NOT (value-quantity < 1 'kg' OR status = amended)"),
        ("a path", "SELECT id \(weight) AND PATH(value.value > 1)"),
        (
            "several codes",
            "SELECT id, value.value FROM Observation WHERE code IN (loinc|29463-7, loinc|8302-2) LIMIT 9"
        ),
        ("an average", "SELECT AVG(value.value), MEDIAN(value.value), COUNT(DISTINCT patient) \(weight)"),
        (
            "groups that must meet conditions",
            "SELECT patient, MAX(value.value) \(weight) GROUP BY patient HAVING COUNT(*) > 1"
        ),
        ("the latest value", "SELECT patient, value.value \(weight) ORDER BY date DESC LIMIT 1 PER patient"),
        ("the first date", "SELECT MIN(date), COUNT(*) \(weight)"),
        ("different rows", "SELECT DISTINCT patient \(weight)"),
        ("a set", "SELECT id FROM Patient WHERE patient IN (SELECT patient \(weight) AND PATH(value.value > 1))"),
        ("events", "SELECT id FROM Patient WHERE EXISTS (Observation WHERE code = loinc|29463-7 AND status = final)"),
        (
            "a relation in time",
            "SELECT id \(weight) AND WITHIN 2 YEARS AFTER FIRST (Observation WHERE code = loinc|29463-7) LIMIT 5"
        ),
        ("a joined value", "SELECT id, (SELECT birthDate FROM Patient) AS born \(weight) LIMIT 5"),
        (
            "cohorts",
            "COHORT a AS SELECT patient \(weight); SELECT id FROM Patient WHERE patient IN COHORT a"
        ),
    ]

    /// Questions whose answers disclose no record.
    static let countedQuestions = [
        ("counting patients", "SELECT COUNT(DISTINCT patient) \(weight)"),
        ("counting under a set", "SELECT COUNT(*) \(weight) AND EXISTS (Observation WHERE code = loinc|8302-2)"),
        ("counting under events", "SELECT COUNT(*) \(weight) AND AFTER (Observation WHERE code = loinc|8302-2)"),
        (
            "groups of some codes",
            "SELECT code, COUNT(*) FROM Observation WHERE code IN (loinc|29463-7, loinc|8302-2) GROUP BY code"
        ),
        ("a plan", "EXPLAIN SELECT id \(weight)"),
    ]

    func forgeQuestions() throws {
        let stranger = try answered("SELECT id FROM Encounter LIMIT 1").records
        for (name, text) in HostileCorpus.questions {
            let answer = try answered(text)
            guard !answer.records.isEmpty else { throw FixtureLacks(what: "records of \(name)") }
            for index in Set([0, answer.records.count / 2, answer.records.count - 1]) {
                try add("\(name): record \(index) dropped", "missingRecord", of: answer) {
                    $0.records.remove(at: index)
                }
                try add("\(name): record \(index) changed", "missingRecord", of: answer) {
                    let json = String(decoding: $0.records[index].json, as: UTF8.self)
                    $0.records[index] = $0.records[index].with(
                        json: Array((json.dropLast() + ",\"implicitRules\":\"x\"}").utf8))
                }
            }
            if let record = stranger.first {
                try add("\(name): a record added", "unreadRecord", of: answer) { $0.records.append(record) }
            }
            try add("\(name): a record given twice", "unreadRecord", of: answer) { $0.records.append($0.records[0]) }
        }
        for (name, text) in HostileCorpus.questions + HostileCorpus.countedQuestions {
            let answer = try answered(text)
            try add("\(name): the proof of another question", "tree", of: answer) {
                $0.treeProof = try self.answered("SELECT COUNT(*) FROM Encounter").treeProof
            }
            let proof = try ProofSurgery(answer.treeProof)
            // Of each sort of leaf the one in the middle; what a verifier does not need may be anything.
            for disclosure in [LeafDisclosure.order, .full] {
                let leaves = proof.leaves(disclosure)
                guard !leaves.isEmpty else { continue }
                let index = leaves[leaves.count / 2]
                var forged = proof
                let leaf = try unwrapped(forged.items[index].leaf)
                forged.items[index].item = .pruned(count: 1, hash: ProofSurgery.hash(leaf))
                let bytes = forged.bytes
                try add("\(name): an entry hidden, which was shown as far as \(disclosure)", "tree", of: answer) {
                    $0.treeProof = bytes
                }
            }
            try add("\(name): the question changed", "tree", of: answer) {
                $0.query = $0.query.replacing("29463-7", with: "85354-9")
            }
        }
    }

    private func answered(_ text: String) throws -> Answer {
        try fixture.store.answer(text, as: StoreFixture.clinician, for: .treatment).answer
    }
}

import Avow
import AvowConsent
import AvowVerify

/// Counting by code and year, which the tree's own counts answer.
enum GroupBenchmark {
    private static let questions = [
        ("observations by code and year", "SELECT code, year(date), COUNT(*) FROM Observation GROUP BY code, year(date)"),
        ("everything by code and year", "SELECT code, year(date), COUNT(*) FROM Resource GROUP BY code, year(date)"),
        (
            "everything by code and year, sorted",
            "SELECT code, year(date), COUNT(*) FROM Resource GROUP BY code, year(date) ORDER BY code, year(date)"
        ),
        ("everything by code", "SELECT code, COUNT(*) FROM Resource GROUP BY code ORDER BY COUNT(*) DESC"),
        ("one code by year", "SELECT year(date), COUNT(*) FROM Observation WHERE code = loinc|4548-4 GROUP BY year(date)"),
    ]

    static func run(_ snapshot: Snapshot, _ verifier: AnswerVerifier, _ actor: Actor) throws -> [Figure] {
        var figures: [Figure] = []
        for (name, question) in questions {
            let answered = try snapshot.answer(question, as: actor, for: .treatment)
            let file = answered.answer.bytes
            let count = answered.result.rows.reduce(0) { $0 + (Int($1.last?.text ?? "") ?? 0) }
            figures += [
                Figure(name: "\(name): groups", value: Double(answered.result.rows.count), unit: ""),
                Figure(name: "\(name): counted", value: Double(count), unit: ""),
                Figure(name: "\(name): no proof", value: try median(21) { _ = try snapshot.query(question, as: actor, for: .treatment) } / 1e3, unit: "ms"),
                Figure(name: "\(name): with proof", value: try median(21) { _ = try snapshot.answer(question, as: actor, for: .treatment) } / 1e3, unit: "ms"),
                Figure(name: "\(name): verification", value: try median(21) { _ = try verifier.verify(file) } / 1e3, unit: "ms"),
                Figure(name: "\(name): answer file", value: Double(file.count) / 1_024, unit: "KiB"),
            ]
        }
        return figures
    }
}

import Avow
import AvowConsent
import AvowProof
import AvowQuery
import AvowVerify
import Foundation
import Testing

/// The thirty questions of `Examples/queries`: what Avow answers is what DuckDB computes over the same JSON, is verified
/// without the store, and refused when anything of it was changed.
@Suite struct `The thirty questions` {
    /// How many of the made-up patients of seed 1 the recorded results are of.
    private static let patientCount = 60
    private static let recorded = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Vectors/questions.json")

    @Test(arguments: [false, true])
    func `have the recorded results over made-up patients`(withTheirIndexes: Bool) throws {
        let fixture = try StoreFixture()
        let folder = try fixture.writeSamples(Self.patientCount)
        if ProcessInfo.processInfo.environment["AVOW_RECORD"] == "1", !withTheirIndexes {
            try Self.record(try QuestionOracle.questions(over: folder))
        }
        let questions = try JSONDecoder().decode([Question].self, from: Data(contentsOf: Self.recorded))
        let inquiry = try Inquiry(fixture, folder, questions)
        if withTheirIndexes { try QuestionIndex.make(in: fixture.store) }
        try inquiry.run(forgesAll: true)
    }

    @Test(
        .enabled(
            if: QuestionOracle.python != nil && SharedData.has("synthea-r4-40.tar.zst"),
            "needs a Python with DuckDB and ../shared/data/synthea-r4-40.tar.zst"))
    func `have the results that DuckDB computes over forty synthetic patients`() throws {
        try Self.inquire("synthea-r4-40.tar.zst")
    }

    @Test(
        .enabled(
            if: isFull && QuestionOracle.python != nil && SharedData.has("synthea-r4-260.tar.zst"),
            "takes minutes: set AVOW_FULL=1; needs a Python with DuckDB and ../shared/data/synthea-r4-260.tar.zst"))
    func `have the results that DuckDB computes over two hundred and sixty synthetic patients`() throws {
        try Self.inquire("synthea-r4-260.tar.zst")
    }

    static let isFull = ProcessInfo.processInfo.environment["AVOW_FULL"] == "1"

    private static func inquire(_ archive: String) throws {
        let fixture = try StoreFixture()
        let folder = fixture.directory.appending(path: "bundles")
        try SharedData.unpack(archive, into: folder)
        let inquiry = try Inquiry(fixture, folder, QuestionOracle.questions(over: folder))
        try QuestionIndex.make(in: fixture.store)
        try inquiry.run(forgesAll: false)
    }

    /// Keeps results, a row a line.
    private static func record(_ questions: [Question]) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let texts = try questions.map { String(decoding: try encoder.encode($0), as: UTF8.self) }
        let lines = texts.joined(separator: ",\n").replacing("],[", with: "],\n[")
        try Data("[\n\(lines)\n]\n".utf8).write(to: recorded)
    }
}

/// A store that the questions are put to.
private final class Inquiry {
    private let fixture: StoreFixture
    private let questions: [Question]
    private let key: VerifierKey
    private var answers: [(question: Question, answer: Answer, result: QueryResult)] = []

    init(_ fixture: StoreFixture, _ folder: URL, _ questions: [Question]) throws {
        self.fixture = fixture
        self.questions = questions
        key = fixture.store.verifierKey
        try fixture.store.importUnvalidated(at: [folder.path])
    }

    /// - Parameter forgesAll: whether the answers to all questions are forged, and not those to every fifth.
    func run(forgesAll: Bool) throws {
        #expect(questions.count == 30)
        for question in questions {
            let answered = try fixture.store.answer(try question.text, as: StoreFixture.clinician, for: .treatment)
            #expect(question.difference(from: answered.result) == nil, "\(question.name)")
            #expect(!answered.result.rows.isEmpty, "\(question.name)")
            answers.append((question, answered.answer, answered.result))
        }
        let strangers = try ["SELECT * FROM Organization LIMIT 1", "SELECT * FROM Practitioner LIMIT 1"].flatMap {
            try fixture.store.answer($0, as: StoreFixture.clinician, for: .treatment).answer.records
        }
        // The verifier has files and a key.
        fixture.close()
        for (number, answered) in answers.enumerated() {
            let verifier = AnswerVerifier(LogPolicy(log: key))
            let verified = try verifier.verify(answered.answer.bytes)
            #expect(verified.result == answered.result, "\(answered.question.name)")
            guard forgesAll || number.isMultiple(of: 5) else { continue }
            let forgeries = try QuestionForgery.all(of: answered.answer, strangers: strangers)
            #expect(forgeries.count > 5, "\(answered.question.name)")
            for forgery in forgeries {
                #expect(throws: VerificationError.self, "\(answered.question.name): \(forgery.name)") {
                    try verifier.verify(forgery.answer.bytes)
                }
            }
        }
    }
}

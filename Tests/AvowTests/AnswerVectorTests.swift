import AvowProof
import AvowQuery
import AvowVerify
import Foundation
import Testing

/// Answers for other implementations of the verifier: `Vectors/answers/*.avow`, with `index.json` saying what each must
/// come to.
///
/// With the environment variable `AVOW_RECORD=1` they are made anew; otherwise they are read as they are, so that a
/// change of the format, or of what is refused, shows.
@Suite(.serialized) struct `Recorded answers` {
    private struct Index: Codable, Equatable {
        struct Case: Codable, Equatable {
            let file: String
            /// What was done to it.
            let about: String
            /// `accepted`, or the path of the refusal's cases.
            let expected: String
            /// The key to verify with.
            let key: String
        }

        var about = """
            Answers to one query, each in a file, verified with `key` (a C2SP vkey; the origin of the log is its name). \
            `expected` is "accepted", or which check must refuse it. An implementation may check in another order and \
            refuse for another reason; it must not accept.
            """
        /// The rows of the accepted answer: of each row its cells, as JSON texts.
        let rows: [[String]]
        let cases: [Case]
    }

    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Vectors").appendingPathComponent("answers")
    private static let isRecording = ProcessInfo.processInfo.environment["AVOW_RECORD"] == "1"

    private static func record() throws {
        let corpus = try HostileCorpus()
        let manager = FileManager.default
        try? manager.removeItem(at: folder)
        try manager.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(corpus.sound.bytes).write(to: folder.appendingPathComponent("sound.avow"))
        let rows = try AnswerVerifier(LogPolicy(log: corpus.key)).verify(corpus.sound.bytes).result.rows
        var cases = [
            Index.Case(file: "sound.avow", about: "sound", expected: "accepted", key: corpus.key.description)
        ]
        var taken: [String: Int] = [:]
        for forgery in corpus.hostile {
            // Of those that are refused alike a few will do.
            taken[forgery.reason, default: 0] += 1
            guard taken[forgery.reason, default: 0] <= 3 else { continue }
            let name = String(forgery.name.lowercased().map { $0.isLetter || $0.isNumber ? $0 : "-" })
            let file = name.replacingOccurrences(of: "--", with: "-") + ".avow"
            try Data(forgery.bytes).write(to: folder.appendingPathComponent(file))
            let reason = RefusalReason.of(forgery.bytes, forgery.key)
            cases.append(
                Index.Case(file: file, about: forgery.name, expected: reason, key: forgery.key.description))
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let index = Index(rows: rows.map { $0.map(\.json) }, cases: cases)
        try (encoder.encode(index) + Data("\n".utf8)).write(to: folder.appendingPathComponent("index.json"))
    }

    @Test func `come to what was recorded`() throws {
        if Self.isRecording { try Self.record() }
        let index = try JSONDecoder().decode(
            Index.self, from: try Data(contentsOf: Self.folder.appendingPathComponent("index.json")))
        #expect(index.cases.count > 40)
        #expect(index.cases.filter { $0.expected == "accepted" }.count == 1)
        for recorded in index.cases {
            let file = [UInt8](try Data(contentsOf: Self.folder.appendingPathComponent(recorded.file)))
            let key = try VerifierKey(parsing: recorded.key)
            #expect(RefusalReason.of(file, key) == recorded.expected, "\(recorded.about)")
            guard recorded.expected == "accepted" else { continue }
            let rows = try AnswerVerifier(LogPolicy(log: key)).verify(file).result.rows
            #expect(rows.map { $0.map(\.json) } == index.rows)
        }
    }
}

import ArgumentParser
import AvowConsent
import AvowProof
import AvowQuery
import AvowVerify
import Foundation

/// `avow verify`
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check an answer with nothing but the store's public key, and print its rows.",
        discussion: """
            The rows go to the output; what they are true of (commit, time, checkpoint) to the error stream. A \
            refused answer prints no rows.

            Exit status: 0 verified; 1 refused, with the name of the check that failed; 2 nothing could be checked.
            """)

    @Argument(help: ArgumentHelp("The answer.", valueName: "answer"))
    var path: String

    @Option(
        help: ArgumentHelp(
            "The store's public key as avow key prints it, or a file that holds it.", valueName: "key"))
    var key: String

    @Option(
        help: ArgumentHelp(
            "Refuse the answer unless it is one to this query.",
            discussion: "White space, comments and the case of keywords do not count.", valueName: "query"))
    var query: String?

    @Option(help: RowFormat.help)
    var format: RowFormat?

    func run() throws {
        let console = Console.current
        let key = try verifierKey()
        let expected = try expectedQuery(console)
        let file = try FileAccess.read(path, limit: Answer.maximumByteCount, failingWith: .usage)
        let verified: VerifiedAnswer
        do throws(VerificationError) {
            verified = try AnswerVerifier(LogPolicy(log: key)).verify(file)
        } catch {
            throw CommandFailure("refused by the check '\(error.check)': \(DisplayText.sanitized("\(error)"))")
        }
        if let expected, expected.statement.description != verified.query.statement.description {
            let found = DisplayText.sanitized(verified.query.statement.description)
            throw CommandFailure("refused by the check 'query': the answer is to another query: \(found)")
        }
        RowWriter.write(verified.result, format: format ?? .standard(for: console), to: console)
        console.note(VerifyCommand.facts(verified, Style(for: console.error)))
    }

    private func verifierKey() throws(CommandFailure) -> VerifierKey {
        if let key = try? VerifierKey(parsing: key) { return key }
        guard FileManager.default.fileExists(atPath: key) else {
            throw CommandFailure(
                "'\(DisplayText.sanitized(key))' is neither a public key (name+hash+base64) nor a file that holds one",
                status: .usage)
        }
        let bytes = try FileAccess.read(key, limit: 10_000, failingWith: .usage)
        let text = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        do throws(NoteError) {
            return try VerifierKey(parsing: text)
        } catch {
            throw CommandFailure("\(key) does not hold a public key: \(error.problem)", status: .usage)
        }
    }

    private func expectedQuery(_ console: Console) throws(CommandFailure) -> Query? {
        guard let query else { return nil }
        do throws(QueryError) {
            return try Query(query)
        } catch {
            throw CommandFailure(error, in: query, color: console.error.allowsColor)
        }
    }

    /// The columns of a fact's name.
    static let factWidth = 10

    /// What was verified, one fact a line.
    static func facts(_ answer: VerifiedAnswer, _ style: Style) -> String {
        let request = answer.request
        let checkpoint = answer.checkpoint.checkpoint
        let audiences = answer.result.audiences.count
        var facts = [
            // As it was understood: comments in its text could make it look like another one.
            ("query", answer.query.statement.description),
            ("asked", "by \(asker(request.actor)) for \(request.purpose), \(time(request.time))"),
            (
                "consent",
                answer.query.isAboutLedger
                    ? "the patient and the store's auditors may ask this"
                    : audiences == 0
                        ? "no audience in the store admits this request"
                        : HumanFormat.count(audiences, "audience admits", "audiences admit") + " this request"
            ),
            (
                "true of",
                "commit \(answer.commit.sequence), \(time(Int64(clamping: answer.commit.time))), "
                    + "\(HumanFormat.count(Int(clamping: answer.commit.entryCount))) entries, root \(answer.commit.stateRoot)"
            ),
            ("signed by", "\(checkpoint.origin), a log of \(checkpoint.size) commits, root \(checkpoint.root)"),
        ]
        if let reason = request.breakGlassReason { facts.insert(("because", "the glass was broken: \(reason)"), at: 2) }
        let head = style("verified", .green) + ": " + HumanFormat.count(answer.result.rows.count, "row")
        let lines = facts.map { name, value in
            "  " + style(DisplayText.padded(name, to: factWidth, onLeft: false), .dim) + DisplayText.sanitized(value)
        }
        return ([head] + lines).joined(separator: "\n")
    }

    /// Who asked, with all that they said to be.
    private static func asker(_ actor: Actor) -> String {
        var parts = ["\(actor)"]
        if !actor.roles.isEmpty { parts.append("in the role " + actor.roles.map(\.text).joined(separator: ", ")) }
        if let organization = actor.organization { parts.append("of \(organization.text)") }
        if !actor.groups.isEmpty { parts.append("of the group " + actor.groups.map(\.text).joined(separator: ", ")) }
        return parts.joined(separator: " ")
    }

    private static func time(_ milliseconds: Int64) -> String {
        Date(timeIntervalSince1970: Double(milliseconds / 1_000)).formatted(.iso8601)
    }
}

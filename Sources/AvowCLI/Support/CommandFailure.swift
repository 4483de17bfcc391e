import Avow
import AvowConsent
import AvowFHIR
import AvowQuery
import Foundation

/// How a command ended, as its exit status.
enum ExitStatus: Int32 {
    case success = 0
    /// The command failed, refused, or found damage or input that cannot be read.
    case failure = 1
    /// The command line or the query was not understood; nothing was done.
    case usage = 2
}

/// Ends the process.
func endProcess(_ status: ExitStatus) -> Never {
    exit(status.rawValue)
}

/// Why a command did not do what it was asked.
struct CommandFailure: Error {
    /// One line for a person, without the command's name; of a query with mistakes also the place.
    let message: String
    let status: ExitStatus

    init(_ message: String, status: ExitStatus = .failure) {
        self.message = message
        self.status = status
    }

    /// A failure of the store at `path`.
    init(_ error: StoreError, store path: String) {
        switch error {
        case .query(.syntax), .query(.missingActor), .query(.missingPurpose), .query(.consent):
            self.init("\(error)", status: .usage)
        case .index(let error):
            self.init("\(error)", status: .usage)
        case .view(let error):
            self.init("\(error)", status: .usage)
        case .input(let cause):
            let text = cause.description
            self.init(text.contains(cause.path) ? text : "\(cause.path): \(text)")
        default:
            let text = "\(error)"
            self.init(text.contains(path) ? text : "\(path): \(text)")
        }
    }

    /// A query that cannot be executed, whichever store it would have been for.
    init(_ error: QueryError, in query: String, color: Bool) {
        switch error {
        case .syntax(let error): self.init(error.rendered(in: query, color: color), status: .usage)
        case .missingActor:
            self.init(
                "the query does not say who asks: add --as Practitioner/… to the command, or AS to the query",
                status: .usage)
        case .missingPurpose:
            self.init(
                "the query does not say for which purpose: add --for TREAT (or another purpose of use) to the "
                    + "command, or FOR to the query", status: .usage)
        default: self.init("\(error)", status: .usage)
        }
    }
}

/// Runs `body` and turns the store's errors into failures of the command.
///
/// - Parameter query: the text of the query that is executed, so that mistakes which only the store tells are shown where
///   they stand in it.
func attempt<Result>(
    on path: String, asking query: String? = nil, _ body: () throws(StoreError) -> Result
) throws(CommandFailure) -> Result {
    do throws(StoreError) {
        return try body()
    } catch {
        if let query, case .query(.syntax(let mistake)) = error {
            throw CommandFailure(.syntax(mistake), in: query, color: Console.current.error.allowsColor)
        }
        throw CommandFailure(error, store: path)
    }
}

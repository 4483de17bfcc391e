import ArgumentParser
import AvowQuery

/// An older state of the store, as the command line names it and as the language does: `'COMMIT 12'`, `2026-01-31`.
struct AsOfArgument: ExpressibleByArgument {
    /// What stands behind AS OF.
    let text: String

    static let help = ArgumentHelp(
        "Ask what was there then: at a date such as 2026-01-31, or after a commit, 'commit 12'.", valueName: "state")

    init?(argument: String) {
        let words = argument.split(separator: " ")
        if words.count == 2, words[0].uppercased() == "COMMIT" {
            guard let number = UInt64(words[1]).flatMap(CommitNumber.init) else { return nil }
            text = "COMMIT \(number.value)"
        } else {
            guard let date = try? DateLiteral(argument) else { return nil }
            text = date.text
        }
    }
}

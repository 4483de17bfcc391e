import ArgumentParser
import Avow

/// Which versions a store keeps, as the command line says it: `100`, `30d`, `12h`, `100,30d`, `all`.
struct RetentionArgument: ExpressibleByArgument {
    let retention: Retention

    /// How it is written, for help.
    static let help =
        "100 for the newest hundred, 30d or 12h for those of the last days or hours, 100,30d for both, all for every one"

    init?(argument: String) {
        if argument.lowercased() == "all" {
            retention = .everything
            return
        }
        var commits: UInt64?
        var hours: Int64?
        for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
            if let count = UInt64(part), count > 0, commits == nil {
                commits = count
            } else if let unit = part.last, let length = ["d": 24, "h": 1][unit.lowercased()] as Int64?,
                let count = Int64(part.dropLast()), 1...1_000_000 ~= count, hours == nil
            {
                hours = count * length
            } else {
                return nil
            }
        }
        retention = Retention(commits: commits ?? 1, age: hours.map { .seconds($0 * 3_600) })
    }
}

import ArgumentParser
import Avow
import AvowFHIR
import AvowProof
import AvowQuery

/// `avow retain`
struct RetainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retain", abstract: "Show and change which of its older states a store keeps.",
        usage: """
            avow retain <store>
            avow retain <store> <what>
            """,
        discussion: """
            Each commit makes a version of the store's tree. Those that are kept can be asked AS OF their commits: \
            SELECT … AS OF COMMIT 12, or AS OF 2026-01-31. The newest is always kept.

            Without more, what is kept is shown: the setting, then each version with its commit, its time, and how many \
            bytes only it and older versions need. With more, the setting is changed: \(RetentionArgument.help). What \
            is no longer kept goes at once, and does not come back.
            """)

    @OptionGroup var options: StoreOptions

    @Argument(help: ArgumentHelp("What to keep: \(RetentionArgument.help).", valueName: "what"))
    var what: RetentionArgument?

    @Option(help: RowFormat.help)
    var format: RowFormat?

    func run() throws {
        let console = Console.current
        let store = try options.open()
        if let what {
            try attempt(on: options.path) { () throws(StoreError) in try store.setRetention(what.retention) }
        }
        let (retention, versions) = try attempt(on: options.path) { () throws(StoreError) in
            (try store.retention(), try store.keptVersions())
        }
        if what == nil {
            RowWriter.write(RetainCommand.table(versions), format: format ?? .standard(for: console), to: console)
        }
        let bytes = versions.reduce(0) { $0 + $1.byteCount }
        console.note(
            "Kept: \(retention). \(HumanFormat.count(versions.count, "version")) can be read now; "
                + "the newest does not need \(HumanFormat.bytes(Int(clamping: bytes))) of them.")
    }

    /// The versions as rows, the oldest first.
    private static func table(_ versions: [KeptVersion]) -> QueryResult {
        QueryResult(
            columns: ["commit", "time", "entries", "bytes", "reason"],
            rows: versions.map { version in
                let commit = version.commit
                return [
                    .number(String(commit.sequence)),
                    FHIRDateTime(instant: Int64(clamping: commit.time)).map { .string($0.text) } ?? .null,
                    .number(String(commit.entryCount)), .number(String(version.byteCount)), .string(commit.reason),
                ]
            }, audiences: [])
    }
}

import ArgumentParser
import Avow

/// `avow check`
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Read and verify every byte of the store.",
        discussion: """
            Checks the pages of the data file, the nodes and hashes of the tree, every record against the tree, \
            every index entry against its record, keys, log and checkpoint, and the audit ledger. Changes nothing.

            Exit status: 0 nothing is damaged; 1 something is, and is named.
            """)

    @OptionGroup var options: StoreOptions

    func run() throws {
        let console = Console.current
        let secret = try options.secret()
        var bar: ProgressBar?
        var part = ""
        let report = try attempt(on: options.path) { () throws(StoreError) in
            try Store.check(at: options.path, unlock: secret) { progress in
                if bar == nil || progress.part != part {
                    bar?.clear()
                    part = progress.part
                    bar = ProgressBar(
                        "Checking \(part)", total: Int(clamping: progress.total), terminal: console.error)
                }
                bar?.update(Int(clamping: progress.done))
            }
        }
        bar?.clear()
        console.print("Read and verified:")
        let counts: [(what: String, count: Int)] = [
            ("pages of the data file", Int(clamping: report.pages)), ("tree nodes", report.nodes),
            ("entries of the tree", Int(clamping: report.entries)), ("records", report.records),
            ("index entries against their records", report.indexEntries),
            ("patients' keys", report.patients), ("commits of the log", Int(clamping: report.commits)),
            ("events of the audit ledger", report.events), ("disclosures of these to patients", report.disclosures),
        ]
        let width = counts.map { HumanFormat.count($0.count).count }.max() ?? 0
        for (what, count) in counts {
            console.print("  \(DisplayText.padded(HumanFormat.count(count), to: width, onLeft: true))  \(what)")
        }
        guard !report.isHealthy else {
            console.print("Nothing is damaged.")
            return
        }
        for damage in report.damages { console.print("damaged: \(DisplayText.sanitized("\(damage)"))") }
        let hidden = report.damageCount - report.damages.count
        if hidden > 0 { console.print("and \(HumanFormat.count(hidden)) more") }
        throw CommandFailure(
            "\(options.path): \(HumanFormat.count(report.damageCount, "damage")) found; do not write to it, and "
                + "restore a backup")
    }
}

import ArgumentParser
import Avow
import AvowFHIR
import AvowTree

/// `avow stats`
struct StatsCommand: ParsableCommand {
    /// How the figures are written.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case table
        case json
    }

    static let configuration = CommandConfiguration(
        commandName: "stats", abstract: "Say what the store holds and how large it is.")

    @OptionGroup var options: StoreOptions

    @Option(
        help: ArgumentHelp(
            "How the figures are written: table or json.", discussion: "A table on a terminal, else json.",
            valueName: "format"))
    var format: Format?

    func run() throws {
        let console = Console.current
        let store = try options.open()
        let statistics = try attempt(on: options.path) { () throws(StoreError) in try store.statistics() }
        switch format ?? (console.isForPeople ? .table : .json) {
        case .table: console.write(StatsCommand.table(statistics, store.origin, console.output), to: .output)
        case .json: console.print(StatsCommand.json(statistics, store.origin))
        }
    }

    private static func table(_ statistics: StoreStatistics, _ origin: String, _ terminal: Terminal) -> String {
        func count(_ value: UInt64, _ singular: String) -> String {
            HumanFormat.count(Int(clamping: value), singular)
        }
        let resources = statistics.resources.reduce(0) { $0 + $1.count }
        var text = "\(origin): \(count(resources, "resource")) of \(count(statistics.patients, "patient")), "
        text += "\(HumanFormat.bytes(Int(clamping: statistics.fileBytes))) on disk\n"
        text += "\(count(statistics.commits, "commit")), \(count(statistics.versions, "version")) that can be read, "
        text +=
            "\(HumanFormat.count(Int(clamping: statistics.dictionaries), "dictionary", "dictionaries")) for compression\n"
        if let audit = statistics.audit {
            text +=
                "audit ledger: \(count(audit.events, "event")), \(count(audit.disclosures, "disclosure")) to patients, "
            text += "\(count(audit.commits, "commit")), \(HumanFormat.bytes(Int(clamping: audit.fileBytes))) on disk\n"
        }
        text += "in memory: \(HumanFormat.count(statistics.cache.nodes, "tree node")), "
        text +=
            "\(HumanFormat.bytes(statistics.cache.bytes)); \(count(statistics.cache.hits, "read")) served from there, "
        text += "\(count(statistics.cache.misses, "read")) not\n\n"
        text += TableRenderer(titles: ["type", "resources"], terminal: terminal).render(
            statistics.resources.map { [.text($0.type.name), .number(HumanFormat.count(Int(clamping: $0.count)))] })
        text += "\n"
        text += TableRenderer(titles: ["tree", "entries"], terminal: terminal).render(
            (statistics.entriesBySpace + [(space: "in all", entries: statistics.entries)]).map {
                [.text($0.space), .number(HumanFormat.count(Int(clamping: $0.entries)))]
            })
        text += "\n"
        return text
            + TableRenderer(titles: ["on disk", "items", "size"], terminal: terminal).render(
                statistics.bytes.map {
                    [
                        .text($0.kind), .number(HumanFormat.count(Int(clamping: $0.items))),
                        .number(HumanFormat.bytes(Int(clamping: $0.bytes))),
                    ]
                })
    }

    private static func json(_ statistics: StoreStatistics, _ origin: String) -> String {
        let cache = statistics.cache
        let audit = statistics.audit.map { audit in
            JSONText.object([
                ("events", String(audit.events)), ("disclosures", String(audit.disclosures)),
                ("commits", String(audit.commits)), ("fileBytes", String(audit.fileBytes)),
            ])
        }
        return JSONText.object([
            ("origin", JSONText.string(origin)),
            ("resources", JSONText.object(statistics.resources.map { ($0.type.name, String($0.count)) })),
            ("patients", String(statistics.patients)),
            ("commits", String(statistics.commits)),
            ("versions", String(statistics.versions)),
            ("dictionaries", String(statistics.dictionaries)),
            ("entries", String(statistics.entries)),
            (
                "entriesBySpace",
                JSONText.object(statistics.entriesBySpace.map { ($0.space, String($0.entries)) })
            ),
            ("fileBytes", String(statistics.fileBytes)),
            (
                "bytes",
                JSONText.object(
                    statistics.bytes.map {
                        ($0.kind, JSONText.object([("bytes", String($0.bytes)), ("items", String($0.items))]))
                    })
            ),
            ("audit", audit ?? "null"),
            (
                "cache",
                JSONText.object([
                    ("nodes", String(cache.nodes)), ("bytes", String(cache.bytes)),
                    ("hits", String(cache.hits)), ("misses", String(cache.misses)),
                ])
            ),
        ])
    }
}

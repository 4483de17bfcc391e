import ArgumentParser
import Avow
import AvowQuery

/// `avow delete`
struct DeleteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete resources; their histories stay.",
        discussion: """
            Example: avow delete clinic Observation/0ab3 Observation/0ab4

            All are deleted in one commit, or none. A deletion is a version: the resource is in no query and no count \
            any more, avow history still shows what it was, and importing it again makes its next version. Nothing is \
            erased. A Patient cannot be deleted while it has other records, unless these are named with it.

            Each resource has a row: resource, outcome (deleted, already-deleted or unknown) and the version that is \
            the deletion.

            Exit status: 0 all are deleted now or were before; 1 failed or refused, or there never was one of them; 2 \
            the command was not understood.
            """)

    @OptionGroup var options: StoreOptions

    @Argument(help: ArgumentHelp("Types and ids, such as Observation/0ab3.", valueName: "resource"))
    var resources: [String]

    @Option(help: RowFormat.help)
    var format: RowFormat?

    func run() throws {
        let console = Console.current
        var identities: [ResourceIdentity] = []
        for resource in resources { identities.append(try ResourceArgument.read(resource)) }
        let store = try options.open()
        let outcomes = try attempt(on: options.path) { () throws(StoreError) in try store.delete(identities) }
        var writer = RowWriter(
            format: format ?? .standard(for: console), console: console, columns: ["resource", "outcome", "version"])
        var unknown: [ResourceIdentity] = []
        for (identity, outcome) in zip(identities, outcomes) {
            let cells: [Cell] =
                switch outcome {
                case .deleted(let version): [.string("deleted"), .number(String(version))]
                case .alreadyDeleted(let version): [.string("already-deleted"), .number(String(version))]
                case .unknown: [.string("unknown"), .null]
                }
            if outcome == .unknown { unknown.append(identity) }
            writer.write([.string(identity.description)] + cells)
        }
        writer.finish()
        guard let first = unknown.first else { return }
        let others = unknown.count > 1 ? ", nor \(HumanFormat.count(unknown.count - 1, "other"))" : ""
        throw CommandFailure("the store never had \(first)\(others)")
    }
}

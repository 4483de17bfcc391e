import ArgumentParser
import Avow
import AvowFHIR
import AvowQuery

/// `avow index`
struct IndexCommand: ParsableCommand {
    /// What is done with the indexes.
    enum Action: String, CaseIterable, ExpressibleByArgument {
        case list, create, drop, resume
    }

    static let configuration = CommandConfiguration(
        commandName: "index", abstract: "List, make and remove the store's indexes.",
        usage: """
            avow index <store> list [--format <format>]
            avow index <store> create <name> --on <type> <column> ... [--path <expression> ...]
            avow index <store> drop <name>
            avow index <store> resume
            """,
        discussion: """
            An index sorts the records of one type by the values of its columns: search parameters of FHIR R4, by their \
            codes (code, value-quantity, date …), or expressions of FHIRPath, as PATH(value.value) or with --path, which \
            follow the others; they hold what SELECT shows of them, PATH(patient) and PATH(date) too. The column date is \
            the clinical date, as in queries, and patient whose the record is, so that the entries of one patient stand together.

              avow index clinic create a1c --on Observation code value-quantity
              avow index clinic create born-in --on Patient --path "address.city"

            Making and removing an index works in batches while others read and write. No query reads an index that is \
            not complete. When it is interrupted, the same command again, or resume, goes on where it ended.

            Exit status: 0 done; 1 failed or interrupted; 2 the columns cannot be indexed, or a name is taken or \
            unknown, and nothing was done.
            """)

    @OptionGroup var options: StoreOptions

    @Argument(help: ArgumentHelp("list, create, drop or resume.", valueName: "action"))
    var action: Action

    @Argument(help: ArgumentHelp("The name of the index to make or remove; then its columns.", valueName: "name"))
    var words: [String] = []

    @Option(
        name: .customLong("on"),
        help: ArgumentHelp("The type of the records that are indexed.", valueName: "type"))
    var type: String?

    @Option(
        name: .customLong("path"), parsing: .singleValue,
        help: ArgumentHelp("A column: an expression of FHIRPath. May be given several times.", valueName: "expression"))
    var paths: [String] = []

    @Option(
        help: ArgumentHelp(
            "How the list is written: table, json, ndjson or csv.", discussion: "A table on a terminal, else ndjson.",
            valueName: "format"))
    var format: RowFormat?

    func run() throws {
        try check()
        switch action {
        case .list: try list()
        case .create: try create()
        case .drop: try drop()
        case .resume: try resume()
        }
    }

    /// Refuses what the action does not take.
    private func check() throws(CommandFailure) {
        switch action {
        case .list, .resume:
            guard words.isEmpty, type == nil, paths.isEmpty else {
                throw CommandFailure("index \(action.rawValue) takes no names, columns or type", status: .usage)
            }
        case .drop:
            guard words.count == 1, type == nil, paths.isEmpty else {
                throw CommandFailure("index drop takes the name of one index", status: .usage)
            }
        case .create:
            guard !words.isEmpty else { throw CommandFailure("index create needs a name", status: .usage) }
            guard type != nil else {
                throw CommandFailure("index create needs --on and a type of resources", status: .usage)
            }
        }
        guard format == nil || action == .list else {
            throw CommandFailure("--format is for index list", status: .usage)
        }
    }

    // MARK: list

    private func list() throws {
        let console = Console.current
        let store = try options.open()
        let indexes = try attempt(on: options.path) { () throws(StoreError) in try store.indexes(measuring: true) }
        var writer = RowWriter(
            format: format ?? .standard(for: console), console: console,
            columns: ["name", "type", "columns", "state", "entries", "bytes"])
        for index in indexes {
            let definition = index.definition
            writer.write([
                .string(definition.name), .string(definition.type.name),
                .string(definition.columns.map(\.description).joined(separator: " ")), .string(definition.state.name),
                .number(String(index.entries)), index.bytes.map { .number(String($0)) } ?? .null,
            ])
        }
        writer.finish()
    }

    // MARK: create, drop, resume

    private func create() throws {
        let name = words[0]
        let resources = try resourceType()
        let columns = words.dropFirst().map { IndexColumn($0) } + paths.map(IndexColumn.path)
        // What cannot be indexed is said before anybody types a passphrase.
        do throws(IndexError) {
            try IndexDefinition.check(name: name)
            _ = try IndexForm(IndexDefinition(id: 0, type: resources, columns: columns))
        } catch {
            throw CommandFailure("\(error)", status: .usage)
        }
        let changes = IndexChanges(try options.open(), path: options.path)
        try changes.work { (store, progress) throws(StoreError) in
            try store.createIndex(name, on: resources, columns: columns, progress: progress)
        }
        try changes.reportMade(name)
    }

    private func resourceType() throws(CommandFailure) -> ResourceType {
        let name = type ?? ""
        if let type = ResourceType(name: name) { return type }
        let near = NearestName.of(name, among: ResourceType.allCases.map(\.name))
        throw CommandFailure(
            "'\(name)' is not a resource type of FHIR R4" + (near.map { "; did you mean '\($0)'?" } ?? ""),
            status: .usage)
    }

    private func drop() throws {
        let changes = IndexChanges(try options.open(), path: options.path)
        try changes.work { (store, progress) throws(StoreError) in
            try store.dropIndex(words[0], progress: progress)
        }
        changes.reportRemoved(words[0])
    }

    private func resume() throws {
        let store = try options.open()
        let before = try attempt(on: options.path) { () throws(StoreError) in try store.indexes() }
        let unfinished = before.filter { $0.definition.state != .ready }
        try IndexChanges(store, path: options.path).work { (store, progress) throws(StoreError) in
            try store.resumeIndexes(progress: progress)
        }
        Console.current.print(
            unfinished.isEmpty
                ? "Every index is complete."
                : "Finished: \(unfinished.map(\.definition.name).joined(separator: ", ")).")
    }
}

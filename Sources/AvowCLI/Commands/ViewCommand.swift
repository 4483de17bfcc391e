import ArgumentParser
import Avow
import AvowConsent
import AvowFHIR
import AvowQuery

/// `avow view`
struct ViewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "view",
        abstract: "Lay out resources as the table that a ViewDefinition describes, and keep views in a store.",
        usage: """
            avow view <view> --files <path> ... [--format <format>]
            avow view <view> --store <store> --as <actor> --for <purpose> [--format <format>]
            avow view <store> load <view> [--name <name>]
            avow view <store> drop <name>
            avow view <store> list [--format <format>]
            """,
        discussion: """
            Examples: avow view bp.json --files bundles --format csv
                      avow view bp.json --store clinic --as Practitioner/1 --for TREAT
                      avow view clinic load bp.json

            The view is a ViewDefinition of SQL on FHIR v2, in JSON. Its resources come from files, bundles, NDJSON or \
            single resources, or from a store: all of the view's type that may be seen by who asks and for what.

            Rows go to the output as they are made. Resources that cannot be read are named, and the others are \
            laid out; the exit status is 1 then.

            A view that is loaded into a store is selected from by queries, and what they give is proven as all else is: \
            SELECT * FROM bp WHERE systolic >= 140. It is called as the ViewDefinition is, or as --name says.
            """)

    /// How many unreadable resources are named.
    private static let shownRejects = 10

    @Argument(help: ArgumentHelp("The file of the ViewDefinition, or a store.", valueName: "view"))
    var viewFile: String

    @Argument(
        help: ArgumentHelp(
            "What is done with the views of a store: load and a file, drop and a name, or list.", valueName: "action"))
    var words: [String] = []

    @Option(help: ArgumentHelp("The name that a view is loaded by, instead of its own.", valueName: "name"))
    var name: String?

    @Option(
        name: .customLong("files"), parsing: .upToNextOption,
        help: ArgumentHelp(
            "Where the resources are: files, directories, or patterns such as 'data/*.ndjson'.", valueName: "path"))
    var paths: [String] = []

    @OptionGroup var origin: ResourceOrigin

    @Option(help: RowFormat.help)
    var format: RowFormat?

    func validate() throws {
        if let first = words.first {
            guard let action = StoredViewAction(rawValue: first) else {
                throw ValidationError(
                    "the views of a store are listed, loaded and dropped: say list, load or drop instead of '\(first)'")
            }
            guard words.count == action.wordCount else { throw ValidationError(action.usage) }
            guard paths.isEmpty, origin.storePath == nil else {
                throw ValidationError("view \(first) takes its store in front, and neither --files nor --store")
            }
            guard name == nil || action == .load else { throw ValidationError("--name is for view load") }
            guard format == nil || action == .list else { throw ValidationError("--format is for rows and view list") }
            return
        }
        guard name == nil else { throw ValidationError("--name is for view load") }
        try origin.checkKeyFile()
        if paths.isEmpty == (origin.storePath == nil) {
            throw ValidationError("say where the resources are: with --files, or with --store")
        }
    }

    func run() throws {
        if let action = words.first.flatMap(StoredViewAction.init) {
            return try StoredViewWork(path: viewFile, keyFile: origin.keyFile).run(
                action, words.last ?? "", name, format)
        }
        let console = Console.current
        let view = try ViewFile.read(viewFile)
        for remark in view.remarks { console.note("remark: \(DisplayText.sanitizedLines(remark.rendered))") }
        var rows = ViewOutput(view, format: format ?? .standard(for: console), console: console)
        if let storePath = origin.storePath {
            let (actor, purpose) = try origin.asker()
            let store = try StoreAccess(path: storePath, keyFile: origin.keyFile).open()
            try rows.take(store, at: storePath, as: actor, for: purpose)
        } else {
            try rows.take(files: try InputPaths.files(at: paths), showingRejects: Self.shownRejects)
        }
    }
}

/// Makes rows of resources and writes them.
private struct ViewOutput {
    private let view: ViewDefinition
    private let console: Console
    private var writer: RowWriter
    private var environment = FHIRPathEnvironment()

    init(_ view: ViewDefinition, format: RowFormat, console: Console) {
        self.view = view
        self.console = console
        writer = RowWriter(format: format, console: console, columns: view.columns.map(\.name))
    }

    mutating func take(
        _ store: Store, at path: String, as actor: Actor, for purpose: Purpose
    ) throws(CommandFailure) {
        var failure: CommandFailure?
        let parser = try parser()
        try attempt(on: path) { () throws(StoreError) in
            let snapshot = try store.snapshot()
            let references = ReferenceResolver(snapshot, as: actor, for: purpose)
            environment.resolver = { references.element($0) }
            try snapshot.forEachResource(view.resource, as: actor, for: purpose) { json in
                failure = add(json, parser)
                return failure == nil && references.failure == nil
            }
            if let failure = references.failure { throw failure }
        }
        if let failure { throw failure }
        finish()
    }

    mutating func take(files: [String], showingRejects shown: Int) throws(CommandFailure) {
        var limits = ReadLimits()
        limits.requiresID = false
        var reader = ResourceReader(files: files, limits: limits, validation: .none)
        let parser = try parser()
        var rejected = 0
        while let item = reader.next() {
            switch item {
            case .resource(let resource):
                guard resource.type == view.resource else { continue }
                if let failure = add(resource.json, parser) { throw failure }
            case .reject(let reject):
                rejected += 1
                if rejected <= shown { console.note("not read: \(DisplayText.sanitized("\(reject)"))") }
            }
        }
        finish()
        guard rejected > 0 else { return }
        let parts = HumanFormat.count(rejected, "part of the input", "parts of the input")
        throw CommandFailure("\(parts) could not be read")
    }

    private func parser() throws(CommandFailure) -> JSONParser {
        do throws(JSONError) {
            return try JSONParser()
        } catch {
            throw CommandFailure("\(error)")
        }
    }

    /// Writes the rows of one resource; what went wrong if anything did.
    private mutating func add(_ json: [UInt8], _ parser: JSONParser) -> CommandFailure? {
        let resource: JSONValue
        do throws(JSONError) {
            resource = try parser.parse(json).root
        } catch {
            return CommandFailure("a resource cannot be read: \(error)")
        }
        var rows: [[Cell]] = []
        let view = view
        do throws(ViewError) {
            try view.forEachRow(of: resource, in: environment) { row in
                rows.append(row.map(Cell.init))
                if rows.count == 256 { write(&rows) }
                return true
            }
        } catch {
            let name = view.resource.name + (resource["id"]?.string.map { "/" + $0 } ?? " without id")
            return CommandFailure(DisplayText.sanitizedLines("\(name): \(error.rendered)"))
        }
        write(&rows)
        return nil
    }

    private mutating func write(_ rows: inout [[Cell]]) {
        for row in rows { writer.write(row) }
        rows.removeAll(keepingCapacity: true)
    }

    private mutating func finish() {
        writer.finish()
        if console.isForPeople { console.note(HumanFormat.count(writer.count, "row")) }
    }
}

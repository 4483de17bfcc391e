import ArgumentParser
import Avow
import AvowConsent
import AvowFHIR
import Foundation

/// `avow fhirpath`
struct FHIRPathCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fhirpath",
        abstract: "Evaluate a FHIRPath expression on resources, or on nothing.",
        discussion: """
            Examples: avow fhirpath --resource patient.json -- "name.where(use = 'official').given"
                      avow fhirpath --store clinic --type Patient --as Practitioner/1 --for TREAT -- 'name.family'
                      avow fhirpath -- '2 + 2'

            What is found is written item by item: in text the values, one a line, in json an array of objects with \
            the members type and value. A type is FHIR's name of an element's type, or boolean, integer, decimal, \
            string, date, dateTime, time or Quantity for a computed value. Of a store the items of one resource come \
            after those of another.

            An expression that is wrong, for R4 or on one of the resources, is shown with its mistake; the exit \
            status is 1 then. What trace() is given goes to the error stream.
            """)

    /// How items are written.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case text, json
    }

    /// The longest resource that is read, in bytes.
    private static let longestResource = 1 << 30

    @Option(
        name: .customLong("resource"),
        help: ArgumentHelp(
            "A JSON file with one resource, which may be a Bundle; - for standard input.", valueName: "file"))
    var resourceFile: String?

    @OptionGroup var origin: ResourceOrigin

    @Option(
        name: .customLong("type"),
        help: ArgumentHelp("The type of the store's resources.", valueName: "type"))
    var typeName: String?

    @Option(help: ArgumentHelp("How items are written: text or json.", valueName: "format"))
    var format: Format = .text

    @Argument(help: ArgumentHelp("The expression; put -- before it.", valueName: "expression"))
    var text: String

    func validate() throws {
        try origin.checkKeyFile()
        if resourceFile != nil, origin.storePath != nil {
            throw ValidationError("resources come from --resource or from --store, not from both")
        }
        if (typeName == nil) != (origin.storePath == nil) {
            throw ValidationError("--store and --type go together")
        }
    }

    func run() throws {
        let console = Console.current
        var items = ItemWriter(format, console)
        if let storePath = origin.storePath {
            let type = try resourceType()
            let path = try compiled(for: FHIRType(type))
            let (actor, purpose) = try origin.asker()
            let store = try StoreAccess(path: storePath, keyFile: origin.keyFile).open()
            var failure: CommandFailure?
            let parser = try parser()
            try attempt(on: storePath) { () throws(StoreError) in
                let snapshot = try store.snapshot()
                let references = ReferenceResolver(snapshot, as: actor, for: purpose)
                try snapshot.forEachResource(type, as: actor, for: purpose) { json in
                    do throws(CommandFailure) {
                        let resource = try resource(json, parser, named: storePath)
                        let found = try evaluate(path, on: resource, console, following: references)
                        if references.failure == nil { items.write(found) }
                    } catch {
                        failure = error
                    }
                    return failure == nil && references.failure == nil
                }
                if let failure = references.failure { throw failure }
            }
            if let failure { throw failure }
        } else if let resourceFile {
            let resource = try resource(try read(resourceFile), try parser(), named: resourceFile)
            let path = try compiled(for: resource["resourceType"]?.string.flatMap { FHIRType(named: $0) })
            try items.write(evaluate(path, on: resource, console))
        } else {
            try items.write(evaluate(try compiled(for: nil), on: nil, console))
        }
        items.finish()
    }

    private func resourceType() throws(CommandFailure) -> ResourceType {
        let name = typeName ?? ""
        if let type = ResourceType(name: name) { return type }
        let near = NearestName.of(name, among: ResourceType.allCases.map(\.name))
        throw CommandFailure(
            "'\(DisplayText.sanitized(name))' is no resource type of R4"
                + (near.map { "; did you mean '\($0)'?" } ?? ""),
            status: .usage)
    }

    private func compiled(for type: FHIRType?) throws(CommandFailure) -> FHIRPath {
        do throws(FHIRPathError) {
            return try FHIRPath(text, on: type)
        } catch {
            throw CommandFailure(DisplayText.sanitizedLines(error.rendered(in: text)))
        }
    }

    private func evaluate(
        _ path: FHIRPath, on resource: JSONValue?, _ console: Console, following references: ReferenceResolver? = nil
    ) throws(CommandFailure) -> [FHIRPathItem] {
        var environment = FHIRPathEnvironment()
        if let references { environment.resolver = { references.element($0) } }
        environment.trace = { name, items in
            let values = items.map(\.json).joined(separator: ", ")
            console.note(DisplayText.sanitized("\(name): \(values)"))
        }
        do throws(FHIRPathError) {
            guard let resource else { return try path.evaluate(in: environment) }
            return try path.evaluate(on: resource, in: environment)
        } catch {
            let rendered = DisplayText.sanitizedLines(error.rendered(in: text))
            guard origin.storePath != nil, let id = resource?["id"]?.string else { throw CommandFailure(rendered) }
            throw CommandFailure("\(typeName ?? "")/\(DisplayText.sanitized(id)): \(rendered)")
        }
    }

    // MARK: Input

    private func read(_ file: String) throws(CommandFailure) -> [UInt8] {
        guard file == "-" else {
            return try FileAccess.read(file, limit: Self.longestResource, failingWith: .failure)
        }
        do {
            let data = try FileHandle.standardInput.read(upToCount: Self.longestResource + 1) ?? Data()
            if data.count <= Self.longestResource { return [UInt8](data) }
        } catch {
            throw CommandFailure("standard input cannot be read: \(FileAccess.reason(error))")
        }
        throw CommandFailure("standard input has more than \(HumanFormat.bytes(Self.longestResource))")
    }

    private func parser() throws(CommandFailure) -> JSONParser {
        do throws(JSONError) {
            return try JSONParser()
        } catch {
            throw CommandFailure("\(error)")
        }
    }

    private func resource(
        _ bytes: [UInt8], _ parser: JSONParser, named name: String
    ) throws(CommandFailure) -> JSONValue {
        do throws(JSONError) {
            return try parser.parse(bytes).root
        } catch {
            let (line, column) = error.position(in: bytes)
            throw CommandFailure("\(name):\(line):\(column): \(error)")
        }
    }
}

/// Writes the items of collections, those of one behind those of another.
private struct ItemWriter {
    private let format: FHIRPathCommand.Format
    private let console: Console
    private var count = 0

    init(_ format: FHIRPathCommand.Format, _ console: Console) {
        self.format = format
        self.console = console
    }

    mutating func write(_ items: [FHIRPathItem]) {
        guard !items.isEmpty else { return }
        var text = ""
        for item in items {
            switch format {
            case .text: text += DisplayText.sanitized(item.text) + "\n"
            case .json:
                let members = [("type", JSONText.string(item.typeName)), ("value", JSONText.harmless(item.json))]
                text += (count == 0 ? "[\n" : ",\n") + JSONText.object(members.map { (name: $0.0, json: $0.1) })
            }
            count += 1
        }
        console.write(text, to: .output)
    }

    func finish() {
        guard format == .json else { return }
        console.write(count == 0 ? "[]\n" : "\n]\n", to: .output)
    }
}

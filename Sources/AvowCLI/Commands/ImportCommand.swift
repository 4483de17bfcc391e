import ArgumentParser
import Avow
import AvowFHIR
import Foundation

/// `avow import`
struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Take FHIR R4 resources into the store.",
        discussion: """
            Reads bundles, NDJSON and single resources, plain or compressed with zstd; of a directory all .json, \
            .ndjson and .jsonl files. What the store has already is left as it is, so an import can be repeated.

            Resources are held to the structure of their types: elements, cardinalities, formats. --validate strict \
            adds codes from required value sets; --validate none takes whatever has a type and an id.

            When free pages come to an eighth of a large file behind it, they are given back, as avow compact does, \
            unless somebody else has the store open.

            What cannot be taken is named, with the element that is wrong, and everything else goes in; the exit \
            status is 1 then.
            """)

    /// How many rejects are shown when they are not written to a file.
    private static let shownRejects = 10
    /// Bytes of a file that is worth being written anew.
    private static let largeFile: UInt64 = 32 << 20

    @OptionGroup var options: StoreOptions

    @Argument(help: ArgumentHelp("Files or directories.", valueName: "path"))
    var paths: [String]

    @Option(
        help: ArgumentHelp("How closely resources are looked at: none, structure or strict.", valueName: "strength"))
    var validate = ValidateOption.structure

    @Option(
        help: ArgumentHelp(
            "Write what could not be taken to a file, as NDJSON: file, line, entry, byte, resource, reason.",
            valueName: "file"))
    var rejects: String?

    func run() throws {
        let log = try importResources()
        compactIfWorthwhile()
        try log.finish()
    }

    /// Gives free pages back when they are many. What cannot be done now harms nothing, and is done by the next import.
    private func compactIfWorthwhile() {
        guard let free = try? Store.freePages(at: options.path), free.fileBytes >= ImportCommand.largeFile,
            free.freeBytes >= free.fileBytes / 8, let size = try? Store.compact(at: options.path)
        else { return }
        Console.current.note("compacted " + CompactCommand.text(options.path, size).dropLast())
    }

    private func importResources() throws -> RejectLog {
        let console = Console.current
        let store = try options.open()
        let log = try RejectLog(path: rejects, shownAtMost: ImportCommand.shownRejects)
        let start = ContinuousClock.now
        // In kilobytes, which people can read; set up when the total is known.
        var bar: ProgressBar?
        let summary: ImportSummary
        do {
            summary = try attempt(on: options.path) { () throws(StoreError) in
                try store.importResources(at: paths, validation: validate.strength) { progress in
                    if bar == nil {
                        let kilobytes = Int(clamping: progress.totalBytes / 1_000)
                        bar = ProgressBar("Importing, kB", total: kilobytes, terminal: console.error)
                    }
                    bar?.update(Int(clamping: progress.bytesRead / 1_000))
                } reject: { reject in
                    log.add(reject)
                }
            }
            // The next command is another process.
            try attempt(on: options.path) { () throws(StoreError) in try store.settle() }
        } catch {
            bar?.clear()
            log.show()
            throw error
        }
        bar?.clear()
        console.write(ImportCommand.text(summary, in: ContinuousClock.now - start, console), to: .output)
        log.show()
        log.rejected = summary.rejected
        return log
    }

    private static func text(_ summary: ImportSummary, in time: Duration, _ console: Console) -> String {
        let taken = summary.created + summary.updated
        let seconds = max(time / .seconds(1), 0.001)
        var text = "\(HumanFormat.count(taken, "resource")) of \(HumanFormat.count(summary.newPatients, "new patient"))"
        text += ", \(HumanFormat.bytes(Int(clamping: summary.jsonBytes))) of JSON, in \(HumanFormat.duration(time))"
        text += taken >= 1_000 ? " (\(HumanFormat.count(Int(Double(taken) / seconds))) a second)\n" : "\n"
        text += "\(HumanFormat.count(summary.created)) new, \(HumanFormat.count(summary.updated)) changed, "
        text +=
            "\(HumanFormat.count(summary.unchanged)) as they were, \(HumanFormat.count(summary.rejected)) rejected; "
        text += "\(HumanFormat.count(summary.commits, "commit"))\n"
        guard !summary.types.isEmpty else { return text }
        let types = summary.types.sorted { ($1.value, $0.key.name) < ($0.value, $1.key.name) }
        let rows = types.map { [TableCell.text($0.key.name), .number(HumanFormat.count($0.value))] }
        return text + "\n" + TableRenderer(titles: ["type", "resources"], terminal: console.output).render(rows)
    }
}

/// The strengths of validation by the words of the command line.
enum ValidateOption: String, CaseIterable, ExpressibleByArgument {
    case none, structure, strict

    var strength: ValidationStrength {
        switch self {
        case .none: .none
        case .structure: .structure
        case .strict: .strict
        }
    }
}

/// What an import could not take, in a file or, the first of it, on the error stream.
private final class RejectLog {
    private let path: String?
    private let shownAtMost: Int
    private let handle: FileHandle?
    private var count = 0
    private var shown: [String] = []
    private var pending = Data()
    private var failure: (any Error)?
    /// How many parts of the input were rejected in all.
    var rejected = 0

    init(path: String?, shownAtMost: Int) throws(CommandFailure) {
        self.path = path
        self.shownAtMost = shownAtMost
        guard let path else {
            handle = nil
            return
        }
        // Written before anything is imported, so that a name that cannot be written costs no import.
        try FileAccess.write([], to: path)
        do {
            handle = try FileHandle(forWritingTo: URL(filePath: path))
        } catch {
            throw CommandFailure("\(path) cannot be written: \(FileAccess.reason(error))")
        }
    }

    func add(_ reject: ImportReject) {
        count += 1
        if handle != nil {
            pending.append(contentsOf: Array(RejectLog.json(reject).utf8))
            if pending.count >= 1 << 16 { flush() }
        } else if count <= shownAtMost {
            shown.append("not taken: \(DisplayText.sanitized("\(reject)"))")
        }
    }

    /// Writes what is shown, which waits until no progress bar stands in the way.
    func show() {
        for line in shown { Console.current.note(line) }
        shown.removeAll()
    }

    /// Writes the rest, and fails when anything was rejected.
    func finish() throws(CommandFailure) {
        flush()
        if let failure, let path {
            throw CommandFailure("\(path) cannot be written: \(FileAccess.reason(failure))")
        }
        guard rejected > 0 else { return }
        let parts = HumanFormat.count(rejected, "part of the input", "parts of the input")
        if let path { throw CommandFailure("\(parts) could not be taken; see \(path)") }
        let hint = rejected > shownAtMost ? "; --rejects FILE keeps all of them" : ""
        throw CommandFailure("\(parts) could not be taken\(hint)")
    }

    private func flush() {
        guard !pending.isEmpty, failure == nil else { return }
        do {
            try handle?.write(contentsOf: pending)
        } catch {
            failure = error
        }
        pending.removeAll(keepingCapacity: true)
    }

    private static func json(_ reject: ImportReject) -> String {
        var members = [(name: "file", json: JSONText.string(reject.file))]
        switch reject {
        case .unreadable(let reject):
            if let line = reject.place.line { members.append(("line", String(line))) }
            if let entry = reject.place.entry { members.append(("entry", String(entry))) }
            if let offset = reject.place.byteOffset { members.append(("byte", String(offset))) }
        case .refused(_, let type, let id, _):
            members.append(("resource", JSONText.string("\(type.name)/\(id)")))
        }
        members.append(("reason", JSONText.string(reject.reason)))
        return JSONText.object(members) + "\n"
    }
}

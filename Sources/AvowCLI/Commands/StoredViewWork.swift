import Avow
import AvowFHIR
import AvowQuery

/// What `avow view` does with the views of a store.
enum StoredViewAction: String {
    case list, load, drop

    /// How many words there are, the action among them.
    var wordCount: Int { self == .list ? 1 : 2 }

    var usage: String {
        switch self {
        case .list: "view list takes no names"
        case .load: "view load takes the file of one view"
        case .drop: "view drop takes the name of one view"
        }
    }
}

/// Lists, loads and drops the views of a store.
struct StoredViewWork {
    let path: String
    let keyFile: String?

    /// - Parameters:
    ///   - word: the file or the name of the view.
    ///   - name: what a view is called that is loaded; nil for its own name.
    ///   - format: how the list is written.
    func run(
        _ action: StoredViewAction, _ word: String, _ name: String?, _ format: RowFormat?
    ) throws(CommandFailure) {
        switch action {
        case .list: try list(format)
        case .load: try load(word, name)
        case .drop:
            let store = try StoreAccess(path: path, keyFile: keyFile).open()
            try attempt(on: path) { () throws(StoreError) in try store.dropView(word) }
            Console.current.print("The view \(word) is removed.")
        }
    }

    private func load(_ file: String, _ name: String?) throws(CommandFailure) {
        let console = Console.current
        // What is no view is said before anybody types a passphrase.
        let definition = try ViewFile.read(file)
        for remark in definition.remarks {
            console.note("remark: \(DisplayText.sanitizedLines(remark.rendered))")
        }
        let bytes = try FileAccess.read(file, limit: ViewFile.longest, failingWith: .usage)
        do throws(ViewLoadError) {
            _ = try StoredView(name, json: bytes)
        } catch {
            let hint = if case .unnamed = error { " with --name" } else { "" }
            throw CommandFailure("\(file): \(error)\(hint)", status: .usage)
        }
        let store = try StoreAccess(path: path, keyFile: keyFile).open()
        let view = try attempt(on: path) { () throws(StoreError) in try store.loadView(bytes, named: name) }
        let columns = HumanFormat.count(view.definition.columns.count, "column")
        console.print(
            "The view \(view.name) is loaded: \(columns) of \(view.definition.resource.name). "
                + "SELECT * FROM \(ViewName.written(view.name)) shows it.")
    }

    private func list(_ format: RowFormat?) throws(CommandFailure) {
        let console = Console.current
        let store = try StoreAccess(path: path, keyFile: keyFile).open()
        let views = try attempt(on: path) { () throws(StoreError) in try store.views() }
        var writer = RowWriter(
            format: format ?? .standard(for: console), console: console, columns: ["name", "type", "columns"])
        for view in views {
            writer.write([
                .string(view.name), .string(view.definition.resource.name),
                .string(view.definition.columns.map(\.name).joined(separator: " ")),
            ])
        }
        writer.finish()
    }
}

/// A file that holds a view.
enum ViewFile {
    /// The longest view that is read, in bytes.
    static let longest = 16 << 20

    /// The view in a file.
    static func read(_ file: String) throws(CommandFailure) -> ViewDefinition {
        let bytes = try FileAccess.read(file, limit: longest, failingWith: .usage)
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONParser().parse(bytes)
        } catch {
            let (line, column) = error.position(in: bytes)
            throw CommandFailure("\(file):\(line):\(column): \(error)", status: .usage)
        }
        do throws(ViewError) {
            return try ViewDefinition(document.root)
        } catch {
            throw CommandFailure("\(file): \(DisplayText.sanitizedLines(error.rendered))", status: .usage)
        }
    }
}

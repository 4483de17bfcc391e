import Avow
import AvowQuery

/// Makes and removes indexes of a store, and tells how far that is and what came of it.
struct IndexChanges {
    let store: Store
    let path: String
    let console: Console

    /// - Parameter path: where the store is.
    init(_ store: Store, path: String, console: Console = .current) {
        self.store = store
        self.path = path
        self.console = console
    }

    /// Executes `CREATE INDEX` or `DROP INDEX`.
    func execute(_ statement: IndexStatement) throws(CommandFailure) {
        try work { (store, progress) throws(StoreError) in try store.execute(statement, progress: progress) }
        try report(statement)
    }

    /// Says what came of a statement.
    func report(_ statement: IndexStatement) throws(CommandFailure) {
        switch statement.change {
        case .create: try reportMade(statement.name.value)
        case .drop: reportRemoved(statement.name.value)
        }
    }

    /// Says what an index has that was made.
    func reportMade(_ name: String) throws(CommandFailure) {
        let all = try attempt(on: path) { () throws(StoreError) in try store.indexes() }
        guard let index = all.first(where: { $0.definition.name == name }) else { return }
        let entries = HumanFormat.count(Int(clamping: index.entries), "entry", "entries")
        console.print("The index \(name) is \(index.definition.state.name): \(entries).")
    }

    func reportRemoved(_ name: String) { console.print("The index \(name) is removed.") }

    /// Shows progress, and says how to go on when the work ends early.
    func work(
        _ body: (Store, (IndexProgress) -> Void) throws(StoreError) -> Void
    ) throws(CommandFailure) {
        let way = "the index is unfinished, and no query reads it; 'avow index \(path) resume' goes on"
        let interruption = Interruption("interrupted: \(way)")
        defer { interruption.forget() }
        var bar: ProgressBar?
        var shown: String?
        var hasBegun = false
        defer { bar?.clear() }
        do throws(StoreError) {
            try body(store) { progress in
                hasBegun = true
                let title = (progress.isRemoving ? "Removing " : "Indexing ") + progress.index
                if shown != title {
                    bar?.clear()
                    bar = ProgressBar(title, total: Int(clamping: progress.total), terminal: console.error)
                    shown = title
                }
                bar?.update(Int(clamping: progress.done))
            }
        } catch {
            bar?.clear()
            let failure = CommandFailure(error, store: path)
            guard hasBegun else { throw failure }
            throw CommandFailure("\(failure.message); \(way)", status: failure.status)
        }
    }
}

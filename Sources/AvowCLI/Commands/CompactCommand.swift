import ArgumentParser
import Avow
import Foundation

/// `avow compact`
struct CompactCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compact", abstract: "Give back the free pages in the store's file.",
        discussion: """
            Commits leave pages behind that later commits use again. Without COPY, the store's file is replaced by one \
            that has none of them, and that of the audit ledger with it; nobody may have the store open meanwhile. With \
            COPY, the store stays as it is and in use, and the copy gets none of them; write to one of the two only.
            """)

    @OptionGroup var options: StoreOptions

    @Argument(help: "The directory of a copy; it must not hold a store yet.", completion: .directory)
    var copy: String?

    func run() throws {
        let console = Console.current
        guard let copy else {
            let size = try attempt(on: options.path) { () throws(StoreError) in try Store.compact(at: options.path) }
            console.write(CompactCommand.text(options.path, size), to: .output)
            return
        }
        let store = try options.open()
        try attempt(on: copy) { () throws(StoreError) in try store.copyCompacted(to: copy) }
        let before = try attempt(on: options.path) { () throws(StoreError) in try store.statistics().fileBytes }
        let size = try? FileManager.default.attributesOfItem(atPath: copy + "/data.mdb")[.size] as? Int
        console.write(CompactCommand.text(copy, (before, UInt64(size ?? 0))), to: .output)
    }

    /// One line that says what became of the file.
    static func text(_ path: String, _ size: (before: UInt64, after: UInt64)) -> String {
        let (before, after) = (Int(clamping: size.before), Int(clamping: size.after))
        return "\(path): \(HumanFormat.bytes(after)), of \(HumanFormat.bytes(before))\n"
    }
}

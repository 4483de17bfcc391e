import ArgumentParser
import Avow
import Foundation

/// `avow compact`
struct CompactCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compact", abstract: "Copy the store without the free pages in its file.",
        discussion: """
            The audit ledger is copied with it. Commits leave pages behind that later commits use again. A copy has none of them. Put it in the place of the
            store when no process has the store open, and write to one of the two only.
            """)

    @OptionGroup var options: StoreOptions

    @Argument(help: "The directory of the copy; it must not hold a store yet.", completion: .directory)
    var copy: String

    func run() throws {
        let console = Console.current
        let store = try options.open()
        try attempt(on: copy) { () throws(StoreError) in try store.copyCompacted(to: copy) }
        let before = try attempt(on: options.path) { () throws(StoreError) in try store.statistics().fileBytes }
        let size = try? FileManager.default.attributesOfItem(atPath: copy + "/data.mdb")[.size] as? Int
        console.write(
            "\(copy): \(HumanFormat.bytes(size ?? 0)), of \(HumanFormat.bytes(Int(clamping: before)))\n", to: .output)
    }
}

import ArgumentParser
import Foundation

/// `avow demo`
struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Show on made-up patients what a store does, step by step.",
        discussion: """
            Everything happens in one directory. When it is named it stays, and each command that is shown can be \
            repeated there; otherwise it is a temporary one, and removed at the end.
            """)

    @Argument(help: ArgumentHelp("An empty or new directory that stays.", valueName: "directory"))
    var directory: String?

    @Option(help: ArgumentHelp("How many patients to make up, 100 or more.", valueName: "count"))
    var patients = 300

    func validate() throws {
        guard (100...100_000).contains(patients) else {
            throw ValidationError("--patients must be 100 to 100000.")
        }
    }

    func run() throws {
        let files = FileManager.default
        let path: String
        if let directory {
            let isEmpty = try? files.contentsOfDirectory(atPath: directory).isEmpty
            guard isEmpty ?? !files.fileExists(atPath: directory) else {
                throw CommandFailure("\(directory) is not an empty directory", status: .usage)
            }
            path = directory
        } else {
            path =
                files.temporaryDirectory.appending(path: "avow-demo-\(ProcessInfo.processInfo.processIdentifier)").path
        }
        defer {
            if directory == nil { try? files.removeItem(atPath: path) }
        }
        do {
            try files.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw CommandFailure("\(path) cannot be made: \(FileAccess.reason(error))")
        }
        var demo = Demo(directory: path, patients: patients, stays: directory != nil)
        try demo.run()
    }
}

import AvowSamples
import Foundation
import Testing

/// The command as it was built beside the tests.
enum Executable {
    static let url: URL? = {
        let bundles = Bundle.allBundles.map(\.bundleURL) + [Bundle.main.bundleURL]
        let arguments = CommandLine.arguments.filter { $0.contains(".xctest") }.map { URL(filePath: $0) }
        for start in bundles + arguments {
            var folder = start
            // A bundle of macOS keeps its binary three folders down.
            for _ in 0..<5 {
                let candidate = folder.appending(path: "avow")
                if FileManager.default.isExecutableFile(atPath: candidate.path),
                    (try? candidate.resourceValues(forKeys: [.isDirectoryKey]).isDirectory) == false
                {
                    return candidate
                }
                folder = folder.deletingLastPathComponent()
            }
        }
        return nil
    }()
}

/// How a run of the command ended.
struct Run: CustomTestStringConvertible {
    let arguments: [String]
    let status: Int32
    let output: String
    let error: String

    var testDescription: String {
        "avow \(arguments.joined(separator: " ")) → \(status)\n\(output)\n\(error)"
    }

    /// The lines of the output.
    var lines: [String] { output.split(separator: "\n").map(String.init) }

    /// The error, which must be one line that names the command.
    var complaint: String {
        let lines = error.split(separator: "\n")
        return lines.count == 1 && error.hasPrefix("avow: ")
            ? String(error.dropFirst(6).dropLast()) : "not one line: \(error)"
    }
}

/// A folder of its own in which commands are run.
final class CommandSession: Sendable {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "avow-command-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    /// Runs `avow` with the folder as its working directory and waits for its end.
    ///
    /// - Parameter input: what it reads; nil for nothing.
    func avow(_ arguments: [String], environment: [String: String] = [:], input: String? = nil) throws -> Run {
        let process = Process()
        let executable: URL = try #require(Executable.url, "the executable avow is not beside the tests")
        process.executableURL = executable
        process.arguments = arguments
        process.currentDirectoryURL = folder
        var all = ProcessInfo.processInfo.environment.filter { !["AVOW_PASSPHRASE", "NO_COLOR"].contains($0.key) }
        all["TERM"] = "xterm-256color"
        process.environment = all.merging(environment) { $1 }
        // Files, not pipes: a full pipe would stop the command for ever.
        let id = UUID().uuidString
        process.standardInput = FileHandle.nullDevice
        if let input {
            try write(input, to: "\(id)-input")
            process.standardInput = try FileHandle(forReadingFrom: folder.appending(path: "\(id)-input"))
        }
        defer { try? FileManager.default.removeItem(at: folder.appending(path: "\(id)-input")) }
        let files = ["output", "error"].map { folder.appending(path: "\(id)-\($0)") }
        for file in files { try Data().write(to: file) }
        process.standardOutput = try FileHandle(forWritingTo: files[0])
        process.standardError = try FileHandle(forWritingTo: files[1])
        try process.run()
        process.waitUntilExit()
        let texts = try files.map { try String(contentsOf: $0, encoding: .utf8) }
        for file in files { try FileManager.default.removeItem(at: file) }
        return Run(arguments: arguments, status: process.terminationStatus, output: texts[0], error: texts[1])
    }

    func path(_ name: String) -> String { folder.appending(path: name).path }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: folder.appending(path: name))
    }

    func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appending(path: name)))
    }
}

/// A store with a few patients, which tests read and do not change.
enum SharedStore {
    static let patients = 4
    static let key = ["--key-file", "clinic.key"]
    static let request = ["--as", "Practitioner/1", "--for", "TREAT"]
    static let hba1c =
        "SELECT patient, effective AS taken, value.value AS hba1c FROM Observation WHERE code = loinc|4548-4 ORDER BY date"

    private static let result = Result<CommandSession, any Error> {
        let session = try CommandSession()
        let sample = SamplePatients(seed: 1, layout: .pretty)
        let bundles = session.folder.appending(path: "bundles")
        try FileManager.default.createDirectory(at: bundles, withIntermediateDirectories: true)
        for number in 0..<patients {
            try Data(sample.bundle(number: number)).write(to: bundles.appending(path: "\(number).json"))
        }
        let made = try session.avow(["init", "clinic", "--origin", "clinic.example/records"] + key)
        try #require(made.status == 0, "\(made.testDescription)")
        let imported = try session.avow(["import", "clinic", "bundles"] + key)
        try #require(imported.status == 0, "\(imported.testDescription)")
        try session.write(try session.avow(["key", "clinic"] + key).output, to: "clinic.vkey")
        let asked = try session.avow(["query", "clinic", hba1c, "--answer", "hba1c.avow"] + key + request)
        try #require(asked.status == 0, "\(asked.testDescription)")
        return session
    }

    static func session() throws -> CommandSession { try result.get() }

    static func query(_ text: String, _ arguments: [String] = []) throws -> Run {
        try session().avow(["query", "clinic", text] + key + request + arguments)
    }
}

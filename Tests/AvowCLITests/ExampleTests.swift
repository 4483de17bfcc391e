import Foundation
import Testing

/// The package's folder, found from where this file was compiled.
private let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

private let queries: [URL] = {
    let folder = root.appending(path: "Examples/queries")
    let files = try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    return (files ?? []).filter { $0.pathExtension == "sql" }.sorted { $0.path < $1.path }
}()

@Suite struct `The example queries` {
    @Test func `are there`() {
        #expect(queries.count > 30)
    }

    @Test(arguments: queries)
    func `are answered, and their answers verified`(_ file: URL) throws {
        let session = try SharedStore.session()
        let text = try String(contentsOf: file, encoding: .utf8)
        let name = file.deletingPathExtension().lastPathComponent + "-example.avow"
        let asked = try SharedStore.query(text, ["--answer", name])
        #expect(asked.status == 0, "\(asked)")
        let verified = try session.avow(["verify", name, "--key", "clinic.vkey", "--query", text])
        #expect(verified.status == 0 && verified.output == asked.output, "\(verified)")
    }
}

@Suite struct `The README` {
    @Test func `shows the Swift that the example package is made of`() throws {
        let text = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
        let example = try String(
            contentsOf: root.appending(path: "Examples/EmbedAvow/Sources/EmbedAvow/main.swift"), encoding: .utf8)
        let blocks = text.components(separatedBy: "```swift\n").dropFirst().map { $0.components(separatedBy: "```")[0] }
        #expect(blocks.count == 1)
        for block in blocks { #expect(example.contains(block)) }
    }
}

@Suite struct `The example of consent` {
    @Test func `runs to its end, and each of its answers is verified`() throws {
        let command = try #require(Executable.url)
        let process = Process()
        process.executableURL = root.appending(path: "Examples/consent")
        process.environment = ProcessInfo.processInfo.environment.merging(["AVOW": command.path]) { $1 }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(text)")
        #expect(text.components(separatedBy: "verified: ").count == 6, "\(text)")
        #expect(text.contains("because   the glass was broken: unconscious in the emergency room"), "\(text)")
        #expect(text.hasSuffix("Nothing is damaged.\n"), "\(text)")
    }
}

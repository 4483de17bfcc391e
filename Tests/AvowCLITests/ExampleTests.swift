import Foundation
import Testing

/// The queries among the examples, found from where this file was compiled.
private let queries: [URL] = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let folder = root.appending(path: "Examples/queries")
    let files = try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    return (files ?? []).sorted { $0.path < $1.path }
}()

@Suite struct `The example queries` {
    @Test func `are there`() {
        #expect(queries.count >= 5)
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

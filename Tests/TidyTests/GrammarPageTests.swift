import Foundation
import Testing

/// The diagrams of the grammar in the documentation.
@Suite struct `The page of the grammar` {
    private static let python = ["/usr/bin/python3", "/usr/local/bin/python3", "/opt/homebrew/bin/python3"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    @Test(.enabled("needs python3") { python != nil })
    func `is what Grammar slash railroad makes of the grammar`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let process = Process()
        process.executableURL = URL(filePath: try #require(Self.python))
        process.arguments = [root.appending(path: "Grammar/railroad").path, "--check"]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "run Grammar/railroad")
    }
}

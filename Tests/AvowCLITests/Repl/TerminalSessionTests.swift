import Foundation
import Testing

@testable import AvowCLI

/// A window of tmux in which a command runs: a real terminal, typed at and looked at.
private final class Window {
    static let tmux: String? = ["/usr/bin/tmux", "/usr/local/bin/tmux", "/opt/homebrew/bin/tmux"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    private let socket = "avow-\(UUID().uuidString.prefix(8))"
    private let folder: URL

    init(_ arguments: [String], in folder: URL, columns: Int = 100, rows: Int = 30) throws {
        self.folder = folder
        let executable = try #require(Executable.url, "the executable avow is not beside the tests")
        let command = ([executable.path] + arguments).map { "'\($0)'" }.joined(separator: " ")
        let environment = ["XDG_STATE_HOME=\(folder.path)/state", "PS1='$ '", "NO_COLOR="].joined(separator: " ")
        _ = try run([
            "-f", "/dev/null", "new-session", "-d", "-x", "\(columns)", "-y", "\(rows)", "-c", folder.path,
            // Whatever becomes of the test, after some minutes nothing of this is left.
            "(sleep 300; kill $PPID) & env \(environment) \(command); echo \"ended with $?\"; sleep 300",
        ])
    }

    /// Ends the terminal and what runs in it.
    func close() {
        do {
            try run(["kill-server"])
        } catch {
            Issue.record(error)
        }
    }

    @discardableResult
    func run(_ arguments: [String]) throws -> String {
        let process = Process()
        // The server that tmux leaves behind must not inherit what this process waits at for its children's end.
        let closing = "for file in {3..255}; do eval \"exec $file>&-\"; done; exec \"$@\""
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = ["-c", closing, "bash", try #require(Window.tmux), "-L", socket] + arguments
        process.environment = ["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "SHELL": "/bin/sh"]
        process.standardInput = FileHandle.nullDevice
        // A file, not a pipe: the server that tmux leaves behind would keep that open for ever.
        let file = FileManager.default.temporaryDirectory.appending(path: "\(socket)-\(UUID().uuidString)")
        try Data().write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        process.standardOutput = try FileHandle(forWritingTo: file)
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return try String(contentsOf: file, encoding: .utf8)
    }

    /// Types text as it is.
    func type(_ text: String) throws {
        // A semicolon at the end would end tmux's command.
        try run(["send-keys", "-l", text.hasSuffix(";") ? text.dropLast() + "\\;" : text])
    }
    /// Presses keys by tmux's names for them.
    func press(_ keys: String...) throws { try run(["send-keys"] + keys) }

    var lines: [String] {
        get throws {
            var lines = try run(["capture-pane", "-p"]).components(separatedBy: "\n")
            while lines.last?.isEmpty == true { lines.removeLast() }
            return lines
        }
    }

    /// Waits until the screen is as it should be, and gives it.
    @discardableResult
    func wait(_ what: String, until isReached: ([String]) -> Bool) async throws -> [String] {
        for _ in 0..<200 {
            let lines = try lines
            if isReached(lines) { return lines }
            try await Task.sleep(for: .milliseconds(100))
        }
        let shown = try lines.joined(separator: "\n")
        Issue.record("\(what) did not come:\n\(shown)")
        throw CancellationError()
    }
}

@Suite(
    .serialized,
    .enabled(if: Window.tmux != nil, "tmux is not here: no session in a real terminal is tested (apt-get install tmux)")
)
struct `A session in a real terminal` {
    private func session() throws -> (CommandSession, [String]) {
        let session = try SharedStore.session()
        return (session, ["repl", "clinic"] + SharedStore.key + SharedStore.request)
    }

    /// A folder of its own for what is kept between sessions.
    private func open(_ arguments: [String] = [], columns: Int = 100, rows: Int = 30) throws -> Window {
        let (session, command) = try session()
        return try Window(command + arguments, in: session.folder, columns: columns, rows: rows)
    }

    @Test func `completes, goes on over lines, and shows rows with their number and time`() async throws {
        let window = try open(["--no-history"])
        defer { window.close() }
        try await window.wait("the prompt") { $0.last == "clinic>" }
        try window.type("sel")
        try window.press("Tab")
        try window.type("COUNT(*) AS n")
        try window.press("Enter")
        try window.type("FROM Obs")
        try window.press("Tab")
        try await window.wait("the type") { $0.last == "   ...> FROM Observation" }
        try window.press("Enter")
        try window.type("WHERE code = a1c")
        try window.press("Tab")
        try await window.wait("the code") { $0.contains { $0.hasSuffix("WHERE code = loinc|4548-4") } }
        try window.type(";")
        try window.press("Enter")
        let lines = try await window.wait("the rows") {
            $0.contains { $0.hasPrefix("1 row · ") } && $0.last == "clinic>"
        }
        let place = try #require(lines.firstIndex { $0.hasPrefix("1 row · ") })
        #expect(lines[place - 3] == " n" || lines[place - 3].hasSuffix("n"), "\(lines)")
        #expect(Int(lines[place - 1].trimmed).map { $0 > 0 } == true, "\(lines)")
    }

    @Test func `completes what occurs in the store, elements in PATH, cohorts and indexes`() async throws {
        let window = try open(["--no-history"], columns: 160)
        defer { window.close() }
        try await window.wait("the prompt") { $0.last == "clinic>" }
        try window.type("COHORT women AS SELECT patient FROM Patient WHERE gender = fem")
        try window.press("Tab")
        try await window.wait("the value") { $0.last?.hasSuffix("gender = female") == true }
        try window.type("; SELECT COUNT(*) AS n FROM Patient WHERE PATH(name.where(use = 'official').fam")
        try window.press("Tab")
        try await window.wait("the element") { $0.joined().hasSuffix("where(use = 'official').family") }
        try window.type(".exists()) AND patient IN COHORT wo")
        try window.press("Tab")
        try await window.wait("the cohort") { $0.joined().hasSuffix("IN COHORT women") }
        try window.type(";")
        try window.press("Enter")
        try await window.wait("the rows") { $0.contains { $0.hasPrefix("1 row · ") } && $0.last == "clinic>" }
        try window.type("SELECT id FROM Observation WHERE component-value-quantity > 1 'mm[")
        try window.press("Tab")
        try await window.wait("the unit") { $0.last?.hasSuffix("> 1 'mm[Hg]'") == true }
        try window.press("C-c")
        try window.type(".indexes Patient-birthd")
        try window.press("Tab")
        try await window.wait("the index") { $0.last?.hasSuffix(".indexes Patient-birthdate") == true }
        try window.press("Enter")
        try await window.wait("what it is sorted by") {
            $0.contains { $0.contains("ready") && $0.contains("birthdate") }
        }
    }

    @Test func `remembers statements for the next session, but none that names a patient`() async throws {
        var window = try open()
        defer { window.close() }
        try await window.wait("the prompt") { $0.last == "clinic>" }
        for statement in [
            "SELECT COUNT(*) AS kept FROM Patient;", "SELECT COUNT(*) AS gone FROM Patient WHERE _id = x;",
        ] {
            try window.type(statement)
            try window.press("Enter")
        }
        try await window.wait("the rows") { $0.filter { $0.hasPrefix("1 row · ") }.count == 2 }
        try window.press("Up")
        try await window.wait("the last statement") { $0.last?.contains("gone") == true }
        try window.press("C-c")
        try window.press("C-d")
        try await window.wait("the end") { $0.last == "ended with 0" }
        window.close()
        window = try open()
        try await window.wait("the prompt") { $0.last == "clinic>" }
        try window.press("Up")
        try await window.wait("the statement that was kept") {
            $0.last == "clinic> SELECT COUNT(*) AS kept FROM Patient;"
        }
        try window.press("Enter")
        try await window.wait("its rows") { $0.contains { $0.hasPrefix("1 row · ") } }
    }

    @Test func `goes on after mistakes and after Ctrl-C, and ends with what was typed ahead`() async throws {
        let window = try open(["--no-history"])
        defer { window.close() }
        try await window.wait("the prompt") { $0.last == "clinic>" }
        try window.type("SELECT id FROM Patiant;")
        try window.press("Enter")
        let lines = try await window.wait("the mistake") { $0.last == "clinic>" && $0.count > 4 }
        #expect(lines.contains("error: no resource type 'Patiant'; did you mean 'Patient'?"), "\(lines)")
        #expect(lines.contains("  |                ^^^^^^^"), "\(lines)")
        try window.type("SELECT")
        try window.press("C-c")
        try await window.wait("a new prompt") { $0.last == "clinic>" }
        try window.type(".quit")
        try window.press("Enter")
        try await window.wait("the end") { $0.last == "ended with 0" }
    }

    @Test func `follows the window when that becomes narrow`() async throws {
        let window = try open(["--no-history"])
        defer { window.close() }
        try await window.wait("the prompt") { $0.last == "clinic>" }
        try window.type("SELECT code.coding.display AS what FROM Observation LIMIT 1")
        try window.run(["resize-window", "-x", "40", "-y", "20"])
        let lines = try await window.wait("the narrow screen") {
            $0.last?.hasSuffix("LIMIT 1") == true && $0.allSatisfy { $0.count <= 40 }
        }
        #expect(
            lines.suffix(2).joined() == "clinic> SELECT code.coding.display AS what FROM Observation LIMIT 1",
            "\(lines)")
        try window.press("C-a")
        try window.type("x")
        try await window.wait("what is typed in front") { $0.contains { $0.hasPrefix("clinic> xSELECT") } }
    }

    @Test func `draws`() async throws {
        let window = try open(["--no-history"], columns: 80)
        defer { window.close() }
        try await window.wait("the prompt") { $0.last == "clinic>" }
        try window.type("SELECT code, COUNT(*) AS n FROM Condition GROUP BY code;")
        try window.press("Enter")
        try await window.wait("the rows") { $0.contains { $0.contains(" rows · ") } }
        try window.type(".plot")
        try window.press("Enter")
        try await window.wait("the chart") { $0.contains { $0.contains("n by code") } && $0.last == "clinic>" }
    }
}

@Suite(
    .serialized,
    .enabled(if: Window.tmux != nil, "tmux is not here: stopping a query at a real terminal is not tested"))
struct `A long query in a real terminal` {
    @Test func `shows how far it is, and ends at Ctrl-C, while the session goes on`() async throws {
        let session = try SharedStore.session()
        // Every pair of resources would take ages: the cost grows with what a path does, not with the store.
        let numbers = "(1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9)"
        let path = (0..<3).map { "select(\(numbers).where($this + \($0) > 0))" }.joined(separator: ".")
        try session.write("SELECT descendants().\(path).count() AS n FROM Resource;", to: "slow.sql")
        let window = try Window(
            ["repl", "clinic", "--no-history"] + SharedStore.key + SharedStore.request, in: session.folder)
        defer { window.close() }
        try await window.wait("the prompt") { $0.last == "clinic>" }
        try window.type(".read slow.sql")
        try window.press("Enter")
        try await window.wait("progress") { $0.last?.contains("Ctrl-C stops it") == true }
        try window.press("C-c")
        let lines = try await window.wait("the prompt again") {
            $0.last == "clinic>" && $0.contains { $0.contains("stopped") }
        }
        #expect(lines.contains { $0.contains("slow.sql, line 1: stopped") }, "\(lines)")
        try window.type("SELECT COUNT(*) AS n FROM Patient;")
        try window.press("Enter")
        try await window.wait("the next answer") { $0.contains { $0.hasPrefix("1 row · ") } }
    }
}

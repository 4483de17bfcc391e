import Foundation
import Synchronization

/// Where the demo speaks and acts: it shows each command line before it runs exactly that line.
struct Stage {
    private static let margin = "    "
    /// Command lines longer than this are broken.
    private static let lineLength = 92

    private let console: Console
    private let style: Style
    private var stepCount = 0

    init(_ console: Console) {
        self.console = console
        style = Style(for: console.output)
    }

    // MARK: Speaking

    func title(_ text: String) {
        console.print(style(text, .bold))
    }

    mutating func step(_ title: String) {
        stepCount += 1
        console.print("\n" + style("\(stepCount). \(title)", .bold))
    }

    func say(_ text: String) {
        let width = min(console.output.width ?? 90, 90)
        for line in DisplayText.wrapped(text, to: width) { console.print(line) }
    }

    // MARK: Acting

    /// Shows a command of `avow`, runs it, and shows what it wrote.
    ///
    /// - Parameters:
    ///   - arguments: what follows `avow`.
    ///   - file: where its output goes instead of the screen.
    ///   - expected: how it has to end; anything else ends the demo.
    func run(
        _ arguments: [String], into file: String? = nil, expecting expected: ExitStatus = .success
    ) throws(CommandFailure) {
        var words = ["avow \(arguments[0])"] + Stage.pairs(arguments.dropFirst())
        if let file { words.append("> " + Stage.quoted(file)) }
        show(words)
        let recorder = Recorder()
        let listener = Console(
            environment: console.environment, output: console.output.narrowed(by: Stage.margin.utf8.count),
            error: console.output.narrowed(by: Stage.margin.utf8.count), isForPeople: true
        ) { text, stream in
            recorder.record(text, isOutput: stream == .output)
        }
        let status = Console.$current.withValue(listener) { AvowCommand.execute(arguments) }
        let (output, screen) = recorder.finish(separatingOutput: file != nil)
        if let file { try FileAccess.write(Array(output.utf8), to: file) }
        for line in screen.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            console.print(line.isEmpty ? "" : Stage.margin + line)
        }
        guard status == expected else {
            throw CommandFailure("the demo did not go as it must: 'avow \(arguments[0])' ended with \(status.rawValue)")
        }
        if status != .success {
            console.print(Stage.margin + style("exit status \(status.rawValue)", .dim))
        }
    }

    /// Shows a command of the shell and does the same itself.
    func act(_ line: String, _ action: () throws -> Void) throws(CommandFailure) {
        show([line])
        do {
            try action()
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure("'\(line)' failed: \(FileAccess.reason(error))")
        }
    }

    /// Shows a command line, long ones on several lines as a shell takes them.
    private func show(_ words: [String]) {
        var lines: [String] = []
        for word in words {
            if let last = lines.last, last.utf8.count + word.utf8.count < Stage.lineLength {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(word)
            }
        }
        for (index, line) in lines.enumerated() {
            let end = index == lines.count - 1 ? "" : " \\"
            console.print("  " + style((index == 0 ? "$ " : "    ") + line + end, .cyan))
        }
    }

    /// Arguments as a shell takes them, an option and its value in one piece.
    private static func pairs(_ arguments: some Sequence<String>) -> [String] {
        var pieces: [String] = []
        var isOption = false
        for argument in arguments {
            if isOption {
                pieces[pieces.count - 1] += " " + quoted(argument)
            } else {
                pieces.append(quoted(argument))
            }
            isOption = argument.hasPrefix("--")
        }
        return pieces
    }

    // MARK: Text

    /// An argument as a shell takes it.
    static func quoted(_ argument: String) -> String {
        let isPlain = argument.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "+"), UInt8(ascii: "="), UInt8(ascii: ":"), UInt8(ascii: ","):
                true
            default: false
            }
        }
        if isPlain && !argument.isEmpty { return argument }
        if !argument.contains(where: { "\"\\$`!".contains($0) }) { return "\"\(argument)\"" }
        return "'" + argument.replacingOccurrences(of: "'", with: "'\\''") + "'"
    }
}

/// Keeps what a command writes.
private final class Recorder: Sendable {
    private let pieces = Mutex<[(text: String, isOutput: Bool)]>([])

    func record(_ text: String, isOutput: Bool) {
        pieces.withLock { $0.append((text, isOutput)) }
    }

    /// What was written to the output, and what belongs on the screen: all of it, or only the rest.
    func finish(separatingOutput: Bool) -> (output: String, screen: String) {
        pieces.withLock { pieces in
            let output = pieces.filter(\.isOutput).map(\.text).joined()
            let screen = pieces.filter { !($0.isOutput && separatingOutput) }.map(\.text).joined()
            return (output, screen)
        }
    }
}

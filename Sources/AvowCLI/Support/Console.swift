import Foundation

/// Where a command writes, and how that should look.
struct Console: Sendable {
    /// The console of the command that is running: the process's own, unless the demo listens.
    @TaskLocal static var current = Console()

    let environment: [String: String]
    let output: Terminal
    let error: Terminal
    /// Whether a person reads the output, so that rows are laid out as a table.
    let isForPeople: Bool
    private let sink: @Sendable (String, OutputStream) -> Void

    /// The process's own streams.
    init() {
        let environment = ProcessInfo.processInfo.environment
        let output = Terminal(.output, environment: environment)
        self.init(
            environment: environment, output: output, error: Terminal(.error, environment: environment),
            isForPeople: output.isInteractive
        ) { text, stream in
            stream.write(text)
        }
    }

    /// A console whose text goes to `sink`.
    init(
        environment: [String: String], output: Terminal, error: Terminal, isForPeople: Bool,
        sink: @escaping @Sendable (String, OutputStream) -> Void
    ) {
        self.environment = environment
        self.output = output
        self.error = error
        self.isForPeople = isForPeople
        self.sink = sink
    }

    /// The same console after the window of its terminal has changed.
    func resized(to columns: Int) -> Console {
        Console(
            environment: environment, output: output.resized(to: columns), error: error.resized(to: columns),
            isForPeople: isForPeople, sink: sink)
    }

    /// Writes text as it is.
    func write(_ text: String, to stream: OutputStream) {
        sink(text, stream)
    }

    /// Writes a line to the output.
    func print(_ line: String) {
        sink(line + "\n", .output)
    }

    /// Writes a line beside the output, where it does not get among the rows.
    func note(_ line: String) {
        sink(line + "\n", .error)
    }
}

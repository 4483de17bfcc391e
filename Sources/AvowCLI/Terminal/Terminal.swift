#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// One of the process's output streams.
enum OutputStream: Int32 {
    case output = 1
    case error = 2

    /// Writes all the bytes, going on after interruptions. What a closed pipe does not take is dropped:
    /// its reader has gone.
    func write(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            // The buffer is valid for the length of the closure, and no more than its count is read.
            let written = unsafe bytes.withUnsafeBytes { buffer in
                unsafe platformWrite(rawValue, buffer.baseAddress, buffer.count)
            }
            if written < 0 && errno == EINTR { continue }
            guard written > 0 else { return }
            bytes = bytes.dropFirst(written)
        }
    }
}

private func platformWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    unsafe write(descriptor, bytes, count)
}

/// What is at the other end of an output stream, and so how output should look.
struct Terminal: Equatable {
    /// Whether a person looks at it through a terminal.
    let isInteractive: Bool
    /// Columns of the terminal; nil when output goes elsewhere and lines may have any length.
    let width: Int?
    /// Whether colour and other attributes are welcome.
    let allowsColor: Bool
    /// Whether the cursor can be moved, so that a line can be written over.
    let allowsRewriting: Bool

    /// Describes the stream of this process.
    ///
    /// - Parameters:
    ///   - stream: the stream that will be written to.
    ///   - environment: the process's environment.
    init(_ stream: OutputStream, environment: [String: String]) {
        let isTerminal = isatty(stream.rawValue) == 1
        self.init(
            isTerminal: isTerminal, columns: isTerminal ? windowColumns(stream.rawValue) : nil,
            environment: environment)
    }

    /// Derives everything from what was found out about a stream.
    ///
    /// - Parameters:
    ///   - isTerminal: whether the stream is a terminal.
    ///   - columns: how wide the terminal says it is; nil when it does not say.
    ///   - environment: `NO_COLOR` (any text that is not empty) and `TERM=dumb` are respected, `COLUMNS`
    ///     is used when the terminal does not say its width.
    init(isTerminal: Bool, columns: Int?, environment: [String: String]) {
        let isDumb = environment["TERM"] == "dumb" || environment["TERM", default: ""].isEmpty
        let refusesColor = !environment["NO_COLOR", default: ""].isEmpty
        isInteractive = isTerminal
        allowsRewriting = isTerminal && !isDumb
        allowsColor = allowsRewriting && !refusesColor
        guard isTerminal else {
            width = nil
            return
        }
        let declared = environment["COLUMNS"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
        width = columns ?? declared ?? 80
    }

    private init(isInteractive: Bool, width: Int?, allowsColor: Bool, allowsRewriting: Bool) {
        self.isInteractive = isInteractive
        self.width = width
        self.allowsColor = allowsColor
        self.allowsRewriting = allowsRewriting
    }

    /// The same terminal with less room, for output that is collected first and then shown with a margin.
    func narrowed(by columns: Int) -> Terminal {
        Terminal(
            isInteractive: isInteractive, width: width.map { max(20, $0 - columns) }, allowsColor: allowsColor,
            allowsRewriting: false)
    }
}

extension Terminal {
    /// The same terminal after its window has changed; what is none stays as it is.
    func resized(to columns: Int) -> Terminal {
        Terminal(
            isInteractive: isInteractive, width: width == nil ? nil : columns, allowsColor: allowsColor,
            allowsRewriting: allowsRewriting)
    }
}

/// The columns of a terminal, when it knows.
private func windowColumns(_ descriptor: Int32) -> Int? {
    var size = winsize()
    // The kernel fills the whole structure or fails; the pointer is not kept.
    let result = unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size)
    return result == 0 && size.ws_col > 0 ? Int(size.ws_col) : nil
}

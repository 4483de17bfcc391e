#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Why there is no passphrase.
enum PassphraseError: Error, Equatable, CustomStringConvertible {
    /// There is neither the environment variable nor a terminal to ask at.
    case noTerminal(path: String, reason: String)
    /// The passphrase is empty.
    case empty
    /// The second passphrase was not the first.
    case mismatch
    /// The passphrase has more bytes than anyone would type.
    case tooLong(limit: Int)
    /// The person ended the input instead of answering.
    case cancelled

    var description: String {
        switch self {
        case .noTerminal(let path, let reason):
            """
            no passphrase: \(PassphraseReader.variable) is not set, and \(path) cannot be asked (\(reason)); \
            set the variable or run the command at a terminal
            """
        case .empty: "the passphrase is empty; a store needs one"
        case .mismatch: "the two passphrases differ; nothing was changed"
        case .tooLong(let limit): "the passphrase is longer than \(limit) bytes"
        case .cancelled: "no passphrase was given"
        }
    }
}

/// Gets the passphrase of a store: from the environment, or else from a person at the terminal, without
/// showing what is typed.
///
/// The terminal is asked even when input and output are redirected. Its settings are put back however
/// asking ends, also when a signal such as ctrl-C ends it; the signal then takes effect as always.
struct PassphraseReader {
    /// The environment variable that is used instead of asking.
    static let variable = "AVOW_PASSPHRASE"
    /// The most bytes that a passphrase may have.
    static let limit = 1_024

    private let environment: [String: String]
    private let path: String

    /// Creates a reader.
    ///
    /// - Parameters:
    ///   - environment: the process's environment.
    ///   - path: the terminal to ask at.
    init(environment: [String: String], path: String = "/dev/tty") {
        self.environment = environment
        self.path = path
    }

    /// The passphrase, in UTF-8.
    ///
    /// - Parameters:
    ///   - prompt: what to ask, without the colon: `Passphrase for clinic`.
    ///   - isNew: whether the passphrase is being chosen, so that a slip must be caught by asking twice.
    /// - Throws: ``PassphraseError``.
    func read(prompt: String, isNew: Bool = false) throws(PassphraseError) -> [UInt8] {
        if let value = environment[PassphraseReader.variable] { return try checked(Array(value.utf8)) }
        let terminal = try SilentTerminal(path: path)
        let first = try checked(terminal.ask("\(prompt): "))
        guard isNew else { return first }
        let second = try terminal.ask("The same again: ")
        guard first == second else { throw .mismatch }
        return first
    }

    private func checked(_ passphrase: [UInt8]) throws(PassphraseError) -> [UInt8] {
        guard !passphrase.isEmpty else { throw .empty }
        guard passphrase.count <= PassphraseReader.limit else {
            throw .tooLong(limit: PassphraseReader.limit)
        }
        return passphrase
    }
}

/// The bytes of a line while they are typed.
struct LineEditor {
    /// What a byte led to.
    enum Outcome: Equatable {
        case goesOn
        case finished
        case cancelled
        case overflowed
    }

    private(set) var bytes: [UInt8] = []
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
        // Growing would leave pieces of the passphrase behind in freed memory.
        bytes.reserveCapacity(limit)
    }

    /// Takes one byte: text, or one of the usual editing keys.
    mutating func accept(_ byte: UInt8) -> Outcome {
        switch byte {
        case 0x0a, 0x0d: return .finished
        case 0x04: return bytes.isEmpty ? .cancelled : .finished
        case 0x7f, 0x08: removeCharacter()
        case 0x15: while !bytes.isEmpty { removeCharacter() }
        case 0x00..<0x20: break
        default:
            guard bytes.count < limit else { return .overflowed }
            bytes.append(byte)
        }
        return .goesOn
    }

    /// Removes the last Unicode scalar: its continuation bytes and its first.
    private mutating func removeCharacter() {
        while let last = bytes.popLast(), last & 0xc0 == 0x80 {}
    }
}

/// A terminal that shows no input while it is asked something.
private struct SilentTerminal: ~Copyable {
    private let descriptor: Int32

    init(path: String) throws(PassphraseError) {
        // The path is a C string for the length of the call.
        descriptor = unsafe open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw .noTerminal(path: path, reason: describe(errno))
        }
        guard isatty(descriptor) == 1 else {
            close(descriptor)
            throw .noTerminal(path: path, reason: "it is not a terminal")
        }
    }

    deinit {
        close(descriptor)
    }

    /// Asks one question and reads the answer up to the end of its line.
    borrowing func ask(_ prompt: String) throws(PassphraseError) -> [UInt8] {
        var saved = termios()
        // The structure is filled whole or the call fails; the same holds for the calls below, which
        // only read it. No pointer is kept.
        guard unsafe tcgetattr(descriptor, &saved) == 0 else {
            throw .noTerminal(path: "the terminal", reason: describe(errno))
        }
        var silent = saved
        silent.c_lflag &= ~tcflag_t(ECHO | ECHOE | ECHOK | ECHONL | ICANON)
        // A read returns after 0.2 s without input, so that a signal is noticed whichever thread got it.
        unsafe withUnsafeMutableBytes(of: &silent.c_cc) { controls in
            unsafe controls[Int(VMIN)] = 0
            unsafe controls[Int(VTIME)] = 2
        }
        let signals = SignalWatch()
        // Discards what was typed before the question: it was shown.
        guard unsafe tcsetattr(descriptor, TCSAFLUSH, &silent) == 0 else {
            signals.stop()
            throw .noTerminal(path: "the terminal", reason: describe(errno))
        }
        send(prompt)
        let answer = readLine(watching: signals)
        unsafe tcsetattr(descriptor, TCSAFLUSH, &saved)
        send("\n")
        signals.stop()
        return try answer.get()
    }

    private borrowing func readLine(watching signals: SignalWatch) -> Result<[UInt8], PassphraseError> {
        var editor = LineEditor(limit: PassphraseReader.limit)
        while signals.received == 0 {
            var byte: UInt8 = 0
            // One byte into one byte.
            let count = unsafe Platform.read(descriptor, &byte)
            if count == 0 || (count < 0 && errno == EINTR) { continue }
            guard count > 0 else { return .failure(.cancelled) }
            switch editor.accept(byte) {
            case .goesOn: continue
            case .finished: return .success(editor.bytes)
            case .cancelled: return .failure(.cancelled)
            case .overflowed: return .failure(.tooLong(limit: PassphraseReader.limit))
            }
        }
        return .failure(.cancelled)
    }

    private borrowing func send(_ text: String) {
        let bytes = Array(text.utf8)
        // The buffer outlives the call, which reads no more than its count. A prompt that cannot be
        // written is no reason not to read an answer.
        _ = unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
    }
}

/// System calls whose names members of this file shadow.
private enum Platform {
    static func read(_ descriptor: Int32, _ byte: UnsafeMutablePointer<UInt8>) -> Int {
        #if canImport(Glibc)
            unsafe Glibc.read(descriptor, byte, 1)
        #elseif canImport(Musl)
            unsafe Musl.read(descriptor, byte, 1)
        #elseif canImport(Darwin)
            unsafe Darwin.read(descriptor, byte, 1)
        #endif
    }
}

private func describe(_ code: Int32) -> String {
    // The text is copied before anything else can call strerror.
    unsafe String(cString: strerror(code))
}

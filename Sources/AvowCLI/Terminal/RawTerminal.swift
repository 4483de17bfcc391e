#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The terminal at the process's input and output, key by key and without echo.
///
/// Its settings are put back by ``close()``, which whoever opens it must reach on every way out.
struct RawTerminal: ~Copyable {
    /// What input is for.
    private enum Mode {
        /// As the process found it.
        case original
        /// Every key is a byte, Ctrl-C too.
        case keys
        /// Keys wait unseen; Ctrl-C is a signal.
        case busy
    }

    private let saved: termios
    private var mode = Mode.original

    /// Takes note of the terminal's settings; nil when input or output is none.
    init?() {
        var settings = termios()
        // Filled whole or the call fails.
        guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1, unsafe tcgetattr(STDIN_FILENO, &settings) == 0
        else { return nil }
        saved = settings
    }

    /// Begins to take keys; pasted text will be marked.
    mutating func takeKeys() {
        guard mode != .keys else { return }
        set(.keys)
        OutputStream.output.write("\u{1b}[?2004h")
    }

    /// Lets Ctrl-C be a signal again, while something else than editing goes on.
    mutating func takeSignals() {
        guard mode != .busy else { return }
        if mode == .keys { OutputStream.output.write("\u{1b}[?2004l") }
        set(.busy)
    }

    /// Puts the settings back.
    mutating func close() {
        guard mode != .original else { return }
        if mode == .keys { OutputStream.output.write("\u{1b}[?2004l") }
        set(.original)
    }

    private mutating func set(_ mode: Mode) {
        var settings = saved
        if mode != .original {
            settings.c_lflag &= ~tcflag_t(ECHO | ECHOE | ECHOK | ECHONL | ICANON | IEXTEN)
            if mode == .keys {
                settings.c_lflag &= ~tcflag_t(ISIG)
                // Return is no line feed, and Ctrl-S and Ctrl-Q are keys.
                settings.c_iflag &= ~tcflag_t(ICRNL | INLCR | IGNCR | IXON | ISTRIP)
            }
            // The controls are the structure's own.
            unsafe withUnsafeMutableBytes(of: &settings.c_cc) { controls in
                unsafe controls[Int(VMIN)] = 1
                unsafe controls[Int(VTIME)] = 0
            }
        }
        // What was typed ahead is kept. The structure is only read.
        unsafe tcsetattr(STDIN_FILENO, TCSADRAIN, &settings)
        self.mode = mode
    }

    /// What reading led to.
    enum Input {
        case bytes([UInt8])
        /// Nothing came in time, or a signal did.
        case nothing
        /// There will be nothing more.
        case ended
    }

    /// Waits for bytes.
    ///
    /// - Parameter milliseconds: how long.
    borrowing func read(within milliseconds: Int32) -> Input {
        var waiting = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        // One structure, which the call reads and fills.
        let ready = unsafe poll(&waiting, 1, milliseconds)
        guard ready > 0 else { return .nothing }
        var buffer = [UInt8](repeating: 0, count: 4_096)
        // The buffer outlives the call, which fills no more than its count.
        let count = unsafe buffer.withUnsafeMutableBytes { bytes in
            unsafe platformRead(STDIN_FILENO, bytes.baseAddress, bytes.count)
        }
        if count < 0 && (errno == EINTR || errno == EAGAIN) { return .nothing }
        return count > 0 ? .bytes(Array(buffer.prefix(count))) : .ended
    }

    /// Columns and rows, as the terminal says now.
    static var size: (columns: Int, rows: Int) {
        var size = winsize()
        // Filled whole or the call fails.
        let isKnown = unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0
        return (
            isKnown && size.ws_col > 0 ? Int(size.ws_col) : 80, isKnown && size.ws_row > 0 ? Int(size.ws_row) : 24
        )
    }

    /// Stops the process, as Ctrl-Z does elsewhere, until the shell lets it go on.
    static func suspend() {
        kill(getpid(), SIGSTOP)
    }
}

private func platformRead(_ descriptor: Int32, _ bytes: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    unsafe read(descriptor, bytes, count)
}

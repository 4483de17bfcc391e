import ArgumentParser
import Avow
import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A session with a person at a terminal.
struct InteractiveRepl: ~Copyable {
    /// An Escape that is followed by nothing for so many milliseconds was one by itself.
    private static let escapeTime: Int32 = 50
    /// How often signals are looked for.
    private static let pollTime: Int32 = 200
    private static let watched = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH]

    private let session: ReplSession
    private let console: Console
    private let history: HistoryKeeper
    private let screen: EditorScreen
    private let signals: SignalWatch
    private var terminal: RawTerminal
    private var editor: StatementEditor
    private var painter = ScreenPainter()
    private var decoder = KeyDecoder()
    /// Keys that were typed ahead.
    private var pending: [Key] = []

    /// Nil when there is no terminal whose cursor can be moved.
    init?(_ session: ReplSession, history: HistoryKeeper) {
        guard session.console.output.allowsRewriting, let terminal = RawTerminal() else { return nil }
        let signals = SignalWatch(InteractiveRepl.watched)
        self.session = session
        self.history = history
        self.signals = signals
        self.terminal = terminal
        console = session.console
        session.isStopped = { signals.take(SIGINT) || signals.received != 0 && signals.received != SIGWINCH }
        session.keepsHistory = { (argument) throws(CommandFailure) in try history.command(argument) }
        editor = StatementEditor(history: history.statements, isComplete: StatementEnd.isReached) { text, cursor in
            CompletionEngine(vocabulary: session.vocabulary).complete(text, at: cursor)
        }
        let name = DisplayText.sanitized(URL(filePath: session.path).lastPathComponent)
        screen = EditorScreen(
            prompt: DisplayText.truncated(name, to: 24) + "> ", style: session.style, highlight: Highlighting.emphasis)
    }

    /// Takes statements until the session is over.
    mutating func run() {
        greet()
        while !session.isOver, let text = nextText() {
            guard !text.trimmed.isEmpty else { continue }
            if let problem = history.add(text) { console.note("the history cannot be written: \(problem)") }
            editor.history = history.statements
            editor.reset()
            terminal.takeSignals()
            // A Ctrl-C that came before is no wish about what begins now.
            _ = signals.take(SIGINT)
            execute(text)
        }
        terminal.close()
        signals.stop()
    }

    private func greet() {
        let version = session.style("avow \(AvowCommand.configuration.version)", .bold)
        console.print("\(version), the store \(session.store.origin). .help says what can be said here; Tab completes.")
        guard session.settings.actor == nil || session.settings.purpose == nil else { return }
        console.print("Queries say who asks and why: AS … FOR … in each, or .actor and .purpose for all that follow.")
    }

    private func execute(_ text: String) {
        session.console = console.resized(to: RawTerminal.size.columns)
        for input in StatementReader.inputs(in: text) where !session.isOver {
            do throws(CommandFailure) {
                try session.execute(input)
            } catch {
                console.write(error.complaint(Style(for: console.error)), to: .error)
                return
            }
        }
    }

    // MARK: Editing

    /// Edits until there is something to execute; nil when there will be nothing more.
    private mutating func nextText() -> String? {
        terminal.takeKeys()
        painter.forget()
        paint()
        while true {
            while !pending.isEmpty {
                let key = pending.removeFirst()
                let before = editor.text
                switch editor.handle(key) {
                case .goesOn: continue
                case .submitted(let text):
                    leave(EditedText(text))
                    return text
                case .abandoned: leave(before)
                case .ended: return end()
                case .clearsScreen:
                    painter.forget()
                    console.write("\u{1b}[H\u{1b}[2J", to: .output)
                case .suspends: suspend()
                }
            }
            paint()
            guard readKeys() else { return end() }
        }
    }

    /// Waits for keys, or for something else that must be seen to.
    ///
    /// - Returns: whether there will be more.
    private mutating func readKeys() -> Bool {
        while pending.isEmpty {
            switch terminal.read(within: decoder.isWaiting ? InteractiveRepl.escapeTime : InteractiveRepl.pollTime) {
            case .bytes(let bytes): pending += decoder.take(bytes)
            case .nothing: if decoder.isWaiting { pending += decoder.finish() }
            case .ended: return false
            }
            if signals.take(SIGWINCH) {
                painter.resize(to: RawTerminal.size.columns)
                paint()
            }
            if signals.take(SIGINT) { pending.append(.control("c")) }
            if signals.received != 0 { return false }
        }
        return true
    }

    private mutating func paint() {
        let size = RawTerminal.size
        console.write(
            painter.paint(screen.layout(editor, width: size.columns, height: size.rows)), to: .output)
    }

    /// Leaves a text on the screen as it is, the cursor below it.
    private mutating func leave(_ text: EditedText) {
        var text = text
        text.move(to: text.characters.count)
        // However high the screen: what scrolls away is there to be scrolled to.
        let layout = screen.layout(of: text, width: RawTerminal.size.columns, height: .max)
        console.write(painter.leave(layout), to: .output)
    }

    private mutating func end() -> String? {
        leave(editor.text)
        return nil
    }

    private mutating func suspend() {
        leave(editor.text)
        terminal.close()
        RawTerminal.suspend()
        terminal.takeKeys()
        painter.forget()
    }
}

extension CommandFailure {
    /// The failure as text that begins with `error:`, as what is said of a query's text does by itself.
    func complaint(_ style: Style) -> String {
        (message.contains("error:") ? "" : style("error:", .red) + " ") + message + "\n"
    }
}

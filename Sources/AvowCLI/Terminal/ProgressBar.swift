/// A line that shows how far a long operation is, written over in place and removed at its end.
///
/// It appears only on a terminal that can rewrite its line, at most ten times a second, and belongs on
/// the error stream, so that the output stays clean.
///
/// ```
/// Importing  ━━━━━━━━━━━━━━━━━━────────────  60 %  120,000 of 200,000  4.0 s left
/// ```
struct ProgressBar {
    /// The shortest time between two updates.
    static let interval = Duration.milliseconds(100)
    /// Before this much time has gone by, an estimate of the rest would be a guess.
    static let patience = Duration.seconds(1)

    private let title: String
    private let total: Int?
    private let terminal: Terminal
    private let style: Style
    private let now: () -> Duration
    private let write: (String) -> Void
    private let start: Duration
    private var lastUpdate: Duration?
    private var isVisible = false

    /// Creates a bar; nothing is shown before the first update.
    ///
    /// - Parameters:
    ///   - title: what goes on.
    ///   - total: how much there is to do; nil when that is not known.
    ///   - terminal: where the line goes.
    ///   - now: a clock that never goes back, as time since any fixed moment.
    ///   - write: takes the text for the terminal.
    init(
        _ title: String, total: Int?, terminal: Terminal, now: (() -> Duration)? = nil,
        write: @escaping (String) -> Void = OutputStream.error.write
    ) {
        self.title = DisplayText.sanitized(title)
        self.total = total
        self.terminal = terminal
        style = Style(for: terminal)
        let origin = ContinuousClock.now
        let clock = now ?? { ContinuousClock.now - origin }
        self.now = clock
        self.write = write
        start = clock()
    }

    /// Says how much is done. Cheap enough to be called for each of many small steps.
    mutating func update(_ done: Int) {
        guard terminal.allowsRewriting else { return }
        let time = now()
        if let lastUpdate, time - lastUpdate < ProgressBar.interval { return }
        lastUpdate = time
        isVisible = true
        write("\r\(line(done: done, elapsed: time - start))\u{1b}[K")
    }

    /// Removes the line. Does nothing when none was shown; a later update shows it again.
    mutating func clear() {
        guard isVisible else { return }
        isVisible = false
        lastUpdate = nil
        write("\r\u{1b}[K")
    }

    private func line(done: Int, elapsed: Duration) -> String {
        // The last column stays free: writing there makes some terminals go to the next line.
        let width = (terminal.width ?? 80) - 1
        guard let total, total > 0 else {
            return DisplayText.truncated("\(title)  \(HumanFormat.count(done))", to: max(1, width))
        }
        let done = min(max(0, done), total)
        let fraction = Double(done) / Double(total)
        let percent = "\(Int(fraction * 100)) %"
        var facts = "\(DisplayText.padded(percent, to: 5, onLeft: true))  "
        facts += "\(HumanFormat.count(done)) of \(HumanFormat.count(total))"
        if done > 0 && done < total && elapsed >= ProgressBar.patience {
            facts += "  \(HumanFormat.duration(elapsed / fraction - elapsed)) left"
        }
        let room = width - DisplayText.width(of: title) - DisplayText.width(of: facts) - 4
        guard room >= 10 else { return DisplayText.truncated("\(title)  \(facts)", to: max(1, width)) }
        let columns = min(30, room)
        let filled = Int(fraction * Double(columns))
        let bar =
            style(String(repeating: "━", count: filled), .cyan)
            + style(String(repeating: "─", count: columns - filled), .dim)
        return "\(title)  \(bar)  \(facts)"
    }
}

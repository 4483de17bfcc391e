/// What was entered in this session and in those before.
final class HistoryKeeper {
    private(set) var statements: [String]
    /// Nil when nothing is kept for later sessions.
    private let file: HistoryFile?
    private var isOn = true

    init(_ file: HistoryFile?) {
        self.file = file
        statements = file?.read() ?? []
    }

    /// Takes what was entered; statements go to the file, too, unless something speaks against it.
    ///
    /// - Returns: what the system said when the file could not be written.
    func add(_ text: String) -> String? {
        let statement = text.trimmed
        if statements.last != statement { statements.append(statement) }
        guard isOn, let file, !statement.hasPrefix("."), !text.hasPrefix(" ") else { return nil }
        return file.add(statement)
    }

    /// What `.history` says, and does.
    func command(_ argument: String) throws(CommandFailure) -> String {
        guard let file else { return "nothing is kept: AVOW_HISTORY or --no-history says so" }
        switch argument {
        case "": break
        case "on": isOn = true
        case "off": isOn = false
        case "clear":
            file.clear()
            statements = []
            return "\(file.path) is gone"
        default: throw CommandFailure(".history takes on, off or clear", status: .usage)
        }
        return isOn ? "statements that name nobody are kept in \(file.path)" : "nothing more is kept"
    }
}

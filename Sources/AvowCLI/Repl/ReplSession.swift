import Avow
import AvowConsent
import AvowFHIR
import AvowProof
import AvowQuery
import Foundation

/// A session with a store: executes statements and commands, one after the other. Where they come from, it does not know.
final class ReplSession {
    /// What is said once and holds for all that follows.
    struct Settings {
        var format: RowFormat
        var showsTimes: Bool
        /// The most rows that a table shows to a person; nil for all.
        var rowLimit: Int? = 200
        var actor: Actor?
        var purpose: Purpose?
    }

    /// The last query that was answered.
    struct Answered {
        let statement: String
        let result: QueryResult
        let actor: Actor?
        let purpose: Purpose?
        /// The commit that it was asked of.
        let commit: UInt64
    }

    /// `.read` in a file that was read, and so on, goes no deeper.
    private static let deepestRead = 16

    let store: Store
    let path: String
    /// Where it writes; changes with the window.
    var console: Console
    var settings: Settings
    private(set) var last: Answered?
    /// Whether the session was told to end.
    private(set) var isOver = false
    /// Whether somebody wants what is running to stop.
    var isStopped: () -> Bool = { false }
    /// What `.history` does; set by who keeps one.
    var keepsHistory: ((_ argument: String) throws(CommandFailure) -> String)?
    private var readDepth = 0
    private var known: StoreVocabulary?

    init(_ store: Store, path: String, console: Console, settings: Settings) {
        self.store = store
        self.path = path
        self.console = console
        self.settings = settings
    }

    var style: Style { Style(for: console.output) }
    var width: Int { console.output.width ?? 80 }

    /// Executes a statement or a command.
    func execute(_ input: ReplInput) throws(CommandFailure) {
        if input.isCommand {
            let (command, argument) = try DotCommand.parse(input.text)
            try execute(command, argument)
            return
        }
        switch try? Statement(parsing: input.text) {
        case .set(.actor(let actor)): settings.actor = actor
        case .set(.purpose(let purpose)): settings.purpose = purpose
        case .grant(let grant): try execute(grant)
        case .index(let statement): try execute(statement, input)
        default: try query(input.text, line: input.line)
        }
    }

    /// Permits or refuses something, and says what came of it.
    private func execute(_ grant: GrantStatement) throws(CommandFailure) {
        let actor = settings.actor
        let outcome = try run { [store] () throws(StoreError) in try store.execute(grant, as: actor) }
        console.write(outcome.report, to: .output)
    }

    /// Makes or removes an index.
    private func execute(_ statement: IndexStatement, _ input: ReplInput) throws(CommandFailure) {
        // Mistakes are shown where they stand.
        let text = String(repeating: "\n", count: input.line - 1) + input.text
        do throws(QuerySyntaxError) {
            if case .index(let placed) = try Statement(parsing: text) { try placed.check() }
        } catch {
            throw failed(.syntax(error), text)
        }
        try run { [store] () throws(StoreError) in try store.execute(statement) }
        try IndexChanges(store, path: path, console: console).report(statement)
    }

    private func execute(_ command: DotCommand, _ argument: String) throws(CommandFailure) {
        switch command.kind {
        case .help: try help(argument)
        case .schema: try showSchema(argument)
        case .codes: try showCodes(argument)
        case .indexes: try showIndexes(argument)
        case .explain: try explain(argument)
        case .proof: try showProof()
        case .save: try save(argument)
        case .plot: try plot(argument)
        case .format:
            guard let format = RowFormat(rawValue: argument) else {
                throw ReplSession.expected(RowFormat.allCases.map(\.rawValue), command)
            }
            settings.format = format
        case .timer:
            guard ["on", "off"].contains(argument) else { throw ReplSession.expected(["on", "off"], command) }
            settings.showsTimes = argument == "on"
        case .rows:
            guard argument == "all" || Int(argument).map({ $0 > 0 }) == true else {
                throw ReplSession.expected(["a number above 0", "all"], command)
            }
            settings.rowLimit = Int(argument)
        case .actor: try argument.isEmpty ? say(settings.actor.map { "\($0)" } ?? "nobody") : setActor(argument)
        case .purpose:
            try argument.isEmpty
                ? say(settings.purpose.map { "\($0.code), \($0.display)" } ?? "no purpose") : setPurpose(argument)
        case .history:
            guard let keepsHistory else { throw CommandFailure("this session keeps no history", status: .usage) }
            say(try keepsHistory(argument))
        case .read: try read(argument)
        case .quit: isOver = true
        }
    }

    private static func expected(_ choices: [String], _ command: DotCommand) -> CommandFailure {
        CommandFailure("\(command.name) takes \(choices.joined(separator: " or "))", status: .usage)
    }

    /// Says something about the session, beside the rows.
    func say(_ text: String) { console.note(text) }

    private func help(_ argument: String) throws(CommandFailure) {
        let text =
            argument.isEmpty
            ? DotCommand.overview(style, width: width) : try DotCommand.named(argument).help(style, width: width)
        console.write(text, to: .output)
    }

    // MARK: Who and why

    private func setActor(_ reference: String) throws(CommandFailure) {
        do throws(ConsentError) {
            settings.actor = try Actor(reference)
        } catch {
            throw CommandFailure("\(error)", status: .usage)
        }
    }

    private func setPurpose(_ code: String) throws(CommandFailure) {
        do throws(ConsentError) {
            settings.purpose = try Purpose(code: code)
        } catch {
            throw CommandFailure("\(error)", status: .usage)
        }
    }

    // MARK: Queries

    private func query(_ text: String, line: Int) throws(CommandFailure) {
        let query = try prepare(text, line: line)
        let (actor, purpose) = (settings.actor, settings.purpose)
        let start = ContinuousClock.now
        let (result, commit) = try run(asking: text) { [store] () throws(StoreError) in
            let snapshot = try store.snapshot()
            let result = try snapshot.query(prepared: query, as: actor, for: purpose)
            return (result, snapshot.commit.sequence)
        }
        let elapsed = ContinuousClock.now - start
        last = Answered(statement: text, result: result, actor: actor, purpose: purpose, commit: commit)
        show(result.columns, result.rows)
        remark(on: result, elapsed)
    }

    /// Parses a statement.
    ///
    /// - Parameter line: the line that it begins on, so that mistakes are shown where they stand.
    func prepare(_ text: String, line: Int = 1) throws(CommandFailure) -> Query {
        let failure: QueryError
        do throws(QueryError) {
            return try Query(text)
        } catch {
            failure = error
        }
        guard case .syntax = failure, line > 1 else { throw failed(failure, text) }
        let shifted = String(repeating: "\n", count: line - 1) + text
        do throws(QueryError) {
            return try Query(shifted)
        } catch {
            throw failed(error, shifted)
        }
    }

    private func failed(_ error: QueryError, _ text: String) -> CommandFailure {
        switch error {
        case .missingActor:
            CommandFailure("nobody says who asks: say .actor Practitioner/…, or add AS to the query", status: .usage)
        case .missingPurpose:
            CommandFailure(
                "nobody says for which purpose: say .purpose TREAT (or another purpose of use), or add FOR to the query",
                status: .usage)
        default: CommandFailure(error, in: text, color: console.error.allowsColor)
        }
    }

    /// Runs what may take long, so that it can be stopped.
    ///
    /// - Parameter text: the query that is executed, so that mistakes are shown where they stand in it.
    func run<Value: Sendable>(
        deadline: Duration? = nil, asking text: String = "", _ body: @escaping @Sendable () throws(StoreError) -> Value
    ) throws(CommandFailure) -> Value {
        do throws(StoreError) {
            return try QueryRunner(console: console).run(deadline: deadline, isStopped: isStopped, body)
        } catch {
            throw failed(error, asking: text)
        }
    }

    /// What to tell of a failure of the store.
    func failed(_ error: StoreError, asking text: String = "") -> CommandFailure {
        switch error {
        case .cancelled: CommandFailure("stopped")
        case .query(let error): failed(error, text)
        default: CommandFailure(error, store: path)
        }
    }

    /// Shows rows in the session's format.
    func show(_ columns: [String], _ rows: [[Cell]]) {
        guard settings.format == .table else {
            var writer = RowWriter(format: settings.format, console: console, columns: columns)
            for row in rows { writer.write(row) }
            return writer.finish()
        }
        guard !columns.isEmpty else { return }
        let table = ResultTable(rowLimit: console.isForPeople ? settings.rowLimit : nil, terminal: console.output)
        console.write(table.text(columns, rows), to: .output)
    }

    private func remark(on result: QueryResult, _ elapsed: Duration) {
        var parts: [String] = []
        if console.isForPeople {
            parts.append(HumanFormat.count(result.rows.count, "row"))
            if settings.format == .table, let limit = settings.rowLimit, result.rows.count > limit {
                parts[0] += ", \(HumanFormat.count(limit)) shown (.rows all shows all)"
            }
        }
        if settings.showsTimes { parts.append(HumanFormat.duration(elapsed)) }
        guard !parts.isEmpty else { return }
        say(Style(for: console.error)(parts.joined(separator: " · "), .dim))
    }

    /// The last answer, or a failure that says that there is none.
    func lastAnswer() throws(CommandFailure) -> Answered {
        guard let last else { throw CommandFailure("nothing has been asked yet", status: .usage) }
        return last
    }

    // MARK: What the store knows

    /// What completion and `.codes` know of the store, for whoever asks now.
    var vocabulary: StoreVocabulary {
        let commit = (try? store.snapshot().commit.sequence) ?? 0
        let asker = StoreVocabulary.Asker(actor: settings.actor, purpose: settings.purpose, commit: commit)
        if let known, known.asker == asker {
            known.columns = last?.result.columns ?? []
            return known
        }
        let vocabulary = StoreVocabulary(store, asker, QueryRunner(console: console))
        vocabulary.columns = last?.result.columns ?? []
        known = vocabulary
        return vocabulary
    }

    // MARK: Files

    private func read(_ argument: String) throws(CommandFailure) {
        guard !argument.isEmpty else { throw CommandFailure(".read takes the name of a file", status: .usage) }
        guard readDepth < ReplSession.deepestRead else {
            throw CommandFailure("files that read files are nested more than \(ReplSession.deepestRead) deep")
        }
        readDepth += 1
        defer { readDepth -= 1 }
        let bytes = try FileAccess.read(ReplSession.expanded(argument), limit: 64 << 20, failingWith: .failure)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandFailure("\(argument) is not UTF-8")
        }
        for input in StatementReader.inputs(in: text) where !isOver {
            do throws(CommandFailure) {
                try execute(input)
            } catch {
                throw error.at("\(argument), line \(input.line)")
            }
        }
    }

    /// A path in which `~/` stands for the home folder.
    static func expanded(_ path: String) -> String {
        path.hasPrefix("~/") ? NSString(string: path).expandingTildeInPath : path
    }
}

extension CommandFailure {
    /// The same, with the place of the statement in front.
    func at(_ place: String) -> CommandFailure {
        CommandFailure("\(place): \(message)", status: status)
    }
}

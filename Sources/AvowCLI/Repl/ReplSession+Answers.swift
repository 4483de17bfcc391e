import Avow
import AvowConsent
import AvowProof
import AvowQuery
import AvowVerify
import Foundation

/// What a session does with the last answer.
extension ReplSession {
    // MARK: .proof

    func showProof() throws(CommandFailure) {
        let (answered, bytes) = try provenAnswer()
        let answer = answered.answer
        let start = ContinuousClock.now
        let verified: VerifiedAnswer
        do throws(VerificationError) {
            verified = try AnswerVerifier(LogPolicy(log: store.verifierKey)).verify(bytes)
        } catch {
            throw CommandFailure("refused by the check '\(error.check)': \(DisplayText.sanitized("\(error)"))")
        }
        let elapsed = ContinuousClock.now - start
        guard verified.result == answered.result else {
            throw CommandFailure("the proof is one of other rows than those that were answered")
        }
        let records = answer.records.reduce(0) { $0 + $1.json.count }
        let values = answer.values.reduce(0) { $0 + $1.count }
        console.write(VerifyCommand.facts(verified, style) + "\n", to: .output)
        console.write(
            factLines(
                [
                    (
                        "size",
                        "\(HumanFormat.count(bytes.count)) bytes: \(HumanFormat.count(answer.records.count, "record")) of "
                            + "\(HumanFormat.bytes(records)), \(HumanFormat.bytes(answer.treeProof.count)) of hashes in the "
                            + "tree, \(HumanFormat.bytes(values)) of values there, "
                            + "\(HumanFormat.bytes(answer.logProof.count)) for the log and its checkpoint"
                    ),
                    ("checked", "here, as anybody can who has the public key\(time(elapsed))"),
                    ("key", "\(store.verifierKey)"),
                ], indent: VerifyCommand.factWidth), to: .output)
    }

    private func time(_ elapsed: Duration) -> String {
        settings.showsTimes ? ", in \(HumanFormat.duration(elapsed))" : ""
    }

    /// The last query's answer with its proof, and both as a file. It is answered anew; when the store has changed
    /// meanwhile, that is said.
    private func provenAnswer() throws(CommandFailure) -> (answered: AnsweredQuery, bytes: [UInt8]) {
        let last = try lastAnswer()
        let (store, statement, actor, purpose) = (store, last.statement, last.actor, last.purpose)
        let (answered, bytes) = try run { () throws(StoreError) in
            let answered = try store.answer(statement, as: actor, for: purpose)
            return (answered, answered.answer.bytes)
        }
        if answered.result.rows != last.result.rows {
            say("the store has changed since; this is what the query gives now")
        }
        return (answered, bytes)
    }

    // MARK: .save

    func save(_ argument: String) throws(CommandFailure) {
        guard !argument.isEmpty else { throw CommandFailure(".save takes the name of a file", status: .usage) }
        let file = ReplSession.expanded(argument)
        let last = try lastAnswer()
        let rows = HumanFormat.count(last.result.rows.count, "row")
        switch file.split(separator: ".").last?.lowercased() {
        case "csv": try write(last.result, .csv, file)
        case "ndjson", "jsonl": try write(last.result, .ndjson, file)
        case "json": try write(last.result, .json, file)
        case "svg": return try plot("> \(argument)")
        default:
            let (answered, bytes) = try provenAnswer()
            try FileAccess.write(bytes, to: file)
            let found = HumanFormat.count(answered.result.rows.count, "row")
            return say("\(found) with proof: \(argument), \(HumanFormat.count(bytes.count)) bytes")
        }
        say("\(rows): \(argument)")
    }

    private func write(_ result: QueryResult, _ format: RowFormat, _ file: String) throws(CommandFailure) {
        let collector = TextCollector()
        let nowhere = Terminal(isTerminal: false, columns: nil, environment: [:])
        let console = Console(environment: [:], output: nowhere, error: nowhere, isForPeople: false) { text, _ in
            collector.append(text)
        }
        RowWriter.write(result, format: format, to: console)
        try FileAccess.write(Array(collector.text.utf8), to: file)
    }

    // MARK: .plot

    func plot(_ argument: String) throws(CommandFailure) {
        let request = try PlotRequest(argument)
        let last = try lastAnswer()
        let columns = ChartColumn.columns(of: last.result, meaning: meanings(last.statement))
        let chart: Chart
        do throws(ChartError) {
            chart = try ChartMaker(columns: columns).chart(request.kind, columns: request.columns)
        } catch {
            throw CommandFailure("\(error)", status: .usage)
        }
        guard let file = request.file else {
            let width = min(width, 100)
            for line in TerminalChart(width: width, style: style).lines(chart) { console.print(line) }
            return
        }
        try FileAccess.write(Array(SVGChart.text(chart).utf8), to: ReplSession.expanded(file))
        say("\(chart.title): \(file)")
    }
}

extension ReplSession {
    /// What the codes mean that a query shows, so that people need not read numbers.
    private func meanings(_ statement: String) -> (String) -> String? {
        var place = StatementPlace("")
        place.findType(behind: statement)
        let vocabulary = vocabulary
        var known: [String: String]?
        return { text in
            guard let code = WrittenCode(text), !code.system.isEmpty, !code.code.isEmpty else { return nil }
            if known == nil {
                let codes = place.type.map(vocabulary.codes) ?? []
                known = Dictionary(codes.map { ($0.token, $0.display) }) { first, _ in first }
            }
            let display = known?[code.token] ?? ""
            return display.isEmpty ? code.token : display
        }
    }
}

/// What `.plot` is to draw, and where.
struct PlotRequest: Equatable {
    var kind: ChartKind?
    var columns: [String] = []
    var file: String?

    /// Reads `[histogram|line|bar] [columns] [> FILE.svg]`; columns stand between spaces or commas, and in double quotes
    /// when they have any.
    init(_ text: String) throws(CommandFailure) {
        var words: [(text: String, isQuoted: Bool)] = []
        var word = ""
        var isQuoted = false
        var rest = text[...]
        while let character = rest.popFirst() {
            if isQuoted {
                if character == "\"" {
                    words.append((word, true))
                    word = ""
                    isQuoted = false
                } else {
                    word.append(character)
                }
                continue
            }
            if character == "\"" || character == ">" || character == "," || character.isWhitespace {
                if !word.isEmpty { words.append((word, false)) }
                word = ""
                isQuoted = character == "\""
                guard character == ">" else { continue }
                let name = rest.trimmed
                guard !name.isEmpty else { throw CommandFailure("there is no file behind the >", status: .usage) }
                guard name.lowercased().hasSuffix(".svg") else {
                    throw CommandFailure("charts are written as SVG: name a file that ends in .svg", status: .usage)
                }
                file = name
                rest = ""
            } else {
                word.append(character)
            }
        }
        guard !isQuoted else { throw CommandFailure("a quotation is never closed", status: .usage) }
        if !word.isEmpty { words.append((word, false)) }
        if let first = words.first, !first.isQuoted, let kind = ChartKind(rawValue: first.text.lowercased()) {
            self.kind = kind
            words.removeFirst()
        }
        columns = words.map(\.text)
    }
}

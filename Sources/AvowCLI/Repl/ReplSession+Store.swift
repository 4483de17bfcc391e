import Avow
import AvowFHIR
import AvowQuery
import Foundation

/// What a session shows of the store.
extension ReplSession {
    // MARK: .schema

    func showSchema(_ argument: String) throws(CommandFailure) {
        guard !argument.isEmpty else { return try showTypes() }
        if let view = vocabulary.view(written: argument) { return show(view) }
        let type = try resourceType(argument)
        var text = ""
        let elements = FHIRType(type).elements.map { element -> [TableCell] in
            let names = element.types.map(\.name).map { $0.contains(".") ? "(elements of its own)" : $0 }
            return [
                .text(element.name), .text(names.joined(separator: ", ")),
                .text("\(element.minimum)..\(element.repeats ? "*" : "1")"),
            ]
        }
        var table = TableRenderer(titles: ["element", "type", "how many"], terminal: console.output)
        table.wraps = true
        text += table.render(elements)
        let parameters = R4Schema().searchParameters(of: type.name).map { name -> [TableCell] in
            let parameter = AvowFHIR.SearchParameter.named(name, for: type)
            return [.text(name), .text(parameter?.kind.rawValue ?? ""), .text(parameter?.expression ?? "")]
        }
        table = TableRenderer(titles: ["parameter", "kind", "what it looks at"], terminal: console.output)
        table.wraps = true
        text += "\n" + table.render(parameters)
        console.write(text, to: .output)
    }

    private func showTypes() throws(CommandFailure) {
        let vocabulary = vocabulary
        let types = try asking { () throws(StoreError) in try vocabulary.loadTypes(isStopped: isStopped) }
        show(["type", "resources"], types.map { [.string($0.name), .number(String($0.count))] })
        let views = vocabulary.views
        guard !views.isEmpty else { return }
        say(
            "views: "
                + views.map { "\(ViewName.written($0.name)) of \($0.definition.resource.name)" }.joined(separator: ", ")
        )
    }

    /// What a view has.
    private func show(_ view: StoredView) {
        var table = TableRenderer(titles: ["column", "values", "what it means"], terminal: console.output)
        table.wraps = true
        let rows = view.definition.columns.map { column -> [TableCell] in
            [
                .text(column.name),
                .text(
                    column.isCollection ? "list of \(column.type ?? "values")" : column.type ?? column.content.rawValue),
                .text(column.description ?? ""),
            ]
        }
        let many = view.definition.mayUnnest ? "any number of rows" : "one row at most"
        console.write(table.render(rows), to: .output)
        say("a view of \(view.definition.resource.name), \(many) for each: \(ViewName.written(view.name))")
    }

    private func resourceType(_ name: String) throws(CommandFailure) -> ResourceType {
        if let type = ResourceType(name: name) { return type }
        let folded = name.lowercased()
        if let type = ResourceType.allCases.first(where: { $0.name.lowercased() == folded }) { return type }
        let near = NearestName.of(name, among: ResourceType.allCases.map(\.name) + vocabulary.views.map(\.name))
        throw CommandFailure(
            "no resource type '\(DisplayText.sanitized(name))'" + (near.map { "; did you mean '\($0)'?" } ?? ""),
            status: .usage)
    }

    /// Asks the store for what a command shows.
    private func asking<Value>(_ body: () throws(StoreError) -> Value) throws(CommandFailure) -> Value {
        do throws(StoreError) {
            return try body()
        } catch {
            throw failed(error)
        }
    }

    // MARK: .indexes

    func showIndexes(_ argument: String) throws(CommandFailure) {
        let indexes = try asking { () throws(StoreError) in try store.indexes() }
        let wanted = argument.isEmpty ? indexes : indexes.filter { $0.definition.name == argument }
        guard !wanted.isEmpty || argument.isEmpty else {
            let near = NearestName.of(argument, among: indexes.map(\.definition.name))
            throw CommandFailure(
                "no index '\(DisplayText.sanitized(argument))'" + (near.map { "; did you mean '\($0)'?" } ?? ""),
                status: .usage)
        }
        show(
            ["name", "type", "columns", "state", "entries"],
            wanted.map { index in
                [
                    .string(index.definition.name), .string(index.definition.type.name),
                    .string(index.definition.columns.map(\.description).joined(separator: ", ")),
                    .string(index.definition.state.name), .number(String(index.entries)),
                ]
            })
    }

    // MARK: .codes

    func showCodes(_ argument: String) throws(CommandFailure) {
        let words = argument.split(whereSeparator: \.isWhitespace).map(String.init)
        guard let name = words.first else { throw CommandFailure(".codes takes a type", status: .usage) }
        let type = try resourceType(name)
        guard R4Schema().searchParameters(of: type.name).contains("code") else {
            throw CommandFailure(
                "\(type.name) has no codes: R4 defines no search parameter 'code' on it", status: .usage)
        }
        let vocabulary = vocabulary
        let wanted = words.dropFirst().map { $0.lowercased() }
        let codes = try asking { () throws(StoreError) in
            try vocabulary.loadCodes(of: type.name, isStopped: isStopped)
        }.filter { code in
            let text = "\(code.token) \(code.display)".lowercased()
            return wanted.allSatisfy(text.contains)
        }
        show(
            ["code", "display", "records"],
            codes.map { code in
                [
                    .string(code.token), code.display.isEmpty ? .null : .string(code.display),
                    .number(String(code.count)),
                ]
            })
        guard console.isForPeople else { return }
        var remark = HumanFormat.count(codes.count, "code")
        if settings.format == .table, let limit = settings.rowLimit, codes.count > limit {
            remark += ", \(HumanFormat.count(limit)) shown (.rows all shows all)"
        }
        say(Style(for: console.error)(remark, .dim))
    }

    // MARK: .explain

    /// Asks the language's own EXPLAIN where there is one; else says what answering has read.
    func explain(_ argument: String) throws(CommandFailure) {
        var statement = try argument.isEmpty ? lastAnswer().statement : argument
        if statement.hasSuffix(";") { statement = String(statement.dropLast()).trimmed }
        let explained = statement.uppercased().hasPrefix("EXPLAIN") ? statement : "EXPLAIN " + statement
        if (try? Query(explained)) != nil { return try execute(ReplInput(text: explained, line: 1)) }
        let query = try prepare(statement)
        let answered = try answer(query)
        let answer = answered.answer
        let facts: [(String, String)] = [
            ("query", query.statement.description),
            (
                "audiences",
                HumanFormat.count(answered.result.audiences.count, "audience admits", "audiences admit") + " this"
            ),
            ("opened", HumanFormat.count(answer.records.count, "record")),
            ("rows", HumanFormat.count(answered.result.rows.count)),
            ("proof", HumanFormat.bytes(answer.bytes.count)),
        ]
        console.write(factLines(facts), to: .output)
    }

    /// Facts, one a line, the longer ones on several.
    func factLines(_ facts: [(String, String)], indent: Int = 11) -> String {
        var text = ""
        for (name, value) in facts {
            let lines = DisplayText.wrapped(DisplayText.sanitized(value), to: max(20, width - indent - 2))
            for (index, line) in lines.enumerated() {
                let head = DisplayText.padded(index == 0 ? name : "", to: indent, onLeft: false)
                text += "  " + style(head, .dim) + line + "\n"
            }
        }
        return text
    }

    /// Answers a query with its proof, as the session's asker.
    func answer(_ query: Query) throws(CommandFailure) -> AnsweredQuery {
        let (actor, purpose, store) = (settings.actor, settings.purpose, store)
        return try run { () throws(StoreError) in try store.answer(query.text, as: actor, for: purpose) }
    }
}

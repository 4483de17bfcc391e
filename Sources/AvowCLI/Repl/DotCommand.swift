import AvowFHIR

/// A command to the session, which is a line of its own and begins with a dot.
struct DotCommand: Sendable {
    enum Name: String, CaseIterable, Sendable {
        case help, schema, codes, indexes, explain, proof, save, plot, format, timer, rows, actor, purpose, history,
            read, quit
    }

    /// What its argument is, for completion.
    enum Argument: Equatable, Sendable {
        case type
        case index
        case words([String])
        case purpose
        case file
        case plot
        case command
        case statement
        case other
    }

    let kind: Name
    /// Its arguments, as help shows them.
    let form: String
    let argument: Argument
    /// What it does, in one line.
    let summary: String
    /// What else is to be said.
    let details: String
    /// What can be typed as it stands.
    let examples: [String]

    var name: String { "." + kind.rawValue }

    static let all: [DotCommand] = [
        DotCommand(
            kind: .help, form: "[COMMAND]", argument: .command, summary: "Say what can be said here.",
            details: "Tab completes keywords, types, parameters, elements and codes; Ctrl-R searches the history.",
            examples: [".help plot"]),
        DotCommand(
            kind: .schema, form: "[TYPE|VIEW]", argument: .type,
            summary: "Show the types and views in the store, or what one has.",
            details: """
                With a type: its elements, which paths go through, and the parameters that conditions can name. With a view: \
                its columns.
                """,
            examples: [".schema", ".schema Observation"]),
        DotCommand(
            kind: .codes, form: "TYPE [WORDS]", argument: .type, summary: "Show the codes that occur, and how often.",
            details: """
                The counts are those of the store's own tree, as far as you may read; what a code means is taken from one \
                record that has it. With words only those of which code or meaning holds all of them.
                """,
            examples: [".codes Condition", ".codes Observation hemoglobin"]),
        DotCommand(
            kind: .indexes, form: "[NAME]", argument: .index, summary: "Show the indexes of the store, or one of them.",
            details: "avow index makes and removes them.", examples: [".indexes", ".indexes Patient-birthdate"]),
        DotCommand(
            kind: .explain, form: "[QUERY]", argument: .statement, summary: "Say how a query is answered.",
            details: "Without a query, the last one.",
            examples: [".explain SELECT COUNT(*) FROM Observation WHERE code = loinc|4548-4"]),
        DotCommand(
            kind: .proof, form: "", argument: .other, summary: "Show what proves the last answer.",
            details: """
                The query is answered once more, with its proof, and the proof is checked here as a verifier would. .save \
                writes it to a file.
                """,
            examples: [".proof"]),
        DotCommand(
            kind: .save, form: "FILE", argument: .file, summary: "Write the last answer to a file.",
            details: """
                FILE.csv, FILE.ndjson and FILE.json get the rows; FILE.svg the chart that .plot would draw; any other name \
                gets the answer with its proof, for avow verify.
                """,
            examples: [".save answer.avow", ".save rows.csv"]),
        DotCommand(
            kind: .plot, form: "[histogram|line|bar] [COLUMNS] [> FILE.svg]", argument: .plot,
            summary: "Draw the last result.",
            details: """
                Without a kind: numbers over dates as a line, a number for each label as bars, other numbers and dates as a \
                histogram, texts as bars of how often each occurs.
                """,
            examples: [".plot", ".plot histogram value", ".plot line taken value > value.svg"]),
        DotCommand(
            kind: .format, form: "table|csv|json|ndjson", argument: .words(RowFormat.allCases.map(\.rawValue)),
            summary: "Choose how rows are written.", details: "", examples: [".format csv"]),
        DotCommand(
            kind: .timer, form: "on|off", argument: .words(["on", "off"]),
            summary: "Show how long queries take, or not.",
            details: "", examples: [".timer off"]),
        DotCommand(
            kind: .rows, form: "COUNT|all", argument: .words(["all"]),
            summary: "Choose how many rows of a table are shown.",
            details: "The others are there all the same: for .save, .plot and the other formats.",
            examples: [".rows 20"]),
        DotCommand(
            kind: .actor, form: "[REFERENCE]", argument: .other, summary: "Say who asks from now on.",
            details: """
                SET ACTOR 'Practitioner/1' does the same, and can say more: SET ACTOR 'Practitioner/1' ROLE physician \
                ORGANIZATION 'Organization/1'. AS in a query comes first.
                """,
            examples: [".actor Practitioner/1"]),
        DotCommand(
            kind: .purpose, form: "[CODE]", argument: .purpose, summary: "Say why from now on.",
            details: "A code of v3-PurposeOfUse. SET PURPOSE TREAT does the same; FOR in a query comes first.",
            examples: [".purpose TREAT"]),
        DotCommand(
            kind: .history, form: "[on|off|clear]", argument: .words(["on", "off", "clear"]),
            summary: "Keep statements for later sessions, or not.",
            details: """
                Statements are kept in a file that only you can read, without results. Those that name a person (by a \
                reference to a patient, or a value for _id, name, birthdate and the like) are kept until the session ends \
                and never written, nor is one with a space in front. AVOW_HISTORY says which file it is, or off.
                """,
            examples: [".history", ".history off"]),
        DotCommand(
            kind: .read, form: "FILE", argument: .file, summary: "Execute the statements of a file.",
            details: "It ends at the first that fails.", examples: [".read queries.sql"]),
        DotCommand(
            kind: .quit, form: "", argument: .other, summary: "End the session. Ctrl-D does, too.", details: "",
            examples: [".quit"]),
    ]

    /// The command of a line, and what stands behind its name.
    ///
    /// - Throws: a failure that names the nearest command.
    static func parse(_ line: String) throws(CommandFailure) -> (command: DotCommand, argument: String) {
        var line = line.trimmed
        // The habit of ending with it.
        if line.hasSuffix(";"), !line.hasPrefix(".explain") { line = String(line.dropLast()).trimmed }
        let name = String(line.prefix { !$0.isWhitespace })
        let argument = line.dropFirst(name.count).trimmed
        return (try named(name), argument)
    }

    static func named(_ name: String) throws(CommandFailure) -> DotCommand {
        let folded = name.hasPrefix(".") ? name.lowercased() : "." + name.lowercased()
        let synonyms = [".exit": ".quit", ".q": ".quit", ".h": ".help", ".tables": ".schema", ".?": ".help"]
        let wanted = synonyms[folded] ?? folded
        if let command = all.first(where: { $0.name == wanted }) { return command }
        let near = NearestName.of(wanted, among: all.map(\.name))
        throw CommandFailure(
            "no command \(DisplayText.sanitized(name)); " + (near.map { "did you mean \($0)?" } ?? ".help lists all"),
            status: .usage)
    }

    // MARK: Help

    /// The whole of it in a page.
    static func overview(_ style: Style, width: Int) -> String {
        var lines = [
            "Statements end with ; and may have several lines. Commands begin with a dot.", "",
            "Besides queries there are GRANT and REVOKE, by which a patient permits and refuses; SHOW CONSENT FOR and",
            "SHOW DISCLOSURES FOR a patient; EXPLAIN and EXPLAIN CONSENT; HISTORY OF a resource; SET ACTOR and SET PURPOSE;",
            "CREATE INDEX and DROP INDEX.",
            "AS OF COMMIT 12 or AS OF 2026-01-31 behind a question asks what was there then, as far as the store keeps it.",
            "",
        ]
        let left = all.map { DisplayText.width(of: "\($0.name) \($0.shortForm)") }.max() ?? 0
        for command in all {
            let form = command.shortForm.isEmpty ? "" : " " + command.shortForm
            let spaces = String(repeating: " ", count: left - DisplayText.width(of: command.name + form) + 2)
            lines.append("  " + style(command.name, .bold) + form + spaces + command.summary)
        }
        lines += ["", "To begin with:", ""]
        lines += beginnings.map { "  " + style($0, .cyan) }
        lines += ["", ".help COMMAND says more about one, with examples."]
        return lines.joined(separator: "\n") + "\n"
    }

    /// What a first session could be.
    static let beginnings = [
        ".actor Practitioner/1", ".purpose TREAT", ".schema", ".codes Observation",
        "SELECT patient, effective AS taken, value FROM Observation WHERE code = loinc|4548-4 ORDER BY date DESC LIMIT 10;",
        "SELECT year(date) AS year, COUNT(*) AS records FROM Observation GROUP BY year(date) ORDER BY year;", ".plot",
        "SELECT COUNT(*) FROM Observation AS OF COMMIT 1;",
        ".proof",
    ]

    private var shortForm: String { kind == .plot ? "[KIND] [COLUMNS]" : form }

    /// Help on this command.
    func help(_ style: Style, width: Int) -> String {
        var lines = [style(name, .bold) + (form.isEmpty ? "" : " " + form), ""]
        for paragraph in [summary, details] where !paragraph.isEmpty {
            lines += DisplayText.wrapped(paragraph, to: min(width, 88)).map { "  " + $0 }
        }
        lines += [""] + examples.map { "  " + style($0, .cyan) }
        return lines.joined(separator: "\n") + "\n"
    }
}

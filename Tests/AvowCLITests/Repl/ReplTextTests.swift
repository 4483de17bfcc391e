import Foundation
import Testing

@testable import AvowCLI

@Suite struct `The text of a session` {
    @Test func `is parted into statements and commands, each with its line`() {
        let text = """
            -- first
            .format csv
            SELECT id
              FROM Patient; SELECT 'a;b' FROM Patient; -- ;

            /* a; */ SELECT "x;" FROM
              Patient
            """
        let inputs = StatementReader.inputs(in: text)
        #expect(inputs.map(\.line) == [2, 3, 4, 6])
        #expect(inputs[0].isCommand && inputs[0].text == ".format csv")
        #expect(inputs[1].text == "SELECT id\n  FROM Patient;")
        #expect(inputs[2].text == "SELECT 'a;b' FROM Patient;")
        #expect(inputs[3].text == "SELECT \"x;\" FROM\n  Patient")
        #expect(StatementReader.inputs(in: " ;;\n -- nothing\n\n").isEmpty)
    }

    @Test(arguments: [
        ("", true), (".help", true), ("SELECT id FROM Patient;", true), ("SELECT id FROM Patient", true),
        ("SELECT id", false), ("SELECT id FROM", false), ("SELECT id FROM Patient WHERE", false),
        ("SELECT id\nFROM Patient", false), ("SELECT id\nFROM Patient\n", true), ("SELECT id\nFROM Patient;", true),
        ("SELECT id FROM Patient -- ;", true), ("SELECT id FROM Patient /* ", false), ("SELECT id FROM Patiant", true),
        ("SELECT name.where(", false), ("SELECT 'a FROM Patient", true), ("SET ACTOR Practitioner/1", true),
        ("GRANT TREAT ON * OF Patient/1 TO ANYONE", true), ("GRANT TREAT ON * OF Patient/1", false),
        ("REVOKE TREAT\nON * OF Patient/1 FROM ANYONE", false),
        ("CREATE INDEX a ON Patient (name)", true), ("CREATE INDEX a ON Patient (name", false),
    ])
    func `is executed when it is complete`(text: String, isComplete: Bool) {
        #expect(StatementEnd.isReached(text) == isComplete)
    }

    @Test func `has its colours from the language`() {
        func marks(_ text: String) -> String {
            String(
                Highlighting.emphasis(of: text).map { emphasis -> Character in
                    switch emphasis {
                    case .blue: "k"
                    case .cyan: "n"
                    case .green: "q"
                    case .red: "!"
                    case .dim: "c"
                    case .magenta: "."
                    default: " "
                    }
                })
        }
        #expect(marks("SELECT id FROM x -- é") == "kkkkkk    kkkk   cccc")
        #expect(marks("a = 'é' 12") == "    qqq nn")
        #expect(marks("'it''s' 'open") == "qqqqqqq !!!!!")
        #expect(marks(".help x") == ".....  ")
    }

    @Test func `of a plot says what is to be drawn`() throws {
        #expect(try PlotRequest("") == PlotRequest(""))
        let request = try PlotRequest("Line taken, \"a value\" > out dir/x.svg")
        #expect(request.kind == .line && request.columns == ["taken", "a value"] && request.file == "out dir/x.svg")
        #expect(try PlotRequest("value>x.svg").columns == ["value"])
        for wrong in ["> ", "> x.png", "\"open"] {
            #expect(throws: CommandFailure.self) { try PlotRequest(wrong) }
        }
    }

    @Test func `of commands names the nearest one`() {
        #expect(throws: CommandFailure.self) { try DotCommand.parse(".hlep") }
        do throws(CommandFailure) {
            _ = try DotCommand.parse(".hlep")
        } catch {
            #expect(error.message == "no command .hlep; did you mean .help?" && error.status == .usage)
        }
        #expect((try? DotCommand.parse(".exit;"))?.command.kind == .quit)
    }

    @Test func `of a code is what a query takes`() {
        #expect(WrittenCode("http://loinc.org|4548-4")?.token == "loinc|4548-4")
        #expect(WrittenCode("http://x.example/a|b c")?.token == "'http://x.example/a|b c'")
        #expect(WrittenCode(#"http://x.example|a\|b"#)?.token == #"http://x.example|a\|b"#)
        #expect(WrittenCode("|x")?.token == "|x" && WrittenCode("x") == nil)
    }
}

@Suite struct `The history of statements` {
    private func withFile(_ body: (HistoryFile) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "avow-history-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(HistoryFile(path: folder.path + "/state/avow/history"))
    }

    @Test func `is kept in a file that only its owner may read`() throws {
        try withFile { file in
            #expect(file.add("SELECT COUNT(*)\nFROM Observation;") == nil)
            #expect(file.add("SELECT 'ü\\' FROM x;") == nil)
            #expect(file.read() == ["SELECT COUNT(*)\nFROM Observation;", "SELECT 'ü\\' FROM x;"])
            let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            let folder = URL(filePath: file.path).deletingLastPathComponent().path
            #expect(try FileManager.default.attributesOfItem(atPath: folder)[.posixPermissions] as? Int == 0o700)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["history"])
        }
    }

    @Test func `has each statement once where it would follow itself`() throws {
        try withFile { file in
            for statement in ["a;", "a;", "b;", "a;"] { file.add(statement) }
            #expect(file.read() == ["a;", "b;", "a;"])
        }
    }

    @Test func `is bounded in number and size, and loses the oldest`() throws {
        try withFile { file in
            #expect(file.write((0..<1_500).map { "SELECT \($0);" }) == nil)
            #expect(file.read().count == 1_000 && file.read().first == "SELECT 500;")
            let long = String(repeating: "x", count: 100_000)
            #expect(file.write(["1\(long)", "2\(long)", "3\(long)"]) == nil)
            #expect(file.read().map { $0.first } == ["2", "3"])
        }
    }

    @Test func `passes over lines that are none`() throws {
        try withFile { file in
            file.add("a;")
            let damaged = try Data(contentsOf: URL(filePath: file.path)) + Data("{\n\"open\n\u{ff}\n\"b;\"\n".utf8)
            try damaged.write(to: URL(filePath: file.path))
            #expect(file.read() == ["a;", "b;"])
        }
    }

    @Test func `writes nothing through a link that somebody has laid`() throws {
        try withFile { file in
            file.add("a;")
            let folder = URL(filePath: file.path).deletingLastPathComponent().path
            let victim = folder + "/victim"
            try Data("precious".utf8).write(to: URL(filePath: victim))
            let pid = ProcessInfo.processInfo.processIdentifier
            try FileManager.default.createSymbolicLink(atPath: "\(file.path).\(pid)", withDestinationPath: victim)
            #expect(file.add("b;") == nil)
            #expect(try String(contentsOfFile: victim, encoding: .utf8) == "precious")
            #expect(file.read() == ["a;", "b;"])
        }
    }

    @Test(arguments: [
        "SELECT * FROM Patient WHERE _id = 7f2c", "SELECT id FROM Observation WHERE patient = Patient/7",
        "SELECT id FROM Observation WHERE patient IN ('Patient/7')", "SELECT id FROM Patient WHERE family = 'Smith'",
        "SELECT id FROM Patient WHERE birthdate = 1970-01-01", "SELECT name.where(family='Smith') FROM Patient",
        "SELECT id FROM Observation WHERE subject = 'Patient/7'", "SELECT id FROM Patient WHERE address-city = Ulm",
        "SELECT id FROM Observation AS Patient/7 FOR TREAT", "HISTORY OF Observation/0ab3",
    ])
    func `does not outlive the session where it names a person`(statement: String) throws {
        #expect(HistoryFile.namesPerson(statement))
        try withFile { file in
            file.add(statement)
            #expect(file.read().isEmpty)
        }
    }

    @Test(arguments: [
        "SELECT patient, name.family FROM Patient", "SELECT id FROM Patient AS 'Practitioner/1' FOR TREAT",
        "SELECT value.value / 2 FROM Observation AS Practitioner/1 FOR TREAT",
        "SELECT COUNT(*) FROM Observation WHERE code = loinc|4548-4",
        "SELECT patient FROM Observation WHERE patient IN (SELECT patient FROM Condition)",
    ])
    func `keeps statements about nobody`(statement: String) {
        #expect(!HistoryFile.namesPerson(statement))
    }

    @Test func `goes where the user's state goes, or nowhere`() {
        #expect(HistoryFile(environment: ["XDG_STATE_HOME": "/s", "HOME": "/h"])?.path == "/s/avow/history")
        #expect(
            HistoryFile(environment: ["XDG_STATE_HOME": "s", "HOME": "/h"])?.path == "/h/.local/state/avow/history")
        #expect(HistoryFile(environment: ["AVOW_HISTORY": "/x", "HOME": "/h"])?.path == "/x")
        #expect(HistoryFile(environment: ["AVOW_HISTORY": "off", "HOME": "/h"]) == nil)
        #expect(HistoryFile(environment: [:]) == nil)
    }

    @Test func `leaves out what was typed with a space in front`() throws {
        try withFile { file in
            let keeper = HistoryKeeper(file)
            #expect(keeper.add(" SELECT 1;") == nil && keeper.add(".help") == nil && keeper.add("b;") == nil)
            #expect(keeper.statements == ["SELECT 1;", ".help", "b;"] && file.read() == ["b;"])
            _ = try keeper.command("off")
            _ = keeper.add("c;")
            #expect(file.read() == ["b;"])
            _ = try keeper.command("clear")
            #expect(file.read().isEmpty && keeper.statements.isEmpty)
        }
    }
}

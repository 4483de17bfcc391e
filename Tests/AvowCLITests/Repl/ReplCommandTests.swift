import Foundation
import Testing

@testable import AvowCLI

/// A session whose input is a file and whose output is a file.
private func piped(_ input: String?, _ arguments: [String] = []) throws -> Run {
    try SharedStore.session().avow(
        ["repl", "clinic"] + SharedStore.key + SharedStore.request + arguments, input: input)
}

@Suite struct `A piped session` {
    @Test func `executes its statements in order, without prompts and escapes`() throws {
        let run = try piped(
            "SELECT COUNT(*) AS patients FROM Patient;\n.format csv\nSELECT COUNT(*) AS n\nFROM Patient")
        #expect(run.status == 0 && run.error.isEmpty, "\(run)")
        #expect(run.output == "{\"patients\":4}\nn\r\n4\r\n")
    }

    @Test func `writes what a query by itself writes`() throws {
        let one = try SharedStore.query(SharedStore.hba1c)
        #expect(try piped(SharedStore.hba1c).output == one.output)
        #expect(try piped(nil, ["-c", SharedStore.hba1c]).output == one.output)
        let table = try piped(SharedStore.hba1c, ["--format", "table"])
        #expect(table.lines.count == one.lines.count + 2 && !table.output.contains("\u{1b}"))
    }

    @Test func `ends at the first statement that fails, and says on which line it stands`() throws {
        let run = try piped(
            "SELECT COUNT(*) FROM Patient;\n\n-- a comment\nSELECT id\nFROM Patiant;\nSELECT id FROM Patient;")
        #expect(run.status == 2, "\(run)")
        #expect(run.lines == ["{\"count\":4}"])
        #expect(run.error.hasPrefix("avow: input, line 4: error: no resource type 'Patiant'; did you mean 'Patient'?"))
        #expect(run.error.contains("--> line 5, column 6") && run.error.contains("5 | FROM Patiant;"))
    }

    @Test func `that reads a file says where in it`() throws {
        let session = try SharedStore.session()
        try session.write("SELECT COUNT(*) FROM Patient;\n.nonsense\n", to: "bad.sql")
        let run = try piped(".read bad.sql")
        #expect(run.status == 2 && run.output == "{\"count\":4}\n", "\(run)")
        #expect(run.complaint == "input, line 1: bad.sql, line 2: no command .nonsense; .help lists all")
        try session.write(".read loop.sql", to: "loop.sql")
        #expect(try piped(".read loop.sql").error.contains("nested more than"))
        #expect(try piped(".read nowhere.sql").status == 1)
    }

    @Test func `without an asker says how to name one`() throws {
        let session = try SharedStore.session()
        func run(_ input: String) throws -> Run {
            try session.avow(["repl", "clinic"] + SharedStore.key, input: input)
        }
        let text = "SELECT COUNT(*) FROM Patient;"
        #expect(try run(text).complaint.contains(".actor Practitioner/"))
        #expect(try run("SET ACTOR 'Practitioner/1';\n" + text).complaint.contains(".purpose TREAT"))
        #expect(try run("SET ACTOR 'Practitioner/1'; SET PURPOSE TREAT;" + text).output == "{\"count\":4}\n")
        #expect(try run(".actor Practitioner/1\n.purpose TREAT\n" + text).output == "{\"count\":4}\n")
        #expect(try run(".purpose TRAET").complaint.contains("TREAT"))
    }

    @Test func `tells codes with counts and displays`() throws {
        let run = try piped(".codes Observation a1c\n.schema\n.codes Patient")
        #expect(run.lines.contains { $0.hasPrefix(#"{"code":"loinc|4548-4","display":"Hemoglobin A1c"#) }, "\(run)")
        let counted = try SharedStore.query("SELECT COUNT(*) AS records FROM Observation WHERE code = loinc|4548-4")
        let count = counted.output.drop { !$0.isNumber }.prefix { $0.isNumber }
        #expect(run.output.contains("\"records\":\(count)}"))
        #expect(run.output.contains(#"{"type":"Patient","resources":4}"#))
        #expect(run.status == 2 && run.error.contains("Patient has no codes"))
    }

    @Test func `shows what a type has`() throws {
        let run = try piped(".schema Observation")
        #expect(run.output.contains("effective") && run.output.contains("dateTime, Period"), "\(run)")
        #expect(try piped(".schema Observatoin").complaint.contains("did you mean 'Observation'?"))
    }

    @Test func `saves rows, answers and charts`() throws {
        let session = try SharedStore.session()
        let run = try piped(
            SharedStore.hba1c + ";\n.save rows.csv\n.save rows.ndjson\n.save rows.json\n.save answer.avow\n.plot\n"
                + ".plot histogram hba1c > chart.svg\n.save other.svg\n.proof\n.explain")
        #expect(run.status == 0, "\(run)")
        let rows = try SharedStore.query(SharedStore.hba1c)
        #expect(try String(decoding: session.bytes("rows.ndjson"), as: UTF8.self) == rows.output)
        #expect(try String(decoding: session.bytes("rows.csv"), as: UTF8.self).hasPrefix("patient,taken,hba1c\r\n"))
        #expect(try JSONSerialization.jsonObject(with: Data(session.bytes("rows.json"))) is [Any])
        let verified = try session.avow(["verify", "answer.avow", "--key", "clinic.vkey"])
        #expect(verified.status == 0 && verified.output == rows.output)
        #expect(try String(decoding: session.bytes("chart.svg"), as: UTF8.self).hasPrefix("<svg"))
        #expect(
            run.output.contains("verified") && run.output.contains("root") && run.output.contains("hashes in the tree"))
        #expect(run.output.contains("hba1c by taken"))
    }

    @Test(arguments: [".plot", ".proof", ".save x.avow", ".explain"])
    func `has no last answer before there is one`(command: String) throws {
        #expect(try piped(command).complaint == "input, line 1: nothing has been asked yet")
    }

    @Test func `shows every example of its help at work`() throws {
        let session = try SharedStore.session()
        try session.write("SELECT COUNT(*) FROM Patient;", to: "queries.sql")
        let examples = DotCommand.all.flatMap { command in command.kind == .history ? [] : command.examples }
        for example in examples + DotCommand.beginnings {
            let before =
                "SELECT effective AS taken, value.value AS value FROM Observation WHERE code = loinc|4548-4;\n.format json\n"
            let run = try piped(before + example)
            #expect(run.status == 0, "\(example): \(run)")
        }
    }

    @Test func `is told what is wrong with its arguments before it opens the store`() throws {
        let session = try SharedStore.session()
        #expect(try session.avow(["repl", "nowhere", "--for", "NOPE"]).complaint.contains("NOPE"))
        #expect(try session.avow(["repl", "nowhere"]).status == 1)
    }
}

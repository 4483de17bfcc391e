import Foundation
import Testing

@Suite struct `Views at the command line` {
    private static let view = """
        {"resourceType":"ViewDefinition","resource":"Patient","name":"patients",
         "select":[{"column":[{"name":"id","path":"id"},{"name":"family","path":"name.first().family"}]},
                   {"forEachOrNull":"address","column":[{"name":"city","path":"city"},{"name":"weight","path":"extension.value"},
                    {"name":"lines","path":"line","collection":true}]}]}
        """
    private static let patients = [
        #"{"resourceType":"Patient","id":"a","name":[{"family":"O\"Neil, jr"}],"address":[{"city":"Oslo","line":["1","2"],"extension":[{"url":"u","valueDecimal":1.50}]}]}"#,
        #"{"resourceType":"Observation","id":"o"}"#, #"{"resourceType":"Patient","name":[{"family":"No id"}]}"#,
    ]

    private func session() throws -> CommandSession {
        let session = try CommandSession()
        try session.write(Self.view, to: "view.json")
        try session.write(Self.patients.joined(separator: "\n"), to: "all.ndjson")
        return session
    }

    @Test func `are the same in every format`() throws {
        let session = try session()
        func run(_ format: String...) throws -> Run {
            let run = try session.avow(["view", "view.json", "--files", "all.ndjson"] + format)
            #expect(run.status == 0 && run.error.isEmpty, "\(run)")
            return run
        }
        let lines = [
            #"{"id":"a","family":"O\"Neil, jr","city":"Oslo","weight":1.50,"lines":["1","2"]}"#,
            #"{"id":null,"family":"No id","city":null,"weight":null,"lines":null}"#,
        ]
        #expect(try run("--format", "ndjson").output == lines.joined(separator: "\n") + "\n")
        #expect(try run().output == lines.joined(separator: "\n") + "\n", "a pipe gets ndjson")
        #expect(try run("--format", "json").output == "[\n" + lines.joined(separator: ",\n") + "\n]\n")
        #expect(
            try run("--format", "csv").output == "id,family,city,weight,lines\r\n"
                + "a,\"O\"\"Neil, jr\",Oslo,1.50,\"[\"\"1\"\",\"\"2\"\"]\"\r\n,No id,,,\r\n")
        let table = try run("--format", "table").lines
        #expect(table.count == 4 && table[0].hasPrefix("id  family") && table[2].contains("1.50"))
    }

    @Test func `take bundles, folders and patterns`() throws {
        let session = try session()
        let folder = session.folder.appending(path: "folder")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let bundle =
            #"{"resourceType":"Bundle","type":"collection","entry":[{"resource":\#(Self.patients[0])},{"resource":\#(Self.patients[2])}]}"#
        try session.write(bundle, to: "folder/bundle.json")
        try session.write(Self.patients[0], to: "folder/one.json")
        for paths in [
            ["folder"], ["folder/*.json"], ["folder/bundle.json", "folder/one.json"],
            ["folder/bundle.json", "folder/o?e.json"],
        ] {
            let run = try session.avow(["view", "view.json", "--format", "csv", "--files"] + paths)
            #expect(run.status == 0 && run.output.components(separatedBy: "\r\n").count == 5, "\(run)")
        }
    }

    @Test func `are made of a store's resources that the asker may see`() throws {
        let shared = try SharedStore.session()
        let session = try session()
        let arguments = ["view", session.path("view.json"), "--store", "clinic", "--format", "csv"] + SharedStore.key
        let run = try shared.avow(arguments + SharedStore.request)
        #expect(run.status == 0, "\(run)")
        let ids = Set(run.output.components(separatedBy: "\r\n").dropFirst().dropLast().map { $0.prefix { $0 != "," } })
        #expect(ids.count == SharedStore.patients)
        let refused = try shared.avow(arguments + ["--as", "Practitioner/1", "--for", "HRESCH"])
        #expect(refused.status == 0 && refused.output == "id,family,city,weight,lines\r\n", "\(refused)")
    }

    @Test func `are loaded into a store, listed, selected from and dropped`() throws {
        let session = try session()
        _ = try session.avow(["init", "clinic"] + SharedStore.key)
        let imported = try session.avow(["import", "clinic", "all.ndjson", "--validate", "none"] + SharedStore.key)
        #expect(imported.status <= 1, "\(imported)")
        func view(_ arguments: String...) throws -> Run {
            try session.avow(["view", "clinic"] + arguments + SharedStore.key)
        }
        func ask(_ text: String, _ more: String...) throws -> Run {
            try session.avow(
                ["query", "clinic", text, "--format", "csv"] + more + SharedStore.key + SharedStore.request)
        }
        let loaded = try view("load", "view.json")
        #expect(
            loaded.status == 0
                && loaded.output
                    == "The view patients is loaded: 5 columns of Patient. SELECT * FROM patients shows it.\n",
            "\(loaded)")
        #expect(try view("load", "view.json", "--name", "Folk").output.contains("FROM \"Folk\""))
        #expect(
            try view("list", "--format", "csv").output
                == "name,type,columns\r\nFolk,Patient,id family city weight lines\r\n"
                + "patients,Patient,id family city weight lines\r\n")
        let rows = try ask("SELECT id, city, weight FROM patients WHERE weight > 1", "--answer", "rows.avow")
        #expect(rows.output == "id,city,weight\r\na,Oslo,1.50\r\n", "\(rows)")
        try session.write(try session.avow(["key", "clinic"] + SharedStore.key).output, to: "clinic.vkey")
        let verified = try session.avow(["verify", "rows.avow", "--key", "clinic.vkey"])
        #expect(verified.status == 0 && verified.output.contains("Oslo"), "\(verified)")
        let wrong = try ask("SELECT id, citty FROM patients")
        #expect(wrong.status == 2 && wrong.error.contains("did you mean 'city'?"), "\(wrong)")
        #expect(wrong.error.contains("|            ^^^^^\n"), "\(wrong)")
        #expect(try view("drop", "patients").output == "The view patients is removed.\n")
        let gone = try view("drop", "folk")
        #expect(gone.status == 2 && gone.error.contains("no view 'folk'; did you mean 'Folk'?"), "\(gone)")
        #expect(try view("dorp", "x").error.contains("say list, load or drop instead of 'dorp'"))
        #expect(try session.avow(["check", "clinic"] + SharedStore.key).status == 0)
    }

    @Test func `name what cannot be read, and lay out the rest`() throws {
        let session = try session()
        try session.write(Self.patients[0] + "\n{\n" + Self.patients[2], to: "broken.ndjson")
        let run = try session.avow(["view", "view.json", "--files", "broken.ndjson"])
        #expect(run.status == 1 && run.lines.count == 2, "\(run)")
        #expect(run.error.contains("not read: broken.ndjson, line 2"), "\(run)")
        #expect(run.error.hasSuffix("avow: 1 part of the input could not be read\n"), "\(run)")
    }

    @Test(arguments: [
        (["view", "view.json"], "say where the resources are: with --files, or with --store"),
        (["view", "view.json", "--files", "all.ndjson", "--store", "s"], "say where the resources are"),
        (["view", "view.json", "--files", "all.ndjson", "--as", "Practitioner/1"], "--as goes with --store"),
        (["view", "view.json", "--files", "nothing"], "nothing: there is no such file or directory"),
        (["view", "nothing.json", "--files", "all.ndjson"], "nothing.json cannot be read"),
        (["view", "view.json", "--store", "nowhere"], "add --as Practitioner/…"),
        (["view", "view.json", "--store", "nowhere", "--as", "Practitioner/1"], "add --for TREAT"),
        (["view", "broken.json", "--files", "all.ndjson"], "broken.json:2:1:"),
        (["view", "wrong.json", "--files", "all.ndjson"], "did you mean 'select'?"),
    ])
    func `that are not understood change nothing`(arguments: [String], complaint: String) throws {
        let session = try session()
        try session.write("{\n", to: "broken.json")
        try session.write(#"{"resource":"Patient","selct":[]}"#, to: "wrong.json")
        let run = try session.avow(arguments)
        #expect(run.status == 2 && run.output.isEmpty && run.error.contains(complaint), "\(run)")
    }

    @Test func `show a caret under the mistake in a path`() throws {
        let session = try session()
        func run(_ path: String) throws -> Run {
            try session.write(
                #"{"resource":"Patient","select":[{"column":[{"name":"a","path":"\#(path)"}]}]}"#, to: "typo.json")
            return try session.avow(["view", "typo.json", "--files", "all.ndjson"])
        }
        let syntax = try run("name..family")
        #expect(syntax.status == 2, "\(syntax)")
        #expect(syntax.error.hasPrefix("avow: typo.json: select[0].column[0].path: "), "\(syntax)")
        let lines = syntax.error.split(separator: "\n")
        #expect(lines.contains("  name..family") && lines.last == "       ^", "\(syntax)")
        let unknown = try run("naem.family")
        #expect(unknown.status == 0 && unknown.output == "{\"a\":null}\n{\"a\":null}\n", "\(unknown)")
        #expect(unknown.error.hasPrefix("remark: select[0].column[0].path: "), "\(unknown)")
        #expect(unknown.error.contains("did you mean 'name'?\n  naem.family\n  ^^^^"), "\(unknown)")
    }

    @Test func `stop at a resource that does not fit`() throws {
        let session = try session()
        try session.write(
            #"{"resource":"Patient","select":[{"column":[{"name":"a","path":"address.line"}]}]}"#, to: "several.json")
        let run = try session.avow(["view", "several.json", "--files", "all.ndjson"])
        #expect(run.status == 1, "\(run)")
        #expect(run.complaint.hasPrefix("Patient/a: select[0].column[0].path: column 'a' has 2 values"), "\(run)")
    }
}

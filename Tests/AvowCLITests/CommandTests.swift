import Foundation
import Testing

@Suite struct `A session at the command line` {
    @Test func `goes from an empty folder to a verified answer`() throws {
        let session = try CommandSession()
        let passphrase = ["AVOW_PASSPHRASE": "correct horse battery staple"]
        let made = try session.avow(["init", "clinic"], environment: passphrase)
        #expect(made.status == 0, "\(made)")
        #expect(made.lines.last?.hasPrefix("clinic-") == true, "the default origin names the directory: \(made)")
        #expect(!made.output.contains("correct horse") && !made.error.contains("correct horse"))

        try session.write(
            #"{"resourceType":"Patient","id":"p1","birthDate":"1970-01-01"}"# + "\n"
                + #"{"resourceType":"Observation","id":"o1","status":"final","subject":{"reference":"Patient/p1"},"#
                + #""code":{"coding":[{"system":"http://loinc.org","code":"4548-4"}]},"#
                + #""effectiveDateTime":"2025-01-01","valueQuantity":{"value":6.80,"unit":"%"}}"# + "\n",
            to: "two.ndjson")
        let imported = try session.avow(["import", "clinic", "two.ndjson"], environment: passphrase)
        #expect(imported.status == 0, "\(imported)")
        #expect(imported.output.contains("2 resources of 1 new patient"))

        let again = try session.avow(["import", "clinic", "two.ndjson"], environment: passphrase)
        #expect(again.status == 0 && again.output.contains("0 new, 0 changed, 2 as they were"), "\(again)")

        let asked = try session.avow(
            [
                "query", "clinic", "SELECT value.value AS hba1c FROM Observation WHERE code = loinc|4548-4",
                "--as", "Practitioner/1", "--for", "TREAT", "--answer", "one.avow",
            ], environment: passphrase)
        #expect(asked.status == 0 && asked.output == "{\"hba1c\":6.80}\n", "\(asked)")

        let compacted = try session.avow(["compact", "clinic", "copy"], environment: passphrase)
        #expect(compacted.status == 0 && compacted.output.hasPrefix("copy: "), "\(compacted)")
        let checked = try session.avow(["check", "copy"], environment: passphrase)
        #expect(checked.status == 0, "\(checked)")
        let twice = try session.avow(["compact", "clinic", "copy"], environment: passphrase)
        #expect(twice.status == 1 && twice.complaint.contains("copy"), "\(twice)")

        let key = try session.avow(["key", "clinic"], environment: passphrase)
        let checkpoint = try session.avow(["checkpoint", "clinic"], environment: passphrase)
        #expect(key.lines.count == 1 && key.status == 0)
        let origin = String(key.output.prefix { $0 != "+" })
        #expect(checkpoint.output.hasPrefix("\(origin)\n2\n") && checkpoint.output.contains("\n\n— \(origin) "))

        // A verifier has no passphrase and no store.
        try FileManager.default.removeItem(at: session.folder.appending(path: "clinic"))
        let verified = try session.avow(["verify", "one.avow", "--key", key.lines[0]])
        #expect(verified.status == 0 && verified.output == asked.output, "\(verified)")
        #expect(verified.error.hasPrefix("verified: 1 row\n") && verified.error.contains(" a log of 2 commits, root "))
    }

    @Test func `a wrong passphrase opens nothing`() throws {
        let session = try CommandSession()
        let made = try session.avow(["init", "clinic"], environment: ["AVOW_PASSPHRASE": "right"])
        #expect(made.status == 0, "\(made)")
        let refused = try session.avow(["stats", "clinic"], environment: ["AVOW_PASSPHRASE": "wrong"])
        #expect(refused.status == 1 && refused.output.isEmpty)
        #expect(refused.complaint.contains("wrong passphrase"), "\(refused)")
        let empty = try session.avow(["stats", "clinic"], environment: ["AVOW_PASSPHRASE": ""])
        #expect(empty.status == 1 && empty.complaint.contains("empty"), "\(empty)")
        let unneeded = try session.avow(["stats", "clinic", "--key-file", "none"])
        #expect(unneeded.status == 2 && unneeded.complaint.contains("opens with a passphrase"), "\(unneeded)")
    }

    @Test func `a passphrase opens the store in either Unicode form`() throws {
        let session = try CommandSession()
        let made = try session.avow(["init", "clinic"], environment: ["AVOW_PASSPHRASE": "cl\u{e9}"])
        #expect(made.status == 0, "\(made)")
        let opened = try session.avow(["key", "clinic"], environment: ["AVOW_PASSPHRASE": "cle\u{301}"])
        #expect(opened.status == 0, "\(opened)")
    }
}

@Suite struct `Making a store` {
    @Test func `never replaces a store, and takes back the key file that opens nothing`() throws {
        let session = try CommandSession()
        #expect(try session.avow(["init", "clinic", "--key-file", "first.key"]).status == 0)
        let before = try session.bytes("clinic/data.mdb")
        let again = try session.avow(["init", "clinic", "--key-file", "second.key"])
        #expect(again.status == 1 && again.complaint.contains("clinic"), "\(again)")
        #expect(!FileManager.default.fileExists(atPath: session.path("second.key")))
        #expect(try session.bytes("clinic/data.mdb") == before)
        // A key file that was there is used and kept.
        #expect(try session.avow(["init", "other", "--key-file", "first.key"]).status == 0)
        #expect(try session.avow(["key", "other", "--key-file", "first.key"]).status == 0)
    }

    @Test func `a key file belongs to its owner alone`() throws {
        let session = try CommandSession()
        #expect(try session.avow(["init", "clinic", "--key-file", "clinic.key"]).status == 0)
        let mode = try FileManager.default.attributesOfItem(atPath: session.path("clinic.key"))[.posixPermissions]
        #expect(mode as? Int == 0o600)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: session.path("clinic.key"))
        let refused = try session.avow(["key", "clinic", "--key-file", "clinic.key"])
        #expect(refused.status == 1 && refused.complaint.contains("600"), "\(refused)")
    }

    @Test func `an origin that cannot sign is refused before anything is made`() throws {
        let session = try CommandSession()
        let refused = try session.avow(["init", "clinic", "--key-file", "clinic.key", "--origin", "two words"])
        #expect(refused.status == 2 && refused.complaint.contains("--origin"), "\(refused)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: session.folder.path).isEmpty)
    }
}

@Suite struct `What is no store` {
    @Test(arguments: ["nothing", "folder", "file"])
    func `is refused in one line, without asking for a passphrase`(_ name: String) throws {
        let session = try CommandSession()
        try FileManager.default.createDirectory(
            at: session.folder.appending(path: "folder"), withIntermediateDirectories: true)
        try session.write("text", to: "file")
        for command in [
            ["stats", name], ["key", name], ["check", name], ["checkpoint", name], ["import", name, "x"],
        ] {
            let refused = try session.avow(command)
            #expect(refused.status == 1 && refused.output.isEmpty, "\(refused)")
            #expect(refused.complaint.contains(name) && !refused.complaint.contains("passphrase"), "\(refused)")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: session.path("folder")).isEmpty)
    }

    @Test func `a store that opens with a key file asks for it by name`() throws {
        let session = try SharedStore.session()
        let refused = try session.avow(["stats", "clinic"])
        #expect(refused.status == 2 && refused.complaint.contains("--key-file"), "\(refused)")
    }
}

@Suite struct `Import at the command line` {
    @Test func `takes what it can, names the rest and ends with 1`() throws {
        let session = try CommandSession()
        #expect(try session.avow(["init", "clinic", "--key-file", "k"]).status == 0)
        try session.write(
            #"{"resourceType":"Patient","id":"good"}"# + "\n" + "{broken\n"
                + #"{"resourceType":"Nonsense","id":"x"}"# + "\n"
                + #"{"resourceType":"Observation","id":"o","status":"final","code":{"text":"x"},"#
                + #""subject":{"reference":"urn:uuid:nobody"}}"# + "\n",
            to: "mixed.ndjson")
        let command = ["import", "clinic", "mixed.ndjson", "--key-file", "k"]
        let first = try session.avow(command)
        #expect(first.status == 1 && first.output.contains("1 new, 0 changed, 0 as they were, 3 rejected"), "\(first)")
        #expect(first.error.contains("mixed.ndjson, line 2") && first.error.contains("'Nonsense'"))
        #expect(first.error.hasSuffix("avow: 3 parts of the input could not be taken\n"), "\(first)")

        let second = try session.avow(command + ["--rejects", "rejects.ndjson"])
        #expect(second.status == 1 && second.complaint.contains("rejects.ndjson"), "\(second)")
        let rejects = String(decoding: try session.bytes("rejects.ndjson"), as: UTF8.self).split(separator: "\n")
        let objects = try rejects.map { try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] }
        #expect(objects.count == 3 && objects.allSatisfy { ($0?["reason"] as? String)?.isEmpty == false })
        #expect(objects.compactMap { $0?["line"] as? Int } == [2, 3])
        #expect(objects.last??["resource"] as? String == "Observation/o")
    }

    @Test(arguments: [("none", 0), ("structure", 1), ("strict", 2)])
    func `looks as closely as it is told, and names the element that is wrong`(strength: String, rejected: Int) throws {
        let session = try CommandSession()
        #expect(try session.avow(["init", "clinic", "--key-file", "k"]).status == 0)
        try session.write(
            #"{"resourceType":"Patient","id":"a"}"# + "\n"
                + #"{"resourceType":"Patient","id":"b","contact":[{"gender":"female"},{"gender":"woman"}]}"# + "\n"
                + #"{"resourceType":"Patient","id":"c","birthDat":"1970"}"# + "\n",
            to: "three.ndjson")
        let result = try session.avow(
            ["import", "clinic", "three.ndjson", "--key-file", "k", "--validate", strength])
        #expect(result.status == (rejected > 0 ? 1 : 0), "\(result)")
        #expect(result.output.contains("\(3 - rejected) new"), "\(result)")
        #expect(result.output.contains("\(rejected) rejected"), "\(result)")
        let misspelt = "three.ndjson, line 3, byte "
        #expect(result.error.contains(misspelt) == (rejected > 0), "\(result)")
        #expect(
            result.error.contains("Patient.birthDat is no element of its type; birthDate is") == (rejected > 0),
            "\(result)")
        #expect(result.error.contains("Patient.contact[1].gender has a code") == (rejected > 1), "\(result)")
    }

    @Test func `a strength that is none is refused with those that are`() throws {
        let session = try CommandSession()
        let refused = try session.avow(["import", "clinic", "x", "--validate", "weak"])
        #expect(refused.status == 2 && refused.error.contains("structure"), "\(refused)")
    }

    @Test func `a path that is not there changes nothing`() throws {
        let session = try CommandSession()
        #expect(try session.avow(["init", "clinic", "--key-file", "k"]).status == 0)
        let refused = try session.avow(["import", "clinic", "absent.json", "--key-file", "k"])
        #expect(refused.status == 1 && refused.complaint.hasPrefix("absent.json: "), "\(refused)")
        let checkpoint = try session.avow(["checkpoint", "clinic", "--key-file", "k"])
        #expect(checkpoint.lines[1] == "1", "no commit but the first: \(checkpoint)")
    }

    @Test func `a reject file that cannot be written costs no import`() throws {
        let session = try CommandSession()
        #expect(try session.avow(["init", "clinic", "--key-file", "k"]).status == 0)
        try session.write(#"{"resourceType":"Patient","id":"p"}"#, to: "p.json")
        let refused = try session.avow(
            ["import", "clinic", "p.json", "--key-file", "k", "--rejects", "no/such/folder"])
        #expect(refused.status == 1 && refused.complaint.contains("no/such/folder"), "\(refused)")
        #expect(try session.avow(["checkpoint", "clinic", "--key-file", "k"]).lines[1] == "1")
    }
}

import Testing

/// `avow index`, over a store of its own.
@Suite struct `The command index` {
    private static func session() throws -> CommandSession {
        let session = try CommandSession()
        _ = try session.avow(["init", "clinic"] + SharedStore.key)
        try session.write(
            (0..<3).map { number in
                #"{"resourceType":"Patient","id":"p\#(number)","birthDate":"197\#(number)-01-01","#
                    + #""address":[{"city":"Ghent"}]}"# + "\n"
            }.joined(), to: "patients.ndjson")
        let imported = try session.avow(["import", "clinic", "patients.ndjson"] + SharedStore.key)
        try #require(imported.status == 0, "\(imported)")
        return session
    }

    @Test func `makes, lists and drops an index`() throws {
        let session = try Self.session()
        func index(_ arguments: String...) throws -> Run {
            try session.avow(["index", "clinic"] + arguments + SharedStore.key)
        }
        let made = try index("create", "towns", "--on", "Patient", "gender", "birthdate", "--path", "address.city")
        #expect(made.status == 0 && made.output == "The index towns is ready: 0 entries.\n", "\(made)")
        let cities = try index("create", "cities", "--on", "Patient", "--path", "address.city")
        #expect(cities.status == 0 && cities.output == "The index cities is ready: 3 entries.\n", "\(cities)")
        let listed = try index("list", "--format", "csv")
        #expect(listed.status == 0 && listed.output.hasPrefix("name,type,columns,state,entries,bytes"))
        #expect(listed.output.contains("towns,Patient,gender birthdate PATH(address.city),ready,0,0"), "\(listed)")
        #expect(listed.output.contains("cities,Patient,PATH(address.city),ready,3,"))
        let lines = try index("list")
        #expect(lines.output.contains(#""name":"Patient-birthdate""#) && lines.lines.allSatisfy { $0.hasPrefix("{") })
        #expect(try index("list", "--format", "table").output.contains("Observation-code-date"))
        #expect(try index("list", "--format", "json").output.hasPrefix("[\n"))
        #expect(try index("resume").output == "Every index is complete.\n")
        let dropped = try index("drop", "towns")
        #expect(dropped.status == 0 && dropped.output == "The index towns is removed.\n", "\(dropped)")
        #expect(try !index("list").output.contains("towns"))
        #expect(try session.avow(["check", "clinic"] + SharedStore.key).status == 0)
    }

    @Test(arguments: [
        (["create", "x", "--on", "Patients", "name"], "did you mean 'Patient'?"),
        (["create", "x", "--on", "Patient", "birthdat"], "did you mean 'birthdate'?"),
        (["create", "x", "--on", "Patient"], "needs a column"),
        (["create", "x", "name"], "needs --on"),
        (["create", "--on", "Patient"], "needs a name"),
        (["create", "1", "--on", "Patient", "name"], "not a name for an index"),
        (["create", "x", "--on", "Patient", "birthdate"], "Patient-birthdate"),
        (["create", "Patient-name", "--on", "Patient", "family"], "already"),
        (["create", "x", "--on", "Patient", "_text"], "cannot be indexed"),
        (["drop", "Patient-nam"], "did you mean 'Patient-name'?"),
        (["drop"], "the name of one index"),
        (["list", "x"], "takes no names"),
        (["resume", "--format", "csv"], "--format is for index list"),
    ])
    func `says what is wrong with a command, and changes nothing`(_ arguments: [String], _ complaint: String) throws {
        let session = try Self.session()
        let refused = try session.avow(["index", "clinic"] + arguments + SharedStore.key)
        #expect(refused.status == 2 && refused.output.isEmpty, "\(refused)")
        #expect(refused.error.contains(complaint), "\(refused)")
    }

    @Test func `shows where an expression is wrong`() throws {
        let session = try Self.session()
        let refused = try session.avow(
            ["index", "clinic", "create", "x", "--on", "Patient", "--path", "address.citty"] + SharedStore.key)
        #expect(refused.status == 2 && refused.error.contains("address.citty\n          ^^^^^"), "\(refused)")
        #expect(refused.error.contains("did you mean 'city'?"))
    }
}

import Foundation
import TestSupport
import Testing

@testable import AvowFHIR

@Suite struct BundleTests {
    static let uuid = "0a5d9b4e-7a4d-4a35-9c7e-2f1f6f1c0001"
    static let bundle = """
        { "resourceType": "Bundle", "type": "transaction", "entry": [
            { "fullUrl": "urn:uuid:\(uuid)",
              "resource": { "resourceType": "Patient", "id": "\(uuid)", "name": [ { "family": "Öz" } ] } },
            { "fullUrl": "urn:oid:1.2.3",
              "resource": { "resourceType": "Practitioner", "id": "p1" } },
            { "fullUrl": "urn:uuid:b",
              "resource": { "id": "o1", "resourceType": "Observation", "status": "final",
                "code": { "coding": [ { "system": "http://loinc.org", "code": "4548-4" }, { "code": "x" },
                                      { "system": "http://loinc.org", "code": "4548-4" }, { "display": "no code" } ] },
                "subject": { "reference": "urn:uuid:\(uuid)" },
                "performer": [ { "reference": "urn:oid:1.2.3" }, { "reference": "urn:uuid:absent" },
                               { "reference": "Practitioner?identifier=http://npi|1" }, { "reference": "Practitioner/p9" } ],
                "effectivePeriod": { "start": "2015-02", "end": "2016" }, "valueQuantity": { "value": 7.10 },
                "note": [ { "text": "urn:uuid:\(uuid)" } ],
                "extension": [ { "url": "x", "valueReference": { "reference": "urn:uuid:\(uuid)" } } ] } }
        ] }
        """

    @Test func `references within the bundle are resolved and nothing else changes`() throws {
        let (resources, rejects) = try read(bytes(Self.bundle))
        #expect(rejects == [])
        try #require(resources.count == 3)
        #expect(
            text(resources[0].json)
                == #"{"resourceType":"Patient","id":"\#(Self.uuid)","name":[{"family":"Öz"}]}"#)
        #expect(resources[0].link == .patient(Self.uuid))
        #expect(resources[1].link == .none)
        let observation = resources[2]
        #expect(
            text(observation.json) == """
                {"id":"o1","resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org",\
                "code":"4548-4"},{"code":"x"},{"system":"http://loinc.org","code":"4548-4"},{"display":"no code"}]},\
                "subject":{"reference":"Patient/\(Self.uuid)"},"performer":[{"reference":"Practitioner/p1"},\
                {"reference":"urn:uuid:absent"},{"reference":"Practitioner?identifier=http://npi|1"},\
                {"reference":"Practitioner/p9"}],"effectivePeriod":{"start":"2015-02","end":"2016"},\
                "valueQuantity":{"value":7.10},"note":[{"text":"urn:uuid:\(Self.uuid)"}],"extension":[{"url":"x",\
                "valueReference":{"reference":"Patient/\(Self.uuid)"}}]}
                """)
        #expect(observation.type == .observation)
        #expect(observation.id == "o1")
        #expect(observation.patient == Self.uuid)
        #expect(
            observation.codes == [
                Token(system: "http://loinc.org", code: "4548-4"), Token(system: "", code: "x"),
            ])
        #expect(observation.clinicalDate == FHIRDateTime("2015-02-01T00:00:00Z")?.lowerBound)
    }

    private func bundle(_ entries: String...) -> [UInt8] {
        bytes(#"{"resourceType":"Bundle","type":"batch","entry":["# + entries.joined(separator: ",") + "]}")
    }

    @Test func `a resource without an id takes it from its fullUrl`() throws {
        let (resources, rejects) = try read(
            bundle(
                #"{"fullUrl":"urn:uuid:\#(Self.uuid)","resource":{"language":"de","resourceType":"Patient","active":true}}"#,
                #"{"fullUrl":"https://h.example/fhir/Encounter/e7","resource":{"resourceType":"Encounter","subject":{"reference":"urn:uuid:\#(Self.uuid)"}}}"#,
                #"{"fullUrl":"https://h.example/fhir/Patient/e8","resource":{"resourceType":"Encounter"}}"#,
                #"{"fullUrl":"urn:oid:1.2","resource":{"resourceType":"Encounter"}}"#))
        #expect(
            resources.map { text($0.json) } == [
                #"{"language":"de","resourceType":"Patient","id":"\#(Self.uuid)","active":true}"#,
                #"{"resourceType":"Encounter","id":"e7","subject":{"reference":"Patient/\#(Self.uuid)"}}"#,
            ])
        #expect(resources.map(\.id) == [Self.uuid, "e7"])
        #expect(rejects.map(\.reason) == [.missingID, .missingID])
        #expect(rejects.map(\.place.entry) == [2, 3])
    }

    @Test func `resources without an id, or with a wrong one, are taken where nothing is stored`() throws {
        let bundle = #"""
            {"resourceType":"Bundle","entry":[{"fullUrl":"http://x/no-id","resource":{"resourceType":"Patient","active":true}},
             {"resource":{"resourceType":"Patient","id":"under_score"}},
             {"fullUrl":"http://x/Patient/p","resource":{"resourceType":"Patient"}},
             {"resource":{"resourceType":"Observation","id":"o","subject":{"reference":"http://x/no-id"}}}]}
            """#
        var limits = ReadLimits()
        limits.requiresID = false
        let (resources, rejects) = try read(bytes(bundle), name: "x.json", limits: limits)
        #expect(rejects.isEmpty)
        #expect(resources.map(\.id) == ["", "under_score", "p", "o"])
        #expect(
            resources.map { String(decoding: $0.json, as: UTF8.self) } == [
                #"{"resourceType":"Patient","active":true}"#, #"{"resourceType":"Patient","id":"under_score"}"#,
                #"{"resourceType":"Patient","id":"p"}"#,
                #"{"resourceType":"Observation","id":"o","subject":{"reference":"http://x/no-id"}}"#,
            ])
        #expect(try read(bytes(bundle), name: "x.json").rejects.count == 2)
    }

    @Test func `an entry that is no resource is rejected and the others are taken`() throws {
        let bad: [(String, Reject.Reason)] = [
            (#"{"resource":{"id":"a"}}"#, .missingResourceType),
            (#"{"resource":{"resourceType":7,"id":"a"}}"#, .missingResourceType),
            (#"{"resource":{"resourceType":"Patiend","id":"a"}}"#, .unknownResourceType("Patiend")),
            (
                #"{"resource":{"resourceType":"DomainResource","id":"a"}}"#,
                .unknownResourceType("DomainResource")
            ),
            (#"{"resource":{"resourceType":"Patient","id":"a b"}}"#, .invalidID("a b")),
            (#"{"resource":{"resourceType":"Patient","id":""}}"#, .invalidID("")),
            (#"{"resource":{"resourceType":"Patient","id":12}}"#, .invalidID("12")),
            (
                #"{"resource":{"resourceType":"Patient","id":"\#(String(repeating: "a", count: 65))"}}"#,
                .invalidID(String(repeating: "a", count: 65))
            ),
            (#"{"resource":{"resourceType":"Patient"}}"#, .missingID), (#"{"resource":[]}"#, .notAnObject),
            (#"{"resource":null}"#, .notAnObject),
            (#"{"request":{"method":"DELETE","url":"Patient/1"}}"#, .noResource), ("7", .notAnObject),
            (#"{"resource":{"resourceType":"Patient","id":"a","id":"b"}}"#, .duplicateMember("id")),
            (#"{"resource":{"resourceType":"Patient","id":"a","\u0069d":"b"}}"#, .duplicateMember("id")),
        ]
        let good = #"{"resource":{"resourceType":"Patient","id":"ok"}}"#
        for (entry, reason) in bad {
            let content = bundle(good, entry, good)
            let (resources, rejects) = try read(content)
            #expect(resources.map(\.id) == ["ok", "ok"])
            #expect(rejects.map(\.reason) == [reason])
            let place = try #require(rejects.first?.place)
            #expect(place.entry == 1)
            let offset = try #require(place.byteOffset)
            let rest = text(Array(content[offset...]))
            #expect(
                [#"{"resourceType""#, #"{"id""#, "[]}", "null}", #"{"request""#, "7,"].contains {
                    rest.hasPrefix($0)
                }, "\(rest)")
        }
    }

    @Test func `the offset of a rejected entry is that in the file`() throws {
        let content = bytes(
            """
            { "resourceType" : "Bundle", "entry" : [
              { "resource" : { "resourceType" : "Patient", "id" : "  \\" \\\\", "a" : " } " } },
              { "resource" : { "resourceType" : "Wrong" } }
            ] }
            """)
        let (_, rejects) = try read(content)
        #expect(rejects.count == 2)
        for (reject, start) in zip(
            rejects, [#"{ "resourceType" : "Patient""#, #"{ "resourceType" : "Wrong""#])
        {
            let offset = try #require(reject.place.byteOffset)
            #expect(text(Array(content[offset...])).hasPrefix(start))
        }
    }

    @Test func `a bundle that is cut anywhere delivers one reject and nothing else`() throws {
        let whole = bytes(Self.bundle)
        for count in stride(from: 0, to: whole.count, by: 7) {
            let (resources, rejects) = try read(Array(whole.prefix(count)))
            #expect(resources.isEmpty)
            #expect(rejects.count == 1)
            let reject = try #require(rejects.first)
            guard case .json(let error) = reject.reason else {
                Issue.record("\(reject)")
                continue
            }
            #expect(reject.place.byteOffset == error.offset)
            #expect(error.offset <= count)
        }
    }

    @Test func `an URL that two resources claim resolves nothing, two versions of one resource do`() throws {
        let url = #""fullUrl":"urn:uuid:\#(Self.uuid)""#
        let reference =
            #"{"resource":{"resourceType":"Basic","id":"b","subject":{"reference":"urn:uuid:\#(Self.uuid)"}}}"#
        func subject(_ id: String) throws -> PatientLink? {
            try read(
                bundle(
                    #"{\#(url),"resource":{"resourceType":"Patient","id":"a"}}"#,
                    #"{\#(url),"resource":{"resourceType":"Patient","id":"\#(id)"}}"#, reference)
            ).resources.last?.link
        }
        #expect(try subject("a") == .patient("a"))
        #expect(try subject("c") == .unresolved)
    }

    @Test(
        arguments: [
            (
                #""resourceType":"Observation","subject":{"reference":"Patient/p"},"performer":[{"reference":"Patient/q"}]"#,
                .patient("p")
            ),
            (
                #""resourceType":"Observation","subject":{"reference":"Group/g"},"performer":[{"reference":"Practitioner/x"},{"reference":"Patient/q"}]"#,
                .patient("q")
            ),
            (#""resourceType":"Observation","subject":{"reference":"Patient/p/_history/3"}"#, .patient("p")),
            (
                #""resourceType":"Observation","subject":{"reference":"https://h.example/fhir/Patient/p"}"#,
                .patient("p")
            ),
            (
                #""resourceType":"Observation","subject":{"reference":"ftp://h.example/fhir/Patient/p"}"#,
                .none
            ),
            (#""resourceType":"Observation","subject":{"reference":"XPatient/p"}"#, .none),
            (#""resourceType":"Observation","subject":{"reference":"Patient/"}"#, .none),
            (#""resourceType":"Observation","subject":{"reference":"Patient/a b"}"#, .none),
            (#""resourceType":"Observation","subject":{"reference":"Group/g"}"#, .none),
            (#""resourceType":"Observation","subject":{"reference":"urn:uuid:unknown"}"#, .unresolved),
            (
                #""resourceType":"Observation","subject":{"reference":"urn:uuid:unknown","type":"Device"}"#,
                .none
            ),
            (#""resourceType":"Observation","subject":{"reference":"Patient?identifier=1"}"#, .unresolved),
            (#""resourceType":"Observation","subject":{"identifier":{"value":"1"}}"#, .unresolved),
            (
                #""resourceType":"Observation","subject":{"identifier":{"value":"1"},"type":"Location"}"#,
                .none
            ),
            (#""resourceType":"Observation","subject":"Patient/p""#, .none),
            (#""resourceType":"Observation""#, .none),
            (
                #""resourceType":"Observation","subject":{"reference":"urn:uuid:unknown"},"performer":[{"reference":"Patient/q"}]"#,
                .unresolved
            ),
            (
                #""resourceType":"Appointment","participant":[{"actor":{"reference":"urn:uuid:u"}},{"actor":{"reference":"Patient/p"}}]"#,
                .patient("p")
            ),
            (
                #""resourceType":"Appointment","participant":[{"actor":{"reference":"urn:uuid:u"}},{"actor":{"reference":"Location/l"}}]"#,
                .unresolved
            ),
            (
                #""resourceType":"Appointment","participant":[{"actor":{"reference":"Location/l"}},{"actor":{"reference":"Patient/p"}}]"#,
                .patient("p")
            ),
            (#""resourceType":"ResearchSubject","individual":{"reference":"Patient/p"}"#, .patient("p")),
            (#""resourceType":"Task","for":{"reference":"Patient/p"}"#, .patient("p")),
            (
                #""resourceType":"Coverage","subscriber":{"reference":"Patient/s"},"beneficiary":{"reference":"Patient/p"}"#,
                .patient("p")
            ),
            (#""resourceType":"Patient","link":[{"other":{"reference":"Patient/q"}}]"#, .patient("r")),
            (#""resourceType":"Organization","partOf":{"reference":"Organization/o"}"#, .none),
        ] as [(String, PatientLink)])
    func `the first element that refers to a patient decides whose a resource is`(
        members: String, link: PatientLink
    ) throws {
        #expect(try read(bytes("{" + members + #","id":"r"}"#)).resources.map(\.link) == [link])
    }
}

@Suite struct ReaderTests {
    private func patient(_ id: String) -> String { #"{"resourceType":"Patient","id":"\#(id)"}"# }

    @Test(.enabled(if: Synthea.isAvailable, "needs ../shared/data/synthea-r4-40.tar.zst"))
    func `every resource of forty Synthea patients is taken`() throws {
        var reader = try ResourceReader(path: Synthea.directory())
        var rejects: [Reject] = []
        var resources = 0
        var unowned: Set<ResourceType> = []
        while let item = reader.next() {
            switch item {
            case .resource(let resource):
                resources += 1
                if resource.patient == nil { unowned.insert(resource.type) }
            case .reject(let reject): rejects.append(reject)
            }
        }
        #expect(rejects == [])
        #expect(resources == 13_420)
        #expect(unowned == [.organization, .practitioner])
    }

    @Test func `NDJSON is taken line by line and bad lines are rejected by number`() throws {
        let content =
            "\(patient("a"))\n\n{\"resourceType\":\n\(patient("b"))\r\n7\n\(patient("b c"))\n\(patient("d"))"
        let (resources, rejects) = try read(bytes(content), name: "input.ndjson")
        #expect(resources.map(\.id) == ["a", "b", "d"])
        #expect(rejects.map(\.place.line) == [3, 5, 6])
        #expect(
            rejects.map(\.reason) == [.json(JSONError(.truncated, at: 16)), .notAnObject, .invalidID("b c")])
        #expect(rejects.map(\.place.byteOffset) == [53, 91, 93])
    }

    @Test func `a line over the limit is rejected without being held`() throws {
        let long =
            #"{"resourceType":"Patient","id":"l","x":""# + String(repeating: "x", count: 2_000_000) + "\"}"
        let content = bytes([patient("a"), long, patient("b")].joined(separator: "\n"))
        let (resources, rejects) = try read(content, name: "x.ndjson", limits: ReadLimits(line: 1_000))
        #expect(resources.map(\.id) == ["a", "b"])
        #expect(rejects.map(\.place.line) == [2])
        #expect(rejects.map(\.reason) == [.tooLarge(limit: 1_000)])
    }

    @Test func `a document over the limit is rejected`() throws {
        let (resources, rejects) = try read(bytes(BundleTests.bundle), limits: ReadLimits(document: 100))
        #expect(resources.isEmpty)
        #expect(rejects.map(\.reason) == [.tooLarge(limit: 100)])
    }

    @Test func `a file whose name says nothing is looked into`() throws {
        let lines = (0..<3).map { patient("p\($0)") }.joined(separator: "\n") + "\n"
        #expect(try read(bytes(lines), name: "export").resources.count == 3)
        #expect(try read(bytes(patient("a") + "\n \n"), name: "export").resources.count == 1)
        #expect(try read(bytes(BundleTests.bundle), name: "export").resources.count == 3)
        #expect(
            try read(bytes(BundleTests.bundle.replacingOccurrences(of: "\n", with: "")), name: "export")
                .resources.count == 3)
    }

    @Test func `files of every length are read to their end, also around what is read at a time`() throws {
        let resource = patient("a")
        let chunk = 1 << 18
        for length in [chunk - 65, chunk - 1, chunk, chunk + 1, chunk + 64, 2 * chunk - 1, 2 * chunk, 3 * chunk + 7] {
            // The resource stands at the end, behind white space.
            let source = String(repeating: " ", count: length - resource.utf8.count) + resource
            #expect(try read(bytes(source), name: "x.json").resources.map(\.id) == ["a"], "\(length) bytes")
            #expect(try read(bytes(source), name: "x.ndjson").resources.map(\.id) == ["a"], "\(length) bytes")
        }
        // What the system makes up as it is read says that it has no bytes.
        #if os(Linux)
            var reader = ResourceReader(files: ["/proc/self/status"])
            guard case .reject(let reject)? = reader.next(), case .json = reject.reason else {
                Issue.record("expected text that is no JSON")
                return
            }
        #endif
    }

    static let canCompress = (try? run("zstd", ["--version"])) != nil

    @Test(.enabled(if: canCompress, "needs the zstd command"))
    func `compressed files are read, whatever their name, and damaged ones rejected`() throws {
        let lines = (0..<50_000).map { patient("p\($0)") }.joined(separator: "\n")
        for (content, name, count) in [(lines, "x.ndjson", 50_000), (BundleTests.bundle, "x.json", 3)] {
            let plain = try TemporaryFile(bytes(content), name: name)
            let compressed = [UInt8](try run("zstd", ["-c", plain.path]))
            #expect(try read(compressed, name: name + ".zst").resources.count == count)
            #expect(try read(compressed, name: name).resources.count == count)
            // Frames may follow one another.
            #expect(
                try read(compressed + compressed, name: "x.ndjson.zst").rejects.count <= 1 + content.count)
            let (_, rejects) = try read(Array(compressed.dropLast(5)), name: name + ".zst")
            guard case .unreadable? = rejects.last?.reason else {
                Issue.record("\(rejects)")
                continue
            }
        }
    }

    @Test func `a directory is read in the order of its paths, other files left out`() throws {
        let directory = FileManager.default.temporaryDirectory.appending(
            path: "avow-fhir-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        for (name, content) in [
            ("b/1.json", patient("c")), ("a.ndjson", patient("a")), ("b.json", patient("b")),
            ("notes.txt", "no"),
        ] {
            let file = directory.appending(path: name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(content.utf8).write(to: file)
        }
        var reader = try ResourceReader(path: directory.path)
        var ids: [String] = []
        while let item = reader.next() {
            if case .resource(let resource) = item { ids.append(resource.id) }
        }
        #expect(ids == ["a", "b", "c"])
    }

    @Test func `a path that leads nowhere is an error`() {
        #expect(throws: ResourceReaderError.self) { _ = try ResourceReader(path: "/nowhere/at/all") }
    }

    @Test(arguments: [
        "", "[]", "null", "7", "\"a\"", "{}", "\u{FEFF}{}", "{\"resourceType\":\"Bundle\"", "\0",
    ])
    func `what is no resource is one reject`(content: String) throws {
        let (resources, rejects) = try read(bytes(content))
        #expect(resources.isEmpty)
        #expect(rejects.count == 1)
        #expect(rejects.allSatisfy { !$0.description.isEmpty })
    }

    @Test func `a bundle without entries is nothing`() throws {
        for content in [#"{"resourceType":"Bundle"}"#, #"{"resourceType":"Bundle","entry":[]}"#] {
            let (resources, rejects) = try read(bytes(content))
            #expect(resources.isEmpty)
            #expect(rejects.isEmpty)
        }
    }

    @Test(arguments: UInt64(1)...10)
    func `a damaged bundle is survived`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<20 {
            var content = bytes(BundleTests.bundle)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                content[Int.random(in: 0..<content.count, using: &random)] = UInt8.random(
                    in: 0...255, using: &random)
            }
            let (resources, rejects) = try read(content)
            for resource in resources {
                // What is delivered is compact and an object, whatever came in.
                #expect(ReferenceJSON.compact(resource.json) == resource.json, "seed \(seed)")
                _ = try TopLevelMembers.find(in: resource.json)
            }
            #expect(resources.count + rejects.count <= 4)
        }
    }
}

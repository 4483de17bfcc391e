import Testing

@testable import AvowFHIR

/// JSON may escape any character, and some writers escape every slash: that changes nothing of what a text says.
@Suite struct `References with escaped characters` {
    private func observation(_ reference: String, type: String = "") -> String {
        #"{"resourceType":"Observation","id":"o","subject":{"reference":"\#(reference)"\#(type)}}"#
    }

    @Test(arguments: [
        #"Patient\/p"#, #"http:\/\/example.org\/fhir\/Patient\/p"#, #"Patient\/p\/_history\/2"#, #"\u0050atient/p"#,
    ])
    func `a reference to a patient is one`(reference: String) throws {
        let found = try read(bytes(observation(reference))).resources
        #expect(found.map(\.link) == [.patient("p")])
        #expect(found.map { text($0.json) } == [observation(reference)])
        let root = try JSONParser().parse(found[0].json).root
        #expect(Indexing.patientReference(of: root, type: .observation) == "Patient/p")
    }

    @Test func `a reference that cannot be resolved is not lost`() throws {
        func link(_ reference: String, type: String = "") throws -> [PatientLink] {
            try read(bytes(observation(reference, type: type))).resources.map(\.link)
        }
        #expect(try link(#"\u0075rn:uuid:2"#) == [.unresolved])
        #expect(try link(#"Patient\u003fidentifier=1"#) == [.unresolved])
        #expect(try link(#"x\/y"#, type: #","type":"Patient""#) == [.unresolved])
        #expect(try link(#"Group\/1"#) == [.none])
    }

    @Test(arguments: [
        (#"http:\/\/e.org\/Patient\/1"#, #"http:\/\/e.org\/Patient\/1"#),
        (#"http://e.org/Patient/1"#, #"http:\/\/e.org\/Patient\/1"#),
        (#"http:\/\/e.org\/Patient\/1"#, #"http://e.org/Patient/1"#), (#"urn:uuid:\u0031"#, "urn:uuid:1"),
        ("urn:uuid:1", "urn:uuid:1"),
    ])
    func `a reference inside a bundle is resolved`(fullURL: String, reference: String) throws {
        let bundle = """
            {"resourceType":"Bundle","entry":[\
            {"fullUrl":"http:\\/\\/e.org\\/Organization\\/9","resource":{"resourceType":"Organization","id":"9"}},\
            {"fullUrl":"\(fullURL)","resource":{"resourceType":"Patient","id":"p"}},\
            {"resource":\(observation(reference))}]}
            """
        let found = try read(bytes(bundle))
        #expect(found.rejects.isEmpty)
        #expect(found.resources.map(\.link) == [.none, .patient("p"), .patient("p")])
        #expect(found.resources.last.map { text($0.json) } == observation("Patient/p"))
    }

    @Test func `an URL that two entries claim names none, however it is written`() throws {
        let bundle = """
            {"resourceType":"Bundle","entry":[\
            {"fullUrl":"urn:uuid:1","resource":{"resourceType":"Patient","id":"a"}},\
            {"fullUrl":"urn:uuid:\\u0031","resource":{"resourceType":"Patient","id":"b"}},\
            {"fullUrl":"urn:uuid:1","resource":{"resourceType":"Patient","id":"b"}},\
            {"resource":\(observation("urn:uuid:1"))}]}
            """
        let found = try read(bytes(bundle)).resources
        #expect(found.map(\.link) == [.patient("a"), .patient("b"), .patient("b"), .unresolved])
    }

    @Test func `codes that differ in their bytes are different codes`() throws {
        let json =
            #"{"resourceType":"Observation","id":"o","code":{"coding":[{"code":"\u00e9"},{"code":"e\u0301"},{"code":"é"}]}}"#
        let codes = try read(bytes(json)).resources[0].codes
        #expect(codes.map { Array($0.code.utf8) } == [Array("\u{e9}".utf8), Array("e\u{301}".utf8)])
    }
}

import TestSupport
import Testing

@testable import AvowFHIR

@Suite struct JSONTests {
    static let sample = """
        {
          "resourceType" : "Observation",\t"id":"a-1",
          "value" : [ 1.50, -0, 1e400, 123456789012345678901234567890, true , false, null, {}, [ ] ],
          "text": "é \\u00e9 \\ud83d\\ude00 \\"quoted\\" \\\\ \\/ \\n",
          "nested": {"a": {"b": [[["c"]]]}, "": "  spaces stay  "}
        }

        """

    private func parse(_ text: String, limits: JSONLimits = JSONLimits()) throws -> JSONDocument {
        try JSONParser().parse(bytes(text), limits: limits)
    }

    private func error(_ content: [UInt8], limits: JSONLimits = JSONLimits()) throws -> JSONError? {
        let parser = try JSONParser()
        do {
            _ = try parser.parse(content, limits: limits)
            return nil
        } catch {
            return error
        }
    }

    @Test func `white space goes and every other byte stays`() throws {
        let compact = try parse(Self.sample).bytes
        #expect(
            text(compact) == """
                {"resourceType":"Observation","id":"a-1","value":[1.50,-0,1e400,123456789012345678901234567890,\
                true,false,null,{},[]],"text":"é \\u00e9 \\ud83d\\ude00 \\"quoted\\" \\\\ \\/ \\n",\
                "nested":{"a":{"b":[[["c"]]]},"":"  spaces stay  "}}
                """)
        #expect(try JSONParser().parse(compact).bytes == compact)
    }

    @Test func `values are found and read`() throws {
        let root = try parse(Self.sample).root
        #expect(root.kind == .object)
        #expect(root.members.map(\.name) == ["resourceType", "id", "value", "text", "nested"])
        var places: [[Range<Int>]] = []
        root.forEachMember { places.append([$0, $1]) }
        #expect(places == root.members.map { [$0.nameRange, $0.value.byteRange] })
        #expect(root["text"]?.string == "é é 😀 \"quoted\" \\ / \n")
        #expect(
            root["value"]?.elements.map(\.kind) == [
                .number, .number, .number, .number, .boolean, .boolean, .null, .object, .array,
            ])
        #expect(root["value"]?[0]?.numberText == "1.50")
        #expect(root["value"]?[3]?.numberText == "123456789012345678901234567890")
        #expect(root["value"]?[4]?.boolean == true)
        #expect(root["value"]?[5]?.boolean == false)
        #expect(root["value"]?[9] == nil)
        #expect(root["value"]?[-1] == nil)
        #expect(root["nested"]?["a"]?["b"]?.rawText == "[[[\"c\"]]]")
        #expect(root["nested"]?[""]?.string == "  spaces stay  ")
        #expect(root["absent"] == nil)
        #expect(root["id"]?["x"] == nil)
        #expect(root["id"]?.equals("a-1") == true)
        #expect(root["id"]?.equals("a-2") == false)
    }

    @Test func `a name written with escapes is found by what it means`() throws {
        let root = try parse(#"{"\u0069d":"x","é":1}"#).root
        #expect(root["id"]?.string == "x")
        // The same letter in another normal form is another name.
        #expect(root["e\u{301}"] == nil)
        #expect(root["\u{e9}"]?.numberText == "1")
    }

    @Test(
        arguments: [
            ("", JSONError(.empty, at: 0)), ("  \n", JSONError(.empty, at: 0)),
            ("\u{FEFF}{}", JSONError(.byteOrderMark, at: 0)),
            ("{} {}", JSONError(.trailingContent, at: 3)), ("[1 2]", JSONError(.expectedCommaOrEnd, at: 3)),
            ("[1,]", JSONError(.expectedValue, at: 3)), ("{\"a\":1,}", JSONError(.expectedName, at: 7)),
            ("{\"a\" 1}", JSONError(.expectedColon, at: 5)), ("{1:2}", JSONError(.expectedName, at: 1)),
            ("[", JSONError(.truncated, at: 1)), ("{\"a\":", JSONError(.truncated, at: 5)),
            ("[1}", JSONError(.expectedCommaOrEnd, at: 2)), ("]", JSONError(.expectedValue, at: 0)),
            ("[01]", JSONError(.invalidNumber, at: 2)), ("[1.]", JSONError(.invalidNumber, at: 3)),
            ("[-]", JSONError(.invalidNumber, at: 2)), ("[1e+]", JSONError(.invalidNumber, at: 4)),
            ("[+1]", JSONError(.expectedValue, at: 1)), ("[tru]", JSONError(.invalidLiteral, at: 1)),
            ("[nulll]", JSONError(.invalidLiteral, at: 1)), ("tru e", JSONError(.invalidLiteral, at: 0)),
            ("[\"a]", JSONError(.unclosedString, at: 1)), ("[\"\\x\"]", JSONError(.invalidEscape, at: 2)),
            ("[\"\\ud800\"]", JSONError(.invalidEscape, at: 2)),
            ("[\"\\udc00\"]", JSONError(.invalidEscape, at: 2)),
            ("[\"\\ud800\\u0041\"]", JSONError(.invalidEscape, at: 2)),
            ("[\"\\u12\"]", JSONError(.invalidEscape, at: 2)),
            ("[\"a\nb\"]", JSONError(.controlCharacterInString, at: 3)),
            ("[\"\0\"]", JSONError(.controlCharacterInString, at: 2)),
            ("\0", JSONError(.expectedValue, at: 0)), ("[\u{A0}1]", JSONError(.expectedValue, at: 1)),
            ("\"a\"\"b\"", JSONError(.trailingContent, at: 3)),
            ("[12\"a\"]", JSONError(.invalidNumber, at: 3)),
        ] as [(String, JSONError)])
    func `what is not JSON is refused where it stops being so`(source: String, expected: JSONError) throws {
        #expect(try error(bytes(source)) == expected)
    }

    @Test(
        arguments: [
            [0x22, 0x80, 0x22], [0x22, 0xC0, 0xAF, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
            [0x22, 0xF5, 0x80, 0x80, 0x80, 0x22],
            [0x22, 0xE2, 0x82, 0x22], [0x22, 0xE0, 0x80, 0x80, 0x22], [0x22, 0xF0, 0x80, 0x80, 0x80, 0x22],
        ] as [[UInt8]])
    func `bytes that are not UTF-8 are refused`(source: [UInt8]) throws {
        #expect(try error(source) == JSONError(.invalidUTF8, at: 1))
        #expect(throws: JSONError(.invalidUTF8, at: 6)) {
            try TopLevelMembers.find(in: bytes("{\"a\":") + source + bytes("}"))
        }
    }

    @Test func `nesting is bounded`() throws {
        let deepest = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        _ = try parse(deepest, limits: JSONLimits(depth: 64))
        #expect(
            try error(bytes("[" + deepest + "]"), limits: JSONLimits(depth: 64))
                == JSONError(.tooDeep(limit: 64), at: 64))
        let million = [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)
        #expect(try error(million) == JSONError(.tooDeep(limit: 128), at: 128))
        #expect(throws: JSONError(.tooDeep(limit: 256), at: 260)) {
            try TopLevelMembers.find(in: bytes("{\"a\":") + million)
        }
    }

    @Test func `size is bounded`() throws {
        let limits = JSONLimits(size: 4)
        #expect(try error(bytes("[12]"), limits: limits) == nil)
        #expect(try error(bytes("[123]"), limits: limits) == JSONError(.tooLarge(limit: 4), at: 4))
    }

    @Test func `a place is told as line and column`() throws {
        let source = bytes("{\n  \"a\": 1,\n  \"b\": x\n}")
        let error = try #require(try error(source))
        #expect(error.position(in: source) == (3, 8))
    }

    @Test func `a document that is held keeps its content while the parser goes on`() throws {
        let parser = try JSONParser()
        let first = try parser.parse(bytes("[1]"))
        let root = first.root
        for number in 2..<50 {
            #expect(try parser.parse(bytes("[\(number),\(number)]")).root[1]?.numberText == "\(number)")
        }
        #expect(root.rawText == "[1]")
        #expect((try? parser.parse(bytes("["))) == nil)
        #expect(first.bytes == bytes("[1]"))
    }

    @Test func `every truncation is judged as the grammar does`() throws {
        let parser = try JSONParser()
        let whole = bytes(Self.sample)
        for count in 0...whole.count {
            let part = Array(whole.prefix(count))
            let expected = ReferenceJSON.compact(part)
            let found = try? parser.parse(part).bytes
            #expect(found == expected, "after \(count) bytes")
        }
    }

    @Test func `no byte after the end is read`() throws {
        let parser = try JSONParser()
        for length in 0..<300 {
            let source = bytes("{\"a\":\"" + String(repeating: "x", count: length) + "\",\"b\":1}")
            for count in [source.count, source.count - 1, source.count - 3, length / 2 + 7] {
                let part = Array(source.prefix(count))
                let expected = ReferenceJSON.compact(part)
                try withGuardedCopy(of: part) { span in
                    #expect((try? parser.parse(span).bytes) == expected)
                    #expect((try? TopLevelMembers.find(in: span).count) == expected.map { _ in 2 })
                }
            }
        }
    }

    @Test(arguments: UInt64(1)...40)
    func `damaged texts are judged as the grammar does`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let parser = try JSONParser()
        let alphabet =
            bytes("{}[]:,\"\\ \n\t0123456789.eE+-truefalsn u") + [
                0x00, 0x1F, 0x7F, 0x80, 0xC3, 0xA9, 0xED, 0xF0, 0xFF,
            ]
        let sources = [
            bytes(Self.sample), bytes(#"{"a":[1,{"b":"c"}],"d":"\u0041"}"#),
            bytes("[[],{},\"\",0,-1.5e3,true,null]"),
        ]
        for _ in 0..<300 {
            var source = sources.randomElement(using: &random)!
            for _ in 0..<Int.random(in: 1...3, using: &random) where !source.isEmpty {
                let position = Int.random(in: 0..<source.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: source[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 1: source[position] = alphabet.randomElement(using: &random)!
                case 2: source.remove(at: position)
                default: source.insert(alphabet.randomElement(using: &random)!, at: position)
                }
            }
            let expected = ReferenceJSON.compact(source)
            let found = try? parser.parse(source).bytes
            #expect(found == expected, "seed \(seed): \(text(source))")
            let members = try? TopLevelMembers.find(in: source)
            let isCompactObject = expected == source && source.first == UInt8(ascii: "{")
            if isCompactObject {
                let names = try parser.parse(source).root.members.map { Array($0.name.utf8) }
                #expect(
                    (members != nil) == (Set(names).count == names.count), "seed \(seed): \(text(source))")
            } else {
                #expect(members == nil, "seed \(seed): \(text(source))")
            }
        }
    }
}

@Suite struct TopLevelMembersTests {
    private func members(_ source: String) throws -> [String] {
        let content = bytes(source)
        return try TopLevelMembers.find(in: content).map {
            text(Array(content[$0.name])) + "=" + text(Array(content[$0.value]))
        }
    }

    @Test func `members are found in order, byte for byte`() throws {
        #expect(try members("{}") == [])
        #expect(
            try members(#"{"a":1.50,"b":"x\"y","c":{"a":[1,{"b":2}]},"d\u00e9":[],"e":null}"#)
                == ["a=1.50", "b=\"x\\\"y\"", "c={\"a\":[1,{\"b\":2}]}", "d\\u00e9=[]", "e=null"])
    }

    @Test func `names and values give back the text`() throws {
        let content = try JSONParser().parse(bytes(JSONTests.sample)).bytes
        let pieces = try TopLevelMembers.find(in: content).map {
            "\"" + text(Array(content[$0.name])) + "\":" + text(Array(content[$0.value]))
        }
        #expect("{" + pieces.joined(separator: ",") + "}" == text(content))
    }

    @Test(
        arguments: [
            ("[]", JSONError(.notAnObject, at: 0)), ("\"a\"", JSONError(.notAnObject, at: 0)),
            ("", JSONError(.empty, at: 0)),
            (" {}", JSONError(.notCompact, at: 0)), ("{} ", JSONError(.notCompact, at: 2)),
            ("{ }", JSONError(.notCompact, at: 1)),
            ("{\"a\" :1}", JSONError(.notCompact, at: 4)),
            ("{\"a\":1, \"b\":2}", JSONError(.notCompact, at: 7)),
            ("{\"a\":[1, 2]}", JSONError(.notCompact, at: 8)), ("{\"a\":1\n}", JSONError(.notCompact, at: 6)),
            ("{}{}", JSONError(.trailingContent, at: 2)),
            ("{\"a\":[1}", JSONError(.expectedCommaOrEnd, at: 7)),
            ("{\"a\":1]", JSONError(.expectedCommaOrEnd, at: 6)),
            ("{\"a\":{\"b\":1}", JSONError(.truncated, at: 12)),
            ("{\"a\":01}", JSONError(.expectedCommaOrEnd, at: 6)),
            ("{\"a\":\"\u{1}\"}", JSONError(.controlCharacterInString, at: 6)),
            ("{\"a\":1,\"a\":2}", JSONError(.duplicateName("a"), at: 8)),
            ("{\"a\":1,\"\\u0061\":2}", JSONError(.duplicateName("a"), at: 8)),
        ] as [(String, JSONError)])
    func `what is not one compact object with distinct names is refused`(source: String, expected: JSONError) {
        #expect(throws: expected) { try TopLevelMembers.find(in: bytes(source)) }
    }

    @Test func `many members are found, and a repetition among them`() throws {
        let many = (0..<5_000).map { "\"n\($0)\":\($0)" }.joined(separator: ",")
        #expect(try members("{" + many + "}").count == 5_000)
        #expect(throws: JSONError.self) { try members("{" + many + ",\"n77\":0}") }
    }

    @Test func `names that only look alike are distinct`() throws {
        #expect(try members("{\"\u{e9}\":1,\"e\u{301}\":2}").count == 2)
        #expect(try members("{\"\u{e9}\":1,\"e\u{301}\":2,\"\\u0062\":3}").count == 3)
    }
}

import Foundation
import TestSupport
import Testing

@testable import AvowFHIR

@Suite("Views") struct ViewDefinitionTests {
    private static let patient = """
        {"resourceType":"Patient","id":"p1","active":true,"birthDate":"1970-06-01",
         "multipleBirthInteger":2,
         "name":[{"use":"official","family":"Ågren","given":["Ann","B"]},{"family":"Old \\"x\\""}],
         "address":[{"city":"Oslo","line":["a","b"]},{"city":"Bergen"}],
         "contact":[{"telecom":[{"value":"1"},{"value":"2"}]},{"telecom":[{"value":"3"}]}],
         "_gender":{"extension":[{"url":"http://x","valueDecimal":1.50}]}}
        """

    private func view(_ text: String) throws -> ViewDefinition {
        try ViewDefinition(JSONParser().parse(Array(text.utf8)).root)
    }

    private func rows(_ selections: String, more: String = "", of resource: String = patient) throws -> [String] {
        let view = try view("{\"resource\":\"Patient\"\(more),\"select\":[\(selections)]}")
        return try view.rows(of: JSONParser().parse(Array(resource.utf8)).root).map { row in
            row.map(\.json).joined(separator: " ")
        }
    }

    @Test func `give numbers with their digits, and elements as they are`() throws {
        let column = """
            {"column":[{"name":"a","path":"gender.extension.value"},{"name":"b","path":"name[1]","type":"HumanName"},
             {"name":"c","path":"multipleBirth.ofType(integer) + 1.0"},{"name":"d","path":"5 'mg'","type":"Quantity"},
             {"name":"e","path":"name.family","collection":true},{"name":"f","path":"gender"},
             {"name":"g","path":"birthDate + 1 day"},{"name":"h","path":"name.where(use = 'usual').family","collection":true}]}
            """
        #expect(
            try rows(column) == [
                #"1.50 {"family":"Old \"x\""} 3.0 {"value":5,"system":"http://unitsofmeasure.org","code":"mg"} "#
                    + #"["Ågren","Old \"x\""] null "1970-06-02" []"#
            ])
    }

    @Test func `are products of selections beside each other, the left ones first`() throws {
        let both = """
            {"forEach":"name","column":[{"name":"n","path":"%rowIndex"}]},
            {"forEach":"address","column":[{"name":"a","path":"city"},{"name":"i","path":"%rowIndex"}]}
            """
        #expect(try rows(both) == ["0 \"Oslo\" 0", "0 \"Bergen\" 1", "1 \"Oslo\" 0", "1 \"Bergen\" 1"])
        let nested = """
            {"forEach":"contact","column":[{"name":"c","path":"%rowIndex"}],
             "select":[{"forEach":"telecom","column":[{"name":"t","path":"value"},{"name":"i","path":"%rowIndex"}]}]}
            """
        #expect(try rows(nested) == ["0 \"1\" 0", "0 \"2\" 1", "1 \"3\" 0"])
    }

    @Test func `stand for nothing with a row of nulls, where that is wanted`() throws {
        let none = """
            {"column":[{"name":"id","path":"id"}]},
            {"forEachOrNull":"photo","column":[{"name":"n","path":"%rowIndex"},{"name":"u","path":"url"},{"name":"x","path":"'x'"}],
             "select":[{"column":[{"name":"i","path":"%rowIndex"}]}],
             "unionAll":[{"column":[{"name":"y","path":"%rowIndex"}]},{"column":[{"name":"y","path":"%rowIndex"}]}]}
            """
        #expect(try rows(none) == ["\"p1\" 0 null null 0 0"])
        #expect(try rows(#"{"forEach":"photo","column":[{"name":"u","path":"url"}]}"#).isEmpty)
    }

    @Test func `of another type make no rows, nor do those that conditions refuse`() throws {
        let select = #"{"column":[{"name":"id","path":"id"}]}"#
        #expect(try rows(select, of: #"{"resourceType":"Practitioner","id":"x"}"#).isEmpty)
        #expect(try rows(select, more: #","where":[{"path":"active"},{"path":"name.exists()"}]"#) == ["\"p1\""])
        #expect(try rows(select, more: #","where":[{"path":"deceased.ofType(boolean)"}]"#).isEmpty)
        #expect(try rows(select, more: #","where":[{"path":"active.not()"}]"#).isEmpty)
    }

    @Test func `take rows as long as they are wanted`() throws {
        let view = try view(
            #"{"resource":"Patient","select":[{"forEach":"name","column":[{"name":"f","path":"family"}]}]}"#)
        var taken = 0
        let isWhole = try view.forEachRow(of: JSONParser().parse(Array(Self.patient.utf8)).root) { _ in
            taken += 1
            return false
        }
        #expect(taken == 1 && !isWhole)
    }

    @Test func `have constants of all types`() throws {
        let constants = """
            ,"constant":[{"name":"c","valueCode":"official"},{"name":"n","valueDecimal":1.50},{"name":"b","valueBoolean":true},
             {"name":"d","valueDate":"1970-06-01"},{"name":"i","valueInteger64":"5000000000"},{"name":"t","valueTime":"12:00:00"},
             {"name":"k","valueInstant":"2020-01-01T00:00:00Z"},{"name":"u","valueUri":"urn:x"}]
            """
        let columns = """
            {"column":[{"name":"c","path":"name.where(use = %c).family"},{"name":"n","path":"%n * 2"},{"name":"b","path":"active = %b"},
             {"name":"d","path":"birthDate = %d"},{"name":"i","path":"%i"},{"name":"t","path":"%t"},{"name":"k","path":"%k"},{"name":"u","path":"%u"}]}
            """
        #expect(
            try rows(columns, more: constants) == [
                "\"Ågren\" 3.00 true true 5000000000 \"12:00:00\" \"2020-01-01T00:00:00Z\" \"urn:x\""
            ])
    }

    @Test func `see the resource around an element`() throws {
        let inner =
            #"{"forEach":"name","column":[{"name":"f","path":"family"},{"name":"b","path":"%resource.birthDate"}]}"#
        #expect(try rows(inner) == [#""Ågren" "1970-06-01""#, #""Old \"x\"" "1970-06-01""#])
    }

    @Test(
        arguments: [
            ("{}", "", ViewError.Reason.missing("resource")),
            (#"[]"#, "", .expected("an object", found: "[]")),
            (#"{"resource":"Patient"}"#, "", .missing("select")),
            (#"{"resource":"Patient","select":[]}"#, "select", .expected("a selection", found: "none")),
            (#"{"resource":"Patient","selct":[]}"#, "", .unknownMember("selct", suggestion: "select")),
            (
                #"{"resource":"Pateint","select":[{}]}"#, "resource",
                .expected("a resource type of R4, perhaps 'Patient'", found: "'Pateint'")
            ),
            (
                #"{"resourceType":"Patient","resource":"Patient"}"#, "resourceType",
                .expected("a ViewDefinition", found: "a Patient")
            ),
            (
                #"{"resource":"Patient","name":"a-b","select":[{}]}"#, "name",
                .expected("a name of letters, digits and underscores that begins with a letter", found: "'a-b'")
            ),
            (#"{"resource":"Patient","select":[{"forEach":1}]}"#, "select[0].forEach", .expected("a text", found: "1")),
            (
                #"{"resource":"Patient","select":[{"forEach":"name","repeat":["a"]}]}"#, "select[0]",
                .expected("one of forEach and repeat", found: "both")
            ),
            (#"{"resource":"Patient","select":[{"column":{}}]}"#, "select[0].column", .expected("a list", found: "{}")),
            (#"{"resource":"Patient","select":[{"column":[{"name":"a"}]}]}"#, "select[0].column[0]", .missing("path")),
            (#"{"resource":"Patient","select":[{"column":[{"path":"id"}]}]}"#, "select[0].column[0]", .missing("name")),
            (
                #"{"resource":"Patient","select":[{"column":[{"name":"a","path":"id"}]},{"select":[{"column":[{"name":"a","path":"id"}]}]}]}"#,
                "select[1].select[0].column[0].name", .taken("a")
            ),
            (
                #"{"resource":"Patient","select":[{"column":[{"name":"a","path":"id","collection":"yes"}]}]}"#,
                "select[0].column[0].collection", .expected("true or false", found: "\"yes\"")
            ),
            (
                #"{"resource":"Patient","select":[{"column":[{"name":"a","path":"id","type":"strnig"}]}]}"#,
                "select[0].column[0].type", .expected("a type of R4, perhaps 'string'", found: "'strnig'")
            ),
            (
                #"{"resource":"Patient","select":[{"column":[{"name":"a","path":"active","type":"string"}]}]}"#,
                "select[0].column[0].type", .expected("a text, as the path gives", found: "'string' for boolean")
            ),
            (
                #"{"resource":"Patient","where":[{"path":"name"}],"select":[{}]}"#, "where[0].path",
                .expected("a boolean", found: "HumanName")
            ),
            (
                #"{"resource":"Patient","constant":[{"name":"a","valueInteger":1.5}],"select":[{}]}"#,
                "constant[0].valueInteger", .expected("a value of the type in the member's name", found: "1.5")
            ),
            (
                #"{"resource":"Patient","constant":[{"name":"a"}],"select":[{}]}"#, "constant[0]",
                .expected("one value[x]", found: "0")
            ),
            (
                #"{"resource":"Patient","constant":[{"name":"rowIndex","valueInteger":1}],"select":[{}]}"#,
                "constant[0].name", .taken("rowIndex")
            ),
            (
                #"{"resource":"Patient","select":[{"unionAll":[{"column":[{"name":"a","path":"id"}]},{"column":[{"name":"b","path":"id"}]}]}]}"#,
                "select[0].unionAll[1]", .unionColumns(first: ["a"], other: ["b"])
            ),
        ] as [(String, String, ViewError.Reason)])
    func `are refused with the place`(text: String, place: String, reason: ViewError.Reason) throws {
        let error = #expect(throws: ViewError.self) { try view(text) }
        #expect(error?.place == place)
        #expect(error?.reason == reason)
    }

    @Test(arguments: [
        (#"{"column":[{"name":"a","path":"naem.family"}]}"#, "select[0].column[0].path", "did you mean 'name'?"),
        (#"{"forEach":"name","column":[{"name":"a","path":"birthDate"}]}"#, "select[0].column[0].path", "birthDate"),
        (#"{"repeat":["name","nope"],"column":[{"name":"a","path":"family"}]}"#, "select[0].repeat[1]", "nope"),
    ])
    func `remark paths that the model does not know`(selection: String, place: String, part: String) throws {
        let view = try view("{\"resource\":\"Patient\",\"select\":[\(selection)]}")
        #expect(view.remarks.map(\.place) == [place])
        #expect(view.remarks.first?.rendered.contains(part) == true, "\(view.remarks)")
    }

    @Test(arguments: [
        (#"{"column":[{"name":"a","path":"%nope"}]}"#, "select[0].column[0].path", "%nope"),
        (#"{"forEach":"@@"}"#, "select[0].forEach", "@@"),
        (#"{"column":[{"name":"a","path":"name.frist()"}]}"#, "select[0].column[0].path", "did you mean 'first'?"),
    ])
    func `refuse paths that are none`(selection: String, place: String, part: String) throws {
        let error = #expect(throws: ViewError.self) { try view("{\"resource\":\"Patient\",\"select\":[\(selection)]}") }
        #expect(error?.place == place)
        #expect(error?.rendered.contains(part) == true, "\(error?.rendered ?? "")")
    }

    @Test func `refuse resources that a path cannot be evaluated on`() throws {
        let several = #expect(throws: ViewError.self) { try rows(#"{"column":[{"name":"a","path":"name.family"}]}"#) }
        #expect(several?.reason == .severalValues(column: "a", count: 2))
        let endless = #expect(throws: ViewError.self) {
            try rows(#"{"repeat":["$this"],"column":[{"name":"a","path":"'x'"}]}"#)
        }
        #expect(endless?.place == "select[0].repeat[0]")
        let condition = #expect(throws: ViewError.self) {
            try rows(#"{"column":[{"name":"a","path":"id"}]}"#, more: #","where":[{"path":"name.select(true)"}]"#)
        }
        #expect(condition?.reason == .expected("a boolean", found: "2 items"))
    }

    @Test func `survive any JSON`() throws {
        let source = #"""
            {"resourceType":"ViewDefinition","resource":"Patient","name":"v","constant":[{"name":"c","valueCode":"x"}],
            "where":[{"path":"active"}],"select":[{"forEach":"name","column":[{"name":"a","path":"family","type":"string"}],
            "select":[{"forEachOrNull":"extension","column":[{"name":"b","path":"url"}]}],
            "unionAll":[{"column":[{"name":"d","path":"%rowIndex"}]},{"forEachOrNull":"given","column":[{"name":"d","path":"1"}]}]}]}
            """#
        let resource = try JSONParser().parse(Array(Self.patient.utf8)).root
        let whole = try JSONParser().parse(Array(source.utf8)).root
        #expect(try ViewDefinition(whole).rows(of: resource).count == 5)
        var random = SeededGenerator(seed: 51)
        var accepted = 0
        for _ in 0..<3_000 {
            var bytes = Array(source.utf8)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0...2, using: &random) {
                case 0: bytes[index] = Array("{}[]\":,.%()a1".utf8).randomElement(using: &random)!
                case 1: bytes.remove(at: index)
                default: bytes.swapAt(index, Int.random(in: 0..<bytes.count, using: &random))
                }
            }
            guard let root = try? JSONParser().parse(bytes).root, let view = try? ViewDefinition(root) else { continue }
            accepted += 1
            _ = try? view.rows(of: resource)
        }
        #expect(accepted > 10)
    }
}

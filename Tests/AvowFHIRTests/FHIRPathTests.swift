import Testing

@testable import AvowFHIR

@Suite struct FHIRPathTests {
    static let observation = #"""
        {"resourceType":"Observation","id":"o","status":"final","code":{"coding":[
        {"system":"http://loinc.org","code":"4548-4"},{"system":"urn:local","code":"hba1c","userSelected":true}],"text":"HbA1c"},
        "effectiveDateTime":"2015-02-03","valueQuantity":{"value":7.10,"unit":"%"},"valueSetLike":"no",
        "component":[{"valueInteger":3},{"valueString":"three"},{"valueBoolean":false}],"note":[null,{"text":"it's"}],
        "contained":[{"resourceType":"Patient","id":"p"},{"resourceType":"Device","id":"d"}],"where":"reserved"}
        """#

    private func evaluate(_ expression: String) throws -> [String] {
        let root = try JSONParser().parse(bytes(Self.observation)).root
        return try FHIRPath(expression, on: FHIRType(.observation), options: .lenient).evaluate(on: root).map(\.json)
    }

    @Test(
        arguments: [
            ("id", ["\"o\""]), ("Observation.id", ["\"o\""]), ("Patient.id", []), ("absent", []),
            ("absent.more", []), ("id.more", []),
            ("code.coding.code", ["\"4548-4\"", "\"hba1c\""]), ("code.coding[1].code", ["\"hba1c\""]),
            ("code.coding[2]", []),
            ("code.coding.first().system", ["\"http://loinc.org\""]),
            ("code.coding.last().code", ["\"hba1c\""]),
            ("code.coding.where(system = 'http://loinc.org').code", ["\"4548-4\""]),
            ("code.coding.where(userSelected = true).code", ["\"hba1c\""]),
            ("code.where(coding.code = 'hba1c')", []),
            ("value.value", ["7.10"]), ("Observation.value.unit", ["\"%\""]),
            ("value", [#"{"value":7.10,"unit":"%"}"#]),
            ("value.ofType(Quantity).value", ["7.10"]), ("value.ofType(FHIR.Quantity).value", ["7.10"]),
            ("value.ofType(string)", []),
            ("(Observation.value as Quantity).unit", ["\"%\""]), ("value.as(Quantity).unit", ["\"%\""]),
            ("value as Period", []),
            ("valueQuantity.value", ["7.10"]), ("effective", ["\"2015-02-03\""]),
            ("effective.ofType(dateTime)", ["\"2015-02-03\""]),
            ("component.value", ["3", "\"three\"", "false"]), ("component.value.ofType(integer)", ["3"]),
            ("component.where(value = 3).value", ["3"]), ("component.value.ofType(boolean)", ["false"]),
            ("contained.ofType(Device).id", ["\"d\""]),
            ("contained.where(resourceType = 'Patient').id", ["\"p\""]),
            ("note.text", ["\"it's\""]), ("note.count()", ["1"]),
            ("note.where(text = 'it\\'s').exists()", ["true"]),
            ("absent.exists()", ["false"]), ("absent.count()", ["0"]), ("code.coding.exists()", ["true"]),
            ("`where`", ["\"reserved\""]),
            ("  code . text ", ["\"HbA1c\""]),
        ] as [(String, [String])])
    func `values are taken out of a resource`(expression: String, expected: [String]) throws {
        #expect(try evaluate(expression) == expected)
    }

    @Test(
        arguments: [
            ("", 0..<0), ("a.", 2..<2), (".a", 0..<1), ("a b", 2..<3), ("a[", 2..<2), ("a[x]", 2..<3),
            ("a[-1]", 2..<3), ("a[1", 3..<3),
            ("a[99999999999999999999]", 2..<22), ("a.nosuch()", 2..<8), ("a.where(b)", 9..<10),
            ("a.where(b = )", 12..<13), ("a.where(b = 'x", 12..<14),
            ("a.first(1)", 8..<9), ("a.ofType()", 9..<10), ("a = 'b'", 2..<3), ("(a", 2..<2), ("'a'", 0..<3),
            ("ä", 0..<2), ("a.'b\\q'", 2..<5),
        ] as [(String, Range<Int>)])
    func `what is not an expression is refused with its place`(expression: String, place: Range<Int>) throws {
        do {
            _ = try FHIRPath(expression)
            Issue.record("taken: \(expression)")
        } catch {
            #expect(error.range.lowerBound == place.lowerBound, "\(expression): \(error)")
            #expect(!error.description.isEmpty)
        }
    }

    @Test func `deep nesting is refused`() {
        let filters = String(repeating: "where(a", count: 1_000)
        #expect(throws: FHIRPathError.self) { try FHIRPath(filters) }
        #expect(throws: FHIRPathError.self) { try FHIRPath(String(repeating: "(", count: 100_000)) }
    }

    @Test func `any text is survived`() {
        var random = SeededGenerator(seed: 3)
        let pieces = [
            "a", "value", ".", "[", "]", "(", ")", "1", "'x'", "=", " as ", "where", "first()", "`", "'",
            "\\", "ofType", "é", "\0",
        ]
        var taken = 0
        for _ in 0..<20_000 {
            let expression = (0..<Int.random(in: 0...8, using: &random)).map { _ in
                pieces.randomElement(using: &random)!
            }.joined()
            if (try? FHIRPath(expression)) != nil { taken += 1 }
        }
        #expect(taken > 100)
    }
}

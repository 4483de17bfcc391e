import Testing

@testable import AvowFHIR

/// Paths that are walked at once, against the same operations one after the other.
@Suite struct `A path of members` {
    private static let resources = [
        #"{"resourceType":"Observation","id":"1","code":{"coding":[{"code":"a","system":"s"},{"code":"b"}]},"#
            + #""valueQuantity":{"value":1.50,"unit":"kg"},"component":["#
            + #"{"code":{"coding":[{"code":"x"}]},"valueQuantity":{"value":140}},"#
            + #"{"code":{"coding":[{"code":"y"},{"code":"x"}]},"valueQuantity":{"value":7}},"#
            + #"{"code":{"coding":[{"code":"x"}]},"valueString":"t"}]}"#,
        #"{"resourceType":"Observation","id":"2","valueInteger":12,"effectiveDateTime":"2020-01-02","_effectiveDateTime":{"id":"e"}}"#,
        #"{"resourceType":"Observation","id":"3","valueString":"text","_valueString":{"extension":[{"url":"u","valueString":"v"}]},"code":{"text":null}}"#,
        #"{"resourceType":"Patient","id":"4","birthDate":"nonsense","name":["#
            + #"{"family":"A","given":["B",null,"C"],"_given":[null,{"id":"g"},null]},"#
            + #"{"use":"official","family":"D"}],"contained":[{"resourceType":"Patient","id":"x","birthDate":"2001"}]}"#,
        #"{"resourceType":"Patient","id":"5","name":"no list","deceasedBoolean":true}"#,
    ]

    private static let texts = [
        "code.coding.code", "value.value", "value.value.value", "value.unit", "component.value.value", "id.value",
        "component.where(code.coding.code = 'x').value.value",
        "component.where(code.coding.code = 'x').value.value >= 100",
        "Observation.value.ofType(Quantity).value", "name.given", "name.where(use = 'official').family",
        "name.where(birthDate = 'nonsense').family", "where(birthDate = 'nonsense').id", "contained.birthDate",
        "Patient.name.family", "name.given.count()", "name.where(family = 'A' and use = 'official').given",
        "component.where(value.value = 140).code.coding.code", "value.extension.value", "effective.value",
        "deceased.value",
        "code.coding.where(system = 's').code | code.coding.code", "name.select(given.first())",
    ]

    @Test func `yields what its operations yield one after the other`() throws {
        let parser = try JSONParser()
        var found = 0
        for text in Self.texts {
            let path = try FHIRPath(text, options: .lenient)
            for json in Self.resources {
                let resource = try parser.parse(Array(json.utf8)).root
                let item = FHIRPathItem.element(FHIRPathElement(resource))
                func texts(_ items: () throws -> [FHIRPathItem]) -> [String]? {
                    (try? items())?.map { "\($0.typeName) \($0.element?.node ?? -2) \($0.text)" }
                }
                let stepwise = texts { try FHIRPathEvaluation(on: item, FHIRPathEnvironment()).run(path.operation) }
                #expect(texts { try path.evaluate(on: resource) } == stepwise, "\(text) of \(json)")
                #expect(texts { try path.evaluate(on: item) } == stepwise, "\(text) of \(json)")
                found += stepwise?.count ?? 0
            }
        }
        #expect(found > 30)
    }
}

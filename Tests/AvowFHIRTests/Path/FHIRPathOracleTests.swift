import Foundation
import Testing

@testable import AvowFHIR

/// Expressions on Synthea's resources, against what the Python package fhirpathpy makes of them.
@Suite struct `FHIRPath beside another implementation` {
    struct Recorded: Decodable {
        struct Case: Decodable {
            let resource: Int
            let expression: String
        }
        let resources: [String]
        let cases: [Case]
    }

    /// Where we say otherwise, and why.
    static let deviations = [
        "resourceType.exists()": "resourceType is a member of the JSON, and no element of R4",
        "-value.value": "fhirpathpy refuses a sign before nothing and before an element",
        "period.start + 1 hour > period.end": "fhirpathpy fails within itself",
        "(birthDate + 1 'day').toString()": "fhirpathpy knows the words of the calendar only without quotes",
    ]

    @Test func `finds what fhirpathpy found`() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let data = try Data(contentsOf: folder.appending(path: "Vectors/fhirpath.json"))
        let recorded = try JSONDecoder().decode(Recorded.self, from: data)
        let raw = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
        let cases = try #require(raw["cases"] as? [[String: Any]])
        let documents = try recorded.resources.map { try JSONParser().parse(Array($0.utf8)) }
        #expect(cases.count > 700)
        var deviating: Set<String> = []
        for (example, values) in zip(recorded.cases, cases) {
            let root = documents[example.resource].root
            let path = try FHIRPath(example.expression, options: .lenient)
            let result = try? path.evaluate(on: root)
            let expected = values["result"] as? [Any]
            if Self.areSame(result, expected) { continue }
            if Self.deviations[example.expression] != nil {
                deviating.insert(example.expression)
            } else {
                let shown = result.map { $0.map(\.text).description } ?? "an error"
                Issue.record("\(root["resourceType"]?.string ?? "") \(example.expression): \(shown), not \(values)")
            }
        }
        for (expression, reason) in Self.deviations where !deviating.contains(expression) {
            Issue.record("\(expression) agrees by now: \(reason)")
        }
    }

    private static func areSame(_ items: [FHIRPathItem]?, _ expected: [Any]?) -> Bool {
        guard let items, let expected else { return items == nil && expected == nil }
        return items.count == expected.count && zip(items, expected).allSatisfy(isSame)
    }

    private static func isSame(_ item: FHIRPathItem, _ expected: Any) -> Bool {
        if let number = (expected as? [String: Any])?["number"] as? String {
            guard let decimal = FHIRDecimal(item.text) else { return false }
            return FHIRDecimal(number) == decimal
        }
        if let text = expected as? String { return item.text == text }
        guard case .element(let element) = item, let json = element.json else {
            // Foundation has booleans as numbers.
            let text = ["true": "1", "false": "0"][item.text] ?? item.text
            return (expected as? NSNumber)?.description == text
        }
        let own = try? JSONSerialization.jsonObject(with: Data(json.rawBytes), options: .fragmentsAllowed)
        guard let own = own as? NSObject else { return false }
        return own.isEqual(unwrapped(expected))
    }

    /// The recorded value with its decimals as JSON has them.
    private static func unwrapped(_ value: Any) -> Any {
        if let list = value as? [Any] { return list.map(unwrapped) }
        guard let object = value as? [String: Any] else { return value }
        if object.count == 1, let number = object["number"] as? String {
            return NSNumber(value: Double(number) ?? .nan)
        }
        return object.mapValues(unwrapped)
    }
}

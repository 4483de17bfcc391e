import Foundation
import Testing

@testable import AvowFHIR

/// The cases of HL7's own suite of FHIRPath for R4.
@Suite("HL7's suite of FHIRPath", .enabled(if: FHIRPathSuite.isAvailable)) struct FHIRPathConformanceTests {
    @Test func `has the cases that we know`() throws {
        #expect(try FHIRPathSuite.groups().flatMap(\.cases).count >= 655)
    }

    @Test func `passes but for few`() throws {
        let cases = try FHIRPathSuite.groups().flatMap(\.cases)
        #expect(FHIRPathSuite.deviations.count * 100 <= cases.count * 3)
        let names = Set(cases.map(\.name))
        for name in FHIRPathSuite.deviations.keys { #expect(names.contains(name), "\(name) is no case") }
    }

    @Test(arguments: FHIRPathSuite.names)
    func `passes`(group: String) throws {
        for example in try FHIRPathSuite.groups().first(where: { $0.name == group })?.cases ?? [] {
            let problem = try example.problem()
            if let reason = FHIRPathSuite.deviations[example.name] {
                #expect(problem != nil, "\(example.name) passes by now: \(reason)")
            } else {
                #expect(problem == nil, "\(example.name): \(example.expression): \(problem ?? "")")
            }
        }
    }
}

enum FHIRPathSuite {
    /// Cases that we do not pass, and why.
    static let deviations = [
        "testPlusDate19": "drops a tenth of a second; N1 ignores fractions only of units above seconds (section 6.7)",
        "LowBoundaryDecimal15": "wants a negative zero, which decimals do not have",
        "HighBoundaryDateTimeMillisecond1": "takes the hour 8 for 8:00; its last minute is 8:59",
    ]

    static let folder = ViewSuite.folder.deletingLastPathComponent().appending(path: "fhirpath")

    static var isAvailable: Bool {
        if FileManager.default.fileExists(atPath: folder.path) { return true }
        print("skipped: \(folder.path) is not there")
        return false
    }

    static let names: [String] = ((try? groups()) ?? []).map(\.name)

    static func groups() throws -> [(name: String, cases: [FHIRPathCase])] {
        try XMLNode.parse(folder.appending(path: "tests-fhir-r4.xml")).children(named: "group").map { group in
            (group["name"] ?? "", try group.children(named: "test").map { try FHIRPathCase($0) })
        }
    }

    /// Inputs whose JSON says other things than their XML.
    private static let onlyXML: Set<String> = [
        "observation-example", "parameters-example-types", "patient-example-period",
    ]

    /// The input of a case; a patient where it has none.
    static func input(_ name: String?) throws -> JSONValue {
        let name = name.map { String($0.prefix { $0 != "." }) } ?? "patient-example"
        let file = folder.appending(path: "input/\(name)")
        let json =
            onlyXML.contains(name)
            ? Array(try XMLNode.parse(file.appendingPathExtension("xml")).resourceJSON.utf8)
            : [UInt8](try Data(contentsOf: file.appendingPathExtension("json")))
        return try JSONParser().parse(json).root
    }
}

struct FHIRPathCase {
    let name: String
    let expression: String
    let input: String?
    let options: FHIRPathOptions
    /// At which stage the expression fails, as the suite calls it.
    let invalid: String?
    let isPredicate: Bool
    let isOrdered: Bool
    let outputs: [(type: String?, text: String)]

    init(_ node: XMLNode) throws {
        let expression = try #require(node.children(named: "expression").first)
        name = node["name"] ?? ""
        self.expression = expression.text
        input = node["inputfile"]
        invalid = expression["invalid"]
        isPredicate = node["predicate"] == "true"
        isOrdered = node["ordered"] != "false"
        outputs = node.children(named: "output").map { ($0["type"], $0.text) }
        var options = FHIRPathOptions.lenient
        options.isStrict = [node["mode"], expression["mode"]].contains("strict") || invalid == "semantic"
        options.checksOrder = node["checkOrderedFunctions"] == "true"
        self.options = options
    }

    /// What is wrong, or nil.
    func problem() throws -> String? {
        let resource = try FHIRPathSuite.input(input)
        let found: [FHIRPathItem]
        do throws(FHIRPathError) {
            let path = try FHIRPath(expression, on: FHIRPathElement(resource).type, options: options)
            found = try path.evaluate(on: resource)
        } catch {
            if invalid == "syntax", error.stage != .syntax { return "no error of syntax: \(error)" }
            return invalid == nil ? "\(error)" : nil
        }
        if invalid != nil { return "no error, but \(found.map(\.text))" }
        if isPredicate { return outputs.first?.text == String(!found.isEmpty) ? nil : "\(found.map(\.text))" }
        var texts = found.map(Self.text)
        var wanted = outputs.map(\.text)
        if !isOrdered { (texts, wanted) = (texts.sorted(), wanted.sorted()) }
        if texts != wanted { return "expected \(wanted), found \(texts)" }
        for (item, output) in zip(found, outputs) {
            if let type = output.type, isOrdered, item.typeName != type {
                return "expected a \(type), found a \(item.typeName)"
            }
        }
        return nil
    }

    /// An item as the suite writes it.
    private static func text(_ item: FHIRPathItem) -> String {
        switch item.value {
        case .date, .dateTime: "@" + item.text
        case .time: "@T" + item.text
        default: item.text
        }
    }
}

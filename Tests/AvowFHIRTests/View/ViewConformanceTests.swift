import Foundation
import Testing

@testable import AvowFHIR

/// The cases of SQL on FHIR's own suite.
@Suite("The suite of SQL on FHIR", .enabled(if: ViewSuite.isAvailable)) struct ViewConformanceTests {
    @Test func `has the cases that we know`() throws {
        let cases = try ViewSuite.files().flatMap { try ViewSuite.cases($0) }
        #expect(cases.count >= 94)
    }

    @Test(arguments: ViewSuite.names)
    func `passes`(file: String) throws {
        for example in try ViewSuite.cases(file) {
            let outcome = example.outcome()
            let name = "\(file): \(example.title)"
            if let reason = ViewSuite.deviations[name] {
                #expect(outcome != nil, "\(name) passes by now: \(reason)")
            } else {
                #expect(outcome == nil, "\(name): \(outcome ?? "")")
            }
        }
    }
}

enum ViewSuite {
    /// Cases that we do not pass, and why.
    static let deviations: [String: String] = [:]

    /// Beside the data that AVOW_SHARED_DATA names, or beside the package.
    static let folder: URL = {
        let data = ProcessInfo.processInfo.environment["AVOW_SHARED_DATA"].map { URL(filePath: $0) }
        let shared = data?.deletingLastPathComponent() ?? Synthea.packageRoot.appending(path: "../shared")
        return shared.appending(path: "suites/sql-on-fhir").standardizedFileURL
    }()

    static var isAvailable: Bool {
        if FileManager.default.fileExists(atPath: folder.path) { return true }
        print("skipped: \(folder.path) is not there")
        return false
    }

    static let names: [String] = (try? files()) ?? []

    static func files() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".json") }.sorted()
    }

    static func cases(_ file: String) throws -> [ViewCase] {
        let suite = try JSONParser().parse([UInt8](Data(contentsOf: folder.appending(path: file)))).root
        let resources = suite["resources"].map { Array($0.elements) } ?? []
        return try #require(suite["tests"]).elements.map { test in
            ViewCase(
                title: test["title"]?.string ?? "", resources: resources, view: try #require(test["view"]),
                expected: test["expect"], columns: test["expectColumns"]?.elements.compactMap(\.string),
                isError: test["expectError"]?.boolean == true)
        }
    }
}

struct ViewCase {
    let title: String
    let resources: [JSONValue]
    let view: JSONValue
    let expected: JSONValue?
    let columns: [String]?
    let isError: Bool

    /// What is wrong, or nil.
    func outcome() -> String? {
        do throws(ViewError) {
            let view = try ViewDefinition(view)
            if let columns, columns != view.columns.map(\.name) { return "the columns are \(view.columns.map(\.name))" }
            var rows: [String] = []
            for resource in resources {
                try view.forEachRow(of: resource) { row in
                    let members = zip(view.columns, row).map { JSONString.encode($0.name) + ":" + $1.json }
                    rows.append("{" + members.joined(separator: ",") + "}")
                    return true
                }
            }
            if isError { return "no error, but \(rows)" }
            guard let expected else { return nil }
            let wanted = expected.elements.map(\.canonical).sorted()
            let found = rows.map { (try? JSONParser().parse(Array($0.utf8)).root.canonical) ?? $0 }.sorted()
            return wanted == found ? nil : "expected \(wanted), found \(found)"
        } catch {
            return isError ? nil : error.rendered
        }
    }
}

extension JSONValue {
    /// The value with its numbers as values and its members sorted.
    fileprivate var canonical: String {
        switch kind {
        case .number: FHIRDecimal(rawText)?.normalized.description ?? rawText
        case .array: "[" + elements.map(\.canonical).joined(separator: ",") + "]"
        case .object:
            "{" + members.map { JSONString.encode($0.name) + ":" + $0.value.canonical }.sorted().joined(separator: ",")
                + "}"
        case .string: JSONString.encode(string ?? "")
        case .null, .boolean: rawText
        }
    }
}

import AvowFHIR
import Foundation
import Testing

@testable import AvowConsent
@testable import ConsentModel

/// Decisions on the example consents of IHE's guide Privacy Consent on FHIR, which lie beside the package in some
/// checkouts, and in no other place.
enum PCFSuite {
    static let folder: URL = {
        let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let shared =
            ProcessInfo.processInfo.environment["AVOW_SHARED_DATA"].map {
                URL(filePath: $0).deletingLastPathComponent()
            }
            ?? package.appending(path: "../shared")
        return shared.appending(path: "suites/ihe-pcf").standardizedFileURL
    }()

    static var isAvailable: Bool {
        if FileManager.default.fileExists(atPath: folder.path) { return true }
        print("skipped: \(folder.path) is not there")
        return false
    }

    /// Everything in a folder, by `Type/id`.
    static func resources(in name: String) throws -> [String: JSONValue] {
        var found: [String: JSONValue] = [:]
        let files = try FileManager.default.contentsOfDirectory(
            at: folder.appending(path: name), includingPropertiesForKeys: nil)
        for file in files where file.pathExtension == "json" {
            let value = try JSONParser().parse([UInt8](Data(contentsOf: file))).root
            guard let type = value["resourceType"]?.string, let id = value["id"]?.string else { continue }
            found["\(type)/\(id)"] = value
        }
        return found
    }
}

@Suite(.enabled(if: PCFSuite.isAvailable)) struct `IHE's privacy consents` {
    @Test func `decide all cases of the suite, and their audiences admit the same`() throws {
        let consents = try PCFSuite.resources(in: "consents")
        let resources = try PCFSuite.resources(in: "resources")
        let json = try Data(contentsOf: PCFSuite.folder.appending(path: "decisions.json"))
        var (count, other) = (0, 0)
        for item in try JSONParser().parse([UInt8](json)).root.elements {
            func text(_ value: JSONValue?) throws -> String { try #require(value?.string) }
            let id = try text(item["id"])
            let asked = try #require(item["request"])
            let readings = try (item["consents"]?.elements).map(Array.init).map { consents in
                try consents.map { try text($0) }
            }?.map { try ConsentReading(#require(consents["Consent/\($0)"])) }
            let resource = try #require(resources[text(item["resource"])])
            var context = ConsentContext()
            for value in consents.merging(resources, uniquingKeysWith: { first, _ in first }).values {
                context.add(value, type: try #require(ResourceType(name: text(value["resourceType"]))))
            }
            let record = RecordFacts(resource, type: try #require(ResourceType(name: text(resource["resourceType"]))))
            let judgement = RecordJudgement(of: record, under: try #require(readings), in: context)
            var purposes = [(try text(asked["purpose_system"]), try text(asked["purpose"]))]
            for more in asked["additional_purposes"]?.elements.map({ $0 }) ?? [] {
                purposes.append((try text(more["system"]), try text(more["code"])))
            }
            let groups = try (asked["groups"]?.elements.map { $0 } ?? []).map { try text($0) }
            let requests = try purposes.map { system, code in
                try request(
                    try text(asked["actor"]), for: "\(system)|\(code)", organization: asked["organization"]?.string,
                    groups: groups, at: try text(asked["at"]))
            }
            let accepted = try [text(item["expected"])] + (item["also_accept"]?.elements.map { try text($0) } ?? [])
            let decision = judgement.decision(for: requests)
            #expect(accepted.contains(decision.outcome.rawValue), "\(id): \(decision)")
            for one in requests { #expect(try judgement.word(one) == judgement.decision(for: one).outcome.rawValue) }
            // The same as a store does it, which labels records by their codes.
            let policy = StorePolicy.standard
            let facts = policy.facts(
                of: resource, type: try #require(ResourceType(name: text(resource["resourceType"]))))
            let audience = policy.audience(
                of: facts, under: try #require(readings), in: context, at: try #require(requests.first).time)
            let isAdmitted = requests.contains { !audience.admits($0).isEmpty }
            let isPermitted = { (outcome: String) in
                outcome == "permit"
                    || outcome == "no-consent" && requests.contains { !policy.defaultAudience.admits($0).isEmpty }
            }
            #expect(accepted.contains { isPermitted($0) == isAdmitted }, "\(id): \(audience)")
            count += 1
            other += decision.outcome.rawValue == accepted[0] ? 0 : 1
        }
        print("\(count) cases, of which \(other) decided by the suite's second answer")
        #expect(count >= 211)
    }
}

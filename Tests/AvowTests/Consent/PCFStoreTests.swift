import AvowConsent
import AvowFHIR
import AvowProof
import AvowQuery
import AvowVerify
import Foundation
import Testing

@testable import Avow

/// IHE's decision cases, asked of stores that hold the consents and the resources.
@Suite(.enabled(if: PCFStore.isAvailable)) struct `IHE's privacy consents in a store` {
    @Test func `decide what each request reads, with proof`() throws {
        let cases = try PCFStore.cases()
        #expect(cases.count >= 211)
        let groups = Dictionary(grouping: cases) { [$0.at] + $0.consents }
        for (_, group) in groups {
            let fixture = try PCFStore.fixture(group[0])
            for item in group { try fixture.check(item) }
        }
    }
}

/// A store with the resources of the suite and some of its consents.
private final class PCFStore {
    struct Case: Decodable {
        struct Request: Decodable {
            struct Purpose: Decodable {
                let system: String
                let code: String
            }

            let actor: String
            let purpose: String
            let purpose_system: String
            let additional_purposes: [Purpose]?
            let organization: String?
            let groups: [String]?
            let at: String
        }

        let id: String
        let consents: [String]
        let request: Request
        let resource: String
        let expected: String
        let also_accept: [String]?

        var at: String { request.at }
    }

    static let folder = SharedData.folder.deletingLastPathComponent().appending(path: "suites/ihe-pcf")

    static var isAvailable: Bool {
        if FileManager.default.fileExists(atPath: folder.path) { return true }
        print("skipped: \(folder.path) is not there")
        return false
    }

    static func cases() throws -> [Case] {
        try JSONDecoder().decode([Case].self, from: Data(contentsOf: folder.appending(path: "decisions.json")))
    }

    static func instant(_ text: String) throws -> Int64 {
        try #require(FHIRDateTime(text)?.lowerBound)
    }

    let fixture: StoreFixture

    /// A store to which everything came at the time of the request, but for the consents that are not meant.
    static func fixture(_ item: Case) throws -> PCFStore {
        try Instant.$fixed.withValue(instant(item.at)) { try PCFStore(item) }
    }

    private init(_ item: Case) throws {
        fixture = try StoreFixture()
        var paths: [String] = []
        for name in ["consents", "resources"] {
            let files = try FileManager.default.contentsOfDirectory(
                at: PCFStore.folder.appending(path: name), includingPropertiesForKeys: nil)
            for file in files where file.pathExtension == "json" {
                let value = try JSONParser().parse([UInt8](Data(contentsOf: file))).root
                let isMeant = item.consents.contains(value["id"]?.string ?? "")
                if value["resourceType"]?.equals("Consent") != true || isMeant { paths.append(file.path) }
            }
        }
        try fixture.store.importUnvalidated(at: paths, reject: { Issue.record("\($0)") })
    }

    func check(_ item: Case) throws {
        let request = item.request
        let actor = try Actor(
            request.actor, organization: request.organization, groups: request.groups ?? [])
        let purposes =
            try [(request.purpose_system, request.purpose)].map { try Purpose(code: "\($0)|\($1)") }
            + (request.additional_purposes ?? []).map { try Purpose(code: "\($0.system)|\($0.code)") }
        let parts = item.resource.split(separator: "/").map(String.init)
        let isRead = try Instant.$fixed.withValue(PCFStore.instant(item.at)) {
            try purposes.contains { purpose in
                let answered = try fixture.store.answer(
                    "SELECT id FROM \(parts[0]) WHERE _id = '\(parts[1])'", as: actor, for: purpose)
                let verified = try fixture.verifier.verify(answered.answer.bytes)
                #expect(verified.result.rows == answered.result.rows)
                return answered.result.rows.count == 1
            }
        }
        // Where no consent says anything, the standard policy decides.
        let byDefault = purposes.contains { purpose in
            StorePolicy.standard.defaultAudience.grants.contains { $0.purpose.covers(purpose) }
        }
        let accepted = ([item.expected] + (item.also_accept ?? [])).map { word in
            word == "no-consent" ? byDefault : word == "permit"
        }
        #expect(accepted.contains(isRead), "\(item.id): \(isRead ? "read" : "not read"), expected \(item.expected)")
    }
}

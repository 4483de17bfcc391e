import AvowConsent
import AvowFHIR
import AvowQuery
import AvowVerify
import Foundation
import TestSupport
import Testing

@testable import Avow

/// What a store of versions must do, as a dictionary.
private struct VersionModel {
    struct Resource {
        /// The patient that each version belongs to; nil for none.
        var patients: [String?] = []
        /// The JSON of each version; nil for deletions.
        var versions: [String?] = []
        /// The number of the code of each version of an Observation.
        var codes: [Int?] = []

        var json: String? { versions.last ?? nil }
        var patient: String? { patients.last ?? nil }
    }

    var resources: [ResourceIdentity: Resource] = [:]

    struct Line {
        let identity: ResourceIdentity
        let json: String
        let patient: String?
        let code: Int?
    }

    /// What an import says that it did.
    mutating func put(_ lines: [Line]) -> [Int] {
        var counts = [0, 0, 0]
        for line in lines {
            var resource = resources[line.identity] ?? Resource()
            if resource.json == line.json {
                counts[2] += 1
                continue
            }
            counts[resource.json == nil ? 0 : 1] += 1
            resource.versions.append(line.json)
            resource.patients.append(line.patient)
            resource.codes.append(line.code)
            resources[line.identity] = resource
        }
        return counts
    }

    /// Nil when it must be refused.
    mutating func delete(_ named: [ResourceIdentity]) -> [DeletionOutcome]? {
        var after = resources
        var outcomes: [DeletionOutcome] = []
        var known: [ResourceIdentity: DeletionOutcome] = [:]
        for identity in named {
            if let before = known[identity] {
                outcomes.append(before)
                continue
            }
            let outcome: DeletionOutcome
            if var resource = after[identity] {
                let count = UInt64(resource.versions.count)
                if resource.json == nil {
                    outcome = .alreadyDeleted(version: count)
                } else {
                    outcome = .deleted(version: count + 1)
                    resource.versions.append(nil)
                    resource.patients.append(nil)
                    resource.codes.append(nil)
                    after[identity] = resource
                }
            } else {
                outcome = .unknown
            }
            known[identity] = outcome
            outcomes.append(outcome)
        }
        for (identity, outcome) in known where identity.type == .patient {
            guard case .deleted = outcome else { continue }
            if after.values.contains(where: { $0.json != nil && $0.patient == identity.id }) { return nil }
        }
        resources = after
        return outcomes
    }

    func ids(_ type: ResourceType, where isWanted: (Resource) -> Bool = { _ in true }) -> [String] {
        resources.filter { $0.key.type == type && $0.value.json != nil && isWanted($0.value) }.map(\.key.id).sorted()
    }
}

@Suite struct `Versions of resources` {
    private static func line(_ random: inout SeededGenerator) -> VersionModel.Line {
        let value = random.below(3)
        switch random.below(10) {
        case 0, 1:
            let id = "p\(random.below(3))"
            return VersionModel.Line(
                identity: ResourceIdentity(.patient, id: id), json: Made.patient(id, born: 1970 + value), patient: id,
                code: nil)
        case 2:
            let id = "g\(random.below(2))"
            return VersionModel.Line(
                identity: ResourceIdentity(.organization, id: id), json: Made.organization(id, name: value),
                patient: nil, code: nil)
        default:
            let number = random.below(8)
            let id = "o\(number)"
            // Now and then it is another patient's.
            let patient = "p\(random.below(4) == 0 ? random.below(3) : number % 3)"
            let code = 1 + random.below(2)
            return VersionModel.Line(
                identity: ResourceIdentity(.observation, id: id),
                json: Made.observation(id, of: patient, value: value, code: code), patient: patient, code: code)
        }
    }

    private static func identity(_ random: inout SeededGenerator) -> ResourceIdentity {
        switch random.below(8) {
        case 0: ResourceIdentity(.patient, id: "p\(random.below(4))")
        case 1: ResourceIdentity(.organization, id: "g\(random.below(2))")
        default: ResourceIdentity(.observation, id: "o\(random.below(9))")
        }
    }

    private static func compare(_ fixture: StoreFixture, _ model: VersionModel, _ place: Comment) throws {
        let snapshot = try fixture.store.snapshot()
        let clinician = try StoreFixture.clinician
        for (identity, resource) in model.resources {
            let history = try fixture.history(identity.type, identity.id)
            #expect(history.map(\.json) == resource.versions.reversed(), "\(place), \(identity)")
            #expect(history.map(\.number) == (1...UInt64(resource.versions.count)).reversed(), "\(place), \(identity)")
            for (index, json) in resource.versions.enumerated() {
                let version = try #require(
                    try snapshot.vread(
                        identity.type, id: identity.id, version: UInt64(index) + 1, as: clinician, for: .treatment),
                    "\(place), \(identity), version \(index + 1)")
                #expect(version.number == UInt64(index) + 1)
                let found = try version.resource().map { String(decoding: $0, as: UTF8.self) }
                #expect(found == json, "\(place), \(identity), version \(index + 1)")
            }
            let beyond = UInt64(resource.versions.count) + 1
            #expect(
                try snapshot.vread(
                    identity.type, id: identity.id, version: beyond, as: clinician, for: .treatment) == nil)
            let read = try snapshot.read(identity.type, id: identity.id, as: clinician, for: .treatment)
            #expect(read.map { String(decoding: $0, as: UTF8.self) } == resource.json, "\(place), \(identity)")
        }
        for type in [ResourceType.patient, .organization, .observation] {
            let ids = try fixture.rows("SELECT id FROM \(type.name)").map { $0[0] }.sorted()
            #expect(ids == model.ids(type), "\(place)")
            #expect(try fixture.count(type.name) == ids.count, "\(place)")
        }
        for code in 1...2 {
            let wanted = model.ids(.observation) { $0.codes.last == code }
            let query = "FROM Observation WHERE code = loinc|\(code)-1"
            #expect(try fixture.rows("SELECT id \(query)").map { $0[0] }.sorted() == wanted, "\(place)")
            #expect(try fixture.rows("SELECT COUNT(*) \(query)") == [["\(wanted.count)"]], "\(place)")
        }
        for patient in ["p0", "p1", "p2"] {
            let ids = try fixture.rows("SELECT id FROM Observation WHERE patient = Patient/\(patient)")
            #expect(ids.map { $0[0] }.sorted() == model.ids(.observation) { $0.patient == patient }, "\(place)")
        }
    }

    /// Every history, every version and every current resource, answered and verified.
    private static func verify(_ fixture: StoreFixture, _ model: VersionModel, _ place: Comment) throws {
        let verifier = fixture.verifier
        let snapshot = try fixture.store.snapshot()
        let clinician = try StoreFixture.clinician
        for (identity, resource) in model.resources {
            let all = try snapshot.answer(
                prepared: .history(identity.type, id: identity.id), as: clinician, for: .treatment)
            let verified = try verifier.verify(all.answer.bytes).result
            #expect(verified == all.result, "\(place), \(identity)")
            #expect(verified.columns == ["version", "deleted", "resource"])
            let expected = resource.versions.enumerated().reversed().map { index, json in
                [Cell.number("\(index + 1)"), .boolean(json == nil), json.map(Cell.json) ?? .null]
            }
            #expect(verified.rows == expected, "\(place), \(identity)")
            for (index, row) in expected.enumerated() {
                let number = UInt64(expected.count - index)
                let one = try snapshot.answer(
                    prepared: .vread(identity.type, id: identity.id, version: number), as: clinician, for: .treatment)
                #expect(try verifier.verify(one.answer.bytes).result.rows == [row], "\(place), \(identity) \(number)")
            }
        }
        let none = try snapshot.answer("HISTORY OF Observation/never", as: clinician, for: .treatment)
        #expect(try verifier.verify(none.answer.bytes).result.rows.isEmpty)
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func `are what a dictionary of lists says, however they come`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed &+ 4_000)
        let fixture = try StoreFixture()
        var model = VersionModel()
        for step in 0..<40 {
            let place = Comment(rawValue: "seed \(seed), step \(step)")
            switch random.below(8) {
            case 0: try fixture.reopen()
            case 1, 2, 3:
                let named = (0..<(1 + random.below(4))).map { _ in Self.identity(&random) }
                let expected = model.delete(named)
                do throws(StoreError) {
                    let outcomes = try fixture.store.delete(named)
                    #expect(outcomes == expected, place)
                } catch {
                    guard case .patientHasRecords = error else { throw error }
                    #expect(expected == nil, place)
                }
            default:
                let lines = (0..<(1 + random.below(10))).map { _ in Self.line(&random) }
                let path = try fixture.write(lines.map(\.json).joined(separator: "\n"), "lines.ndjson")
                let part = 1 + random.below(4_000)
                let group = 1 + random.below(8_000)
                let limits = Importer.Limits(
                    groupBytes: (least: group, most: group), partBytes: (first: part, later: part))
                var importer = Importer(fixture.store, .none, limits: limits) { Issue.record("\($0)") }
                let summary = try importer.run([path]) { _ in }
                let counts = model.put(lines)
                #expect([summary.created, summary.updated, summary.unchanged] == counts, place)
            }
            if step % 8 == 7 { try Self.compare(fixture, model, place) }
        }
        try Self.verify(fixture, model, "seed \(seed)")
        #expect(try fixture.checked() == [], "seed \(seed)")
    }
}

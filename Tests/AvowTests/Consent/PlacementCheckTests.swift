import AvowConsent
import AvowFHIR
import AvowProof
import AvowQuery
import AvowTree
import Testing

@testable import Avow
@testable import ConsentModel

/// Stores whose tree is sound, but whose writer put things under audiences where they must not stand.
@Suite struct `A check of where everything stands` {
    /// `p` has Consents: `a` is there, `b` is deleted. `q` has none: `c` is there.
    private func fixture() throws -> StoreFixture {
        let fixture = try StoreFixture()
        let related = #"{"meaning":"related","reference":{"reference":"Encounter/e1"}}"#
        try fixture.importLines([
            MadeConsent.treatmentOnly("p", "c1"),
            MadeConsent.of(
                "p", "c2", #""provision":{"type":"permit","provision":[{"type":"deny","data":[\#(related)]}]}"#),
            Made.patient("p"), Made.patient("q"),
        ])
        try fixture.importLines([
            Made.observation("a", of: "p", value: 1), Made.observation("b", of: "p", value: 1),
            Made.observation("c", of: "q", value: 1),
        ])
        try fixture.store.delete(.observation, id: "b")
        return fixture
    }

    /// What the forger knows.
    private struct Places {
        let placements: Placements
        let home: AudienceID

        func audience(_ id: String) throws -> AudienceID {
            try placements.audience(of: ResourceIdentity(.observation, id: id))
        }

        func audience(ofPatient id: String) throws -> PatientPlacement { try unwrapped(try placements.patient(id)) }
    }

    private func findings(_ change: (Places) throws -> [TreeMutation]) throws -> [String] {
        let fixture = try fixture()
        #expect(try fixture.checked() == [])
        try fixture.store.forge { snapshot in
            let home = try fixture.store.homeAudience()
            return try change(Places(placements: try Placements(snapshot.reader, home: home), home: home))
        }
        return try fixture.checked()
    }

    private func expect(
        _ reason: String, _ change: (Places) throws -> [TreeMutation], at location: SourceLocation = #_sourceLocation
    ) throws {
        let found = try findings(change)
        #expect(found.contains { $0.contains(reason) }, "\(found)", sourceLocation: location)
    }

    private let missing = "it is missing, though records stand there"
    private let superfluous = "nothing follows to which it belongs"
    private let wrong = "it does not say where records stand"

    private func salted(_ key: TreeKey, _ content: [UInt8]) -> TreeMutation {
        TreeMutation(key, .inline(Salt.salted(content), blob: 0))
    }

    @Test func `finds resources whose place is not on record, or another`() throws {
        let a = ResourceIdentity(.observation, id: "a")
        let b = ResourceIdentity(.observation, id: "b")
        let c = ResourceIdentity(.observation, id: "c")
        for one in [a, b] { try expect(missing) { _ in [TreeMutation(one.placementKey, .remove)] } }
        try expect(wrong) { _ in [self.salted(a.placementKey, [0, 0, 0, 0, 0, 0, 0, 1])] }
        try expect(superfluous) { [c.placement(under: try $0.audience("a"), home: $0.home)] }
    }

    @Test func `finds patients whose places are not on record, or others`() throws {
        try expect(missing) { _ in [TreeMutation(.placement(patient: "p"), .remove)] }
        try expect(wrong) { places in
            let placement = try places.audience(ofPatient: "p")
            return [
                self.salted(
                    .placement(patient: "p"),
                    PatientPlacement(placement.pseudonym, placement.audiences + [places.home]).bytes)
            ]
        }
        try expect(superfluous) { places in
            [self.salted(.placement(patient: "q"), try places.audience(ofPatient: "q").bytes)]
        }
        try expect(missing) { [TreeMutation(.patient(try $0.audience("a"), logicalID: "p"), .remove)] }
        try expect(superfluous) { places in
            let pseudonym = try places.audience(ofPatient: "q").pseudonym
            return [self.salted(.patient(try places.audience("a"), logicalID: "q"), pseudonym.bytes)]
        }
        try expect("a patient has two pseudonyms, or two patients have one") { places in
            let pseudonym = try places.audience(ofPatient: "p").pseudonym
            return [self.salted(.patient(places.home, logicalID: "q"), pseudonym.bytes)]
        }
    }

    @Test func `finds audiences that are not on record, others than those that are used, or in other words`() throws {
        func form(_ places: Places, _ id: AudienceID) throws -> Audience {
            try unwrapped(try AudienceRegister.audience(id, places.placements.reader))
        }
        try expect("it is missing, though something stands under it") { places in
            AudienceRegister.removing(try form(places, try places.audience("a")))
        }
        try expect(missing) { places in
            let keys = AudienceRegister.keys(of: try form(places, places.home)).sorted()
            return [TreeMutation(try unwrapped(keys.last { $0 != .audience(places.home) }), .remove)]
        }
        try expect(superfluous) { _ in
            AudienceRegister.adding(Audience([Grant(purpose: .research, recipient: .anyone)]))
        }
        try expect(wrong) { places in
            let wide = Audience([Grant(purpose: .anyPurpose, recipient: .anyone)])
            let keys = AudienceRegister.keys(of: try form(places, places.home)).sorted()
            return [self.salted(try unwrapped(keys.last { $0 != .audience(places.home) }), wide.encoded)]
        }
    }

    @Test func `finds a resource under two audiences`() throws {
        try expect("Observation/c stands under two audiences") { places in
            let type = UInt16(ResourceType.observation.rawValue)
            let key = TreeKey.locate(places.home, type: type, logicalID: "c")
            let entry = try unwrapped(try places.placements.reader.find(key))
            return [
                TreeMutation(
                    .locate(try places.audience("a"), type: type, logicalID: "c"),
                    .inline(entry.inline, blob: entry.blob))
            ]
        }
    }

    @Test func `finds that a policy has another audience in mind`() throws {
        try expect("it stands under another audience than its patient's Consents and the policy give") { _ in
            [try StorePolicy(json: Array(#"{"defaults":[{"purpose":"HRESCH"}]}"#.utf8)).entry]
        }
    }

    @Test func `finds that it is not on record which records decide about others`() throws {
        let encounter = ResourceIdentity(.encounter, id: "e1")
        try expect(missing) { _ in [TreeMutation(encounter.relatedKey(patient: "p"), .remove)] }
        try expect(superfluous) { _ in [self.salted(encounter.relatedKey(patient: "q"), [])] }
    }
}

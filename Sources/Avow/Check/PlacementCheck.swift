internal import AvowConsent
internal import AvowFHIR
internal import AvowProof
internal import AvowQuery
internal import AvowTree
internal import AvowVault

/// Checks that every resource stands under one audience, the one that its patient's Consents, the policy and the record
/// itself give, and that the entries which tell where resources and patients stand, and which audiences and renditions
/// there are, are exactly those that follow.
///
/// Takes the entries of a tree in the order of their keys, then the records.
struct PlacementCheck {
    /// A record where it stands.
    private struct Place: Hashable {
        let owner: RecordOwner
        let type: UInt16
    }

    private let snapshot: Snapshot
    private let policy: StorePolicy
    private let placements: Placements
    private let maker: RenditionMaker
    private let parser: JSONParser
    private let home: AudienceID
    /// The audiences that the store knows, and the ids under which their renditions stand.
    private let audiences: [AudienceID: Audience]
    private let renditions: [AudienceID: (of: AudienceID, profile: RedactionProfile)]

    /// The entries of the spaces `audience`, `patient` and `placement`, without their salts.
    private var found: [TreeKey: [UInt8]] = [:]
    /// Those that must be there.
    private var expected: [TreeKey: [UInt8]] = [:]
    /// Under which ids a patient has records and versions.
    private var standing: [Pseudonym: Set<AudienceID>] = [:]
    /// The ids under which anything stands.
    private var used: Set<AudienceID> = []
    /// Where each resource stands, deleted ones among them.
    private var places: [ResourceIdentity: AudienceID] = [:]
    /// The patients' pseudonyms, and their logical ids.
    private var pseudonyms: [String: Pseudonym] = [:]
    private var names: [Pseudonym: String] = [:]
    private var withConsents: Set<Pseudonym> = []
    private var consents: [Pseudonym: PatientConsents?] = [:]
    private var foundRenditions: Set<Place> = []
    private var expectedRenditions: Set<Place> = []
    private var damages: [(part: String, reason: String)] = []

    init(_ snapshot: Snapshot, _ store: Store) throws(StoreError) {
        self.snapshot = snapshot
        policy = try store.policy(at: snapshot.reader)
        home = policy.defaultAudience.id
        placements = try Placements(snapshot.reader, home: home)
        maker = RenditionMaker(
            policy: policy, blinder: store.keys.identifiers, sealers: store.sealers,
            dictionaries: DictionarySet(), indexes: store.recordIndexes(try snapshot.catalog()),
            time: Int64(clamping: snapshot.commit.time))
        do throws(JSONError) {
            parser = try JSONParser()
        } catch {
            throw .damaged(part: "placement", reason: "\(error)")
        }
        var audiences: [AudienceID: Audience] = [:]
        var renditions: [AudienceID: (of: AudienceID, profile: RedactionProfile)] = [:]
        for audience in try AudienceRegister.all(snapshot.reader) {
            audiences[audience.id] = audience
            for (profile, id) in audience.renditionIDs { renditions[id] = (audience.id, profile) }
        }
        self.audiences = audiences
        self.renditions = renditions
    }

    // MARK: Entries

    /// Takes an entry of any space.
    mutating func take(_ entry: StoredEntry, in space: KeySpace) {
        switch space {
        case .configuration, .index: break
        case .audience, .placement:
            found[entry.key] = (try? SaltedValue(entry.inline))?.content
        case .patient: take(patient: entry)
        case .record, .version: take(record: entry, in: space)
        case .locate, .deleted: take(location: entry)
        }
    }

    private mutating func take(patient entry: StoredEntry) {
        let content = (try? SaltedValue(entry.inline))?.content
        found[entry.key] = content
        var realm = TupleReader(entry.key.bytes, in: entry.key.realm)
        var order = TupleReader(entry.key.bytes, in: entry.key.order)
        guard let content, let pseudonym = try? Pseudonym(content: content), (try? realm.unsigned()) != nil,
            let audience = try? AudienceID(rawValue: realm.unsigned()), let id = try? order.logicalID()
        else { return add("patient", entry.key, "it names no patient") }
        guard renditions[audience] == nil else { return }
        if pseudonyms[id] ?? pseudonym != pseudonym || names[pseudonym] ?? id != id {
            add("patient", entry.key, "a patient has two pseudonyms, or two patients have one")
        }
        pseudonyms[id] = pseudonym
        names[pseudonym] = id
    }

    private mutating func take(record entry: StoredEntry, in space: KeySpace) {
        var realm = TupleReader(entry.key.bytes, in: entry.key.realm)
        var order = TupleReader(entry.key.bytes, in: entry.key.order)
        guard (try? realm.unsigned()) != nil, let audience = try? AudienceID(rawValue: realm.unsigned()),
            let pseudonym = try? Pseudonym(rawValue: order.unsigned()), let type = try? order.unsigned()
        else { return add("placement", entry.key, "its key is not that of a record") }
        used.insert(audience)
        standing[pseudonym, default: []].insert(audience)
        if space == .record, type == UInt64(ResourceType.consent.rawValue), renditions[audience] == nil {
            withConsents.insert(pseudonym)
        }
    }

    private mutating func take(location entry: StoredEntry) {
        var realm = TupleReader(entry.key.bytes, in: entry.key.realm)
        var order = TupleReader(entry.key.bytes, in: entry.key.order)
        guard (try? realm.unsigned()) != nil, let audience = try? AudienceID(rawValue: realm.unsigned()),
            let number = try? order.unsigned(), let type = ResourceType(rawValue: UInt8(truncatingIfNeeded: number)),
            let id = try? order.logicalID()
        else { return add("placement", entry.key, "its key is not that of a resource") }
        used.insert(audience)
        guard renditions[audience] == nil else { return }
        let resource = ResourceIdentity(type, id: id)
        guard places.updateValue(audience, forKey: resource) == nil else {
            return add("placement", entry.key, "\(resource) stands under two audiences")
        }
        if audience != home {
            var content: [UInt8] = []
            content.append(bigEndian: audience.rawValue)
            expected[resource.placementKey] = content
        }
    }

    // MARK: Records

    /// Takes a record that is there, or the last one of a resource that is deleted.
    mutating func take(
        _ json: [UInt8], _ type: ResourceType, _ owner: RecordOwner, isDeleted: Bool, at key: TreeKey
    ) throws(StoreError) {
        let place = Place(owner: owner, type: UInt16(type.rawValue))
        guard renditions[owner.audience] == nil else {
            foundRenditions.insert(place)
            return
        }
        let root: JSONValue
        do throws(JSONError) {
            root = try parser.parse(json).root
        } catch {
            throw .record(key: key, reason: "\(error)")
        }
        let patient = Indexing.patientReference(of: root, type: type).map { String($0.dropFirst("Patient/".count)) }
        if owner.pseudonym != patient.map({ pseudonyms[$0] }) ?? .shared {
            add("placement", key, "it stands under the pseudonym of another patient")
        }
        guard let audience = audiences[owner.audience] else {
            return add("placement", key, "the store knows no such audience")
        }
        let decided = try consents(of: owner.pseudonym)?.audience(of: root, type) ?? policy.defaultAudience
        // What is over stays in an audience until something decides anew, and admits nobody.
        if lasting(audience) != lasting(decided) {
            add("placement", key, "it stands under another audience than its patient's Consents and the policy give")
        }
        guard !isDeleted else { return }
        for (profile, id) in audience.renditionIDs {
            // What a profile shows may depend on when it was asked, but not whether it shows anything.
            guard try maker.json(of: root, type, profile) != nil else { continue }
            let owner = RecordOwner(audience: id, pseudonym: owner.pseudonym, number: owner.number)
            expectedRenditions.insert(Place(owner: owner, type: place.type))
        }
    }

    private func lasting(_ audience: Audience) -> [Grant] {
        let time = Int64(clamping: snapshot.commit.time)
        return audience.grants.filter { $0.window.until.map { $0 > time } ?? true }
    }

    private mutating func consents(of pseudonym: Pseudonym) throws(StoreError) -> PatientConsents? {
        guard withConsents.contains(pseudonym) else { return nil }
        if let known = consents[pseudonym] { return known }
        let own = try PatientConsents(
            of: placement(of: pseudonym), policy, at: Int64(clamping: snapshot.commit.time), placements,
            snapshot.records)
        consents[pseudonym] = .some(own)
        return own
    }

    private func placement(of pseudonym: Pseudonym) -> PatientPlacement {
        PatientPlacement(pseudonym, (standing[pseudonym] ?? []).filter { renditions[$0] == nil })
    }

    // MARK: In the end

    /// What is wrong, when all entries and records have been taken.
    mutating func finish() throws(StoreError) -> [(part: String, reason: String)] {
        for pseudonym in Set(names.keys).union(standing.keys) where pseudonym != .shared { expect(pseudonym) }
        for pseudonym in withConsents {
            guard let id = names[pseudonym] else { continue }
            let readings = try PatientConsents.readings(
                of: placement(of: pseudonym), placements, snapshot.records)
            for reference in PatientConsents.relatedRecords(of: readings) {
                guard let resource = ResourceIdentity(reference: reference) else { continue }
                expected[resource.relatedKey(patient: id)] = []
            }
        }
        for id in used.union([home]) where renditions[id] == nil {
            guard let audience = audiences[id] else {
                damages.append(("audience \(id.rawValue)", "it is missing, though something stands under it"))
                continue
            }
            for key in AudienceRegister.keys(of: audience) { expected[key] = audience.encoded }
        }
        compare()
        return damages
    }

    /// What tells where a patient stands.
    private mutating func expect(_ pseudonym: Pseudonym) {
        guard let id = names[pseudonym] else {
            damages.append(("patient \(pseudonym.bytes.hexadecimal)", "no entry leads from a logical id to it"))
            return
        }
        for audience in standing[pseudonym] ?? [] {
            if let rendition = renditions[audience] {
                let name = maker.name(ofPatient: id, rendition.profile)
                expected[.patient(audience, logicalID: name)] = pseudonym.bytes
            } else {
                expected[.patient(audience, logicalID: id)] = pseudonym.bytes
            }
        }
        let placement = placement(of: pseudonym)
        // Whoever is known keeps a place.
        if placement.audiences.isEmpty { expected[.patient(home, logicalID: id)] = pseudonym.bytes }
        if !placement.audiences.isEmpty, placement.audiences != [home] {
            expected[.placement(patient: id)] = placement.bytes
        }
    }

    private mutating func compare() {
        for (key, content) in found {
            guard let wanted = expected.removeValue(forKey: key) else {
                add("entry", key, "nothing follows to which it belongs: no record stands there")
                continue
            }
            if content != wanted { add("entry", key, "it does not say where records stand, or who may read them") }
        }
        for key in expected.keys { add("entry", key, "it is missing, though records stand there") }
        for place in foundRenditions where expectedRenditions.remove(place) == nil {
            damages.append(("rendition \(place)", "no record that its profile shows stands behind it"))
        }
        for place in expectedRenditions { damages.append(("rendition \(place)", "it is missing")) }
    }

    private mutating func add(_ part: String, _ key: TreeKey, _ reason: String) {
        damages.append(("\(part) \(key.bytes.hexadecimal)", reason))
    }
}

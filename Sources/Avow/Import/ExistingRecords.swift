internal import AvowConsent
internal import AvowFHIR
internal import AvowProof
internal import AvowQuery
internal import AvowStorage
internal import AvowTree

/// What the store has of a resource that is imported.
enum ExistingRecord: Sendable {
    /// Nothing.
    case none
    /// The same, byte for byte.
    case same
    /// Another version.
    case other(SupersededVersion)
    /// It was deleted.
    case deleted(SupersededVersion)
}

/// A version that is no longer the newest one: a record or a deletion.
struct SupersededVersion: Sendable {
    let located: LocatedRecord
    /// The audience under which it stands.
    let audience: AudienceID
    /// Its entry in the space `version`.
    let history: TreeMutation
    /// The keys of its entries that lead to the newest version.
    let keys: [TreeKey]
    /// Its renditions, which go with it.
    var renditions: [SealedRendition] = []
    /// The patient of whom it decides, when it is a Consent.
    var consentPatient: String?
}

/// What the store has of some resources and their patients.
struct ExistingRecords: Sendable {
    /// One for each resource.
    var records: [ExistingRecord]
    /// The patients that the store knows, by logical id.
    var patients: [String: KnownPatient] = [:]
}

/// A patient that the store knows.
struct KnownPatient: Sendable {
    let key: PatientKey
    let placement: PatientPlacement
    /// The Consents on file; nil when there are none.
    let consents: PatientConsents?
}

/// Looks up what the store has, as of the commit that the writer builds on.
///
/// The writer's lock is held meanwhile, so that a snapshot that is taken now shows that commit.
struct RecordLookup: Sendable {
    private let store: Store
    private let state: StoreState
    private let indexes: RecordIndexes
    private let policy: StorePolicy
    /// When is decided.
    private let time: Int64

    init(_ store: Store, _ state: StoreState, _ indexes: RecordIndexes, _ policy: StorePolicy, at time: Int64) {
        self.store = store
        self.state = state
        self.indexes = indexes
        self.policy = policy
        self.time = time
    }

    func find(_ resources: ArraySlice<IncomingResource>) throws(StoreError) -> ExistingRecords {
        let storage = try mapping(StoreError.storage) { () throws(StorageError) in try store.storage.snapshot() }
        let reader = TreeReader(root: state.root, snapshot: storage, sealer: store.keys.nodes, cache: store.cache)
        var existing = ExistingRecords(records: Array(repeating: .none, count: resources.count))
        let placements = try Placements(reader, home: policy.defaultAudience.id)
        let audiences =
            placements.isEmpty
            ? [AudienceID](repeating: placements.home, count: resources.count)
            : try placements.audiences(of: resources.map { ResourceIdentity($0.type, id: $0.id) })
        var keys: [(key: TreeKey, index: Int)] = []
        keys.reserveCapacity(resources.count)
        for (index, resource) in resources.enumerated() {
            let type = UInt16(resource.type.rawValue)
            keys.append((.locate(audiences[index], type: type, logicalID: resource.id), index))
        }
        keys.sort { $0.key < $1.key }
        let entries = try find(keys.map(\.key), reader)
        let records = try RecordReader(store.opened, storage)
        var renditions = RenditionFinder(reader, records)
        for (entry, (_, index)) in zip(entries, keys) {
            guard let entry else { continue }
            let resource = resources[resources.startIndex + index]
            existing.records[index] = try record(entry, audiences[index], resource, records, &renditions)
        }
        try findDeleted(resources, audiences, reader, &existing)
        existing.patients = try patients(resources, existing.records, placements, records, storage)
        return existing
    }

    /// Finds, of the resources that the store has not, those that it had until they were deleted.
    private func findDeleted(
        _ resources: ArraySlice<IncomingResource>, _ audiences: [AudienceID], _ reader: TreeReader,
        _ existing: inout ExistingRecords
    ) throws(StoreError) {
        // In most stores nothing is deleted, and then nothing needs to be looked up.
        let count = try mapping(StoreError.tree) { () throws(TreeError) in try reader.count(in: .space(.deleted)) }
        guard count > 0 else { return }
        var keys: [(key: TreeKey, index: Int)] = []
        for (index, resource) in resources.enumerated() {
            guard case .none = existing.records[index] else { continue }
            let type = UInt16(resource.type.rawValue)
            keys.append((.deleted(audiences[index], type: type, logicalID: resource.id), index))
        }
        keys.sort { $0.key < $1.key }
        for (entry, (_, index)) in zip(try find(keys.map(\.key), reader), keys) {
            guard let entry else { continue }
            let type = resources[resources.startIndex + index].type
            existing.records[index] = .deleted(try .deletion(entry, audiences[index], type))
        }
    }

    private func find(_ keys: [TreeKey], _ reader: TreeReader) throws(StoreError) -> [PlacedEntry?] {
        try mapping(StoreError.tree) { () throws(TreeError) in try reader.entries(for: keys) }
    }

    private func record(
        _ entry: PlacedEntry, _ audience: AudienceID, _ resource: IncomingResource, _ records: RecordReader,
        _ renditions: inout RenditionFinder
    ) throws(StoreError) -> ExistingRecord {
        let old = try records.json(of: entry)
        if old == resource.json { return .same }
        var superseded = try SupersededVersion.record(entry, old, audience, resource.type, indexes, &renditions)
        if resource.type == .consent {
            superseded.consentPatient = try Indexing.patientID(of: old, .consent, at: entry.key)
        }
        return .other(superseded)
    }

    private func patients(
        _ resources: ArraySlice<IncomingResource>, _ known: [ExistingRecord], _ placements: Placements,
        _ records: RecordReader, _ storage: any StorageSnapshot
    ) throws(StoreError) -> [String: KnownPatient] {
        var ids: Set<String> = []
        for resource in resources {
            if let id = resource.patient { ids.insert(id) }
        }
        for case .other(let superseded) in known {
            if let id = superseded.consentPatient { ids.insert(id) }
        }
        var found: [String: KnownPatient] = [:]
        for id in ids {
            guard let placement = try placements.patient(id) else { continue }
            guard let key = try store.registry.patient(placement.pseudonym, storage) else {
                throw .damaged(part: "patient keys", reason: "\(placement.pseudonym.bytes.hexadecimal) is missing")
            }
            let consents = try PatientConsents(of: placement, policy, at: time, placements, records)
            found[id] = KnownPatient(key: key, placement: placement, consents: consents)
        }
        return found
    }
}

extension SupersededVersion {
    /// The record that an entry of the space `locate` leads to.
    ///
    /// - Parameters:
    ///   - json: the record.
    ///   - indexes: those that are written.
    ///   - renditions: finds the record's renditions, which go with it.
    static func record(
        _ entry: PlacedEntry, _ json: [UInt8], _ audience: AudienceID, _ type: ResourceType, _ indexes: RecordIndexes,
        _ renditions: inout RenditionFinder
    ) throws(StoreError) -> SupersededVersion {
        let located = try LocatedRecord.read(entry)
        let number = UInt16(type.rawValue)
        let owner = RecordOwner(audience: audience, pseudonym: located.pseudonym, number: located.number)
        var keys =
            [TreeKey.record(audience, located.pseudonym, type: number, number: located.number)]
            + (try indexes.keys(of: json, type, owner))
        let shown = try renditions.renditions(of: owner, type)
        for rendition in shown { keys += try rendition.keys(type, indexes) }
        let history = TreeMutation(
            located.versionKey(audience, type: number), .record(located.digest, blob: entry.blob))
        return SupersededVersion(
            located: located, audience: audience, history: history, keys: keys,
            renditions: shown.map(SealedRendition.init))
    }

    /// The deletion that stands at an entry of the space `deleted`.
    static func deletion(
        _ entry: PlacedEntry, _ audience: AudienceID, _ type: ResourceType
    ) throws(StoreError) -> SupersededVersion {
        let located = try LocatedRecord.read(entry)
        let history = TreeMutation(
            located.versionKey(audience, type: UInt16(type.rawValue)), .record(located.digest, blob: 0))
        return SupersededVersion(located: located, audience: audience, history: history, keys: [entry.key])
    }

    /// What a version of another patient needs besides, at its own place: where the versions before it stand.
    ///
    /// - Parameters:
    ///   - pseudonym: whose the new version is.
    ///   - number: its number there.
    func link(from pseudonym: Pseudonym, number: UInt64, type: UInt16) -> TreeMutation? {
        guard located.pseudonym != pseudonym else { return nil }
        return TreeMutation(
            .version(audience, pseudonym, type: type, number: number, version: 0), .inline(located.bytes, blob: 0))
    }
}

extension LocatedRecord {
    /// The key of this version once it is superseded.
    func versionKey(_ audience: AudienceID, type: UInt16) -> TreeKey {
        .version(audience, pseudonym, type: type, number: number, version: version)
    }
}

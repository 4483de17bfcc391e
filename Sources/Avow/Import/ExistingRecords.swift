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
    case other(SupersededRecord)
}

/// A version that an import replaces.
struct SupersededRecord: Sendable {
    let located: LocatedRecord
    /// Its entry in the space `version`.
    let history: TreeMutation
    /// The keys of its entries that lead to the current version.
    let keys: [TreeKey]
}

/// What the store has of some resources and their patients.
struct ExistingRecords: Sendable {
    /// One for each resource.
    var records: [ExistingRecord]
    /// The patients that the store knows, by logical id.
    var patients: [String: PatientKey] = [:]
}

/// Looks up what the store has, as of the commit that the writer builds on.
///
/// The writer's lock is held meanwhile, so that a snapshot that is taken now shows that commit.
struct RecordLookup: Sendable {
    private let store: Store
    private let state: StoreState
    private var audience: AudienceID { store.settings.audience }

    init(_ store: Store, _ state: StoreState) {
        self.store = store
        self.state = state
    }

    func find(_ resources: ArraySlice<ImportedResource>) throws(StoreError) -> ExistingRecords {
        let storage = try mapping(StoreError.storage) { () throws(StorageError) in try store.storage.snapshot() }
        let reader = TreeReader(root: state.root, snapshot: storage, sealer: store.keys.nodes, cache: store.cache)
        var existing = ExistingRecords(records: Array(repeating: .none, count: resources.count))
        var keys: [(key: TreeKey, index: Int)] = []
        keys.reserveCapacity(resources.count)
        for (index, resource) in resources.enumerated() {
            keys.append(
                (.locate(audience, type: UInt16(resource.type.rawValue), logicalID: resource.id), index))
        }
        keys.sort { $0.key < $1.key }
        let entries = try find(keys.map(\.key), reader)
        var records: RecordReader?
        for (entry, (_, index)) in zip(entries, keys) {
            guard let entry else { continue }
            if records == nil { records = try RecordReader(store.opened, storage) }
            guard let records else { continue }
            existing.records[index] = try record(entry, resources[resources.startIndex + index], records)
        }
        existing.patients = try patients(resources, reader, storage)
        return existing
    }

    private func find(_ keys: [TreeKey], _ reader: TreeReader) throws(StoreError) -> [PlacedEntry?] {
        try mapping(StoreError.tree) { () throws(TreeError) in try reader.entries(for: keys) }
    }

    private func record(
        _ entry: PlacedEntry, _ resource: ImportedResource, _ records: RecordReader
    ) throws(StoreError) -> ExistingRecord {
        let located = try LocatedRecord.read(entry)
        let old = try records.json(of: entry)
        if old == resource.json { return .same }
        let type = UInt16(resource.type.rawValue)
        let history = TreeMutation(
            .version(
                audience, located.pseudonym, type: type, number: located.number, version: located.version),
            .record(located.digest, blob: entry.blob))
        var keys = [TreeKey.record(audience, located.pseudonym, type: type, number: located.number)]
        do throws(JSONError) {
            let index = try IndexEntries(parsing: old, resource.type)
            for values in index.values {
                keys.append(index.key(values, audience, located.pseudonym, located.number))
            }
        } catch {
            throw .record(key: entry.key, reason: "\(error)")
        }
        return .other(SupersededRecord(located: located, history: history, keys: keys))
    }

    private func patients(
        _ resources: ArraySlice<ImportedResource>, _ reader: TreeReader, _ storage: any StorageSnapshot
    ) throws(StoreError) -> [String: PatientKey] {
        var ids: Set<String> = []
        for resource in resources {
            if let id = resource.patient { ids.insert(id) }
        }
        var found: [String: PatientKey] = [:]
        for id in ids {
            let key = TreeKey.patient(audience, logicalID: id)
            guard
                let entry = try mapping(StoreError.tree, { () throws(TreeError) in try reader.find(key) })
            else { continue }
            let pseudonym = try Pseudonym.read(entry)
            guard let patient = try store.registry.patient(pseudonym, storage) else {
                throw .damaged(part: "patient keys", reason: "\(pseudonym.bytes.hexadecimal) is missing")
            }
            found[id] = patient
        }
        return found
    }
}

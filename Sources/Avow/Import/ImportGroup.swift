internal import AvowFHIR
internal import AvowProof
internal import AvowQuery
internal import AvowStorage
internal import AvowTree
internal import AvowVault

/// Resources that are committed together.
///
/// A group is applied in one transaction: whose each resource is and which version it makes is decided one by one, the
/// records are prepared on all cores, and the tree takes all changes in one sorted batch.
struct ImportGroup {
    private let keys: StoreKeys
    private let opened: OpenedKeys
    private let registry: PatientRegistry
    private let audience: AudienceID
    private let cache: NodeCache
    private let transaction: any StorageTransaction
    private let snapshot: Snapshot

    private var patients: [String: Int] = [:]
    private var touched: [PatientKey] = []
    private var pseudonyms: Set<UInt64> = []
    private var newPatients: [(id: String, pseudonym: Pseudonym)] = []
    private var shared: Int?

    private var pending: [PendingRecord] = []
    private var removed: [TreeMutation] = []
    private var superseded: [TreeMutation] = []
    private(set) var summary = ImportSummary()

    init(
        _ transaction: any StorageTransaction, _ keys: StoreKeys, _ opened: OpenedKeys, _ cache: NodeCache,
        audience: AudienceID
    ) throws(StoreError) {
        self.transaction = transaction
        self.keys = keys
        self.opened = opened
        self.cache = cache
        self.audience = audience
        registry = PatientRegistry(keys.patients)
        snapshot = try Snapshot(transaction, keys, opened, cache)
    }

    /// Takes a resource into the group.
    mutating func add(_ resource: ImportedResource) throws(StoreError) {
        let locate = TreeKey.locate(audience, type: UInt16(resource.type.rawValue), logicalID: resource.id)
        let existing = try entry(locate)
        let owner = try owner(of: resource)
        guard let existing else {
            summary.created += 1
            return append(resource, owner, number: nil, version: 1)
        }
        let located = try LocatedRecord.read(existing)
        let old = try snapshot.records.json(of: existing)
        if old == resource.json {
            summary.unchanged += 1
            return
        }
        summary.updated += 1
        try supersede(located, existing, old, resource.type)
        let keepsNumber = located.pseudonym == touched[owner].pseudonym
        append(resource, owner, number: keepsNumber ? located.number : nil, version: located.version + 1)
    }

    private mutating func append(_ resource: ImportedResource, _ owner: Int, number: UInt64?, version: UInt64) {
        let patient = touched[owner]
        if number == nil { touched[owner].nextNumber += 1 }
        summary.jsonBytes += UInt64(resource.json.count)
        summary.types[resource.type, default: 0] += 1
        pending.append(
            PendingRecord(
                resource: resource, pseudonym: patient.pseudonym, key: patient.key,
                number: number ?? patient.nextNumber, version: version))
    }

    /// Moves the version that the tree has now into history and takes its index entries out.
    private mutating func supersede(
        _ located: LocatedRecord, _ entry: PlacedEntry, _ old: [UInt8], _ type: ResourceType
    ) throws(StoreError) {
        let number = UInt16(type.rawValue)
        superseded.append(
            TreeMutation(
                .version(audience, located.pseudonym, type: number, number: located.number, version: located.version),
                .record(located.digest, blob: entry.blob)))
        removed.append(
            TreeMutation(.record(audience, located.pseudonym, type: number, number: located.number), .remove))
        let index: IndexEntries
        do throws(JSONError) {
            index = try IndexEntries(parsing: old, type)
        } catch {
            throw .record(key: entry.key, reason: "\(error)")
        }
        for values in index.values {
            removed.append(TreeMutation(index.key(values, audience, located.pseudonym, located.number), .remove))
        }
    }

    // MARK: Whose a resource is

    private mutating func owner(of resource: ImportedResource) throws(StoreError) -> Int {
        guard let id = resource.patient else { return try sharedOwner() }
        if let known = patients[id] { return known }
        let patient: PatientKey
        if let entry = try entry(.patient(audience, logicalID: id)) {
            let pseudonym = try Pseudonym.read(entry)
            guard let known = try registry.patient(pseudonym, transaction) else {
                throw .damaged(part: "patient keys", reason: "\(pseudonym.bytes.hexadecimal) is missing")
            }
            patient = known
        } else {
            let taken = pseudonyms
            patient = try registry.new(transaction) { taken.contains($0.rawValue) }
            newPatients.append((id, patient.pseudonym))
            summary.newPatients += 1
        }
        pseudonyms.insert(patient.pseudonym.rawValue)
        patients[id] = touched.count
        touched.append(patient)
        return touched.count - 1
    }

    private mutating func sharedOwner() throws(StoreError) -> Int {
        if let shared { return shared }
        guard let patient = try registry.patient(.shared, transaction) else {
            throw .damaged(part: "patient keys", reason: "the shared key is missing")
        }
        shared = touched.count
        touched.append(patient)
        return touched.count - 1
    }

    private func entry(_ key: TreeKey) throws(StoreError) -> PlacedEntry? {
        try mapping(StoreError.tree) { () throws(TreeError) in try snapshot.reader.find(key) }
    }

    // MARK: Writing

    /// Writes the group and commits it.
    ///
    /// - Returns: whether there was anything to write.
    consuming func commit(_ committer: Committer, reason: String) throws(StoreError) -> ImportSummary {
        guard !pending.isEmpty else { return summary }
        let dictionaries = try dictionaries()
        var nextRecordID = snapshot.state.nextRecordID
        let prepared = try RecordPreparation.prepare(
            pending, from: nextRecordID, storeID: keys.storeID, dictionaries)
        var mutations = newPatientEntries()
        mutations.reserveCapacity(pending.count * 4 + removed.count + superseded.count)
        var current: Set<TreeKey> = []
        for (record, result) in zip(pending, prepared) {
            let blob = nextRecordID
            nextRecordID += 1
            try mapping(StoreError.storage) { () throws(StorageError) in
                try transaction.append(result.sealed, id: blob, in: .records)
            }
            let start = mutations.count
            appendEntries(of: record, result.digest, blob: blob, to: &mutations)
            if !removed.isEmpty { current.formUnion(mutations[start...].map(\.key)) }
        }
        // What a new version keeps is put, not removed.
        mutations += removed.filter { !current.contains($0.key) }
        mutations += superseded
        for patient in touched { try registry.write(patient, to: transaction) }
        mutations.sort { $0.key < $1.key }
        try committer.commit(
            mutations, after: snapshot.state, nextRecordID: nextRecordID, reason: reason, in: transaction)
        summary.commits = 1
        return summary
    }

    private func newPatientEntries() -> [TreeMutation] {
        newPatients.map { patient in
            TreeMutation(
                .patient(audience, logicalID: patient.id),
                .inline(Salt.salted(patient.pseudonym.bytes), blob: 0))
        }
    }

    private func appendEntries(
        of record: PendingRecord, _ digest: Digest, blob: UInt64, to mutations: inout [TreeMutation]
    ) {
        let resource = record.resource
        let type = UInt16(resource.type.rawValue)
        mutations.append(
            TreeMutation(
                .record(audience, record.pseudonym, type: type, number: record.number), .record(digest, blob: blob)))
        let located = LocatedRecord(
            pseudonym: record.pseudonym, number: record.number, version: record.version, digest: digest)
        mutations.append(
            TreeMutation(.locate(audience, type: type, logicalID: resource.id), .inline(located.bytes, blob: blob)))
        let index = IndexEntries(resource)
        for values in index.values {
            mutations.append(
                TreeMutation(
                    index.key(values, audience, record.pseudonym, record.number), .record(digest, blob: blob)))
        }
    }

    /// The dictionaries of the store, with new ones for types that it has enough records of now.
    private func dictionaries() throws(StoreError) -> DictionarySet {
        var dictionaries = try opened.allDictionaries(transaction)
        let nextID = (dictionaries.all.last?.id ?? 0) + 1
        for dictionary in DictionaryTraining.train(pending, dictionaries, nextID: nextID) {
            try mapping(StoreError.storage) { () throws(StorageError) in
                try transaction.append(
                    keys.dictionaries.seal(dictionary), id: UInt64(dictionary.id), in: .dictionaries)
            }
            dictionaries.insert(dictionary)
        }
        return dictionaries
    }
}

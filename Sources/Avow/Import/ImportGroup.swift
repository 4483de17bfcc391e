internal import AvowFHIR
internal import AvowProof
internal import AvowStorage
internal import AvowTree
internal import AvowVault

/// Resources that are committed together, each of them once.
///
/// A group is applied in one transaction. What the store has of each resource is looked up on all cores; whose each is
/// and which version it makes is decided one by one, in their order; the records are sealed and their entries made on
/// all cores, while those that are ready are written; then the tree takes all changes in one sorted batch.
struct ImportGroup {
    /// How many resources one core takes at a time, unless there are too few for all cores.
    private static let mostInPart = 512
    private static let fewestInPart = 32

    private let store: Store
    private let transaction: any StorageTransaction
    private let snapshot: Snapshot
    private let resources: [ImportedResource]

    private var patients: [String: Int] = [:]
    private var touched: [(patient: PatientKey, isChanged: Bool)] = []
    private var pseudonyms: Set<UInt64> = []
    private var newPatients: [TreeMutation] = []
    private var shared: Int?
    private var lastOwner: (id: String, index: Int)?

    private var pending: [PendingRecord] = []
    private var nextRecordID: UInt64
    private var summary = ImportSummary()

    init(_ resources: [ImportedResource], _ store: Store, _ transaction: any StorageTransaction) throws(StoreError) {
        self.resources = resources
        self.store = store
        self.transaction = transaction
        snapshot = try Snapshot(transaction, store.keys, store.opened, store.cache)
        nextRecordID = snapshot.state.nextRecordID
    }

    /// Writes the group and commits it, unless there is nothing to write.
    consuming func commit(_ committer: Committer, reason: String) throws(StoreError) -> ImportSummary {
        try decide()
        guard !pending.isEmpty else { return summary }
        var runs = try writeRecords()
        runs.append(newPatients)
        for (patient, isChanged) in touched where isChanged { try store.registry.write(patient, to: transaction) }
        try committer.commit(
            MutationSort.sorted(runs), after: snapshot.state, nextRecordID: nextRecordID, reason: reason,
            in: transaction)
        summary.commits = 1
        return summary
    }

    /// The group in parts for all cores.
    private static func parts(_ count: Int) -> [Range<Int>] {
        let share = (count + ProcessorCount.active * 2 - 1) / (ProcessorCount.active * 2)
        let size = min(mostInPart, max(fewestInPart, share))
        return stride(from: 0, to: count, by: size).map { $0..<min(count, $0 + size) }
    }

    // MARK: Deciding

    private mutating func decide() throws(StoreError) {
        pending.reserveCapacity(resources.count)
        let lookup = RecordLookup(store, snapshot.state)
        let work = OrderedWork<Result<ExistingRecords, StoreError>>()
        let parts = ImportGroup.parts(resources.count)
        for part in parts {
            work.submit { [resources] in
                Result { () throws(StoreError) in try lookup.find(resources[part]) }
            }
        }
        for part in parts {
            guard let existing = try work.next()?.get() else { return }
            for (resource, record) in zip(resources[part], existing.records) {
                try decide(resource, record, existing.patients)
            }
        }
    }

    private mutating func decide(
        _ resource: ImportedResource, _ existing: ExistingRecord, _ known: [String: PatientKey]
    ) throws(StoreError) {
        switch existing {
        case .same: summary.unchanged += 1
        case .none:
            summary.created += 1
            append(resource, try owner(of: resource, known), nil)
        case .other(let superseded):
            summary.updated += 1
            append(resource, try owner(of: resource, known), superseded)
        }
    }

    private mutating func append(_ resource: ImportedResource, _ owner: Int, _ superseded: SupersededRecord?) {
        let patient = touched[owner].patient
        var number = patient.nextNumber
        if let superseded, superseded.located.pseudonym == patient.pseudonym {
            number = superseded.located.number
        } else {
            touched[owner].patient.nextNumber += 1
            touched[owner].isChanged = true
        }
        summary.jsonBytes += UInt64(resource.json.count)
        summary.types[resource.type, default: 0] += 1
        pending.append(
            PendingRecord(
                resource: resource, pseudonym: patient.pseudonym, key: patient.key, number: number,
                version: superseded.map { $0.located.version + 1 } ?? 1, recordID: nextRecordID,
                superseded: superseded))
        nextRecordID += 1
    }

    // MARK: Whose a resource is

    private mutating func owner(
        of resource: ImportedResource, _ known: [String: PatientKey]
    ) throws(StoreError) -> Int {
        guard let id = resource.patient else { return try sharedOwner() }
        if let lastOwner, lastOwner.id == id { return lastOwner.index }
        let index = try owner(id, known)
        lastOwner = (id, index)
        return index
    }

    private mutating func owner(_ id: String, _ known: [String: PatientKey]) throws(StoreError) -> Int {
        if let index = patients[id] { return index }
        let patient: PatientKey
        if let found = known[id] {
            patient = found
        } else {
            let taken = pseudonyms
            patient = try store.registry.new(transaction) { taken.contains($0.rawValue) }
            newPatients.append(
                TreeMutation(
                    .patient(store.settings.audience, logicalID: id),
                    .inline(Salt.salted(patient.pseudonym.bytes), blob: 0)))
            summary.newPatients += 1
        }
        pseudonyms.insert(patient.pseudonym.rawValue)
        patients[id] = touched.count
        touched.append((patient, false))
        return touched.count - 1
    }

    private mutating func sharedOwner() throws(StoreError) -> Int {
        if let shared { return shared }
        guard let patient = try store.registry.patient(.shared, transaction) else {
            throw .damaged(part: "patient keys", reason: "the shared key is missing")
        }
        shared = touched.count
        touched.append((patient, false))
        return touched.count - 1
    }

    // MARK: Writing

    /// Seals the records and writes them; what remains is their entries, in as many runs as there are parts.
    private func writeRecords() throws(StoreError) -> [[TreeMutation]] {
        let preparation = RecordPreparation(
            audience: store.settings.audience, dictionaries: try dictionaries(), sealers: store.sealers)
        let work = OrderedWork<Result<PreparedRecords, StoreError>>()
        let parts = ImportGroup.parts(pending.count)
        for part in parts {
            work.submit { [pending] in
                Result { () throws(StoreError) in try preparation.prepare(pending[part]) }
            }
        }
        var runs: [[TreeMutation]] = []
        for part in parts {
            guard let prepared = try work.next()?.get() else { return runs }
            for (record, sealed) in zip(pending[part], prepared.sealed) {
                try mapping(StoreError.storage) { () throws(StorageError) in
                    try transaction.append(sealed, id: record.recordID, in: .records)
                }
            }
            runs.append(prepared.mutations)
        }
        return runs
    }

    /// The dictionaries of the store, with new ones for types that it has enough records of now.
    private func dictionaries() throws(StoreError) -> DictionarySet {
        var dictionaries = try store.opened.allDictionaries(transaction)
        let nextID = (dictionaries.all.last?.id ?? 0) + 1
        for dictionary in DictionaryTraining.train(pending, dictionaries, nextID: nextID) {
            try mapping(StoreError.storage) { () throws(StorageError) in
                try transaction.append(
                    store.keys.dictionaries.seal(dictionary), id: UInt64(dictionary.id), in: .dictionaries)
            }
            dictionaries.insert(dictionary)
        }
        return dictionaries
    }
}

internal import AvowConsent
internal import AvowFHIR
internal import AvowProof
internal import AvowQuery
internal import AvowStorage
internal import AvowTree
internal import AvowVault

/// Resources that are committed together, each of them once.
///
/// A group is one transaction and takes its resources in parts. Of each part, what the store has is looked up on all
/// cores; whose each resource is and which version it makes is decided one by one, in their order; the records are sealed
/// and their entries made on all cores, while those that are ready are written. What remains in memory of a resource are
/// its entries. In the end the tree takes all of them in one sorted batch.
final class ImportGroup {
    /// How many resources one core takes at a time, unless there are too few for all cores.
    private static let mostInShare = 512
    private static let fewestInShare = 32

    private let store: Store
    private let transaction: any StorageTransaction
    let snapshot: Snapshot
    let policy: StorePolicy
    private let placement: PlacementWork
    private let catalog: IndexCatalog
    private let indexes: RecordIndexes

    private var patients: [String: Int] = [:]
    private var touched: [Owner] = []
    private var pseudonyms: Set<UInt64> = []
    private var shared: Int?
    private var lastOwner: (id: String, index: Int)?

    private var dictionaries: DictionarySet
    private var nextRecordID: UInt64
    private var changes: [TreeChanges] = []
    /// The indexes in which some record of the group has so many entries that one stands for all.
    private var overflowing: Set<UInt64> = []
    /// The records of the group, by a hash of their type and logical id.
    private var written: [Int: UInt64] = [:]
    private var summary = ImportSummary()
    /// What the group has put into memory and into its transaction so far, in bytes.
    private(set) var byteCount = 0

    init(_ store: Store, _ transaction: any StorageTransaction) throws(StoreError) {
        self.store = store
        self.transaction = transaction
        snapshot = try Snapshot(transaction, store.keys, store.opened, store.cache)
        catalog = try snapshot.catalog()
        indexes = store.recordIndexes(catalog)
        policy = try store.policy(at: snapshot.reader)
        placement = try PlacementWork(store, transaction, policy, indexes, after: snapshot)
        nextRecordID = snapshot.state.nextRecordID
        dictionaries = try store.opened.allDictionaries(transaction)
    }

    /// Whether the store has dictionaries. The first ones are trained on the first part, which should be large.
    var hasDictionaries: Bool { !dictionaries.all.isEmpty }

    /// How many entries the tree has that the group will change.
    var entryCount: UInt64 { snapshot.state.root.count }

    /// Takes resources, each of them once, of which the group has none.
    func take(_ resources: [IncomingResource]) throws(StoreError) {
        let pending = try decide(resources)
        try trainDictionaries(pending)
        try write(pending)
    }

    /// Writes the changes of the group and commits it, unless there is nothing to write.
    func commit(_ committer: Committer, reason: String) throws(StoreError) -> ImportSummary {
        guard nextRecordID != snapshot.state.nextRecordID else {
            transaction.abort()
            return summary
        }
        for owner in touched where owner.isChanged { try store.registry.write(owner.patient, to: transaction) }
        noteOverflow()
        let batch = try mapping(StoreError.tree) { () throws(TreeError) in try TreeBatch(changes) }
        changes = []
        try committer.commit(
            batch, after: snapshot.state, nextRecordID: nextRecordID, reason: reason, in: transaction,
            placing: placement)
        summary.commits = 1
        return summary
    }

    /// Says in the catalog which indexes lead to some records by one entry for all.
    private func noteOverflow() {
        var catalog = catalog
        for var definition in catalog.definitions where overflowing.contains(definition.id) {
            definition.hasOverflow = true
            catalog.put(definition)
        }
        if catalog != self.catalog { changes.append(TreeChanges([IndexWork.entry(catalog)])) }
    }

    /// Gives up the group; nothing of it remains.
    func abort() {
        transaction.abort()
    }

    /// Resources in shares for all cores.
    private static func shares(_ count: Int) -> [Range<Int>] {
        let share = (count + ProcessorCount.active * 2 - 1) / (ProcessorCount.active * 2)
        let size = min(mostInShare, max(fewestInShare, share))
        return stride(from: 0, to: count, by: size).map { $0..<min(count, $0 + size) }
    }

    // MARK: What the group has

    /// What the group has of a resource.
    enum Written {
        case none
        /// The same, byte for byte.
        case same
        /// Another version, or something else.
        case other
    }

    /// What the group has of a resource.
    func find(_ resource: IncomingResource) throws(StoreError) -> Written {
        guard let recordID = written[resource.hash] else { return .none }
        guard let patient = owner(of: resource) else { return .other }
        let opener = try store.opened.openers.take()
        defer { store.opened.openers.give(opener) }
        let address = RecordAddress(blob: recordID, pseudonym: patient.pseudonym, key: patient.key)
        return try mapping(StoreError.storage) { () throws(StorageError) in
            // A record that another patient's key sealed does not open.
            let same = try transaction.withBlob(recordID, in: .records) { sealed in
                (try? opener.json(sealed, address, dictionaries)) == resource.json
            }
            return same == true ? .same : .other
        }
    }

    private func owner(of resource: IncomingResource) -> PatientKey? {
        (resource.patient.map { patients[$0] } ?? shared).map { touched[$0].patient }
    }

    // MARK: Deciding

    private func decide(_ resources: [IncomingResource]) throws(StoreError) -> [PendingRecord] {
        var pending: [PendingRecord] = []
        pending.reserveCapacity(resources.count)
        let lookup = RecordLookup(store, snapshot.state, indexes, policy, at: placement.time)
        let work = OrderedWork<Result<ExistingRecords, StoreError>>()
        let shares = ImportGroup.shares(resources.count)
        for share in shares {
            work.submit {
                Result { () throws(StoreError) in try lookup.find(resources[share]) }
            }
        }
        for share in shares {
            guard let existing = try work.next()?.get() else { return pending }
            for (resource, known) in zip(resources[share], existing.records) {
                switch known {
                case .same: summary.unchanged += 1
                case .none:
                    summary.created += 1
                    pending.append(try record(resource, existing.patients, nil))
                case .deleted(let superseded):
                    summary.created += 1
                    pending.append(try record(resource, existing.patients, superseded))
                case .other(let superseded):
                    summary.updated += 1
                    pending.append(try record(resource, existing.patients, superseded))
                }
            }
        }
        return pending
    }

    private func record(
        _ resource: IncomingResource, _ known: [String: KnownPatient], _ superseded: SupersededVersion?
    ) throws(StoreError) -> PendingRecord {
        let owner = try owner(of: resource, known)
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
        written[resource.hash] = nextRecordID
        note(resource, owner, number, superseded, known)
        defer { nextRecordID += 1 }
        return PendingRecord(
            resource: resource, pseudonym: patient.pseudonym, key: patient.key, number: number,
            version: superseded.map { $0.located.version + 1 } ?? 1, recordID: nextRecordID, superseded: superseded,
            consents: touched[owner].consents)
    }

    /// Takes note of what may come under another audience by a resource.
    private func note(
        _ resource: IncomingResource, _ owner: Int, _ number: UInt64, _ superseded: SupersededVersion?,
        _ known: [String: KnownPatient]
    ) {
        placement.noteChange(of: ResourceIdentity(resource.type, id: resource.id))
        // The Consent of another patient no longer decides there.
        if let former = superseded?.consentPatient, former != resource.patient, let patient = known[former] {
            placement.note(former, patient.key.pseudonym, patient.placement.audiences, .all)
        }
        // Most are new, of patients about whom nothing is decided.
        if superseded == nil, resource.type != .consent, touched[owner].consents == nil, !placement.isRedacting,
            touched[owner].audiences.allSatisfy({ $0 == placement.home })
        {
            return
        }
        let owner = touched[owner]
        let isConsent = resource.type == .consent && owner.id != nil
        var review = isConsent ? PlacementWork.Review.all : .records([])
        var audiences = owner.audiences + [placement.home]
        if let superseded, owner.consents != nil || superseded.audience != placement.home {
            review.insert(PlacementWork.RecordNumber(type: UInt16(resource.type.rawValue), number: number))
            audiences.append(superseded.audience)
        } else if placement.isRedacting {
            review.insert(PlacementWork.RecordNumber(type: UInt16(resource.type.rawValue), number: number))
        }
        // Whose records all stand at home, and stay there, needs no entries anew.
        let isAtHome = audiences.allSatisfy { $0 == placement.home }
        guard isConsent || !isAtHome || !review.isEmpty || owner.consents != nil else { return }
        placement.note(owner.id ?? "", owner.patient.pseudonym, audiences, review)
    }

    // MARK: Whose a resource is

    private func owner(
        of resource: IncomingResource, _ known: [String: KnownPatient]
    ) throws(StoreError) -> Int {
        guard let id = resource.patient else { return try sharedOwner() }
        if let lastOwner, lastOwner.id == id { return lastOwner.index }
        let index = try owner(id, known)
        lastOwner = (id, index)
        return index
    }

    private func owner(_ id: String, _ known: [String: KnownPatient]) throws(StoreError) -> Int {
        if let index = patients[id] { return index }
        let owner: Owner
        if let found = known[id] {
            owner = Owner(
                id: id, patient: found.key, audiences: found.placement.audiences, consents: found.consents)
        } else {
            let taken = pseudonyms
            let patient = try store.registry.new(id, transaction) { taken.contains($0.rawValue) }
            let entry = TreeMutation(
                .patient(placement.home, logicalID: id), .inline(Salt.salted(patient.pseudonym.bytes), blob: 0))
            changes.append(TreeChanges([entry]))
            summary.newPatients += 1
            owner = Owner(id: id, patient: patient, audiences: [placement.home])
        }
        pseudonyms.insert(owner.patient.pseudonym.rawValue)
        patients[id] = touched.count
        touched.append(owner)
        return touched.count - 1
    }

    /// Whose resources are taken: a patient's, or, without an id, those that belong to no patient.
    private struct Owner {
        let id: String?
        var patient: PatientKey
        /// The audiences under which the patient had records before the group.
        var audiences: [AudienceID] = []
        /// The Consents that were on file before the group.
        var consents: PatientConsents?
        var isChanged = false
    }

    private func sharedOwner() throws(StoreError) -> Int {
        if let shared { return shared }
        guard let patient = try store.registry.patient(.shared, transaction) else {
            throw .damaged(part: "patient keys", reason: "the shared key is missing")
        }
        shared = touched.count
        touched.append(Owner(id: nil, patient: patient))
        return touched.count - 1
    }

    // MARK: Writing

    /// Seals records and writes them; what remains is their entries.
    private func write(_ pending: [PendingRecord]) throws(StoreError) {
        let preparation = RecordPreparation(
            home: placement.home, dictionaries: dictionaries, sealers: store.sealers, indexes: indexes)
        let work = OrderedWork<Result<PreparedRecords, StoreError>>()
        let shares = ImportGroup.shares(pending.count)
        for share in shares {
            work.submit {
                Result { () throws(StoreError) in try preparation.prepare(pending[share]) }
            }
        }
        for share in shares {
            guard let prepared = try work.next()?.get() else { return }
            for (position, index) in share.enumerated() {
                let sealed = prepared.sealedRange(position)
                try mapping(StoreError.storage) { () throws(StorageError) in
                    try transaction.append(
                        prepared.sealed.span.extracting(sealed), id: pending[index].recordID, in: .records)
                }
                if let superseded = pending[index].superseded { try endRenditions(of: superseded) }
            }
            byteCount += prepared.sealed.count + prepared.changes.byteCount
            changes.append(prepared.changes)
            overflowing.formUnion(prepared.overflowing)
            for (patient, audience) in prepared.decided {
                placement.gain(audience)
                placement.note(patient, audience.id)
            }
        }
    }

    /// Removes the renditions of a version that is replaced.
    private func endRenditions(of superseded: SupersededVersion) throws(StoreError) {
        for rendition in superseded.renditions {
            _ = try mapping(StoreError.storage) { () throws(StorageError) in
                try transaction.removeBlob(rendition.recordID, in: .records)
            }
            placement.noteEnd(ofRenditionUnder: rendition.audience)
        }
    }

    /// Adds dictionaries where that pays.
    private func trainDictionaries(_ pending: [PendingRecord]) throws(StoreError) {
        let recordCount = nextRecordID - 1 - UInt64(pending.count)
        for dictionary in store.training.train(pending, dictionaries, recordCount: recordCount) {
            try mapping(StoreError.storage) { () throws(StorageError) in
                try transaction.append(
                    store.keys.dictionaries.seal(dictionary), id: UInt64(dictionary.id), in: .dictionaries)
            }
            dictionaries.insert(dictionary)
        }
    }
}

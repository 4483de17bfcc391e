internal import AvowConsent
internal import AvowFHIR
internal import AvowProof
internal import AvowQuery
internal import AvowStorage
internal import AvowTree

/// Resources that are deleted in one commit.
///
/// A resource loses its entries in the spaces `record`, `index` and `locate`, so that no query, count or index knows it.
/// What was its newest version becomes a superseded one, and the deletion stands in the space `deleted` as the newest.
/// The sealed record stays, as that of any superseded version does.
struct ResourceDeletion {
    private let store: Store
    private let snapshot: Snapshot
    private let indexes: RecordIndexes
    private let placements: Placements
    private var renditions: RenditionFinder
    private let placement: PlacementWork
    private var mutations: [TreeMutation] = []
    /// Renditions that go.
    private var unsealed: [SealedRendition] = []
    /// How many records of each patient are deleted, the Patient itself included.
    private var deleted: [Pseudonym: UInt64] = [:]
    /// The Patients that are deleted.
    private var patients: [String] = []

    init(_ store: Store, _ transaction: any StorageTransaction) throws(StoreError) {
        self.store = store
        snapshot = try Snapshot(transaction, store.keys, store.opened, store.cache)
        indexes = store.recordIndexes(try snapshot.catalog())
        let policy = try store.policy(at: snapshot.reader)
        placements = try Placements(snapshot.reader, home: policy.defaultAudience.id)
        renditions = RenditionFinder(snapshot.reader, snapshot.records)
        placement = try PlacementWork(store, transaction, policy, indexes, after: snapshot)
    }

    /// Takes one resource, which was not taken before.
    mutating func take(_ resource: ResourceIdentity) throws(StoreError) -> DeletionOutcome {
        let type = UInt16(resource.type.rawValue)
        let audience = try placements.audience(of: resource)
        let deletedKey = TreeKey.deleted(audience, type: type, logicalID: resource.id)
        guard let entry = try find(.locate(audience, type: type, logicalID: resource.id)) else {
            guard let entry = try find(deletedKey) else { return .unknown }
            return .alreadyDeleted(version: try LocatedRecord.read(entry).version)
        }
        let json = try snapshot.records.json(of: entry)
        let last = try SupersededVersion.record(entry, json, audience, resource.type, indexes, &renditions)
        let deletion = LocatedRecord(
            pseudonym: last.located.pseudonym, number: last.located.number, version: last.located.version + 1,
            digest: .deletion(of: last.located.digest))
        unsealed += last.renditions
        mutations += last.keys.map { TreeMutation($0, .remove) }
        mutations.append(TreeMutation(entry.key, .remove))
        mutations.append(last.history)
        mutations.append(TreeMutation(deletedKey, .inline(deletion.bytes, blob: 0)))
        deleted[last.located.pseudonym, default: 0] += 1
        if resource.type == .patient { patients.append(resource.id) }
        placement.noteChange(of: resource)
        if resource.type == .consent {
            try noteOwner(of: json, resource.type, .all, at: entry.key)
        } else if placement.isRedacting {
            try noteOwner(of: json, resource.type, .records([]), at: entry.key)
        }
        return .deleted(version: deletion.version)
    }

    /// Commits the deletions; without any there is no commit.
    ///
    /// - Throws: `StoreError.patientHasRecords` when records would be left whose Patient is deleted.
    func commit(in transaction: any StorageTransaction) throws(StoreError) {
        guard !mutations.isEmpty else { return }
        for id in patients {
            guard let patient = try placements.patient(id) else { continue }
            let count = try mapping(StoreError.tree) { () throws(TreeError) in
                var count: UInt64 = 0
                for audience in patient.audiences {
                    count += try snapshot.reader.count(in: .records(audience, patient.pseudonym))
                }
                return count
            }
            let gone = deleted[patient.pseudonym] ?? 0
            guard count <= gone else { throw .patientHasRecords(id: id, count: count - gone) }
        }
        try mapping(StoreError.storage) { () throws(StorageError) in
            for rendition in unsealed { try transaction.removeBlob(rendition.recordID, in: .records) }
        }
        for rendition in unsealed { placement.noteEnd(ofRenditionUnder: rendition.audience) }
        let batch = try mapping(StoreError.tree) { () throws(TreeError) in try TreeBatch(mutations) }
        try store.committer.commit(
            batch, after: snapshot.state, nextRecordID: snapshot.state.nextRecordID, reason: "delete",
            in: transaction, placing: placement)
    }

    /// A Consent that is deleted no longer decides about the records of its patient; with the last rendition of a
    /// patient's records the patient goes from where renditions stand.
    private func noteOwner(
        of json: [UInt8], _ type: ResourceType, _ review: PlacementWork.Review, at key: TreeKey
    ) throws(StoreError) {
        guard let id = try Indexing.patientID(of: json, type, at: key), let patient = try placements.patient(id)
        else { return }
        placement.note(id, patient.pseudonym, patient.audiences, review)
    }

    private func find(_ key: TreeKey) throws(StoreError) -> PlacedEntry? {
        try mapping(StoreError.tree) { () throws(TreeError) in try snapshot.reader.find(key) }
    }
}

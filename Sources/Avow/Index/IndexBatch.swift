internal import AvowFHIR
internal import AvowProof
internal import AvowQuery
internal import AvowStorage
internal import AvowTree

/// The entries of some records in an index that is being made.
struct IndexBatch: Sendable {
    private(set) var changes = TreeChanges()
    /// Whether a record has so many that one entry stands for all.
    private(set) var hasOverflow = false

    /// Opens records, and makes their entries.
    ///
    /// The writer's lock is held meanwhile, so that a snapshot that is taken now shows the commit that is built on.
    ///
    /// - Parameter records: the entries by which the records are located.
    mutating func add(
        _ records: ArraySlice<PlacedEntry>, _ type: ResourceType, _ extraction: IndexExtraction, _ store: Store
    ) throws(StoreError) {
        changes.reserveCapacity(records.count, keyByteCount: 56)
        let storage = try mapping(StoreError.storage) { () throws(StorageError) in try store.storage.snapshot() }
        let reader = try RecordReader(store.opened, storage)
        try store.entryFinders.withElement { (finder) throws(StoreError) in
            for record in records {
                let located = try LocatedRecord.read(record)
                let owner = RecordOwner(
                    audience: try IndexBatch.audience(record.key), pseudonym: located.pseudonym, number: located.number)
                let change = TreeMutation.Change.record(located.digest, blob: record.blob)
                try finder.visit(try reader.json(of: record), type, extraction) { entry in
                    hasOverflow = hasOverflow || entry.isOverflow
                    changes.append(change) { entry.append(to: &$0, owner) }
                }
            }
        }
    }

    private static func audience(_ key: TreeKey) throws(StoreError) -> AudienceID {
        var realm = TupleReader(key.bytes, in: key.realm)
        do throws(TupleError) {
            _ = try realm.next()
            return AudienceID(rawValue: try realm.unsigned())
        } catch {
            throw .record(key: key, reason: "\(error)")
        }
    }
}

internal import AvowFHIR
internal import AvowProof
internal import AvowQuery
internal import AvowStorage
internal import AvowTree

/// Makes and removes indexes, commit by commit.
///
/// What a commit has done is in the tree with it: the state of the index in the catalog, and, while it is being made, the
/// key of the last record that was indexed. So whoever goes on, this process or another, goes on behind the last commit.
struct IndexWork {
    /// How many records a batch indexes. Other writers wait that long; the more, the fewer times a node is rewritten.
    static let recordsInBatch = 25_000
    /// How many entries a batch removes.
    static let entriesInBatch = 100_000
    /// How many records one core takes at a time.
    private static let recordsInShare = 512

    private let store: Store
    private let recordsInBatch: Int

    /// - Parameter recordsInBatch: for tests.
    init(_ store: Store, recordsInBatch: Int = IndexWork.recordsInBatch) {
        self.store = store
        self.recordsInBatch = recordsInBatch
    }

    // MARK: Making

    /// Enters a definition into the catalog, unless it stands there unfinished.
    ///
    /// - Returns: the id of the index.
    func define(_ name: String, _ type: ResourceType, _ columns: [IndexColumn]) throws(StoreError) -> UInt64 {
        try mapping(StoreError.index) { () throws(IndexError) in
            try IndexDefinition.check(name: name)
            _ = try IndexForm(IndexDefinition(id: 0, type: type, columns: columns))
        }
        return try store.write { (transaction) throws(StoreError) in
            let snapshot = try snapshot(transaction)
            var catalog = try snapshot.catalog()
            let new = IndexDefinition(id: catalog.nextID, name: name, type: type, columns: columns, state: .building)
            if let present = catalog[name] {
                switch present.state {
                case .building where present.holdsSame(as: new): return present.id
                case .dropping: throw .index(.beingDropped(name))
                case .building, .ready: throw .index(.nameTaken(name))
                }
            }
            if let same = catalog.definitions.first(where: { $0.holdsSame(as: new) }) {
                throw .index(.sameColumns(as: same.name))
            }
            guard catalog.definitions.count < IndexCatalog.mostDefinitions else { throw .index(.tooManyIndexes) }
            catalog.put(new)
            try commit([IndexWork.entry(catalog)], after: snapshot.state, "index \(name): begun", transaction)
            return new.id
        }
    }

    /// Makes the entries of all records that are there, batch by batch.
    @discardableResult
    func build(_ id: UInt64, _ progress: (IndexProgress) -> Void) throws(StoreError) -> IndexDefinition {
        while true {
            guard !Task.isCancelled else { throw .cancelled }
            let (definition, state) = try buildBatch(id)
            progress(state)
            if definition.state == .ready { return definition }
        }
    }

    /// Makes the entries of some more records, in one commit.
    func buildBatch(_ id: UInt64) throws(StoreError) -> (IndexDefinition, IndexProgress) {
        try store.write { (transaction) throws(StoreError) in
            let snapshot = try snapshot(transaction)
            var catalog = try snapshot.catalog()
            guard var definition = catalog[id: id], definition.state != .dropping else {
                throw .index(.dropped(catalog[id: id]?.name ?? "\(id)"))
            }
            let records = try LocatedRecords(snapshot, of: definition.type, behind: try place(of: id, snapshot))
            let total = IndexProgress(
                index: definition.name, isRemoving: false, done: records.total, total: records.total)
            // Another process may have finished it meanwhile.
            guard definition.state == .building else { return (definition, total) }
            let batch = try records.next(recordsInBatch)
            let made = try entries(of: batch, in: definition)
            var changes: [TreeMutation] = []
            let isLast = batch.count < recordsInBatch
            if made.hasOverflow { definition.hasOverflow = true }
            if isLast { definition.state = .ready }
            if isLast || made.hasOverflow {
                catalog.put(definition)
                changes.append(IndexWork.entry(catalog))
            }
            if isLast {
                changes.append(TreeMutation(IndexWork.placeKey(id), .remove))
            } else if let last = batch.last {
                changes.append(TreeMutation(IndexWork.placeKey(id), .inline(Salt.salted(last.key.bytes), blob: 0)))
            }
            let done = isLast ? total : records.progress(definition.name, behind: batch.count)
            try commit(
                changes, made.changes, after: snapshot.state,
                "index \(definition.name): \(done.done) of \(done.total) records", transaction)
            return (definition, done)
        }
    }

    /// The entries of some records in an index, made on all cores.
    private func entries(
        of records: [PlacedEntry], in definition: IndexDefinition
    ) throws(StoreError) -> (changes: [TreeChanges], hasOverflow: Bool) {
        let extraction = IndexExtraction([definition])
        let work = OrderedWork<Result<IndexBatch, StoreError>>()
        for start in stride(from: 0, to: records.count, by: IndexWork.recordsInShare) {
            let share = start..<min(records.count, start + IndexWork.recordsInShare)
            work.submit { [store] in
                Result { () throws(StoreError) in
                    var batch = IndexBatch()
                    try batch.add(records[share], definition.type, extraction, store)
                    return batch
                }
            }
        }
        var changes: [TreeChanges] = []
        var hasOverflow = false
        while let made = try work.next()?.get() {
            changes.append(made.changes)
            hasOverflow = hasOverflow || made.hasOverflow
        }
        return (changes, hasOverflow)
    }

    // MARK: Removing

    /// Makes an index invisible.
    ///
    /// - Returns: the id of the index.
    func hide(_ name: String) throws(StoreError) -> UInt64 {
        try store.write { (transaction) throws(StoreError) in
            let snapshot = try snapshot(transaction)
            var catalog = try snapshot.catalog()
            guard var definition = catalog[name] else {
                let suggestion = NearestName.of(name, among: catalog.definitions.map(\.name))
                throw .index(.unknownIndex(name, suggestion: suggestion))
            }
            guard definition.state != .dropping else { return definition.id }
            definition.state = .dropping
            catalog.put(definition)
            let changes = [IndexWork.entry(catalog), TreeMutation(IndexWork.placeKey(definition.id), .remove)]
            try commit(changes, after: snapshot.state, "index \(name): being removed", transaction)
            return definition.id
        }
    }

    /// Removes the entries of an index, batch by batch, and at last its definition.
    func remove(_ id: UInt64, _ name: String, _ progress: (IndexProgress) -> Void) throws(StoreError) {
        var done: UInt64 = 0
        while true {
            guard !Task.isCancelled else { throw .cancelled }
            let (removed, left) = try removeBatch(id, name)
            done += removed
            progress(IndexProgress(index: name, isRemoving: true, done: done, total: done + left))
            if left == 0 { return }
        }
    }

    private func removeBatch(_ id: UInt64, _ name: String) throws(StoreError) -> (removed: UInt64, left: UInt64) {
        try store.write { (transaction) throws(StoreError) in
            let snapshot = try snapshot(transaction)
            var catalog = try snapshot.catalog()
            // Another process may have finished meanwhile, and the id may have been given to another index since.
            guard catalog[id: id]?.state == .dropping else { return (0, 0) }
            let range = KeyRange.index(id)
            var changes: [TreeMutation] = []
            let left = try mapping(StoreError.tree) { () throws(TreeError) in
                let count = try snapshot.reader.count(in: range)
                let first = min(count, UInt64(IndexWork.entriesInBatch))
                var cursor = try snapshot.reader.cursor(from: range.lower)
                for _ in 0..<first {
                    guard let entry = try cursor?.next() else { break }
                    changes.append(TreeMutation(entry.key, .remove))
                }
                return count - first
            }
            let removed = UInt64(changes.count)
            if left == 0 {
                catalog.remove(id)
                changes.append(IndexWork.entry(catalog))
            }
            try commit(changes, after: snapshot.state, "index \(name): \(left) entries left to remove", transaction)
            return (removed, left)
        }
    }

    // MARK: Commits

    private func snapshot(_ transaction: any StorageTransaction) throws(StoreError) -> Snapshot {
        try Snapshot(transaction, store.keys, store.opened, store.cache)
    }

    private func commit(
        _ changes: [TreeMutation], _ more: [TreeChanges] = [], after state: StoreState, _ reason: String,
        _ transaction: any StorageTransaction
    ) throws(StoreError) {
        let batch = try mapping(StoreError.tree) { () throws(TreeError) in
            try TreeBatch([TreeChanges(changes)] + more)
        }
        try store.committer.commit(
            batch, after: state, nextRecordID: state.nextRecordID, reason: reason, in: transaction)
    }

    /// The entry of the catalog.
    static func entry(_ catalog: IndexCatalog) -> TreeMutation {
        TreeMutation(IndexCatalog.key, .inline(Salt.salted(catalog.bytes), blob: 0))
    }

    /// The key of the setting that says how far an index has been made: the key by which the last record is located.
    ///
    /// It stands apart from the catalog, which answers disclose.
    static func placeKey(_ id: UInt64) -> TreeKey { .configuration("index \(id)") }

    /// The key of the last record that was indexed; nil when none was.
    func place(of id: UInt64, _ snapshot: Snapshot) throws(StoreError) -> [UInt8]? {
        let key = IndexWork.placeKey(id)
        let entry = try mapping(StoreError.tree) { () throws(TreeError) in try snapshot.reader.find(key) }
        guard let entry else { return nil }
        do throws(EntryValueError) {
            return try SaltedValue(entry.inline).content
        } catch {
            throw .record(key: key, reason: "\(error)")
        }
    }
}

internal import AvowFHIR
internal import AvowProof
internal import AvowQuery
internal import AvowStorage
internal import AvowTree
public import AvowVault

extension Store {
    /// Reads and verifies every byte of a store: the pages of the data file, then, in what they hold, the nodes and
    /// hashes of the tree, every record against the tree, every index entry against its record, where each resource
    /// stands against its patient's Consents and the policy, keys, dictionaries, versions, the log, and the signature of
    /// the checkpoint. The store's audit ledger is checked likewise, if it has one.
    ///
    /// Works on damaged stores: what cannot be read is reported, and the rest is checked. The structure of the pages
    /// comes first, since reading a damaged page would not be safe; when it is damaged, nothing behind it is read.
    ///
    /// Any changed byte of a page in use is found, but for those that carry nothing: of the older meta page the map's
    /// size, the last page, and the roots and counts of its tables, since LMDB goes by the newer one; in the newer one
    /// the map's size when it becomes another power of two that is large enough; in the list of free pages the number of
    /// the transaction that freed some, which matters only to readers of that time; and room that holds nothing (between
    /// a page's pointers and its nodes, behind an odd node, behind a large value, behind the free pages of a list).
    ///
    /// - Parameters:
    ///   - path: the store's directory.
    ///   - unlock: the passphrase or key file that opens the store.
    ///   - progress: called now and then.
    /// - Throws: `StoreError` when there is no store, when it was written in another format, or when the secret is wrong,
    ///   which cannot be told from a damage to the key slot; and when the disk cannot be read.
    /// - Complexity: O(n) in the bytes of the store; memory O(n) in its entries.
    public static func check(
        at path: String, unlock: UnlockSecret, progress: (CheckProgress) -> Void = { _ in }
    ) throws(StoreError) -> CheckReport {
        var report = CheckReport()
        progress(CheckProgress(part: "pages", done: 0, total: 1))
        let pages = try mapping(StoreError.storage) { () throws(StorageError) in
            try LMDBFileCheck.check(path, filling: [.nodes, .records])
        }
        report.take(pages)
        progress(CheckProgress(part: "pages", done: 1, total: 1))
        guard report.isHealthy else { return report }
        let store: Store
        do throws(StoreError) {
            store = try Store.open(at: path, unlock: unlock, readOnly: true)
        } catch {
            try report.take(error)
            return report
        }
        var check = StoreCheck(store, report)
        report = try check.run(progress)
        if let ledger = try LedgerCheck.check(of: store, progress) { report.join(ledger: ledger) }
        return report
    }
}

/// The check of what the pages hold.
private struct StoreCheck {
    private let store: Store
    private var report: CheckReport
    /// What each blob must hold: its record's digest and the key of the entry that says so.
    private var expectedBlobs: [UInt64: (digest: Digest, key: TreeKey)] = [:]
    /// The index entries that the tree has and those that follow from the records; nil when the catalog cannot be read.
    private var indexes: IndexCheck?
    /// Where the tree says that records stand, and where they do.
    private var foundLocations: [TreeKey: RecordLocation] = [:]
    private var expectedLocations: [TreeKey: RecordLocation] = [:]
    /// Whether everything stands where it must; nil when the policy or the audiences cannot be read.
    private var placement: PlacementCheck?
    /// How the versions of each resource follow each other.
    private var history = HistoryCheck()

    init(_ store: Store, _ report: CheckReport) {
        self.store = store
        self.report = report
    }

    mutating func run(_ progress: (CheckProgress) -> Void) throws(StoreError) -> CheckReport {
        let storage = try mapping(StoreError.storage) { () throws(StorageError) in try store.storage.snapshot() }
        try collecting { (check) throws(StoreError) in
            try check.report.join(LogCheck.check(storage, signedBy: check.store.verifierKey))
        }
        try collecting { (check) throws(StoreError) in _ = try Retention.read(storage, check.store.keys.state) }
        try collecting { (check) throws(StoreError) in try check.checkPatients(storage) }
        try collecting { (check) throws(StoreError) in try check.checkDictionaries(storage) }
        try collecting { (check) throws(StoreError) in
            // Without the newest version there is nothing that records could be checked against.
            let snapshot = try Snapshot(storage, check.store.keys, check.store.opened, check.store.cache)
            try check.collecting { (check) throws(StoreError) in
                check.indexes = try IndexCheck(snapshot, check.store)
            }
            try check.collecting { (check) throws(StoreError) in
                check.placement = try PlacementCheck(snapshot, check.store)
            }
            try check.checkTree(snapshot, progress)
            try check.checkRecords(snapshot, progress)
            check.compareDerived()
            check.checkHistory()
            try check.collecting { (check) throws(StoreError) in try check.checkPlacement() }
        }
        return report
    }

    /// Runs a part of the check. What ends it early is a damage like others, and the next part goes on.
    private mutating func collecting(
        _ body: (inout StoreCheck) throws(StoreError) -> Void
    ) throws(StoreError) {
        do throws(StoreError) {
            try body(&self)
        } catch {
            try report.take(error)
        }
    }

    // MARK: Keys and dictionaries

    private mutating func checkPatients(_ storage: any StorageSnapshot) throws(StoreError) {
        let registry = PatientRegistry(store.keys.patients)
        var values: [(key: [UInt8], value: [UInt8])] = []
        try reading { () throws(StorageError) in
            try storage.forEachValue(in: .patients, from: []) { key, value in
                values.append(([UInt8](copying: key), [UInt8](copying: value)))
                return true
            }
        }
        for (key, value) in values {
            guard let pseudonym = try? Pseudonym(content: key) else {
                report.add("patient keys", "a key of \(key.count) bytes")
                continue
            }
            do throws(StoreError) {
                _ = try registry.open(value, pseudonym)
                report.patients += 1
            } catch {
                report.add("patient key \(key.hexadecimal)", "\(error)")
            }
        }
    }

    private mutating func checkDictionaries(_ storage: any StorageSnapshot) throws(StoreError) {
        var sealed: [(id: UInt64, bytes: [UInt8])] = []
        try reading { () throws(StorageError) in
            try storage.forEachBlob(in: .dictionaries, from: 0) { id, bytes in
                sealed.append((id, [UInt8](copying: bytes)))
                return true
            }
        }
        for (id, bytes) in sealed {
            guard let number = UInt32(exactly: id) else {
                report.add("dictionary \(id)", "no dictionary has so large an id")
                continue
            }
            do throws(VaultError) {
                _ = try store.keys.dictionaries.open(bytes.span, id: number)
            } catch {
                report.add("dictionary \(id)", "\(error)")
            }
        }
    }

    // MARK: The tree

    private mutating func checkTree(_ snapshot: Snapshot, _ progress: (CheckProgress) -> Void) throws(StoreError) {
        let total = snapshot.state.root.count
        var done: UInt64 = 0
        let found = try VersionCheck.check(snapshot.tree, store.keys.tree, store.cache, keepsChanges: true) { entry in
            take(entry)
            done += 1
            if done % 10_000 == 0 { progress(CheckProgress(part: "entries", done: done, total: total)) }
        }
        report.join(found)
        report.entries = done
    }

    /// Notes what an entry of the tree says about blobs and about other entries.
    private mutating func take(_ entry: StoredEntry) {
        let key = entry.key
        var realm = TupleReader(key.bytes, in: key.realm)
        let space = (try? realm.unsigned()).flatMap(KeySpace.init(rawValue:))
        if let space { placement?.take(entry, in: space) }
        switch space {
        case .record: expectedBlobs[entry.blob] = (entry.value, key)
        case .version:
            if entry.blob != 0 { expectedBlobs[entry.blob] = (entry.value, key) }
            history.take(version: entry)
        case .deleted: history.take(deleted: entry)
        case .index: indexes?.take(entry)
        case .locate:
            guard let located = try? LocatedRecord(entry.inline) else {
                report.add("location \(key.bytes.hexadecimal)", "it leads nowhere")
                return
            }
            foundLocations[key] = RecordLocation(
                pseudonym: located.pseudonym, number: located.number, digest: located.digest, blob: entry.blob)
            history.take(located: entry, located)
        case .configuration, .audience, .patient, .placement:
            if (try? SaltedValue(entry.inline)) == nil {
                report.add("entry \(key.bytes.hexadecimal)", "it has no value")
            }
        case nil: report.add("entry \(key.bytes.hexadecimal)", "it belongs to no known space")
        }
    }

    // MARK: Records

    private mutating func checkRecords(_ snapshot: Snapshot, _ progress: (CheckProgress) -> Void) throws(StoreError) {
        var identifiers: [UInt64] = []
        try reading { () throws(StorageError) in
            try snapshot.storage.forEachBlob(in: .records, from: 0) { id, _ in
                identifiers.append(id)
                return true
            }
        }
        for (done, id) in identifiers.enumerated() {
            if done % 5_000 == 0 {
                progress(CheckProgress(part: "records", done: UInt64(done), total: UInt64(identifiers.count)))
            }
            guard let expected = expectedBlobs.removeValue(forKey: id) else {
                report.add("record blob \(id)", "no entry of the tree stands for it")
                continue
            }
            do throws(StoreError) {
                try checkRecord(id, expected.digest, expected.key, snapshot)
                report.records += 1
            } catch {
                report.add("record blob \(id)", "\(error)")
            }
        }
        for (id, expected) in expectedBlobs.sorted(by: { $0.key < $1.key }) {
            report.add(
                "record blob \(id)", "it is missing; the entry at key \(expected.key.bytes.hexadecimal) stands for it")
        }
    }

    private mutating func checkRecord(
        _ id: UInt64, _ digest: Digest, _ key: TreeKey, _ snapshot: Snapshot
    ) throws(StoreError) {
        let place = try RecordPlace(key)
        let record = try snapshot.records.disclosed(id, of: place.pseudonym, at: key)
        guard try RecordReader.digest(of: record, key) == digest else {
            throw .record(key: key, reason: "it is another record than the tree commits to")
        }
        guard !place.isSuperseded else { return try checkDeletion(of: record, place, key) }
        try derive(from: record, place, digest, blob: id, key)
    }

    /// Notes the entries that must follow from a record: its index entries, and the one that it is located by.
    private mutating func derive(
        from record: DisclosedRecord, _ place: RecordPlace, _ digest: Digest, blob: UInt64, _ key: TreeKey
    ) throws(StoreError) {
        guard let type = ResourceType(rawValue: UInt8(truncatingIfNeeded: place.type)) else {
            throw .record(key: key, reason: "\(place.type) is no resource type")
        }
        let id: String
        do throws(JSONError) {
            id = try JSONParser().parse(record.json).root["id"]?.string ?? ""
        } catch {
            throw .record(key: key, reason: "\(error)")
        }
        let location = TreeKey.locate(place.audience, type: UInt16(type.rawValue), logicalID: id)
        expectedLocations[location] = RecordLocation(
            pseudonym: place.pseudonym, number: place.number, digest: digest, blob: blob)
        let owner = RecordOwner(audience: place.audience, pseudonym: place.pseudonym, number: place.number)
        try indexes?.expect(record.json, type, owner, digest, blob: blob, at: location)
        try placement?.take(record.json, type, owner, isDeleted: false, at: key)
    }

    // MARK: Entries that follow from records

    /// Compares the index and locate entries that the tree has with those that follow from the records.
    private mutating func compareDerived() {
        for damage in indexes?.damages() ?? [] { report.add(damage.part, damage.reason) }
        report.indexEntries = indexes?.compared ?? 0
        for (key, found) in foundLocations {
            guard let expected = expectedLocations.removeValue(forKey: key) else {
                report.add("location \(key.bytes.hexadecimal)", "no record has this type and id")
                continue
            }
            if found != expected { report.add("location \(key.bytes.hexadecimal)", "it leads to another record") }
        }
        for key in expectedLocations.keys { report.add("location \(key.bytes.hexadecimal)", "it is missing") }
    }

    // MARK: History

    /// Checks that the deletion of a record names the record's own type and id, and that nothing else has them.
    private mutating func checkDeletion(
        of record: DisclosedRecord, _ place: RecordPlace, _ key: TreeKey
    ) throws(StoreError) {
        guard let deletion = history.deletion(of: key) else { return }
        let id: String
        do throws(JSONError) {
            id = try JSONParser().parse(record.json).root["id"]?.string ?? ""
        } catch {
            throw .record(key: key, reason: "\(error)")
        }
        let type = UInt16(truncatingIfNeeded: place.type)
        if let type = ResourceType(rawValue: UInt8(truncatingIfNeeded: type)) {
            let owner = RecordOwner(audience: place.audience, pseudonym: place.pseudonym, number: place.number)
            try placement?.take(record.json, type, owner, isDeleted: true, at: key)
        }
        if deletion != .deleted(place.audience, type: type, logicalID: id) {
            report.add("deletion \(deletion.bytes.hexadecimal)", "the record that it deleted has another type or id")
        }
        if foundLocations[.locate(place.audience, type: type, logicalID: id)] != nil {
            report.add("deletion \(deletion.bytes.hexadecimal)", "there is a record of this type and id")
        }
    }

    private mutating func checkPlacement() throws(StoreError) {
        for damage in try placement?.finish() ?? [] { report.add(damage.part, damage.reason) }
    }

    private mutating func checkHistory() {
        history.finish()
        for damage in history.damages { report.add(damage.part, damage.reason) }
    }

    private func reading(_ body: () throws(StorageError) -> Void) throws(StoreError) {
        try mapping(StoreError.storage, body)
    }
}

/// What a locate entry must lead to.
private struct RecordLocation: Hashable {
    let pseudonym: Pseudonym
    let number: UInt64
    let digest: Digest
    let blob: UInt64
}

/// What the key of a record says.
private struct RecordPlace {
    let audience: AudienceID
    let pseudonym: Pseudonym
    let type: UInt64
    let number: UInt64
    let isSuperseded: Bool

    init(_ key: TreeKey) throws(StoreError) {
        do throws(TupleError) {
            var realm = TupleReader(key.bytes, in: key.realm)
            isSuperseded = try realm.unsigned() == KeySpace.version.rawValue
            audience = AudienceID(rawValue: try realm.unsigned())
            var order = TupleReader(key.bytes, in: key.order)
            pseudonym = Pseudonym(rawValue: try order.unsigned())
            type = try order.unsigned()
            number = try order.unsigned()
        } catch {
            throw .record(key: key, reason: "\(error)")
        }
    }
}

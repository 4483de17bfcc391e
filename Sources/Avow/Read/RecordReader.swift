internal import AvowFHIR
internal import AvowProof
internal import AvowQuery
internal import AvowStorage
internal import AvowTree
internal import AvowVault
internal import Dispatch
internal import Synchronization

/// Reads the records of a snapshot: one at a time, or many on all cores.
final class RecordReader {
    /// From this many records on, opening them on several threads pays for waking these.
    private static let fewestInParallel = 65

    private let keys: OpenedKeys
    private let snapshot: any StorageSnapshot
    private let opener: RecordOpener
    /// What the last record took: the next one is often the same patient's.
    private var patient: (pseudonym: Pseudonym, key: SecretKey)?
    private var dictionaries = DictionarySet()
    /// Whether it is noted whose records are asked for.
    var isCounting = false
    /// Whose records were asked for, since whoever records that took it last.
    var owners = OwnerTally()

    init(_ keys: OpenedKeys, _ snapshot: any StorageSnapshot) throws(StoreError) {
        self.keys = keys
        self.snapshot = snapshot
        opener = try keys.openers.take()
    }

    deinit {
        keys.openers.give(opener)
    }

    // MARK: One record

    /// The record that an entry leads to, as compact JSON.
    func json(of entry: PlacedEntry) throws(StoreError) -> [UInt8] {
        try json(try address(entry), entry.key)
    }

    /// A record by its blob, as compact JSON, without counting it.
    func json(uncounted blob: UInt64, of pseudonym: Pseudonym) throws(StoreError) -> [UInt8] {
        let nowhere = TreeKey.configuration("")
        return try json(try address(blob, pseudonym, nowhere), nowhere)
    }

    /// The record that an entry leads to, as compact JSON, without counting it.
    func json(uncounted entry: PlacedEntry) throws(StoreError) -> [UInt8] {
        try json(try address(entry.blob, try RecordReader.pseudonym(of: entry, entry.key), entry.key), entry.key)
    }

    private func json(_ address: RecordAddress, _ treeKey: TreeKey) throws(StoreError) -> [UInt8] {
        var json: [UInt8] = []
        try open(address, treeKey) { (sealed) throws(VaultError) in
            json = try opener.json(sealed, address, dictionaries)
        }
        return json
    }

    /// Counts the record that an entry leads to as one that was opened.
    func count(_ entry: PlacedEntry) throws(StoreError) {
        if isCounting { owners.count(try RecordReader.pseudonym(of: entry, entry.key), blob: entry.blob) }
    }

    /// The record that an entry leads to, with what its digest is recomputed from.
    func disclosed(of entry: PlacedEntry) throws(StoreError) -> DisclosedRecord {
        try disclosed(try address(entry), entry.key)
    }

    /// The record that stands under an id, with what its digest is recomputed from.
    ///
    /// - Parameter treeKey: of the entry that led to it, for errors.
    func disclosed(
        _ id: UInt64, of pseudonym: Pseudonym, at treeKey: TreeKey
    ) throws(StoreError) -> DisclosedRecord {
        try disclosed(try address(id, pseudonym, treeKey), treeKey)
    }

    private func disclosed(
        _ address: RecordAddress, _ treeKey: @autoclosure () -> TreeKey
    ) throws(StoreError) -> DisclosedRecord {
        var disclosed: DisclosedRecord?
        try open(address, treeKey()) { (sealed) throws(VaultError) in
            disclosed = try opener.disclosed(sealed, address, dictionaries)
        }
        // Set unless `open` threw.
        return disclosed ?? DisclosedRecord(json: [], saltSeed: [], sealedDigest: Digest(.sealedRecord, []))
    }

    /// Calls `body` with the sealed bytes of a record; its dictionary has been opened when it can be.
    private func open(
        _ address: RecordAddress, _ treeKey: @autoclosure () -> TreeKey,
        _ body: (Span<UInt8>) throws(VaultError) -> Void
    ) throws(StoreError) {
        var failure: VaultError?
        let found: Void? = try mapping(StoreError.storage) { () throws(StorageError) in
            try snapshot.withBlob(address.blob, in: .records) { sealed in
                openDictionary(of: sealed)
                do throws(VaultError) {
                    try body(sealed)
                } catch {
                    failure = error
                }
            }
        }
        guard found != nil else { throw .record(key: treeKey(), reason: "its blob \(address.blob) is missing") }
        if let failure { throw .record(key: treeKey(), reason: "\(failure)") }
    }

    // MARK: Many records

    /// An entry, and whose record it leads to.
    typealias OwnedEntry = (entry: PlacedEntry, owner: RecordIdentity)

    /// What a query makes of the records that some entries lead to, in their order.
    ///
    /// Sealed bytes are read one after the other; many records are opened by as many threads as there are cores.
    ///
    /// - Parameter disclosing: whether to give what their digests are recomputed from, too.
    func rows(
        _ entries: [OwnedEntry], disclosing: Bool, _ evaluator: RowEvaluator
    ) throws(StoreError) -> [OpenedRow] {
        var rows: [OpenedRow] = []
        rows.reserveCapacity(entries.count)
        guard entries.count >= RecordReader.fewestInParallel, ProcessorCount.active > 1 else {
            for (entry, owner) in entries {
                guard !Task.isCancelled else { throw .cancelled }
                let address = try address(entry)
                try open(address, entry.key) { (sealed) throws(VaultError) in
                    rows.append(
                        try opener.row(sealed, address, dictionaries, owner, disclosing: disclosing, evaluator))
                }
            }
            return rows
        }
        let results = try read(entries).rows(keys.openers, disclosing: disclosing, evaluator)
        guard !Task.isCancelled else { throw .cancelled }
        for ((entry, _), result) in zip(entries, results) {
            do throws(VaultError) {
                rows.append(try result.get())
            } catch {
                throw .record(key: entry.key, reason: "\(error)")
            }
        }
        return rows
    }

    /// Reads the sealed records that some entries lead to.
    private func read(_ entries: [OwnedEntry]) throws(StoreError) -> SealedBatch {
        var batch = SealedBatch()
        batch.addresses.reserveCapacity(entries.count)
        batch.ends.reserveCapacity(entries.count)
        batch.owners = entries.map(\.owner)
        for (entry, _) in entries {
            let address = try address(entry)
            try open(address, entry.key) { (sealed) throws(VaultError) in
                batch.bytes.append(contentsOf: sealed)
            }
            batch.addresses.append(address)
            batch.ends.append(batch.bytes.count)
        }
        batch.dictionaries = dictionaries
        return batch
    }

    // MARK: What opens a record

    private func address(_ entry: PlacedEntry) throws(StoreError) -> RecordAddress {
        let key = entry.key
        let pseudonym = try RecordReader.pseudonym(of: entry, key)
        if isCounting { owners.count(pseudonym, blob: entry.blob) }
        return try address(entry.blob, pseudonym, key)
    }

    private func address(
        _ blob: UInt64, _ pseudonym: Pseudonym, _ treeKey: @autoclosure () -> TreeKey
    ) throws(StoreError) -> RecordAddress {
        if let patient, patient.pseudonym == pseudonym {
            return RecordAddress(blob: blob, pseudonym: pseudonym, key: patient.key)
        }
        guard let key = try keys.key(of: pseudonym, snapshot) else {
            throw .record(key: treeKey(), reason: "its patient has no key")
        }
        patient = (pseudonym, key)
        return RecordAddress(blob: blob, pseudonym: pseudonym, key: key)
    }

    /// Makes sure that a record's dictionary is there. When it cannot be, opening the record says so.
    private func openDictionary(of sealed: Span<UInt8>) {
        guard let id = try? RecordSealer.dictionaryID(of: sealed), id != 0, dictionaries[id: id] == nil,
            let known = try? keys.dictionaries(with: id, snapshot)
        else { return }
        dictionaries = known
    }

    /// Whose the record is that an entry stands for: the first element of its order, of its owner, or of its value.
    private static func pseudonym(of entry: PlacedEntry, _ key: TreeKey) throws(StoreError) -> Pseudonym {
        do throws(TupleError) {
            var realm = TupleReader(key.bytes, in: key.realm)
            switch KeySpace(rawValue: try realm.unsigned()) {
            case .record, .version:
                var order = TupleReader(key.bytes, in: key.order)
                return Pseudonym(rawValue: try order.unsigned())
            case .index:
                var owner = TupleReader(key.bytes, in: key.owner)
                return Pseudonym(rawValue: try owner.unsigned())
            case .locate:
                guard let located = try? LocatedRecord(entry.inline) else {
                    throw TupleError(offset: 0, expected: "a located record")
                }
                return located.pseudonym
            default: throw TupleError(offset: 0, expected: "an entry that stands for a record")
            }
        } catch {
            throw .record(key: key, reason: "\(error)")
        }
    }
}

/// Sealed records that were read from the storage, to be opened by any thread.
private struct SealedBatch: Sendable {
    /// The sealed records, one behind the other.
    var bytes: [UInt8] = []
    /// Where each ends in `bytes`.
    var ends: [Int] = []
    var addresses: [RecordAddress] = []
    var owners: [RecordIdentity] = []
    var dictionaries = DictionarySet()

    /// Opens and evaluates all records, in parts that stand next to each other, one for each core; fewer when the task
    /// that waits for them is cancelled.
    func rows(
        _ openers: Pool<RecordOpener>, disclosing: Bool, _ evaluator: RowEvaluator
    ) -> [Result<OpenedRow, VaultError>] {
        let parts = ProcessorCount.active
        let results = Mutex([[Result<OpenedRow, VaultError>]](repeating: [], count: parts))
        let isCancelled = Atomic(false)
        DispatchQueue.concurrentPerform(iterations: parts) { part in
            let range = (addresses.count * part / parts)..<(addresses.count * (part + 1) / parts)
            let rows = rows(range, openers, disclosing: disclosing, evaluator, isCancelled)
            results.withLock { $0[part] = rows }
        }
        return results.withLock { $0.flatMap(\.self) }
    }

    private func rows(
        _ range: Range<Int>, _ openers: Pool<RecordOpener>, disclosing: Bool, _ evaluator: RowEvaluator,
        _ isCancelled: borrowing Atomic<Bool>
    ) -> [Result<OpenedRow, VaultError>] {
        guard let opener = try? openers.take() else {
            return range.map { _ in .failure(.outOfMemory(bytes: 0)) }
        }
        defer { openers.give(opener) }
        var rows: [Result<OpenedRow, VaultError>] = []
        rows.reserveCapacity(range.count)
        let bytes = bytes.span
        for index in range {
            // Only the thread that the task runs on knows that it is cancelled; it works on a part itself.
            if Task.isCancelled { isCancelled.store(true, ordering: .relaxed) }
            guard !isCancelled.load(ordering: .relaxed) else { break }
            let sealed = bytes.extracting((index == 0 ? 0 : ends[index - 1])..<ends[index])
            rows.append(
                Result { () throws(VaultError) in
                    try opener.row(
                        sealed, addresses[index], dictionaries, owners[index], disclosing: disclosing, evaluator)
                })
        }
        return rows
    }
}

extension RecordReader {
    /// Recomputes the digest that the tree must hold of a record.
    static func digest(of record: DisclosedRecord, _ key: TreeKey) throws(StoreError) -> Digest {
        do throws(JSONError) {
            return try commitment(record.json, record.saltSeed, record.sealedDigest).digest
        } catch {
            throw .record(key: key, reason: "it is not compact JSON: \(error)")
        }
    }

    static func commitment(
        _ json: [UInt8], _ saltSeed: [UInt8], _ sealedDigest: Digest
    ) throws(JSONError) -> RecordCommitment {
        let members = try TopLevelMembers.find(in: json)
        return RecordCommitment(
            json: json.span, memberCount: members.count, saltSeed: saltSeed.span, sealedDigest: sealedDigest
        ) { (members[$0].name, members[$0].value) }
    }
}

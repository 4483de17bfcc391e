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
    private static let fewestInParallel = 33

    private let keys: OpenedKeys
    private let snapshot: any StorageSnapshot
    private let opener: RecordOpener
    /// What the last record took: the next one is often the same patient's.
    private var patient: (pseudonym: Pseudonym, key: RecordKey)?
    private var dictionaries = DictionarySet()
    /// Whether it is noted whose records are asked for.
    var isCounting = false
    /// Whose records were asked for, since whoever records that took it last.
    var owners = OwnerTally()
    /// What audiences said to the last request, which the next one is mostly like.
    var admission: Admission?

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
    ///
    /// - Parameter owner: whose it is, when the entry was asked for that before.
    func json(of entry: PlacedEntry, _ owner: RecordIdentity? = nil) throws(StoreError) -> [UInt8] {
        try json(try address(entry, owner), entry.key)
    }

    /// A record by its blob, as compact JSON, without counting it.
    func json(uncounted blob: UInt64, of pseudonym: Pseudonym) throws(StoreError) -> [UInt8] {
        let nowhere = TreeKey.configuration("")
        return try json(try address(blob, pseudonym, nowhere), nowhere)
    }

    /// The record that an entry leads to, as compact JSON, without counting it.
    func json(uncounted entry: PlacedEntry) throws(StoreError) -> [UInt8] {
        try json(try address(entry.blob, try RecordReader.pseudonym(of: entry), entry.key), entry.key)
    }

    private func json(
        _ address: RecordAddress, _ treeKey: @autoclosure () -> TreeKey
    ) throws(StoreError) -> [UInt8] {
        var json: [UInt8] = []
        try open(address, treeKey()) { (sealed) throws(VaultError) in
            json = try opener.json(sealed, address, dictionaries)
        }
        return json
    }

    /// Counts the record that an entry leads to as one that was opened.
    func count(_ entry: PlacedEntry) throws(StoreError) {
        if isCounting { owners.count(try RecordReader.pseudonym(of: entry), blob: entry.blob) }
    }

    /// The record that an entry leads to, with what its digest is recomputed from.
    ///
    /// - Parameter owner: as in ``json(of:_:)``.
    func disclosed(of entry: PlacedEntry, _ owner: RecordIdentity? = nil) throws(StoreError) -> DisclosedRecord {
        try disclosed(try address(entry, owner), entry.key)
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

    /// What a query makes of the records that some entries lead to, in their order.
    ///
    /// Sealed bytes are read one after the other; many records are opened by as many threads as there are cores.
    ///
    /// - Parameter disclosing: whether to give what their digests are recomputed from, too.
    func rows(
        _ wanted: [WantedRecord<TracingSource.Entry>], disclosing: Bool, _ evaluator: RowEvaluator
    ) throws(StoreError) -> [Result<OpenedRow, VaultError>] {
        guard wanted.count >= RecordReader.fewestInParallel, ProcessorCount.active > 1 else {
            var rows: [Result<OpenedRow, VaultError>] = []
            rows.reserveCapacity(wanted.count)
            for record in wanted {
                guard !Task.isCancelled else { throw .cancelled }
                let entry = record.entry.placed
                let address = try address(entry, record.owner)
                try open(address, entry.key) { (sealed) throws(VaultError) in
                    rows.append(
                        .success(
                            try opener.row(
                                sealed, address, dictionaries, record.owner, disclosing: disclosing, evaluator)))
                }
            }
            return rows
        }
        let rows = try read(wanted).rows(keys.openers, disclosing: disclosing, evaluator)
        guard !Task.isCancelled else { throw .cancelled }
        return rows
    }

    /// Reads the sealed records that some entries lead to.
    private func read(_ wanted: [WantedRecord<TracingSource.Entry>]) throws(StoreError) -> SealedBatch {
        var batch = SealedBatch(capacity: wanted.count)
        for record in wanted {
            let entry = record.entry.placed
            let address = try address(entry, record.owner)
            try open(address, entry.key) { (sealed) throws(VaultError) in
                batch.append(sealed, address, record.owner)
            }
        }
        batch.dictionaries = dictionaries
        return batch
    }

    // MARK: What opens a record

    private func address(_ entry: PlacedEntry, _ owner: RecordIdentity?) throws(StoreError) -> RecordAddress {
        // Zero stands for an owner that nobody asked for.
        let pseudonym =
            if let owner, owner.pseudonym != 0 { Pseudonym(rawValue: owner.pseudonym) } else {
                try RecordReader.pseudonym(of: entry)
            }
        if isCounting { owners.count(pseudonym, blob: entry.blob) }
        return try address(entry.blob, pseudonym, entry.key)
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
    private static func pseudonym(of entry: PlacedEntry) throws(StoreError) -> Pseudonym {
        let key = entry.key
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
    private struct Item: Sendable {
        let address: RecordAddress
        let owner: RecordIdentity
        /// Where it ends in `bytes`.
        let end: Int
    }

    /// About how many bytes a sealed record has.
    private static let usualByteCount = 320

    /// The sealed records, one behind the other.
    private var bytes: [UInt8] = []
    private var items: [Item] = []
    var dictionaries = DictionarySet()

    init(capacity: Int) {
        bytes.reserveCapacity(capacity * SealedBatch.usualByteCount)
        items.reserveCapacity(capacity)
    }

    mutating func append(_ sealed: Span<UInt8>, _ address: RecordAddress, _ owner: RecordIdentity) {
        bytes.append(contentsOf: sealed)
        items.append(Item(address: address, owner: owner, end: bytes.count))
    }

    /// Opens and evaluates all records, in parts that stand next to each other, one for each core. When the task that waits
    /// for them is cancelled, what is given of the others means nothing.
    func rows(
        _ openers: Pool<RecordOpener>, disclosing: Bool, _ evaluator: RowEvaluator
    ) -> [Result<OpenedRow, VaultError>] {
        let parts = ProcessorCount.active
        let isCancelled = Atomic(false)
        let count = items.count
        return unsafe [Result<OpenedRow, VaultError>](unsafeUninitializedCapacity: count) { rows, filled in
            // Each part fills a range of its own, all of it, and none is read before all have ended.
            nonisolated(unsafe) let rows = unsafe rows
            DispatchQueue.concurrentPerform(iterations: parts) { part in
                let range = (count * part / parts)..<(count * (part + 1) / parts)
                unsafe fill(rows, range, openers, disclosing: disclosing, evaluator, isCancelled)
            }
            filled = count
        }
    }

    @unsafe private func fill(
        _ rows: UnsafeMutableBufferPointer<Result<OpenedRow, VaultError>>, _ range: Range<Int>,
        _ openers: Pool<RecordOpener>, disclosing: Bool, _ evaluator: RowEvaluator,
        _ isCancelled: borrowing Atomic<Bool>
    ) {
        let opener = try? openers.take()
        defer { if let opener { openers.give(opener) } }
        let bytes = bytes.span
        var start = range.lowerBound == 0 ? 0 : items[range.lowerBound - 1].end
        for index in range {
            // Only the thread that the task runs on knows that it is cancelled; it works on a part itself.
            if Task.isCancelled { isCancelled.store(true, ordering: .relaxed) }
            let item = items[index]
            var row: Result<OpenedRow, VaultError> = .failure(.outOfMemory(bytes: 0))
            if let opener, !isCancelled.load(ordering: .relaxed) {
                let sealed = bytes.extracting(start..<item.end)
                row = Result { () throws(VaultError) in
                    try opener.row(sealed, item.address, dictionaries, item.owner, disclosing: disclosing, evaluator)
                }
            }
            unsafe rows.initializeElement(at: index, to: row)
            start = item.end
        }
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

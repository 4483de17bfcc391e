internal import AvowFHIR
internal import AvowProof
internal import AvowQuery
internal import AvowStorage
internal import AvowTree
internal import AvowVault

/// Opens sealed records. One for each thread.
///
/// What opens is the record that the entry stands for: a record is sealed for its patient and the id that it stands
/// under, no id is used twice, and the node that names the id is sealed itself and checked against its parent's hash.
/// So reading need not recompute the digest that the tree holds. `Store.check` does, and so does whoever verifies an
/// answer.
final class RecordOpener {
    private let sealer: RecordSealer
    private let keys: OpenedKeys
    /// What the last record took: the next one is often the same patient's.
    private var patient: (pseudonym: Pseudonym, key: SecretKey)?
    private var dictionaries = DictionarySet()

    init(storeID: StoreID, _ keys: OpenedKeys) throws(StoreError) {
        sealer = try mapping(StoreError.vault) { () throws(VaultError) in try RecordSealer(storeID: storeID) }
        self.keys = keys
    }

    /// The record that an entry leads to, as compact JSON.
    func json(of entry: StoredEntry, _ snapshot: any StorageSnapshot) throws(StoreError) -> [UInt8] {
        try open(entry.blob, try RecordOpener.pseudonym(of: entry), entry.key, snapshot) { json, _, _ in
            [UInt8](copying: json)
        }
    }

    /// The record that an entry leads to, with what its digest is recomputed from.
    func disclosed(of entry: StoredEntry, _ snapshot: any StorageSnapshot) throws(StoreError) -> DisclosedRecord {
        try disclosed(entry.blob, of: try RecordOpener.pseudonym(of: entry), at: entry.key, snapshot)
    }

    /// The record that stands under an id, with what its digest is recomputed from.
    ///
    /// - Parameter treeKey: of the entry that led to it, for errors.
    func disclosed(
        _ id: UInt64, of pseudonym: Pseudonym, at treeKey: TreeKey, _ snapshot: any StorageSnapshot
    ) throws(StoreError) -> DisclosedRecord {
        let parts = try open(id, pseudonym, treeKey, snapshot) { json, sealed, key in
            let seed = try? RecordSealer.saltSeed(of: sealed, key: key)
            return (
                json: [UInt8](copying: json), seed: seed?.bytes ?? [], digest: RecordCommitment.sealedDigest(sealed)
            )
        }
        return DisclosedRecord(json: parts.json, saltSeed: parts.seed, sealedDigest: parts.digest)
    }

    /// Calls `body` with the opened record that stands under an id, its sealed bytes and its patient's key.
    private func open<Value>(
        _ id: UInt64, _ pseudonym: Pseudonym, _ treeKey: @autoclosure () -> TreeKey,
        _ snapshot: any StorageSnapshot,
        _ body: (_ json: Span<UInt8>, _ sealed: Span<UInt8>, SecretKey) -> Value
    ) throws(StoreError) -> Value {
        guard let key = try key(of: pseudonym, snapshot) else {
            throw .record(key: treeKey(), reason: "its patient has no key")
        }
        func attempt() throws(StoreError) -> Result<Value, VaultError> {
            let result = try mapping(StoreError.storage) { () throws(StorageError) in
                try snapshot.withBlob(id, in: .records) { sealed in
                    Result { () throws(VaultError) in
                        try sealer.withOpened(
                            sealed, key: key, pseudonym: pseudonym.rawValue, recordID: id,
                            dictionaries: dictionaries
                        ) { json in body(json, sealed, key) }
                    }
                }
            }
            guard let result else { throw .record(key: treeKey(), reason: "its blob \(id) is missing") }
            return result
        }
        var result = try attempt()
        if case .failure(.unknownDictionary(let missing)) = result,
            let known = try? keys.dictionaries(with: missing, snapshot), known[id: missing] != nil
        {
            dictionaries = known
            result = try attempt()
        }
        do throws(VaultError) {
            return try result.get()
        } catch {
            throw .record(key: treeKey(), reason: "\(error)")
        }
    }

    private func key(of pseudonym: Pseudonym, _ snapshot: any StorageSnapshot) throws(StoreError) -> SecretKey? {
        if let patient, patient.pseudonym == pseudonym { return patient.key }
        guard let key = try keys.key(of: pseudonym, snapshot) else { return nil }
        patient = (pseudonym, key)
        return key
    }

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
            json: json.span, members: members.map { ($0.name, $0.value) }, saltSeed: saltSeed.span,
            sealedDigest: sealedDigest)
    }

    /// Whose the record is that an entry stands for: the first element of its order, of its owner, or of its value.
    static func pseudonym(of entry: StoredEntry) throws(StoreError) -> Pseudonym {
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

internal import AvowFHIR
internal import AvowProof
internal import AvowQuery
internal import AvowStorage
internal import AvowTree
internal import AvowVault

/// Opens sealed records and checks that each is what the tree commits to. One for each thread.
final class RecordOpener {
    private let sealer: RecordSealer
    private let keys: OpenedKeys

    init(storeID: StoreID, _ keys: OpenedKeys) throws(StoreError) {
        sealer = try mapping(StoreError.vault) { () throws(VaultError) in try RecordSealer(storeID: storeID) }
        self.keys = keys
    }

    /// Opens the record that an entry leads to.
    ///
    /// - Parameter digest: the record's digest, as the tree has it.
    func open(
        _ digest: Digest, of entry: StoredEntry, _ snapshot: any StorageSnapshot
    ) throws(StoreError) -> DisclosedRecord {
        let sealed = try mapping(StoreError.storage) { () throws(StorageError) in
            try snapshot.blob(entry.blob, in: .records)
        }
        guard let sealed else { throw .record(key: entry.key, reason: "its blob \(entry.blob) is missing") }
        let record = try open(sealed, pseudonym: try RecordOpener.pseudonym(of: entry), entry.key, snapshot)
        guard try RecordOpener.digest(of: record, entry.key) == digest else {
            throw .record(key: entry.key, reason: "blob \(entry.blob) holds another record than the tree commits to")
        }
        return record
    }

    /// Opens sealed bytes as a record of a patient.
    func open(
        _ sealed: [UInt8], pseudonym: Pseudonym, _ key: TreeKey, _ snapshot: any StorageSnapshot
    ) throws(StoreError) -> DisclosedRecord {
        guard let patientKey = try keys.key(of: pseudonym, snapshot) else {
            throw .record(key: key, reason: "its patient has no key")
        }
        let opened: RecordSealer.Opened
        do throws(VaultError) {
            let id = try RecordSealer.dictionaryID(of: sealed.span)
            let dictionaries = try dictionaries(id, snapshot).get()
            opened = try sealer.open(
                sealed.span, key: patientKey, pseudonym: pseudonym.rawValue, dictionaries: dictionaries)
        } catch {
            throw .record(key: key, reason: "\(error)")
        }
        return DisclosedRecord(
            json: opened.json, saltSeed: opened.saltSeed.bytes,
            sealedDigest: RecordCommitment.sealedDigest(sealed.span))
    }

    private func dictionaries(_ id: UInt32, _ snapshot: any StorageSnapshot) -> Result<DictionarySet, VaultError> {
        guard let set = try? keys.dictionaries(with: id, snapshot) else {
            return .failure(.unknownDictionary(id: id))
        }
        return .success(set)
    }

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

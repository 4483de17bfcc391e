internal import AvowFHIR
internal import AvowProof
internal import AvowQuery
internal import AvowTree

/// Compares the entries of indexes with those that follow from the records.
///
/// Of an index that is being made, the records up to the place that it has come to must have their entries, and the
/// others may; of one that is being removed, entries may be there.
struct IndexCheck {
    private let catalog: IndexCatalog
    private let extraction: IndexExtraction
    private let finder: EntryFinder
    /// How far each index has come that is being made: the key of the last record.
    private var places: [UInt64: [UInt8]] = [:]
    /// The entries that the tree has, and those that follow from the records, by a digest of key, value and blob.
    private var found: [(digest: Digest, key: TreeKey)] = []
    private var expected: [Digest: (key: TreeKey, isOptional: Bool)] = [:]
    private var overflowing: Set<UInt64> = []
    /// How many entries were compared.
    private(set) var compared = 0

    init(_ snapshot: Snapshot, _ store: Store) throws(StoreError) {
        catalog = try snapshot.catalog()
        extraction = store.recordIndexes(catalog).extraction
        finder = try EntryFinder()
        for definition in catalog.definitions where definition.state == .building {
            places[definition.id] = try IndexWork(store).place(of: definition.id, snapshot) ?? []
        }
    }

    /// Notes an entry of the tree.
    mutating func take(_ entry: StoredEntry) {
        let key = entry.key
        var realm = TupleReader(key.bytes, in: key.realm)
        _ = try? realm.next()
        if let index = try? realm.unsigned(), catalog[id: index]?.state == .dropping { return }
        found.append((IndexCheck.digest(key, entry.value, entry.blob), key))
    }

    /// Notes the entries that follow from a record.
    ///
    /// - Parameter location: the key by which it is located.
    mutating func expect(
        _ json: [UInt8], _ type: ResourceType, _ owner: RecordOwner, _ value: Digest, blob: UInt64, at location: TreeKey
    ) throws(StoreError) {
        var entries: [IndexEntry] = []
        try finder.visit(json, type, extraction) { entries.append($0) }
        for entry in entries {
            var isOptional = false
            if let place = places[entry.index] {
                isOptional = ByteOrder.compare(location.bytes.span, place.span) > 0
            }
            if entry.isOverflow, !isOptional { overflowing.insert(entry.index) }
            let key = entry.key(owner)
            expected[IndexCheck.digest(key, value, blob)] = (key, isOptional)
        }
    }

    /// What is wrong, when all entries and records have been noted.
    mutating func damages() -> [(part: String, reason: String)] {
        var damages: [(String, String)] = []
        for entry in found {
            if expected.removeValue(forKey: entry.digest) == nil {
                damages.append(("index entry \(entry.key.bytes.hexadecimal)", "no record has it"))
            } else {
                compared += 1
            }
        }
        for missing in expected.values where !missing.isOptional {
            damages.append(("index entry \(missing.key.bytes.hexadecimal)", "it is missing"))
        }
        for id in overflowing.sorted() {
            guard let definition = catalog[id: id], !definition.hasOverflow else { continue }
            damages.append(("index \(definition.name)", "the catalog does not say that some record overflows it"))
        }
        return damages
    }

    private static func digest(_ key: TreeKey, _ value: Digest, _ blob: UInt64) -> Digest {
        var bytes = key.bytes
        bytes.append(bigEndian: UInt32(key.realmByteCount))
        bytes.append(bigEndian: UInt32(key.orderByteCount))
        value.append(to: &bytes)
        bytes.append(bigEndian: blob)
        return Digest(.value, bytes)
    }
}

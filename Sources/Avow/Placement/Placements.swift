internal import AvowFHIR
internal import AvowProof
internal import AvowTree

/// Where resources and patients stand in a version of the tree.
///
/// Nearly all stand under the home audience, that of records of which no consent speaks. The others have an entry in the
/// space `placement`, which no query reads.
struct Placements {
    let reader: TreeReader
    /// The audience of what has no entry.
    let home: AudienceID
    /// Whether everything stands at home.
    let isEmpty: Bool

    init(_ reader: TreeReader, home: AudienceID) throws(StoreError) {
        self.reader = reader
        self.home = home
        isEmpty = try mapping(StoreError.tree) { () throws(TreeError) in
            try reader.count(in: .space(.placement)) == 0
        }
    }

    /// The audiences under which resources stand, if they are there at all.
    func audiences(of resources: [ResourceIdentity]) throws(StoreError) -> [AudienceID] {
        var audiences = [AudienceID](repeating: home, count: resources.count)
        guard !isEmpty else { return audiences }
        let keys = resources.enumerated().map { (key: $1.placementKey, index: $0) }.sorted { $0.key < $1.key }
        let entries = try mapping(StoreError.tree) { () throws(TreeError) in
            try reader.entries(for: keys.map(\.key))
        }
        for (entry, (_, index)) in zip(entries, keys) {
            if let entry { audiences[index] = try Placements.audience(entry) }
        }
        return audiences
    }

    /// The audience under which a resource stands, if it is there at all.
    func audience(of resource: ResourceIdentity) throws(StoreError) -> AudienceID {
        try audiences(of: [resource]).first ?? home
    }

    /// Where a patient's records stand; nil when the store does not know the patient.
    func patient(_ id: String) throws(StoreError) -> PatientPlacement? {
        if !isEmpty, let entry = try find(.placement(patient: id)) {
            guard let placement = PatientPlacement(try Placements.content(entry)) else {
                throw .record(key: entry.key, reason: "it does not say where a patient's records stand")
            }
            return placement
        }
        guard let entry = try find(.patient(home, logicalID: id)) else { return nil }
        return PatientPlacement(try Pseudonym.read(entry), [home])
    }

    private func find(_ key: TreeKey) throws(StoreError) -> PlacedEntry? {
        try mapping(StoreError.tree) { () throws(TreeError) in try reader.find(key) }
    }

    // MARK: Entries

    static func audience(_ entry: PlacedEntry) throws(StoreError) -> AudienceID {
        var reader = ByteReader(try content(entry))
        guard let id: UInt64 = try? reader.integer(), reader.remaining == 0 else {
            throw .record(key: entry.key, reason: "it names no audience")
        }
        return AudienceID(rawValue: id)
    }

    private static func content(_ entry: PlacedEntry) throws(StoreError) -> [UInt8] {
        do throws(EntryValueError) {
            return try SaltedValue(entry.inline).content
        } catch {
            throw .record(key: entry.key, reason: "\(error)")
        }
    }
}

extension PlacedEntry {
    /// The logical id that the entry of a patient is ordered by.
    func logicalID() throws(StoreError) -> String {
        try order { (reader) throws(TupleError) in try reader.logicalID() }
    }

    /// The patient of an entry of a record that decides about others.
    func relatedPatient() throws(StoreError) -> String {
        try order { (reader) throws(TupleError) in
            _ = try reader.unsigned()
            _ = try reader.unsigned()
            _ = try reader.logicalID()
            return try reader.logicalID()
        }
    }

    private func order(_ read: (inout TupleReader) throws(TupleError) -> String) throws(StoreError) -> String {
        let key = key
        var order = TupleReader(key.bytes, in: key.order)
        do throws(TupleError) {
            return try read(&order)
        } catch {
            throw .record(key: key, reason: "\(error)")
        }
    }
}

extension TupleReader {
    /// Reads a logical id.
    mutating func logicalID() throws(TupleError) -> String {
        switch try next() {
        case .text(let text): return text
        case .uuid(let bytes):
            if let uuid = UUIDBytes(bytes: bytes) { return uuid.text }
        default: break
        }
        throw TupleError(offset: 0, expected: "a logical id")
    }
}

extension Indexing {
    /// The logical id of the patient that a record of the store belongs to; nil when it belongs to none.
    static func patientID(
        of json: [UInt8], _ type: ResourceType, at key: TreeKey
    ) throws(StoreError) -> String? {
        do throws(JSONError) {
            let reference = patientReference(of: try JSONParser().parse(json).root, type: type)
            return reference.map { String($0.dropFirst("Patient/".count)) }
        } catch {
            throw .record(key: key, reason: "\(error)")
        }
    }
}

extension ResourceIdentity {
    /// The key of the entry that says under which audience the resource stands.
    var placementKey: TreeKey { .placement(type: UInt16(type.rawValue), logicalID: id) }

    /// The key of the entry that says that a patient's Consents ask what the resource refers to.
    func relatedKey(patient: String) -> TreeKey {
        .related(type: UInt16(type.rawValue), logicalID: id, patient: patient)
    }

    /// The change after which the placement says that the resource stands under an audience.
    func placement(under audience: AudienceID, home: AudienceID) -> TreeMutation {
        guard audience != home else { return TreeMutation(placementKey, .remove) }
        var content: [UInt8] = []
        content.append(bigEndian: audience.rawValue)
        return TreeMutation(placementKey, .inline(Salt.salted(content), blob: 0))
    }
}

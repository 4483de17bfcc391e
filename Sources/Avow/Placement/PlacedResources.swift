internal import AvowFHIR
internal import AvowProof
internal import AvowTree

/// A resource of a patient where it stands.
struct PlacedResource: Sendable {
    /// The entry of its record; of a resource that is deleted that of its last one.
    let entry: PlacedEntry
    let audience: AudienceID
    let pseudonym: Pseudonym
    let type: ResourceType
    let number: UInt64
    let isDeleted: Bool

    func owner(under audience: AudienceID) -> RecordOwner {
        RecordOwner(audience: audience, pseudonym: pseudonym, number: number)
    }
}

/// Finds the resources of a patient under audiences, those that are deleted among them.
struct PlacedResources {
    private let pseudonym: Pseudonym
    private let reader: TreeReader
    private let records: RecordReader
    /// Those that were found.
    private(set) var resources: [PlacedResource] = []
    /// The audiences under which the patient has superseded versions.
    private var withVersions: Set<AudienceID> = []

    init(_ pseudonym: Pseudonym, _ reader: TreeReader, _ records: RecordReader) {
        self.pseudonym = pseudonym
        self.reader = reader
        self.records = records
    }

    /// Finds those that stand under an audience and are to be looked at.
    mutating func find(under audience: AudienceID, _ review: PlacementWork.Review) throws(StoreError) {
        var present: Set<PlacementWork.RecordNumber> = []
        for entry in try records(under: audience, review) {
            let place = try PlacedResources.place(entry.key)
            present.insert(place)
            resources.append(try resource(entry, audience, place, isDeleted: false))
        }
        let versions = try PlacedEntry.all(in: .versions(audience, pseudonym), reader)
        guard !versions.isEmpty else { return }
        withVersions.insert(audience)
        guard case .all = review else { return }
        var last: [PlacementWork.RecordNumber: PlacedEntry] = [:]
        for entry in versions where entry.blob != 0 { last[try PlacedResources.place(entry.key)] = entry }
        for (place, entry) in last where !present.contains(place) {
            let resource = try resource(entry, audience, place, isDeleted: true)
            let id = try identity(of: resource)
            // What is neither there nor deleted has gone to another patient, or come back under another number, and moves
            // with what it is there.
            guard let deletion = try find(.deleted(audience, type: place.type, logicalID: id.id)),
                let located = try? LocatedRecord.read(deletion), located.pseudonym == pseudonym,
                located.number == place.number
            else { continue }
            resources.append(resource)
        }
    }

    /// The entries of the records that are to be looked at.
    private func records(
        under audience: AudienceID, _ review: PlacementWork.Review
    ) throws(StoreError) -> [PlacedEntry] {
        guard case .records(let wanted) = review else {
            return try PlacedEntry.all(in: .records(audience, pseudonym), reader)
        }
        let keys = wanted.map { TreeKey.record(audience, pseudonym, type: $0.type, number: $0.number) }.sorted()
        return try mapping(StoreError.tree) { () throws(TreeError) in
            try reader.entries(for: keys).compactMap(\.self)
        }
    }

    private func resource(
        _ entry: PlacedEntry, _ audience: AudienceID, _ place: PlacementWork.RecordNumber, isDeleted: Bool
    ) throws(StoreError) -> PlacedResource {
        guard let type = ResourceType(rawValue: UInt8(truncatingIfNeeded: place.type)) else {
            throw .record(key: entry.key, reason: "\(place.type) is no resource type")
        }
        return PlacedResource(
            entry: entry, audience: audience, pseudonym: pseudonym, type: type, number: place.number,
            isDeleted: isDeleted)
    }

    private func identity(of resource: PlacedResource) throws(StoreError) -> ResourceIdentity {
        let json = try records.json(of: resource.entry)
        do throws(JSONError) {
            let root = try JSONParser().parse(json).root
            return ResourceIdentity(resource.type, id: root["id"]?.string ?? "")
        } catch {
            throw .record(key: resource.entry.key, reason: "\(error)")
        }
    }

    // MARK: Location and history

    /// What moves with a resource besides its record and index entries.
    struct History {
        var changes: [TreeMutation] = []
        /// Of each other patient to whom the resource has belonged, the entry of one such version.
        var formerOwners: [Pseudonym: PlacedEntry] = [:]
    }

    /// The changes by which what leads to a resource, and its older versions, come to stand under another audience.
    func history(
        of resource: PlacedResource, _ id: ResourceIdentity, to audience: AudienceID
    ) throws(StoreError) -> History {
        var history = History()
        let type = UInt16(id.type.rawValue)
        func key(_ audience: AudienceID) -> TreeKey {
            resource.isDeleted
                ? .deleted(audience, type: type, logicalID: id.id) : .locate(audience, type: type, logicalID: id.id)
        }
        guard let location = try find(key(resource.audience)) else {
            throw .record(key: resource.entry.key, reason: "it cannot be located by its type and id")
        }
        history.changes.append(TreeMutation(location.key, .remove))
        history.changes.append(TreeMutation(key(audience), .inline(location.inline, blob: location.blob)))
        guard withVersions.contains(resource.audience) else { return history }
        var place: LocatedRecord? = try LocatedRecord.read(location)
        while let present = place {
            place = nil
            let range = KeyRange.versions(
                resource.audience, present.pseudonym, type: type, number: present.number, below: present.version + 1)
            for entry in try PlacedEntry.all(in: range, reader) {
                let isLink = entry.blob == 0 && !entry.inline.isEmpty
                let version = try PlacedResources.version(entry.key)
                if entry.blob != 0, present.pseudonym != pseudonym { history.formerOwners[present.pseudonym] = entry }
                history.changes.append(TreeMutation(entry.key, .remove))
                history.changes.append(
                    TreeMutation(
                        .version(
                            audience, present.pseudonym, type: type, number: present.number, version: version),
                        isLink ? .inline(entry.inline, blob: 0) : .record(entry.value, blob: entry.blob)))
                // Each step leads to an older version, so the steps end.
                if isLink, let link = try? LocatedRecord(entry.inline), link.version < present.version { place = link }
            }
        }
        return history
    }

    private func find(_ key: TreeKey) throws(StoreError) -> PlacedEntry? {
        try mapping(StoreError.tree) { () throws(TreeError) in try reader.find(key) }
    }

    // MARK: Keys

    private static func place(_ key: TreeKey) throws(StoreError) -> PlacementWork.RecordNumber {
        try order(key) { (reader) throws(TupleError) in
            PlacementWork.RecordNumber(
                type: UInt16(truncatingIfNeeded: try reader.unsigned()), number: try reader.unsigned())
        }
    }

    private static func version(_ key: TreeKey) throws(StoreError) -> UInt64 {
        try order(key) { (reader) throws(TupleError) in
            _ = try reader.unsigned()
            _ = try reader.unsigned()
            return try reader.unsigned()
        }
    }

    /// Reads the order of a key behind the pseudonym.
    private static func order<Value>(
        _ key: TreeKey, _ body: (inout TupleReader) throws(TupleError) -> Value
    ) throws(StoreError) -> Value {
        var reader = TupleReader(key.bytes, in: key.order)
        do throws(TupleError) {
            _ = try reader.unsigned()
            return try body(&reader)
        } catch {
            throw .record(key: key, reason: "\(error)")
        }
    }
}

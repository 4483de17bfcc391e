internal import AvowConsent
internal import AvowFHIR
internal import AvowProof
internal import AvowQuery
internal import AvowTree
internal import AvowVault

/// A record as a redaction profile shows it, where it stands.
struct Rendition: Sendable {
    let profile: RedactionProfile
    let json: [UInt8]
    /// Under which id its entries stand, whose it is, and its number.
    let owner: RecordOwner
    /// The id of its sealed bytes.
    let recordID: UInt64

    /// The logical id that it is located by.
    func logicalID() throws(StoreError) -> String {
        do throws(JSONError) {
            return try JSONParser().parse(json).root["id"]?.string ?? ""
        } catch {
            throw .damaged(part: "a rendition", reason: "\(error)")
        }
    }

    /// The keys of its entries.
    func keys(_ type: ResourceType, _ indexes: RecordIndexes) throws(StoreError) -> [TreeKey] {
        let number = UInt16(type.rawValue)
        return [
            .record(owner.audience, owner.pseudonym, type: number, number: owner.number),
            .locate(owner.audience, type: number, logicalID: try logicalID()),
        ] + (try indexes.keys(of: json, type, owner))
    }
}

/// Where a rendition is sealed, and under which id its entries stand.
struct SealedRendition: Sendable {
    let recordID: UInt64
    let audience: AudienceID

    init(_ rendition: Rendition) {
        recordID = rendition.recordID
        audience = rendition.owner.audience
    }
}

/// Finds the renditions of records.
struct RenditionFinder {
    private let reader: TreeReader
    private let records: RecordReader
    private var profiles: [AudienceID: [(profile: RedactionProfile, id: AudienceID)]] = [:]

    init(_ reader: TreeReader, _ records: RecordReader) {
        self.reader = reader
        self.records = records
    }

    /// The renditions of the record with a number, which stands under an audience.
    mutating func renditions(of owner: RecordOwner, _ type: ResourceType) throws(StoreError) -> [Rendition] {
        var found: [Rendition] = []
        for (profile, id) in try profiles(of: owner.audience) {
            let key = TreeKey.record(id, owner.pseudonym, type: UInt16(type.rawValue), number: owner.number)
            let entry = try mapping(StoreError.tree) { () throws(TreeError) in try reader.find(key) }
            guard let entry else { continue }
            let owner = RecordOwner(audience: id, pseudonym: owner.pseudonym, number: owner.number)
            found.append(
                Rendition(
                    profile: profile, json: try records.json(of: entry), owner: owner, recordID: entry.blob))
        }
        return found
    }

    /// The profiles of an audience, each with the id under which the renditions stand.
    mutating func profiles(
        of audience: AudienceID
    ) throws(StoreError) -> [(profile: RedactionProfile, id: AudienceID)] {
        if let known = profiles[audience] { return known }
        let form = try AudienceRegister.audience(audience, reader)
        let found = form?.renditionIDs ?? []
        profiles[audience] = found
        return found
    }
}

extension Audience {
    /// The profiles through which it shows records, each with the id under which the renditions stand.
    var renditionIDs: [(profile: RedactionProfile, id: AudienceID)] {
        profiles.map { ($0, id(showing: $0)) }
    }
}

/// Makes renditions: redacts, seals and makes the entries. Several threads may use it at once.
struct RenditionMaker: Sendable {
    let policy: StorePolicy
    let blinder: IdentifierBlinder
    let sealers: Pool<RecordSealer>
    let dictionaries: DictionarySet
    let indexes: RecordIndexes
    /// When is decided which dates tell of an age that is too high, in milliseconds since 1970-01-01T00:00:00Z.
    let time: Int64

    /// A record as a profile shows it, in compact JSON; nil when the profile withholds it.
    func json(
        of resource: JSONValue, _ type: ResourceType, _ profile: RedactionProfile
    ) throws(StoreError) -> [UInt8]? {
        guard let rules = policy.redaction.rules(of: profile) else { return nil }
        return rules.redacted(resource, type: type, at: time) { type, id in RenditionMaker.name(type, id, blinder) }
    }

    /// The name by which renditions of a profile know a patient.
    func name(ofPatient id: String, _ profile: RedactionProfile) -> String {
        guard let rules = policy.redaction.rules(of: profile), rules.replacesIdentifiers else { return id }
        return RenditionMaker.name(.patient, id, blinder)
    }

    /// The name by which renditions know a resource.
    private static func name(_ type: ResourceType, _ id: String, _ blinder: IdentifierBlinder) -> String {
        blinder.blinded("\(type.name)/\(id)")
    }

    /// Seals a rendition under its id, which no other record has, and makes its entries.
    func seal(
        _ rendition: Rendition, _ type: ResourceType, key: RecordKey, into changes: inout TreeChanges
    ) throws(StoreError) -> [UInt8] {
        let owner = rendition.owner
        let json = rendition.json
        let sealed = try sealers.withElement { (sealer) throws(StoreError) in
            try mapping(StoreError.vault) { () throws(VaultError) in
                try sealer.seal(
                    json: json.span, key: key, pseudonym: owner.pseudonym.rawValue, recordID: rendition.recordID,
                    dictionary: dictionaries.newest(forType: UInt32(type.rawValue)))
            }
        }
        let sealedDigest = RecordCommitment.sealedDigest(sealed.bytes.span)
        let digest: Digest
        do throws(JSONError) {
            digest = try RecordReader.commitment(json, sealed.saltSeed.bytes, sealedDigest).digest
        } catch {
            throw .damaged(part: "a rendition", reason: "\(error)")
        }
        let number = UInt16(type.rawValue)
        let change = TreeMutation.Change.record(digest, blob: rendition.recordID)
        changes.append(change) {
            $0.appendRecordKey(owner.audience, owner.pseudonym, type: number, number: owner.number)
        }
        try indexes.finders.withElement { (finder) throws(StoreError) in
            try finder.visit(json, type, indexes.extraction) { entry in
                changes.append(change) { entry.append(to: &$0, owner) }
            }
        }
        // A rendition has no history: what it was before may not be told.
        let located = LocatedRecord(pseudonym: owner.pseudonym, number: owner.number, version: 1, digest: digest)
        let id = try rendition.logicalID()
        changes.append(.inline(located.bytes, blob: rendition.recordID)) {
            $0.appendLocateKey(owner.audience, type: number, logicalID: id)
        }
        return sealed.bytes
    }
}

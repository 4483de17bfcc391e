internal import AvowConsent
internal import AvowFHIR
internal import AvowProof
internal import AvowQuery
internal import AvowTree
internal import AvowVault

/// A resource that will be written, with its place in the tree.
struct PendingRecord: Sendable {
    let resource: IncomingResource
    let pseudonym: Pseudonym
    let key: RecordKey
    let number: UInt64
    let version: UInt64
    /// The id of its sealed bytes.
    let recordID: UInt64
    /// The version that it replaces, under whose audience it stands as long as nothing else is decided.
    let superseded: SupersededVersion?
    /// The Consents that decide about it, when it is new; nil when it stands at home.
    let consents: PatientConsents?
}

/// Records that are compressed and sealed, and the entries that they make.
struct PreparedRecords: Sendable {
    /// The sealed records in their order, one behind the other, and where each ends.
    private(set) var sealed: [UInt8] = []
    private(set) var sealedEnds: [Int] = []
    var changes = TreeChanges()
    /// The indexes in which a record has so many entries that one stands for all.
    var overflowing: Set<UInt64> = []
    /// What was decided about the records of patients who have Consents.
    var decided: [(patient: Pseudonym, audience: Audience)] = []

    /// A sealed record has so many bytes, about.
    private static let sealedByteCount = 224

    /// Room for so many records.
    init(capacity: Int) {
        sealed.reserveCapacity(capacity * PreparedRecords.sealedByteCount)
        sealedEnds.reserveCapacity(capacity)
        changes.reserveCapacity(capacity * 4, keyByteCount: 56)
    }

    /// Where the sealed bytes of a record stand.
    func sealedRange(_ position: Int) -> Range<Int> {
        (position == 0 ? 0 : sealedEnds[position - 1])..<sealedEnds[position]
    }

    /// Appends a sealed record, which `seal` appends to the others.
    ///
    /// - Returns: What `seal` gave, and the digest of the sealed bytes.
    mutating func appendSealed(
        _ seal: (inout [UInt8]) throws(VaultError) -> SaltSeed
    ) throws(VaultError) -> (SaltSeed, Digest) {
        let start = sealed.count
        let saltSeed = try seal(&sealed)
        sealedEnds.append(sealed.count)
        return (saltSeed, RecordCommitment.sealedDigest(sealed.span.extracting(start..<sealed.count)))
    }
}

/// Compresses, seals and hashes records, and makes their entries: most of the work of an import.
struct RecordPreparation: Sendable {
    /// The audience of records about which nobody says anything.
    let home: AudienceID
    let dictionaries: DictionarySet
    let sealers: Pool<RecordSealer>
    let indexes: RecordIndexes

    func prepare(_ records: ArraySlice<PendingRecord>) throws(StoreError) -> PreparedRecords {
        var prepared = PreparedRecords(capacity: records.count)
        var nonces = Nonces(count: records.count)
        try sealers.withElement { (sealer) throws(StoreError) in
            try indexes.finders.withElement { (finder) throws(StoreError) in
                var scratch = RecordContents()
                for record in records { try prepare(record, sealer, &nonces, finder, &scratch, &prepared) }
            }
        }
        return prepared
    }

    private func prepare(
        _ record: PendingRecord, _ sealer: RecordSealer, _ nonces: inout Nonces, _ finder: EntryFinder,
        _ scratch: inout RecordContents, _ prepared: inout PreparedRecords
    ) throws(StoreError) {
        let json = record.resource.json
        let (saltSeed, sealedDigest) = try mapping(StoreError.vault) { () throws(VaultError) in
            try prepared.appendSealed { (output) throws(VaultError) in
                try sealer.seal(
                    json: json.span, key: record.key, pseudonym: record.pseudonym.rawValue,
                    recordID: record.recordID,
                    dictionary: dictionaries.newest(forType: UInt32(record.resource.type.rawValue)), &nonces,
                    appendingTo: &output)
            }
        }
        let audience = try decide(record, finder, &prepared)
        if let (contents, part) = record.resource.contents(for: indexes.extraction) {
            let digest = saltSeed.withBytes { contents.commitment(part, json.span, $0, sealedDigest) }
            appendEntries(of: record, audience, digest, contents, part, to: &prepared)
        } else {
            let parsed = try finder.parse(json, record.resource.type)
            scratch.removeAll()
            let part = try scratch.add(parsed, record.resource.type, indexes.extraction, finder)
            let digest = saltSeed.withBytes { scratch.commitment(part, json.span, $0, sealedDigest) }
            appendEntries(of: record, audience, digest, scratch, part, to: &prepared)
        }
    }

    /// The audience that a record comes under.
    private func decide(
        _ record: PendingRecord, _ finder: EntryFinder, _ prepared: inout PreparedRecords
    ) throws(StoreError) -> AudienceID {
        if let superseded = record.superseded { return superseded.audience }
        guard let consents = record.consents else { return home }
        let resource = record.resource
        let audience = consents.audience(of: try finder.parse(resource.json, resource.type), resource.type)
        prepared.decided.append((record.pseudonym, audience))
        if audience.id != home {
            let identity = ResourceIdentity(resource.type, id: resource.id)
            prepared.changes.append(contentsOf: [identity.placement(under: audience.id, home: home)])
        }
        return audience.id
    }

    private func appendEntries(
        of record: PendingRecord, _ audience: AudienceID, _ digest: Digest, _ contents: RecordContents,
        _ part: RecordContents.Part, to prepared: inout PreparedRecords
    ) {
        let resource = record.resource
        let type = UInt16(resource.type.rawValue)
        let change = TreeMutation.Change.record(digest, blob: record.recordID)
        prepared.changes.append(change) {
            $0.appendRecordKey(audience, record.pseudonym, type: type, number: record.number)
        }
        // What the new version keeps is put, not removed.
        var kept: Set<TreeKey> = []
        let entries = contents.entries
        for entry in contents.entries(of: part) {
            if entries.isOverflow(entry) { prepared.overflowing.insert(entries.index(entry)) }
            if record.superseded != nil {
                kept.insert(entries.key(entry, audience, record.pseudonym, number: record.number))
            }
            prepared.changes.append(change) {
                entries.append(entry, to: &$0, audience, record.pseudonym, number: record.number)
            }
        }
        if let superseded = record.superseded {
            let own = TreeKey.record(audience, record.pseudonym, type: type, number: record.number)
            for key in superseded.keys where key != own && !kept.contains(key) {
                prepared.changes.append(.remove) { $0.append(key) }
            }
            prepared.changes.append(superseded.history.change) { $0.append(superseded.history.key) }
            if let link = superseded.link(from: record.pseudonym, number: record.number, type: type) {
                prepared.changes.append(link.change) { $0.append(link.key) }
            }
        }
        let located = LocatedRecord(
            pseudonym: record.pseudonym, number: record.number, version: record.version, digest: digest)
        prepared.changes.append(.inline(located.bytes, blob: record.recordID)) {
            $0.appendLocateKey(audience, type: type, logicalID: resource.id)
        }
    }
}

internal import AvowFHIR
internal import AvowProof
internal import AvowTree
internal import AvowVault

/// A resource that will be written, with its place in the tree.
struct PendingRecord: Sendable {
    let resource: ImportedResource
    let pseudonym: Pseudonym
    let key: SecretKey
    let number: UInt64
    let version: UInt64
    /// The id of its sealed bytes.
    let recordID: UInt64
    /// The version that it replaces.
    let superseded: SupersededVersion?
}

/// Records that are compressed and sealed, and the entries that they make.
struct PreparedRecords: Sendable {
    /// One for each record, in their order.
    var sealed: [[UInt8]] = []
    var changes = TreeChanges()
}

/// Compresses, seals and hashes records, and makes their entries: most of the work of an import.
struct RecordPreparation: Sendable {
    let audience: AudienceID
    let dictionaries: DictionarySet
    let sealers: Pool<RecordSealer>

    func prepare(_ records: ArraySlice<PendingRecord>) throws(StoreError) -> PreparedRecords {
        var prepared = PreparedRecords()
        prepared.sealed.reserveCapacity(records.count)
        prepared.changes.reserveCapacity(records.count * 4, keyByteCount: 56)
        try sealers.withElement { (sealer) throws(StoreError) in
            for record in records { try prepare(record, sealer, &prepared) }
        }
        return prepared
    }

    private func prepare(
        _ record: PendingRecord, _ sealer: RecordSealer, _ prepared: inout PreparedRecords
    ) throws(StoreError) {
        let json = record.resource.json
        let sealed = try mapping(StoreError.vault) { () throws(VaultError) in
            try sealer.seal(
                json: json.span, key: record.key, pseudonym: record.pseudonym.rawValue,
                recordID: record.recordID,
                dictionary: dictionaries.newest(forType: UInt32(record.resource.type.rawValue)))
        }
        let sealedDigest = RecordCommitment.sealedDigest(sealed.bytes.span)
        let digest: Digest
        do throws(JSONError) {
            digest = try RecordReader.commitment(json, sealed.saltSeed.bytes, sealedDigest).digest
        } catch {
            // The reader wrote the JSON itself, compact and with each member once.
            throw .damaged(part: "input", reason: "\(record.resource.type.name)/\(record.resource.id): \(error)")
        }
        prepared.sealed.append(sealed.bytes)
        appendEntries(of: record, digest, to: &prepared.changes)
    }

    private func appendEntries(of record: PendingRecord, _ digest: Digest, to changes: inout TreeChanges) {
        let resource = record.resource
        let type = UInt16(resource.type.rawValue)
        let change = TreeMutation.Change.record(digest, blob: record.recordID)
        changes.append(change) {
            $0.appendRecordKey(audience, record.pseudonym, type: type, number: record.number)
        }
        let index = IndexEntries(resource)
        for values in index.values {
            changes.append(change) { index.append(values, audience, record.pseudonym, record.number, to: &$0) }
        }
        if let superseded = record.superseded {
            // What the new version keeps is put, not removed.
            let current = index.values.map { index.key($0, audience, record.pseudonym, record.number) }
            let own = TreeKey.record(audience, record.pseudonym, type: type, number: record.number)
            for key in superseded.keys where key != own && !current.contains(key) {
                changes.append(.remove) { $0.append(key) }
            }
            changes.append(superseded.history.change) { $0.append(superseded.history.key) }
            if let link = superseded.link(from: record.pseudonym, number: record.number, audience, type: type) {
                changes.append(link.change) { $0.append(link.key) }
            }
        }
        let located = LocatedRecord(
            pseudonym: record.pseudonym, number: record.number, version: record.version, digest: digest)
        changes.append(.inline(located.bytes, blob: record.recordID)) {
            $0.appendLocateKey(audience, type: type, logicalID: resource.id)
        }
    }
}

internal import AvowFHIR
internal import AvowProof
internal import AvowVault
internal import Dispatch
internal import Synchronization

/// A resource that will be written, with its place in the tree.
struct PendingRecord: Sendable {
    let resource: ImportedResource
    let pseudonym: Pseudonym
    let key: SecretKey
    let number: UInt64
    let version: UInt64
}

/// A record that is compressed, sealed and hashed.
struct PreparedRecord: Sendable {
    let sealed: [UInt8]
    let digest: Digest
}

/// Compresses, seals and hashes records, which is most of the work of an import, on all cores.
enum RecordPreparation {
    /// - Parameter firstID: the id of the first record's blob; the others follow it.
    static func prepare(
        _ records: [PendingRecord], from firstID: UInt64, storeID: StoreID, _ dictionaries: DictionarySet
    ) throws(StoreError) -> [PreparedRecord] {
        let parts = max(1, min(ProcessorCount.active * 4, records.count / 64))
        let results = Mutex([Result<[PreparedRecord], StoreError>?](repeating: nil, count: parts))
        DispatchQueue.concurrentPerform(iterations: parts) { part in
            let range = (records.count * part / parts)..<(records.count * (part + 1) / parts)
            let result = Result { () throws(StoreError) in
                try prepare(records[range], from: firstID, storeID: storeID, dictionaries)
            }
            results.withLock { $0[part] = result }
        }
        var prepared: [PreparedRecord] = []
        prepared.reserveCapacity(records.count)
        for result in results.withLock({ $0 }) {
            if let result { prepared += try result.get() }
        }
        return prepared
    }

    private static func prepare(
        _ records: ArraySlice<PendingRecord>, from firstID: UInt64, storeID: StoreID, _ dictionaries: DictionarySet
    ) throws(StoreError) -> [PreparedRecord] {
        let sealer = try mapping(StoreError.vault) { () throws(VaultError) in try RecordSealer(storeID: storeID) }
        var prepared: [PreparedRecord] = []
        prepared.reserveCapacity(records.count)
        // A slice counts as the whole does.
        for (index, record) in zip(records.indices, records) {
            let json = record.resource.json
            let sealed = try mapping(StoreError.vault) { () throws(VaultError) in
                try sealer.seal(
                    json: json.span, key: record.key, pseudonym: record.pseudonym.rawValue,
                    recordID: firstID + UInt64(index),
                    dictionary: dictionaries.newest(forType: UInt32(record.resource.type.rawValue)))
            }
            let sealedDigest = RecordCommitment.sealedDigest(sealed.bytes.span)
            do throws(JSONError) {
                let commitment = try RecordReader.commitment(json, sealed.saltSeed.bytes, sealedDigest)
                prepared.append(PreparedRecord(sealed: sealed.bytes, digest: commitment.digest))
            } catch {
                // The reader wrote the JSON itself, compact and with each member once.
                throw .damaged(part: "input", reason: "\(record.resource.type.name)/\(record.resource.id): \(error)")
            }
        }
        return prepared
    }
}

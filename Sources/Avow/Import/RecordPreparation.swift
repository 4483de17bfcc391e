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
    static func prepare(
        _ records: [PendingRecord], storeID: StoreID, _ dictionaries: DictionarySet
    ) throws(StoreError) -> [PreparedRecord] {
        let parts = max(1, min(ProcessParts.count * 4, records.count / 64))
        let results = Mutex([Result<[PreparedRecord], StoreError>?](repeating: nil, count: parts))
        DispatchQueue.concurrentPerform(iterations: parts) { part in
            let range = (records.count * part / parts)..<(records.count * (part + 1) / parts)
            let result = Result { () throws(StoreError) in
                try prepare(records[range], storeID: storeID, dictionaries)
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
        _ records: ArraySlice<PendingRecord>, storeID: StoreID, _ dictionaries: DictionarySet
    ) throws(StoreError) -> [PreparedRecord] {
        let sealer = try mapping(StoreError.vault) { () throws(VaultError) in try RecordSealer(storeID: storeID) }
        var prepared: [PreparedRecord] = []
        prepared.reserveCapacity(records.count)
        for record in records {
            let json = record.resource.json
            let sealed = try mapping(StoreError.vault) { () throws(VaultError) in
                try sealer.seal(
                    json: json.span, key: record.key, pseudonym: record.pseudonym.rawValue,
                    dictionary: dictionaries.newest(forType: UInt32(record.resource.type.rawValue)))
            }
            let sealedDigest = RecordCommitment.sealedDigest(sealed.bytes.span)
            do throws(JSONError) {
                let commitment = try RecordOpener.commitment(json, sealed.saltSeed.bytes, sealedDigest)
                prepared.append(PreparedRecord(sealed: sealed.bytes, digest: commitment.digest))
            } catch {
                // The reader wrote the JSON itself, compact and with each member once.
                throw .damaged(part: "input", reason: "\(record.resource.type.name)/\(record.resource.id): \(error)")
            }
        }
        return prepared
    }
}

/// How many parts of a work run at once.
enum ProcessParts {
    static let count = max(1, ProcessorCount.active)
}

/// Trains compression dictionaries for types that have none.
enum DictionaryTraining {
    /// Fewer samples than this say too little about a type.
    private static let fewestSamples = 128
    private static let mostSampleBytes = 1_600_000

    /// Dictionaries for the types among `records` that have enough samples and no dictionary yet.
    ///
    /// They are trained on blanked copies, in which no piece of a patient is left. A type whose samples have nothing in
    /// common gets none.
    static func train(
        _ records: [PendingRecord], _ known: DictionarySet, nextID: UInt32
    ) -> [CompressionDictionary] {
        var samples: [ResourceType: [Int]] = [:]
        for (index, record) in records.enumerated() { samples[record.resource.type, default: []].append(index) }
        let types = samples.filter { type, indices in
            indices.count >= fewestSamples && known.newest(forType: UInt32(type.rawValue)) == nil
        }.sorted { $0.key.rawValue < $1.key.rawValue }
        let trained = Mutex([CompressionDictionary?](repeating: nil, count: types.count))
        DispatchQueue.concurrentPerform(iterations: types.count) { position in
            let (type, indices) = types[position]
            let blanked = sample(indices.map { records[$0].resource.json })
            let dictionary = try? CompressionDictionary.train(
                samples: blanked, id: nextID + UInt32(position), typeNumber: UInt32(type.rawValue), generation: 1)
            trained.withLock { $0[position] = dictionary }
        }
        return trained.withLock { $0.compactMap(\.self) }
    }

    private static func sample(_ documents: [[UInt8]]) -> [[UInt8]] {
        var samples: [[UInt8]] = []
        var bytes = 0
        for document in documents where bytes < mostSampleBytes {
            guard let blanked = try? Blanking.blank(document) else { continue }
            bytes += blanked.count
            samples.append(blanked)
        }
        return samples
    }
}

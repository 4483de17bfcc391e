internal import AvowFHIR
internal import AvowProof
internal import AvowVault
internal import Dispatch
internal import Synchronization

/// Trains compression dictionaries: for types that have none, and again for others as a store grows, when it pays.
///
/// A dictionary is trained on blanked copies, in which no piece of a patient is left. A record names the dictionary that
/// it was compressed with, so the older ones of a type remain; there are at most ``mostGenerations`` of each.
final class DictionaryTraining: Sendable {
    /// Fewer samples than this say too little about a type.
    private static let fewestSamples = 128
    /// More make a dictionary hardly better.
    private static let mostSampleBytes = 800_000
    /// How many dictionaries a type gets at most.
    static let mostGenerations: UInt32 = 5
    /// The dictionary of generation `g` is looked at again when the store has this many records times 8 to the power of
    /// `g`.
    private static let growth: UInt64 = 8
    /// A new dictionary must save this part of what the present one leaves.
    private static let leastGain = 0.05

    struct State {
        /// The number of records of which dictionaries of the first generation are looked at again, divided by 8.
        var scale: UInt64 = 50_000
        /// How many records the store had when a new dictionary of a type last did not pay.
        var failures: [ResourceType: UInt64] = [:]
    }

    let state = Mutex(State())

    /// New dictionaries for types among `records`.
    ///
    /// - Parameters:
    ///   - records: What is about to be written.
    ///   - known: The dictionaries of the store.
    ///   - recordCount: How many records the store has.
    func train(
        _ records: [PendingRecord], _ known: DictionarySet, recordCount: UInt64
    ) -> [CompressionDictionary] {
        var byType: [ResourceType: [Int]] = [:]
        for index in records.indices { byType[records[index].resource.type, default: []].append(index) }
        let due = byType.filter { type, indices in
            indices.count >= DictionaryTraining.fewestSamples && isDue(type, known, recordCount)
        }.sorted { $0.key.rawValue < $1.key.rawValue }
        let nextID = (known.all.last?.id ?? 0) + 1
        let trained = Mutex([CompressionDictionary?](repeating: nil, count: due.count))
        DispatchQueue.concurrentPerform(iterations: due.count) { position in
            let (type, indices) = due[position]
            let present = known.newest(forType: UInt32(type.rawValue))
            let documents = indices.map { records[$0].resource }
            let dictionary = DictionaryTraining.train(documents, type, nextID + UInt32(position), after: present)
            if dictionary == nil { state.withLock { $0.failures[type] = recordCount + UInt64(records.count) } }
            trained.withLock { $0[position] = dictionary }
        }
        return trained.withLock { $0.compactMap(\.self) }
    }

    /// Whether a type may get a dictionary now.
    private func isDue(_ type: ResourceType, _ known: DictionarySet, _ recordCount: UInt64) -> Bool {
        state.withLock { state in
            if let failure = state.failures[type], recordCount < failure * 2 { return false }
            guard let present = known.newest(forType: UInt32(type.rawValue)) else { return true }
            guard present.generation < DictionaryTraining.mostGenerations else { return false }
            let fold = (0..<present.generation).reduce(UInt64(1)) { fold, _ in fold * DictionaryTraining.growth }
            return recordCount >= state.scale * fold
        }
    }

    /// A dictionary for documents of a type; nil when they have nothing in common, or it does not pay.
    private static func train(
        _ documents: [IncomingResource], _ type: ResourceType, _ id: UInt32, after present: CompressionDictionary?
    ) -> CompressionDictionary? {
        guard let present else { return train(documents, type, id, generation: 1) }
        // It is trained on one half, and must pay on the other.
        let halves = (0..<2).map { half in
            stride(from: half, to: documents.count, by: 2).map { documents[$0] }
        }
        guard let dictionary = train(halves[0], type, id, generation: present.generation + 1),
            let before = compressedBytes(halves[1], present), let after = compressedBytes(halves[1], dictionary),
            Double(after) <= Double(before) * (1 - leastGain)
        else { return nil }
        return dictionary
    }

    private static func train(
        _ documents: [IncomingResource], _ type: ResourceType, _ id: UInt32, generation: UInt32
    ) -> CompressionDictionary? {
        try? CompressionDictionary.train(
            samples: sample(documents), id: id, typeNumber: UInt32(type.rawValue), generation: generation)
    }

    /// What some of the documents take with a dictionary; nil when they cannot be compressed.
    private static func compressedBytes(_ documents: [IncomingResource], _ dictionary: CompressionDictionary) -> Int? {
        guard let sealer = try? RecordSealer(storeID: .random()) else { return nil }
        var bytes = 0
        for index in stride(from: 0, to: documents.count, by: max(1, documents.count / fewestSamples)) {
            let document = documents[index]
            let patient = document.patient.flatMap { UUIDBytes(canonical: $0) }
            let length = try? sealer.compressedLength(
                of: document.json.span, patient: patient, dictionary: dictionary)
            guard let length else { return nil }
            bytes += length
        }
        return bytes
    }

    /// Blanked copies of documents from all over the input.
    private static func sample(_ documents: [IncomingResource]) -> [[UInt8]] {
        guard let parser = try? JSONParser() else { return [] }
        let bytes = documents.reduce(0) { $0 + $1.json.count }
        // Blanking leaves about half.
        let step = max(1, bytes / (2 * mostSampleBytes))
        var samples: [[UInt8]] = []
        var sampled = 0
        for index in stride(from: 0, to: documents.count, by: step) where sampled < mostSampleBytes {
            let document = documents[index]
            guard let blanked = try? Blanking.blank(document.json, parser, patient: document.patient) else {
                continue
            }
            sampled += blanked.count
            samples.append(blanked)
        }
        return samples
    }
}

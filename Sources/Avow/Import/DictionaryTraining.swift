internal import AvowFHIR
internal import AvowVault
internal import Dispatch
internal import Synchronization

/// Trains compression dictionaries for types that have none.
enum DictionaryTraining {
    /// Fewer samples than this say too little about a type.
    private static let fewestSamples = 128
    /// More make a dictionary hardly better.
    private static let mostSampleBytes = 800_000

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

    /// Blanked copies of records from all over the input.
    private static func sample(_ documents: [[UInt8]]) -> [[UInt8]] {
        guard let parser = try? JSONParser() else { return [] }
        let bytes = documents.reduce(0) { $0 + $1.count }
        let step = max(1, bytes / (2 * mostSampleBytes))
        var samples: [[UInt8]] = []
        var sampled = 0
        for document in stride(from: 0, to: documents.count, by: step) where sampled < mostSampleBytes {
            guard let blanked = try? Blanking.blank(documents[document], parser) else { continue }
            sampled += blanked.count
            samples.append(blanked)
        }
        return samples
    }
}

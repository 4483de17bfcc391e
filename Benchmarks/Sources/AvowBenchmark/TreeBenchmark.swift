import AvowProof
import AvowStorage
import AvowTree
import AvowVault

/// The tree alone: a million entries shaped like those of an index, applied in batches, and proven.
enum TreeBenchmark {
    static let entryCount = 1_000_000

    static func run() throws -> [Figure] {
        var figures: [Figure] = []
        for batch in [2_000, 50_000, entryCount] {
            figures.append(try apply(batch))
        }
        return figures + (try proofs())
    }

    private final class Bench {
        let folder: TemporaryFolder
        let storage: LMDBStorage
        let sealer: NodeSealer
        let boundary: BoundaryHash
        let cache = NodeCache(capacity: 256 << 20)

        init() throws {
            folder = try TemporaryFolder()
            storage = try LMDBStorage.create(
                at: folder.path + "/tree", tables: StorageTables(blobs: [.nodes], keys: []))
            sealer = try NodeSealer(storeKey: .random(), storeID: .random())
            boundary = BoundaryHash(try .random())
        }

        func update(_ root: TreeRoot, _ nextNodeID: UInt64, _ transaction: any StorageTransaction) -> TreeUpdate {
            TreeUpdate(
                root: root, nextNodeID: nextNodeID, transaction: transaction, sealer: sealer, boundary: boundary,
                cache: cache)
        }
    }

    /// Keys as an index by code and date has them: a few hundred codes, dates over decades, random patients.
    private static func mutations() -> [TreeMutation] {
        var generator = SystemRandomNumberGenerator()
        return (0..<entryCount).map { number in
            var values = TupleBytes()
            values.append(text: "\(generator.next() as UInt64 % 300 + 1_000)-4")
            values.append(text: "http://loinc.org")
            values.append(Int64(generator.next() as UInt64 % 1_500_000_000_000))
            let key = TreeKey.index(
                96, AudienceID(rawValue: 0x1234_5678_9abc_def0), profile: 0, values: values,
                Pseudonym(rawValue: generator.next()), number: UInt64(number % 500))
            return TreeMutation(key, .record(Digest(.value, Array("\(number)".utf8)), blob: UInt64(number + 1)))
        }
    }

    private static func apply(_ batchCount: Int) throws -> Figure {
        let bench = try Bench()
        let all = mutations()
        var root = TreeRoot.empty
        var nextNodeID: UInt64 = 1
        let clock = ContinuousClock()
        let start = clock.now
        for first in stride(from: 0, to: all.count, by: batchCount) {
            let batch = all[first..<min(all.count, first + batchCount)].sorted { $0.key < $1.key }
            let transaction = try bench.storage.begin(patience: .seconds(1))
            var update = bench.update(root, nextNodeID, transaction)
            try update.apply(batch)
            for node in update.retired { try transaction.removeBlob(node, in: .nodes) }
            try transaction.commit()
            root = update.root
            nextNodeID = update.nextNodeID
        }
        let seconds = microseconds(clock.now - start) / 1e6
        return Figure(
            name: "tree: a million random entries in batches of \(batchCount)", value: Double(all.count) / seconds,
            unit: "entries/s")
    }

    private static func proofs() throws -> [Figure] {
        let bench = try Bench()
        let batch = mutations().sorted { $0.key < $1.key }
        let transaction = try bench.storage.begin(patience: .seconds(1))
        var update = bench.update(.empty, 1, transaction)
        try update.apply(batch)
        try transaction.commit()
        let snapshot = try bench.storage.snapshot()
        let root = update.root
        let reader = TreeReader(root: root, snapshot: snapshot, sealer: bench.sealer, cache: bench.cache)
        var figures: [Figure] = []
        var generator = SystemRandomNumberGenerator()
        func start(_ rows: Int) -> Int { Int(generator.next() as UInt64 % UInt64(entryCount - rows)) }

        var pointBytes = 0
        var pointProofs: [[UInt8]] = []
        for _ in 0..<1_000 {
            let entry = batch[start(1)]
            var prover = TreeProver(reader)
            try prover.show(entryFor: entry.key)
            let proof = try prover.finish()
            pointBytes += proof.count - entry.key.bytes.count - Digest.byteCount
            pointProofs.append(proof)
        }
        figures.append(
            Figure(name: "proof of a point, beyond its key and digest", value: Double(pointBytes) / 1_000, unit: "bytes"))
        var next = 0
        figures.append(
            Figure(
                name: "proof of a point, verification",
                value: try median(1_000) {
                    _ = try TreeProof(pointProofs[next]).verified(root: root.hash, count: root.count)
                    next += 1
                }, unit: "µs"))
        for rows in [10, 100, 1_000, 10_000] {
            var beyondKeys = 0
            var beyondSuffixes = 0
            let runs = max(3, 1_000 / rows)
            var last: [UInt8] = []
            for _ in 0..<runs {
                let first = start(rows)
                let range = KeyRange(lower: batch[first].key.bytes, upper: batch[first + rows].key.bytes)
                var prover = TreeProver(reader)
                try prover.show(entriesOf: range)
                last = try prover.finish()
                let shown = batch[first..<(first + rows)].map(\.key)
                let keys = shown.reduce(0) { $0 + $1.bytes.count }
                let repeated = zip(shown, shown.dropFirst()).reduce(0) { sum, pair in
                    let realm = pair.1.realmByteCount
                    let orders = (Array(pair.0.bytes[pair.0.order]), Array(pair.1.bytes[pair.1.order]))
                    return sum + realm + ByteOrder.commonPrefix(orders.0.span, orders.1.span)
                }
                beyondKeys += last.count - keys - rows * Digest.byteCount
                beyondSuffixes += last.count - (keys - repeated) - rows * Digest.byteCount
            }
            let total = Double(runs * rows)
            figures.append(
                Figure(name: "proof of \(rows) rows, beyond keys and digests", value: Double(beyondKeys) / total, unit: "bytes/row"))
            figures.append(
                Figure(
                    name: "proof of \(rows) rows, beyond what of the keys is not repeated", value: Double(beyondSuffixes) / total,
                    unit: "bytes/row"))
            figures.append(
                Figure(
                    name: "proof of \(rows) rows, verification",
                    value: try median(5) {
                        _ = try TreeProof(last).verified(root: root.hash, count: root.count)
                    } / Double(rows), unit: "µs/row"))
        }
        return figures
    }
}

import AvowProof
import AvowTree
import BenchmarkSupport

/// Proofs of entries: how long they are beyond what they show, and what checking them takes.
enum TreeProofBenchmark {
    private static let points = 1_000
    private static let ranges = [10, 100, 1_000, 10_000]

    static func run(_ count: Int) throws {
        let tree = try BenchmarkTree()
        let entries = TreeEntries.entries(0..<count).sorted { $0.key < $1.key }
        try tree.apply(TreeChanges(entries))
        var generator = SplitMix64(seed: 1)
        let starts = { (rows: Int) in Int(generator.next() % UInt64(count - rows)) }
        try point(tree, entries, starts)
        for rows in ranges where rows < count / 2 { try range(tree, entries, rows, starts) }
    }

    private static func point(_ tree: BenchmarkTree, _ entries: [TreeMutation], _ start: (Int) -> Int) throws {
        let reader = try tree.reader()
        var bytes = 0
        var proofs: [[UInt8]] = []
        for _ in 0..<points {
            let key = entries[start(1)].key
            var prover = TreeProver(reader)
            try prover.show(entryFor: key)
            proofs.append(try prover.finish())
            bytes += proofs[proofs.count - 1].count - key.bytes.count - Digest.byteCount
        }
        Figures.write("proof.point", Double(bytes) / Double(points), "bytes")
        let verifying = try medianTime(points) { run in
            _ = try TreeProof(proofs[run]).verified(root: tree.root.hash, count: tree.root.count)
        }
        Figures.write("proof.point.verify", verifying, "µs")
    }

    private static func range(
        _ tree: BenchmarkTree, _ entries: [TreeMutation], _ rows: Int, _ start: (Int) -> Int
    ) throws {
        let reader = try tree.reader()
        let runs = max(3, 1_000 / rows)
        var beyondKeys = 0
        var beyondSuffixes = 0
        var last: [UInt8] = []
        for _ in 0..<runs {
            let first = start(rows)
            let bounds = KeyRange(lower: entries[first].key.bytes, upper: entries[first + rows].key.bytes)
            var prover = TreeProver(reader)
            try prover.show(entriesOf: bounds)
            last = try prover.finish()
            let keys = entries[first..<(first + rows)].map(\.key)
            let all = keys.reduce(0) { $0 + $1.bytes.count }
            beyondKeys += last.count - all - rows * Digest.byteCount
            beyondSuffixes += last.count - (all - repeated(keys)) - rows * Digest.byteCount
        }
        let total = Double(runs * rows)
        let name = "proof.rows.\(rows)"
        Figures.write("\(name)", Double(beyondKeys) / total, "bytes/row")
        Figures.write("\(name).beyondSuffixes", Double(beyondSuffixes) / total, "bytes/row")
        let verifying = try medianTime(5) { _ in
            _ = try TreeProof(last).verified(root: tree.root.hash, count: tree.root.count)
        }
        Figures.write("\(name).verify", verifying / Double(rows), "µs/row")
    }

    /// Bytes that keys repeat of the one before, which a proof need not write again.
    private static func repeated(_ keys: [TreeKey]) -> Int {
        zip(keys, keys.dropFirst()).reduce(0) { sum, pair in
            let orders = (Array(pair.0.bytes[pair.0.order]), Array(pair.1.bytes[pair.1.order]))
            return sum + pair.1.realmByteCount + ByteOrder.commonPrefix(orders.0.span, orders.1.span)
        }
    }
}

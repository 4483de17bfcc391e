import AvowProof
import AvowStorage
import AvowTree
import BenchmarkSupport

/// The tree alone: entries applied in batches, and what it costs as the tree grows.
enum TreeBenchmark {
    /// Applies entries in batches, each sorted, applied and committed durably.
    static func apply(_ count: Int, inBatchesOf batchCount: Int) throws {
        let tree = try BenchmarkTree()
        let batches = stride(from: 0, to: count, by: batchCount).map { first in
            TreeEntries.changes(first..<min(count, first + batchCount))
        }
        let writtenBefore = ProcessUsage.bytesWritten
        let processorBefore = ProcessUsage.processorTime
        let elapsed = try time {
            for batch in batches { try tree.apply(batch) }
        }
        let processor = ProcessUsage.processorTime - processorBefore
        let name = "tree.\(batchCount)"
        Figures.check("\(name).entries", tree.root.count)
        Figures.write("\(name).rate", Double(count) / (elapsed / 1e6), "entries/s")
        Figures.write("\(name).processor", processor * 1e6 / Double(count), "µs/entry")
        Figures.write("\(name).size", Double(try tree.size().fileBytes) / Double(count), "bytes/entry")
        Figures.write("\(name).nodes", Double(tree.writtenNodes) / Double(count), "nodes/entry")
        if let writtenBefore, let writtenAfter = ProcessUsage.bytesWritten {
            Figures.write("\(name).written", Double(writtenAfter - writtenBefore) / Double(count), "bytes/entry")
        }
    }

    // MARK: Growth

    /// A batch is as large as the tree that it goes into, within these bounds, as an import chooses its groups.
    private static let growthBatch = 50_000...1_500_000
    private static let fewest = 10_000
    private static let reads = 1_000

    /// Grows one tree by batches and stops at each power of ten from 10,000 to measure.
    static func grow(to maximum: Int) throws {
        let tree = try BenchmarkTree()
        var count = 0
        var milestone = fewest
        while milestone <= maximum {
            var total = 0.0
            var last = 0.0
            let start = count
            while count < milestone {
                let wanted = min(max(count, growthBatch.lowerBound), growthBatch.upperBound)
                let next = min(milestone, count + wanted)
                let batch = TreeEntries.changes(count..<next)
                last = try time { try tree.apply(batch) } / Double(batch.count)
                total += last * Double(batch.count)
                count = next
            }
            let name = "growth.\(milestone)"
            Figures.write("\(name).append", total / Double(count - start), "µs/entry")
            Figures.write("\(name).lastBatch", last, "µs/entry")
            try measureReads(tree, count, name)
            let size = try tree.size()
            Figures.write("\(name).memory", ProcessUsage.peakMemory, "MiB")
            Figures.write("\(name).size", Double(size.fileBytes) / Double(count), "bytes/entry")
            let free = Double(size.freePages) * Double(size.pageSize)
            Figures.write("\(name).sizeInUse", (Double(size.fileBytes) - free) / Double(count), "bytes/entry")
            milestone *= 10
        }
    }

    /// Entries chosen at random: read, proven, and verified.
    private static func measureReads(_ tree: BenchmarkTree, _ count: Int, _ name: String) throws {
        let reader = try tree.reader()
        var generator = SplitMix64(seed: UInt64(count))
        let keys = (0..<reads).map { _ in TreeEntries.entry(Int(generator.next() % UInt64(count))).key }
        var found: UInt64 = 0
        let reading = try medianTime(reads) { run in found += try reader.entry(for: keys[run]) == nil ? 0 : 1 }
        Figures.check("\(name).found", found)
        Figures.write("\(name).read", reading, "µs")
        var proofs: [[UInt8]] = []
        let proving = try medianTime(reads) { run in
            var prover = TreeProver(reader)
            try prover.show(entryFor: keys[run])
            proofs.append(try prover.finish())
        }
        Figures.write("\(name).prove", proving, "µs")
        let bytes = zip(proofs, keys).reduce(0) { $0 + $1.0.count - $1.1.bytes.count - Digest.byteCount }
        Figures.write("\(name).proof", Double(bytes) / Double(reads), "bytes")
        let verifying = try medianTime(reads) { run in
            _ = try TreeProof(proofs[run]).verified(root: tree.root.hash, count: tree.root.count)
        }
        Figures.write("\(name).verify", verifying, "µs")
    }
}

internal import AvowProof
internal import Dispatch
internal import Synchronization

extension TreeMutation {
    /// The changes of all runs by increasing keys, as a batch must have them. The keys must differ.
    ///
    /// - Complexity: O(n log n), on all cores.
    public static func sorted(_ runs: [[TreeMutation]]) -> [TreeMutation] {
        MutationSort(runs).sorted()
    }
}

/// Sorts changes of the tree by their keys.
///
/// Keys are long and begin alike, so they are compared eight bytes at a time, which stand beside the place of the change:
/// most comparisons follow no pointer. A sample of the keys divides the changes into buckets, which the cores sort: by
/// the eight bytes behind what all keys of the bucket begin with, those that share them by the eight after, and so on.
private struct MutationSort {
    /// Eight bytes of a key as a big-endian number, and where its change stands.
    private struct Item {
        var word: UInt64
        let run: UInt32
        let index: UInt32
    }

    /// So few are sorted by whole keys.
    private static let fewestByWords = 8
    /// So few are one bucket.
    private static let fewestInParallel = 4_096
    private static let bucketCount = 32
    private static let samplesInBucket = 16

    private let runs: [[TreeMutation]]

    init(_ runs: [[TreeMutation]]) {
        self.runs = runs
    }

    func sorted() -> [TreeMutation] {
        let count = runs.reduce(0) { $0 + $1.count }
        guard count > MutationSort.fewestInParallel else {
            var items: [Item] = []
            items.reserveCapacity(count)
            for run in runs.indices { items += MutationSort.items(run, runs[run].indices) }
            sort(&items, items.indices, depth: 0)
            return items.map { runs[Int($0.run)][Int($0.index)] }
        }
        let splitters = splitters(count)
        let buckets = divide(splitters)
        let results = Mutex([[TreeMutation]](repeating: [], count: buckets.count))
        DispatchQueue.concurrentPerform(iterations: buckets.count) { bucket in
            var items = buckets[bucket]
            // All keys of a bucket lie between two splitters, and so begin with what these share.
            let isInner = bucket > 0 && bucket < splitters.count
            let depth = isInner ? MutationSort.commonPrefix(splitters[bucket - 1], splitters[bucket]) : 0
            sort(&items, items.indices, depth: depth)
            let changes = items.map { runs[Int($0.run)][Int($0.index)] }
            results.withLock { $0[bucket] = changes }
        }
        var all: [TreeMutation] = []
        all.reserveCapacity(count)
        for changes in results.withLock({ $0 }) { all += changes }
        return all
    }

    private static func items(_ run: Int, _ range: Range<Int>) -> [Item] {
        range.map { Item(word: 0, run: UInt32(run), index: UInt32($0)) }
    }

    private static func commonPrefix(_ left: TreeKey, _ right: TreeKey) -> Int {
        ByteOrder.commonPrefix(left.bytes.span, right.bytes.span)
    }

    /// Keys that divide the changes into buckets of about the same size.
    private func splitters(_ count: Int) -> [TreeKey] {
        let wanted = MutationSort.bucketCount * MutationSort.samplesInBucket
        var samples: [TreeKey] = []
        for run in runs {
            let step = max(1, count / wanted)
            for index in stride(from: run.count / 2 % step, to: run.count, by: step) { samples.append(run[index].key) }
        }
        samples.sort()
        return (1..<MutationSort.bucketCount).map { samples[$0 * samples.count / MutationSort.bucketCount] }
    }

    /// The changes by bucket: those below the first splitter, those from there to the second, and so on.
    private func divide(_ splitters: [TreeKey]) -> [[Item]] {
        let chunkCount = 16_384
        var chunks: [(run: Int, range: Range<Int>)] = []
        for (run, changes) in runs.enumerated() {
            for start in stride(from: 0, to: changes.count, by: chunkCount) {
                chunks.append((run, start..<min(changes.count, start + chunkCount)))
            }
        }
        let parts = Mutex([[[Item]]](repeating: [], count: chunks.count))
        DispatchQueue.concurrentPerform(iterations: chunks.count) { [chunks] chunk in
            var buckets = [[Item]](repeating: [], count: splitters.count + 1)
            for item in MutationSort.items(chunks[chunk].run, chunks[chunk].range) {
                buckets[MutationSort.bucket(of: key(item), splitters)].append(item)
            }
            parts.withLock { $0[chunk] = buckets }
        }
        let divided = parts.withLock { $0 }
        return (0...splitters.count).map { bucket in divided.flatMap { $0[bucket] } }
    }

    private static func bucket(of key: TreeKey, _ splitters: [TreeKey]) -> Int {
        var low = 0
        var high = splitters.count
        while low < high {
            let middle = (low + high) / 2
            if key < splitters[middle] { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// Sorts items whose keys are the same in the first `depth` bytes.
    private func sort(_ items: inout [Item], _ range: Range<Int>, depth: Int) {
        var isEnd = false
        for index in range {
            let bytes = key(items[index]).bytes
            items[index].word = MutationSort.word(bytes, at: depth)
            isEnd = isEnd || bytes.count <= depth + 8
        }
        items[range].sort { $0.word < $1.word }
        var start = range.lowerBound
        while start < range.upperBound {
            var end = start + 1
            while end < range.upperBound, items[end].word == items[start].word { end += 1 }
            if end - start > MutationSort.fewestByWords, !isEnd {
                sort(&items, start..<end, depth: depth + 8)
            } else if end - start > 1 {
                items[start..<end].sort { key($0) < key($1) }
            }
            start = end
        }
    }

    private func key(_ item: Item) -> TreeKey {
        runs[Int(item.run)][Int(item.index)].key
    }

    /// The eight bytes at `offset`, as if zeros followed the key.
    private static func word(_ bytes: [UInt8], at offset: Int) -> UInt64 {
        guard offset + 8 <= bytes.count else {
            return (offset..<(offset + 8)).reduce(0) { $0 << 8 | UInt64($1 < bytes.count ? bytes[$1] : 0) }
        }
        // The eight bytes lie within the array.
        return unsafe bytes.withUnsafeBytes { bytes in
            unsafe UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        }
    }
}

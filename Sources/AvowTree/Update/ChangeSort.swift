internal import AvowProof
internal import AvowStorage
internal import Dispatch
internal import Synchronization

/// Sorts changes of the tree by their keys.
///
/// Keys are long and begin alike, so they are compared eight bytes at a time, which stand beside the place of the change:
/// most comparisons follow no pointer. A sample of the keys divides the changes into buckets, which the cores sort: by
/// the eight bytes behind what all keys of the bucket begin with, those that share them by the eight after, and so on.
struct ChangeSort {
    /// Eight bytes of a key as a big-endian number, and where its change stands.
    private struct Item {
        var word: UInt64
        let place: TreeBatch.Place
    }

    /// So few are sorted by whole keys.
    private static let fewestByWords = 8
    /// So few are one bucket.
    private static let fewestInParallel = 4_096
    private static let bucketCount = 32
    private static let samplesInBucket = 16

    private let runs: [TreeChanges]

    init(_ runs: [TreeChanges]) {
        self.runs = runs
    }

    /// The places of all changes by increasing keys, and a change that has the same key as another if there is one.
    func sorted() -> (order: [TreeBatch.Place], repeated: TreeBatch.Place?) {
        let count = runs.reduce(0) { $0 + $1.count }
        guard count > ChangeSort.fewestInParallel else {
            var items: [Item] = []
            items.reserveCapacity(count)
            for run in runs.indices { items += ChangeSort.items(run, 0..<runs[run].count) }
            let repeated = sort(&items, items.indices, depth: 0)
            return (items.map(\.place), repeated)
        }
        let splitters = splitters(count)
        let buckets = divide(splitters)
        typealias Bucket = (order: [TreeBatch.Place], repeated: TreeBatch.Place?)
        let results = Mutex([Bucket?](repeating: nil, count: buckets.count))
        DispatchQueue.concurrentPerform(iterations: buckets.count) { bucket in
            var items = buckets[bucket]
            // All keys of a bucket lie between two splitters, and so begin with what these share.
            let isInner = bucket > 0 && bucket < splitters.count
            let depth = isInner ? ChangeSort.commonPrefix(splitters[bucket - 1], splitters[bucket]) : 0
            let repeated = sort(&items, items.indices, depth: depth)
            let result = (items.map(\.place), repeated)
            results.withLock { $0[bucket] = result }
        }
        var all: [TreeBatch.Place] = []
        all.reserveCapacity(count)
        var repeated: TreeBatch.Place?
        for case let bucket? in results.withLock({ $0 }) {
            all += bucket.order
            repeated = repeated ?? bucket.repeated
        }
        return (all, repeated)
    }

    private static func items(_ run: Int, _ range: Range<Int>) -> [Item] {
        range.map { Item(word: 0, place: TreeBatch.Place(run: UInt32(run), index: UInt32($0))) }
    }

    private static func commonPrefix(_ left: [UInt8], _ right: [UInt8]) -> Int {
        ByteOrder.commonPrefix(left.span, right.span)
    }

    /// Keys that divide the changes into buckets of about the same size.
    private func splitters(_ count: Int) -> [[UInt8]] {
        let wanted = ChangeSort.bucketCount * ChangeSort.samplesInBucket
        let step = max(1, count / wanted)
        var samples: [[UInt8]] = []
        // Every so many changes, counted through all runs.
        var next = step / 2
        for run in runs {
            while next < run.count {
                samples.append([UInt8](copying: run.keySpan(next)))
                next += step
            }
            next -= run.count
        }
        samples.sort { ByteOrder.compare($0.span, $1.span) < 0 }
        return (1..<ChangeSort.bucketCount).map { samples[$0 * samples.count / ChangeSort.bucketCount] }
    }

    /// The changes by bucket: those below the first splitter, those from there to the second, and so on.
    private func divide(_ splitters: [[UInt8]]) -> [[Item]] {
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
            let run = chunks[chunk].run
            let changes = runs[run]
            for item in ChangeSort.items(run, chunks[chunk].range) {
                let key = changes.keySpan(Int(item.place.index))
                buckets[ChangeSort.bucket(of: key, splitters)].append(item)
            }
            parts.withLock { $0[chunk] = buckets }
        }
        let divided = parts.withLock { $0 }
        return (0...splitters.count).map { bucket in divided.flatMap { $0[bucket] } }
    }

    private static func bucket(of key: Span<UInt8>, _ splitters: [[UInt8]]) -> Int {
        var low = 0
        var high = splitters.count
        while low < high {
            let middle = (low + high) / 2
            let splitter = splitters[middle]
            if ByteOrder.compare(key, splitter.span) < 0 { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// Sorts items whose keys are the same in the first `depth` bytes.
    ///
    /// - Returns: a change that has the same key as the one before it, if there is one. Only keys that share all their words can
    ///   be the same, and only those are looked at again.
    private func sort(_ items: inout [Item], _ range: Range<Int>, depth: Int) -> TreeBatch.Place? {
        var isEnd = false
        for index in range {
            let place = items[index].place
            let (word, byteCount) = runs[Int(place.run)].word(ofKey: Int(place.index), at: depth)
            items[index].word = word
            isEnd = isEnd || byteCount <= depth + 8
        }
        items[range].sort { $0.word < $1.word }
        var repeated: TreeBatch.Place?
        var start = range.lowerBound
        while start < range.upperBound {
            var end = start + 1
            while end < range.upperBound, items[end].word == items[start].word { end += 1 }
            if end - start > ChangeSort.fewestByWords, !isEnd {
                repeated = sort(&items, start..<end, depth: depth + 8) ?? repeated
            } else if end - start > 1 {
                items[start..<end].sort { compare($0, $1) < 0 }
                for index in (start + 1)..<end where compare(items[index - 1], items[index]) == 0 {
                    repeated = items[index].place
                }
            }
            start = end
        }
        return repeated
    }

    private func compare(_ left: Item, _ right: Item) -> Int {
        TreeChanges.compareKeys(
            runs[Int(left.place.run)], Int(left.place.index), runs[Int(right.place.run)], Int(right.place.index))
    }
}

extension TreeChanges {
    /// How the keys of two changes compare; see `ByteOrder.compare`.
    static func compareKeys(
        _ left: borrowing TreeChanges, _ leftIndex: Int, _ right: borrowing TreeChanges, _ rightIndex: Int
    ) -> Int {
        ByteOrder.compare(left.keySpan(leftIndex), right.keySpan(rightIndex))
    }

    /// The eight bytes of a key at `offset`, as if zeros followed it, and its length.
    func word(ofKey index: Int, at offset: Int) -> (word: UInt64, byteCount: Int) {
        let key = keySpan(index)
        guard offset + 8 <= key.count else {
            var word: UInt64 = 0
            for position in offset..<(offset + 8) {
                word = word << 8 | UInt64(position < key.count ? key[position] : 0)
            }
            return (word, key.count)
        }
        // The eight bytes lie within the span.
        let word = unsafe key.withUnsafeBytes { bytes in
            unsafe UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        }
        return (word, key.count)
    }
}

internal import AvowProof
internal import AvowTree
internal import Dispatch
internal import Synchronization

/// Sorts changes of the tree by their keys.
///
/// Keys are long and begin alike, so they are compared eight bytes at a time. The first eight say the space and the
/// index; they divide the changes into groups, which the cores sort: by the next eight bytes, those that share them by
/// the eight after, and so on. The eight bytes stand beside the place of the change, so that most comparisons follow no
/// pointer.
enum MutationSort {
    /// Eight bytes of a key as a big-endian number, and where its change stands.
    private struct Item {
        var word: UInt64
        let run: UInt32
        let index: UInt32
    }

    /// So few are sorted by whole keys.
    private static let fewestByWords = 8

    /// The changes of all runs by increasing keys.
    ///
    /// - Complexity: O(n log n), on all cores but for two passes.
    static func sorted(_ runs: [[TreeMutation]]) -> [TreeMutation] {
        let groups = groups(runs)
        // The largest first, so that no core begins it last.
        let order = groups.indices.sorted { groups[$0].count > groups[$1].count }
        let results = Mutex([[TreeMutation]](repeating: [], count: groups.count))
        DispatchQueue.concurrentPerform(iterations: groups.count) { position in
            let group = order[position]
            var items = groups[group]
            sort(&items, items.indices, runs, depth: 0)
            let changes = items.map { runs[Int($0.run)][Int($0.index)] }
            results.withLock { $0[group] = changes }
        }
        var all: [TreeMutation] = []
        all.reserveCapacity(runs.reduce(0) { $0 + $1.count })
        for changes in results.withLock({ $0 }) { all += changes }
        return all
    }

    /// The changes by the first eight bytes of their keys, increasing.
    private static func groups(_ runs: [[TreeMutation]]) -> [[Item]] {
        var groups: [[Item]] = []
        var places: [UInt64: Int] = [:]
        for (run, changes) in runs.enumerated() {
            for index in changes.indices {
                let word = word(changes[index].key.bytes, at: 0)
                let item = Item(word: word, run: UInt32(run), index: UInt32(index))
                if let place = places[word] {
                    groups[place].append(item)
                } else {
                    places[word] = groups.count
                    groups.append([item])
                }
            }
        }
        return groups.sorted { $0[0].word < $1[0].word }
    }

    /// Sorts items whose keys are the same in the first `depth` bytes.
    private static func sort(_ items: inout [Item], _ range: Range<Int>, _ runs: [[TreeMutation]], depth: Int) {
        var isEnd = false
        for index in range {
            let bytes = key(items[index], runs).bytes
            items[index].word = word(bytes, at: depth)
            isEnd = isEnd || bytes.count <= depth + 8
        }
        items[range].sort { $0.word < $1.word }
        var start = range.lowerBound
        while start < range.upperBound {
            var end = start + 1
            while end < range.upperBound, items[end].word == items[start].word { end += 1 }
            if end - start > fewestByWords, !isEnd {
                sort(&items, start..<end, runs, depth: depth + 8)
            } else if end - start > 1 {
                items[start..<end].sort { key($0, runs) < key($1, runs) }
            }
            start = end
        }
    }

    private static func key(_ item: Item, _ runs: [[TreeMutation]]) -> TreeKey {
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

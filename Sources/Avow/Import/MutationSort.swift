internal import AvowProof
internal import AvowTree
internal import Dispatch
internal import Synchronization

/// Sorts changes of the tree by their keys.
///
/// Keys are long and begin alike, so they are compared eight bytes at a time: all are sorted by their first eight bytes,
/// those that share them by the next eight, and so on. The eight bytes stand beside the place of the change, so that a
/// comparison follows no pointer.
enum MutationSort {
    /// Eight bytes of a key as a big-endian number, and where its change stands.
    struct Item {
        var word: UInt64
        var index: UInt32
    }

    /// Below this many, another core is not worth waking.
    private static let fewestInPart = 4_096

    /// The changes of all runs by increasing keys.
    ///
    /// - Complexity: O(n log n), on all cores but for one pass.
    static func sorted(_ runs: [[TreeMutation]]) -> [TreeMutation] {
        let all = Array(runs.joined())
        let parts = max(1, min(ProcessorCount.active, all.count / fewestInPart))
        let sorted = Mutex([[Item]](repeating: [], count: parts))
        DispatchQueue.concurrentPerform(iterations: parts) { part in
            let range = (all.count * part / parts)..<(all.count * (part + 1) / parts)
            var items = range.map { Item(word: 0, index: UInt32($0)) }
            sort(&items, 0..<items.count, all, depth: 0)
            sorted.withLock { $0[part] = items }
        }
        return merged(sorted.withLock { $0 }, all)
    }

    /// Sorts items whose keys are the same in the first `depth` bytes.
    private static func sort(_ items: inout [Item], _ range: Range<Int>, _ all: [TreeMutation], depth: Int) {
        for index in range { items[index].word = word(all[Int(items[index].index)].key.bytes, at: depth) }
        items[range].sort { $0.word < $1.word }
        var start = range.lowerBound
        while start < range.upperBound {
            var end = start + 1
            while end < range.upperBound, items[end].word == items[start].word { end += 1 }
            if end - start > 1 {
                // Keys that end here are compared with their lengths.
                if end - start < 8 || all[Int(items[start].index)].key.bytes.count <= depth + 8 {
                    items[start..<end].sort { all[Int($0.index)].key < all[Int($1.index)].key }
                } else {
                    sort(&items, start..<end, all, depth: depth + 8)
                }
            }
            start = end
        }
    }

    /// The eight bytes at `offset`, as if zeros followed the key.
    private static func word(_ bytes: [UInt8], at offset: Int) -> UInt64 {
        var word: UInt64 = 0
        let count = bytes.count
        for index in offset..<(offset + 8) {
            word = word << 8 | UInt64(index < count ? bytes[index] : 0)
        }
        return word
    }

    private static func merged(_ parts: [[Item]], _ all: [TreeMutation]) -> [TreeMutation] {
        var merged: [TreeMutation] = []
        merged.reserveCapacity(all.count)
        var positions = [Int](repeating: 0, count: parts.count)
        while true {
            var least: (part: Int, index: Int)?
            for (part, items) in parts.enumerated() where positions[part] < items.count {
                let index = Int(items[positions[part]].index)
                if let best = least, !(all[index].key < all[best.index].key) { continue }
                least = (part, index)
            }
            guard let least else { return merged }
            merged.append(all[least.index])
            positions[least.part] += 1
        }
    }
}

public import AvowProof

extension TreeReader {
    /// The entries at many keys; nil in the place of each at which there is none.
    ///
    /// - Parameter keys: in ascending order.
    /// - Complexity: each node on the way to the keys is visited once.
    public func entries(for keys: [TreeKey]) throws(TreeError) -> [PlacedEntry?] {
        var found = [PlacedEntry?](repeating: nil, count: keys.count)
        if let reference = root.reference, !keys.isEmpty {
            try find(keys, keys.indices, below: reference, rank: 0, &found)
        }
        return found
    }

    private func find(
        _ keys: [TreeKey], _ range: Range<Int>, below reference: NodeReference, rank: UInt64,
        _ found: inout [PlacedEntry?]
    ) throws(TreeError) {
        let node = try node(reference)
        switch node.content {
        case .leaf(let entries):
            var position = 0
            for index in range {
                let key = keys[index]
                let bytes = key.bytes
                position = entries.lowerBound(bytes.span, from: position)
                guard position < entries.count else { return }
                if ByteOrder.compare(entries.keySpan(position), bytes.span) == 0,
                    entries.realmByteCount(position) == key.realmByteCount,
                    entries.orderByteCount(position) == key.orderByteCount
                {
                    found[index] = PlacedEntry(node, position, rank: rank + UInt64(position))
                }
            }
        case .inner(let children):
            var start = range.lowerBound
            while start < range.upperBound {
                let first = keys[start].bytes
                let child = children.lowerBound(first.span)
                guard child < children.count else { return }
                var end = start + 1
                while end < range.upperBound {
                    let key = keys[end].bytes
                    guard ByteOrder.compare(key.span, children.lastKey(child)) <= 0 else { break }
                    end += 1
                }
                try find(
                    keys, start..<end, below: children.reference(child, level: node.level - 1),
                    rank: rank + children.startRanks[child], &found)
                start = end
            }
        }
    }
}

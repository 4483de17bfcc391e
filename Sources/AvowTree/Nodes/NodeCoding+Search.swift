internal import AvowProof

extension NodeCoding {
    /// Looks for an entry in a leaf node that is written whole, and reads no more of it than that takes: most nodes that are
    /// opened are opened for one entry and not soon again.
    ///
    /// - Parameters:
    ///   - bytes: as for ``decode(_:id:)``.
    ///   - count: how many entries the node's parent says that it has.
    /// - Returns: the entry, alone, and how many stand before it; nil when there is none, which is so too when the same bytes
    ///   stand there cut elsewhere.
    /// - Throws: `TreeError.malformedNode` for what is read and is not the bytes of a node.
    /// - Complexity: O(n) in the entries before it, of which most are passed by a comparison of two numbers.
    static func find(
        _ key: TreeKey, in bytes: [UInt8], id: UInt64, count: UInt64
    ) throws(TreeError) -> (index: Int, entries: LeafEntries)? {
        var reader = NodeByteReader(bytes, id: id)
        guard try reader.byte("a level") == 0, UInt64(try itemCount(&reader)) == count else {
            throw .malformedNode(id, offset: 0, expected: "level 0 and \(count) leaves")
        }
        let wanted = key.bytes
        // How many leading bytes of the key before are those of the wanted one, below which it stands.
        var matched = 0
        var length = 0
        var cuts = (realm: 0, order: 0)
        for index in 0..<Int(count) {
            let flags = try leafFlags(&reader, isFirst: index == 0)
            let (shared, rest) = try reader.keyParts(behind: length)
            length = shared + rest.count
            // It has less in common with the key before than that has with the wanted one, so it stands above both.
            guard shared >= matched else { return nil }
            var isWanted = false
            if shared == matched {
                let more = ByteOrder.commonPrefix(bytes.span.extracting(rest), wanted.span.extracting(matched...))
                matched += more
                isWanted = more == rest.count && matched == wanted.count
                let isBelow =
                    more == rest.count
                    ? matched < wanted.count
                    : matched < wanted.count && bytes[rest.lowerBound + more] < wanted[matched]
                guard isWanted || isBelow else { return nil }
            }
            let contents = try leafContents(&reader, flags, keyByteCount: length, &cuts)
            guard isWanted else { continue }
            guard cuts.realm == key.realmByteCount, cuts.order == key.orderByteCount else { return nil }
            var entries = LeafEntries(capacity: 1, keyByteCount: length, inlineByteCount: contents.inline.count)
            entries.append(
                key: wanted.span, realmByteCount: cuts.realm, orderByteCount: cuts.order, value: contents.value,
                blob: contents.blob, inline: bytes.span.extracting(contents.inline), sharedByteCount: 0)
            return (index, entries)
        }
        return nil
    }
}

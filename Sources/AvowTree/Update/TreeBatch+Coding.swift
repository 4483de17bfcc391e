internal import AvowProof
internal import AvowStorage

extension TreeBatch {
    private static let sameCuts: UInt8 = 1
    private static let hasBlob: UInt8 = 2
    private static let hasInline: UInt8 = 4
    private static let isRemoved: UInt8 = 8

    /// Appends the changes as they rest in a store (Format, "Changes at rest"): their number, and each as an entry of a leaf
    /// node, or as the key of one that is removed.
    public func encode(into bytes: inout [UInt8]) {
        bytes.append(varint: UInt64(count))
        var lastKey: [UInt8] = []
        var cuts = (realm: -1, order: -1)
        for position in indices {
            with(position) { changes, index in
                TreeBatch.encode(changes, index, &lastKey, &cuts, &bytes)
            }
        }
    }

    private static func encode(
        _ changes: borrowing TreeChanges, _ index: Int, _ lastKey: inout [UInt8],
        _ cuts: inout (realm: Int, order: Int),
        _ bytes: inout [UInt8]
    ) {
        let key = changes.keySpan(index)
        let shared = ByteOrder.commonPrefix(lastKey.span, key)
        let own = (realm: changes.realmByteCount(index), order: changes.orderByteCount(index))
        let isRemoval = changes.kind(index) == .remove
        let blob = changes.blob(index)
        let inline = changes.inlineSpan(index)
        bytes.append(
            isRemoval
                ? isRemoved
                : (own == cuts ? sameCuts : 0) | (blob != 0 ? hasBlob : 0) | (inline.isEmpty ? 0 : hasInline))
        bytes.append(varint: UInt64(shared))
        bytes.append(varint: UInt64(key.count - shared))
        bytes.append(contentsOf: key.extracting(shared..<key.count))
        lastKey.removeLast(lastKey.count - shared)
        lastKey.append(contentsOf: key.extracting(shared..<key.count))
        guard !isRemoval else { return }
        if own != cuts {
            bytes.append(varint: UInt64(own.realm))
            bytes.append(varint: UInt64(own.order))
            cuts = own
        }
        if blob != 0 { bytes.append(varint: blob) }
        if inline.isEmpty {
            (changes.digest(index) ?? TreeHash.value(inline)).append(to: &bytes)
        } else {
            bytes.append(varint: UInt64(inline.count))
            bytes.append(contentsOf: inline)
        }
    }

    /// Reads batches that were written one behind the other.
    ///
    /// - Returns: the changes of each batch, by strictly increasing keys.
    /// - Throws: `TreeError.malformedChanges` for anything but the bytes of batches, hostile ones included.
    public static func decode(_ bytes: [UInt8]) throws(TreeError) -> [TreeChanges] {
        var reader = NodeByteReader(bytes, id: 0)
        var batches: [TreeChanges] = []
        while !reader.isAtEnd {
            do throws(TreeError) {
                batches.append(try batch(&reader))
            } catch {
                guard case .malformedNode(_, let offset, let expected) = error else { throw error }
                throw .malformedChanges(offset: offset, expected: expected)
            }
        }
        return batches
    }

    private static func batch(_ reader: inout NodeByteReader) throws(TreeError) -> TreeChanges {
        let count = try reader.varint("a number of changes")
        // A change has three bytes at least.
        guard count > 0, count <= UInt64(reader.rest / 3) else { throw reader.failure("as many changes as follow") }
        var changes = TreeChanges()
        changes.reserveCapacity(Int(count), keyByteCount: 64)
        var key: [UInt8] = []
        var cuts: (realm: Int, order: Int)?
        for number in 0..<count {
            let flags = try reader.byte("flags")
            guard flags == isRemoved || flags & ~(sameCuts | hasBlob | hasInline) == 0 else {
                throw reader.failure("known flags")
            }
            let (shared, rest) = try reader.keyParts(behind: key.count)
            if number > 0 { try reader.requireAbove(rest, shared < key.count ? key[shared] : nil) }
            key.removeLast(key.count - shared)
            key.append(contentsOf: reader.bytes[rest])
            guard flags != isRemoved else {
                if let whole = TreeKey(bytes: key, realmByteCount: 0, orderByteCount: 0) {
                    changes.append(contentsOf: [TreeMutation(whole, .remove)])
                }
                continue
            }
            if flags & sameCuts == 0 {
                let realm = try reader.varint("a realm's length")
                let order = try reader.varint("an order's length")
                guard realm <= UInt64(key.count), order <= UInt64(key.count) else {
                    throw reader.failure("cuts within the key")
                }
                cuts = (Int(realm), Int(order))
            }
            guard let cuts, let cut = TreeKey(bytes: key, realmByteCount: cuts.realm, orderByteCount: cuts.order)
            else { throw reader.failure("cuts within the key") }
            let blob = flags & hasBlob != 0 ? try reader.varint("a blob id") : 0
            let change: TreeMutation.Change
            if flags & hasInline != 0 {
                let inline = try reader.string("a value")
                guard !inline.isEmpty else { throw reader.failure("a value that is not empty") }
                change = .inline([UInt8](copying: reader.bytes.span.extracting(inline)), blob: blob)
            } else {
                change = .record(try reader.digest(), blob: blob)
            }
            changes.append(contentsOf: [TreeMutation(cut, change)])
        }
        return changes
    }

    /// The changes that several batches come to, one behind the other: of those with the same key the last.
    ///
    /// - Complexity: O(n log n), on all cores.
    public init(joining runs: [TreeChanges]) {
        let (order, repeated) = ChangeSort(runs).sorted()
        guard repeated != nil else {
            self.init(runs, order)
            return
        }
        var last: [Place] = []
        last.reserveCapacity(order.count)
        for place in order {
            if let before = last.last,
                TreeChanges.compareKeys(
                    runs[Int(before.run)], Int(before.index), runs[Int(place.run)], Int(place.index)) == 0
            {
                if place.run > before.run { last[last.count - 1] = place }
            } else {
                last.append(place)
            }
        }
        self.init(runs, last)
    }
}

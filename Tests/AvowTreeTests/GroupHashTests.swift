import AvowProof
import AvowVault
import TestSupport
import Testing

@testable import AvowTree

@Suite struct `Hashes of groups that rest with a node` {
    private func node(_ count: Int, level: UInt8, using generator: inout SeededGenerator) -> TreeNode.Content {
        let numbers = Set((0..<count).map { _ in Int.random(in: 0..<9_000, using: &generator) })
        let keys = numbers.map { (sampleKey($0), $0) }.sorted { $0.0 < $1.0 }
        guard level > 0 else {
            var entries = LeafEntries()
            for (key, number) in keys {
                entries.append(
                    key: key.bytes.span, realmByteCount: key.realmByteCount, orderByteCount: key.orderByteCount,
                    value: sampleDigest(number), blob: 1, inline: [UInt8]().span,
                    sharedByteCount: entries.sharedWithLast(key.bytes.span))
            }
            return .leaf(entries)
        }
        var children = ChildEntries()
        for (key, number) in keys {
            children.append(
                lastKey: key.bytes.span, id: UInt64(number), hash: sampleDigest(number),
                count: UInt64.random(in: 1...900, using: &generator),
                sharedByteCount: children.sharedWithLast(key.bytes.span))
        }
        return .inner(children)
    }

    private func hashes(_ content: TreeNode.Content) -> NodeHashes {
        switch content {
        case .leaf(let entries): NodeHashes(entries)
        case .inner(let children): NodeHashes(children)
        }
    }

    @Test(arguments: 0..<60 as Range<UInt64>)
    func `are taken from the nodes that a node is put together from, and are those of all items`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let level: UInt8 = seed % 2 == 0 ? 0 : 1
        // Runs of the items of some nodes, each from where the one before ended, with new items between them.
        let all = node(Int.random(in: 1...150, using: &generator), level: level, using: &generator)
        var joined: (entries: LeafEntries, children: ChildEntries) = (LeafEntries(), ChildEntries())
        var known: [Digest] = []
        var runs: [NodeHashes.Run] = []
        var position = 0
        while position < all.itemCount {
            let end = min(all.itemCount, position + Int.random(in: 1...60, using: &generator))
            let isNew = Int.random(in: 0..<4, using: &generator) == 0
            // The node that the run was a part of begins before it and ends behind it.
            let first = max(0, position - Int.random(in: 0...20, using: &generator))
            let last = min(all.itemCount, end + Int.random(in: 0...20, using: &generator))
            let source: NodeHashes
            switch all {
            case .leaf(let entries):
                var part = LeafEntries()
                part.append(entries, first..<last, sharedByteCount: 0)
                source = NodeHashes(part)
                joined.entries.append(
                    entries, position..<end,
                    sharedByteCount: joined.entries.sharedWithLast(entries.keySpan(position)))
            case .inner(let children):
                var part = ChildEntries()
                part.append(children, first..<last, sharedByteCount: 0)
                source = NodeHashes(part)
                joined.children.append(
                    children, position..<end,
                    sharedByteCount: joined.children.sharedWithLast(children.lastKey(position)))
            }
            if isNew {
                known.append(contentsOf: repeatElement(NodeHashes.unknown, count: end - position))
            } else {
                runs.append(
                    NodeHashes.Run(
                        hashes: source, first: position - first, items: known.count..<(known.count + end - position)))
                known.append(contentsOf: source.items[(position - first)..<(end - first)])
            }
            // Some items go.
            position = end + Int.random(in: 0...2, using: &generator)
        }
        let found: NodeHashes
        let alone: NodeHashes
        if level == 0 {
            found = NodeHashes(joined.entries, known: known, runs: runs)
            alone = NodeHashes(joined.entries)
        } else {
            found = NodeHashes(joined.children, runs: runs)
            alone = NodeHashes(joined.children)
        }
        #expect(found.root == alone.root, "seed \(seed)")
        #expect(found.inner == alone.inner, "seed \(seed)")
        #expect(found.items == alone.items, "seed \(seed)")
    }

    private func encoded(_ content: TreeNode.Content, _ hashes: NodeHashes, level: UInt8) -> [UInt8] {
        var bytes: [UInt8] = []
        NodeCoding.encode(content, level: level, into: &bytes)
        NodeCoding.encode(groups: hashes, into: &bytes)
        return bytes
    }

    /// A node as a reader has it, who has the hash from the parent.
    private func read(_ bytes: [UInt8], _ hash: Digest) throws -> TreeNode {
        let (level, content, groups) = try NodeCoding.decode(bytes, id: 7)
        return TreeNode(
            NodeReference(id: 7, level: level, count: content.count, hash: hash), content, groups: groups)
    }

    @Test(arguments: [1, 3, 4, 5, 30, 70], [0, 1] as [UInt8])
    func `lead to the hashes that all items lead to, for whatever is shown`(count: Int, level: UInt8) throws {
        var generator = SeededGenerator(seed: UInt64(count))
        let content = node(count, level: level, using: &generator)
        let whole = hashes(content)
        let bytes = encoded(content, whole, level: level)
        for _ in 0..<20 {
            let shown = Set(
                (0..<Int.random(in: 0...3, using: &generator)).map { _ in
                    Int.random(in: 0..<content.itemCount, using: &generator)
                })
            let node = try read(bytes, whole.root)
            try node.checkGroups()
            let other = try read(bytes, whole.root)
            let found = try other.hashes { items in items.contains(where: shown.contains) }
            #expect(found.root == whole.root, "seed \(count)")
            // What a proof takes: from the top down to what is shown, and the hashes beside that way.
            func compare(_ part: ItemTree.Part, _ base: Int) {
                if part.items.count == 1 {
                    #expect(found.items[part.items.lowerBound] == whole.items[part.items.lowerBound])
                    return
                }
                #expect(found.inner[base] == whole.inner[base])
                guard part.items.contains(where: shown.contains) else { return }
                let (left, right) = whole.tree.halves(part)
                compare(left, base + 1)
                compare(right, base + left.items.count)
            }
            compare(whole.tree.whole, 0)
            // The second time all is hashed, and kept.
            #expect(try other.hashes { _ in false }.items == whole.items)
            #expect(other.knownHashes != nil)
        }
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func `are refused when a bit of them differs, or one is missing`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let level = UInt8(seed % 2)
        let content = node(40, level: level, using: &generator)
        let whole = hashes(content)
        let bytes = encoded(content, whole, level: level)
        let start = bytes.count - whole.tree.groupCount * Digest.byteCount
        for _ in 0..<100 {
            var changed = bytes
            changed[Int.random(in: start..<bytes.count, using: &generator)] ^=
                1 << UInt8.random(in: 0..<8, using: &generator)
            let node = try read(changed, whole.root)
            #expect(throws: TreeError.self, "seed \(seed)") { try node.checkGroups() }
            // Inside of one group nothing is taken from what rests there.
            let shown = Int.random(in: 0..<content.itemCount, using: &generator)
            let other = try read(changed, whole.root)
            if let found = try? other.hashes(showing: { $0.contains(shown) }) {
                #expect(found.root == whole.root)
                #expect(found.items[shown] == whole.items[shown])
            }
        }
        for length in start..<bytes.count where (length - start) % Digest.byteCount == 0 {
            let short = try read(Array(bytes[..<length]), whole.root)
            if length > start {
                #expect(throws: TreeError.self) { try short.hashes { _ in true } }
            } else {
                #expect(try short.hashes { _ in true }.root == whole.root)
            }
        }
        for length in start..<bytes.count where (length - start) % Digest.byteCount != 0 {
            #expect(throws: TreeError.self) { try NodeCoding.decode(Array(bytes[..<length]), id: 7) }
        }
    }

    @Test func `stand where they make no node longer`() throws {
        let sealer = try NodeSealer(storeKey: .random(), storeID: .random())
        var generator = SeededGenerator(seed: 5)
        var (with, without) = (0, 0)
        for count in 1...80 {
            let content = node(count, level: 0, using: &generator)
            let whole = hashes(content)
            var nonces = Nonces(count: 1)
            let finished = FinishedNode(content, level: 0, whole, patch: nil, id: 7, sealer, &nonces)
            var plain: [UInt8] = []
            NodeCoding.encode(content, level: 0, into: &plain)
            #expect(finished.sealed.count == NodeSealer.sealedByteCount(plain.count))
            let opened = try sealer.open(finished.sealed.span, nodeID: 7, hash: whole.root)
            let (_, _, groups) = try NodeCoding.decode(opened, id: 7)
            #expect(groups.isEmpty || groups.count == whole.tree.groupCount)
            if groups.isEmpty { without += 1 } else { with += 1 }
        }
        #expect(with > 0 && without > 0)
    }
}

@Suite struct `A leaf node that is searched before it is decoded` {
    @Test(arguments: 0..<8 as Range<UInt64>)
    func `has the entries that it has decoded`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let (bytes, entries, numbers) = leaf(using: &generator)
        for number in 0..<600 {
            let key = sampleKey(number)
            let found = try NodeCoding.find(key, in: bytes, id: 7, count: UInt64(entries.count))
            let (index, isThere) = entries.find(key.bytes.span, from: 0)
            #expect((found != nil) == isThere && isThere == numbers.contains(number), "seed \(seed), \(number)")
            guard let found else { continue }
            #expect(found.index == index)
            #expect(found.entries.entry(0, rank: 9) == entries.entry(index, rank: 9), "seed \(seed), \(number)")
            let other = TreeKey(
                bytes: key.bytes, realmByteCount: key.realmByteCount - 1, orderByteCount: key.orderByteCount)
            if let other { #expect(try NodeCoding.find(other, in: bytes, id: 7, count: UInt64(entries.count)) == nil) }
            // Keys that are parts of others, or have others as parts.
            for bytes in [Array(key.bytes.dropLast()), key.bytes + [0], key.bytes + [255]] {
                guard let near = TreeKey(bytes: bytes, realmByteCount: 1, orderByteCount: 1) else { continue }
                let isThere = entries.find(bytes.span, from: 0).isThere
                #expect(isThere == false)
                #expect(try NodeCoding.find(near, in: self.bytes(entries), id: 7, count: UInt64(entries.count)) == nil)
            }
        }
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func `gives an error or an answer, whatever its bytes are`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let (bytes, entries, numbers) = leaf(using: &generator)
        let key = sampleKey(numbers.sorted()[numbers.count / 2])
        var refused = 0
        for length in bytes.indices {
            // It reads as far as the entry and no further.
            do {
                let found = try NodeCoding.find(key, in: Array(bytes[..<length]), id: 7, count: UInt64(entries.count))
                #expect(found != nil)
            } catch {
                refused += 1
            }
        }
        #expect(refused > 0)
        for _ in 0..<2_000 {
            var changed = bytes
            for _ in 0...Int.random(in: 0..<3, using: &generator) {
                changed[Int.random(in: changed.indices, using: &generator)] = UInt8.random(
                    in: 0...255, using: &generator)
            }
            // What both read of a damaged node is the same when both can.
            guard let (level, content, _) = try? NodeCoding.decode(changed, id: 7), level == 0,
                case .leaf(let decoded) = content
            else {
                _ = try? NodeCoding.find(key, in: changed, id: 7, count: UInt64(entries.count))
                continue
            }
            let found = try NodeCoding.find(key, in: changed, id: 7, count: UInt64(decoded.count))
            let (index, isThere) = decoded.find(key.bytes.span, from: 0)
            let isSame =
                isThere && decoded.realmByteCount(index) == key.realmByteCount
                && decoded.orderByteCount(index) == key.orderByteCount
            #expect((found != nil) == isSame, "seed \(seed)")
            if isSame { #expect(found?.entries.entry(0, rank: 0) == decoded.entry(index, rank: 0), "seed \(seed)") }
        }
        #expect(throws: TreeError.self) { try NodeCoding.find(key, in: bytes, id: 7, count: UInt64(entries.count) + 1) }
        #expect(throws: TreeError.self) { try NodeCoding.find(key, in: [], id: 7, count: 1) }
    }

    private func bytes(_ entries: LeafEntries) -> [UInt8] {
        var bytes: [UInt8] = []
        NodeCoding.encode(.leaf(entries), level: 0, into: &bytes)
        return bytes
    }

    private func leaf(using generator: inout SeededGenerator) -> ([UInt8], LeafEntries, Set<Int>) {
        let numbers = Set((0..<60).map { _ in Int.random(in: 0..<600, using: &generator) })
        var entries = LeafEntries()
        for (key, number) in numbers.map({ (sampleKey($0), $0) }).sorted(by: { $0.0 < $1.0 }) {
            let inline: [UInt8] = number % 3 == 0 ? Array("value \(number)".utf8) : []
            entries.append(
                key: key.bytes.span, realmByteCount: key.realmByteCount, orderByteCount: key.orderByteCount,
                value: inline.isEmpty ? sampleDigest(number) : nil, blob: UInt64(number % 2) << 20,
                inline: inline.span, sharedByteCount: entries.sharedWithLast(key.bytes.span))
        }
        return (bytes(entries), entries, numbers)
    }
}

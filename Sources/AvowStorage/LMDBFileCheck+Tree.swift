/// A key as the table orders it.
enum LMDBKey: Equatable {
    case identifier(UInt64)
    case bytes([UInt8])

    static func < (left: LMDBKey, right: LMDBKey) -> Bool {
        switch (left, right) {
        case (.identifier(let left), .identifier(let right)): left < right
        case (.bytes(let left), .bytes(let right)): left.lexicographicallyPrecedes(right)
        // One table has keys of one kind.
        case (.identifier, .bytes), (.bytes, .identifier): false
        }
    }
}

/// One node of a leaf whose place and size are sound.
struct LMDBLeafNode {
    let key: LMDBKey
    let flags: UInt16
    /// Bytes of the value, wherever it is.
    let size: Int
    /// Where in the page the node begins.
    let offset: Int
    /// Where in the page the value, or the number of its overflow page, begins.
    let dataOffset: Int
}

/// A page that a branch points to, and what the branch says of it.
private struct PendingPage {
    let number: UInt64
    /// One for the root.
    let level: Int
    let lowest: LMDBKey?
    let limit: LMDBKey?
    /// Who points to it, and where in that page.
    let parent: UInt64
    let parentOffset: Int
}

/// Counts that must agree with what the table's record says.
private struct TreeCounts {
    var branch: UInt64 = 0
    var leaf: UInt64 = 0
    var overflow: UInt64 = 0
    var entries: UInt64 = 0
}

extension LMDBFileChecker {
    /// A table as its record describes it, and where that record stands.
    struct Table {
        let name: String
        let record: LMDBTableRecord
        /// Page that holds the record.
        let page: UInt64
        /// Where in that page the record begins.
        let offset: Int
        let hasIdentifiers: Bool
    }

    /// Walks a table's tree from left to right and calls `visit` with each leaf's nodes, and then `visitRun` with
    /// those of its overflow runs that are sound.
    ///
    /// Pages are marked as used before they are read, and none is entered twice, so the walk ends whatever the
    /// pages say; the list of pending pages holds at most the children of one path.
    mutating func walk(
        _ table: Table,
        visit: (inout LMDBFileChecker, UInt64, [LMDBLeafNode]) throws(StorageError) -> Void = { _, _, _ in },
        visitRun: (inout LMDBFileChecker, OverflowRun) throws(StorageError) -> Void = { _, _ in }
    ) throws(StorageError) {
        let record = table.record
        var counts = TreeCounts()
        if record.root != LMDBFormat.noPage {
            guard (1...LMDBFormat.maximumDepth).contains(Int(record.depth)) else {
                damage(
                    table.page, at: table.offset + 6, in: table.name,
                    expected: "a depth from 1 to \(LMDBFormat.maximumDepth)", found: "\(record.depth)")
                return
            }
            var pending = [
                PendingPage(
                    number: record.root, level: 1, lowest: nil, limit: nil, parent: table.page,
                    parentOffset: table.offset + 40)
            ]
            while let next = pending.popLast() {
                guard use(next.number, in: table.name, from: next.parent, at: next.parentOffset),
                    try read(next.number, in: table.name)
                else { continue }
                if next.level < Int(record.depth) {
                    counts.branch += 1
                    report.pages.branch += 1
                    pending.append(contentsOf: checkBranch(next, of: table).reversed())
                } else {
                    counts.leaf += 1
                    report.pages.leaf += 1
                    let nodes = checkLeaf(next, of: table)
                    counts.entries += UInt64(nodes.count)
                    // Overflow headers are read into the same buffer, so what the leaf says is taken from it before.
                    let runs = overflowRuns(of: nodes)
                    try visit(&self, next.number, nodes)
                    for run in runs {
                        let pages = try checkOverflow(run, leaf: next.number, of: table)
                        counts.overflow += pages
                        if pages > 0 { try visitRun(&self, run) }
                    }
                }
            }
        } else {
            expect("depth", record.depth, 0, page: table.page, at: table.offset + 6, in: table.name)
        }
        let at = table.offset
        expect("branch pages", record.branchPages, counts.branch, page: table.page, at: at + 8, in: table.name)
        expect("leaf pages", record.leafPages, counts.leaf, page: table.page, at: at + 16, in: table.name)
        expect("overflow pages", record.overflowPages, counts.overflow, page: table.page, at: at + 24, in: table.name)
        expect("entries", record.entries, counts.entries, page: table.page, at: at + 32, in: table.name)
    }

    // MARK: Pages of nodes

    /// Offsets of a page's nodes, in the order of their keys; empty when the page's bounds are unsound.
    private mutating func nodeOffsets(_ pending: PendingPage, of table: Table, fewest: Int) -> [Int] {
        let number = pending.number
        let lower = Int(page.littleEndian16(at: 12))
        let upper = Int(page.littleEndian16(at: 14))
        let headerSize = LMDBFormat.pageHeaderSize
        guard lower % 2 == 0, lower >= headerSize + 2 * fewest, lower <= upper, upper <= pageSize, upper % 2 == 0
        else {
            damage(
                number, at: 12, in: table.name,
                expected: "bounds for at least \(fewest) nodes inside the page", found: "\(lower) to \(upper)")
            return []
        }
        var offsets: [Int] = []
        offsets.reserveCapacity((lower - headerSize) / 2)
        for pointer in stride(from: headerSize, to: lower, by: 2) {
            let offset = Int(page.littleEndian16(at: pointer))
            guard offset % 2 == 0, offset >= upper, offset + LMDBFormat.nodeHeaderSize <= pageSize else {
                damage(
                    number, at: pointer, in: table.name,
                    expected: "an even offset from \(upper) to \(pageSize - LMDBFormat.nodeHeaderSize)",
                    found: "\(offset)")
                return []
            }
            offsets.append(offset)
        }
        return offsets
    }

    /// Reports nodes that do not fill the page from its upper bound to its end, one right behind the other.
    private mutating func checkTiling(_ nodes: [(offset: Int, size: Int)], page number: UInt64, in table: String)
        -> Bool
    {
        var expected = Int(page.littleEndian16(at: 14))
        for node in nodes.sorted(by: { $0.offset < $1.offset }) {
            guard node.offset == expected else {
                damage(
                    number, at: min(node.offset, expected), in: table, expected: "a node at \(expected) in the page",
                    found: "the next one at \(node.offset)")
                return false
            }
            expected += node.size
        }
        guard expected == pageSize else {
            damage(
                number, at: 14, in: table, expected: "nodes up to the end of the page",
                found: "their end at \(expected)")
            return false
        }
        return true
    }

    /// The key of the node at an offset; nil, and a damage, when it is no key of the table.
    private mutating func key(at offset: Int, page number: UInt64, of table: Table) -> LMDBKey? {
        let size = Int(page.littleEndian16(at: offset + 6))
        let start = offset + LMDBFormat.nodeHeaderSize
        if table.hasIdentifiers {
            guard size == 8, start + 8 <= pageSize else {
                damage(number, at: offset + 6, in: table.name, expected: "a key of 8 bytes", found: "\(size)")
                return nil
            }
            return .identifier(page.littleEndian64(at: start))
        }
        guard (1...LMDBFormat.maximumKeySize).contains(size), start + size <= pageSize else {
            damage(
                number, at: offset + 6, in: table.name,
                expected: "a key of 1 to \(LMDBFormat.maximumKeySize) bytes inside the page", found: "\(size)")
            return nil
        }
        return .bytes(Array(page[start..<start + size]))
    }

    /// Reports a key that is not above the one before, or outside what the parent allows.
    private mutating func checkOrder(
        _ key: LMDBKey, after previous: LMDBKey?, in pending: PendingPage, at offset: Int, of table: Table
    ) {
        let place = offset + LMDBFormat.nodeHeaderSize
        if let previous, !(previous < key) {
            damage(pending.number, at: place, in: table.name, expected: "a key above the one before", found: "\(key)")
        } else if let lowest = pending.lowest, key < lowest {
            damage(
                pending.number, at: place, in: table.name, expected: "a key not below the parent's \(lowest)",
                found: "\(key)")
        } else if let limit = pending.limit, !(key < limit) {
            damage(
                pending.number, at: place, in: table.name, expected: "a key below the parent's next, \(limit)",
                found: "\(key)")
        }
    }

    // MARK: Branches

    private mutating func checkBranch(_ pending: PendingPage, of table: Table) -> [PendingPage] {
        let number = pending.number
        guard checkPageHeader(number, kind: LMDBFormat.branchPage, in: table.name) else { return [] }
        // LMDB stops the process when it finds a branch with a single child, except in its free list.
        let fewest = table.name == LMDBFileChecker.freeTable ? 1 : 2
        let offsets = nodeOffsets(pending, of: table, fewest: fewest)
        var extents: [(offset: Int, size: Int)] = []
        var keys: [LMDBKey?] = []
        for (index, offset) in offsets.enumerated() {
            let keySize = Int(page.littleEndian16(at: offset + 6))
            if index == 0 {
                // The first child takes all that is below the second key; its own key is implied.
                guard expect("key size", keySize, 0, page: number, at: offset + 6, in: table.name) else { return [] }
                keys.append(pending.lowest)
            } else {
                guard let key = key(at: offset, page: number, of: table) else { return [] }
                checkOrder(key, after: index == 1 ? nil : keys[index - 1], in: pending, at: offset, of: table)
                keys.append(key)
            }
            extents.append((offset, LMDBFormat.nodeHeaderSize + (keySize + 1) & ~1))
        }
        guard !offsets.isEmpty, checkTiling(extents, page: number, in: table.name) else { return [] }
        return offsets.enumerated().map { index, offset in
            PendingPage(
                number: UInt64(page.littleEndian32(at: offset)) | UInt64(page.littleEndian16(at: offset + 4)) << 32,
                level: pending.level + 1,
                lowest: keys[index],
                limit: index + 1 < keys.count ? keys[index + 1] : pending.limit,
                parent: number,
                parentOffset: offset)
        }
    }

    // MARK: Leaves

    private mutating func checkLeaf(_ pending: PendingPage, of table: Table) -> [LMDBLeafNode] {
        let number = pending.number
        guard checkPageHeader(number, kind: LMDBFormat.leafPage, in: table.name) else { return [] }
        let allowedFlags: [UInt16] =
            table.name == LMDBFileChecker.mainTable ? [LMDBFormat.subTable] : [0, LMDBFormat.bigData]
        var nodes: [LMDBLeafNode] = []
        var extents: [(offset: Int, size: Int)] = []
        for offset in nodeOffsets(pending, of: table, fewest: 1) {
            guard let key = key(at: offset, page: number, of: table) else { return [] }
            checkOrder(key, after: nodes.last?.key, in: pending, at: offset, of: table)
            let flags = page.littleEndian16(at: offset + 4)
            guard allowedFlags.contains(flags) else {
                damage(
                    number, at: offset + 4, in: table.name, expected: "node flags among \(allowedFlags)",
                    found: "\(flags)")
                return []
            }
            let size = Int(page.littleEndian32(at: offset))
            let keySize = Int(page.littleEndian16(at: offset + 6))
            let dataOffset = offset + LMDBFormat.nodeHeaderSize + keySize
            let nodeSize = dataOffset - offset + (flags == LMDBFormat.bigData ? 8 : size)
            guard nodeSize <= LMDBFormat.maximumNodeSize(pageSize: pageSize), offset + nodeSize <= pageSize else {
                damage(
                    number, at: offset, in: table.name, expected: "a node that fits in the page",
                    found: "one of \(nodeSize) bytes")
                return []
            }
            extents.append((offset, (nodeSize + 1) & ~1))
            nodes.append(LMDBLeafNode(key: key, flags: flags, size: size, offset: offset, dataOffset: dataOffset))
        }
        guard !nodes.isEmpty, checkTiling(extents, page: number, in: table.name) else { return [] }
        return nodes
    }

    // MARK: Overflow pages

    struct OverflowRun {
        let first: UInt64
        let size: Int
        let nodeOffset: Int
        let dataOffset: Int
    }

    func overflowRuns(of nodes: [LMDBLeafNode]) -> [OverflowRun] {
        nodes.filter { $0.flags == LMDBFormat.bigData }.map { node in
            OverflowRun(
                first: page.littleEndian64(at: node.dataOffset), size: node.size, nodeOffset: node.offset,
                dataOffset: node.dataOffset)
        }
    }

    /// Checks the pages of one large value. Returns how many there are.
    private mutating func checkOverflow(
        _ run: OverflowRun, leaf: UInt64, of table: Table
    ) throws(StorageError) -> UInt64 {
        guard use(run.first, in: table.name, from: leaf, at: run.dataOffset),
            try read(run.first, in: table.name),
            checkPageHeader(run.first, kind: LMDBFormat.overflowPage, in: table.name)
        else { return 0 }
        let count = UInt64(page.littleEndian32(at: 12))
        let fewest = UInt64(LMDBFormat.overflowPages(forSize: run.size, pageSize: pageSize))
        guard count >= fewest else {
            damage(
                run.first, at: 12, in: table.name, expected: "at least \(fewest) pages for \(run.size) bytes",
                found: "\(count)")
            return 0
        }
        guard count - 1 <= header.newest.lastPage - run.first,
            (run.first + count) * UInt64(pageSize) <= header.fileSize
        else {
            damage(
                run.first, at: 12, in: table.name, expected: "a run of pages inside the file", found: "\(count) pages")
            return 0
        }
        for number in run.first + 1..<run.first + count {
            guard used.insert(number) else {
                damage(
                    run.first, at: 12, in: table.name, expected: "pages of its own",
                    found: "a run of \(count) that takes page \(number), used before")
                return 0
            }
        }
        report.pages.overflow += count
        if filling.contains(table.name) {
            let full = Int(count) * pageSize - LMDBFormat.pageHeaderSize
            expect("value size", run.size, full, page: leaf, at: run.nodeOffset, in: table.name)
        }
        return count
    }
}

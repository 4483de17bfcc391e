extension LMDBFileChecker {
    /// A named table that the table of tables lists.
    struct NamedTable {
        let name: String
        let record: LMDBTableRecord
        let page: UInt64
        let offset: Int
    }

    // MARK: Tables

    /// Checks the table of tables and returns what it lists.
    mutating func checkMainTable(_ record: LMDBTableRecord) throws(StorageError) -> [NamedTable] {
        var tables: [NamedTable] = []
        let main = Table(
            name: LMDBFileChecker.mainTable, record: record, page: newestMetaPage, offset: 88, hasIdentifiers: false)
        try walk(main) { checker, page, nodes throws(StorageError) in
            for node in nodes {
                guard
                    checker.expect(
                        "record size", node.size, LMDBFormat.tableRecordSize, page: page, at: node.offset,
                        in: main.name),
                    case .bytes(let name) = node.key
                else { continue }
                tables.append(
                    NamedTable(
                        name: String(decoding: name, as: UTF8.self),
                        record: LMDBTableRecord(checker.page, at: node.dataOffset),
                        page: page,
                        offset: node.dataOffset))
            }
        }
        return tables
    }

    mutating func checkTable(_ table: NamedTable) throws(StorageError) {
        let record = table.record
        expect("padding", record.padding, 0, page: table.page, at: table.offset, in: table.name)
        guard record.flags == 0 || record.flags == LMDBFormat.integerKeys else {
            damage(
                table.page, at: table.offset + 4, in: table.name, expected: "flags 0 or 8", found: "\(record.flags)")
            return
        }
        try walk(
            Table(
                name: table.name, record: record, page: table.page, offset: table.offset,
                hasIdentifiers: record.flags == LMDBFormat.integerKeys))
    }

    var newestMetaPage: UInt64 { header.metas[0].transaction < header.metas[1].transaction ? 1 : 0 }

    // MARK: Free pages

    /// Checks the list of free pages: by the transaction that freed them, their count and their descending numbers.
    mutating func checkFreeList(_ record: LMDBTableRecord) throws(StorageError) {
        let table = Table(
            name: LMDBFileChecker.freeTable, record: record, page: newestMetaPage, offset: 40, hasIdentifiers: true)
        try walk(table) { checker, page, nodes throws(StorageError) in
            for node in nodes {
                if case .identifier(let transaction) = node.key,
                    transaction == 0 || transaction > checker.header.newest.transaction
                {
                    checker.damage(
                        page, at: node.offset + LMDBFormat.nodeHeaderSize, in: table.name,
                        expected: "a transaction from 1 to \(checker.header.newest.transaction)",
                        found: "\(transaction)")
                }
                if node.flags == LMDBFormat.bigData { continue }
                var list = FreePages(size: node.size, page: page, offset: node.dataOffset)
                for place in stride(from: node.dataOffset, to: node.dataOffset + node.size - 7, by: 8) {
                    guard list.take(checker.page.littleEndian64(at: place), &checker) else { break }
                }
                list.finish(&checker)
            }
        } visitRun: { checker, run throws(StorageError) in
            try checker.checkLargeFreeList(run)
        }
    }

    private mutating func checkLargeFreeList(_ run: OverflowRun) throws(StorageError) {
        var list = FreePages(size: run.size, page: run.first, offset: LMDBFormat.pageHeaderSize)
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        var offset = run.first * UInt64(pageSize) + UInt64(LMDBFormat.pageHeaderSize)
        var left = run.size
        reading: while left >= 8 {
            let count = try file.read(into: &chunk, at: offset, for: .check)
            let taken = min(count, left) / 8 * 8
            // The run is inside the file, unless the file was cut short just now.
            guard taken > 0 else { break }
            for place in stride(from: 0, to: taken, by: 8) {
                guard list.take(chunk.littleEndian64(at: place), &self) else { break reading }
            }
            left -= taken
            offset += UInt64(taken)
        }
        list.finish(&self)
    }
}

/// One record of the list of free pages, taken number by number: the count, then so many pages.
private struct FreePages {
    let size: Int
    let page: UInt64
    let offset: Int
    private var count: UInt64?
    private var taken: UInt64 = 0
    private var previous = UInt64.max

    init(size: Int, page: UInt64, offset: Int) {
        self.size = size
        self.page = page
        self.offset = offset
    }

    /// Takes the next number of the record. Returns false when no more are to be taken.
    mutating func take(_ number: UInt64, _ checker: inout LMDBFileChecker) -> Bool {
        guard let count else {
            let room = UInt64(size / 8 - 1)
            guard size % 8 == 0, number <= room else {
                checker.damage(
                    page, at: offset, in: LMDBFileChecker.freeTable, expected: "a count of at most \(room) pages",
                    found: "\(number) in \(size) bytes")
                return false
            }
            count = number
            return number > 0
        }
        taken += 1
        let place = offset + Int(taken) * 8
        let lastPage = checker.header.newest.lastPage
        guard number >= 2, number <= lastPage, number < previous else {
            checker.damage(
                page, at: place, in: LMDBFileChecker.freeTable,
                expected: "a page number from 2 to \(lastPage), below the one before", found: "\(number)")
            return taken < count
        }
        previous = number
        if checker.free.insert(number) {
            checker.report.pages.free += 1
        } else {
            checker.damage(
                page, at: place, in: LMDBFileChecker.freeTable, expected: "a page that is free once",
                found: "page \(number) again")
        }
        return taken < count
    }

    func finish(_ checker: inout LMDBFileChecker) {
        guard count == nil else { return }
        checker.damage(
            page, at: offset, in: LMDBFileChecker.freeTable, expected: "a count of pages", found: "\(size) bytes")
    }
}

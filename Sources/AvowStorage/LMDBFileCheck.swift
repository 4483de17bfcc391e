/// The structural check of a data file: everything about the pages in use that LMDB takes on trust.
///
/// LMDB has no checksums and follows page numbers, offsets and sizes as it finds them, so a damaged page can make it
/// read outside the file and crash. This check reads the file without LMDB. When it finds no damage, reading
/// through LMDB cannot crash on the file's contents.
///
/// It starts at the newer meta page and walks the list of free pages, the table of tables and every table. Every page
/// must name itself, have the kind that its place in the tree demands, and hold nodes that fill the space they claim
/// without gap or overlap; keys must increase strictly and lie within the bounds that the parent sets; the tables'
/// counts must be right; every page up to the last one must be used once or free once.
///
/// What it cannot judge, because no value there is better than another:
/// - the bytes of values, and of keys as long as their order is right; the layers above authenticate them;
/// - the length of a value on overflow pages, as long as it ends on the last of them, except in tables that are said
///   to fill their overflow pages (see `filling`);
/// - in a table of byte strings, one byte more or less of a key or value, where the node's length rounded up to an even
///   number stays the same;
/// - the slack between a page's pointers and its first node, the byte that rounds up an odd node, and the rest of an overflow run behind the value;
/// - in the list of free pages, room behind the count of a record;
/// - free pages;
/// - in the older meta page, the roots and counts of its tables: its pages may have been used again.
///
/// A writer at work changes free pages only, but frees and takes them as it goes, so writers are held off during the
/// check; readers go on.
public enum LMDBFileCheck {
    /// Checks the data file of the store in a directory.
    ///
    /// - Parameters:
    ///   - path: The store's directory.
    ///   - filling: Tables whose writer pads large blobs so that they fill their last overflow page.
    ///   - patience: How long to wait for a writer at work.
    /// - Throws: Errors of reading the file, and `.writerBusy`. Whatever the file contains is reported as damage, not thrown.
    /// - Complexity: O(pages) time; memory 2 bits a page, and never more than a fraction of what the file takes on
    ///   disk.
    public static func check(
        _ path: String, filling: Set<BlobTable> = [], patience: Duration = .seconds(30)
    ) throws(StorageError) -> FileCheckReport {
        do throws(StorageError) {
            guard try Directory.exists(at: path) else {
                throw StorageError(.noSuchDirectory, .check, at: .path(path))
            }
            guard try Directory.contains(LMDBStorage.dataFileName, at: path) else {
                throw StorageError(.notAStore, .check, at: .path(path))
            }
        } catch {
            throw StorageError(error.code, .check, at: error.place)
        }
        // Where the lock cannot be opened, nobody can write either.
        let lockPath = path + "/" + LMDBStorage.writerLockFileName
        let lock = try? WriterLock(path: lockPath, creating: false, operation: .check)
        try lock?.acquire(patience: patience, for: .check)
        defer { lock?.release() }
        let dataPath = path + "/" + LMDBStorage.dataFileName
        return try check(FileDescriptor(opening: dataPath, .readOnly, for: .check), filling: filling)
    }

    static func check(
        _ file: FileDescriptor, filling: Set<BlobTable> = []
    ) throws(StorageError) -> FileCheckReport {
        let header: LMDBFileHeader
        do throws(StorageError) {
            header = try LMDBFileHeader(reading: file, for: .check)
        } catch {
            switch error.code {
            case .notLMDB, .truncated, .versionMismatch:
                var report = FileCheckReport()
                report.add(
                    FileDamage(
                        page: 0, offset: 0, table: nil, expected: "two sound meta pages",
                        found: error.code.description))
                return report
            default:
                throw error
            }
        }
        // Holes take no disk: memory for one bit a page must not be what a hostile file asks for with them.
        let bytesOnDisk = try file.bytesOnDisk(for: .check)
        guard header.newest.lastPage / 8 <= max(1 << 20, bytesOnDisk) else {
            var report = FileCheckReport()
            report.add(
                FileDamage(
                    page: 0, offset: 136, table: nil, expected: "a last page that \(bytesOnDisk) bytes can account for",
                    found: "\(header.newest.lastPage)"))
            return report
        }
        var checker = LMDBFileChecker(file: file, header: header, filling: Set(filling.map(\.name)))
        try checker.run()
        return checker.report
    }
}

/// The state of one check.
struct LMDBFileChecker {
    static let freeTable = "(free)"
    static let mainTable = "(main)"

    let file: FileDescriptor
    let header: LMDBFileHeader
    /// Names of the tables whose overflow pages are filled.
    let filling: Set<String>
    let pageSize: Int

    var report = FileCheckReport()
    var used: PageSet
    var free: PageSet
    /// The page being looked at. One buffer serves all.
    var page: [UInt8]

    init(file: FileDescriptor, header: LMDBFileHeader, filling: Set<String>) {
        self.file = file
        self.header = header
        self.filling = filling
        pageSize = header.pageSize
        used = PageSet(bound: header.newest.lastPage + 1)
        free = PageSet(bound: header.newest.lastPage + 1)
        page = [UInt8](repeating: 0, count: header.pageSize)
    }

    mutating func run() throws(StorageError) {
        try checkMetaPages()
        let newest = header.newest
        try checkFreeList(newest.free)
        let tables = try checkMainTable(newest.main)
        for table in tables {
            try checkTable(table)
        }
        comparePages()
    }

    // MARK: Reporting

    mutating func damage(
        _ page: UInt64, at offset: Int = 0, in table: String?, expected: String, found: String
    ) {
        report.add(
            FileDamage(
                page: page, offset: page * UInt64(pageSize) + UInt64(offset), table: table, expected: expected,
                found: found))
    }

    /// Reports when a number is not the expected one. Returns whether it is.
    @discardableResult
    mutating func expect<Number: BinaryInteger>(
        _ what: String, _ found: Number, _ expected: Number, page: UInt64, at offset: Int, in table: String?
    ) -> Bool {
        guard found != expected else { return true }
        damage(page, at: offset, in: table, expected: "\(what) \(expected)", found: "\(found)")
        return false
    }

    // MARK: Pages

    /// Reads a page into the buffer. Reports one that lies behind the end of the file.
    mutating func read(_ number: UInt64, in table: String?) throws(StorageError) -> Bool {
        let offset = number * UInt64(pageSize)
        guard try file.read(into: &page, at: offset, for: .check) == pageSize else {
            damage(
                number, in: table, expected: "a page inside the file", found: "the file ends at \(header.fileSize)")
            return false
        }
        return true
    }

    /// Notes that a page is used. Reports a number that no page in use can have, and second uses.
    mutating func use(_ number: UInt64, in table: String, from parent: UInt64, at offset: Int) -> Bool {
        guard number >= 2, number <= header.newest.lastPage else {
            damage(
                parent, at: offset, in: table, expected: "a page number from 2 to \(header.newest.lastPage)",
                found: "\(number)")
            return false
        }
        guard used.insert(number) else {
            damage(parent, at: offset, in: table, expected: "a page of its own", found: "page \(number), used before")
            return false
        }
        return true
    }

    mutating func checkPageHeader(_ number: UInt64, kind: UInt16, in table: String?) -> Bool {
        let isItself = expect("page number", page.littleEndian64(at: 0), number, page: number, at: 0, in: table)
        expect("padding", page.littleEndian16(at: 8), 0, page: number, at: 8, in: table)
        let isKind = expect("page flags", page.littleEndian16(at: 10), kind, page: number, at: 10, in: table)
        return isItself && isKind
    }

    // MARK: Meta pages

    private mutating func checkMetaPages() throws(StorageError) {
        report.pages.meta = 2
        _ = used.insert(0)
        _ = used.insert(1)
        for number in 0..<2 {
            let page = UInt64(number)
            guard try read(page, in: nil) else { continue }
            let meta = LMDBMetaPage(self.page)
            _ = checkPageHeader(page, kind: LMDBFormat.metaPage, in: nil)
            expect("page bounds", meta.pageBounds, 0, page: page, at: 12, in: nil)
            expect("map address", meta.address, 0, page: page, at: 24, in: nil)
            if !LMDBFormat.isMapSize(meta.mapSize) || meta.mapSize > header.newest.mapSize {
                damage(
                    page, at: 32, in: nil,
                    expected: "a map size that is a power of two, at most \(header.newest.mapSize)",
                    found: "\(meta.mapSize)")
            }
            expect("flags", meta.free.flags, LMDBFormat.integerKeys, page: page, at: 44, in: LMDBFileChecker.freeTable)
            expect("padding", meta.main.padding, 0, page: page, at: 88, in: LMDBFileChecker.mainTable)
            expect("flags", meta.main.flags, 0, page: page, at: 92, in: LMDBFileChecker.mainTable)
            if meta.lastPage > header.newest.lastPage {
                damage(
                    page, at: 136, in: nil, expected: "a last page of at most \(header.newest.lastPage)",
                    found: "\(meta.lastPage)")
            }
            if let rest = self.page[LMDBFormat.metaSize...].firstIndex(where: { $0 != 0 }) {
                damage(page, at: rest, in: nil, expected: "zero", found: "\(self.page[rest])")
            }
        }
        checkTransactionNumbers()
    }

    private mutating func checkTransactionNumbers() {
        let (first, second) = (header.metas[0].transaction, header.metas[1].transaction)
        // A file in which nothing has been committed yet has two equal meta pages.
        if first == 0, second == 0 { return }
        for (number, transaction) in [first, second].enumerated() where transaction % 2 != UInt64(number) {
            damage(
                UInt64(number), at: 144, in: nil, expected: number == 0 ? "an even number" : "an odd number",
                found: "transaction \(transaction)")
        }
        let distance = first > second ? first - second : second - first
        if distance != 1 {
            damage(
                first > second ? 1 : 0, at: 144, in: nil, expected: "a transaction next to \(max(first, second))",
                found: "\(min(first, second))")
        }
    }

    // MARK: All pages

    /// Reports pages that are both used and free, and pages that are neither.
    private mutating func comparePages() {
        var start: UInt64?
        // One step further than the last page, to end a run that reaches it.
        for number in 2...header.newest.lastPage + 1 {
            let isInside = number <= header.newest.lastPage
            let isUsed = isInside && used.contains(number)
            let isFree = isInside && free.contains(number)
            if isUsed, isFree {
                damage(number, in: nil, expected: "a page that is used or free", found: "both")
            }
            if isInside, !isUsed, !isFree {
                report.pages.lost += 1
                if start == nil { start = number }
            } else if let first = start {
                damage(
                    first, in: nil, expected: "a page that is used or free",
                    found: first == number - 1 ? "neither" : "neither, up to page \(number - 1)")
                start = nil
            }
        }
    }
}

// The layout of an LMDB 0.9 data file on a 64-bit little-endian machine, which is what all supported machines are.
// A file from a machine of the other byte order has another magic number and is refused.

/// Numbers and offsets of the file format.
enum LMDBFormat {
    static let magic: UInt32 = 0xBEEF_C0DE
    static let version: UInt32 = 1

    static let pageHeaderSize = 16
    static let nodeHeaderSize = 8
    static let tableRecordSize = 48
    /// Bytes of a meta page that have a meaning; the rest is zero.
    static let metaSize = pageHeaderSize + 136
    /// Page number that stands for an empty tree.
    static let noPage = UInt64.max
    static let maximumKeySize = 511
    /// LMDB's cursors hold a path of at most 32 pages.
    static let maximumDepth = 32
    static let pageSizes = 512...32_768
    /// Page numbers have 48 bits in branch nodes.
    static let maximumPages: UInt64 = 1 << 48

    static let branchPage: UInt16 = 0x01
    static let leafPage: UInt16 = 0x02
    static let overflowPage: UInt16 = 0x04
    static let metaPage: UInt16 = 0x08

    /// The node's data is the number of the first page of an overflow run.
    static let bigData: UInt16 = 0x01
    /// The node's data is the record of a named table.
    static let subTable: UInt16 = 0x02

    static let integerKeys: UInt16 = 0x08

    /// Map sizes are powers of two in this range: 1 MiB, which tests use, to the 64 TiB that an address space has
    /// room for.
    static func isMapSize(_ size: UInt64) -> Bool {
        size.nonzeroBitCount == 1 && size >= 1 << 20 && size <= 1 << 46
    }

    /// Largest node, header included, that is kept inside a leaf; more goes to overflow pages.
    static func maximumNodeSize(pageSize: Int) -> Int {
        (((pageSize - pageHeaderSize) / 2) & ~1) - 2
    }

    static func overflowPages(forSize size: Int, pageSize: Int) -> Int {
        (pageHeaderSize - 1 + size) / pageSize + 1
    }
}

extension [UInt8] {
    func littleEndian16(at offset: Int) -> UInt16 {
        UInt16(self[offset]) | UInt16(self[offset + 1]) << 8
    }

    func littleEndian32(at offset: Int) -> UInt32 {
        UInt32(littleEndian16(at: offset)) | UInt32(littleEndian16(at: offset + 2)) << 16
    }

    func littleEndian64(at offset: Int) -> UInt64 {
        UInt64(littleEndian32(at: offset)) | UInt64(littleEndian32(at: offset + 4)) << 32
    }
}

/// What the file says about one table: its B-tree's root and counts.
struct LMDBTableRecord: Equatable {
    var padding: UInt32
    var flags: UInt16
    var depth: UInt16
    var branchPages: UInt64
    var leafPages: UInt64
    var overflowPages: UInt64
    var entries: UInt64
    var root: UInt64

    /// - Precondition: `bytes` has 48 bytes from `offset` on.
    init(_ bytes: [UInt8], at offset: Int) {
        padding = bytes.littleEndian32(at: offset)
        flags = bytes.littleEndian16(at: offset + 4)
        depth = bytes.littleEndian16(at: offset + 6)
        branchPages = bytes.littleEndian64(at: offset + 8)
        leafPages = bytes.littleEndian64(at: offset + 16)
        overflowPages = bytes.littleEndian64(at: offset + 24)
        entries = bytes.littleEndian64(at: offset + 32)
        root = bytes.littleEndian64(at: offset + 40)
    }
}

/// One of the two meta pages; a commit with transaction number n writes page n % 2.
struct LMDBMetaPage: Equatable {
    var pageNumber: UInt64
    var pagePadding: UInt16
    var pageFlags: UInt16
    /// Bounds that a meta page does not use; zero.
    var pageBounds: UInt32
    var magic: UInt32
    var version: UInt32
    var address: UInt64
    var mapSize: UInt64
    var free: LMDBTableRecord
    var main: LMDBTableRecord
    var lastPage: UInt64
    var transaction: UInt64

    var pageSize: Int { Int(free.padding) }

    /// - Precondition: `bytes` has at least `LMDBFormat.metaSize` bytes.
    init(_ bytes: [UInt8]) {
        pageNumber = bytes.littleEndian64(at: 0)
        pagePadding = bytes.littleEndian16(at: 8)
        pageFlags = bytes.littleEndian16(at: 10)
        pageBounds = bytes.littleEndian32(at: 12)
        magic = bytes.littleEndian32(at: 16)
        version = bytes.littleEndian32(at: 20)
        address = bytes.littleEndian64(at: 24)
        mapSize = bytes.littleEndian64(at: 32)
        free = LMDBTableRecord(bytes, at: 40)
        main = LMDBTableRecord(bytes, at: 88)
        lastPage = bytes.littleEndian64(at: 136)
        transaction = bytes.littleEndian64(at: 144)
    }
}

/// Both meta pages of a data file, as far as opening it depends on them.
///
/// LMDB itself takes the page size, the map size and the roots from here on trust: a page size of zero makes it
/// divide by zero. So these are checked before it sees the file.
struct LMDBFileHeader {
    let metas: [LMDBMetaPage]
    let fileSize: UInt64

    var pageSize: Int { metas[0].pageSize }
    /// The one that holds, as LMDB chooses it.
    var newest: LMDBMetaPage { metas[0].transaction < metas[1].transaction ? metas[1] : metas[0] }
    /// Size of a file that holds all pages handed out so far. It may be shorter when the last ones are free.
    var fullSize: UInt64 { (newest.lastPage + 1) * UInt64(pageSize) }

    init(
        reading file: FileDescriptor, for operation: StorageError.Operation
    ) throws(StorageError) {
        let fileSize = try file.status(for: operation).size
        func failure(_ code: StorageError.Code) -> StorageError {
            StorageError(code, operation, at: .path(file.path))
        }

        var metas: [LMDBMetaPage] = []
        var offset: UInt64 = 0
        for number in 0..<2 {
            var bytes = [UInt8](repeating: 0, count: LMDBFormat.metaSize)
            guard try file.read(into: &bytes, at: offset, for: operation) == bytes.count else {
                throw failure(.truncated)
            }
            let meta = LMDBMetaPage(bytes)
            guard meta.magic == LMDBFormat.magic else {
                throw failure(.notLMDB("meta page \(number) has no LMDB magic number"))
            }
            guard meta.version == LMDBFormat.version else {
                throw failure(.versionMismatch(found: meta.version))
            }
            guard meta.pageFlags == LMDBFormat.metaPage else {
                throw failure(.notLMDB("page \(number) is not marked as a meta page"))
            }
            guard LMDBFormat.pageSizes.contains(meta.pageSize), meta.pageSize.nonzeroBitCount == 1 else {
                throw failure(.notLMDB("meta page \(number) has page size \(meta.pageSize)"))
            }
            guard meta.lastPage >= 1, meta.lastPage < LMDBFormat.maximumPages else {
                throw failure(.notLMDB("meta page \(number) has last page \(meta.lastPage)"))
            }
            metas.append(meta)
            offset = UInt64(meta.pageSize)
        }
        guard metas[0].pageSize == metas[1].pageSize else {
            throw failure(.notLMDB("the meta pages have different page sizes"))
        }
        self.metas = metas
        self.fileSize = fileSize

        let newest = self.newest
        guard newest.free.flags == LMDBFormat.integerKeys, newest.main.flags == 0 else {
            throw failure(.notLMDB("the file has flags that no store has"))
        }
        guard LMDBFormat.isMapSize(newest.mapSize), newest.mapSize >= fullSize else {
            throw failure(.notLMDB("the map size is \(newest.mapSize)"))
        }
        for root in [newest.free.root, newest.main.root] where root != LMDBFormat.noPage {
            guard root >= 2, root <= newest.lastPage else {
                throw failure(.notLMDB("a root is page \(root)"))
            }
            guard (root + 1) * UInt64(pageSize) <= fileSize else { throw failure(.truncated) }
        }
    }
}

import Foundation
import Testing

@testable import AvowStorage

@Suite struct OpeningTests {
    private func openError(_ directory: TestDirectory, tables: StorageTables = Tables.all) -> StorageError? {
        storageError { () throws(StorageError) in try LMDBStorage.open(at: directory.store, tables: tables) }
    }

    private func makeStore(_ directory: TestDirectory) throws {
        let storage = try LMDBStorage.create(at: directory.store, tables: Tables.all, options: .test)
        try storage.write { transaction throws(StorageError) in
            for id in 0..<100 as Range<UInt64> {
                try transaction.append([UInt8](repeating: 1, count: 600), id: id, in: Tables.nodes)
            }
        }
    }

    @Test func `a directory that is missing, is a file, or holds no store is told apart`() throws {
        let directory = try TestDirectory()
        #expect(openError(directory)?.code == .noSuchDirectory)
        try Data([1]).write(to: URL(filePath: directory.store))
        #expect(openError(directory)?.code == .system(20))
        try FileManager.default.removeItem(atPath: directory.store)
        try FileManager.default.createDirectory(atPath: directory.store, withIntermediateDirectories: false)
        #expect(openError(directory) == StorageError(.notAStore, .open, at: .path(directory.store)))
        // Nothing was made by trying.
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.store) == [])
    }

    @Test func `a data file that is empty, cut, of another kind or version is told apart`() throws {
        let directory = try TestDirectory()
        try makeStore(directory)
        let url = URL(filePath: directory.dataFile)
        let sound = try Data(contentsOf: url)

        func error(_ data: Data) throws -> StorageError? {
            try data.write(to: url)
            return openError(directory)
        }
        #expect(try error(Data())?.code == .truncated)
        #expect(try error(sound.prefix(100))?.code == .truncated)
        #expect(try error(sound.prefix(5_000))?.code == .truncated)
        #expect(try error(sound.prefix(sound.count / 2))?.code == .truncated)
        #expect(try error(sound.prefix(sound.count - 1))?.code == .truncated)
        #expect(
            try error(Data(repeating: 0x20, count: 20_000))?.code
                == .notLMDB("meta page 0 has no LMDB magic number"))
        var other = sound
        other[20] = 2
        #expect(try error(other)?.code == .versionMismatch(found: 2))
        other = sound
        other.replaceSubrange(40..<44, with: [0, 0, 0, 0])
        #expect(try error(other)?.code == .notLMDB("meta page 0 has page size 0"))
        other = sound
        other[4_096 + 10] = 9
        #expect(try error(other)?.code == .notLMDB("page 1 is not marked as a meta page"))
        try sound.write(to: url)
        #expect(openError(directory) == nil)
    }

    @Test func `the meta pages' every bit can be wrong without crashing the opening`() throws {
        let directory = try TestDirectory()
        try makeStore(directory)
        let file = try FileDescriptor(opening: directory.dataFile, .readWrite, for: .check)
        let sound = [UInt8](try Data(contentsOf: URL(filePath: directory.dataFile)))
        for page in 0..<2 {
            for byte in 0..<LMDBFormat.metaSize {
                for bit in [0, 7] {
                    let offset = page * 4_096 + byte
                    try file.write([sound[offset] ^ (1 << bit)], at: UInt64(offset), for: .check)
                    // Only what the structural check passes is promised to be readable.
                    if try LMDBFileCheck.check(file).isHealthy {
                        let storage = try LMDBStorage.open(at: directory.store, tables: Tables.all, readOnly: true)
                        #expect(try storage.snapshot().lastBlobID(in: Tables.nodes) == 99)
                    } else {
                        _ = try? LMDBStorage.open(at: directory.store, tables: Tables.all, readOnly: true)
                    }
                    try file.write([sound[offset]], at: UInt64(offset), for: .check)
                }
            }
        }
    }

    @Test func `a missing table and one of the other kind are refused`() throws {
        let directory = try TestDirectory()
        try makeStore(directory)
        let missing = StorageTables(blobs: [Tables.nodes, BlobTable("more")], keys: [])
        #expect(openError(directory, tables: missing) == StorageError(.missingTable, .open, at: .table("more")))
        let swapped = StorageTables(blobs: [], keys: [KeyTable("nodes")])
        #expect(openError(directory, tables: swapped) == StorageError(.tableKindMismatch, .open, at: .table("nodes")))
        let badName = StorageTables(blobs: [BlobTable("")], keys: [])
        #expect(openError(directory, tables: badName)?.code == .keySize(0))
        // Some of the tables are enough.
        #expect(openError(directory, tables: StorageTables(blobs: [], keys: [Tables.keys])) == nil)
    }

    @Test func `creating over a store is refused and leaves it alone`() throws {
        let directory = try TestDirectory()
        try makeStore(directory)
        let before = try Data(contentsOf: URL(filePath: directory.dataFile))
        let error = storageError { () throws(StorageError) in
            try LMDBStorage.create(at: directory.store, tables: Tables.all)
        }
        #expect(error == StorageError(.alreadyExists, .create, at: .path(directory.store)))
        #expect(try Data(contentsOf: URL(filePath: directory.dataFile)) == before)
    }

    @Test func `creating that fails leaves nothing behind`() throws {
        let directory = try TestDirectory()
        let impossible = StorageTables(blobs: [BlobTable("a\0b")], keys: [])
        let error = storageError { () throws(StorageError) in
            try LMDBStorage.create(at: directory.store, tables: impossible)
        }
        #expect(error?.code == .keySize(3))
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == [])
    }

    @Test func `a process may open a store once, and again when the first is gone`() throws {
        let directory = try TestDirectory()
        do {
            let storage = try LMDBStorage.create(at: directory.store, tables: Tables.all, options: .test)
            #expect(openError(directory)?.code == .alreadyOpen)
            // A snapshot keeps the store open.
            let snapshot = try storage.snapshot()
            #expect(try snapshot.lastBlobID(in: Tables.nodes) == nil)
        }
        #expect(openError(directory) == nil)
    }

    @Test func `a store opened for reading refuses transactions`() throws {
        let directory = try TestDirectory()
        try makeStore(directory)
        let storage = try LMDBStorage.open(at: directory.store, tables: Tables.all, readOnly: true)
        #expect(storageError { () throws(StorageError) in try storage.begin(patience: .zero) }?.code == .readOnly)
        #expect(try storage.snapshot().lastBlobID(in: Tables.nodes) == 99)
    }

    @Test func `a compacted copy is a store with the same contents and no free pages`() throws {
        let directory = try TestDirectory()
        let storage = try LMDBStorage.create(at: directory.store, tables: Tables.all, options: .test)
        for round in 0..<5 as Range<UInt64> {
            try storage.write { transaction throws(StorageError) in
                for id in 0..<200 as Range<UInt64> {
                    try transaction.put([UInt8](repeating: UInt8(round), count: 500), id: id, in: Tables.nodes)
                }
            }
        }
        let copyPath = directory.path + "/copy"
        try storage.copyCompacted(to: copyPath)
        let again = storageError { () throws(StorageError) in try storage.copyCompacted(to: copyPath) }
        #expect(again == StorageError(.alreadyExists, .copy, at: .path(copyPath)))
        let copy = try LMDBStorage.open(at: copyPath, tables: Tables.all)
        let size = try copy.size()
        #expect(size.freePages == 0)
        #expect(try size.fileBytes < storage.size().fileBytes)
        #expect(size.tables == (try storage.size().tables))
        #expect(try copy.snapshot().blob(199, in: Tables.nodes) == [UInt8](repeating: 4, count: 500))
        try copy.write { transaction throws(StorageError) in try transaction.put([1], id: 1_000, in: Tables.nodes) }
        #expect(try LMDBFileCheck.check(copyPath).damages == [])
    }

    @Test func `a file that lacks only free pages at its end is opened and made whole`() throws {
        let directory = try TestDirectory()
        try makeStore(directory)
        do {
            let storage = try LMDBStorage.open(at: directory.store, tables: Tables.all)
            let large = [UInt8](repeating: 1, count: 400_000)
            try storage.write { transaction throws(StorageError) in
                try transaction.put(large, id: 1, in: Tables.records)
            }
            // Later commits take free pages from the front, until nothing at the end is in use.
            for _ in 0..<8 {
                try storage.write { transaction throws(StorageError) in
                    try transaction.removeBlob(1, in: Tables.records)
                    try transaction.put([1], for: [1], in: Tables.keys)
                }
            }
        }
        let file = try FileDescriptor(opening: directory.dataFile, .readWrite, for: .check)
        let header = try LMDBFileHeader(reading: file, for: .check)
        var checker = LMDBFileChecker(file: file, header: header, filling: [])
        try checker.run()
        let lastUsed = try #require((2...header.newest.lastPage).last { checker.used.contains($0) })
        let usedSize = (lastUsed + 1) * UInt64(header.pageSize)
        let wholeSize = try file.status(for: .check).size
        #expect(wholeSize == header.fullSize)
        try #require(usedSize < wholeSize)

        // As after a crash before the file was made whole.
        file.shorten(to: usedSize)
        #expect(try LMDBFileCheck.check(directory.store).damages == [])
        do {
            // For reading, it is left as it is.
            let storage = try LMDBStorage.open(at: directory.store, tables: Tables.all, readOnly: true)
            #expect(try storage.snapshot().lastBlobID(in: Tables.nodes) == 99)
        }
        #expect(try file.status(for: .check).size == usedSize)
        #expect(openError(directory) == nil)
        #expect(try file.status(for: .check).size == wholeSize)
        #expect(try LMDBFileCheck.check(directory.store).damages == [])

        // One byte less, and a page in use is gone.
        file.shorten(to: usedSize - 1)
        #expect(openError(directory)?.code == .truncated)
    }
}

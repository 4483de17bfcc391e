import Foundation
import Testing

@testable import AvowStorage

@Suite struct `Compaction in place` {
    private static let blobs: [UInt64] = [1, 2, 3, 9_999]

    /// A store of which most was removed again.
    private func makeStore(at path: String) throws {
        let storage = try LMDBStorage.create(at: path, tables: Tables.all, options: .roomy)
        try storage.write { transaction throws(StorageError) in
            for id in 1..<10_000 as Range<UInt64> {
                let blob = [UInt8](repeating: UInt8(truncatingIfNeeded: id), count: 900)
                try transaction.append(blob, id: id, in: Tables.nodes)
            }
            try transaction.put([7, 7], for: [1, 2, 3], in: Tables.keys)
        }
        try storage.write { transaction throws(StorageError) in
            for id in 4..<9_999 as Range<UInt64> { _ = try transaction.removeBlob(id, in: Tables.nodes) }
        }
    }

    private func expectContent(at path: String) throws {
        #expect(try LMDBFileCheck.check(path).damages == [])
        let snapshot = try LMDBStorage.open(at: path, tables: Tables.all).snapshot()
        for id in Self.blobs {
            #expect(
                try snapshot.blob(id, in: Tables.nodes)
                    == [UInt8](repeating: UInt8(truncatingIfNeeded: id), count: 900))
        }
        #expect(try snapshot.blob(4, in: Tables.nodes) == nil)
        #expect(try snapshot.value(for: [1, 2, 3], in: Tables.keys) == [7, 7])
    }

    private func entries(_ path: String) throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: path))
    }

    @Test func `the file is replaced by one without free pages, which can be written to as before`() throws {
        let directory = try TestDirectory()
        try makeStore(at: directory.store)
        let size = try LMDBStorage.compact(at: directory.store)
        #expect(size.before > 9_000_000 && size.after < 100_000)
        try expectContent(at: directory.store)
        #expect(try entries(directory.store) == ["data.mdb", "lock.mdb", "writer.lock"])
        let storage = try LMDBStorage.open(at: directory.store, tables: Tables.all)
        try storage.write { transaction throws(StorageError) in try transaction.put([1], id: 20_000, in: Tables.nodes) }
        #expect(try storage.snapshot().blob(20_000, in: Tables.nodes) == [1])
    }

    @Test func `a store that is open, here or elsewhere, is left as it is`() throws {
        let directory = try TestDirectory()
        try makeStore(at: directory.store)
        func code() -> StorageError.Code? {
            storageError { () throws(StorageError) in _ = try LMDBStorage.compact(at: directory.store) }?.code
        }
        do {
            let storage = try LMDBStorage.open(at: directory.store, tables: Tables.all, readOnly: true)
            #expect(code() == .alreadyOpen)
            _ = storage
        }
        do {
            // Another descriptor of the same file counts as another process does.
            let other = try LMDBStorage.openDataFile(at: directory.store, readOnly: true, for: .open)
            #expect(code() == .inUse)
            #expect(try entries(directory.store) == ["data.mdb", "lock.mdb", "writer.lock"])
            withExtendedLifetime(other) {}
        }
        #expect(code() == nil)
        try expectContent(at: directory.store)
    }

    @Test func `who opens a store while it is compacted waits, and gets the new file`() throws {
        let directory = try TestDirectory()
        try makeStore(at: directory.store)
        // What a compaction in another process holds, and does.
        var compacting: FileDescriptor? = try FileDescriptor(opening: directory.dataFile, .readWrite, for: .compact)
        #expect(try compacting?.lock(.exclusive, for: .compact) == true)
        let path = directory.store
        let opening = BackgroundThread {
            let storage = try LMDBStorage.open(at: path, tables: Tables.all)
            return try storage.snapshot().blob(3, in: Tables.nodes)?.count
        }
        let copy = directory.path + "/copy"
        try FileManager.default.copyItem(atPath: directory.dataFile, toPath: copy)
        Thread.sleep(forTimeInterval: 0.05)
        #expect(unsafe rename(copy, directory.dataFile) == 0)
        compacting = nil
        #expect(try opening.value() == 900)
        // Nobody holds a lock on the file that was replaced.
        #expect(try LMDBStorage.compact(at: directory.store).after < 100_000)
    }

    @Test func `what is no store is refused by name`() throws {
        let directory = try TestDirectory()
        func code() -> StorageError.Code? {
            storageError { () throws(StorageError) in _ = try LMDBStorage.compact(at: directory.store) }?.code
        }
        #expect(code() == .noSuchDirectory)
        try FileManager.default.createDirectory(atPath: directory.store, withIntermediateDirectories: false)
        #expect(code() == .notAStore)
        try Data(repeating: 1, count: 10_000).write(to: URL(filePath: directory.dataFile))
        #expect(code() == .notLMDB("meta page 0 has no LMDB magic number"))
        #expect(try entries(directory.store) == ["data.mdb"])
    }

    @Test(arguments: [0, 2, 5, 10, 20, 40])
    func `a compaction that is killed leaves the store, and the next one tidies up`(_ milliseconds: Int) async throws {
        let directory = try TestDirectory()
        let path = directory.store
        try makeStore(at: path)
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [path = path as String, milliseconds = milliseconds as Int] in
            let killer = Thread {
                Thread.sleep(forTimeInterval: Double(milliseconds) / 1_000)
                kill(getpid(), SIGKILL)
            }
            killer.start()
            while true { _ = try LMDBStorage.compact(at: path) }
        }
        try expectContent(at: path)
        #expect(try LMDBStorage.compact(at: path).after < 100_000)
        try expectContent(at: path)
        #expect(try entries(path).isSubset(of: ["data.mdb", "lock.mdb", "writer.lock"]))
    }
}

import Foundation
import TestSupport
import Testing

@testable import AvowStorage

/// Writes a store with everything that a file can contain: small and large blobs, deep trees, a free list that has
/// been used again.
func makeVariedStore(at path: String, seed: UInt64, blobs: Int, commits: Int) throws {
    var random = SeededGenerator(seed: seed)
    let storage = try LMDBStorage.create(at: path, tables: Tables.all, options: .roomy)
    let pageSize = try storage.size().pageSize
    var nextID: UInt64 = 1
    for _ in 0..<commits {
        let transaction = try storage.begin(patience: .zero)
        for _ in 0..<blobs / commits {
            // Large blobs fill their overflow pages, as the layers above see to.
            let size =
                switch random.next() % 10 {
                case 0: 2 * pageSize - 16
                case 1: pageSize - 16
                case 2: 0
                default: Int(random.next() % 900)
                }
            try transaction.append(random.bytes(size), id: nextID, in: Tables.nodes)
            nextID += random.next() % 3 + 1
            if random.next() % 2 == 0 {
                try transaction.put(random.bytes(Int(random.next() % 200)), id: random.next(), in: Tables.records)
            }
            try transaction.put(
                random.bytes(Int(random.next() % 64)), for: random.bytes(Int(random.next() % 40) + 1),
                in: Tables.keys)
        }
        for _ in 0..<blobs / commits {
            _ = try transaction.removeBlob(random.next() % nextID, in: Tables.nodes)
        }
        try transaction.commit()
    }
}

func check(_ directory: TestDirectory) throws -> FileCheckReport {
    try LMDBFileCheck.check(directory.store, filling: [Tables.nodes])
}

@Suite struct FileCheckTests {
    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `a sound file has no damage, whatever its history`(seed: UInt64) throws {
        let directory = try TestDirectory()
        try makeVariedStore(at: directory.store, seed: seed, blobs: 4_000, commits: 12)
        let report = try check(directory)
        #expect(report.damages == [])
        #expect(report.pages.branch > 0 && report.pages.overflow > 0 && report.pages.free > 0)
        #expect(report.pages.lost == 0)

        // What the check counts is what LMDB counts.
        let storage = try LMDBStorage.open(at: directory.store, tables: Tables.all)
        let size = try storage.size()
        let pages = report.pages
        #expect(pages.free == size.freePages)
        #expect(pages.meta + pages.branch + pages.leaf + pages.overflow + pages.free == size.pages)
        #expect(size.fileBytes == size.pages * UInt64(size.pageSize))
        // Opening and reading have not changed it.
        #expect(try check(directory).damages == [])
    }

    @Test func `new, emptied and compacted stores have no damage`() throws {
        let directory = try TestDirectory()
        let storage = try LMDBStorage.create(at: directory.store, tables: Tables.all, options: .test)
        #expect(try check(directory).damages == [])
        for round in 0..<3 {
            try storage.write { transaction throws(StorageError) in
                for id in 0..<500 as Range<UInt64> {
                    try transaction.put([UInt8](repeating: 1, count: 100), id: id, in: Tables.nodes)
                }
            }
            #expect(try check(directory).damages == [], "round \(round)")
            try storage.write { transaction throws(StorageError) in
                for id in 0..<500 as Range<UInt64> {
                    #expect(try transaction.removeBlob(id, in: Tables.nodes))
                }
            }
            #expect(try check(directory).damages == [], "round \(round)")
        }
        try storage.copyCompacted(to: directory.path + "/copy")
        #expect(try LMDBFileCheck.check(directory.path + "/copy").damages == [])
    }

    @Test func `a missing or unreadable file is an error, garbage is damage`() throws {
        let directory = try TestDirectory()
        #expect(
            storageError { () throws(StorageError) in try LMDBFileCheck.check(directory.store) }?.code
                == .noSuchDirectory)
        try FileManager.default.createDirectory(atPath: directory.store, withIntermediateDirectories: true)
        #expect(
            storageError { () throws(StorageError) in try LMDBFileCheck.check(directory.store) }?.code == .notAStore)
        try Data().write(to: URL(filePath: directory.dataFile))
        #expect(try check(directory).damages.count == 1)
        try Data(repeating: 7, count: 100_000).write(to: URL(filePath: directory.dataFile))
        #expect(try check(directory).damages.count == 1)
    }
}

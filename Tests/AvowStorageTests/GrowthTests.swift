import Testing

@testable import AvowStorage

@Suite struct GrowthTests {
    private func fill(_ storage: LMDBStorage, id: UInt64, megabytes: Int) throws(StorageError) {
        try storage.write(patience: .zero) { transaction throws(StorageError) in
            for part in 0..<UInt64(megabytes) {
                try transaction.append([UInt8](repeating: UInt8(id), count: 1 << 20), id: id + part, in: Tables.nodes)
            }
        }
    }

    @Test func `a map of 1 MiB grows by doubling when a transaction is too large for it`() throws {
        let directory = try TestDirectory()
        do {
            let storage = try LMDBStorage.create(at: directory.store, tables: Tables.all, options: .test)
            #expect(try storage.size().mapBytes == 1 << 20)
            var failures = 0
            while let error = storageError({ () throws(StorageError) in try fill(storage, id: 1, megabytes: 10) }) {
                #expect(error.code == .mapFull)
                failures += 1
                try #require(failures < 10)
            }
            #expect(failures == 4)
            #expect(try storage.size().mapBytes == 1 << 24)
        }
        #expect(try LMDBFileCheck.check(directory.store).damages == [])
        let storage = try LMDBStorage.open(at: directory.store, tables: Tables.all)
        #expect(try storage.size().mapBytes == 1 << 24)
        #expect(try storage.snapshot().lastBlobID(in: Tables.nodes) == 10)
    }

    @Test func `many small transactions grow the map ahead of need, unseen`() throws {
        let directory = try TestDirectory()
        let storage = try LMDBStorage.create(at: directory.store, tables: Tables.all, options: .test)
        for id in 0..<400 as Range<UInt64> {
            try storage.write(patience: .zero) { transaction throws(StorageError) in
                try transaction.append([UInt8](repeating: 1, count: 30_000), id: id, in: Tables.nodes)
            }
        }
        let size = try storage.size()
        #expect(size.mapBytes.nonzeroBitCount == 1)
        #expect(size.mapBytes >= size.fileBytes)
        #expect(try LMDBFileCheck.check(directory.store).damages == [])
    }

    @Test func `an open snapshot makes growth wait and fail, and stays sound`() throws {
        let directory = try TestDirectory()
        let storage = try LMDBStorage.create(at: directory.store, tables: Tables.all, options: .test)
        try storage.write { transaction throws(StorageError) in try transaction.put([42], id: 0, in: Tables.nodes) }
        var snapshot: (any StorageSnapshot)? = try storage.snapshot()
        #expect(storageError { () throws(StorageError) in try fill(storage, id: 1, megabytes: 1) }?.code == .mapFull)
        let start = ContinuousClock.now
        let blocked = storageError { () throws(StorageError) in try storage.begin(patience: .milliseconds(100)) }
        #expect(blocked?.code == .snapshotsBlockGrowth)
        #expect(ContinuousClock.now - start >= .milliseconds(100))
        #expect(
            storageError { () throws(StorageError) in try storage.grow(patience: .zero) }?.code
                == .snapshotsBlockGrowth)
        // Others read on, and this one too.
        #expect(try storage.snapshot().blob(0, in: Tables.nodes) == [42])
        #expect(try snapshot?.blob(0, in: Tables.nodes) == [42])
        snapshot = nil
        try storage.grow(patience: .zero)
        try fill(storage, id: 1, megabytes: 1)
        #expect(try storage.snapshot().lastBlobID(in: Tables.nodes) == 1)
    }

    @Test func `readers in other threads see whole states while the map grows under them`() throws {
        let directory = try TestDirectory()
        let storage = try LMDBStorage.create(at: directory.store, tables: Tables.all, options: .test)
        try storage.write { transaction throws(StorageError) in try transaction.put([0], id: 0, in: Tables.nodes) }
        let readers = (0..<3).map { _ in
            BackgroundThread {
                var seen = 0
                while true {
                    let snapshot = try storage.snapshot()
                    guard let last = try snapshot.lastBlobID(in: Tables.nodes) else { return -1 }
                    // Every transaction stores the same byte under two ids.
                    let byte = try snapshot.withBlob(last, in: Tables.nodes) { $0[$0.count - 1] }
                    let other = try snapshot.withBlob(last / 2 * 2, in: Tables.nodes) { $0[0] }
                    guard byte == other else { return -1 }
                    seen += 1
                    if last >= 60 { return seen }
                }
            }
        }
        var id: UInt64 = 2
        while id <= 60 {
            do throws(StorageError) {
                try storage.write { transaction throws(StorageError) in
                    let bytes = [UInt8](repeating: UInt8(id), count: 200_000)
                    try transaction.append(bytes, id: id, in: Tables.nodes)
                    try transaction.append(bytes, id: id + 1, in: Tables.nodes)
                }
                id += 2
            } catch {
                try #require(error.code == .mapFull)
            }
        }
        for reader in readers { #expect(try reader.value() ?? 0 > 0) }
        #expect(try storage.size().mapBytes > 1 << 22)
        #expect(try LMDBFileCheck.check(directory.store).damages == [])
    }
}

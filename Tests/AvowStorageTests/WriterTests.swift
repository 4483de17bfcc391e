import Foundation
import Testing

@testable import AvowStorage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct WriterTests {
    @Test func `a second writer of this process is told at once or waits`() throws {
        let directory = try TestDirectory()
        let storage = try LMDBStorage.create(at: directory.store, tables: Tables.all, options: .test)
        let first = try storage.begin(patience: .zero)
        let error = storageError { () throws(StorageError) in try storage.begin(patience: .zero) }
        #expect(error?.code == .writerBusy(holder: getpid()))
        #expect(error?.description.contains("process \(getpid())") == true)
        let waiting = BackgroundThread {
            try storage.write(patience: .seconds(20)) { transaction throws(StorageError) in
                // It sees what the first one committed.
                try transaction.blob(1, in: Tables.nodes)
            }
        }
        try first.put([5], id: 1, in: Tables.nodes)
        try first.commit()
        #expect(try waiting.value() == [5])
    }

    @Test func `a writer in another process is named, and waited for`() throws {
        let directory = try TestDirectory()
        let storage = try LMDBStorage.create(at: directory.store, tables: Tables.all, options: .test)
        // Another descriptor of the same file counts as another process does.
        let other = try WriterLock(path: directory.store + "/writer.lock", creating: false, operation: .open)
        try other.acquire(patience: .zero, for: .begin)
        let file = try FileDescriptor(opening: directory.store + "/writer.lock", .readWrite, for: .open)
        try file.write(Array("      4711\n".utf8), at: 0, for: .open)
        let start = ContinuousClock.now
        let error = storageError { () throws(StorageError) in try storage.begin(patience: .milliseconds(50)) }
        #expect(error?.code == .writerBusy(holder: 4_711))
        #expect(ContinuousClock.now - start >= .milliseconds(50))
        try file.write(Array("  nonsense\n".utf8), at: 0, for: .open)
        #expect(
            storageError { () throws(StorageError) in try storage.begin(patience: .zero) }?.code
                == .writerBusy(holder: nil))
        other.release()
        try storage.begin(patience: .zero).commit()
    }

    @Test func `a transaction is refused on another thread`() throws {
        let directory = try TestDirectory()
        let storage = try LMDBStorage.create(at: directory.store, tables: Tables.all, options: .test)
        // This thread waits for the other one, so no two use it at once.
        nonisolated(unsafe) let transaction = try storage.begin(patience: .zero)
        let codes = try BackgroundThread {
            [
                storageError { () throws(StorageError) in
                    try unsafe transaction.put([1], id: 1, in: Tables.nodes)
                }?.code,
                storageError { () throws(StorageError) in try unsafe transaction.commit() }?.code,
            ]
        }.value()
        #expect(codes == [.wrongThread, .wrongThread])
        try unsafe transaction.put([1], id: 1, in: Tables.nodes)
        try unsafe transaction.commit()
    }

    @Test func `a writer that is killed in mid-transaction leaves the state before it and no lock`() async throws {
        let directory = try TestDirectory()
        let path = directory.store
        do {
            let storage = try LMDBStorage.create(at: path, tables: Tables.all, options: .roomy)
            try storage.write { transaction throws(StorageError) in try transaction.put([1], id: 1, in: Tables.nodes) }
        }
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let storage = try LMDBStorage.open(at: path, tables: Tables.all)
            let transaction = try storage.begin(patience: .zero)
            for id in 2..<2_000 as Range<UInt64> {
                try transaction.append([UInt8](repeating: 2, count: 5_000), id: id, in: Tables.nodes)
            }
            kill(getpid(), SIGKILL)
            try transaction.commit()
        }
        #expect(try LMDBFileCheck.check(path).damages == [])
        let storage = try LMDBStorage.open(at: path, tables: Tables.all)
        #expect(try storage.snapshot().lastBlobID(in: Tables.nodes) == 1)
        try storage.write(patience: .zero) { transaction throws(StorageError) in
            try transaction.put([3], id: 3, in: Tables.nodes)
        }
        #expect(try LMDBFileCheck.check(path).damages == [])
    }

    @Test func `a writer that is killed at any time, commits included, leaves whole transactions`() async throws {
        let directory = try TestDirectory()
        let path = directory.store
        _ = try LMDBStorage.create(at: path, tables: Tables.all, options: .roomy)
        var last: UInt64 = 0
        for _ in 0..<8 {
            await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
                let storage = try LMDBStorage.open(at: path, tables: Tables.all)
                _ = BackgroundThread {
                    usleep(.random(in: 3_000..<30_000))
                    kill(getpid(), SIGKILL)
                }
                var round = try storage.snapshot().lastBlobID(in: Tables.records) ?? 0
                while true {
                    round += 1
                    try storage.write { transaction throws(StorageError) in
                        let bytes = [UInt8](repeating: UInt8(truncatingIfNeeded: round), count: 3_000)
                        for id in 0..<20 as Range<UInt64> { try transaction.put(bytes, id: id, in: Tables.nodes) }
                        try transaction.append(bytes, id: round, in: Tables.records)
                    }
                }
            }
            #expect(try LMDBFileCheck.check(path).damages == [])
            let storage = try LMDBStorage.open(at: path, tables: Tables.all)
            let snapshot = try storage.snapshot()
            let round = try snapshot.lastBlobID(in: Tables.records) ?? 0
            #expect(round >= last)
            last = round
            for id in 0..<20 as Range<UInt64> where round > 0 {
                #expect(try snapshot.blob(id, in: Tables.nodes)?.last == UInt8(truncatingIfNeeded: round))
            }
            try storage.begin(patience: .zero).abort()
        }
        #expect(last > 0)
    }

    @Test func `readers that are killed do not keep pages or slots`() async throws {
        let directory = try TestDirectory()
        let path = directory.store
        _ = try LMDBStorage.create(
            at: path, tables: Tables.all,
            options: .init(initialMapSize: 1 << 24, maximumReaders: 2, isSynchronous: false))
        for _ in 0..<3 {
            await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
                let storage = try LMDBStorage.open(at: path, tables: Tables.all)
                let snapshots = [try storage.snapshot(), try storage.snapshot()]
                kill(getpid(), SIGKILL)
                _ = snapshots.count
            }
        }
        let storage = try LMDBStorage.open(at: path, tables: Tables.all)
        for round in 0..<50 as Range<UInt64> {
            try storage.write { transaction throws(StorageError) in
                try transaction.put([UInt8](repeating: UInt8(round), count: 50_000), id: 1, in: Tables.nodes)
            }
        }
        // Without the dead readers, pages are used again.
        #expect(try storage.size().pages < 100)
    }

    @Test func `the map follows another process that made it larger`() async throws {
        let directory = try TestDirectory()
        let path = directory.store
        let storage = try LMDBStorage.create(at: path, tables: Tables.all, options: .test)
        await #expect(processExitsWith: .success) { [path = path as String] in
            let storage = try LMDBStorage.open(at: path, tables: Tables.all)
            for round in 0..<20 as Range<UInt64> {
                try storage.write { transaction throws(StorageError) in
                    try transaction.append([UInt8](repeating: 7, count: 400_000), id: round, in: Tables.nodes)
                }
            }
        }
        #expect(try storage.snapshot().blob(19, in: Tables.nodes)?.last == 7)
        try storage.write { transaction throws(StorageError) in try transaction.append([1], id: 20, in: Tables.nodes) }
        #expect(try storage.size().mapBytes >= 1 << 23)
        #expect(try LMDBFileCheck.check(path).damages == [])
    }
}

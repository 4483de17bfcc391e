import Foundation
import Testing

@testable import AvowStorage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

#if os(Linux)
    /// A file system of 4 MiB in memory. Mounting one needs the super-user.
    private final class SmallDisk {
        let path: String

        init?(at path: String) {
            self.path = path
            guard unsafe mkdir(path, 0o700) == 0, unsafe mount("avow", path, "tmpfs", 0, "size=4m") == 0 else {
                return nil
            }
        }

        deinit {
            unsafe umount2(path, Int32(MNT_DETACH))
        }
    }
#endif

@Suite struct FullDiskTests {
    #if os(Linux)
        // Mounting needs the super-user: for everybody else this test is skipped, and the next one stands in.
        @Test(.enabled(if: geteuid() == 0, "mounting a small disk needs the super-user"))
        func `a full disk fails the commit, keeps the state before it, and recovers`() throws {
            let directory = try TestDirectory()
            guard let disk = SmallDisk(at: directory.path + "/disk") else {
                try Test.cancel("this machine does not let the super-user mount")
            }
            let path = disk.path + "/store"
            let storage = try LMDBStorage.create(at: path, tables: Tables.all)
            try storage.write { transaction throws(StorageError) in try transaction.put([1], id: 1, in: Tables.nodes) }
            for _ in 0..<3 {
                let error = storageError { () throws(StorageError) in
                    try storage.write { transaction throws(StorageError) in
                        for id in 2..<100 as Range<UInt64> {
                            try transaction.append([UInt8](repeating: 2, count: 100_000), id: id, in: Tables.nodes)
                        }
                    }
                }
                #expect(error == StorageError(.diskFull, .commit, at: .path(path)))
                #expect(try storage.snapshot().blob(1, in: Tables.nodes) == [1])
                #expect(try storage.snapshot().lastBlobID(in: Tables.nodes) == 1)
            }
            #expect(try LMDBFileCheck.check(path).damages == [])
            try storage.write { transaction throws(StorageError) in try transaction.put([2], id: 2, in: Tables.nodes) }
            #expect(try storage.snapshot().blob(2, in: Tables.nodes) == [2])
            #expect(try LMDBFileCheck.check(path).damages == [])
        }
    #endif

    @Test func `a file size limit fails the commit and keeps the state before it`() async throws {
        let directory = try TestDirectory()
        let path = directory.store
        await #expect(processExitsWith: .success) { [path = path as String] in
            let storage = try LMDBStorage.create(at: path, tables: Tables.all)
            try storage.write { transaction throws(StorageError) in try transaction.put([1], id: 1, in: Tables.nodes) }
            _ = signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit(rlim_cur: 1 << 20, rlim_max: 1 << 20)
            #if os(Linux)
                _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
            #else
                _ = unsafe setrlimit(RLIMIT_FSIZE, &limit)
            #endif
            let error = storageError { () throws(StorageError) in
                try storage.write { transaction throws(StorageError) in
                    for id in 2..<100 as Range<UInt64> {
                        try transaction.append([UInt8](repeating: 2, count: 100_000), id: id, in: Tables.nodes)
                    }
                }
            }
            #expect(error == StorageError(.fileTooLarge, .commit, at: .path(path)))
            #expect(try storage.snapshot().lastBlobID(in: Tables.nodes) == 1)
            try storage.write { transaction throws(StorageError) in try transaction.put([2], id: 2, in: Tables.nodes) }
        }
        #expect(try LMDBFileCheck.check(path).damages == [])
        let storage = try LMDBStorage.open(at: path, tables: Tables.all)
        #expect(try storage.snapshot().lastBlobID(in: Tables.nodes) == 2)
    }
}

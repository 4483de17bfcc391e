import Testing

@testable import AvowStorage

@Suite struct TransactionTests {
    @Test func `what was committed is there after opening again`() throws {
        let directory = try TestDirectory()
        do {
            let storage = try LMDBStorage.create(at: directory.store, tables: Tables.all)
            try storage.write { transaction throws(StorageError) in
                try transaction.put([1, 2, 3], id: 7, in: Tables.nodes)
                try transaction.append([UInt8](repeating: 9, count: 10_000), id: 8, in: Tables.nodes)
                try transaction.put([4], for: [0xFF, 0], in: Tables.keys)
            }
        }
        let storage = try LMDBStorage.open(at: directory.store, tables: Tables.all)
        let snapshot = try storage.snapshot()
        #expect(try snapshot.blob(7, in: Tables.nodes) == [1, 2, 3])
        #expect(try snapshot.blob(8, in: Tables.nodes) == [UInt8](repeating: 9, count: 10_000))
        #expect(try snapshot.blob(9, in: Tables.nodes) == nil)
        #expect(try snapshot.blob(7, in: Tables.records) == nil)
        #expect(try snapshot.value(for: [0xFF, 0], in: Tables.keys) == [4])
        #expect(try snapshot.value(for: [0xFF], in: Tables.keys) == nil)
        #expect(try snapshot.lastBlobID(in: Tables.nodes) == 8)
        #expect(try snapshot.lastBlobID(in: Tables.records) == nil)
        #expect(try snapshot.statistics(of: Tables.nodes).entries == 2)
        #expect(try snapshot.statistics(of: Tables.nodes).overflowPages == 3)
        #expect(try snapshot.withBlob(7, in: Tables.nodes) { bytes in bytes.count } == 3)
    }

    @Test func `an aborted or released transaction leaves nothing`() throws {
        let directory = try TestDirectory()
        let storage = try LMDBStorage.create(at: directory.store, tables: Tables.all, options: .test)
        let first = try storage.begin(patience: .zero)
        try first.put([1], id: 1, in: Tables.nodes)
        first.abort()
        #expect(storageError { () throws(StorageError) in try first.commit() }?.code == .transactionEnded)
        #expect(
            storageError { () throws(StorageError) in try first.put([1], id: 1, in: Tables.nodes) }?.code
                == .transactionEnded)
        do {
            let second = try storage.begin(patience: .zero)
            try second.put([1], id: 2, in: Tables.nodes)
        }
        #expect(try storage.snapshot().lastBlobID(in: Tables.nodes) == nil)
        // Neither left the writer's lock behind.
        try storage.write(patience: .zero) { transaction throws(StorageError) in
            try transaction.put([1], id: 3, in: Tables.nodes)
        }
    }

    @Test func `appending an id that does not increase is refused and harmless`() throws {
        let directory = try TestDirectory()
        let storage = try LMDBStorage.create(at: directory.store, tables: Tables.all, options: .test)
        let transaction = try storage.begin(patience: .zero)
        try transaction.append([1], id: 5, in: Tables.nodes)
        for id: UInt64 in [5, 4, 0] {
            let error = storageError { () throws(StorageError) in
                try transaction.append([2], id: id, in: Tables.nodes)
            }
            #expect(
                error == StorageError(.idNotIncreasing, .append, at: .blob(id, table: "nodes")))
        }
        try transaction.append([3], id: .max, in: Tables.nodes)
        try transaction.commit()
        let snapshot = try storage.snapshot()
        #expect(try snapshot.blob(5, in: Tables.nodes) == [1])
        #expect(try snapshot.lastBlobID(in: Tables.nodes) == .max)
    }

    @Test func `tables that were not named are unknown`() throws {
        let directory = try TestDirectory()
        let storage = try LMDBStorage.create(at: directory.store, tables: Tables.all, options: .test)
        let snapshot = try storage.snapshot()
        #expect(
            storageError { () throws(StorageError) in try snapshot.lastBlobID(in: BlobTable("other")) }?.code
                == .unknownTable)
        // A name of the other kind is not this kind's.
        #expect(
            storageError { () throws(StorageError) in try snapshot.value(for: [1], in: KeyTable("nodes")) }?.code
                == .unknownTable)
    }

    @Test func `keys and values of impossible size are refused and harmless`() throws {
        let directory = try TestDirectory()
        let storage = try LMDBStorage.create(at: directory.store, tables: Tables.all, options: .test)
        let transaction = try storage.begin(patience: .zero)
        let long = [UInt8](repeating: 1, count: 512)
        for key in [[], long] {
            #expect(
                storageError { () throws(StorageError) in try transaction.put([1], for: key, in: Tables.keys) }?.code
                    == .keySize(key.count))
            #expect(
                storageError { () throws(StorageError) in try transaction.value(for: key, in: Tables.keys) }?.code
                    == .keySize(key.count))
            #expect(
                storageError { () throws(StorageError) in try transaction.removeValue(for: key, in: Tables.keys) }?.code
                    == .keySize(key.count))
        }
        let longest = [UInt8](repeating: 1, count: 511)
        try transaction.put([], for: longest, in: Tables.keys)
        try transaction.put([], id: 1, in: Tables.nodes)
        try transaction.commit()
        let snapshot = try storage.snapshot()
        #expect(try snapshot.value(for: longest, in: Tables.keys) == [])
        #expect(try snapshot.blob(1, in: Tables.nodes) == [])
    }

    @Test func `a transaction cannot change or end inside a read of it`() throws {
        let directory = try TestDirectory()
        let storage = try LMDBStorage.create(at: directory.store, tables: Tables.all, options: .test)
        let transaction = try storage.begin(patience: .zero)
        try transaction.put([1, 2], id: 1, in: Tables.nodes)
        var codes: [StorageError.Code?] = []
        let last = try transaction.withBlob(1, in: Tables.nodes) { bytes in
            codes = [
                storageError { () throws(StorageError) in try transaction.put([3], id: 1, in: Tables.nodes) }?.code,
                storageError { () throws(StorageError) in try transaction.removeBlob(1, in: Tables.nodes) }?.code,
                storageError { () throws(StorageError) in try transaction.commit() }?.code,
            ]
            transaction.abort()
            return bytes[1]
        }
        #expect(codes == [.changedWhileReading, .changedWhileReading, .changedWhileReading])
        #expect(last == 2)
        // The abort took effect after the read.
        #expect(
            storageError { () throws(StorageError) in try transaction.blob(1, in: Tables.nodes) }?.code
                == .transactionEnded)
        #expect(try storage.snapshot().blob(1, in: Tables.nodes) == nil)
    }

    @Test func `an error says what was done to what, why it failed, and what to do`() {
        #expect(
            StorageError(.idNotIncreasing, .append, at: .blob(5, table: "nodes")).description
                == "cannot append blob 5 of table 'nodes': the id is not greater than the last one in the table. "
                + "Use a greater id, or put.")
        #expect(
            StorageError(.keySize(0), .put, at: .key([0xAB, 0x01], table: "keys")).description
                == "cannot put key ab01 of table 'keys': the key has 0 bytes; 1 to 511 were expected.")
        #expect(
            StorageError(.system(5), .commit, at: .path("/s")).description
                == "cannot commit /s: Input/output error (errno 5).")
        #expect(StorageError.Code(lmdb: -30_796) == .damaged)
        #expect(StorageError.Code(lmdb: -30_791) == .lmdb(-30_791))
        #expect(StorageError.Code(errno: 28) == .diskFull)
        #expect(StorageError.Code(errno: 13) == .permissionDenied)
        #expect(StorageError.Code(errno: 27) == .fileTooLarge)
    }
}

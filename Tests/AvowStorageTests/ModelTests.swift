import TestSupport
import Testing

@testable import AvowStorage

/// What the tables must contain, in the plainest of terms.
private struct Model: Equatable {
    var blobs: [String: [UInt64: [UInt8]]] = ["nodes": [:], "records": [:]]
    var values: [[UInt8]: [UInt8]] = [:]

    func check(_ snapshot: any StorageSnapshot, _ comment: Comment) throws {
        for table in [Tables.nodes, Tables.records] {
            let expected = blobs[table.name] ?? [:]
            var found: [(UInt64, [UInt8])] = []
            try snapshot.forEachBlob(in: table, from: 0) { id, bytes in
                found.append((id, [UInt8](copying: bytes)))
                return true
            }
            let sorted = expected.sorted { $0.key < $1.key }
            #expect(found.map(\.0) == sorted.map(\.key), comment)
            #expect(found.map(\.1) == sorted.map(\.value), comment)
            #expect(try snapshot.lastBlobID(in: table) == sorted.last?.key, comment)
            #expect(try snapshot.statistics(of: table).entries == UInt64(expected.count), comment)
            for id in sorted.prefix(5).map(\.key) + [77] {
                #expect(try snapshot.blob(id, in: table) == expected[id], comment)
            }
        }
        var found: [([UInt8], [UInt8])] = []
        try snapshot.forEachValue(in: Tables.keys, from: []) { key, value in
            found.append(([UInt8](copying: key), [UInt8](copying: value)))
            return true
        }
        let sorted = values.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        #expect(found.map(\.0) == sorted.map(\.key), comment)
        #expect(found.map(\.1) == sorted.map(\.value), comment)
    }
}

@Suite struct ModelTests {
    @Test(arguments: [101, 102, 103, 104] as [UInt64])
    func `transactions behave as dictionaries do, and snapshots as copies of them`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let directory = try TestDirectory()
        var storage = try LMDBStorage.create(at: directory.store, tables: Tables.all, options: .roomy)
        var model = Model()
        var kept: [(snapshot: any StorageSnapshot, model: Model)] = []

        for round in 0..<40 {
            let comment: Comment = "seed \(seed), round \(round)"
            try runRound(storage, &model, &random, comment)
            try model.check(storage.snapshot(), comment)

            if random.next() % 3 == 0 { kept.append((try storage.snapshot(), model)) }
            if kept.count > 4 { kept.remove(at: Int(random.next() % UInt64(kept.count))) }
            for (snapshot, model) in kept { try model.check(snapshot, comment) }

            if round % 10 == 9 {
                #expect(try LMDBFileCheck.check(directory.store).damages == [], comment)
                kept = []
                storage = try reopen(&storage, at: directory.store)
            }
        }
    }

    /// One transaction of random changes, committed or aborted.
    private func runRound(
        _ storage: LMDBStorage, _ model: inout Model, _ random: inout SeededGenerator, _ comment: Comment
    ) throws {
        var changed = model
        let transaction = try storage.begin(patience: .zero)
        for _ in 0..<Int(random.next() % 60) {
            try change(transaction, &changed, &random, comment)
        }
        try changed.check(transaction, comment)
        if random.next() % 4 == 0 {
            transaction.abort()
        } else {
            try transaction.commit()
            model = changed
        }
    }

    /// Gives the old object up first: a process may open a store once.
    private func reopen(_ storage: inout LMDBStorage, at path: String) throws -> LMDBStorage {
        let other = try TestDirectory()
        storage = try LMDBStorage.create(at: other.store, tables: Tables.all, options: .test)
        return try LMDBStorage.open(at: path, tables: Tables.all)
    }

    private func change(
        _ transaction: any StorageTransaction, _ model: inout Model, _ random: inout SeededGenerator, _ comment: Comment
    ) throws {
        let table = random.next() % 2 == 0 ? Tables.nodes : Tables.records
        let sizes = [0, 1, 30, 600, 2_020, 2_040, 4_080, 4_081, 20_000]
        let bytes = random.bytes(sizes.randomElement(using: &random) ?? 0)
        let id = random.next() % 50
        let key = random.bytes(Int(random.next() % 3) + 1).map { $0 % 8 }
        switch random.next() % 7 {
        case 0, 1:
            try transaction.put(bytes, id: id, in: table)
            model.blobs[table.name]?[id] = bytes
        case 2:
            let last = model.blobs[table.name]?.keys.max()
            let error = storageError { () throws(StorageError) in try transaction.append(bytes, id: id, in: table) }
            if let last, id <= last {
                #expect(error?.code == .idNotIncreasing, comment)
            } else {
                #expect(error == nil, comment)
                model.blobs[table.name]?[id] = bytes
            }
        case 3, 4:
            let existed = model.blobs[table.name]?.removeValue(forKey: id) != nil
            #expect(try transaction.removeBlob(id, in: table) == existed, comment)
        case 5:
            try transaction.put(bytes, for: key, in: Tables.keys)
            model.values[key] = bytes
        default:
            let existed = model.values.removeValue(forKey: key) != nil
            #expect(try transaction.removeValue(for: key, in: Tables.keys) == existed, comment)
            #expect(try transaction.value(for: key, in: Tables.keys) == nil, comment)
        }
    }

    @Test func `walks start where they are told to and stop when they are told to`() throws {
        let directory = try TestDirectory()
        let storage = try LMDBStorage.create(at: directory.store, tables: Tables.all, options: .test)
        try storage.write { transaction throws(StorageError) in
            for id in [2, 4, 6, 300] as [UInt64] { try transaction.put([UInt8(id % 256)], id: id, in: Tables.nodes) }
            for key in [[1], [1, 0], [2]] as [[UInt8]] { try transaction.put(key, for: key, in: Tables.keys) }
        }
        let snapshot = try storage.snapshot()
        func ids(from start: UInt64, most: Int = .max) throws -> [UInt64] {
            var ids: [UInt64] = []
            try snapshot.forEachBlob(in: Tables.nodes, from: start) { id, _ in
                ids.append(id)
                return ids.count < most
            }
            return ids
        }
        #expect(try ids(from: 0) == [2, 4, 6, 300])
        #expect(try ids(from: 4) == [4, 6, 300])
        #expect(try ids(from: 5, most: 1) == [6])
        #expect(try ids(from: 301) == [])
        var keys: [[UInt8]] = []
        try snapshot.forEachValue(in: Tables.keys, from: [1, 0]) { key, _ in
            keys.append([UInt8](copying: key))
            return true
        }
        #expect(keys == [[1, 0], [2]])
    }
}

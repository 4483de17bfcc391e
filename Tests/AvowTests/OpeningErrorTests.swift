import AvowProof
import AvowStorage
import AvowVault
import Foundation
import Testing

@testable import Avow

/// The error that `body` throws.
func storeError<Result>(_ body: () throws(StoreError) -> Result) -> StoreError? {
    do throws(StoreError) {
        _ = try body()
        return nil
    } catch {
        return error
    }
}

@Suite struct `Opening what cannot be opened` {
    private static func storageCode(_ error: StoreError?) -> StorageError.Code? {
        if case .storage(let cause) = error { cause.code } else { nil }
    }

    /// Names and sizes of all files in a directory.
    private static func listing(_ path: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: path).sorted().map { name in
            let attributes = try FileManager.default.attributesOfItem(atPath: path + "/" + name)
            return "\(name) \(attributes[.size] ?? 0)"
        }
    }

    @Test func `a wrong passphrase is one clear error, and the right one opens the store afterwards`() throws {
        let fixture = try StoreFixture(patients: 1)
        let checkpoint = try fixture.store.checkpoint().bytes
        fixture.close()
        let wrong = try StoreFixture.unlock("correct horse battery stable")
        for _ in 0..<2 {
            let error = storeError { () throws(StoreError) in
                try Store.open(at: fixture.storePath, unlock: wrong)
            }
            guard case .vault(.wrongPassphraseOrKeyFile) = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            #expect(error?.description.contains("wrong passphrase") == true)
            #expect(error?.description.contains("stable") == false)
        }
        let checked = storeError { () throws(StoreError) in
            try Store.check(at: fixture.storePath, unlock: wrong)
        }
        guard case .vault(.wrongPassphraseOrKeyFile) = checked else {
            Issue.record("\(String(describing: checked))")
            return
        }
        try fixture.reopen()
        #expect(try fixture.store.checkpoint().bytes == checkpoint)
    }

    @Test func `a wrong key file, and a secret of the other kind, are told apart`() throws {
        let fixture = try StoreFixture()
        fixture.close()
        let key = try KeyFile.generate(at: fixture.directory.appendingPathComponent("key").path)
        let other = try KeyFile.generate(at: fixture.directory.appendingPathComponent("other").path)
        let path = fixture.directory.appendingPathComponent("keyed").path
        do { _ = try Store.create(at: path, origin: "test.example/keyed", unlock: .keyFile(key)) }
        #expect(try Store.unlockKind(at: path) == .keyFile)
        #expect(try Store.unlockKind(at: fixture.storePath) == .passphrase)
        let wrongFile = storeError { () throws(StoreError) in
            try Store.open(at: path, unlock: .keyFile(other))
        }
        guard case .vault(.wrongPassphraseOrKeyFile) = wrongFile else {
            Issue.record("\(String(describing: wrongFile))")
            return
        }
        let passphrase = try StoreFixture.unlock()
        let wrongKind = storeError { () throws(StoreError) in try Store.open(at: path, unlock: passphrase) }
        guard case .vault(.wrongKindOfSecret(expected: .keyFile)) = wrongKind else {
            Issue.record("\(String(describing: wrongKind))")
            return
        }
        let otherKind = storeError { () throws(StoreError) in
            try Store.open(at: fixture.storePath, unlock: .keyFile(key))
        }
        guard case .vault(.wrongKindOfSecret(expected: .passphrase)) = otherKind else {
            Issue.record("\(String(describing: otherKind))")
            return
        }
        _ = try Store.open(at: path, unlock: .keyFile(key))
    }

    @Test func `a store of another format version says so, and is not touched`() throws {
        let fixture = try StoreFixture()
        fixture.close()
        let header = KeyTable("header")
        do {
            let storage = try LMDBStorage.open(
                at: fixture.storePath, tables: StorageTables(blobs: [], keys: [header]))
            try storage.write { (transaction) throws(StorageError) in
                try transaction.put([1], for: Array("format".utf8), in: header)
            }
        }
        let before = try Data(contentsOf: URL(fileURLWithPath: fixture.dataFile))
        let unlock = try StoreFixture.unlock()
        let errors = [
            storeError { () throws(StoreError) in try Store.open(at: fixture.storePath, unlock: unlock) },
            storeError { () throws(StoreError) in try Store.check(at: fixture.storePath, unlock: unlock) },
            storeError { () throws(StoreError) in try Store.unlockKind(at: fixture.storePath) },
        ]
        for error in errors {
            guard case .unsupportedFormat(found: 1, supported: 4) = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            #expect(error?.description == "the store has format 1; this version of Avow reads format 4")
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: fixture.dataFile)) == before)
    }

    @Test func `what is no store is one clear error and stays as it is`() throws {
        let fixture = try StoreFixture()
        fixture.close()
        let directory = fixture.directory.path
        let empty = directory + "/empty"
        let strange = directory + "/strange"
        for path in [empty, strange] {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
        let file = try fixture.write("not a store", "file")
        _ = try fixture.write("not a store either", "strange/data.txt")
        let nonsense = directory + "/nonsense"
        try FileManager.default.createDirectory(atPath: nonsense, withIntermediateDirectories: true)
        _ = try fixture.write(String(repeating: "nonsense ", count: 2_000), "nonsense/data.mdb")
        let hollow = directory + "/hollow"
        try FileManager.default.createDirectory(atPath: hollow, withIntermediateDirectories: true)
        _ = try fixture.write("", "hollow/data.mdb")
        let before = try Self.listing(directory)
        let unlock = try StoreFixture.unlock()
        let cases: [(path: String, word: String)] = [
            (directory + "/missing", "no such directory"), (empty, "holds no store"),
            (strange, "holds no store"), (file, "director"), (nonsense, "not a sound LMDB file"),
            (hollow, "shorter than its contents"),
        ]
        for (path, word) in cases {
            let opened = storeError { () throws(StoreError) in try Store.open(at: path, unlock: unlock) }
            #expect(opened?.description.contains(word) == true, "\(path): \(String(describing: opened))")
            #expect(opened?.description.contains(path) == true)
            #expect(storeError { () throws(StoreError) in try Store.unlockKind(at: path) } != nil)
            // A file that is there but not LMDB's is damage; where there is none, nothing can be checked.
            do throws(StoreError) {
                #expect(try !Store.check(at: path, unlock: unlock).isHealthy, "\(path)")
            } catch {
                #expect(error.description.contains(path))
            }
        }
        #expect(try Self.listing(directory) == before)
    }

    @Test func `a data file cut short is refused wherever it is cut`() throws {
        let fixture = try StoreFixture(patients: 1)
        fixture.close()
        let size = try Data(contentsOf: URL(fileURLWithPath: fixture.dataFile)).count
        let unlock = try StoreFixture.unlock()
        for cut in [size / 2, 12_288, 8_192, 4_096, 100, 0] {
            try FileHandle(forWritingTo: URL(fileURLWithPath: fixture.dataFile)).truncate(
                atOffset: UInt64(cut))
            let error = storeError { () throws(StoreError) in
                try Store.open(at: fixture.storePath, unlock: unlock)
            }
            let code = Self.storageCode(error)
            #expect(code == .truncated, "\(cut) of \(size) bytes: \(String(describing: error))")
            #expect(try !Store.check(at: fixture.storePath, unlock: unlock).isHealthy)
        }
    }

    @Test func `creating over a store is refused, and leaves it as it is`() throws {
        let fixture = try StoreFixture(patients: 1)
        let checkpoint = try fixture.store.checkpoint().bytes
        fixture.close()
        let before = try Data(contentsOf: URL(fileURLWithPath: fixture.dataFile))
        let unlock = try StoreFixture.unlock()
        let error = storeError { () throws(StoreError) in
            try Store.create(
                at: fixture.storePath, origin: "other.example", unlock: unlock, cost: StoreFixture.cheap)
        }
        #expect(Self.storageCode(error) == .alreadyExists)
        #expect(try Data(contentsOf: URL(fileURLWithPath: fixture.dataFile)) == before)
        try fixture.reopen()
        #expect(try fixture.store.checkpoint().bytes == checkpoint)
        let again = storeError { () throws(StoreError) in
            try Store.open(at: fixture.storePath, unlock: unlock)
        }
        #expect(Self.storageCode(again) == .alreadyOpen)
    }

    @Test func `creating that fails leaves nothing behind`() throws {
        let fixture = try StoreFixture()
        let path = fixture.directory.appendingPathComponent("new").path
        let unlock = try StoreFixture.unlock()
        let name = storeError { () throws(StoreError) in
            try Store.create(at: path, origin: "no spaces please", unlock: unlock, cost: StoreFixture.cheap)
        }
        guard case .note = name else {
            Issue.record("\(String(describing: name))")
            return
        }
        #expect(!FileManager.default.fileExists(atPath: path))
        let cost = storeError { () throws(StoreError) in
            try Store.create(
                at: path, origin: "test.example", unlock: unlock,
                cost: KeyDerivation.Cost(operations: 0, memoryKiB: 8))
        }
        guard case .vault(.derivationCostOutOfBounds) = cost else {
            Issue.record("\(String(describing: cost))")
            return
        }
        #expect(!FileManager.default.fileExists(atPath: path))
        let file = try fixture.write("a file", "file")
        #expect(
            storeError { () throws(StoreError) in
                try Store.create(at: file, origin: "test.example", unlock: unlock, cost: StoreFixture.cheap)
            } != nil)
        _ = try Store.create(at: path, origin: "test.example", unlock: unlock, cost: StoreFixture.cheap)
    }
}

@Suite struct `A creation that was cut off` {
    @Test func `between the tables and their content is finished by creating again`() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("avow-cut-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        // All that is left of a process that died at this moment.
        _ = try LMDBStorage.create(at: folder.path, tables: .store)
        #expect(throws: StoreError.self) { try Store.open(at: folder.path, unlock: StoreFixture.unlock()) }
        let store = try Store.create(
            at: folder.path, origin: "test.example/avow", unlock: StoreFixture.unlock(), cost: StoreFixture.cheap)
        #expect(try store.checkpoint().checkpoint.size == 1)
    }
}

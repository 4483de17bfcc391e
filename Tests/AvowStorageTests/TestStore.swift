import Foundation
import Testing

@testable import AvowStorage

/// A directory for one test, removed with everything in it when the object is released.
final class TestDirectory: Sendable {
    let path: String

    init() throws {
        let directory = FileManager.default.temporaryDirectory.appending(component: "avow-storage-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        path = directory.path
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    var store: String { path + "/store" }
    var dataFile: String { store + "/data.mdb" }
}

/// The tables that the tests use.
enum Tables {
    static let nodes = BlobTable("nodes")
    static let records = BlobTable("records")
    static let keys = KeyTable("keys")
    static let all = StorageTables(blobs: [nodes, records], keys: [keys])
}

extension LMDBStorage.Options {
    /// A small map, and commits that do not wait for the disk.
    static let test = LMDBStorage.Options(initialMapSize: 1 << 20, isSynchronous: false)
    /// No growth, for tests that are not about it.
    static let roomy = LMDBStorage.Options(initialMapSize: 1 << 28, isSynchronous: false)
}

/// The error that `body` throws.
func storageError<Result>(_ body: () throws(StorageError) -> Result) -> StorageError? {
    do {
        _ = try body()
        return nil
    } catch {
        return error
    }
}

import AvowProof
import AvowStorage
import AvowTree
import AvowVault
import BenchmarkSupport
import Foundation

/// A tree in a folder of its own, to which batches are applied, each in a durable commit.
final class BenchmarkTree {
    private(set) var root = TreeRoot.empty
    private var nextNodeID: UInt64 = 1
    /// How many nodes were written so far.
    private(set) var writtenNodes = 0
    /// The nodes that are to be removed.
    private var retired: [UInt64] = []
    private let folder: String
    private let storage: LMDBStorage
    private let sealer: NodeSealer
    private let boundary: BoundaryHash
    private let cache = NodeCache(capacity: 256 << 20)

    init() throws {
        let name = "avow-benchmark-\(UUID().uuidString)"
        folder = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        storage = try LMDBStorage.create(at: folder + "/tree", tables: StorageTables(blobs: [.nodes], keys: []))
        sealer = try NodeSealer(storeKey: .random(), storeID: .random())
        boundary = BoundaryHash(try .random())
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Sorts changes, applies them and commits.
    func apply(_ changes: TreeChanges) throws {
        let batch = try TreeBatch([changes])
        let transaction = try storage.begin(patience: .seconds(1))
        var update = TreeUpdate(
            root: root, nextNodeID: nextNodeID, transaction: transaction, sealer: sealer, boundary: boundary,
            cache: cache)
        try update.apply(batch)
        var retired = self.retired + update.retired
        // As a store does: those of several small commits together.
        let nodes = try transaction.statistics(of: .nodes).entries
        if UInt64(retired.count) * 4 > nodes {
            for node in retired.sorted() { try transaction.removeBlob(node, in: .nodes) }
            retired = []
        }
        try transaction.commit()
        self.retired = retired
        root = update.root
        nextNodeID = update.nextNodeID
        // As an import does after a large commit.
        if changes.count >= 200_000 { storage.releaseReadPages() }
        writtenNodes += update.writtenNodes
    }

    func reader() throws -> TreeReader {
        TreeReader(root: root, snapshot: try storage.snapshot(), sealer: sealer, cache: cache)
    }

    func size() throws -> StorageSize {
        try storage.size()
    }
}

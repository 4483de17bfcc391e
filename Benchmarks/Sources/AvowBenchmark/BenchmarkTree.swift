import AvowProof
import AvowStorage
import AvowTree
import AvowVault
import BenchmarkSupport
import Foundation

extension BlobTable {
    /// Sealed changes of the commits whose nodes are not written.
    fileprivate static let changes = BlobTable("changes")
}

/// A tree in a folder of its own, to which batches are applied, each in a durable commit.
final class BenchmarkTree {
    private(set) var root = TreeRoot.empty
    private var nextNodeID: UInt64 = 1
    private var commits: UInt64 = 1
    /// The first commit of which there may be changes beside the nodes.
    private var unwritten: UInt64 = 1
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
        storage = try LMDBStorage.create(
            at: folder + "/tree", tables: StorageTables(blobs: [.nodes, .changes], keys: []))
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
        var retired = self.retired
        if UnwrittenNodes.mayStay(of: root, with: batch.count, beside: cache) {
            var update = TreeUpdate(
                inMemory: root, nextNodeID: nextNodeID, snapshot: transaction, sealer: sealer, boundary: boundary,
                cache: cache)
            try update.apply(batch)
            var bytes: [UInt8] = []
            batch.encode(into: &bytes)
            let sealed = sealer.seal(bytes.span, nodeID: commits, hash: update.root.hash)
            try transaction.append(sealed, id: commits, in: .changes)
            root = update.root
        } else {
            var update = TreeUpdate(
                root: root, nextNodeID: nextNodeID, transaction: transaction, sealer: sealer, boundary: boundary,
                cache: cache)
            try update.apply(batch)
            // As a store does: those of several small commits together.
            let nodes = try transaction.statistics(of: .nodes).entries
            retired += update.retired
            if UInt64(retired.count) * 16 > nodes {
                for node in retired.sorted() { try transaction.removeBlob(node, in: .nodes) }
                retired = []
            }
            while unwritten < commits {
                try transaction.removeBlob(unwritten, in: .changes)
                unwritten += 1
            }
            unwritten += 1
            root = update.root
            nextNodeID = update.nextNodeID
            writtenNodes += update.writtenNodes
        }
        try transaction.commit()
        self.retired = retired
        commits += 1
        // As an import does after a large commit.
        if changes.count >= 200_000 { storage.releaseReadPages() }
    }

    func reader() throws -> TreeReader {
        TreeReader(root: root, snapshot: try storage.snapshot(), sealer: sealer, cache: cache)
    }

    func size() throws -> StorageSize {
        try storage.size()
    }
}

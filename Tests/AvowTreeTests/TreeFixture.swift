import AvowProof
import AvowStorage
import AvowTree
import AvowVault
import Foundation

/// A storage of its own in a temporary folder, and what a tree needs beside it.
final class TreeFixture {
    let directory: URL
    // Released before its folder is removed: the folder's inode may be another store's at once.
    private(set) var storage: LMDBStorage!
    let sealer: NodeSealer
    let boundary: BoundaryHash
    let cache = NodeCache(capacity: 32 << 20)

    init(boundaryKey: [UInt8] = Array(0..<16)) throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("avow-tree-\(UUID().uuidString)")
        storage = try LMDBStorage.create(
            at: directory.path, tables: StorageTables(blobs: [.nodes], keys: []))
        sealer = try NodeSealer(storeKey: .random(), storeID: .random())
        boundary = BoundaryHash(try BoundaryKey(copying: boundaryKey.span))
    }

    deinit {
        storage = nil
        try? FileManager.default.removeItem(at: directory)
    }

    func update(
        _ root: TreeRoot, nextNodeID: UInt64, _ transaction: any StorageTransaction
    ) -> TreeUpdate {
        TreeUpdate(
            root: root, nextNodeID: nextNodeID, transaction: transaction, sealer: sealer, boundary: boundary,
            cache: cache)
    }

    func reader(_ root: TreeRoot, _ snapshot: any StorageSnapshot) -> TreeReader {
        TreeReader(root: root, snapshot: snapshot, sealer: sealer, cache: cache)
    }
}

/// A key for the number `number`: one of a few realms, an order that is not the number's own, an owner.
func sampleKey(_ number: Int) -> TreeKey {
    var realm = TupleBytes()
    realm.append(UInt64(number % 3))
    var order = TupleBytes()
    order.append(text: "value \(number / 3 % 1_000)")
    var owner = TupleBytes()
    owner.append(UInt64(number))
    return TreeKey(realm: realm, order: order, owner: owner)
}

func sampleDigest(_ number: Int) -> Digest {
    Digest(.value, Array("\(number)".utf8))
}

/// The root hash of a tree over sorted entries, computed without any of the tree's own code: cut by size and by what the
/// boundary hash draws, hash each node as a binary tree, and so on upwards.
func referenceRoot(_ entries: [(key: TreeKey, value: Digest)], _ boundary: BoundaryHash) -> Digest {
    guard !entries.isEmpty else { return Digest(.emptyTree, []) }
    struct Item {
        var hash: Digest
        var count: UInt64
        var lastKey: [UInt8]
    }
    func length(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.append(bigEndian: UInt32(bytes.count))
        return result + bytes
    }
    var items = entries.map { entry in
        let key = entry.key
        let owner = Digest(.ownerBlind, length(key.bytes[key.owner]) + entry.value.bytes)
        let order = Digest(.keyBlind, length(key.bytes[key.order]) + owner.bytes)
        return Item(
            hash: Digest(.leaf, length(key.bytes[key.realm]) + order.bytes), count: 1, lastKey: key.bytes)
    }
    func inner(_ left: (hash: Digest, count: UInt64), _ right: (hash: Digest, count: UInt64)) -> (Digest, UInt64) {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: left.count)
        bytes.append(bigEndian: right.count)
        return (Digest(.inner, bytes + left.hash.bytes + right.hash.bytes), left.count + right.count)
    }
    func halves<Element>(
        _ elements: ArraySlice<Element>, _ one: (Element) -> (Digest, UInt64)
    ) -> (Digest, UInt64) {
        if elements.count == 1, let only = elements.first { return one(only) }
        let left = elements.count - elements.count / 2
        return inner(halves(elements.prefix(left), one), halves(elements.dropFirst(left), one))
    }
    // In groups of four or more, which end where the last eight bytes of a key draw it.
    func fold(_ items: ArraySlice<Item>) -> (Digest, UInt64) {
        var groups: [ArraySlice<Item>] = []
        var start = items.startIndex
        for index in items.indices {
            var word: UInt64 = 0
            for byte in items[index].lastKey.suffix(8) { word = word << 8 | UInt64(byte) }
            let isDrawn = word.multipliedReportingOverflow(by: 0x9E37_79B9_7F4A_7C15).partialValue < 1 << 62
            if (index - start >= 3 && isDrawn) || index == items.endIndex - 1 {
                groups.append(items[start...index])
                start = index + 1
            }
        }
        return halves(groups[...]) { halves($0) { ($0.hash, $0.count) } }
    }
    var level: UInt64 = 0
    while items.count > 1 || level == 0 {
        var nodes: [Item] = []
        var start = 0
        var size = 0
        for index in items.indices {
            let key = items[index].lastKey
            let before = index > start ? items[index - 1].lastKey : []
            let shared = zip(before, key).prefix { $0 == $1 }.count
            // All values in these tests are digests.
            size += (level == 0 ? 8 + 32 : 44) + key.count - shared
            let isDrawn = boundary(key.span) >> (3 * level) & 7 == 0
            if size >= 3_840 || (size >= 2_880 && isDrawn) || index == items.count - 1 {
                let (hash, count) = fold(items[start...index])
                nodes.append(Item(hash: hash, count: count, lastKey: key))
                start = index + 1
                size = 0
            }
        }
        items = nodes
        level += 1
    }
    return items[0].hash
}

extension TreeUpdate {
    /// Sorts changes that were made one by one, and applies them.
    mutating func apply(_ changes: [TreeMutation]) throws(TreeError) {
        try apply(try TreeBatch(changes))
    }
}

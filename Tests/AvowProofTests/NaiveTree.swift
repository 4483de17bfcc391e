import AvowProof
import TestSupport

/// A Merkle tree as the format describes it, built the slow and obvious way: the reference that proofs are made with
/// and compared to. It takes leaves in any order, so that it can be a dishonest store's tree too.
indirect enum NaiveTree: Sendable {
    case leaf(TreeEntry)
    case inner(NaiveTree, NaiveTree, count: UInt64)

    var count: UInt64 {
        switch self {
        case .leaf: 1
        case .inner(_, _, let count): count
        }
    }

    var hash: Digest {
        switch self {
        case .leaf(let entry): NaiveTree.leafHash(entry)
        case .inner(let left, let right, _):
            NaiveTree.innerHash(left.count, left.hash, right.count, right.hash)
        }
    }

    /// A binary tree over items, cut at the largest power of two below their number. The store cuts in halves; a proof
    /// must hold whatever the shape, so another one serves here.
    static func binary(_ items: ArraySlice<NaiveTree>) -> NaiveTree? {
        guard let first = items.first else { return nil }
        var left = 1
        while left * 2 < items.count { left *= 2 }
        guard items.count > 1, let before = binary(items.prefix(left)), let behind = binary(items.dropFirst(left))
        else { return first }
        return .inner(before, behind, count: before.count + behind.count)
    }

    /// Entries in chunks of random sizes, those in chunks again, until one is left; nil for no entries.
    static func random(_ entries: [TreeEntry], using generator: inout SeededGenerator) -> NaiveTree? {
        var items = entries.map(NaiveTree.leaf)
        while items.count > 1 {
            var chunks: [NaiveTree] = []
            var rest = items[...]
            while !rest.isEmpty {
                let chunk = rest.prefix(Int.random(in: 1...9, using: &generator))
                rest = rest.dropFirst(chunk.count)
                if let tree = binary(chunk) { chunks.append(tree) }
            }
            items = chunks
        }
        return items.first
    }

    /// Writes the tree with the leaves of `shown` (by rank) and nothing else.
    func write(_ shown: [UInt64: LeafDisclosure], from rank: UInt64 = 0, to writer: inout TreeProofWriter) {
        guard shown.contains(where: { $0.key >= rank && $0.key - rank < count }) else {
            return writer.pruned(count: count, hash: hash)
        }
        switch self {
        case .leaf(let entry):
            if let disclosure = shown[rank] { writer.leaf(entry, disclosure) }
        case .inner(let left, let right, _):
            writer.inner()
            left.write(shown, from: rank, to: &writer)
            right.write(shown, from: rank + left.count, to: &writer)
        }
    }

    func proof(_ shown: [UInt64: LeafDisclosure]) -> [UInt8] {
        var writer = TreeProofWriter()
        write(shown, to: &writer)
        return writer.finish()
    }

    // The hashes, written out a second time from the format.

    static func ownerBlind(_ entry: TreeEntry) -> Digest {
        Digest(.ownerBlind, prefixed(entry.key.bytes[entry.key.owner]) + entry.value.bytes)
    }

    static func keyBlind(_ entry: TreeEntry) -> Digest {
        Digest(.keyBlind, prefixed(entry.key.bytes[entry.key.order]) + ownerBlind(entry).bytes)
    }

    static func leafHash(_ entry: TreeEntry) -> Digest {
        Digest(.leaf, prefixed(entry.key.bytes[entry.key.realm]) + keyBlind(entry).bytes)
    }

    static func innerHash(_ leftCount: UInt64, _ left: Digest, _ rightCount: UInt64, _ right: Digest) -> Digest {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: leftCount)
        bytes.append(bigEndian: rightCount)
        return Digest(.inner, bytes + left.bytes + right.bytes)
    }

    private static func prefixed(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.append(bigEndian: UInt32(bytes.count))
        return result + bytes
    }
}

extension TreeProofWriter {
    mutating func leaf(_ entry: TreeEntry, _ disclosure: LeafDisclosure) {
        let key = entry.key
        leaf(
            key: key.bytes.span, realmByteCount: key.realmByteCount, orderByteCount: key.orderByteCount,
            value: entry.value, disclosure)
    }
}

func tuple(_ elements: TupleElement...) -> TupleBytes {
    var bytes = TupleBytes()
    for element in elements { bytes.append(element) }
    return bytes
}

extension TupleBytes {
    mutating func append(_ element: TupleElement) {
        switch element {
        case .null: appendNull()
        case .bytes(let value): append(bytes: value.span)
        case .text(let value): append(text: value)
        case .integer(let value): append(value)
        case .unsigned(let value): append(value)
        case .uuid(let value):
            var text = value.hexadecimal
            for offset in [20, 16, 12, 8] { text.insert("-", at: text.index(text.startIndex, offsetBy: offset)) }
            if let uuid = UUIDBytes(canonical: Array(text.utf8).span) { append(uuid: uuid) }
        }
    }
}

/// A key of few realms and orders and many owners, so that parts repeat and are prefixes of each other.
func sampleKey(_ number: Int) -> TreeKey {
    TreeKey(
        realm: tuple(.integer(Int64(number % 3))),
        order: tuple(.text(String("abcab".prefix(number / 3 % 6))), .integer(Int64(number / 18 % 5))),
        owner: number % 7 == 0 ? TupleBytes() : tuple(.integer(Int64(number))))
}

func sampleDigest(_ number: Int) -> Digest {
    Digest(.value, Array("value \(number)".utf8))
}

/// Sorted entries of strictly increasing keys, at most `count` of them.
func sampleEntries(_ count: Int, using generator: inout SeededGenerator) -> [TreeEntry] {
    var entries: [[UInt8]: TreeEntry] = [:]
    for _ in 0..<count {
        let number = Int.random(in: 0..<2_000, using: &generator)
        let key = sampleKey(number)
        entries[key.bytes] = TreeEntry(key: key, value: sampleDigest(number))
    }
    return entries.values.sorted { $0.key < $1.key }
}

/// The bytes that hexadecimal digits stand for; nil for anything else.
func bytes(hexadecimal text: String) -> [UInt8]? {
    let digits = text.utf8.map { digit -> UInt8? in
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
    guard digits.count % 2 == 0, !digits.contains(nil) else { return nil }
    return stride(from: 0, to: digits.count, by: 2).map { (digits[$0] ?? 0) << 4 | (digits[$0 + 1] ?? 0) }
}

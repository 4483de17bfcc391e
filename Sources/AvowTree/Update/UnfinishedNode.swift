internal import AvowProof
internal import Synchronization

/// A node whose items are known and whose hash is not.
enum UnfinishedNode: Sendable {
    case leaf(UnfinishedLeaf)
    case inner(UnfinishedInner, level: UInt8)
}

/// A leaf node of which it is known where its entries stand.
///
/// Whoever finishes it takes its parts, and so lets go of the nodes that it is put together from: they are gone when it is
/// done, and not on the thread of the update.
final class UnfinishedLeaf: Sendable {
    private let parts: Mutex<LeafParts?>
    /// How many entries it has.
    let count: Int
    /// The node that it is written over; nil when it is written whole.
    let base: UInt64?

    init(_ parts: LeafParts, base: UInt64?) {
        count = parts.count
        self.base = base
        self.parts = Mutex(parts)
    }

    /// The parts, once.
    func take() -> LeafParts? {
        parts.withLock { parts in
            defer { parts = nil }
            return parts
        }
    }

    /// Calls `body` with the key of the last entry, while the parts are there.
    func withLastKey(_ body: (Span<UInt8>) -> Void) {
        guard let (last, new) = parts.withLock({ parts in parts.map { ($0.pieces.last, $0.new) } }) else { return }
        last?.withLastKey(new, body)
    }
}

/// What a leaf node is put together from.
struct LeafParts: Sendable {
    let pieces: [LeafPiece]
    /// The entries that changes put.
    let new: LeafEntries
    let count: Int
    let keyByteCount: Int
    let inlineByteCount: Int
    /// The node that most of the entries come from.
    let source: TreeNode?
    /// Whether the node is written over what that one is written over, or over that one itself.
    let isPatch: Bool

    /// The entries, the hashes of those that were hashed before, the runs of these, and, of a patch, where they stand in
    /// ``source``.
    func joined() -> (entries: LeafEntries, known: [Digest], runs: [NodeHashes.Run], items: [UInt16]) {
        var entries = LeafEntries(capacity: count, keyByteCount: keyByteCount, inlineByteCount: inlineByteCount)
        var known: [Digest] = []
        known.reserveCapacity(count)
        var items: [UInt16] = []
        items.reserveCapacity(isPatch ? count : 0)
        var runs: [NodeHashes.Run] = []
        runs.reserveCapacity(pieces.count)
        for piece in pieces {
            let range = piece.range
            if let node = piece.node, case .leaf(let other) = node.content {
                entries.append(other, range, sharedByteCount: piece.sharedByteCount)
            } else {
                entries.append(new, range, sharedByteCount: piece.sharedByteCount)
            }
            if let hashes = piece.node?.knownHashes {
                let start = known.count
                runs.append(
                    NodeHashes.Run(hashes: hashes, first: range.lowerBound, items: start..<(start + range.count)))
                known.append(contentsOf: hashes.items[range])
            } else {
                known.append(contentsOf: repeatElement(NodeHashes.unknown, count: range.count))
            }
            if !isPatch { continue }
            if piece.node === source {
                for item in range { items.append(UInt16(truncatingIfNeeded: item)) }
            } else {
                items.append(contentsOf: repeatElement(NodePatch.isNew, count: range.count))
            }
        }
        return (entries, known, runs, items)
    }
}

/// Entries that stand one behind the other in a leaf node, or that changes put one behind the other.
struct LeafPiece: Sendable {
    /// The node; nil for what changes put.
    let node: TreeNode?
    private let first: UInt16
    private var end: UInt16
    private let shared: UInt16

    /// - Parameter sharedByteCount: how many leading bytes the first key shares with the key before it.
    init(_ node: TreeNode?, _ range: Range<Int>, sharedByteCount: Int) {
        self.node = node
        first = UInt16(range.lowerBound)
        end = UInt16(range.upperBound)
        shared = UInt16(sharedByteCount)
    }

    /// Takes in the next entry too.
    mutating func extend() { end += 1 }

    /// Where the entries stand in the node, or among those that changes put.
    var range: Range<Int> { Int(first)..<Int(end) }
    var sharedByteCount: Int { Int(shared) }

    /// Calls `body` with the key of the last entry.
    ///
    /// - Parameter new: what changes put.
    func withLastKey<Result>(_ new: LeafEntries, _ body: (Span<UInt8>) -> Result) -> Result {
        if let node, case .leaf(let entries) = node.content { return body(entries.keySpan(Int(end) - 1)) }
        return body(new.keySpan(Int(end) - 1))
    }
}

/// A node above the leaf nodes, whose children are known and perhaps not hashed.
struct UnfinishedInner: Sendable {
    /// Those that were written in the same update get their hashes before the node is finished.
    var children: ChildEntries
    /// The node that most of the children come from.
    let source: TreeNode?
    /// Where each child stands in ``source``, or `NodePatch.isNew`.
    let items: [UInt16]
    /// The node that it is written over; nil when it is written whole.
    let base: UInt64?

    /// The children that come from ``source``, if its hashes are known.
    var runs: [NodeHashes.Run] {
        guard let hashes = source?.knownHashes else { return [] }
        var runs: [NodeHashes.Run] = []
        for (index, item) in items.enumerated() where item != NodePatch.isNew {
            if let last = runs.last, last.items.upperBound == index, last.first + last.items.count == Int(item) {
                runs[runs.count - 1].items = last.items.lowerBound..<(index + 1)
            } else {
                runs.append(NodeHashes.Run(hashes: hashes, first: Int(item), items: index..<(index + 1)))
            }
        }
        return runs
    }
}

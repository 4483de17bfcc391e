/// A tree proof that has been read, but not yet compared with any root.
///
/// Reading recomputes the root hash and the number of leaves of the pruned tree. What it shows is worth nothing before
/// `verified(root:count:)`, which turns it into a `ProvenTree`.
public struct TreeProof: Sendable {
    /// How deep a proof may nest. Each level of nodes adds at most 9 (512 children), and a tree of 2^64 entries has
    /// fewer than 20 levels.
    static let maximumDepth = 256

    /// The root hash that follows from what the proof holds.
    public let root: Digest
    /// The number of leaves below that root.
    public let count: UInt64
    private let shown: ShownTree

    /// Reads a proof.
    ///
    /// - Throws: `TreeProofError.malformed` for any bytes that are not a proof in its one encoding;
    ///   `.unorderedLeaves` when what is shown of two leaves contradicts their order.
    /// - Complexity: O(n) hashes in the number of items, memory O(n) in the length of `bytes`.
    public init(_ bytes: [UInt8]) throws(TreeProofError) {
        var reader = TreeProofReader(bytes)
        var shown = ShownTree(bytes)
        var builder = RootBuilder()
        // The leaf that shows the greatest bytes so far: what follows must be able to stand above it, also behind
        // leaves that show too little to be compared.
        var greatest: (index: Int, leaf: ShownItem)?
        var rank: UInt64 = 0
        while !reader.isAtEnd {
            let start = reader.offset
            guard builder.isOpen else { throw .malformed(offset: start, expected: "the end of the proof") }
            let (openedNodes, leafCount, item, digest) = try reader.next(&shown.keys)
            guard builder.open(openedNodes) else {
                throw .malformed(offset: start, expected: "at most \(TreeProof.maximumDepth) nested nodes")
            }
            var hash = digest
            if let disclosure = item.disclosure {
                let index = shown.items.count
                if let last = greatest {
                    let shared = ByteOrder.commonPrefix(shown.key(last.leaf), shown.key(item))
                    guard shown.mayPrecede(last.leaf, item, shared) else { throw .unorderedLeaves(rank: rank) }
                    // Both share `shared` bytes, and the last is not greater behind them: see `mayPrecede`.
                    if last.leaf.key.count <= item.key.count || shared < item.key.count { greatest = (index, item) }
                } else {
                    greatest = (index, item)
                }
                shown.leaves.append(index)
                shown.greatest.append(greatest?.index ?? index)
                hash = shown.hash(item, disclosure, digest)
            }
            guard builder.close(leafCount, hash) else {
                throw .malformed(offset: start, expected: "fewer than 2^64 leaves in all")
            }
            shown.items.append(item)
            shown.ranks.append(rank)
            let (sum, overflow) = rank.addingReportingOverflow(leafCount)
            guard !overflow else { throw .malformed(offset: start, expected: "fewer than 2^64 leaves in all") }
            rank = sum
        }
        guard shown.items.isEmpty || !builder.isOpen else {
            throw .malformed(offset: reader.offset, expected: "the rest of the tree")
        }
        shown.ranks.append(rank)
        root = builder.root ?? TreeHash.empty
        count = rank
        self.shown = shown
    }

    /// What the proof shows, once its root and count are those of a tree that is trusted.
    ///
    /// - Throws: `TreeProofError.wrongRoot` or `.wrongCount`.
    public func verified(root expectedRoot: Digest, count expectedCount: UInt64) throws(TreeProofError) -> ProvenTree {
        guard root == expectedRoot else { throw .wrongRoot(expected: expectedRoot, found: root) }
        guard count == expectedCount else { throw .wrongCount(expected: expectedCount, found: count) }
        return ProvenTree(shown)
    }
}

extension ShownTree {
    /// Whether what is shown of two leaves allows the first to stand before the second.
    ///
    /// - Parameter shared: how many leading bytes of what is shown both have.
    fileprivate func mayPrecede(_ first: ShownItem, _ second: ShownItem, _ shared: Int) -> Bool {
        let (left, right) = (first.key, second.key)
        if shared < left.count && shared < right.count {
            return keys[left.lowerBound + shared] < keys[right.lowerBound + shared]
        }
        // One is a prefix of the other. Of a leaf shown in part more bytes may follow, which leaves it open.
        if shared == left.count && first.disclosure == .full {
            return shared < right.count || second.disclosure != .full
        }
        if shared == right.count && second.disclosure == .full { return false }
        return true
    }

    /// The hash of a leaf.
    ///
    /// - Parameter digest: what stands in the proof for the rest of it.
    fileprivate func hash(_ leaf: ShownItem, _ disclosure: LeafDisclosure, _ digest: Digest) -> Digest {
        var blind = digest
        let keys = keys.span
        if disclosure == .full { blind = TreeHash.ownerBlind(keys.extracting(leaf.owner), blind) }
        if disclosure >= .order { blind = TreeHash.keyBlind(keys.extracting(leaf.order), blind) }
        return TreeHash.leaf(keys.extracting(leaf.realm), blind)
    }
}

/// Computes the root of a binary tree from its preorder.
private struct RootBuilder {
    /// An inner node whose right subtree is still to come, or both are: then no leaves are left of it.
    private struct Open {
        var leftCount: UInt64 = 0
        var left = Digest(words: 0, 0, 0, 0)
    }

    private var openNodes: [Open] = []
    private(set) var root: Digest?

    init() {
        // No path through a tree of a billion entries is longer.
        openNodes.reserveCapacity(48)
    }

    /// Whether more items must or may follow.
    var isOpen: Bool { root == nil }

    /// Opens inner nodes; false when that nests too deep.
    mutating func open(_ count: UInt64) -> Bool {
        guard count <= UInt64(TreeProof.maximumDepth - openNodes.count) else { return false }
        for _ in 0..<count { openNodes.append(Open()) }
        return true
    }

    /// Takes a finished subtree of one leaf or more, and closes all nodes that end with it; false when their leaves
    /// exceed 64 bits.
    mutating func close(_ count: UInt64, _ hash: Digest) -> Bool {
        var count = count
        var hash = hash
        while !openNodes.isEmpty {
            let last = openNodes.count - 1
            guard openNodes[last].leftCount > 0 else {
                openNodes[last] = Open(leftCount: count, left: hash)
                return true
            }
            let left = openNodes.removeLast()
            let (sum, overflow) = left.leftCount.addingReportingOverflow(count)
            guard !overflow else { return false }
            hash = TreeHash.inner(left.leftCount, left.left, count, hash)
            count = sum
        }
        root = hash
        return true
    }
}

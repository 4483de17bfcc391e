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
    let items: [ProofItem]
    /// For each item, how many leaves stand before it; and behind the last, how many there are in all.
    let ranks: [UInt64]

    /// Reads a proof.
    ///
    /// - Throws: `TreeProofError.malformed` for any bytes that are not a proof in its one encoding;
    ///   `.unorderedLeaves` when what is shown of two leaves contradicts their order.
    /// - Complexity: O(n) hashes in the number of items, memory O(n) in the length of `bytes`.
    public init(_ bytes: [UInt8]) throws(TreeProofError) {
        var reader = TreeProofReader(bytes)
        var items: [ProofItem] = []
        var ranks: [UInt64] = []
        var builder = RootBuilder()
        // The leaf that shows the greatest bytes so far: what follows must be able to stand above it, also behind
        // leaves that show too little to be compared.
        var greatest: ShownLeaf?
        var rank: UInt64 = 0
        while !reader.isAtEnd {
            let start = reader.offset
            guard builder.isOpen else { throw .malformed(offset: start, expected: "the end of the proof") }
            let (openedNodes, item) = try reader.next()
            guard builder.open(openedNodes) else {
                throw .malformed(offset: start, expected: "at most \(TreeProof.maximumDepth) nested nodes")
            }
            let itemCount: UInt64
            switch item {
            case .pruned(let count, let hash):
                itemCount = count
                guard builder.close(count, hash) else {
                    throw .malformed(offset: start, expected: "fewer than 2^64 leaves in all")
                }
            case .leaf(let leaf):
                itemCount = 1
                if let last = greatest {
                    let shared = ByteOrder.commonPrefix(last.key.bytes.span, leaf.key.bytes.span)
                    guard TreeProof.mayPrecede(last, leaf, shared) else { throw .unorderedLeaves(rank: rank) }
                    // Both share `shared` bytes, and the last is not greater behind them: see `mayPrecede`.
                    if last.key.bytes.count <= leaf.key.bytes.count || shared < leaf.key.bytes.count {
                        greatest = leaf
                    }
                } else {
                    greatest = leaf
                }
                guard builder.close(1, builder.hash(leaf)) else {
                    throw .malformed(offset: start, expected: "fewer than 2^64 leaves in all")
                }
            }
            items.append(item)
            ranks.append(rank)
            let (sum, overflow) = rank.addingReportingOverflow(itemCount)
            guard !overflow else { throw .malformed(offset: start, expected: "fewer than 2^64 leaves in all") }
            rank = sum
        }
        guard items.isEmpty || !builder.isOpen else {
            throw .malformed(offset: reader.offset, expected: "the rest of the tree")
        }
        ranks.append(rank)
        root = builder.root ?? TreeHash.empty
        count = rank
        self.items = items
        self.ranks = ranks
    }

    /// What the proof shows, once its root and count are those of a tree that is trusted.
    ///
    /// - Throws: `TreeProofError.wrongRoot` or `.wrongCount`.
    public func verified(root expectedRoot: Digest, count expectedCount: UInt64) throws(TreeProofError) -> ProvenTree {
        guard root == expectedRoot else { throw .wrongRoot(expected: expectedRoot, found: root) }
        guard count == expectedCount else { throw .wrongCount(expected: expectedCount, found: count) }
        return ProvenTree(items: items, ranks: ranks)
    }

    /// Whether what is shown of two leaves allows the first to stand before the second.
    ///
    /// - Parameter shared: how many leading bytes of what is shown both have.
    private static func mayPrecede(_ first: ShownLeaf, _ second: ShownLeaf, _ shared: Int) -> Bool {
        let left = first.key.bytes
        let right = second.key.bytes
        if shared < left.count && shared < right.count { return left[shared] < right[shared] }
        // One is a prefix of the other. Of a leaf shown in part more bytes may follow, which leaves it open.
        if shared == left.count && first.disclosure == .full {
            return shared < right.count || second.disclosure != .full
        }
        if shared == right.count && second.disclosure == .full { return false }
        return true
    }
}

/// Computes the root of a binary tree from its preorder.
private struct RootBuilder {
    private struct Open {
        var left: (count: UInt64, hash: Digest)?
    }

    private var openNodes: [Open] = []
    private(set) var root: Digest?

    /// Whether more items must or may follow.
    var isOpen: Bool { root == nil }

    /// Opens inner nodes; false when that nests too deep.
    mutating func open(_ count: UInt64) -> Bool {
        guard count <= UInt64(TreeProof.maximumDepth - openNodes.count) else { return false }
        for _ in 0..<count { openNodes.append(Open()) }
        return true
    }

    /// Takes a finished subtree and closes all nodes that end with it; false when their leaves exceed 64 bits.
    mutating func close(_ count: UInt64, _ hash: Digest) -> Bool {
        var count = count
        var hash = hash
        while let top = openNodes.popLast() {
            guard let left = top.left else {
                openNodes.append(Open(left: (count, hash)))
                return true
            }
            let (sum, overflow) = left.count.addingReportingOverflow(count)
            guard !overflow else { return false }
            hash = TreeHash.inner(left.count, left.hash, count, hash)
            count = sum
        }
        root = hash
        return true
    }

    mutating func hash(_ leaf: ShownLeaf) -> Digest {
        let key = leaf.key
        var blind = leaf.digest
        if leaf.disclosure == .full {
            blind = TreeHash.ownerBlind(key.bytes.span.extracting(key.owner), blind)
        }
        if leaf.disclosure >= .order {
            blind = TreeHash.keyBlind(key.bytes.span.extracting(key.order), blind)
        }
        return TreeHash.leaf(key.bytes.span.extracting(key.realm), blind)
    }
}

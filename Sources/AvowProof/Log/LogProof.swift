/// The hashes and proofs of an append-only log: the Merkle tree of RFC 6962, section 2.1, with SHA-256.
///
/// Verifying needs the hashes of a proof alone; ``MerkleLog`` makes proofs from stored hashes.
public enum LogProof {
    /// The root of the log without leaves: SHA-256 of nothing.
    public static let emptyRoot: Digest = {
        let nothing: [UInt8] = []
        return Digest(sha256: nothing.span)
    }()

    /// The hash of a leaf whose content is `bytes`.
    public static func leafHash(_ bytes: [UInt8]) -> Digest {
        Digest(.logLeaf, bytes)
    }

    /// The hash of an inner node over its two children.
    public static func innerHash(_ left: Digest, _ right: Digest) -> Digest {
        var state = HashState(.logInner)
        state.update(left)
        state.update(right)
        return state.finish()
    }

    /// The root over leaves whose hashes are all at hand (RFC 6962, section 2.1).
    ///
    /// - Complexity: O(*n*) hashes.
    public static func root(_ leafHashes: [Digest]) -> Digest {
        root(leafHashes[...])
    }

    private static func root(_ leafHashes: ArraySlice<Digest>) -> Digest {
        guard let first = leafHashes.first else { return emptyRoot }
        guard leafHashes.count > 1 else { return first }
        let left = Int(largestPowerOfTwo(below: UInt64(leafHashes.count)))
        return innerHash(root(leafHashes.prefix(left)), root(leafHashes.dropFirst(left)))
    }

    /// Checks that a leaf stands in a log.
    ///
    /// - Parameters:
    ///   - leafHash: the leaf's hash, which the verifier computes from the leaf itself.
    ///   - index: which leaf, from zero.
    ///   - size: how many leaves the log has.
    ///   - path: the sibling hashes from the leaf up (RFC 6962, section 2.1.1).
    ///   - root: the log's root at `size`.
    /// - Complexity: O(log `size`) hashes.
    public static func verifyInclusion(
        leafHash: Digest, index: UInt64, size: UInt64, path: [Digest], root: Digest
    ) throws(LogProofError) {
        guard index < size else { throw .indexOutsideLog(index: index, size: size) }
        let climb = Climb(from: index, size: size)
        guard path.count == climb.count else {
            throw .wrongPathLength(expected: climb.count, found: path.count)
        }
        var hash = leafHash
        for (level, sibling) in path.enumerated() {
            hash =
                climb.isRightChild(at: level, of: index)
                ? innerHash(sibling, hash) : innerHash(hash, sibling)
        }
        guard hash == root else { throw .rootMismatch(expected: root, computed: hash) }
    }

    /// Checks that a log at `newSize` continues the one at `oldSize`: that nothing of it was changed or removed.
    ///
    /// The empty log is the beginning of every log, and its proof is empty.
    ///
    /// - Parameters:
    ///   - oldSize: how many leaves the older log has.
    ///   - oldRoot: the older log's root.
    ///   - newSize: how many leaves the newer log has.
    ///   - newRoot: the newer log's root.
    ///   - path: the hashes of the proof (RFC 6962, section 2.1.2).
    /// - Complexity: O(log `newSize`) hashes.
    public static func verifyConsistency(
        oldSize: UInt64, oldRoot: Digest, newSize: UInt64, newRoot: Digest, path: [Digest]
    ) throws(LogProofError) {
        guard oldSize <= newSize else { throw .sizesOutOfOrder(old: oldSize, new: newSize) }
        guard oldSize > 0, oldSize < newSize else {
            guard path.isEmpty else { throw .wrongPathLength(expected: 0, found: path.count) }
            if oldSize == 0, oldRoot != emptyRoot {
                throw .oldRootMismatch(expected: oldRoot, computed: emptyRoot)
            }
            if oldSize == newSize, oldRoot != newRoot {
                throw .rootMismatch(expected: newRoot, computed: oldRoot)
            }
            return
        }
        // The proof climbs from the largest complete subtree at the right edge of the older log. When that subtree is
        // the whole older log, its hash is the older root and is not repeated in the path.
        let level = oldSize.trailingZeroBitCount
        let last = (oldSize - 1) >> UInt64(level)
        let climb = Climb(from: last, size: ((newSize - 1) >> UInt64(level)) + 1)
        let isWhole = oldSize & (oldSize - 1) == 0
        let expected = climb.count + (isWhole ? 0 : 1)
        guard path.count == expected else { throw .wrongPathLength(expected: expected, found: path.count) }
        var oldHash = isWhole ? oldRoot : path[0]
        var newHash = oldHash
        for (level, sibling) in path.dropFirst(isWhole ? 0 : 1).enumerated() {
            if climb.isRightChild(at: level, of: last) {
                // Siblings to the left were in the older log too; those to the right came later.
                oldHash = innerHash(sibling, oldHash)
                newHash = innerHash(sibling, newHash)
            } else {
                newHash = innerHash(newHash, sibling)
            }
        }
        guard oldHash == oldRoot else { throw .oldRootMismatch(expected: oldRoot, computed: oldHash) }
        guard newHash == newRoot else { throw .rootMismatch(expected: newRoot, computed: newHash) }
    }

    /// The largest power of two that is smaller than `count`, where RFC 6962 splits a tree of `count` leaves.
    ///
    /// - Precondition: `count` is at least 2.
    static func largestPowerOfTwo(below count: UInt64) -> UInt64 {
        1 << UInt64(UInt64.bitWidth - 1 - (count - 1).leadingZeroBitCount)
    }
}

/// The way from a leaf to the root of a tree that need not be full.
private struct Climb {
    /// Levels below the one where the way meets the tree's right edge: there each bit of the index is one step.
    private let belowEdge: Int
    /// Steps along the right edge, where levels without a sibling are skipped and each sibling is to the left.
    private let alongEdge: Int

    /// How many siblings the way passes.
    var count: Int { belowEdge + alongEdge }

    init(from index: UInt64, size: UInt64) {
        let differing = index ^ (size - 1)
        belowEdge = UInt64.bitWidth - differing.leadingZeroBitCount
        // A shift by the whole width gives zero, which is right: nothing is left of the index.
        alongEdge = (index >> UInt64(belowEdge)).nonzeroBitCount
    }

    /// Whether the node reached after `step` siblings is the right child of its parent.
    func isRightChild(at step: Int, of index: UInt64) -> Bool {
        step >= belowEdge || index >> UInt64(step) & 1 == 1
    }
}

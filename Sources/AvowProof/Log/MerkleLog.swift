/// Where the hash of a complete subtree of the log stands in storage.
///
/// Level 0 are the leaves; the node `index` of level `level` covers the 2^`level` leaves from `index` · 2^`level`.
/// Only complete subtrees are stored, because only their hashes never change.
public struct LogNode: Hashable, Sendable {
    /// The height above the leaves.
    public let level: Int
    /// The number of the node within its level, from zero.
    public let index: UInt64

    /// The node `index` of `level`.
    public init(level: Int, index: UInt64) {
        self.level = level
        self.index = index
    }

    /// The node's number in the order in which nodes become complete, from zero, so that storage is only appended to.
    ///
    /// - Precondition: the last leaf below the node is smaller than ``MerkleLog/maximumSize``.
    public var position: UInt64 {
        let lastLeaf = ((index + 1) << UInt64(level)) - 1
        return MerkleLog.storedCount(size: lastLeaf) + UInt64(level)
    }
}

/// Makes roots and proofs of a log (RFC 6962, section 2.1) from the stored hashes of its complete subtrees.
///
/// The functions read hashes through a closure that is given level and index (see ``LogNode``) and may fail in its own
/// way. They ask only for nodes that are complete at the given size.
public enum MerkleLog {
    /// Reads the stored hash of the node `index` of `level`.
    public typealias HashReader<Failure: Error> = (_ level: Int, _ index: UInt64) throws(Failure) -> Digest

    /// The most leaves that storage positions can number: 2^62.
    public static let maximumSize: UInt64 = 1 << 62

    /// How many hashes are stored for a log of `size` leaves: one for each complete subtree.
    ///
    /// - Precondition: `size` is at most ``maximumSize``.
    public static func storedCount(size: UInt64) -> UInt64 {
        2 * size - UInt64(size.nonzeroBitCount)
    }

    /// The hashes that appending a leaf adds to storage, in storage order: the leaf's own, then those of the subtrees
    /// that it completes.
    ///
    /// - Parameters:
    ///   - leafHash: the new leaf's hash.
    ///   - size: how many leaves the log has without it, so that the leaf becomes number `size`.
    ///   - stored: reads hashes stored before.
    /// - Returns: hashes for the positions from `storedCount(size: size)` on.
    /// - Complexity: O(log `size`) hashes and reads.
    public static func appending<Failure: Error>(
        leafHash: Digest, size: UInt64, stored: HashReader<Failure>
    ) throws(Failure) -> [Digest] {
        var added = [leafHash]
        var hash = leafHash
        var index = size
        var level = 0
        while index & 1 == 1 {
            hash = LogProof.innerHash(try stored(level, index - 1), hash)
            added.append(hash)
            index >>= 1
            level += 1
        }
        return added
    }

    /// The root of the log at `size` leaves.
    ///
    /// - Complexity: O(log `size`) hashes and reads.
    public static func root<Failure: Error>(
        size: UInt64, stored: HashReader<Failure>
    ) throws(Failure) -> Digest {
        size == 0 ? LogProof.emptyRoot : try subtree(start: 0, count: size, stored: stored)
    }

    /// The proof that leaf `index` stands in the log at `size` leaves: sibling hashes from the leaf up.
    ///
    /// - Returns: the path for ``LogProof/verifyInclusion(leafHash:index:size:path:root:)``; nil when the log has no
    ///   such leaf.
    /// - Complexity: O(log `size`) hashes in the path, O(log `size`) reads.
    public static func inclusionPath<Failure: Error>(
        index: UInt64, size: UInt64, stored: HashReader<Failure>
    ) throws(Failure) -> [Digest]? {
        guard index < size else { return nil }
        var path: [Digest] = []
        var start: UInt64 = 0
        var count = size
        while count > 1 {
            let left = LogProof.largestPowerOfTwo(below: count)
            if index - start < left {
                path.append(try subtree(start: start + left, count: count - left, stored: stored))
                count = left
            } else {
                path.append(try subtree(start: start, count: left, stored: stored))
                start += left
                count -= left
            }
        }
        path.reverse()
        return path
    }

    /// The proof that the log at `newSize` leaves continues the one at `oldSize`.
    ///
    /// - Returns: the path for ``LogProof/verifyConsistency(oldSize:oldRoot:newSize:newRoot:path:)``, empty when the
    ///   sizes are equal or the older log is empty; nil when the older log is the larger one.
    /// - Complexity: O(log `newSize`) hashes in the path, O(log `newSize`) reads.
    public static func consistencyPath<Failure: Error>(
        from oldSize: UInt64, to newSize: UInt64, stored: HashReader<Failure>
    ) throws(Failure) -> [Digest]? {
        guard oldSize <= newSize else { return nil }
        guard oldSize > 0 else { return [] }
        var path: [Digest] = []
        var start: UInt64 = 0
        var count = newSize
        while start + count != oldSize {
            let left = LogProof.largestPowerOfTwo(below: count)
            if oldSize - start <= left {
                path.append(try subtree(start: start + left, count: count - left, stored: stored))
                count = left
            } else {
                path.append(try subtree(start: start, count: left, stored: stored))
                start += left
                count -= left
            }
        }
        // The subtree that ends both ways is the older root itself when it begins at zero: the verifier has that.
        if start > 0 {
            path.append(try subtree(start: start, count: count, stored: stored))
        }
        path.reverse()
        return path
    }

    /// The hash over `count` leaves from `start`, which lies where RFC 6962 splits, so that the parts are stored nodes.
    private static func subtree<Failure: Error>(
        start: UInt64, count: UInt64, stored: HashReader<Failure>
    ) throws(Failure) -> Digest {
        // The complete subtrees from the right edge leftward: each lower bit of the count is one.
        var rest = count
        var hash: Digest?
        while rest != 0 {
            let level = rest.trailingZeroBitCount
            rest &= rest - 1
            let part = try stored(level, (start + rest) >> UInt64(level))
            hash = hash.map { LogProof.innerHash(part, $0) } ?? part
        }
        return hash ?? LogProof.emptyRoot
    }
}

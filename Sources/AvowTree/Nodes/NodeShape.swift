internal import AvowProof
internal import AvowVault

/// Where nodes end, which is a function of the entries alone (Format, "Shape").
///
/// Items are taken from the left, and the node's size grows by about what each takes at rest. From `smallestSize` on, an
/// item ends the node with a chance of one in eight, drawn by the keyed hash of its last key; at `largestSize` it does
/// in any case. So a node fills most of one page of the storage and hardly ever needs a second one, and after a change
/// the cuts fall where they were before within a node or two.
enum NodeShape {
    /// A node below this size goes on.
    static let smallestSize = 2_880
    /// A node that has reached this size ends: another item of common length would still fit on the page.
    static let largestSize = 3_840
    /// No node has more items: an item has at least the weight of its hash or of one byte of a value.
    static let largestItemCount = largestSize / leafOverhead + 1

    /// Whether a node is written as a patch: when that takes at most about a third of what the whole takes. Each further change
    /// is added to the patch, so that a larger one would be written again and again, and a smaller one seldom pay.
    ///
    /// - Parameters:
    ///   - size: that of the node.
    ///   - new: what the items add to it that its base does not have.
    static func isPatch(size: Int, new: Int) -> Bool {
        size >= 3 * (new + 64)
    }

    /// Flags, lengths and a record's id.
    private static let leafOverhead = 8
    /// Lengths, a count, a hash and a node's id.
    private static let childOverhead = 44

    /// What an entry adds to the size of its node.
    ///
    /// - Parameters:
    ///   - suffix: the bytes of its key that the key before it in the node does not begin with.
    ///   - inline: the bytes of its value when that rests in the tree, else 0.
    static func weight(suffix: Int, inline: Int) -> Int {
        leafOverhead + suffix + (inline > 0 ? inline : Digest.byteCount)
    }

    /// What a child adds to the size of its parent.
    static func childWeight(suffix: Int) -> Int {
        childOverhead + suffix
    }

    /// Whether a node of a level ends behind an item.
    ///
    /// - Parameters:
    ///   - size: that of the node with the item.
    ///   - lastKey: the last key below the item.
    static func ends(size: Int, lastKey: Span<UInt8>, level: Int, _ boundary: BoundaryHash) -> Bool {
        if size < smallestSize { return false }
        if size >= largestSize { return true }
        // Each level draws with three bits of its own; a tree of 21 levels cannot exist.
        return (boundary(lastKey) >> UInt64(3 * level)) & 7 == 0
    }
}

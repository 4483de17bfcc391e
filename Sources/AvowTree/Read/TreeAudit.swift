internal import AvowProof
public import AvowVault

/// What a full audit of one version of the tree found wrong.
public struct TreeDamage: Sendable, CustomStringConvertible {
    /// The damaged node.
    public let nodeID: UInt64
    /// What is wrong with it.
    public let reason: String

    /// What went wrong, in a sentence.
    public var description: String { "tree node \(nodeID): \(reason)" }
}

/// Reads every node of a version of the tree, past the cache, and checks all that is promised of it: that each node
/// opens, is what its parent refers to, holds strictly increasing keys, and ends where its shape says.
public struct TreeAudit {
    private let reader: TreeReader
    private let boundary: BoundaryHash
    private var lastKey: [UInt8]?
    private var rank: UInt64 = 0
    /// What was found wrong so far.
    public private(set) var damages: [TreeDamage] = []
    /// The ids of all nodes that were reached, but for those that are not written.
    public private(set) var nodes: Set<UInt64> = []
    /// The ids of the nodes that some of these are written over.
    public private(set) var bases: Set<UInt64> = []

    private let skipped: Set<UInt64>

    /// An audit of the version that `reader` reads.
    ///
    /// - Parameter skipped: nodes that an audit of another version has found sound. They, and what stands below them,
    ///   are not read again.
    public init(_ reader: TreeReader, boundary: BoundaryHash, skipping skipped: Set<UInt64> = []) {
        self.reader = reader
        self.boundary = boundary
        self.skipped = skipped
    }

    /// Walks the whole tree.
    ///
    /// - Parameter visit: called with each entry that could be read, in the order of the keys.
    /// - Throws: only what the storage itself throws; damage is collected.
    public mutating func run(_ visit: (StoredEntry) -> Void) throws(TreeError) {
        guard let root = reader.root.reference else {
            if reader.root.hash != TreeHash.empty {
                damages.append(TreeDamage(nodeID: 0, reason: "an empty tree has another hash"))
            }
            return
        }
        try audit(root, isLast: true, visit)
        if damages.isEmpty, rank != reader.root.count {
            damages.append(TreeDamage(nodeID: root.id, reason: "\(rank) entries, expected \(reader.root.count)"))
        }
    }

    private mutating func audit(
        _ reference: NodeReference, isLast: Bool, _ visit: (StoredEntry) -> Void
    ) throws(TreeError) {
        guard !skipped.contains(reference.id) else {
            rank += reference.count
            return
        }
        let node: TreeNode
        do {
            node = try reader.readNode(reference)
            _ = try node.hashes()
            try node.checkGroups()
        } catch .storage(let error) {
            throw .storage(error)
        } catch {
            damages.append(TreeDamage(nodeID: reference.id, reason: "\(error)"))
            rank += reference.count
            return
        }
        // What rests in memory has an id of this version only.
        if reader.root.unwritten?.covers(node.id) != true { nodes.insert(node.id) }
        if let patch = node.patch { bases.insert(patch.baseID) }
        var size = 0
        switch node.content {
        case .leaf(let entries):
            for index in 0..<entries.count {
                size += entries.weight(index)
                let entry = entries.entry(index, rank: rank)
                rank += 1
                if let lastKey, ByteOrder.compare(lastKey.span, entry.keyBytes.span) >= 0 {
                    damage(node, "entry \(index) does not stand above the entry before it")
                }
                lastKey = entry.keyBytes
                checkEnd(node, item: index, of: entries.count, size, entry.keyBytes.span, isLast: isLast)
                visit(entry)
            }
        case .inner(let children):
            for index in 0..<children.count {
                size += NodeShape.childWeight(
                    suffix: children.keyRange(index).count - children.sharedByteCount(index))
                let isLastChild = index == children.count - 1
                try audit(
                    children.reference(index, level: node.level - 1), isLast: isLast && isLastChild, visit)
                if skipped.contains(children.identifiers[index]) {
                    lastKey = nil
                } else if let lastKey, ByteOrder.compare(lastKey.span, children.lastKey(index)) != 0, damages.isEmpty {
                    damage(node, "child \(index) ends with another key than its parent says")
                }
                checkEnd(node, item: index, of: children.count, size, children.lastKey(index), isLast: isLast)
            }
        }
    }

    /// Checks that a node ends with an item exactly when its shape says so.
    private mutating func checkEnd(
        _ node: TreeNode, item index: Int, of count: Int, _ size: Int, _ lastKey: Span<UInt8>, isLast: Bool
    ) {
        let ends = NodeShape.ends(size: size, lastKey: lastKey, level: Int(node.level), boundary)
        let isLastItem = index == count - 1
        if ends != isLastItem && !(isLastItem && isLast) {
            damage(node, "item \(index) of \(count) \(ends ? "should end" : "should not end") its node")
        }
    }

    private mutating func damage(_ node: TreeNode, _ reason: String) {
        damages.append(TreeDamage(nodeID: node.id, reason: reason))
    }
}

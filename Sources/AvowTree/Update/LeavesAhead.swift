internal import AvowProof
internal import AvowStorage
internal import AvowVault

/// Opens the leaf nodes that an update is about to change, on all cores, a few ahead of the pass.
///
/// A large tree does not fit the cache, and to open and decode a node takes longer than to merge the changes into it. The
/// sealed bytes are read by the thread of the update, since the transaction is its own.
struct LeavesAhead {
    /// How many nodes are opened ahead.
    private static let most = 16

    private let sealer: NodeSealer
    private let work = OrderedWork<Result<TreeNode?, TreeError>>()
    /// The nodes that were asked for and not taken, by their order: nil for those that are being opened.
    private var asked: [(reference: NodeReference, node: TreeNode?)] = []

    init(_ sealer: NodeSealer) {
        self.sealer = sealer
    }

    var hasRoom: Bool { asked.count < LeavesAhead.most }

    /// Asks for a node.
    mutating func ask(for reference: NodeReference, _ reader: TreeReader) throws(TreeError) {
        let sealed = try reader.cachedOrSealed(reference)
        if case .cached(let node) = sealed { return asked.append((reference, node)) }
        asked.append((reference, nil))
        work.submit { [sealer] in
            Result { () throws(TreeError) in try sealed.node(reference, sealer) }
        }
    }

    /// The node that was asked for first, when it is this one and not a large patch.
    mutating func take(_ reference: NodeReference) throws(TreeError) -> TreeNode? {
        guard asked.first?.reference == reference else { return nil }
        let first = asked.removeFirst()
        if let node = first.node { return node }
        return try work.next()?.get()
    }
}

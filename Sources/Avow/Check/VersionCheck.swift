internal import AvowProof
internal import AvowStorage
internal import AvowTree

/// The check of a tree's nodes: those of its newest version, and of the older ones that can still be read.
enum VersionCheck {
    /// - Parameters:
    ///   - keepsChanges: whether there is a table of changes.
    ///   - body: is called with each entry of the newest version.
    static func check(
        _ tree: CommittedTree, _ keys: TreeKeys, _ cache: NodeCache, keepsChanges: Bool,
        _ body: (StoredEntry) -> Void
    ) throws(StoreError) -> CheckReport {
        var report = CheckReport()
        var audit = TreeAudit(tree.reader, boundary: keys.boundary)
        try mapping(StoreError.tree) { () throws(TreeError) in try audit.run(body) }
        for damage in audit.damages { report.add("tree node \(damage.nodeID)", damage.reason) }
        try checkOlder(tree, keys, cache, newest: audit, keepsChanges: keepsChanges, &report)
        return report
    }

    /// Checks the older versions, and that no node belongs to none.
    private static func checkOlder(
        _ tree: CommittedTree, _ keys: TreeKeys, _ cache: NodeCache, newest: TreeAudit, keepsChanges: Bool,
        _ report: inout CheckReport
    ) throws(StoreError) {
        var sequences: [UInt64] = []
        try mapping(StoreError.storage) { () throws(StorageError) in
            try tree.storage.forEachBlob(in: .versions, from: 0) { id, _ in
                sequences.append(id)
                return true
            }
        }
        var reached = newest.nodes
        var bases = newest.bases
        var needed: Set<UInt64> = []
        if let base = tree.state.base {
            needed.formUnion((base.sequence + 1)...tree.commit.sequence)
            try check(base.root, of: base.sequence, tree, keys, cache, &reached, &bases, &report)
        }
        for sequence in sequences where sequence != tree.commit.sequence {
            do throws(StoreError) {
                try check(version: sequence, tree, keys, cache, &reached, &bases, &needed, &report)
            } catch {
                try report.take(error)
            }
        }
        report.nodes = reached.union(bases).count
        var stray: [UInt64] = []
        try mapping(StoreError.storage) { () throws(StorageError) in
            try tree.storage.forEachBlob(in: .nodes, from: 0) { id, _ in
                if !reached.contains(id), !bases.contains(id) { stray.append(id) }
                return true
            }
        }
        for id in stray { report.add("tree node \(id)", "it belongs to no version") }
        guard keepsChanges else { return }
        stray = []
        try mapping(StoreError.storage) { () throws(StorageError) in
            try tree.storage.forEachBlob(in: .changes, from: 0) { id, _ in
                if !needed.contains(id) { stray.append(id) }
                return true
            }
        }
        for id in stray { report.add("changes \(id)", "no version needs them") }
    }

    private static func check(
        version sequence: UInt64, _ tree: CommittedTree, _ keys: TreeKeys, _ cache: NodeCache,
        _ reached: inout Set<UInt64>, _ bases: inout Set<UInt64>, _ needed: inout Set<UInt64>,
        _ report: inout CheckReport
    ) throws(StoreError) {
        let state = try StoreState.read(sequence, tree.storage, keys.state)
        let commit = try tree.log.commit(sequence)
        if state.root.hash != commit.stateRoot || state.root.count != commit.entryCount {
            report.add("version \(sequence)", "it is not the one that its commit names")
        }
        if let base = state.base {
            needed.formUnion((base.sequence + 1)...sequence)
            try check(base.root, of: base.sequence, tree, keys, cache, &reached, &bases, &report)
        }
        let root = try state.readable(tree.storage, keys, cache).root
        try check(root, of: sequence, tree, keys, cache, &reached, &bases, &report)
    }

    /// Checks the nodes of a version that no other one was found to have.
    private static func check(
        _ root: TreeRoot, of sequence: UInt64, _ tree: CommittedTree, _ keys: TreeKeys, _ cache: NodeCache,
        _ reached: inout Set<UInt64>, _ bases: inout Set<UInt64>, _ report: inout CheckReport
    ) throws(StoreError) {
        let reader = TreeReader(root: root, snapshot: tree.storage, sealer: keys.nodes, cache: cache)
        var audit = TreeAudit(reader, boundary: keys.boundary, skipping: reached)
        try mapping(StoreError.tree) { () throws(TreeError) in try audit.run { _ in } }
        for damage in audit.damages { report.add("tree node \(damage.nodeID) of version \(sequence)", damage.reason) }
        reached.formUnion(audit.nodes)
        bases.formUnion(audit.bases)
    }
}

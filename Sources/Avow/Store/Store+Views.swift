internal import AvowFHIR
internal import AvowProof
public import AvowQuery
internal import AvowTree

extension Snapshot {
    /// The views of the store, by their names.
    ///
    /// - Complexity: O(v log n) for v views.
    public func views() throws(StoreError) -> [StoredView] {
        var views: [StoredView] = []
        for entry in try PlacedEntry.all(in: .space(.configuration), reader) {
            guard let name = StoredView.name(of: entry.key) else { continue }
            do {
                views.append(try StoredView(name, json: try SaltedValue(entry.inline).content))
            } catch {
                throw .damaged(part: "view \(name)", reason: "\(error)")
            }
        }
        return views
    }
}

extension Store {
    /// The views of the store at the newest commit; see `Snapshot.views()`.
    public func views() throws(StoreError) -> [StoredView] { try snapshot().views() }

    /// Enters a view into the store, so that queries can select from it. It takes the place of one of the same name.
    ///
    /// Nothing is laid out beforehand: each query lays out the records that it reads and that whoever asks may see.
    ///
    /// - Parameters:
    ///   - json: a ViewDefinition of SQL on FHIR v2.
    ///   - name: the name that queries call it by; the definition's own unless given.
    /// - Returns: the view.
    /// - Throws: `StoreError.view` when it is none, or has no name that a view can have.
    /// - Complexity: O(log n).
    @discardableResult
    public func loadView(_ json: [UInt8], named name: String? = nil) throws(StoreError) -> StoredView {
        let view = try mapping(StoreError.view) { () throws(ViewLoadError) in try StoredView(name, json: json) }
        try change(
            TreeMutation(StoredView.key(view.name), .inline(Salt.salted(view.json), blob: 0)),
            "view \(view.name): loaded")
        return view
    }

    /// Removes a view.
    ///
    /// - Throws: `StoreError.view` when there is none of this name.
    public func dropView(_ name: String) throws(StoreError) {
        let names = try views().map(\.name)
        guard names.contains(name) else {
            throw .view(.unknown(name, suggestion: NearestName.of(name, among: names)))
        }
        try change(TreeMutation(StoredView.key(name), .remove), "view \(name): removed")
    }

    /// Changes one setting, in a commit of its own.
    private func change(_ mutation: TreeMutation, _ reason: String) throws(StoreError) {
        try write { (transaction) throws(StoreError) in
            let state = try Snapshot(transaction, keys, opened, cache).state
            let batch = try mapping(StoreError.tree) { () throws(TreeError) in
                try TreeBatch([TreeChanges([mutation])])
            }
            try committer.commit(
                batch, after: state, nextRecordID: state.nextRecordID, reason: reason, in: transaction)
        }
    }
}

public import AvowFHIR
public import AvowQuery

extension Store {
    /// The indexes of the store at the newest commit; see `Snapshot.indexes(measuring:)`.
    public func indexes(measuring: Bool = false) throws(StoreError) -> [StoredIndex] {
        try snapshot().indexes(measuring: measuring)
    }

    /// Makes an index over all records of a type, those that are there and those to come.
    ///
    /// The records that are there are indexed in batches, each a commit of its own under the lock of the one writer.
    /// Between the batches others may write: from the first batch on, imports write to the index, too. Readers go on
    /// meanwhile, and queries read the index when it holds everything, not before.
    ///
    /// When the call is interrupted, the index stays unfinished and no query reads it. The same call again, or
    /// ``resumeIndexes(progress:)``, goes on behind the last batch that was committed.
    ///
    /// - Parameters:
    ///   - name: what people call it by: a letter, then up to 63 letters, digits, `-`, `_` or `.`.
    ///   - type: the type of the records.
    ///   - columns: what the index is sorted by, at most `IndexDefinition.mostColumns`.
    ///   - progress: called after each batch.
    /// - Returns: the index, complete.
    /// - Throws: `StoreError.index` when the columns cannot be indexed, or the name or the columns are taken.
    /// - Complexity: O(n log n) in the records of the type, which are opened each.
    @discardableResult
    public func createIndex(
        _ name: String, on type: ResourceType, columns: [IndexColumn],
        progress: (IndexProgress) -> Void = { _ in }
    ) throws(StoreError) -> IndexDefinition {
        let id = try IndexWork(self).define(name, type, columns)
        return try IndexWork(self).build(id, progress)
    }

    /// Removes an index. From the first commit on no query reads it; its entries go in batches, each a commit of its own.
    ///
    /// When the call is interrupted, the same call again, or ``resumeIndexes(progress:)``, goes on.
    ///
    /// - Throws: `StoreError.index` when there is no index of this name.
    /// - Complexity: O(n log n) in the entries of the index.
    public func dropIndex(_ name: String, progress: (IndexProgress) -> Void = { _ in }) throws(StoreError) {
        let id = try IndexWork(self).hide(name)
        try IndexWork(self).remove(id, name, progress)
    }

    /// Executes a statement that makes or removes an index: `CREATE INDEX …`, `DROP INDEX …`.
    ///
    /// It is ``createIndex(_:on:columns:progress:)`` or ``dropIndex(_:progress:)``. When its task is cancelled it ends
    /// after a batch, and the same statement again goes on.
    ///
    /// - Throws: as these; `.query` for a column that cannot be one, with its place in the statement's text.
    public func execute(
        _ statement: IndexStatement, progress: (IndexProgress) -> Void = { _ in }
    ) throws(StoreError) {
        do throws(QuerySyntaxError) {
            try statement.check()
        } catch {
            throw .query(.syntax(error))
        }
        switch statement.change {
        case .create(let type, _):
            try createIndex(statement.name.value, on: type.value, columns: statement.columns, progress: progress)
        case .drop: try dropIndex(statement.name.value, progress: progress)
        }
    }

    /// Finishes what was interrupted: makes the indexes that are not complete, and removes those that are being removed.
    public func resumeIndexes(progress: (IndexProgress) -> Void = { _ in }) throws(StoreError) {
        for index in try indexes() {
            let definition = index.definition
            switch definition.state {
            case .ready: continue
            case .building: try IndexWork(self).build(definition.id, progress)
            case .dropping: try IndexWork(self).remove(definition.id, definition.name, progress)
            }
        }
    }
}

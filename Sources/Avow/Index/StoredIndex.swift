internal import AvowProof
public import AvowQuery
internal import AvowTree

/// An index of a store, and how much it holds.
public struct StoredIndex: Hashable, Sendable {
    /// What the index holds, and whether it is complete.
    public let definition: IndexDefinition
    /// How many entries it has.
    public let entries: UInt64
    /// What the entries take in the tree's nodes, in bytes, free room in these left out; nil when it was not measured.
    public let bytes: UInt64?
}

/// How far making or removing an index has come.
public struct IndexProgress: Hashable, Sendable {
    /// The name of the index.
    public let index: String
    /// Whether the index is being removed, and not made.
    public let isRemoving: Bool
    /// How many records have been looked at, or how many entries were removed by this call.
    public let done: UInt64
    /// How many there are in all.
    public let total: UInt64
}

extension Snapshot {
    /// The indexes of the store, by increasing ids.
    ///
    /// - Parameter measuring: whether to say how many bytes they take, for which all their entries are read.
    /// - Complexity: O(log n) for each index; with `measuring`, O(n) in the entries.
    public func indexes(measuring: Bool = false) throws(StoreError) -> [StoredIndex] {
        var indexes: [StoredIndex] = []
        for definition in try catalog().definitions {
            let range = KeyRange.index(definition.id)
            let entries = try mapping(StoreError.tree) { () throws(TreeError) in try reader.count(in: range) }
            indexes.append(
                StoredIndex(definition: definition, entries: entries, bytes: measuring ? try bytes(of: range) : nil))
        }
        return indexes
    }

    /// The catalog of indexes.
    func catalog() throws(StoreError) -> IndexCatalog {
        let key = IndexCatalog.key
        let entry = try mapping(StoreError.tree) { () throws(TreeError) in try reader.find(key) }
        guard let entry else { return IndexCatalog([IndexDefinition]()) }
        do throws(EntryValueError) {
            return try IndexCatalog(try SaltedValue(entry.inline).content)
        } catch {
            throw .damaged(part: "catalog of indexes", reason: "\(error)")
        }
    }

    /// The weight of the entries in a range: what each takes in its node (Format, "Where nodes end").
    private func bytes(of range: KeyRange) throws(StoreError) -> UInt64 {
        try mapping(StoreError.tree) { () throws(TreeError) in
            var bytes: UInt64 = 0
            guard var cursor = try reader.cursor(from: range.lower) else { return 0 }
            var last: [UInt8] = []
            while let entry = try cursor.next() {
                let key = entry.key.bytes
                guard range.contains(key) else { break }
                bytes += UInt64(8 + key.count - ByteOrder.commonPrefix(last.span, key.span) + 32)
                last = key
            }
            return bytes
        }
    }
}

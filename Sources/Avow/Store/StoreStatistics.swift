internal import AvowConsent
public import AvowFHIR
internal import AvowProof
internal import AvowQuery
internal import AvowStorage
public import AvowTree

/// What a store holds and how large it is.
public struct StoreStatistics: Sendable {
    /// Entries of the tree, in all.
    public let entries: UInt64
    /// Entries by the space that they stand in: records, index, locate and so on.
    public let entriesBySpace: [(space: String, entries: UInt64)]
    /// Current resources by type, the most frequent first.
    public let resources: [(type: ResourceType, count: UInt64)]
    /// Bytes by what they are for: the tables of the storage, free pages, and what is left for its own use.
    public let bytes: [(kind: String, bytes: UInt64, items: UInt64)]
    /// Bytes of the data file.
    public let fileBytes: UInt64
    /// Commits in the log.
    public let commits: UInt64
    /// Versions of the tree that can be read.
    public let versions: UInt64
    /// Patients that have a key.
    public let patients: UInt64
    /// Compression dictionaries.
    public let dictionaries: UInt64
    /// What the audit ledger holds; nil when the store has none.
    public let audit: AuditStatistics?
    /// Decoded tree nodes that are held in memory, and how they served.
    public let cache: NodeCache.Statistics
}

extension Store {
    /// What the store holds and how large it is, at the newest commit.
    ///
    /// - Complexity: O(log n) for each type and space.
    public func statistics() throws(StoreError) -> StoreStatistics {
        let snapshot = try snapshot()
        let reader = snapshot.reader
        let audiences = try AudienceRegister.all(reader).map(\.id)
        let counts = try mapping(StoreError.tree) { () throws(TreeError) in
            var spaces: [(space: String, entries: UInt64)] = []
            for space in KeySpace.allCases {
                spaces.append((space.name, try reader.count(in: .space(space))))
            }
            var resources: [(type: ResourceType, count: UInt64)] = []
            for type in ResourceType.allCases {
                var count: UInt64 = 0
                for audience in audiences {
                    count += try reader.count(in: .located(audience, type: UInt16(type.rawValue)))
                }
                if count > 0 { resources.append((type, count)) }
            }
            resources.sort { $0.count > $1.count || ($0.count == $1.count && $0.type.name < $1.type.name) }
            return (spaces: spaces, resources: resources)
        }
        let sizes = try mapping(StoreError.storage) { () throws(StorageError) in
            (
                size: try storage.size(), patients: try snapshot.storage.statistics(of: .patients).entries,
                versions: try snapshot.storage.statistics(of: .versions).entries,
                dictionaries: try snapshot.storage.statistics(of: .dictionaries).entries
            )
        }
        let page = UInt64(sizes.size.pageSize)
        var bytes = sizes.size.tables.map { (kind: $0.key, bytes: $0.value.bytes, items: $0.value.entries) }
        bytes.sort { $0.bytes > $1.bytes || ($0.bytes == $1.bytes && $0.kind < $1.kind) }
        let used = bytes.reduce(0) { $0 + $1.bytes }
        bytes.append((kind: "free pages", bytes: sizes.size.freePages * page, items: sizes.size.freePages))
        let accounted = used + sizes.size.freePages * page
        let other = sizes.size.fileBytes > accounted ? sizes.size.fileBytes - accounted : 0
        bytes.append((kind: "storage itself", bytes: other, items: other / page))
        return StoreStatistics(
            entries: snapshot.state.root.count, entriesBySpace: counts.spaces, resources: counts.resources,
            bytes: bytes, fileBytes: sizes.size.fileBytes, commits: snapshot.commit.sequence + 1,
            versions: sizes.versions, patients: sizes.patients > 0 ? sizes.patients - 1 : 0,
            dictionaries: sizes.dictionaries, audit: try auditStatistics(), cache: cache.statistics)
    }
}

extension KeySpace {
    /// What the space holds, in a word.
    var name: String {
        switch self {
        case .configuration: "configuration"
        case .audience: "audiences"
        case .patient: "patients"
        case .record: "records"
        case .version: "superseded versions"
        case .index: "index entries"
        case .locate: "locations"
        case .deleted: "deletions"
        case .placement: "placements"
        }
    }
}

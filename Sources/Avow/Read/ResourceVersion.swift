internal import AvowProof
internal import AvowQuery

/// One version of a resource, of which nothing has been opened yet.
///
/// It reads from the snapshot that it came from, and like that is used by one task at a time.
public struct ResourceVersion {
    /// Which version it is, counted from 1: FHIR's `versionId` where a store gives them.
    public let number: UInt64
    private let entry: TracingSource.Entry?
    private let records: RecordReader

    init(_ version: SourceVersion<TracingSource.Entry>, _ records: RecordReader) {
        number = version.number
        entry = version.record?.entry
        self.records = records
    }

    /// Whether the version is the deletion of the one before it.
    public var isDeletion: Bool { entry == nil }

    /// Opens the resource as it was in this version; that it may be opened was recorded when it was found.
    ///
    /// - Returns: the resource as compact JSON; nil for a deletion.
    public func resource() throws(StoreError) -> [UInt8]? {
        try entry.map { (entry) throws(StoreError) in try records.json(uncounted: entry.placed) }
    }
}

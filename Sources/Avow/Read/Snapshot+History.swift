public import AvowConsent
public import AvowFHIR
internal import AvowQuery

extension Snapshot {
    /// The versions of a resource, the newest first, as FHIR's `history` reads them: `GET [base]/[type]/[id]/_history`.
    ///
    /// Deletions are versions, too, so that the history of a resource that is deleted begins with one. To prove a
    /// history, answer the query `Query.history(_:id:)`.
    ///
    /// - Parameters:
    ///   - type: the resource's type.
    ///   - id: its logical id.
    ///   - actor: who asks.
    ///   - purpose: why.
    /// - Returns: the versions, of which none is opened yet; none when there is no such resource that the actor may see
    ///   for this purpose: which of the two it is does not show.
    /// - Complexity: O(v + log n) for v versions.
    public func history(
        _ type: ResourceType, id: String, as actor: Actor, for purpose: Purpose
    ) throws(StoreError) -> [ResourceVersion] {
        let source = source()
        let request = request(actor, purpose)
        func text() -> String { (try? Query.history(type, id: id).text) ?? "HISTORY OF \(type.name)" }
        return try recorded(access(request, text(), [type])) { () throws(StoreError) in
            let versions = try executing { () throws(QueryError) in
                try QueryExecutor.history(of: type, id: id, as: request, over: source)
            }
            // Each may be opened from now on.
            for version in versions { try count(version) }
            return (versions.map { ResourceVersion($0, records) }, rows: versions.count)
        }
    }

    /// One version of a resource, as FHIR's `vread` reads it: `GET [base]/[type]/[id]/_history/[version]`.
    ///
    /// To prove it, answer the query `Query.vread(_:id:version:)`.
    ///
    /// - Parameters: as in `history(_:id:as:for:)`, and the number of the version, from 1.
    /// - Returns: the version, which is not opened yet; nil when there is none that the actor may see for this purpose.
    /// - Complexity: O(log n), for each patient that the resource belonged to.
    public func vread(
        _ type: ResourceType, id: String, version: UInt64, as actor: Actor, for purpose: Purpose
    ) throws(StoreError) -> ResourceVersion? {
        let request = request(actor, purpose)
        func text() -> String { (try? Query.vread(type, id: id, version: version).text) ?? "HISTORY OF \(type.name)" }
        return try recorded(access(request, text(), [type])) { () throws(StoreError) in
            let found = try find(type, id: id, version: version, request)
            return (found, rows: found == nil ? 0 : 1)
        }
    }

    /// Finds one version of a resource without recording it.
    func find(
        _ type: ResourceType, id: String, version: UInt64, _ request: AccessRequest
    ) throws(StoreError) -> ResourceVersion? {
        let source = source()
        let found = try executing { () throws(QueryError) in
            try QueryExecutor.version(version, of: type, id: id, as: request, over: source)
        }
        guard let found else { return nil }
        try count(found)
        return ResourceVersion(found, records)
    }

    private func count(_ version: SourceVersion<TracingSource.Entry>) throws(StoreError) {
        if let record = version.record { try records.count(record.entry.placed) }
    }
}

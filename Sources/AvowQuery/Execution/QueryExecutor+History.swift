public import AvowConsent
public import AvowFHIR
internal import AvowProof

/// One version of a resource, as a source has it.
public struct SourceVersion<Entry: SourceEntry> {
    /// Which version it is, counted from 1.
    public let number: UInt64
    /// The record; nil when the version is a deletion.
    public let record: WantedRecord<Entry>?
}

extension QueryExecutor {
    /// What the source has of a version.
    public typealias Version = SourceVersion<Source.Cursor.Entry>

    /// The versions of a resource that the request may see, the newest first: what `HISTORY OF` shows.
    ///
    /// Records are not read. Deletions are versions, too. When the resource belonged to another patient before, the
    /// versions of that time follow from where they stand.
    ///
    /// - Returns: no versions when there is no such resource, or none that the request may see.
    /// - Throws: `QueryError.entry` when a version stands where it must not.
    /// - Complexity: O(v + log n) for v versions.
    public static func history(
        of type: ResourceType, id: String, as request: AccessRequest, over source: Source
    ) throws(QueryError) -> [Version] {
        guard let newest = try newest(type, id, try admitting(request, source), source) else { return [] }
        var versions = [newest.version]
        var rest: LocatedRecord? = newest.located
        var isNewest = true
        while let place = rest {
            let found = try superseded(newest.audience, type, place, isNewest: isNewest, source)
            versions += found.versions
            // A place that has no versions leads no further: what stood there has been removed. So each step leads to
            // an older version, and the steps end.
            rest = isNewest || !found.versions.isEmpty ? found.earlier : nil
            isNewest = false
        }
        return versions
    }

    /// One version of a resource, as FHIR's `vread` reads it, without its record.
    ///
    /// - Returns: nil when there is no such version, or none that the request may see.
    /// - Complexity: O(log n), for each patient that the resource belonged to.
    public static func version(
        _ number: UInt64, of type: ResourceType, id: String, as request: AccessRequest, over source: Source
    ) throws(QueryError) -> Version? {
        guard let newest = try newest(type, id, try admitting(request, source), source) else { return nil }
        if number == newest.located.version { return newest.version }
        guard number > 0, number < newest.located.version else { return nil }
        var place = newest.located
        while true {
            let typeNumber = UInt16(type.rawValue)
            func entry(_ version: UInt64) throws(QueryError) -> Source.Cursor.Entry? {
                try source.entry(
                    for: .version(
                        newest.audience, place.pseudonym, type: typeNumber, number: place.number, version: version))
            }
            if let found = try entry(number) {
                let before = number > 1 ? try entry(number - 1) : nil
                return version(number, found, before: before?.value)
            }
            guard let link = try entry(0) else { return nil }
            let earlier = try located(link, source)
            // Each step leads to an older place, so the steps end.
            guard earlier.version >= number, earlier.version < place.version else { return nil }
            place = earlier
        }
    }

    /// The rows of a statement about versions.
    func history(_ statement: HistoryStatement) throws(QueryError) -> QueryResult {
        let audiences = try QueryExecutor.admitting(request, source)
        var versions: [Version] = []
        // The parser knows the types that there are.
        if let type = ResourceType(name: statement.resource.value.type) {
            let id = statement.resource.value.id.text
            if let number = statement.version?.value.value {
                let version = try QueryExecutor.version(number, of: type, id: id, as: request, over: source)
                versions = version.map { [$0] } ?? []
            } else {
                versions = try QueryExecutor.history(of: type, id: id, as: request, over: source)
            }
        }
        var rows: [[Cell]] = []
        for version in versions {
            var resource = Cell.null
            if let record = version.record {
                resource = .json(String(decoding: try source.record(record), as: UTF8.self))
            }
            rows.append([.number(String(version.number)), .boolean(version.record == nil), resource])
        }
        return QueryResult(
            columns: ["version", "deleted", "resource"], rows: rows, audiences: audiences.map(\.rawValue))
    }

    // MARK: Where versions stand

    typealias Newest = (audience: AudienceID, located: LocatedRecord, version: Version)

    /// The newest version: what the locations have of the resource, or else the deletions.
    static func newest(
        _ type: ResourceType, _ id: String, _ audiences: [AudienceID], _ source: Source
    ) throws(QueryError) -> Newest? {
        let number = UInt16(type.rawValue)
        for audience in audiences {
            if let entry = try source.entry(for: .locate(audience, type: number, logicalID: id)) {
                let located = try located(entry, source)
                let record = WantedRecord(located.digest, of: entry)
                return (audience, located, Version(number: located.version, record: record))
            }
            if let entry = try source.entry(for: .deleted(audience, type: number, logicalID: id)) {
                let located = try located(entry, source)
                return (audience, located, Version(number: located.version, record: nil))
            }
        }
        return nil
    }

    /// The superseded versions that stand at one place, the newest first, and where the versions before them stand.
    ///
    /// - Parameter isNewest: whether `place` is that of the newest version, which is not superseded itself.
    private static func superseded(
        _ audience: AudienceID, _ type: ResourceType, _ place: LocatedRecord, isNewest: Bool, _ source: Source
    ) throws(QueryError) -> (versions: [Version], earlier: LocatedRecord?) {
        guard place.version < VersionNumber.maximum else { return ([], nil) }
        var next = isNewest ? place.version : place.version + 1
        var cursor = try source.cursor(
            over: .versions(
                audience, place.pseudonym, type: UInt16(type.rawValue), number: place.number, below: next),
            descending: true)
        var entries: [(number: UInt64, entry: Source.Cursor.Entry)] = []
        var earlier: LocatedRecord?
        while let entry = try cursor.next() {
            let number = try versionNumber(entry.key)
            if number == 0 {
                let link = try located(entry, source)
                guard link.version + 1 == next else { throw .entry(entry.key, expected: "version \(next - 1)") }
                earlier = link
            } else {
                guard number + 1 == next else { throw .entry(entry.key, expected: "version \(next - 1)") }
                if !isNewest, entries.isEmpty, entry.value != place.digest {
                    throw .entry(entry.key, expected: "the version that a later one leads to")
                }
                entries.append((number, entry))
                next = number
            }
        }
        var versions: [Version] = []
        for (index, found) in entries.enumerated() {
            let before = index + 1 < entries.count ? entries[index + 1].entry.value : nil
            versions.append(version(found.number, found.entry, before: before))
        }
        return (versions, earlier)
    }

    /// A version by its entry.
    ///
    /// - Parameter before: what the version before it stands for. A deletion always stands behind what it deleted.
    private static func version(_ number: UInt64, _ entry: Source.Cursor.Entry, before: Digest?) -> Version {
        let isDeletion = before.map { Digest.deletion(of: $0) == entry.value } ?? false
        return Version(number: number, record: isDeletion ? nil : WantedRecord(entry.value, of: entry))
    }

    /// The last element of the key of a version.
    private static func versionNumber(_ key: TreeKey) throws(QueryError) -> UInt64 {
        do throws(TupleError) {
            var order = TupleReader(key.bytes, in: key.order)
            _ = try order.unsigned()
            _ = try order.unsigned()
            _ = try order.unsigned()
            let version = try order.unsigned()
            try order.finish()
            return version
        } catch {
            throw .entry(key, expected: "the key of a version: \(error)")
        }
    }
}

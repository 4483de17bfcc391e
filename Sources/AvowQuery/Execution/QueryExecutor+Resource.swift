public import AvowConsent
public import AvowFHIR
internal import AvowProof

extension BoundSelect {
    /// The resource that is asked for, as it is, by its type and logical id; nil for any other question.
    fileprivate var resource: (type: ResourceType, id: String, column: String)? {
        guard let id = selection.onlyID, let type = selection.type, !isDistinct, let columns = plainColumns,
            columns.sources.count == 1, case .resource = columns.sources[0].source
        else { return nil }
        return (type, id, columns.sources[0].name)
    }
}

// One resource by its type and logical id: what most requests ask for. Nothing is to be planned, tested or sorted.
extension QueryExecutor {
    /// Reads one resource by its type and logical id: as the query `SELECT resource FROM <type> WHERE _id = <id>`,
    /// without a row around it.
    ///
    /// - Returns: the resource as compact JSON, or nil when there is none that the request may see.
    /// - Complexity: O(log n).
    public static func read(
        _ type: ResourceType, id: String, as request: AccessRequest, over source: Source
    ) throws(QueryError) -> [UInt8]? {
        for audience in try admitting(request, source) {
            if let resource = try resource(type, id, audience, source) { return resource }
        }
        return nil
    }

    /// The rows of a question that asks for one resource as it is; nil for any other question.
    ///
    /// What is read is what any way of answering the question reads: its place under each audience, and the record that is
    /// there.
    func resourceRows(_ select: BoundSelect) throws(QueryError) -> (columns: [String], rows: [[Cell]])? {
        guard let (type, id, column) = select.resource else { return nil }
        var rows: [[Cell]] = []
        for audience in audiences {
            guard let json = try QueryExecutor.resource(type, id, audience, source) else { continue }
            rows.append([.json(String(decoding: json, as: UTF8.self))])
        }
        return ([column], rows)
    }

    private static func resource(
        _ type: ResourceType, _ id: String, _ audience: AudienceID, _ source: Source
    ) throws(QueryError) -> [UInt8]? {
        let key = TreeKey.locate(audience, type: UInt16(type.rawValue), logicalID: id)
        guard let entry = try source.entry(for: key) else { return nil }
        return try source.record(try wanted(located: entry, source))
    }
}

public import AvowFHIR
public import AvowProof

/// Why a record gives no row.
public enum RowError: Error, Sendable {
    /// The record is no FHIR resource.
    case record(JSONError)
    /// FHIRPath refuses to evaluate a path on the record, which is named by its type and id.
    case path(String, FHIRPathError, resource: String)
    /// A path that says whether a record is wanted finds several items in the record.
    case severalConditions(String, resource: String)

    /// What the query fails with that read the record by the entry at `key`.
    public func failure(at key: TreeKey) -> QueryError {
        switch self {
        case .record(let error): .entry(key, expected: "a FHIR resource: \(error)")
        case .path(let text, let error, let resource): .path(text, error, resource: resource)
        case .severalConditions(let text, let resource): .severalConditions(text, resource: resource)
        }
    }
}

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
    /// A view cannot lay out the record: the view's name, and why.
    case view(String, ViewError, resource: String)
    /// A view makes more rows of the record than memory may hold.
    case tooManyRows(view: String, resource: String)

    /// What the query fails with that read the record by the entry at `key`.
    public func failure(at key: TreeKey) -> QueryError {
        switch self {
        case .record(let error): .entry(key, expected: "a FHIR resource: \(error)")
        case .path(let text, let error, let resource): .path(text, error, resource: resource)
        case .severalConditions(let text, let resource): .severalConditions(text, resource: resource)
        case .view(let name, let error, let resource): .view(name, error, resource: resource)
        case .tooManyRows(let view, let resource): .tooManyRows(view: view, resource: resource)
        }
    }
}

internal import AvowFHIR

/// A record that values are taken out of, and what paths may ask of their surroundings.
struct RecordFocus {
    let resource: JSONValue
    let type: ResourceType
    let environment: FHIRPathEnvironment

    /// What a path finds in the record.
    func evaluate(_ path: FHIRPath) throws(RowError) -> [FHIRPathItem] {
        do throws(FHIRPathError) {
            return try path.evaluate(on: resource, in: environment)
        } catch {
            let name = type.name + (resource["id"]?.string.map { "/" + $0 } ?? "")
            throw .path(path.expression.text, error, resource: name)
        }
    }
}

internal import AvowFHIR

/// A record that values are taken out of, and what may be asked of its surroundings.
struct RecordFocus {
    let resource: JSONValue
    let type: ResourceType
    let owner: RecordIdentity
    let environment: FHIRPathEnvironment
    let tables: Tables
    /// The row of a view that is looked at; none where records are not laid out.
    var row: [Cell] = []

    /// What a path finds in the record.
    func evaluate(_ path: FHIRPath) throws(RowError) -> [FHIRPathItem] {
        do throws(FHIRPathError) {
            return try path.evaluate(on: resource, in: environment)
        } catch {
            throw .path(path.expression.text, error, resource: name)
        }
    }

    /// Whether a path says yes: as in FHIRPath (N1, 4.5), nothing is no, and one item that is no boolean is yes.
    func holds(_ path: FHIRPath) throws(RowError) -> Bool {
        let items = try evaluate(path)
        guard items.count <= 1 else { throw .severalConditions(path.expression.text, resource: name) }
        switch items.first {
        case nil: return false
        case .boolean(let value): return value
        case .element(let element): return element.json?.boolean ?? (element.json != nil)
        default: return true
        }
    }

    /// The record's type and id, for people.
    var name: String { type.name + (resource["id"]?.string.map { "/" + $0 } ?? "") }
}

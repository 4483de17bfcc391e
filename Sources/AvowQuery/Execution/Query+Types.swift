public import AvowFHIR

extension Query {
    /// The types of resources that the query names, in its questions within questions, too; none when it is about every
    /// type. They are sorted.
    public var types: [ResourceType] {
        var types: Set<ResourceType> = []
        switch plan {
        case .disclosures, .unresolved: break
        case .history(let statement):
            if let type = ResourceType(name: statement.resource.value.type) { types.insert(type) }
        case .select(let select, let tables), .consents(let select, let tables), .audiences(let select, let tables):
            for select in [select] + tables.compactMap(\.select) {
                guard let type = select.selection.type else { return [] }
                types.insert(type)
            }
        }
        return types.sorted { $0.rawValue < $1.rawValue }
    }
}

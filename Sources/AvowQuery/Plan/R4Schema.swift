internal import AvowFHIR

/// The types of FHIR R4 and the search parameters that a condition on each may name.
public struct R4Schema: Schema {
    /// A schema of all types.
    public init() {}

    /// The names of all types, in the order of the R4 list.
    public var typeNames: [String] { ResourceType.allCases.map(\.name) }

    /// Whether `name` is a type.
    public func isType(_ name: String) -> Bool {
        ResourceType(name: name) != nil
    }

    /// The parameters that can find anything on a type: not `code` where R4 defines none, not `date` where a resource
    /// has no clinical date, not `patient` where it belongs to none.
    public func searchParameters(of type: String) -> [String] {
        guard let type = ResourceType(name: type) else { return SearchParameter.allCases.map(\.rawValue) }
        let elements = ResourceElements.of(type)
        return SearchParameter.allCases.filter { parameter in
            switch parameter {
            case .id: true
            case .patient: type == .patient || !elements.patient.isEmpty
            case .code: !elements.code.isEmpty
            case .date: !elements.date.isEmpty
            }
        }.map(\.rawValue)
    }
}

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

    /// The language's own parameters that can find anything on a type, and those of R4 that can be extracted.
    ///
    /// Of the own ones, not `code` where R4 defines none, not `date` where a resource has no clinical date, not
    /// `patient` where it belongs to none.
    public func searchParameters(of type: String) -> [String] {
        let own = OwnParameter.allCases.map(\.rawValue).filter { kind(of: $0, on: type) != nil }
        guard let type = ResourceType(name: type) else { return own }
        return own
            + SearchParameter.all(for: type).filter { $0.valueKind(on: type) != nil }.map(\.code).filter {
                OwnParameter(rawValue: $0) == nil
            }
    }

    /// The kind of a parameter of the language or of R4.
    public func kind(of parameter: String, on type: String) -> ParameterKind? {
        guard let type = ResourceType(name: type) else { return OwnParameter(rawValue: parameter)?.kind }
        guard let own = OwnParameter(rawValue: parameter) else {
            return SearchParameter.named(parameter, for: type)?.valueKind(on: type)
        }
        let elements = ResourceElements.of(type)
        let isThere =
            switch own {
            case .id: true
            case .patient: type == .patient || !elements.patient.isEmpty
            case .code: !elements.code.isEmpty
            case .date: !elements.date.isEmpty
            }
        return isThere ? own.kind : nil
    }
}

extension SearchParameter {
    /// How a condition is written; nil for what cannot be asked: special ones, and those that R4 defines in words only.
    fileprivate func valueKind(on type: ResourceType) -> ParameterKind? {
        guard expression != nil else { return nil }
        return switch kind {
        case .number: .number
        case .date: .date
        case .string: .string
        case .token: .token
        case .reference: .reference
        case .quantity: .quantity
        case .uri: .uri
        case .composite: compositeKind(on: type)
        case .special: nil
        }
    }

    private func compositeKind(on type: ResourceType) -> ParameterKind? {
        let kinds = components.compactMap { SearchParameter.named($0.code, for: type)?.valueKind(on: type) }
        return kinds.isEmpty || kinds.count < components.count ? nil : .composite(kinds)
    }
}

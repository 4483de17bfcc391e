public import AvowFHIR

/// A resource by its type and logical id.
public struct ResourceIdentity: Hashable, Sendable, CustomStringConvertible {
    /// The resource's type.
    public let type: ResourceType
    /// Its logical id.
    public let id: String

    /// The resource of a type that has a logical id.
    public init(_ type: ResourceType, id: String) {
        self.type = type
        self.id = id
    }

    /// The resource as FHIR refers to it: `Observation/0ab3`.
    public var description: String { "\(type.name)/\(id)" }
}

/// What deleting a resource came to. Each leaves the store without the resource.
public enum DeletionOutcome: Hashable, Sendable {
    /// It was there, and its deletion is now its newest version: the number of that version.
    case deleted(version: UInt64)
    /// It had been deleted before: the number of the version that did it.
    case alreadyDeleted(version: UInt64)
    /// There never was such a resource.
    case unknown
}

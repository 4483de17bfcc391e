/// A type of FHIR R4: a resource, a datatype, or a backbone element inside one of them.
///
/// A handle of two bytes into ``FHIRModel/r4``.
public struct FHIRType: Hashable, Sendable {
    /// What kinds of types there are.
    public enum Kind: String, Sendable {
        /// Element, BackboneElement, Resource and DomainResource, which nothing is by itself.
        case abstract
        /// A value with an optional id and extensions.
        case primitive
        /// A datatype with elements.
        case complex
        /// A concrete resource.
        case resource
        /// The elements inside an element, a type of its own named by its path: `Patient.contact`.
        case backbone
    }

    /// The type's place in the model.
    public let number: UInt16

    /// The type of a resource.
    public init(_ resource: ResourceType) {
        self = FHIRModel.r4.resources[Int(resource.rawValue) - 1]
    }

    /// The type of this name; nil when R4 has none.
    public init?(named name: String) {
        guard let type = FHIRModel.r4.type(named: name) else { return nil }
        self = type
    }

    init(number: UInt16) {
        self.number = number
    }

    private var record: TypeRecord { FHIRModel.r4.types[Int(number)] }

    /// The name: `Patient`, `HumanName`, `code`, `Patient.contact`.
    public var name: String { FHIRModel.r4.text(of: record.name) }

    /// The name in UTF-8.
    var nameBytes: ArraySlice<UInt8> { FHIRModel.r4.names[record.name.range] }

    /// What kind of type it is.
    public var kind: Kind { record.kind }

    /// The type that this one specializes: string for code, Quantity for Age; nil for Element and Resource.
    public var base: FHIRType? { record.base }

    /// Which primitive type it is, or nil.
    public var primitive: FHIRPrimitive? { record.primitive }

    /// Which resource type it is, or nil.
    public var resource: ResourceType? { record.resource }

    /// Whether the type is `other` or specializes it, over however many steps.
    public func isA(_ other: FHIRType) -> Bool {
        var type = self
        while type != other {
            guard let base = type.base else { return false }
            type = base
        }
        return true
    }

    /// The elements, those of the base first, in the order of the definitions.
    public var elements: FHIRElements {
        let record = record
        return FHIRElements(start: Int(record.firstElement), count: Int(record.elementCount))
    }

    /// The element of this name; a choice is called by its name without `[x]`.
    ///
    /// - Complexity: O(number of elements); O(1) for an element that is no choice.
    public func element(named name: String) -> FHIRElement? {
        if let member = member(named: name), !member.element.isChoice { return member.element }
        return elements.first { $0.isChoice && $0.name == name }
    }

    /// The element that a member of the type's JSON holds, and of which type: `valueQuantity` on Observation.
    ///
    /// - Complexity: O(1) expected.
    public func member(named name: String) -> FHIRMember? {
        var name = name
        return name.withUTF8 { unsafe FHIRModel.r4.member(named: $0, of: self) }
    }

    /// The name of an element that a misspelt one was probably meant to be.
    public func nearestElement(to name: String) -> String? {
        NearestName.of(name, among: elements.map(\.name))
    }

    /// The search parameters that make a resource of this type part of a compartment; empty when it never is.
    ///
    /// A patient is in the compartment of that patient besides, and so for the other kinds.
    public func parameters(of compartment: Compartment) -> [String] {
        FHIRModel.r4.compartments.first { $0.type == self && $0.compartment == compartment }?.parameters ?? []
    }
}

extension FHIRType: CustomStringConvertible {
    /// The name.
    public var description: String { name }
}

/// Whose records a compartment gathers (R4, section 3.2.6).
public enum Compartment: String, CaseIterable, Sendable {
    case device = "Device"
    case encounter = "Encounter"
    case patient = "Patient"
    case practitioner = "Practitioner"
    case relatedPerson = "RelatedPerson"
}

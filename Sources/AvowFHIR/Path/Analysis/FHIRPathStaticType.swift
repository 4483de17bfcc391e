/// What is known of the items of a collection before it is evaluated.
struct FHIRPathStaticType: Sendable {
    enum Kind: Hashable, Sendable {
        case fhir(FHIRType)
        case system(FHIRPathSystemType)
        case typeInfo
    }

    /// The types that an item may have, or nil when nothing is known; none for a collection that is always empty.
    var kinds: [Kind]?
    /// Whether the collection has at most one item.
    var isSingle: Bool
    /// Whether the order of the items means nothing.
    var isUnordered = false

    static let unknown = FHIRPathStaticType(kinds: nil, isSingle: false)
    static let empty = FHIRPathStaticType(kinds: [], isSingle: true)

    static func one(_ system: FHIRPathSystemType) -> FHIRPathStaticType {
        FHIRPathStaticType(kinds: [.system(system)], isSingle: true)
    }

    static func one(_ type: FHIRType?) -> FHIRPathStaticType {
        FHIRPathStaticType(kinds: type.map { [.fhir($0)] }, isSingle: true)
    }

    /// The same items, of which there may be any number.
    var many: FHIRPathStaticType { FHIRPathStaticType(kinds: kinds, isSingle: false, isUnordered: isUnordered) }

    /// The same items, of which there is one.
    var single: FHIRPathStaticType { FHIRPathStaticType(kinds: kinds, isSingle: true) }

    /// Items of either.
    func union(_ other: FHIRPathStaticType) -> FHIRPathStaticType {
        var both = kinds
        if let more = other.kinds {
            both = both.map { own in own + more.filter { !own.contains($0) } }
        } else {
            both = nil
        }
        return FHIRPathStaticType(kinds: both, isSingle: false, isUnordered: isUnordered || other.isUnordered)
    }

    /// Whether every item is known to be one that does not satisfy `isAllowed`.
    func isNever(_ isAllowed: (Kind) -> Bool) -> Bool {
        guard let kinds, !kinds.isEmpty else { return false }
        return !kinds.contains(where: isAllowed)
    }
}

extension FHIRPathStaticType.Kind {
    /// The name with which messages call the type.
    var name: String {
        switch self {
        case .fhir(let type): type.name
        case .system(let type): "System." + type.rawValue
        case .typeInfo: "the description of a type"
        }
    }

    /// The type of FHIRPath's own that an item becomes when an operator needs one; nil when it stays what it is.
    var system: FHIRPathSystemType? {
        switch self {
        case .system(let type): return type
        case .fhir(let type):
            if let primitive = type.primitive { return primitive.system }
            return type.isA(.quantity) ? .quantity : nil
        case .typeInfo: return nil
        }
    }

    /// Whether nothing more is known than that the item is a resource or an element.
    var isAbstract: Bool {
        if case .fhir(let type) = self { type.kind == .abstract } else { false }
    }

    /// Whether functions of strings take the item: a string, or what FHIR writes as one.
    var isText: Bool {
        switch self {
        case .system(let type): type == .string || type == .any
        case .fhir(let type): type.primitive?.jsonKind == .string || isAbstract
        case .typeInfo: false
        }
    }
}

extension FHIRPrimitive {
    /// The type of FHIRPath's own that a value of the primitive becomes (R4, section 2.9.2).
    var system: FHIRPathSystemType {
        switch self {
        case .boolean: .boolean
        case .integer, .positiveInt, .unsignedInt: .integer
        case .decimal: .decimal
        case .date: .date
        case .dateTime, .instant: .dateTime
        case .time: .time
        default: .string
        }
    }
}

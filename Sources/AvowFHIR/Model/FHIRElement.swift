/// An element of a type of FHIR R4.
///
/// A handle of two bytes into ``FHIRModel/r4``. What a type has from its base is the base's element: the id of a
/// Patient is that of Resource.
public struct FHIRElement: Hashable, Sendable {
    let number: UInt16

    private var record: ElementRecord { FHIRModel.r4.elements[Int(number)] }

    /// The name; that of a choice without `[x]`.
    public var name: String { FHIRModel.r4.text(of: record.name) }

    /// The type that defines the element.
    public var owner: FHIRType { record.owner }

    /// The name behind that of the type that defines it: `Observation.value[x]`.
    public var path: String { "\(owner.name).\(name)\(isChoice ? "[x]" : "")" }

    /// How many there must be: 0 or 1.
    public var minimum: Int { Int(record.minimum) }

    /// Whether there may be more than one, so that JSON has an array.
    public var repeats: Bool { record.repeats }

    /// Whether the type of the value is part of the member's name in JSON.
    public var isChoice: Bool { record.isChoice }

    /// The types that a value may have: one, unless the element is a choice.
    public var types: some RandomAccessCollection<FHIRType> {
        typeRange.lazy.map { FHIRModel.r4.elementTypes[$0].type }
    }

    /// The types that a Reference or canonical in the element may lead to; none when it may be any.
    public var targets: [FHIRType] {
        let model = FHIRModel.r4
        return typeRange.flatMap { index in
            let type = model.elementTypes[index]
            return model.targets[Int(type.firstTarget)..<Int(type.firstTarget) + Int(type.targetCount)]
        }
    }

    /// The members that can hold the element in JSON: one, or one a type for a choice.
    public var members: some RandomAccessCollection<FHIRMember> {
        let record = record
        return (record.firstMember..<record.firstMember + UInt16(record.typeCount)).lazy.map(FHIRMember.init(number:))
    }

    /// The URL of the value set that a code must come from, without a version; nil without a required binding.
    public var requiredBinding: String? {
        let record = record
        return record.binding == 0 ? nil : FHIRModel.r4.bindings[Int(record.binding) - 1]
    }

    private var typeRange: Range<Int> {
        let record = record
        return Int(record.firstType)..<Int(record.firstType) + Int(record.typeCount)
    }
}

extension FHIRElement: CustomStringConvertible {
    /// The path.
    public var description: String { path }
}

/// The elements of a type, in the order of the definitions.
public struct FHIRElements: RandomAccessCollection, Sendable {
    let start: Int
    let length: Int

    init(start: Int, count: Int) {
        self.start = start
        length = count
    }

    /// 0.
    public var startIndex: Int { 0 }

    /// How many there are.
    public var endIndex: Int { length }

    /// The element at a place, counted from 0.
    public subscript(position: Int) -> FHIRElement {
        precondition(indices.contains(position), "a type has no such element")
        return FHIRElement(number: FHIRModel.r4.elementLists[start + position])
    }
}

/// A member of a type's JSON: an element with one of its types.
///
/// A handle of two bytes into ``FHIRModel/r4``.
public struct FHIRMember: Hashable, Sendable {
    let number: UInt16

    private var record: MemberRecord { FHIRModel.r4.members[Int(number)] }

    /// The name in JSON: `birthDate`, `valueQuantity`.
    public var name: String { FHIRModel.r4.text(of: record.name) }

    /// The name in JSON, in UTF-8.
    var nameBytes: ArraySlice<UInt8> { FHIRModel.r4.names[record.name.range] }

    /// The element.
    public var element: FHIRElement { record.element }

    /// The type of its value.
    public var type: FHIRType { record.type }
}

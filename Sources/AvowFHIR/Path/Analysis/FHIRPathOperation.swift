/// A node of an expression that is ready to be evaluated: names looked up, types resolved, functions known.
struct FHIRPathOperation: Sendable {
    let form: Form
    /// The place in the text, for errors.
    let range: Range<Int>

    indirect enum Form: Sendable {
        case constant([FHIRPathItem])
        case this
        case index
        case total
        case variable(String)
        case rootResource
        case resource
        case context
        case member(of: FHIRPathOperation, FHIRPathStep)
        /// A type's name at the head of a path: the items that are of the type.
        case head(FHIRPathTypeTest)
        case call(of: FHIRPathOperation, FHIRPathFunction, [FHIRPathOperation])
        case test(FHIRPathTest, of: FHIRPathOperation, FHIRPathTypeTest)
        case sort(of: FHIRPathOperation, [FHIRPathSortKey])
        case matches(of: FHIRPathOperation, RegularExpression, wholly: Bool)
        /// `resolve() is T`, which the text of a reference can decide.
        case refersTo(of: FHIRPathOperation, FHIRPathTypeTest)
        case item(of: FHIRPathOperation, at: FHIRPathOperation)
        case signed(isNegative: Bool, of: FHIRPathOperation)
        case binary(FHIRPathOperator, FHIRPathOperation, FHIRPathOperation)
        /// A path of members from `$this` on, and the same as operations.
        case walk(FHIRPathWalk, FHIRPathOperation)
    }
}

/// What is done with a type's name.
enum FHIRPathTest: Sendable {
    case `is`, `as`, ofType
}

/// One key that a collection is sorted by.
struct FHIRPathSortKey: Sendable {
    let operation: FHIRPathOperation
    let isDescending: Bool
}

/// A name looked for in every item, with what it means in the type that items are expected to have.
struct FHIRPathStep: Sendable {
    let member: FHIRPathMember
    let expected: FHIRPathMember.Meaning?

    init(_ name: String, in owner: FHIRType?) {
        let member = FHIRPathMember(name)
        self.member = member
        expected = owner.flatMap { member.meaning(in: $0) }
    }

    /// What the name means in the type of an item.
    @inline(__always)
    func meaning(in owner: FHIRType?) -> FHIRPathMember.Meaning? {
        if let expected, expected.owner == owner { return expected }
        return member.meaning(in: owner)
    }
}

/// The types that a name in an expression may stand for.
struct FHIRPathTypeTest: Sendable {
    let name: String
    let fhir: FHIRType?
    let system: FHIRPathSystemType?

    /// Whether an item is of the type, or of one that specializes it.
    func includes(_ item: FHIRPathItem) -> Bool {
        switch item {
        case .element(let element):
            guard let fhir, let type = element.type else { return false }
            return type.isA(fhir)
        default:
            guard let system else { return false }
            return system == .any || system == item.systemType
        }
    }

    /// Whether an item is one that `as` and `ofType` keep.
    ///
    /// A code is a string to `is`, but a valueCode is no valueString: of primitives these two keep just the type that
    /// is named, as the official suite has it.
    func selects(_ item: FHIRPathItem) -> Bool {
        guard includes(item) else { return false }
        guard case .element(let element) = item, fhir?.kind == .primitive else { return true }
        return element.type == fhir
    }
}

internal import CSimdjson

/// A value in a parsed document as FHIRPath sees it: where it stands, where its id and extensions stand if it is a
/// primitive, and of which type it is. A cursor, not a copy.
public struct FHIRPathElement: Sendable {
    let document: JSONDocument
    /// The node of the value, or -1 when a primitive has an id or extensions and no value.
    let node: Int32
    /// The node of the object that a primitive has its id and extensions in, or -1.
    let companion: Int32
    /// The type, or nil where the R4 model knows none.
    public let type: FHIRType?

    init(document: JSONDocument, node: Int, companion: Int = -1, type: FHIRType?) {
        self.document = document
        self.node = Int32(truncatingIfNeeded: node)
        self.companion = Int32(truncatingIfNeeded: companion)
        self.type = type
    }

    /// A resource, or any other value whose type is to be found out.
    public init(_ value: JSONValue) {
        self.init(value, type: FHIRPathElement.resourceType(of: value.node, in: value.document))
    }

    /// A value of a known type.
    public init(_ value: JSONValue, type: FHIRType?) {
        self.init(document: value.document, node: value.node, type: type)
    }

    /// The value in its document; nil when a primitive has none, but only an id or extensions.
    public var json: JSONValue? { node < 0 ? nil : JSONValue(document: document, node: Int(node)) }

    /// What the value is in JSON; nil when there is none.
    var kind: JSONKind? { node < 0 ? nil : document.kind(Int(node)) }

    /// The node of the object that the element's own members stand in.
    var objectNode: Int? {
        if node >= 0, document.kind(Int(node)) == .object { return Int(node) }
        return companion >= 0 && document.kind(Int(companion)) == .object ? Int(companion) : nil
    }

    /// Whether both are the same place of the same document.
    func isSamePlace(as other: FHIRPathElement) -> Bool {
        document === other.document && node == other.node && companion == other.companion
    }

    /// The type that a resource says it is of.
    static func resourceType(of node: Int, in document: JSONDocument) -> FHIRType? {
        guard document.kind(node) == .object, let name = document.member(resourceTypeName, of: node),
            document.kind(name) == .string
        else { return nil }
        return unsafe document.withBytes(document.contentRange(name)) { unsafe FHIRModel.r4.type(named: $0) }
    }

    static let resourceTypeName = Array("resourceType".utf8)
}

/// A name in an expression, ready to be looked for among the members of an object.
struct FHIRPathMember: Sendable {
    let name: String
    let bytes: [UInt8]

    init(_ name: String) {
        self.name = name
        bytes = Array(name.utf8)
    }

    /// What the name stands for in one type.
    struct Meaning: Sendable {
        let owner: FHIRType?
        let element: FHIRElement?
        /// The type of the value, unless it is a choice.
        let type: FHIRType?
        let isChoice: Bool
        /// Whether the value is a resource, which says its type itself.
        let isResource: Bool
    }

    /// What the name stands for in a type; nil when the type has no such element.
    func meaning(in owner: FHIRType?) -> Meaning? {
        guard let owner else { return Meaning(owner: nil, element: nil, type: nil, isChoice: false, isResource: false) }
        guard let element = owner.element(named: name) else {
            // Where names are not checked, a choice may be called as JSON has it: valueQuantity.
            guard let choice = owner.member(named: name) else { return nil }
            return Meaning(
                owner: owner, element: choice.element, type: choice.type, isChoice: false, isResource: false)
        }
        let type = element.isChoice ? nil : element.types.first
        return Meaning(
            owner: owner, element: element, type: type, isChoice: element.isChoice,
            isResource: type?.kind == .abstract && (type == .resource || type == .domainResource))
    }
}

// Members of objects on the tape.
extension JSONDocument {
    private static let underscore = UInt8(ascii: "_")

    /// The values that a name stands for in an object, one after the other, each with the node of its companion (-1
    /// without one) and its type; ends early when `body` returns false.
    ///
    /// - Complexity: O(members of the object), without an allocation.
    @inline(__always)
    func visit<Failure: Error>(
        _ member: FHIRPathMember, _ meaning: FHIRPathMember.Meaning, of object: Int,
        _ body: (_ node: Int, _ companion: Int, _ type: FHIRType?) throws(Failure) -> Bool
    ) throws(Failure) {
        var found = -1
        var companion = -1
        var type = meaning.type
        let end = next(object)
        var index = object + 1
        while index < end {
            let range = contentRange(index)
            if meaning.isChoice {
                if let (isCompanion, choice) = choice(range, member, meaning), found < 0 || isCompanion {
                    if isCompanion { companion = index + 1 } else { found = index + 1 }
                    type = choice
                }
            } else if range.count == member.bytes.count {
                if found < 0, bytes(range, are: member.bytes) { found = index + 1 }
            } else if range.count == member.bytes.count + 1, companion < 0 {
                if bytes(range.dropFirst(1), are: member.bytes), bytes(range, start: Self.underscore) {
                    companion = index + 1
                }
            }
            index = next(index + 1)
        }
        guard found >= 0 || companion >= 0 else { return }
        try visitValues(found, companion, type, isResource: meaning.isResource, body)
    }

    /// The values of a member and of its companion, paired by their place.
    @inline(__always)
    func visitValues<Failure: Error>(
        _ found: Int, _ companion: Int, _ type: FHIRType?, isResource: Bool,
        _ body: (_ node: Int, _ companion: Int, _ type: FHIRType?) throws(Failure) -> Bool
    ) throws(Failure) {
        let isArray = found >= 0 && kind(found) == .array
        let areCompanions = companion >= 0 && kind(companion) == .array
        guard isArray || areCompanions else {
            let value = found >= 0 && kind(found) != .null ? found : -1
            let beside = companion >= 0 && kind(companion) == .object ? companion : -1
            guard value >= 0 || beside >= 0 else { return }
            _ = try body(value, beside, isResource ? resourceType(of: value) : type)
            return
        }
        var value = isArray ? found + 1 : -1
        let valueEnd = isArray ? next(found) : -1
        var beside = areCompanions ? companion + 1 : -1
        let besideEnd = areCompanions ? next(companion) : -1
        while value < valueEnd || beside < besideEnd {
            let here = value < valueEnd && kind(value) != .null ? value : -1
            let there = beside < besideEnd && kind(beside) == .object ? beside : -1
            if here >= 0 || there >= 0 {
                let goesOn = try body(here, there, isResource ? resourceType(of: here) : type)
                guard goesOn else { return }
            }
            if value < valueEnd { value = next(value) }
            if beside < besideEnd { beside = next(beside) }
        }
    }

    private func resourceType(of node: Int) -> FHIRType? {
        node < 0 ? nil : FHIRPathElement.resourceType(of: node, in: self)
    }

    /// Whether a member's name is that of a choice, and with which type.
    private func choice(
        _ range: Range<Int>, _ member: FHIRPathMember, _ meaning: FHIRPathMember.Meaning
    ) -> (isCompanion: Bool, type: FHIRType)? {
        guard range.count > member.bytes.count, let owner = meaning.owner else { return nil }
        let isCompanion = bytes(range, start: Self.underscore)
        let name = isCompanion ? range.dropFirst(1) : range
        guard bytes(name, start: member.bytes) else { return nil }
        let known = unsafe withBytes(name) { unsafe FHIRModel.r4.member(named: $0, of: owner) }
        guard let known, known.element == meaning.element else { return nil }
        return (isCompanion, known.type)
    }

    private func bytes(_ range: Range<Int>, start byte: UInt8) -> Bool {
        unsafe withBytes(range) { unsafe $0.first == byte }
    }
}

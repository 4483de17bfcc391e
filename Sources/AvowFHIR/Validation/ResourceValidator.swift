/// Holds resources to the structure of their types.
///
/// Goes over the nodes of a document once and stops at the first violation. While a resource is valid nothing is
/// allocated but for strings with escapes; where the violation stands is worked out when there is one.
struct ResourceValidator {
    let document: JSONDocument
    let model = FHIRModel.r4
    private let isStrict: Bool
    private var failure: Failure?

    private struct Failure {
        let rule: Violation.Rule
        let node: Int
        /// The name of the element that is missing in the node.
        let missing: String?
    }

    /// Which elements an object has, by their ordinals.
    private struct Found {
        var values: UInt64 = 0
        /// Those with a `_name`.
        var siblings: UInt64 = 0
        var saysType = false
    }

    private init(_ document: JSONDocument, isStrict: Bool) {
        self.document = document
        self.isStrict = isStrict
    }

    /// The first violation in a resource; nil when it is valid.
    ///
    /// - Parameter resource: The node of the resource's object.
    /// - Complexity: O(n) in the nodes and bytes of the resource.
    static func violation(in document: JSONDocument, resource: Int, strength: ValidationStrength) -> Violation? {
        guard strength != .none else { return nil }
        var validator = ResourceValidator(document, isStrict: strength == .strict)
        guard !validator.isResource(resource, isContained: false), let failure = validator.failure else { return nil }
        let path = ViolationPath.text(from: resource, to: failure.node, in: document)
        return Violation(
            rule: failure.rule, path: failure.missing.map { path + "." + $0 } ?? path,
            offset: document.range(failure.node).lowerBound)
    }

    private mutating func fail(_ rule: Violation.Rule, at node: Int, missing: String? = nil) -> Bool {
        failure = Failure(rule: rule, node: node, missing: missing)
        return false
    }

    private mutating func failKind(_ expected: JSONKind, at node: Int) -> Bool {
        switch document.kind(node) {
        case .null: fail(.null, at: node)
        case .array: fail(.forbidsArray, at: node)
        default: fail(.wrongKind(expected: expected), at: node)
        }
    }
}

// Objects.
extension ResourceValidator {
    private mutating func isResource(_ node: Int, isContained: Bool) -> Bool {
        guard document.kind(node) == .object else { return failKind(.object, at: node) }
        guard let name = document.member(MemberNames.resourceType, of: node), document.kind(name) == .string else {
            return fail(.unknownResourceType(nil), at: node)
        }
        let written = unsafe document.withBytes(document.contentRange(name)) { unsafe model.type(named: $0) }
        guard let type = written ?? model.type(named: document.string(name)), type.resource != nil else {
            return fail(.unknownResourceType(document.string(name)), at: node)
        }
        return isObject(node, type, isContained: isContained)
    }

    private mutating func isObject(_ node: Int, _ type: FHIRType, isContained: Bool = false) -> Bool {
        guard document.kind(node) == .object else { return failKind(.object, at: node) }
        let end = document.next(node)
        guard node + 1 < end else { return fail(.empty, at: node) }
        var found = Found()
        var name = node + 1
        while name < end {
            guard isMember(name, of: node, type, isContained, &found) else { return false }
            name = document.next(name + 1)
        }
        let record = model.types[Int(type.number)]
        let present = found.values | found.siblings
        if record.required & ~present != 0 { return failMissing(record.required & ~present, type, at: node) }
        if present == Bits.id, record.resource == nil, type != .element { return fail(.empty, at: node) }
        if type == .extension, (present & Bits.extensions != 0) == (present & Bits.value != 0) {
            return fail(.extensionContent, at: node)
        }
        return true
    }

    private mutating func failMissing(_ missing: UInt64, _ type: FHIRType, at node: Int) -> Bool {
        let element = type.elements[missing.trailingZeroBitCount]
        return fail(.missing, at: node, missing: element.name + (element.isChoice ? "[x]" : ""))
    }

    private mutating func isMember(
        _ name: Int, of object: Int, _ type: FHIRType, _ isContained: Bool, _ found: inout Found
    ) -> Bool {
        guard !document.isEscaped(name), let member = lookUp(name, type) else {
            return isUncommonMember(name, of: object, type, isContained, &found)
        }
        return isValue(of: member, name, of: object, type, isContained, &found)
    }

    private func lookUp(_ name: Int, _ type: FHIRType) -> FHIRMember? {
        unsafe document.withBytes(document.contentRange(name)) { unsafe model.member(named: $0, of: type) }
    }

    /// The type, the extensions of a primitive, a name with escapes, or none that is known.
    private mutating func isUncommonMember(
        _ name: Int, of object: Int, _ type: FHIRType, _ isContained: Bool, _ found: inout Found
    ) -> Bool {
        if document.string(name, equals: MemberNames.resourceType), type.resource != nil {
            defer { found.saysType = true }
            return found.saysType ? fail(.duplicateElement, at: name) : true
        }
        let text = document.string(name)
        if let member = type.member(named: text) {
            return isValue(of: member, name, of: object, type, isContained, &found)
        }
        if text.utf8.first == UInt8(ascii: "_"), let member = type.member(named: String(text.dropFirst())),
            member.type.primitive != nil
        {
            return isSibling(of: member, name, of: object, type, &found)
        }
        let names = type.elements.flatMap { $0.members.map(\.name) }
        return fail(.unknownElement(suggestion: NearestName.of(text, among: names)), at: name)
    }

    private mutating func isValue(
        of member: FHIRMember, _ name: Int, of object: Int, _ type: FHIRType, _ isContained: Bool,
        _ found: inout Found
    ) -> Bool {
        let record = model.members[Int(member.number)]
        let bit: UInt64 = 1 << UInt64(record.ordinal)
        if (found.values | found.siblings) & bit != 0 {
            if record.isChoice, hasOtherChoice(than: member, in: object, type) {
                return fail(.secondChoice, at: name)
            }
            if found.values & bit != 0 { return fail(.duplicateElement, at: name) }
        }
        found.values |= bit
        if isContained, record.element == Elements.contained { return fail(.nestedContained, at: name) }
        let value = name + 1
        guard record.repeats else { return isSingle(value, record) }
        guard document.kind(value) == .array else {
            return fail(document.kind(value) == .null ? .null : .needsArray, at: value)
        }
        let end = document.next(value)
        var item = value + 1
        guard item < end else { return fail(.empty, at: value) }
        while item < end {
            if document.kind(item) == .null, record.format.isPrimitive {
                // Stands for a value that has extensions only.
                guard hasExtensions(item, of: value, member, in: object, type) else { return fail(.null, at: item) }
            } else {
                guard isSingle(item, record) else { return false }
            }
            item = document.next(item)
        }
        return true
    }
}

// The `_name` objects of primitives, which are rare: nothing here minds looking twice.
extension ResourceValidator {
    private mutating func isSibling(
        of member: FHIRMember, _ name: Int, of object: Int, _ type: FHIRType, _ found: inout Found
    ) -> Bool {
        let record = model.members[Int(member.number)]
        let bit: UInt64 = 1 << UInt64(record.ordinal)
        if record.isChoice, hasOtherChoice(than: member, in: object, type) { return fail(.secondChoice, at: name) }
        if found.siblings & bit != 0 { return fail(.duplicateElement, at: name) }
        found.siblings |= bit
        let sibling = name + 1
        guard record.repeats else { return isObject(sibling, .element) }
        guard document.kind(sibling) == .array else {
            return fail(document.kind(sibling) == .null ? .null : .needsArray, at: sibling)
        }
        guard document.next(sibling) > sibling + 1 else { return fail(.empty, at: sibling) }
        let values = value(of: member, isSibling: false, in: object, type)
        if let values, document.kind(values) == .array, count(values) != count(sibling) {
            return fail(.unevenArrays, at: sibling)
        }
        let end = document.next(sibling)
        var item = sibling + 1
        while item < end {
            if document.kind(item) == .null {
                if values == nil { return fail(.null, at: item) }
            } else if !isObject(item, .element) {
                return false
            }
            item = document.next(item)
        }
        return true
    }

    /// Whether what stands beside an item of an array of values is an object.
    private func hasExtensions(
        _ item: Int, of values: Int, _ member: FHIRMember, in object: Int, _ type: FHIRType
    ) -> Bool {
        guard let sibling = value(of: member, isSibling: true, in: object, type), document.kind(sibling) == .array
        else { return false }
        var own = values + 1
        var other = sibling + 1
        while own < item, other < document.next(sibling) {
            own = document.next(own)
            other = document.next(other)
        }
        return other < document.next(sibling) && document.kind(other) == .object
    }

    private func value(of member: FHIRMember, isSibling: Bool, in object: Int, _ type: FHIRType) -> Int? {
        var name = object + 1
        while name < document.next(object) {
            if let found = resolve(name, type), found.member == member, found.isSibling == isSibling {
                return name + 1
            }
            name = document.next(name + 1)
        }
        return nil
    }

    /// Whether the object has a member of the same choice with another type.
    private func hasOtherChoice(than member: FHIRMember, in object: Int, _ type: FHIRType) -> Bool {
        var name = object + 1
        while name < document.next(object) {
            if let found = resolve(name, type)?.member, found != member, found.element == member.element {
                return true
            }
            name = document.next(name + 1)
        }
        return false
    }

    private func resolve(_ name: Int, _ type: FHIRType) -> (member: FHIRMember, isSibling: Bool)? {
        let text = document.string(name)
        if let member = type.member(named: text) { return (member, false) }
        guard text.utf8.first == UInt8(ascii: "_") else { return nil }
        return type.member(named: String(text.dropFirst())).map { ($0, true) }
    }

    private func count(_ array: Int) -> Int {
        var count = 0
        var item = array + 1
        while item < document.next(array) {
            count += 1
            item = document.next(item)
        }
        return count
    }
}

// Values.
extension ResourceValidator {
    /// Whether a value is of the member's type.
    private mutating func isSingle(_ node: Int, _ record: MemberRecord) -> Bool {
        switch record.format {
        case .object:
            guard isObject(node, record.type) else { return false }
        case .resource:
            return isResource(node, isContained: record.element == Elements.contained)
        case .boolean:
            return document.kind(node) == .boolean || failKind(.boolean, at: node)
        case .decimal, .integer, .positiveInt, .unsignedInt:
            guard document.kind(node) == .number else { return failKind(.number, at: node) }
            let isWritten = unsafe document.withBytes(document.range(node)) {
                unsafe PrimitiveFormat.accepts(number: $0, as: record.format)
            }
            return isWritten || failFormat(record, at: node)
        default:
            guard document.kind(node) == .string else { return failKind(.string, at: node) }
            guard isWritten(node, as: record.format) else { return failFormat(record, at: node) }
        }
        return !isStrict || isBound(node, record)
    }

    private func isWritten(_ node: Int, as format: ValueFormat) -> Bool {
        let range = document.contentRange(node)
        if !document.isEscaped(node) || format.allowsEscapes {
            let isWritten = unsafe document.withBytes(range) { unsafe PrimitiveFormat.accepts($0, as: format) }
            if isWritten || !document.isEscaped(node) { return isWritten }
        }
        var text = document.string(node)
        return text.withUTF8 { unsafe PrimitiveFormat.accepts($0, as: format) }
    }

    private mutating func failFormat(_ record: MemberRecord, at node: Int) -> Bool {
        if document.kind(node) == .string, document.contentRange(node).isEmpty { return fail(.empty, at: node) }
        if record.format == .reference { return fail(.malformedReference, at: node) }
        return fail(.malformed(record.type.primitive ?? .string), at: node)
    }

    /// Whether a code, or one of the codings of a concept, is in the value set that the element requires.
    private mutating func isBound(_ node: Int, _ record: MemberRecord) -> Bool {
        let binding = model.elements[Int(record.element.number)].binding
        guard binding > 0, let set = RequiredValueSets.all[Int(binding) - 1] else { return true }
        let isBound =
            switch record.type {
            case .codeableConcept: RequiredValueSets.hasCoding(of: set, JSONValue(document: document, node: node))
            case .coding: RequiredValueSets.isCoding(of: set, JSONValue(document: document, node: node))
            default: document.kind(node) != .string || set.contains(code: document.string(node))
            }
        return isBound || fail(.notInValueSet(url: set.url), at: node)
    }
}

private enum MemberNames {
    static let resourceType = Array("resourceType".utf8)
}

/// Elements with rules of their own.
private enum Elements {
    static let contained = FHIRType(named: "DomainResource")?.element(named: "contained")
}

/// Elements of datatypes by their bits.
private enum Bits {
    static let id = bit(of: "id")
    static let extensions = bit(of: "extension")
    static let value = bit(of: "value")

    /// An extension has all of them, and what it has from Element stands at the same place everywhere.
    private static func bit(of name: String) -> UInt64 {
        guard let element = FHIRType.extension.element(named: name) else { return 0 }
        return 1 << UInt64(FHIRModel.r4.elements[Int(element.number)].ordinal)
    }
}

extension ValueFormat {
    /// Whether `_name` may stand beside the value.
    fileprivate var isPrimitive: Bool { self != .object && self != .resource }

    /// Whether a value that is well written with its escapes is so without them.
    fileprivate var allowsEscapes: Bool { self == .string || self == .markdown || self == .xhtml }
}

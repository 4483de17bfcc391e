extension FHIRPathItem {
    /// The item as a value of FHIRPath's own types: what a FHIR primitive or quantity stands for where an operator or
    /// a function needs one (R4, section 2.9.2). Other elements stay what they are.
    var value: FHIRPathItem {
        guard case .element(let element) = self else { return self }
        return element.systemValue ?? self
    }

    /// The item's type when it is one of FHIRPath's own.
    var systemType: FHIRPathSystemType? {
        switch self {
        case .element, .type: nil
        case .boolean: .boolean
        case .integer: .integer
        case .decimal: .decimal
        case .string: .string
        case .date: .date
        case .dateTime: .dateTime
        case .time: .time
        case .quantity: .quantity
        }
    }

    /// The name of the item's type: the FHIR type of an element, and of computed values `boolean`, `integer`,
    /// `decimal`, `string`, `date`, `dateTime`, `time`, `Quantity` or `TypeInfo`.
    public var typeName: String {
        switch self {
        case .element(let element): element.typeName
        case .boolean: "boolean"
        case .integer: "integer"
        case .decimal: "decimal"
        case .string: "string"
        case .date: "date"
        case .dateTime: "dateTime"
        case .time: "time"
        case .quantity: "Quantity"
        case .type: "TypeInfo"
        }
    }

    /// The item as text: a primitive as FHIR writes it, a quantity as a literal would, anything else as compact JSON.
    public var text: String {
        switch self {
        case .element(let element): element.json.map { $0.string ?? $0.rawText } ?? ""
        case .boolean(let value): value ? "true" : "false"
        case .integer(let value): String(value)
        case .decimal(let value): value.description
        case .string(let value): value
        case .date(let value): value.text
        case .dateTime(let value): value.text
        case .time(let value): value.text
        case .quantity(let value): value.text
        case .type(let type): "\(type.namespace).\(type.name)"
        }
    }

    /// What a member's name finds in a value that is no element.
    func parts(named name: String) -> [FHIRPathItem] {
        switch (self, name) {
        case (.type(let type), "name"): [.string(type.name)]
        case (.type(let type), "namespace"): [.string(type.namespace)]
        case (.quantity(let quantity), "value"): [.decimal(quantity.value)]
        case (.quantity(let quantity), "unit"), (.quantity(let quantity), "code"):
            [.string(quantity.unit.text)]
        default: []
        }
    }
}

extension QuantityUnit {
    /// The code or word of the unit.
    var text: String {
        switch self {
        case .calendar(let unit): unit.keyword
        case .ucum(let code), .other(_, let code): code
        }
    }
}

extension FHIRPathElement {
    static let valueMember = FHIRPathMember("value")
    private static let unitMember = Array("unit".utf8)
    private static let codeMember = Array("code".utf8)
    private static let systemMember = Array("system".utf8)
    private static let comparatorMember = Array("comparator".utf8)

    /// The name of the type; `Element` where none is known.
    var typeName: String {
        if let type { return type.name }
        switch kind {
        case .boolean: return "boolean"
        case .string: return "string"
        case .number: return "decimal"
        default: return "Element"
        }
    }

    /// What the element stands for as a value of FHIRPath's own types; nil when it has no such value.
    var systemValue: FHIRPathItem? {
        guard node >= 0 else { return nil }
        let node = Int(node)
        guard let type else { return untypedValue(node) }
        if let primitive = type.primitive { return value(of: primitive, node) }
        return type.isA(.quantity) ? quantity(node).map(FHIRPathItem.quantity) : nil
    }

    private func untypedValue(_ node: Int) -> FHIRPathItem? {
        switch document.kind(node) {
        case .boolean: .boolean(document.isTrue(node))
        case .string: .string(document.string(node))
        case .number: integer(node).map(FHIRPathItem.integer) ?? decimal(node).map { .decimal($0) }
        default: nil
        }
    }

    private func value(of primitive: FHIRPrimitive, _ node: Int) -> FHIRPathItem? {
        let kind = document.kind(node)
        // Text that is no value of its type is what it is: text.
        guard kind == primitive.jsonKind else { return untypedValue(node) }
        switch primitive.system {
        case .boolean: return .boolean(document.isTrue(node))
        case .integer: return integer(node).map(FHIRPathItem.integer) ?? decimal(node).map { .decimal($0) }
        case .decimal: return decimal(node).map { .decimal($0) }
        case .date: return dateTime(node).map(FHIRPathItem.date) ?? untypedValue(node)
        case .dateTime: return dateTime(node).map(FHIRPathItem.dateTime) ?? untypedValue(node)
        case .time: return FHIRTime(document.string(node)).map(FHIRPathItem.time) ?? untypedValue(node)
        default: return .string(document.string(node))
        }
    }

    /// An integer of 32 bits, as FHIRPath has them; arithmetic of them cannot overflow.
    private func integer(_ node: Int) -> Int? {
        unsafe document.withBytes(document.range(node)) { Int32(unsafe String(decoding: $0, as: UTF8.self)) }.map(
            Int.init)
    }

    private func decimal(_ node: Int) -> FHIRDecimal? {
        unsafe document.withBytes(document.range(node)) { unsafe FHIRDecimal.parse($0) }
    }

    private func dateTime(_ node: Int) -> FHIRDateTime? {
        if document.isEscaped(node) { return FHIRDateTime(document.string(node)) }
        return unsafe document.withBytes(document.contentRange(node)) { unsafe FHIRDateTime.parse($0) }
    }

    /// The quantity that an element of that type stands for; nil without a value, or with a comparator.
    private func quantity(_ node: Int) -> FHIRQuantity? {
        guard document.kind(node) == .object,
            let number = document.member(Self.valueMember.bytes, of: node), document.kind(number) == .number,
            let value = decimal(number), document.member(Self.comparatorMember, of: node) == nil
        else { return nil }
        let unit = QuantityUnit(
            system: text(Self.systemMember, of: node), code: text(Self.codeMember, of: node),
            unit: text(Self.unitMember, of: node))
        return FHIRQuantity(value, unit)
    }

    private func text(_ name: [UInt8], of node: Int) -> String? {
        guard let found = document.member(name, of: node), document.kind(found) == .string else { return nil }
        return document.string(found)
    }

    /// Adds the items that a name finds in the element.
    func appendMembers(_ step: FHIRPathStep, to items: inout [FHIRPathItem]) {
        if node >= 0, step.member.name == "value", type?.primitive != nil, let value = systemValue {
            items.append(value)
            return
        }
        guard let object = objectNode, let meaning = step.meaning(in: type) else { return }
        document.visit(step.member, meaning, of: object) { node, companion, type in
            items.append(.element(FHIRPathElement(document: document, node: node, companion: companion, type: type)))
            return true
        }
    }

    /// Adds all elements directly in this one, in the order of the document.
    func appendChildren(to items: inout [FHIRPathItem]) {
        guard let object = objectNode else { return }
        let document = document
        let end = document.next(object)
        var index = object + 1
        while index < end {
            defer { index = document.next(index + 1) }
            let range = document.contentRange(index)
            if document.bytes(range, are: Self.resourceTypeName) { continue }
            let isCompanion = document.bytes(range, start: [UInt8(ascii: "_")])
            let name = isCompanion ? range.dropFirst(1) : range
            let other = sibling(of: name, isCompanion: !isCompanion, in: object)
            // A companion belongs to the member that it accompanies, and comes with it.
            if isCompanion, other >= 0 { continue }
            let member = type.flatMap { type in
                unsafe document.withBytes(name) { unsafe FHIRModel.r4.member(named: $0, of: type) }
            }
            if type != nil, member == nil { continue }
            let isResource = member?.type == .resource
            document.visitValues(
                isCompanion ? -1 : index + 1, isCompanion ? index + 1 : other, member?.type, isResource: isResource
            ) { node, companion, type in
                items.append(
                    .element(FHIRPathElement(document: document, node: node, companion: companion, type: type)))
                return true
            }
        }
    }

    /// The value of the member that has the same name, but for the underscore of a companion; -1 without one.
    private func sibling(of name: Range<Int>, isCompanion: Bool, in object: Int) -> Int {
        let end = document.next(object)
        var index = object + 1
        while index < end {
            let range = document.contentRange(index)
            if range.count == name.count + (isCompanion ? 1 : 0),
                document.sameBytes(isCompanion ? range.dropFirst(1) : range, name),
                !isCompanion || document.bytes(range, start: [UInt8(ascii: "_")])
            {
                return index + 1
            }
            index = document.next(index + 1)
        }
        return -1
    }
}

// Where an element stands.
extension FHIRPathElement {
    /// The resources that the element stands in, from the outermost to itself.
    var enclosingResources: [FHIRPathElement] {
        var found: [FHIRPathElement] = []
        let target = Int(Swift.max(node, companion))
        var current = 0
        while true {
            if document.kind(current) == .object, let type = Self.resourceType(of: current, in: document) {
                found.append(FHIRPathElement(document: document, node: current, type: type))
            }
            guard current != target, let inner = child(of: current, holding: target) else { return found }
            current = inner
        }
    }

    /// The resource that contains the innermost one, or that itself when none does.
    var containerResource: FHIRPathElement? {
        let chain = enclosingResources
        guard let inner = chain.last else { return nil }
        guard chain.count > 1 else { return inner }
        let outer = chain[chain.count - 2]
        // What is entered into a bundle or parameters stands alone; what is contained does not.
        let contained = outer.document.member(Array("contained".utf8), of: Int(outer.node))
        guard let contained, contained < inner.node, inner.node < document.next(contained) else { return inner }
        return outer
    }

    private func child(of parent: Int, holding target: Int) -> Int? {
        let end = document.next(parent)
        guard target > parent, target < end else { return nil }
        let isObject = document.kind(parent) == .object
        guard isObject || document.kind(parent) == .array else { return nil }
        var index = parent + 1
        while index < end {
            let value = isObject ? index + 1 : index
            let next = document.next(value)
            if target < next { return target >= value ? value : nil }
            index = next
        }
        return nil
    }
}

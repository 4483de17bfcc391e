// Equality and equivalence (FHIRPath N1, section 6.1).
extension FHIRPathItem {
    /// Whether two items are equal; nil where that is undecided.
    func isEqual(to other: FHIRPathItem) -> Bool? {
        let (left, right) = (value, other.value)
        switch (left, right) {
        case (.boolean(let a), .boolean(let b)): return a == b
        case (.integer(let a), .integer(let b)): return a == b
        case (.integer(let a), .decimal(let b)): return FHIRDecimal(a) == b
        case (.decimal(let a), .integer(let b)): return a == FHIRDecimal(b)
        case (.decimal(let a), .decimal(let b)): return a == b
        case (.string(let a), .string(let b)): return a.unicodeScalars.elementsEqual(b.unicodeScalars)
        case (.date(let a), .date(let b)), (.date(let a), .dateTime(let b)), (.dateTime(let a), .date(let b)),
            (.dateTime(let a), .dateTime(let b)):
            return a.order(relativeTo: b).map { $0 == .same }
        case (.time(let a), .time(let b)): return a.order(relativeTo: b).map { $0 == .same }
        case (.quantity(let a), .quantity(let b)): return a.order(relativeTo: b).map { $0 == .same }
        case (.quantity(let a), .integer(let b)):
            return FHIRPathItem.quantity(a).isEqual(to: .quantity(FHIRQuantity(FHIRDecimal(b))))
        case (.quantity(let a), .decimal(let b)):
            return FHIRPathItem.quantity(a).isEqual(to: .quantity(FHIRQuantity(b)))
        case (.integer(let a), .quantity(let b)):
            return FHIRPathItem.quantity(FHIRQuantity(FHIRDecimal(a))).isEqual(to: .quantity(b))
        case (.decimal(let a), .quantity(let b)):
            return FHIRPathItem.quantity(FHIRQuantity(a)).isEqual(to: .quantity(b))
        case (.type(let a), .type(let b)): return a == b
        case (.element(let a), .element(let b)): return a.isEqual(to: b)
        default: return false
        }
    }

    /// Whether two items are equivalent, which is always decided.
    func isEquivalent(to other: FHIRPathItem) -> Bool {
        let (left, right) = (value, other.value)
        switch (left, right) {
        case (.integer(let a), .decimal(let b)): return FHIRDecimal(a).isEquivalent(to: b)
        case (.decimal(let a), .integer(let b)): return a.isEquivalent(to: FHIRDecimal(b))
        case (.decimal(let a), .decimal(let b)): return a.isEquivalent(to: b)
        case (.string(let a), .string(let b)): return Self.folded(a) == Self.folded(b)
        case (.date(let a), .date(let b)), (.date(let a), .dateTime(let b)), (.dateTime(let a), .date(let b)),
            (.dateTime(let a), .dateTime(let b)):
            return a.isEquivalent(to: b)
        case (.time(let a), .time(let b)): return a.isEquivalent(to: b)
        case (.quantity(let a), .quantity(let b)): return a.isEquivalent(to: b)
        case (.element(let a), .element(let b)): return a.isEquivalent(to: b)
        default: return isEqual(to: other) ?? false
        }
    }

    /// A text without the difference of cases and of kinds of white space; how much there is of it counts.
    private static func folded(_ text: String) -> String {
        String(String.UnicodeScalarView(text.lowercased().unicodeScalars.map { $0.properties.isWhitespace ? " " : $0 }))
    }

    /// A number that equal items share.
    var equalityHash: Int {
        switch value {
        case .boolean(let value): return value.hashValue
        case .string(let value):
            var hasher = Hasher()
            for scalar in value.unicodeScalars { hasher.combine(scalar) }
            return hasher.finalize()
        case .integer(let value): return FHIRDecimal(value).hashValue
        case .decimal(let value): return value.hashValue
        // Equal quantities differ in unit, and equal times in precision and offset.
        case .quantity, .date, .dateTime, .time: return 1
        case .type(let type): return type.hashValue
        case .element(let element): return element.shapeHash
        }
    }
}

extension FHIRPathElement {
    /// The parts of an element by name: each with all its values.
    private var children: [(name: String, items: [FHIRPathItem])] {
        guard let object = objectNode else { return [] }
        var result: [(name: String, items: [FHIRPathItem])] = []
        var index = object + 1
        let end = document.next(object)
        while index < end {
            let name = document.string(index)
            if type != nil || !name.hasPrefix("_") {
                let member = type?.member(named: name)
                var items: [FHIRPathItem] = []
                document.visitValues(index + 1, -1, member?.type, isResource: member?.type == .resource) {
                    node, companion, type in
                    items.append(
                        .element(FHIRPathElement(document: document, node: node, companion: companion, type: type)))
                    return true
                }
                result.append((name, items))
            }
            index = document.next(index + 1)
        }
        return result
    }

    /// Whether both have the same parts with equal values, in the same order.
    func isEqual(to other: FHIRPathElement) -> Bool? {
        if isSamePlace(as: other) { return true }
        guard kind == other.kind else { return false }
        guard objectNode != nil, other.objectNode != nil else {
            return json?.rawBytes == other.json?.rawBytes && companion == other.companion
        }
        let (left, right) = (children, other.children)
        guard left.count == right.count else { return false }
        var isDecided = true
        for (name, items) in left {
            guard let match = right.first(where: { $0.name == name }), match.items.count == items.count else {
                return false
            }
            for (a, b) in zip(items, match.items) {
                switch a.isEqual(to: b) {
                case true?: continue
                case false?: return false
                case nil: isDecided = false
                }
            }
        }
        return isDecided ? true : nil
    }

    /// Whether both have the same parts with equivalent values, in any order.
    func isEquivalent(to other: FHIRPathElement) -> Bool {
        if isSamePlace(as: other) { return true }
        guard objectNode != nil, other.objectNode != nil else { return isEqual(to: other) ?? false }
        let (left, right) = (children, other.children)
        guard left.count == right.count else { return false }
        return left.allSatisfy { name, items in
            guard let match = right.first(where: { $0.name == name }) else { return false }
            return FHIRPathEvaluation.areEquivalent(items, match.items)
        }
    }

    /// A number that elements with equal parts share.
    fileprivate var shapeHash: Int {
        guard let object = objectNode else { return json?.rawBytes.hashValue ?? 0 }
        var sum = 0
        var index = object + 1
        let end = document.next(object)
        while index < end {
            // Members may stand in any order.
            sum &+= document.string(index).hashValue
            if document.kind(index + 1) == .string, type?.primitive == nil {
                let isText =
                    type == nil || type?.member(named: document.string(index))?.type.primitive?.system == .string
                if isText { sum &+= document.string(index + 1).hashValue &* 31 }
            }
            index = document.next(index + 1)
        }
        return sum
    }
}

extension FHIRPathEvaluation {
    /// Whether two collections are equal, item by item; nil where that is undecided or one is empty.
    func areEqual(_ left: [FHIRPathItem], _ right: [FHIRPathItem], at range: Range<Int>) throws(FHIRPathError) -> Bool?
    {
        guard !left.isEmpty, !right.isEmpty else { return nil }
        guard left.count == right.count else { return false }
        try spend(left.count, at: range)
        var isDecided = true
        for (a, b) in zip(left, right) {
            switch a.isEqual(to: b) {
            case true?: continue
            case false?: return false
            case nil: isDecided = false
            }
        }
        return isDecided ? true : nil
    }

    /// Whether two collections have equivalent items, in any order.
    static func areEquivalent(_ left: [FHIRPathItem], _ right: [FHIRPathItem]) -> Bool {
        guard left.count == right.count else { return false }
        var rest = right
        for item in left {
            guard let match = rest.firstIndex(where: { item.isEquivalent(to: $0) }) else { return false }
            rest.remove(at: match)
        }
        return true
    }
}

/// Items of which no two are equal, in the order of their coming.
struct FHIRPathItemSet {
    private(set) var items: [FHIRPathItem] = []
    private var places: [Int: [Int]] = [:]

    func contains(_ item: FHIRPathItem) -> Bool {
        (places[item.equalityHash] ?? []).contains { items[$0].isEqual(to: item) == true }
    }

    /// Adds an item that is not yet there; whether it was added.
    @discardableResult
    mutating func insert(_ item: FHIRPathItem) -> Bool {
        let hash = item.equalityHash
        let candidates = places[hash] ?? []
        guard !candidates.contains(where: { items[$0].isEqual(to: item) == true }) else { return false }
        places[hash] = candidates + [items.count]
        items.append(item)
        return true
    }
}

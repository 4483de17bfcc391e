/// Values without repetitions. Few are compared one by one; a terminology has thousands.
struct SearchValueSet {
    private var values: [SearchValue] = []
    private var seen: Set<SearchValue> = []

    /// Adds a value, and says whether it was not there.
    mutating func insert(_ value: SearchValue) -> Bool {
        if values.count < 16 {
            if values.contains(where: { $0.isSame(as: value) }) { return false }
        } else {
            if seen.isEmpty { seen.formUnion(values) }
            // Equal texts may differ in their bytes; then all are looked at, which no real resource needs.
            let (isNew, equal) = seen.insert(value)
            if !isNew, equal.isSame(as: value) || values.contains(where: { $0.isSame(as: value) }) { return false }
        }
        values.append(value)
        return true
    }

    mutating func removeAll() {
        values.removeAll(keepingCapacity: true)
        if !seen.isEmpty { seen = [] }
    }
}

// Codes and texts are the same when their bytes are; strings are equal up to Unicode normalization.
extension SearchValue {
    func isSame(as other: SearchValue) -> Bool {
        switch (self, other) {
        case (.token(let left), .token(let right)): left.isSame(as: right)
        case (.string(let left), .string(let right)): left.text.isSame(as: right.text)
        case (.uri(let left), .uri(let right)): left.isSame(as: right)
        case (.quantity(let left), .quantity(let right)):
            left == right && left.code.isSame(as: right.code) && left.system.isSame(as: right.system)
                && left.unit.isSame(as: right.unit)
        case (.reference(let left), .reference(let right)): left.isSame(as: right)
        case (.composite(let left), .composite(let right)):
            left.count == right.count && zip(left, right).allSatisfy { $0.isSame(as: $1) }
        default: self == other
        }
    }
}

extension SearchReference {
    fileprivate func isSame(as other: SearchReference) -> Bool {
        switch (self, other) {
        case (.resource(let type, let id), .resource(let otherType, let otherID)):
            type == otherType && id.isSame(as: otherID)
        case (.url(let left), .url(let right)): left.isSame(as: right)
        case (.identifier(let left), .identifier(let right)): left.isSame(as: right)
        default: false
        }
    }
}

extension Token {
    fileprivate func isSame(as other: Token) -> Bool { code.isSame(as: other.code) && system.isSame(as: other.system) }
}

extension SearchCriterion {
    /// Whether a resource satisfies the condition: one of its values does, or, for `:missing=true` and `:not`, none.
    ///
    /// `ne` asks for a value that is not equal, as R4 has it: a resource without values does not satisfy it, and one
    /// with several satisfies it by any of them.
    public func matches(_ values: [SearchValue]) -> Bool {
        if case .missing(let isMissing) = operand { return values.isEmpty == isMissing }
        return values.contains(where: matches) != (modifier == .not)
    }

    /// Whether one value satisfies the condition; of `:not`, whether it is the value that none may be, and of
    /// `:missing=false`, always.
    public func matches(_ value: SearchValue) -> Bool {
        switch (operand, value) {
        case (.missing(let isMissing), _): return !isMissing
        case (.token(let system, let code), .token(let token)): return Self.matches(token, system, code)
        case (.token(let system, let code), .reference(.identifier(let token))):
            return modifier == .identifier && Self.matches(token, system, code)
        case (.date(let date), .date(let found)): return matches(found, date)
        case (.string(let text, let folded), .string(let found)): return matches(found, text, folded)
        case (.number(let number), .number(let found)):
            return SearchSpan(low: found, high: found).satisfies(comparison, number) { ValueOrder($0, $1) }
        case (.quantity(let number, let unit), .quantity(let found)): return matches(found, number, unit)
        case (.reference(.url(let url)), .reference(.url(let found))): return Self.isVersion(found, of: url)
        case (.reference(let reference), .reference(let found)): return reference == found
        case (.id(let id), .reference(.resource(_, let found))): return id == found
        case (.uri(let uri), .uri(let found)): return matches(found, uri)
        case (.composite(let criteria), .composite(let found)):
            return criteria.count == found.count && zip(criteria, found).allSatisfy { $0.matches($1) }
        default: return false
        }
    }

    private static func matches(_ token: Token, _ system: String?, _ code: String?) -> Bool {
        (system.map { $0.isSame(as: token.system) } ?? true) && (code.map { $0.isSame(as: token.code) } ?? true)
    }

    /// R4, section 3.1.1.4.7: the range before a date ends where the date begins, and that behind it begins where it
    /// ends.
    private func matches(_ found: SearchDate, _ date: SearchDate) -> Bool {
        let isContained = date.from <= found.from && found.until <= date.until
        return switch comparison {
        case .equal: isContained
        case .notEqual: !isContained
        case .less: found.from < date.from
        case .lessOrEqual: found.from < date.from || isContained
        case .greater: found.until > date.until
        case .greaterOrEqual: found.until > date.until || isContained
        case .startsAfter: found.from >= date.until
        case .endsBefore: found.until <= date.from
        case .approximately: found.from < date.until && date.from < found.until
        }
    }

    private func matches(_ found: SearchString, _ text: String, _ folded: String) -> Bool {
        switch modifier {
        case .exact: found.text.isSame(as: text)
        case .contains: found.folded.hasBytes(of: folded)
        default: found.folded.utf8.starts(with: folded.utf8)
        }
    }

    private func matches(_ found: String, _ uri: String) -> Bool {
        switch modifier {
        case .below: found.utf8.starts(with: uri.utf8)
        case .above: uri.utf8.starts(with: found.utf8)
        default: Self.isVersion(found, of: uri)
        }
    }

    /// Whether a canonical URL is the one that is looked for, which names a version only if it matters.
    private static func isVersion(_ found: String, of url: String) -> Bool {
        if found.isSame(as: url) { return true }
        return found.utf8.starts(with: url.utf8) && found.utf8.dropFirst(url.utf8.count).first == UInt8(ascii: "|")
            && !url.utf8.contains(UInt8(ascii: "|"))
    }

    private func matches(_ found: SearchQuantity, _ number: SearchNumber, _ unit: SearchUnit) -> Bool {
        let span = SearchSpan(found)
        switch unit {
        case .any: break
        case .named(let name):
            guard found.code.isSame(as: name) || found.unit.isSame(as: name) else { return false }
        case .coded(let system, let code):
            guard found.system.isSame(as: system), found.code.isSame(as: code) else { return false }
        case .ucum(let code):
            guard found.system == QuantityUnit.ucumSystem else { return false }
            guard found.code.isSame(as: code) else {
                let (own, other) = (QuantityUnit.ucum(found.code), QuantityUnit.ucum(code))
                return span.satisfies(comparison, number) {
                    FHIRQuantity($0, own).order(relativeTo: FHIRQuantity($1, other))
                }
            }
        }
        return span.satisfies(comparison, number) { ValueOrder($0, $1) }
    }
}

/// The numbers that a value stands for: one, or all between two bounds.
struct SearchSpan {
    let low: FHIRDecimal?
    let high: FHIRDecimal?
    var excludesLow = false
    var excludesHigh = false

    init(low: FHIRDecimal?, high: FHIRDecimal?) {
        self.low = low
        self.high = high
    }

    init(_ quantity: SearchQuantity) {
        self.init(low: quantity.low, high: quantity.high)
        excludesLow = quantity.excludesLow
        excludesHigh = quantity.excludesHigh
    }

    /// Whether the numbers compare so with the one that is looked for. Equality minds that one's precision, the others
    /// take it exactly (R4, section 3.1.1.4.6). Where nothing can be compared, nothing is satisfied.
    func satisfies(
        _ comparison: SearchComparison, _ number: SearchNumber, _ order: (FHIRDecimal, FHIRDecimal) -> ValueOrder?
    ) -> Bool {
        guard let some = low ?? high, order(some, number.value) != nil else { return false }
        /// Whether some of the numbers is above a bound, or the bound itself where that counts.
        func reachesAbove(_ bound: FHIRDecimal, orIs: Bool) -> Bool {
            guard let high else { return true }
            let place = order(high, bound)
            return place == .descending || (orIs && place == .same && !excludesHigh)
        }
        func reachesBelow(_ bound: FHIRDecimal, orIs: Bool) -> Bool {
            guard let low else { return true }
            let place = order(low, bound)
            return place == .ascending || (orIs && place == .same && !excludesLow)
        }
        switch comparison {
        case .equal, .notEqual:
            let isContained = !reachesBelow(number.from, orIs: false) && !reachesAbove(number.until, orIs: true)
            return isContained == (comparison == .equal)
        case .less: return reachesBelow(number.value, orIs: false)
        case .lessOrEqual: return reachesBelow(number.value, orIs: true)
        case .greater: return reachesAbove(number.value, orIs: false)
        case .greaterOrEqual: return reachesAbove(number.value, orIs: true)
        case .startsAfter: return !reachesBelow(number.value, orIs: true)
        case .endsBefore: return !reachesAbove(number.value, orIs: true)
        case .approximately:
            let range = number.approximation
            return reachesAbove(range.lowerBound, orIs: true) && reachesBelow(range.upperBound, orIs: true)
        }
    }
}

extension String {
    /// Whether both are the same, byte by byte; `==` takes canonically equivalent texts for equal.
    func isSame(as other: String) -> Bool { utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8) }

    /// Whether the bytes of another stand in this one.
    func hasBytes(of other: String) -> Bool {
        var rest = utf8[...]
        while rest.count >= other.utf8.count {
            if rest.starts(with: other.utf8) { return true }
            rest = rest.dropFirst()
        }
        return false
    }
}

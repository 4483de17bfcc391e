// FHIRPath N1, 6.1 and 6.2, where it speaks of quantities.
extension FHIRQuantity {
    /// Smaller, equal or greater; nil when the units cannot be compared:
    ///
    /// - units of different dimensions, and units that UCUM does not have, unless they are the same;
    /// - a calendar year or month, and any unit of UCUM; UCUM's `a` and `mo` and any calendar unit. Other
    ///   calendar units are equal to UCUM's.
    public func order(relativeTo other: FHIRQuantity) -> ValueOrder? {
        if unit == other.unit { return ValueOrder(value, other.value) }
        switch (unit, other.unit) {
        case (.calendar(let left), .calendar(let right)):
            return ValueOrder(Rational(value) * left.factor(to: right), Rational(other.value))
        case (.calendar(let left), .ucum):
            guard let right = other.unit.definiteDuration, !left.isIndefinite else { return nil }
            return ValueOrder(
                Rational(value) * left.factor(to: .second), Rational(other.value) * right.factor)
        case (.ucum, .calendar):
            guard let left = unit.definiteDuration, case .calendar(let right) = other.unit, !right.isIndefinite
            else { return nil }
            return ValueOrder(
                Rational(value) * left.factor, Rational(other.value) * right.factor(to: .second))
        case (.ucum, .ucum):
            guard let left = unit.ucum, let right = other.unit.ucum, left.isCommensurable(with: right)
            else { return nil }
            if let first = left.shortFactor?.exactProduct(value),
                let second = right.shortFactor?.exactProduct(other.value)
            {
                return ValueOrder(first, second)
            }
            return ValueOrder(value.inBaseUnits(left), other.value.inBaseUnits(right))
        default: return nil
        }
    }

    /// Whether both are of one dimension, so that UCUM could convert one into the other (`comparable()`).
    public func isComparable(to other: FHIRQuantity) -> Bool {
        order(relativeTo: other) != nil
    }

    /// Whether both are equal when the finer is converted to the unit of the coarser and both are rounded to
    /// the shorter fraction. A calendar year is equivalent to UCUM's `a`, a month to `mo`. Units that cannot
    /// be compared are not equivalent.
    public func isEquivalent(to other: FHIRQuantity) -> Bool {
        if unit == other.unit { return value.isEquivalent(to: other.value) }
        if case .calendar(let calendar) = unit, case .ucum = other.unit {
            return FHIRQuantity(value, .ucum(calendar.ucumCode)).isEquivalent(to: other)
        }
        if case .ucum = unit, case .calendar = other.unit { return other.isEquivalent(to: self) }
        guard let isCoarser = isCoarserOrEqual(to: other) else { return false }
        let (coarse, fine) = isCoarser ? (self, other) : (other, self)
        guard let converted = fine.converted(to: coarse.unit) else { return false }
        return converted.value.isEquivalent(to: coarse.value)
    }

    /// Whether one of this unit is at least one of the other; nil unless both are of one system and dimension.
    func isCoarserOrEqual(to other: FHIRQuantity) -> Bool? {
        if unit == other.unit { return true }
        if case .calendar(let left) = unit, case .calendar(let right) = other.unit { return left <= right }
        guard let left = unit.ucum, let right = other.unit.ucum, left.isCommensurable(with: right) else { return nil }
        return left.factor >= right.factor
    }

    /// The quantity in another unit (FHIRPath, `toQuantity(unit)`); nil when the units are of different
    /// dimensions, unknown, or the result is out of range.
    ///
    /// From one system of durations to the other the value is converted within its own, and then takes the
    /// unit that stands for the same there: 182.5 days are 0.5 `a`.
    public func converted(to target: QuantityUnit) -> FHIRQuantity? {
        if unit == target { return self }
        switch (unit, target) {
        case (.calendar(let source), .calendar(let wanted)):
            return (Rational(value) * source.factor(to: wanted)).decimal.map { FHIRQuantity($0, target) }
        case (.calendar(let source), .ucum(let code)):
            if let wanted = DurationUnit(ucumCode: code) {
                return (Rational(value) * source.factor(to: wanted)).decimal.map { FHIRQuantity($0, target) }
            }
            guard let wanted = target.ucum, wanted.dimension == UnitDimension("s") else { return nil }
            return (Rational(value) * source.factor(to: .second) / wanted.factor).decimal.map {
                FHIRQuantity($0, target)
            }
        case (.ucum, .calendar(let wanted)):
            return converted(to: .ucum(wanted.ucumCode)).map { FHIRQuantity($0.value, target) }
        case (.ucum, .ucum):
            guard let source = unit.ucum, let wanted = target.ucum, source.isCommensurable(with: wanted) else {
                return nil
            }
            let base = value.inBaseUnits(source)
            return ((base - wanted.offset) / wanted.factor).decimal.map { FHIRQuantity($0, target) }
        default: return nil
        }
    }

    /// The quantity in base units; nil when the unit is none of UCUM's, or a calendar year or month.
    public var canonical: CanonicalQuantity? {
        switch unit {
        case .ucum:
            guard let unit = unit.ucum else { return nil }
            if let short = unit.shortFactor?.significantProduct(value) {
                return CanonicalQuantity(short, unit.dimension)
            }
            return CanonicalQuantity(value.inBaseUnits(unit), unit.dimension)
        case .calendar(let calendar):
            guard !calendar.isIndefinite else { return nil }
            return CanonicalQuantity(Rational(value) * calendar.factor(to: .second), UnitDimension("s"))
        case .other: return nil
        }
    }
}

extension FHIRDecimal {
    /// The value in the base units of a unit.
    fileprivate func inBaseUnits(_ unit: UCUMUnit) -> Rational {
        let scaled = Rational(self) * unit.factor
        return unit.offset.isZero ? scaled : scaled + unit.offset
    }
}

extension QuantityUnit {
    /// The unit, if it is a duration of UCUM's that a calendar unit can be compared with: no year, no month.
    fileprivate var definiteDuration: UCUMUnit? {
        guard let unit = ucum, unit.dimension == UnitDimension("s"),
            !unit.factors.contains(where: {
                $0.symbol == "a" || $0.symbol == "mo" || $0.symbol.hasPrefix("a_") || $0.symbol.hasPrefix("mo_")
            })
        else { return nil }
        return unit
    }
}

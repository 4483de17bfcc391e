// FHIRPath N1, 6.6, where it speaks of quantities. Where its rules leave a case open, those of the
// continuous build hold: what cannot be computed is empty, here nil.
extension FHIRQuantity {
    /// The sum, in the finer of both units; nil when the units cannot be added:
    ///
    /// - different dimensions, units that UCUM does not have unless they are the same, and special units;
    /// - years or months, calendar's or UCUM's, and another unit of time.
    ///
    /// A sum of a calendar unit and one of UCUM's is in a calendar unit.
    public func adding(_ other: FHIRQuantity) -> FHIRQuantity? {
        if unit.ucum?.isSpecial == true { return nil }
        if unit == other.unit { return value.adding(other.value).map { FHIRQuantity($0, unit) } }
        if isCalendar || other.isCalendar {
            guard let left = inCalendarUnits, let right = other.inCalendarUnits,
                let isCoarser = left.isCoarserOrEqual(to: right), !left.isIndefinite, !right.isIndefinite
            else { return nil }
            return left.sum(right, in: isCoarser ? right.unit : left.unit)
        }
        guard let isCoarser = isCoarserOrEqual(to: other) else { return nil }
        let isSame = other.isCoarserOrEqual(to: self) == isCoarser
        return sum(other, in: isCoarser && !isSame ? other.unit : unit)
    }

    /// The difference, as ``adding(_:)``.
    public func subtracting(_ other: FHIRQuantity) -> FHIRQuantity? { adding(other.negated) }

    private var isCalendar: Bool {
        if case .calendar = unit { true } else { false }
    }

    private var isIndefinite: Bool {
        if case .calendar(let calendar) = unit { calendar.isIndefinite } else { false }
    }

    private func sum(_ other: FHIRQuantity, in unit: QuantityUnit) -> FHIRQuantity? {
        guard let left = converted(to: unit), let right = other.converted(to: unit) else { return nil }
        return left.value.adding(right.value).map { FHIRQuantity($0, unit) }
    }

    /// The product, in the product of both units; nil when one of them is a calendar unit, special or
    /// unknown and the other is not `1`, and when the result is out of range.
    public func multiplied(by other: FHIRQuantity) -> FHIRQuantity? {
        combined(with: other, value.multiplied(by: other.value), exponent: 1)
    }

    /// The quotient, in the quotient of both units; nil as in ``multiplied(by:)``, and when the divisor is 0.
    public func divided(by divisor: FHIRQuantity) -> FHIRQuantity? {
        combined(with: divisor, value.divided(by: divisor.value), exponent: -1)
    }

    private func combined(with other: FHIRQuantity, _ value: FHIRDecimal?, exponent: Int) -> FHIRQuantity? {
        guard let value else { return nil }
        if other.unit == .one, unit.ucum?.isSpecial != true { return FHIRQuantity(value, unit) }
        if unit == .one, exponent == 1, other.unit.ucum?.isSpecial != true { return FHIRQuantity(value, other.unit) }
        guard let left = unit.ucum, let right = other.unit.ucum, !left.isSpecial, !right.isSpecial else { return nil }
        let factors =
            left.factors + right.factors.map { UnitFactor(symbol: $0.symbol, exponent: $0.exponent * exponent) }
        return FHIRQuantity(value, .ucum(Self.code(UCUMParser.merged(factors))))
    }

    /// The code of a product: `m.s`, `m/s2`, `/s`; `1` for none.
    private static func code(_ factors: [UnitFactor]) -> String {
        var above: [String] = []
        var below = ""
        for factor in factors where factor.symbol != "1" {
            let isNumber = factor.symbol.utf8.allSatisfy { $0 &- 0x30 < 10 }
            let count = abs(factor.exponent)
            // A number takes no exponent.
            let texts =
                isNumber
                ? Array(repeating: factor.symbol, count: count) : [factor.symbol + (count == 1 ? "" : String(count))]
            if factor.exponent > 0 { above += texts } else { below += texts.map { "/" + $0 }.joined() }
        }
        return above.isEmpty && below.isEmpty ? "1" : above.joined(separator: ".") + below
    }

    /// The same in the calendar unit that is most like its own.
    private var inCalendarUnits: FHIRQuantity? {
        switch unit {
        case .calendar: self
        case .ucum(let code): DurationUnit(ucumCode: code).map { FHIRQuantity(value, .calendar($0)) }
        case .other: nil
        }
    }
}

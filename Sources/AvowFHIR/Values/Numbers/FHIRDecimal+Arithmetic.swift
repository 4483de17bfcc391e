/// FHIRPath N1, 6.6 (Math).
extension FHIRDecimal {
    /// The number with the other sign.
    public var negated: FHIRDecimal { FHIRDecimal(unchecked: -coefficient, scale: scale) }

    /// The number without its sign.
    public var magnitude: FHIRDecimal { isNegative ? negated : self }

    /// The sum, with the longer fraction of the two; nil when it is out of range.
    public func adding(_ other: FHIRDecimal) -> FHIRDecimal? {
        let common = max(scale, other.scale)
        if let left = coefficient.timesPowerOfTen(common - scale),
            let right = other.coefficient.timesPowerOfTen(common - other.scale),
            case let (sum, overflow) = left.addingReportingOverflow(right), !overflow,
            let result = FHIRDecimal(coefficient: sum, scale: common)
        {
            return result
        }
        return (Rational(self) + Rational(other)).rounded(significantDigits: Self.maximumDigits)
    }

    /// The difference, with the longer fraction of the two; nil when it is out of range.
    public func subtracting(_ other: FHIRDecimal) -> FHIRDecimal? { adding(other.negated) }

    /// The product, whose fraction is as long as those of both together; nil when it is out of range.
    public func multiplied(by other: FHIRDecimal) -> FHIRDecimal? {
        let (product, overflow) = coefficient.multipliedReportingOverflow(by: other.coefficient)
        if !overflow, let exact = FHIRDecimal(coefficient: product, scale: scale + other.scale) { return exact }
        return (Rational(self) * Rational(other)).rounded(significantDigits: Self.maximumDigits)
    }

    /// The quotient: exact with the fewest digits when 38 hold it, otherwise rounded to 28 significant
    /// digits, ties to even (FHIRPath asks for 18); nil when the divisor is 0 or the result out of range.
    public func divided(by divisor: FHIRDecimal) -> FHIRDecimal? {
        divisor.isZero ? nil : (Rational(self) / Rational(divisor)).decimal
    }

    /// `div`: the quotient without its fraction; nil when the divisor is 0 or the result out of range.
    public func truncatedQuotient(dividingBy divisor: FHIRDecimal) -> FHIRDecimal? {
        guard !divisor.isZero else { return nil }
        let ratio = Rational(self) / Rational(divisor)
        let quotient = ratio.numerator.quotientAndRemainder(dividingBy: ratio.denominator).quotient
        return FHIRDecimal(isNegative: ratio.isNegative, quotient, scale: 0)
    }

    /// `mod`: what ``truncatedQuotient(dividingBy:)`` leaves, with the sign of the dividend; exact. Nil when
    /// the divisor is 0.
    public func remainder(dividingBy divisor: FHIRDecimal) -> FHIRDecimal? {
        guard !divisor.isZero else { return nil }
        let common = max(scale, divisor.scale)
        let left = BigNatural(coefficient.magnitude) * .powerOfTen(common - scale)
        let right = BigNatural(divisor.coefficient.magnitude) * .powerOfTen(common - divisor.scale)
        let remainder = left.quotientAndRemainder(dividingBy: right).remainder
        return FHIRDecimal(isNegative: isNegative, remainder, scale: common)
            ?? Rational(isNegative: isNegative, remainder, over: .powerOfTen(common)).rounded(
                significantDigits: Self.maximumDigits)
    }

    /// Whether the values are equal when both are rounded to the shorter fraction of the two; zeros at the
    /// end of a fraction do not count (FHIRPath N1, 6.1.2).
    public func isEquivalent(to other: FHIRDecimal) -> Bool {
        let (left, right) = (normalized, other.normalized)
        let places = min(left.scale, right.scale)
        return left.rounded(toPlaces: places) == right.rounded(toPlaces: places)
    }
}

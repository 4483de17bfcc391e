/// The factor of a unit as `numerator / denominator × 10^exponent`: for nearly all units a few digits, so that values
/// are converted without numbers of any size.
struct ShortFactor: Sendable {
    private let numerator: UInt128
    /// Has neither 2 nor 5 as a factor: 1 unless the unit divides by something like the 60 seconds of a minute.
    private let denominator: UInt128
    private let exponent: Int

    /// Nil for a factor that two words do not hold.
    init?(_ factor: Rational) {
        guard var numerator = factor.numerator.word, var denominator = factor.denominator.word, !factor.isNegative
        else { return nil }
        var exponent = 0
        while numerator % 10 == 0 { (numerator, exponent) = (numerator / 10, exponent + 1) }
        while denominator % 10 == 0 { (denominator, exponent) = (denominator / 10, exponent - 1) }
        // A half is five tenths, a fifth two.
        while denominator % 2 == 0 {
            let (product, overflow) = numerator.multipliedReportingOverflow(by: 5)
            guard !overflow else { return nil }
            (numerator, denominator, exponent) = (product, denominator / 2, exponent - 1)
        }
        while denominator % 5 == 0 {
            let (product, overflow) = numerator.multipliedReportingOverflow(by: 2)
            guard !overflow else { return nil }
            (numerator, denominator, exponent) = (product, denominator / 5, exponent - 1)
        }
        self.numerator = numerator
        self.denominator = denominator
        self.exponent = exponent
    }

    /// The product with a value, exact; nil when it does not terminate, or 38 digits do not hold it.
    func exactProduct(_ value: FHIRDecimal) -> FHIRDecimal? {
        guard denominator == 1 else { return nil }
        let (product, overflow) = value.coefficient.magnitude.multipliedReportingOverflow(by: numerator)
        guard !overflow, product < PowersOfTen[38] else { return nil }
        let coefficient = value.isNegative ? -Int128(product) : Int128(product)
        let scale = value.scale - exponent
        if scale >= 0 { return FHIRDecimal(coefficient: coefficient, scale: scale) }
        return coefficient.timesPowerOfTen(-scale).map { FHIRDecimal(unchecked: $0, scale: 0) }
    }

    /// The product with a value as ``Rational/significant`` has it; nil when that takes longer numbers.
    func significantProduct(_ value: FHIRDecimal) -> (coefficient: Int128, scale: Int)? {
        let (product, overflow) = value.coefficient.magnitude.multipliedReportingOverflow(by: numerator)
        guard !overflow, product < PowersOfTen[38] else { return nil }
        let scale = value.scale - exponent
        if denominator == 1 { return (value.isNegative ? -Int128(product) : Int128(product), scale) }
        guard product > 0 else { return (0, 0) }
        // As many more digits as make 38 of the quotient, one too many at most.
        var more = 38 - BigNatural(product).decimalDigitCount + BigNatural(denominator).decimalDigitCount
        while (0...38).contains(more) {
            let (high, low) = product.multipliedFullWidth(by: PowersOfTen[more])
            guard high < denominator else { return nil }
            var (quotient, remainder) = denominator.dividingFullWidth((high, low))
            guard quotient < PowersOfTen[38] else {
                more -= 1
                continue
            }
            let twice = remainder.addingReportingOverflow(remainder)
            // The denominator is odd, so that no remainder is exactly half of it.
            if twice.overflow || twice.partialValue > denominator { quotient += 1 }
            return (value.isNegative ? -Int128(quotient) : Int128(quotient), scale + more)
        }
        return nil
    }
}

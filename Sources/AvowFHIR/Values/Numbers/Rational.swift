/// An exact fraction of any size, in lowest terms.
struct Rational: Hashable, Sendable {
    let isNegative: Bool
    let numerator: BigNatural
    let denominator: BigNatural

    static let zero = Rational(1, over: 1) - Rational(1, over: 1)
    static let one = Rational(1, over: 1)

    init(_ numerator: UInt128, over denominator: UInt128 = 1) {
        self.init(isNegative: false, BigNatural(numerator), over: BigNatural(denominator))
    }

    /// - Precondition: `denominator` is not zero.
    init(isNegative: Bool, _ numerator: BigNatural, over denominator: BigNatural) {
        let divisor = denominator == .one ? .one : numerator.greatestCommonDivisor(with: denominator)
        self.isNegative = isNegative && !numerator.isZero
        self.numerator = divisor == .one ? numerator : numerator.quotientAndRemainder(dividingBy: divisor).quotient
        self.denominator =
            divisor == .one ? denominator : denominator.quotientAndRemainder(dividingBy: divisor).quotient
    }

    init(_ decimal: FHIRDecimal) {
        self.init(
            isNegative: decimal.coefficient < 0, BigNatural(decimal.coefficient.magnitude),
            over: .powerOfTen(decimal.scale))
    }

    var isZero: Bool { numerator.isZero }

    /// How many bits numerator and denominator have together.
    var bitWidth: Int { numerator.bitWidth + denominator.bitWidth }

    var negated: Rational { Rational(isNegative: !isNegative, numerator, over: denominator) }

    /// - Precondition: It is not zero.
    var inverse: Rational { Rational(isNegative: isNegative, denominator, over: numerator) }

    static func * (left: Rational, right: Rational) -> Rational {
        Rational(
            isNegative: left.isNegative != right.isNegative, left.numerator * right.numerator,
            over: left.denominator * right.denominator)
    }

    /// - Precondition: `right` is not zero.
    static func / (left: Rational, right: Rational) -> Rational { left * right.inverse }

    static func + (left: Rational, right: Rational) -> Rational {
        let leftPart = left.numerator * right.denominator
        let rightPart = right.numerator * left.denominator
        let denominator = left.denominator * right.denominator
        if left.isNegative == right.isNegative {
            return Rational(isNegative: left.isNegative, leftPart + rightPart, over: denominator)
        }
        return leftPart >= rightPart
            ? Rational(isNegative: left.isNegative, leftPart - rightPart, over: denominator)
            : Rational(isNegative: right.isNegative, rightPart - leftPart, over: denominator)
    }

    static func - (left: Rational, right: Rational) -> Rational { left + right.negated }

    func raised(to exponent: Int) -> Rational {
        let positive = Rational(
            isNegative: isNegative && exponent % 2 != 0, numerator.raised(to: abs(exponent)),
            over: denominator.raised(to: abs(exponent)))
        return exponent < 0 ? positive.inverse : positive
    }

    /// The decimal with the same value when 38 digits hold it, otherwise the nearest of 28 significant
    /// digits, or of as many as the integer part has (ties go to the even one); nil when 38 digits do not
    /// hold that part.
    ///
    /// It depends on the value alone: equal fractions give equal decimals.
    var decimal: FHIRDecimal? { exactDecimal ?? rounded(significantDigits: 28) }

    /// The decimal with the same value; nil when there is none of 38 digits.
    var exactDecimal: FHIRDecimal? {
        // Only twos and fives in the denominator: then some power of ten is a multiple of it.
        var scale = 0
        var rest = denominator
        while rest != .one, scale < FHIRDecimal.maximumScale {
            let common = rest.greatestCommonDivisor(with: BigNatural(10))
            guard common != .one else { return nil }
            rest = rest.quotientAndRemainder(dividingBy: common).quotient
            scale += 1
        }
        guard rest == .one else { return nil }
        let (quotient, _) = (numerator * .powerOfTen(scale)).quotientAndRemainder(dividingBy: denominator)
        return FHIRDecimal(isNegative: isNegative, quotient, scale: scale)
    }

    /// The nearest decimal of so many digits, or of as many as the integer part has, ties to even; nil when
    /// 38 do not hold that part.
    func rounded(significantDigits: Int) -> FHIRDecimal? {
        // At least as many digits as are wanted, and at most two more.
        let integerDigits = numerator.decimalDigitCount - denominator.decimalDigitCount
        var scale = min(max(significantDigits - integerDigits + 1, 0), FHIRDecimal.maximumScale)
        while true {
            let dividend = numerator * .powerOfTen(scale)
            var (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: denominator)
            if scale == 0 || quotient.decimalDigitCount <= significantDigits {
                let twice = remainder + remainder
                let isOdd = (quotient.digits.first ?? 0) & 1 == 1
                if twice > denominator || (twice == denominator && isOdd) { quotient = quotient + .one }
                if let result = FHIRDecimal(isNegative: isNegative, quotient, scale: scale) { return result.normalized }
                if scale == 0 { return nil }
            }
            scale -= 1
        }
    }
}

extension Rational {
    /// The nearest number of 38 digits, ties to even, as `coefficient` / 10^`scale`, where the scale may be
    /// negative. It does not pass a number on its way to its own.
    var significant: (coefficient: Int128, scale: Int) {
        guard !isZero else { return (0, 0) }
        let digits = FHIRDecimal.maximumDigits
        var scale = digits - numerator.decimalDigitCount + denominator.decimalDigitCount + 1
        while true {
            let dividend = scale > 0 ? numerator * .powerOfTen(scale) : numerator
            let divisor = scale < 0 ? denominator * .powerOfTen(-scale) : denominator
            var (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
            if quotient.decimalDigitCount <= digits {
                let twice = remainder + remainder
                let isOdd = (quotient.digits.first ?? 0) & 1 == 1
                if twice > divisor || (twice == divisor && isOdd) { quotient = quotient + .one }
                // Rounded up, it may be ten to the power of 38, which 128 bits hold.
                let coefficient = Int128(quotient.word ?? 0)
                return (isNegative ? -coefficient : coefficient, scale)
            }
            scale -= 1
        }
    }
}

extension Rational: Comparable {
    static func < (left: Rational, right: Rational) -> Bool {
        if left.isNegative != right.isNegative { return left.isNegative }
        let (leftPart, rightPart) = (left.numerator * right.denominator, right.numerator * left.denominator)
        return left.isNegative ? rightPart < leftPart : leftPart < rightPart
    }
}

/// A decimal number, exact, with the precision that it was written in (FHIR R4, 2.24.0.1, `decimal`;
/// FHIRPath N1, 2.4 and 5.7).
///
/// The value is ``coefficient`` / 10^``scale``: up to 38 digits, up to 100 of them after the point. `1.0`
/// and `1.00` are equal, hash alike and print differently. Nothing here passes through binary floating
/// point but the transcendental functions, which say so.
///
/// A result that needs more digits than there are is rounded in its fraction, ties to even; one whose
/// integer part has more than 38 digits is nil.
public struct FHIRDecimal: Sendable {
    /// The digits, as one integer.
    public let coefficient: Int128

    /// How many of the digits stand after the point: 0 to ``maximumScale``.
    public let scale: Int

    /// The most digits that a number has.
    public static let maximumDigits = 38

    /// The most digits that a number has after its point.
    public static let maximumScale = 100

    static let limit = Int128(PowersOfTen[38])

    /// The caller made sure that both are in range.
    init(unchecked coefficient: Int128, scale: Int) {
        self.coefficient = coefficient
        self.scale = scale
    }

    /// `coefficient` / 10^`scale`, or nil when that is out of range.
    public init?(coefficient: Int128, scale: Int) {
        guard coefficient.magnitude < PowersOfTen[38], (0...Self.maximumScale).contains(scale) else { return nil }
        self.init(unchecked: coefficient, scale: scale)
    }

    init?(isNegative: Bool, _ magnitude: BigNatural, scale: Int) {
        guard let word = magnitude.word, word < PowersOfTen[38] else { return nil }
        self.init(coefficient: isNegative ? -Int128(word) : Int128(word), scale: scale)
    }

    /// A whole number.
    public init(_ integer: Int) {
        self.init(unchecked: Int128(integer), scale: 0)
    }

    /// 0
    public static let zero = FHIRDecimal(0)

    /// 1
    public static let one = FHIRDecimal(1)

    /// Whether it is 0.
    public var isZero: Bool { coefficient == 0 }

    /// Whether it is below 0.
    public var isNegative: Bool { coefficient < 0 }

    /// Whether nothing but zeros stands after the point.
    public var isInteger: Bool { normalized.scale == 0 }

    /// The whole number that it is, or nil when it is none that fits.
    public var integer: Int? {
        let normal = normalized
        return normal.scale == 0 ? Int(exactly: normal.coefficient) : nil
    }

    /// The same value without zeros at the end of the fraction.
    public var normalized: FHIRDecimal {
        var (coefficient, scale) = (coefficient, scale)
        while scale > 0 {
            let (quotient, remainder) = coefficient.quotientAndRemainder(dividingBy: 10)
            guard remainder == 0 else { break }
            (coefficient, scale) = (quotient, scale - 1)
        }
        return FHIRDecimal(unchecked: coefficient, scale: scale)
    }

    /// The nearest binary number.
    public var double: Double { Double(description) ?? .nan }
}

extension FHIRDecimal: Hashable, Comparable {
    /// Whether the values are equal, whatever their precision.
    public static func == (left: FHIRDecimal, right: FHIRDecimal) -> Bool { left.order(relativeTo: right) == 0 }

    /// Whether the left value is the smaller.
    public static func < (left: FHIRDecimal, right: FHIRDecimal) -> Bool { left.order(relativeTo: right) < 0 }

    /// Hashes the value; precision plays no part.
    public func hash(into hasher: inout Hasher) {
        let normal = normalized
        hasher.combine(normal.coefficient)
        hasher.combine(normal.scale)
    }

    /// Below, at or above zero as the number is below, equal to or above the other.
    private func order(relativeTo other: FHIRDecimal) -> Int {
        if scale == other.scale { return coefficient.order(relativeTo: other.coefficient) }
        if scale > other.scale { return -other.order(relativeTo: self) }
        if coefficient.signum() != other.coefficient.signum() {
            return coefficient.order(relativeTo: other.coefficient)
        }
        // A product that does not fit is further from zero than whatever does.
        guard let aligned = coefficient.timesPowerOfTen(other.scale - scale) else {
            return coefficient.order(relativeTo: 0)
        }
        return aligned.order(relativeTo: other.coefficient)
    }
}

extension Int128 {
    fileprivate func order(relativeTo other: Int128) -> Int { self < other ? -1 : self == other ? 0 : 1 }

    /// The product, or nil when it has more than 38 digits.
    func timesPowerOfTen(_ exponent: Int) -> Int128? {
        if self == 0 { return 0 }
        guard exponent <= 38 else { return nil }
        let (product, overflow) = multipliedReportingOverflow(by: Int128(PowersOfTen[exponent]))
        return overflow || product.magnitude >= PowersOfTen[38] ? nil : product
    }
}

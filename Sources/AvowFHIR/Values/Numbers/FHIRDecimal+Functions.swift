#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Functions whose results are no decimals. They are computed in binary with 53 bits and rounded to 15
/// significant digits, so that `100.log(10)` is 2.
extension FHIRDecimal {
    /// The decimal nearest to a binary number, in 15 significant digits; nil when that is out of range.
    public init?(rounding value: Double) {
        guard value.isFinite else { return nil }
        guard value != 0 else {
            self = .zero
            return
        }
        // The shortest text that gives the same number back has at most 17 digits.
        guard let exact = FHIRDecimal(value.description) else { return nil }
        let digits = String(exact.coefficient.magnitude).utf8.count
        guard digits > 15 else {
            self = exact.normalized
            return
        }
        if exact.scale >= digits - 15 {
            self = exact.rounded(toPlaces: exact.scale - (digits - 15)).normalized
        } else {
            self = exact
        }
    }

    /// `sqrt()`; nil for a negative number.
    public var squareRoot: FHIRDecimal? {
        isNegative ? nil : FHIRDecimal(rounding: double.squareRoot())
    }

    /// `exp()`; nil when the result is out of range.
    public var exponential: FHIRDecimal? { FHIRDecimal(rounding: exp(double)) }

    /// `ln()`; nil unless the number is above 0.
    public var naturalLogarithm: FHIRDecimal? {
        coefficient > 0 ? FHIRDecimal(rounding: log(double)) : nil
    }

    /// `log(base)`; nil unless both numbers are above 0 and the base is not 1.
    public func logarithm(base: FHIRDecimal) -> FHIRDecimal? {
        guard coefficient > 0, base.coefficient > 0, base != .one else { return nil }
        return FHIRDecimal(rounding: log(double) / log(base.double))
    }

    /// `power(exponent)`: exact for whole exponents as long as the digits suffice; nil when there is no such
    /// number or it is out of range.
    public func raised(to exponent: FHIRDecimal) -> FHIRDecimal? {
        if let whole = exponent.integer, abs(whole) <= 1_000 {
            if isZero, whole < 0 { return nil }
            if let exact = exactPower(abs(whole)) {
                return whole < 0 ? FHIRDecimal.one.divided(by: exact) : exact
            }
        } else if isNegative {
            return nil
        }
        return FHIRDecimal(rounding: pow(double, exponent.double))
    }

    private func exactPower(_ exponent: Int) -> FHIRDecimal? {
        var result = FHIRDecimal.one
        for _ in 0..<exponent {
            let (product, overflow) = result.coefficient.multipliedReportingOverflow(by: coefficient)
            guard !overflow, let next = FHIRDecimal(coefficient: product, scale: result.scale + scale) else {
                return nil
            }
            result = next
        }
        return result
    }
}

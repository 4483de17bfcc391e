/// A number that a condition names: itself, and what equality takes for it by the precision of its digits.
public struct SearchNumber: Hashable, Sendable {
    /// The number.
    public let value: FHIRDecimal
    /// The least number that rounds to it: 99.5 for `100`, 99.995 for `100.00`, 50 for `1e2`.
    public let from: FHIRDecimal
    /// The least number above those that round to it: 100.5 for `100`.
    public let until: FHIRDecimal

    /// Reads a number, whose last digit says how precise it is (R4, section 3.1.1.4.6).
    ///
    /// - Returns: nil when it is no number, or it or its bounds have more than 38 digits.
    public init?(_ text: String) {
        guard let value = FHIRDecimal(text), let half = Self.half(ofLastDigitIn: text),
            let from = value.subtracting(half), let until = value.adding(half)
        else { return nil }
        self.value = value
        self.from = from
        self.until = until
    }

    /// Half a unit of the last digit that was written.
    private static func half(ofLastDigitIn text: String) -> FHIRDecimal? {
        let parts = text.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
        let fraction = parts[0].firstIndex(of: ".").map { parts[0][$0...].utf8.count - 1 } ?? 0
        guard let exponent = parts.count > 1 ? Int(parts[1]) : 0, abs(exponent) <= FHIRDecimal.maximumScale
        else { return nil }
        let scale = fraction - exponent + 1
        if scale >= 0 { return FHIRDecimal(coefficient: 5, scale: scale) }
        return Int128(5).timesPowerOfTen(-scale).flatMap { FHIRDecimal(coefficient: $0, scale: 0) }
    }

    /// The numbers that are approximately this one: within a tenth of it, and at least what rounds to it.
    var approximation: ClosedRange<FHIRDecimal> {
        let tenth = FHIRDecimal(coefficient: value.coefficient.magnitudeAsSigned, scale: value.scale + 1) ?? .zero
        let low = min(value.subtracting(tenth) ?? value, from)
        let high = max(value.adding(tenth) ?? value, until)
        return low...high
    }
}

extension Int128 {
    fileprivate var magnitudeAsSigned: Int128 { self < 0 ? -self : self }
}

/// The unit that a condition names.
public enum SearchUnit: Hashable, Sendable {
    /// Any unit, or none.
    case any
    /// The code of a unit, or how it is written for people.
    case named(String)
    /// A code of a system other than UCUM's.
    case coded(system: String, code: String)
    /// A code of UCUM: this unit, and whatever UCUM converts into it.
    case ucum(String)
}

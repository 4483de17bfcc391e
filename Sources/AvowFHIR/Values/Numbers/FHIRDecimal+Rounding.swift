/// How the digits that go are judged.
private enum DecimalRounding {
    case towardZero, halfAwayFromZero, down, up
}

extension FHIRDecimal {
    /// The number with at most this many digits after the point; five and more rounds away from zero
    /// (FHIRPath, `round()`).
    ///
    /// - Parameter places: 0 or more. The fraction is not made longer.
    public func rounded(toPlaces places: Int = 0) -> FHIRDecimal { shortened(to: places, .halfAwayFromZero) }

    /// The number without its fraction.
    public var truncated: FHIRDecimal { shortened(to: 0, .towardZero) }

    /// The greatest whole number that is not above.
    public var floor: FHIRDecimal { shortened(to: 0, .down) }

    /// The smallest whole number that is not below.
    public var ceiling: FHIRDecimal { shortened(to: 0, .up) }

    /// How many digits were written after the point (`precision()`).
    public var precision: Int { scale }

    private func shortened(to places: Int, _ rounding: DecimalRounding) -> FHIRDecimal {
        let places = max(places, 0)
        guard scale > places else { return self }
        let excess = scale - places
        // So many digits that nothing is left before the cut: the number is smaller than a half there.
        guard excess <= Self.maximumDigits else {
            let away = (rounding == .up && coefficient > 0) || (rounding == .down && coefficient < 0)
            return FHIRDecimal(unchecked: away ? coefficient.signum() : 0, scale: places)
        }
        let divisor = Int128(PowersOfTen[excess])
        let (quotient, remainder) = coefficient.quotientAndRemainder(dividingBy: divisor)
        let movesAway: Bool
        switch rounding {
        case .towardZero: movesAway = false
        case .halfAwayFromZero: movesAway = remainder.magnitude >= divisor.magnitude / 2
        case .down: movesAway = remainder < 0
        case .up: movesAway = remainder > 0
        }
        return FHIRDecimal(unchecked: quotient + (movesAway ? coefficient.signum() : 0), scale: places)
    }

    /// The least number that rounds to this one, in so many places (FHIRPath, `lowBoundary()`): half a unit
    /// of the last digit that was written below it.
    ///
    /// In fewer places than that takes, a boundary nearer to zero is cut, and one further from it rounded:
    /// the official cases want this, although `0.0034` then has a high boundary of `0.0` in one place.
    ///
    /// - Parameter places: 8 unless given.
    /// - Returns: nil when `places` is below 0 or above 28, or the digits do not fit.
    public func lowBoundary(places: Int = 8) -> FHIRDecimal? { boundary(places, isHigh: false) }

    /// The greatest number that rounds to this one; as ``lowBoundary(places:)``.
    public func highBoundary(places: Int = 8) -> FHIRDecimal? { boundary(places, isHigh: true) }

    private func boundary(_ places: Int, isHigh: Bool) -> FHIRDecimal? {
        guard (0...28).contains(places), scale < Self.maximumScale, let tenfold = coefficient.timesPowerOfTen(1),
            let exact = FHIRDecimal(coefficient: tenfold + (isHigh ? 5 : -5), scale: scale + 1)
        else { return nil }
        if exact.scale <= places {
            guard let padded = exact.coefficient.timesPowerOfTen(places - exact.scale) else { return nil }
            return FHIRDecimal(unchecked: padded, scale: places)
        }
        let growsInMagnitude = isHigh ? coefficient >= 0 : coefficient <= 0
        return exact.shortened(to: places, growsInMagnitude ? .halfAwayFromZero : .towardZero)
    }
}

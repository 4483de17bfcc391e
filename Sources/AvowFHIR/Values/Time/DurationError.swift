/// Why a quantity cannot be added to a date or a time.
public enum DurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Its unit is none of time.
    case noDuration(QuantityUnit)
    /// UCUM's years and months have a fixed length, which is not that of the calendar's.
    case definiteDuration(String)
    /// A time of day has no days.
    case dateUnit(DurationUnit)

    /// One sentence.
    public var description: String {
        switch self {
        case .noDuration(.ucum(let code)), .noDuration(.other(_, let code)):
            "'\(code)' is no unit of time that dates are counted in"
        case .noDuration(.calendar(let unit)): "\(unit.keyword) is no unit of time that dates are counted in"
        case .definiteDuration(let code):
            "'\(code)' has a fixed length; did you mean \(code == "a" ? "years" : "months")?"
        case .dateUnit(let unit): "a time of day has no \(unit.keyword)s"
        }
    }
}

/// A quantity as what is added to a date or a time.
struct CalendarDuration {
    let unit: DurationUnit
    /// Without a fraction, unless the unit is seconds or finer.
    let value: FHIRDecimal

    /// - Throws: ``DurationError`` when the unit is none that dates and times are counted in.
    init(_ quantity: FHIRQuantity) throws(DurationError) {
        switch quantity.unit {
        case .calendar(let unit): self.unit = unit
        case .ucum(let code):
            guard let unit = DurationUnit(ucumCode: code) else { throw .noDuration(quantity.unit) }
            guard !unit.isIndefinite else { throw .definiteDuration(code) }
            self.unit = unit
        case .other: throw .noDuration(quantity.unit)
        }
        value = unit >= .second ? quantity.value : quantity.value.truncated
    }

    /// How many whole ones of a unit it is; nil when that is far out of range.
    func whole(_ wanted: DurationUnit) -> Int? {
        guard let count = (Rational(value) * unit.factor(to: wanted)).decimal?.truncated.integer, abs(count) < 1 << 40
        else { return nil }
        return count
    }

    /// How many whole nanoseconds it is.
    var nanoseconds: Int128? {
        guard let million = FHIRDecimal(coefficient: 1_000_000, scale: 0),
            let count = (Rational(value) * unit.factor(to: .millisecond) * Rational(million)).decimal?.truncated,
            count.scale == 0, count.coefficient.magnitude < PowersOfTen[30]
        else { return nil }
        return count.coefficient
    }
}

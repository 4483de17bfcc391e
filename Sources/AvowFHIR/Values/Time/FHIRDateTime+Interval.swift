// What a value covers on the line of time.
extension FHIRDateTime {
    /// The first instant that the value stands for, in milliseconds since 1970-01-01T00:00:00Z.
    public var lowerBound: Int64 { startOfDay + Int64(timeField.nanoseconds / 1_000_000) - offsetMilliseconds }

    /// The first instant after those that the value stands for, in the same unit. A fraction finer
    /// than milliseconds stands for the millisecond it lies in.
    public var upperBound: Int64 {
        switch precision {
        case .year: Self.start(ofDay: GregorianCalendar.days(year: year + 1, month: 1, day: 1))
        case .month: lowerBound + Int64(daysInMonth) * 86_400_000
        default: lowerBound + Int64(max(timeField.extent / 1_000_000, 1))
        }
    }

    private static func start(ofDay day: Int) -> Int64 { Int64(day) * 86_400_000 }

    private var startOfDay: Int64 { Self.start(ofDay: dayNumber) }

    private var offsetMilliseconds: Int64 { Int64(offsetMinutes ?? 0) * 60_000 }

    /// The number of its first day, counted from 1970-01-01.
    var dayNumber: Int { GregorianCalendar.days(year: year, month: month ?? 1, day: day ?? 1) }

    private var daysInMonth: Int { GregorianCalendar.days(inMonth: month ?? 1, of: year) }

    /// As ``lowerBound``, in nanoseconds.
    private var start: Int128 {
        Int128(dayNumber) * 86_400_000_000_000 + Int128(timeField.nanoseconds)
            - Int128(offsetMilliseconds) * 1_000_000
    }

    /// As ``upperBound``, in nanoseconds, a fraction as fine as it was written.
    private var end: Int128 {
        switch precision {
        case .year, .month: Int128(upperBound) * 1_000_000
        default: start + Int128(timeField.extent)
        }
    }

    /// Earlier, equal or later (FHIRPath N1, 6.1.1 and 6.2); nil where that is undecided:
    ///
    /// - when the precisions differ and the more precise value lies within the other. Seconds and their
    ///   fractions are one precision;
    /// - when only one has an offset and the other could be that one under an offset from -12:00 to +14:00.
    public func order(relativeTo other: FHIRDateTime) -> ValueOrder? {
        let isInstant = precision.comparable == other.precision.comparable
        if (offsetMinutes == nil) == (other.offsetMinutes == nil), isInstant { return ValueOrder(start, other.start) }
        let (left, right) = (
            range(besideOffset: other.offsetMinutes != nil, isInstant),
            other.range(besideOffset: offsetMinutes != nil, isInstant)
        )
        if left.upperBound < right.lowerBound { return .ascending }
        if right.upperBound < left.lowerBound { return .descending }
        return nil
    }

    /// The instants that the value may be.
    private func range(besideOffset: Bool, _ isInstant: Bool) -> ClosedRange<Int128> {
        let hour: Int128 = 3_600_000_000_000
        let isOpen = besideOffset && offsetMinutes == nil
        let first = start - (isOpen ? 14 * hour : 0)
        let last = (isInstant ? start : end - 1) + (isOpen ? 12 * hour : 0)
        return first...last
    }

    /// Whether both are equal and equally precise, where seconds and their fractions are one precision.
    public func isEquivalent(to other: FHIRDateTime) -> Bool {
        precision.comparable == other.precision.comparable && order(relativeTo: other) == .same
    }
}

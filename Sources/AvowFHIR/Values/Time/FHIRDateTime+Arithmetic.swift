// FHIRPath N1, 6.7 (Date/Time Arithmetic).
extension FHIRDateTime {
    /// The date or dateTime so much later, in the same precision and offset.
    ///
    /// Years and months move the calendar's; where the month has no such day, its last one is taken. Weeks
    /// and days, hours and minutes count without their fractions. Of seconds and milliseconds the fraction
    /// counts where the value has one. A quantity finer than the value is first converted to what the value
    /// has, with 365 days a year and 30 a month, and loses its fraction there.
    ///
    /// - Returns: nil when the result lies outside of the years 1 to 9999.
    /// - Throws: ``DurationError`` when the unit is none to count dates in. UCUM's weeks and what is shorter
    ///   are taken for the calendar's.
    public func adding(_ quantity: FHIRQuantity) throws(DurationError) -> FHIRDateTime? {
        let duration = try CalendarDuration(quantity)
        switch (precision, duration.unit) {
        case (.year, _), (_, .year):
            return duration.whole(.year).flatMap { adding(months: $0, times: 12) }
        case (.month, _), (_, .month):
            return duration.whole(.month).flatMap { adding(months: $0) }
        case (.day, _), (_, .week), (_, .day):
            return duration.whole(.day).flatMap { addingDays($0) }
        default:
            return timeField.moved(by: duration).flatMap { days, time in
                FHIRDateTime(year: year, month: month, day: day, time: time, offset: offset).addingDays(days)
            }
        }
    }

    /// The date or dateTime so much earlier; as ``adding(_:)``.
    public func subtracting(_ quantity: FHIRQuantity) throws(DurationError) -> FHIRDateTime? {
        try adding(quantity.negated)
    }

    /// The date or dateTime so many of the calendar's months later; where the month has no such day, its last one is taken.
    ///
    /// - Parameter count: how many times so many months later.
    /// - Returns: nil when the result lies outside of the years 1 to 9999.
    public func adding(months: Int, times count: Int = 1) -> FHIRDateTime? {
        let (product, isTooLarge) = months.multipliedReportingOverflow(by: count)
        // So many lead out of these years from wherever in them.
        guard !isTooLarge, product.magnitude < 12 * 10_000 else { return nil }
        let total = year * 12 + (month ?? 1) - 1 + product
        let newYear = GregorianCalendar.quotient(total, 12)
        guard (1...9_999).contains(newYear) else { return nil }
        let newMonth = total - newYear * 12 + 1
        let newDay = min(day ?? 1, GregorianCalendar.days(inMonth: newMonth, of: newYear))
        return with(year: newYear, month: newMonth, day: newDay)
    }

    private func addingDays(_ days: Int) -> FHIRDateTime? {
        let date = GregorianCalendar.date(ofDay: dayNumber + days)
        guard (1...9_999).contains(date.year) else { return nil }
        return with(year: date.year, month: date.month, day: date.day)
    }
}

extension FHIRTime {
    /// The time so much later, in the same precision; midnight is passed.
    ///
    /// - Returns: nil when the quantity is out of range.
    /// - Throws: ``DurationError`` when the unit is none to count hours in.
    public func adding(_ quantity: FHIRQuantity) throws(DurationError) -> FHIRTime? {
        let duration = try CalendarDuration(quantity)
        guard duration.unit >= .hour else { throw .dateUnit(duration.unit) }
        return moved(by: duration)?.time
    }

    /// The time so much earlier; as ``adding(_:)``.
    public func subtracting(_ quantity: FHIRQuantity) throws(DurationError) -> FHIRTime? {
        try adding(quantity.negated)
    }

    /// The time so much later, and how many days behind.
    func moved(by duration: CalendarDuration) -> (days: Int, time: FHIRTime)? {
        let unit: DurationUnit
        switch precision {
        case .year, .month, .day: return nil
        case .hour: unit = .hour
        case .minute: unit = .minute
        case .second: unit = .second
        case .fraction: unit = .millisecond
        }
        let moved: Int128
        if unit == .millisecond {
            guard let nanoseconds = duration.nanoseconds else { return nil }
            moved = nanoseconds
        } else {
            guard let count = duration.whole(unit) else { return nil }
            moved =
                Int128(count) * (unit == .hour ? 3_600_000_000_000 : unit == .minute ? 60_000_000_000 : 1_000_000_000)
        }
        let day: Int128 = 86_400_000_000_000
        let total = Int128(nanoseconds) + moved
        var (days, rest) = total.quotientAndRemainder(dividingBy: day)
        if rest < 0 { (days, rest) = (days - 1, rest + day) }
        let seconds = Int(rest / 1_000_000_000)
        let nanosecond = Int(rest % 1_000_000_000)
        return (
            Int(days),
            FHIRTime(
                precision: precision, hour: seconds / 3_600, minute: seconds / 60 % 60, second: seconds % 60,
                nanosecond: nanosecond,
                fractionDigits: precision == .fraction ? max(Int(fractionDigits), Self.digits(of: nanosecond)) : 0)
        )
    }

    /// How many digits a fraction takes.
    private static func digits(of nanosecond: Int) -> Int {
        var (digits, rest) = (9, nanosecond)
        while digits > 0, rest % 10 == 0 { (digits, rest) = (digits - 1, rest / 10) }
        return digits
    }
}

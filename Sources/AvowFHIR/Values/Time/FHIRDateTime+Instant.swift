extension FHIRDateTime {
    /// The dateTime in UTC, to the millisecond, of an instant in milliseconds since 1970-01-01T00:00:00Z; nil outside of
    /// the years 1 to 9999.
    public init?(instant: Int64) {
        let number = GregorianCalendar.day(of: instant)
        let day = GregorianCalendar.date(ofDay: number)
        guard (1...9999).contains(day.year) else { return nil }
        let rest = Int(instant) - number * 86_400_000
        let time = FHIRTime(
            precision: .fraction, hour: rest / 3_600_000, minute: rest / 60_000 % 60, second: rest / 1_000 % 60,
            nanosecond: rest % 1_000 * 1_000_000, fractionDigits: 3)
        self.init(year: day.year, month: day.month, day: day.day, time: time, offset: .zulu)
    }
}

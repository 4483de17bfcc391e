#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

extension FHIRDateTime {
    /// The system's time in milliseconds, with the local offset from UTC.
    static var current: FHIRDateTime {
        var now = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &now)
        var instant = now.tv_sec
        // Sound: the functions read and write local values only.
        var local = unsafe tm()
        unsafe localtime_r(&instant, &local)
        let seconds = unsafe Int(timegm(&local))
        let day = GregorianCalendar.quotient(seconds, 86_400)
        let date = GregorianCalendar.date(ofDay: day)
        let second = seconds - day * 86_400
        let time = FHIRTime(
            precision: .fraction, hour: second / 3_600, minute: second / 60 % 60, second: second % 60,
            nanosecond: Int(now.tv_nsec) / 1_000_000 * 1_000_000, fractionDigits: 3)
        return FHIRDateTime(
            year: date.year, month: date.month, day: date.day, time: time,
            offset: Offset(minutes: (seconds - Int(now.tv_sec)) / 60))
    }
}

/// Reads dates and times from the left.
@safe
struct TimeReader {
    private let count: Int
    // Sound: the buffer outlives the reader, which lives in one call, and every access is checked.
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0

    init(bytes: UnsafeBufferPointer<UInt8>) {
        unsafe self.bytes = bytes
        count = bytes.count
    }

    var isAtEnd: Bool { position == count }

    /// - Parameter isLiteral: Whether a `T` may stand last, and an hour without minutes.
    mutating func dateTime(isLiteral: Bool) -> FHIRDateTime? {
        guard let year = number(digits: 4), year > 0 else { return nil }
        if isAtEnd(isLiteral) { return FHIRDateTime(year: year) }
        guard skip("-"), let month = number(digits: 2), (1...12).contains(month) else { return nil }
        if isAtEnd(isLiteral) { return FHIRDateTime(year: year, month: month) }
        guard skip("-"), let day = number(digits: 2), day >= 1,
            day <= GregorianCalendar.days(inMonth: month, of: year)
        else { return nil }
        if isAtEnd(isLiteral) { return FHIRDateTime(year: year, month: month, day: day) }
        guard skip("T"), let time = timeOfDay(), isLiteral || time.precision > .hour, let offset = offset()
        else { return nil }
        return FHIRDateTime(year: year, month: month, day: day, time: time, offset: offset)
    }

    private func isAtEnd(_ isLiteral: Bool) -> Bool {
        if isAtEnd { return true }
        return unsafe isLiteral && position == count - 1 && bytes[position] == UInt8(ascii: "T")
    }

    mutating func timeOfDay() -> FHIRTime? {
        guard let hour = number(digits: 2), hour < 24 else { return nil }
        guard skip(":") else { return FHIRTime(precision: .hour, hour: hour) }
        guard let minute = number(digits: 2), minute < 60 else { return nil }
        guard skip(":") else { return FHIRTime(precision: .minute, hour: hour, minute: minute) }
        guard let second = number(digits: 2), second <= 60 else { return nil }
        guard skip(".") else { return FHIRTime(precision: .second, hour: hour, minute: minute, second: second) }
        var nanosecond = 0
        var unit = 1_000_000_000
        var digits = 0
        while let digit = digit() {
            digits += 1
            unit /= 10
            nanosecond += digit * unit
        }
        guard digits > 0 else { return nil }
        return FHIRTime(
            precision: .fraction, hour: hour, minute: minute, second: second, nanosecond: nanosecond,
            fractionDigits: min(digits, 9))
    }

    /// The offset from UTC, which is the last part.
    private mutating func offset() -> FHIRDateTime.Offset? {
        if isAtEnd { return FHIRDateTime.Offset.none }
        if skip("Z") { return isAtEnd ? .zulu : nil }
        let sign: Int
        if skip("+") { sign = 1 } else if skip("-") { sign = -1 } else { return nil }
        guard let hour = number(digits: 2), skip(":"), let minute = number(digits: 2), minute < 60,
            hour < 14 || (hour == 14 && minute == 0), isAtEnd
        else { return nil }
        return FHIRDateTime.Offset(minutes: sign * (hour * 60 + minute))
    }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard position < count, unsafe bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func digit() -> Int? {
        guard position < count else { return nil }
        let value = unsafe bytes[position] &- UInt8(ascii: "0")
        guard value < 10 else { return nil }
        position += 1
        return Int(value)
    }

    private mutating func number(digits: Int) -> Int? {
        var value = 0
        for _ in 0..<digits {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }
}

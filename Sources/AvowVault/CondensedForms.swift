/// A UUID in canonical lower-case form (RFC 9562, section 4).
enum UUIDText {
    static let length = 36

    /// The UUID that stands at `start`, if one does.
    ///
    /// - Parameter start: Not negative.
    @unsafe static func parse(_ text: UnsafeBufferPointer<UInt8>, at start: Int) -> (UInt64, UInt64)? {
        guard start + length <= text.count, unsafe text[start + 13] == 0x2D, unsafe text[start + 18] == 0x2D,
            unsafe text[start + 23] == 0x2D, unsafe text[start + 8] == 0x2D
        else { return nil }
        guard let first = unsafe digits(text, start..<start + 8),
            let second = unsafe digits(text, start + 9..<start + 13),
            let third = unsafe digits(text, start + 14..<start + 18),
            let fourth = unsafe digits(text, start + 19..<start + 23),
            let last = unsafe digits(text, start + 24..<start + 36)
        else { return nil }
        return (first << 32 | second << 16 | third, fourth << 48 | last)
    }

    @unsafe private static func digits(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> UInt64? {
        var value: UInt64 = 0
        for position in range {
            let byte = unsafe text[position]
            switch byte {
            case 0x30...0x39: value = value << 4 | UInt64(byte - 0x30)
            case 0x61...0x66: value = value << 4 | UInt64(byte - 0x57)
            default: return nil
            }
        }
        return value
    }

    /// Appends the form of 16 bytes.
    static func append(_ bytes: Span<UInt8>, to plain: inout Scratch) {
        for index in 0..<16 {
            if index == 4 || index == 6 || index == 8 || index == 10 { plain.append(0x2D) }
            plain.append(digit(bytes[index] >> 4))
            plain.append(digit(bytes[index] & 0xF))
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? 0x30 + value : 0x57 + value
    }
}

/// A date, and a time of day behind it, in the form that FHIR gives them to the second.
enum DateText {
    /// The date `YYYY-MM-DD` that stands at `start`: year, month (4 bits), day (5 bits).
    ///
    /// - Parameter start: Not negative.
    @unsafe static func parse(_ text: UnsafeBufferPointer<UInt8>, at start: Int) -> UInt64? {
        guard start + 10 <= text.count, unsafe text[start + 4] == 0x2D, unsafe text[start + 7] == 0x2D,
            let century = unsafe number(text, at: start, below: 100),
            let year = unsafe number(text, at: start + 2, below: 100),
            let month = unsafe number(text, at: start + 5, below: 16),
            let day = unsafe number(text, at: start + 8, below: 32)
        else { return nil }
        return (century * 100 + year) << 9 | month << 5 | day
    }

    /// The time `Thh:mm:ss` that stands at `start`: hour (5 bits), minute and second (6 bits each).
    @unsafe static func parseTime(_ text: UnsafeBufferPointer<UInt8>, at start: Int) -> UInt64? {
        guard start + 9 <= text.count, unsafe text[start] == 0x54, unsafe text[start + 3] == 0x3A,
            unsafe text[start + 6] == 0x3A, let hour = unsafe number(text, at: start + 1, below: 32),
            let minute = unsafe number(text, at: start + 4, below: 64),
            let second = unsafe number(text, at: start + 7, below: 64)
        else { return nil }
        return hour << 12 | minute << 6 | second
    }

    @unsafe private static func number(
        _ text: UnsafeBufferPointer<UInt8>, at start: Int, below limit: UInt64
    ) -> UInt64? {
        let (tens, ones) = unsafe (text[start] &- 0x30, text[start + 1] &- 0x30)
        guard tens < 10, ones < 10 else { return nil }
        let value = UInt64(tens) * 10 + UInt64(ones)
        return value < limit ? value : nil
    }

    /// Appends the form of a date, and of a time if there is one.
    ///
    /// - Returns: Whether the year has no more than four digits; nothing is appended if it has more.
    static func append(_ date: UInt64, time: UInt64?, to plain: inout Scratch) -> Bool {
        let year = date >> 9
        guard year < 10_000 else { return false }
        append(year / 100, to: &plain)
        append(year % 100, to: &plain)
        plain.append(0x2D)
        append(date >> 5 & 0xF, to: &plain)
        plain.append(0x2D)
        append(date & 0x1F, to: &plain)
        guard let time else { return true }
        plain.append(0x54)
        append(time >> 12, to: &plain)
        plain.append(0x3A)
        append(time >> 6 & 0x3F, to: &plain)
        plain.append(0x3A)
        append(time & 0x3F, to: &plain)
        return true
    }

    private static func append(_ number: UInt64, to plain: inout Scratch) {
        plain.append(0x30 + UInt8(truncatingIfNeeded: number / 10))
        plain.append(0x30 + UInt8(truncatingIfNeeded: number % 10))
    }
}

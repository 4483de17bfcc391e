internal import AvowProof

/// A UUID in canonical lower-case form (RFC 9562, section 4).
enum UUIDText {
    static let length = 36

    /// The UUID that stands at `start`, if one does.
    ///
    /// - Parameter start: Not negative.
    @unsafe static func parse(_ text: UnsafeBufferPointer<UInt8>, at start: Int) -> UUIDBytes? {
        guard start + length <= text.count else { return nil }
        return unsafe UUIDBytes(canonical: text.span.extracting(start..<start + length))
    }

    static func append(_ identifier: UUIDBytes, to plain: inout Scratch) {
        for place in 0..<32 {
            if place == 8 || place == 12 || place == 16 || place == 20 { plain.append(0x2D) }
            let word = place < 16 ? identifier.high : identifier.low
            let digit = UInt8(truncatingIfNeeded: word >> UInt64(60 - place % 16 * 4)) & 0xF
            plain.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
        }
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

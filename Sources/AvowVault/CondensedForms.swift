internal import AvowProof

/// A UUID in canonical lower-case form (RFC 9562, section 4).
enum UUIDText {
    static let length = UUIDBytes.textByteCount

    /// The UUID that stands at `start`, if one does.
    ///
    /// - Parameter start: Not negative.
    @unsafe static func parse(_ text: UnsafeBufferPointer<UInt8>, at start: Int) -> UUIDBytes? {
        guard start + length <= text.count else { return nil }
        return unsafe UUIDBytes(canonical: text.span.extracting(start..<start + length))
    }

    static func append(_ identifier: UUIDBytes, to plain: inout Scratch) {
        // All of these bytes are written, and no others.
        unsafe plain.append(length) { text in unsafe identifier.write(to: text) }
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
        let byteCount = time == nil ? dateLength : dateLength + timeLength
        // All is written within so many bytes.
        unsafe plain.append(byteCount) { text in
            unsafe store(year / 100, at: 0, text)
            unsafe store(year % 100, at: 2, text)
            unsafe store(0x2D, date >> 5 & 0xF, at: 4, text)
            unsafe store(0x2D, date & 0x1F, at: 7, text)
            guard let time else { return }
            unsafe store(0x54, time >> 12, at: 10, text)
            unsafe store(0x3A, time >> 6 & 0x3F, at: 13, text)
            unsafe store(0x3A, time & 0x3F, at: 16, text)
        }
        return true
    }

    private static let dateLength = 10
    private static let timeLength = 9

    /// Stores a mark, and a number of two digits behind it.
    @inline(__always) @unsafe private static func store(
        _ mark: UInt8, _ number: UInt64, at offset: Int, _ text: UnsafeMutableRawPointer
    ) {
        unsafe text.storeBytes(of: mark, toByteOffset: offset, as: UInt8.self)
        unsafe store(number, at: offset + 1, text)
    }

    @inline(__always) @unsafe private static func store(
        _ number: UInt64, at offset: Int, _ text: UnsafeMutableRawPointer
    ) {
        let digits = UInt16(truncatingIfNeeded: 0x3030 + ((number / 10) << 8 | number % 10))
        unsafe text.storeBytes(of: digits.bigEndian, toByteOffset: offset, as: UInt16.self)
    }
}

/// How dates and times are written (R4, section 2.24.0.1): digits at fixed places.
///
/// Days must exist. An hour of 24 is refused; a second of 60 is a leap second.
enum TimeFormat {
    static func isDate(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        unsafe bytes.count <= 10 && isDatePrefix(bytes)
    }

    static func isDateTime(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        if bytes.count <= 10 { return unsafe isDatePrefix(bytes) }
        return unsafe isInstant(bytes)
    }

    /// A date, a time to the second at least, and an offset.
    static func isInstant(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard bytes.count >= 20, unsafe bytes[10] == UInt8(ascii: "T"),
            unsafe isDatePrefix(UnsafeBufferPointer(rebasing: bytes[..<10]))
        else { return false }
        let end: Int
        if unsafe bytes[bytes.count - 1] == UInt8(ascii: "Z") {
            end = bytes.count - 1
        } else {
            end = bytes.count - 6
            guard end >= 19, unsafe bytes[end] == UInt8(ascii: "+") || bytes[end] == UInt8(ascii: "-"),
                unsafe bytes[end + 3] == UInt8(ascii: ":")
            else { return false }
            let hour = unsafe pair(bytes, end + 1)
            let minute = unsafe pair(bytes, end + 4)
            guard hour < 14 && minute < 60 || hour == 14 && minute == 0 else { return false }
        }
        return unsafe isTime(UnsafeBufferPointer(rebasing: bytes[11..<end]))
    }

    static func isTime(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard bytes.count >= 8, unsafe bytes[2] == UInt8(ascii: ":"), unsafe bytes[5] == UInt8(ascii: ":"),
            unsafe pair(bytes, 0) < 24, unsafe pair(bytes, 3) < 60, unsafe pair(bytes, 6) <= 60
        else { return false }
        guard bytes.count > 8 else { return true }
        guard unsafe bytes[8] == UInt8(ascii: "."), bytes.count > 9 else { return false }
        for index in 9..<bytes.count {
            guard unsafe digit(bytes, index) < 10 else { return false }
        }
        return true
    }

    /// A year, a month or a day.
    private static func isDatePrefix(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard bytes.count >= 4 else { return false }
        let century = unsafe pair(bytes, 0)
        let rest = unsafe pair(bytes, 2)
        guard century < 100, rest < 100, century + rest > 0 else { return false }
        if bytes.count == 4 { return true }
        guard bytes.count >= 7, unsafe bytes[4] == UInt8(ascii: "-") else { return false }
        let month = unsafe pair(bytes, 5)
        guard month >= 1, month <= 12 else { return false }
        if bytes.count == 7 { return true }
        guard bytes.count == 10, unsafe bytes[7] == UInt8(ascii: "-") else { return false }
        let day = unsafe pair(bytes, 8)
        if day >= 1, day <= 28 { return true }
        return day >= 1 && day <= GregorianCalendar.days(inMonth: month, of: century * 100 + rest)
    }

    private static func digit(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> Int {
        unsafe Int(bytes[index] &- UInt8(ascii: "0"))
    }

    /// The number of two digits; above 99 when they are none.
    private static func pair(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> Int {
        let tens = unsafe digit(bytes, index)
        let ones = unsafe digit(bytes, index + 1)
        return tens < 10 && ones < 10 ? tens * 10 + ones : 255
    }
}

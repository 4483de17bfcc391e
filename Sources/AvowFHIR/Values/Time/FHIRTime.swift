/// A time of day, or a part of one, with the precision that it was written in (FHIR R4, 2.24.0.1, `time`;
/// FHIRPath N1, 2.6).
///
/// A fraction is kept to nine digits, as many as were written; further digits are cut. A second of 60 is
/// kept, and stands for the one before it.
public struct FHIRTime: Hashable, Sendable {
    /// ``TimePrecision/hour`` or finer.
    public let precision: TimePrecision

    let hourField: UInt8
    let minuteField: UInt8
    let secondField: UInt8
    /// How many digits of the fraction were written: 0 to 9.
    let fractionDigits: UInt8
    /// 0 to 999,999,999.
    let nanosecond: UInt32

    init(
        precision: TimePrecision, hour: Int = 0, minute: Int = 0, second: Int = 0, nanosecond: Int = 0,
        fractionDigits: Int = 0
    ) {
        self.precision = precision
        hourField = UInt8(truncatingIfNeeded: hour)
        minuteField = UInt8(truncatingIfNeeded: minute)
        secondField = UInt8(truncatingIfNeeded: second)
        self.fractionDigits = UInt8(truncatingIfNeeded: fractionDigits)
        self.nanosecond = UInt32(truncatingIfNeeded: nanosecond)
    }

    /// Midnight, of which nothing was written.
    static let unwritten = FHIRTime(precision: .day)

    /// Reads a time: `14`, `14:30`, `14:30:12` or `14:30:12.250`; nil for anything else.
    ///
    /// FHIR's type `time` asks for the seconds; FHIRPath does not.
    public init?(_ text: String) {
        var text = text
        let parsed = text.withUTF8 { bytes -> FHIRTime? in
            var reader = unsafe TimeReader(bytes: bytes)
            guard let time = reader.timeOfDay(), reader.isAtEnd else { return nil }
            return time
        }
        guard let parsed else { return nil }
        self = parsed
    }

    /// 0 to 23.
    public var hour: Int { Int(hourField) }

    /// 0 to 59, or nil when it was not written.
    public var minute: Int? { precision >= .minute ? Int(minuteField) : nil }

    /// 0 to 60, or nil when it was not written.
    public var second: Int? { precision >= .second ? Int(secondField) : nil }

    /// The fraction of the second in milliseconds, finer digits cut; nil when none was written.
    public var millisecond: Int? { precision >= .fraction ? Int(nanosecond / 1_000_000) : nil }

    /// The time as it was written, a fraction to nine digits.
    public var text: String {
        var text = Self.padded(Int(hourField), 2)
        if precision >= .minute { text += ":" + Self.padded(Int(minuteField), 2) }
        if precision >= .second { text += ":" + Self.padded(Int(secondField), 2) }
        if precision >= .fraction { text += "." + Self.padded(Int(nanosecond), 9).prefix(Int(fractionDigits)) }
        return text
    }

    static func padded(_ number: Int, _ digits: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }

    /// Nanoseconds since midnight.
    var nanoseconds: Int {
        let seconds = (Int(hourField) * 60 + Int(minuteField)) * 60 + min(Int(secondField), 59)
        return seconds * 1_000_000_000 + Int(nanosecond)
    }

    /// How many nanoseconds the time stands for.
    var extent: Int {
        switch precision {
        case .year, .month, .day: 86_400_000_000_000
        case .hour: 3_600_000_000_000
        case .minute: 60_000_000_000
        case .second: 1_000_000_000
        case .fraction: (0..<9 - Int(fractionDigits)).reduce(1) { unit, _ in unit * 10 }
        }
    }

    /// How many digits it was written in: 2, 4, 6, and then 6 and those of the fraction (`precision()`).
    public var digitCount: Int {
        switch precision {
        case .year, .month, .day: 0
        case .hour: 2
        case .minute: 4
        case .second: 6
        case .fraction: 6 + Int(fractionDigits)
        }
    }

    /// Earlier, equal or later; nil when the more precise of the two lies within the other (FHIRPath N1, 6.2).
    public func order(relativeTo other: FHIRTime) -> ValueOrder? {
        if precision.comparable == other.precision.comparable { return ValueOrder(nanoseconds, other.nanoseconds) }
        if nanoseconds + extent <= other.nanoseconds { return .ascending }
        if other.nanoseconds + other.extent <= nanoseconds { return .descending }
        return nil
    }

    /// Whether both are equal and equally precise, where seconds and their fractions are one precision.
    public func isEquivalent(to other: FHIRTime) -> Bool {
        precision.comparable == other.precision.comparable && order(relativeTo: other) == .same
    }

    /// The earliest time that this one may be, in so many digits: 2, 4, 6 or 9 (FHIRPath, `lowBoundary()`);
    /// nil for another number of digits.
    public func lowBoundary(digits: Int = 9) -> FHIRTime? { boundary(digits, isHigh: false) }

    /// The latest time that this one may be; as ``lowBoundary(digits:)``.
    public func highBoundary(digits: Int = 9) -> FHIRTime? { boundary(digits, isHigh: true) }

    func boundary(_ digits: Int, isHigh: Bool) -> FHIRTime? {
        let wanted: TimePrecision
        switch digits {
        case 2: wanted = .hour
        case 4: wanted = .minute
        case 6: wanted = .second
        case 9: wanted = .fraction
        default: return nil
        }
        let (lastHour, lastOfSixty, lastNanosecond) = isHigh ? (23, 59, 999_000_000) : (0, 0, 0)
        // A fraction of fewer than three digits is filled up; finer ones are cut.
        let filled = isHigh ? Int(nanosecond) + extent - 1 : Int(nanosecond)
        return FHIRTime(
            precision: wanted,
            hour: precision >= .hour ? Int(hourField) : lastHour,
            minute: wanted < .minute ? 0 : precision >= .minute ? Int(minuteField) : lastOfSixty,
            second: wanted < .second ? 0 : precision >= .second ? Int(secondField) : lastOfSixty,
            nanosecond: wanted < .fraction
                ? 0 : precision >= .fraction ? filled / 1_000_000 * 1_000_000 : lastNanosecond,
            fractionDigits: wanted < .fraction ? 0 : 3)
    }
}

/// A FHIR date, dateTime or instant (R4, section 2.24.0.1), with the precision and the offset that it was
/// written in.
///
/// It is two things at once. For search it stands for an interval on the line of time, ``lowerBound`` to
/// ``upperBound``: `2015` for that year; without an offset it is read as UTC, as a date without a time is.
/// For FHIRPath it is what was written: ``order(relativeTo:)`` is nil where the writing leaves the order
/// undecided, and a value without an offset may lie anywhere between -12:00 and +14:00.
///
/// A date and a dateTime of the same digits are the same value here; which of the two types an element has,
/// the model says.
public struct FHIRDateTime: Hashable, Sendable {
    /// How far the value was written out.
    public let precision: TimePrecision

    private let monthField: UInt8
    private let dayField: UInt8
    private let yearField: Int16
    let offset: Offset
    let timeField: FHIRTime

    /// An offset from UTC, in the form that it was written in.
    struct Offset: Hashable, Sendable {
        private let code: Int16

        static let none = Offset(code: .min)
        /// `Z`
        static let zulu = Offset(code: .max)

        private init(code: Int16) { self.code = code }

        init(minutes: Int) { code = Int16(truncatingIfNeeded: minutes) }

        /// Minutes east of UTC; nil when none was written.
        var minutes: Int? { self == .none ? nil : self == .zulu ? 0 : Int(code) }

        var text: String {
            if self == .none { return "" }
            if self == .zulu { return "Z" }
            let magnitude = Int(code.magnitude)
            return (code < 0 ? "-" : "+") + FHIRTime.padded(magnitude / 60, 2) + ":"
                + FHIRTime.padded(magnitude % 60, 2)
        }
    }

    init(year: Int, month: Int? = nil, day: Int? = nil, time: FHIRTime? = nil, offset: Offset = .none) {
        yearField = Int16(truncatingIfNeeded: year)
        monthField = UInt8(truncatingIfNeeded: month ?? 1)
        dayField = UInt8(truncatingIfNeeded: day ?? 1)
        timeField = time ?? .unwritten
        self.offset = time == nil ? .none : offset
        precision = time?.precision ?? (day != nil ? .day : month != nil ? .month : .year)
    }

    /// Reads a date, dateTime or instant as FHIR writes them.
    ///
    /// A leap second (`:60`) stands for the second before it. An hour of 24 is refused, as FHIR does, and so
    /// is an hour without minutes.
    public init?(_ text: String) {
        var text = text
        let parsed = text.withUTF8 { unsafe Self.parse($0) }
        guard let parsed else { return nil }
        self = parsed
    }

    /// Reads a date or dateTime as FHIRPath's literals write them behind the `@`: in addition to FHIR's
    /// forms `2015T`, `2015-02T`, `2015-02-04T` and `2015-02-04T14`, the last also with an offset.
    public init?(literal text: String) {
        var text = text
        let parsed = text.withUTF8 { bytes -> FHIRDateTime? in
            var reader = unsafe TimeReader(bytes: bytes)
            return reader.dateTime(isLiteral: true)
        }
        guard let parsed else { return nil }
        self = parsed
    }

    static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> FHIRDateTime? {
        var reader = unsafe TimeReader(bytes: bytes)
        return reader.dateTime(isLiteral: false)
    }

    /// 1 to 9999.
    public var year: Int { Int(yearField) }

    /// 1 to 12, or nil when it was not written.
    public var month: Int? { precision >= .month ? Int(monthField) : nil }

    /// 1 to 31, or nil when it was not written.
    public var day: Int? { precision >= .day ? Int(dayField) : nil }

    /// The time of day, without the offset; nil when none was written.
    public var time: FHIRTime? { precision >= .hour ? timeField : nil }

    /// Minutes east of UTC; nil when no offset was written.
    public var offsetMinutes: Int? { offset.minutes }

    /// The same without its time and offset.
    public var date: FHIRDateTime { FHIRDateTime(year: year, month: month, day: day) }

    /// The value as it was written, a fraction to nine digits.
    public var text: String {
        var text = FHIRTime.padded(year, 4)
        if precision >= .month { text += "-" + FHIRTime.padded(Int(monthField), 2) }
        if precision >= .day { text += "-" + FHIRTime.padded(Int(dayField), 2) }
        if precision >= .hour { text += "T" + timeField.text + offset.text }
        return text
    }

    /// How many digits it was written in: 4, 6, 8, 10, 12, 14, and then 14 and those of the fraction; those
    /// of the offset do not count (`precision()`).
    public var digitCount: Int {
        switch precision {
        case .year: 4
        case .month: 6
        default: 8 + timeField.digitCount
        }
    }

    /// The same on another day, in this one's precision.
    func with(year: Int, month: Int, day: Int) -> FHIRDateTime {
        FHIRDateTime(
            year: year, month: precision >= .month ? month : nil, day: precision >= .day ? day : nil,
            time: time, offset: offset)
    }

    /// The earliest time that this one may be, in so many digits: 4, 6, 8, 10, 12, 14 or 17 (FHIRPath,
    /// `lowBoundary()`); nil for another number of digits.
    ///
    /// Fewer digits than were written cut the value. Where a time is the result and no offset was written,
    /// it has the easternmost, +14:00, in which the day begins first.
    public func lowBoundary(digits: Int) -> FHIRDateTime? { boundary(digits, isHigh: false) }

    /// The latest time that this one may be; as ``lowBoundary(digits:)``, with the westernmost offset, -12:00.
    public func highBoundary(digits: Int) -> FHIRDateTime? { boundary(digits, isHigh: true) }

    private func boundary(_ digits: Int, isHigh: Bool) -> FHIRDateTime? {
        guard digits == 4 || digits == 6 || digits >= 8 else { return nil }
        let month = precision >= .month ? Int(monthField) : isHigh ? 12 : 1
        let day =
            precision >= .day ? Int(dayField) : isHigh ? GregorianCalendar.days(inMonth: month, of: year) : 1
        if digits <= 8 {
            return FHIRDateTime(year: year, month: digits >= 6 ? month : nil, day: digits == 8 ? day : nil)
        }
        guard let time = timeField.boundary(digits - 8, isHigh: isHigh) else { return nil }
        return FHIRDateTime(
            year: year, month: month, day: day, time: time,
            offset: offset == .none ? Offset(minutes: isHigh ? -12 * 60 : 14 * 60) : offset)
    }
}

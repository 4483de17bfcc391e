/// How far a date or a time is written out.
public enum TimePrecision: UInt8, Comparable, Sendable {
    case year, month, day, hour, minute, second, fraction

    /// Whether the left precision is the coarser.
    public static func < (left: TimePrecision, right: TimePrecision) -> Bool { left.rawValue < right.rawValue }

    /// Seconds and their fractions are one precision when values are compared (FHIRPath N1, 6.1.1).
    var comparable: TimePrecision { self == .fraction ? .second : self }
}

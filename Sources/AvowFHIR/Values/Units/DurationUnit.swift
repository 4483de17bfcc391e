/// The units of durations that FHIRPath has beside UCUM's (FHIRPath N1, 2.7.1), from the coarsest to the finest.
public enum DurationUnit: Int, CaseIterable, Comparable, Sendable {
    case year, month, week, day, hour, minute, second, millisecond

    /// Whether the left unit is the coarser.
    public static func < (left: DurationUnit, right: DurationUnit) -> Bool { left.rawValue < right.rawValue }

    /// The unit of a keyword, singular or plural: `day`, `days`.
    public init?(keyword: String) {
        guard let unit = Self.allCases.first(where: { keyword == $0.keyword || keyword == $0.keyword + "s" })
        else { return nil }
        self = unit
    }

    /// The unit that is most like one of UCUM's: `d` is a day, and `a` a year, although that has 365.25 days.
    public init?(ucumCode: String) {
        guard let unit = Self.allCases.first(where: { $0.ucumCode == ucumCode }) else { return nil }
        self = unit
    }

    /// The keyword in the singular.
    public var keyword: String {
        switch self {
        case .year: "year"
        case .month: "month"
        case .week: "week"
        case .day: "day"
        case .hour: "hour"
        case .minute: "minute"
        case .second: "second"
        case .millisecond: "millisecond"
        }
    }

    /// The unit of UCUM that is equal, or for years and months equivalent.
    public var ucumCode: String {
        switch self {
        case .year: "a"
        case .month: "mo"
        case .week: "wk"
        case .day: "d"
        case .hour: "h"
        case .minute: "min"
        case .second: "s"
        case .millisecond: "ms"
        }
    }

    /// Whether it is a year or a month, which have no fixed length.
    public var isIndefinite: Bool { self < .week }

    /// How many of the finer unit one of this is, when nothing says which year or month it is (FHIRPath N1,
    /// 5.5.7): a year has 12 months or 365 days, a month 30 days.
    func factor(to other: DurationUnit) -> Rational {
        if isIndefinite, other.isIndefinite { return Rational(months) / Rational(other.months) }
        return Rational(milliseconds) / Rational(other.milliseconds)
    }

    private var months: UInt128 { self == .year ? 12 : 1 }

    private var milliseconds: UInt128 {
        switch self {
        case .year: 365 * 86_400_000
        case .month: 30 * 86_400_000
        case .week: 7 * 86_400_000
        case .day: 86_400_000
        case .hour: 3_600_000
        case .minute: 60_000
        case .second: 1_000
        case .millisecond: 1
        }
    }
}

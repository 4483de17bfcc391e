/// A value with its unit (FHIRPath N1, 2.7; FHIR R4, `Quantity`).
///
/// Units are looked at when an operation needs them. One that UCUM does not have compares with itself only;
/// ``UCUMUnit/unit(_:)`` says what is wrong with it.
public struct FHIRQuantity: Hashable, Sendable {
    /// The number.
    public let value: FHIRDecimal

    /// What it counts.
    public let unit: QuantityUnit

    /// A value in a unit.
    public init(_ value: FHIRDecimal, _ unit: QuantityUnit) {
        self.value = value
        self.unit = unit
    }

    /// A number, in UCUM's unit `1`.
    public init(_ value: FHIRDecimal) { self.init(value, .one) }

    /// Reads `4 days`, `10 'mg'` or `7.5`: the text that FHIRPath's `toQuantity()` takes.
    ///
    /// - Returns: nil when it is none, or the word behind the number is no calendar unit. What stands
    ///   between quotes is taken for a code as it is.
    public init?(_ text: String) {
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0 == "+" || $0 == "-") }
        guard let value = FHIRDecimal(String(number)) else { return nil }
        let rest = text[number.endIndex...].drop { $0.isWhitespace }
        if rest.isEmpty {
            self.init(value)
        } else if rest.count > 2, rest.hasPrefix("'"), rest.hasSuffix("'"), !rest.dropFirst().dropLast().contains("'") {
            self.init(value, QuantityUnit(quoted: String(rest.dropFirst().dropLast())))
        } else if let unit = CalendarUnit(keyword: String(rest)) {
            self.init(value, .calendar(unit))
        } else {
            return nil
        }
    }

    /// The quantity as FHIRPath writes it: `4 days`, `10 'mg'`.
    public var text: String {
        switch unit {
        case .calendar(let unit): value.description + " " + unit.keyword + (value == .one ? "" : "s")
        case .ucum(let code), .other(_, let code): value.description + " '" + code + "'"
        }
    }

    /// The same with the other sign.
    public var negated: FHIRQuantity { FHIRQuantity(value.negated, unit) }

    /// The least quantity that rounds to this one; see ``FHIRDecimal/lowBoundary(places:)``.
    public func lowBoundary(places: Int = 8) -> FHIRQuantity? {
        value.lowBoundary(places: places).map { FHIRQuantity($0, unit) }
    }

    /// The greatest quantity that rounds to this one; see ``FHIRDecimal/highBoundary(places:)``.
    public func highBoundary(places: Int = 8) -> FHIRQuantity? {
        value.highBoundary(places: places).map { FHIRQuantity($0, unit) }
    }
}

/// The unit of a quantity.
public enum QuantityUnit: Hashable, Sendable {
    /// A code of UCUM, which may turn out to be none.
    case ucum(String)
    /// A calendar unit of FHIRPath.
    case calendar(CalendarUnit)
    /// A code of another system, or, without a system, a unit that was written for people.
    case other(system: String?, code: String)

    /// UCUM's unit of plain numbers.
    public static let one = QuantityUnit.ucum("1")

    /// The system of UCUM's codes.
    public static let ucumSystem = "http://unitsofmeasure.org"

    /// The system of FHIRPath's calendar units.
    public static let calendarSystem = "http://hl7.org/fhirpath/CodeSystem/calendar-units"

    /// What stands between the quotes of a literal: a code of UCUM, or the keyword of a calendar unit, which
    /// is none of UCUM's.
    public init(quoted code: String) {
        self = CalendarUnit(keyword: code).map(QuantityUnit.calendar) ?? .ucum(code)
    }

    /// The unit of a FHIR `Quantity`: its code in its system, or the unit for people where there is no code;
    /// `1` where there is neither.
    public init(system: String?, code: String?, unit: String?) {
        guard let code else {
            self = unit.map { .other(system: nil, code: $0) } ?? .one
            return
        }
        if system == Self.ucumSystem {
            self = .ucum(code)
        } else if system == Self.calendarSystem, let calendar = CalendarUnit(keyword: code) {
            self = .calendar(calendar)
        } else {
            self = .other(system: system, code: code)
        }
    }

    /// What UCUM knows of it; nil when it is not UCUM's.
    var ucum: UCUMUnit? {
        guard case .ucum(let code) = self else { return nil }
        return try? UCUMUnit.unit(code)
    }
}

/// A quantity in base units, for the keys of an index: quantities of one dimension are equal, and sort, as
/// their values do here.
public struct CanonicalQuantity: Hashable, Sendable {
    /// The value in base units. Where 38 digits do not hold it, it is rounded to 28 significant ones, equal
    /// quantities always to the same.
    public let value: FHIRDecimal

    /// The base units.
    public let dimension: UnitDimension
}

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
        } else if let unit = DurationUnit(keyword: String(rest)) {
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
    case calendar(DurationUnit)
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
        self = DurationUnit(keyword: code).map(QuantityUnit.calendar) ?? .ucum(code)
    }

    /// The unit that FHIRPath sees of a FHIR `Quantity`: its code in its system, or the unit for people where there
    /// is no code; `1` where there is neither.
    ///
    /// UCUM's `a`, `mo`, `d`, `h`, `min` and `s` become the calendar's units, so that dates can be moved by them (FHIR,
    /// Using FHIRPath with FHIR, Use of FHIR Quantity). An index, for which a year is as long as any other, takes
    /// ``ucum(_:)`` instead.
    public init(system: String?, code: String?, unit: String?) {
        guard let code else {
            self = unit.map { .other(system: nil, code: $0) } ?? .one
            return
        }
        if system == Self.ucumSystem {
            let calendar = DurationUnit(ucumCode: code).flatMap { $0 == .week || $0 == .millisecond ? nil : $0 }
            self = calendar.map(QuantityUnit.calendar) ?? .ucum(code)
        } else if system == Self.calendarSystem, let calendar = DurationUnit(keyword: code) {
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

/// A quantity in base units, for the keys of an index.
///
/// Quantities of one dimension are equal, and sort, as ``orderedBytes`` do, byte by byte and the shorter
/// first, up to 38 significant digits; what differs further behind is the same here.
public struct CanonicalQuantity: Hashable, Sendable {
    /// The value in base units, in the form of ``FHIRDecimal/orderedBytes``, with exponents from -127 to 126.
    public let orderedBytes: [UInt8]

    /// The base units.
    public let dimension: UnitDimension

    /// Nil when the exponent is out of range.
    init?(_ value: Rational, _ dimension: UnitDimension) {
        self.init(value.significant, dimension)
    }

    /// As the other, for 38 significant digits of the value.
    init?(_ value: (coefficient: Int128, scale: Int), _ dimension: UnitDimension) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(24)
        guard FHIRDecimal.appendOrderedBytes(of: value.coefficient, scale: value.scale, to: &bytes) else { return nil }
        orderedBytes = bytes
        self.dimension = dimension
    }
}

/// A quantity, or a range of quantities of one unit (R4, section 3.1.1.4.11).
///
/// A Quantity with a comparator is a range that is open at one end, a Range is one, and of SampledData the least and the
/// greatest value are. Money counts its currency (system `urn:iso:std:iso:4217`).
public struct SearchQuantity: Hashable, Sendable {
    /// The least value; nil when there is none.
    public let low: FHIRDecimal?
    /// The greatest value; nil when there is none. The same as ``low`` for a plain quantity.
    public let high: FHIRDecimal?
    /// Whether ``low`` itself is not in the range, as for the comparator `>`.
    public let excludesLow: Bool
    /// Whether ``high`` itself is not in the range, as for the comparator `<`.
    public let excludesHigh: Bool
    /// The system of the unit's code; empty when there is none.
    public let system: String
    /// The unit's code; empty when there is none.
    public let code: String
    /// The unit as it is written for people; empty when it is not.
    public let unit: String

    /// A range of quantities.
    public init(
        low: FHIRDecimal?, high: FHIRDecimal?, excludesLow: Bool = false, excludesHigh: Bool = false, system: String,
        code: String, unit: String
    ) {
        self.low = low
        self.high = high
        self.excludesLow = excludesLow
        self.excludesHigh = excludesHigh
        self.system = system
        self.code = code
        self.unit = unit
    }

    /// A quantity.
    public init(_ value: FHIRDecimal, system: String, code: String, unit: String) {
        self.init(low: value, high: value, system: system, code: code, unit: unit)
    }

    /// The value of a plain quantity; nil for a range.
    public var value: FHIRDecimal? { low == high && !excludesLow && !excludesHigh ? low : nil }

    /// The unit, if its system is UCUM and UCUM has it.
    public var ucum: UCUMUnit? { system == QuantityUnit.ucumSystem ? try? UCUMUnit.unit(code) : nil }

    /// ``low`` in base units; nil when there is none, or the unit is none that UCUM has.
    public var canonicalLow: CanonicalQuantity? { canonical(low) }

    /// ``high`` in base units; nil when there is none, or the unit is none that UCUM has.
    public var canonicalHigh: CanonicalQuantity? { canonical(high) }

    private func canonical(_ value: FHIRDecimal?) -> CanonicalQuantity? {
        guard system == QuantityUnit.ucumSystem, let value else { return nil }
        return FHIRQuantity(value, .ucum(code)).canonical
    }
}

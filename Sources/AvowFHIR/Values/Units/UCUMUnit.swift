internal import Synchronization

/// A unit of UCUM (The Unified Code for Units of Measure, https://ucum.org/ucum), understood: what it is a
/// multiple of, and of which dimension.
///
/// Factors are exact fractions. Moles are numbers of particles, as UCUM has it, so that `mol/L` and `/L`
/// are of one dimension; masses never turn into moles. Arbitrary units such as `[iU]`, and units with a
/// scale of their own such as `[pH]` or `dB`, compare with themselves only.
public final class UCUMUnit: Sendable {
    /// The code as it was written.
    public let code: String

    /// What it is made of, for products; annotations are gone.
    let factors: [UnitFactor]

    /// A value in this unit is `value × factor + offset` in the base units.
    let factor: Rational

    let offset: Rational

    /// The factor in few words, when the offset is zero and they hold it.
    let shortFactor: ShortFactor?

    /// The base units that it is a multiple of, with their exponents, in the order of their symbols.
    public let dimension: UnitDimension

    /// Whether it can stand in no product or sum: its zero is not nothing, or its scale not linear.
    public let isSpecial: Bool

    init(code: String, factors: [UnitFactor], _ value: UnitValue) {
        self.code = code
        self.factors = factors
        factor = value.factor
        offset = value.offset
        dimension = value.dimension
        isSpecial = value.isSpecial
        shortFactor = value.offset.isZero ? ShortFactor(value.factor) : nil
    }

    /// Reads a code, in the case-sensitive form.
    ///
    /// - Throws: ``UCUMError`` with the place in the code; for a symbol that UCUM does not have, too.
    /// - Complexity: O(length) at the first time; codes that were read are kept, up to 4,096 of them.
    public static func unit(_ code: String) throws(UCUMError) -> UCUMUnit {
        if let known = cache.withLock({ $0[code] }) { return known }
        var parser = UCUMParser(code)
        let parsed = try parser.unit()
        let unit = UCUMUnit(code: code, factors: parsed.factors, parsed.value)
        cache.withLock { if $0.count < 4_096 { $0[code] = unit } }
        return unit
    }

    private static let cache = Mutex<[String: UCUMUnit]>([:])

    /// Whether values in both can be compared and converted.
    public func isCommensurable(with other: UCUMUnit) -> Bool { dimension == other.dimension }
}

/// A symbol with its prefix, and its exponent.
struct UnitFactor: Hashable, Sendable {
    let symbol: String
    var exponent: Int
}

/// The dimension of a unit: base units of UCUM with their exponents.
public struct UnitDimension: Hashable, Sendable, CustomStringConvertible {
    private(set) var factors: [UnitFactor]

    static let none = UnitDimension(factors: [])

    init(factors: [UnitFactor]) { self.factors = factors }

    init(_ symbol: String) { factors = [UnitFactor(symbol: symbol, exponent: 1)] }

    func multiplied(by other: UnitDimension, exponent: Int) -> UnitDimension {
        var exponents: [String: Int] = [:]
        for factor in factors { exponents[factor.symbol, default: 0] += factor.exponent }
        for factor in other.factors { exponents[factor.symbol, default: 0] += factor.exponent * exponent }
        return UnitDimension(
            factors: exponents.filter { $0.value != 0 }.map { UnitFactor(symbol: $0.key, exponent: $0.value) }
                .sorted { $0.symbol < $1.symbol })
    }

    /// The units with their exponents, such as `g.m-3`; `1` where there are none. Equal dimensions have the
    /// same text.
    public var description: String {
        if factors.isEmpty { return "1" }
        return factors.map { $0.symbol + ($0.exponent == 1 ? "" : String($0.exponent)) }.joined(separator: ".")
    }
}

/// What a part of a code stands for.
struct UnitValue {
    var factor = Rational.one
    var offset = Rational.zero
    var dimension = UnitDimension.none
    var isSpecial = false
}

/// Why a code is no unit of UCUM, and where.
public struct UCUMError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    public enum Reason: Hashable, Sendable {
        /// UCUM has no unit of this symbol; perhaps the other was meant.
        case unknownUnit(String, suggestion: String?)
        /// Something else was expected there.
        case expected(String)
        /// A unit such as `Cel` or `dB` stands in a product or has an exponent.
        case specialInProduct(String)
        /// The code is longer, deeper or of greater numbers than any unit needs.
        case tooLarge
    }

    /// What is wrong.
    public let reason: Reason

    /// The code.
    public let code: String

    /// The place in it, in bytes.
    public let range: Range<Int>

    /// One sentence with the place.
    public var description: String {
        let place = "in '\(code)' at \(range.lowerBound)"
        switch reason {
        case .unknownUnit(let symbol, let suggestion):
            return "UCUM has no unit '\(symbol)' \(place)" + (suggestion.map { "; did you mean '\($0)'?" } ?? "")
        case .expected(let expected): return "expected \(expected) \(place)"
        case .specialInProduct(let symbol): return "'\(symbol)' cannot be multiplied, \(place)"
        case .tooLarge: return "the unit is too large, \(place)"
        }
    }
}

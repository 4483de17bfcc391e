import Foundation
import TestSupport
import Testing

@testable import AvowFHIR

@Suite("Quantities") struct FHIRQuantityTests {
    private func quantity(_ text: String) throws -> FHIRQuantity { try #require(FHIRQuantity(text), "\(text)") }

    /// As FHIRPath's documents have it, and its official cases.
    @Test(
        arguments: [
            ("4 'g'", "4000 'mg'", .same), ("4 'g'", "4040 'mg'", .ascending), ("7 days", "1 week", .same),
            ("7 days", "1 'wk'", .same), ("1 week", "7 'd'", .same), ("6 days", "1 week", .ascending),
            ("8 days", "1 week", .descending), ("1 'cm'", "10.0 'mm'", .same), ("1 'cm'", "1 'm'", .ascending),
            ("1 'cm'", "1 's'", nil), ("23 'Cel'", "73.4 '[degF]'", .same), ("0 'Cel'", "273.15 'K'", .same),
            ("0 'mCel'", "273.15 'K'", .same), ("-40 'Cel'", "-40 '[degF]'", .same),
            ("80 '[degRe]'", "100 'Cel'", .same),
            ("37 'Cel'", "100 '[degF]'", .ascending), ("1 'h'", "3600 's'", .same), ("1 hour", "3600 's'", .same),
            ("1 year", "1 'a'", nil), ("1 year", "12 months", .same), ("1 year", "365 days", .same),
            ("1 month", "30 days", .same),
            ("1 year", "12 'mo'", nil), ("1 year", "365 'd'", nil), ("10 seconds", "1 's'", .descending),
            ("6 months", "1 year", .ascending),
            ("365 days", "1 'a'", nil), ("1 'a'", "365.25 'd'", .same), ("1 'mo'", "30.4375 'd'", .same),
            ("185 '[lb_av]'", "185 'kg'", .ascending), ("1 'mol'", "602214076000000000000000 '1'", .same),
            ("1 'mg/dL'", "0.01 'g/L'", .same),
            ("100 'mL/min'", "6 'L/h'", .same), ("7.4 '[pH]'", "7.4 '[pH]'", .same), ("7.4 '[pH]'", "1 'mol/L'", nil),
            ("5 '[iU]/mL'", "5000 '[IU]/L'", .same), ("5 '[iU]'", "5 'mg'", nil), ("1 'B'", "10 'dB'", .same),
            ("5 '{score}'", "5", .same),
            ("3 'foo'", "4 'foo'", .ascending), ("3 'foo'", "3 'bar'", nil), ("1 'foo'", "1", nil),
            ("50 '%'", "0.5", .same),
            ("90 'deg'", "0.5 '[pi].rad'", .same), ("1 '[in_i]'", "2.54 'cm'", .same),
        ] as [(String, String, ValueOrder?)])
    func `compare across the units of a dimension`(left: String, right: String, order: ValueOrder?) throws {
        let (a, b) = (try quantity(left), try quantity(right))
        #expect(a.order(relativeTo: b) == order)
        let mirrored: ValueOrder? = order == .ascending ? .descending : order == .descending ? .ascending : order
        #expect(b.order(relativeTo: a) == mirrored)
        if let canonical = a.canonical, let other = b.canonical, canonical.dimension == other.dimension, order != nil {
            #expect(ValueOrder(canonical, other) == order)
        }
    }

    @Test(arguments: [
        ("4 'g'", "4000 'mg'", true), ("4 'g'", "4040 'mg'", true), ("4.0 'g'", "4.4 'kg'", false),
        ("2.1 'cm'", "21 'mm'", true),
        ("21 'mm'", "2 'cm'", true), ("1 '[in_i]'", "2.5 'cm'", true), ("23 'Cel'", "73.4 '[degF]'", true),
        ("1 year", "1 'a'", true),
        ("1 year", "12 'mo'", true), ("1 year", "11 months", true), ("1 second", "1 's'", true),
        ("1 'wk'", "7 days", true),
        ("185 '[lb_av]'", "185 'kg'", false), ("1 'cm'", "1 's'", false), ("1 'foo'", "1.0 'foo'", true),
        ("1 'foo'", "1 'bar'", false),
    ])
    func `are equivalent in the coarser unit`(left: String, right: String, isEquivalent: Bool) throws {
        #expect(try quantity(left).isEquivalent(to: quantity(right)) == isEquivalent)
        #expect(try quantity(right).isEquivalent(to: quantity(left)) == isEquivalent)
    }

    @Test(arguments: [
        ("3 'm'", "3 'cm'", "303 'cm'", "297 'cm'"), ("3 'cm'", "3 'm'", "303 'cm'", "-297 'cm'"),
        ("2", "2 'cm'", nil, nil),
        ("2", "2 '1'", "4 '1'", "0 '1'"), ("2 minutes", "60 seconds", "180 seconds", "60 seconds"),
        ("60 's'", "2 minutes", "180 seconds", "-60 seconds"), ("1 'wk'", "2 days", "9 days", "5 days"),
        ("1 year", "12 months", nil, nil),
        ("1 year", "12 'mo'", nil, nil), ("1 year", "1 year", "2 years", "0 years"),
        ("1 week", "14 days", "21 days", "-7 days"),
        ("3 'd'", "1 'wk'", "10 'd'", "-4 'd'"), ("37 'Cel'", "1 'Cel'", nil, nil),
        ("1 'foo'", "2 'foo'", "3 'foo'", "-1 'foo'"),
        ("1 'kg'", "1 's'", nil, nil), ("1 'L'", "1 'l'", "2 'L'", "0 'L'"),
    ])
    func `are added and subtracted in the finer unit`(left: String, right: String, sum: String?, difference: String?)
        throws
    {
        #expect(try quantity(left).adding(quantity(right))?.text == sum)
        #expect(try quantity(left).subtracting(quantity(right))?.text == difference)
    }

    @Test(arguments: [
        ("12 'cm'", "3 'cm'", "36 'cm2'", "4 '1'"), ("3 'cm'", "12 'cm2'", "36 'cm3'", "0.25 '/cm'"),
        ("10 'm/s'", "10 's'", "100 'm'", "1 'm/s2'"),
        ("3", "2 'cm'", "6 'cm'", "1.5 '/cm'"), ("2 'cm'", "3", "6 'cm'", "0.6666666666666666666666666667 'cm'"),
        ("12 days", "45 'm'", nil, nil),
        ("12 days", "2", "24 days", "6 days"), ("2", "12 days", "24 days", nil),
        ("120 'm'", "60 's'", "7200 'm.s'", "2 'm/s'"),
        ("60", "1 's'", "60 's'", "60 '/s'"), ("2 'Cel'", "2", nil, nil), ("1 'foo'", "2", "2 'foo'", "0.5 'foo'"),
        ("1 'foo'", "1 'm'", nil, nil),
        ("8 '10*3/uL'", "2 'uL'", "16 '10*3'", "4 '10*3/uL2'"), ("1 'm/100'", "1 'm/100'", "1 'm2/100/100'", "1 '1'"),
        ("1 'm'", "0 's'", "0 'm.s'", nil),
    ])
    func `are multiplied and divided with their units`(left: String, right: String, product: String?, quotient: String?)
        throws
    {
        #expect(try quantity(left).multiplied(by: quantity(right))?.text == product)
        #expect(try quantity(left).divided(by: quantity(right))?.text == quotient)
    }

    @Test func `compare as their products do`() throws {
        #expect(
            try quantity("2.0 'cm'").multiplied(by: quantity("2.0 'm'"))?.order(relativeTo: quantity("0.040 'm2'"))
                == .same)
        #expect(
            try quantity("4.0 'g'").divided(by: quantity("2.0 'm'"))?.order(relativeTo: quantity("2 'g/m'")) == .same)
    }

    @Test(arguments: [
        ("52 'cm'", "m", "0.52 'm'"), ("45", "m", nil), ("24 'm'", "kg", nil), ("1 'a'", "d", "365.25 'd'"),
        ("1 'wk'", "d", "7 'd'"),
        ("7 days", "wk", "1 'wk'"), ("182.5 days", "a", "0.5 'a'"),
        ("182.5 'd'", "a", "0.4996577686516084873374401095 'a'"),
        ("1 year", "a", "1 'a'"), ("1 year", "month", "12 months"), ("1 'd'", "hours", "24 hours"),
        ("73.4 '[degF]'", "Cel", "23 'Cel'"),
        ("37 'Cel'", "[degF]", "98.6 '[degF]'"), ("37 'Cel'", "K", "310.15 'K'"), ("1 'foo'", "bar", nil),
        ("1 'foo'", "foo", "1 'foo'"),
        ("2 minutes", "us", "120000000 'us'"),
    ])
    func `are converted`(source: String, unit: String, result: String?) throws {
        #expect(try quantity(source).converted(to: QuantityUnit(quoted: unit))?.text == result)
    }

    @Test(arguments: [
        ("4 days", "4 days"), ("1 day", "1 day"), ("1 days", "1 day"), ("10 'mg'", "10 'mg'"), ("7.50", "7.50 '1'"),
        ("1 'month'", "1 month"),
        ("-3 's'", "-3 's'"), ("+3'm'", "3 'm'"), ("4 fortnights", nil), ("4 ''", nil), ("4 'm", nil), ("'m'", nil),
        ("", nil), ("4 'a'b'", nil),
        ("4 mg", nil),
    ])
    func `are read from text`(text: String, printed: String?) {
        #expect(FHIRQuantity(text)?.text == printed)
    }

    @Test func `of FHIR have the units that FHIRPath sees`() {
        let ucum = QuantityUnit.ucumSystem
        #expect(QuantityUnit(system: ucum, code: "mg", unit: "milligrams") == .ucum("mg"))
        #expect(QuantityUnit(system: ucum, code: "a", unit: nil) == .calendar(.year))
        #expect(QuantityUnit(system: ucum, code: "min", unit: nil) == .calendar(.minute))
        #expect(QuantityUnit(system: ucum, code: "wk", unit: nil) == .ucum("wk"))
        #expect(QuantityUnit(system: QuantityUnit.calendarSystem, code: "day", unit: nil) == .calendar(.day))
        #expect(QuantityUnit(system: "http://x", code: "mg", unit: nil) == .other(system: "http://x", code: "mg"))
        #expect(QuantityUnit(system: nil, code: nil, unit: "tablets") == .other(system: nil, code: "tablets"))
        #expect(QuantityUnit(system: nil, code: nil, unit: nil) == .one)
    }

    @Test func `have one canonical value, whatever unit they are written in`() throws {
        let cases: [Vectors.Units] = try Vectors.read("units.json")
        var random = SeededGenerator(seed: 41)
        var compared = 0
        for _ in 0..<20_000 {
            guard let left = cases.randomElement(using: &random)?.code,
                let right = cases.randomElement(using: &random)?.code,
                let (from, to) = try? (UCUMUnit.unit(left), UCUMUnit.unit(right)), from.isCommensurable(with: to)
            else { continue }
            let value = FHIRDecimal(Int.random(in: -10_000...10_000, using: &random))
            let quantity = FHIRQuantity(value, .ucum(left))
            let other = FHIRQuantity(FHIRDecimal(Int.random(in: -100...100, using: &random)), .ucum(right))
            guard let first = quantity.canonical, let second = other.canonical,
                let order = quantity.order(relativeTo: other)
            else {
                Issue.record("\(quantity.text) \(other.text)")
                continue
            }
            #expect(first.dimension == second.dimension)
            // The short way and the long one come to the same.
            let base = Rational(value) * from.factor + from.offset
            #expect(CanonicalQuantity(base, from.dimension) == first, "\(quantity.text)")
            #expect(ValueOrder(first, second) == order, "\(quantity.text) \(other.text)")
            // Exactly converted, it is the same quantity.
            if let factor = (from.factor / to.factor).exactDecimal, !from.isSpecial, !to.isSpecial,
                let moved = value.multiplied(by: factor),
                Rational(moved) == Rational(value) * Rational(factor)
            {
                #expect(FHIRQuantity(moved, .ucum(right)).canonical == first, "\(quantity.text) in \(right)")
            }
            compared += 1
        }
        #expect(compared > 100)
    }
}

extension ValueOrder {
    fileprivate init(_ left: CanonicalQuantity, _ right: CanonicalQuantity) {
        let isBelow = left.orderedBytes.lexicographicallyPrecedes(right.orderedBytes)
        self = isBelow ? .ascending : left.orderedBytes == right.orderedBytes ? .same : .descending
    }
}

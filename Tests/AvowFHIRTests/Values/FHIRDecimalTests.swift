import Foundation
import TestSupport
import Testing

@testable import AvowFHIR

@Suite("Decimals") struct FHIRDecimalTests {
    @Test func `compute as Python's fractions do`() throws {
        let cases: [Vectors.Decimals] = try Vectors.read("decimals.json")
        #expect(cases.count == 500)
        for vector in cases {
            let left = try #require(FHIRDecimal(vector.left))
            let right = try #require(FHIRDecimal(vector.right))
            #expect(left.description == vector.left)
            #expect((left < right ? -1 : left == right ? 0 : 1) == vector.order, "\(vector)")
            #expect((left.hashValue == right.hashValue) == (vector.order == 0) || vector.order != 0)
            func normal(_ text: String?) -> String? { text.flatMap { FHIRDecimal($0) }?.normalized.description }
            #expect(left.adding(right)?.normalized.description == normal(vector.sum), "\(vector)")
            #expect(left.multiplied(by: right)?.normalized.description == normal(vector.product), "\(vector)")
            #expect(left.divided(by: right)?.description == vector.quotient, "\(vector)")
            #expect(left.truncatedQuotient(dividingBy: right)?.description == vector.div, "\(vector)")
            #expect(left.remainder(dividingBy: right)?.normalized.description == normal(vector.mod), "\(vector)")
        }
    }

    @Test(arguments: [
        ("1.0", "1.0"), ("1.00", "1.00"), ("-0.50", "-0.50"), ("007", "7"), ("+3", "3"), ("1e3", "1000"),
        ("1.50e1", "15.0"),
        ("1.5E+3", "1500"), ("15e-3", "0.015"), ("0.0", "0.0"), ("-0", "0"), ("0e9999999999", "0"),
        ("1e-100", "0." + String(repeating: "0", count: 99) + "1"),
        ("99999999999999999999999999999999999999", "99999999999999999999999999999999999999"),
        // 38 digits, and what is behind them is rounded, ties to even.
        ("0.123456789012345678901234567890123456785", "0.12345678901234567890123456789012345678"),
        ("0.1234567890123456789012345678901234567850001", "0.12345678901234567890123456789012345679"),
        ("0.999999999999999999999999999999999999999", "1.0000000000000000000000000000000000000"),
        ("1000000000000000000000000000000000000000e-5", "10000000000000000000000000000000000.000"),
    ])
    func `print as they were written`(written: String, printed: String) {
        #expect(FHIRDecimal(written)?.description == printed)
        let bytes = Array(written.utf8)
        #expect(FHIRDecimal(utf8: bytes.span)?.description == printed)
    }

    @Test(arguments: [
        "", "-", "+", ".", "1.", ".5", "1e", "1e+", "1.e3", "--1", "1-", " 1", "1 ", "0x1", "NaN", "1,5", "١", "1e39",
        "100000000000000000000000000000000000000", "1e99999999999999999999999", "1.5.2",
    ])
    func `are refused when they are none, or out of range`(text: String) {
        #expect(FHIRDecimal(text) == nil)
    }

    @Test func `survive any bytes`() {
        var random = SeededGenerator(seed: 21)
        let alphabet = Array("0123456789.eE+-")
        for _ in 0..<20_000 {
            let text = String(
                (0..<Int.random(in: 0...60, using: &random)).map { _ in alphabet.randomElement(using: &random)! })
            guard let value = FHIRDecimal(text) else { continue }
            #expect(FHIRDecimal(value.description) == value, "\(text)")
            #expect(FHIRDecimal(orderedBytes: value.orderedBytes) == value, "\(text)")
        }
    }

    @Test func `sort as their bytes do`() throws {
        let cases: [Vectors.Decimals] = try Vectors.read("decimals.json")
        let values = try cases.flatMap { [try #require(FHIRDecimal($0.left)), try #require(FHIRDecimal($0.right))] }
        let sorted = values.sorted()
        for (lower, upper) in zip(sorted, sorted.dropFirst()) {
            let (left, right) = (lower.orderedBytes, upper.orderedBytes)
            #expect(lower == upper ? left == right : left.lexicographicallyPrecedes(right), "\(lower) \(upper)")
            #expect(FHIRDecimal(orderedBytes: left) == lower)
        }
        #expect(try #require(FHIRDecimal("1.0")).orderedBytes == FHIRDecimal(1).orderedBytes)
        for bytes: [UInt8] in [
            [], [2, 0], [3], [3, 129], [3, 129, 1], [3, 129, 102], [1, 126, 0xF5], [4, 129, 11], [3, 129, 11, 1],
        ] {
            #expect(FHIRDecimal(orderedBytes: bytes) == nil, "\(bytes)")
        }
    }

    @Test(arguments: [
        ("1.587", 6, "1.586500", "1.587500"), ("1.587", 2, "1.58", "1.59"), ("1.587", 0, "1", "2"),
        ("-1.587", 6, "-1.587500", "-1.586500"), ("-1.587", 2, "-1.59", "-1.58"), ("-1.587", 0, "-2", "-1"),
        ("1", 5, "0.50000", "1.50000"), ("120", 2, "119.50", "120.50"), ("0.0034", 1, "0.0", "0.0"),
        ("-0.0034", 1, "0.0", "0.0"), ("12.500", 4, "12.4995", "12.5005"), ("0.0", 8, "-0.05000000", "0.05000000"),
    ])
    func `have boundaries`(value: String, places: Int, low: String, high: String) throws {
        let decimal = try #require(FHIRDecimal(value))
        #expect(decimal.lowBoundary(places: places)?.description == low)
        #expect(decimal.highBoundary(places: places)?.description == high)
        #expect(decimal.lowBoundary(places: -1) == nil)
        #expect(decimal.highBoundary(places: 32) == nil)
    }

    @Test(arguments: [
        ("1.5", "2", "1", "1", "2"), ("-1.5", "-2", "-1", "-2", "-1"), ("0.5", "1", "0", "0", "1"),
        ("-0.49", "0", "0", "-1", "0"), ("2", "2", "2", "2", "2"), ("-1e-60", "0", "0", "-1", "0"),
    ])
    func `are rounded`(value: String, nearest: String, truncated: String, floor: String, ceiling: String) throws {
        let decimal = try #require(FHIRDecimal(value))
        #expect(decimal.rounded().description == nearest)
        #expect(decimal.truncated.description == truncated)
        #expect(decimal.floor.description == floor)
        #expect(decimal.ceiling.description == ceiling)
    }

    @Test func `are equivalent in the shorter fraction`() throws {
        for (left, right, isEquivalent) in [
            ("1.10", "1.1", true), ("0.6666666667", "0.67", true), ("1.1", "1.2", false), ("0.0", "0", true),
            ("4.040", "4", true), ("1.95", "2.0", true), ("1.95", "1.9", false),
        ] {
            let (a, b) = (try #require(FHIRDecimal(left)), try #require(FHIRDecimal(right)))
            #expect(a.isEquivalent(to: b) == isEquivalent, "\(left) \(right)")
            #expect(b.isEquivalent(to: a) == isEquivalent, "\(left) \(right)")
        }
    }

    @Test func `have powers, roots and logarithms`() throws {
        func decimal(_ text: String) throws -> FHIRDecimal { try #require(FHIRDecimal(text)) }
        #expect(try decimal("2").raised(to: decimal("3")) == decimal("8"))
        #expect(try decimal("2.5").raised(to: decimal("2")) == decimal("6.25"))
        #expect(try decimal("2").raised(to: decimal("-1")) == decimal("0.5"))
        #expect(try decimal("-1").raised(to: decimal("0.5")) == nil)
        #expect(try decimal("0").raised(to: decimal("-1")) == nil)
        #expect(try decimal("10").raised(to: decimal("1000")) == nil)
        #expect(try decimal("16").logarithm(base: decimal("2")) == decimal("4"))
        #expect(try decimal("1000").logarithm(base: decimal("10")) == decimal("3"))
        #expect(try decimal("0").naturalLogarithm == nil)
        #expect(try decimal("-0.0").exponential == decimal("1"))
        #expect(try decimal("1e30").exponential == nil)
        #expect(try decimal("81").squareRoot == decimal("9"))
        #expect(try decimal("2").squareRoot == decimal("1.4142135623731"))
        #expect(try decimal("-1").squareRoot == nil)
    }

    @Test func `divide numbers of any size`() {
        var random = SeededGenerator(seed: 22)
        for round in 0..<2_000 {
            func number(_ digits: Int) -> BigNatural {
                (0..<digits).reduce(BigNatural(1)) { number, _ in
                    // Digits at both ends of their range meet the rare steps of the algorithm.
                    let digit = [0, 1, .max, .max - 1, 1 << 63, UInt64.random(in: 0 ... .max, using: &random)]
                        .randomElement(using: &random)!
                    return number * BigNatural(1 << 64) + BigNatural(UInt128(digit))
                }
            }
            let dividend = number(Int.random(in: 0...8, using: &random))
            let divisor = number(Int.random(in: 0...5, using: &random))
            let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
            #expect(remainder < divisor, "round \(round)")
            #expect(quotient * divisor + remainder == dividend, "round \(round)")
        }
    }
}

import Foundation
import TestSupport
import Testing

@testable import AvowFHIR

@Suite("Units of UCUM") struct UCUMTests {
    @Test func `are all known that R4's value sets name`() throws {
        let cases: [Vectors.Units] = try Vectors.read("units.json")
        #expect(cases.count > 1_300)
        for vector in cases { _ = try UCUMUnit.unit(vector.code) }
    }

    /// Where pint's figures are not UCUM's: it takes the low-power field for one and not for a hundred, the
    /// great calorie for the small one, other thermal units, other columns of water and mercury in inches,
    /// and other British rods and chains.
    private static let otherwiseInPint: Set<String> = [
        "[LPF]", "/[LPF]", "{#}/[LPF]", "[Cal]", "[Btu]", "[in_i'H2O]", "[in_i'Hg]", "[rd_br]", "[ch_br]", "[lk_br]",
    ]

    @Test func `are the multiples of each other that they are in pint`() throws {
        let cases: [Vectors.Units] = try Vectors.read("units.json")
        var compared = 0
        for group in Dictionary(grouping: cases.filter { $0.factor != nil }, by: \.dimension).values {
            let known = group.compactMap { vector in
                (try? UCUMUnit.unit(vector.code)).flatMap { $0.isSpecial ? nil : (vector, $0) }
            }
            guard let (reference, referenceUnit) = known.first(where: { !Self.otherwiseInPint.contains($0.0.code) })
            else { continue }
            for (vector, unit) in known where !Self.otherwiseInPint.contains(vector.code) {
                guard unit.isCommensurable(with: referenceUnit) else { continue }
                let ours = try #require((unit.factor / referenceUnit.factor).decimal).double
                let theirs = try #require(vector.factor) / #require(reference.factor)
                #expect(
                    abs(ours - theirs) <= abs(theirs) * 1e-4,
                    "\(vector.code) in \(reference.code): \(ours), not \(theirs)")
                compared += 1
            }
        }
        #expect(compared > 1_000)
    }

    @Test(
        arguments: [
            ("m", "m", "1"), ("mg/dL", "g.m-3", "10"), ("mmol/L", "m-3", "602214076000000000000000"),
            ("10*3/uL", "m-3", "1000000000000"),
            ("kg/m2", "g.m-2", "1000"), ("mL/min/{1.73_m2}", "m3.s-1", nil), ("{score}", "1", "1"), ("%", "1", "0.01"),
            ("mm[Hg]", "g.m-1.s-2", "133322"), ("U/L", "m-3.s-1", nil), ("[iU]/L", "[iU].m-3", "1000"),
            ("[IU]/L", "[iU].m-3", "1000"),
            ("[in_i]", "m", "0.0254"), ("[lb_av]", "g", "453.59237"), ("/m", "m-1", "1"), ("m/s/s", "m.s-2", "1"),
            ("m.s-1", "m.s-1", "1"),
            ("/(m.s)", "m-1.s-1", "1"), ("m/(s/g)", "g.m.s-1", "1"), ("10*-3.m", "m", "0.001"), ("10^2", "1", "100"),
            ("3.m", "m", "3"),
            ("mg{wet weight}", "g", "0.001"), ("{a}{b}", nil, nil), ("dB", "B", "0.1"), ("[pH]", "[pH]", "1"),
            ("KiBy", "1", "8192"),
            ("cm[H2O]", "g.m-1.s-2", "98066.5"), ("m2", "m2", "1"), ("m+2", "m2", "1"), ("1", "1", "1"),
            ("m0", "1", "1"),
        ] as [(String, String?, String?)])
    func `have a factor and a dimension`(code: String, dimension: String?, factor: String?) throws {
        let unit = try? UCUMUnit.unit(code)
        #expect(unit?.dimension.description == dimension, "\(code)")
        if let factor { #expect(unit?.factor == FHIRDecimal(factor).map { Rational($0) }, "\(code)") }
    }

    @Test(
        arguments: [
            ("mgg", UCUMError.Reason.unknownUnit("mgg", suggestion: nil), 0..<3),
            ("ML/dl.foo", .unknownUnit("foo", suggestion: nil), 6..<9),
            ("MMHG", .unknownUnit("MMHG", suggestion: nil), 0..<4),
            ("iu/L", .unknownUnit("iu", suggestion: "[IU]"), 0..<2), ("", .expected("a unit"), 0..<0),
            ("m//s", .expected("a unit"), 2..<3), ("m.", .expected("a unit"), 2..<2),
            ("(m", .expected("')'"), 2..<2), ("m)", .expected("'.', '/' or the end"), 1..<2),
            ("{a", .expected("'}'"), 2..<2),
            ("µg", .expected("a unit of printable ASCII"), 0..<1),
            ("m s", .expected("a unit of printable ASCII"), 1..<2),
            ("0", .expected("a number above 0"), 0..<1), ("Cel.m", .specialInProduct("Cel"), 0..<3),
            ("m/Cel", .specialInProduct("Cel"), 2..<5),
            ("Cel2", .specialInProduct("Cel"), 0..<4), ("m100", .tooLarge, 1..<4),
            ("(score)", .unknownUnit("score", suggestion: nil), 1..<6),
            (String(repeating: "(", count: 40) + "m", .tooLarge, 16..<17), ("[pi]99.[pi]99", .tooLarge, 0..<6),
        ] as [(String, UCUMError.Reason, Range<Int>)])
    func `are refused with the place`(code: String, reason: UCUMError.Reason, range: Range<Int>) {
        do throws(UCUMError) {
            let unit = try UCUMUnit.unit(code)
            Issue.record("\(code) is \(unit.dimension)")
        } catch {
            #expect(error.reason == reason, "\(code)")
            #expect(error.range == range, "\(code)")
            #expect(error.code == code)
        }
    }

    @Test func `every definition of the table leads to base units`() throws {
        for symbol in UCUMAtoms.shared.symbols.sorted() { _ = try UCUMUnit.unit(symbol) }
        #expect(UCUMAtoms.shared.symbols.count > 300)
    }

    @Test func `survive any code`() {
        var random = SeededGenerator(seed: 31)
        let pieces = [
            "m", "k", "g", "[iU]", "Cel", "10*", "[pi]", "/", ".", "(", ")", "{", "}", "[", "]", "-", "9", "99", "2",
            "é", "%", "'", "da",
        ]
        var accepted = 0
        for _ in 0..<20_000 {
            let code = (0..<Int.random(in: 0...12, using: &random)).map { _ in pieces.randomElement(using: &random)! }
                .joined()
            if (try? UCUMUnit.unit(code)) != nil { accepted += 1 }
        }
        #expect(accepted > 100)
    }
}

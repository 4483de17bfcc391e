import Foundation
import TestSupport
import Testing

@testable import AvowQuery

@Suite struct `The order of cells` {
    private static func number(using random: inout SeededGenerator) -> String {
        var text = Int.random(in: 0..<4, using: &random) == 0 ? "-" : ""
        text += ["0", "1", "9", "10", "90", "123", "120", "99999999999999999999"].randomElement(using: &random) ?? "0"
        if Bool.random(using: &random) {
            text += "." + (["0", "5", "50", "05", "000", "0001", "333333333"].randomElement(using: &random) ?? "0")
        }
        if Int.random(in: 0..<3, using: &random) == 0 {
            text += ["e0", "E1", "e+2", "e-1", "E-3", "e05", "e-10"].randomElement(using: &random) ?? "e0"
        }
        return text
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `numbers compare by value, whatever digits they are written with`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var equals = 0
        for _ in 0..<3_000 {
            let (left, right) = (Self.number(using: &random), Self.number(using: &random))
            let (leftValue, rightValue) = (try #require(Decimal(string: left)), try #require(Decimal(string: right)))
            let expected = leftValue < rightValue ? -1 : leftValue > rightValue ? 1 : 0
            let found = Cell.compare(.number(left), .number(right)).signum()
            #expect(found == expected, "seed \(seed): \(left) and \(right)")
            if found == 0, left != right { equals += 1 }
        }
        #expect(equals > 10)
    }

    @Test(arguments: [
        ("0", "-0"), ("0", "0.000"), ("0e5", "-0.0E-7"), ("1", "1.0"), ("10", "1e1"), ("0.001", "1E-3"),
        ("1.50", "15e-1"),
        ("1e00400", "1e400"), ("100e-2", "1.000"),
    ])
    func `numbers of one value are equal`(left: String, right: String) {
        #expect(Cell.compare(.number(left), .number(right)) == 0)
        #expect(Cell.compare(.number(right), .number(left)) == 0)
    }

    @Test(arguments: [
        ("1e400", "1e401"), ("-1e401", "-1e400"), ("1e-401", "1e-400"), ("0", "1e-99999999999999999999"),
        ("-1e99999999999999999999", "-1e400"), ("1e400", "1e99999999999999999999"), ("2", "1e99999999999999999999"),
        ("1e-99999999999999999999", "2"), ("-1", "1e-99999999999999999999"),
        ("0.1000000000000000000001", "0.1000000000000000000002"),
        ("9", "10"), ("-10", "-9"), ("99999999999999999999999998", "99999999999999999999999999"), ("1.9", "1.10e1"),
    ])
    func `numbers of any size and length are told apart`(less: String, greater: String) {
        #expect(Cell.compare(.number(less), .number(greater)) < 0)
        #expect(Cell.compare(.number(greater), .number(less)) > 0)
    }

    @Test func `kinds come in the order null, false, true, numbers, text`() {
        let cells: [Cell] = [
            .null, .boolean(false), .boolean(true), .number("-5"), .number("0"), .number("1e3"), .string(""),
            .string("10"),
            .string("9"), .string("B"), .string("a"), .string("e\u{301}"), .json("{}"), .string("\u{e9}"),
            .string("\u{1F600}"),
        ]
        for (left, first) in cells.enumerated() {
            for (right, second) in cells.enumerated() {
                #expect(Cell.compare(first, second).signum() == (left - right).signum(), "\(first) and \(second)")
            }
        }
    }

    @Test func `any three cells are in an order without a circle`() {
        var random = SeededGenerator(seed: 8)
        let extremes = ["1e99999999999999999999", "-1e99999999999999999999", "1e-99999999999999999999"]
        let cells = (0..<60).map { number -> Cell in
            switch number % 6 {
            case 0: .null
            case 1: .boolean(.random(using: &random))
            case 2: .string(String(Int.random(in: 0..<30, using: &random)))
            case 3: .json("[\(Int.random(in: 0..<30, using: &random))]")
            case 4: .number(extremes.randomElement(using: &random) ?? "0")
            default: .number(Self.number(using: &random))
            }
        }
        for first in cells {
            for second in cells {
                #expect(Cell.compare(first, second).signum() == -Cell.compare(second, first).signum())
                for third in cells where Cell.compare(first, second) <= 0 && Cell.compare(second, third) <= 0 {
                    #expect(Cell.compare(first, third) <= 0, "\(first), \(second), \(third)")
                }
            }
        }
    }

    @Test(arguments: ["", "-", "x", "1.2.3", ".", "1x", "--1"])
    func `what is no number is none`(text: String) {
        #expect(DecimalText(text) == nil)
    }
}

@Suite struct `A cell as text` {
    @Test func `strings are written as JSON has them`() throws {
        let text = "a\"b\\c\nd\re\tf\u{0}g\u{1f}h\u{7f}é/\u{2028}😀"
        let json = Cell.string(text).json
        #expect(json.hasPrefix(#""a\"b\\c\nd\re\tf\u0000g\u001fh"#))
        let read = try JSONSerialization.jsonObject(with: Data(json.utf8), options: .fragmentsAllowed)
        #expect((read as? String).map { Array($0.unicodeScalars) } == Array(text.unicodeScalars))
    }

    @Test func `other values are as the resource has them`() {
        #expect(
            [Cell.null, .boolean(true), .number("1.50"), .json(#"{"a":1}"#)].map(\.json) == [
                "null", "true", "1.50", #"{"a":1}"#,
            ])
        #expect([Cell.null, .boolean(false), .number("1.50"), .string("x")].map(\.text) == ["", "false", "1.50", "x"])
    }
}

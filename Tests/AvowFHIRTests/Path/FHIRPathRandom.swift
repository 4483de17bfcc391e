import TestSupport

@testable import AvowFHIR

/// Makes random syntax trees: of every form, with the names of elements and functions that exist and some that do not.
struct RandomPath {
    private var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    private static let names = [
        "Patient", "Observation", "Bundle", "name", "given", "family", "value", "code", "coding", "system", "id",
        "extension", "url", "subject", "reference", "birthDate", "entry", "resource", "contained", "text", "div",
        "contains", "is", "as", "day", "a b", "it's", "back\\slash", "`tick`", "\u{1F600}", "unit", "component",
        "period",
        "start",
    ]
    private static let strings = [
        "", "a", "official", "it's", "\n\t\r\u{0C}\\", "\u{1}", "ä\u{1F600}", "1", "1.5", "2015-02-04", "10:00",
        "4 days",
        "1 'mg'", "(a|b)*c", "[0-9]+", "http://loinc.org", "true", "base64", "#1", "urn:uuid:1", "\"`/",
    ]
    private static let numbers = [
        "0", "1", "2", "3", "0.5", "1.50", "100", "2147483647", "2147483648", "99999999999999999999", "0.00000001",
    ]
    private static let units = ["mg", "g", "1", "m", "d", "[lb_av]", "kg.m/s2", "nonsense", "year", "%"]
    private static let dates = [
        "2015", "2015-02", "2015-02-04", "2015T", "2015-02-04T14", "2015-02-04T14:34:28.123Z", "2015-02-04T14:34-05:00",
        "9999-12-31T23:59:59.999+14:00", "0001-01-01",
    ]
    private static let types = [
        "Patient", "string", "Quantity", "String", "Integer", "Age", "HumanName", "dateTime", "Resource",
    ]

    private mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &random)]
    }

    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    private func node(_ form: FHIRPathNode.Form) -> FHIRPathNode { FHIRPathNode(form, at: 0..<0) }

    private mutating func name() -> FHIRPathName { FHIRPathName(text: pick(Self.names), range: 0..<0) }

    mutating func tree(depth: Int) -> FHIRPathNode {
        guard depth > 0, !chance(12) else { return leaf() }
        switch Int.random(in: 0..<10, using: &random) {
        case 0, 1: return node(.member(of: tree(depth: depth - 1), name()))
        case 2, 3, 4: return call(depth: depth)
        case 5: return node(.item(of: tree(depth: depth - 1), at: tree(depth: depth - 2)))
        case 6: return node(.signed(isNegative: chance(70), of: tree(depth: depth - 1)))
        case 7: return node(.typed(chance(50) ? .is : .as, of: tree(depth: depth - 1), typeName()))
        default:
            let kind = pick(FHIRPathOperator.allCases)
            return node(.binary(kind, tree(depth: depth - 1), tree(depth: depth - 1)))
        }
    }

    private mutating func typeName() -> FHIRPathTypeName {
        let namespace = chance(30) ? [chance(50) ? "FHIR" : "System"] : []
        return FHIRPathTypeName(parts: namespace + [pick(Self.types)], range: 0..<0)
    }

    private mutating func call(depth: Int) -> FHIRPathNode {
        let receiver = chance(85) ? tree(depth: depth - 1) : nil
        guard chance(97) else { return node(.call(of: receiver, name(), [tree(depth: depth - 2)])) }
        let function = pick(FHIRPathFunction.allCases)
        var arguments: [FHIRPathNode] = []
        let arity = function.arity
        for _ in 0..<Int.random(in: arity.lowerBound...min(arity.upperBound, 3), using: &random) {
            if function.takesType {
                arguments.append(node(.member(of: nil, FHIRPathName(text: pick(Self.types), range: 0..<0))))
            } else {
                arguments.append(tree(depth: depth - 2))
            }
        }
        return node(.call(of: receiver, FHIRPathName(text: function.rawValue, range: 0..<0), arguments))
    }

    private mutating func leaf() -> FHIRPathNode {
        switch Int.random(in: 0..<14, using: &random) {
        case 0, 1, 2: node(.member(of: nil, name()))
        case 3: node(.special(pick([.this, .index, .total])))
        case 4: node(.variable(pick(["resource", "context", "rootResource", "ucum", "vs-a b", "ext-x", "unknown"])))
        case 5: node(.literal(.empty))
        case 6: node(.literal(.boolean(chance(50))))
        case 7, 8: node(.literal(.string(pick(Self.strings))))
        case 9, 10: node(.literal(.number(pick(Self.numbers))))
        case 11: node(.literal(.date(pick(Self.dates))))
        case 12: node(.literal(.time(pick(["14", "14:30", "14:30:15", "23:59:59.999"]))))
        default: quantity()
        }
    }

    private mutating func quantity() -> FHIRPathNode {
        let digits = pick(Self.numbers)
        guard chance(50) else { return node(.literal(.quantity(digits, unit: pick(Self.units), isCalendar: false))) }
        let unit = pick(Array(FHIRPathWord.calendarUnits).sorted())
        return node(.literal(.quantity(digits, unit: unit, isCalendar: true)))
    }

    /// A text that differs from another in a few places.
    mutating func mutation(of text: String) -> String {
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let place = Int.random(in: 0...bytes.count, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0 where place < bytes.count: bytes.remove(at: place)
            case 1 where place < bytes.count: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 2: bytes = Array(bytes[..<place])
            case 3 where place < bytes.count:
                let end = Int.random(in: place...bytes.count, using: &random)
                bytes.insert(contentsOf: bytes[place..<end], at: place)
            default:
                bytes.insert(
                    contentsOf: pick(["(", ")", ".", "'", "`", "/*", "//", "@", "%", "$", "\\u"]).utf8, at: place)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

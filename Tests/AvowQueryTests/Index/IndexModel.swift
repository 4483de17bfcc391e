import AvowFHIR
import TestSupport
import Testing

/// Random values of search parameters, and random conditions on them, from few enough pieces that they often meet.
struct IndexModel {
    typealias Kind = AvowFHIR.SearchParameter.Kind

    var random: SeededGenerator

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &random)]
    }

    private static let long = String(repeating: "lorem ipsum ", count: 60)
    static let codes = [
        "a", "ab", "b", "", "4548-4", "a\u{0}b", "é", "e\u{301}", "~", long, long + "x", long + "y",
        String(repeating: "é", count: 240), String(repeating: "é", count: 300),
    ]
    static let systems = ["", "http://loinc.org", "http://loinc.org/x", "urn:a", long + "s"]
    static let texts = [
        "Smith", "smith", "Smíth", "Smith-Jones", "SMI", "van der Berg", "é", "", "!!", "O'Hara", long, long + "z",
        "漢字", "ß",
    ]
    static let uris = [
        "http://a/b", "http://a/b|1", "http://a/b|2", "http://a/b/c", "http://a/bc", "urn:oid:1.2", "http://a",
        "http://a|b|c", long, long + "|1",
    ]
    static let numbers = ["0", "-1", "1", "1.0", "1.05", "0.95", "100", "99.5", "100.5", "1e2", "-7.25", "0.001", "7"]
    static let dates = [
        "1950", "1950-03", "1950-03-01", "2000-02-29", "2001", "2001-01-01T00:00:00Z", "2001-01-01T12:30+02:00",
        "1899-12-31T23:59:59.999Z", "2000", "1950-02-28T23:30:00-01:00",
    ]
    static let ids = [
        "1", "23", "7f2c9a1e-95cc-4c3f-8a49-7d0d5f1b7c11", "A.b-c", "7F2C9A1E-95CC-4C3F-8A49-7D0D5F1B7C11",
    ]
    static let types: [ResourceType] = [.patient, .group, .device, .practitioner, .observation]
    static let units: [(system: String, code: String, unit: String)] = [
        (QuantityUnit.ucumSystem, "mg/dL", "mg/dL"), (QuantityUnit.ucumSystem, "g/L", "gram per litre"),
        (QuantityUnit.ucumSystem, "mmol/L", ""), (QuantityUnit.ucumSystem, "%", "%"),
        (QuantityUnit.ucumSystem, "Cel", ""), (QuantityUnit.ucumSystem, "K", ""), (QuantityUnit.ucumSystem, "[iU]", ""),
        (QuantityUnit.ucumSystem, "nonsense", ""), ("", "", "tablets"), ("urn:a", "x", "ex"), ("urn:a", "x|y", ""),
        ("", "mg", ""), ("", "", ""),
    ]

    // MARK: Values

    mutating func value(_ kind: Kind, isBrief: Bool = false) throws -> SearchValue {
        switch kind {
        case .token: return .token(token())
        case .string: return .string(SearchString(pick(Self.texts)))
        case .uri: return .uri(pick(Self.uris))
        case .number: return .number(try decimal())
        case .date:
            let first = SearchDate(try #require(FHIRDateTime(pick(Self.dates))))
            guard !isBrief else { return .date(first) }
            let last = SearchDate(try #require(FHIRDateTime(pick(Self.dates))))
            switch Int.random(in: 0..<5, using: &random) {
            case 0: return .date(SearchDate(from: first.from, until: max(first.until, last.until)))
            case 1: return .date(SearchDate(from: .min, until: first.until))
            case 2: return .date(SearchDate(from: first.from, until: .max))
            default: return .date(first)
            }
        case .quantity:
            let unit = pick(Self.units)
            let low = try decimal()
            guard Int.random(in: 0..<4, using: &random) == 0 else {
                return .quantity(SearchQuantity(low, system: unit.system, code: unit.code, unit: unit.unit))
            }
            let high = Bool.random(using: &random) ? max(low, try decimal()) : nil
            return .quantity(
                SearchQuantity(
                    low: low, high: high, excludesLow: Bool.random(using: &random), system: unit.system,
                    code: unit.code, unit: unit.unit))
        case .reference:
            switch Int.random(in: 0..<4, using: &random) {
            case 0: return .reference(.url(pick(Self.uris)))
            case 1: return .reference(.identifier(token()))
            default: return .reference(.resource(pick(Self.types), id: pick(Self.ids)))
            }
        case .composite, .special: return .composite([])
        }
    }

    private mutating func token() -> AvowFHIR.Token {
        AvowFHIR.Token(system: pick(Self.systems), code: pick(Self.codes))
    }

    private mutating func decimal() throws -> FHIRDecimal {
        try #require(FHIRDecimal(pick(Self.numbers)))
    }

    // MARK: Conditions

    /// A condition; nil when the pieces make none.
    mutating func criterion(_ kind: Kind) -> SearchCriterion? {
        var modifier: SearchModifier?
        let literal: SearchLiteral
        switch kind {
        case .token:
            literal = .token(
                system: Bool.random(using: &random) ? nil : pick(Self.systems),
                code: Int.random(in: 0..<4, using: &random) == 0 ? nil : pick(Self.codes))
        case .string:
            modifier = pick([nil, nil, .exact, .contains])
            literal = .string(pick(Self.texts))
        case .uri:
            modifier = pick([nil, nil, .above, .below])
            literal = .uri(pick(Self.uris))
        case .number: literal = .number(pick(Self.numbers))
        case .date: literal = .date(pick(Self.dates))
        case .quantity:
            let unit = pick(Self.units)
            let isPlain = Int.random(in: 0..<5, using: &random) == 0
            let code = unit.code.isEmpty ? unit.unit : unit.code
            literal = .quantity(
                number: pick(Self.numbers), system: isPlain || unit.system.isEmpty ? nil : unit.system,
                code: isPlain || code.isEmpty ? nil : code)
        case .reference:
            switch Int.random(in: 0..<5, using: &random) {
            case 0: literal = .reference(pick(Self.uris))
            case 1: literal = .reference(pick(Self.ids))
            case 2:
                modifier = .identifier
                literal = .token(system: Bool.random(using: &random) ? nil : pick(Self.systems), code: pick(Self.codes))
            case 3:
                modifier = .type(pick(Self.types))
                literal = .reference(pick(Self.ids))
            default: literal = .reference("\(pick(Self.types).name)/\(pick(Self.ids))")
            }
        case .composite, .special: return nil
        }
        let comparisons: [SearchComparison] =
            [.number, .date, .quantity].contains(kind) ? SearchComparison.allCases : [.equal]
        return try? SearchCriterion(kind, modifier: modifier, comparison: pick(comparisons), literal: literal)
    }
}

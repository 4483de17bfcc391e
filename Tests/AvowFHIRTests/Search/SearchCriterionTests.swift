import TestSupport
import Testing

@testable import AvowFHIR

/// Conditions, by the examples of R4 (section 3.1.1.4) and beyond them.
@Suite struct `A condition on a search parameter` {
    private static func matches(
        _ text: String, _ kind: SearchParameter.Kind, _ value: SearchValue, modifier: SearchModifier? = nil
    ) throws -> Bool {
        try SearchCriterion(parsing: text, as: kind, modifier: modifier).matches(value)
    }

    private static func error(
        _ text: String, _ kind: SearchParameter.Kind, modifier: SearchModifier? = nil
    ) -> SearchError? {
        do throws(SearchError) {
            _ = try SearchCriterion(parsing: text, as: kind, modifier: modifier)
            return nil
        } catch {
            return error
        }
    }

    @Test func `on a number asks for what rounds to it, or compares exactly`() throws {
        for (text, matching, other) in [
            ("100", ["99.5", "100", "100.499"], ["99.49", "100.5"]),
            ("100.00", ["99.995", "100.0049"], ["99.9949", "100.005"]),
            ("1.00e2", ["99.5", "100.49"], ["99.4", "100.5"]), ("1e2", ["50", "149"], ["49", "150"]),
            ("-100", ["-100.5", "-99.6"], ["-99.5", "-100.6"]), ("ne100", ["99.49", "100.5"], ["99.5", "100"]),
            ("lt100", ["99.9999"], ["100"]), ("le100", ["100.0"], ["100.0001"]), ("gt100", ["100.0001"], ["100"]),
            ("ge100", ["100"], ["99.999"]), ("sa100", ["100.1"], ["100"]), ("eb100", ["99.9"], ["100"]),
            ("ap100", ["90", "110"], ["89.9", "110.1"]), ("ap0", ["-0.5", "0.5"], ["0.6"]), ("eq2", ["2"], ["3"]),
            ("5.40e-3", ["0.005395", "0.0054"], ["0.005405", "0.00539"]),
        ] {
            for (numbers, isMatch) in [(matching, true), (other, false)] {
                for number in numbers {
                    let value = SearchValue.number(try #require(FHIRDecimal(number)))
                    #expect(try Self.matches(text, .number, value) == isMatch, "\(text) on \(number)")
                }
            }
        }
    }

    @Test func `on a date compares spans of time`() throws {
        func span(_ from: String?, _ until: String?) throws -> SearchValue {
            let low = try from.map { try #require(FHIRDateTime($0)).lowerBound }
            let high = try until.map { try #require(FHIRDateTime($0)).upperBound }
            return .date(SearchDate(from: low ?? .min, until: high ?? .max))
        }
        func check(_ text: String, _ value: SearchValue, _ isMatch: Bool) throws {
            #expect(try Self.matches(text, .date, value) == isMatch, "\(text) on \(value)")
        }
        let midnight = try span("2013-01-14T00:00:00Z", "2013-01-14T00:00:00Z")
        let nextDay = try span("2013-01-15T00:00:00Z", "2013-01-15T00:00:00Z")
        for (text, isMidnight, isNext) in [("2013-01-14", true, false), ("ne2013-01-14", false, true)] {
            try check(text, midnight, isMidnight)
            try check(text, nextDay, isNext)
        }
        let day = try span("2013-01-14", "2013-01-14")
        try check("lt2013-01-14T10:00", day, true)
        try check("gt2013-01-14T10:00", day, true)
        try check("2013-01-14T10:00", day, false)
        try check("ap2013-01-14T10:00", day, true)
        let onwards = try span("2013-01-21", nil)
        try check("ge2013-03-14", onwards, true)
        try check("le2013-03-14", onwards, true)
        try check("eq2013-03-14", onwards, false)
        try check("ne2013-03-14", onwards, true)
        try check("sa2013-03-14", try span("2013-03-15", nil), true)
        try check("sa2013-03-14", onwards, false)
        let before = try span(nil, "2013-01-21")
        try check("sa2013-03-14", before, false)
        try check("eb2013-03-14", before, true)
        try check("eb2013-03-14", onwards, false)
        try check("eb2013-03-14", try span("2013-03-15", nil), false)
        try check("ap2013-03-14", try span("2015-06-15", "2015-06-15"), false)
        try check("ge2013", try span("2013-05", "2013-06"), true)
        try check("gt2013", try span("2013-05", "2013-06"), false)
        try check("gt2013", try span("2013-05", "2014-01"), true)
    }

    @Test func `on a text ignores case, marks and punctuation, unless it is told not to`() throws {
        func check(_ text: String, _ modifier: SearchModifier?, _ value: String, _ isMatch: Bool) throws {
            let matches = try Self.matches(text, .string, .string(SearchString(value)), modifier: modifier)
            #expect(matches == isMatch, "\(text) on \(value)")
        }
        try check("eve", nil, "Evelyn", true)
        try check("eve", nil, "Severine", false)
        try check("eve", .contains, "Severine", true)
        try check("Eve", .exact, "Eve", true)
        try check("Eve", .exact, "EVE", false)
        try check("Eve", .exact, "Evelyn", false)
        try check("garcia", nil, "García", true)
        try check("GARCÍA", .contains, "de la garci\u{301}a", true)
        try check("García", .exact, "Garcia", false)
        try check("obrien", nil, "O'Brien", true)
        try check("van  den", nil, "Van\tden Berg", true)
        try check("a\\,b", .exact, "a,b", true)
    }

    @Test func `on a token asks for a code, a system or both`() throws {
        func check(_ text: String, _ system: String, _ code: String, _ isMatch: Bool) throws {
            let matches = try Self.matches(text, .token, .token(Token(system: system, code: code)))
            #expect(matches == isMatch, "\(text) on \(system)|\(code)")
        }
        try check("c", "s", "c", true)
        try check("c", "", "c", true)
        try check("s|c", "s", "c", true)
        try check("s|c", "", "c", false)
        try check("|c", "", "c", true)
        try check("|c", "s", "c", false)
        try check("s|", "s", "x", true)
        try check("s|", "t", "x", false)
        try check("C", "s", "c", false)
        try check("a\\|b", "", "a|b", true)
        try check("e\u{301}", "", "\u{E9}", false)
        let criterion = try SearchCriterion(.token, modifier: .not, literal: .token(system: nil, code: "c"))
        let other = SearchValue.token(Token(system: "", code: "d"))
        #expect(criterion.matches([]) && criterion.matches([other]))
        #expect(!criterion.matches([other, .token(Token(system: "s", code: "c"))]))
    }

    @Test func `on a quantity converts what UCUM converts`() throws {
        func quantity(_ value: String, _ system: String, _ code: String, _ unit: String = "") throws -> SearchValue {
            .quantity(SearchQuantity(try #require(FHIRDecimal(value)), system: system, code: code, unit: unit))
        }
        let ucum = QuantityUnit.ucumSystem
        func check(_ text: String, _ value: SearchValue, _ isMatch: Bool) throws {
            #expect(try Self.matches(text, .quantity, value) == isMatch, "\(text) on \(value)")
        }
        for (text, isMatch) in [
            ("5.4|\(ucum)|mg", true), ("5.40e-3|\(ucum)|g", true), ("0.0054|\(ucum)|g", true), ("5.4", true),
            ("5.4||mg", true), ("5.4||milligram", true), ("5.4||g", false), ("5.4|\(ucum)|mL", false),
            ("gt5.4|\(ucum)|mg", false), ("ge5400|\(ucum)|ug", true), ("lt5.41e-6|\(ucum)|kg", true),
            ("5.4|urn:x|mg", false), ("ap5|\(ucum)|mg", true), ("ne5.4|\(ucum)|mL", false), ("ne6|\(ucum)|mg", true),
        ] {
            try check(text, try quantity("5.4", ucum, "mg", "milligram"), isMatch)
        }
        try check("5.4|\(ucum)|mg", try quantity("5.4", "", "mg"), false)
        try check("5.4|urn:x|mg", try quantity("5.4", "urn:x", "mg"), true)
        try check("37|\(ucum)|Cel", try quantity("310.15", ucum, "K"), true)
        try check("gt37|\(ucum)|Cel", try quantity("300", ucum, "K"), false)
        // A comparator leaves the range open, and so does a Range.
        let below = SearchValue.quantity(
            SearchQuantity(low: nil, high: FHIRDecimal(5), excludesHigh: true, system: "", code: "", unit: ""))
        for (text, isMatch) in [
            ("5", false), ("lt5", true), ("le5", true), ("ge5", false), ("gt4", true), ("ge4", true), ("eb5", true),
            ("eb4", false), ("sa4", false), ("ne5", true), ("ap5", true), ("ap6", false), ("sa0", false), ("lt1", true),
        ] {
            try check(text, below, isMatch)
        }
        let range = SearchValue.quantity(
            SearchQuantity(low: FHIRDecimal(2), high: FHIRDecimal(4), system: "", code: "", unit: ""))
        for (text, isMatch) in [
            ("3", false), ("3e0", false), ("lt3", true), ("gt3", true), ("ge4", true), ("gt4", false), ("le2", true),
            ("lt2", false),
            ("sa1", true), ("sa2", false), ("eb5", true), ("eb4", false), ("ap4", true), ("1e1", false),
        ] {
            try check(text, range, isMatch)
        }
    }

    @Test func `on a reference or URI asks for what it leads to`() throws {
        func check(_ text: String, _ modifier: SearchModifier?, _ value: SearchReference, _ isMatch: Bool) throws {
            #expect(try Self.matches(text, .reference, .reference(value), modifier: modifier) == isMatch, "\(text)")
        }
        let patient = SearchReference.resource(.patient, id: "23")
        try check("Patient/23", nil, patient, true)
        try check("Patient/23/_history/2", nil, patient, true)
        try check("23", nil, patient, true)
        try check("23", .type(.patient), patient, true)
        try check("23", .type(.group), patient, false)
        try check("Group/23", nil, patient, false)
        try check("http://x.org/Patient/23", nil, patient, false)
        try check("http://x.org/Patient/23", nil, .url("http://x.org/Patient/23"), true)
        try check("http://q.org/Q", nil, .url("http://q.org/Q|1.0"), true)
        try check("http://q.org/Q\\|1.0", nil, .url("http://q.org/Q|1.0"), true)
        try check("http://q.org/Q\\|1.1", nil, .url("http://q.org/Q|1.0"), false)
        let identifier = SearchReference.identifier(Token(system: "s", code: "1"))
        try check("s|1", .identifier, identifier, true)
        try check("s|2", .identifier, identifier, false)
        try check("1", nil, identifier, false)
        func checkURI(_ text: String, _ modifier: SearchModifier?, _ value: String, _ isMatch: Bool) throws {
            #expect(try Self.matches(text, .uri, .uri(value), modifier: modifier) == isMatch, "\(text)")
        }
        let set = "http://acme.org/fhir/ValueSet/123"
        try checkURI(set, nil, set, true)
        try checkURI(set, nil, set + "|2", true)
        try checkURI(set, nil, set + "4", false)
        try checkURI("http://acme.org/fhir/", .below, set, true)
        try checkURI(set + "/_history/5", .above, set, true)
        try checkURI(set, .above, set + "/_history/5", false)
        try checkURI("urn:oid:1.2", nil, "urn:oid:1.2", true)
    }

    @Test func `on a composite asks for all of its parts at once`() throws {
        let value = SearchValue.composite([
            .token(Token(system: "s", code: "8480-6")),
            .quantity(SearchQuantity(FHIRDecimal(150), system: "", code: "", unit: "")),
        ])
        for (text, isMatch) in [
            ("8480-6$gt140", true), ("s|8480-6$150", true), ("8480-6$lt140", false), ("x$150", false),
        ] {
            let criterion = try SearchCriterion(parsing: text, as: .composite, components: [.token, .quantity])
            #expect(criterion.matches([value]) == isMatch, "\(text)")
        }
        #expect(throws: SearchError.self) {
            try SearchCriterion(parsing: "8480-6", as: .composite, components: [.token, .quantity])
        }
    }

    @Test func `can ask whether there is a value`() throws {
        for kind in SearchParameter.Kind.allCases where kind != .special {
            let missing = try SearchCriterion(parsing: "true", as: kind, modifier: .missing)
            let present = try SearchCriterion(parsing: "false", as: kind, modifier: .missing)
            let values = [SearchValue.uri("x")]
            #expect(missing.matches([]) && !missing.matches(values) && !present.matches([]) && present.matches(values))
        }
        let unequal = try SearchCriterion(parsing: "ne5", as: .number)
        #expect(!unequal.matches([]) && unequal.matches([.number(FHIRDecimal(5)), .number(FHIRDecimal(6))]))
    }

    @Test func `takes text for a code, a date, a reference or a URI`() throws {
        #expect(try SearchCriterion(.token, literal: .string("c")).operand == .token(system: nil, code: "c"))
        #expect(
            try SearchCriterion(.reference, literal: .string("Patient/1")).operand
                == .reference(.resource(.patient, id: "1")))
        #expect(try SearchCriterion(.date, literal: .number("1950")) == SearchCriterion(parsing: "1950", as: .date))
        #expect(try SearchCriterion(.quantity, literal: .number("7")) == SearchCriterion(parsing: "7", as: .quantity))
        #expect(
            try SearchTerm.alternatives(parsing: "a,b\\,c,s|", as: .token).map(\.literal)
                == [.token(system: nil, code: "a"), .token(system: nil, code: "b,c"), .token(system: "s", code: nil)])
    }

    @Test func `that cannot be right is refused, with its place`() throws {
        for (text, kind) in [
            ("", SearchParameter.Kind.token), ("|", .token), ("a|b|c", .token), ("abc", .number), ("gt", .number),
            ("1e999", .number), ("2015-13", .date), ("soon", .date), ("gt2015-02-30", .date), ("--", .string),
            ("5|x", .quantity), ("5||", .quantity), ("x||mg", .quantity), ("#p", .reference), ("a\\b", .token),
            ("a\\", .token), ("x", .special),
        ] {
            #expect(Self.error(text, kind) != nil, "\(text)")
        }
        #expect(Self.error("a$b|c|d", .token)?.range == 0..<7)
        let unit = try #require(Self.error("5|\(QuantityUnit.ucumSystem)|mgg", .quantity))
        guard case .unit(let error) = unit.reason else {
            Issue.record("\(unit)")
            return
        }
        #expect(error.code == "mgg")
        for (modifier, kind) in [
            (SearchModifier.exact, SearchParameter.Kind.token), (.contains, .uri), (.not, .string), (.above, .token),
            (.identifier, .token), (.type(.patient), .uri),
        ] {
            #expect(Self.error("a", kind, modifier: modifier)?.reason == .unsupportedModifier(modifier.name))
        }
        #expect(Self.error("urn:oid:1.2", .uri, modifier: .below) != nil)
        #expect(Self.error("yes", .token, modifier: .missing)?.expected == "true or false")
        for name in ["text", "in", "not-in", "of-type", "exat", ""] {
            #expect(throws: SearchError.self) { try SearchModifier(named: name) }
        }
        #expect(try SearchModifier(named: "Patient") == .type(.patient))
        #expect(throws: SearchError.self) {
            try SearchCriterion(.token, comparison: .notEqual, literal: .token(system: nil, code: "a"))
        }
    }

    @Test func `of any text is refused or understood, and never more`() throws {
        var random = SeededGenerator(seed: 4)
        let pieces = [
            "gt", "ne", "ap", "|", "\\", ",", "$", "1", ".", "e", "-", "T", ":", "Z", "2015", "é", "/", "Patient", "#",
            "\u{301}", "mg",
        ]
        for _ in 0..<5_000 {
            let text = (0..<Int.random(in: 0...8, using: &random)).map { _ in pieces.randomElement(using: &random) ?? ""
            }
            .joined()
            for kind in SearchParameter.Kind.allCases {
                guard let terms = try? SearchTerm.alternatives(parsing: text, as: kind, components: [.token, .number])
                else { continue }
                for term in terms {
                    _ = try? SearchCriterion(
                        kind, components: [.token, .number], comparison: term.comparison, literal: term.literal)
                }
            }
        }
    }
}

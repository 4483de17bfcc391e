import AvowConsent
import TestSupport

@testable import AvowQuery

/// Makes random sentences of a grammar.
struct SentenceGenerator {
    let grammar: Grammar
    var random: SeededGenerator
    private var depth = 0
    /// How many cohorts are defined in the sentence so far.
    private var cohortCount = 0
    private var isDefining = false

    init(grammar: Grammar, seed: UInt64) {
        self.grammar = grammar
        random = SeededGenerator(seed: seed)
    }

    mutating func sentence() throws -> String {
        depth = 0
        cohortCount = 0
        let items = try phrase(.rule("statement"))
        var text = gap(needed: false)
        for (index, item) in items.enumerated() {
            if index > 0 {
                text += gap(needed: !Self.mayTouch(items[index - 1], item))
            }
            text += item
        }
        return text + gap(needed: false)
    }

    /// Whether two items can be written without a space between them.
    static func mayTouch(_ left: String, _ right: String) -> Bool {
        let free: Set<Character> = [",", ";", "(", ")"]
        let comparisons: Set<String> = ["=", "<", "<=", ">", ">=", "<>", "!="]
        if comparisons.contains(left) {
            return right.first.map { $0.isLetter || $0.isNumber || $0 == "'" } ?? false
        }
        return left.last.map(free.contains) == true || right.first.map(free.contains) == true
    }

    private mutating func gap(needed: Bool) -> String {
        let gaps = [" ", "  ", "\n", "\r\n", "\t", " -- a 'comment\n", " /* SELECT \" */ ", " /**/ "]
        if !needed, Int.random(in: 0..<2, using: &random) == 0 { return "" }
        return Int.random(in: 0..<4, using: &random) > 0 ? " " : gaps.randomElement(using: &random) ?? " "
    }

    /// The items of a phrase, white space to be put between them.
    private mutating func phrase(_ expression: Grammar.Expression) throws -> [String] {
        switch expression {
        case .rule(let name):
            guard let rule = grammar.rules[name] else { return [] }
            depth += 1
            defer { depth -= 1 }
            if name == "cohort" {
                isDefining = true
                let items = try phrase(rule.expression)
                cohortCount += 1
                return items
            }
            return rule.isToken ? [try token(rule.expression)] : try phrase(rule.expression)
        case .sequence(let parts):
            var items: [String] = []
            for part in parts { items += try phrase(part) }
            return items
        case .choice(let parts): return try phrase(pick(parts))
        case .option(let part): return chance() ? try phrase(part) : []
        case .repetition(let part):
            var items: [String] = []
            while items.count < 30, chance() { items += try phrase(part) }
            return items
        default: return [try token(expression)]
        }
    }

    private mutating func token(_ expression: Grammar.Expression) throws -> String {
        switch expression {
        case .rule(let name):
            guard let rule = grammar.rules[name] else { return "" }
            return try token(rule.expression)
        case .sequence(let parts):
            var text = ""
            for part in parts { text += try token(part) }
            return text
        case .choice(let parts): return try token(parts.randomElement(using: &random) ?? .exactly(""))
        case .option(let part): return Bool.random(using: &random) ? try token(part) : ""
        case .repetition(let part):
            var text = ""
            for _ in 0..<Int.random(in: 0..<6, using: &random) { text += try token(part) }
            return text
        case .exactly(let text): return text
        case .anyCase(let text):
            return String(text.map { Bool.random(using: &random) ? Character($0.lowercased()) : $0 })
        case .range(let from, let to):
            return String(decoding: [UInt8.random(in: from...to, using: &random)], as: UTF8.self)
        case .described(let text): return try described(text)
        }
    }

    /// One of the alternatives; deep down the shortest ones, which come first in recursive rules.
    private mutating func pick(_ parts: [Grammar.Expression]) -> Grammar.Expression {
        // A cohort can only be named when there is one, and the first alternatives are the shortest.
        let known = parts.filter { cohortCount > 0 || !$0.names("cohort-name") }
        let isShort = depth > 14 || depth > 9 && Int.random(in: 0..<3, using: &random) > 0
        let usable = isShort ? known.prefix(1) : known[...]
        return usable.randomElement(using: &random) ?? parts[0]
    }

    private mutating func chance() -> Bool {
        Int.random(in: 0..<(depth > 10 ? 10 : 5), using: &random) < 2
    }

    private mutating func one(_ characters: String) -> String {
        characters.randomElement(using: &random).map(String.init) ?? ""
    }

    private mutating func many(_ characters: String, _ lengths: ClosedRange<Int>) -> String {
        (0..<Int.random(in: lengths, using: &random)).map { _ in one(characters) }.joined()
    }

    private mutating func oneOf(_ words: [String]) -> String {
        words.randomElement(using: &random) ?? ""
    }

    private static let visible = "abzAZ019!#$%&+.:?@[]^_`{}~"

    private mutating func described(_ text: String) throws -> String {
        switch text {
        case "the name of a cohort":
            if isDefining {
                isDefining = false
                return "c\(cohortCount)"
            }
            return "c\(Int.random(in: 0..<max(1, cohortCount), using: &random))"
        case "the name of a search parameter of kind token": return oneOf(["status", "value-concept"])
        case "the name of a search parameter of kind date": return oneOf(["birthdate", "between-dates"])
        case "the name of a search parameter of kind number": return "probability"
        case "the name of a search parameter of kind quantity": return "value-quantity"
        case "the name of a search parameter of kind string": return "name"
        case "the name of a search parameter of kind uri": return "url"
        case "the name of a search parameter of kind reference": return "performer"
        case "the name of a search parameter of kind composite": return "code-value-quantity"
        case "the code of a search parameter":
            return oneOf(["code", "value-quantity", "_id", "for", "x-"]) + many("abcXYZ_019", 0...9)
        case "a letter, then up to 63 letters, digits, hyphens, underscores or dots":
            return oneOf(["on", "Observation-code-date", "a.", "x" + many("abcXYZ_019-.", 0...63)])
        case "0 to 1000000 in decimal digits": return String(Int.random(in: 0...1_000_000, using: &random))
        case "1 to 15 digits": return many("0123456789", 1...15)
        case "a character but a quote and a control character": return one("ab %\\;,é身🙂")
        case "a character but a double quote or a control character": return one("ab '\\-;é身🙂\u{301}")
        case "a resource type of FHIR R4": return oneOf(testSchema.typeNames)
        case "a name of a view with a small letter first, no word of the language and no type in small letters":
            return oneOf(["vitals", "bp_2", "v" + many("abcXYZ_019", 0...30)])
        case "1 to 128 letters, digits and underscores, a letter first":
            return oneOf(["vitals", "UsCoreVitals", "select", "patient", many("abcXYZ", 1...60)])
        case "0 to 2147483647 in decimal digits": return String(Int.random(in: 0...2_147_483_647, using: &random))
        case "0 to 9223372036854775807 in decimal digits":
            return String(UInt64.random(in: 0...CommitNumber.maximum, using: &random))
        case "1 to 9223372036854775807 in decimal digits":
            return String(UInt64.random(in: 1...VersionNumber.maximum, using: &random))
        case "1 to 64 letters, digits, hyphens and dots, but no word of the language":
            let id = one("abz019") + many("xyzXYZ123-.", 0...63)
            return Keyword(word: id) == nil ? id : id + "1"
        case "1 to 64 letters, digits, hyphens and dots":
            return oneOf(["and", "--", "-.", many("abcXYZ019-.", 1...64)])
        case "an absolute URI without white space, quotes, commas, = < > ( ) ; | and \\":
            return oneOf(["http://loinc.org", "urn:oid:2.16.840.1", "https://example.org/x#y--z", "a+b:/*"])
        case "a printable ASCII character but - * / space , ; ( ) ' \" = < > | and \\":
            return one(Self.visible)
        case "a printable ASCII character but $ - * / space , ; ( ) ' \" = < > | and \\":
            return one(Self.visible.filter { $0 != "$" })
        case "1 to 64 letters, digits and underscores, the first no digit":
            return oneOf(["from", "a", "_"]) + many("abcXYZ_019", 0...30)
        case "a character but a quote, white space, a control character, | and \\":
            return one(Self.visible + "-*/,;()\"=<>é身🙂")
        case "a character but a quote, white space and a control character": return one(Self.visible + "-*/\\;é身🙂")
        case "a code of v3-PurposeOfUse": return oneOf(Purpose.all.flatMap { [$0.code, $0.code.lowercased()] })
        case "a policy of v3-ActCode": return oneOf(ConsentLabel.policies)
        case "1 to 512 bytes of UTF-8 without control characters, white space at either end or a quote":
            return oneOf(["nurse", "from", "http://example.org/roles|a b", "$x", "--", "身é", many("ab|é-.", 1...9)])
        case "a leap year": return oneOf(["2012", "2000", "0004", "2400"])
        case "0001 to 9999":
            let digits = String(Int.random(in: 1...9_999, using: &random))
            return String(repeating: "0", count: 4 - digits.count) + digits
        case "1 to 9 digits": return many("0123456789", 1...9)
        case "a word of the language as a member": return oneOf(Keyword.allCases.map { $0.rawValue.lowercased() })
        case "a word, neither one that ends a path nor an operator":
            return oneOf([
                "patient", "value", "x", "given", "where1", "Quantity", "_a", "for", "group", "by", "FHIR",
                "q" + many("abcXYZ_019", 0...9),
            ])
        case "a character but a quote, a control character and \\": return one("ab ,;()-/*[é身🙂")
        case "a word that is no word of the language":
            return oneOf(["a", "_", "taken", "Count", "froms", "x" + many("abcXYZ_019", 0...30)])
        default: throw Grammar.Fault(message: "nothing is known about '\(text)'")
        }
    }
}

extension Grammar.Expression {
    /// Whether one of its own items is a rule.
    fileprivate func names(_ rule: String) -> Bool {
        switch self {
        case .rule(let name): name == rule
        case .sequence(let parts): parts.contains { $0.names(rule) }
        default: false
        }
    }
}

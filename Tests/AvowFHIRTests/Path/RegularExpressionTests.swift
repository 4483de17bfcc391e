import TestSupport
import Testing

@testable import AvowFHIR

@Suite struct `A regular expression` {
    @Test(arguments: [
        ("A.*B", "A\n\t\tB", true), ("^Library$", "a Library", false), ("Library", "a Library|4", true),
        ("^[a-z]+$", "abc", true), ("^[^a-z]+$", "abc", false), ("\\d{3}-\\d{4}", "555-1234", true),
        ("(?i)HELLO", "say hello", true), ("(?i:h)ELLO", "hello", false), ("\\bcat\\b", "a cat sat", true),
        ("\\bcat\\b", "concat", false), ("a{2,3}b", "ab", false), ("a{2,3}b", "aaab", true), ("a{,2}b", "b", true),
        ("[\\w.]+@[\\w.]+", "me@example.org", true), ("\\p{Lu}", "aÄ", true), ("\\p{Lu}", "aä", false),
        ("[[:digit:]]+", "12", true), ("x{", "x{", true), ("\\u00e4", "ä", true), ("[]a]", "]", true),
        ("(a|b)*c", "ababc", true), ("()*x", "x", true), ("", "", true), ("\\.", "a", false),
    ])
    func `finds what it should`(pattern: String, text: String, isFound: Bool) throws {
        #expect(try RegularExpression(pattern).matches(text, wholly: false) == isFound)
    }

    @Test func `matches the whole of a text only when all of it matches`() throws {
        #expect(try RegularExpression("a|ab").matches("ab", wholly: true))
        #expect(try !RegularExpression("a|ab").matches("abc", wholly: true))
        #expect(try RegularExpression("a.*?").matches("abc", wholly: true))
    }

    /// Work that nobody counts.
    private func free(_ read: Int, _ written: Int) {}

    @Test func `replaces with its groups`() throws {
        let date = try RegularExpression("(\\d{2})/(?<day>\\d{2})/(\\d{4})")
        #expect(date.replacing(in: "on 12/25/1974.", with: "${day}-$1-$3", spend: free) == "on 25-12-1974.")
        #expect(try RegularExpression("a").replacing(in: "banana", with: "\\$1", spend: free) == "b$1n$1n$1")
    }

    @Test(arguments: [
        "(a)\\1", "(?=a)", "(?!a)", "(?<=a)b", "a++", "(", ")", "[", "[z-a]", "*a", "\\p{Nonsense}", "a{2,1}", "\\q",
        "(?<a", "((((a{1000}){1000}){1000}){1000})", String(repeating: "(", count: 1_000),
        String(repeating: "a", count: 10_000), "\\", "a{1001}",
    ])
    func `that needs backtracking, or is none, is refused`(pattern: String) {
        #expect(throws: RegularExpression.PatternError.self) { try RegularExpression(pattern) }
    }

    @Test(arguments: ["^(a+)+$", "^(a|a)*$", "^(a|aa)+$", "(.*)*x", "(a*)*b", "^a{0,500}a{500}$"])
    func `takes time in proportion to the text, whatever the pattern`(pattern: String) throws {
        let text = String(repeating: "a", count: 1_000) + "!"
        #expect(try !RegularExpression(pattern).matches(text, wholly: false))
    }

    @Test(arguments: [UInt64](1...6))
    func `finds what the library's expressions find`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for round in 0..<300 {
            let pattern = Self.pattern(&random, depth: 4).text
            let text = String(
                (0..<Int.random(in: 0...8, using: &random)).map { _ in "abc\n".randomElement(using: &random) ?? "a" })
            let reference = try Regex(pattern).matchingSemantics(.unicodeScalar).dotMatchesNewlines()
            let own = try RegularExpression(pattern)
            let place = "seed \(seed), round \(round): /\(pattern)/ in \(text.debugDescription)"
            #expect(own.matches(text, wholly: true) == (try reference.wholeMatch(in: text) != nil), "\(place)")
            let found = own.firstMatch(in: Array(text.unicodeScalars), from: 0).map { $0[0]..<$0[1] }
            let expected = try reference.firstMatch(in: text).map { match in
                let scalars = text.unicodeScalars
                return scalars.distance(
                    from: scalars.startIndex, to: match.range.lowerBound)..<scalars.distance(
                        from: scalars.startIndex, to: match.range.upperBound)
            }
            #expect(found == expected, "\(place)")
        }
    }

    /// A pattern, and whether it may match nothing: what does is not repeated, since engines differ in when they stop
    /// repeating nothing.
    private static func pattern(_ random: inout SeededGenerator, depth: Int) -> (text: String, canBeEmpty: Bool) {
        guard depth > 0 else {
            return (["a", "b", "c", ".", "[ab]", "[^a]", "\\w"].randomElement(using: &random) ?? "a", false)
        }
        let inner = pattern(&random, depth: depth - 1)
        let kind = Int.random(in: 0..<9, using: &random)
        switch kind {
        case 0 where !inner.canBeEmpty: return ("(\(inner.text))*", true)
        case 1 where !inner.canBeEmpty: return ("(?:\(inner.text))+", false)
        case 2 where !inner.canBeEmpty: return ("(\(inner.text))?", true)
        case 4 where !inner.canBeEmpty: return ("(?:\(inner.text)){1,2}", false)
        case 5 where !inner.canBeEmpty: return ("(?:\(inner.text))*?", true)
        default:
            let other = pattern(&random, depth: depth - 1)
            guard kind == 3 else { return (inner.text + other.text, inner.canBeEmpty && other.canBeEmpty) }
            return ("(?:\(inner.text)|\(other.text))", inner.canBeEmpty || other.canBeEmpty)
        }
    }
}

import Foundation
import Testing

@testable import AvowQuery

/// The grammar for editors, `Grammar/avow.tmLanguage.json`, beside the parser.
@Suite struct `Highlighting by the TextMate grammar` {
    /// What the grammar makes of a text, worked out as an editor does: at each place the first pattern that matches
    /// there, from left to right.
    private struct Marker {
        private let patterns: [(name: String, expression: NSRegularExpression)]

        init() throws {
            let data = try Data(contentsOf: GrammarFiles.folder.appending(path: "avow.tmLanguage.json"))
            let grammar = try JSONSerialization.jsonObject(with: data) as? [String: Any]
            patterns = try (grammar?["patterns"] as? [[String: String]] ?? []).map { pattern in
                // What has a beginning and an end is marked from the one to the other.
                let text = pattern["match"] ?? "\(pattern["begin"] ?? "")(?s:.*?)\(pattern["end"] ?? "")"
                return (pattern["name"] ?? "", try NSRegularExpression(pattern: text))
            }
        }

        func marks(_ text: String) -> [(name: String, range: NSRange)] {
            var marks: [(name: String, range: NSRange)] = []
            let length = (text as NSString).length
            var next = patterns.map {
                $0.expression.firstMatch(in: text, range: NSRange(location: 0, length: length))?.range
            }
            var place = 0
            while true {
                for (index, range) in next.enumerated() where range.map({ $0.location < place }) == true {
                    let rest = NSRange(location: place, length: length - place)
                    next[index] =
                        patterns[index].expression.firstMatch(
                            in: text, options: [.withTransparentBounds, .withoutAnchoringBounds], range: rest)?.range
                }
                let found = next.enumerated().compactMap { index, range in range.map { (index, $0) } }
                guard let first = found.min(by: { ($0.1.location, $0.0) < ($1.1.location, $1.0) }) else { return marks }
                marks.append((patterns[first.0].name, first.1))
                place = first.1.location + max(1, first.1.length)
            }
        }
    }

    /// Sentences of the corpus and of the grammar, but for those in which a backslash may end a quotation or not: that
    /// depends on whether it is one of FHIRPath.
    private func sentences() throws -> [String] {
        var generator = SentenceGenerator(grammar: try Grammar(GrammarFiles.grammar()), seed: 31)
        let corpus = try GrammarFiles.corpus("accepted").map(\.text)
        return (corpus + (try (0..<300).map { _ in try generator.sentence() })).filter {
            !$0.contains(#"\'"#) && !$0.contains(#"\""#) && !$0.contains(#"\`"#)
        }
    }

    @Test func `what it marks as comments can be left out`() throws {
        let marker = try Marker()
        var count = 0
        for text in try sentences() {
            let bare = NSMutableString(string: text)
            for mark in marker.marks(text).reversed() where mark.name.hasPrefix("comment") {
                bare.replaceCharacters(in: mark.range, with: " ")
                count += 1
            }
            #expect(!bare.contains("a 'comment") && !bare.contains("SELECT \" */"), "\(text)")
            #expect(try parser.parse(bare as String) == parser.parse(text), "\(text)")
        }
        #expect(count > 100)
    }

    @Test func `keywords are marked, and nothing else as one`() throws {
        let marker = try Marker()
        let words = try NSRegularExpression(pattern: #"(?<![^\s,;()=<>])[A-Za-z]+(?![^\s,;()=<>])"#)
        let soft: Set<String> = [
            "EXPLAIN", "ANALYZE", "PER", "EXISTS", "PATH", "WITHIN", "BEFORE", "AFTER", "OF", "FIRST", "LAST",
            "HISTORY", "VERSION", "BREAK", "GLASS", "REASON", "CONSENT", "GRANT", "REVOKE", "SHOW", "DISCLOSURES",
            "SINCE", "SET", "ACTOR", "PURPOSE", "ALL", "ON", "TO", "ANYONE", "ROLE", "ORGANIZATION", "WITH", "LABEL",
            "CODE", "UNTIL", "COMMIT", "CREATE", "DROP", "INDEX",
        ]
        var count = 0
        for text in try sentences() {
            let marks = marker.marks(text)
            let quoted = marks.filter { $0.name.hasPrefix("comment") || $0.name.contains("quoted") }
            let keywords = Set(marks.filter { $0.name.hasPrefix("keyword") }.map(\.range))
            for mark in marks where mark.name.hasPrefix("keyword") {
                let word = (text as NSString).substring(with: mark.range)
                #expect(Keyword(word: word) != nil || soft.contains(word.uppercased()), "\(word) in \(text)")
            }
            let whole = NSRange(location: 0, length: (text as NSString).length)
            for match in words.matches(in: text, range: whole) {
                let word = (text as NSString).substring(with: match.range)
                guard Keyword(word: word) != nil,
                    !quoted.contains(where: { NSIntersectionRange($0.range, match.range).length > 0 })
                else { continue }
                count += 1
                #expect(keywords.contains(match.range), "\(word) in \(text)")
            }
        }
        #expect(count > 500)
    }

    @Test(arguments: [
        ("'it''s'", "string.quoted.single.avow"), ("\"the \"\"id\"\"\"", "string.quoted.double.avow"),
        ("2010-05-03T10:00:00.5+01:00", "constant.other.date.avow"), ("2010-05", "constant.other.date.avow"),
        ("2010", "constant.numeric.avow"), ("$since", "variable.parameter.avow"), ("-7.50", "constant.numeric.avow"),
        ("1e-3", "constant.numeric.avow"),
        ("`limit`", "variable.other.quoted.avow"), ("Percentile(", "support.function.avow"),
    ]) func `a literal is marked as what it is`(literal: String, name: String) throws {
        let marks = try Marker().marks("SELECT \(literal)").filter { !$0.name.hasPrefix("keyword") }
        #expect(marks.map(\.name) == [name])
    }
}

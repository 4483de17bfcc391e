import TestSupport
import Testing

@testable import AvowQuery

@Suite struct GrammarTests {
    static let seeds: [UInt64] = [1, 2, 3, 4]

    @Test(arguments: seeds) func `every sentence of the grammar parses and prints canonically`(seed: UInt64) throws {
        var generator = SentenceGenerator(grammar: try Grammar(GrammarFiles.grammar()), seed: seed)
        for number in 0..<1_500 {
            let text = try generator.sentence()
            do {
                let statement = try parser.parse(text)
                let printed = statement.description
                let again = try parser.parse(printed)
                #expect(again == statement, "seed \(seed), sentence \(number): \(text)")
                #expect(again.description == printed, "seed \(seed), sentence \(number): \(text)")
            } catch {
                Issue.record("seed \(seed), sentence \(number): \(error)\n\(text)")
                return
            }
        }
    }

    @Test func `sentences reach every clause and every kind of value`() throws {
        let grammar = try Grammar(GrammarFiles.grammar())
        #expect(grammar.rules.count > 50)
        #expect(grammar.descriptions.count >= 14)
        var generator = SentenceGenerator(grammar: grammar, seed: 9)
        var joined = ""
        for _ in 0..<5_000 { joined += try generator.sentence() + "\n" }
        let upper = joined.uppercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
        for keyword in [
            "COUNT", "BETWEEN", "ORDER", "LIMIT", "DESC", "FOR", "-02-29", "LOINC|", "%", "$THIS", "{", "[", "@",
            "HAVING",
            "OFFSET", "PER", "EXISTS", "WITHIN", "MONTHS", "FIRST", "COHORT", "INTERSECT", "EXCEPT", "EXPLAIN",
            "ANALYZE",
            "PERCENTILE", "DISTINCT", "BUCKET", "NAME:EXACT", "HISTORY", "IS NOT", "NOT IN", "= $FROM",
            "BREAK GLASS REASON", "EXPLAIN CONSENT", "GRANT ALL ON", "REVOKE", "TO ANYONE", "FROM ROLE",
            "ORGANIZATION", "WITH LABEL", "CODE LOINC|", "UNTIL", "SHOW CONSENT FOR", "SINCE",
            "SET ACTOR", "SET PURPOSE", "FROM VITALS", "FROM \"USCOREVITALS\"", "TRUE", "AS OF COMMIT", "AS OF $",
            "CREATE INDEX", "DROP INDEX",
        ] {
            #expect(upper.contains(keyword), "\(keyword)")
        }
    }

    @Test(arguments: seeds) func `a damaged sentence parses or gives an error within its text`(seed: UInt64) throws {
        var generator = SentenceGenerator(grammar: try Grammar(GrammarFiles.grammar()), seed: seed &+ 100)
        var random = SeededGenerator(seed: seed)
        let alphabet = Array("'\"()[]{},;|\\-/*.=<>`@$% \n\u{0}\u{7F}\u{E9}aSELECT0".utf8) + [0x80, 0xFF, 0xC3]
        var refused = 0
        for number in 0..<1_500 {
            var bytes = Array(try generator.sentence().utf8)
            for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                let other = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<5, using: &random) {
                case 0: bytes.remove(at: place)
                case 1: bytes.insert(alphabet.randomElement(using: &random) ?? 0, at: place)
                case 2: bytes.swapAt(place, other)
                case 3: bytes.removeSubrange(min(place, other)..<max(place, other))
                default: bytes.removeSubrange(place...)
                }
            }
            let text = String(decoding: bytes, as: UTF8.self)
            do throws(QuerySyntaxError) {
                let statement = try parser.parse(utf8: bytes)
                let again = try parser.parse(statement.description)
                #expect(again == statement, "seed \(seed), sentence \(number): \(text)")
            } catch {
                refused += 1
                #expect(error.range.upperBound <= bytes.count, "seed \(seed), sentence \(number): \(error) in \(text)")
                #expect(!error.message.isEmpty)
                let rendered = error.rendered(in: text, color: false)
                #expect(rendered.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x0A })
                #expect(rendered.split(separator: "\n").count == 4, "\(rendered)")
                #expect(rendered.contains("^"))
            }
        }
        #expect(refused > 300)
    }

    @Test func `random bytes are refused`() {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<2_000 {
            let bytes = (0..<Int.random(in: 0..<60, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            #expect(throws: QuerySyntaxError.self) { try parser.parse(utf8: bytes) }
        }
    }
}

@Suite struct CorpusTests {
    @Test func `accepted sentences have the canonical form that their first line gives`() throws {
        let files = try GrammarFiles.corpus("accepted")
        #expect(files.count >= 20)
        for file in files {
            let expected = file.text.prefix { $0 != "\n" }.trimmingPrefix("-- canonical: ")
            do {
                let statement = try parser.parse(file.text)
                #expect(statement.description == expected, "\(file.name)")
                #expect(try parser.parse(String(expected)) == statement, "\(file.name)")
            } catch {
                Issue.record("\(file.name): \(error)")
            }
        }
    }

    @Test func `refused sentences give the place and message that their first line gives`() throws {
        let files = try GrammarFiles.corpus("refused")
        #expect(files.count >= 40)
        for file in files {
            let expected = file.text.prefix { $0 != "\n" }.trimmingPrefix("-- ")
            let error = #expect(throws: QuerySyntaxError.self, "\(file.name)") { try parser.parse(file.text) }
            guard let error else { continue }
            let position = SourcePosition(offset: error.range.lowerBound, in: file.text)
            #expect("\(position.line):\(position.column) \(error)" == expected, "\(file.name)")
        }
    }
}

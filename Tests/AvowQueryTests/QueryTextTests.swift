import AvowQuery
import Testing

@Suite struct `The pieces of a text` {
    private func pieces(_ text: String) -> [String] {
        let bytes = Array(text.utf8)
        return QueryText.lexemes(of: text).map { lexeme in
            let range = lexeme.range.lowerBound..<lexeme.range.upperBound
            return "\(lexeme.kind) \(String(decoding: bytes[range], as: UTF8.self))"
        }
    }

    @Test func `are told by their look`() {
        #expect(
            pieces("SELECT id -- all\nFROM 'it''s' /* x */ 12;") == [
                "keyword SELECT", "word id", "comment -- all", "keyword FROM", "quotation 'it''s'", "comment /* x */",
                "number 12", "end ;",
            ])
        #expect(pieces("name.where(x = 'a\\'b')").contains("quotation 'a\\'b'"))
        #expect(pieces("name.where(").contains("word where"), "behind a dot stands no keyword")
        #expect(pieces("'open\n;") == ["unterminated 'open", "end ;"])
        #expect(pieces("a /* open ;") == ["word a", "unterminated /* open ;"])
        #expect(pieces("") == [] && pieces(" \n") == [])
    }

    @Test func `are in order and leave out nothing but white space, whatever the text`() {
        let parts = [
            "SELECT", " ", "'", "\"", "`", "\\", ";", "--", "/*", "*/", "\n", "霧", "\u{0}", "@2010", ".", "1e5", "a_b",
            "|",
        ]
        var state: UInt64 = 7
        for round in 0..<500 {
            var text = ""
            for _ in 0..<(round % 17) {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                text += parts[Int(state >> 33) % parts.count]
            }
            var bytes = Array(text.utf8)
            var end = 0
            for lexeme in QueryText.lexemes(of: text) {
                #expect(lexeme.range.lowerBound >= end && lexeme.range.upperBound > lexeme.range.lowerBound, "\(text)")
                end = lexeme.range.upperBound
                for place in lexeme.range.lowerBound..<min(end, bytes.count) { bytes[place] = 0x20 }
            }
            #expect(end <= bytes.count && bytes.allSatisfy { $0 == 0x20 || $0 == 0x0a }, "\(text.debugDescription)")
        }
    }
}

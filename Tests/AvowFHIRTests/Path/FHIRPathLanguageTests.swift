import Testing

@testable import AvowFHIR

/// Corners of the grammar and of functions that neither suite looks into.
@Suite struct `The language FHIRPath` {
    private func evaluate(_ text: String, on type: FHIRType? = nil) throws -> [String] {
        let document = try JSONParser().parse(Array(#"{"resourceType":"Patient","gender":"male"}"#.utf8))
        return try FHIRPath(text, on: type).evaluate(on: document.root).map(\.text)
    }

    @Test(arguments: [
        (#"'\p\3\u005'"#, "p3u005"), (#"'\\p'"#, #"\p"#), (#"'\u00e4\uD83D\uDE00'"#, "ä😀"), (#"'\ud83dx'"#, "ud83dx"),
        (#"'\'\"\`\/'"#, "'\"`/"), (#"'\ä'"#, "ä"),
    ])
    func `leaves out a backslash before what it does not escape`(text: String, expected: String) throws {
        #expect(try evaluate(text) == [expected])
    }

    @Test(arguments: [
        ("1 + 2 * 3", "1 + (2 * 3)"), ("-1 * 2", "(-1) * 2"), ("-a.b()", "-(a.b())"), ("a | b is c", "a | (b is c)"),
        ("a > b is c", "a > (b is c)"), ("a = b > c", "a = (b > c)"), ("a in b = c", "a in (b = c)"),
        ("a and b in c", "a and (b in c)"), ("a or b and c", "a or (b and c)"),
        ("a implies b or c", "a implies (b or c)"),
        ("a implies b implies c", "(a implies b) implies c"), ("a - b - c", "(a - b) - c"),
        ("a & b + c", "(a & b) + c"),
        ("a | b + c", "a | (b + c)"), ("a as b | c", "(a as b) | c"), ("a.b[0].c", "((a.b)[0]).c"),
    ])
    func `binds its operators as the grammar says`(text: String, bracketed: String) throws {
        #expect(try FHIRPathExpression(text) == FHIRPathExpression(bracketed))
    }

    @Test(arguments: [
        ("contains", "`contains`"), ("is.as.in", "`is`.`as`.`in`"), ("text.div", "text.`div`"),
        ("a . b [ 0 ]", "a.b[0]"),
        ("%'a b'", "%`a b`"), ("4days", "4 days"), ("/* a */ 1 // b", "1"), ("sort(a desc, b asc)", "sort(-a, b)"),
        ("((a))", "a"), ("- -1", "--1"), ("(a + b).c", "(a + b).c"), ("a is System.Quantity", "a is System.Quantity"),
        ("a.$this", "$this"),
    ])
    func `has one canonical text for what says the same`(text: String, canonical: String) throws {
        #expect(try FHIRPathExpression(text).description == canonical)
    }

    @Test func `sorts in either direction, by several keys`() throws {
        #expect(try evaluate("(3 | 1 | 2).sort($this desc)") == ["3", "2", "1"])
        #expect(try evaluate("('bb' | 'a' | 'aa').sort(length() desc, $this)") == ["aa", "bb", "a"])
    }

    @Test func `takes kinds of white space for one another when it looks for equivalence, but not how much there is`()
        throws
    {
        #expect(try evaluate(#"'A b' ~ 'a\tB'"#) == ["true"])
        #expect(try evaluate("'a  b' ~ 'a b'") == ["false"])
    }

    @Test func `knows that nothing is of a type that the other namespace has`() throws {
        #expect(try evaluate("Patient is System.Patient") == ["false"])
        #expect(throws: FHIRPathError.self) { try evaluate("Patient is System.Pateint") }
    }

    @Test(arguments: [
        ("<div>a <b class='x'>b</b><br/><!-- c --></div>", true), ("<div><img src=\"a\"/></div>", true),
        ("<div> </div>", false),
        ("<div>a<script>b</script></div>", false), ("<div onclick=\"a\">b</div>", false), ("<div><p>a</div>", false),
        ("<p>a</p>", false), ("a<div>b</div>", false), ("<div>a</div><div>b</div>", false), ("<div>a", false),
        ("<div>a</", false),
        ("<div a>b</div>", false), ("<div title=>b</div>", false), ("<", false), ("", false), ("<!--", false),
    ])
    func `holds narratives to their rules`(text: String, isKept: Bool) throws {
        #expect(NarrativeRules.areKept(by: text) == isKept)
        for end in 0..<text.count { _ = NarrativeRules.areKept(by: String(text.prefix(end))) }
    }

    @Test func `asks the value sets of the definitions`() throws {
        let valueSet = "http://hl7.org/fhir/ValueSet/administrative-gender"
        #expect(try evaluate("Patient.gender.memberOf('\(valueSet)')") == ["true"])
        #expect(try evaluate("'x'.memberOf('\(valueSet)')") == ["false"])
        #expect(try evaluate("'x'.memberOf('http://example.org/none')").isEmpty)
    }

    @Test(arguments: [
        ("name.given1", "given"), ("naem", "name"), ("gender.exsits()", "exists"), ("deceasedBoolean", "deceased"),
        ("contact.name.famliy", "family"), ("$thsi", "$this"), ("%resourec", "%resource"),
        ("gender is Patint", "Patient"),
        ("name.where(uze = 'a')", "use"), ("name.select(given | famili)", "family"),
        ("link.other.refernce", "reference"),
    ])
    func `suggests what a misspelt name was meant to be`(text: String, suggestion: String) {
        let error = #expect(throws: FHIRPathError.self) { try evaluate(text, on: FHIRType(.patient)) }
        #expect(error?.suggestion == suggestion)
    }
}

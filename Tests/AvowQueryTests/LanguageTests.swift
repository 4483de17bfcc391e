import AvowFHIR
import Testing

@testable import AvowQuery

@Suite struct ErrorRenderingTests {
    private func rendered(_ text: String, color: Bool = false) -> String {
        do {
            return try parser.parse(text).description
        } catch {
            return error.rendered(in: text, color: color)
        }
    }

    @Test func `the line at fault is shown with carets under the fault`() {
        #expect(
            rendered("SELECT *\nFROM Observation\nWHERE efective > 2010 AND code = x") == """
                error: no search parameter 'efective' on Observation; did you mean 'date'?
                 --> line 3, column 7
                3 | WHERE efective > 2010 AND code = x
                  |       ^^^^^^^^
                """)
    }

    @Test func `tabs become spaces and the carets keep their place`() {
        let lines = rendered("SELECT\t*\tFROM\tPatiant\r\n").split(separator: "\n")
        #expect(lines[2] == "1 | SELECT  *   FROM    Patiant")
        #expect(lines[3] == "  |                     ^^^^^^^")
        #expect(lines[1] == " --> line 1, column 15")
    }

    @Test func `wide and combining characters are counted as a terminal shows them`() {
        let lines = rendered("SELECT id AS \"身e\u{301}\" FROM Patiant").split(separator: "\n")
        #expect(lines[3] == "  |" + String(repeating: " ", count: 25) + "^^^^^^^")
        #expect(lines[1] == " --> line 1, column 24")
    }

    @Test func `an error at the end of the text has one caret behind it`() {
        let lines = rendered("SELECT * FROM").split(separator: "\n")
        #expect(lines[3] == "  |              ^")
        #expect(rendered("").split(separator: "\n", omittingEmptySubsequences: false).count == 4)
    }

    @Test func `a long line is cut around the fault`() {
        let text =
            "SELECT " + String(repeating: "name, ", count: 900) + "id FROM Patiant LIMIT "
            + String(repeating: "1", count: 900)
        let lines = rendered(text).split(separator: "\n")
        #expect(lines[2].count <= 130)
        let caret = lines[3].firstIndex(of: "^").map { lines[3].distance(from: lines[3].startIndex, to: $0) } ?? 0
        #expect(lines[2].dropFirst(caret).hasPrefix("Patiant"))
    }

    @Test func `nothing in the text can steer the terminal`() {
        let shown = rendered("SELECT \u{1B}[31m \u{202E}* FROM Patient")
        #expect(!shown.unicodeScalars.contains { $0.value == 0x1B || $0.value == 0x202E })
        #expect(rendered("SELECT", color: true).contains("\u{1B}[1;31m"))
    }
}

@Suite struct ParserTests {
    private func select(_ text: String) throws -> SelectStatement {
        guard case .select(let statement) = try parser.parse(text) else { throw QueryError.missingActor }
        return statement
    }

    @Test func `the parts of a statement know where they were written`() throws {
        let text = "SELECT a.b AS c FROM Patient WHERE code = 'loinc|x' LIMIT 5"
        let statement = try select(text)
        func written(_ range: SourceRange) -> String {
            String(decoding: Array(text.utf8)[range.lowerBound..<range.upperBound], as: UTF8.self)
        }
        #expect(written(statement.projections[0].range) == "a.b AS c")
        #expect(written(statement.type.range) == "Patient")
        #expect(written(statement.condition?.tests[0].range ?? SourceRange(0, 0)) == "code = 'loinc|x'")
        #expect(statement.limit.map { written($0.range) } == "5")
    }

    @Test func `statements that differ only in layout are equal and hash equally`() throws {
        let one = try select("SELECT id FROM Patient")
        let two = try select("select /* x */ id\nfrom  Patient ;")
        #expect(one == two && one.hashValue == two.hashValue)
        #expect(try one != select("SELECT id FROM Resource"))
    }

    @Test func `an offset in a path leads back to the query's text`() throws {
        let text = "SELECT name -- c\n  . given FROM Patient"
        guard case .value(let value, _) = try select(text).projections[0].value, case .path(let path) = value.value
        else { throw QueryError.missingActor }
        #expect(path.text == "name . given")
        for (offset, character) in path.text.utf8.enumerated() where character != 0x20 {
            #expect(Array(text.utf8)[path.sourceOffset(ofTextOffset: offset)] == character)
        }
    }

    @Test func `tokens tell apart no system, any system and any code`() throws {
        #expect(try Token("x").system == .any)
        #expect(try Token("|x").system == .none)
        #expect(try Token("LOINC|x").system == .uri("http://loinc.org"))
        #expect(try Token("loinc|").code == nil)
        #expect(try Token("a\\|b\\\\").code == "a|b\\")
        #expect(try Token("http://loinc.org|4548-4").description == "loinc|4548-4")
        #expect(try Token("a:|\u{301}y").code == "\u{301}y")
        for text in ["", "|", "a|b|c", "\\", "x\\", "lonic|x", " x", "x ", "1:2 3|x"] {
            #expect(throws: QuerySyntaxError.self, "\(text)") { try Token(text) }
        }
    }

    @Test func `dates keep their text and know their precision`() throws {
        #expect(try DateLiteral("2010").precision == .year)
        #expect(try DateLiteral("2010-05").precision == .month)
        #expect(try DateLiteral("2012-02-29").precision == .day)
        #expect(try DateLiteral("2010-05-03T10:00Z").precision == .minute)
        #expect(try DateLiteral("2010-05-03T10:00:59-01:30").offsetMinutes == -90)
        let date = try DateLiteral("2010-05-03T23:59:07.0250+14:00")
        #expect(
            date.precision == .fraction && date.nanosecond == 25_000_000 && date.second == 7
                && date.offsetMinutes == 840)
        #expect(date.text == "2010-05-03T23:59:07.0250+14:00")
        for text in [
            "", "201", "20100", "0000", "2010-", "2010-00", "2010-13", "2010-5", "2010-04-31", "1900-02-29",
            "2010-05-03T",
            "2010-05-03T24:00Z", "2010-05-03T10:60Z", "2010-05-03T10:00:60Z", "2010-05-03T10:00",
            "2010-05-03T10:00:00.Z",
            "2010-05-03T10:00:00.1234567890Z", "2010-05-03T10:00+14:01", "2010-05-03T10:00z", "2010Z", "٢٠١٠",
            "2010-05T10:00Z",
        ] {
            #expect(throws: QuerySyntaxError.self, "\(text)") { try DateLiteral(text) }
        }
    }

    @Test func `limits are enforced`() throws {
        let names = Array(repeating: "id", count: QueryLimits.listLength)
        #expect(try select("SELECT \(names.joined(separator: ",")) FROM Patient").projections.count == names.count)
        func kind(_ text: String) -> QuerySyntaxError.Kind? {
            do {
                _ = try parser.parse(text)
                return nil
            } catch {
                return error.kind
            }
        }
        #expect(kind("SELECT \((names + ["id"]).joined(separator: ",")) FROM Patient") == .limitExceeded)
        #expect(kind("SELECT * FROM Patient" + String(repeating: " ", count: QueryLimits.textLength)) == .limitExceeded)
        #expect(kind("SELECT * FROM Patient LIMIT 2147483647") == nil)
        #expect(kind("SELECT * FROM Patient LIMIT 2147483648") == .limitExceeded)
        #expect(kind("SELECT " + String(repeating: "(", count: 500_000)) == .limitExceeded)
        #expect(kind("SELECT " + String(repeating: "a.", count: 500_000)) == .unexpectedEnd)
        #expect(kind("SELECT *") == .unexpectedEnd)
    }

    @Test func `bytes that are not UTF-8 are refused where they begin`() {
        let error = #expect(throws: QuerySyntaxError.self) {
            try parser.parse(utf8: Array("SELECT é".utf8) + [0xC3, 0x28])
        }
        #expect(error?.kind == .invalidText)
        #expect(error?.range == SourceRange(9, 10))
    }

    @Test func `a path on its own is taken whole or refused`() throws {
        #expect(try PathExpression("  name . given ").text == "name . given")
        for text in ["", "a b", "a,b", "a)", "(a", "a FROM", "a;", "'a"] {
            #expect(throws: QuerySyntaxError.self, "\(text)") { try PathExpression(text) }
        }
    }

    @Test(arguments: [("kitten", "sitting", 3), ("", "abc", 3), ("form", "from", 1), ("date", "date", 0)])
    func `the distance of names is known`(left: String, right: String, distance: Int) {
        #expect(NearestName.distance(Array(left.unicodeScalars), Array(right.unicodeScalars)) == distance)
    }

    @Test func `aliases and code systems stand for each other one to one`() {
        #expect(Set(CodeSystemAliases.table.map(\.alias)).count == CodeSystemAliases.table.count)
        #expect(Set(CodeSystemAliases.table.map(\.uri)).count == CodeSystemAliases.table.count)
        for (alias, uri) in CodeSystemAliases.table {
            #expect(CodeSystemAliases.uri(for: alias.uppercased()) == uri && CodeSystemAliases.alias(for: uri) == alias)
        }
    }
}

@Suite struct ParserEffortTests {
    /// Texts of about the greatest length, each a beginning, a part many times over, and an end.
    @Test(
        arguments: [
            ["SELECT ", "a -- b\n.", ""], ["SELECT ", "/**/", ""], ["SELECT * FROM Patient WHERE code = '", "''", ""],
            ["SELECT * FROM Patient WHERE code = '", "\\|", "||'"], ["SELECT id AS \"", "e\u{301}", "\" FROM Patient"],
            ["SELECT * FROM ", "x", ""], ["", "\n", ""],
        ]) func `the longest texts are answered at once`(parts: [String])
    {
        let text = parts[0] + String(repeating: parts[1], count: 1_000_000 / parts[1].utf8.count) + parts[2]
        #expect(throws: QuerySyntaxError.self) { try parser.parse(text) }
    }
}

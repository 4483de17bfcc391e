import AvowFHIR
import TestSupport
import Testing

@testable import AvowQuery

@Suite struct `Placeholders` {
    private static func error(_ body: () throws(QueryError) -> Query) -> QuerySyntaxError? {
        do throws(QueryError) {
            _ = try body()
            return nil
        } catch {
            if case .syntax(let error) = error { return error }
            Issue.record("\(error)")
            return nil
        }
    }

    private static func bound(_ text: String, _ values: [String: QueryValue]) throws -> String {
        try Query(text).binding(values).text
    }

    @Test func `a bound query's text is the canonical text with the values in place`() throws {
        let query = try Query(
            """
            SELECT date, value.value FROM Observation WHERE code = $code AND date >= $since
              AND value-quantity > $least LIMIT $most
            """)
        #expect(query.placeholders.map(\.value.name) == ["code", "since", "least", "most"])
        let bound = try query.binding([
            "code": "loinc|4548-4", "since": "2020-05",
            "least": .quantity(try #require(FHIRDecimal("6.50")), unit: "%"),
            "most": 10,
        ])
        #expect(
            bound.text
                == """
                SELECT date, value.value FROM Observation WHERE code = loinc|4548-4 AND date >= 2020-05 \
                AND value-quantity > 6.50 '%' LIMIT 10
                """)
        #expect(bound.placeholders.isEmpty)
        #expect(try bound == Query(bound.text))
        // The one that was prepared is as it was.
        #expect(try query.binding(["code": "x", "since": "2021", "least": 7, "most": 0]).text.hasSuffix("> 7 LIMIT 0"))
    }

    @Test(arguments: [
        ("SELECT id FROM Observation WHERE patient = $x", QueryValue.string("Patient/7"), "patient = Patient/7"),
        ("SELECT id FROM Observation WHERE _id <> $x", .string("select"), "_id <> 'select'"),
        ("SELECT id FROM Observation WHERE code IN ($x, a)", .list(["b", "loinc|c"]), "code IN (b, loinc|c, a)"),
        ("SELECT id FROM Observation WHERE code = $x", .string("$x"), "code = '$x'"),
        ("SELECT id FROM Observation WHERE date BETWEEN $x AND 2030", .string("2020"), "date BETWEEN 2020 AND 2030"),
        ("SELECT id FROM RiskAssessment WHERE probability > $x", 1, "probability > 1"),
        ("SELECT id FROM Patient WHERE name:exact = $x", "O'Neill", "name:exact = 'O''Neill'"),
        ("SELECT id FROM Observation WHERE performer = $x", "Practitioner/1", "performer = Practitioner/1"),
        ("SELECT id FROM ValueSet WHERE url = $x", "http://a/b", "url = 'http://a/b'"),
        ("SELECT id FROM Patient OFFSET $x", 3, "OFFSET 3"),
        ("SELECT id FROM Patient LIMIT $x PER gender", 3, "LIMIT 3 PER gender"),
        ("SELECT code, COUNT(*) AS n FROM Observation GROUP BY code HAVING n > $x", 3, "HAVING n > 3"),
        ("SELECT gender FROM Patient GROUP BY gender HAVING gender = $x", "male", "HAVING gender = 'male'"),
        (
            "COHORT c AS SELECT patient FROM Condition WHERE code = $x; SELECT id FROM Patient WHERE patient IN COHORT c",
            "4405", "WHERE code = 4405; SELECT id FROM Patient WHERE patient IN COHORT c"
        ),
        (
            """
            SELECT id FROM Patient WHERE EXISTS (Condition WHERE code = $x)
            OR patient IN (SELECT patient FROM Encounter WHERE date < $x)
            """,
            "2010",
            "EXISTS (Condition WHERE code = 2010) OR patient IN (SELECT patient FROM Encounter WHERE date < 2010)"
        ),
        (
            "SELECT (SELECT date FROM Condition WHERE code = $x) FROM Patient WHERE AFTER (Condition WHERE code = $x)",
            "a",
            "SELECT (SELECT date FROM Condition WHERE code = a) FROM Patient WHERE AFTER (Condition WHERE code = a)"
        ),
        (
            "EXPLAIN SELECT id FROM Observation WHERE code = $x", "a",
            "EXPLAIN SELECT id FROM Observation WHERE code = a"
        ),
    ]) func `stand wherever a literal does`(text: String, value: QueryValue, expected: String) throws {
        let query = try Query(text)
        let bound = try query.binding(["x": value])
        #expect(bound.text.contains(expected), "\(bound.text)")
        #expect(bound.explanation == query.explanation)
    }

    @Test func `errors name the placeholder and its place`() throws {
        let text = "SELECT id FROM Observation WHERE code = $code AND date >= $since LIMIT $most"
        let query = try Query(text)
        let whole: [String: QueryValue] = ["code": "a", "since": "2020", "most": 1]
        func error(_ change: [String: QueryValue], without name: String = "") -> QuerySyntaxError? {
            let values = whole.merging(change) { $1 }.filter { $0.key != name }
            return Self.error { () throws(QueryError) in try query.binding(values) }
        }
        func written(_ error: QuerySyntaxError?) -> String {
            guard let range = error?.range else { return "" }
            return String(decoding: Array(text.utf8)[range.lowerBound..<range.upperBound], as: UTF8.self)
        }
        let unbound = error([:], without: "since")
        #expect(unbound?.kind == .unboundPlaceholder && written(unbound) == "$since")
        #expect(unbound.map { "\($0)" } == "there is no value for $since; expected a date")
        let unknown = error(["sinse": "2020"])
        #expect(unknown?.kind == .unknownPlaceholder && unknown?.suggestion == "$since")
        for (name, value) in [
            ("code", QueryValue.number(.one)), ("since", .number(.one)), ("since", .string("May")),
            ("code", .string("")),
            ("since", .date(try #require(FHIRDateTime("2020-01-01T10:00:00")))),
            ("most", .string("1")), ("most", -1), ("most", .number(try #require(FHIRDecimal("1.5")))),
            ("most", [1, 2]), ("code", []), ("code", ["a", "b"]), ("code", [["a"]]), ("code", .id(try ResourceID("a"))),
        ] {
            let wrong = error([name: value])
            #expect(wrong != nil && written(wrong) == "$" + name, "\(name) \(value): \(String(describing: wrong))")
        }
        #expect(error([:]) == nil)
        // What a query needs is said before it is executed.
        for text in ["SELECT id FROM Patient WHERE nam = $x", "SELECT name.(1 FROM Patient WHERE name = $x"] {
            #expect(Self.error { () throws(QueryError) in try Query(text) } != nil, "\(text)")
        }
        #expect(throws: QueryError.self) { try query.requireValues() }
    }

    @Test func `a text that is longer than a query may be is refused at once`() throws {
        let query = try Query("SELECT id FROM Patient WHERE name = $x AND gender = $x")
        let long = QueryValue.string(String(repeating: "x", count: 1 << 24))
        let error = Self.error { () throws(QueryError) in try query.binding(["x": long]) }
        #expect(error?.kind == .limitExceeded && error?.range == query.placeholders[0].range)
    }

    @Test(arguments: [
        ("PATH(value.value > $x)", QueryValue.number(.one), "PATH(value.value > 1)"),
        ("PATH(value.value > $x)", -7, "PATH(value.value > (-7))"),
        ("PATH(value > $x)", .quantity(.one, unit: "mm[Hg]"), "PATH(value > 1 'mm[Hg]')"),
        ("PATH(status = $x)", "it's \\ so\n", #"PATH(status = 'it\'s \\ so\u000a')"#),
        ("PATH(effective >= $x)", .date(FHIRDateTime("2015")!), "PATH(effective >= @2015)"),
        ("PATH($x.toString() = status)", 5, "PATH((5).toString() = status)"),
        ("PATH(active = $x)", true, "PATH(active = true)"),
        (
            "PATH(subject.reference = $x and $this.id.exists())", "Patient/1",
            "PATH(subject.reference = 'Patient/1' and $this.id.exists())"
        ),
        ("WITHIN $x DAYS AFTER (Condition)", 30, "WITHIN 30 DAYS AFTER (Condition)"),
    ]) func `stand in paths and distances, too`(condition: String, value: QueryValue, expected: String) throws {
        let query = try Query("SELECT id FROM Observation WHERE \(condition)")
        #expect(query.placeholders.map(\.value.name) == ["x"])
        let place = query.placeholders[0].range
        #expect(String(decoding: Array(query.text.utf8)[place.lowerBound..<place.upperBound], as: UTF8.self) == "$x")
        #expect(try query.binding(["x": value]).text == "SELECT id FROM Observation WHERE \(expected)")
    }

    @Test func `stand for who asks, why, and what is asked about`() throws {
        let query = try Query(
            "SELECT value.value > $x AS high FROM Observation AS $who FOR $why BREAK GLASS REASON $because")
        let bound = try query.binding(["x": 7, "who": "Practitioner/1", "why": "treat", "because": "it's urgent"])
        #expect(
            bound.text == "SELECT value.value > 7 AS high FROM Observation AS 'Practitioner/1' FOR TREAT "
                + "BREAK GLASS REASON 'it''s urgent'")
        let history = try Query("HISTORY OF $what VERSION $n AS $who")
        #expect(
            try history.binding([
                "what": "Observation/a", "n": 2, "who": .reference(ResourceReference("Practitioner/1")),
            ]).text
                == "HISTORY OF Observation/a VERSION 2 AS 'Practitioner/1'")
        for (name, value) in [
            ("x", QueryValue.token(try Token("loinc|b"))), ("x", [1, 2]), ("who", 1), ("who", "nobody"),
            ("why", "two words"), ("why", 1),
            ("because", " "), ("because", 1),
        ] {
            var values: [String: QueryValue] = ["x": 7, "who": "Practitioner/1", "why": "TREAT", "because": "so"]
            values[name] = value
            let error = Self.error { () throws(QueryError) in try query.binding(values) }
            #expect(error?.range == query.placeholders.first { $0.value.name == name }?.range, "\(name) \(value)")
        }
        for (name, value) in [
            ("what", QueryValue.string("Observatoin/a")), ("what", "a"), ("n", 0), ("n", "1"),
        ] {
            var values: [String: QueryValue] = ["what": "Observation/a", "n": 2, "who": "Practitioner/1"]
            values[name] = value
            #expect(Self.error { () throws(QueryError) in try history.binding(values) } != nil, "\(name) \(value)")
        }
        for text in ["PATH(5 $x)", "PATH(a.$x)", "PATH(name.$x())", "PATH(value as $x)", "PATH($x days)"] {
            #expect(
                Self.error { () throws(QueryError) in try Query("SELECT id FROM Patient WHERE \(text)") } != nil,
                "\(text)")
        }
    }

    @Test(arguments: [1, 2] as [UInt64]) func `no value in a path becomes anything but a literal`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let query = try Query("SELECT id FROM Patient WHERE PATH($x = name.family and active)")
        let pieces = [
            "'", "\\", "\\'", "u0027", "`", "$x", "--", "/*", ")", "(", ";", " or true", "\n", "\u{0}", "é", "\u{301}",
            "1",
        ]
        for _ in 0..<300 {
            let text = (0...Int.random(in: 0...8, using: &random)).map { _ in pieces.randomElement(using: &random) ?? ""
            }.joined()
            let bound = try query.binding(["x": .string(text)])
            guard case .select(let select) = bound.statement,
                case .path(let path)? = select.condition?.tests.first?.value
            else {
                Issue.record("seed \(seed): \(bound.text)")
                continue
            }
            let literal = path.text.dropLast(" = name.family and active".count)
            let found = try FHIRPath(String(literal)).evaluate()
            #expect(found.count == 1 && Array(found[0].text.utf8) == Array(text.utf8), "seed \(seed): \(bound.text)")
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64]) func `no value becomes anything but a literal`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let name = try Query("SELECT id FROM Patient WHERE name:exact = $x AND gender = $y LIMIT 5")
        let place = try Query("SELECT id FROM Observation WHERE performer = $x AND date = $y AND _id = $z LIMIT 5")
        var hostile = [
            "' OR 1 = 1 --", "x'; SELECT * FROM Patient; --", "''", "'", "\\'", "$x", "$y", "/* ", "*/", "-- ", "\u{0}",
            "\n",
            "a\r\nb", "AND", "x) OR (name = y", "\u{2019}", "\u{301}'", "e\u{301}", "\u{FEFF}", "\u{202E}", "|",
            "a|b|c", "\\|",
            "Patient/1' OR", String(repeating: "'", count: 99),
        ]
        let pieces = [
            "'", "''", "\"", "\\", "|", "$", "--", "/*", "*/", ";", " ", "OR", "AND", "(", ")", ",", "é", "a", "1",
            "\u{301}", "\t",
        ]
        for _ in 0..<250 {
            let count = Int.random(in: 0...8, using: &random)
            hostile.append((0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined())
        }
        var taken = 0
        for text in hostile {
            do throws(QueryError) {
                let bound = try name.binding(["x": .string(text), "y": .string("male")])
                guard case .select(let select) = bound.statement else { throw .missingActor }
                #expect(select.condition?.tests.count == 2 && select.limit?.value.count == 5, "seed \(seed): \(text)")
                guard case .parameter(let test) = select.condition?.tests[0].value,
                    case .compare(.equal, let literal) = test.operation, case .text(let read) = literal.value
                else { throw .missingActor }
                #expect(Array(read.utf8) == Array(text.utf8), "seed \(seed)")
                taken += 1
            } catch {
                guard case .syntax(let error) = error else {
                    Issue.record("seed \(seed): \(error) for \(text)")
                    continue
                }
                let cannotBe = text.isEmpty || text.utf8.contains { $0 < 0x20 }
                #expect(cannotBe, "seed \(seed): \(error)")
            }
            // A code of a system is whatever its characters are.
            if let token = try? QueryValue.token(system: "http://loinc.org", code: text),
                let bound = try? name.binding(["x": "x", "y": token]), case .select(let select) = bound.statement,
                case .parameter(let test) = select.condition?.tests[1].value,
                case .compare(.equal, let literal) = test.operation, case .token(let read) = literal.value
            {
                #expect(read.code == (text.isEmpty ? nil : text), "seed \(seed): \(text)")
                #expect(read.system == .uri("http://loinc.org"), "seed \(seed): \(text)")
            }
            // Other kinds take it only when it is one.
            if let bound = try? place.binding(["x": .string(text), "y": "2020", "z": .string(text)]) {
                #expect((try? ResourceID(text)) != nil, "seed \(seed): \(bound.text)")
            }
        }
        #expect(taken > 150)
    }
}

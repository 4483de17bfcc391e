import AvowConsent
import AvowFHIR
import AvowProof
import Testing

@testable import AvowQuery

@Suite struct `Who asks, and why` {
    @Test func `the statement says it, or what is given beside it does`() throws {
        let nurse = try Actor("Practitioner/2", roles: ["nurse"])
        let silent = try Query("SELECT id FROM Patient").request(actor: nurse, purpose: .treatment, time: 5)
        #expect(silent == AccessRequest(actor: nurse, purpose: .treatment, time: 5))
        let spoken = try Query("SELECT id FROM Patient AS 'Practitioner/1' FOR hpaymt")
        #expect(
            try spoken.request(actor: nurse, purpose: .treatment, time: 5)
                == AccessRequest(actor: try Actor("Practitioner/1"), purpose: .payment, time: 5))
        #expect(
            try spoken.request(actor: nil, purpose: nil, time: 5)
                == AccessRequest(actor: try Actor("Practitioner/1"), purpose: .payment, time: 5))
    }

    @Test func `who is named in both places keeps roles and organization`() throws {
        let nurse = try Actor("Practitioner/2", roles: ["nurse"], organization: "Organization/1")
        let query = try Query("SELECT id FROM Patient AS Practitioner/2")
        #expect(try query.request(actor: nurse, purpose: .treatment, time: 0).actor == nurse)
    }

    @Test func `a query without one of them is refused`() throws {
        let query = try Query("SELECT id FROM Patient")
        #expect {
            try query.request(actor: nil, purpose: .treatment, time: 0)
        } throws: { error in
            guard case QueryError.missingActor = error else { return false }
            return "\(error)".contains("AS 'Practitioner/…'")
        }
        #expect {
            try query.request(actor: try Actor("Practitioner/1"), purpose: nil, time: 0)
        } throws: { error in
            guard case QueryError.missingPurpose = error else { return false }
            return "\(error)".contains("FOR TREAT")
        }
    }

    @Test func `an unknown purpose is refused with the nearest known one`() throws {
        #expect {
            try Query("SELECT id FROM Patient AS Practitioner/1 FOR TREATT").request(actor: nil, purpose: nil, time: 0)
        } throws: { error in
            guard case QueryError.consent(let reason) = error else { return false }
            return reason.kind == .unknownPurpose && reason.suggestion == "TREAT"
        }
    }
}

@Suite struct `What a query refuses before it reads anything` {
    /// The text at fault, and the message.
    private func refusal(_ text: String) -> (String, String)? {
        do throws(QueryError) {
            _ = try Query(text)
            return nil
        } catch {
            guard case .syntax(let error) = error else { return nil }
            let bytes = Array(text.utf8)
            return (
                String(decoding: bytes[error.range.lowerBound..<error.range.upperBound], as: UTF8.self),
                error.description
            )
        }
    }

    @Test(arguments: [
        ("SELECT value..value FROM Observation", "."),
        ("SELECT id, name.unknown() FROM Patient", "unknown"),
        ("SELECT /* é */ code /* 身 */ . where(system = ) FROM Observation", ")"),
        ("SELECT id FROM Patient ORDER BY birthDate, id.nothing()", "nothing"),
        ("SELECT id\nFROM Patient -- é\nORDER BY\n  name + * DESC", "*"), ("SELECT id FROM Patient ORDER BY *", "*"),
        ("SELECT *, id FROM Patient ORDER BY *", "*"), ("SELECT COUNT(*), id FROM Patient", "id"),
        ("SELECT id, COUNT(*) AS n FROM Patient", "id"), ("SELECT COUNT(*) FROM Patient ORDER BY id", "id"),
        ("SELECT COUNT(*) AS n FROM Patient ORDER BY n DESC", "n DESC"),
        ("SELECT *, COUNT(*) FROM Patient", "*"), ("SELECT id FROM Patient ORDER BY COUNT(*)", "COUNT(*)"),
        ("SELECT gender, COUNT(*) FROM Patient GROUP BY birthDate", "gender"),
        ("SELECT year(birthDate) FROM Patient GROUP BY birthDate", "year(birthDate)"),
        ("SELECT COUNT(*) FROM Patient GROUP BY gender ORDER BY birthDate", "birthDate"),
        ("SELECT COUNT(*) AS n FROM Patient GROUP BY gender, n", "n"),
        ("SELECT COUNT(*) FROM Patient GROUP BY Count(*)", "Count(*)"),
        ("SELECT COUNT(*) FROM Encounter GROUP BY year(date), code", "code"),
        ("SELECT COUNT(*) FROM Patient GROUP BY year(date)", "year(date)"),
        ("SELECT COUNT(*) FROM Observation GROUP BY year(value..x)", "."),
    ])
    func `the text at fault is named`(text: String, fault: String) throws {
        let found = try #require(refusal(text), "it was not refused")
        #expect(found.0 == fault, "\(found.1)")
    }

    @Test func `a path that ends early is at fault at its end`() throws {
        let text = "SELECT id FROM Observation ORDER BY code.where(system = 'x' )."
        do throws(QueryError) {
            _ = try Query(text)
            Issue.record("it was not refused")
        } catch {
            guard case .syntax(let error) = error else { throw error }
            #expect(error.range == SourceRange(text.utf8.count, text.utf8.count))
            #expect(error.expected == ["the name of an element or function"])
        }
    }

    @Test func `the caret stands under the fault on its line`() throws {
        let text = "SELECT id,\n  /* é */ name . given[ ) ] AS x\nFROM Patient"
        do throws(QueryError) {
            _ = try Query(text)
            Issue.record("it was not refused")
        } catch {
            guard case .syntax(let error) = error else { throw error }
            let lines = error.rendered(in: text, color: false).split(separator: "\n")
            #expect(lines[1] == " --> line 2, column 25")
            #expect(lines[3] == "  |                         ^")
        }
    }
}

@Suite struct `Columns and rows` {
    private static func source(_ records: [(type: ResourceType, json: String)]) throws -> MemorySource {
        let audience = AudienceID(rawValue: 1)
        let placed = try records.enumerated().map { number, record in
            let resource = try JSONParser().parse(Array(record.json.utf8)).root
            return MemorySource.Placed(
                audience: audience, pseudonym: Pseudonym(rawValue: 9), number: UInt64(number), type: record.type,
                id: resource["id"]?.string ?? "", json: record.json,
                codes: Indexing.codes(of: resource, type: record.type).map { ($0.code, $0.system) },
                date: Indexing.clinicalDate(of: resource, type: record.type))
        }
        return try MemorySource(
            placed, audiences: [1: StorePolicy.standard.defaultAudience],
            patients: [(audience, "p", Pseudonym(rawValue: 9))])
    }

    private static func run(_ text: String, _ source: MemorySource) throws -> QueryResult {
        try QueryExecutor(Query(text), as: Model.request, over: source).run()
    }

    private static let observations: [(type: ResourceType, json: String)] = [
        (
            .observation,
            #"{"resourceType":"Observation","id":"a","code":{"coding":[{"system":"http://loinc.org","code":"1"}]},"subject":{"reference":"Patient/p"},"effectiveDateTime":"2010-01-01T00:30:00+01:00","valueQuantity":{"value":7.10,"unit":"%"}}"#
        ),
        (
            .observation,
            #"{"resourceType":"Observation","id":"b","code":{"coding":[{"system":"http://loinc.org","code":"1"}]},"subject":{"reference":"Patient/p"},"effectiveDateTime":"2009-12-31T23:45:00Z","valueString":"high"}"#
        ),
        (
            .observation,
            #"{"resourceType":"Observation","id":"c","code":{"coding":[{"system":"http://loinc.org","code":"1"},{"code":"2"}]},"subject":{"reference":"Patient/p"},"valueBoolean":true}"#
        ),
        (
            .observation,
            #"{"resourceType":"Observation","id":"d","code":{"coding":[{"code":"1"}]},"effectivePeriod":{"start":"2011"},"note":[{"text":"x"},{"text":"y"}]}"#
        ),
    ]

    @Test func `a star shows every member that some row has, and other columns keep their places`() throws {
        let source = try Self.source(Self.observations)
        let result = try Self.run("SELECT id AS first, *, value FROM Observation ORDER BY id", source)
        #expect(
            result.columns == [
                "first", "resourceType", "id", "code", "subject", "effectiveDateTime", "valueQuantity", "valueString",
                "valueBoolean", "effectivePeriod", "note", "value",
            ])
        #expect(result.rows.allSatisfy { $0.count == result.columns.count })
        #expect(result.rows.map { $0[0] } == ["a", "b", "c", "d"].map(Cell.string))
        #expect(result.rows.map { $0[2] } == result.rows.map { $0[0] })
        #expect(
            result.rows.map { $0[11] } == [
                .json(#"{"value":7.10,"unit":"%"}"#), .string("high"), .boolean(true), .null,
            ])
        #expect(result.rows[3][10] == .json(#"[{"text":"x"},{"text":"y"}]"#))
        #expect(result.rows[0][10] == .null)
        let twice = try Self.run("SELECT *, * FROM Observation WHERE _id = b", source)
        #expect(twice.columns.count == 12)
        #expect(twice.rows[0][..<6] == twice.rows[0][6...])
    }

    @Test func `the date sorts by instant, its text by its bytes`() throws {
        let source = try Self.source(Self.observations)
        func ids(_ text: String) throws -> [String] { try Self.run(text, source).rows.map { $0[0].text } }
        // 00:30+01:00 is 23:30Z, before 23:45Z; its text stands behind.
        #expect(try ids("SELECT id FROM Observation ORDER BY date") == ["c", "a", "b", "d"])
        #expect(try ids("SELECT id FROM Observation ORDER BY date DESC") == ["d", "b", "a", "c"])
        #expect(
            try ids("SELECT id, effective AS date FROM Observation WHERE code = loinc|1 ORDER BY date") == [
                "c", "b", "a",
            ])
        #expect(try ids("SELECT id, date AS at FROM Observation ORDER BY at, id") == ["c", "a", "b", "d"])
        #expect(try ids("SELECT id FROM Observation WHERE code = loinc|1 ORDER BY date") == ["c", "a", "b"])
        #expect(try ids("SELECT id FROM Observation WHERE code = loinc|1 ORDER BY date DESC") == ["b", "a", "c"])
        #expect(try ids("SELECT id FROM Observation WHERE code = 1 ORDER BY date LIMIT 2") == ["c", "a"])
    }

    @Test func `an alias sorts as its column, and a path that is not shown sorts, too`() throws {
        let source = try Self.source(Self.observations)
        let byAlias = try Self.run("SELECT id AS key, value AS v FROM Observation ORDER BY v, key DESC", source)
        #expect(byAlias.rows.map { $0[0].text } == ["d", "c", "b", "a"])
        let byPath = try Self.run("SELECT id FROM Observation ORDER BY note.count() DESC, id DESC", source)
        #expect(byPath.columns == ["id"])
        #expect(byPath.rows.map { $0[0].text } == ["d", "c", "b", "a"])
    }

    @Test func `counting whole ranges opens no record`() throws {
        let source = try Self.source(Self.observations)
        for (text, count) in [
            ("SELECT COUNT(*) FROM Observation", 4), ("SELECT COUNT(*) AS n FROM Resource", 4),
            ("SELECT COUNT(*) FROM Observation WHERE code = loinc|1", 3),
            ("SELECT COUNT(*) FROM Observation WHERE code = loinc|1 AND date >= 2010", 0),
            ("SELECT COUNT(*) FROM Observation WHERE code = loinc|1 AND date < 2010", 2),
            ("SELECT COUNT(*) FROM Observation WHERE code = |1 AND date = 2011", 1),
            ("SELECT COUNT(*) FROM Observation WHERE code = 1", 4),
            ("SELECT COUNT(*) FROM Observation WHERE code = loinc|", 3),
            ("SELECT COUNT(*) FROM Resource WHERE patient = Patient/p", 4),
            ("SELECT COUNT(*) FROM Observation WHERE _id = a", 1),
            ("SELECT COUNT(*) FROM Observation WHERE _id = z", 0),
            ("SELECT COUNT(*) FROM Patient WHERE patient = Patient/z", 0),
        ] {
            let result = try Self.run(text, source)
            #expect(result.rows == [[.number(String(count))]], "\(text)")
            #expect(source.recordsRead == 0, "\(text)")
        }
        #expect(source.rangesCounted > 0)
        #expect(try Self.run("SELECT COUNT(*) AS \"how many\" FROM Patient", source).columns == ["how many"])
    }

    @Test func `a limit ends the reading where the order allows it`() throws {
        for (text, opened) in [
            ("SELECT id FROM Observation LIMIT 1", 1), ("SELECT id FROM Observation WHERE code = loinc|1 LIMIT 2", 2),
            ("SELECT id FROM Observation WHERE code = loinc|1 ORDER BY date DESC LIMIT 1", 1),
            ("SELECT id FROM Observation WHERE code = loinc|1 ORDER BY date LIMIT 1", 1),
            ("SELECT id FROM Observation WHERE code = loinc|1 ORDER BY id LIMIT 1", 3),
            ("SELECT id FROM Observation LIMIT 0", 0),
            ("SELECT id FROM Observation WHERE date < 2010 AND date > 2010", 0),
        ] {
            let source = try Self.source(Self.observations)
            _ = try Self.run(text, source)
            #expect(source.recordsRead == opened, "\(text)")
        }
    }

    @Test func `a patient is named in the same way whatever leads to the record`() throws {
        let records: [(type: ResourceType, json: String)] = [
            "Patient/p", "http://example.org/fhir/Patient/p", "Patient/p/_history/2", #"Patient\/p"#,
        ].enumerated().map { number, reference in
            (
                .observation,
                #"{"resourceType":"Observation","id":"r\#(number)","subject":{"reference":"\#(reference)"}}"#
            )
        }
        let source = try Self.source(records)
        for number in records.indices {
            let result = try Self.run(
                "SELECT patient FROM Observation WHERE _id = r\(number) AND patient = Patient/p", source)
            #expect(result.rows == [[.string("Patient/p")]], "\(records[number].json)")
        }
    }

    @Test func `the date that is shown is the one that is sorted by`() throws {
        let source = try Self.source([
            (
                .observation,
                #"{"resourceType":"Observation","id":"a","effectiveTiming":{"event":["2012","2010","2011"]}}"#
            ),
            (.observation, #"{"resourceType":"Observation","id":"b","effectiveTiming":{"event":["never"]}}"#),
        ])
        let result = try Self.run("SELECT id, date FROM Observation ORDER BY date", source)
        #expect(result.rows == [[.string("b"), .string("never")], [.string("a"), .string("2010")]])
        #expect(try Self.run("SELECT COUNT(*) FROM Observation WHERE date = 2010", source).rows == [[.number("1")]])
    }
}

@Suite struct `What a source must not hold` {
    @Test func `an entry that stands for something else is named`() throws {
        let audience = AudienceID(rawValue: 1)
        let broken = MemorySource.Placed(
            audience: audience, pseudonym: .shared, number: 1, type: .patient, id: "p", json: #"{"id":"p"}"#, codes: [],
            date: nil)
        let source = try MemorySource([broken], audiences: [1: StorePolicy.standard.defaultAudience], patients: [])
        for text in ["SELECT id FROM Patient", "SELECT id FROM Resource", "SELECT id FROM Patient WHERE _id = p"] {
            #expect {
                try QueryExecutor(Query(text), as: Model.request, over: source).run()
            } throws: { error in
                guard case QueryError.entry(let key, let expected) = error else { return false }
                return key.bytes.count > 3 && expected.contains("FHIR resource")
            }
        }
    }

    @Test func `a record without entries in a catalog that is missing is still found by its type`() throws {
        let placed = MemorySource.Placed(
            audience: AudienceID(rawValue: 1), pseudonym: .shared, number: 1, type: .observation, id: "o",
            json: #"{"resourceType":"Observation","id":"o","code":{"coding":[{"code":"x"}]}}"#, codes: [("x", "")],
            date: nil)
        let source = try MemorySource(
            [placed], audiences: [1: StorePolicy.standard.defaultAudience], patients: [], catalog: nil)
        let result = try QueryExecutor(
            Query("SELECT id FROM Observation WHERE code = x"), as: Model.request, over: source
        ).run()
        #expect(result.rows == [[.string("o")]])
    }

    @Test func `an audience that does not admit the request is not read, though its key says so`() throws {
        let closed = Audience([
            Grant(purpose: .treatment, recipient: .anyone, window: try ValidityWindow(from: 100, until: 200))
        ])
        let placed = MemorySource.Placed(
            audience: AudienceID(rawValue: 1), pseudonym: .shared, number: 1, type: .patient, id: "p",
            json: #"{"resourceType":"Patient","id":"p"}"#, codes: [], date: nil)
        let source = try MemorySource([placed], audiences: [1: closed], patients: [])
        for (time, rows) in [(99, 0), (100, 1), (199, 1), (200, 0)] as [(Int64, Int)] {
            let request = AccessRequest(actor: try Actor("Practitioner/1"), purpose: .treatment, time: time)
            let result = try QueryExecutor(Query("SELECT id FROM Patient"), as: request, over: source).run()
            #expect(result.rows.count == rows, "\(time)")
            #expect(result.audiences.count == rows, "\(time)")
        }
    }
}

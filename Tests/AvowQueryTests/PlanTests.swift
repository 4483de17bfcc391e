import AvowFHIR
import AvowProof
import TestSupport
import Testing

@testable import AvowQuery

@Suite struct `What a date condition selects` {
    private static let hour: Int64 = 3_600_000
    /// 2010-01-01T00:00:00Z and the days behind it, in ms.
    private static let newYear: Int64 = 1_262_304_000_000
    private static let day = 24 * hour

    @Test(arguments: [
        ("2010", newYear, newYear + 365 * day),
        ("2012", newYear + 730 * day, newYear + 1_096 * day),
        ("2010-02", newYear + 31 * day, newYear + 59 * day),
        ("2012-02", newYear + 761 * day, newYear + 790 * day),
        ("2010-01-01", newYear, newYear + day),
        ("2010-01-01T00:00Z", newYear, newYear + 60_000),
        ("2010-01-01T02:00:00+02:00", newYear, newYear + 1_000),
        ("2009-12-31T19:00:00-05:00", newYear, newYear + 1_000),
        ("2010-01-01T00:00:00.5Z", newYear + 500, newYear + 600),
        ("2010-01-01T00:00:00.123Z", newYear + 123, newYear + 124),
        ("2010-01-01T00:00:00.123999Z", newYear + 123, newYear + 124),
    ])
    func `a literal is the span that its precision gives it`(text: String, from: Int64, until: Int64) throws {
        let spans: [(Comparison, DateSpan)] = [
            (.equal, DateSpan(from: from, until: until)), (.less, DateSpan(from: .min, until: from)),
            (.lessOrEqual, DateSpan(from: .min, until: until)), (.greater, DateSpan(from: until, until: .max)),
            (.greaterOrEqual, DateSpan(from: from, until: .max)),
        ]
        for (comparison, span) in spans {
            let selection = try AvowQueryTests.selection("date \(comparison.rawValue) \(text)")
            #expect(selection.dates == span, "\(comparison)")
            #expect(
                span.contains(from) == [.equal, .lessOrEqual, .greaterOrEqual].contains(comparison), "\(comparison)")
            #expect(span.contains(until) == [.greater, .greaterOrEqual].contains(comparison), "\(comparison)")
            #expect(span.contains(from - 1) == [.less, .lessOrEqual].contains(comparison), "\(comparison)")
            #expect(span.contains(until - 1) == [.equal, .lessOrEqual, .greaterOrEqual].contains(comparison))
            #expect(!span.contains(nil))
        }
        let between = try AvowQueryTests.selection("date BETWEEN \(text) AND \(text)")
        #expect(between.dates == DateSpan(from: from, until: until))
    }

    @Test func `BETWEEN goes from the first instant of one date to the last of the other`() throws {
        let selection = try AvowQueryTests.selection("date BETWEEN 2010-01-31 AND 2010-02")
        #expect(
            selection.dates
                == DateSpan(
                    from: Self.newYear + 30 * Self.day, until: Self.newYear + 59 * Self.day))
        #expect(!selection.isContradictory)
        #expect(try AvowQueryTests.selection("date BETWEEN 2011 AND 2010").isContradictory)
    }

    @Test func `several conditions on the date select what all of them select`() throws {
        let selection = try AvowQueryTests.selection("date >= 2010 AND date < 2011 AND date > 2010-03")
        #expect(selection.dates == DateSpan(from: Self.newYear + 90 * Self.day, until: Self.newYear + 365 * Self.day))
        #expect(
            try AvowQueryTests.selection("date > 2010 AND date <= 2010").isContradictory)
    }
}

@Suite struct `The choice of an access path` {
    /// The access path, and what is left to be tested, in words.
    private func plan(_ conditions: String, from type: String = "Observation") throws -> String {
        let (path, rest) = try selection(conditions, from: type).accessPath { !ResourceElements.of($0).code.isEmpty }
        return path.description + rest.map { " | \($0)" }.joined()
    }

    @Test(arguments: [
        ("_id = x", "Observation/x by id"),
        ("_id IN (x, y) AND NOT _id = x", "Observation/x, Observation/y by id | NOT (_id is one of x)"),
        (
            "_id = x AND patient = Patient/p AND code = a AND date = 2010",
            "Observation/x by id | patient is one of Patient/p | code is one of a | date in [2010-01-01T00:00:00.000Z … 2011-01-01T00:00:00.000Z)"
        ),
        ("patient = Patient/p", "Observation of Patient/p"),
        ("patient IN (Patient/p, Patient/q) AND code = a", "Observation of Patient/p, Patient/q | code is one of a"),
        ("code = loinc|4548-4", "index by code and date of Observation: loinc|4548-4"),
        (
            "date >= 2010 AND code = loinc|4548-4",
            "index by code and date of Observation: loinc|4548-4, date [2010-01-01T00:00:00.000Z … )"
        ),
        ("code = a AND code = b AND code = a", "index by code and date of Observation: a | code is one of b"),
        ("code IN (a, loinc|b)", "index by code and date of Observation: a; loinc|b"),
        ("code IN (a, loinc|a, a)", "index by code and date of Observation: a"),
        ("code = a OR code = b", "index by code and date of Observation: a; b"),
        (
            "code = a AND date < 2010 OR code = b",
            "index by code and date of Observation: b; a, date [ … 2010-01-01T00:00:00.000Z)"
        ),
        (
            "(code = a AND status = final OR code = b) AND date IS NOT NULL",
            "index by code and date of Observation: b; a | (code is one of b) OR ((code is one of a) AND (status is as asked)) | date is there"
        ),
        ("code = a OR status = final", "all of Observation, by id | (code is one of a) OR (status is as asked)"),
        ("NOT code = a", "all of Observation, by id | NOT (code is one of a)"),
        (
            "EXISTS (Condition WHERE code = x) AND code = a",
            "index by code and date of Observation: a | patient in set 1"
        ),
        ("date < 2010", "all of Observation, by id | date in [ … 2010-01-01T00:00:00.000Z)"),
        (
            "patient = Patient/a AND patient = Patient/b",
            "nothing: the conditions contradict each other, or no set that they name has a member"
        ),
    ])
    func `follows from the conditions`(conditions: String, expected: String) throws {
        #expect(try plan(conditions) == expected)
    }

    @Test func `without a type all records are read, or those of a patient`() throws {
        #expect(try plan("_id = x", from: "Resource") == "all records | _id is one of x")
        #expect(
            try plan("_id = x AND patient = Patient/p", from: "Resource")
                == "all records of Patient/p | _id is one of x")
        #expect(try plan("code = a", from: "Resource") == "all records | code is one of a")
        #expect(throws: QueryError.self) { try Query("SELECT id FROM Encounter WHERE code = a") }
    }

    @Test(arguments: [
        // Token, with dates, exact, may repeat records, ordered by date.
        ("loinc|4548-4", false, true, false, true), ("loinc|4548-4", true, true, false, true),
        ("|4548-4", false, true, false, true), ("|4548-4", true, true, false, true),
        ("4548-4", false, true, true, false), ("4548-4", true, false, true, false),
        ("loinc|", false, false, true, false), ("loinc|", true, false, true, false),
    ])
    func `what a range of an index promises follows from its token`(
        token: String, hasDates: Bool, isExact: Bool, mayRepeat: Bool, isOrdered: Bool
    ) throws {
        let dates: DateSpan? = hasDates ? DateSpan(from: 0, until: 1) : nil
        let range = CodeRange(token: try Token(token), dates: dates)
        #expect(range.isExact == isExact)
        #expect(range.mayRepeatRecords == mayRepeat)
        #expect(range.isOrderedByDate == isOrdered)
    }

    @Test func `two patients or two ids are a contradiction`() throws {
        for (conditions, isContradictory) in [
            ("patient = Patient/a AND patient = Patient/b", true),
            ("patient = Patient/a AND patient = Patient/a", false),
            ("_id = a AND _id = b", true), ("_id = a AND _id = a", false), ("_id = a AND patient = Patient/b", false),
        ] {
            let found = try selection(conditions)
            #expect(found.isContradictory == isContradictory, "\(conditions)")
        }
    }
}

@Suite struct `The catalog of indexes` {
    @Test func `is read as it was written`() throws {
        let catalogs: [IndexCatalog] = [
            IndexCatalog([IndexDefinition]()), .standard,
            IndexCatalog([
                IndexDefinition(
                    id: 300, name: "people", type: .patient, columns: [.parameter("name")], state: .building),
                IndexDefinition(id: 2, type: .observation, columns: [.parameter("code"), .parameter("date")]),
            ]),
        ]
        for catalog in catalogs {
            #expect(try IndexCatalog(catalog.bytes) == catalog)
        }
        #expect(catalogs[2].definitions.map(\.id) == [2, 300])
        #expect(catalogs[2].codeIndex(of: .observation)?.id == 2)
        #expect(catalogs[2].codeIndex(of: .patient) == nil)
        #expect(catalogs[2]["people"]?.id == 300)
        #expect(catalogs[2]["Observation-code-date"]?.id == 2)
        #expect(catalogs[2].ready(for: .patient) == [])
    }

    @Test func `of the first version is read too`() throws {
        // [[2, 94, ["code", "date"]]]
        var writer = CBORWriter()
        writer.array(count: 1)
        writer.array(count: 3)
        writer.unsigned(2)
        writer.unsigned(UInt64(ResourceType.observation.rawValue))
        writer.array(count: 2)
        writer.text("code")
        writer.text("date")
        let catalog = try IndexCatalog(writer.bytes)
        #expect(catalog.codeIndex(of: .observation)?.id == 2)
        #expect(catalog.definitions.map(\.state) == [.ready])
    }

    @Test func `answers only with indexes that are complete`() {
        let columns: [IndexColumn] = [.parameter("code"), .parameter("date")]
        for state in [IndexState.building, .dropping] {
            let catalog = IndexCatalog([IndexDefinition(id: 2, type: .observation, columns: columns, state: state)])
            #expect(catalog.codeIndex(of: .observation) == nil && catalog.ready(for: .observation) == [])
        }
        let overflowing = IndexCatalog([
            IndexDefinition(id: 2, type: .observation, columns: columns, hasOverflow: true)
        ])
        #expect(overflowing.codeIndex(of: .observation) == nil)
    }

    @Test func `has one index for each type with a code, and no other`() throws {
        #expect(IndexCatalog.standard.codeIndex(of: .observation) != nil)
        #expect(IndexCatalog.standard.codeIndex(of: .medicationRequest) != nil)
        #expect(IndexCatalog.standard.codeIndex(of: .patient) == nil)
        #expect(IndexCatalog.standard.codeIndex(of: .encounter) == nil)
        for definition in IndexCatalog.standard.definitions { _ = try IndexForm(definition) }
        #expect(Set(IndexCatalog.standard.definitions.map(\.id)).count == IndexCatalog.standard.definitions.count)
    }

    @Test func `is refused when it is cut, lengthened or of another shape`() throws {
        let bytes = IndexCatalog.standard.bytes
        for length in 0..<bytes.count {
            #expect(throws: EntryValueError.self) { try IndexCatalog(Array(bytes[..<length])) }
        }
        #expect(throws: EntryValueError.self) { try IndexCatalog(bytes + [0]) }
        let hostile: [[UInt8]] = [
            [0x9B, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0x81, 0x80],
            [0x81, 0x83, 0x01, 0x19, 0x01, 0x00, 0x80],
            [0x81, 0x83, 0x20, 0x01, 0x80], [0x81, 0x03], [0x82, 0x02, 0x83, 0x01, 0x01, 0x01],
            [0x82, 0x02, 0x84, 0x01, 0x01, 0x03, 0x80], [0x82, 0x02, 0x84, 0x01, 0x00, 0x01, 0x80],
            [0x83, 0x02, 0x84, 0x02, 0x01, 0x01, 0x80, 0x84, 0x01, 0x01, 0x01, 0x80],
            [0x81, 0x83, 0x01, 0x01, 0x81, 0x41, 0x61], [0xA0], [0x60],
        ]
        for bytes in hostile {
            #expect(throws: EntryValueError.self, "\(bytes)") { try IndexCatalog(bytes) }
        }
    }

    @Test func `changed bytes never stop the program`() {
        var random = SeededGenerator(seed: 21)
        let bytes = IndexCatalog.standard.bytes
        var refused = 0
        for _ in 0..<3_000 {
            var changed = bytes
            changed[Int.random(in: 0..<bytes.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            do throws(EntryValueError) {
                #expect(try IndexCatalog(changed).bytes.count <= changed.count)
            } catch {
                refused += 1
                #expect(!error.description.isEmpty)
            }
        }
        #expect(refused > 300)
    }
}

/// What conditions select, as a query has it.
func selection(_ conditions: String, from type: String = "Observation") throws -> Selection {
    let query = try Query("SELECT id FROM \(type)" + (conditions.isEmpty ? "" : " WHERE " + conditions))
    guard case .select(let select, _) = query.plan else { throw QueryError.missingActor }
    return select.selection
}

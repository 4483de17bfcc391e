import AvowConsent
import AvowFHIR
import AvowProof
import Testing

@testable import AvowQuery

@Suite struct `How groups are found` {
    private func reading(_ text: String) throws -> GroupReading? {
        let query = try Query(text)
        guard case .select(let select, _) = query.plan, case .groups(let grouping) = select.shape else { return nil }
        let (path, rest) = select.selection.accessPath(groupingByCode: grouping.isByCode) {
            IndexCatalog.standard.codeIndex(of: $0) != nil
        }
        let contents = EntryContents(path, select.selection.type, .standard)
        let isFiltered = rest.contains { contents.decides($0) }
        let isResidual = rest.contains { !contents.decides($0) }
        return grouping.reading(path, contents, isFiltered: isFiltered, isResidual: isResidual)
    }

    @Test(arguments: [
        ("Observation GROUP BY code", GroupReading.borders(nil)),
        ("Observation GROUP BY code, year(date)", .borders(.year)),
        ("Observation GROUP BY year(date), code, month(date), code", .borders(.month)),
        ("Resource GROUP BY code, year(date)", .borders(.year)),
        ("Observation WHERE date >= 2010 GROUP BY code", .borders(nil)),
        ("Observation WHERE code = loinc| AND date < 2010 GROUP BY code, month(date)", .borders(.month)),
        ("Resource WHERE code = 1 GROUP BY code", .borders(nil)),
        ("Observation WHERE code = loinc|1 GROUP BY year(date)", .borders(.year)),
        ("Observation WHERE code = |1 GROUP BY month(date)", .borders(.month)),
        // A record may have several entries here, which the entries themselves must tell.
        ("Observation WHERE code = 1 GROUP BY year(date)", .entries),
        ("Observation WHERE code = loinc| GROUP BY month(date)", .entries),
        ("Observation WHERE code IN (loinc|1, loinc|2) GROUP BY code", .borders(nil)),
        ("Observation WHERE code IN (loinc|1, 2) GROUP BY code", .codes),
        ("Observation WHERE code IN (loinc|1, loinc|2) GROUP BY year(date)", .entries),
        ("Observation WHERE code = loinc|1 AND EXISTS (Condition) GROUP BY code", .codes),
        ("Observation WHERE code = loinc|1 OR code = loinc|2 AND date > 2010 GROUP BY code", .records),
        ("Observation WHERE NOT code = loinc|1 GROUP BY code", .records),
        ("Observation GROUP BY year(date)", .records), ("Observation GROUP BY code, status", .records),
        ("Observation GROUP BY code, date", .records), ("Observation GROUP BY code, year(issued)", .records),
        ("Observation WHERE patient = Patient/1 GROUP BY code", .records),
        ("Observation WHERE code = a AND code = b GROUP BY code", .records),
        ("Resource WHERE _id = 1 GROUP BY code", .records), ("Patient GROUP BY gender", .records),
    ])
    func `depends on what is grouped and on what is left to be tested`(text: String, expected: GroupReading) throws {
        #expect(try reading("SELECT COUNT(*) FROM " + text) == expected)
    }

    @Test func `a catalog that lacks one index leaves all types to their records`() throws {
        guard case .select(let select, _) = try Query("SELECT COUNT(*) FROM Resource GROUP BY code").plan else {
            return
        }
        let selection = select.selection
        #expect(selection.accessPath(groupingByCode: true) { $0 != .medication }.path.description == "all records")
    }
}

@Suite struct `Groups and their counts` {
    private struct Fact {
        var type = ResourceType.observation
        let codes: [(code: String, system: String)]
        let date: Int64?
    }

    private static let loinc = "http://loinc.org"

    private static func source(_ facts: [Fact]) throws -> MemorySource {
        let placed = facts.enumerated().map { number, fact in
            let codings = fact.codes.map { #"{"system":"\#($0.system)","code":"\#($0.code)"}"# }
            let code = #","code":{"coding":[\#(codings.joined(separator: ","))]}"#
            return MemorySource.Placed(
                audience: AudienceID(rawValue: 1), pseudonym: Pseudonym(rawValue: 9), number: UInt64(number),
                type: fact.type, id: "r\(number)",
                json: #"{"resourceType":"\#(fact.type.name)","id":"r\#(number)"\#(code)}"#, codes: fact.codes,
                date: fact.date)
        }
        return try MemorySource(placed, audiences: [1: StorePolicy.standard.defaultAudience], patients: [])
    }

    private static func run(_ text: String, _ source: MemorySource) throws -> [String] {
        let result = try QueryExecutor(Query(text), as: Model.request, over: source).run()
        return result.rows.map { $0.map { $0 == .null ? "null" : $0.text }.joined(separator: " ") }
    }

    private static let byCodeAndYear =
        "SELECT code, year(date), COUNT(*) FROM Observation GROUP BY code, year(date)"

    private static func year(_ year: Int64) -> Int64 { (year - 1970) * 31_556_952_000 + 86_400_000 }

    @Test func `a group costs a leap, however many records it has, and opens none`() throws {
        var facts: [Fact] = []
        for code in ["a", "b", "c"] {
            for year in [2001, 2002] as [Int64] {
                facts += (0..<50).map { Fact(codes: [(code, Self.loinc)], date: Self.year(year) + $0) }
            }
        }
        let source = try Self.source(facts)
        #expect(
            try Self.run(Self.byCodeAndYear, source)
                == ["a", "b", "c"].flatMap { code in
                    ["2001", "2002"].map { "http://loinc.org|\(code) \($0) 50" }
                })
        #expect(source.leaps == 6 && source.recordsRead == 0)
        // A limit ends it early; an order needs all.
        #expect(try Self.run(Self.byCodeAndYear + " LIMIT 2", source).count == 2)
        #expect(source.leaps == 8)
        #expect(
            try Self.run(Self.byCodeAndYear + " ORDER BY code DESC LIMIT 1", source) == ["http://loinc.org|c 2001 50"])
        #expect(source.leaps == 14)
    }

    @Test func `records without a date are a group of their own, and those without a code are in none`() throws {
        let source = try Self.source([
            Fact(codes: [("a", Self.loinc)], date: nil), Fact(codes: [("a", Self.loinc)], date: Self.year(2001)),
            Fact(codes: [], date: Self.year(2001)), Fact(codes: [("a", "")], date: nil),
        ])
        #expect(
            try Self.run(Self.byCodeAndYear, source)
                == ["|a null 1", "http://loinc.org|a null 1", "http://loinc.org|a 2001 1"])
        #expect(
            try Self.run("SELECT COUNT(*), code FROM Observation GROUP BY code", source)
                == ["1 |a", "2 http://loinc.org|a"])
        #expect(
            try Self.run("SELECT code, COUNT(*) FROM Observation WHERE date < 9000 GROUP BY code", source)
                == ["http://loinc.org|a 1"])
    }

    @Test func `a record counts once in the group of each of its codes that is asked for`() throws {
        let source = try Self.source([
            Fact(codes: [("a", Self.loinc), ("b", Self.loinc), ("a", "urn:s")], date: Self.year(2001)),
            Fact(codes: [("b", Self.loinc)], date: Self.year(2002)),
        ])
        let byCode = " GROUP BY code ORDER BY code"
        #expect(
            try Self.run("SELECT code, COUNT(*) FROM Observation" + byCode, source)
                == ["http://loinc.org|a 1", "http://loinc.org|b 2", "urn:s|a 1"])
        #expect(
            try Self.run("SELECT code, COUNT(*) FROM Observation WHERE code = a" + byCode, source)
                == ["http://loinc.org|a 1", "urn:s|a 1"])
        #expect(
            try Self.run(
                "SELECT code, COUNT(*) FROM Observation WHERE code = 'urn:s|a' AND code = loinc|b" + byCode, source)
                == ["http://loinc.org|b 1", "urn:s|a 1"])
        // Without the code it is one record.
        #expect(
            try Self.run(
                "SELECT year(date), COUNT(*) FROM Observation WHERE code = loinc| GROUP BY year(date)", source)
                == ["2001 1", "2002 1"])
    }

    @Test func `types and what they share are gathered`() throws {
        let source = try Self.source([
            Fact(type: .condition, codes: [("a", "urn:s")], date: Self.year(2001)),
            Fact(type: .procedure, codes: [("a", "urn:s")], date: Self.year(2001)),
            Fact(type: .procedure, codes: [("b", "urn:s")], date: Self.year(2003)),
        ])
        #expect(
            try Self.run("SELECT code, year(date), COUNT(*) FROM Resource GROUP BY code, year(date)", source)
                == ["urn:s|a 2001 2", "urn:s|b 2003 1"])
        #expect(source.recordsRead == 0)
    }

    @Test func `codes that differ in their bytes are different groups, however they look`() throws {
        let source = try Self.source([
            Fact(codes: [("é", "")], date: nil), Fact(codes: [("e\u{301}", "")], date: nil),
            Fact(codes: [("x|y", "")], date: nil), Fact(codes: [("y", "x")], date: nil),
        ])
        for clause in ["GROUP BY code", "GROUP BY code, resourceType"] {
            let rows = try Self.run("SELECT COUNT(*), code FROM Observation " + clause, source)
            #expect(rows.count == 4 && rows.allSatisfy { $0.hasPrefix("1 ") }, "\(rows)")
            #expect(Set(rows.map { Array($0.utf8) }).count == 4)
        }
    }

    @Test func `dates at the ends of what 64 bits hold are counted`() throws {
        let dates: [Int64?] = [.min, .min + 1, -62_135_596_800_001, 0, .max - 1, .max, nil]
        let source = try Self.source(dates.map { Fact(codes: [("a", "")], date: $0) })
        let rows = try Self.run("SELECT COUNT(*), year(date) FROM Observation GROUP BY code, year(date)", source)
        #expect(rows == ["1 null", "2 -292275055", "1 0000", "1 1970", "2 292278994"])
        let months = try Self.run("SELECT COUNT(*), month(date) FROM Observation GROUP BY code, month(date)", source)
        #expect(months == ["1 null", "2 -292275055-05", "1 0000-12", "1 1970-01", "2 292278994-08"])
    }

    @Test func `columns have their names, and names stand for columns`() throws {
        let source = try Self.source([Fact(codes: [("a", "")], date: 0), Fact(codes: [("b", "")], date: 0)])
        let query = try Query(
            "SELECT COUNT(*), month(date), code AS c, COUNT(*) AS n FROM Observation GROUP BY month(date), c ORDER BY n, c DESC"
        )
        let result = try QueryExecutor(query, as: Model.request, over: source).run()
        #expect(result.columns == ["count", "month(date)", "c", "n"])
        #expect(
            result.rows == ["|b", "|a"].map { [.number("1"), .string("1970-01"), .string($0), .number("1")] })
    }

    @Test func `nothing makes no groups, and without GROUP BY one`() throws {
        let source = try Self.source([])
        #expect(try Self.run(Self.byCodeAndYear, source) == [])
        #expect(try Self.run("SELECT COUNT(*), COUNT(*) AS n FROM Observation", source) == ["0 0"])
        #expect(try Self.run(Self.byCodeAndYear + " LIMIT 0", source) == [])
        let never = "SELECT code FROM Observation WHERE date > 2010 AND date < 2009 GROUP BY code"
        #expect(try Self.run(never, source) == [])
    }

    @Test func `groups beyond what memory may hold are an error`() throws {
        var grouping = Grouping()
        grouping.terms = [.code]
        var table = GroupTable(grouping)
        for number in 0..<QueryLimits.groups { try table.append([number], count: 1) }
        #expect {
            try table.append([0], count: 1)
        } throws: { error in
            guard case QueryError.tooManyGroups(QueryLimits.groups) = error else { return false }
            return "\(error)".contains("1000000 groups")
        }
    }

    @Test func `an entry that holds something else is named`() throws {
        let wrongs: [[UInt8]] = [
            [0x15, 1], [0x02, 0x61, 0, 0x02, 0, 0x02, 0], [0x02, 0x61, 0, 0x02, 0], [0x02, 0x61, 0, 0],
        ]
        for wrong in wrongs {
            let key = try #require(TreeKey(bytes: [0x15, 5] + wrong, realmByteCount: 2, orderByteCount: wrong.count))
            var grouping = Grouping()
            grouping.terms = [.code]
            var scan = BorderScan(grouping, nil, EntryContents(codesAndDates: ()), isWhole: true)
            let codes = CodeRange(token: nil, dates: nil)
            let source = OneKey(key: key)
            #expect(throws: QueryError.self, "\(wrong)") {
                try scan.run(over: KeyRange(prefix: [0x15, 5]), codes, of: source, until: .max)
            }
        }
    }
}

/// A source of one entry, which need not be what an index holds.
private struct OneKey: RecordSource {
    let key: TreeKey

    struct Leaps: SkipCursor {
        mutating func skip(to bound: [UInt8]) throws(QueryError) -> (count: UInt64, key: KeyPlace?) { (1, nil) }
    }

    func skipCursor(over range: KeyRange) throws(QueryError) -> (cursor: Leaps, key: KeyPlace?) {
        let place = KeyPlace(
            key.bytes, from: 0, realmByteCount: key.realmByteCount, orderByteCount: key.orderByteCount)
        return (Leaps(), place)
    }

    func entry(for key: TreeKey) throws(QueryError) -> MemorySource.Entry? { nil }
    func cursor(over range: KeyRange, descending: Bool) throws(QueryError) -> MemorySource.Cursor {
        throw .missingActor
    }
    func count(in range: KeyRange) throws(QueryError) -> UInt64 { 0 }
    func value(of entry: MemorySource.Entry) throws(QueryError) -> [UInt8] { [] }
    func record(_ wanted: WantedRecord<MemorySource.Entry>) throws(QueryError) -> [UInt8] { [] }
}

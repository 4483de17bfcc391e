import AvowConsent
import AvowFHIR
import AvowProof
import Foundation
import TestSupport
import Testing

@testable import AvowQuery

/// What is computed of groups, and of other records of a patient, against computing it of a list.
@Suite struct `Aggregates and joined values` {
    /// An observation of a patient with a number, perhaps.
    private struct Fact {
        let patient: Int
        let code: String
        /// Days behind the start of 2020.
        let day: Int
        let value: String?

        var date: String {
            let date = Date(timeIntervalSince1970: 1_577_836_800 + Double(day) * 86_400)
            return String(date.ISO8601Format().prefix(10))
        }
    }

    private static let audience = AudienceID(rawValue: 1)

    private static func source(_ facts: [Fact], catalog: IndexCatalog? = .standard) throws -> MemorySource {
        var records: [(type: ResourceType, patient: Int, json: String)] = facts.enumerated().map { number, fact in
            let value = fact.value.map { #","valueQuantity":{"value":\#($0)}"# } ?? ""
            return (
                .observation, fact.patient,
                #"{"resourceType":"Observation","id":"o\#(number)","code":{"coding":[{"system":"http://s","code":"\#(fact.code)"}]},"subject":{"reference":"Patient/p\#(fact.patient)"},"effectiveDateTime":"\#(fact.date)"\#(value)}"#
            )
        }
        for patient in 0..<5 {
            records.append(
                (
                    .patient, patient,
                    #"{"resourceType":"Patient","id":"p\#(patient)","birthDate":"19\#(50 + patient * 7)-06-15"}"#
                ))
        }
        let placed = try records.enumerated().map { number, record in
            let resource = try JSONParser().parse(Array(record.json.utf8)).root
            return MemorySource.Placed(
                audience: audience, pseudonym: Pseudonym(rawValue: UInt64(record.patient + 1)), number: UInt64(number),
                type: record.type, id: resource["id"]?.string ?? "", json: record.json,
                codes: Indexing.codes(of: resource, type: record.type).map { ($0.code, $0.system) },
                date: Indexing.clinicalDate(of: resource, type: record.type))
        }
        return try MemorySource(
            placed, audiences: [1: StorePolicy.standard.defaultAudience],
            patients: (0..<5).map { (audience, "p\($0)", Pseudonym(rawValue: UInt64($0 + 1))) }, catalog: catalog)
    }

    private static func facts(_ seed: UInt64) -> [Fact] {
        var random = SeededGenerator(seed: seed)
        return (0..<Int.random(in: 0...40, using: &random)).map { _ in
            Fact(
                patient: Int.random(in: 0..<4, using: &random), code: ["a", "b"].randomElement(using: &random) ?? "a",
                day: Int.random(in: 0..<900, using: &random),
                value: ["1", "2.50", "-3", "0.1", "10.25", "7", nil].randomElement(using: &random) ?? nil)
        }
    }

    private static func run(_ text: String, _ source: MemorySource) throws -> [[Cell]] {
        try QueryExecutor(Query(text), as: Model.request, over: source).run().rows
    }

    private static func number(_ cell: Cell) -> Decimal? {
        if case .number(let text) = cell { Decimal(string: text) } else { nil }
    }

    @Test(arguments: [51, 52, 53, 54, 55, 56] as [UInt64])
    func `numbers of groups are those of a list`(seed: UInt64) throws {
        let facts = Self.facts(seed)
        let source = try Self.source(facts)
        let rows = try Self.run(
            """
            SELECT code, COUNT(*), COUNT(value.value), COUNT(DISTINCT value.value), SUM(value.value), MIN(value.value),
              MAX(value.value), MEDIAN(value.value), PERCENTILE(value.value, 25), AVG(value.value), COUNT(DISTINCT patient)
            FROM Observation GROUP BY code ORDER BY code
            """, source)
        let codes = Set(facts.map(\.code)).sorted()
        #expect(rows.map { $0[0].text } == codes.map { "http://s|" + $0 }, "seed \(seed)")
        for (code, row) in zip(codes, rows) {
            let own = facts.filter { $0.code == code }
            let numbers = own.compactMap(\.value).compactMap { Decimal(string: $0) }.sorted()
            func percentile(_ percent: Decimal) -> Decimal? {
                guard let last = numbers.last else { return nil }
                let place = percent / 100 * Decimal(numbers.count - 1)
                let index = NSDecimalNumber(decimal: place).intValue
                guard index + 1 < numbers.count else { return last }
                return numbers[index] + (numbers[index + 1] - numbers[index]) * (place - Decimal(index))
            }
            #expect(row[1] == .number(String(own.count)), "seed \(seed)")
            #expect(row[2] == .number(String(numbers.count)), "seed \(seed)")
            #expect(row[3] == .number(String(Set(own.compactMap(\.value)).count)), "seed \(seed)")
            let sum = numbers.reduce(0, +)
            #expect(Self.number(row[4]) == (numbers.isEmpty ? nil : sum), "seed \(seed)")
            #expect(Self.number(row[5]) == numbers.first, "seed \(seed)")
            #expect(Self.number(row[6]) == numbers.last, "seed \(seed)")
            #expect(Self.number(row[7]) == percentile(50), "seed \(seed)")
            #expect(Self.number(row[8]) == percentile(25), "seed \(seed)")
            if let average = Self.number(row[9]) {
                let difference = average * Decimal(numbers.count) - sum
                #expect(difference.magnitude < Decimal(string: "1e-20") ?? 0, "seed \(seed)")
            } else {
                #expect(numbers.isEmpty)
            }
            #expect(row[10] == .number(String(Set(own.map(\.patient)).count)), "seed \(seed)")
        }
    }

    @Test(arguments: [61, 62, 63, 64] as [UInt64])
    func `the latest rows of each patient, and values of other records, are those of a list`(seed: UInt64) throws {
        let facts = Self.facts(seed)
        let source = try Self.source(facts)
        let latest = try Self.run(
            "SELECT patient, date, age((SELECT birthDate FROM Patient), date) AS old FROM Observation WHERE code = a ORDER BY date DESC LIMIT 2 PER patient",
            source)
        var expected: [String: [String]] = [:]
        for fact in facts.filter({ $0.code == "a" }).sorted(by: { $0.day > $1.day }) {
            let patient = "Patient/p\(fact.patient)"
            if expected[patient, default: []].count < 2 { expected[patient, default: []].append(fact.date) }
        }
        for (patient, dates) in expected {
            #expect(latest.filter { $0[0].text == patient }.map { $0[1].text } == dates, "seed \(seed)")
        }
        #expect(latest.count == expected.values.reduce(0) { $0 + $1.count }, "seed \(seed)")
        for row in latest {
            let patient = Int(row[0].text.suffix(1)) ?? 0
            let year = Int(row[1].text.prefix(4)) ?? 0
            let isBefore = row[1].text.suffix(5) < "06-15"
            #expect(row[2] == .number(String(year - (1950 + patient * 7) - (isBefore ? 1 : 0))), "seed \(seed)")
        }
        let counts = try Self.run(
            "SELECT id, (SELECT COUNT(*) FROM Observation WHERE code = b) AS n, (SELECT MAX(value.value) FROM Observation) FROM Patient ORDER BY id",
            source)
        for (patient, row) in counts.enumerated() {
            let own = facts.filter { $0.patient == patient }
            #expect(row[1] == .number(String(own.count { $0.code == "b" })), "seed \(seed)")
            #expect(
                Self.number(row[2]) == own.compactMap(\.value).compactMap { Decimal(string: $0) }.max(), "seed \(seed)")
        }
    }

    @Test func `HAVING, DISTINCT, OFFSET and buckets`() throws {
        let facts = (0..<12).map { Fact(patient: $0 % 3, code: "a", day: $0 * 50, value: String($0)) }
        let source = try Self.source(facts)
        func texts(_ text: String) throws -> [String] {
            try Self.run(text, source).map { $0.map(\.text).joined(separator: " ") }
        }
        #expect(
            try texts("SELECT bucket(value.value, 5) AS b, COUNT(*) FROM Observation GROUP BY b ORDER BY b")
                == ["0 5", "5 5", "10 2"])
        #expect(
            try texts(
                "SELECT patient, SUM(value.value) AS s FROM Observation GROUP BY patient HAVING s > 18 AND NOT s = 26 ORDER BY s"
            ) == ["Patient/p1 22"])
        #expect(try texts("SELECT COUNT(*) FROM Observation HAVING COUNT(*) > 12") == [])
        #expect(
            try texts("SELECT DISTINCT patient FROM Observation ORDER BY patient DESC") == [
                "Patient/p2", "Patient/p1", "Patient/p0",
            ])
        #expect(
            try texts("SELECT DISTINCT patient FROM Observation ORDER BY patient LIMIT 1 OFFSET 1") == ["Patient/p1"])
        #expect(try texts("SELECT value.value FROM Observation ORDER BY value.value OFFSET 10") == ["10", "11"])
        #expect(try texts("SELECT MIN(date), MAX(date), COUNT(*) FROM Observation WHERE code = |a") == ["  0"])
    }

    @Test func `the first and the last date are read at the ends of a range`() throws {
        let facts = (0..<30).map { Fact(patient: $0 % 3, code: "a", day: $0 * 20, value: nil) }
        let source = try Self.source(facts)
        let text = "SELECT MIN(date), MAX(date), COUNT(*) FROM Observation WHERE code = 'http://s|a'"
        let read = source.recordsRead
        #expect(
            try Self.run(text, source) == [[.string("2020-01-01"), .string(facts[29].date), .number("30")]])
        #expect(source.recordsRead - read == 2)
        #expect(try Self.run(text, Self.source(facts, catalog: nil)) == Self.run(text, source))
    }

    @Test func `sets and patients are counted without opening a record`() throws {
        let facts = (0..<30).map { Fact(patient: $0 % 3, code: $0 % 2 == 0 ? "a" : "b", day: $0 * 20, value: nil) }
        for (text, count) in [
            ("SELECT COUNT(DISTINCT patient) FROM Observation WHERE code = 'http://s|a'", 3),
            (
                "SELECT COUNT(*) FROM Observation WHERE code = 'http://s|a' AND EXISTS (Observation WHERE code = 'http://s|b')",
                15
            ),
            (
                "SELECT COUNT(*) FROM Observation WHERE code = 'http://s|a' AND AFTER FIRST (Observation WHERE code = 'http://s|b')",
                13
            ),
            ("SELECT COUNT(*) FROM Patient WHERE patient NOT IN (SELECT patient FROM Observation)", 2),
            (
                "SELECT COUNT(*) FROM Patient WHERE patient IN (SELECT patient FROM Observation GROUP BY patient HAVING COUNT(*) > 10)",
                0
            ),
        ] {
            let source = try Self.source(facts)
            #expect(try Self.run(text, source) == [[.number(String(count))]], "\(text)")
            #expect(source.recordsRead == 0, "\(text)")
        }
    }

    @Test func `what is no number cannot be added, and a condition that says several things is an error`() throws {
        let source = try Self.source([Fact(patient: 0, code: "a", day: 0, value: "1")])
        #expect {
            try Self.run("SELECT SUM(status.exists()) FROM Observation", source)
        } throws: { "\($0)".contains("SUM is of numbers, and there is false") }
        #expect {
            try Self.run("SELECT id FROM Observation WHERE PATH(id | subject.reference)", source)
        } throws: { "\($0)".contains("several items in Observation/o0") }
    }

    @Test func `EXPLAIN tells what is read, as a tree and as JSON`() throws {
        let facts = (0..<30).map { Fact(patient: $0 % 3, code: "a", day: $0 * 20, value: "1") }
        let source = try Self.source(facts)
        let question =
            "SELECT id FROM Observation WHERE code = 'http://s|a' AND value-quantity > 0 AND EXISTS (Patient) ORDER BY id"
        let explanation = try QueryExecutor(Query("EXPLAIN " + question), as: Model.request, over: source).explain()
        #expect(
            explanation.description == """
                audiences that admit the request: 1
                ├─ set 1
                │  ├─ from all of Patient, by id
                │  ├─ ranges: 1, with 5 entries
                │  └─ entries are read, no record is opened
                └─ the query
                   ├─ from index by code and date of Observation: http://s|a
                   ├─ ranges: 1, with 30 entries
                   ├─ tested on entries: patient in set 1
                   ├─ tested on opened records: value-quantity is as asked
                   └─ selected records are opened, and the rows sorted
                """)
        #expect(source.recordsRead == 0)
        #expect(try Self.run("EXPLAIN " + question, source).map { $0[0].text } == explanation.lines)
        let json = try JSONParser().parse(Array(explanation.json.utf8)).root
        #expect(json["steps"]?[1]?["entries"]?.numberText == "30")
        let (result, analysis) = try QueryExecutor(
            Query("EXPLAIN ANALYZE " + question), as: Model.request, over: source
        ).analyze()
        #expect(result.rows.count == 30)
        #expect(analysis.steps.map { $0.measured?.recordCount } == [0, 30])
        #expect(analysis.steps.map { $0.measured?.entryCount } == [5, 30])
        #expect(throws: QueryError.self) { try Self.run("EXPLAIN ANALYZE " + question, source) }
    }
}

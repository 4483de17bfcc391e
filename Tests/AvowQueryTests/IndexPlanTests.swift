import AvowConsent
import AvowFHIR
import AvowProof
import TestSupport
import Testing

@testable import AvowQuery

/// What is answered over indexes, beside what records alone answer.
@Suite struct `Plans over any index` {
    /// The standard indexes, and others that the plans of the questions below may use.
    static let wide: IndexCatalog = {
        var catalog = IndexCatalog.standard
        let others: [(ResourceType, [String])] = [
            (.observation, ["code", "value-quantity"]), (.observation, ["status"]), (.encounter, ["status", "date"]),
            (.diagnosticReport, ["result"]), (.patient, ["birthdate", "death-date"]), (.patient, ["active"]),
        ]
        for (type, columns) in others {
            catalog.put(IndexDefinition(id: catalog.nextID, type: type, columns: columns.map { IndexColumn($0) }))
        }
        return catalog
    }()

    /// The others, and those that show what questions ask for.
    private static let showing: IndexCatalog = {
        var catalog = wide
        let others: [(ResourceType, [String])] = [
            (
                .observation,
                [
                    "code", "date", "PATH(value.value)", "PATH(value.unit)", "PATH(patient)", "PATH(date)", "PATH(id)",
                ]
            ),
            (.observation, ["code", "PATH(value.value)"]), (.observation, ["code", "PATH(note.text)"]),
            (.observation, ["PATH( value . unit )", "PATH(value.value)", "value-quantity"]),
            (.observation, ["PATH(note.text)", "PATH(id)", "status", "PATH(value.value > 4)"]),
            (.encounter, ["status", "date", "PATH(class.code)", "PATH(patient)", "PATH(id)", "PATH(date)"]),
            (.diagnosticReport, ["PATH(id)", "date", "PATH(patient)", "PATH(date)"]),
            (.patient, ["PATH(gender)", "PATH(id)", "PATH(birthDate)", "PATH(patient)"]),
        ]
        for (type, columns) in others {
            catalog.put(IndexDefinition(id: catalog.nextID, type: type, columns: columns.map { IndexColumn($0) }))
        }
        return catalog
    }()

    @Test(arguments: [UInt64(21), 22, 23, 24, 25])
    func `give the rows that the records give`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var (compared, spared) = (0, 0)
        for round in 0..<6 {
            let records = IndexedRecords(count: Int.random(in: 0...60, using: &random), using: &random)
            let plain = try records.source(nil)
            let sources = [
                try records.source(.standard), try records.source(Self.wide), try records.source(Self.showing),
            ]
            for number in 0..<60 {
                let text = IndexedStatements.statement(using: &random)
                let place = "seed \(seed), round \(round), statement \(number): \(text)"
                let expected = try QueryExecutor(Query(text), as: Model.request, over: plain).run()
                for (index, source) in sources.enumerated() {
                    let before = source.recordsRead
                    let executor = QueryExecutor(try Query(text), as: try Model.request, over: source)
                    let found = try executor.run()
                    #expect(found.columns == expected.columns, "\(place)")
                    let plan = try executor.explain()
                    #expect(found.rows == expected.rows, "catalog \(index), \(place)\n\(plan)")
                    if source.recordsRead == before, !found.rows.isEmpty { spared += 1 }
                }
                if !expected.rows.isEmpty { compared += 1 }
            }
        }
        #expect(compared > 120)
        #expect(spared > 40)
    }

    private func read(_ text: String, _ catalog: IndexCatalog = wide) throws -> (
        records: Int, entries: Int, plan: String
    ) {
        var random = SeededGenerator(seed: 5)
        let source = try IndexedRecords(count: 400, using: &random).source(catalog)
        let executor = QueryExecutor(try Query(text), as: try Model.request, over: source)
        let plan = try executor.explain().description
        let before = source.entriesRead
        _ = try executor.run()
        return (source.recordsRead, source.entriesRead - before, plan)
    }

    @Test(arguments: [
        "SELECT month(date), class.code, COUNT(*) FROM Encounter WHERE date >= 2010 GROUP BY month(date), class.code",
        "SELECT year(date), COUNT(DISTINCT patient) FROM Encounter WHERE class = EMER GROUP BY year(date)",
        "SELECT class.code, class.system, COUNT(*) FROM Encounter GROUP BY class.code, class.system",
        "SELECT gender, bucket(age(birthDate, @2020-01-01), 10), COUNT(*) FROM Patient WHERE birthdate < 2020 "
            + "GROUP BY gender, bucket(age(birthDate, @2020-01-01), 10)",
        "SELECT code, COUNT(DISTINCT patient) FROM Observation WHERE value-quantity IS NULL GROUP BY code",
        "SELECT code, COUNT(DISTINCT patient) FROM Observation WHERE NOT code = http://s|a GROUP BY code",
        "SELECT COUNT(*) FROM Observation WHERE code = http://s|b AND NOT code IN (http://s|a, http://s|c)",
        "SELECT COUNT(*) FROM Observation WHERE code = a AND value-quantity > 3 'mg'",
        "SELECT COUNT(*) FROM Encounter WHERE class = EMER AND NOT BEFORE (Encounter)",
        "SELECT COUNT(*) FROM Patient WHERE birthdate >= 1950 AND death-date IS NULL",
        "SELECT birthDate FROM Patient WHERE birthdate < 1990 ORDER BY birthDate DESC LIMIT 3",
        "SELECT DISTINCT class.code FROM Encounter",
    ])
    func `open no record where entries tell all`(text: String) throws {
        let (records, _, plan) = try read(text)
        #expect(records == 0, "\(plan)")
    }

    @Test(arguments: [
        "SELECT patient, date, value.value AS v, value.unit FROM Observation WHERE code = http://s|a ORDER BY date, v",
        "SELECT patient, value.value FROM Observation WHERE code IN (http://s|a, http://s|b) AND date >= 2001",
        "SELECT year(date), COUNT(value.value), MIN(value.value), MAX(date) FROM Observation WHERE code = http://s|a "
            + "GROUP BY year(date)",
        "SELECT id, bucket(value.value, 5) FROM Observation WHERE code = http://s|a AND PATH(value.value >= 4 and "
            + "value.unit in ('mg' | 'g'))",
        "SELECT id FROM Observation WHERE code = http://s|a AND NOT (PATH(value.unit.startsWith('m')) OR "
            + "PATH(value.value.empty()))",
        "SELECT patient, COUNT(DISTINCT class.code) FROM Encounter WHERE status = planned GROUP BY patient",
        "SELECT patient, (SELECT value.value FROM Observation WHERE code = http://s|a ORDER BY date, id) FROM Patient",
        "SELECT id, patient FROM DiagnosticReport ORDER BY date DESC, id",
        "SELECT id, gender, birthDate FROM Patient ORDER BY birthDate LIMIT 5",
    ])
    func `open no record where columns show what is asked for`(text: String) throws {
        let (records, _, plan) = try read(text, Self.showing)
        // Some numbers have more digits than keys hold.
        #expect(records < 8, "\(plan)")
        #expect(try read(text).records > records * 3)
    }

    @Test func `the least and the greatest value are read at the ends of ranges`() throws {
        let text = "SELECT MIN(value.value) AS least, MAX(value.value) AS greatest, COUNT(*) FROM Observation"
        let (records, entries, plan) = try read(text + " WHERE code = http://s|a", Self.showing)
        // One entry at either end, under each of three audiences; and those of the audiences.
        #expect(records == 0 && entries < 16, "\(plan)")
        #expect(plan.contains("the entry at one end of each range"), "\(plan)")
        #expect(try read(text + " WHERE code = http://s|a AND status = final", Self.showing).entries > 16)
    }

    @Test(arguments: [
        ("code", "", 6), ("code", " WHERE date >= 2001 AND date < 2003", 6), ("code", " WHERE code = a", 2),
        ("year(date)", " WHERE code = http://s|b", 6), ("code, year(date)", "", 18),
    ])
    func `the first and the last date of each group are read at its ends`(
        terms: String, condition: String, most: Int
    ) throws {
        let text = "SELECT \(terms), MIN(date), MAX(date), COUNT(*) FROM Observation\(condition) GROUP BY \(terms)"
        let (records, entries, plan) = try read(text, .standard)
        // Under each of three audiences a record at either end, at most; and the entries of the audiences.
        #expect(records > 0 && records <= 3 * most && entries <= 3 * most + 8, "\(records), \(entries)\n\(plan)")
        #expect(plan.contains("whose records are opened for the dates"), "\(plan)")
        let last = "SELECT \(terms), MAX(date) FROM Observation\(condition) GROUP BY \(terms)"
        #expect(try read(last, .standard).records * 2 <= records + 6)
    }

    /// Indexes with columns that show what is compared, and no others that show as much.
    private static let compared: IndexCatalog = {
        var catalog = IndexCatalog.standard
        let others: [(ResourceType, [String])] = [
            (.observation, ["code", "PATH(value.value)", "PATH(id)"]), (.observation, ["PATH(value.unit)"]),
            (.patient, ["PATH(gender)"]),
        ]
        for (type, columns) in others {
            catalog.put(IndexDefinition(id: catalog.nextID, type: type, columns: columns.map { IndexColumn($0) }))
        }
        return catalog
    }()

    @Test func `comparisons with what a column shows bound what is read of it`() throws {
        let text = "SELECT id FROM Observation WHERE code = http://s|a"
        let all = try read(text + " AND PATH(value.value.exists())", Self.compared)
        for condition in [
            "value.value > 10", "11 <= value.value", "value.value = 4.50", "-2 >= value.value",
            "value.value > 3 and value.value <= 4", "value.value < 5 and value.unit = 'g' and 4 < value.value",
        ] {
            let (records, entries, plan) = try read(text + " AND PATH(\(condition))", Self.compared)
            // Some numbers have more digits than keys hold, and their records are read.
            #expect(entries * 2 < all.entries, "\(condition): \(entries) of \(all.entries)\n\(plan)")
            #expect(records * 2 < all.entries && plan.contains("PATH(value.value)"), "\(plan)")
        }
        // The first column of an index leads by itself.
        let unit = try read("SELECT COUNT(*) FROM Observation WHERE PATH('mg' = value.unit)", Self.compared)
        #expect(unit.plan.contains("index Observation-PATH(value.unit)") && unit.records < 8, "\(unit.plan)")
        let gender = try read("SELECT COUNT(*) FROM Patient WHERE PATH(gender = 'other')", Self.compared)
        #expect(gender.plan.contains("index Patient-PATH(gender)") && gender.records == 0, "\(gender.plan)")
    }

    @Test func `behind entries without a value those that have one are leapt over`() throws {
        let text = "SELECT code, COUNT(*) FROM Observation"
        let grouped = " GROUP BY code"
        let all = try read(text + " WHERE status = final OR status = amended" + grouped, Self.wide)
        let missing = try read(text + " WHERE value-quantity IS NULL" + grouped, Self.wide)
        let present = try read(text + " WHERE value-quantity IS NOT NULL" + grouped, Self.wide)
        #expect(missing.records == 0 && present.records == 0, "\(missing.plan)\n\(present.plan)")
        // Two of three have a value: one of these is read for each of three codes, under each of three audiences.
        #expect(missing.entries * 2 < present.entries, "\(missing.entries) of \(present.entries), \(all.entries)")
    }

    @Test func `the first of each patient is looked for in an index that has the order asked for`() throws {
        var catalog = IndexCatalog.standard
        for columns in [
            ["code", "value-quantity", "date", "PATH(patient)"], ["code", "date", "value-quantity", "PATH(patient)"],
        ] {
            let columns = columns.map { IndexColumn($0) }
            catalog.put(IndexDefinition(id: catalog.nextID, type: .observation, columns: columns))
        }
        let text = "SELECT patient FROM Observation WHERE code = http://s|a ORDER BY date LIMIT 1 PER patient"
        let (records, _, plan) = try read(text, catalog)
        #expect(records == 0 && plan.contains("index Observation-code-date-value-quantity"), "\(plan)")
    }

    @Test func `a condition that needs more than columns show is asked of records`() throws {
        for condition in [
            "value.value > 4 and status = 'final'", "value.unit.where($this = 'mg').exists()", "value.is(Quantity)",
            "value.value * 2 > 7",
        ] {
            let text = "SELECT id FROM Observation WHERE code = http://s|a AND PATH(\(condition))"
            #expect(try read(text, Self.showing).records > 0, "\(condition)")
        }
    }

    @Test func `rows in the order of several places are read until there are enough, and those that tie`() throws {
        let text =
            "SELECT id, date FROM Observation WHERE code IN (http://s|a, http://s|b) ORDER BY date DESC, id LIMIT 5"
        let (records, entries, plan) = try read(text)
        #expect(records >= 5 && records < 30, "\(plan)")
        #expect(entries < 60)
        #expect(plan.contains("until there are 5 rows and those that tie with the last"))
    }

    @Test func `of the first rows of each patient no others are opened`() throws {
        let text =
            "SELECT patient, date FROM Observation WHERE code = http://s|a ORDER BY date DESC, patient LIMIT 1 PER patient"
        let all = try read("SELECT id FROM Observation WHERE code = http://s|a")
        let first = try read(text)
        #expect(first.records < all.records, "\(first.plan)")
    }

    @Test func `two indexes are read together when both are narrow`() throws {
        let measured = "SELECT id FROM Observation WHERE code = http://s|a AND value-quantity > 6 'mg'"
        let (one, both) = (try read(measured), try read(measured + " AND status = final"))
        #expect(both.plan.contains(", and index"), "\(both.plan)")
        #expect(both.records < one.records, "\(both.plan)")
    }

    @Test func `an index that lacks a record does not lead to all`() throws {
        let text = "SELECT class.code, COUNT(*) FROM Encounter GROUP BY class.code"
        var random = SeededGenerator(seed: 5)
        let records = IndexedRecords(count: 200, hasClassless: true, using: &random)
        let source = try records.source(Self.wide)
        let found = try QueryExecutor(Query(text), as: Model.request, over: source).run()
        #expect(found.rows.contains { $0[0] == .null })
        #expect(source.recordsRead > 0)
    }

    @Test func `references lead through an index to the records that have them`() throws {
        let text =
            "SELECT id FROM DiagnosticReport WHERE result IN (SELECT _id FROM Observation WHERE code = http://s|a AND value-quantity > 8 'mg')"
        #expect(try read(text).records < read(text, .standard).records)
    }

    /// Consent may put records of one type under very many audiences.
    @Test func `ten thousand audiences are merged by date, one entry of each`() throws {
        var audiences: [UInt64: Audience] = [:]
        var placed: [MemorySource.Placed] = []
        for number in 0..<Self.audienceCount {
            let id = UInt64(number + 1)
            audiences[id] = StorePolicy.standard.defaultAudience
            placed.append(
                MemorySource.Placed(
                    audience: AudienceID(rawValue: id), pseudonym: Pseudonym(rawValue: id), number: 1,
                    type: .observation,
                    id: "o\(number)",
                    json: #"{"resourceType":"Observation","id":"o\#(number)","effectiveDateTime":"2001"}"#,
                    codes: [("a", "http://s")], date: Int64(number)))
        }
        let source = try MemorySource(placed, audiences: audiences, patients: [])
        let text = "SELECT id FROM Observation WHERE code = http://s|a ORDER BY date DESC LIMIT 2"
        let found = try QueryExecutor(Query(text), as: Model.request, over: source).run()
        #expect(found.rows == [[.string("o9999")], [.string("o9998")]])
        #expect(source.recordsRead == 2)
        // That many audiences, an entry of each, and those behind the two.
        #expect(source.entriesRead <= 2 * Self.audienceCount + 2)
    }

    private static let audienceCount = 10_000
}

/// Records of types that have indexes by more than a code.
struct IndexedRecords {
    private var placed: [MemorySource.Placed] = []
    private var patients: [(audience: AudienceID, id: String, pseudonym: Pseudonym)] = []

    static let dates = [
        "2001", "2001-05", "2001-05-03", "2003-02-01T10:00:00Z", "2003-02-01T10:00:00+02:00", "1999-12-31",
    ]

    /// - Parameters:
    ///   - hasClassless: whether some encounters have no class.
    ///   - isMixed: whether patients have many records, of which some stand under another audience than the others, and
    ///     some records belong to no patient.
    init(count: Int, hasClassless: Bool = false, isMixed: Bool = false, using random: inout SeededGenerator) {
        let lacksClass = hasClassless || Int.random(in: 0..<3, using: &random) == 0
        let owners = (0..<max(1, count / (isMixed ? 40 : 6))).map {
            (id: "p\($0)", pseudonym: Pseudonym(rawValue: UInt64($0 * 7 + 3)))
        }
        for (number, owner) in owners.enumerated() {
            let audience = AudienceID(rawValue: UInt64(number % 4 + 1))
            patients.append((audience, owner.id, owner.pseudonym))
            var members = [#""gender":"\#(["male", "female", "other"].randomElement(using: &random) ?? "")""#]
            if Int.random(in: 0..<8, using: &random) > 0 {
                let date = ["1950", "1950-01", "1950-01-01", "1961-07-30", "1990-02", "2004-12-31"]
                members.append(#""birthDate":"\#(date.randomElement(using: &random) ?? "")""#)
            }
            if Int.random(in: 0..<4, using: &random) == 0 { members.append(#""deceasedDateTime":"2019-03-01""#) }
            add(.patient, owner.id, number: UInt64(number), audience, owner.pseudonym, members, codes: [], date: nil)
        }
        var observations: [String] = []
        for number in 0..<count {
            let place = Int.random(in: 0..<owners.count, using: &random)
            var owner = owners[place]
            let isElsewhere = isMixed && number % 5 == 0
            let audience = AudienceID(rawValue: UInt64((isElsewhere ? place + 1 : place) % 4 + 1))
            var members = [#""subject":{"reference":"Patient/\#(owner.id)"}"#]
            if isMixed, number % 11 == 0 { (owner.pseudonym, members) = (.shared, []) }
            var date: String? = Self.dates.randomElement(using: &random)
            if Int.random(in: 0..<6, using: &random) == 0 { date = nil }
            var codes: [(code: String, system: String)] = []
            let types: [ResourceType] = [.observation, .encounter, .diagnosticReport]
            let type = types[Int.random(in: 0..<3, using: &random)]
            let id = "r\(number)"
            let pick = Int.random(in: 0..<4, using: &random)
            switch type {
            case .encounter:
                if !lacksClass || pick > 0 {
                    let code = ["AMB", "EMER", "IMP"].randomElement(using: &random) ?? ""
                    members.append(#""class":{"system":"http://c","code":"\#(code)"}"#)
                }
                members.append(#""status":"\#(["planned", "finished"].randomElement(using: &random) ?? "")""#)
                if let date { members.append(#""period":{"start":"\#(date)"}"#) }
            case .diagnosticReport:
                let shown = (0..<pick).compactMap { _ in observations.randomElement(using: &random) }
                let results = shown.map { #"{"reference":"Observation/\#($0)"}"# }
                if !results.isEmpty { members.append(#""result":[\#(results.joined(separator: ","))]"#) }
                if let date { members.append(#""effectiveDateTime":"\#(date)""#) }
            default:
                observations.append(id)
                for code in ["a", "b", "c"].shuffled(using: &random).prefix(pick % 3 + (pick == 0 ? 0 : 1)) {
                    codes.append((code, "http://s"))
                }
                let codings = codes.map { #"{"system":"\#($0.system)","code":"\#($0.code)"}"# }
                members.append(#""code":{"coding":[\#(codings.joined(separator: ","))]}"#)
                members.append(#""status":"\#(["final", "amended"].randomElement(using: &random) ?? "")""#)
                let notes = ["short", String(repeating: "long ", count: 90), "third"].prefix(pick).map {
                    #"{"text":"\#($0)"}"#
                }
                if !notes.isEmpty, Bool.random(using: &random) {
                    members.append(#""note":[\#(notes.joined(separator: ","))]"#)
                }
                if Int.random(in: 0..<3, using: &random) > 0 {
                    let unit = ["mg", "g", "%"].randomElement(using: &random) ?? ""
                    let value =
                        ["-3", "0.0", "12e0", "4.50", "4.5", "1.2345678901234567890123456789012345678e3"].randomElement(
                            using: &random
                        ).flatMap { Int.random(in: 0..<8, using: &random) == 0 ? $0 : nil }
                        ?? "\(Int.random(in: 0...12, using: &random))"
                    members.append(
                        #""valueQuantity":{"value":\#(value),"code":"\#(unit)","unit":"\#(unit)","system":"http://unitsofmeasure.org"}"#
                    )
                }
                if let date { members.append(#""effectiveDateTime":"\#(date)""#) }
            }
            add(
                type, id, number: UInt64(1_000 + number), audience, owner.pseudonym, members, codes: codes,
                date: date.flatMap { FHIRDateTime($0)?.lowerBound })
        }
    }

    private mutating func add(
        _ type: ResourceType, _ id: String, number: UInt64, _ audience: AudienceID, _ pseudonym: Pseudonym,
        _ members: [String], codes: [(code: String, system: String)], date: Int64?
    ) {
        let json = "{" + ([#""resourceType":"\#(type.name)","id":"\#(id)""#] + members).joined(separator: ",") + "}"
        placed.append(
            MemorySource.Placed(
                audience: audience, pseudonym: pseudonym, number: number, type: type, id: id, json: json, codes: codes,
                date: date))
    }

    /// A source of the records, of which those of the fourth audience are not for the request.
    func source(_ catalog: IndexCatalog?) throws -> MemorySource {
        var audiences: [UInt64: Audience] = [:]
        for id in 1...3 { audiences[UInt64(id)] = StorePolicy.standard.defaultAudience }
        audiences[4] = Audience([Grant(purpose: .research, recipient: .anyone)])
        return try MemorySource(placed, audiences: audiences, patients: patients, catalog: catalog)
    }
}

/// Statements at random whose rows are in one order only.
private enum IndexedStatements {
    static func statement(using random: inout SeededGenerator) -> String {
        let type = ["Encounter", "Patient", "Observation", "DiagnosticReport"].randomElement(using: &random) ?? ""
        var parts: [String] = []
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            var part = condition(type, using: &random)
            if Int.random(in: 0..<6, using: &random) == 0 { part = "NOT (\(part))" }
            switch Int.random(in: 0..<6, using: &random) {
            case 0: part = "(\(part) OR \(condition(type, using: &random)))"
            case 1:
                let alternatives = (0..<Int.random(in: 2...4, using: &random)).map { _ in
                    let some = (0..<Int.random(in: 1...2, using: &random)).map { _ in condition(type, using: &random) }
                    return some.joined(separator: Bool.random(using: &random) ? " AND " : " OR ")
                }
                part = "(" + alternatives.joined(separator: " OR ") + ")"
            default: break
            }
            parts.append(part)
        }
        let filter = parts.isEmpty ? "" : " WHERE " + parts.joined(separator: " AND ")
        if type == "Observation", Int.random(in: 0..<4, using: &random) == 0 {
            return showing(filter, using: &random)
        }
        let limit = Bool.random(using: &random) ? " LIMIT \(Int.random(in: 0...9, using: &random))" : ""
        if Int.random(in: 0..<3, using: &random) == 0 {
            let terms = groups(type).randomElement(using: &random) ?? []
            var some = ["COUNT(*)", "COUNT(*), COUNT(DISTINCT patient)"]
            if type != "Patient" { some += ["MIN(date), COUNT(*), MAX(date)", "MAX(date)"] }
            let aggregates = some.randomElement(using: &random) ?? ""
            guard !terms.isEmpty else { return "SELECT \(aggregates) FROM \(type)\(filter)" }
            let names = terms.joined(separator: ", ")
            return "SELECT \(names), \(aggregates) FROM \(type)\(filter) GROUP BY \(names) ORDER BY \(names)\(limit)"
        }
        let hasDate = type != "Patient"
        var shown = [hasDate ? "id, patient, date" : "id, gender, birthDate", "id"].randomElement(using: &random) ?? ""
        let direction = ["", " DESC"].randomElement(using: &random) ?? ""
        var order = " ORDER BY \(hasDate ? "date" : "birthDate")\(direction), id"
        switch Int.random(in: 0..<5, using: &random) {
        case 0: order = " ORDER BY id"
        case 1: return "SELECT \(shown) FROM \(type)\(filter)\(order) LIMIT 1 PER patient"
        case 2:
            shown = (shows(type).randomElement(using: &random) ?? "")
            return "SELECT DISTINCT \(shown) FROM \(type)\(filter) ORDER BY \(shown)\(limit)"
        case 3 where hasDate:
            shown +=
                ", (SELECT birthDate FROM Patient), (SELECT id FROM Observation WHERE code = http://s|a ORDER BY date, id)"
        default: break
        }
        return "SELECT \(shown) FROM \(type)\(filter)\(order)\(limit)"
    }

    /// What columns may show.
    private static func showing(_ filter: String, using random: inout SeededGenerator) -> String {
        let texts = [
            "SELECT id, patient, date, value.value, value.unit, note.text FROM Observation\(filter) ORDER BY date, id",
            "SELECT id, value.value AS v FROM Observation\(filter) ORDER BY v DESC, id LIMIT 6",
            "SELECT DISTINCT value.unit AS u, value.value AS v FROM Observation\(filter) ORDER BY u, v",
            "SELECT value.unit AS u, COUNT(*), COUNT(value.value), COUNT(DISTINCT value.value) FROM Observation\(filter) GROUP BY u ORDER BY u",
            "SELECT year(date) AS y, MIN(date), MAX(date), MIN(value.value), MAX(value.value) FROM Observation\(filter) GROUP BY y ORDER BY y",
            "SELECT patient, COUNT(DISTINCT note.text) AS n FROM Observation\(filter) GROUP BY patient ORDER BY patient",
            "SELECT MIN(value.value), MAX(value.value), COUNT(*) FROM Observation\(filter)",
            "SELECT bucket(value.value, 5) AS b, MEDIAN(value.value), MIN(value.value), COUNT(DISTINCT value.unit) FROM Observation\(filter) GROUP BY b ORDER BY b",
            "SELECT bucket(age((SELECT birthDate FROM Patient), date), 10) AS a, COUNT(*), PERCENTILE(value.value, 25) FROM Observation\(filter) GROUP BY a ORDER BY a",
            "SELECT MIN(value.value) FROM Observation WHERE code = http://s|a",
            "SELECT MAX(note.text), MIN(note.text) FROM Observation WHERE code = http://s|b",
            "SELECT id, note.text, status FROM Observation\(filter) ORDER BY id",
        ]
        return texts.randomElement(using: &random) ?? ""
    }

    private static func groups(_ type: String) -> [[String]] {
        switch type {
        case "Encounter":
            [
                [], ["class.code"], ["month(date)", "class.code"], ["year(date)"], ["status"],
                ["class.system", "patient"],
            ]
        case "Patient": [[], ["gender"], ["gender", "bucket(age(birthDate, @2020-01-01), 10)"], ["year(birthDate)"]]
        case "Observation": [[], ["code"], ["code", "year(date)"], ["year(date)"], ["status"]]
        default: [[], ["year(date)"], ["month(date)", "patient"]]
        }
    }

    private static func shows(_ type: String) -> [String] {
        switch type {
        case "Encounter": ["class.code", "class.code, year(date)", "status"]
        case "Patient": ["gender", "gender, birthDate", "birthDate"]
        default: ["year(date)", "month(date), status"]
        }
    }

    private static func condition(_ type: String, using random: inout SeededGenerator) -> String {
        var all = ["patient IN (SELECT patient FROM Observation WHERE code = http://s|b AND value-quantity > 3 'mg')"]
        if type != "Patient" {
            all += [
                "date >= 2001", "date = 2001", "date < 2003", "date IS NULL", "NOT BEFORE (Encounter)",
                "WITHIN 2 YEARS AFTER (Encounter WHERE class IN (EMER, IMP))", "EXISTS (Encounter WHERE class = AMB)",
                "AFTER FIRST (Observation WHERE code = http://s|a)",
                "patient IN (SELECT patient FROM Patient WHERE birthdate >= 1960)",
            ]
        }
        switch type {
        case "Encounter":
            all += [
                "class = AMB", "class = http://c|EMER", "class IN (EMER, IMP)", "class IS NULL", "class = 'http://c|'",
                "status = planned", "status IN (planned, finished)", "class IN (AMB, http://c|AMB)",
            ]
        case "Patient":
            all += [
                "birthdate < 1962", "birthdate = 1950", "birthdate BETWEEN 1950 AND 1990", "birthdate IS NULL",
                "gender = female", "gender IN (male, other)", "death-date IS NULL", "gender IS NOT NULL",
            ]
        case "Observation":
            all += [
                "code = http://s|a", "code = a", "code IN (http://s|a, http://s|b)", "value-quantity > 3 'mg'",
                "value-quantity IS NULL", "value-quantity IS NOT NULL", "value-quantity <= 0.006 'g'",
                "status = final", "value-quantity > 4", "NOT code = http://s|c", "PATH(value.value > 4)",
                "PATH(value.unit = 'mg')", "PATH(value.value.exists() and value.unit != 'g')",
                "PATH(value.value in (4 | 4.5 | 7))", "PATH(value.value >= 4 and value.value < 9)",
                "PATH(4.50 = value.value)",
                "PATH(-1 < value.value and note.text = 'short')", "PATH(value.unit = 'g' and 5 >= value.value)",
                "PATH(note.text.exists())", "PATH(value.value * 2 <= 9)",
                "PATH(value.value > -1)",
                "PATH(note.text.count() > 1 or value.value = 3)", "PATH(value.unit > 'f' implies value.value < 5)",
            ]
        default:
            all += [
                "result IN (SELECT _id FROM Observation WHERE code = http://s|a)", "result IS NULL",
                "result IN (SELECT _id FROM Observation WHERE value-quantity >= 5 'mg')",
            ]
        }
        return all.randomElement(using: &random) ?? ""
    }
}

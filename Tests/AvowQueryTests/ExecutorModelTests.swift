import AvowConsent
import AvowFHIR
import AvowProof
import Foundation
import TestSupport
import Testing

@testable import AvowQuery

/// The executor against filtering, sorting and cutting a list.
@Suite struct `Executing a query` {
    static let seeds: [UInt64] = [11, 12, 13, 14]

    @Test(arguments: seeds)
    func `gives what filtering, sorting and cutting the records gives`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var (withRows, counts) = (0, 0)
        for round in 0..<25 {
            let model = try Model(size: Int.random(in: 0...40, using: &random), using: &random)
            for number in 0..<30 {
                var statements = RandomStatements(records: model.records, random: random)
                let statement = try statements.statement()
                random = statements.random
                let place = "seed \(seed), round \(round), statement \(number): \(statement)"
                let query = try Query(statement.description)
                #expect(query.statement == .select(statement), "\(place)")
                let result = try QueryExecutor(query, as: Model.request, over: model.source).run()
                #expect(result.audiences == [1, 2], "\(place)")
                if model.expectCount(result, statement, statements.dates, place) {
                    counts += 1
                } else {
                    model.expectRows(result, statement, statements.dates, place)
                    if !result.rows.isEmpty { withRows += 1 }
                }
            }
        }
        #expect(withRows > 150)
        #expect(counts > 50)
    }
}

/// Records, and a source that holds them.
struct Model {
    /// The records that the request may read.
    let records: [ModelRecord]
    let source: MemorySource
    /// A source of the same records that has no index.
    let unindexed: MemorySource

    static var request: AccessRequest {
        get throws { AccessRequest(actor: try Actor("Practitioner/1"), purpose: .treatment, time: 0) }
    }

    init(size: Int, using random: inout SeededGenerator) throws {
        let all = (0..<size).map { ModelRecord(number: $0, using: &random) }
        var pseudonyms: [String: Pseudonym] = [:]
        var patients: [String: (audience: AudienceID, id: String, pseudonym: Pseudonym)] = [:]
        var placed: [MemorySource.Placed] = []
        for (number, record) in all.enumerated() {
            let audience = AudienceID(rawValue: record.audience)
            var pseudonym = Pseudonym.shared
            if let patient = record.patient {
                pseudonym = pseudonyms[patient] ?? Pseudonym(rawValue: .random(in: 1 ... .max, using: &random))
                pseudonyms[patient] = pseudonym
                patients["\(record.audience) \(patient)"] = (audience, patient, pseudonym)
            }
            var codes: [(code: String, system: String)] = []
            for code in record.codes where !codes.contains(where: { $0 == code }) { codes.append(code) }
            placed.append(
                MemorySource.Placed(
                    audience: audience, pseudonym: pseudonym, number: UInt64(number), type: record.type,
                    id: record.id, json: record.json, codes: codes, date: record.date?.lower))
        }
        records = all.filter { $0.audience < 3 }
        let other = Audience([Grant(purpose: .research, recipient: .anyone)])
        let audiences: [UInt64: Audience] = [
            1: StorePolicy.standard.defaultAudience,
            2: Audience([
                Grant(purpose: .treatment, recipient: .reference(try PartyName(reference: "Practitioner/1")))
            ]),
            3: other,
        ]
        source = try MemorySource(placed, audiences: audiences, patients: Array(patients.values))
        unindexed = try MemorySource(placed, audiences: audiences, patients: Array(patients.values), catalog: nil)
    }

    func matching(_ statement: SelectStatement, _ dates: [String: ModelDate]) -> [ModelRecord] {
        ModelConditions(records: records, dates: dates, cohorts: statement.cohorts).matching(statement)
    }

    /// Returns false for a statement that does not count.
    func expectCount(
        _ result: QueryResult, _ statement: SelectStatement, _ dates: [String: ModelDate], _ place: String
    ) -> Bool {
        guard case .value(let value, let alias) = statement.projections[0].value, value.value.isAggregate else {
            return false
        }
        let count = matching(statement, dates).count
        #expect(result.columns == [alias?.value.name ?? "count"], "\(place)")
        let isCut = statement.limit?.value.count == 0
        #expect(result.rows == (isCut ? [] : [[.number(String(count))]]), "\(place)")
        return true
    }

    func expectRows(
        _ result: QueryResult, _ statement: SelectStatement, _ dates: [String: ModelDate], _ place: String
    ) {
        let expected = Dictionary(uniqueKeysWithValues: matching(statement, dates).map { ($0.id, $0) })
        var paths: [String] = []
        var names: [String] = []
        for projection in statement.projections {
            guard case .value(let value, let alias) = projection.value else { continue }
            paths.append(value.value.description)
            names.append(alias?.value.name ?? value.value.description)
        }
        #expect(result.columns == names, "\(place)")
        // The first column is the id, by which a row is known.
        let found = result.rows.compactMap { expected[$0[0].text] }
        #expect(found.count == result.rows.count, "\(place): a record that does not meet the conditions")
        #expect(Set(found.map(\.id)).count == found.count, "\(place): a record twice")
        #expect(found.count == min(expected.count, statement.limit?.value.count ?? .max), "\(place)")
        for (row, record) in zip(result.rows, found) {
            #expect(row == paths.map(record.cell), "\(place)")
        }
        let order = statement.order.map(\.value)
        func precedes(_ left: ModelRecord, _ right: ModelRecord) -> Bool {
            for term in order {
                let name = term.value.value.description
                let column = names.firstIndex(of: name).map { paths[$0] } ?? name
                let comparison = Model.compare(left, right, by: column)
                if comparison != 0 { return term.direction == .ascending ? comparison < 0 : comparison > 0 }
            }
            return false
        }
        for (left, right) in zip(found, found.dropFirst()) {
            #expect(!precedes(right, left), "\(place): out of order")
        }
        if let last = found.last {
            let shown = Set(found.map(\.id))
            let isBetter = expected.values.contains { !shown.contains($0.id) && precedes($0, last) }
            #expect(!isBetter, "\(place): LIMIT leaves a row that stands before one that it shows")
        }
    }

    /// Null, false, true, numbers by value, text by its bytes; `date` by its first instant.
    private static func compare(_ left: ModelRecord, _ right: ModelRecord, by column: String) -> Int {
        if column == "date" {
            let (left, right) = (left.date?.lower ?? .min, right.date?.lower ?? .min)
            return left < right ? -1 : left > right ? 1 : 0
        }
        return compare(left.cell(column), right.cell(column))
    }

    static func compare(_ left: Cell, _ right: Cell) -> Int {
        func rank(_ cell: Cell) -> Int {
            switch cell {
            case .null: 0
            case .boolean(false): 1
            case .boolean(true): 2
            case .number: 3
            case .string, .json: 4
            }
        }
        if rank(left) != rank(right) { return rank(left) < rank(right) ? -1 : 1 }
        if case .number(let left) = left, case .number(let right) = right {
            // 1e-400 is too small for a Decimal, and greater than 0.
            let (left, right) = (left == "1e-400" ? "1e-100" : left, right == "1e-400" ? "1e-100" : right)
            guard let left = Decimal(string: left), let right = Decimal(string: right) else { return 0 }
            return left < right ? -1 : left > right ? 1 : 0
        }
        if left.text.utf8.elementsEqual(right.text.utf8) { return 0 }
        return left.text.utf8.lexicographicallyPrecedes(right.text.utf8) ? -1 : 1
    }
}

/// Statements that the model understands, built as trees.
struct RandomStatements {
    let records: [ModelRecord]
    var random: SeededGenerator
    private(set) var dates: [String: ModelDate] = [:]
    private var hasCohort = false

    init(records: [ModelRecord], random: SeededGenerator) {
        self.records = records
        self.random = random
    }

    private static let paths = [
        "id", "patient", "date", "resource", "resourceType", "code.coding.code", "value.value", "value",
        "subject.exists()", "code.coding.count()",
    ]

    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    mutating func statement() throws -> SelectStatement {
        let type =
            ["Resource", "Patient", "Observation", "Observation", "Condition", "Encounter", "Organization"]
            .randomElement(using: &random) ?? "Resource"
        var statement = SelectStatement(projections: [], type: Located(type))
        if chance(20) { statement.cohorts = [Located(Cohort(Located("some"), try patientSet(depth: 1)))] }
        hasCohort = !statement.cohorts.isEmpty
        var parts: [Logic<Condition>] = []
        for _ in 0..<Int.random(in: 0...3, using: &random) { parts.append(try logic(on: type, depth: 0)) }
        statement.condition = .all(of: parts)
        if chance(25) { statement.limit = Limit(Int.random(in: 0...6, using: &random)).map { Located($0) } }
        if chance(20) {
            let alias = chance(50) ? Located(try Alias("how many")) : nil
            statement.projections = [Located(.value(Located(.aggregate(.count)), alias: alias))]
            return statement
        }
        statement.projections = [Located(.value(Located(.path(try PathExpression("id"))), alias: nil))]
        var aliases: [String] = []
        for number in 0..<Int.random(in: 0...3, using: &random) {
            let path = RandomStatements.paths.randomElement(using: &random) ?? "id"
            let alias = chance(40) ? "column\(number)" : nil
            if let alias { aliases.append(alias) }
            let written = Located(ValueExpression.path(try PathExpression(path)))
            statement.projections.append(Located(.value(written, alias: try alias.map { Located(try Alias($0)) })))
        }
        for _ in 0..<max(0, Int.random(in: -1...2, using: &random)) {
            let name = (RandomStatements.paths + ["date", "date", "value.value"] + aliases).randomElement(
                using: &random)
            statement.order.append(
                Located(
                    OrderTerm(
                        Located(.path(try PathExpression(name ?? "date"))),
                        direction: chance(50) ? .ascending : .descending)))
        }
        return statement
    }

    /// Conditions on records of a type.
    mutating func logic(on type: String, depth: Int) throws -> Logic<Condition> {
        let kind = Int.random(in: 0..<12, using: &random)
        if depth < 2, kind < 4 {
            var parts: [Logic<Condition>] = []
            for _ in 0..<Int.random(in: 1...3, using: &random) { parts.append(try logic(on: type, depth: depth + 1)) }
            switch kind {
            case 0: return .not(try logic(on: type, depth: depth + 1))
            case 1: return .all(of: parts) ?? parts[0]
            default: return .any(of: parts) ?? parts[0]
            }
        }
        if depth < 3, kind < 7 { return .test(Located(try relation(on: type, depth: depth))) }
        if kind == 7, type == "Observation" {
            let path = ["value is string", "value", "subject.exists()"].randomElement(using: &random) ?? "value"
            return .test(Located(.path(try PathExpression(path))))
        }
        let allowed = R4Schema().searchParameters(of: type)
        while true {
            let test = try parameterTest()
            if allowed.contains(test.parameter.value.name) { return .test(Located(.parameter(test))) }
        }
    }

    private static let eventTypes = ["Observation", "Observation", "Condition", "Encounter", "Patient", "Resource"]

    private mutating func event(depth: Int) throws -> Event {
        let type = RandomStatements.eventTypes.randomElement(using: &random) ?? "Observation"
        return Event(Located(type), chance(60) ? try logic(on: type, depth: depth + 2) : nil)
    }

    /// A condition on other records.
    private mutating func relation(on type: String, depth: Int) throws -> Condition {
        switch Int.random(in: 0..<4, using: &random) {
        case 0 where R4Schema().kind(of: "patient", on: type) != nil,
            1 where R4Schema().kind(of: "patient", on: type) != nil:
            return .membership(Located(ParameterName("patient")), try patientSet(depth: depth + 1))
        case 0, 2:
            var choice = TemporalRelation.Choice.allCases.randomElement(using: &random)
            if chance(50) { choice = nil }
            var side = chance(50) ? TemporalRelation.Side.before : .after
            var distance: CalendarDistance?
            if chance(60) {
                distance = CalendarDistance(Int.random(in: 0...300, using: &random), chance(80) ? .days : .weeks)
                if chance(30) { side = .around }
            }
            return .temporal(TemporalRelation(within: distance, side, choice, try event(depth: depth)))
        default:
            if chance(20) {
                var inner = try innerSelect(depth: depth + 1)
                inner.projections = [Located(.value(Located(.path(try PathExpression("_id"))), alias: nil))]
                inner.groups = []
                inner.having = nil
                return .membership(Located(ParameterName("_id")), .select(inner))
            }
            return .exists(try event(depth: depth))
        }
    }

    private mutating func patientSet(depth: Int) throws -> PatientSet {
        if hasCohort, chance(20) { return .cohort(Located("some")) }
        if depth < 2, chance(25) {
            let operation = SetOperation.allCases.randomElement(using: &random) ?? .union
            return .combination(operation, try patientSet(depth: depth + 1), try patientSet(depth: depth + 1))
        }
        return .select(try innerSelect(depth: depth))
    }

    private mutating func innerSelect(depth: Int) throws -> SelectStatement {
        let type = RandomStatements.eventTypes.randomElement(using: &random) ?? "Observation"
        let patient = Located(ValueExpression.path(try PathExpression("patient")))
        var inner = SelectStatement(projections: [Located(.value(patient, alias: nil))], type: Located(type))
        if chance(60) { inner.condition = try logic(on: type, depth: depth + 2) }
        if chance(25) {
            inner.groups = [patient]
            inner.having = .test(
                Located(
                    GroupTest(
                        Located(.aggregate(.count)),
                        .compare(.greaterOrEqual, Located(.number(try NumberLiteral("2")))))))
        }
        return inner
    }

    private mutating func parameterTest() throws -> ParameterTest {
        let name =
            ["patient", "_id", "code", "code", "date", "date", "value-string", "value-quantity"]
            .randomElement(using: &random) ?? "code"
        let parameter = Located(ParameterName(name))
        if name != "_id", chance(8) { return ParameterTest(parameter, .missing) }
        if name == "date", chance(20) {
            return ParameterTest(parameter, .between(Located(.date(try date())), Located(.date(try date()))))
        }
        if name == "date" {
            let comparison = Comparison.allCases.randomElement(using: &random) ?? .equal
            if chance(15) {
                return ParameterTest(parameter, .among([Located(.date(try date())), Located(.date(try date()))]))
            }
            return ParameterTest(parameter, .compare(comparison, Located(.date(try date()))))
        }
        if name == "value-quantity" {
            let number = try NumberLiteral(["0", "1", "1.2", "-1", "50"].randomElement(using: &random) ?? "0")
            let comparison = chance(50) ? Comparison.less : .greater
            return ParameterTest(parameter, .compare(comparison, Located(.quantity(number, unit: nil))))
        }
        if chance(20) {
            return ParameterTest(parameter, .among([Located(try literal(of: name)), Located(try literal(of: name))]))
        }
        return ParameterTest(parameter, .compare(.equal, Located(try literal(of: name))))
    }

    private mutating func literal(of name: String) throws -> ConditionValue {
        switch name {
        case "patient":
            let patients = ModelRecord.patients + ["nobody"] + records.compactMap(\.patient)
            return .reference(try ResourceReference("Patient/" + (patients.randomElement(using: &random) ?? "p1")))
        case "_id": return .id(try ResourceID(records.randomElement(using: &random)?.id ?? "r0"))
        case "value-string": return .text(["x", "X", "1", "é"].randomElement(using: &random) ?? "x")
        default: return .token(try token())
        }
    }

    private mutating func token() throws -> AvowQuery.Token {
        let code = ModelRecord.codes.randomElement(using: &random) ?? "a"
        switch Int.random(in: 0..<5, using: &random) {
        case 0: return try AvowQuery.Token(code)
        case 1: return try AvowQuery.Token("|" + code)
        case 2:
            let system = ModelRecord.systems.randomElement(using: &random).flatMap { $0.isEmpty ? nil : $0 }
            return try AvowQuery.Token((system ?? "loinc") + "|")
        default: return try AvowQuery.Token((chance(50) ? "loinc|" : "http://s|") + code)
        }
    }

    /// Half of the literals are dates that records have.
    private mutating func date() throws -> DateLiteral {
        let date: ModelDate
        if chance(50), let found = records.compactMap(\.date).randomElement(using: &random) {
            date = found
        } else {
            date = ModelDate(using: &random)
        }
        dates[date.text] = date
        return try DateLiteral(date.text)
    }
}

import AvowFHIR
import AvowProof
import Foundation
import TestSupport
import Testing

@testable import AvowQuery

/// Grouping against gathering a list, with indexes and without.
@Suite struct `Grouping records` {
    static let seeds: [UInt64] = [21, 22, 23, 24]

    @Test(arguments: seeds)
    func `gives what gathering and counting the records gives, from an index and from records`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var (withGroups, withoutRecords, cut) = (0, 0, 0)
        for round in 0..<20 {
            let model = try Model(size: Int.random(in: 0...40, using: &random), using: &random)
            for number in 0..<30 {
                var statements = RandomStatements(records: model.records, random: random)
                let statement = try statements.groups()
                random = statements.random
                let place = "seed \(seed), round \(round), statement \(number): \(statement)"
                let query = try Query(statement.description)
                #expect(query.statement == .select(statement), "\(place)")
                let read = model.source.recordsRead
                for source in [model.source, model.unindexed] {
                    let result = try QueryExecutor(query, as: Model.request, over: source).run()
                    model.expectGroups(result, statement, statements.dates, place)
                    if result.rows.count > 1 { withGroups += 1 }
                }
                let isByCode = statement.groups.contains { $0.value.description == "code" }
                if isByCode, model.source.recordsRead == read {
                    withoutRecords += 1
                }
                if statement.limit != nil { cut += 1 }
            }
        }
        #expect(withGroups > 200)
        #expect(withoutRecords > 50)
        #expect(cut > 50)
    }
}

extension RandomStatements {
    fileprivate static let terms = [
        "code", "code", "year(date)", "month(date)", "value", "patient", "resourceType", "year(recordedDate)",
    ]

    /// A statement with GROUP BY; half of them by codes and periods alone.
    mutating func groups() throws -> SelectStatement {
        let type =
            ["Resource", "Observation", "Observation", "Condition", "Encounter", "Organization"]
            .randomElement(using: &random) ?? "Resource"
        let allowed = R4Schema().searchParameters(of: type)
        func isAllowed(_ term: String) -> Bool {
            term == "code" ? allowed.contains("code") : !term.hasSuffix("(date)") || allowed.contains("date")
        }
        var statement = SelectStatement(projections: [], type: Located(type))
        var parts: [Logic<Condition>] = []
        for _ in 0..<Int.random(in: 0...2, using: &random) { parts.append(try logic(on: type, depth: 1)) }
        statement.condition = .all(of: parts)
        let simple = chance(50)
        var terms = (0..<Int.random(in: 1...3, using: &random)).compactMap { _ in
            (simple ? ["code", "year(date)", "month(date)"] : RandomStatements.terms).randomElement(using: &random)
        }.filter(isAllowed)
        if terms.isEmpty { terms = ["resourceType"] }
        for term in terms {
            let isNamed = chance(30)
            let name = isNamed ? "by \(term)" : term
            let value = Located(try RandomStatements.value(term))
            if isNamed || chance(70) {
                let alias = isNamed ? Located(try Alias(name)) : nil
                statement.projections.append(Located(.value(value, alias: alias)))
            }
            statement.groups.append(value)
        }
        if statement.projections.isEmpty || chance(80) {
            statement.projections.insert(Located(.value(Located(.aggregate(.count)), alias: nil)), at: 0)
        }
        if chance(40) { statement.limit = Limit(Int.random(in: 0...6, using: &random)).map { Located($0) } }
        for _ in 0..<max(0, Int.random(in: -1...2, using: &random)) {
            let name = (terms + ["COUNT(*)"]).randomElement(using: &random) ?? "COUNT(*)"
            statement.order.append(
                Located(
                    OrderTerm(
                        Located(try RandomStatements.value(name)),
                        direction: chance(50) ? .ascending : .descending)))
        }
        return statement
    }

    private static func value(_ text: String) throws -> ValueExpression {
        if text == "COUNT(*)" { return .aggregate(.count) }
        for unit in CalendarUnit.allCases where text.hasPrefix(unit.rawValue + "(") {
            let path = try PathExpression(String(text.dropFirst(unit.rawValue.count + 1).dropLast()))
            return .bucket(unit, Located(.path(path)))
        }
        return .path(try PathExpression(text))
    }
}

extension Model {
    /// The groups of a statement and their counts, by the words of the language's documentation.
    private func groups(
        _ statement: SelectStatement, _ dates: [String: ModelDate]
    ) -> [[Cell]: Int] {
        let terms = statement.groups.map(\.value.description)
        // What must hold of the code, as far as it names codes.
        let tokens = (statement.condition?.conjuncts ?? []).filter { conjunct in
            guard case .test(let test) = conjunct, case .parameter(let parameter) = test.value else { return false }
            return parameter.parameter.value.name == "code" && parameter.operation != .missing
        }
        let conditions = ModelConditions(records: records, dates: dates, cohorts: [])
        var groups: [[Cell]: Int] = [:]
        for record in matching(statement, dates) {
            var codes: [Cell] = [.null]
            if terms.contains("code") {
                codes = record.codes.filter { coding in
                    let alone = record.with(codes: [coding])
                    return tokens.isEmpty || tokens.contains { conditions.holds($0, alone) }
                }.map { .string("\($0.system)|\($0.code)") }
            }
            for code in Set(codes) {
                groups[terms.map { $0 == "code" ? code : record.groupCell($0) }, default: 0] += 1
            }
        }
        return groups
    }

    func expectGroups(
        _ result: QueryResult, _ statement: SelectStatement, _ dates: [String: ModelDate], _ place: String
    ) {
        let terms = statement.groups.map(\.value.description)
        let groups = groups(statement, dates)
        var names: [String] = []
        var sources: [String] = []
        for projection in statement.projections {
            guard case .value(let value, let alias) = projection.value else { continue }
            sources.append(value.value.description)
            names.append(alias?.value.name ?? (value.value.isAggregate ? "count" : value.value.description))
        }
        #expect(result.columns == names, "\(place)")
        func cell(_ name: String, _ key: [Cell], _ count: Int) -> Cell {
            terms.firstIndex(of: name).map { key[$0] } ?? .number(String(count))
        }
        func row(_ key: [Cell], _ count: Int) -> [Cell] { sources.map { cell($0, key, count) } }
        let limit = statement.limit?.value.count ?? .max
        var left = Dictionary(groups.map { (row($0, $1), 1) }, uniquingKeysWith: +)
        #expect(result.rows.count == min(groups.count, limit), "\(place)")
        for row in result.rows {
            #expect(left[row, default: 0] > 0, "\(place): no such group, or not so often: \(row)")
            left[row, default: 0] -= 1
        }
        guard !statement.order.isEmpty else { return }
        // The keys that rows are sorted by are those of the groups, sorted and cut.
        func precedes(_ left: (key: [Cell], value: Int), _ right: (key: [Cell], value: Int)) -> Bool {
            for term in statement.order.map(\.value) {
                let name = term.value.value.description
                let order = Model.compare(cell(name, left.key, left.value), cell(name, right.key, right.value))
                if order != 0 { return (order < 0) == (term.direction == .ascending) }
            }
            return false
        }
        let sorted = groups.sorted(by: precedes).prefix(limit)
        for (index, source) in sources.enumerated()
        where statement.order.contains(where: { $0.value.value.value.description == source }) {
            // Of a column that is the first to sort by, the cells are known, whatever ties.
            guard statement.order[0].value.value.value.description == source else { continue }
            let expected = sorted.map { cell(source, $0.key, $0.value) }
            #expect(result.rows.map { $0[index] } == expected, "\(place): out of order")
        }
    }
}

extension ModelRecord {
    fileprivate func with(codes: [(code: String, system: String)]) -> ModelRecord {
        ModelRecord(type: type, id: id, patient: patient, codes: codes, date: date, value: value, audience: audience)
    }

    fileprivate func groupCell(_ term: String) -> Cell {
        switch term {
        case "year(date)": period(4)
        case "month(date)": period(7)
        case "year(recordedDate)": type == .condition ? period(4) : .null
        default: cell(term)
        }
    }

    private func period(_ length: Int) -> Cell {
        guard let date else { return .null }
        let instant = Date(timeIntervalSince1970: (Double(date.lower) / 1_000).rounded(.down))
        return .string(String(instant.ISO8601Format().prefix(length)))
    }
}

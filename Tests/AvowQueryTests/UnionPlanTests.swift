import AvowFHIR
import TestSupport
import Testing

@testable import AvowQuery

/// ORs over different indexes, beside what records alone answer.
@Suite struct `A union of ways` {
    private static var wide: IndexCatalog { `Plans over any index`.wide }

    @Test(arguments: [UInt64(31), 32, 33, 34])
    func `gives the rows that the records give`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var (united, doubtful, untouched) = (0, 0, 0)
        for round in 0..<6 {
            let records = IndexedRecords(count: Int.random(in: 20...90, using: &random), using: &random)
            let (plain, indexed) = (try records.source(nil), try records.source(Self.wide))
            for number in 0..<60 {
                let text = Disjunction.statement(using: &random)
                let place = "seed \(seed), round \(round), statement \(number): \(text)"
                let expected = try QueryExecutor(Query(text), as: Model.request, over: plain).run()
                let before = indexed.recordsRead
                let executor = QueryExecutor(try Query(text), as: try Model.request, over: indexed)
                let found = try executor.run()
                let recordsRead = indexed.recordsRead - before
                let plan = try executor.explain()
                #expect(found.rows == expected.rows, "\(place)\n\(plan)")
                guard plan.description.contains("the union of"), !found.rows.isEmpty else { continue }
                united += 1
                if plan.steps.last?.branches.contains(where: { !$0.testedOnRecords.isEmpty }) == true { doubtful += 1 }
                if recordsRead == 0 { untouched += 1 }
            }
        }
        #expect(united > 100 && doubtful > 20 && untouched > 5, "\(united), \(doubtful), \(untouched)")
    }

    private func analyzed(_ text: String, _ catalog: IndexCatalog = wide) throws -> (
        result: QueryResult, records: Int, explanation: QueryExplanation
    ) {
        var random = SeededGenerator(seed: 5)
        let source = try IndexedRecords(count: 400, using: &random).source(catalog)
        let (result, explanation) = try QueryExecutor(Query(text), as: Model.request, over: source).analyze()
        return (result, source.recordsRead, explanation)
    }

    @Test func `opens what its branches lead to, each record once, and says what each reads`() throws {
        let text =
            "SELECT id FROM Observation WHERE code = http://s|a AND date >= 2003 OR "
            + "status = amended AND code = http://s|b ORDER BY id"
        let (found, records, explanation) = try analyzed(text)
        let step = try #require(explanation.steps.last)
        #expect(step.branches.count == 2, "\(explanation)")
        #expect(found.rows.count == Set(found.rows).count && !found.rows.isEmpty)
        // Those of the second branch are looked for under both indexes, so that nothing is left to be tested.
        #expect(step.branches.allSatisfy { $0.testedOnRecords.isEmpty && ($0.entriesRead ?? 0) > 0 }, "\(explanation)")
        #expect(records == found.rows.count)
        #expect(step.entryCount == step.branches.reduce(0) { $0 + $1.entryCount })
        #expect(step.branches.map(\.entryCount) == step.branches.map { UInt64($0.entriesRead ?? 0) })
        #expect(explanation.description.contains("way 2: from "), "\(explanation)")
        #expect(explanation.json.contains("\"branches\":[{\"path\":"))
    }

    @Test func `opens no record where entries of all branches tell what is asked for`() throws {
        let branches = "class = EMER AND date >= 2001 OR status = planned AND date < 2001"
        for text in [
            "SELECT COUNT(*), COUNT(DISTINCT patient) FROM Encounter WHERE \(branches)",
            "SELECT year(date) AS y, COUNT(*) FROM Encounter WHERE \(branches) GROUP BY y ORDER BY y",
            "SELECT COUNT(*) FROM Encounter WHERE (\(branches)) AND EXISTS (Observation WHERE code = http://s|a)",
        ] {
            let (found, records, explanation) = try analyzed(text)
            #expect(explanation.description.contains("the union of"), "\(explanation)")
            #expect(records == 0 && !found.rows.isEmpty, "\(explanation)")
            #expect(explanation.description.contains("entries are read, no record is opened"), "\(explanation)")
        }
    }

    @Test func `is not made where an alternative has nothing that leads to it, or all records take less`() throws {
        for condition in [
            "class = EMER OR PATH(id = 'x')", "class = EMER OR NOT status = planned",
            "class IN (EMER, IMP) AND status IN (planned, finished) OR status IN (planned, finished)",
        ] {
            let plan = try analyzed("SELECT id FROM Encounter WHERE \(condition)").explanation
            #expect(!plan.description.contains("the union of"), "\(plan)")
        }
    }

    @Test func `of alternatives that cannot be met nothing is read`() throws {
        let text = "SELECT id FROM Encounter WHERE (date < 2000 AND class = EMER OR date < 1990 AND status = planned)"
        let (found, records, explanation) = try analyzed(text + " AND date > 2010")
        #expect(found.rows.isEmpty && records == 0, "\(explanation)")
        #expect(explanation.steps.last?.entryCount == 0)
    }

    @Test func `goes into an OR within an alternative`() throws {
        let text =
            "SELECT id FROM Observation WHERE status = amended AND code = http://s|c OR "
            + "PATH(value.value > 3) AND (code = http://s|a AND value-quantity > 8 'mg' OR _id IN (r7, r8, r9))"
        let (_, _, explanation) = try analyzed(text)
        #expect(explanation.steps.last?.branches.count == 3, "\(explanation)")
    }
}

/// Statements at random about what one of several conditions selects, to each of which something leads.
private enum Disjunction {
    static func statement(using random: inout SeededGenerator) -> String {
        let type = ["Encounter", "Observation", "Patient", "DiagnosticReport"].randomElement(using: &random) ?? ""
        func pick(_ texts: [String]) -> String { texts.randomElement(using: &random) ?? "" }
        func alternative() -> String {
            let all = (0..<Int.random(in: 1...2, using: &random)).map { _ in pick(leading(type)) }
            var text = all.joined(separator: " AND ")
            if Int.random(in: 0..<4, using: &random) == 0 { text += " AND " + pick(others(type)) }
            return text
        }
        let alternatives = (0..<Int.random(in: 2...3, using: &random)).map { _ in alternative() }
        var filter = alternatives.joined(separator: " OR ")
        switch Int.random(in: 0..<4, using: &random) {
        case 0: filter = "(\(filter)) AND " + pick(others(type))
        case 1: filter = "(\(filter)) AND (" + pick(leading(type)) + " OR " + pick(leading(type)) + ")"
        case 2: filter = "NOT " + pick(leading(type)) + " AND (\(filter))"
        default: break
        }
        let limit = Bool.random(using: &random) ? " LIMIT \(Int.random(in: 0...9, using: &random))" : ""
        let hasDate = type != "Patient"
        switch Int.random(in: 0..<6, using: &random) {
        case 0: return "SELECT COUNT(*), COUNT(DISTINCT patient) FROM \(type) WHERE \(filter)"
        case 1 where hasDate:
            return "SELECT year(date) AS y, COUNT(*), MAX(date) FROM \(type) WHERE \(filter) GROUP BY y ORDER BY y"
        case 2 where hasDate:
            return "SELECT id, date FROM \(type) WHERE \(filter) ORDER BY date DESC, id LIMIT 1 PER patient"
        case 3 where type == "Observation":
            return "SELECT code, COUNT(*) FROM \(type) WHERE \(filter) GROUP BY code ORDER BY code"
        default: return "SELECT id, patient FROM \(type) WHERE \(filter) ORDER BY id DESC\(limit)"
        }
    }

    /// Conditions that something leads to.
    private static func leading(_ type: String) -> [String] {
        let any = ["_id = r3", "_id IN (r1, r12, r33)", "patient = Patient/p1", "patient IN (Patient/p0, Patient/p4)"]
        switch type {
        case "Encounter":
            return any + [
                "class = EMER", "class = http://c|IMP", "status = planned", "class = AMB AND date = 2001",
                "status IN (planned, finished) AND date < 2001", "class = IMP AND date > 2003",
            ]
        case "Patient":
            return any + [
                "birthdate < 1955", "birthdate = 1961", "gender = female AND birthdate > 1980", "gender = other",
                "patient IN (SELECT patient FROM Observation WHERE code = http://s|b AND value-quantity > 9 'mg')",
            ]
        case "Observation":
            return any + [
                "code = http://s|a AND date >= 2003", "status = amended", "code = b AND value-quantity > 6 'mg'",
                "code = http://s|c AND value-quantity IS NULL", "code = a AND code = c",
                "EXISTS (Encounter WHERE class = EMER AND date > 2002)",
            ]
        default:
            return any + [
                "result IN (SELECT _id FROM Observation WHERE code = http://s|a AND value-quantity > 8 'mg')",
                "patient IN (SELECT patient FROM Patient WHERE birthdate < 1955)",
                "result IN (SELECT _id FROM Observation WHERE status = amended AND code = http://s|c)",
            ]
        }
    }

    /// Conditions that nothing leads to.
    private static func others(_ type: String) -> [String] {
        let any = ["NOT _id = r5", "PATH(id > 'r2')", "NOT patient = Patient/p2"]
        if type == "Patient" { return any + ["death-date IS NULL", "NOT gender = male"] }
        return any + [
            "date >= 2001", "date IS NOT NULL", "NOT BEFORE (Encounter)",
            "patient IN (SELECT patient FROM Patient WHERE birthdate >= 1960)",
        ]
    }
}

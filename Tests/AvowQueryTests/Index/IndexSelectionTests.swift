import AvowFHIR
import AvowProof
import TestSupport
import Testing

@testable import AvowQuery

/// Entries of made-up values against what conditions say of these values.
@Suite struct `What conditions select of an index` {
    private typealias Kind = AvowFHIR.SearchParameter.Kind

    private static let audience = AudienceID(rawValue: 7)

    private static func form(_ type: ResourceType, _ columns: String..., overflow: Bool = false) throws -> IndexForm {
        try IndexForm(
            IndexDefinition(
                id: 1_000, type: type, columns: columns.map(IndexColumn.parameter), hasOverflow: overflow))
    }

    private static func key(
        _ form: IndexForm, _ values: [SearchValue?], number: UInt64 = 1
    ) throws -> TreeKey {
        var order = TupleBytes()
        var scratch: [UInt8] = []
        for (column, value) in zip(form.columns, values) {
            guard let value else {
                order.appendNull()
                continue
            }
            let parts = if case .composite(let parts) = value { parts } else { [value] }
            for (part, value) in zip(column.parts, parts) {
                let isOwn = part.append(value, form.textLimit, to: &order, using: &scratch)
                try #require(isOwn, "\(part) \(value)")
            }
        }
        return .index(
            form.definition.id, audience, profile: 0, values: order, Pseudonym(rawValue: .max), number: number)
    }

    /// What the index says, beside what the conditions say of the values.
    private static func compare(
        _ form: IndexForm, _ criteria: [SearchCriterion?], _ values: [SearchValue?], _ seed: UInt64
    ) throws {
        let selection = try #require(IndexSelection(form, criteria), "seed \(seed)")
        let key = try key(form, values)
        try #require(key.bytes.count <= TreeKey.maximumByteCount, "seed \(seed)")
        let isWanted = zip(criteria, values).allSatisfy { criterion, value in
            guard let criterion else { return true }
            return criterion.matches(value.map { [$0] } ?? [])
        }
        let isInside = selection.ranges(audience).contains { $0.contains(key.bytes) }
        let answer = isInside ? try selection.selects(key) : false
        #expect(
            answer == nil || answer == isWanted,
            "seed \(seed): \(criteria) on \(values): \(isInside), \(String(describing: answer)), wanted \(isWanted)")
        if selection.isExact { #expect(isInside == isWanted, "seed \(seed): \(criteria) on \(values)") }
        for range in selection.ranges(audience) { #expect(!range.isEmpty) }
    }

    @Test(arguments: [
        (ResourceType.observation, "code", AvowFHIR.SearchParameter.Kind.token),
        (.condition, "onset-date", .date), (.patient, "birthdate", .date), (.patient, "name", .string),
        (.riskAssessment, "probability", .number), (.observation, "value-quantity", .quantity),
        (.observation, "subject", .reference), (.provenance, "target", .reference), (.valueSet, "url", .uri),
    ])
    func `of one column of each kind`(_ type: ResourceType, _ code: String, _ kind: AvowFHIR.SearchParameter.Kind)
        throws
    {
        let form = try Self.form(type, code)
        var model = IndexModel(seed: 11)
        var asked = 0
        var decided = 0
        for seed in 0..<4_000 as Range<UInt64> {
            model.random = SeededGenerator(seed: seed)
            let value = try model.value(kind, isBrief: code == "birthdate")
            guard let criterion = model.criterion(kind) else { continue }
            asked += 1
            try Self.compare(form, [criterion], [value], seed)
            if try IndexSelection(form, [criterion])?.selects(Self.key(form, [value])) != nil { decided += 1 }
        }
        #expect(asked > 2_000)
        // Most keys tell.
        #expect(decided * 3 > asked, "\(decided) of \(asked)")
    }

    @Test func `of several columns, some of them without a value`() throws {
        let forms: [(IndexForm, [Kind])] = [
            (try Self.form(.observation, "code", "value-quantity", "status"), [.token, .quantity, .token]),
            (try Self.form(.encounter, "type", "length", "identifier"), [.token, .quantity, .token]),
            (try Self.form(.patient, "gender", "birthdate", "name"), [.token, .date, .string]),
            (try Self.form(.condition, "subject", "onset-date", "code"), [.reference, .date, .token]),
            (try Self.form(.riskAssessment, "probability", "subject"), [.number, .reference]),
        ]
        var model = IndexModel(seed: 1)
        for seed in 0..<6_000 as Range<UInt64> {
            model.random = SeededGenerator(seed: seed)
            let (form, kinds) = model.pick(forms)
            var values: [SearchValue?] = []
            var criteria: [SearchCriterion?] = []
            for (index, kind) in kinds.enumerated() {
                let isAbsent = index > 0 && model.pick([true, false, false, false])
                values.append(
                    isAbsent ? nil : try model.value(kind, isBrief: kind == .date && form.columns[index].isBrief))
                switch model.pick([0, 0, 0, 1, 2]) {
                case 0: criteria.append(model.criterion(kind))
                case 1:
                    let literal = SearchLiteral.string(index > 0 && model.pick([true, false]) ? "true" : "false")
                    criteria.append(try SearchCriterion(kind, modifier: .missing, literal: literal))
                default: criteria.append(nil)
                }
            }
            try Self.compare(form, criteria, values, seed)
        }
    }

    @Test func `of a composite, part by part`() throws {
        let form = try Self.form(.observation, "code-value-quantity")
        var model = IndexModel(seed: 1)
        for seed in 0..<3_000 as Range<UInt64> {
            model.random = SeededGenerator(seed: seed)
            let value = SearchValue.composite([try model.value(.token), try model.value(.quantity)])
            let code = SearchLiteral.token(
                system: model.pick([nil, "http://loinc.org"]), code: model.pick(IndexModel.codes))
            let unit = model.pick(IndexModel.units)
            let quantity = SearchLiteral.quantity(
                number: model.pick(IndexModel.numbers), system: unit.system, code: unit.code.isEmpty ? nil : unit.code)
            let terms = [SearchTerm(code), SearchTerm(model.pick(SearchComparison.allCases), quantity)]
            guard
                let criterion = try? SearchCriterion(
                    .composite, components: [.token, .quantity], literal: .composite(terms))
            else { continue }
            try Self.compare(form, [criterion], [value], seed)
        }
    }

    @Test func `of the clinical date is what the language says`() throws {
        let form = try Self.form(.observation, "date")
        var model = IndexModel(seed: 1)
        for seed in 0..<2_000 as Range<UInt64> {
            model.random = SeededGenerator(seed: seed)
            let text = model.pick(IndexModel.dates)
            let literal = try #require(FHIRDateTime(text))
            let comparison = model.pick([SearchComparison.equal, .less, .lessOrEqual, .greater, .greaterOrEqual])
            let criterion = try SearchCriterion(.date, comparison: comparison, literal: .date(text))
            let instant = model.pick([
                literal.lowerBound, literal.upperBound, literal.lowerBound - 1, literal.upperBound - 1,
                literal.lowerBound + 1,
            ])
            let value = SearchValue.date(SearchDate(from: instant, until: instant + 1))
            let selection = try #require(IndexSelection(form, [criterion]))
            #expect(selection.isExact && !selection.mayRepeatRecords)
            let key = try Self.key(form, [value])
            let isInside = selection.ranges(Self.audience).contains { $0.contains(key.bytes) }
            let isWanted =
                switch comparison {
                case .equal: instant >= literal.lowerBound && instant < literal.upperBound
                case .less: instant < literal.lowerBound
                case .lessOrEqual: instant < literal.upperBound
                case .greater: instant >= literal.upperBound
                default: instant >= literal.lowerBound
                }
            #expect(isInside == isWanted, "seed \(seed): \(comparison) \(literal), \(instant)")
        }
    }

    @Test func `is counted without reading where it can be`() throws {
        func selection(_ form: IndexForm, _ criteria: [SearchCriterion?]) throws -> IndexSelection {
            try #require(IndexSelection(form, criteria))
        }
        let code = try SearchCriterion(.token, literal: .token(system: "http://loinc.org", code: "4548-4"))
        let anySystem = try SearchCriterion(.token, literal: .token(system: nil, code: "4548-4"))
        let year = try SearchCriterion(.date, literal: .date("2015"))
        let form = try Self.form(.observation, "code", "date")
        let both = try selection(form, [code, year])
        #expect(both.isExact && !both.mayRepeatRecords && both.fixedColumnCount == 1)
        #expect(both.ranges(Self.audience).count == 1)
        let open = try selection(form, [anySystem, year])
        #expect(!open.isExact && open.mayRepeatRecords && open.fixedColumnCount == 0)
        let all = try selection(form, [])
        #expect(all.isExact && all.mayRepeatRecords)
        let born = try selection(try Self.form(.patient, "birthdate"), [])
        #expect(born.isExact && !born.mayRepeatRecords)
        let overflowing = try selection(try Self.form(.observation, "code", "date", overflow: true), [code, year])
        #expect(!overflowing.isExact && overflowing.ranges(Self.audience).count == 2)
    }

    @Test func `is refused where the entries cannot tell`() throws {
        let form = try Self.form(.patient, "gender", "birthdate")
        let male = try SearchCriterion(.token, modifier: .not, literal: .string("male"))
        let missing = try SearchCriterion(.token, modifier: .missing, literal: .string("true"))
        let other = try SearchCriterion(.string, literal: .string("male"))
        for criterion in [male, missing, other] { #expect(IndexSelection(form, [criterion]) == nil) }
        #expect(IndexSelection(form, [nil, nil, nil]) == nil)
    }

    @Test func `a key of something else is an error, and never a crash`() throws {
        let year = try SearchCriterion(.date, comparison: .lessOrEqual, literal: .date("2015"))
        let subject = try SearchCriterion(.reference, literal: .reference("Patient/1"))
        let onset = IndexSelection(try Self.form(.condition, "onset-date", "code"), [year])
        let third = IndexSelection(
            try Self.form(.observation, "code", "value-quantity", "subject"), [nil, nil, subject])
        let selections = try [#require(onset), #require(third)]
        var random = SeededGenerator(seed: 5)
        var refused = 0
        for _ in 0..<3_000 {
            let bytes = (0..<Int.random(in: 0..<24, using: &random)).map { _ in
                UInt8.random(in: 0...(Bool.random(using: &random) ? 0x30 : 0xFF), using: &random)
            }
            let key = TreeKey(realm: TupleBytes(), order: TupleBytes(continuing: bytes))
            for selection in selections {
                do {
                    _ = try selection.selects(key)
                } catch {
                    refused += 1
                    #expect(!"\(error)".isEmpty)
                }
            }
        }
        #expect(refused > 3_000)
    }
}

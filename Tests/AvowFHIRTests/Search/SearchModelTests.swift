import Foundation
import TestSupport
import Testing

@testable import AvowFHIR

/// Search parameters over Synthea's patients, against a slow reading of the specification.
@Suite(.enabled(if: Synthea.isAvailable, "needs ../shared/data/synthea-r4-40.tar.zst"))
struct `Search over Synthea` {
    /// From how many resources of each type, drawn from all bundles, values are extracted; AVOW_SEARCH_LIMIT asks for
    /// another number.
    private static let limit = ProcessInfo.processInfo.environment["AVOW_SEARCH_LIMIT"].flatMap(Int.init) ?? 240
    /// How many of these are searched.
    private static let searched = 100

    /// Resources by type.
    private static func resources(seed: UInt64) throws -> [ResourceType: [JSONValue]] {
        var random = SeededGenerator(seed: seed)
        var drawn: [ResourceType: [[UInt8]]] = [:]
        var seen: [ResourceType: Int] = [:]
        var reader = ResourceReader(files: try ResourceReader.files(at: Synthea.directory()))
        while let item = reader.next() {
            guard case .resource(let resource) = item else { continue }
            let count = seen[resource.type, default: 0] + 1
            seen[resource.type] = count
            if count <= limit {
                drawn[resource.type, default: []].append(resource.json)
            } else if case let place = Int.random(in: 0..<count, using: &random), place < limit {
                drawn[resource.type]?[place] = resource.json
            }
        }
        // In the order of types, so that the seed decides.
        var parsed: [ResourceType: [JSONValue]] = [:]
        for (type, list) in drawn.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            parsed[type] = try list.shuffled(using: &random).map { try JSONParser().parse($0).root }
        }
        return parsed
    }

    @Test func `finds what the evaluator finds, and selects what the specification says`() throws {
        let seed: UInt64 = 20_261_123
        var occurring = 0
        var extracted = 0
        var asked = 0
        var selected = 0
        for (type, resources) in try Self.resources(seed: seed).sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            for parameter in SearchParameter.all(for: type) {
                guard let reference = try ReferenceSearch(parameter, on: type) else { continue }
                let extractor = try SearchExtractor(parameter, on: type)
                let evaluating = extractor.evaluating
                let texts = SearchTexts()
                let found = resources.map { resource in
                    var values: [SearchValue] = []
                    extractor.visit(resource, texts: texts) { values.append($0) }
                    return values
                }
                for (resource, values) in zip(resources, found) {
                    #expect(evaluating.values(in: resource) == values, "\(type) \(parameter.code), seed \(seed)")
                }
                extracted += found.reduce(0) { $0 + $1.count }
                let sample = Self.sample(of: found)
                guard !sample.isEmpty else { continue }
                occurring += 1
                let expected = try resources.prefix(Self.searched).map { try reference.values(in: $0) }
                for question in sample.flatMap(Question.about) + Question.presence {
                    let criterion = try SearchCriterion(
                        parameter.kind, components: extractor.components, modifier: question.modifier,
                        comparison: question.comparison, literal: question.literal)
                    asked += 1
                    for (own, other) in zip(found, expected) {
                        let isFound = criterion.matches(own)
                        let isWanted = ReferenceSearch.finds(
                            other, question.modifier, question.comparison, question.literal)
                        if isFound { selected += 1 }
                        if isFound != isWanted {
                            Issue.record("\(type) \(parameter.code) \(question): \(own) beside \(other), seed \(seed)")
                        }
                    }
                }
            }
        }
        print("\(occurring) parameters occur, with \(extracted) values; \(asked) conditions selected \(selected)")
        #expect(occurring > 180 && asked > 5_000 && selected > 50_000)
    }

    /// A few values that were found, from everywhere.
    private static func sample(of found: [[SearchValue]]) -> [SearchValue] {
        let all = found.flatMap { $0 }
        var seen: Set<SearchValue> = []
        return stride(from: 0, to: all.count, by: max(1, all.count / 4)).map { all[$0] }.filter {
            seen.insert($0).inserted
        }
    }
}

/// A condition before it is understood.
private struct Question {
    let modifier: SearchModifier?
    let comparison: SearchComparison
    let literal: SearchLiteral

    init(_ literal: SearchLiteral, _ comparison: SearchComparison = .equal, _ modifier: SearchModifier? = nil) {
        self.modifier = modifier
        self.comparison = comparison
        self.literal = literal
    }

    static let presence = ["true", "false"].map { Question(.token(system: nil, code: $0), .equal, .missing) }

    /// What one may ask about a value.
    static func about(_ value: SearchValue) -> [Question] {
        switch value {
        case .token(let token):
            let literals: [SearchLiteral] = [
                .token(system: nil, code: token.code), .token(system: token.system, code: token.code),
                .token(system: "", code: token.code),
                .token(system: token.system.isEmpty ? "x" : token.system, code: nil),
            ]
            return literals.flatMap { [Question($0), Question($0, .equal, .not)] }
        case .date(let date):
            guard let text = FHIRDateTime(instant: date.from == .min ? date.until : date.from)?.text else { return [] }
            let texts = [
                String(text.prefix(4)), String(text.prefix(7)), String(text.prefix(10)), text.prefix(16) + "Z", text,
            ]
            return texts.flatMap { text in SearchComparison.allCases.map { Question(.date(text), $0) } }
        case .string(let string):
            let text = string.text
            var questions = [Question(.string(text)), Question(.string(text), .equal, .exact)]
            questions.append(Question(.string(text.uppercased()), .equal, .exact))
            for part in [text.prefix(3), text.uppercased().prefix(4), text.dropFirst().prefix(3)]
            where !TextFolding.folded(String(part)).isEmpty {
                questions += [Question(.string(String(part))), Question(.string(String(part)), .equal, .contains)]
            }
            return questions
        case .number(let number):
            return [number, number.rounded()].flatMap { number in
                SearchComparison.allCases.map { Question(.number(number.description), $0) }
            }
        case .quantity(let quantity): return about(quantity)
        case .reference(.resource(let type, let id)):
            return [
                Question(.reference("\(type.name)/\(id)")), Question(.reference(id)),
                Question(.reference(id), .equal, .type(type)), Question(.reference(id), .equal, .type(.basic)),
            ]
        case .reference(.url(let url)): return [Question(.reference(url))]
        case .reference(.identifier(let token)):
            return [Question(.token(system: token.system, code: token.code), .equal, .identifier)]
        case .uri(let uri):
            return [
                Question(.uri(uri)), Question(.uri(String(uri.dropLast(2))), .equal, .below),
                Question(.uri(uri + "/x"), .equal, .above),
            ].filter { !uri.hasPrefix("urn:") || $0.modifier == nil }
        case .composite(let parts):
            let questions = parts.map { about($0).filter { $0.modifier == nil } }
            return (0..<12).compactMap { number in
                let terms = questions.compactMap { list in
                    list.isEmpty ? nil : list[number * 7 % list.count]
                }.map { SearchTerm($0.comparison, $0.literal) }
                return terms.count == parts.count ? Question(.composite(terms)) : nil
            }
        }
    }

    private static func about(_ quantity: SearchQuantity) -> [Question] {
        guard let value = quantity.value else { return [] }
        var literals: [SearchLiteral] = []
        let name = quantity.code.isEmpty ? quantity.unit : quantity.code
        for number in [value, value.rounded(toPlaces: 1), value.rounded()].map(\.description) {
            literals.append(.quantity(number: number, system: nil, code: nil))
            if !name.isEmpty { literals.append(.quantity(number: number, system: nil, code: name)) }
            if !quantity.system.isEmpty, quantity.ucum != nil || quantity.system != QuantityUnit.ucumSystem {
                literals.append(.quantity(number: number, system: quantity.system, code: quantity.code))
            }
        }
        if quantity.ucum != nil, let own = ReferenceSearch.units[quantity.code] {
            for (code, other) in ReferenceSearch.units where other.base == own.base {
                let scaled = Decimal(string: value.rounded(toPlaces: 2).description).map {
                    $0 * own.factor / other.factor
                }
                guard let scaled, FHIRDecimal(scaled.description) != nil else { continue }
                literals.append(.quantity(number: scaled.description, system: quantity.system, code: code))
            }
        }
        return literals.flatMap { literal in SearchComparison.allCases.map { Question(literal, $0) } }
    }
}

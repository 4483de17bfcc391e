import AvowFHIR
import AvowProof
import AvowQuery
import Foundation
import TestSupport
import Testing

@testable import Avow

/// Each search parameter that occurs in the Synthea data, as an index, against a slow scan.
@Suite struct `Indexes over synthetic patients` {
    private static let archive = "synthea-r4-40.tar.zst"
    /// How many conditions each index is asked.
    private static let conditions = 5

    /// A search parameter, and the name of the index over it.
    private struct Subject {
        let type: ResourceType
        let code: String
        let extractor: SearchExtractor
        var name: String { "\(type.name)-\(code)-test" }
    }

    /// What the parameters of one type find in its resources.
    private struct Findings {
        var subjects: [Subject]
        var ids: [String] = []
        /// For each subject, what it finds in each resource.
        var values: [[[SearchValue]]]

        init(_ type: ResourceType) {
            subjects = AvowFHIR.SearchParameter.all(for: type).compactMap { parameter in
                // `date` is the clinical date in an index, and no search parameter.
                guard parameter.code != "date", let extractor = try? SearchExtractor(parameter, on: type) else {
                    return nil
                }
                return Subject(type: type, code: parameter.code, extractor: extractor)
            }
            values = Array(repeating: [], count: subjects.count)
        }

        mutating func add(_ resource: ImportedResource, _ root: JSONValue) {
            ids.append(resource.id)
            for (index, subject) in subjects.enumerated() { values[index].append(subject.extractor.values(in: root)) }
        }
    }

    /// A slow scan of all resources, with the parameters that find something.
    private static func scan(_ folder: URL) throws -> [ResourceType: Findings] {
        var reader = try ResourceReader(path: folder.path)
        let parser = try JSONParser()
        var types: [ResourceType: Findings] = [:]
        var seen: Set<String> = []
        while let item = reader.next() {
            // Hospitals stand in several bundles.
            guard case .resource(let resource) = item, seen.insert("\(resource.type.name)/\(resource.id)").inserted
            else { continue }
            types[resource.type, default: Findings(resource.type)].add(resource, try parser.parse(resource.json).root)
        }
        return types
    }

    @Test(.enabled(if: SharedData.has(archive), "needs ../shared/data/\(archive)"))
    func `find what a slow scan finds, for each search parameter that occurs`() throws {
        let fixture = try StoreFixture()
        let folder = fixture.directory.appendingPathComponent("data")
        try SharedData.unpack(Self.archive, into: folder)
        let store = try unwrapped(fixture.store)
        let types = try Self.scan(folder).sorted { $0.key.rawValue < $1.key.rawValue }
        var subjects: [(subject: Subject, ids: [String], values: [[SearchValue]])] = []
        for (_, found) in types {
            for (subject, values) in zip(found.subjects, found.values) where values.contains(where: { !$0.isEmpty }) {
                subjects.append((subject, found.ids, values))
            }
        }
        // Most are filled by the import, some are made over the filled store.
        func create(_ subject: Subject, recordsInBatch: Int) throws {
            guard try Self.name(of: subject, in: store) == nil else { return }
            let work = IndexWork(store, recordsInBatch: recordsInBatch)
            try work.build(work.define(subject.name, subject.type, [.parameter(subject.code)])) { _ in }
        }
        let late = subjects.indices.filter { $0 % 5 == 0 }
        for index in subjects.indices where !late.contains(index) {
            try create(subjects[index].subject, recordsInBatch: 10)
        }
        try store.importUnvalidated(at: [folder.path])
        for index in late { try create(subjects[index].subject, recordsInBatch: 400) }
        let blobs = try Self.blobs(store, types.map(\.key))
        var random = SeededGenerator(seed: 2)
        var asked = 0
        var found = 0
        for (subject, ids, values) in subjects {
            let name = try unwrapped(try Self.name(of: subject, in: store))
            let finder = try IndexFinder(store, name)
            for criterion in Self.criteria(subject, values, &random) {
                asked += 1
                let wanted = zip(ids, values).filter { criterion.matches($1) }.map { "\(subject.type.name)/\($0.0)" }
                let blobsFound = Set(try finder.find([criterion]).blobs.map { blobs[$0] ?? "none" })
                found += blobsFound.count
                #expect(blobsFound == Set(wanted), "\(name): \(criterion)")
            }
        }
        print("\(subjects.count) parameters, \(asked) conditions, \(found) records found")
        #expect(subjects.count > 100 && asked > 700 && found > 10_000)
        #expect(try fixture.copyChecked() == [])
    }

    /// Which resource each blob holds.
    private static func blobs(_ store: Store, _ types: [ResourceType]) throws -> [UInt64: String] {
        let snapshot = try store.snapshot()
        var blobs: [UInt64: String] = [:]
        for type in types {
            let ids = try snapshot.ids(of: type, try store.homeAudience())
            for (id, blob) in ids { blobs[blob] = "\(type.name)/\(id)" }
        }
        return blobs
    }

    /// The name of the index with just this column, if there is one.
    private static func name(of subject: Subject, in store: Store) throws -> String? {
        let columns = [IndexColumn.parameter(subject.code)]
        return try store.snapshot().catalog().ready(for: subject.type).first { $0.columns == columns }?.name
    }

    /// Conditions about values that occur.
    private static func criteria(
        _ subject: Subject, _ values: [[SearchValue]], _ random: inout SeededGenerator
    ) -> [SearchCriterion] {
        let occurring = values.filter { !$0.isEmpty }
        var criteria: [SearchCriterion] = []
        for _ in 0..<conditions {
            let some = occurring[random.below(occurring.count)]
            if let criterion = criterion(subject, some[random.below(some.count)], &random) {
                criteria.append(criterion)
            }
        }
        let present = try? SearchCriterion(
            subject.extractor.kind, components: subject.extractor.components, modifier: .missing,
            literal: .string("false"))
        if let present { criteria.append(present) }
        return criteria
    }

    private static func criterion(
        _ subject: Subject, _ value: SearchValue, _ random: inout SeededGenerator
    ) -> SearchCriterion? {
        let kind = subject.extractor.kind
        if case .composite(let parts) = value {
            let terms = zip(subject.extractor.components, parts).compactMap { term($0, $1, &random) }
            guard terms.count == parts.count else { return nil }
            return try? SearchCriterion(
                kind, components: subject.extractor.components, literal: .composite(terms.map(\.0)))
        }
        guard let (term, modifier) = term(kind, value, &random) else { return nil }
        return try? SearchCriterion(kind, modifier: modifier, comparison: term.comparison, literal: term.literal)
    }

    private static func term(
        _ kind: AvowFHIR.SearchParameter.Kind, _ value: SearchValue, _ random: inout SeededGenerator
    ) -> (SearchTerm, SearchModifier?)? {
        let comparison = SearchComparison.allCases[random.below(SearchComparison.allCases.count)]
        let isOdd = random.below(2) == 1
        switch value {
        case .token(let token): return (SearchTerm(.token(system: isOdd ? nil : token.system, code: token.code)), nil)
        case .string(let string):
            if isOdd { return (SearchTerm(.string(string.text)), .exact) }
            return (
                SearchTerm(.string(String(string.text.prefix(1 + random.below(6))))),
                random.below(3) == 0 ? .contains : nil
            )
        case .date(let date):
            let text = FHIRDateTime(instant: max(date.from, -60_000_000_000_000))?.text ?? "2000-01-01"
            return (SearchTerm(comparison, .date(isOdd ? String(text.prefix(4)) : String(text.prefix(10)))), nil)
        case .number(let number): return (SearchTerm(comparison, .number(number.description)), nil)
        case .quantity(let quantity):
            guard let number = quantity.low ?? quantity.high else { return nil }
            return (
                SearchTerm(
                    comparison,
                    .quantity(
                        number: number.description, system: quantity.system.isEmpty ? nil : quantity.system,
                        code: quantity.code.isEmpty ? nil : quantity.code)), nil
            )
        case .reference(.resource(let type, let id)):
            return (SearchTerm(.reference(isOdd ? id : "\(type.name)/\(id)")), nil)
        case .reference(.url(let url)): return (SearchTerm(.reference(url)), nil)
        case .reference(.identifier(let token)):
            return (SearchTerm(.token(system: token.system, code: token.code)), .identifier)
        case .uri(let uri): return (SearchTerm(.uri(uri)), isOdd ? .below : nil)
        case .composite: return nil
        }
    }
}

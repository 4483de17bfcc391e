import AvowFHIR
import AvowProof
import AvowQuery
import AvowTree

@testable import Avow

/// Finds records through one index of a store, as a planner would: by the ranges that conditions select, testing keys,
/// and records where keys do not tell.
struct IndexFinder {
    let snapshot: Snapshot
    let audience: AudienceID
    private let definition: IndexDefinition
    private let form: IndexForm
    private let extractors: [SearchExtractor]

    init(_ store: Store, _ name: String) throws {
        snapshot = try store.snapshot()
        audience = try store.homeAudience()
        definition = try unwrapped(try snapshot.catalog()[name])
        form = try IndexForm(definition)
        var extractors: [SearchExtractor] = []
        for column in definition.columns {
            switch column {
            case .path(let text): extractors.append(try SearchExtractor(path: text, on: definition.type))
            case .parameter(let code):
                let parameter = try unwrapped(AvowFHIR.SearchParameter.named(code, for: definition.type))
                extractors.append(try SearchExtractor(parameter, on: definition.type))
            case .patient: throw SharedData.Failure(description: "the patient is not found by a search parameter")
            }
        }
        self.extractors = extractors
    }

    /// The blobs of the records that are found, and how many entries were read.
    func find(_ criteria: [SearchCriterion?]) throws -> (blobs: Set<UInt64>, entries: Int) {
        let selection = try unwrapped(IndexSelection(form, criteria))
        var blobs: Set<UInt64> = []
        var entries = 0
        var counted: UInt64 = 0
        for range in selection.ranges(audience) {
            counted += try snapshot.reader.count(in: range)
            guard var cursor = try snapshot.reader.cursor(from: range.lower) else { continue }
            while let entry = try cursor.next(), range.contains(entry.key.bytes) {
                entries += 1
                switch try selection.selects(entry.key) {
                case true?: blobs.insert(entry.blob)
                case false?: continue
                case nil: if try holds(criteria, entry) { blobs.insert(entry.blob) }
                }
            }
        }
        if selection.isExact, !selection.mayRepeatRecords, Int(counted) != blobs.count {
            throw SharedData.Failure(description: "\(criteria) of \(definition.name): \(counted) for \(blobs.count)")
        }
        return (blobs, entries)
    }

    private func holds(_ criteria: [SearchCriterion?], _ entry: PlacedEntry) throws -> Bool {
        let root = try JSONParser().parse(try snapshot.records.json(of: entry)).root
        return zip(extractors, criteria).allSatisfy { extractor, criterion in
            criterion.map { $0.matches(extractor.values(in: root)) } ?? true
        }
    }
}

extension Snapshot {
    /// The ids of all records of a type, with their blobs.
    func ids(of type: ResourceType, _ audience: AudienceID) throws -> [(id: String, blob: UInt64)] {
        try located(type, audience).map { entry in
            let key = entry.key
            var order = TupleReader(key.bytes, in: key.order)
            _ = try order.next()
            switch try order.next() {
            case .text(let id): return (id, entry.blob)
            case .uuid(let bytes): return (try unwrapped(UUIDBytes(bytes: bytes)).text, entry.blob)
            default: throw SharedData.Failure(description: "a located record without an id")
            }
        }
    }

    /// The first record of a type.
    func first(_ type: ResourceType, _ audience: AudienceID) throws -> [UInt8] {
        try records.json(of: try unwrapped(try located(type, audience).first))
    }

    private func located(_ type: ResourceType, _ audience: AudienceID) throws -> [PlacedEntry] {
        let range = KeyRange.located(audience, type: UInt16(type.rawValue))
        var found: [PlacedEntry] = []
        guard var cursor = try reader.cursor(from: range.lower) else { return [] }
        while let entry = try cursor.next(), range.contains(entry.key.bytes) { found.append(entry) }
        return found
    }

    /// The orders of all entries of an index.
    func orders(ofIndex name: String) throws -> [[UInt8]] {
        let definition = try unwrapped(try catalog()[name])
        let range = KeyRange.index(definition.id)
        var orders: [[UInt8]] = []
        guard var cursor = try reader.cursor(from: range.lower) else { return [] }
        while let entry = try cursor.next(), range.contains(entry.key.bytes) {
            let key = entry.key
            orders.append(Array(key.bytes[key.realmByteCount...]))
        }
        return orders
    }
}

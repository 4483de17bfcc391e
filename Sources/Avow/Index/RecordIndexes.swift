internal import AvowFHIR
internal import AvowProof
internal import AvowQuery
internal import AvowTree
internal import Synchronization

/// Finds the entries of records in the indexes that are written at one commit.
struct RecordIndexes: Sendable {
    let extraction: IndexExtraction
    let finders: Pool<EntryFinder>

    /// The keys of a record's entries.
    func keys(
        of json: [UInt8], _ type: ResourceType, _ place: RecordOwner
    ) throws(StoreError) -> [TreeKey] {
        try finders.withElement { (finder) throws(StoreError) in
            var keys: [TreeKey] = []
            try finder.visit(json, type, extraction) { entry in keys.append(entry.key(place)) }
            return keys
        }
    }
}

/// Whose a record is, and under which audience it stands.
struct RecordOwner: Hashable, Sendable {
    let audience: AudienceID
    let pseudonym: Pseudonym
    /// The record's number within its patient.
    let number: UInt64
}

extension IndexEntry {
    func append(to keys: inout TupleBytes, _ owner: RecordOwner) -> KeyCuts {
        append(to: &keys, owner.audience, owner.pseudonym, number: owner.number)
    }

    func key(_ owner: RecordOwner) -> TreeKey {
        key(owner.audience, owner.pseudonym, number: owner.number)
    }
}

/// Parses records and finds their entries, with buffers that it keeps. One for each thread.
final class EntryFinder {
    private let parser: JSONParser
    private let finder = IndexEntryFinder()

    init() throws(StoreError) {
        do throws(JSONError) {
            parser = try JSONParser()
        } catch {
            throw .query(.source(error))
        }
    }

    /// Calls `body` with each entry of a record, each once.
    func visit(
        _ json: [UInt8], _ type: ResourceType, _ extraction: IndexExtraction, _ body: (IndexEntry) -> Void
    ) throws(StoreError) {
        try visit(try parse(json, type), type, extraction, body)
    }

    /// Parses a record; what comes of it is gone once another is parsed.
    func parse(_ json: [UInt8], _ type: ResourceType) throws(StoreError) -> JSONValue {
        do throws(JSONError) {
            return try parser.parse(json).root
        } catch {
            throw .damaged(part: "a record of type \(type.name)", reason: "\(error)")
        }
    }

    /// As the other, of a record that is parsed.
    func visit(
        _ resource: JSONValue, _ type: ResourceType, _ extraction: IndexExtraction, _ body: (IndexEntry) -> Void
    ) throws(StoreError) {
        try mapping(StoreError.index) { () throws(IndexError) in
            try finder.visit(resource, type, extraction, body)
        }
    }
}

/// The extraction of the newest catalog that was asked for: it takes time to understand, and seldom changes.
final class KnownExtraction: Sendable {
    private let known = Mutex<(catalog: IndexCatalog, extraction: IndexExtraction)?>(nil)

    func extraction(_ catalog: IndexCatalog) -> IndexExtraction {
        known.withLock { known in
            if let known, known.catalog == catalog { return known.extraction }
            let extraction = IndexExtraction(catalog.definitions)
            known = (catalog, extraction)
            return extraction
        }
    }

    /// The one that was asked for last; nil when none was.
    var newest: IndexExtraction? { known.withLock { $0?.extraction } }
}

extension Store {
    /// The indexes that are written at the commit that a writer builds on.
    func recordIndexes(_ catalog: IndexCatalog) -> RecordIndexes {
        RecordIndexes(extraction: extractions.extraction(catalog), finders: entryFinders)
    }
}

import AvowConsent
import AvowFHIR
import AvowProof

@testable import AvowQuery

/// A source of queries that is nothing but a sorted array, and counts what is asked of it.
final class MemorySource: RecordSource {
    struct Entry: SourceEntry {
        let key: TreeKey
        let value: Digest
        /// The value that rests in the tree; empty for what leads to a record directly.
        let content: [UInt8]
    }

    struct Cursor: EntryCursor {
        fileprivate var rest: ArraySlice<Entry>
        fileprivate let isDescending: Bool
        fileprivate let source: MemorySource

        mutating func next() throws(QueryError) -> Entry? {
            let entry = isDescending ? rest.popLast() : rest.popFirst()
            if entry != nil { source.entriesRead += 1 }
            return entry
        }
    }

    /// Which audience a record stands under.
    struct Placed {
        let audience: AudienceID
        let pseudonym: Pseudonym
        let number: UInt64
        let type: ResourceType
        let id: String
        let json: String
        let codes: [(code: String, system: String)]
        let date: Int64?
    }

    private(set) var entries: [Entry] = []
    private var records: [Digest: [UInt8]] = [:]
    private(set) var entriesRead = 0
    private(set) var recordsRead = 0
    private(set) var rangesCounted = 0
    private(set) var leaps = 0

    private static let salt = [UInt8](repeating: 7, count: SaltedValue.saltByteCount)

    /// - Parameters:
    ///   - audiences: by their ids.
    ///   - patients: pseudonyms by logical id, for each audience under which the patient has records.
    init(
        _ records: [Placed], audiences: [UInt64: Audience],
        patients: [(audience: AudienceID, id: String, pseudonym: Pseudonym)], catalog: IndexCatalog? = .standard
    ) throws {
        var keys: Set<TreeKey> = []
        for (id, audience) in audiences {
            for grant in audience.grants {
                let recipient = Digest(.recipient, grant.recipient.canonicalBytes)
                let key = TreeKey.audience(purpose: grant.purpose.code, recipient: recipient, AudienceID(rawValue: id))
                if keys.insert(key).inserted { try add(key, salted: audience.encoded) }
            }
        }
        if let catalog { try add(IndexCatalog.key, salted: catalog.bytes) }
        for patient in patients {
            try add(.patient(patient.audience, logicalID: patient.id), salted: patient.pseudonym.bytes)
        }
        let others = IndexExtraction((catalog?.definitions ?? []).filter { $0.columns != IndexCatalog.codeAndDate })
        for record in records { try add(record, catalog, others) }
        entries.sort { $0.key < $1.key }
    }

    private func add(_ key: TreeKey, salted content: [UInt8]) throws {
        let value = try SaltedValue(salt: MemorySource.salt, content: content)
        entries.append(Entry(key: key, value: Digest(.value, value.bytes), content: value.bytes))
    }

    /// - Parameter others: the indexes besides those by code and date, whose entries a record says itself.
    private func add(_ record: Placed, _ catalog: IndexCatalog?, _ others: IndexExtraction) throws {
        let json = Array(record.json.utf8)
        let digest = Digest(.record, json)
        records[digest] = json
        let type = UInt16(record.type.rawValue)
        let located = LocatedRecord(pseudonym: record.pseudonym, number: record.number, version: 1, digest: digest)
        entries.append(
            Entry(
                key: .locate(record.audience, type: type, logicalID: record.id),
                value: Digest(.value, located.bytes), content: located.bytes))
        entries.append(
            Entry(
                key: .record(record.audience, record.pseudonym, type: type, number: record.number), value: digest,
                content: []))
        try IndexEntryFinder().visit(try JSONParser().parse(json).root, record.type, others) { entry in
            entries.append(
                Entry(
                    key: entry.key(record.audience, record.pseudonym, number: record.number), value: digest, content: []
                )
            )
        }
        guard let index = catalog?.codeIndex(of: record.type) else { return }
        for code in record.codes {
            let values = CodeDateValues(code: code.code, system: code.system, date: record.date)
            entries.append(
                Entry(
                    key: .index(
                        index.id, record.audience, profile: 0, values: values.tuple, record.pseudonym,
                        number: record.number),
                    value: digest, content: []))
        }
    }

    private func slice(_ range: KeyRange) -> ArraySlice<Entry> {
        let start = place(of: range.lower)
        return entries[start..<max(start, range.upper.map(place) ?? entries.endIndex)]
    }

    /// How many entries stand below a bound.
    private func place(of bound: [UInt8]) -> Int {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            let key = entries[middle].key.bytes
            if ByteOrder.compare(key.span, bound.span) < 0 { low = middle + 1 } else { high = middle }
        }
        return low
    }

    func entry(for key: TreeKey) throws(QueryError) -> Entry? {
        let place = place(of: key.bytes)
        return place < entries.count && entries[place].key == key ? entries[place] : nil
    }

    func cursor(over range: KeyRange, descending: Bool) throws(QueryError) -> Cursor {
        Cursor(rest: slice(range), isDescending: descending, source: self)
    }

    struct Leaps: SkipCursor {
        fileprivate var rest: ArraySlice<Entry>
        fileprivate let source: MemorySource

        mutating func skip(to bound: [UInt8]) throws(QueryError) -> (count: UInt64, key: KeyPlace?) {
            source.leaps += 1
            let before = rest.count
            rest = rest.drop { $0.key.bytes.lexicographicallyPrecedes(bound) }
            return (UInt64(before - rest.count), key)
        }

        fileprivate var key: KeyPlace? {
            rest.first.map {
                KeyPlace(
                    $0.key.bytes, from: 0, realmByteCount: $0.key.realmByteCount,
                    orderByteCount: $0.key.orderByteCount)
            }
        }
    }

    func skipCursor(over range: KeyRange) throws(QueryError) -> (cursor: Leaps, key: KeyPlace?) {
        let leaps = Leaps(rest: slice(range), source: self)
        return (leaps, leaps.key)
    }

    func count(in range: KeyRange) throws(QueryError) -> UInt64 {
        rangesCounted += 1
        return UInt64(slice(range).count)
    }

    func value(of entry: Entry) throws(QueryError) -> [UInt8] {
        guard !entry.content.isEmpty else { throw .entry(entry.key, expected: "a value") }
        return entry.content
    }

    func record(_ wanted: WantedRecord<Entry>) throws(QueryError) -> [UInt8] {
        recordsRead += 1
        guard let json = records[wanted.digest] else { throw .entry(wanted.entry.key, expected: "a record") }
        return json
    }
}

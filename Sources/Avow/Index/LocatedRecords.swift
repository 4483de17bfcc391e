internal import AvowFHIR
internal import AvowProof
internal import AvowTree

/// The entries by which the records of one type are located, audience by audience, from a place on.
struct LocatedRecords {
    private let reader: TreeReader
    /// What is left of the range of each audience.
    private let ranges: [KeyRange]
    /// How many records of the type there are.
    let total: UInt64
    /// How many stand before the place.
    private let before: UInt64

    /// - Parameter place: the key of the last record that is left out, or nil to begin with the first.
    init(_ snapshot: Snapshot, of type: ResourceType, behind place: [UInt8]?) throws(StoreError) {
        let reader = snapshot.reader
        self.reader = reader
        let start = place.map { $0 + [0] } ?? []
        (ranges, total, before) = try mapping(StoreError.tree) { () throws(TreeError) in
            var ranges: [KeyRange] = []
            var total: UInt64 = 0
            var left: UInt64 = 0
            for audience in try LocatedRecords.audiences(reader) {
                let all = KeyRange.located(audience, type: UInt16(type.rawValue))
                total += try reader.count(in: all)
                let isBehind = ByteOrder.compare(start.span, all.lower.span) > 0
                let rest = isBehind ? KeyRange(lower: start, upper: all.upper) : all
                left += try reader.count(in: rest)
                if !rest.isEmpty { ranges.append(rest) }
            }
            return (ranges, total, total - left)
        }
    }

    /// The audiences that records stand under.
    private static func audiences(_ reader: TreeReader) throws(TreeError) -> [AudienceID] {
        var audiences: [AudienceID] = []
        var place = KeyRange.space(.locate).lower
        while var cursor = try reader.cursor(from: place), let key = try cursor.next()?.key {
            var realm = TupleReader(key.bytes, in: key.realm)
            guard let space = try? realm.unsigned(), space == KeySpace.locate.rawValue, let id = try? realm.unsigned()
            else { break }
            audiences.append(AudienceID(rawValue: id))
            guard let end = KeyRange.located(AudienceID(rawValue: id)).upper else { break }
            place = end
        }
        return audiences
    }

    /// The first records, at most `count`.
    func next(_ count: Int) throws(StoreError) -> [PlacedEntry] {
        try mapping(StoreError.tree) { () throws(TreeError) in
            var records: [PlacedEntry] = []
            for range in ranges {
                var left = min(try reader.count(in: range), UInt64(count - records.count))
                var cursor = try reader.cursor(from: range.lower)
                while left > 0, let entry = try cursor?.next() {
                    records.append(entry)
                    left -= 1
                }
            }
            return records
        }
    }

    /// How far it has come behind some more records.
    func progress(_ name: String, behind count: Int) -> IndexProgress {
        IndexProgress(index: name, isRemoving: false, done: before + UInt64(count), total: total)
    }
}

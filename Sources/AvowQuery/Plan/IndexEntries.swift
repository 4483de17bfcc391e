public import AvowProof

/// Entries of resources in indexes, one behind the other, none with an allocation of its own.
public struct IndexEntries: Sendable {
    private struct Place {
        let index: UInt64
        let isOverflow: Bool
        let start: UInt32
        let patientPlace: Int32
    }

    private var places: [Place] = []
    private var values = TupleBytes()

    /// No entries.
    public init() {}

    /// How many there are.
    public var count: Int { places.count }

    /// Appends an entry.
    public mutating func append(_ entry: IndexEntry) {
        let start = UInt32(truncatingIfNeeded: values.byteCount)
        let patientPlace = entry.patientPlace.map { Int32(truncatingIfNeeded: $0) } ?? -1
        places.append(
            Place(index: entry.index, isOverflow: entry.isOverflow, start: start, patientPlace: patientPlace))
        values.append(encoded: entry.values.span)
    }

    /// Forgets all entries, and keeps the memory for others.
    public mutating func removeAll() {
        places.removeAll(keepingCapacity: true)
        values.removeAll()
    }

    /// The number of the index in which an entry stands.
    public func index(_ position: Int) -> UInt64 { places[position].index }

    /// Whether an entry stands for all that its resource has in the index.
    public func isOverflow(_ position: Int) -> Bool { places[position].isOverflow }

    /// Appends the key of an entry; see ``IndexEntry/append(to:_:_:number:)``.
    public func append(
        _ position: Int, to keys: inout TupleBytes, _ audience: AudienceID, _ pseudonym: Pseudonym, number: UInt64
    ) -> KeyCuts {
        keys.appendIndexKey(places[position].index, audience, profile: 0, pseudonym, number: number) { key in
            append(position, to: &key, pseudonym)
        }
    }

    /// The key of an entry.
    public func key(_ position: Int, _ audience: AudienceID, _ pseudonym: Pseudonym, number: UInt64) -> TreeKey {
        var own = TupleBytes()
        append(position, to: &own, pseudonym)
        return .index(places[position].index, audience, profile: 0, values: own, pseudonym, number: number)
    }

    private func append(_ position: Int, to tuple: inout TupleBytes, _ pseudonym: Pseudonym) {
        let place = places[position]
        let end = position + 1 < places.count ? Int(places[position + 1].start) : values.byteCount
        tuple.append(
            values.span.extracting(Int(place.start)..<end), with: pseudonym,
            at: place.patientPlace < 0 ? nil : Int(place.patientPlace))
    }
}

internal import AvowFHIR
internal import AvowProof

// Entries and the records that they lead to.
extension QueryExecutor {
    /// What an entry says of its record.
    struct EntryFacts {
        let owner: RecordIdentity
        /// The clinical date, when the entry is of an index that has it.
        var date: Int64?
    }

    /// Calls `body` with each selected entry, one for a record, until it returns false.
    func forEachEntry(
        _ route: Route, descending: Bool, _ body: (Source.Cursor.Entry) throws(QueryError) -> Bool
    ) throws(QueryError) {
        // A record's entries stand under one audience and in the index of one type.
        var seen: Set<[UInt8]> = []
        var group = 0
        let mayRepeat = route.path.mayRepeatRecords
        for place in route.places {
            if place.group != group { seen.removeAll(keepingCapacity: true) }
            group = place.group
            guard case .range(let range) = place.extent else {
                guard case .key(let key) = place.extent, let entry = try source.entry(for: key) else { continue }
                guard try passes(entry, route) else { continue }
                guard try body(entry) else { return }
                continue
            }
            var cursor = try source.cursor(over: range, descending: descending)
            while let entry = try cursor.next() {
                recorder?.countEntry()
                if let codes = place.codes, !codes.isExact {
                    guard try codes.selects(entry.key) else { continue }
                }
                if case .index(let selection) = route.path, !selection.isExact {
                    guard try selection.selects(entry.key) ?? true else { continue }
                }
                if mayRepeat {
                    let key = entry.key
                    guard seen.insert(Array(key.bytes[key.owner])).inserted else { continue }
                }
                guard try passes(entry, route) else { continue }
                guard try body(entry) else { return }
            }
        }
    }

    /// Whether an entry meets what is tested on entries.
    func passes(_ entry: Source.Cursor.Entry, _ route: Route) throws(QueryError) -> Bool {
        guard !route.filter.isEmpty else { return true }
        let facts = try facts(of: entry, route.path)
        return route.filter.allSatisfy { $0.holds(of: facts.owner, date: facts.date, tables) }
    }

    /// Calls `body` with the records of the selected entries, many at once, until as many as are needed have been read.
    ///
    /// No more are read at once than rows are still needed, and a record gives one row at most. So exactly the entries
    /// are read that reading one after the other would read, as what an answer proves must not depend on how it is
    /// computed.
    ///
    /// - Parameter needed: how many more rows are needed.
    func forEachRecord(
        _ route: Route, descending: Bool, needed: () -> Int,
        _ process: ([WantedRecord<Source.Cursor.Entry>]) throws(QueryError) -> Void
    ) throws(QueryError) {
        func body(_ wanted: [WantedRecord<Source.Cursor.Entry>]) throws(QueryError) {
            recorder?.countRecords(wanted.count)
            try process(wanted)
        }
        var waiting: [WantedRecord<Source.Cursor.Entry>] = []
        var chunk = min(needed(), QueryExecutor.firstChunk)
        do throws(QueryError) {
            try forEachEntry(route, descending: descending) { (entry) throws(QueryError) in
                waiting.append(try wanted(entry, route.path))
                guard waiting.count >= chunk else { return true }
                let full = waiting
                waiting.removeAll(keepingCapacity: true)
                try body(full)
                let rest = needed()
                chunk = min(rest, max(full.count, min(full.count * 2, QueryExecutor.largestChunk)))
                return rest > 0
            }
        } catch {
            // What was read before comes first, and so do its faults.
            try body(waiting)
            throw error
        }
        try body(waiting)
    }

    /// How many records are read at once: few at first, for those who look at the beginning only, later many.
    private static var firstChunk: Int { 64 }
    private static var largestChunk: Int { 1_024 }

    // MARK: One entry

    /// The record that an entry leads to.
    func wanted(
        _ entry: Source.Cursor.Entry, _ path: AccessPath
    ) throws(QueryError) -> WantedRecord<Source.Cursor.Entry> {
        switch path {
        case .located, .type: try QueryExecutor.wanted(located: entry, source)
        default: WantedRecord(entry.value, of: entry, try facts(of: entry, path).owner)
        }
    }

    /// The record that the entry of a location leads to.
    static func wanted(
        located entry: Source.Cursor.Entry, _ source: Source
    ) throws(QueryError) -> WantedRecord<Source.Cursor.Entry> {
        let located = try located(entry, source)
        let owner = RecordIdentity(pseudonym: located.pseudonym.rawValue, number: located.number)
        return WantedRecord(located.digest, of: entry, owner)
    }

    /// What an entry says of its record.
    func facts(of entry: Source.Cursor.Entry, _ path: AccessPath) throws(QueryError) -> EntryFacts {
        switch path {
        case .located, .type:
            let located = try QueryExecutor.located(entry, source)
            return EntryFacts(owner: RecordIdentity(pseudonym: located.pseudonym.rawValue, number: located.number))
        case .code:
            let key = entry.key
            let owner = try QueryExecutor.owner(key, in: key.owner, hasType: false)
            return EntryFacts(owner: owner, date: try CodeDateValues(key).date)
        case .index:
            let key = entry.key
            return EntryFacts(owner: try QueryExecutor.owner(key, in: key.owner, hasType: false))
        default:
            let key = entry.key
            return EntryFacts(owner: try QueryExecutor.owner(key, in: key.order, hasType: true))
        }
    }

    private static func owner(_ key: TreeKey, in range: Range<Int>, hasType: Bool) throws(QueryError) -> RecordIdentity
    {
        var reader = TupleReader(key.bytes, in: range)
        do throws(TupleError) {
            let pseudonym = try reader.unsigned()
            if hasType { _ = try reader.unsigned() }
            let owner = RecordIdentity(pseudonym: pseudonym, number: try reader.unsigned())
            try reader.finish()
            return owner
        } catch {
            throw .entry(key, expected: "a patient and the number of a record: \(error)")
        }
    }

    static func located(
        _ entry: Source.Cursor.Entry, _ source: Source
    ) throws(QueryError) -> LocatedRecord {
        let bytes = try source.value(of: entry)
        do throws(EntryValueError) {
            return try LocatedRecord(bytes)
        } catch {
            throw .entry(entry.key, expected: error.expected)
        }
    }
}

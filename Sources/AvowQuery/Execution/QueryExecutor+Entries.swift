internal import AvowFHIR
internal import AvowProof

/// What is known of an entry that was read and is not refused.
struct FoundEntry {
    let facts: EntryFacts
    /// Whether its record meets all that entries are asked about; otherwise that is for the record to say.
    let isSure: Bool
    /// What entries are merged by.
    var order: Int64 = .min
}

/// How entries are read.
struct EntryOrder {
    /// Whether the last comes first.
    var descending = false
    /// The column by which the entries of several places are merged; nil for one place after the other.
    var column: Int?
}

// Entries and the records that they lead to.
extension QueryExecutor {
    /// Calls `body` with each entry that is not refused, one for a record, and with the path that led to it, until it
    /// returns false.
    ///
    /// - Parameters:
    ///   - columns: those that `body` asks for, besides the clinical date.
    ///   - union: what other branches have led to, when the route is a branch of a union.
    /// - Returns: whether `body` wants more.
    @discardableResult
    func forEachEntry(
        _ route: Route, _ order: EntryOrder = EntryOrder(), columns: Set<Int>, _ union: RecordsOfBranches? = nil,
        _ body: (FoundEntry, AccessPath, () -> Source.Cursor.Entry) throws(QueryError) -> Bool
    ) throws(QueryError) -> Bool {
        guard route.branches.isEmpty else { return try forEachEntryOfBranches(route, body) }
        var examiner = EntryExaminer(route, tables, order, columns: columns)
        examiner.union = union
        for partner in route.partners { examiner.add(try members(partner)) }
        for excluded in route.excluded { examiner.exclude(try members(excluded)) }
        if let ends = route.ends { return try forEachEnd(ends, route, &examiner, body) }
        if order.column != nil, route.places.count > 1 {
            return try merge(route, order, &examiner, body)
        }
        let way = EntryKind(route.path)
        var group = 0
        for place in route.places {
            if place.group != group { examiner.forgetSeen() }
            group = place.group
            guard case .range(let range) = place.extent else {
                guard case .key(let key) = place.extent, let entry = try source.entry(for: key),
                    let found = try examine(KeyPlace(entry.key), place, way, &examiner, { entry })
                else { continue }
                guard try body(found, route.path, { entry }) else { return false }
                continue
            }
            var cursor = try source.cursor(over: range, descending: order.descending)
            while let run = try cursor.ahead() {
                let keys = run.keys
                var index = 0
                while index < keys.count {
                    let next: FoundEntry?
                    if way == .indexed {
                        next = try examiner.next(in: keys, from: &index, place)
                    } else {
                        next = try examine(keys[index], place, way, &examiner) { run.entry(index) }
                        index += 1
                    }
                    guard let found = next else { continue }
                    guard try body(found, route.path, { run.entry(index - 1) }) else {
                        cursor.read(index)
                        recorder?.countEntries(index)
                        return false
                    }
                }
                cursor.read(keys.count)
                recorder?.countEntries(keys.count)
            }
        }
        return true
    }

    /// Reads the entries of all places at once, by the values of the column that each place is sorted by. Of several with
    /// one value those of the earlier place come first.
    ///
    /// - Complexity: O(log p) an entry, for p places.
    private func merge(
        _ route: Route, _ order: EntryOrder, _ examiner: inout EntryExaminer,
        _ body: (FoundEntry, AccessPath, () -> Source.Cursor.Entry) throws(QueryError) -> Bool
    ) throws(QueryError) -> Bool {
        let way = EntryKind(route.path)
        var ranges: [MergedRange<Source.Cursor>] = []
        // What was read is accounted for at the end, when it is known how much that is.
        defer { for range in ranges { range.finish() } }
        for place in route.places {
            guard case .range(let range) = place.extent else { continue }
            let cursor = try source.cursor(over: range, descending: order.descending)
            if let merged = try MergedRange(cursor, place) { ranges.append(merged) }
        }
        var found = [FoundEntry?](repeating: nil, count: ranges.count)
        var heads = MergeHeap(descending: order.descending)
        func advance(_ index: Int) throws(QueryError) {
            let range = ranges[index]
            while let key = try range.next() {
                recorder?.countEntries(1)
                let next =
                    way == .indexed
                    ? try examiner.examine(key, range.place)
                    : try examine(key, range.place, way, &examiner) { range.entry }
                guard let next else { continue }
                found[index] = next
                heads.insert(next.order, index)
                return
            }
        }
        for index in ranges.indices { try advance(index) }
        while let index = heads.popFirst(), let next = found[index] {
            let range = ranges[index]
            guard try body(next, route.path, { range.entry }) else { return false }
            try advance(index)
        }
        return true
    }

    /// What an entry says of its record; nil when it is refused.
    private func examine(
        _ key: KeyPlace, _ place: Route.Place, _ kind: EntryKind, _ examiner: inout EntryExaminer,
        _ entry: () -> Source.Cursor.Entry
    ) throws(QueryError) -> FoundEntry? {
        switch kind {
        case .indexed: return try examiner.examine(key, place)
        case .located:
            let located = try QueryExecutor.located(entry(), source)
            return examiner.examine(RecordIdentity(pseudonym: located.pseudonym.rawValue, number: located.number))
        case .record: return examiner.examine(try EntryReader.owner(key, in: key.order, hasType: true))
        }
    }

    /// Whom another way leads to, and whether that is sure.
    func members(_ partner: Route.Partner) throws(QueryError) -> PartnerMembers {
        var members = PartnerMembers()
        for place in partner.places {
            guard case .range(let range) = place.extent else { continue }
            var cursor = try source.cursor(over: range, descending: false)
            while let run = try cursor.ahead() {
                let keys = run.keys
                for index in 0..<keys.count {
                    let key = keys[index]
                    let isSure = try place.selects(key)
                    guard isSure != false else { continue }
                    let owner = try EntryReader.owner(key, in: key.owner, hasType: false)
                    members.insert(RecordPlace(group: place.audience.rawValue, owner: owner), isSure: isSure == true)
                }
                cursor.read(keys.count)
                recorder?.countEntries(keys.count)
            }
        }
        return members
    }

    // MARK: Rows

    /// Calls `body` with the row of each selected record, which its entry tells or the record itself, in the order of the entries, until as many as are needed
    /// have been found.
    ///
    /// Records are read many at once, and no more at once than are still needed; a record gives one row at most, unless a
    /// view unnests it. So
    /// exactly the entries are read that reading one after the other would read, as what an answer proves must not
    /// depend on how it is computed.
    ///
    /// - Parameters:
    ///   - needed: how many more are needed.
    ///   - isWanted: whether the record of an entry can still play a part; false, too, when the entry told enough.
    ///   - tells: whether an entry tells all that is needed of its record.
    ///   - told: takes what the entry tells that was asked for last.
    ///   - body: takes what was found.
    func forEachProduct(
        _ route: Route, _ reading: EntryReading, _ evaluators: (sure: RowEvaluator, doubtful: RowEvaluator),
        needed: () -> Int, isWanted: (FoundEntry) throws(QueryError) -> Bool,
        tells: (EntryFacts) -> Bool, told: (EntryFacts) throws(QueryError) -> Void,
        _ body: (Row) throws(QueryError) -> Void
    ) throws(QueryError) {
        var waiting: [WantedRecord<Source.Cursor.Entry>] = []
        // Apart from these, since what they are is looked up at run time.
        var waitingCount = 0
        var areSure = true
        // Nobody knows how many rows a view makes of a record: where some suffice, they are read one by one.
        let mayUnnest = needed() < .max && route.conditions.contains { $0.view?.definition.mayUnnest ?? false }
        var chunk = mayUnnest ? 1 : min(needed(), QueryExecutor.firstChunk)
        var last: Int64?
        var count = 0
        func flush() throws(QueryError) {
            guard waitingCount > 0 else { return }
            let full = waiting
            waiting.removeAll(keepingCapacity: true)
            waitingCount = 0
            recorder?.countRecords(full.count)
            let evaluator = areSure ? evaluators.sure : evaluators.doubtful
            for case let row? in try source.evaluate(full, evaluator) {
                count += 1
                try body(row)
                for other in row.others {
                    count += 1
                    try body(other)
                }
            }
            let most = min(needed(), max(full.count, min(full.count * 2, QueryExecutor.largestChunk)))
            chunk = mayUnnest ? 1 : most
        }
        // By itself, so that what an entry is is not looked up for those of which no record is read.
        @inline(never)
        func wait(
            for entry: () -> Source.Cursor.Entry, _ owner: RecordIdentity, _ path: AccessPath
        ) throws(QueryError) {
            waiting.append(try wanted(entry(), owner, path))
            waitingCount += 1
        }
        @inline(never)
        func show(_ entry: () -> Source.Cursor.Entry) throws(QueryError) { try source.show(entry()) }
        do throws(QueryError) {
            try forEachEntry(route, reading.order, columns: reading.columns) {
                (found, path, entry) throws(QueryError) in
                // Rows that tie in what entries are read by are all wanted, as what follows decides between them.
                if let most = reading.mostInOrder, let before = last, before != found.order {
                    if count + waitingCount >= most { try flush() }
                    if count >= most { return false }
                }
                last = found.order
                guard try isWanted(found) else { return true }
                let isTold = found.isSure && route.residual.isEmpty && tells(found.facts)
                if waitingCount > 0, isTold || found.isSure != areSure { try flush() }
                if isTold {
                    if reading.isShown { try show(entry) }
                    count += 1
                    try told(found.facts)
                    return needed() > 0
                }
                areSure = found.isSure
                try wait(for: entry, found.facts.owner, path)
                guard waitingCount >= chunk else { return true }
                try flush()
                return needed() > 0
            }
        } catch {
            // What was read before comes first, and so do its faults.
            try flush()
            throw error
        }
        try flush()
    }

    /// How many records are read at once: few at first, for those who look at the beginning only, later many.
    static var firstChunk: Int { 64 }
    static var largestChunk: Int { 1_024 }

    // MARK: One entry

    /// The record that an entry leads to.
    func wanted(
        _ entry: Source.Cursor.Entry, _ owner: RecordIdentity, _ path: AccessPath
    ) throws(QueryError) -> WantedRecord<Source.Cursor.Entry> {
        switch path {
        case .located, .type: try QueryExecutor.wanted(located: entry, source)
        default: WantedRecord(entry.value, of: entry, owner)
        }
    }

    /// The record that an entry of an index leads to.
    func wanted(indexed entry: Source.Cursor.Entry) throws(QueryError) -> WantedRecord<Source.Cursor.Entry> {
        let key = KeyPlace(entry.key)
        return WantedRecord(entry.value, of: entry, try EntryReader.owner(key, in: key.owner, hasType: false))
    }

    /// The record that the entry of a location leads to.
    static func wanted(
        located entry: Source.Cursor.Entry, _ source: Source
    ) throws(QueryError) -> WantedRecord<Source.Cursor.Entry> {
        let located = try located(entry, source)
        let owner = RecordIdentity(pseudonym: located.pseudonym.rawValue, number: located.number)
        return WantedRecord(located.digest, of: entry, owner)
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

/// What the entries of an access path are.
private enum EntryKind {
    case indexed
    case located
    case record

    init(_ path: AccessPath) {
        switch path {
        case .code, .index: self = .indexed
        case .located, .type: self = .located
        case .nowhere, .patients, .owners, .all, .union: self = .record
        }
    }
}

/// How entries are read for rows or groups.
struct EntryReading {
    var order = EntryOrder()
    /// The columns that are read, besides the clinical date.
    var columns: Set<Int> = []
    /// So many are wanted in the order that entries are read in, and those that tie with the last of them.
    var mostInOrder: Int?
    /// Whether rows show what entries tell.
    var isShown = false
}

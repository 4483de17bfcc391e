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
    /// Calls `body` with each entry that is not refused, one for a record, until it returns false.
    ///
    /// - Parameter readsValues: whether `body` asks for values of other columns than the clinical date.
    func forEachEntry(
        _ route: Route, _ order: EntryOrder = EntryOrder(), readsValues: Bool,
        _ body: (FoundEntry, Source.Cursor.Entry) throws(QueryError) -> Bool
    ) throws(QueryError) {
        var examiner = EntryExaminer(route, tables, order, readsValues: readsValues)
        for partner in route.partners { examiner.add(try members(partner)) }
        if order.column != nil, route.places.count > 1 {
            return try merge(route, order, &examiner, body)
        }
        var group = 0
        for place in route.places {
            if place.group != group { examiner.forgetSeen() }
            group = place.group
            guard case .range(let range) = place.extent else {
                guard case .key(let key) = place.extent, let entry = try source.entry(for: key),
                    let found = try examine(entry, place, route, &examiner)
                else { continue }
                guard try body(found, entry) else { return }
                continue
            }
            var cursor = try source.cursor(over: range, descending: order.descending)
            while let entry = try cursor.next() {
                recorder?.countEntry()
                guard let found = try examine(entry, place, route, &examiner) else { continue }
                guard try body(found, entry) else { return }
            }
        }
    }

    /// Reads the entries of all places at once, by the values of the column that each place is sorted by. Of several with
    /// one value those of the earlier place come first.
    ///
    /// - Complexity: O(log p) an entry, for p places.
    private func merge(
        _ route: Route, _ order: EntryOrder, _ examiner: inout EntryExaminer,
        _ body: (FoundEntry, Source.Cursor.Entry) throws(QueryError) -> Bool
    ) throws(QueryError) {
        var cursors: [Source.Cursor] = []
        var heads = MergeHeap<(FoundEntry, Source.Cursor.Entry)>(descending: order.descending)
        let places = route.places
        func advance(_ index: Int) throws(QueryError) {
            while let entry = try cursors[index].next() {
                recorder?.countEntry()
                guard let found = try examine(entry, places[index], route, &examiner) else { continue }
                heads.insert((found, entry), found.order, index)
                return
            }
        }
        for place in places {
            guard case .range(let range) = place.extent else { continue }
            cursors.append(try source.cursor(over: range, descending: order.descending))
            try advance(cursors.count - 1)
        }
        while let ((found, entry), index) = heads.popFirst() {
            guard try body(found, entry) else { return }
            try advance(index)
        }
    }

    /// What an entry says of its record; nil when it is refused.
    func examine(
        _ entry: Source.Cursor.Entry, _ place: Route.Place, _ route: Route, _ examiner: inout EntryExaminer
    ) throws(QueryError) -> FoundEntry? {
        let key = entry.key
        switch route.path {
        case .code, .index: return try examiner.examine(key, place)
        case .located, .type:
            let located = try QueryExecutor.located(entry, source)
            return examiner.examine(RecordIdentity(pseudonym: located.pseudonym.rawValue, number: located.number))
        default: return examiner.examine(try QueryExecutor.owner(key, in: key.order, hasType: true))
        }
    }

    /// Whom another way leads to, and whether that is sure.
    func members(_ partner: Route.Partner) throws(QueryError) -> [RecordPlace: Bool] {
        var members: [RecordPlace: Bool] = [:]
        for place in partner.places {
            guard case .range(let range) = place.extent else { continue }
            var cursor = try source.cursor(over: range, descending: false)
            while let entry = try cursor.next() {
                recorder?.countEntry()
                let key = entry.key
                let isSure = try EntryExaminer.selects(key, place)
                guard isSure != false else { continue }
                let owner = try QueryExecutor.owner(key, in: key.owner, hasType: false)
                let record = RecordPlace(group: place.audience.rawValue, owner: owner)
                members[record] = members[record] == true || isSure == true
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
    ///   - product: what an entry tells, when that is all that is needed of its record.
    ///   - body: takes what was found.
    func forEachProduct(
        _ route: Route, _ reading: EntryReading, _ evaluators: (sure: RowEvaluator, doubtful: RowEvaluator),
        needed: () -> Int, isWanted: (FoundEntry) throws(QueryError) -> Bool, _ product: (EntryFacts) -> Row?,
        _ body: (Row) throws(QueryError) -> Void
    ) throws(QueryError) {
        var waiting: [WantedRecord<Source.Cursor.Entry>] = []
        var areSure = true
        // Nobody knows how many rows a view makes of a record: where some suffice, they are read one by one.
        let mayUnnest = needed() < .max && route.residual.contains { $0.view?.definition.mayUnnest ?? false }
        var chunk = mayUnnest ? 1 : min(needed(), QueryExecutor.firstChunk)
        var last: Int64?
        var count = 0
        func flush() throws(QueryError) {
            guard !waiting.isEmpty else { return }
            let full = waiting
            waiting.removeAll(keepingCapacity: true)
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
        do throws(QueryError) {
            try forEachEntry(route, reading.order, readsValues: reading.readsValues) {
                (found, entry) throws(QueryError) in
                // Rows that tie in what entries are read by are all wanted, as what follows decides between them.
                if let most = reading.mostInOrder, let before = last, before != found.order {
                    if count + waiting.count >= most { try flush() }
                    if count >= most { return false }
                }
                last = found.order
                guard try isWanted(found) else { return true }
                let told = found.isSure && route.residual.isEmpty ? product(found.facts) : nil
                if told != nil || found.isSure != areSure { try flush() }
                if let told {
                    if reading.isShown { try source.show(entry) }
                    count += 1
                    try body(told)
                    return needed() > 0
                }
                areSure = found.isSure
                waiting.append(try wanted(entry, found.facts.owner, route.path))
                guard waiting.count >= chunk else { return true }
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
        let key = entry.key
        return WantedRecord(entry.value, of: entry, try QueryExecutor.owner(key, in: key.owner, hasType: false))
    }

    /// The record that the entry of a location leads to.
    static func wanted(
        located entry: Source.Cursor.Entry, _ source: Source
    ) throws(QueryError) -> WantedRecord<Source.Cursor.Entry> {
        let located = try located(entry, source)
        let owner = RecordIdentity(pseudonym: located.pseudonym.rawValue, number: located.number)
        return WantedRecord(located.digest, of: entry, owner)
    }

    /// Whose the record of an entry is.
    static func owner(
        _ key: TreeKey, in range: Range<Int>, hasType: Bool
    ) throws(QueryError) -> RecordIdentity {
        do throws(TupleError) {
            return try EntryReader.owner(key, in: range, hasType: hasType)
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

/// How entries are read for rows or groups.
struct EntryReading {
    var order = EntryOrder()
    /// Whether values of columns other than the clinical date are read.
    var readsValues = false
    /// So many are wanted in the order that entries are read in, and those that tie with the last of them.
    var mostInOrder: Int?
    /// Whether rows show what entries tell.
    var isShown = false
}

/// A record, and the audience under which it stands.
struct RecordPlace: Hashable {
    let group: UInt64
    let owner: RecordIdentity
}

/// Tells which entries are selected, and what they say.
struct EntryExaminer {
    private let tables: Tables
    private let filter: [Predicate]
    private let contents: EntryContents
    private let reader: EntryReader
    /// The column that entries are merged by, and whether it is the clinical date.
    private let column: Int?
    private let isByDate: Bool
    private let mayRepeat: Bool
    private var seen: Set<RecordPlace> = []
    private var partners: [[RecordPlace: Bool]] = []

    /// - Parameter repeats: whether the second entry of a record is refused.
    init(_ route: Route, _ tables: Tables, _ order: EntryOrder, readsValues: Bool, repeats: Bool = true) {
        self.tables = tables
        filter = route.filter
        contents = route.contents
        column = order.column
        isByDate = order.column == route.contents.dateColumn
        // Values are read to test them, to show them, and to merge by them.
        let mergesByValue = order.column != nil && !isByDate
        reader = EntryReader(
            route.contents, readsValues: readsValues || mergesByValue || route.filter.contains(where: \.needsValues))
        mayRepeat = repeats && route.path.mayRepeatRecords
    }

    mutating func add(_ partner: [RecordPlace: Bool]) { partners.append(partner) }

    /// No entry of a record that was seen follows.
    mutating func forgetSeen() { seen.removeAll(keepingCapacity: true) }

    /// Whether a place selects an entry; nil when its key does not tell.
    static func selects(_ key: TreeKey, _ place: Route.Place) throws(QueryError) -> Bool? {
        if let codes = place.codes { return try codes.selects(key) }
        if let selection = place.selection { return try selection.selects(key) }
        return true
    }

    /// What an entry of an index says of its record; nil when it is refused.
    mutating func examine(_ key: TreeKey, _ place: Route.Place) throws(QueryError) -> FoundEntry? {
        let selected = try EntryExaminer.selects(key, place)
        if selected == false { return nil }
        var isSure = selected == true
        let facts = try reader.facts(key)
        if mayRepeat {
            let record = RecordPlace(group: UInt64(place.group), owner: facts.owner)
            guard seen.insert(record).inserted else { return nil }
        }
        for partner in partners {
            switch partner[RecordPlace(group: place.audience.rawValue, owner: facts.owner)] {
            case nil: return nil
            case true?: continue
            case false?: isSure = false
            }
        }
        return passed(facts, isSure && !facts.isForAll)
    }

    /// What an entry says that tells no more than whose its record is; nil when it is refused.
    func examine(_ owner: RecordIdentity) -> FoundEntry? {
        // Only ways over indexes are joined with others.
        passed(EntryFacts(owner: owner), true)
    }

    private func passed(_ facts: EntryFacts, _ isSelected: Bool) -> FoundEntry? {
        var isSure = isSelected
        for condition in filter {
            guard let holds = condition.holds(facts, contents, tables) else {
                isSure = false
                continue
            }
            if !holds { return nil }
        }
        return FoundEntry(facts: facts, isSure: isSure, order: order(facts))
    }

    private func order(_ facts: EntryFacts) -> Int64 {
        guard let column else { return .min }
        if isByDate { return facts.date ?? .min }
        guard column < facts.values.count, case .known(.date(let date)) = facts.values[column] else { return .min }
        return date.from
    }
}

/// Entries of several places that wait to be read, the first in order at its front.
struct MergeHeap<Element> {
    private var items: [(element: Element, order: Int64, place: Int)] = []
    private let descending: Bool

    init(descending: Bool) {
        self.descending = descending
    }

    private func precedes(_ left: Int, _ right: Int) -> Bool {
        let (left, right) = (items[left], items[right])
        if left.order != right.order { return (left.order < right.order) != descending }
        return left.place < right.place
    }

    mutating func insert(_ element: Element, _ order: Int64, _ place: Int) {
        items.append((element, order, place))
        var child = items.count - 1
        while child > 0, precedes(child, (child - 1) / 2) {
            items.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func popFirst() -> (Element, place: Int)? {
        guard let first = items.first else { return nil }
        items.swapAt(0, items.count - 1)
        items.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < items.count && precedes(child, least) {
                least = child
            }
            guard least != parent else { break }
            items.swapAt(parent, least)
            parent = least
        }
        return (first.element, first.place)
    }
}

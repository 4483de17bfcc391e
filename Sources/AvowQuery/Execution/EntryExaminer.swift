internal import AvowFHIR
internal import AvowProof

/// A record, and the audience under which it stands.
struct RecordPlace: Hashable, Sendable {
    let group: UInt64
    let owner: RecordIdentity
}

/// Whom another way leads to, and of whom that is sure.
struct PartnerMembers {
    private var records = NumberedKeys<RecordPlace>()
    private var areSure: [Bool] = []

    mutating func insert(_ record: RecordPlace, isSure: Bool) {
        let (number, isNew) = records.insert(record)
        if isNew { areSure.append(isSure) } else if isSure { areSure[number] = true }
    }

    /// Whether a record is a member for sure; nil when it is none.
    func isSure(_ record: RecordPlace) -> Bool? { records.number(of: record).map { areSure[$0] } }
}

/// Tells which entries are selected, and what they say.
struct EntryExaminer {
    private let tables: Tables
    private let contents: EntryContents
    private var reader: EntryReader
    /// The column that entries are merged by, and whether it is the clinical date.
    private let column: Int?
    private let isByDate: Bool
    private let mayRepeat: Bool
    private var seen = NumberedKeys<RecordPlace>()
    private var partners: [PartnerMembers] = []
    /// What other branches of a union have led to, when the route is one of them.
    var union: RecordsOfBranches?
    /// Whether nothing is left to be tested on records.
    private let isDecided: Bool
    private var excluded: [PartnerMembers] = []
    /// What is asked of the patient: to be in a set, or not.
    private var members: [(set: PseudonymSet, isWanted: Bool)] = []
    /// What is asked of how the clinical date stands to events.
    private var relations: [(test: TemporalTest, events: PatientEvents, isWanted: Bool)] = []
    /// What else is asked of entries.
    private var filter: [Predicate] = []

    /// - Parameter repeats: whether the second entry of a record is refused.
    init(_ route: Route, _ tables: Tables, _ order: EntryOrder, columns: Set<Int>, repeats: Bool = true) {
        self.tables = tables
        contents = route.contents
        column = order.column
        isByDate = order.column == route.contents.dateColumn
        // Values are read to test them, to show them, and to merge by them.
        var all = route.filter.reduce(into: columns) { $0.formUnion($1.columns(route.contents)) }
        if let column = order.column, !isByDate { all.insert(column) }
        reader = EntryReader(route.contents, columns: all)
        isDecided = route.residual.isEmpty
        mayRepeat = repeats && route.path.mayRepeatRecords
        for condition in route.filter { add(condition, isWanted: true) }
    }

    private mutating func add(_ condition: Predicate, isWanted: Bool) {
        switch condition {
        case .not(let inner): add(inner, isWanted: !isWanted)
        case .member(let table): members.append((tables.owners(table), isWanted))
        case .temporal(let test): relations.append((test, tables.events(test.table), isWanted))
        default: filter.append(isWanted ? condition : .not(condition))
        }
    }

    mutating func add(_ partner: PartnerMembers) { partners.append(partner) }

    mutating func exclude(_ members: PartnerMembers) { excluded.append(members) }

    /// No entry of a record that was seen follows.
    mutating func forgetSeen() { seen.removeAll() }

    /// What the next entry of a run of an index that is not refused says of its record; nil when none is left.
    ///
    /// - Parameter index: where to go on, which is moved behind that entry.
    mutating func next(
        in keys: KeyRun, from index: inout Int, _ place: Route.Place
    ) throws(QueryError) -> FoundEntry? {
        while index < keys.count {
            let key = keys[index]
            index += 1
            if let found = try examine(key, place) { return found }
        }
        return nil
    }

    /// What an entry of an index says of its record; nil when it is refused.
    mutating func examine(_ key: KeyPlace, _ place: Route.Place) throws(QueryError) -> FoundEntry? {
        var owner: RecordIdentity?
        if !members.isEmpty {
            // Most are refused by the patient, so the rest of the key is not read before.
            let found = try EntryReader.owner(key, in: key.owner, hasType: false)
            guard isWanted(found) else {
                reader.passOver(key)
                return nil
            }
            owner = found
        }
        let selected = try place.selects(key)
        if selected == false {
            reader.passOver(key)
            return nil
        }
        var isSure = selected == true
        let facts = try reader.facts(key, owner)
        if mayRepeat {
            let record = RecordPlace(group: UInt64(place.group), owner: facts.owner)
            guard seen.insert(record).isNew else { return nil }
        }
        for index in partners.indices {
            let record = RecordPlace(group: place.audience.rawValue, owner: facts.owner)
            guard let isMember = partners[index].isSure(record) else { return nil }
            isSure = isSure && isMember
        }
        for index in excluded.indices {
            let record = RecordPlace(group: place.audience.rawValue, owner: facts.owner)
            guard let isMember = excluded[index].isSure(record) else { continue }
            if isMember { return nil }
            isSure = false
        }
        return passed(facts, isSure && !facts.isForAll)
    }

    /// What an entry says that tells no more than whose its record is; nil when it is refused.
    func examine(_ owner: RecordIdentity) -> FoundEntry? {
        // Only ways over indexes are joined with others.
        isWanted(owner) ? passed(EntryFacts(owner: owner), true) : nil
    }

    private func isWanted(_ owner: RecordIdentity) -> Bool {
        for index in members.indices where members[index].set.contains(owner.pseudonym) != members[index].isWanted {
            return false
        }
        return true
    }

    private func passed(_ facts: EntryFacts, _ isSelected: Bool) -> FoundEntry? {
        var isSure = isSelected
        for index in relations.indices {
            guard !facts.isForAll else {
                isSure = false
                continue
            }
            if holds(index, facts) != relations[index].isWanted { return nil }
        }
        for condition in filter {
            guard let holds = condition.holds(facts, contents, tables) else {
                isSure = false
                continue
            }
            if !holds { return nil }
        }
        if let union {
            guard union.insert(facts.owner) else { return nil }
            // Each branch leaves something else to be tested, so that a record is asked everything or nothing.
            isSure = isSure && isDecided
        }
        return FoundEntry(facts: facts, isSure: isSure, order: order(facts))
    }

    private func holds(_ relation: Int, _ facts: EntryFacts) -> Bool {
        guard let date = facts.date else { return false }
        let events = relations[relation].events.of(facts.owner.pseudonym)
        return relations[relation].test.holds(of: date, facts.owner.number, events)
    }

    private func order(_ facts: EntryFacts) -> Int64 {
        guard let column else { return .min }
        if isByDate { return facts.date ?? .min }
        return facts.searchDate(column)?.from ?? .min
    }
}

extension Route.Place {
    /// Whether the place selects an entry; nil when its key does not tell.
    func selects(_ key: KeyPlace) throws(QueryError) -> Bool? {
        switch test {
        case .all: return true
        case .allButOverflow:
            return key.order.count == 1 && key.bytes[key.order.lowerBound] == 0 ? nil : true
        case .key:
            if let codes { return try codes.selects(key.key) }
            if let selection { return try selection.selects(key) }
            return true
        }
    }
}

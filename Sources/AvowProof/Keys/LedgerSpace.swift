/// The spaces of an audit ledger's tree beside its settings: the first element of their keys (Format, "Audit ledger").
///
/// No store's tree uses these numbers.
public enum LedgerSpace: UInt64, Sendable, CaseIterable {
    /// What was asked, by whom, for which purpose, over which commit.
    case event = 9
    /// By patient: that records of the patient were opened for an event.
    case disclosure = 10
    /// What of an event is for auditors only: the text of the query, and how much it found.
    case detail = 11
}

/// Which event of a ledger: its time, and its number, which counts up as events are recorded.
///
/// Events sort by their times, which are those of a clock and may repeat or go back; numbers do neither.
public struct EventID: Hashable, Sendable, Comparable {
    /// When the query began, in milliseconds since 1970-01-01T00:00:00Z.
    public let time: Int64
    /// From 1 on, without gaps.
    public let number: UInt64

    /// An event by its time and number.
    public init(time: Int64, number: UInt64) {
        self.time = time
        self.number = number
    }

    /// By time, then by number, as their keys.
    public static func < (left: EventID, right: EventID) -> Bool {
        (left.time, left.number) < (right.time, right.number)
    }

    /// Reads the event that a key of a ledger ends with.
    ///
    /// - Throws: `TupleError` when it is no such key.
    public init(key: TreeKey) throws(TupleError) {
        var realm = TupleReader(key.bytes, in: key.realm)
        let space = LedgerSpace(rawValue: try realm.unsigned())
        var order = TupleReader(key.bytes, in: key.order)
        if space == .disclosure { _ = try order.next() }
        guard case .integer(let time) = try order.next() else {
            throw TupleError(offset: key.order.lowerBound, expected: "the time of an event")
        }
        self.time = time
        number = try order.unsigned()
        try order.finish()
    }
}

extension TupleBytes {
    fileprivate mutating func append(_ event: EventID) {
        append(event.time)
        append(event.number)
    }

    fileprivate static func disclosures(of patient: String) -> TupleBytes {
        var tuple = TupleBytes()
        tuple.append(LedgerSpace.disclosure.rawValue)
        tuple.append(logicalID: patient)
        return tuple
    }
}

extension TreeKey {
    /// The key of an event.
    public static func event(_ event: EventID) -> TreeKey { key(of: event, in: .event) }

    /// The key of what is for auditors only of an event.
    public static func eventDetail(_ event: EventID) -> TreeKey { key(of: event, in: .detail) }

    private static func key(of event: EventID, in space: LedgerSpace) -> TreeKey {
        TreeKey { tuple in
            tuple.append(space.rawValue)
            let realm = tuple.byteCount
            tuple.append(event)
            return KeyCuts(realmEnd: realm, orderEnd: tuple.byteCount)
        }
    }

    /// The key under which a patient finds an event for which the patient's records were opened.
    public static func disclosure(to patient: String, _ event: EventID) -> TreeKey {
        TreeKey { tuple in
            tuple.append(LedgerSpace.disclosure.rawValue)
            let realm = tuple.byteCount
            tuple.append(logicalID: patient)
            tuple.append(event)
            return KeyCuts(realmEnd: realm, orderEnd: tuple.byteCount)
        }
    }
}

extension KeyRange {
    /// The events whose time is at least `since` and below `until`.
    public static func events(since: Int64? = nil, until: Int64? = nil) -> KeyRange {
        var prefix = TupleBytes()
        prefix.append(LedgerSpace.event.rawValue)
        return KeyRange(under: prefix, since: since, until: until)
    }

    /// What was disclosed of a patient by events whose time is at least `since` and below `until`.
    public static func disclosures(of patient: String, since: Int64? = nil, until: Int64? = nil) -> KeyRange {
        KeyRange(under: .disclosures(of: patient), since: since, until: until)
    }

    /// All entries of a ledger's space.
    public static func space(_ space: LedgerSpace) -> KeyRange {
        var prefix = TupleBytes()
        prefix.append(space.rawValue)
        return KeyRange(beginningWith: prefix)
    }

    private init(under prefix: TupleBytes, since: Int64?, until: Int64?) {
        let whole = KeyRange(beginningWith: prefix)
        var lower = prefix
        if let since { lower.append(since) }
        var upper = prefix
        if let until { upper.append(until) }
        self.init(lower: lower.bytes, upper: until == nil ? whole.upper : upper.bytes)
    }
}

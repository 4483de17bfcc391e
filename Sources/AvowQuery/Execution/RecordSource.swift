public import AvowConsent
internal import AvowFHIR
public import AvowProof

/// An entry that a source read.
public protocol SourceEntry {
    /// Its key.
    var key: TreeKey { get }
    /// The digest of what it stands for.
    var value: Digest { get }
}

extension TreeEntry: SourceEntry {}

/// Moves over the entries of a range, one by one.
public protocol EntryCursor {
    /// What it moves over.
    associatedtype Entry: SourceEntry

    /// The next entry, or nil when the range holds no more.
    mutating func next() throws(QueryError) -> Entry?

    /// Some of the entries that follow, at least one, or nil when the range holds no more.
    ///
    /// None of them is read before `read(_:)` says so; whoever asks wants the first of them. The default reads the next
    /// one.
    mutating func ahead() throws(QueryError) -> EntryRun<Entry>?

    /// Moves over so many of the entries that `ahead()` gave last, which are read by that; the default does nothing.
    mutating func read(_ count: Int)
}

/// Entries that follow one another.
public struct EntryRun<Entry: SourceEntry> {
    /// Their keys.
    public let keys: KeyRun
    /// Gives the entry at a place of the run.
    public let entry: (Int) -> Entry

    /// Entries by their keys.
    ///
    /// - Parameter entry: gives the entry of each key, by its place.
    public init(_ keys: KeyRun, _ entry: @escaping (Int) -> Entry) {
        self.keys = keys
        self.entry = entry
    }
}

extension EntryCursor {
    /// Reads the next entry.
    public mutating func ahead() throws(QueryError) -> EntryRun<Entry>? {
        guard let entry = try next() else { return nil }
        return EntryRun(KeyRun(entry.key)) { _ in entry }
    }

    /// Does nothing: `ahead()` has read the entry.
    public mutating func read(_ count: Int) {}
}

/// Moves over the entries of a range by leaps, and knows how many entries each leap passes without reading them.
public protocol SkipCursor {
    /// Leaps to the first entry that is not below `bound`, or to the end of the range.
    ///
    /// - Parameter bound: within the range, above the entry that the cursor stands before, and not longer than a realm
    ///   and an order: the part of keys that leaps are decided by.
    /// - Returns: how many entries were passed, and realm and order of the entry that the cursor now stands
    ///   before; nil at the end of the range.
    mutating func skip(to bound: [UInt8]) throws(QueryError) -> (count: UInt64, key: KeyPlace?)
}

/// A record that a query reads: its digest, and the entry that led to it, whose own value may be another digest.
public struct WantedRecord<Entry: SourceEntry> {
    /// The record's digest.
    public let digest: Digest
    /// The entry that led to it.
    public let entry: Entry
    /// Whose it is.
    public let owner: RecordIdentity

    /// A record by its digest and the entry that led to it.
    ///
    /// - Parameter owner: whose it is; left out where nobody asks.
    public init(_ digest: Digest, of entry: Entry, _ owner: RecordIdentity = RecordIdentity(pseudonym: 0, number: 0)) {
        self.digest = digest
        self.entry = entry
        self.owner = owner
    }
}

/// What a query reads.
///
/// A store answers from its tree and keeps account of what was asked, so as to prove it; a verifier answers from a
/// proof, and refuses whatever the proof does not show. The executor does not know which of them it runs over, so
/// verifying an answer is nothing but executing its query again.
public protocol RecordSource {
    /// What it reads.
    associatedtype Cursor: EntryCursor

    /// The entry at `key`, or nil when there is none.
    func entry(for key: TreeKey) throws(QueryError) -> Cursor.Entry?

    /// A cursor over the entries of `range`, from the first on, or from the last back when `descending`.
    func cursor(over range: KeyRange, descending: Bool) throws(QueryError) -> Cursor

    /// What a skip cursor of this source is.
    associatedtype Leaps: SkipCursor

    /// A cursor that leaps over the entries of `range`, and realm and order of the first of them; nil when there is none.
    ///
    /// What is read of an entry is the order of its key, and not whose it is.
    func skipCursor(over range: KeyRange) throws(QueryError) -> (cursor: Leaps, key: KeyPlace?)

    /// The number of entries in `range`.
    func count(in range: KeyRange) throws(QueryError) -> UInt64

    /// The value that rests in the tree under an entry.
    func value(of entry: Cursor.Entry) throws(QueryError) -> [UInt8]

    /// A record as compact JSON.
    func record(_ wanted: WantedRecord<Cursor.Entry>) throws(QueryError) -> [UInt8]

    /// What the query makes of each of some records, in their order.
    ///
    /// The default reads one after the other. A source may use `evaluator` on several threads at once.
    func evaluate(
        _ wanted: [WantedRecord<Cursor.Entry>], _ evaluator: RowEvaluator
    ) throws(QueryError) -> [Row?]

    /// Takes notice that a row shows what an entry alone tells of its record; the default does nothing.
    func show(_ entry: Cursor.Entry) throws(QueryError)

    /// The audiences that stand under a purpose that covers the request's and a recipient that the actor is.
    ///
    /// The default reads them with `readAudiences(for:)`. A source may remember what that came to.
    func audiences(for request: AccessRequest) throws(QueryError) -> [StoredAudience]

    /// The ids of the audiences that admit the request, each as its records stand when the request is shown them.
    ///
    /// The default asks all `audiences(for:)`. A source may remember what they said for as long as they say it.
    func admitting(_ request: AccessRequest) throws(QueryError) -> [AudienceID]

    /// The catalog of indexes, or nil when there is none; by default what `readCatalog()` reads.
    func catalog() throws(QueryError) -> IndexCatalog?

    /// The route of a question.
    ///
    /// The default plans it. A source may remember what that came to, with all that was read for it.
    ///
    /// - Parameter plan: plans the route over a source of the same tree.
    func route(
        of question: PlannedQuestion, _ plan: (Self) throws(QueryError) -> PlannedRoute
    ) throws(QueryError) -> PlannedRoute
}

/// An audience as it stands in the tree.
public struct StoredAudience: Hashable, Sendable {
    /// Its id, by which the keys of its records name it.
    public let id: AudienceID
    /// What it permits.
    public let audience: Audience

    /// An audience under its id.
    public init(id: AudienceID, audience: Audience) {
        self.id = id
        self.audience = audience
    }
}

extension [StoredAudience] {
    /// The ids of those that admit the request, each as its records stand when the request is shown them.
    public func admitting(_ request: AccessRequest) -> [AudienceID] {
        let recipients = Set(request.actor.recipients)
        return compactMap { $0.id(admitting: request, of: recipients) }
    }
}

extension RecordSource {
    /// Takes no notice.
    public func show(_ entry: Cursor.Entry) throws(QueryError) {}

    /// Evaluates one record after the other.
    public func evaluate(
        _ wanted: [WantedRecord<Cursor.Entry>], _ evaluator: RowEvaluator
    ) throws(QueryError) -> [Row?] {
        var rows: [Row?] = []
        rows.reserveCapacity(wanted.count)
        let parser: JSONParser
        do throws(JSONError) {
            parser = try JSONParser()
        } catch {
            throw .source(error)
        }
        for record in wanted {
            let json = try self.record(record)
            do throws(RowError) {
                rows.append(try evaluator.row(of: json.span, record.owner, parser))
            } catch {
                throw error.failure(at: record.entry.key)
            }
        }
        return rows
    }

    /// Reads the audiences anew.
    public func audiences(for request: AccessRequest) throws(QueryError) -> [StoredAudience] {
        try readAudiences(for: request)
    }

    /// Asks all audiences.
    public func admitting(_ request: AccessRequest) throws(QueryError) -> [AudienceID] {
        try audiences(for: request).admitting(request)
    }

    /// Reads the catalog anew.
    public func catalog() throws(QueryError) -> IndexCatalog? {
        try readCatalog()
    }

    /// Plans the route anew.
    public func route(
        of question: PlannedQuestion, _ plan: (Self) throws(QueryError) -> PlannedRoute
    ) throws(QueryError) -> PlannedRoute {
        try plan(self)
    }

    /// Reads the audiences that stand under a purpose that covers the request's and a recipient that the actor is, by
    /// increasing ids. Which of them admit the request, whose time may be outside their windows, is not yet decided.
    public func readAudiences(for request: AccessRequest) throws(QueryError) -> [StoredAudience] {
        try readAudiences(in: request.audienceRanges) { (_, entry) throws(QueryError) in try audience(at: entry) }
    }

    /// Reads the audiences that stand in some ranges, by increasing ids.
    ///
    /// - Parameter audience: gives the audience that rests under an entry, whose key has an id.
    public func readAudiences(
        in ranges: [KeyRange], _ audience: (AudienceID, Cursor.Entry) throws(QueryError) -> Audience
    ) throws(QueryError) -> [StoredAudience] {
        var audiences: [UInt64: StoredAudience] = [:]
        for range in ranges {
            var cursor = try cursor(over: range, descending: false)
            while let entry = try cursor.next() {
                let id = try AudienceID(key: entry.key)
                if audiences[id.rawValue] == nil {
                    audiences[id.rawValue] = StoredAudience(id: id, audience: try audience(id, entry))
                }
            }
        }
        return audiences.values.sorted { $0.id.rawValue < $1.id.rawValue }
    }

    /// Reads all audiences, by increasing ids.
    func allAudiences() throws(QueryError) -> [StoredAudience] {
        var audiences: [StoredAudience] = []
        var cursor = try cursor(over: .audiences, descending: false)
        while let entry = try cursor.next() {
            audiences.append(StoredAudience(id: try AudienceID(key: entry.key), audience: try audience(at: entry)))
        }
        return audiences
    }

    /// The audience that rests under an entry.
    public func audience(at entry: Cursor.Entry) throws(QueryError) -> Audience {
        let value = try salted(entry)
        do throws(ConsentError) {
            return try Audience(encoded: value.content)
        } catch {
            throw .entry(entry.key, expected: "an audience: \(error)")
        }
    }

    /// Reads the catalog of indexes.
    public func readCatalog() throws(QueryError) -> IndexCatalog? {
        guard let entry = try entry(for: IndexCatalog.key) else { return nil }
        return try catalog(at: entry)
    }

    /// The catalog of indexes that rests under an entry.
    public func catalog(at entry: Cursor.Entry) throws(QueryError) -> IndexCatalog {
        let value = try salted(entry)
        do throws(EntryValueError) {
            return try IndexCatalog(value.content)
        } catch {
            throw .entry(entry.key, expected: error.expected)
        }
    }

    /// The salted value that rests under an entry.
    func salted(_ entry: Cursor.Entry) throws(QueryError) -> SaltedValue {
        let bytes = try value(of: entry)
        do throws(EntryValueError) {
            return try SaltedValue(bytes)
        } catch {
            throw .entry(entry.key, expected: error.expected)
        }
    }
}

extension AccessRequest {
    /// Where the audiences stand that may admit the request: one range for each purpose that covers its own and each
    /// recipient that the actor is.
    public var audienceRanges: [KeyRange] {
        let recipients = actor.recipients.map { Digest(.recipient, $0.canonicalBytes) }
        return purpose.ancestorsAndSelf.flatMap { purpose in
            recipients.map { KeyRange.audiences(purpose: purpose.code, recipient: $0) }
        }
    }
}

extension AudienceID {
    /// Reads the id out of the key of an entry of the space `audience`.
    fileprivate init(key: TreeKey) throws(QueryError) {
        var reader = TupleReader(key.bytes, in: key.order)
        do throws(TupleError) {
            self.init(rawValue: try reader.unsigned())
            try reader.finish()
        } catch {
            throw .entry(key, expected: "an audience id: \(error)")
        }
    }
}

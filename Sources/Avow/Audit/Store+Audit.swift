public import AvowConsent
public import AvowProof
public import AvowQuery
internal import AvowStorage
internal import AvowTree

/// An access to a store, as its audit ledger has it.
public struct AuditEvent: Sendable {
    /// Its time and its number.
    public let id: EventID
    /// Who asked, why and when, and over which commit.
    public let event: LedgerEvent
    /// What was asked, and how much was found.
    public let detail: LedgerDetail
    /// How many records of the patient were opened whose disclosures were asked for; nil in a list of all events.
    public let patientRecords: UInt64?
}

/// What an audit ledger holds and how large it is.
public struct AuditStatistics: Hashable, Sendable {
    /// Accesses, or parts of them that were recorded one by one.
    public let events: UInt64
    /// Entries that tell patients of events.
    public let disclosures: UInt64
    /// Commits of its log.
    public let commits: UInt64
    /// Bytes of its data file.
    public let fileBytes: UInt64
}

extension Store {
    func auditStatistics() throws(StoreError) -> AuditStatistics? {
        guard let ledger = try audit.recorder.ledgerToRead() else { return nil }
        let tree = try ledger.tree()
        let counts = try mapping(StoreError.tree) { () throws(TreeError) in
            (
                events: try tree.reader.count(in: .space(LedgerSpace.event)),
                disclosures: try tree.reader.count(in: .space(LedgerSpace.disclosure))
            )
        }
        let size = try mapping(StoreError.storage) { () throws(StorageError) in try ledger.storage.size() }
        return AuditStatistics(
            events: counts.events, disclosures: counts.disclosures, commits: tree.commit.sequence + 1,
            fileBytes: size.fileBytes)
    }

    /// The accesses that the audit ledger has, by their times: the list of whoever holds the store's key.
    ///
    /// Asking for it leaves no event. It is not proven; `check` compares all of the ledger with its signed checkpoint, and
    /// `answer` to `SHOW DISCLOSURES` proves a patient's part.
    ///
    /// - Parameters:
    ///   - patient: the logical id of the patient for whose records they must have been; nil for all.
    ///   - since: the first instant, in milliseconds since 1970-01-01T00:00:00Z; nil for no bound.
    ///   - until: the first instant behind the last; nil for no bound.
    /// - Returns: no events when the store has no ledger.
    /// - Complexity: O(m log n) for m events, in memory all at once.
    public func auditEvents(
        of patient: String? = nil, since: Int64? = nil, until: Int64? = nil
    ) throws(StoreError) -> [AuditEvent] {
        guard let tree = try audit.recorder.ledgerToRead()?.tree() else { return [] }
        let range =
            patient.map { KeyRange.disclosures(of: $0, since: since, until: until) }
            ?? KeyRange.events(since: since, until: until)
        guard !range.isEmpty else { return [] }
        var events: [AuditEvent] = []
        for entry in try PlacedEntry.all(in: range, tree.reader) {
            let id = try tree.eventID(entry)
            var records: UInt64?
            if patient != nil { records = try tree.read(entry, LedgerDisclosure.records) }
            let event = try tree.read(.event(id)) { (content) throws(EntryValueError) in
                try LedgerEvent(encoded: content, time: id.time)
            }
            events.append(
                AuditEvent(
                    id: id, event: event, detail: try tree.read(.eventDetail(id), LedgerDetail.init),
                    patientRecords: records))
        }
        return events
    }

    /// The logical ids of the patients whose records were opened for an event, and how many of each.
    ///
    /// - Complexity: O(n) in the disclosures of the ledger.
    public func auditedPatients(of event: EventID) throws(StoreError) -> [(id: String, records: UInt64)] {
        guard let tree = try audit.recorder.ledgerToRead()?.tree() else { return [] }
        var patients: [(id: String, records: UInt64)] = []
        for entry in try PlacedEntry.all(in: .space(LedgerSpace.disclosure), tree.reader) {
            guard try tree.eventID(entry) == event else { continue }
            patients.append((try entry.logicalID(), try tree.read(entry, LedgerDisclosure.records)))
        }
        return patients
    }

    /// Who has read a patient's records, at the newest commit of the audit ledger: what `SHOW DISCLOSURES` shows.
    ///
    /// - Parameters:
    ///   - patient: the patient's logical id.
    ///   - since: the date or time to begin with, as the language writes it; nil for all.
    ///   - actor: who asks: the patient, for the purpose PATRQT, or somebody with a role that the store's policy names
    ///     as an auditor's.
    ///   - purpose: why.
    /// - Throws: `.query(.notPermitted)` for anybody else, `.noLedger` when nothing has been recorded.
    public func disclosures(
        to patient: String, since: String? = nil, as actor: Actor, for purpose: Purpose
    ) throws(StoreError) -> QueryResult {
        try snapshot().query(prepared: try Store.disclosures(patient, since), as: actor, for: purpose)
    }

    /// Who has read a patient's records, with the proof that these are all that the ledger has, in a form that
    /// `AnswerVerifier` checks with the store's public key.
    ///
    /// - Parameters: as in `disclosures(to:since:as:for:)`.
    public func answerDisclosures(
        to patient: String, since: String? = nil, as actor: Actor, for purpose: Purpose
    ) throws(StoreError) -> AnsweredQuery {
        try snapshot().answer(prepared: try Store.disclosures(patient, since), as: actor, for: purpose)
    }

    private static func disclosures(_ patient: String, _ since: String?) throws(StoreError) -> Query {
        do throws(QueryError) {
            return try Query.disclosures(to: patient, since: since)
        } catch {
            throw .query(error)
        }
    }

    /// The newest signed checkpoint of the audit ledger; nil when the store has none.
    public func auditCheckpoint() throws(StoreError) -> SignedCheckpoint? {
        guard let tree = try audit.recorder.ledgerToRead()?.tree() else { return nil }
        return try tree.log.checkpoint()
    }
}

extension CommittedTree {
    /// The event that the key of a ledger's entry ends with.
    func eventID(_ entry: PlacedEntry) throws(StoreError) -> EventID {
        do throws(TupleError) {
            return try EventID(key: entry.key)
        } catch {
            throw .record(key: entry.key, reason: "\(error)")
        }
    }

    /// What rests under a key of a ledger.
    func read<Value>(
        _ key: TreeKey, _ decode: ([UInt8]) throws(EntryValueError) -> Value
    ) throws(StoreError) -> Value {
        let entry = try mapping(StoreError.tree) { () throws(TreeError) in try reader.find(key) }
        guard let entry else { throw .record(key: key, reason: "it is missing in the audit ledger") }
        return try read(entry, decode)
    }

    func read<Value>(
        _ entry: PlacedEntry, _ decode: ([UInt8]) throws(EntryValueError) -> Value
    ) throws(StoreError) -> Value {
        do throws(EntryValueError) {
            return try decode(try SaltedValue(entry.inline).content)
        } catch {
            throw .record(key: entry.key, reason: "\(error)")
        }
    }
}

public import AvowConsent
internal import AvowFHIR
internal import AvowProof

/// The part of the accesses to a patient's records that a question is about.
public struct DisclosureQuestion: Hashable, Sendable {
    /// The patient's logical id.
    public let patient: String
    /// The first instant, in milliseconds since 1970-01-01T00:00:00Z; nil for all from the first event on.
    public let since: Int64?

    /// The accesses to the records of a patient, from an instant on.
    public init(of patient: String, since: Int64? = nil) {
        self.patient = patient
        self.since = since
    }
}

extension ShowStatement {
    /// What it asks of a ledger; nil when it asks for something else.
    func disclosures() throws(QueryError) -> DisclosureQuestion? {
        guard case .disclosures(let since) = subject else { return nil }
        let instant = try since.map { (since) throws(QueryError) in
            guard let date = FHIRDateTime(since.value.text) else {
                throw .syntax(
                    QuerySyntaxError(.invalidValue, "'\(since.value)' is not a date", at: since.range))
            }
            return SearchDate(date).from
        }
        return DisclosureQuestion(of: patient.value.id.text, since: instant)
    }
}

extension QueryExecutor {
    /// The names of the columns that a question about disclosures has.
    public static var disclosureColumns: [String] {
        [
            "time", "event", "actor", "roles", "organization", "groups", "purpose", "reason", "types", "records",
            "proven", "commit", "continues", "query",
        ]
    }

    /// The accesses for which records of a patient were opened, by their time: what `SHOW DISCLOSURES` shows, executed
    /// over the tree of an audit ledger.
    ///
    /// The patient may ask this of itself for the purpose PATRQT, and whoever has a role that the ledger names as an
    /// auditor. Only an auditor is shown the queries: they may name other patients.
    ///
    /// - Throws: `QueryError.notPermitted` for anybody else.
    /// - Complexity: O(m log n) for m accesses.
    public static func disclosures(
        _ question: DisclosureQuestion, as request: AccessRequest, over source: Source
    ) throws(QueryError) -> QueryResult {
        let isAuditor = try !isPatient(question, request)
        if isAuditor { try checkAuditor(request, source) }
        var rows: [[Cell]] = []
        var cursor = try source.cursor(
            over: .disclosures(of: question.patient, since: question.since), descending: false)
        while let entry = try cursor.next() {
            let id: EventID
            do throws(TupleError) {
                id = try EventID(key: entry.key)
            } catch {
                throw .entry(entry.key, expected: "an event: \(error)")
            }
            let records = try read(entry, source, LedgerDisclosure.records)
            let event = try read(.event(id), source) { (content) throws(EntryValueError) in
                try LedgerEvent(encoded: content, time: id.time)
            }
            var query: String?
            if isAuditor { query = try read(.eventDetail(id), source, LedgerDetail.init).query }
            rows.append(row(id, event, records: records, query: query))
        }
        return QueryResult(columns: disclosureColumns, rows: rows, audiences: [])
    }

    // MARK: Who may ask

    private static func isPatient(
        _ question: DisclosureQuestion, _ request: AccessRequest
    ) throws(QueryError) -> Bool {
        guard request.actor.reference.text == "Patient/" + question.patient else { return false }
        do throws(ConsentError) {
            return try Purpose(code: "PATRQT").covers(request.purpose)
        } catch {
            throw .consent(error)
        }
    }

    private static func checkAuditor(_ request: AccessRequest, _ source: Source) throws(QueryError) {
        guard !request.actor.roles.isEmpty else { throw .notPermitted }
        let auditors = try read(LedgerAuditors.key, source, LedgerAuditors.init).roles
        guard request.actor.roles.contains(where: auditors.contains) else { throw .notPermitted }
    }

    // MARK: Entries

    private static func read<Value>(
        _ key: TreeKey, _ source: Source, _ decode: ([UInt8]) throws(EntryValueError) -> Value
    ) throws(QueryError) -> Value {
        guard let entry = try source.entry(for: key) else { throw .entry(key, expected: "an entry of an audit ledger") }
        return try read(entry, source, decode)
    }

    private static func read<Value>(
        _ entry: Source.Cursor.Entry, _ source: Source, _ decode: ([UInt8]) throws(EntryValueError) -> Value
    ) throws(QueryError) -> Value {
        let value = try source.salted(entry)
        do throws(EntryValueError) {
            return try decode(value.content)
        } catch {
            throw .entry(entry.key, expected: error.expected)
        }
    }

    private static func row(_ id: EventID, _ event: LedgerEvent, records: UInt64, query: String?) -> [Cell] {
        func text(_ value: String?) -> Cell { value.map(Cell.string) ?? .null }
        func list(_ names: [String]) -> Cell { names.isEmpty ? .null : .string(names.joined(separator: ", ")) }
        let actor = event.request.actor
        return [
            text(FHIRDateTime(instant: id.time)?.text), .number(String(id.number)),
            .string(actor.reference.text), list(actor.roles.map(\.text)), text(actor.organization?.text),
            list(actor.groups.map(\.text)), .string(event.request.purpose.code),
            text(event.request.breakGlassReason), list(event.types.map(\.name)), .number(String(records)),
            .boolean(event.isProven), .number(String(event.commit)),
            event.continued.map { .number(String($0.number)) } ?? .null, text(query),
        ]
    }
}

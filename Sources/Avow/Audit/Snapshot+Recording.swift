public import AvowConsent
internal import AvowFHIR
internal import AvowProof
internal import AvowQuery

/// What a snapshot needs to record what is read from it.
struct AuditTrail: Sendable {
    let recorder: Recorder
    let names: PatientNames
    let policies: KnownPolicy
    let isRecording: Bool
}

extension Snapshot {
    /// An access that is to be recorded; nil when the store records none.
    ///
    /// - Parameters:
    ///   - text: the query's, which is not written when nothing is recorded.
    ///   - other: the tree that is read when it is not the store's newest.
    func access(
        _ request: AccessRequest, _ text: @autoclosure () -> String, _ types: @autoclosure () -> [ResourceType],
        isProven: Bool = false, over other: CommittedTree? = nil
    ) -> RecordedAccess? {
        guard let audit, audit.isRecording else { return nil }
        let (text, types) = (text(), types())
        let isOfNewest = other == nil || other === tree
        if isOfNewest, together?.join(request, text, types, isProven: isProven) == true { return nil }
        together?.putAside()
        return RecordedAccess(
            audit.recorder, audit.names, other ?? tree, records, request, text: text, types: types, isProven: isProven)
    }

    /// Records all that `body` reads from this snapshot for an actor and a purpose as one access, which costs one wait for
    /// the disk: many small queries that belong together, such as those for one page.
    ///
    /// The event has the texts of the queries, one behind the other, and all the patients. It is recorded when `body`
    /// has ended, so that nothing that `body` read may be given to anybody before this returns. Queries for somebody else,
    /// for another purpose, or that break the glass are recorded by themselves.
    ///
    /// - Parameters:
    ///   - actor: who asks; nil when only the queries say so, each of which is then recorded by itself.
    ///   - purpose: why, likewise.
    ///   - body: asks.
    /// - Throws: what `body` throws; `.notRecorded` when the access cannot be recorded.
    public func recordingTogether<Value>(
        as actor: Actor?, for purpose: Purpose?, _ body: () throws(StoreError) -> Value
    ) throws(StoreError) -> Value {
        guard let audit, audit.isRecording, together == nil, let actor, let purpose else { return try body() }
        let access = RecordedAccess(audit.recorder, audit.names, tree, records, request(actor, purpose))
        together = access
        defer { together = nil }
        let value: Value
        do throws(StoreError) {
            value = try body()
        } catch {
            if !access.isEmpty { try access.give(rows: nil) }
            throw error
        }
        if !access.isEmpty { try access.give(rows: nil) }
        return value
    }

    /// The access that reads one resource: in the ledger it is the query that would.
    func access(_ request: AccessRequest, _ type: ResourceType, _ id: String) -> RecordedAccess? {
        access(request, (try? Query.text(reading: type, id: id)) ?? "SELECT resource FROM \(type.name)", [type])
    }

    /// Executes an access whose result is given as a whole, and records it before that.
    ///
    /// What fails is recorded as well: the records that it opened may be named in the error.
    func recorded<Value>(
        _ access: RecordedAccess?, _ body: () throws(StoreError) -> (value: Value, rows: Int)
    ) throws(StoreError) -> Value {
        guard let access else { return try body().value }
        return try whole(access) { () throws(StoreError) in
            let found = try body()
            try access.give(rows: UInt64(found.rows))
            return found.value
        }
    }

    /// Executes an access that records what it gives itself, and records what it read beyond that.
    func whole<Value>(_ access: RecordedAccess, _ body: () throws(StoreError) -> Value) throws(StoreError) -> Value {
        try access.begin()
        let value: Value
        do throws(StoreError) {
            value = try body()
        } catch {
            if case .notRecorded = error { throw error }
            try access.end(hasFailed: true)
            throw error
        }
        try access.end()
        return value
    }

    /// Who asks for a prepared query, and why, now.
    func request(
        _ query: Query, _ actor: Actor?, _ purpose: Purpose?, _ breakGlassReason: String?
    ) throws(StoreError) -> AccessRequest {
        try executing { () throws(QueryError) in
            try query.request(
                actor: actor, purpose: purpose, time: now, breakGlassReason: breakGlassReason)
        }
    }
}

/// What has been found and not yet given: few at first, for whoever waits for them, then more and more at once, so that
/// recording each part costs little of the whole.
struct GrowingParts<Item> {
    private static var most: Int { 4_096 }
    private static var mostBytes: Int { 4 << 20 }

    private var items: [Item] = []
    private var limit = 16
    private var byteCount = 0

    var isEmpty: Bool { items.isEmpty }
    var count: Int { items.count }

    /// Adds items; true when it is time to give them.
    mutating func isFull(with added: [Item], byteCount bytes: Int = 0) -> Bool {
        items += added
        byteCount += bytes
        return items.count >= limit || byteCount >= Self.mostBytes
    }

    /// The items, which are to be given now.
    mutating func take() -> [Item] {
        defer {
            items = []
            byteCount = 0
            limit = min(limit * 4, Self.most)
        }
        return items
    }
}

internal import AvowConsent
internal import AvowProof
internal import AvowQuery
internal import AvowStorage
internal import AvowTree

/// An event that is to be recorded, and the patients whose records were opened for it.
struct EventDraft: Sendable {
    let event: LedgerEvent
    let detail: LedgerDetail
    /// By logical ids, each once.
    let patients: [(id: String, records: UInt64)]
}

/// A store's audit ledger: a tree with a log and signed checkpoints, as a store's own, in a storage of its own, so that
/// recording neither waits for imports nor changes the store's root.
final class Ledger: Sendable {
    /// The folder within the store's.
    static let folder = "audit"
    /// How many bytes of decoded tree nodes are kept.
    private static let cacheCapacity = 16 << 20

    let storage: LMDBStorage
    let keys: TreeKeys
    let cache = NodeCache(capacity: Ledger.cacheCapacity)
    private let committer: Committer

    private init(_ storage: LMDBStorage, _ keys: TreeKeys, _ committer: Committer) {
        self.storage = storage
        self.keys = keys
        self.committer = committer
    }

    /// Where the ledger of a store rests.
    static func path(of storePath: String) -> String { storePath + "/" + folder }

    // MARK: Creating and opening

    /// Creates the ledger of a store that has none; leaves one alone that is there.
    static func create(at path: String, _ keys: StoreKeys, origin: String) throws(StoreError) {
        let committer = try committer(keys, origin, NodeCache(capacity: 1 << 16))
        _ = try LMDBStorage.createWhole(at: path, tables: .ledger, failure: StoreError.storage) {
            (storage) throws(StoreError) in
            let transaction = try mapping(StoreError.storage) { () throws(StorageError) in
                try storage.begin(patience: .zero)
            }
            defer { transaction.abort() }
            try mapping(StoreError.storage) { () throws(StorageError) in
                try transaction.put([UInt8(StoreSettings.format)], for: HeaderName.format, in: .header)
            }
            let nobody = TreeMutation(
                LedgerAuditors.key, .inline(Salt.salted(LedgerAuditors([], of: 0).encoded), blob: 0))
            let changes = try mapping(StoreError.tree) { () throws(TreeError) in try TreeBatch([nobody]) }
            // The first event gets the number 1.
            try committer.commit(changes, after: nil, nextRecordID: 1, reason: "created", in: transaction)
        }
    }

    /// Opens a ledger.
    static func open(at path: String, _ keys: StoreKeys, origin: String, readOnly: Bool) throws(StoreError) -> Ledger {
        let storage = try mapping(StoreError.storage) { () throws(StorageError) in
            try LMDBStorage.open(at: path, tables: .ledger, readOnly: readOnly)
        }
        let format = try mapping(StoreError.storage) { () throws(StorageError) in
            try storage.snapshot().value(for: HeaderName.format, in: .header)
        }
        guard format == [UInt8(StoreSettings.format)] else {
            throw .damaged(part: "audit ledger", reason: "it is of no known format")
        }
        let cache = NodeCache(capacity: cacheCapacity)
        return Ledger(storage, keys.ledger, try committer(keys, origin, cache))
    }

    private static func committer(
        _ keys: StoreKeys, _ origin: String, _ cache: NodeCache
    ) throws(StoreError) -> Committer {
        let signingKey = try keys.signingKey(LedgerOrigin.of(store: origin))
        return Committer(
            keys: keys.ledger, cache: cache, origin: LedgerOrigin.of(store: origin), signingKey: signingKey,
            keepsChanges: false)
    }

    // MARK: Reading and writing

    /// The ledger as it is at its newest commit.
    func tree() throws(StoreError) -> CommittedTree {
        let snapshot = try mapping(StoreError.storage) { () throws(StorageError) in try storage.snapshot() }
        return try CommittedTree(snapshot, keys, cache)
    }

    /// Records events in one commit, in their order.
    ///
    /// - Returns: which events they have become, once they are durable.
    /// - Complexity: O(m log n) nodes for m entries.
    func append(_ drafts: [EventDraft]) throws(StoreError) -> [EventID] {
        try write(reason: "recorded") { (state, next) throws(StoreError) in
            var mutations: [TreeMutation] = []
            var events: [EventID] = []
            for draft in drafts {
                let event = EventID(time: draft.event.request.time, number: next)
                next += 1
                events.append(event)
                func add(_ key: TreeKey, _ content: [UInt8]) {
                    mutations.append(TreeMutation(key, .inline(Salt.salted(content), blob: 0)))
                }
                add(.event(event), draft.event.encoded)
                add(.eventDetail(event), draft.detail.encoded)
                for patient in draft.patients {
                    add(.disclosure(to: patient.id, event), LedgerDisclosure.encoded(records: patient.records))
                }
            }
            return (mutations, events)
        }
    }

    /// Says who may list the disclosures to any patient, unless the ledger says the same, or what a newer policy says.
    func setAuditors(_ auditors: LedgerAuditors) throws(StoreError) {
        let known = try tree().read(LedgerAuditors.key, LedgerAuditors.init)
        guard known.roles != auditors.roles, known.commit <= auditors.commit else { return }
        try write(reason: "auditors") { (_, _) throws(StoreError) in
            ([TreeMutation(LedgerAuditors.key, .inline(Salt.salted(auditors.encoded), blob: 0))], ())
        }
    }

    /// Commits what `body` makes of the newest version, once more when the map had to grow.
    private func write<Result>(
        reason: String,
        _ body: (StoreState, _ nextNumber: inout UInt64) throws(StoreError) -> (changes: [TreeMutation], result: Result)
    ) throws(StoreError) -> Result {
        while true {
            let transaction = try mapping(StoreError.storage) { () throws(StorageError) in
                try storage.begin(patience: Store.writerPatience)
            }
            defer { transaction.abort() }
            do throws(StoreError) {
                let size = try CommitLog(transaction).size()
                guard size > 0 else { throw .damaged(part: "audit ledger", reason: "its log is empty") }
                let state = try StoreState.read(size - 1, transaction, keys.state)
                var next = state.nextRecordID
                let made = try body(state, &next)
                let changes = try mapping(StoreError.tree) { () throws(TreeError) in try TreeBatch(made.changes) }
                try committer.commit(changes, after: state, nextRecordID: next, reason: reason, in: transaction)
                return made.result
            } catch {
                guard error.isMapFull else { throw error }
            }
        }
    }
}

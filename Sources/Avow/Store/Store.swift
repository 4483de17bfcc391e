public import AvowConsent
public import AvowFHIR
public import AvowProof
public import AvowQuery
internal import AvowStorage
internal import AvowTree
public import AvowVault
internal import Foundation

/// A store of FHIR records: sealed, authenticated, and answering with proofs.
///
/// ```swift
/// let store = try Store.create(at: "clinic", origin: "clinic.example/avow", unlock: .passphrase(Passphrase("…")))
/// try store.importResources(at: ["bundles"])
/// let answered = try store.answer("SELECT id FROM Patient", as: Actor("Practitioner/1"), for: .treatment)
/// ```
///
/// A store may be used from any number of threads and tasks at once. Writers wait for each other, those of other
/// processes included; readers see the last commit and never wait. One process may open a store once; share the object.
public final class Store: Sendable {
    /// How long a writer waits for another one before it is told who holds the lock.
    public static let writerPatience: Duration = .seconds(30)
    /// How many bytes of decoded tree nodes are kept.
    static let cacheCapacity = 128 << 20

    /// The name under which the store signs its checkpoints.
    public var origin: String { settings.origin }
    /// The directory that the store rests in.
    public let path: String
    /// What a verifier needs: the public key that the store's checkpoints are signed with.
    public let verifierKey: VerifierKey

    let storage: LMDBStorage
    let keys: StoreKeys
    let opened: OpenedKeys
    let cache = NodeCache(capacity: Store.cacheCapacity)
    let settings: StoreSettings
    let registry: PatientRegistry
    /// Parsers and compressors with their buffers, so that a small import needs no new ones.
    let readers = Pool<PieceReader> { PieceReader() }
    let sealers: Pool<RecordSealer>
    let training = DictionaryTraining()
    let entryFinders = Pool<EntryFinder> { () throws(StoreError) in try EntryFinder() }
    let extractions = KnownExtraction()
    let policies = KnownPolicy()
    let committer: Committer
    let audit: AuditTrail

    private init(
        _ path: String, _ storage: LMDBStorage, _ keys: StoreKeys, _ settings: StoreSettings,
        _ recording: AuditRecording
    ) throws(StoreError) {
        self.path = path
        self.storage = storage
        self.keys = keys
        self.settings = settings
        registry = PatientRegistry(keys.patients)
        opened = OpenedKeys(registry, keys.dictionaries, storeID: keys.storeID)
        sealers = Pool { [storeID = keys.storeID] () throws(StoreError) in
            try mapping(StoreError.vault) { () throws(VaultError) in try RecordSealer(storeID: storeID) }
        }
        let signingKey = try keys.signingKey(settings.origin)
        verifierKey = signingKey.verifierKey
        committer = Committer(
            keys: keys.tree, cache: cache, origin: settings.origin, signingKey: signingKey, keepsChanges: true)
        audit = AuditTrail(
            recorder: Recorder(path: Ledger.path(of: path), keys, origin: settings.origin),
            names: PatientNames(policies),
            policies: policies, isRecording: recording == .required)
    }

    // MARK: Creating and opening

    /// Creates a store.
    ///
    /// - Parameters:
    ///   - path: a directory, which is made when it does not exist.
    ///   - origin: the name that the store signs with, such as `clinic.example/avow`; without spaces or `+`.
    ///   - unlock: the passphrase or key file that opens the store from now on.
    ///   - policy: what holds where no consent says anything, and how consents are combined.
    ///   - cost: what deriving a key from a passphrase costs an attacker, and whoever opens the store.
    ///   - recording: whether queries are recorded in the store's audit ledger.
    /// - Throws: `.storage` when there is a store already or the directory cannot be made, `.note` when the origin is
    ///   not a name. Nothing is left behind then.
    public static func create(
        at path: String, origin: String, unlock: UnlockSecret, policy: StorePolicy = .standard,
        cost: KeyDerivation.Cost = .moderate, recording: AuditRecording = .required
    ) throws(StoreError) -> Store {
        try mapping(StoreError.note) { () throws(NoteError) in _ = try NoteKeyName(origin) }
        let storeID = StoreID.random()
        let settings = StoreSettings(origin: origin)
        let (keys, header) = try mapping(StoreError.vault) { () throws(VaultError) in
            let masterKey = try SecretKey.random()
            let secrets = try StoreSecrets.random()
            let slot = try KeySlot(sealing: masterKey, storeID: storeID, for: unlock, cost: cost)
            let keys = try StoreKeys(masterKey: masterKey, storeID: storeID, secrets)
            let sealed = try secrets.sealed(masterKey: masterKey, storeID: storeID)
            return (keys, (slot: slot.encoded, secrets: sealed))
        }
        if let unfinished = try unfinishedStorage(at: path) {
            return try fill(Store(path, unfinished, keys, settings, recording), header, policy)
        }
        let isNewDirectory = !FileManager.default.fileExists(atPath: path)
        let storage = try mapping(StoreError.storage) { () throws(StorageError) in
            try LMDBStorage.create(at: path, tables: .store)
        }
        do throws(StoreError) {
            return try fill(Store(path, storage, keys, settings, recording), header, policy)
        } catch {
            for file in ["data.mdb", "lock.mdb", "writer.lock", Ledger.folder] {
                try? FileManager.default.removeItem(atPath: path + "/" + file)
            }
            let rest = try? FileManager.default.contentsOfDirectory(atPath: path)
            if isNewDirectory, rest == [] { try? FileManager.default.removeItem(atPath: path) }
            throw error
        }
    }

    /// A storage whose creation was cut off between its tables and their first content, so that it can be finished.
    private static func unfinishedStorage(at path: String) throws(StoreError) -> LMDBStorage? {
        guard let storage = try? LMDBStorage.open(at: path, tables: .store) else { return nil }
        return try mapping(StoreError.storage) { () throws(StorageError) in
            try isFilled(try storage.snapshot()) ? nil : storage
        }
    }

    private static func isFilled(_ snapshot: any StorageSnapshot) throws(StorageError) -> Bool {
        if try snapshot.value(for: HeaderName.format, in: .header) != nil { return true }
        return try snapshot.lastBlobID(in: .commits) != nil
    }

    /// Writes what a new store begins with.
    private static func fill(
        _ store: Store, _ header: (slot: [UInt8], secrets: [UInt8]), _ policy: StorePolicy
    ) throws(StoreError) -> Store {
        let keys = store.keys
        try store.write { (transaction) throws(StoreError) in
            try mapping(StoreError.storage) { () throws(StorageError) in
                // Another process may have finished the same creation meanwhile.
                guard try !isFilled(transaction) else {
                    throw StorageError(.alreadyExists, .create, at: .path(store.path))
                }
                try transaction.put([UInt8(StoreSettings.format)], for: HeaderName.format, in: .header)
                try transaction.put(header.slot, for: HeaderName.keySlot, in: .header)
                try transaction.put(header.secrets, for: HeaderName.secrets, in: .header)
                let sealed = keys.state.seal(store.settings.bytes, as: "settings", id: 0)
                try transaction.put(sealed, for: HeaderName.settings, in: .header)
            }
            let sharedKey = try mapping(StoreError.vault) { () throws(VaultError) in try SecretKey.random() }
            try store.registry.write(
                PatientKey(pseudonym: .shared, key: RecordKey(sharedKey), nextNumber: 1), to: transaction)
            let entries = try mapping(StoreError.tree) { () throws(TreeError) in
                try TreeBatch(Store.firstEntries(policy))
            }
            try store.committer.commit(
                entries, after: nil, nextRecordID: 1, reason: "created", in: transaction)
        }
        if store.audit.isRecording {
            try Ledger.create(at: Ledger.path(of: store.path), keys, origin: store.origin)
        }
        return store
    }

    /// The entries that a store begins with: its indexes, its policy, and the audience of records that no consent speaks
    /// of.
    private static func firstEntries(_ policy: StorePolicy) -> [TreeMutation] {
        let catalog = TreeMutation(IndexCatalog.key, .inline(Salt.salted(IndexCatalog.standard.bytes), blob: 0))
        return [catalog, policy.entry] + AudienceRegister.adding(policy.defaultAudience)
    }

    /// Opens a store.
    ///
    /// - Parameters:
    ///   - path: the store's directory.
    ///   - unlock: the passphrase or key file that opens it.
    ///   - readOnly: whether it refuses to change records. Queries are recorded all the same, in the audit ledger, which
    ///     is a storage of its own; where that cannot be written to, they are refused unless `recording` is off.
    ///   - recording: whether queries are recorded in the store's audit ledger.
    /// - Throws: `.storage` when there is no store, `.unsupportedFormat` when another version of Avow wrote it,
    ///   `.vault` when the passphrase or key file is wrong, `.damaged` when a part is.
    public static func open(
        at path: String, unlock: UnlockSecret, readOnly: Bool = false, recording: AuditRecording = .required
    ) throws(StoreError) -> Store {
        let storage = try mapping(StoreError.storage) { () throws(StorageError) in
            try LMDBStorage.open(at: path, tables: .store, readOnly: readOnly)
        }
        let snapshot = try mapping(StoreError.storage) { () throws(StorageError) in try storage.snapshot() }
        let slot = try keySlot(snapshot)
        let secrets = try header(HeaderName.secrets, "secrets", snapshot)
        let keys = try mapping(StoreError.vault) { () throws(VaultError) in
            let masterKey = try slot.masterKey(unlockedWith: unlock)
            return try StoreKeys(
                masterKey: masterKey, storeID: slot.storeID,
                StoreSecrets(opening: secrets.span, masterKey: masterKey, storeID: slot.storeID))
        }
        let sealed = try header(HeaderName.settings, "settings", snapshot)
        let settings = try StoreSettings(try keys.state.open(sealed, as: "settings", id: 0))
        return try Store(path, storage, keys, settings, recording)
    }

    /// What a store asks for to be opened: a passphrase or a key file.
    public static func unlockKind(at path: String) throws(StoreError) -> UnlockSecret.Kind {
        let storage = try mapping(StoreError.storage) { () throws(StorageError) in
            try LMDBStorage.open(at: path, tables: .store, readOnly: true)
        }
        let snapshot = try mapping(StoreError.storage) { () throws(StorageError) in try storage.snapshot() }
        return try keySlot(snapshot).kind
    }

    private static func keySlot(_ snapshot: any StorageSnapshot) throws(StoreError) -> KeySlot {
        let format = try header(HeaderName.format, "format", snapshot)
        let found = format.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard format.count == 1, found == StoreSettings.format else {
            throw .unsupportedFormat(found: found, supported: StoreSettings.format)
        }
        let bytes = try header(HeaderName.keySlot, "key slot", snapshot)
        do throws(VaultError) {
            return try KeySlot(encoded: bytes.span)
        } catch {
            throw .damaged(part: "key slot", reason: "\(error)")
        }
    }

    private static func header(_ name: [UInt8], _ part: String, _ snapshot: any StorageSnapshot) throws(StoreError)
        -> [UInt8]
    {
        let value = try mapping(StoreError.storage) { () throws(StorageError) in
            try snapshot.value(for: name, in: .header)
        }
        guard let value else { throw .damaged(part: part, reason: "it is missing") }
        return value
    }

    // MARK: Writing

    /// Imports FHIR resources: bundles, NDJSON and single resources, plain or compressed with zstd.
    ///
    /// Resources are committed in groups, which grow with the store: from some 70,000 resources to some 250,000, as
    /// far as bounded memory allows. A group holds the lock of the one writer. When the call throws, what was committed
    /// before stays, and the rest can be imported again: resources that are there already are left as they are.
    ///
    /// - Parameters:
    ///   - paths: files, or directories whose `.json`, `.ndjson` and `.jsonl` files are read.
    ///   - validation: how closely resources are looked at. One that is not valid is a part that is not taken, for a
    ///     reason that names the element and what is wrong with it.
    ///   - progress: called after each file and each commit.
    ///   - reject: called with each part of the input that is not taken; the rest goes in.
    /// - Returns: what was done.
    @discardableResult
    public func importResources(
        at paths: [String], validation: ValidationStrength = .structure,
        progress: (ImportProgress) -> Void = { _ in }, reject: @escaping (ImportReject) -> Void = { _ in }
    ) throws(StoreError) -> ImportSummary {
        var importer = Importer(self, validation, reject: reject)
        return try importer.run(paths, progress)
    }

    /// Begins a group of resources that will be committed together.
    func beginGroup() throws(StoreError) -> ImportGroup {
        let transaction = try mapping(StoreError.storage) { () throws(StorageError) in
            try storage.begin(patience: Store.writerPatience)
        }
        do throws(StoreError) {
            return try ImportGroup(self, transaction)
        } catch {
            transaction.abort()
            throw error
        }
    }

    /// Commits a group.
    func commit(_ group: ImportGroup) throws(StoreError) -> ImportSummary {
        try group.commit(committer, reason: "import")
    }

    /// Writes the nodes of the tree that the last small commits have left in memory.
    ///
    /// A small commit writes what it changes, and leaves the tree's nodes to a later one. That is durable, and as fast to
    /// read for this process; another one that opens the store applies these changes first, up to 65,536 of them, which
    /// takes some tenths of a second. So call this when the process will not write for a while.
    ///
    /// - Complexity: O(n) in the nodes that are in memory only.
    public func settle() throws(StoreError) {
        try write { (transaction) throws(StoreError) in
            let newest = try CommittedTree(transaction, keys.tree, cache)
            guard newest.state.base != nil else { return }
            try committer.settle(
                newest.state, at: max(UInt64(max(0, Instant.now)), newest.commit.time), in: transaction)
        }
    }

    /// Gives memory back to the system that a large commit needed.
    func releaseMemory() {
        storage.releaseReadPages()
    }

    /// Runs `body` in a transaction, once more when the map had to grow. `body` commits.
    func write<Result>(
        _ body: (any StorageTransaction) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        while true {
            let transaction = try mapping(StoreError.storage) { () throws(StorageError) in
                try storage.begin(patience: Store.writerPatience)
            }
            do throws(StoreError) {
                defer { transaction.abort() }
                return try body(transaction)
            } catch {
                guard error.isMapFull else { throw error }
            }
        }
    }

    // MARK: Reading

    /// The store as it is at the newest commit.
    public func snapshot() throws(StoreError) -> Snapshot {
        let snapshot = try mapping(StoreError.storage) { () throws(StorageError) in try storage.snapshot() }
        return try Snapshot(snapshot, keys, opened, cache, audit)
    }

    /// Executes a query at the newest commit; see `Snapshot.query(_:as:for:breakGlassReason:)`.
    public func query(
        _ text: String, as actor: Actor? = nil, for purpose: Purpose? = nil, breakGlassReason: String? = nil
    ) throws(StoreError) -> QueryResult {
        try snapshot().query(text, as: actor, for: purpose, breakGlassReason: breakGlassReason)
    }

    /// Executes a query at the newest commit and proves its rows; see `Snapshot.answer(_:as:for:breakGlassReason:)`.
    public func answer(
        _ text: String, as actor: Actor? = nil, for purpose: Purpose? = nil, breakGlassReason: String? = nil
    ) throws(StoreError) -> AnsweredQuery {
        try snapshot().answer(text, as: actor, for: purpose, breakGlassReason: breakGlassReason)
    }

    /// Reads one resource at the newest commit; see `Snapshot.read(_:id:as:for:)`.
    public func read(
        _ type: ResourceType, id: String, as actor: Actor, for purpose: Purpose
    ) throws(StoreError) -> [UInt8]? {
        try snapshot().read(type, id: id, as: actor, for: purpose)
    }

    /// The newest signed checkpoint.
    public func checkpoint() throws(StoreError) -> SignedCheckpoint {
        try snapshot().checkpoint()
    }
}

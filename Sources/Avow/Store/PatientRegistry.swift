internal import AvowProof
internal import AvowStorage
internal import AvowVault
internal import Synchronization

/// A patient as the store knows it: pseudonym, key, and the number of the next record.
struct PatientKey: Sendable {
    let pseudonym: Pseudonym
    let key: RecordKey
    /// The number that the patient's next record gets; numbers are never used again.
    var nextNumber: UInt64
}

/// Reads and writes the wrapped keys of patients: `next number (8 bytes) ‖ what PatientKeySealer makes of the key`, by pseudonym.
struct PatientRegistry: Sendable {
    private let sealer: PatientKeySealer

    init(_ sealer: PatientKeySealer) {
        self.sealer = sealer
    }

    /// The patient of a pseudonym; nil when there is none.
    func patient(_ pseudonym: Pseudonym, _ snapshot: any StorageSnapshot) throws(StoreError) -> PatientKey? {
        let value = try mapping(StoreError.storage) { () throws(StorageError) in
            try snapshot.value(for: pseudonym.bytes, in: .patients)
        }
        return try value.map { value throws(StoreError) in try open(value, pseudonym) }
    }

    /// Opens the wrapped key of a patient.
    func open(_ value: [UInt8], _ pseudonym: Pseudonym) throws(StoreError) -> PatientKey {
        guard value.count > 8 else {
            throw .damaged(
                part: "patient keys", reason: "the entry of \(pseudonym.bytes.hexadecimal) has \(value.count) bytes")
        }
        let counter = value.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let wrapped = Array(value.dropFirst(8))
        do throws(VaultError) {
            let key = try sealer.open(wrapped.span, pseudonym: pseudonym.rawValue, counter: counter)
            return PatientKey(pseudonym: pseudonym, key: key, nextNumber: counter)
        } catch {
            throw .damaged(part: "patient keys", reason: "the entry of \(pseudonym.bytes.hexadecimal): \(error)")
        }
    }

    /// A new patient under a pseudonym that no other has.
    func new(
        _ logicalID: String, _ snapshot: any StorageSnapshot, isTaken: (Pseudonym) -> Bool
    ) throws(StoreError) -> PatientKey {
        while true {
            let pseudonym = Pseudonym(rawValue: UInt64.random(in: 1...UInt64.max))
            let value = try mapping(StoreError.storage) { () throws(StorageError) in
                try snapshot.value(for: pseudonym.bytes, in: .patients)
            }
            guard value == nil, !isTaken(pseudonym) else { continue }
            let secret = try mapping(StoreError.vault) { () throws(VaultError) in try SecretKey.random() }
            let key = RecordKey(secret, patient: UUIDBytes(canonical: logicalID))
            return PatientKey(pseudonym: pseudonym, key: key, nextNumber: 1)
        }
    }

    /// Writes a patient, with the counter bound to the wrapped key so that neither can be changed alone.
    func write(_ patient: PatientKey, to transaction: any StorageTransaction) throws(StoreError) {
        var value: [UInt8] = []
        value.append(bigEndian: patient.nextNumber)
        value += sealer.seal(patient.key, pseudonym: patient.pseudonym.rawValue, counter: patient.nextNumber)
        try mapping(StoreError.storage) { () throws(StorageError) in
            try transaction.put(value, for: patient.pseudonym.bytes, in: .patients)
        }
    }
}

/// What the readers of a store share: opened keys of patients and dictionaries, what opens records, and what queries
/// read before any record.
final class OpenedKeys: Sendable {
    /// More patients than this are not kept; a key takes 32 bytes of locked memory.
    private static let capacity = 65_536

    private struct State {
        var patients: [UInt64: RecordKey] = [:]
        var dictionaries = DictionarySet()
    }

    let openers: Pool<RecordOpener>
    let preliminaries = Preliminaries()
    let moves = KnownMoves()
    private let state = Mutex(State())
    private let registry: PatientRegistry
    private let sealer: DictionarySealer

    init(_ registry: PatientRegistry, _ sealer: DictionarySealer, storeID: StoreID) {
        self.registry = registry
        self.sealer = sealer
        openers = Pool { () throws(StoreError) in try RecordOpener(storeID: storeID) }
    }

    func key(of pseudonym: Pseudonym, _ snapshot: any StorageSnapshot) throws(StoreError) -> RecordKey? {
        if let key = state.withLock({ $0.patients[pseudonym.rawValue] }) { return key }
        guard let patient = try registry.patient(pseudonym, snapshot) else { return nil }
        state.withLock { state in
            if state.patients.count >= OpenedKeys.capacity { state.patients.removeAll() }
            state.patients[pseudonym.rawValue] = patient.key
        }
        return patient.key
    }

    /// All dictionaries that have been opened, `id` among them when the store has it.
    func dictionaries(with id: UInt32, _ snapshot: any StorageSnapshot) throws(StoreError) -> DictionarySet {
        let known = state.withLock { $0.dictionaries }
        guard id != 0, known[id: id] == nil else { return known }
        let sealed = try mapping(StoreError.storage) { () throws(StorageError) in
            try snapshot.blob(UInt64(id), in: .dictionaries)
        }
        guard let sealed else { return known }
        return try insert(sealed, id)
    }

    /// Opens all dictionaries of a snapshot.
    func allDictionaries(_ snapshot: any StorageSnapshot) throws(StoreError) -> DictionarySet {
        var sealed: [(UInt32, [UInt8])] = []
        try mapping(StoreError.storage) { () throws(StorageError) in
            try snapshot.forEachBlob(in: .dictionaries, from: 0) { id, bytes in
                sealed.append((UInt32(truncatingIfNeeded: id), [UInt8](copying: bytes)))
                return true
            }
        }
        var all = state.withLock { $0.dictionaries }
        for (id, bytes) in sealed where all[id: id] == nil { all = try insert(bytes, id) }
        return all
    }

    private func insert(_ sealed: [UInt8], _ id: UInt32) throws(StoreError) -> DictionarySet {
        do throws(VaultError) {
            let dictionary = try sealer.open(sealed.span, id: id)
            return state.withLock { state in
                state.dictionaries.insert(dictionary)
                return state.dictionaries
            }
        } catch {
            throw .damaged(part: "dictionary \(id)", reason: "\(error)")
        }
    }
}

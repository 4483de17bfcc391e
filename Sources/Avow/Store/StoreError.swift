public import AvowConsent
public import AvowFHIR
public import AvowProof
public import AvowQuery
public import AvowStorage
public import AvowTree
public import AvowVault

/// Why a store could not do what it was asked.
///
/// After any of these the store is as it was before the call, except that an import keeps what it had committed.
public enum StoreError: Error, Sendable, CustomStringConvertible {
    /// The storage below failed: no such directory, not a store, a full disk, another writer at work.
    case storage(StorageError)
    /// A secret is wrong, or sealed bytes are not authentic.
    case vault(VaultError)
    /// The tree could not be read or changed.
    case tree(TreeError)
    /// The query has no answer.
    case query(QueryError)
    /// The query is AS OF a state that cannot be asked.
    case asOf(AsOfError)
    /// A note could not be made or read: the origin is not a name, or the stored checkpoint is damaged.
    case note(NoteError)
    /// An index cannot be made, or removed, or found.
    case index(IndexError)
    /// A view cannot be loaded, or found.
    case view(ViewLoadError)
    /// The input could not be read at all.
    case input(ResourceReaderError)
    /// The store was written in another format version.
    case unsupportedFormat(found: UInt64, supported: UInt64)
    /// A part of the store is missing or damaged.
    case damaged(part: String, reason: String)
    /// The log does not continue the last signed checkpoint, so no new one is signed.
    case inconsistentLog(size: UInt64, expected: Digest, found: Digest)
    /// A Patient cannot be deleted while there are other records that belong to it.
    case patientHasRecords(id: String, count: UInt64)
    /// Somebody permits or refuses for a patient who is neither the patient nor one who manages consents.
    case mayNotConsent(actor: String, patient: String)
    /// The Consent in which a patient's statements are kept says other than statements do: somebody else has written it.
    case notManaged(consent: String, ConsentError)
    /// A record could not be read: its blob or its patient's key is missing, or it is not what the tree commits to.
    case record(key: TreeKey, reason: String)
    /// The query could not be recorded in the audit ledger, so that nothing of its result is given; and why it could not.
    indirect case notRecorded(StoreError)
    /// The store has no audit ledger: nothing has been recorded in it.
    case noLedger
    /// The task that asked was cancelled before there was an answer.
    case cancelled

    /// What went wrong, in a sentence.
    public var description: String {
        switch self {
        case .storage(let error): "\(error)"
        case .vault(let error): "\(error)"
        case .tree(let error): "\(error)"
        case .query(let error): "\(error)"
        case .asOf(let error): "\(error)"
        case .note(let error): "\(error)"
        case .index(let error): "\(error)"
        case .view(let error): "\(error)"
        case .input(let error): error.description
        case .unsupportedFormat(let found, let supported):
            "the store has format \(found); this version of Avow reads format \(supported)"
        case .damaged(let part, let reason): "the store is damaged: \(part): \(reason)"
        case .inconsistentLog(let size, let expected, let found):
            "the log of \(size) commits has the root \(found), but the signed checkpoint says \(expected)"
        case .patientHasRecords(let id, let count):
            "Patient/\(id) cannot be deleted: \(count) other \(count == 1 ? "record belongs" : "records belong") to it"
        case .mayNotConsent(let actor, let patient):
            "\(actor) may not permit or refuse for \(patient): only the patient may, and roles that the policy names as consentManagers"
        case .notManaged(let consent, let error):
            "\(consent) was written by somebody else, and no statement can be added to it: \(error)"
        case .record(let key, let reason): "the record at key \(key.bytes.hexadecimal) cannot be read: \(reason)"
        case .notRecorded(let error):
            "the query is not answered, since it cannot be recorded in the audit ledger: \(error)"
        case .noLedger: "the store has no audit ledger: no query has been recorded"
        case .cancelled: "the query was cancelled"
        }
    }
}

extension StoreError {
    /// Whether the storage's map was full, which beginning again cures.
    var isMapFull: Bool {
        switch self {
        case .storage(let error), .tree(.storage(let error)): error.code == .mapFull
        default: false
        }
    }
}

/// Runs `body` and turns what a lower floor throws into a `StoreError`.
func mapping<Result, Failure: Error>(
    _ wrap: (Failure) -> StoreError, _ body: () throws(Failure) -> Result
) throws(StoreError) -> Result {
    do throws(Failure) {
        return try body()
    } catch {
        throw wrap(error)
    }
}

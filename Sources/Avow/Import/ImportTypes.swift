public import AvowConsent
public import AvowFHIR

/// How far an import has come.
public struct ImportProgress: Sendable {
    /// Bytes of the files that have been read, as they rest on the disk.
    public internal(set) var bytesRead: UInt64 = 0
    /// Bytes of all files, as they rest on the disk.
    public let totalBytes: UInt64
    /// Resources that have been committed or found unchanged.
    public internal(set) var resources = 0
}

/// What an import did.
public struct ImportSummary: Hashable, Sendable {
    /// Resources that the store did not have, or had deleted.
    public internal(set) var created = 0
    /// Resources that the store had in another version, which is kept as history.
    public internal(set) var updated = 0
    /// Resources that the store had just so.
    public internal(set) var unchanged = 0
    /// Parts of the input that could not be taken.
    public internal(set) var rejected = 0
    /// Patients that the store did not know.
    public internal(set) var newPatients = 0
    /// Commits that were made.
    public internal(set) var commits = 0
    /// Bytes of compact JSON of the resources that were created or updated.
    public internal(set) var jsonBytes: UInt64 = 0
    /// Resources that were created or updated, by type.
    public internal(set) var types: [ResourceType: Int] = [:]

    /// Resources that are in the store now.
    var resources: Int { created + updated + unchanged }

    mutating func add(_ other: ImportSummary) {
        created += other.created
        updated += other.updated
        unchanged += other.unchanged
        rejected += other.rejected
        newPatients += other.newPatients
        commits += other.commits
        jsonBytes += other.jsonBytes
        types.merge(other.types) { $0 + $1 }
    }
}

/// Why a resource that could be read cannot be stored.
public enum ImportRefusal: Hashable, Sendable, CustomStringConvertible {
    /// It belongs to a patient, but its reference does not say to which, so no patient's consent could govern it.
    case unresolvedPatient
    /// It is a Consent that cannot be evaluated: the element and the reason.
    case consent(ConsentError)

    /// What went wrong, in a sentence.
    public var description: String {
        switch self {
        case .unresolvedPatient:
            "its reference to a patient cannot be resolved, so it is not known whose consent governs it"
        case .consent(let error): "it cannot be evaluated: \(error)"
        }
    }
}

/// A part of the input that was not taken.
public enum ImportReject: Sendable, CustomStringConvertible {
    /// It is not a resource that could be read.
    case unreadable(Reject)
    /// The resource cannot be stored.
    case refused(file: String, type: ResourceType, id: String, ImportRefusal)

    /// The file that it stands in.
    public var file: String {
        switch self {
        case .unreadable(let reject): reject.place.file
        case .refused(let file, _, _, _): file
        }
    }

    /// Why it was not taken.
    public var reason: String {
        switch self {
        case .unreadable(let reject): reject.reason.description
        case .refused(_, _, _, let refusal): refusal.description
        }
    }

    /// What went wrong, in a sentence.
    public var description: String {
        switch self {
        case .unreadable(let reject): reject.description
        case .refused(let file, let type, let id, let refusal): "\(file), \(type.name)/\(id): \(refusal)"
        }
    }
}

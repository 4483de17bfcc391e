internal import Synchronization

/// The data files that this process has open.
///
/// LMDB's `fcntl` locks belong to the process: when one of two openings is closed, the other's locks are gone, and
/// another process may then take pages away from under its readers.
enum OpenStores {
    private static let identities = Mutex<Set<FileDescriptor.Identity>>([])

    /// Holds the claim to a file until it is released.
    final class Claim: Sendable {
        private let identity: FileDescriptor.Identity

        fileprivate init(_ identity: FileDescriptor.Identity) {
            self.identity = identity
        }

        deinit {
            OpenStores.identities.withLock { identities in _ = identities.remove(identity) }
        }
    }

    static func claim(
        _ identity: FileDescriptor.Identity, path: String, for operation: StorageError.Operation
    ) throws(StorageError) -> Claim {
        let isNew = identities.withLock { identities in identities.insert(identity).inserted }
        guard isNew else { throw StorageError(.alreadyOpen, operation, at: .path(path)) }
        return Claim(identity)
    }
}

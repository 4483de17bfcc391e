#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Whoever has a store open holds a shared lock on its data file; to replace that file needs the exclusive one. Both
/// are `flock`'s, which LMDB does not use.
extension LMDBStorage {
    private static let compactingName = "compacting"

    /// How long opening waits for a compaction to end.
    private static let compactionPatience: Duration = .seconds(30)

    /// Opens the data file and takes the shared lock.
    ///
    /// - Throws: `.beingCompacted` when a compaction does not end in time.
    static func openDataFile(
        at path: String, readOnly: Bool, for operation: StorageError.Operation
    ) throws(StorageError) -> FileDescriptor {
        let dataPath = path + "/" + dataFileName
        var waiting = Waiting(patience: compactionPatience)
        repeat {
            let file = try FileDescriptor(opening: dataPath, readOnly ? .readOnly : .readWrite, for: operation)
            // A file that was replaced between opening and locking is not the store any more.
            if try file.lock(.shared, for: operation), try file.isStill(at: dataPath, for: operation) { return file }
        } while waiting.sleep()
        throw StorageError(.beingCompacted, operation, at: .path(path))
    }

    /// Replaces the data file of a store by a copy without free pages.
    ///
    /// The store must not be open, here or in another process; who opens it meanwhile waits. A crash leaves the store as
    /// it was or as it is afterwards. The disk must have room for the pages in use.
    ///
    /// - Returns: The size of the file before and after, in bytes.
    /// - Throws: `.inUse` when another process has the store open, `.alreadyOpen` when this one has; any other error of
    ///   opening and copying. The store is as it was then.
    public static func compact(at path: String) throws(StorageError) -> (before: UInt64, after: UInt64) {
        guard try Directory.exists(at: path) else { throw StorageError(.noSuchDirectory, .compact, at: .path(path)) }
        guard try Directory.contains(dataFileName, at: path) else {
            throw StorageError(.notAStore, .compact, at: .path(path))
        }
        let dataPath = path + "/" + dataFileName
        let file = try FileDescriptor(opening: dataPath, .readWrite, for: .compact)
        let status = try file.status(for: .compact)
        let claim = try OpenStores.claim(status.identity, path: path, for: .compact)
        guard try file.lock(.exclusive, for: .compact), try file.isStill(at: dataPath, for: .compact) else {
            throw StorageError(.inUse, .compact, at: .path(path))
        }
        _ = try examine(file, writerLock: nil)
        let folder = path + "/" + compactingName
        discardCopy(at: path)
        _ = try Directory.make(at: folder)
        do throws(StorageError) {
            try copy(path, to: folder, claim)
            // The file that everybody opens is complete at any time.
            guard unsafe rename(folder + "/" + dataFileName, dataPath) == 0 else {
                throw StorageError(StorageError.Code(errno: errno), .compact, at: .path(dataPath))
            }
        } catch {
            discardCopy(at: path)
            throw error
        }
        try FileDescriptor(opening: path, .directory, for: .compact).synchronize(for: .compact)
        discardCopy(at: path)
        let after = try FileDescriptor(opening: dataPath, .readOnly, for: .compact).status(for: .compact).size
        return (status.size, after)
    }

    /// The environment is closed when this returns, before the file is replaced and its lock released.
    private static func copy(
        _ path: String, to folder: String, _ claim: OpenStores.Claim
    ) throws(StorageError) {
        let environment = try LMDBEnvironment(
            opening: path, tableCount: 0, readOnly: true, creating: false, options: Options(), claim: claim)
        do {
            try environment.copyCompacted(to: folder)
        } catch {
            throw StorageError(StorageError.Code(lmdb: error.number), .compact, at: .path(folder))
        }
        try FileDescriptor(opening: folder + "/" + dataFileName, .readWrite, for: .compact)
            .synchronize(for: .compact)
    }

    /// Removes what a compaction left that did not end.
    private static func discardCopy(at path: String) {
        Directory.remove(dataFileName, at: path + "/" + compactingName)
        Directory.removeEmpty(at: path + "/" + compactingName)
    }
}

internal import CLMDB

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A store in a directory: LMDB's `data.mdb` and `lock.mdb`, and `writer.lock`.
///
/// **Processes.** Any number of processes may have the store open; in one process only one object may, and a
/// second one is refused with `.alreadyOpen`. Do not use it in a child made by `fork` without `exec`.
///
/// **Size.** The file takes what its contents need. The memory map is address space, not memory or disk: it starts
/// with 1 TiB and doubles, so that growth is practically never needed. When it is, it needs a moment without open
/// snapshots in this process. ``begin(patience:)`` grows the map ahead of need whenever such a moment is there. When a
/// transaction fails with `.mapFull`, abort it and begin again: begin then waits for the moment, at most its
/// patience, and throws `.snapshotsBlockGrowth` after that. Snapshots that were open before go on unharmed.
///
/// **Durability.** ``StorageTransaction/commit()`` returns when the disk has the data.
public final class LMDBStorage: Storage, @unchecked Sendable {
    // Sendable because the environment handle and the table numbers never change after init, LMDB's environment
    // functions may be called by any thread, and replacing the map, the exception, is kept apart by the gate.

    static let dataFileName = "data.mdb"
    static let lockFileName = "lock.mdb"
    static let writerLockFileName = "writer.lock"

    /// How long a snapshot waits for others to end when it must follow another process's growth of the map.
    static let remapPatience: Duration = .seconds(5)

    /// Settings that only tests need to change.
    struct Options: Sendable {
        /// Bytes, a power of two.
        var initialMapSize: UInt64 = 1 << 40
        var maximumReaders: UInt32 = 510
        /// Without it a commit survives a crash of the process but not of the machine.
        var isSynchronous = true
    }

    /// The directory of the store.
    public let path: String
    /// The tables that it was opened with.
    public let tables: StorageTables
    /// Whether it refuses transactions.
    public let isReadOnly: Bool

    let gate = TransactionGate()
    let writerLock: WriterLock?
    /// Kept open for its size and its lock; LMDB has a descriptor of its own.
    private let dataFile: FileDescriptor
    private let blobHandles: [(table: BlobTable, handle: MDB_dbi)]
    private let keyHandles: [(table: KeyTable, handle: MDB_dbi)]
    private let environment: LMDBEnvironment
    let pageSize: Int

    // MARK: Creating and opening

    /// Creates a store in a directory, which is made when it does not exist, and opens it.
    ///
    /// - Throws: `.alreadyExists` when there is one; nothing is changed then. When creating fails halfway, what was
    ///   made is removed.
    public static func create(at path: String, tables: StorageTables) throws(StorageError) -> LMDBStorage {
        try create(at: path, tables: tables, options: Options())
    }

    /// Opens a store.
    ///
    /// Cheap checks of the data file come first, so that LMDB is not handed one that would crash it at once; for
    /// all the others there is ``LMDBFileCheck``. Slots of readers that died are cleared.
    ///
    /// - Parameters:
    ///   - tables: The tables to be used; each must exist with its kind of keys. The store may have more.
    ///   - readOnly: Refuses transactions, and works when the data file is not writable. The lock file must be
    ///     writable all the same, because snapshots register there.
    public static func open(
        at path: String, tables: StorageTables, readOnly: Bool = false
    ) throws(StorageError) -> LMDBStorage {
        try open(at: path, tables: tables, readOnly: readOnly, options: Options())
    }

    static func create(
        at path: String, tables: StorageTables, options: Options
    ) throws(StorageError) -> LMDBStorage {
        let directoryExisted = try Directory.make(at: path)
        do throws(StorageError) {
            // Whoever makes this file creates the store; LMDB takes an empty file for a new one.
            _ = try FileDescriptor(opening: path + "/" + dataFileName, .createNew, for: .create)
        } catch {
            guard error.code == .system(EEXIST) else { throw error }
            throw StorageError(.alreadyExists, .create, at: .path(path))
        }
        do throws(StorageError) {
            let storage = try LMDBStorage(
                at: path, tables: tables, readOnly: false, creating: true, options: options)
            try FileDescriptor(opening: path, .directory, for: .create).synchronize(for: .create)
            if !directoryExisted {
                try FileDescriptor(opening: path + "/..", .directory, for: .create).synchronize(for: .create)
            }
            return storage
        } catch {
            for name in [dataFileName, lockFileName, writerLockFileName] {
                Directory.remove(name, at: path)
            }
            if !directoryExisted { Directory.removeEmpty(at: path) }
            throw error
        }
    }

    static func open(
        at path: String, tables: StorageTables, readOnly: Bool, options: Options
    ) throws(StorageError) -> LMDBStorage {
        guard try Directory.exists(at: path) else {
            throw StorageError(.noSuchDirectory, .open, at: .path(path))
        }
        guard try Directory.contains(dataFileName, at: path) else {
            throw StorageError(.notAStore, .open, at: .path(path))
        }
        return try LMDBStorage(at: path, tables: tables, readOnly: readOnly, creating: false, options: options)
    }

    private init(
        at path: String, tables: StorageTables, readOnly: Bool, creating: Bool, options: Options
    ) throws(StorageError) {
        let operation: StorageError.Operation = creating ? .create : .open
        self.path = path
        self.tables = tables
        self.isReadOnly = readOnly

        dataFile = try LMDBStorage.openDataFile(at: path, readOnly: readOnly, for: operation)
        let claim = try OpenStores.claim(dataFile.status(for: operation).identity, path: path, for: operation)
        // Before anything is made beside it: a file that is not LMDB's gets no lock files.
        if !creating { _ = try LMDBStorage.header(of: dataFile) }
        let writerLockPath = path + "/" + LMDBStorage.writerLockFileName
        writerLock =
            readOnly
            ? nil
            // A store that was copied without its lock files is a good store.
            : try WriterLock(path: writerLockPath, creating: true, operation: operation)

        if creating {
            pageSize = 0
        } else {
            pageSize = try LMDBStorage.examine(dataFile, writerLock: writerLock)
        }
        environment = try LMDBEnvironment(
            opening: path, tableCount: tables.blobs.count + tables.keys.count, readOnly: readOnly,
            creating: creating, options: options, claim: claim)
        (blobHandles, keyHandles) = try environment.openTables(tables, creating: creating, readOnly: readOnly)
    }

    /// The meta pages, checked.
    private static func header(of file: FileDescriptor) throws(StorageError) -> LMDBFileHeader {
        do throws(StorageError) {
            return try LMDBFileHeader(reading: file, for: .open)
        } catch {
            // Another process may just have been writing a meta page: what is damaged stays so.
            usleepBriefly()
            return try LMDBFileHeader(reading: file, for: .open)
        }
    }

    /// Checks the meta pages, and that pages in use are not missing at the end. Returns the page size.
    static func examine(
        _ file: FileDescriptor, writerLock: WriterLock?
    ) throws(StorageError) -> Int {
        let header = try header(of: file)
        guard header.fileSize < header.fullSize else { return header.pageSize }

        // Rare: a transaction freed the last pages that it had taken, so they were never written, and its process
        // died before it made the file whole. Then the missing pages are all in the free list, and a complete
        // check finds no damage. It must not run beside a writer.
        try writerLock?.acquire(patience: remapPatience, for: .open)
        defer { writerLock?.release() }
        let current = try LMDBFileHeader(reading: file, for: .open)
        if current.fileSize < current.fullSize {
            guard try LMDBFileCheck.check(file).damages.isEmpty else {
                throw StorageError(.truncated, .open, at: .path(file.path))
            }
            if writerLock != nil {
                try file.extend(to: current.fullSize, for: .open)
            }
        }
        return current.pageSize
    }

    // MARK: Transactions

    /// A view of what is committed now; see ``Storage/snapshot()``.
    public func snapshot() throws(StorageError) -> any StorageSnapshot {
        let transaction = try beginLMDB(readOnly: true, operation: .snapshot, patience: LMDBStorage.remapPatience)
        return LMDBSnapshot(storage: self, transaction: transaction)
    }

    /// Begins the write transaction; see ``Storage/begin(patience:)``. Grows the map ahead of need.
    public func begin(patience: Duration) throws(StorageError) -> any StorageTransaction {
        guard let writerLock else { throw StorageError(.readOnly, .begin, at: .path(path)) }
        let waiting = Waiting(patience: patience)
        try writerLock.acquire(patience: patience, for: .begin)
        do {
            try growAheadOfNeed(patience: waiting.remaining)
            let transaction = try beginLMDB(readOnly: false, operation: .begin, patience: waiting.remaining)
            return LMDBTransaction(storage: self, transaction: transaction, writerLock: writerLock)
        } catch {
            writerLock.release()
            throw error
        }
    }

    private func beginLMDB(
        readOnly: Bool, operation: StorageError.Operation, patience: Duration
    ) throws(StorageError) -> LMDBTransactionHandle {
        let waiting = Waiting(patience: patience)
        var hasClearedSlots = false
        while true {
            guard gate.enter() else { throw StorageError(.mustReopen, operation, at: .path(path)) }
            let code: Int32
            do {
                return try environment.begin(readOnly: readOnly)
            } catch {
                code = error.number
            }
            gate.leave()
            switch code {
            case MDB_MAP_RESIZED:
                // Another process has made the map larger, and the data needs it.
                let environment = environment
                let done = try gate.remap(patience: waiting.remaining) { () throws(StorageError) in
                    try resize(environment, to: 0)
                }
                guard done else { throw StorageError(.snapshotsBlockGrowth, operation, at: .path(path)) }
            case MDB_READERS_FULL where !hasClearedSlots:
                hasClearedSlots = true
                environment.clearStaleReaders()
            default:
                throw StorageError(StorageError.Code(lmdb: code), operation, at: .path(path))
            }
        }
    }

    // MARK: Growth

    /// Doubles the memory map.
    ///
    /// - Parameter patience: How long to wait for open snapshots and the transaction of this process to end.
    /// - Throws: `.snapshotsBlockGrowth` when they did not.
    public func grow(patience: Duration = .seconds(5)) throws(StorageError) {
        let done = try gate.remap(patience: patience) { () throws(StorageError) in
            let size = environment.information.mapSize
            guard size <= UInt64.max / 2, LMDBFormat.isMapSize(size * 2) else {
                throw StorageError(.mapFull, .grow, at: .path(path))
            }
            try resize(environment, to: size * 2)
        }
        guard done else { throw StorageError(.snapshotsBlockGrowth, .grow, at: .path(path)) }
    }

    /// Grows when a transaction has met the end of the map, or, if that needs no waiting, when three quarters of it
    /// are used.
    private func growAheadOfNeed(patience: Duration) throws(StorageError) {
        if gate.isGrowthWanted {
            try grow(patience: patience)
            return
        }
        let information = environment.information
        guard information.usedBytes > information.mapSize / 4 * 3 else { return }
        do {
            try grow(patience: .zero)
        } catch {
            // There is room yet. A map that was lost is reported by the transaction that is about to begin.
            return
        }
    }

    private func resize(_ environment: LMDBEnvironment, to size: UInt64) throws(StorageError) {
        do {
            try environment.resize(to: size)
        } catch {
            if error.isMapLost { gate.markBroken() }
            throw StorageError(
                error.isMapLost ? .mustReopen : StorageError.Code(lmdb: error.number), .grow, at: .path(path))
        }
    }

    // MARK: After a commit

    /// Makes the file as long as its last page number says, so that a truncated file can be told by its size.
    func makeFileWhole() {
        let size = environment.information.usedBytes
        // A disk that refuses has no effect on the data: the pages in question are free, and opening sees to them.
        guard let current = try? dataFile.status(for: .commit).size, current < size else { return }
        try? dataFile.extend(to: size, for: .commit)
    }

    /// What is behind an error of a commit, and gives back the room that the failed transaction took on the disk.
    ///
    /// LMDB reports a write that stopped halfway, as it does on a full disk, as EIO. The caller holds the writer's
    /// lock and LMDB has forgotten the transaction, so nobody uses the file behind its last page.
    func explainFailedCommit(_ number: Int32) -> StorageError.Code {
        // When writing the meta page failed, LMDB refuses everything from then on, and what is on the disk is not
        // known: the file must not be touched.
        guard let probe = try? environment.begin(readOnly: true) else { return .mustReopen }
        probe.abort()
        var code = StorageError.Code(lmdb: number)
        if code == .system(EIO), let reason = dataFile.reasonNotToGrow(by: 1 << 16) {
            code = StorageError.Code(errno: reason)
        }
        if number > 0 {
            dataFile.shorten(to: environment.information.usedBytes)
        }
        return code
    }

    // MARK: Tables

    @inline(__always)
    func handle(of table: BlobTable, _ operation: StorageError.Operation) throws(StorageError) -> MDB_dbi {
        // A handful of tables: comparing short names in order is faster than hashing one.
        for entry in blobHandles where entry.table.name == table.name { return entry.handle }
        throw StorageError(.unknownTable, operation, at: .table(table.name))
    }

    @inline(__always)
    func handle(of table: KeyTable, _ operation: StorageError.Operation) throws(StorageError) -> MDB_dbi {
        for entry in keyHandles where entry.table.name == table.name { return entry.handle }
        throw StorageError(.unknownTable, operation, at: .table(table.name))
    }

    // MARK: Memory

    /// Lets go of the memory that pages of the data file take which this process has read.
    ///
    /// For after work that reads much of the file once. Pages that are needed again are read again, as a rule from the
    /// memory that the system keeps of the file.
    public func releaseReadPages() {
        guard gate.enter() else { return }
        defer { gate.leave() }
        environment.releaseReadPages()
    }

    // MARK: Size and copies

    /// How large the store is now, and what of it is free.
    public func size() throws(StorageError) -> StorageSize {
        let transaction = try beginLMDB(readOnly: true, operation: .read, patience: LMDBStorage.remapPatience)
        let snapshot = LMDBSnapshot(storage: self, transaction: transaction)
        var statistics: [String: TableStatistics] = [:]
        for table in tables.blobs { statistics[table.name] = try snapshot.statistics(of: table) }
        for table in tables.keys { statistics[table.name] = try snapshot.statistics(of: table) }
        let information = environment.information
        return StorageSize(
            fileBytes: try dataFile.status(for: .read).size,
            mapBytes: information.mapSize,
            pageSize: information.pageSize,
            pages: information.usedBytes / UInt64(information.pageSize),
            freePages: try snapshot.countFreePages(),
            tables: statistics)
    }

    /// Writes a copy of what is committed now, without free pages, into a directory, which is made when it does not
    /// exist. It is a store that can be opened. The copy is synchronized to disk.
    ///
    /// The space that it needs is that of the pages in use. Like a snapshot, copying keeps replaced pages from being
    /// used again while it runs.
    ///
    /// - Throws: `.alreadyExists` when there is a store already. When copying fails, what was made is removed.
    public func copyCompacted(to path: String) throws(StorageError) {
        let directoryExisted: Bool
        do throws(StorageError) {
            directoryExisted = try Directory.make(at: path)
            guard try !Directory.contains(LMDBStorage.dataFileName, at: path) else {
                throw StorageError(.alreadyExists, .copy, at: .path(path))
            }
        } catch {
            throw StorageError(error.code, .copy, at: error.place)
        }
        guard gate.enter() else { throw StorageError(.mustReopen, .copy, at: .path(path)) }
        defer { gate.leave() }
        do throws(StorageError) {
            do {
                try environment.copyCompacted(to: path)
            } catch {
                throw StorageError(StorageError.Code(lmdb: error.number), .copy, at: .path(path))
            }
            let file = try FileDescriptor(
                opening: path + "/" + LMDBStorage.dataFileName, .readOnly, for: .copy)
            try file.synchronize(for: .copy)
            try FileDescriptor(opening: path, .directory, for: .copy).synchronize(for: .copy)
        } catch {
            Directory.remove(LMDBStorage.dataFileName, at: path)
            if !directoryExisted { Directory.removeEmpty(at: path) }
            throw error
        }
    }
}

/// How large a store is.
public struct StorageSize: Hashable, Sendable {
    /// Length of the data file in bytes.
    public let fileBytes: UInt64
    /// Address space that the map takes; neither memory nor disk.
    public let mapBytes: UInt64
    /// Bytes of one page.
    public let pageSize: Int
    /// Pages in the file, free ones included.
    public let pages: UInt64
    /// Pages that later transactions can use again.
    public let freePages: UInt64
    /// By the tables' names.
    public let tables: [String: TableStatistics]
}

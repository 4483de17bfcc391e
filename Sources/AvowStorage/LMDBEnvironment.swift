internal import CLMDB
internal import Dispatch

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// What a function of LMDB returned in place of zero.
struct LMDBFailure: Error {
    let number: Int32
    /// Whether the environment has lost its map and must not be used again.
    var isMapLost = false
}

/// Owns LMDB's environment handle: the open files and the map. Closed when released, which is after all its
/// transactions, because they hold it.
///
/// `@safe`: the handle is valid from init to deinit, and never leaves this file but inside transactions.
@safe final class LMDBEnvironment {
    private let handle: OpaquePointer
    private let path: String
    /// Held for as long as the environment is open.
    private let claim: OpenStores.Claim

    struct Information {
        let mapSize: UInt64
        /// Bytes of all pages handed out so far.
        let usedBytes: UInt64
        let pageSize: Int
    }

    init(
        opening path: String, tableCount: Int, readOnly: Bool, creating: Bool, options: LMDBStorage.Options,
        claim: OpenStores.Claim
    ) throws(StorageError) {
        let operation: StorageError.Operation = creating ? .create : .open
        func check(_ number: Int32) throws(StorageError) {
            guard number == 0 else {
                throw StorageError(StorageError.Code(lmdb: number), operation, at: .path(path))
            }
        }

        var created: OpaquePointer?
        try check(unsafe mdb_env_create(&created))
        guard let created = unsafe created else {
            throw StorageError(.system(ENOMEM), operation, at: .path(path))
        }
        do {
            try check(unsafe mdb_env_set_maxdbs(created, MDB_dbi(tableCount)))
            try check(unsafe mdb_env_set_maxreaders(created, options.maximumReaders))
            if creating {
                try check(unsafe mdb_env_set_mapsize(created, Int(options.initialMapSize)))
            }
            var flags = UInt32(MDB_NOTLS)
            if readOnly { flags |= UInt32(MDB_RDONLY) }
            if !options.isSynchronous { flags |= UInt32(MDB_NOSYNC) }
            try check(unsafe mdb_env_open(created, path, flags, 0o600))
        } catch {
            // An environment that did not open must be closed all the same.
            unsafe mdb_env_close(created)
            throw error
        }
        unsafe handle = created
        self.path = path
        self.claim = claim
        clearStaleReaders()
    }

    deinit {
        unsafe mdb_env_close(handle)
    }

    /// Frees the reader slots of processes that died with snapshots open.
    func clearStaleReaders() {
        var count: Int32 = 0
        _ = unsafe mdb_reader_check(handle, &count)
    }

    var information: Information {
        var info = unsafe MDB_envinfo()
        var statistics = MDB_stat()
        // Both fill the structure that they are given and cannot fail on an open environment.
        _ = unsafe mdb_env_info(handle, &info)
        _ = unsafe mdb_env_stat(handle, &statistics)
        let pageSize = Int(statistics.ms_psize)
        return Information(
            mapSize: UInt64(unsafe info.me_mapsize),
            usedBytes: (UInt64(unsafe info.me_last_pgno) + 1) * UInt64(pageSize),
            pageSize: pageSize)
    }

    func begin(readOnly: Bool) throws(LMDBFailure) -> LMDBTransactionHandle {
        var transaction: OpaquePointer?
        let code = unsafe mdb_txn_begin(handle, nil, readOnly ? UInt32(MDB_RDONLY) : 0, &transaction)
        guard code == 0, let transaction = unsafe transaction else { throw LMDBFailure(number: code) }
        return unsafe LMDBTransactionHandle(pointer: transaction, environment: self)
    }

    /// Replaces the map. Zero takes the size from the file.
    ///
    /// - Precondition: No transaction of this process is open.
    func resize(to size: UInt64) throws(LMDBFailure) {
        if size > 0 {
            // LMDB gives up the old map before it asks for the new one, and is unusable when that is refused. So
            // ask first.
            var descriptor: Int32 = -1
            _ = unsafe mdb_env_get_fd(handle, &descriptor)
            let probe = unsafe mmap(nil, Int(size), PROT_READ, MAP_SHARED, descriptor, 0)
            guard let probe = unsafe probe, unsafe probe != MAP_FAILED else { throw LMDBFailure(number: errno) }
            unsafe munmap(probe, Int(size))
        }
        let code = unsafe mdb_env_set_mapsize(handle, Int(size))
        guard code == 0 else { throw LMDBFailure(number: code, isMapLost: code != EINVAL) }
    }

    /// Copies all pages in use into a folder.
    ///
    /// Copying reads the whole file once. What was copied is let go of meanwhile, or the process would be shown to take
    /// as much memory as the file is large.
    func copyCompacted(to path: String) throws(LMDBFailure) {
        let queue = DispatchQueue(label: "avow.compaction")
        let timer = DispatchSource.makeTimerSource(queue: queue)
        timer.schedule(deadline: .now() + .milliseconds(20), repeating: .milliseconds(20))
        timer.setEventHandler { self.releaseReadPages() }
        timer.activate()
        defer {
            timer.cancel()
            // A run that is under way ends before the environment may be closed.
            queue.sync {}
        }
        let code = unsafe mdb_env_copy2(handle, path, UInt32(MDB_CP_COMPACT))
        guard code == 0 else { throw LMDBFailure(number: code) }
    }

    /// Lets go of the pages of the map that this process has read. The system keeps what it likes of them, and they are
    /// read again when they are needed.
    ///
    /// LMDB does not say where its map lies. A page knows its number, though, so any of its bytes leads to the first.
    func releaseReadPages() {
        let information = information
        let pageSize = information.pageSize
        // Only then are the map's pages aligned as those of the system are.
        guard pageSize == sysconf(Int32(_SC_PAGESIZE)), let transaction = try? begin(readOnly: true) else { return }
        defer { transaction.abort() }
        var main: MDB_dbi = 0
        var cursor: OpaquePointer?
        guard unsafe mdb_dbi_open(transaction.pointer, nil, 0, &main) == 0,
            unsafe mdb_cursor_open(transaction.pointer, main, &cursor) == 0
        else { return }
        defer { unsafe mdb_cursor_close(cursor) }
        var key = unsafe MDB_val()
        var record = unsafe MDB_val()
        // The record of a table is small, so it stands in a page and not in a run of them.
        guard unsafe mdb_cursor_get(cursor, &key, &record, MDB_FIRST) == 0, let byte = unsafe record.mv_data
        else { return }
        let page = unsafe byte - Int(bitPattern: byte) % pageSize
        let number = unsafe page.loadUnaligned(as: UInt64.self)
        guard number < information.usedBytes / UInt64(pageSize) else { return }
        // Advice changes no content: readers that are under way find the same bytes.
        unsafe madvise(page - Int(number) * pageSize, Int(information.usedBytes), MADV_DONTNEED)
    }

    /// Opens the tables, or makes them, in one transaction.
    func openTables(
        _ tables: StorageTables, creating: Bool, readOnly: Bool
    ) throws(StorageError) -> ([(table: BlobTable, handle: MDB_dbi)], [(table: KeyTable, handle: MDB_dbi)]) {
        let operation: StorageError.Operation = creating ? .create : .open
        let transaction: LMDBTransactionHandle
        do {
            transaction = try begin(readOnly: !creating)
        } catch {
            throw StorageError(StorageError.Code(lmdb: error.number), operation, at: .path(path))
        }

        func open(_ name: String, kind: UInt32) throws(StorageError) -> MDB_dbi {
            func check(_ number: Int32) throws(StorageError) {
                guard number != 0 else { return }
                let code: StorageError.Code =
                    switch number {
                    case MDB_NOTFOUND: .missingTable
                    case MDB_INCOMPATIBLE: .tableKindMismatch
                    default: StorageError.Code(lmdb: number)
                    }
                throw StorageError(code, operation, at: .table(name))
            }
            guard (1...LMDBFormat.maximumKeySize).contains(name.utf8.count), !name.utf8.contains(0) else {
                throw StorageError(.keySize(name.utf8.count), operation, at: .table(name))
            }
            var table: MDB_dbi = 0
            var flags: UInt32 = 0
            try check(
                unsafe mdb_dbi_open(transaction.pointer, name, creating ? kind | UInt32(MDB_CREATE) : kind, &table))
            try check(unsafe mdb_dbi_flags(transaction.pointer, table, &flags))
            guard flags == kind else { throw StorageError(.tableKindMismatch, operation, at: .table(name)) }
            return table
        }

        do throws(StorageError) {
            var blobs: [(table: BlobTable, handle: MDB_dbi)] = []
            var keys: [(table: KeyTable, handle: MDB_dbi)] = []
            for table in tables.blobs {
                blobs.append((table, try open(table.name, kind: UInt32(MDB_INTEGERKEY))))
            }
            for table in tables.keys {
                keys.append((table, try open(table.name, kind: 0)))
            }
            // Also in a reading transaction: committing is what keeps the handles.
            let code = unsafe mdb_txn_commit(transaction.pointer)
            guard code == 0 else {
                throw StorageError(StorageError.Code(lmdb: code), operation, at: .path(path))
            }
            return (blobs, keys)
        } catch {
            if error.place != .path(path) {
                // Not after a failed commit, which has ended the transaction.
                transaction.abort()
            }
            throw error
        }
    }
}

/// LMDB's transaction handle together with the environment, which must outlive it.
@safe struct LMDBTransactionHandle {
    @unsafe let pointer: OpaquePointer
    let environment: LMDBEnvironment

    /// Ends a transaction that nothing else refers to.
    consuming func abort() {
        unsafe mdb_txn_abort(pointer)
    }
}

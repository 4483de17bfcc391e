/// What a storage operation failed on, where, and what can be done about it.
///
/// Errors compare equal when they agree in everything; match on ``code``.
public struct StorageError: Error, Hashable, Sendable {
    /// What went wrong.
    public enum Code: Hashable, Sendable {
        // Opening and creating.
        /// The directory does not exist.
        case noSuchDirectory
        /// The directory exists but holds no store.
        case notAStore
        /// There is a store, so none can be created.
        case alreadyExists
        /// This process has the store open already; LMDB's locks allow one opening a process.
        case alreadyOpen
        /// Another process has the store open, and what was asked for needs it alone.
        case inUse
        /// A compaction replaces the data file and did not end in time.
        case beingCompacted
        /// The data file is empty, or ends before pages that are in use.
        case truncated
        /// The data file is not LMDB's, or its meta pages are damaged; the text says in what.
        case notLMDB(String)
        /// The data file is of another LMDB data version than 1.
        case versionMismatch(found: UInt32)
        /// The store lacks a table that was expected.
        case missingTable
        /// The store's table is of the other kind.
        case tableKindMismatch
        /// The table was not among those the store was opened with.
        case unknownTable

        // Writing.
        /// Another transaction holds the writer's lock; `holder` is its process id when known.
        case writerBusy(holder: Int32?)
        /// The memory map has no room left for this transaction.
        case mapFull
        /// The map must grow, or follow another process's growth, and open snapshots did not end in time.
        case snapshotsBlockGrowth
        /// The transaction changed more pages than LMDB can track.
        case transactionFull
        /// The id to append is not greater than the last one in the table.
        case idNotIncreasing
        /// A key must have 1 to 511 bytes.
        case keySize(Int)
        /// A value must have at most 1 GiB.
        case valueTooLarge(Int)
        /// The store was opened for reading.
        case readOnly
        /// An earlier operation of this transaction failed, or it has ended.
        case transactionEnded
        /// A transaction was used on another thread than the one that began it.
        case wrongThread
        /// The transaction was changed from inside a read of it.
        case changedWhileReading

        // The machine.
        /// The disk, or the quota on it, is full.
        case diskFull
        /// The file would exceed the largest size allowed for the process or the file system.
        case fileTooLarge
        case permissionDenied
        /// All slots for readers are taken.
        case tooManyReaders
        /// A page that a table refers to is not what it must be.
        case damaged
        /// The state of the open store is unknown after a failed write of a meta page, or its map is lost.
        case mustReopen
        /// Another error of the operating system (`errno`).
        case system(Int32)
        /// Another error of LMDB.
        case lmdb(Int32)
    }

    /// What was being done.
    public enum Operation: String, Hashable, Sendable {
        case create, open, snapshot, begin, read, put, append, remove, commit, grow, copy, compact, check
    }

    /// What it was being done to.
    public enum Place: Hashable, Sendable {
        case path(String)
        case table(String)
        case blob(UInt64, table: String)
        case key([UInt8], table: String)
    }

    /// What went wrong, to match on.
    public let code: Code
    /// What was being done.
    public let operation: Operation
    /// On what.
    public let place: Place

    /// An error of an operation on a place.
    public init(_ code: Code, _ operation: Operation, at place: Place) {
        self.code = code
        self.operation = operation
        self.place = place
    }
}

extension StorageError: CustomStringConvertible {
    /// One sentence or two: what was done to what, why it failed, what to do.
    public var description: String {
        "cannot \(operation.rawValue) \(place): \(code)"
    }
}

extension StorageError.Place: CustomStringConvertible {
    /// What it says, as a person reads it.
    public var description: String {
        switch self {
        case .path(let path): path
        case .table(let table): "table '\(table)'"
        case .blob(let id, let table): "blob \(id) of table '\(table)'"
        case .key(let key, let table): "key \(hexadecimal(key)) of table '\(table)'"
        }
    }
}

extension StorageError.Code: CustomStringConvertible {
    /// What it says, as a person reads it.
    public var description: String {
        switch self {
        case .noSuchDirectory:
            "there is no such directory."
        case .notAStore:
            "the directory holds no store (no data.mdb). Create one there, or check the path."
        case .alreadyExists:
            "there is a store already. Open it, or choose another directory."
        case .alreadyOpen:
            "this process has it open already. Share that one storage object."
        case .inUse:
            "another process has it open. Try again when none has."
        case .beingCompacted:
            "it is being compacted. Try again in a while."
        case .truncated:
            "the data file is shorter than its contents. Restore it from a backup."
        case .notLMDB(let what):
            "the data file is not a sound LMDB file: \(what). Restore it from a backup."
        case .versionMismatch(let found):
            "the data file has LMDB data version \(found); 1 was expected."
        case .missingTable:
            "the store lacks this table. It was made by another program or another version."
        case .tableKindMismatch:
            "the table's keys are of the other kind (ids or byte strings). The store was made by another program."
        case .unknownTable:
            "the store was not opened with this table. Name it when opening."
        case .writerBusy(let holder):
            "another transaction is writing"
                + (holder.map { " (process \($0))" } ?? "")
                + ". Try again, or wait longer."
        case .mapFull:
            "the memory map is full. Abort, call grow(), and run the transaction again."
        case .snapshotsBlockGrowth:
            "the memory map must grow, and snapshots of this process are still open. Release them and try again."
        case .transactionFull:
            "the transaction is too large. Commit in smaller steps."
        case .idNotIncreasing:
            "the id is not greater than the last one in the table. Use a greater id, or put."
        case .keySize(let size):
            "the key has \(size) bytes; 1 to 511 were expected."
        case .valueTooLarge(let size):
            "the value has \(size) bytes; at most 1 GiB was expected."
        case .readOnly:
            "the store was opened for reading only."
        case .transactionEnded:
            "the transaction has ended, or failed before. Begin another one."
        case .wrongThread:
            "a transaction belongs to the thread that began it. Do not suspend between begin and commit."
        case .changedWhileReading:
            "the transaction cannot change or end inside a read of it. Copy the bytes out and change afterwards."
        case .diskFull:
            "the disk is full. Free some space; nothing of the transaction was stored."
        case .fileTooLarge:
            "the file would exceed the size limit of the process or the file system."
        case .permissionDenied:
            "permission denied. The data file, lock.mdb and writer.lock must be readable, and the last two writable."
        case .tooManyReaders:
            "all reader slots are taken. Release snapshots."
        case .damaged:
            "the data file is damaged here. Run the file check, and restore it from a backup."
        case .mustReopen:
            "the state of the open store is unknown. Release it and open it again."
        case .system(let number):
            "\(systemMessage(number)) (errno \(number))."
        case .lmdb(let number):
            "\(lmdbMessage(number)) (LMDB error \(number))."
        }
    }
}

internal import CLMDB

/// The writing transaction of LMDB.
final class LMDBTransaction: LMDBView, StorageTransaction {
    /// 1 GiB; LMDB itself counts the pages of a value in 32 bits.
    static let maximumValueSize = 1 << 30

    private let writerLock: WriterLock
    private let thread = ThreadIdentity.current
    private var isAbortWanted = false
    /// Bytes that were read since pages were let go of.
    private var bytesRead = 0
    /// A transaction that reads much would be shown to take as much memory as it has read of the file.
    private static let mostBytesRead = 64 << 20
    /// What removing a blob is taken to read: the page that names it and where it stood, with what the system maps beside.
    private static let bytesPerRemoval = 8 << 10

    init(storage: LMDBStorage, transaction: LMDBTransactionHandle, writerLock: WriterLock) {
        self.writerLock = writerLock
        super.init(storage: storage, transaction: transaction)
    }

    deinit {
        end()
    }

    override var isOnItsThread: Bool { thread == .current }

    override func readsHaveEnded() {
        if isAbortWanted { end() }
    }

    override func find(
        _ key: inout MDB_val, _ value: inout MDB_val, in transaction: OpaquePointer, _ handle: MDB_dbi
    ) -> Int32 {
        let code = unsafe super.find(&key, &value, in: transaction, handle)
        if code == 0 { hasRead(unsafe value.mv_size) }
        return code
    }

    private func hasRead(_ byteCount: Int) {
        bytesRead += byteCount
        guard bytesRead >= LMDBTransaction.mostBytesRead else { return }
        bytesRead = 0
        storage.releaseReadPages()
    }

    override func failure(
        _ number: Int32, _ operation: StorageError.Operation, _ place: StorageError.Place
    ) -> StorageError {
        if number == MDB_MAP_FULL { storage.gate.wantGrowth() }
        return super.failure(number, operation, place)
    }

    /// The transaction, if it may be changed here and now.
    private func changeablePointer(
        _ operation: StorageError.Operation, _ place: @autoclosure () -> StorageError.Place
    ) throws(StorageError) -> OpaquePointer {
        guard readsInProgress == 0 else { throw StorageError(.changedWhileReading, operation, at: place()) }
        return unsafe try activePointer(operation, place())
    }

    // MARK: Blobs

    func put(_ bytes: Span<UInt8>, id: UInt64, in table: BlobTable) throws(StorageError) {
        try store(bytes, id: id, in: table, flags: 0, .put)
    }

    func append(_ bytes: Span<UInt8>, id: UInt64, in table: BlobTable) throws(StorageError) {
        try store(bytes, id: id, in: table, flags: UInt32(MDB_APPEND), .append)
    }

    private func store(
        _ bytes: Span<UInt8>, id: UInt64, in table: BlobTable, flags: UInt32, _ operation: StorageError.Operation
    ) throws(StorageError) {
        let handle = try storage.handle(of: table, operation)
        let pointer = unsafe try changeablePointer(operation, .blob(id, table: table.name))
        guard bytes.count <= LMDBTransaction.maximumValueSize else {
            throw StorageError(.valueTooLarge(bytes.count), operation, at: .blob(id, table: table.name))
        }
        var id = id
        // LMDB only reads through both pointers, during the call.
        let code = unsafe withUnsafeMutablePointer(to: &id) { key in
            unsafe bytes.withUnsafeBufferPointer { buffer in
                var key = unsafe MDB_val(mv_size: 8, mv_data: UnsafeMutableRawPointer(key))
                var value = unsafe MDB_val(
                    mv_size: buffer.count, mv_data: UnsafeMutableRawPointer(mutating: buffer.baseAddress))
                return unsafe mdb_put(pointer, handle, &key, &value, flags)
            }
        }
        guard code == 0 else { throw failure(code, operation, .blob(id, table: table.name)) }
    }

    func removeBlob(_ id: UInt64, in table: BlobTable) throws(StorageError) -> Bool {
        let handle = try storage.handle(of: table, .remove)
        let pointer = unsafe try changeablePointer(.remove, .blob(id, table: table.name))
        var id = id
        // LMDB only reads through the key's pointer, during the call.
        let code = unsafe withUnsafeMutablePointer(to: &id) { key in
            var key = unsafe MDB_val(mv_size: 8, mv_data: UnsafeMutableRawPointer(key))
            return unsafe mdb_del(pointer, handle, &key, nil)
        }
        if code == MDB_NOTFOUND { return false }
        guard code == 0 else { throw failure(code, .remove, .blob(id, table: table.name)) }
        hasRead(LMDBTransaction.bytesPerRemoval)
        return true
    }

    // MARK: Values

    func put(_ value: Span<UInt8>, for key: [UInt8], in table: KeyTable) throws(StorageError) {
        let place = StorageError.Place.key(key, table: table.name)
        let handle = try storage.handle(of: table, .put)
        let pointer = unsafe try changeablePointer(.put, place)
        guard (1...LMDBFormat.maximumKeySize).contains(key.count) else {
            throw StorageError(.keySize(key.count), .put, at: place)
        }
        guard value.count <= LMDBTransaction.maximumValueSize else {
            throw StorageError(.valueTooLarge(value.count), .put, at: place)
        }
        // LMDB only reads through both pointers, during the call.
        let code = unsafe key.withMDBValue { key in
            unsafe value.withUnsafeBufferPointer { buffer in
                var key = unsafe key
                var value = unsafe MDB_val(
                    mv_size: buffer.count, mv_data: UnsafeMutableRawPointer(mutating: buffer.baseAddress))
                return unsafe mdb_put(pointer, handle, &key, &value, 0)
            }
        }
        guard code == 0 else { throw failure(code, .put, place) }
    }

    func removeValue(for key: [UInt8], in table: KeyTable) throws(StorageError) -> Bool {
        let place = StorageError.Place.key(key, table: table.name)
        let handle = try storage.handle(of: table, .remove)
        let pointer = unsafe try changeablePointer(.remove, place)
        guard (1...LMDBFormat.maximumKeySize).contains(key.count) else {
            throw StorageError(.keySize(key.count), .remove, at: place)
        }
        let code = unsafe key.withMDBValue { key in
            var key = unsafe key
            return unsafe mdb_del(pointer, handle, &key, nil)
        }
        if code == MDB_NOTFOUND { return false }
        guard code == 0 else { throw failure(code, .remove, place) }
        return true
    }

    // MARK: Ending

    func commit() throws(StorageError) {
        let place = StorageError.Place.path(storage.path)
        _ = unsafe try changeablePointer(.commit, place)
        guard let pointer = unsafe takePointer() else {
            throw StorageError(.transactionEnded, .commit, at: place)
        }
        // Frees the transaction whatever it returns.
        let code = unsafe mdb_txn_commit(pointer)
        guard code != 0 else {
            storage.makeFileWhole()
            leave()
            return
        }
        if code == MDB_MAP_FULL { storage.gate.wantGrowth() }
        let reason = storage.explainFailedCommit(code)
        leave()
        throw StorageError(reason, .commit, at: place)
    }

    func abort() {
        if readsInProgress > 0 {
            // The bytes that the read sees are freed by aborting. It ends right after the read.
            isAbortWanted = true
        } else {
            end()
        }
    }

    private func end() {
        guard let pointer = unsafe takePointer() else { return }
        unsafe mdb_txn_abort(pointer)
        leave()
    }

    private func leave() {
        storage.gate.leave()
        writerLock.release()
    }
}

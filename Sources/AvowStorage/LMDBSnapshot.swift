internal import CLMDB

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// What reading has in common in snapshots and in the write transaction.
///
/// `@safe`: the transaction's pointer is nil from the moment that LMDB frees what it points to.
@safe class LMDBView {
    let storage: LMDBStorage
    private let environment: LMDBEnvironment
    private var pointer: OpaquePointer?
    /// Calls of `body` that are under way; the bytes that they see must stay.
    private(set) var readsInProgress = 0

    init(storage: LMDBStorage, transaction: LMDBTransactionHandle) {
        self.storage = storage
        environment = transaction.environment
        unsafe pointer = transaction.pointer
    }

    /// Hands out the pointer for LMDB to end and free the transaction. Nil when it has ended already.
    final func takePointer() -> OpaquePointer? {
        defer { unsafe pointer = nil }
        return unsafe pointer
    }

    final var hasEnded: Bool { unsafe pointer == nil }

    /// The transaction, if it may be used here and now.
    @inline(__always)
    final func activePointer(
        _ operation: StorageError.Operation, _ place: @autoclosure () -> StorageError.Place
    ) throws(StorageError) -> OpaquePointer {
        guard isOnItsThread else { throw StorageError(.wrongThread, operation, at: place()) }
        guard let pointer = unsafe pointer else { throw StorageError(.transactionEnded, operation, at: place()) }
        return unsafe pointer
    }

    var isOnItsThread: Bool { true }

    /// Called when the last read under way has returned.
    func readsHaveEnded() {}

    @inline(__always)
    private final func reading<Result>(_ body: () -> Result) -> Result {
        readsInProgress += 1
        defer {
            readsInProgress -= 1
            if readsInProgress == 0 { readsHaveEnded() }
        }
        return body()
    }

    func failure(
        _ number: Int32, _ operation: StorageError.Operation, _ place: StorageError.Place
    ) -> StorageError {
        StorageError(StorageError.Code(lmdb: number), operation, at: place)
    }

    // MARK: Blobs

    final func withBlob<Result>(
        _ id: UInt64, in table: BlobTable, _ body: (Span<UInt8>) -> Result
    ) throws(StorageError) -> Result? {
        let handle = try storage.handle(of: table, .read)
        let pointer = unsafe try activePointer(.read, .blob(id, table: table.name))
        var id = id
        var value = unsafe MDB_val()
        // LMDB reads eight bytes through the key's pointer during the call.
        let code = unsafe withUnsafeMutablePointer(to: &id) { key in
            var key = unsafe MDB_val(mv_size: 8, mv_data: UnsafeMutableRawPointer(key))
            return unsafe find(&key, &value, in: pointer, handle)
        }
        guard code == 0 else {
            if code == MDB_NOTFOUND { return nil }
            throw failure(code, .read, .blob(id, table: table.name))
        }
        // The bytes stay in place: snapshots never change, and a transaction refuses changes inside `body`.
        return reading { unsafe body(Span(_unsafeElements: value.buffer)) }
    }

    /// Finds the value of a key.
    ///
    /// - Returns: LMDB's code.
    @unsafe func find(
        _ key: inout MDB_val, _ value: inout MDB_val, in transaction: OpaquePointer, _ handle: MDB_dbi
    ) -> Int32 {
        unsafe mdb_get(transaction, handle, &key, &value)
    }

    final func lastBlobID(in table: BlobTable) throws(StorageError) -> UInt64? {
        let handle = try storage.handle(of: table, .read)
        let place = StorageError.Place.table(table.name)
        let cursor = unsafe try Cursor(in: activePointer(.read, place), handle, self, place)
        guard let entry = unsafe try cursor.move(MDB_LAST) else { return nil }
        return unsafe entry.key.identifier
    }

    final func forEachBlob(
        in table: BlobTable, from id: UInt64, _ body: (UInt64, Span<UInt8>) -> Bool
    ) throws(StorageError) {
        let handle = try storage.handle(of: table, .read)
        let place = StorageError.Place.table(table.name)
        let cursor = unsafe try Cursor(in: activePointer(.read, place), handle, self, place)
        var id = id
        // LMDB reads eight bytes through the key's pointer during the call, and then points it into the map.
        var entry = unsafe try withUnsafeMutablePointer(to: &id) { key throws(StorageError) in
            unsafe try cursor.move(MDB_SET_RANGE, MDB_val(mv_size: 8, mv_data: UnsafeMutableRawPointer(key)))
        }
        while let (key, value) = unsafe entry {
            guard let id = unsafe key.identifier else {
                throw StorageError(.damaged, .read, at: place)
            }
            guard reading({ unsafe body(id, Span(_unsafeElements: value.buffer)) }) else { return }
            unsafe entry = try cursor.move(MDB_NEXT)
        }
    }

    // MARK: Values

    final func value(for key: [UInt8], in table: KeyTable) throws(StorageError) -> [UInt8]? {
        let handle = try storage.handle(of: table, .read)
        let pointer = unsafe try activePointer(.read, .key(key, table: table.name))
        guard (1...LMDBFormat.maximumKeySize).contains(key.count) else {
            throw StorageError(.keySize(key.count), .read, at: .key(key, table: table.name))
        }
        var value = unsafe MDB_val()
        let code = unsafe key.withMDBValue { key in
            var key = unsafe key
            return unsafe mdb_get(pointer, handle, &key, &value)
        }
        guard code == 0 else {
            if code == MDB_NOTFOUND { return nil }
            throw failure(code, .read, .key(key, table: table.name))
        }
        // Copied before anything can change.
        return unsafe [UInt8](value.buffer)
    }

    final func forEachValue(
        in table: KeyTable, from key: [UInt8], _ body: (Span<UInt8>, Span<UInt8>) -> Bool
    ) throws(StorageError) {
        let handle = try storage.handle(of: table, .read)
        let place = StorageError.Place.table(table.name)
        let cursor = unsafe try Cursor(in: activePointer(.read, place), handle, self, place)
        var entry =
            key.isEmpty
            ? unsafe try cursor.move(MDB_FIRST)
            : unsafe try key.withMDBValue { key throws(StorageError) in
                unsafe try cursor.move(MDB_SET_RANGE, key)
            }
        while let (key, value) = unsafe entry {
            guard reading({ unsafe body(Span(_unsafeElements: key.buffer), Span(_unsafeElements: value.buffer)) })
            else { return }
            unsafe entry = try cursor.move(MDB_NEXT)
        }
    }

    // MARK: Statistics

    final func statistics(of table: BlobTable) throws(StorageError) -> TableStatistics {
        try statistics(storage.handle(of: table, .read), table.name)
    }

    final func statistics(of table: KeyTable) throws(StorageError) -> TableStatistics {
        try statistics(storage.handle(of: table, .read), table.name)
    }

    private final func statistics(_ handle: MDB_dbi, _ name: String) throws(StorageError) -> TableStatistics {
        var statistics = MDB_stat()
        let code = unsafe try mdb_stat(activePointer(.read, .table(name)), handle, &statistics)
        guard code == 0 else { throw failure(code, .read, .table(name)) }
        return TableStatistics(
            entries: UInt64(statistics.ms_entries),
            depth: Int(statistics.ms_depth),
            branchPages: UInt64(statistics.ms_branch_pages),
            leafPages: UInt64(statistics.ms_leaf_pages),
            overflowPages: UInt64(statistics.ms_overflow_pages),
            pageSize: Int(statistics.ms_psize))
    }
}

/// A cursor that is closed when it goes.
@safe private struct Cursor: ~Copyable {
    private let pointer: OpaquePointer
    private let view: LMDBView
    private let place: StorageError.Place

    init(
        in transaction: OpaquePointer, _ handle: MDB_dbi, _ view: LMDBView, _ place: StorageError.Place
    ) throws(StorageError) {
        var opened: OpaquePointer?
        let code = unsafe mdb_cursor_open(transaction, handle, &opened)
        guard code == 0, let opened = unsafe opened else { throw view.failure(code, .read, place) }
        unsafe pointer = opened
        self.view = view
        self.place = place
    }

    deinit {
        // A transaction cannot end while a read of it is under way, so the cursor is closed before it.
        unsafe mdb_cursor_close(pointer)
    }

    /// The entry that the cursor was moved to, or nil at the end of the table.
    @unsafe func move(
        _ step: MDB_cursor_op, _ key: MDB_val = unsafe MDB_val()
    ) throws(StorageError) -> (key: MDB_val, value: MDB_val)? {
        var key = unsafe key
        var value = unsafe MDB_val()
        let code = unsafe mdb_cursor_get(pointer, &key, &value, step)
        guard code == 0 else {
            if code == MDB_NOTFOUND { return nil }
            throw view.failure(code, .read, place)
        }
        return unsafe (key, value)
    }
}

extension MDB_val {
    /// The bytes that LMDB points to.
    var buffer: UnsafeBufferPointer<UInt8> {
        unsafe UnsafeBufferPointer(start: mv_data?.assumingMemoryBound(to: UInt8.self), count: mv_size)
    }

    /// The id that a key of a blob table is; nil when it has not eight bytes.
    var identifier: UInt64? {
        guard unsafe mv_size == 8, let data = unsafe mv_data else { return nil }
        return unsafe data.loadUnaligned(as: UInt64.self)
    }
}

extension [UInt8] {
    /// Calls `body` with a value that points to the array's bytes, which LMDB only reads.
    @unsafe func withMDBValue<Result, Failure: Error>(
        _ body: (MDB_val) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        unsafe try span.withUnsafeBufferPointer { buffer throws(Failure) in
            unsafe try body(
                MDB_val(
                    mv_size: buffer.count, mv_data: UnsafeMutableRawPointer(mutating: buffer.baseAddress)))
        }
    }
}

/// A reading transaction of LMDB.
///
/// `@safe`: the cursors are valid from when they are opened to deinit, which is the first to give anything back.
@safe final class LMDBSnapshot: LMDBView, StorageSnapshot {
    /// A cursor for each table of blobs that was read, open as long as the transaction: it looks for the next blob on the
    /// page of the last one first, where that of the same patient mostly is.
    private var cursors: [(handle: MDB_dbi, pointer: OpaquePointer)] = unsafe []

    @unsafe override func find(
        _ key: inout MDB_val, _ value: inout MDB_val, in transaction: OpaquePointer, _ handle: MDB_dbi
    ) -> Int32 {
        let index: Int
        if let known = unsafe cursors.firstIndex(where: { unsafe $0.handle == handle }) {
            index = known
        } else {
            var opened: OpaquePointer?
            let code = unsafe mdb_cursor_open(transaction, handle, &opened)
            guard code == 0, let opened = unsafe opened else { return code }
            index = unsafe cursors.count
            unsafe cursors.append((handle, opened))
        }
        let code = unsafe mdb_cursor_get(cursors[index].pointer, &key, &value, MDB_SET_KEY)
        // A search that failed on the way leaves the cursor at no place to go on from.
        if code != 0, code != MDB_NOTFOUND { unsafe mdb_cursor_close(cursors.remove(at: index).pointer) }
        return code
    }

    deinit {
        // Before the transaction that they read in.
        while let cursor = unsafe cursors.popLast() { unsafe mdb_cursor_close(cursor.pointer) }
        if let pointer = unsafe takePointer() {
            unsafe mdb_txn_abort(pointer)
            storage.gate.leave()
        }
    }

    /// The length of the free list.
    func countFreePages() throws(StorageError) -> UInt64 {
        let place = StorageError.Place.path(storage.path)
        // Table 0 is LMDB's free list: by transaction, an array of page numbers after their count.
        let cursor = unsafe try Cursor(in: activePointer(.read, place), 0, self, place)
        var count: UInt64 = 0
        while let (_, list) = unsafe try cursor.move(MDB_NEXT) {
            guard unsafe list.mv_size >= 8, let data = unsafe list.mv_data else { continue }
            count += unsafe data.loadUnaligned(as: UInt64.self)
        }
        return count
    }
}

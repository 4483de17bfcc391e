/// A table of blobs named by 64-bit ids, in the order of the ids.
///
/// Tree nodes, sealed records, commit records and dictionaries rest in such tables.
public struct BlobTable: Hashable, Sendable {
    /// The table's name in the store, unique among the tables of both kinds.
    public let name: String

    /// - Parameter name: 1 to 511 bytes of UTF-8, unique among the store's tables.
    public init(_ name: String) {
        self.name = name
    }
}

/// A table of small values named by byte strings, in lexicographic order of those strings.
///
/// Wrapped patient keys and the named values of a store's header rest in such tables.
public struct KeyTable: Hashable, Sendable {
    /// The table's name in the store, unique among the tables of both kinds.
    public let name: String

    /// - Parameter name: 1 to 511 bytes of UTF-8, unique among the store's tables.
    public init(_ name: String) {
        self.name = name
    }
}

/// All the tables that a store has; they are made when it is created and expected when it is opened.
public struct StorageTables: Hashable, Sendable {
    /// Tables of blobs by id.
    public let blobs: [BlobTable]
    /// Tables of values by key.
    public let keys: [KeyTable]

    /// Tables of both kinds; their names must differ.
    public init(blobs: [BlobTable], keys: [KeyTable]) {
        self.blobs = blobs
        self.keys = keys
    }
}

/// How large a table is in one snapshot.
public struct TableStatistics: Hashable, Sendable {
    /// Number of blobs or values.
    public let entries: UInt64
    /// Levels of the B-tree, zero when the table is empty.
    public let depth: Int
    /// Pages that lead to others.
    public let branchPages: UInt64
    /// Pages that hold small values.
    public let leafPages: UInt64
    /// Pages that hold large values, one by one.
    public let overflowPages: UInt64
    /// Bytes of one page.
    public let pageSize: Int

    /// Bytes of all pages that the table uses.
    public var bytes: UInt64 { (branchPages + leafPages + overflowPages) * UInt64(pageSize) }

    /// Statistics of these figures.
    public init(
        entries: UInt64, depth: Int, branchPages: UInt64, leafPages: UInt64, overflowPages: UInt64,
        pageSize: Int
    ) {
        self.entries = entries
        self.depth = depth
        self.branchPages = branchPages
        self.leafPages = leafPages
        self.overflowPages = overflowPages
        self.pageSize = pageSize
    }
}

/// A consistent view of everything that was committed when it was taken.
///
/// Later commits do not change what a snapshot sees. The view ends when the object is released; while it lives,
/// pages that later transactions replace cannot be used again, so a snapshot that is kept makes the file grow.
///
/// A snapshot may be handed from one thread to another but not be used by two at once, which is why it is not
/// `Sendable`.
public protocol StorageSnapshot: AnyObject {
    /// Calls `body` with the bytes of a blob as they rest in the store, without copying them.
    ///
    /// In a transaction the bytes are valid only until the next change, so changes made inside `body` are refused.
    ///
    /// - Returns: What `body` returns, or nil, without a call, when the table holds no such blob.
    /// - Complexity: O(log n) in the number of blobs; allocates nothing.
    func withBlob<Result>(
        _ id: UInt64, in table: BlobTable, _ body: (Span<UInt8>) -> Result
    ) throws(StorageError) -> Result?

    /// The largest id in the table, or nil when the table is empty.
    func lastBlobID(in table: BlobTable) throws(StorageError) -> UInt64?

    /// Calls `body` with each blob whose id is at least `id`, in the order of the ids, until it returns false.
    func forEachBlob(
        in table: BlobTable, from id: UInt64, _ body: (UInt64, Span<UInt8>) -> Bool
    ) throws(StorageError)

    /// A copy of the value under a key of 1 to 511 bytes, or nil when there is none.
    func value(for key: [UInt8], in table: KeyTable) throws(StorageError) -> [UInt8]?

    /// Calls `body` with each key that is not below `key`, and its value, in lexicographic order, until it returns
    /// false. The empty key stands for the start of the table.
    func forEachValue(
        in table: KeyTable, from key: [UInt8], _ body: (Span<UInt8>, Span<UInt8>) -> Bool
    ) throws(StorageError)

    func statistics(of table: BlobTable) throws(StorageError) -> TableStatistics
    func statistics(of table: KeyTable) throws(StorageError) -> TableStatistics
}

extension StorageSnapshot {
    /// A copy of a blob, or nil when the table holds no such blob.
    public func blob(_ id: UInt64, in table: BlobTable) throws(StorageError) -> [UInt8]? {
        try withBlob(id, in: table) { bytes in [UInt8](copying: bytes) }
    }
}

extension [UInt8] {
    /// The bytes of a span in an array of their own.
    ///
    /// - Complexity: O(n).
    public init(copying bytes: Span<UInt8>) {
        // The span is alive during the call, and the buffer is copied before it returns.
        self = unsafe bytes.withUnsafeBufferPointer { buffer in unsafe [UInt8](buffer) }
    }
}

/// The one writer: what it changes is seen by itself at once, and by others when it has committed.
///
/// All of its changes take effect in one step, durably, or not at all. A transaction that is released without
/// ``commit()`` is aborted.
///
/// A transaction belongs to the thread that began it: begin, change and commit without suspending in between
/// (``Storage/write(patience:_:)`` has that shape). Calls from another thread are refused with `.wrongThread`; a
/// transaction that is aborted or released there keeps the store locked until the thread that began it ends.
public protocol StorageTransaction: StorageSnapshot {
    /// Stores a blob under an id, in place of the one that may be there.
    func put(_ bytes: Span<UInt8>, id: UInt64, in table: BlobTable) throws(StorageError)

    /// As ``put(_:id:in:)``, for an id that is greater than all in the table, which is much faster and fills pages
    /// completely. Otherwise nothing changes, and the error is `.idNotIncreasing`.
    func append(_ bytes: Span<UInt8>, id: UInt64, in table: BlobTable) throws(StorageError)

    /// Removes a blob. Returns whether there was one.
    @discardableResult
    func removeBlob(_ id: UInt64, in table: BlobTable) throws(StorageError) -> Bool

    /// Stores a value under a key of 1 to 511 bytes, in place of the one that may be there.
    func put(_ value: Span<UInt8>, for key: [UInt8], in table: KeyTable) throws(StorageError)

    /// Removes a value. Returns whether there was one.
    @discardableResult
    func removeValue(for key: [UInt8], in table: KeyTable) throws(StorageError) -> Bool

    /// Makes the changes durable and visible, and ends the transaction.
    ///
    /// When this throws, the transaction has ended too and none of its changes is seen. The store can be read as
    /// before, except after the code `.mustReopen`.
    func commit() throws(StorageError)

    /// Ends the transaction and forgets its changes.
    func abort()
}

extension StorageTransaction {
    /// Stores a blob that is given as an array.
    public func put(_ bytes: [UInt8], id: UInt64, in table: BlobTable) throws(StorageError) {
        try put(bytes.span, id: id, in: table)
    }

    /// Appends a blob that is given as an array.
    public func append(_ bytes: [UInt8], id: UInt64, in table: BlobTable) throws(StorageError) {
        try append(bytes.span, id: id, in: table)
    }

    /// Stores a value that is given as an array.
    public func put(_ value: [UInt8], for key: [UInt8], in table: KeyTable) throws(StorageError) {
        try put(value.span, for: key, in: table)
    }
}

/// A store of blobs with transactions: any number of readers, and one writer at a time.
public protocol Storage: Sendable {
    /// A view of what is committed now.
    func snapshot() throws(StorageError) -> any StorageSnapshot

    /// Begins the write transaction.
    ///
    /// - Parameter patience: How long to wait for another writer, a thread or a process. After that the error is
    ///   `.writerBusy`, with the process id of the holder when it is known. Zero asks once.
    func begin(patience: Duration) throws(StorageError) -> any StorageTransaction
}

extension Storage {
    /// Runs `body` in a transaction on the calling thread and commits when it returns; aborts when it throws.
    @discardableResult
    public func write<Result>(
        patience: Duration = .seconds(30),
        _ body: (any StorageTransaction) throws(StorageError) -> Result
    ) throws(StorageError) -> Result {
        let transaction = try begin(patience: patience)
        let result: Result
        do {
            result = try body(transaction)
        } catch {
            transaction.abort()
            throw error
        }
        try transaction.commit()
        return result
    }
}

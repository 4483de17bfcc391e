public import AvowProof

/// An entry that a source read.
public protocol SourceEntry {
    /// Its key.
    var key: TreeKey { get }
    /// The digest of what it stands for.
    var value: Digest { get }
}

extension TreeEntry: SourceEntry {}

/// Moves over the entries of a range, one by one.
public protocol EntryCursor {
    /// What it moves over.
    associatedtype Entry: SourceEntry

    /// The next entry, or nil when the range holds no more.
    mutating func next() throws(QueryError) -> Entry?
}

/// Moves over the entries of a range by leaps, and knows how many entries each leap passes without reading them.
public protocol SkipCursor {
    /// Leaps to the first entry that is not below `bound`, or to the end of the range.
    ///
    /// - Parameter bound: within the range, above the entry that the cursor stands before, and not longer than a realm
    ///   and an order: the part of keys that leaps are decided by.
    /// - Returns: how many entries were passed, and realm and order of the entry that the cursor now stands
    ///   before; nil at the end of the range.
    mutating func skip(to bound: [UInt8]) throws(QueryError) -> (count: UInt64, key: KeyPlace?)
}

/// What a query reads.
///
/// A store answers from its tree and keeps account of what was asked, so as to prove it; a verifier answers from a
/// proof, and refuses whatever the proof does not show. The executor does not know which of them it runs over, so
/// verifying an answer is nothing but executing its query again.
public protocol RecordSource {
    /// What it reads.
    associatedtype Cursor: EntryCursor

    /// The entry at `key`, or nil when there is none.
    func entry(for key: TreeKey) throws(QueryError) -> Cursor.Entry?

    /// A cursor over the entries of `range`, from the first on, or from the last back when `descending`.
    func cursor(over range: KeyRange, descending: Bool) throws(QueryError) -> Cursor

    /// What a skip cursor of this source is.
    associatedtype Leaps: SkipCursor

    /// A cursor that leaps over the entries of `range`, and realm and order of the first of them; nil when there is none.
    ///
    /// What is read of an entry is the order of its key, and not whose it is.
    func skipCursor(over range: KeyRange) throws(QueryError) -> (cursor: Leaps, key: KeyPlace?)

    /// The number of entries in `range`.
    func count(in range: KeyRange) throws(QueryError) -> UInt64

    /// The value that rests in the tree under an entry.
    func value(of entry: Cursor.Entry) throws(QueryError) -> [UInt8]

    /// A record as compact JSON.
    ///
    /// - Parameters:
    ///   - digest: the record's digest.
    ///   - entry: the entry that led to the record; its own value may be another digest.
    func record(_ digest: Digest, of entry: Cursor.Entry) throws(QueryError) -> [UInt8]
}

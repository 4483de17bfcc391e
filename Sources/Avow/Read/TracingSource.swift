internal import AvowProof
internal import AvowQuery
internal import AvowStorage
internal import AvowTree

/// A store's tree as a source to execute a query over, which keeps account of what was read so that it can be proven.
final class TracingSource: RecordSource {
    /// A tree entry as the executor sees it.
    struct Entry: SourceEntry {
        let stored: StoredEntry
        let key: TreeKey

        var value: Digest { stored.value }

        init(_ stored: StoredEntry) {
            self.stored = stored
            key = stored.key
        }
    }

    private let reader: TreeReader
    private let snapshot: any StorageSnapshot
    private let opener: RecordOpener
    fileprivate let trace: Trace?

    /// What was read, in the order of the first reading. Shared with the cursors.
    fileprivate final class Trace {
        var entries: Set<UInt64> = []
        var orders: [UInt64] = []
        var bounds: [[UInt8]] = []
        var absent: [TreeKey] = []
        var values: [[UInt8]] = []
        var valueDigests: Set<Digest> = []
        var records: [DisclosedRecord] = []
        var recordDigests: Set<Digest> = []
    }

    /// - Parameter proving: whether to keep what is needed to prove what was read.
    init(_ reader: TreeReader, _ snapshot: any StorageSnapshot, _ opener: RecordOpener, proving: Bool) {
        self.reader = reader
        self.snapshot = snapshot
        self.opener = opener
        trace = proving ? Trace() : nil
    }

    /// The proof of all that was read, with the values and records that were read.
    func proof() throws(StoreError) -> (treeProof: [UInt8], values: [[UInt8]], records: [DisclosedRecord]) {
        guard let trace else { return ([], [], []) }
        let proof = try mapping(StoreError.tree) { () throws(TreeError) in
            var prover = TreeProver(reader)
            for rank in trace.entries { prover.show(entryAt: rank) }
            for rank in trace.orders { prover.show(orderAt: rank) }
            for bound in trace.bounds { try prover.show(positionOf: bound) }
            for key in trace.absent { try prover.show(entryFor: key) }
            return try prover.finish()
        }
        return (proof, trace.values, trace.records)
    }

    func entry(for key: TreeKey) throws(QueryError) -> Entry? {
        let found = try reading { () throws(TreeError) in try reader.entry(for: key) }
        if let found {
            trace?.entries.insert(found.rank)
        } else {
            trace?.absent.append(key)
        }
        return found.map(Entry.init)
    }

    func cursor(over range: KeyRange, descending: Bool) throws(QueryError) -> Cursor {
        guard !range.isEmpty else { return Cursor(base: nil, range: range, descending: descending, trace: nil) }
        let start = descending ? range.upper : range.lower
        if let start { trace?.bounds.append(start) }
        let base = try reading { () throws(TreeError) in
            if let start { return try reader.cursor(from: start) }
            return try reader.cursor(at: reader.root.count)
        }
        return Cursor(base: base, range: range, descending: descending, trace: trace)
    }

    struct Cursor: EntryCursor {
        fileprivate var base: TreeCursor?
        fileprivate let range: KeyRange
        fileprivate let descending: Bool
        fileprivate let trace: Trace?

        mutating func next() throws(QueryError) -> Entry? {
            guard base != nil else { return nil }
            let found: StoredEntry?
            do throws(TreeError) {
                found = descending ? try base?.previous() : try base?.next()
            } catch {
                throw .source(StoreError.tree(error))
            }
            if let found {
                let entry = Entry(found)
                if range.contains(entry.key.bytes) {
                    trace?.entries.insert(found.rank)
                    return entry
                }
            }
            base = nil
            if let end = descending ? range.lower : range.upper { trace?.bounds.append(end) }
            return nil
        }
    }

    func skipCursor(over range: KeyRange) throws(QueryError) -> (cursor: Leaps, key: KeyPlace?) {
        let base = try reading { () throws(TreeError) in try reader.skipCursor(from: range.lower) }
        let leaps = Leaps(base: base, range: range, trace: trace)
        guard !range.isEmpty else { return (leaps, nil) }
        trace?.bounds.append(range.lower)
        return (leaps, leaps.key())
    }

    struct Leaps: SkipCursor {
        fileprivate var base: TreeSkipCursor
        fileprivate let range: KeyRange
        fileprivate let trace: Trace?

        mutating func skip(to bound: [UInt8]) throws(QueryError) -> (count: UInt64, key: KeyPlace?) {
            let count: UInt64
            do throws(TreeError) {
                count = try base.skip(to: bound)
            } catch {
                throw .source(StoreError.tree(error))
            }
            // The last entry that was passed shows, with the one behind it, where the bound stands.
            if base.rank > 0 { trace?.orders.append(base.rank - 1) }
            return (count, key())
        }

        fileprivate func key() -> KeyPlace? {
            guard base.isBelow(range.upper) else {
                if let upper = range.upper { trace?.bounds.append(upper) }
                return nil
            }
            trace?.orders.append(base.rank)
            return base.key
        }
    }

    func count(in range: KeyRange) throws(QueryError) -> UInt64 {
        guard !range.isEmpty else { return 0 }
        trace?.bounds.append(range.lower)
        if let upper = range.upper { trace?.bounds.append(upper) }
        return try reading { () throws(TreeError) in try reader.count(in: range) }
    }

    func value(of entry: Entry) throws(QueryError) -> [UInt8] {
        guard !entry.stored.inline.isEmpty else { throw .entry(entry.key, expected: "a value in the tree") }
        if let trace, trace.valueDigests.insert(entry.value).inserted { trace.values.append(entry.stored.inline) }
        return entry.stored.inline
    }

    func record(_ digest: Digest, of entry: Entry) throws(QueryError) -> [UInt8] {
        do throws(StoreError) {
            let record = try opener.open(digest, of: entry.stored, snapshot)
            if let trace, trace.recordDigests.insert(digest).inserted { trace.records.append(record) }
            return record.json
        } catch {
            throw .source(error)
        }
    }

    private func reading<Result>(_ body: () throws(TreeError) -> Result) throws(QueryError) -> Result {
        do throws(TreeError) {
            return try body()
        } catch {
            throw .source(StoreError.tree(error))
        }
    }
}

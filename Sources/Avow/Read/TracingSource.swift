internal import AvowConsent
internal import AvowFHIR
internal import AvowProof
internal import AvowQuery
internal import AvowTree
internal import AvowVault

/// A store's tree as a source to execute a query over, which keeps account of what was read so that it can be proven.
final class TracingSource: RecordSource {
    /// A tree entry as the executor sees it.
    struct Entry: SourceEntry {
        let placed: PlacedEntry

        var key: TreeKey { placed.key }
        var value: Digest { placed.value }
    }

    private let reader: TreeReader
    private let records: RecordReader
    private let preliminaries: Preliminaries
    fileprivate let trace: Trace?
    /// Told of what is read; nil when nobody watches.
    private let progress = QueryProgress.current

    /// What was read, in the order of the first reading. Shared with the cursors.
    fileprivate final class Trace {
        var prover: TreeProver
        var values: [(bytes: [UInt8], digest: Digest)] = []
        var valueDigests: Set<Digest> = []
        var records: [DisclosedRecord] = []
        var recordDigests: Set<Digest> = []

        init(_ reader: TreeReader) {
            prover = TreeProver(reader)
        }

        func append(value: [UInt8], _ digest: Digest) {
            if valueDigests.insert(digest).inserted { values.append((value, digest)) }
        }
    }

    /// - Parameter proving: whether to keep what is needed to prove what was read.
    init(_ reader: TreeReader, _ records: RecordReader, _ preliminaries: Preliminaries, proving: Bool) {
        self.reader = reader
        self.records = records
        self.preliminaries = preliminaries
        trace = proving ? Trace(reader) : nil
    }

    /// The proof of all that was read, with the values and records that were read.
    func proof() throws(StoreError) -> (treeProof: [UInt8], values: [[UInt8]], records: [DisclosedRecord]) {
        guard let trace else { return ([], [], []) }
        guard !Task.isCancelled else { throw .cancelled }
        let proof = try mapping(StoreError.tree) { () throws(TreeError) in try trace.prover.finish() }
        return (proof, trace.values.map(\.bytes), trace.records)
    }

    /// Ends the query when its task has been cancelled. What reads without end comes by here.
    fileprivate static func goOn() throws(QueryError) {
        guard !Task.isCancelled else { throw .source(StoreError.cancelled) }
    }

    // MARK: Entries

    func entry(for key: TreeKey) throws(QueryError) -> Entry? {
        let found = try reading { () throws(TreeError) in
            let found = try reader.find(key, isShown: trace != nil)
            if let found {
                trace?.prover.show(entryAt: found.rank)
            } else {
                try trace?.prover.show(boundsOf: KeyRange(only: key))
            }
            return found
        }
        return found.map(Entry.init)
    }

    func cursor(over range: KeyRange, descending: Bool) throws(QueryError) -> Cursor {
        guard !range.isEmpty else { return Cursor(base: nil, end: 0, bound: nil, descending: descending, trace: nil) }
        return try reading { () throws(TreeError) in
            let start = descending ? range.upper : range.lower
            let end = descending ? range.lower : range.upper
            if let start { try trace?.prover.show(positionOf: start) }
            let base = if let start { try reader.cursor(from: start) } else { try reader.cursor(at: reader.root.count) }
            let endRank = if let end { try reader.rank(of: end) } else { reader.root.count }
            return Cursor(base: base, end: endRank, bound: end, descending: descending, trace: trace)
        }
    }

    struct Cursor: EntryCursor {
        fileprivate var base: TreeCursor?
        /// How many entries stand before the end of the range.
        fileprivate let end: UInt64
        /// The bound that the range ends with; nil at the end of the tree.
        fileprivate let bound: [UInt8]?
        fileprivate let descending: Bool
        fileprivate let trace: Trace?

        mutating func next() throws(QueryError) -> Entry? {
            guard let rank = base?.rank else { return nil }
            // Looking costs little, and less when it is done seldom.
            if rank & 0xff == 0 { try TracingSource.goOn() }
            do throws(TreeError) {
                let isInside = descending ? rank > end : rank < end
                let found = isInside ? descending ? try base?.previous() : try base?.next() : nil
                if let found {
                    trace?.prover.show(entryAt: found.rank)
                    return Entry(placed: found)
                }
                base = nil
                // Only who comes here has seen that the range ends.
                if let bound { try trace?.prover.show(positionOf: bound) }
                return nil
            } catch {
                throw .source(StoreError.tree(error))
            }
        }

        mutating func ahead() throws(QueryError) -> EntryRun<Entry>? {
            try TracingSource.goOn()
            guard let rank = base?.rank else { return nil }
            do throws(TreeError) {
                let left = descending ? rank - min(rank, end) : end - min(rank, end)
                if let run = try base?.ahead(left, descending: descending) {
                    return EntryRun(run.keys) { Entry(placed: run[$0]) }
                }
                base = nil
                if let bound { try trace?.prover.show(positionOf: bound) }
                return nil
            } catch {
                throw .source(StoreError.tree(error))
            }
        }

        mutating func read(_ count: Int) {
            guard let ranks = base?.move(over: count, descending: descending) else { return }
            trace?.prover.show(entriesAt: ranks)
        }
    }

    func skipCursor(over range: KeyRange) throws(QueryError) -> (cursor: Leaps, key: KeyPlace?) {
        try reading { () throws(TreeError) in
            let leaps = Leaps(base: try reader.skipCursor(from: range.lower), range: range, trace: trace)
            guard !range.isEmpty else { return (leaps, nil) }
            try trace?.prover.show(positionOf: range.lower)
            return (leaps, try leaps.key())
        }
    }

    struct Leaps: SkipCursor {
        fileprivate var base: TreeSkipCursor
        fileprivate let range: KeyRange
        fileprivate let trace: Trace?

        mutating func skip(to bound: [UInt8]) throws(QueryError) -> (count: UInt64, key: KeyPlace?) {
            try TracingSource.goOn()
            do throws(TreeError) {
                let count = try base.skip(to: bound)
                // The last entry that was passed shows, with the one behind it, where the bound stands.
                if base.rank > 0 { trace?.prover.show(orderAt: base.rank - 1) }
                return (count, try key())
            } catch {
                throw .source(StoreError.tree(error))
            }
        }

        fileprivate func key() throws(TreeError) -> KeyPlace? {
            guard base.isBelow(range.upper) else {
                if let upper = range.upper { try trace?.prover.show(positionOf: upper) }
                return nil
            }
            trace?.prover.show(orderAt: base.rank)
            return base.key
        }
    }

    func count(in range: KeyRange) throws(QueryError) -> UInt64 {
        guard !range.isEmpty else { return 0 }
        return try reading { () throws(TreeError) in
            guard let trace else { return try reader.count(in: range) }
            let ranks = try trace.prover.show(boundsOf: range)
            return ranks.upperBound - ranks.lowerBound
        }
    }

    func value(of entry: Entry) throws(QueryError) -> [UInt8] {
        let inline = entry.placed.inline
        guard !inline.isEmpty else { throw .entry(entry.key, expected: "a value in the tree") }
        trace?.append(value: inline, entry.value)
        return inline
    }

    private func reading<Result>(_ body: () throws(TreeError) -> Result) throws(QueryError) -> Result {
        do throws(TreeError) {
            return try body()
        } catch {
            throw .source(StoreError.tree(error))
        }
    }

    // MARK: Records

    func record(_ wanted: WantedRecord<Entry>) throws(QueryError) -> [UInt8] {
        try TracingSource.goOn()
        progress?.add(records: 1)
        do throws(StoreError) {
            guard let trace else { return try records.json(of: wanted.entry.placed, wanted.owner) }
            let record = try records.disclosed(of: wanted.entry.placed, wanted.owner)
            if trace.recordDigests.insert(wanted.digest).inserted { trace.records.append(record) }
            return record.json
        } catch {
            throw .source(error)
        }
    }

    func show(_ entry: Entry) throws(QueryError) {
        do throws(StoreError) {
            try records.count(entry.placed)
        } catch {
            throw .source(error)
        }
    }

    func evaluate(_ wanted: [WantedRecord<Entry>], _ evaluator: RowEvaluator) throws(QueryError) -> [Row?] {
        guard !wanted.isEmpty else { return [] }
        try TracingSource.goOn()
        progress?.add(records: wanted.count)
        let results: [Result<OpenedRow, VaultError>]
        do throws(StoreError) {
            results = try records.rows(wanted, disclosing: trace != nil, evaluator)
        } catch {
            throw .source(error)
        }
        var rows: [Row?] = []
        rows.reserveCapacity(results.count)
        for (record, result) in zip(wanted, results) {
            let opened: OpenedRow
            do throws(VaultError) {
                opened = try result.get()
            } catch {
                throw .source(StoreError.record(key: record.entry.key, reason: "\(error)"))
            }
            if let trace, let disclosed = opened.disclosed, trace.recordDigests.insert(record.digest).inserted {
                trace.records.append(disclosed)
            }
            do throws(RowError) {
                rows.append(try opened.row.get())
            } catch {
                throw error.failure(at: record.entry.key)
            }
        }
        return rows
    }

    // MARK: What is read before any record

    func audiences(for request: AccessRequest) throws(QueryError) -> [StoredAudience] {
        let asker = Preliminaries.Asker(actor: request.actor, purpose: request.purpose)
        let root = reader.root.hash
        if let known = preliminaries.audiences(of: asker, under: root) { return take(known) }
        let read = try proven { (source) throws(QueryError) in try source.readAudiences(for: request) }
        preliminaries.remember(read, of: asker, under: root)
        return take(read)
    }

    func admitting(_ request: AccessRequest) throws(QueryError) -> [AudienceID] {
        // What is to be proven is read anew.
        guard trace == nil else { return try audiences(for: request).admitting(request) }
        let root = reader.root.hash
        if let known = records.admission, known.holds(for: request, under: root) { return known.audiences }
        let admission = Admission(request, root, try audiences(for: request))
        records.admission = admission
        return admission.audiences
    }

    func catalog() throws(QueryError) -> IndexCatalog? {
        let root = reader.root.hash
        if let known = preliminaries.catalog(under: root) { return take(known) }
        let read = try proven { (source) throws(QueryError) in try source.readCatalog() }
        preliminaries.remember(read, under: root)
        return take(read)
    }

    func route(
        of question: PlannedQuestion, _ plan: (TracingSource) throws(QueryError) -> PlannedRoute
    ) throws(QueryError) -> PlannedRoute {
        let root = reader.root.hash
        if let known = preliminaries.route(of: question, under: root) { return take(known) }
        let planned = try proven(plan)
        preliminaries.remember(planned, of: question, under: root)
        return take(planned)
    }

    /// Reads something through a source of its own, so that its proof stands by itself.
    private func proven<Value>(
        _ body: (TracingSource) throws(QueryError) -> Value
    ) throws(QueryError) -> Proven<Value> {
        let source = TracingSource(reader, records, preliminaries, proving: true)
        let value = try body(source)
        let trace = source.trace
        return Proven(
            value: value, evidence: (trace?.prover ?? TreeProver(reader)).evidence.condensed(),
            values: trace?.values ?? [])
    }

    /// Takes what was read by another source of the same tree into this one's proof.
    private func take<Value>(_ proven: Proven<Value>) -> Value {
        if let trace {
            trace.prover.show(proven.evidence)
            for value in proven.values { trace.append(value: value.bytes, value.digest) }
        }
        return proven.value
    }
}
